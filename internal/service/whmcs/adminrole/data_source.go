// Package adminrole is hosting_whmcs_admin_roles: the role groups of the administrators of WHMCS.
package adminrole

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type model struct {
	NameRegex  types.String `tfsdk:"name_regex"`
	AdminRoles []element    `tfsdk:"admin_roles"`
}

type element struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "whmcs_admin_roles",
		Schema: schema.Schema{
			MarkdownDescription: "The administrator role groups in WHMCS (System Settings > Administrator Roles), such as those that may use an addon module.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"admin_roles": resourcekit.ComputedList("The role groups that match, by ascending id.", map[string]schema.Attribute{
					"id":   resourcekit.ComputedString("WHMCS's id of the role group."),
					"name": resourcekit.ComputedString("Name of the role group."),
				}),
			},
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.AdminRoles, diags = resourcekit.Listing[whmcs.Client, whmcs.AdminRole, element]{
		System: clients.WHMCS, What: "WHMCS administrator roles",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.AdminRole, error) {
			return whmcs.CollectionOf[whmcs.AdminRole](client, whmcs.KindAdminRole).List(ctx, nil)
		},
		Keep: func(row whmcs.AdminRole) bool { return matches(row.Name) },
		Show: func(row whmcs.AdminRole) element {
			return element{ID: types.StringValue(row.ID), Name: types.StringValue(row.Name)}
		},
	}.Read(ctx)
	return diags
}
