package productaddon

import (
	"context"
	"slices"

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
	NameRegex types.String  `tfsdk:"name_regex"`
	ProductID types.String  `tfsdk:"product_id"`
	Addons    []listElement `tfsdk:"product_addons"`
}

type listElement struct {
	ID            types.String `tfsdk:"id"`
	Name          types.String `tfsdk:"name"`
	ProductIDs    []string     `tfsdk:"product_ids"`
	PayType       types.String `tfsdk:"pay_type"`
	Hidden        types.Bool   `tfsdk:"hidden"`
	Retired       types.Bool   `tfsdk:"retired"`
	ServiceAddons types.Int64  `tfsdk:"service_addons"`
	Prices        types.Map    `tfsdk:"prices"`
	SetupFees     types.Map    `tfsdk:"setup_fees"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_product_addons",
		Schema: schema.Schema{
			MarkdownDescription: "The product addons in WHMCS, and how many services have them.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"product_id": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Only those that are offered with this product.",
					Validators: []validator.String{resourcekit.ID()},
				},
				"product_addons": resourcekit.ComputedList("The addons that match, by ascending id.", map[string]schema.Attribute{
					"id":             resourcekit.ComputedString("WHMCS's id of the addon."),
					"name":           resourcekit.ComputedString("Name of the addon."),
					"product_ids":    resourcekit.ComputedStrings("Ids of the products that the addon is offered with."),
					"pay_type":       resourcekit.ComputedString("How the addon is paid: `free`, `one_time` or `recurring`."),
					"hidden":         resourcekit.ComputedBool("Whether the addon is hidden from customers."),
					"retired":        resourcekit.ComputedBool("Whether the addon is retired."),
					"service_addons": resourcekit.ComputedInt("How many services, of any status, have the addon."),
					"prices": schema.MapAttribute{
						Computed: true, ElementType: resourcekit.PricesType.ElemType,
						MarkdownDescription: "Prices by currency code, then by billing cycle, as exact decimal text. Cycles that " +
							"are off are not listed.",
					},
					"setup_fees": schema.MapAttribute{
						Computed: true, ElementType: resourcekit.PricesType.ElemType,
						MarkdownDescription: "Set-up fees by currency code, then by billing cycle, as exact decimal text. Fees " +
							"of zero are not listed.",
					},
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Addons, diags = resourcekit.Listing[whmcs.Client, whmcs.ProductAddon, listElement]{
		System: clients.WHMCS, What: "WHMCS product addons",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ProductAddon, error) {
			return whmcs.CollectionOf[whmcs.ProductAddon](client, whmcs.KindProductAddon).List(ctx, nil, "usage")
		},
		Keep: func(row whmcs.ProductAddon) bool {
			return matches(row.Name) && (m.ProductID.IsNull() || slices.Contains(row.ProductIDs, m.ProductID.ValueString()))
		},
		Show: show,
	}.Read(ctx)
	return diags
}

func show(row whmcs.ProductAddon) listElement {
	rows := map[string]map[string]resourcekit.AmountRow{}
	for currency, cycles := range row.Pricing {
		rows[currency] = whmcsobject.AmountRows(cycles)
	}
	element := listElement{
		ID: types.StringValue(row.ID), Name: types.StringValue(row.Name), ProductIDs: row.ProductIDs,
		PayType: types.StringValue(row.PayType), Hidden: types.BoolPointerValue(row.Hidden),
		Retired: types.BoolPointerValue(row.Retired),
	}
	element.Prices, element.SetupFees = resourcekit.AmountMaps(rows, types.MapValueMust(resourcekit.PricesType.ElemType, nil))
	if row.Usage != nil {
		element.ServiceAddons = types.Int64Value(row.Usage.ServiceAddons)
	}
	return element
}
