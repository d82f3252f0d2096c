package serverpackage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.ByName(
		NewResource(), "Hardware packages of a TopLink DCIM.", "name_regex", "name",
		func(clients *resourcekit.Clients) listresource.Listing[dcim.Client, dcim.Package] {
			return listresource.Listing[dcim.Client, dcim.Package]{
				System: clients.DCIM, What: "DCIM packages",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.Package, error) {
					return client.ListPackages(ctx)
				},
				Show: func(o dcim.Package) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}
		})
}
