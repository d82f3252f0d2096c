package configurableoptiongroup

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
		Description: "Groups of configurable options of WHMCS.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.ConfigurableOptionGroup, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS configurable option groups",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ConfigurableOptionGroup, error) {
					return whmcs.CollectionOf[whmcs.ConfigurableOptionGroup](client, whmcs.KindOptionGroup).All(ctx)
				},
				Keep: func(o whmcs.ConfigurableOptionGroup) bool {
					return matches(o.Name)
				},
				Show: func(o whmcs.ConfigurableOptionGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
