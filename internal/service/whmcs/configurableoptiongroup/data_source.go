package configurableoptiongroup

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
	NameRegex types.String  `tfsdk:"name_regex"`
	Groups    []listElement `tfsdk:"configurable_option_groups"`
}

type listElement struct {
	ID          types.String `tfsdk:"id"`
	Name        types.String `tfsdk:"name"`
	Description types.String `tfsdk:"description"`
	ProductIDs  []string     `tfsdk:"product_ids"`
	Options     types.Int64  `tfsdk:"options"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_configurable_option_groups",
		Schema: schema.Schema{
			MarkdownDescription: "The groups of configurable options in WHMCS.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"configurable_option_groups": resourcekit.ComputedList("The groups that match, by ascending id.", map[string]schema.Attribute{
					"id":          resourcekit.ComputedString("WHMCS's id of the group."),
					"name":        resourcekit.ComputedString("Name of the group."),
					"description": resourcekit.ComputedString("Description, which only administrators see."),
					"product_ids": resourcekit.ComputedStrings("Ids of the products that offer the options."),
					"options":     resourcekit.ComputedInt("Number of options in the group."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Groups, diags = resourcekit.Listing[whmcs.Client, whmcs.ConfigurableOptionGroup, listElement]{
		System: clients.WHMCS, What: "WHMCS configurable option groups",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ConfigurableOptionGroup, error) {
			return whmcs.CollectionOf[whmcs.ConfigurableOptionGroup](client, whmcs.KindOptionGroup).List(ctx, nil)
		},
		Keep: func(row whmcs.ConfigurableOptionGroup) bool { return matches(row.Name) },
		Show: func(row whmcs.ConfigurableOptionGroup) listElement {
			return listElement{
				ID: types.StringValue(row.ID), Name: types.StringValue(row.Name), Description: types.StringValue(row.Description),
				ProductIDs: row.ProductIDs, Options: types.Int64Value(int64(len(row.Options))),
			}
		},
	}.Read(ctx)
	return diags
}
