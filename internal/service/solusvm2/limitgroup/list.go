package limitgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
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
		Description: "Limit groups of a SolusVM 2 panel.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[solusvm2.Client, solusvm2.LimitGroup, listresource.Object]{
				System: clients.SolusVM2, What: "SolusVM 2 limit groups",
				List: listGroups,
				Keep: func(o solusvm2.LimitGroup) bool {
					return matches(o.Name)
				},
				Show: func(o solusvm2.LimitGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
