package addonmodule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// listFilters are the filters of the list resource.
type listFilters struct {
	ModuleRegex types.String `tfsdk:"module_regex"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Active addon modules of WHMCS.",
		Filters: map[string]schema.Attribute{
			"module_regex": resourcekit.NameRegex("folder"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.ModuleRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.AddonModule, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS addon modules",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.AddonModule, error) {
					return whmcs.CollectionOf[whmcs.AddonModule](client, whmcs.KindAddonModule).All(ctx)
				},
				Keep: func(o whmcs.AddonModule) bool {
					return matches(o.Module)
				},
				Show: func(o whmcs.AddonModule) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Module}
				},
			}.Read(ctx)
		},
	})
}
