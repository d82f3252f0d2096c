package product

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// maxOptions is the number of module options of a product (configoption1 to configoption24).
const maxOptions = 24

// validateConfig checks the configuration without asking WHMCS.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	list, _ := amounts(m.Pricing)
	payType := m.PayType.ValueString()
	for _, a := range list {
		at := path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle)
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
	for key := range m.ModuleOptions.Elements() {
		if number, err := strconv.Atoi(key); err == nil && (number < 1 || number > maxOptions || strconv.Itoa(number) != key) {
			resourcekit.AddAttributeError(&diags, path.Root("module_options").AtMapKey(key), "No such module option", fmt.Sprintf("WHMCS numbers a module's options from 1 to %d; got %q.", maxOptions, key))
		}
	}
	if m.ManageQuantity.ValueBool() && m.InitialQuantity.IsNull() {
		resourcekit.AddAttributeError(&diags, path.Root("manage_quantity"), "No quantity to hold", "manage_quantity holds the stock at initial_quantity: set that too.")
	}
	return diags
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
	warnOfKeptValues(c)
	if c.Client == nil || c.Diagnostics.HasError() {
		return
	}
	checkCurrencies(ctx, c)
	checkModuleOptions(ctx, c)
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
func priorAmounts(c *planCheck) map[[2]string]amount {
	out := map[[2]string]amount{}
	if c.Prior == nil {
		return out
	}
	list, _ := amounts(c.Prior.Pricing)
	for _, a := range list {
		out[[2]string{a.Currency, a.Cycle}] = a
	}
	return out
}

// warnOfKeptValues warns about currencies and module options that were removed from the configuration. WHMCS keeps
// their values, although the plan shows a removal.
func warnOfKeptValues(c *planCheck) {
	if c.Prior == nil {
		return
	}
	if !c.Plan.Pricing.IsUnknown() {
		on := map[string][]string{}
		for key, a := range priorAmounts(c) {
			if _, listed := c.Plan.Pricing.Elements()[key[0]]; !listed {
				on[key[0]] = append(on[key[0]], key[1]+" "+a.Price.ValueString())
			}
		}
		for _, currency := range slices.Sorted(maps.Keys(on)) {
			slices.Sort(on[currency])
			c.Diagnostics.AddAttributeWarning(path.Root("pricing"), "The product stays on sale in "+currency, fmt.Sprintf(
				"pricing no longer lists %[1]s, so it is no longer managed: WHMCS keeps the prices (%[2]s). To switch them off, write %[1]s = {}.", currency, strings.Join(on[currency], ", ")))
		}
	}
	if c.Plan.ModuleOptions.IsUnknown() {
		return
	}
	var left []string
	for key := range c.Prior.ModuleOptions.Elements() {
		if _, named := c.Plan.ModuleOptions.Elements()[key]; !named {
			left = append(left, strconv.Quote(key))
		}
	}
	if len(left) > 0 && c.Plan.ToplinkDCIM.IsNull() {
		slices.Sort(left)
		c.Diagnostics.AddAttributeWarning(path.Root("module_options"), "Module options keep their values", fmt.Sprintf(
			"module_options no longer names %s: WHMCS keeps what is set. To clear an option, set it to \"\".", strings.Join(left, ", ")))
	}
}

// checkZeroPrices adds an error for a new price of zero, unless the guards allow it. A forgotten variable must not
// make a product free.
func checkZeroPrices(c *planCheck) {
	if !c.Clients.Guards.RefusesZero() {
		return
	}
	before := priorAmounts(c)
	list, _ := amounts(c.Plan.Pricing)
	for _, a := range list {
		if !a.Price.IsKnown() || !a.Price.Decimal().IsZero() {
			continue
		}
		if old, had := before[[2]string{a.Currency, a.Cycle}]; had && old.Price.Decimal().IsZero() {
			continue
		}
		resourcekit.AddAttributeError(c.Diagnostics, path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle).AtName("price"), "A price of zero",
			"Customers could order this product for nothing. If that is meant, set guards = { allow_zero_price = true } in the provider block; to switch the billing cycle off, leave it out.")
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
	list, _ := amounts(c.Plan.Pricing)
	for _, a := range list {
		old, had := before[[2]string{a.Currency, a.Cycle}]
		if !had {
			old, had = liveAmount(c.live(ctx), a.Currency, a.Cycle) // the price was not managed so far, and the product may be on sale with it
		}
		if !had {
			continue
		}
		at := path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle)
		check(at.AtName("price"), "price", old.Price, a.Price)
		check(at.AtName("setup_fee"), "set-up fee", old.SetupFee, a.SetupFee)
	}
}

// liveAmount returns a price that WHMCS has now.
func liveAmount(row *whmcs.Product, currency, cycle string) (amount, bool) {
	if row == nil {
		return amount{}, false
	}
	price, on := row.Pricing[currency][cycle]
	return amount{Currency: currency, Cycle: cycle, Price: resourcekit.NewDecimal(price.Price), SetupFee: resourcekit.NewDecimal(price.SetupFee)}, on
}

