package productaddon

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// listFilters are the filters of the list resource.
type listFilters struct {
	NameRegex types.String `tfsdk:"name_regex"`
	ProductID types.String `tfsdk:"product_id"`
	Hidden    types.Bool   `tfsdk:"hidden"`
	Retired   types.Bool   `tfsdk:"retired"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Product addons of WHMCS.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
			"product_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those that are offered with this product.",
				Validators: []validator.String{resourcekit.ID()},
			},
			"hidden": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Only those that are hidden from customers (`true`) or shown (`false`).",
			},
			"retired": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Only those that are retired (`true`) or not (`false`).",
			},
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.ProductAddon, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS product addons",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ProductAddon, error) {
					return whmcs.CollectionOf[whmcs.ProductAddon](client, whmcs.KindProductAddon).All(ctx)
				},
				Keep: func(o whmcs.ProductAddon) bool {
					offered := filters.ProductID.IsNull() || slices.Contains(o.ProductIDs, filters.ProductID.ValueString())
					return matches(o.Name) && offered &&
						resourcekit.PassesBool(filters.Hidden, isTrue(o.Hidden)) &&
						resourcekit.PassesBool(filters.Retired, isTrue(o.Retired))
				},
				Show: func(o whmcs.ProductAddon) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}

// isTrue reports whether a flag is set. A WHMCS without its column has no such flag.
func isTrue(flag *bool) bool { return flag != nil && *flag }
