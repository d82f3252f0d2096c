// Package dcimobject holds what the objects of the DCIM share: identity, import, and how its failures become diagnostics.
package dcimobject

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// identity names an object for all installations.
type identity struct {
	Installation types.String `tfsdk:"installation"`
	ID           types.String `tfsdk:"id"`
}

// IdentitySchema is the identity of an object that a person calls noun: "the API key".
func IdentitySchema(noun string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"installation": identityschema.StringAttribute{OptionalForImport: true, Description: "Host name of the DCIM; any when left out."},
		"id":           identityschema.StringAttribute{RequiredForImport: true, Description: "The DCIM's id of " + noun + "."},
	}}
}

// SetIdentity names the object. An installation that the identity has already stays: a DCIM may get another host name, an identity does
// not change.
func SetIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, host, id string, diags *diag.Diagnostics) {
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

// Import takes the id of an object, given as text or by identity, into the state's attribute id.
func Import(ctx context.Context, clients *resourcekit.Clients, noun string, req resource.ImportStateRequest, resp *resource.ImportStateResponse) (id string, ok bool) {
	id, host := req.ID, ""
	if id == "" && req.Identity != nil {
		var given identity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &given)...)
		id, host = given.ID.ValueString(), given.Installation.ValueString()
	}
	if !resourcekit.IsID(id) {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%s is imported by the DCIM's id, a positive whole number such as 7; got %q.", noun, id))
	}
	if resp.Diagnostics.HasError() {
		return "", false
	}
	if client := clients.DCIM.Client; client != nil && host != "" && host != client.Host() {
		resp.Diagnostics.AddError("Another DCIM is configured", fmt.Sprintf("The identity names the DCIM at %s, and the provider is configured for %s.", host, client.Host()))
		return "", false
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	SetIdentity(ctx, resp.Identity, host, id, &resp.Diagnostics)
	return id, true
}

// hostKey is the key of the private state that holds the DCIM's host.
const hostKey = "host"

// PrivateReader is private state to read.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is private state to write.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// RecallHost is the host of the DCIM that the state was last read from; "" after an import.
func RecallHost(ctx context.Context, from PrivateReader) (string, diag.Diagnostics) {
	raw, diags := from.GetKey(ctx, hostKey)
	var host string
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &host); err != nil {
			diags.AddError("Unreadable private state", "The provider's private data of this resource cannot be read: "+err.Error()+". Remove the resource from state and import it again.")
		}
	}
	return host, diags
}

// Save sets state, private state and identity.
func Save(ctx context.Context, client *dcim.Client, m any, id string, state *tfsdk.State, to *tfsdk.ResourceIdentity, private PrivateWriter, diags *diag.Diagnostics) {
	diags.Append(state.Set(ctx, m)...)
	raw, err := json.Marshal(client.Host())
	if err != nil {
		diags.AddError("Unable to encode private state", err.Error())
		return
	}
	diags.Append(private.SetKey(ctx, hostKey, raw)...)
	SetIdentity(ctx, to, client.Host(), id, diags)
}

// Gone handles the answer that an object does not exist, and reports whether the error was that one. It is an error after an import, and
// when another DCIM gave the answer; else the object leaves the state.
func Gone(ctx context.Context, err error, importing bool, client *dcim.Client, host, noun, id, hint string, state *tfsdk.State, diags *diag.Diagnostics) bool {
	if !errors.Is(err, transport.ErrNotFound) {
		return false
	}
	switch {
	case importing:
		diags.AddError("Cannot import non-existent "+noun, fmt.Sprintf("The DCIM has no such object with the id %s. %s", id, hint))
	case !OtherDCIM(host, client, noun, id, diags):
		state.RemoveResource(ctx)
	}
	return true
}

// OtherDCIM speaks up when an object is missing from a DCIM that is not the one it was last seen in: that says nothing about the right
// one, so the object must not be forgotten.
func OtherDCIM(host string, client *dcim.Client, noun, id string, diags *diag.Diagnostics) bool {
	if host == "" || host == client.Host() {
		return false
	}
	diags.AddError("Another DCIM answered", fmt.Sprintf(
		"The state of the %s %s belongs to the DCIM at %s, and %s has none of this id, which says nothing about the right one. Point the provider at the right DCIM.", noun, id, host, client.Host()))
	return true
}

// Report turns a client failure into diagnostics; noun is what it is about ("DCIM package") and attributes are those that a complaint can
// be shown at.
func Report(diags *diag.Diagnostics, noun, verb, id string, err error, attributes ...string) {
	summary := strings.TrimSpace("Unable to " + verb + " " + noun + " " + id)
	var failure *dcim.Error
	switch {
	case errors.As(err, &failure) && len(failure.Fields) > 0:
		for _, field := range failure.Fields {
			detail := resourcekit.Sentence("The DCIM would not accept this value: " + field.Message)
			if !slices.Contains(attributes, field.Field) {
				diags.AddError(summary+" ("+field.Field+")", detail)
				continue
			}
			diags.AddAttributeError(path.Root(field.Field), summary, detail)
		}
	case errors.Is(err, transport.ErrNotFound):
		diags.AddError(summary, "The DCIM no longer has it. Run `terraform plan` again to see what is left to do.")
	default:
		diags.AddError(summary, resourcekit.Sentence(err.Error()))
	}
}

// Conflict says that somebody changed in the DCIM what the plan was about to change.
func Conflict(diags *diag.Diagnostics, noun, id, attribute, expected, actual string) {
	diags.AddAttributeError(path.Root(attribute), "Unable to update "+noun+" "+id+": it was changed in the DCIM", fmt.Sprintf(
		"The plan expected %s to be %s, and the DCIM now has %s. Someone changed it since the plan was made, so nothing was written. Run `terraform plan` again to see the change, then decide.",
		attribute, expected, actual))
}
