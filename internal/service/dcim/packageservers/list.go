package packageservers

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
		NewResource(), "Hardware packages of a TopLink DCIM that servers are bound to, with these servers.",
		"name_regex", "name",
		func(clients *resourcekit.Clients) listresource.Listing[dcim.Client, dcim.Server] {
			listed := map[string]bool{}
			return listresource.Listing[dcim.Client, dcim.Server]{
				System: clients.DCIM, What: "DCIM servers",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.Server, error) { return client.ListServers(ctx) },
				Keep: func(s dcim.Server) bool {
					first := s.PackageID != "" && !listed[s.PackageID]
					listed[s.PackageID] = true
					return first
				},
				Show: func(s dcim.Server) listresource.Object {
					return listresource.Object{ID: s.PackageID, Name: s.PackageName}
				},
			}
		})
}
