package apikey

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
		NewResource(), "System API keys of a TopLink DCIM. The secrets of existing keys cannot be read.",
		"label_regex", "label",
		func(clients *resourcekit.Clients) listresource.Listing[dcim.Client, dcim.APIKey] {
			return listresource.Listing[dcim.Client, dcim.APIKey]{
				System: clients.DCIM, What: "DCIM API keys",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.APIKey, error) { return client.ListAPIKeys(ctx) },
				Show: func(o dcim.APIKey) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Label}
				},
			}
		})
}