// lastWrittenAmounts returns the amounts of a product that was just written, by attribute path.
func lastWrittenAmounts(m *model) map[string]string {
	list, _ := amounts(m.Pricing)
	out := map[string]string{}
	for _, a := range list {
		at := path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle)
		out[at.AtName("price").String()] = a.Price.ValueString()
		out[at.AtName("setup_fee").String()] = a.SetupFee.ValueString()
	}
	return out
}

// checkCurrencies warns that a new product cannot be bought in the currencies that its pricing leaves out.
func checkCurrencies(ctx context.Context, c *planCheck) {
	if c.Prior != nil || c.Plan.Pricing.IsUnknown() || c.Plan.PayType.ValueString() == "free" {
		return
	}
	currencies, err := c.Client.CachedCurrencies(ctx)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	var left []string
	for _, currency := range currencies {
		if _, listed := c.Plan.Pricing.Elements()[string(currency.Code)]; !listed {
			left = append(left, string(currency.Code))
		}
	}
	if len(left) == 0 {
		return
	}
	slices.Sort(left)
	c.Diagnostics.AddAttributeWarning(path.Root("pricing"), "The product cannot be bought in every currency",
		fmt.Sprintf("pricing does not list the active currencies %s: customers who pay in them will not be able to order this product.", strings.Join(left, ", ")))
}

// checkModuleOptions compares options and values with the module's declaration. It checks nothing if the module's
// options cannot be read. WHMCS checks them in the apply.
func checkModuleOptions(ctx context.Context, c *planCheck) {
	module := c.Plan.Module.ValueString()
	if module == "" || c.Plan.ModuleOptions.IsNull() || c.Plan.ModuleOptions.IsUnknown() {
		return
	}
	if c.Prior != nil && c.Prior.ModuleOptions.Equal(c.Plan.ModuleOptions) && c.Prior.Module.Equal(c.Plan.Module) {
		return
	}
	declared, err := c.Client.CachedModuleSchema(ctx, module)
	if err != nil {
		return
	}
	named := map[int]string{}
	for _, key := range slices.Sorted(maps.Keys(c.Plan.ModuleOptions.Elements())) {
		element := c.Plan.ModuleOptions.Elements()[key]
		at := path.Root("module_options").AtMapKey(key)
		option := findOption(declared, key)
		if option != nil {
			if other, twice := named[option.Number]; twice {
				resourcekit.AddAttributeError(c.Diagnostics, at, "A module option is named twice", fmt.Sprintf("%q and %q are both option %d of the module %s. Keep one of them.", other, key, option.Number, module))
				continue
			}
			named[option.Number] = key
		}
		value, _ := element.(types.String)
		switch {
		case option == nil:
			resourcekit.AddAttributeError(c.Diagnostics, at, "No such module option", fmt.Sprintf("The module %s declares no option %q. It has: %s.", module, key, optionNames(declared)))
		case value.IsUnknown() || value.ValueString() == "" || option.Choices == nil:
		case !slices.Contains(option.Choices, value.ValueString()):
			resourcekit.AddAttributeError(c.Diagnostics, at, "Not a choice of this module option", fmt.Sprintf("The option %q of the module %s does not offer %q. It offers: %s.", option.Name, module, value.ValueString(), quoted(option.Choices)))
		}
	}
}

func findOption(declared *whmcs.ModuleSchema, key string) *whmcs.ModuleOption {
	for i, option := range declared.Options {
		if option.Name == key || strconv.Itoa(option.Number) == key {
			return &declared.Options[i]
		}
	}
	return nil
}

func optionNames(declared *whmcs.ModuleSchema) string {
	names := make([]string, len(declared.Options))
	for i, option := range declared.Options {
		names[i] = fmt.Sprintf("%d %q", option.Number, option.Name)
	}
	return strings.Join(names, ", ")
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = strconv.Quote(word)
	}
	return strings.Join(out, ", ")
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
	for _, field := range allowed {
		c.Diagnostics.AddAttributeWarning(path.Root(field), "Live services are affected", fmt.Sprintf("The change of %s reaches %d live services of this product at once.", field, row.Usage.LiveServices))
	}
}

// mayHoldSecret reports whether the live product may have the configured value of a secret option. After an import the
// state has no secrets. WHMCS compares them in the apply only, and refuses a change there: a plan that compared them
// would let the read-only role test guesses.
func mayHoldSecret(c *planCheck, row *whmcs.Product, key, number string) bool {
	_, secret := row.ModuleOptionFingerprints[number]
	_, known := c.Prior.ModuleOptions.Elements()[key]
	return secret && !known
}

// holds reports whether the live product already has all planned module settings, as when they move from
// module_options to toplink_dcim or back.
func holds(ctx context.Context, c *planCheck, row *whmcs.Product, field string) bool {
	switch field {
	case "module_options":
		declared, err := c.Client.CachedModuleSchema(ctx, row.Module)
		if err != nil {
			return false
		}
		for key, element := range c.Plan.ModuleOptions.Elements() {
			value, _ := element.(types.String)
			option := findOption(declared, key)
			if option != nil && !value.IsUnknown() && mayHoldSecret(c, row, key, strconv.Itoa(option.Number)) {
				continue
			}
			if option == nil || value.IsUnknown() || row.ModuleOptions[strconv.Itoa(option.Number)] != value.ValueString() {
				return false
			}
		}
		return true
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
