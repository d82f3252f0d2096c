package server

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
	Module    types.String `tfsdk:"module"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Servers of WHMCS.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
			"module": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those that this server module provisions.",
			},
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.Server, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS servers",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.Server, error) {
					return whmcs.CollectionOf[whmcs.Server](client, whmcs.KindServer).All(ctx)
				},
				Keep: func(o whmcs.Server) bool {
					return matches(o.Name) &&
						resourcekit.PassesText(filters.Module, o.Module)
				},
				Show: func(o whmcs.Server) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
