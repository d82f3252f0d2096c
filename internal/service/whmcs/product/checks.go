package product

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// validateConfig checks the configuration without a request to WHMCS.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	whmcsobject.ValidateSale(&diags, "product", m.PayType, resourcekit.PriceMaps{Prices: m.Prices, SetupFees: m.SetupFees})
	validateModuleOptions(m, &diags)
	if enabled, _ := m.Overages.Attributes()["enabled"].(types.Bool); enabled.ValueBool() {
		requireAll(&diags, path.Root("overages"), m.Overages, "Enabled overages need")
	}
	if payType, _ := m.Affiliate.Attributes()["pay_type"].(types.String); payType.ValueString() == "percentage" || payType.ValueString() == "fixed" {
		requireAll(&diags, path.Root("affiliate"), m.Affiliate, "A commission that is a percentage or fixed needs")
	}
	if m.ManageQuantity.ValueBool() && m.InitialQuantity.IsNull() {
		resourcekit.AddAttributeError(&diags, path.Root("manage_quantity"), "initial_quantity is missing", "manage_quantity keeps the stock at initial_quantity. Set initial_quantity too.")
	}
	return diags
}

// requireAll adds an error for each attribute that an object omits. Terraform drops a misspelt attribute silently, and
// the default would cost money.
func requireAll(diags *diag.Diagnostics, at path.Path, object types.Object, reason string) {
	for _, name := range slices.Sorted(maps.Keys(object.Attributes())) {
		if object.Attributes()[name].IsNull() {
			resourcekit.AddAttributeError(diags, at.AtName(name), name+" is missing", reason+" "+name+". Terraform ignores misspelt arguments, so check the spelling.")
		}
	}
}

// planCheck is the check of one planned write. It reads the product from WHMCS once at most.
type planCheck struct {
	*whmcsobject.Write[model]

	read bool
	row  *whmcs.Product
}

// checkPlan checks the planned write of a product. WHMCS then validates the write as a whole.
func checkPlan(ctx context.Context, w *whmcsobject.Write[model]) {
	completeWrite(w)
	c := &planCheck{Write: w}
	whmcsobject.CheckSale(ctx, w, sale(ctx, c))
	checkCustomFields(c)
	if c.Client == nil || c.Diagnostics.HasError() {
		return
	}
	checkQuantities(ctx, c)
	checkModuleOptions(ctx, c)
	warnOfKeptOptions(ctx, c)
	warnOfLeftColumns(ctx, c)
	warnOfDefaults(ctx, c)
	warnOfNoPackage(c)
	checkOptionCodec(ctx, c)
	checkLiveChanges(ctx, c)
}

// live returns the product in WHMCS now, with its usage counters. It is nil if the product cannot be read. The checks
// that need it are then skipped. Validate reports the failure in a plan, but not in an apply.
func (c *planCheck) live(ctx context.Context) *whmcs.Product {
	if !c.read && c.Client != nil && c.ID != "" {
		c.read = true
		found, err := whmcs.CollectionOf[whmcs.Product](c.Client, whmcs.KindProduct).Get(ctx, c.ID, "usage")
		if err == nil {
			c.row = found.Row
		}
	}
	return c.row
}

// checkLiveChanges adds errors for changes that reach live services at once, and warnings for those that
// allow_live_changes permits.
func checkLiveChanges(ctx context.Context, c *planCheck) {
	if c.Prior == nil {
		return
	}
	refused, allowed := liveChanges(c.Write)
	if len(refused)+len(allowed) == 0 {
		return
	}
	row := c.live(ctx)
	if row == nil || row.Usage == nil || row.Usage.LiveServices == 0 {
		return
	}
	for _, field := range refused {
		if holds(ctx, c, row, field) {
			continue // WHMCS already has these values, from the other form of the attribute
		}
		word := field
		if field == "toplink_dcim" {
			word = "module_options"
		}
		resourcekit.AddAttributeError(c.Diagnostics, path.Root(field), "The change would affect live services", fmt.Sprintf(
			"Live services of this product: %d. WHMCS applies a change of %s immediately to all of them. To allow this change, add %q to allow_live_changes. To keep the services unchanged, create a new product.", row.Usage.LiveServices, field, word))
	}
	if c.Client.HasWritten() {
		return // the plan has shown the warnings
	}
	for _, field := range allowed {
		c.Diagnostics.AddAttributeWarning(path.Root(field), fmt.Sprintf("The product %s: %d live services are affected", c.Plan.Name.ValueString(), row.Usage.LiveServices),
			fmt.Sprintf("The change of %s affects them immediately.", field))
	}
}

// holds reports whether the live product already has all planned module settings, as when they move from
// module_options to toplink_dcim or back.
func holds(ctx context.Context, c *planCheck, row *whmcs.Product, field string) bool {
	switch field {
	case "module_options":
		return holdsOptions(ctx, c, row)
	case "toplink_dcim":
		if row.ToplinkDCIM == nil {
			return false
		}
		live := toplinkValues(row.ToplinkDCIM)
		for name, element := range c.Plan.ToplinkDCIM.Attributes() {
			if !element.IsNull() && !element.Equal(live[name]) {
				return false
			}
		}
		return true
	}
	return false
}
