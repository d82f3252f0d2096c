package servergroup

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
	NameRegex types.String `tfsdk:"name_regex"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Server groups of WHMCS.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.ServerGroup, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS server groups",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ServerGroup, error) {
					return whmcs.CollectionOf[whmcs.ServerGroup](client, whmcs.KindServerGroup).All(ctx)
				},
				Keep: func(o whmcs.ServerGroup) bool {
					return matches(o.Name)
				},
				Show: func(o whmcs.ServerGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
