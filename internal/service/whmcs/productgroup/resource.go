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
		InUseRemedy: "Terraform deletes a group before it updates the products that leave the group. Put the group's block back, apply, so that the products move, then remove the block and apply again. " +
			"A product that was ever sold stays in WHMCS. To remove the group from Terraform beside such a product, put the block back with on_destroy = \"hide\" or \"keep\", apply, and then remove the block.",
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
		MarkdownDescription: "A product group: the heading under which WHMCS's order form presents products.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ProductGroup.Name,
				"Name of the group, as customers see it."),
			"slug": resourcekit.Text(kinds.ProductGroup.Slug,
				"The group's part of order form URLs: lower-case letters, digits and hyphens, unique among groups. WHMCS makes it from the name where it is not given. Null on a WHMCS before 8.0, which has none."),
			"headline": resourcekit.Text(kinds.ProductGroup.Headline,
				"Headline on the order form. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"tagline": resourcekit.Text(kinds.ProductGroup.Tagline,
				"Tagline on the order form. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"order_form_template": resourcekit.Text(kinds.ProductGroup.OrderFormTemplate,
				"Name of the order form template for this group, such as `standard_cart`. Empty = WHMCS's default template. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"disabled_gateways": resourcekit.TextSet(kinds.ProductGroup.DisabledGateways,
				"System names of the payment gateways that may not be used for the group's products, such as `paypal`. Defaults to `[]` when the group is created. If removed, the current value is kept."),
			"hidden": resourcekit.Bool(kinds.ProductGroup.Hidden,
				"Hide the group from the order form; direct links keep working. Defaults to `false` when the group is created. If removed, the current value is kept."),
			"order": resourcekit.Int(kinds.ProductGroup.Order,
				"Place among the groups, lowest first, 0 or more. Default: behind the last one."),
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
				MarkdownDescription: "What a destroy does: `delete` removes the group and is refused while products are in it; `hide` keeps it, hidden; `keep` leaves it as it is. Defaults to `delete`.",
				Validators:          []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyHide, onDestroyKeep)},
			},
		},
	}
}
