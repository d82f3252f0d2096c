package limitgroup

import (
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.ByName(
		NewResource(), "Limit groups of a SolusVM 2 panel.", "name_regex", "name",
		func(clients *resourcekit.Clients) listresource.Listing[solusvm2.Client, solusvm2.LimitGroup] {
			return listresource.Listing[solusvm2.Client, solusvm2.LimitGroup]{
				System: clients.SolusVM2, What: "SolusVM 2 limit groups",
				List: listGroups,
				Show: func(o solusvm2.LimitGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}
		})
}
