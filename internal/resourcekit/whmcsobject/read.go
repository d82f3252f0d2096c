package whmcsobject

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Read refreshes the state from WHMCS. An object that WHMCS no longer has is removed from the state.
func (r *Resource[M, R]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m M
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	id := idOf(ctx, req.State, &resp.Diagnostics)
	private, diags := resourcekit.LoadPrivateState(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	found, err := r.find(ctx, id, private.Imported, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err != nil {
		r.Report(ctx, &resp.Diagnostics, Failure{Verb: "read", ID: id, Schema: req.State.Schema, Err: err})
		return
	}
	owner := found.Installation
	if private.Installation != "" {
		owner = private.Installation
	}
	if private.Imported && resp.Identity != nil {
		resp.Identity.Raw = tftypes.NewValue(resp.Identity.Raw.Type(), nil) // the identity of an import may lack the installation
	}
	// The framework demands an identity after every read, even when the object no longer exists.
	setIdentity(ctx, resp.Identity, owner, id, &resp.Diagnostics)
	if owner != found.Installation {
		r.reportOtherInstallation(&resp.Diagnostics, id, private, found)
		return
	}
	if found.Row == nil {
		if private.Imported {
			resp.Diagnostics.AddError("Cannot import non-existent "+r.def.Noun, "WHMCS has no "+r.def.Noun+" with the id "+id+". Look up the id in WHMCS's admin area.")
			return
		}
		resp.State.RemoveResource(ctx)
		return
	}
	imported := private.Imported
	private.Imported, private.Installation, private.StoredTexts = false, found.Installation, found.StoredTexts
	r.def.Fill(ctx, found.Row, &m, FillOptions{Import: imported, PrivateState: private, Diagnostics: &resp.Diagnostics})
	if imported && r.def.CompleteImport != nil && !resp.Diagnostics.HasError() {
		r.def.CompleteImport(ctx, r.Clients.WHMCS.Client, found.Row, &m, private, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(private.Save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	if imported && r.def.DuplicateNames {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("allow_duplicate_name"), false)...)
	}
}

// find reads the row of an object from WHMCS, or takes the one that ReadUnchanged has read.
func (r *Resource[M, R]) find(ctx context.Context, id string, importing bool, diags *diag.Diagnostics) (whmcs.Found[R], error) {
	if had, is := ctx.Value(resultKey{}).(readResult[R]); is {
		return had.found, had.err
	}
	collection, ok := r.Collection(diags)
	if !ok {
		return whmcs.Found[R]{}, nil
	}
	found, err := collection.Get(ctx, id)
	if found.Row != nil && r.def.Exists != nil && !r.def.Exists(found.Row, importing) {
		found.Row = nil
	}
	return found, err
}

// reportOtherInstallation reports that the response to a read comes from another installation than the one of the
// state, or of the identity to import.
func (r *Resource[M, R]) reportOtherInstallation(
	diags *diag.Diagnostics, id string, private *resourcekit.PrivateState, found whmcs.Found[R],
) {
	const summary = "The provider is connected to another WHMCS installation"
	if private.Imported {
		diags.AddError(summary, fmt.Sprintf("The identity names the WHMCS installation %s. The response comes from the installation %s. Correct the provider's configuration, or remove installation from the identity.",
			private.Installation, found.Installation))
		return
	}
	detail := fmt.Sprintf("The state of the %s %s belongs to the WHMCS installation %s. The response comes from the installation %s, which is a copy or another WHMCS. ", r.def.Noun, id, private.Installation, found.Installation)
	if found.Row == nil {
		diags.AddError(summary, detail+"It has no such "+r.def.Noun+". The state was not changed. Correct the provider's configuration.")
		return
	}
	diags.AddWarning(summary, detail+"The state was not changed, and every write will be refused. Correct the provider's configuration. To manage the object of this installation instead, remove the object from the state and import it.")
}
