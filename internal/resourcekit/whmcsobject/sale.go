package whmcsobject

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
)

// Sale is what customers pay for an object that they order. Its attributes are pay_type, prices and setup_fees.
type Sale struct {
	Noun, Name string // "product" and the name of the product
	PayType    types.String
	Prior      *resourcekit.PriceMaps // nil for a new object
	Plan       resourcekit.PriceMaps
	// Stored returns the prices in WHMCS and the pay type that they have there. The pay type is empty if the object
	// cannot be read.
	Stored func() (pricing map[string]map[string]whmcs.CyclePrice, payType string)
	// ID is the id of a product whose services the plan counts. It is empty for a new product and for other objects.
	ID string
	// Visibility describes the changes of hidden and retired.
	Visibility []string
}

// payTypeFree is the pay type of an object that costs nothing. WHMCS may still hold its former prices.
const payTypeFree = "free"

func priceAt(a resourcekit.CycleAmount) path.Path {
	return path.Root("prices").AtMapKey(a.Currency).AtMapKey(a.Cycle)
}

func feeAt(a resourcekit.CycleAmount) path.Path {
	return path.Root("setup_fees").AtMapKey(a.Currency).AtMapKey(a.Cycle)
}

// SaleValues adds the field pricing of prices and setup_fees.
func SaleValues(b *Builder, amounts resourcekit.PriceMaps) {
	if amounts.Prices.IsNull() {
		return
	}
	if pricing, known := Pricing(amounts.Prices, amounts.SetupFees); known {
		b.Set("pricing", pricing)
	} else {
		b.Unknown("pricing")
	}
}

// FillSale copies the currencies that the amounts list, and in an import every currency in which the object can be
// bought.
func FillSale(
	pricing map[string]map[string]whmcs.CyclePrice, payType string, amounts *resourcekit.PriceMaps, o FillOptions,
) {
	if amounts.Prices.IsNull() && (!o.Import || payType == payTypeFree) {
		return
	}
	rows := map[string]map[string]resourcekit.AmountRow{}
	for currency, cycles := range pricing {
		if _, listed := amounts.Prices.Elements()[currency]; listed || o.Import && len(cycles) > 0 {
			rows[currency] = AmountRows(cycles)
		}
	}
	if amounts.Prices.IsNull() && len(rows) == 0 {
		return
	}
	amounts.Prices, amounts.SetupFees = resourcekit.AmountMaps(rows, amounts.SetupFees)
}

// CompletePayType adds the prices to a change of the pay type, because WHMCS stores one-time and monthly prices in the
// same column.
func CompletePayType[M any](w *Write[M], payType types.String, before, planned resourcekit.PriceMaps) {
	if _, changes := w.Values["pay_type"]; !changes || payType.ValueString() == payTypeFree || planned.Prices.IsNull() {
		return
	}
	pricing, known := Pricing(planned.Prices, planned.SetupFees)
	if !known {
		return
	}
	w.Values["pricing"] = pricing
	prior, _ := Pricing(before.Prices, before.SetupFees)
	expect := whmcs.Facet{}
	for currency := range pricing {
		if stored, had := prior[currency]; had {
			expect[currency] = stored
		}
	}
	if len(expect) > 0 {
		w.Expect["pricing"] = expect
	}
}

// SaleAmounts returns the amounts of an object that was just written, by attribute path.
func SaleAmounts(amounts resourcekit.PriceMaps) map[string]string {
	list, _ := resourcekit.Amounts(amounts.Prices, amounts.SetupFees)
	out := map[string]string{}
	for _, a := range list {
		out[priceAt(a).String()] = a.Price.ValueString()
		out[feeAt(a).String()] = orZero(a.SetupFee).ValueString()
	}
	return out
}

// ValidateSale checks the prices of a configuration without a request to WHMCS. Any value may be unknown.
func ValidateSale(diags *diag.Diagnostics, noun string, payType types.String, amounts resourcekit.PriceMaps) {
	resourcekit.ValidateSetupFees(diags, path.Root, amounts.Prices, amounts.SetupFees)
	list, _ := resourcekit.Amounts(amounts.Prices, amounts.SetupFees)
	for _, a := range list {
		at := priceAt(a)
		switch {
		case payType.ValueString() == "":
			// pay_type is not known yet.
		case payType.ValueString() == payTypeFree:
			resourcekit.AddAttributeError(diags, at, "A free "+noun+" has no prices",
				"Remove the price, or set pay_type to \"one_time\" or \"recurring\".")
		case payType.ValueString() == "one_time" && a.Cycle != "one_time":
			resourcekit.AddAttributeError(diags, at, "A one-time "+noun+" has no billing cycles",
				"Use one_time instead of "+a.Cycle+", or set pay_type to \"recurring\".")
		case payType.ValueString() == "recurring" && a.Cycle == "one_time":
			resourcekit.AddAttributeError(diags, at, "A recurring "+noun+" has no one-time price",
				"Use a billing cycle such as monthly instead of one_time, or set pay_type to \"one_time\".")
		}
	}
}

