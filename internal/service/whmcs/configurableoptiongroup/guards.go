package configurableoptiongroup

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// guardCheck applies the guards of the provider block to the amounts of existing sub-options.
type guardCheck struct {
	*whmcsobject.Write[model]

	live func() *model // the group in WHMCS, or nil if it cannot be read
}

// checkGuards applies the guards to the sub-options that the write changes. The write has the ids of sub-options that
// were not managed so far. A new sub-option has no former amounts.
func (c *guardCheck) checkGuards() {
	if c.Prior == nil {
		return
	}
	options := partsOf(c.Values["options"])
	for _, key := range slices.Sorted(maps.Keys(options)) {
		subOptions := partsOf(options[key].Values["sub_options"])
		for _, sub := range slices.Sorted(maps.Keys(subOptions)) {
			part := subOptions[sub]
			if pricing, changes := part.Values["pricing"].(whmcs.Facet); changes && part.ID != "" {
				c.checkSubOption(key, sub, part.ID, slices.Sorted(maps.Keys(pricing)))
			}
		}
	}
}

// partsOf returns the parts of a field of a write.
func partsOf(field any) map[string]whmcs.Part {
	parts := map[string]whmcs.Part{}
	switch field := field.(type) {
	case whmcs.Parts:
		return field
	case whmcs.Values:
		for key, value := range field {
			parts[key], _ = value.(whmcs.Part)
		}
	}
	return parts
}

func (c *guardCheck) checkSubOption(key, sub, id string, currencies []string) {
	subOptions := whmcsobject.PartsOf(c.Plan.Options, key, "sub_options")
	planned := pricesAndFees(whmcsobject.PartAttributes(subOptions, sub))
	at := path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub)
	name, _ := whmcsobject.PartString(subOptions, sub, "name")
	option, _ := whmcsobject.PartString(c.Plan.Options, key, "name")
	owner := fmt.Sprintf(" of the sub-option %s of the option %s", name, option)
	for _, currency := range currencies {
		before := c.before(id, currency)
		for _, of := range []struct {
			noun, attribute string
			before, planned types.Map
		}{{"price", "prices", before.Prices, planned.Prices}, {"set-up fee", "setup_fees", before.SetupFees, planned.SetupFees}} {
			for _, cycle := range optionCycles {
				from := resourcekit.AmountAt(of.before, currency, cycle)
				if !from.IsKnown() || from.Decimal().IsZero() {
					continue // the first amount
				}
				to := resourcekit.AmountAt(of.planned, currency, cycle)
				place := at.AtName(of.attribute).AtMapKey(currency).AtMapKey(cycle)
				guards := c.Clients.Guards
				if guards.CheckFreed(c.Diagnostics, place, of.noun+owner, of.attribute, from, to) {
					continue
				}
				if to.IsNull() {
					to = resourcekit.NewDecimal("0.00") // a sub-option without an amount costs nothing
				}
				guards.CheckChange(c.Diagnostics, place, of.noun+owner, from, to, decimal.Decimal(c.PrivateState.LastWrittenAmounts[place.String()]))
			}
		}
	}
}

// before returns the amounts of a sub-option before the change. The amounts of a currency that was not managed so far
// come from WHMCS.
func (c *guardCheck) before(id, currency string) resourcekit.PriceMaps {
	prior := amountsOf(c.Prior.Options, id)
	if _, managed := prior.Prices.Elements()[currency]; managed {
		return prior
	}
	if live := c.live(); live != nil {
		return amountsOf(live.Options, id)
	}
	return prior
}

// lastWrittenAmounts returns the amounts above zero of a group that was just written, by attribute path.
func lastWrittenAmounts(m *model) map[string]string {
	out := map[string]string{}
	for key := range m.Options.Elements() {
		subOptions := whmcsobject.PartsOf(m.Options, key, "sub_options")
		for sub := range subOptions.Elements() {
			at := path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub)
			amounts := pricesAndFees(whmcsobject.PartAttributes(subOptions, sub))
			list, _ := resourcekit.Amounts(amounts.Prices, amounts.SetupFees)
			for _, a := range list {
				for attribute, amount := range map[string]resourcekit.Decimal{"prices": a.Price, "setup_fees": a.SetupFee} {
					if amount.IsKnown() && !amount.Decimal().IsZero() {
						out[at.AtName(attribute).AtMapKey(a.Currency).AtMapKey(a.Cycle).String()] = amount.ValueString()
					}
				}
			}
		}
	}
	return out
}
