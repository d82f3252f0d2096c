package billingsettings

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type shown struct {
	Addon            types.String `tfsdk:"addon"`
	Active           types.Bool   `tfsdk:"active"`
	PanelURL         types.String `tfsdk:"panel_url"`
	PostPay          types.Object `tfsdk:"post_pay"`
	TokenPrices      types.Map    `tfsdk:"token_prices"`
	LandingPageURL   types.String `tfsdk:"landing_page_url"`
	IntegrationURL   types.String `tfsdk:"integration_url"`
	ConnectionStatus types.String `tfsdk:"connection_status"`
	Missing          []string     `tfsdk:"missing"`
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[shown]{
		Name: "solusvm2_billing_settings",
		Schema: schema.Schema{
			MarkdownDescription: "The current settings of WHMCS's SolusVM 2 addon. A setting that the companion cannot find in the addon's storage is null, and its name is in `missing`.",
			Attributes: map[string]schema.Attribute{
				"addon":     resourcekit.ComputedString("Folder of the addon in `modules/addons`: `solusvm2`, or `solusio` in older installations."),
				"active":    resourcekit.ComputedBool("Whether the addon is active."),
				"panel_url": resourcekit.ComputedString("URL of the panel that the addon is connected to, without a slash at its end. Empty if there is none."),
				"post_pay": schema.SingleNestedAttribute{Computed: true, MarkdownDescription: "The rules of post-pay billing.", Attributes: map[string]schema.Attribute{
					"enabled":                 resourcekit.ComputedBool("Whether post-pay is offered."),
					"new_user_limit_group_id": resourcekit.ComputedString("Id of the SolusVM 2 limit group of new users. Empty if there is none."),
					"terms_url":               resourcekit.ComputedString("URL of the terms and conditions. Empty if there are none."),
					"invoice_grace_days":      resourcekit.ComputedInt("Days from the creation of an invoice until it is overdue."),
					"lock_overdue_days":       resourcekit.ComputedInt("Days after the due date until the user is locked."),
					"suspend_overdue_days":    resourcekit.ComputedInt("Days after the due date until the user is suspended."),
				}},
				"token_prices": schema.MapAttribute{
					Computed: true, ElementType: resourcekit.DecimalType{}, MarkdownDescription: "Price of one token, by currency code. A currency without a price is omitted.",
				},
				"landing_page_url":  resourcekit.ComputedString("URL of the landing page while post-pay is enabled (assumed)."),
				"integration_url":   resourcekit.ComputedString("URL at which SolusVM 2 calls the addon. A connected panel has this URL in its billing integration."),
				"connection_status": resourcekit.ComputedString("`connected`, `not_connected` or `integration_differs`, as in the resource. Null if the panel could not be read."),
				"missing":           resourcekit.ComputedStrings("Settings that the companion cannot find in the addon's storage, by the companion's names."),
			},
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, s *shown) diag.Diagnostics {
	client, diags := clients.WHMCS.Get("SolusVM 2 billing configuration")
	if diags.HasError() {
		return diags
	}
	found, err := whmcs.CollectionOf[whmcs.SolusVM2Billing](client, whmcs.KindSolusVM2Billing).Get(ctx, whmcs.SingleID)
	if err != nil {
		return resourcekit.ReadError("SolusVM 2 billing configuration", err)
	}
	row := found.Row
	if row == nil {
		diags.AddError("Unable to read SolusVM 2 billing configuration", "The companion in WHMCS shows no settings of the SolusVM 2 addon. Update the companion's files.")
		return diags
	}
	all := &model{Connection: types.ObjectNull(connectionTypes), PostPay: types.ObjectNull(postPayTypes), TokenPrices: types.MapNull(resourcekit.DecimalType{})}
	fillSettings(row, all, whmcsobject.FillOptions{Import: true})
	if all.TokenPrices.IsNull() && row.Has("token_prices") {
		all.TokenPrices = types.MapValueMust(resourcekit.DecimalType{}, map[string]attr.Value{})
	}
	status, err := connectionStatus(ctx, clients.SolusVM2.Client, row)
	inOrder := types.StringValue(status)
	if err != nil {
		inOrder = types.StringNull()
		diags.AddWarning("The panel's billing integration was not checked", "The settings in WHMCS were read. The billing integration of the panel could not be read: "+resourcekit.Sentence(err.Error()))
	}
	panel := types.StringPointerValue(row.URL)
	if row.URL != nil {
		panel = types.StringValue(panelURL(*row.URL))
	}
	*s = shown{
		Addon: types.StringValue(row.Addon), Active: types.BoolValue(row.Active), PanelURL: panel, PostPay: all.PostPay, TokenPrices: all.TokenPrices,
		LandingPageURL: types.StringValue(row.LandingPageURL), IntegrationURL: types.StringValue(row.IntegrationURL), ConnectionStatus: inOrder, Missing: row.Missing,
	}
	return diags
}
