package product

import (
	"context"
	"fmt"
	"math/big"
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

// maxOptions is how many module options a product has (configoption1 to configoption24).
const maxOptions = 24

// validateConfig are the checks that need nobody's answer.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	list, _ := amounts(m.Pricing)
	payType := m.PayType.ValueString()
	for _, a := range list {
		at := path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle)
		switch {
		case payType == "":
			// Not known yet.
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

func checkPlan(ctx context.Context, c *whmcsobject.PlanCheck[model]) {
	checkZeroPrices(c)
	checkPriceChanges(c)
	if c.Client == nil || c.Diagnostics.HasError() {
		return
	}
	checkCurrencies(ctx, c)
	checkModuleOptions(ctx, c)
	checkLiveChanges(ctx, c)
	if c.Prior != nil && !c.Plan.ManageQuantity.ValueBool() && !c.Plan.InitialQuantity.IsUnknown() && !c.Prior.InitialQuantity.Equal(c.Plan.InitialQuantity) {
		c.Diagnostics.AddAttributeWarning(path.Root("initial_quantity"), "The stock is not changed", "initial_quantity counts on creation only. To set the stock now, set manage_quantity = true.")
	}
}

// priorAmounts are the prices before the change, by currency and cycle.
func priorAmounts(c *whmcsobject.PlanCheck[model]) map[[2]string]amount {
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

func known(d resourcekit.Decimal) bool { return !d.IsNull() && !d.IsUnknown() }

// checkZeroPrices refuses a price of zero that is new, unless the guard allows it: a forgotten variable should not give a product away.
func checkZeroPrices(c *whmcsobject.PlanCheck[model]) {
	if c.Clients.Guards.AllowZeroPrice {
		return
	}
	before := priorAmounts(c)
	list, _ := amounts(c.Plan.Pricing)
	for _, a := range list {
		if !known(a.Price) || !a.Price.Decimal().IsZero() {
			continue
		}
		if old, had := before[[2]string{a.Currency, a.Cycle}]; had && old.Price.Decimal().IsZero() {
			continue
		}
		resourcekit.AddAttributeError(c.Diagnostics, path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle).AtName("price"), "A price of zero",
			"Customers could order this product for nothing. If that is meant, set guards = { allow_zero_price = true } in the provider block; to switch the billing cycle off, leave it out.")
	}
}

// checkPriceChanges holds changes of existing prices to the provider's limit.
func checkPriceChanges(c *whmcsobject.PlanCheck[model]) {
	limit := c.Clients.Guards.MaxPriceChangePercent
	if limit == "" {
		return
	}
	most, _ := limit.Rat()
	before := priorAmounts(c)
	list, _ := amounts(c.Plan.Pricing)
	for _, a := range list {
		old, had := before[[2]string{a.Currency, a.Cycle}]
		if !had {
			continue
		}
		at := path.Root("pricing").AtMapKey(a.Currency).AtName(a.Cycle)
		checkChange(c, at.AtName("price"), "price", old.Price, a.Price, most, limit)
		checkChange(c, at.AtName("setup_fee"), "set-up fee", old.SetupFee, a.SetupFee, most, limit)
	}
}

func checkChange(c *whmcsobject.PlanCheck[model], at path.Path, noun string, from, to resourcekit.Decimal, most *big.Rat, limit decimal.Decimal) {
	if !known(from) || !known(to) || from.Decimal().IsZero() {
		return
	}
	percent, _ := from.Decimal().ChangePercent(to.Decimal())
	if percent.Cmp(most) <= 0 {
		return
	}
	resourcekit.AddAttributeError(c.Diagnostics, at, "A price change beyond the guard", fmt.Sprintf(
		"The %s would change from %s to %s, that is by %s %%; guards.max_price_change_percent in the provider block allows %s %%. If the change is meant, raise the guard for this apply.",
		noun, from.ValueString(), to.ValueString(), percent.FloatString(1), limit))
}

// checkCurrencies warns that a new product cannot be bought in the currencies that its pricing leaves out.
func checkCurrencies(ctx context.Context, c *whmcsobject.PlanCheck[model]) {
	if c.Prior != nil || c.Plan.Pricing.IsUnknown() || c.Plan.PayType.ValueString() == "free" {
		return
	}
	currencies, err := c.Client.CachedCurrencies(ctx)
	if err != nil {
		return // the check of the whole object says that WHMCS could not be asked
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

// checkModuleOptions compares options and values with the module's own declaration. A credential that may not ask is no reason to
// complain: the apply checks again.
func checkModuleOptions(ctx context.Context, c *whmcsobject.PlanCheck[model]) {
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
	for key, element := range c.Plan.ModuleOptions.Elements() {
		at := path.Root("module_options").AtMapKey(key)
		option := findOption(declared, key)
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

// checkLiveChanges refuses, or warns of, changes that reach live services at once.
func checkLiveChanges(ctx context.Context, c *whmcsobject.PlanCheck[model]) {
	if c.Prior == nil {
		return
	}
	refused, allowed := guarded(c.Prior, c.Plan)
	if len(refused)+len(allowed) == 0 {
		return
	}
	found, err := whmcs.CollectionOf[whmcs.Product](c.Client, whmcs.KindProduct).Get(ctx, c.ID, "usage")
	if err != nil || found.Row == nil || found.Row.Usage == nil || found.Row.Usage.LiveServices == 0 {
		return
	}
	live := found.Row.Usage.LiveServices
	for _, field := range refused {
		word := field
		if field == "toplink_dcim" {
			word = "module_options"
		}
		resourcekit.AddAttributeError(c.Diagnostics, path.Root(field), "Live services would be affected", fmt.Sprintf(
			"%d live services use this product, and WHMCS applies a change of %s to all of them at once. If that is meant, add %q to allow_live_changes; otherwise make a new product.", live, field, word))
	}
	for _, field := range allowed {
		c.Diagnostics.AddAttributeWarning(path.Root(field), "Live services are affected", fmt.Sprintf("The change of %s reaches %d live services of this product at once.", field, live))
	}
}
