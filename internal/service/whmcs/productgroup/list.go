package productgroup

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
	Hidden    types.Bool   `tfsdk:"hidden"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Product groups of WHMCS.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
			"hidden": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Only those that are hidden from the order form (`true`) or shown (`false`).",
			},
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.ProductGroup, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS product groups",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ProductGroup, error) {
					return whmcs.CollectionOf[whmcs.ProductGroup](client, whmcs.KindProductGroup).All(ctx)
				},
				Keep: func(o whmcs.ProductGroup) bool {
					return matches(o.Name) &&
						resourcekit.PassesBool(filters.Hidden, o.Hidden)
				},
				Show: func(o whmcs.ProductGroup) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
