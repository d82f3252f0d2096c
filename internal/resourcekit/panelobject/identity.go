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

// identity names an object for all installations.
type identity struct {
	Installation types.String `tfsdk:"installation"`
	ID           types.String `tfsdk:"id"`
}

// identitySchema is the identity of an object of a system, whose id names noun: "the package".
func identitySchema(system, noun string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"installation": identityschema.StringAttribute{OptionalForImport: true, Description: "Host name of the " + system + "; any when left out."},
		"id":           identityschema.StringAttribute{RequiredForImport: true, Description: "The " + system + "'s id of " + noun + "."},
	}}
}

// setIdentity names the object. An installation that the identity has already stays: a panel may get another host name, an identity does
// not change.
func setIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, host, id string, diags *diag.Diagnostics) {
	if to == nil {
		return // a Terraform that knows no identities
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

// ImportState takes the id of an object, given as text or by identity, into the state's attribute id. The read that follows does the rest.
func (o *object[C, M, R]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, host := req.ID, ""
	if id == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		id, host = given.ID.ValueString(), given.Installation.ValueString()
	}
	system := o.def.System
	switch {
	case o.def.ValidID != nil && !o.def.ValidID(id):
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%s is imported by the %s's id; got %q.", o.def.Imported, system.Name, id))
	case o.def.ValidID == nil && !resourcekit.IsID(id):
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%s is imported by the %s's id, a positive whole number such as 7; got %q.", o.def.Imported, system.Name, id))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if client, ok, _, _ := system.Reach(o.clients); ok && host != "" && host != client.Host() {
		resp.Diagnostics.AddError("Another "+system.Name+" is configured", fmt.Sprintf("The identity names the %s at %s, and the provider is configured for %s.", system.Name, host, client.Host()))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	setIdentity(ctx, resp.Identity, host, id, &resp.Diagnostics)
}
