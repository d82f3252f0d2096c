package addonmodule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.ByName(
		NewResource(), "Active addon modules of WHMCS.", "module_regex", "folder",
		func(clients *resourcekit.Clients) listresource.Listing[whmcs.Client, whmcs.AddonModule] {
			return listresource.Listing[whmcs.Client, whmcs.AddonModule]{
				System: clients.WHMCS, What: "WHMCS addon modules",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.AddonModule, error) {
					return whmcs.CollectionOf[whmcs.AddonModule](client, whmcs.KindAddonModule).All(ctx)
				},
				Show: func(o whmcs.AddonModule) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Module}
				},
			}
		})
}
