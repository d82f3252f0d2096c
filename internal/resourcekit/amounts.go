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
