package apikey

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
	LabelRegex types.String `tfsdk:"label_regex"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "System API keys of a TopLink DCIM. The secrets of existing keys cannot be read.",
		Filters: map[string]schema.Attribute{
			"label_regex": resourcekit.NameRegex("label"),
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.LabelRegex)
			return resourcekit.Listing[dcim.Client, dcim.APIKey, listresource.Object]{
				System: clients.DCIM, What: "DCIM API keys",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.APIKey, error) { return client.ListAPIKeys(ctx) },
				Keep: func(o dcim.APIKey) bool {
					return matches(o.Label)
				},
				Show: func(o dcim.APIKey) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Label}
				},
			}.Read(ctx)
		},
	})
}
