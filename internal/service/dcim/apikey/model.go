package apikey

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
)

type model struct {
	ID                  types.String `tfsdk:"id"`
	Label               types.String `tfsdk:"label"`
	IPAddresses         types.Set    `tfsdk:"ip_addresses"`
	RotationTriggers    types.Map    `tfsdk:"rotation_triggers"`
	AllowDuplicateLabel types.Bool   `tfsdk:"allow_duplicate_label"`
	Key                 types.String `tfsdk:"key"`
	Secret              types.String `tfsdk:"secret"`
}

// addresses are the configured addresses; none when they are left out.
func (m *model) addresses() []string {
	var out []string
	for _, element := range m.IPAddresses.Elements() {
		if text, ok := element.(types.String); ok {
			out = append(out, text.ValueString())
		}
	}
	return out
}

// fill copies what the DCIM shows. The secret is not among it.
func (m *model) fill(ctx context.Context, key dcim.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.Label = types.StringValue(key.Label)
	addresses := key.IPAddresses
	if addresses == nil {
		addresses = []string{}
	}
	m.IPAddresses, _ = types.SetValueFrom(ctx, types.StringType, addresses) // a []string always fits a set of strings
	if key.Key != "" {
		m.Key = types.StringValue(key.Key)
	}
	if m.Secret.IsUnknown() {
		m.Secret = types.StringNull()
	}
}

// identity names a key for all installations.
type identity struct {
	Installation types.String `tfsdk:"installation"`
	ID           types.String `tfsdk:"id"`
}

// setIdentity names the key. An installation that the identity has already stays: a DCIM may get another host name, an identity does not change.
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

// hostKey is the key of the private state that holds the DCIM's host.
const hostKey = "host"

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func recallHost(ctx context.Context, from privateReader) (string, diag.Diagnostics) {
	raw, diags := from.GetKey(ctx, hostKey)
	var host string
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &host); err != nil {
			diags.AddError("Unreadable private state", "The provider's private data of this resource cannot be read: "+err.Error()+". Remove the resource from state and import it again.")
		}
	}
	return host, diags
}

func keepHost(ctx context.Context, to privateWriter, host string) diag.Diagnostics {
	raw, err := json.Marshal(host)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("Unable to encode private state", err.Error())
		return diags
	}
	return to.SetKey(ctx, hostKey, raw)
}
