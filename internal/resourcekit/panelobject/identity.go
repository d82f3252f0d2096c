package panelobject

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// identity names an object among all panels.
type identity struct {
	Installation types.String `tfsdk:"installation"`
	ID           types.String `tfsdk:"id"`
}

// identitySchema is the schema of the identity of an object of a system. The id identifies noun: "the package".
func identitySchema(system, noun string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"installation": identityschema.StringAttribute{OptionalForImport: true, Description: "Host name of the " + system + ". If omitted, any " + system + " is accepted."},
		"id":           identityschema.StringAttribute{RequiredForImport: true, Description: "The " + system + "'s id of " + noun + "."},
	}}
}

// setIdentity sets the identity of an object. An installation that the identity already has is kept. An identity must
// not change, and a panel may get another host name.
func setIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, host, id string, diags *diag.Diagnostics) {
	if to == nil {
		return // this Terraform has no identities
	}
	value := identity{Installation: types.StringNull(), ID: types.StringValue(id)}
	if !to.Raw.IsFullyNull() {
		var current identity
		diags.Append(to.Get(ctx, &current)...)
		value.Installation = current.Installation
	}
	if value.Installation.IsNull() && host != "" {
		value.Installation = types.StringValue(host)
	}
	diags.Append(to.Set(ctx, value)...)
}

// ImportState puts the id of an import, given as text or in an identity, into the state. The following read fills the
// other attributes.
func (r *Resource[C, M, R]) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	id, _ := ImportID(ctx, req, &resp.Diagnostics)
	if !resourcekit.IsID(id) {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%s is imported by the %s's id, a positive whole number such as 7. Got: %q.", r.def.NounWithArticle, r.system.name, id))
		return
	}
	r.Import(ctx, req, resp)
}

// Import is ImportState without the check of the id.
func (r *Resource[C, M, R]) Import(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	id, host := ImportID(ctx, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if client, configured, _, _ := r.system.client(r.clients); configured && host != "" && host != client.Host() {
		name := r.system.name
		resp.Diagnostics.AddError("The provider is connected to another "+name, fmt.Sprintf("The identity names the %s at %s, and the provider is configured for %s. Correct the provider's configuration, or remove installation from the identity.", name, host, client.Host()))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append((&resourcekit.PrivateState{Imported: true}).Save(ctx, resp.Private)...)
	setIdentity(ctx, resp.Identity, host, id, &resp.Diagnostics)
}

// ImportID returns the id of an import, and the host when an identity names it.
func ImportID(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (id, host string) {
	if req.ID != "" || req.Identity == nil {
		return req.ID, ""
	}
	var given identity
	diags.Append(req.Identity.Get(ctx, &given)...)
	return given.ID.ValueString(), given.Installation.ValueString()
}
