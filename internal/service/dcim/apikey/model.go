package apikey

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
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

// addresses returns the known addresses of the model.
func (m *model) addresses() []string {
	var out []string
	for _, element := range m.IPAddresses.Elements() {
		if text, ok := element.(types.String); ok && !text.IsUnknown() {
			out = append(out, text.ValueString())
		}
	}
	return out
}

// fill copies the DCIM's response, which does not include the secret. The addresses keep the spelling of the model.
func (m *model) fill(ctx context.Context, key dcim.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.Label = types.StringValue(key.Label)
	addresses := resourcekit.KeepAddresses(m.IPAddresses.Elements(), key.IPAddresses)
	m.IPAddresses, _ = types.SetValueFrom(ctx, types.StringType, addresses) // a []string always fits a set of strings
	if key.Key != "" {
		m.Key = types.StringValue(key.Key)
	}
	if m.Secret.IsUnknown() {
		m.Secret = types.StringNull()
	}
}