// CheckSale checks the prices of a planned write. Terraform plans each object again while it applies. The plan has then
// shown the warnings.
func CheckSale[M any](ctx context.Context, w *Write[M], s Sale) {
	s.checkGuards(w.Clients.Guards, w.PrivateState.LastWrittenAmounts, w.Diagnostics)
	if w.Client != nil && w.Client.HasWritten() {
		return
	}
	s.warnOfKept(w.Diagnostics)
	if s.PayType.ValueString() != payTypeFree {
		resourcekit.WarnOfPricesSwitchedOff(w.Diagnostics, path.Root("prices"), s.title(),
			"the "+s.Noun+" cannot be ordered with them", s.stored(), s.Plan.Prices)
	}
	if w.Client == nil || w.Diagnostics.HasError() {
		return
	}
	s.warnOfCurrencies(ctx, w.Client, w.Diagnostics)
	s.checkGuardedCurrencies(ctx, w.Client, w.Clients.Guards, w.Diagnostics)
	var prior resourcekit.PriceMaps
	if s.Prior != nil {
		prior = *s.Prior
	}
	s.warnOfImpact(ctx, w.Client, w.Diagnostics)
	resourcekit.WarnOfDecimals(ctx, w.Client, w.Diagnostics, path.Root("prices"), s.title(), prior, s.Plan)
}

func (s Sale) title() string { return "The " + s.Noun + " " + s.Name }

// priorAmounts returns the prices before the change, by currency and cycle.
func (s Sale) priorAmounts() map[[2]string]resourcekit.CycleAmount {
	out := map[[2]string]resourcekit.CycleAmount{}
	if s.Prior == nil {
		return out
	}
	list, _ := resourcekit.Amounts(s.Prior.Prices, s.Prior.SetupFees)
	for _, a := range list {
		out[[2]string{a.Currency, a.Cycle}] = a
	}
	return out
}

// stored returns the prices before the change. The prices of a currency that was not managed so far come from WHMCS.
func (s Sale) stored() types.Map {
	if s.Prior == nil {
		return types.MapNull(resourcekit.PricesType.ElemType)
	}
	prior := s.Prior.Prices.Elements()
	for currency := range s.Plan.Prices.Elements() {
		if _, managed := prior[currency]; managed {
			continue
		}
		if pricing, payType := s.Stored(); payType != "" && payType != payTypeFree {
			rows := map[string]map[string]resourcekit.AmountRow{currency: AmountRows(pricing[currency])}
			prices, _ := resourcekit.AmountMaps(rows, types.MapNull(resourcekit.PricesType.ElemType))
			prior[currency] = prices.Elements()[currency]
		}
	}
	return types.MapValueMust(resourcekit.PricesType.ElemType, prior)
}

