package resourcekit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

// IsKnown reports whether the amount is neither null nor unknown.
func (d Decimal) IsKnown() bool { return !d.IsNull() && !d.IsUnknown() }

// CheckChange adds an error when an amount changes by more than max_price_change_percent. last is the amount that this
// resource last wrote, or "". A change back to last is always accepted, so that Terraform can repair a mistake that
// was made in the other system.
func (g Guards) CheckChange(diags *diag.Diagnostics, at path.Path, noun string, from, to Decimal, last decimal.Decimal) {
	limit := g.MaxPriceChangePercent
	if limit == "" || !from.IsKnown() || !to.IsKnown() || within(from.Decimal(), to.Decimal(), limit) {
		return
	}
	if last != "" && within(last, to.Decimal(), limit) {
		return
	}
	change := "from zero"
	if percent, ok := from.Decimal().ChangePercent(to.Decimal()); ok {
		change = "by " + percent.FloatString(1) + " %"
	}
	AddAttributeError(diags, at, "The price change is larger than allowed", fmt.Sprintf(
		"The %s would change from %s to %s (%s). guards.max_price_change_percent in the provider block allows %s %%. If you want this change, raise that limit for this apply.",
		noun, from.ValueString(), to.ValueString(), change, limit))
}

// CheckMinimum adds an error for a price above zero that is below min_price. owner is the object that has the price.
func (g Guards) CheckMinimum(diags *diag.Diagnostics, at path.Path, owner string, price CycleAmount) {
	least, limited := g.MinPrices[price.Currency]
	amount, isNumber := price.Price.Decimal().Rat()
	limit, _ := least.Rat()
	if !limited || !price.Price.IsKnown() || !isNumber || amount.Sign() <= 0 || amount.Cmp(limit) >= 0 {
		return
	}
	AddAttributeError(diags, at, "The price is lower than allowed", fmt.Sprintf(
		"%[1]s would cost %[2]s %[3]s (%[4]s). guards.min_price in the provider block allows no price below %[2]s %[5]s. Correct the price. If you want this price, lower guards.min_price.%[2]s.",
		owner, price.Currency, price.Price.ValueString(), price.Cycle, least))
}

// CheckFreed adds an error if an amount above zero is set to zero, unless the guards allow it. It returns whether it
// added an error. An unset variable must not waive an amount. noun is the amount, and attribute is the attribute from
// which you can remove the amount instead.
func (g Guards) CheckFreed(diags *diag.Diagnostics, at path.Path, noun, attribute string, from, to Decimal) bool {
	if !g.RefusesZero() || !from.IsKnown() || from.Decimal().IsZero() || !to.IsKnown() || !to.Decimal().IsZero() {
		return false
	}
	AddAttributeError(diags, at, "The "+noun+" is zero", fmt.Sprintf(
		"The %[1]s would change from %[2]s to zero. If you want this, remove the amount from %[3]s, or set guards { allow_zero_price = true } in the provider block.",
		noun, from.ValueString(), attribute))
	return true
}

// RefusesZero reports whether a new price of zero is an error. An unset variable must not make a product free.
func (g Guards) RefusesZero() bool { return !g.AllowZeroPrice && !g.Unknown }

// within reports whether a change is within the limit in percent. A change from zero never is.
func within(from, to, limit decimal.Decimal) bool {
	percent, ok := from.ChangePercent(to)
	most, _ := limit.Rat()
	return ok && percent.Cmp(most) <= 0
}

// KeepEqualAmounts is [KeepEqualAmount] for a map of amounts, or of maps of amounts. It keeps the prior map when all
// amounts are equal. A map with one different amount is planned as configured. Terraform does not allow a plan that
// mixes the spellings of the configuration and of the state.
func KeepEqualAmounts() planmodifier.Map { return keepEqualAmounts{} }

type keepEqualAmounts struct{ keepEqualAmount }

func (keepEqualAmounts) PlanModifyMap(_ context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if equalAmounts(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}

// equalAmounts reports whether two amounts, or maps of amounts, are known and equal.
func equalAmounts(before, planned attr.Value) bool {
	if before == nil || planned == nil || before.IsNull() || planned.IsNull() || before.IsUnknown() || planned.IsUnknown() {
		return false
	}
	switch planned := planned.(type) {
	case Decimal:
		before, ok := before.(Decimal)
		return ok && before.Decimal().Equal(planned.Decimal())
	case types.Map:
		before, ok := before.(types.Map)
		if !ok || len(before.Elements()) != len(planned.Elements()) {
			return false
		}
		for key, element := range planned.Elements() {
			if !equalAmounts(before.Elements()[key], element) {
				return false
			}
		}
		return true
	default:
		return false
	}
}
