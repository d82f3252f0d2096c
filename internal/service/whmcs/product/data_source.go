package product

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type listModel struct {
	NameRegex      types.String  `tfsdk:"name_regex"`
	ProductGroupID types.String  `tfsdk:"product_group_id"`
	Module         types.String  `tfsdk:"module"`
	Products       []listElement `tfsdk:"products"`
}

type listElement struct {
	ID             types.String `tfsdk:"id"`
	ProductGroupID types.String `tfsdk:"product_group_id"`
	Name           types.String `tfsdk:"name"`
	Type           types.String `tfsdk:"type"`
	PayType        types.String `tfsdk:"pay_type"`
	AutoSetup      types.String `tfsdk:"auto_setup"`
	Module         types.String `tfsdk:"module"`
	ServerGroupID  types.String `tfsdk:"server_group_id"`
	Hidden         types.Bool   `tfsdk:"hidden"`
	Retired        types.Bool   `tfsdk:"retired"`
	StockControl   types.Bool   `tfsdk:"stock_control"`
	Quantity       types.Int64  `tfsdk:"quantity"`
	LiveServices   types.Int64  `tfsdk:"live_services"`
	Services       types.Int64  `tfsdk:"services"`
	Prices         types.Map    `tfsdk:"prices"`
	SetupFees      types.Map    `tfsdk:"setup_fees"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_products",
		Schema: schema.Schema{
			MarkdownDescription: "The products in WHMCS, with their stock and the number of their services.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"product_group_id": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Only those in this product group.",
					Validators: []validator.String{resourcekit.ID()},
				},
				"module": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Only those that this server module provisions, such as `toplink_dcim`.",
					Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				},
				"products": resourcekit.ComputedList("The products that match, by ascending id.", map[string]schema.Attribute{
					"id":               resourcekit.ComputedString("WHMCS's id of the product."),
					"product_group_id": resourcekit.ComputedString("Id of its product group."),
					"name":             resourcekit.ComputedString("Name of the product."),
					"type":             resourcekit.ComputedString("Kind of product: `server`, `hostingaccount`, `reselleraccount` or `other`."),
					"pay_type":         resourcekit.ComputedString("Payment type: `free`, `one_time` or `recurring`."),
					"auto_setup":       resourcekit.ComputedString("Time of the automatic setup: `on_order`, `on_payment`, `on_accept` or `never`."),
					"module":           resourcekit.ComputedString("System name of its server module. Empty if there is none."),
					"server_group_id":  resourcekit.ComputedString("Id of its server group. Empty if there is none."),
					"hidden":           resourcekit.ComputedBool("Whether it is hidden from the order form."),
					"retired":          resourcekit.ComputedBool("Whether it is retired."),
					"stock_control":    resourcekit.ComputedBool("Whether its stock is limited."),
					"quantity":         resourcekit.ComputedInt("Number in stock now."),
					"services":         resourcekit.ComputedInt("Number of its services with any status."),
					"live_services":    resourcekit.ComputedInt("Number of its services that are not terminated, cancelled or marked as fraud."),
					"prices": schema.MapAttribute{
						Computed: true, ElementType: resourcekit.PricesType.ElemType,
						MarkdownDescription: "Prices by currency code, then by billing cycle, as exact decimal text. Cycles that are off are not listed.",
					},
					"setup_fees": schema.MapAttribute{
						Computed: true, ElementType: resourcekit.PricesType.ElemType,
						MarkdownDescription: "Set-up fees by currency code, then by billing cycle, as exact decimal text. Fees of zero are not listed.",
					},
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	filter := whmcs.Values{}
	if !m.ProductGroupID.IsNull() {
		filter["product_group_id"] = m.ProductGroupID.ValueString()
	}
	if !m.Module.IsNull() {
		filter["module"] = m.Module.ValueString()
	}
	matches := resourcekit.Matcher(m.NameRegex)
	m.Products, diags = resourcekit.Listing[whmcs.Client, whmcs.Product, listElement]{
		System: clients.WHMCS, What: "WHMCS products",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.Product, error) {
			return whmcs.CollectionOf[whmcs.Product](client, whmcs.KindProduct).List(ctx, filter, "usage")
		},
		Keep: func(row whmcs.Product) bool { return matches(row.Name) },
		Show: newListElement,
	}.Read(ctx)
	return diags
}

func newListElement(row whmcs.Product) listElement {
	element := listElement{
		ID: types.StringValue(row.ID), ProductGroupID: types.StringValue(row.ProductGroupID), Name: types.StringValue(row.Name),
		Type: types.StringValue(row.Type), PayType: types.StringValue(row.PayType), AutoSetup: types.StringValue(row.AutoSetup),
		Module: types.StringValue(row.Module), ServerGroupID: types.StringValue(""),
		Hidden: types.BoolValue(row.Hidden), Retired: types.BoolValue(row.Retired),
		StockControl: types.BoolValue(row.StockControl), Quantity: types.Int64Value(row.Quantity),
	}
	if row.ServerGroupID != nil {
		element.ServerGroupID = types.StringValue(*row.ServerGroupID)
	}
	if row.Usage != nil {
		element.Services, element.LiveServices = types.Int64Value(row.Usage.Services), types.Int64Value(row.Usage.LiveServices)
	}
	rows := map[string]map[string]resourcekit.AmountRow{}
	for currency, cycles := range row.Pricing {
		rows[currency] = whmcsobject.AmountRows(cycles)
	}
	element.Prices, element.SetupFees = resourcekit.AmountMaps(rows, types.MapValueMust(resourcekit.PricesType.ElemType, nil))
	return element
}
