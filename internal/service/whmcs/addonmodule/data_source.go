package addonmodule

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
	ModuleRegex types.String  `tfsdk:"module_regex"`
	Modules     []listElement `tfsdk:"addon_modules"`
}

type listElement struct {
	ID             types.String `tfsdk:"id"`
	Module         types.String `tfsdk:"module"`
	Version        types.String `tfsdk:"version"`
	AdminRoleIDs   []string     `tfsdk:"admin_role_ids"`
	AdminRoleNames []string     `tfsdk:"admin_role_names"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_addon_modules",
		Schema: schema.Schema{
			MarkdownDescription: "The active addon modules of WHMCS. Their settings are not listed, because some of them are secrets.",
			Attributes: map[string]schema.Attribute{
				"module_regex": resourcekit.NameRegex("folder"),
				"addon_modules": resourcekit.ComputedList("The modules that match, by name of the folder.", map[string]schema.Attribute{
					"id":               resourcekit.ComputedString("Id for an import. It is the folder."),
					"module":           resourcekit.ComputedString("Folder of the module in `modules/addons`."),
					"version":          resourcekit.ComputedString("Version of the module that WHMCS has stored."),
					"admin_role_ids":   resourcekit.ComputedStrings("Ids of the administrator role groups that may use the module."),
					"admin_role_names": resourcekit.ComputedStrings("Names of these role groups."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.ModuleRegex)
	m.Modules, diags = resourcekit.Listing[whmcs.Client, whmcs.AddonModule, listElement]{
		System: clients.WHMCS, What: "WHMCS addon modules",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.AddonModule, error) {
			return whmcs.CollectionOf[whmcs.AddonModule](client, whmcs.KindAddonModule).List(ctx, nil)
		},
		Keep: func(row whmcs.AddonModule) bool { return matches(row.Module) },
		Show: func(row whmcs.AddonModule) listElement {
			return listElement{
				ID: types.StringValue(row.ID), Module: types.StringValue(row.Module), Version: types.StringValue(row.Version),
				AdminRoleIDs: row.AdminRoleIDs, AdminRoleNames: row.AdminRoleNames,
			}
		},
	}.Read(ctx)
	return diags
}
