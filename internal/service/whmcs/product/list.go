package product

import (
	"context"

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
	NameRegex      types.String `tfsdk:"name_regex"`
	ProductGroupID types.String `tfsdk:"product_group_id"`
	Module         types.String `tfsdk:"module"`
	Hidden         types.Bool   `tfsdk:"hidden"`
	Retired        types.Bool   `tfsdk:"retired"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Products of WHMCS.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
			"product_group_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those in this product group.",
				Validators: []validator.String{resourcekit.ID()},
			},
			"module": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those that this server module provisions, such as `toplink_dcim`.",
			},
			"hidden": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Only those that are hidden from the order form (`true`) or shown (`false`).",
			},
			"retired": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Only those that are retired (`true`) or not (`false`).",
			},
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[whmcs.Client, whmcs.Product, listresource.Object]{
				System: clients.WHMCS, What: "WHMCS products",
				List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.Product, error) {
					return whmcs.CollectionOf[whmcs.Product](client, whmcs.KindProduct).All(ctx)
				},
				Keep: func(o whmcs.Product) bool {
					return matches(o.Name) &&
						resourcekit.PassesText(filters.ProductGroupID, o.ProductGroupID) &&
						resourcekit.PassesText(filters.Module, o.Module) &&
						resourcekit.PassesBool(filters.Hidden, o.Hidden) &&
						resourcekit.PassesBool(filters.Retired, o.Retired)
				},
				Show: func(o whmcs.Product) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
