package servergroup

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
		NewResource(), "Server groups of WHMCS.", "name_regex", "name",
		func(clients *resourcekit.Clients) listresource.Listing[whmcs.Client, whmcs.ServerGroup] {
			return listresource.Listing[whmcs.Client, whmcs.ServerGroup]{
				System: clients.WHMCS, What: "WHMCS server groups",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ServerGroup, error) {
					return whmcs.CollectionOf[whmcs.ServerGroup](client, whmcs.KindServerGroup).All(ctx)
				},
				Show: func(o whmcs.ServerGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}
		})
}
