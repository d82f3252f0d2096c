package whmcsobject

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Save saves the outcome of a write that has certainly happened. The response of a write holds the row. If it does
// not, Save reads the row. If that fails too, Save saves the planned values with a warning, so that the object is
// never lost from the state. written is nil if nothing was sent: an update, or the creation of a single object,
// without values.
func (r *Resource[M, R]) Save(ctx context.Context, w *Write[M], written *whmcs.Written[R]) {
	if written == nil && w.Prior != nil {
		// Only attributes that WHMCS does not know have changed, such as on_destroy.
		r.savePlanned(ctx, w, w.ID)
		setIdentity(ctx, w.saveTo.identity, w.PrivateState.Installation, w.ID, w.Diagnostics)
		return
	}
	if written == nil {
		written = &whmcs.Written[R]{RowError: errors.New("there was nothing to write")}
	}
	id := w.ID
	if id == "" {
		id = written.ID
	}
	_, past := w.operation()
	r.WarnOfHooks(w.Diagnostics, past, id, written.HookErrors)
	r.rememberResponse(w, written)

	row, err := written.Row, written.RowError
	w.PrivateState.StoredTexts = written.StoredTexts
	if row == nil {
		row, err = r.readBack(ctx, w, id, err)
	}
	setIdentity(ctx, w.saveTo.identity, w.PrivateState.Installation, id, w.Diagnostics)
	if row == nil {
		r.savePlanned(ctx, w, id)
		w.Diagnostics.Append(w.PrivateState.Save(ctx, w.saveTo.private)...)
		w.Diagnostics.AddWarning("The "+r.def.Noun+" was "+past+", but could not be read back",
			"WHMCS "+past+" the "+r.def.Noun+" "+id+". Reading it back failed: "+resourcekit.Sentence(err.Error())+
				" The state has the planned values. The next plan reads the other values.")
		return
	}
	r.def.Fill(ctx, row, w.Plan, FillOptions{
		Written: true, Sent: w.Values, PartIDs: written.PartIDs, PrivateState: w.PrivateState, Diagnostics: w.Diagnostics,
	})
	w.Diagnostics.Append(w.PrivateState.Save(ctx, w.saveTo.private)...)
	w.Diagnostics.Append(w.saveTo.state.Set(ctx, w.Plan)...)
	keepPlanned(ctx, w.saveTo.state, w.planned, id, w.Diagnostics)
}

// rememberResponse keeps in private state the facts of a write response that are not part of the row.
func (r *Resource[M, R]) rememberResponse(w *Write[M], written *whmcs.Written[R]) {
	if written.Installation != "" { // a response without an installation does not remove the protection against another WHMCS
		w.PrivateState.Installation = written.Installation
	}
	if written.OptionNumbers != nil && w.PrivateState.OptionNumbers == nil {
		w.PrivateState.OptionNumbers = map[string]string{}
	}
	for name, number := range written.OptionNumbers {
		w.PrivateState.OptionNumbers[name] = string(number)
	}
}

// readBack reads the object after a write response without a row. reason is the error to return if the object is not
// found.
func (r *Resource[M, R]) readBack(ctx context.Context, w *Write[M], id string, reason error) (*R, error) {
	found, err := whmcs.CollectionOf[R](w.Client, r.def.Kind).Get(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case found.Row == nil:
		return nil, reason
	}
	w.PrivateState.StoredTexts = found.StoredTexts
	if w.PrivateState.Installation == "" { // nothing was sent, so that no response named the installation
		w.PrivateState.Installation = found.Installation
	}
	return found.Row, nil
}

// keepPlanned makes the plan the state, with the row's values in place of unknown ones. The row also holds changes that
// were made elsewhere since the refresh. The next refresh shows those. Terraform reports a provider bug when an apply
// changes a known value, or adds an element that the plan does not have.
func keepPlanned(ctx context.Context, state *tfsdk.State, planned tftypes.Value, id string, diags *diag.Diagnostics) {
	saved, err := resourcekit.FillUnknowns(planned, state.Raw)
	if err != nil {
		diags.AddError("Unable to save the object "+id, err.Error())
		return
	}
	state.Raw = saved
	diags.Append(state.SetAttribute(ctx, path.Root("id"), id)...)
}

// savePlanned saves the planned values, and null in place of unknown ones.
func (r *Resource[M, R]) savePlanned(ctx context.Context, w *Write[M], id string) {
	known, err := resourcekit.NullUnknowns(w.planned)
	if err != nil {
		w.Diagnostics.AddError("Unable to save the "+r.def.Noun, err.Error())
		return
	}
	w.saveTo.state.Raw = known
	w.Diagnostics.Append(w.saveTo.state.SetAttribute(ctx, path.Root("id"), id)...)
}

// WarnOfHooks shows what the companion reports about a write: hooks of WHMCS that failed or changed the object, and
// what a deletion leaves.
func (r *Resource[M, R]) WarnOfHooks(diags *diag.Diagnostics, operation, id string, errors []string) {
	if len(errors) == 0 {
		return
	}
	diags.AddWarning("Check WHMCS after the "+r.def.Noun+" was "+operation,
		"The "+r.def.Noun+" "+id+" was "+operation+". The companion reports: "+strings.Join(errors, ". ")+
			". If a hook of a module failed, its work may be incomplete. WHMCS's activity log has details.")
}
