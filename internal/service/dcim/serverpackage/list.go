package serverpackage

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
		Description: "Hardware packages of a TopLink DCIM.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[dcim.Client, dcim.Package, listresource.Object]{
				System: clients.DCIM, What: "DCIM packages",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.Package, error) {
					return client.ListPackages(ctx)
				},
				Keep: func(o dcim.Package) bool {
					return matches(o.Name)
				},
				Show: func(o dcim.Package) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
