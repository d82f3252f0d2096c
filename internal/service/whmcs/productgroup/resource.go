// Package productgroup is hosting_whmcs_product_group: the groups in which WHMCS presents its products.
package productgroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.ProductGroup]{
		Name:           "whmcs_product_group",
		Noun:           "product group",
		Kind:           whmcs.KindProductGroup,
		Schema:         resourceSchema,
		Key:            func(m *model) whmcs.Values { return whmcs.Values{"name": m.Name.ValueString()} },
		DuplicateNames: true,
		Values:         values,
		Fill:           fill,
		KeepOnDestroy:  keepOnDestroy,
		ProductField:   "product_group_id",
		InUseRemedy: "Terraform deletes a group before it updates the products that leave the group. Restore the group's block and apply, so that the products move. Then remove the block and apply again. " +
			"A product that was sold cannot be deleted, even if all its services have ended. To remove the group of such a product from Terraform, restore the block with on_destroy = \"hide\" or \"keep\", apply, and then remove the block.",
	})
}

// Values of on_destroy.
const (
	onDestroyDelete = "delete"
	onDestroyHide   = "hide"
	onDestroyKeep   = "keep"
)

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A product group: a heading with products on WHMCS's order form.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ProductGroup.Name,
				"Name of the group, as customers see it."),
			"slug": resourcekit.Text(kinds.ProductGroup.Slug,
				"Part of the order form URL that names the group: lower-case letters, digits and hyphens. Unique among groups. If omitted on creation, WHMCS derives it from the name. Null on a WHMCS before 8.0, which has no slugs."),
			"headline": resourcekit.Text(kinds.ProductGroup.Headline,
				"Headline on the order form. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"tagline": resourcekit.Text(kinds.ProductGroup.Tagline,
				"Tagline on the order form. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"order_form_template": resourcekit.Text(kinds.ProductGroup.OrderFormTemplate,
				"Name of the order form template for this group, such as `standard_cart`. Empty means WHMCS's default template. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"disabled_gateways": resourcekit.TextSet(kinds.ProductGroup.DisabledGateways,
				"System names of the payment gateways that may not be used for the group's products, such as `paypal`. Defaults to `[]` when the group is created. If removed, the current value is kept."),
			"hidden": resourcekit.Bool(kinds.ProductGroup.Hidden,
				"Hide the group from the order form. Direct links still work. Defaults to `false` when the group is created. If removed, the current value is kept."),
			"order": resourcekit.Int(kinds.ProductGroup.Order,
				"Sort order among the groups, lowest first, 0 or more. By default, a new group is the last one."),
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
				MarkdownDescription: "Effect of a destroy. `delete` deletes the group. WHMCS refuses to delete it while products are in it. `hide` hides the group. `keep` leaves it unchanged. Default: `delete`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyHide, onDestroyKeep)},
			},
		},
	}
}