// warnOfKept warns of currencies that were removed from the configuration. WHMCS keeps their prices, although the
// plan shows a removal.
func (s Sale) warnOfKept(diags *diag.Diagnostics) {
	if s.Prior == nil || s.Plan.Prices.IsUnknown() {
		return
	}
	on := map[string][]string{}
	for key, a := range s.priorAmounts() {
		if _, listed := s.Plan.Prices.Elements()[key[0]]; !listed {
			on[key[0]] = append(on[key[0]], key[1]+" "+a.Price.ValueString())
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(on)) {
		slices.Sort(on[currency])
		diags.AddAttributeWarning(path.Root("prices"),
			fmt.Sprintf("%s stays on sale in %s: %s", s.title(), currency, strings.Join(on[currency], ", ")), fmt.Sprintf(
				"prices no longer lists %[1]s, so these prices are unmanaged, and WHMCS keeps them. To switch them off, "+
					"set %[1]s = {}.", currency))
	}
}

// checkGuards applies the guards to new and changed amounts. last are the amounts that this resource last wrote, by
// attribute path.
func (s Sale) checkGuards(guards resourcekit.Guards, last map[string]string, diags *diag.Diagnostics) {
	list, _ := resourcekit.Amounts(s.Plan.Prices, s.Plan.SetupFees)
	for _, a := range list {
		old, had, isSold := s.before(a.Currency, a.Cycle)
		if !isSold || !old.Price.Decimal().Equal(a.Price.Decimal()) {
			s.checkZero(guards, a, diags)
			guards.CheckMinimum(diags, priceAt(a), s.title(), a)
		}
		if !had {
			continue
		}
		guards.CheckChange(diags, priceAt(a), "price", old.Price, a.Price, decimal.Decimal(last[priceAt(a).String()]))
		if !guards.CheckFreed(diags, feeAt(a), "set-up fee", "setup_fees", old.SetupFee, a.SetupFee) {
			guards.CheckChange(diags, feeAt(a), "set-up fee", orZero(old.SetupFee), orZero(a.SetupFee),
				decimal.Decimal(last[feeAt(a).String()]))
		}
	}
}

// before returns an amount before the change, and whether the object has it. The amounts of a currency that was not
// managed so far come from WHMCS. isSold is false if the object is free and keeps its former prices.
func (s Sale) before(currency, cycle string) (old resourcekit.CycleAmount, had, isSold bool) {
	if s.Prior == nil {
		return old, false, false
	}
	if _, managed := s.Prior.Prices.Elements()[currency]; managed {
		old.Price = resourcekit.AmountAt(s.Prior.Prices, currency, cycle)
		old.SetupFee = resourcekit.AmountAt(s.Prior.SetupFees, currency, cycle)
		return old, !old.Price.IsNull(), !old.Price.IsNull()
	}
	pricing, payType := s.Stored()
	price, had := pricing[currency][cycle]
	old.Price, old.SetupFee = resourcekit.NewDecimal(price.Price), resourcekit.NewDecimal(price.SetupFee)
	return old, had, had && payType != payTypeFree
}

// checkZero adds an error for a new price of zero, unless the guards allow it. An unset variable must not make an
// object free.
func (s Sale) checkZero(guards resourcekit.Guards, a resourcekit.CycleAmount, diags *diag.Diagnostics) {
	if !guards.RefusesZero() || !a.Price.IsKnown() || !a.Price.Decimal().IsZero() {
		return
	}
	resourcekit.AddAttributeError(diags, priceAt(a), "The price is zero",
		"Customers could order this "+s.Noun+" without paying. If you want this, set guards { allow_zero_price = true } "+
			"in the provider block. To switch the billing cycle off, remove it from prices.")
}

// orZero returns the amount of a set-up fee. A fee that is not listed is zero.
func orZero(fee resourcekit.Decimal) resourcekit.Decimal {
	if fee.IsNull() {
		return resourcekit.NewDecimal("0.00")
	}
	return fee
}

// warnOfCurrencies warns that a new object cannot be bought in the currencies that its prices leave out.
func (s Sale) warnOfCurrencies(ctx context.Context, client *whmcs.Client, diags *diag.Diagnostics) {
	if s.Prior != nil || s.Plan.Prices.IsUnknown() || s.PayType.ValueString() == payTypeFree {
		return
	}
	currencies, err := client.CachedCurrencies(ctx)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	var left []string
	for _, currency := range currencies {
		if _, listed := s.Plan.Prices.Elements()[string(currency.Code)]; !listed {
			left = append(left, string(currency.Code))
		}
	}
	if len(left) == 0 {
		return
	}
	slices.Sort(left)
	diags.AddAttributeWarning(path.Root("prices"), fmt.Sprintf("%s cannot be ordered in %s", s.title(), strings.Join(left, ", ")),
		"prices does not list these active currencies. Customers with one of these currencies cannot order the "+s.Noun+".")
}

// checkGuardedCurrencies refuses a min_price in a currency that WHMCS does not have. It would guard nothing.
func (s Sale) checkGuardedCurrencies(
	ctx context.Context, client *whmcs.Client, guards resourcekit.Guards, diags *diag.Diagnostics,
) {
	if len(guards.MinPrices) == 0 {
		return
	}
	currencies, err := client.CachedCurrencies(ctx)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	var known []string
	for _, currency := range currencies {
		known = append(known, string(currency.Code))
	}
	slices.Sort(known)
	for _, code := range slices.Sorted(maps.Keys(guards.MinPrices)) {
		if !slices.Contains(known, code) {
			diags.AddError(fmt.Sprintf("guards.min_price: WHMCS has no currency %s", code), fmt.Sprintf(
				"The smallest price in %s would guard nothing. Currencies of WHMCS: %s. Correct guards.min_price in the provider "+
					"block.", code, strings.Join(known, ", ")))
		}
	}
}
