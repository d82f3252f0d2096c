package product

import (
	"context"
	"errors"
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
	if c.Plan.PayType.ValueString() != "free" {
		resourcekit.WarnOfPricesSwitchedOff(c.Diagnostics, path.Root("prices"), "The product "+c.Plan.Name.ValueString(), "the product cannot be ordered with them", storedPrices(ctx, c), c.Plan.Prices)
	}
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

// warnOfKeptValues warns about currencies and module options that were removed from the configuration. WHMCS keeps
// their values, although the plan shows a removal.
func warnOfKeptValues(c *planCheck) {
	if c.Prior == nil {
		return
	}
	if !c.Plan.Prices.IsUnknown() {
		on := map[string][]string{}
		for key, a := range priorAmounts(c) {
			if _, listed := c.Plan.Prices.Elements()[key[0]]; !listed {
				on[key[0]] = append(on[key[0]], key[1]+" "+a.Price.ValueString())
			}
		}
		for _, currency := range slices.Sorted(maps.Keys(on)) {
			slices.Sort(on[currency])
			c.Diagnostics.AddAttributeWarning(path.Root("prices"), fmt.Sprintf("The product %s stays on sale in %s", c.Plan.Name.ValueString(), currency), fmt.Sprintf(
				"prices no longer lists %[1]s, so it is no longer managed: WHMCS keeps the prices (%[2]s). To switch them off, write %[1]s = {}.", currency, strings.Join(on[currency], ", ")))
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

// declared returns what a module declares for the planned product.
func (c *planCheck) declared(ctx context.Context, module string) (*whmcs.ModuleSchema, error) {
	return c.Client.CachedModuleSchema(ctx, module, whmcs.ModuleProduct{ID: c.ID, ServerGroupID: c.Plan.ServerGroupID.ValueString()})
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
	declared, err := c.declared(ctx, module)
	if err != nil {
		reportFailedModule(c, module, err)
		return
	}
	named := map[int]string{}
	for _, key := range slices.Sorted(maps.Keys(c.Plan.ModuleOptions.Elements())) {
		element := c.Plan.ModuleOptions.Elements()[key]
		at := path.Root("module_options").AtMapKey(key)
		options := findOptions(declared, key)
		var option *whmcs.ModuleOption
		if len(options) > 0 {
			option = &options[0]
		}
		if option != nil {
			if other, twice := named[option.Number]; twice {
				resourcekit.AddAttributeError(c.Diagnostics, at, "A module option is named twice", fmt.Sprintf("%q and %q are both option %d of the module %s. Keep one of them.", other, key, option.Number, module))
				continue
			}
			named[option.Number] = key
		}
		value, _ := element.(types.String)
		switch {
		case len(options) > 1:
			resourcekit.AddAttributeError(c.Diagnostics, at, "Several module options have this name", fmt.Sprintf("The module %s declares several options %q. Give one of the numbers: %s.", module, key, optionNumbers(options)))
		case option != nil && option.Number > maxOptions:
			resourcekit.AddAttributeError(c.Diagnostics, at, "WHMCS does not keep this module option", fmt.Sprintf("%q is option %d of the module %s. WHMCS keeps the options 1 to %d of a product.", key, option.Number, module, maxOptions))
		case option == nil && isOptionNumber(key):
			// The module may read options that it does not declare.
		case option == nil:
			resourcekit.AddAttributeError(c.Diagnostics, at, "No such module option", fmt.Sprintf("The module %s declares no option %q. It has: %s.", module, key, optionNames(declared)))
		case value.IsUnknown() || value.ValueString() == "" || option.Choices == nil:
		case c.Prior != nil && c.Prior.Module.Equal(c.Plan.Module) && element.Equal(c.Prior.ModuleOptions.Elements()[key]):
			// WHMCS has the value already, although the module may no longer offer it.
		case c.Config.ServerGroupID.IsUnknown():
			// The module may fill its choices by the server group.
		case !slices.Contains(option.Choices, value.ValueString()):
			resourcekit.AddAttributeError(c.Diagnostics, at, "Not a choice of this module option", fmt.Sprintf("The option %q of the module %s does not offer %q. It offers: %s.", option.Name, module, value.ValueString(), quoted(option.Choices)))
		}
	}
}

// reportFailedModule reports that the module's own code failed. Options are accepted by number then.
func reportFailedModule(c *planCheck, module string, err error) {
	var failure *whmcs.Error
	if !errors.As(err, &failure) || failure.Details.Reason != whmcs.ReasonModuleFailed {
		return
	}
	reason := failure.Message
	for _, complaint := range failure.Details.Errors {
		reason = complaint.Message
	}
	byName := false
	for _, key := range slices.Sorted(maps.Keys(c.Plan.ModuleOptions.Elements())) {
		if !isOptionNumber(key) {
			byName = true
			resourcekit.AddAttributeError(c.Diagnostics, path.Root("module_options").AtMapKey(key), "The module cannot tell its option names", fmt.Sprintf(
				"WHMCS asked the module for the number of the option %q: %s Repair the module, or give the number of the option, 1 to %d, in place of its name.", key, resourcekit.Sentence(reason), maxOptions))
		}
	}
	if !byName {
		c.Diagnostics.AddAttributeWarning(path.Root("module_options"), "The options of the module "+module+" were not checked", fmt.Sprintf(
			"WHMCS asked the module for its options: %s The options are given by number, so the apply writes them unchecked.", resourcekit.Sentence(reason)))
	}
}

func isOptionNumber(key string) bool {
	number, err := strconv.Atoi(key)
	return err == nil && number >= 1 && number <= maxOptions && strconv.Itoa(number) == key
}

// findOptions returns the option with a number, or the options with a name. The name that WHMCS shows is one too, if no
// option has it as its own.
func findOptions(declared *whmcs.ModuleSchema, key string) []whmcs.ModuleOption {
	var numbered, named, shown []whmcs.ModuleOption
	for _, option := range declared.Options {
		switch key {
		case strconv.Itoa(option.Number):
			numbered = append(numbered, option)
		case option.Name:
			named = append(named, option)
		case option.Label:
			shown = append(shown, option)
		}
	}
	switch {
	case isOptionNumber(key):
		return numbered
	case len(named) > 0:
		return named
	}
	return shown
}

// findOption returns the option that a key means, or nil.
func findOption(declared *whmcs.ModuleSchema, key string) *whmcs.ModuleOption {
	if options := findOptions(declared, key); len(options) == 1 {
		return &options[0]
	}
	return nil
}

func optionNumbers(options []whmcs.ModuleOption) string {
	numbers := make([]string, len(options))
	for i, option := range options {
		numbers[i] = strconv.Itoa(option.Number)
	}
	return strings.Join(numbers, ", ")
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
		declared, err := c.Client.CachedModuleSchema(ctx, row.Module, whmcs.ModuleProduct{ID: c.ID, ServerGroupID: c.Plan.ServerGroupID.ValueString()})
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
