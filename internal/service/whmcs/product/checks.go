package product

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// validateConfig checks the configuration without asking WHMCS.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	list, _ := resourcekit.Amounts(m.Prices, m.SetupFees)
	resourcekit.ValidateSetupFees(&diags, path.Root, m.Prices, m.SetupFees)
	payType := m.PayType.ValueString()
	for _, a := range list {
		at := priceAt(a)
		switch {
		case payType == "":
			// pay_type is not known yet.
		case payType == "free":
			resourcekit.AddAttributeError(&diags, at, "A free product has no prices", "Remove the price, or set pay_type to \"one_time\" or \"recurring\".")
		case payType == "one_time" && a.Cycle != "one_time":
			resourcekit.AddAttributeError(&diags, at, "A one-time product has no billing cycles", "Use one_time instead of "+a.Cycle+", or set pay_type to \"recurring\".")
		case payType == "recurring" && a.Cycle == "one_time":
			resourcekit.AddAttributeError(&diags, at, "A recurring product has no one-time price", "Use a billing cycle such as monthly instead of one_time, or set pay_type to \"one_time\".")
		}
	}
	validateModuleOptions(m, &diags)
	if enabled, _ := m.Overages.Attributes()["enabled"].(types.Bool); enabled.ValueBool() {
		requireAll(&diags, path.Root("overages"), m.Overages, "Overages that are enabled need")
	}
	if payType, _ := m.Affiliate.Attributes()["pay_type"].(types.String); payType.ValueString() == "percentage" || payType.ValueString() == "fixed" {
		requireAll(&diags, path.Root("affiliate"), m.Affiliate, "A commission that is a percentage or fixed needs")
	}
	if m.ManageQuantity.ValueBool() && m.InitialQuantity.IsNull() {
		resourcekit.AddAttributeError(&diags, path.Root("manage_quantity"), "No quantity to hold", "manage_quantity holds the stock at initial_quantity: set that too.")
	}
	return diags
}

