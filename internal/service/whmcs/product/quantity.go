package product

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// onlyOnCreation plans the prior value unless manage_quantity is true. Orders change the stock, so a later
// initial_quantity must not overwrite it.
type onlyOnCreation struct{}

func (onlyOnCreation) Description(context.Context) string {
	return "is used only on creation, unless manage_quantity is set"
}
func (m onlyOnCreation) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (onlyOnCreation) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() {
		return
	}
	var manage types.Bool
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("manage_quantity"), &manage)...)
	if !manage.IsUnknown() && !manage.ValueBool() {
		resp.PlanValue = req.StateValue
	}
}

// checkQuantities checks a product that a customer may order several of at once. WHMCS cannot combine that with custom
// fields or configurable options (documented).
func checkQuantities(ctx context.Context, c *planCheck) {
	at, allowed := path.Root("allow_multiple_quantities"), c.Plan.AllowMultipleQuantities
	if allowed.IsUnknown() || allowed.ValueString() == "" || allowed.ValueString() == "no" {
		return
	}
	isNew := c.Prior == nil || !allowed.Equal(c.Prior.AllowMultipleQuantities)
	if len(c.Plan.CustomFields.Elements()) > 0 && (isNew || !c.Plan.CustomFields.Equal(c.Prior.CustomFields)) {
		resourcekit.AddAttributeError(c.Diagnostics, at, "Multiple quantities cannot be combined with custom fields",
			"If a product has custom fields, WHMCS cannot sell it in quantities greater than one. Set allow_multiple_quantities = \"no\", or remove custom_fields.")
		return
	}
	if !isNew || c.Prior == nil || c.Client.HasWritten() {
		return
	}
	const remedy = "WHMCS cannot sell such a product in quantities greater than one. Remove them, or set allow_multiple_quantities = \"no\"."
	if row := c.live(ctx); row != nil && len(row.CustomFields) > len(c.Prior.CustomFields.Elements()) {
		c.Diagnostics.AddAttributeWarning(at, "The product "+c.Plan.Name.ValueString()+" has custom fields in WHMCS", remedy)
	}
	groups, err := whmcs.CollectionOf[whmcs.ConfigurableOptionGroup](c.Client, whmcs.KindOptionGroup).List(ctx, nil)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	for _, group := range groups {
		if slices.Contains(group.ProductIDs, c.ID) {
			c.Diagnostics.AddAttributeWarning(at, fmt.Sprintf("The product %s has the configurable options %q", c.Plan.Name.ValueString(), group.Name), remedy)
		}
	}
}
