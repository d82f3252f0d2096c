package productgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type listModel struct {
	NameRegex     types.String  `tfsdk:"name_regex"`
	ProductGroups []listElement `tfsdk:"product_groups"`
}

type listElement struct {
	ID       types.String `tfsdk:"id"`
	Name     types.String `tfsdk:"name"`
	Slug     types.String `tfsdk:"slug"`
	Hidden   types.Bool   `tfsdk:"hidden"`
	Order    types.Int64  `tfsdk:"order"`
	Products types.Int64  `tfsdk:"products"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_product_groups",
		Schema: schema.Schema{
			MarkdownDescription: "The product groups in WHMCS.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"product_groups": resourcekit.ComputedList("The groups that match, by ascending id.", map[string]schema.Attribute{
					"id":       resourcekit.ComputedString("WHMCS's id of the group."),
					"name":     resourcekit.ComputedString("Name of the group."),
					"slug":     resourcekit.ComputedString("The group's part of order form URLs. Null on a WHMCS before 8.0."),
					"hidden":   resourcekit.ComputedBool("Whether the group is hidden from the order form."),
					"order":    resourcekit.ComputedInt("Sort order among the groups, lowest first."),
					"products": resourcekit.ComputedInt("Number of products that are in the group now."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.ProductGroups, diags = resourcekit.Listing[whmcs.Client, whmcs.ProductGroup, listElement]{
		System: clients.WHMCS, What: "WHMCS product groups",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ProductGroup, error) {
			return whmcs.CollectionOf[whmcs.ProductGroup](client, whmcs.KindProductGroup).List(ctx, nil, "usage")
		},
		Keep: func(row whmcs.ProductGroup) bool { return matches(row.Name) },
		Show: show,
	}.Read(ctx)
	return diags
}

func show(row whmcs.ProductGroup) listElement {
	element := listElement{
		ID: types.StringValue(row.ID), Name: types.StringValue(row.Name), Slug: types.StringPointerValue(row.Slug),
		Hidden: types.BoolValue(row.Hidden), Order: types.Int64Value(row.Order), Products: types.Int64Null(),
	}
	if row.Usage != nil {
		element.Products = types.Int64Value(row.Usage.Products)
	}
	return element
}
