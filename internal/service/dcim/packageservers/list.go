package packageservers

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// listFilters are the filters of the list resource.
type listFilters struct {
	NameRegex types.String `tfsdk:"name_regex"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Hardware packages of a TopLink DCIM that servers are bound to, with these servers.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			listed := map[string]bool{}
			return resourcekit.Listing[dcim.Client, dcim.Server, listresource.Object]{
				System: clients.DCIM, What: "DCIM servers",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.Server, error) { return client.ListServers(ctx) },
				Keep: func(s dcim.Server) bool {
					first := s.PackageID != "" && !listed[s.PackageID] && matches(s.PackageName)
					listed[s.PackageID] = true
					return first
				},
				Show: func(s dcim.Server) listresource.Object {
					return listresource.Object{ID: s.PackageID, Name: s.PackageName}
				},
			}.Read(ctx)
		},
	})
}
