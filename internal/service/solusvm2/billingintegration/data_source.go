// Package billingintegration is hosting_solusvm2_billing_integration: the connection from SolusVM 2 to its billing
// system.
package billingintegration

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type model struct {
	Type     types.String `tfsdk:"type"`
	URL      types.String `tfsdk:"url"`
	HasToken types.Bool   `tfsdk:"has_token"`
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "solusvm2_billing_integration",
		Schema: schema.Schema{
			MarkdownDescription: "The billing integration of SolusVM 2 (Settings > Billing integration). Through it, the panel reads token prices and signs users on. WHMCS's addon writes it at every successful connection. It is not created by hand. " +
				"Its token is not shown, so that no state contains it.",
			Attributes: map[string]schema.Attribute{
				"type":      resourcekit.ComputedString("Kind of the billing system, such as `whmcs`. Null if none is connected."),
				"url":       resourcekit.ComputedString("URL at which SolusVM 2 calls it, `<WHMCS>/modules/addons/<addon>/api/`. Null if there is none."),
				"has_token": resourcekit.ComputedBool("Whether SolusVM 2 has a token for it."),
			},
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) diag.Diagnostics {
	client, diags := clients.SolusVM2.Get("SolusVM 2 billing integration")
	if diags.HasError() {
		return diags
	}
	integration, err := client.BillingIntegration(ctx)
	if err != nil {
		return resourcekit.ReadError("SolusVM 2 billing integration", err)
	}
	m.HasToken = types.BoolValue(integration.HasToken)
	for value, to := range map[*string]*types.String{&integration.Type: &m.Type, &integration.URL: &m.URL} {
		if *value != "" {
			*to = types.StringValue(*value)
		}
	}
	return diags
}