// requireAll adds an error for each attribute that an object leaves out. Terraform drops a misspelt attribute silently, and
// the default in its place costs money.
func requireAll(diags *diag.Diagnostics, at path.Path, object types.Object, reason string) {
	for _, name := range slices.Sorted(maps.Keys(object.Attributes())) {
		if object.Attributes()[name].IsNull() {
			resourcekit.AddAttributeError(diags, at.AtName(name), name+" is missing", reason+" "+name+". Look for a misspelt name: Terraform ignores arguments that do not exist.")
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
	checkZeroPrices(c)
	checkPriceChanges(ctx, c)
	// Terraform plans each object again while it applies. The plan has shown these warnings.
	isApply := c.Client != nil && c.Client.HasWritten()
	if !isApply {
		warnOfKeptPrices(c)
	}
	checkCustomFields(c)
	if !isApply && c.Plan.PayType.ValueString() != "free" {
		resourcekit.WarnOfPricesSwitchedOff(c.Diagnostics, path.Root("prices"), "The product "+c.Plan.Name.ValueString(), "the product cannot be ordered with them", storedPrices(ctx, c), c.Plan.Prices)
	}
	if c.Client == nil || c.Diagnostics.HasError() {
		return
	}
	if !isApply {
		checkCurrencies(ctx, c)
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

// priorAmounts returns the prices before the change, by currency and cycle.
func priorAmounts(c *planCheck) map[[2]string]resourcekit.CycleAmount {
	out := map[[2]string]resourcekit.CycleAmount{}
	if c.Prior == nil {
		return out
	}
	list, _ := resourcekit.Amounts(c.Prior.Prices, c.Prior.SetupFees)
	for _, a := range list {
		out[[2]string{a.Currency, a.Cycle}] = a
	}
	return out
}

// warnOfKeptPrices warns about currencies that were removed from the configuration. WHMCS keeps their prices, although
// the plan shows a removal.
func warnOfKeptPrices(c *planCheck) {
	if c.Prior != nil && !c.Plan.Prices.IsUnknown() {
		on := map[string][]string{}
		for key, a := range priorAmounts(c) {
			if _, listed := c.Plan.Prices.Elements()[key[0]]; !listed {
				on[key[0]] = append(on[key[0]], key[1]+" "+a.Price.ValueString())
			}
		}
		for _, currency := range slices.Sorted(maps.Keys(on)) {
			slices.Sort(on[currency])
			c.Diagnostics.AddAttributeWarning(path.Root("prices"), fmt.Sprintf("The product %s stays on sale in %s: %s", c.Plan.Name.ValueString(), currency, strings.Join(on[currency], ", ")), fmt.Sprintf(
				"prices does not list %[1]s now, so these prices are unmanaged, and WHMCS keeps them. To switch them off, write %[1]s = {}.", currency))
		}
	}
}

// checkZeroPrices adds an error for a new price of zero, unless the guards allow it. A forgotten variable must not
// make a product free.
func checkZeroPrices(c *planCheck) {
	if !c.Clients.Guards.RefusesZero() {
		return
	}
	before := priorAmounts(c)
	list, _ := resourcekit.Amounts(c.Plan.Prices, c.Plan.SetupFees)
	for _, a := range list {
		if !a.Price.IsKnown() || !a.Price.Decimal().IsZero() {
			continue
		}
		if old, had := before[[2]string{a.Currency, a.Cycle}]; had && old.Price.Decimal().IsZero() {
			continue
		}
		resourcekit.AddAttributeError(c.Diagnostics, priceAt(a), "A price of zero",
			"Customers could order this product for nothing. If that is meant, write guards { allow_zero_price = true } in the provider block. To switch the billing cycle off, remove it from prices.")
	}
}

// checkPriceChanges applies max_price_change_percent to changes of existing prices.
func checkPriceChanges(ctx context.Context, c *planCheck) {
	guards := c.Clients.Guards
	if guards.MaxPriceChangePercent == "" || c.Prior == nil {
		return
	}
	check := func(at path.Path, noun string, from, to resourcekit.Decimal) {
		guards.CheckChange(c.Diagnostics, at, noun, from, to, decimal.Decimal(c.PrivateState.LastWrittenAmounts[at.String()]))
	}
	before := priorAmounts(c)
	list, _ := resourcekit.Amounts(c.Plan.Prices, c.Plan.SetupFees)
	for _, a := range list {
		old, had := before[[2]string{a.Currency, a.Cycle}]
		if !had {
			old, had = liveAmount(c.live(ctx), a.Currency, a.Cycle) // the price was not managed so far, and the product may be on sale with it
		}
		if !had {
			continue
		}
		check(priceAt(a), "price", old.Price, a.Price)
		check(feeAt(a), "set-up fee", orZero(old.SetupFee), orZero(a.SetupFee))
	}
}

// orZero returns the amount that a set-up fee stands for. One that is not listed is zero.
func orZero(fee resourcekit.Decimal) resourcekit.Decimal {
	if fee.IsNull() {
		return resourcekit.NewDecimal("0.00")
	}
	return fee
}

// liveAmount returns a price that WHMCS has now.
func liveAmount(row *whmcs.Product, currency, cycle string) (resourcekit.CycleAmount, bool) {
	if row == nil {
		return resourcekit.CycleAmount{}, false
	}
	price, on := row.Pricing[currency][cycle]
	return resourcekit.CycleAmount{Currency: currency, Cycle: cycle, Price: resourcekit.NewDecimal(price.Price), SetupFee: resourcekit.NewDecimal(price.SetupFee)}, on
}

// lastWrittenAmounts returns the amounts of a product that was just written, by attribute path.
func lastWrittenAmounts(m *model) map[string]string {
	list, _ := resourcekit.Amounts(m.Prices, m.SetupFees)
	out := map[string]string{}
	for _, a := range list {
		out[priceAt(a).String()] = a.Price.ValueString()
		out[feeAt(a).String()] = orZero(a.SetupFee).ValueString()
	}
	return out
}

// checkCurrencies warns that a new product cannot be bought in the currencies that its prices leave out.
func checkCurrencies(ctx context.Context, c *planCheck) {
	if c.Prior != nil || c.Plan.Prices.IsUnknown() || c.Plan.PayType.ValueString() == "free" {
		return
	}
	currencies, err := c.Client.CachedCurrencies(ctx)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	var left []string
	for _, currency := range currencies {
		if _, listed := c.Plan.Prices.Elements()[string(currency.Code)]; !listed {
			left = append(left, string(currency.Code))
		}
	}
	if len(left) == 0 {
		return
	}
	slices.Sort(left)
	c.Diagnostics.AddAttributeWarning(path.Root("prices"), fmt.Sprintf("The product %s cannot be ordered in %s", c.Plan.Name.ValueString(), strings.Join(left, ", ")),
		"prices does not list these active currencies. Customers who pay in them cannot order the product.")
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
			continue // WHMCS has these values already, from the other form of the attribute
		}
		word := field
		if field == "toplink_dcim" {
			word = "module_options"
		}
		resourcekit.AddAttributeError(c.Diagnostics, path.Root(field), "Live services would be affected", fmt.Sprintf(
			"%d live services use this product, and WHMCS applies a change of %s to all of them at once. If that is meant, add %q to allow_live_changes; otherwise make a new product.", row.Usage.LiveServices, field, word))
	}
	if c.Client.HasWritten() {
		return // the plan has shown the warnings
	}
	for _, field := range allowed {
		c.Diagnostics.AddAttributeWarning(path.Root(field), fmt.Sprintf("The product %s: %d live services are affected", c.Plan.Name.ValueString(), row.Usage.LiveServices),
			fmt.Sprintf("The change of %s reaches them at once.", field))
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
