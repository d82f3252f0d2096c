package configurableoptiongroup

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
		NewResource(), "Groups of configurable options of WHMCS.",
		"name_regex", "name",
		func(clients *resourcekit.Clients) listresource.Listing[whmcs.Client, whmcs.ConfigurableOptionGroup] {
			return listresource.Listing[whmcs.Client, whmcs.ConfigurableOptionGroup]{
				System: clients.WHMCS, What: "WHMCS configurable option groups",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ConfigurableOptionGroup, error) {
					return whmcs.CollectionOf[whmcs.ConfigurableOptionGroup](client, whmcs.KindOptionGroup).All(ctx)
				},
				Show: func(o whmcs.ConfigurableOptionGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}
		})
}
