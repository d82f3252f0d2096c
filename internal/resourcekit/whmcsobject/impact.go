package whmcsobject

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// maxNamedChanges is how many price changes the summary of a warning names.
const maxNamedChanges = 4

// priceChange is a change of what new orders pay in one currency and cycle.
type priceChange struct{ currency, cycle, text string }

// warnOfImpact warns once for an existing product whose price, set-up fee, cycle or visibility changes, if it has
// services. The summary names the product and the amounts, because Terraform merges warnings of equal summaries.
func (s Sale) warnOfImpact(ctx context.Context, client *whmcs.Client, diags *diag.Diagnostics) {
	changes := s.priceChanges()
	if s.ID == "" || len(changes)+len(s.Visibility) == 0 {
		return
	}
	impact, err := client.Impact(ctx, s.ID)
	if err != nil {
		// One summary for all products: Terraform shows it once.
		diags.AddAttributeWarning(path.Root("prices"), "The plan does not show which services price changes concern",
			"The services could not be counted: "+resourcekit.Sentence(err.Error()))
		return
	}
	counts := countServices(impact, changes)
	if counts.total == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("prices"), s.impactSummary(changes, counts), impactDetail(impact, changes))
}

func (s Sale) impactSummary(changes []priceChange, counts serviceCounts) string {
	named := []string{}
	for i, change := range changes {
		if i == maxNamedChanges {
			named = append(named, fmt.Sprintf("%d more price changes", len(changes)-i))
			break
		}
		named = append(named, change.text)
	}
	named = append(named, s.Visibility...)
	scope := "new orders and upgrades only"
	if len(changes) == 0 {
		scope = "new orders only"
	}
	parts := []string{plural(counts.recurring, "service keeps its amount", "services keep their amount")}
	if counts.ending > 0 {
		parts = append(parts, plural(counts.ending, "loses", "lose")+" a limited promotion later")
	}
	if counts.pending > 0 {
		parts = append(parts, plural(counts.pending, "order", "orders")+" unpaid or waiting")
	}
	return fmt.Sprintf("%s: %s; %s. %s.", s.Name, strings.Join(named, ", "), scope, strings.Join(parts, ", "))
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// serviceCounts are the services that pay one of the changed prices, and the total of those that have not ended.
type serviceCounts struct{ recurring, ending, pending, total int64 }

// countServices counts the services of the changed currencies and cycles, or all services if no price changes.
func countServices(impact *whmcs.Impact, changes []priceChange) (counts serviceCounts) {
	for _, s := range impact.Services {
		class := s.Class()
		if class != whmcs.ServiceEnded {
			counts.total += s.Count
		}
		isChanged := func(c priceChange) bool { return s.Currency != nil && c.currency == *s.Currency && c.cycle == s.Cycle }
		if len(changes) > 0 && !slices.ContainsFunc(changes, isChanged) {
			continue
		}
		switch class {
		case whmcs.ServiceRecurring:
			counts.recurring += s.Count
			if s.EndingPromotions != nil {
				counts.ending += *s.EndingPromotions
			}
		case whmcs.ServicePending:
			counts.pending += s.Count
		}
	}
	return counts
}

// priceChanges returns the changes of prices and set-up fees by currency, in WHMCS's order of cycles. Unknown amounts
// are left out.
func (s Sale) priceChanges() []priceChange {
	if s.Prior == nil || s.Plan.Prices.IsUnknown() {
		return nil
	}
	before, after := s.priorAmounts(), map[[2]string]resourcekit.CycleAmount{}
	list, _ := resourcekit.Amounts(s.Plan.Prices, s.Plan.SetupFees)
	for _, a := range list {
		after[[2]string{a.Currency, a.Cycle}] = a
	}
	var changes []priceChange
	for _, currency := range slices.Sorted(maps.Keys(s.Plan.Prices.Elements())) {
		if _, managed := s.Prior.Prices.Elements()[currency]; !managed {
			if pricing, payType := s.Stored(); payType != payTypeFree {
				for cycle, price := range pricing[currency] {
					before[[2]string{currency, cycle}] = resourcekit.CycleAmount{
						Price: resourcekit.NewDecimal(price.Price), SetupFee: resourcekit.NewDecimal(price.SetupFee),
					}
				}
			}
		}
		if s.Plan.Prices.Elements()[currency].IsUnknown() {
			continue
		}
		for _, cycle := range whmcs.BillingCycles {
			key := [2]string{currency, cycle}
			old, had := before[key]
			planned, has := after[key]
			if text := describeChange(old, planned, had, has); text != "" {
				changes = append(changes, priceChange{currency, cycle, currency + " " + cycle + " " + text})
			}
		}
	}
	return changes
}

// describeChange describes the change of one price and its set-up fee, or returns "".
func describeChange(old, planned resourcekit.CycleAmount, had, has bool) string {
	switch {
	case had && !has:
		return old.Price.ValueString() + " → off"
	case !has || !planned.Price.IsKnown():
		return ""
	case !had:
		return "off → " + planned.Price.ValueString()
	}
	text := changeText(old.Price, planned.Price)
	if fee := changeText(orZero(old.SetupFee), orZero(planned.SetupFee)); fee != "" {
		text = strings.TrimSpace(text + " set-up fee " + fee)
	}
	return text
}

// changeText returns "89.00 → 99.00 (+11.2 %)", or "" if the amounts are equal or unknown.
func changeText(from, to resourcekit.Decimal) string {
	if !from.IsKnown() || !to.IsKnown() || from.Decimal().Equal(to.Decimal()) {
		return ""
	}
	text := from.ValueString() + " → " + to.ValueString()
	percent, ok := from.Decimal().ChangePercent(to.Decimal())
	if !ok {
		return text
	}
	sign := "+"
	before, _ := from.Decimal().Rat()
	after, _ := to.Decimal().Rat()
	if after.Cmp(before) < 0 {
		sign = "-"
	}
	return fmt.Sprintf("%s (%s%s %%)", text, sign, percent.FloatString(1))
}

// impactDetail explains the counts, and shows the revenue if the operator allows it.
func impactDetail(impact *whmcs.Impact, changes []priceChange) string {
	sentences := []string{
		"WHMCS keeps the amounts of existing services. They change if a limited promotion ends, on an upgrade or " +
			"downgrade, and if prices are recalculated.",
	}
	if len(changes) > maxNamedChanges {
		texts := []string{}
		for _, change := range changes {
			texts = append(texts, change.text)
		}
		sentences = append(sentences, "All price changes: "+strings.Join(texts, ", ")+".")
	}
	counted := map[whmcs.ServiceClass]int64{}
	for _, s := range impact.Services {
		counted[s.Class()] += s.Count
	}
	var classes []string
	for _, class := range []whmcs.ServiceClass{
		whmcs.ServiceRecurring, whmcs.ServicePending, whmcs.ServiceFree, whmcs.ServiceOneTime, whmcs.ServiceCompleted,
		whmcs.ServiceOther,
	} {
		if counted[class] > 0 {
			classes = append(classes, fmt.Sprintf("%s %d", class, counted[class]))
		}
	}
	sentences = append(sentences, "Services of the product in all currencies and cycles: "+strings.Join(classes, ", ")+".")
	if impact.Revenue != nil {
		sentences = append(sentences, revenueSentence("Recurring services pay each month", impact.Revenue),
			revenueSentence("Their addons, which are not part of that sum, cost each month", impact.AddonRevenue))
	}
	sentences = append(sentences, "Not considered: cancellation requests, limits on recurring payments, overrides, domains.")
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), "\n")
}

// revenueSentence returns the sums of each currency in a month, or "" without sums.
func revenueSentence(lead string, sums []whmcs.Revenue) string {
	months, err := whmcs.Monthly(sums)
	if err != nil {
		return "The revenue cannot be calculated: " + resourcekit.Sentence(err.Error())
	}
	texts := []string{}
	for _, month := range months {
		text := month.Currency
		if month.Amount != nil {
			text += " ≈ " + string(*month.Amount)
		}
		if len(month.Withheld) > 0 {
			text += " (not shown, because fewer than five clients pay it: " + strings.Join(month.Withheld, ", ") + ")"
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		return ""
	}
	return lead + ": " + strings.Join(texts, ", ") + "."
}
