package servergroup

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
	NameRegex    types.String  `tfsdk:"name_regex"`
	ServerGroups []listElement `tfsdk:"server_groups"`
}

type listElement struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	FillType  types.String `tfsdk:"fill_type"`
	ServerIDs []string     `tfsdk:"server_ids"`
	Products  types.Int64  `tfsdk:"products"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_server_groups",
		Schema: schema.Schema{
			MarkdownDescription: "The server groups in WHMCS.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"server_groups": resourcekit.ComputedList("The groups that match, by ascending id.", map[string]schema.Attribute{
					"id":         resourcekit.ComputedString("WHMCS's id of the group."),
					"name":       resourcekit.ComputedString("Name of the group."),
					"fill_type":  resourcekit.ComputedString("How WHMCS chooses a server: `least_full` or `fill_default_first`."),
					"server_ids": resourcekit.ComputedStrings("Ids of the servers in the group."),
					"products":   resourcekit.ComputedInt("Number of products that are provisioned on the group now."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.ServerGroups, diags = resourcekit.Listing[whmcs.Client, whmcs.ServerGroup, listElement]{
		System: clients.WHMCS, What: "WHMCS server groups",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ServerGroup, error) {
			return whmcs.CollectionOf[whmcs.ServerGroup](client, whmcs.KindServerGroup).List(ctx, nil, "usage")
		},
		Keep: func(row whmcs.ServerGroup) bool { return matches(row.Name) },
		Show: func(row whmcs.ServerGroup) listElement {
			element := listElement{ID: types.StringValue(row.ID), Name: types.StringValue(row.Name), FillType: types.StringValue(row.FillType), ServerIDs: row.ServerIDs, Products: types.Int64Null()}
			if row.Usage != nil {
				element.Products = types.Int64Value(row.Usage.Products)
			}
			return element
		},
	}.Read(ctx)
	return diags
}
