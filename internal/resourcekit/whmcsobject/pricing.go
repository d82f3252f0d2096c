package whmcsobject

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Pricing returns prices and setup_fees on the wire. A currency without cycles disables them all. known is false if a
// part is unknown.
func Pricing(prices, fees types.Map) (wire whmcs.Facet, known bool) {
	list, known := resourcekit.Amounts(prices, fees)
	if !known {
		return nil, false
	}
	wire = whmcs.Facet{}
	for currency := range prices.Elements() {
		wire[currency] = whmcs.Values{}
	}
	for _, a := range list {
		cycles, _ := wire[a.Currency].(whmcs.Values)
		fee := a.SetupFee.Decimal()
		if fee == "" {
			fee = "0"
		}
		cycles[a.Cycle] = whmcs.Values{"price": a.Price.Decimal(), "setup_fee": fee}
	}
	return wire, true
}

// AmountRows returns the amounts of one currency for [resourcekit.AmountMaps].
func AmountRows(cycles map[string]whmcs.CyclePrice) map[string]resourcekit.AmountRow {
	rows := map[string]resourcekit.AmountRow{}
	for cycle, price := range cycles {
		rows[cycle] = resourcekit.AmountRow{Price: resourcekit.NewDecimal(price.Price), SetupFee: resourcekit.NewDecimal(price.SetupFee)}
	}
	return rows
}

var pricingField = regexp.MustCompile(`(^|\.)pricing(\.[^.]+)?(\.[^.]+)?(\.price|\.setup_fee)?$`)

// attributeField returns the attribute of a wire field: pricing.USD.monthly.price is prices.USD.monthly.
func attributeField(field string) string {
	match := pricingField.FindStringSubmatchIndex(field)
	if match == nil {
		return field
	}
	name := "prices"
	if match[8] >= 0 && field[match[8]:match[9]] == ".setup_fee" {
		name = "setup_fees"
	}
	rest := string(pricingField.ExpandString(nil, "$2$3", field, match))
	return field[:match[0]] + field[match[2]:match[3]] + name + rest
}
