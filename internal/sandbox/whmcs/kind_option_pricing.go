package whmcs

import (
	"maps"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// optionPriceType is the type of the rows of tblpricing that belong to sub-options.
const optionPriceType = "configoptions"

// optionPricingField is the amount that a sub-option adds to a product's price, by currency code. A cycle without a
// price adds 0.00. Seen: a one-time product adds the monthly price.
var optionPricingField = field{
	name: "pricing", initial: map[string]any{},
	parse: mapOf(optionPrices),
	read: func(t *tx, id int64, _ Row) any {
		pricing := map[string]any{}
		for _, price := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": optionPriceType}) {
			record := t.row("tblpricing", price)
			currency := t.row("tblcurrencies", system.Number(record["currency"]))
			if currency == nil {
				continue
			}
			prices := map[string]any{}
			for _, cycle := range cycles {
				prices[cycle.name] = map[string]any{"price": storedDecimal(record[cycle.name], priceScale), "setup_fee": storedDecimal(record[cycle.fee], priceScale)}
			}
			pricing[currency["code"]] = withPrice(prices)
		}
		return pricing
	},
	write: func(w *write, _ Row, v any) {
		given := cast[map[string]any](v)
		for _, currency := range w.t.ids("tblcurrencies") {
			prices, named := given[w.t.row("tblcurrencies", currency)["code"]].(map[string]any)
			if named || w.creating {
				writeOptionPrices(w.t, w.id, text(currency), prices)
			}
		}
	},
}

// optionPrices parses the cycles of one currency. Sub-options do not have a one-time price.
func optionPrices(path string, v any) (any, []fieldError) {
	members := map[string]parser{}
	for _, cycle := range cycles {
		members[cycle.name] = cyclePrice
	}
	return objectNamed("a billing cycle", members)(path, v)
}

// writeOptionPrices replaces the row of one currency.
func writeOptionPrices(t *tx, subOption int64, currency string, prices map[string]any) {
	record := Row{"type": optionPriceType, "relid": text(subOption), "currency": currency}
	for _, cycle := range cycles {
		record[cycle.name], record[cycle.fee] = "0.00", "0.00"
		if price, given := prices[cycle.name].(map[string]any); given {
			record[cycle.name], record[cycle.fee] = cast[string](price["price"]), cast[string](price["setup_fee"])
		}
	}
	for _, id := range t.idsWhere("tblpricing", "relid", text(subOption), Row{"type": optionPriceType, "currency": currency}) {
		t.put("tblpricing", id, record)
		return
	}
	t.insert("tblpricing", record)
}

// withPrice returns the cycles of one currency whose amount is not zero.
func withPrice(prices map[string]any) map[string]any {
	out := maps.Clone(prices)
	maps.DeleteFunc(out, func(_ string, v any) bool {
		price, isObject := v.(map[string]any)
		return isObject && price["price"] == "0.00" && price["setup_fee"] == "0.00"
	})
	return out
}

// priceDifferences compares the prices of the given currencies.
func priceDifferences(path string, given, actual any) []difference {
	wanted, isObject := given.(map[string]any)
	if !isObject {
		return []difference{{path, given, actual}}
	}
	there, _ := actual.(map[string]any)
	var all []difference
	for _, code := range sortedKeys(wanted) {
		prices, _ := wanted[code].(map[string]any)
		found, _ := there[code].(map[string]any)
		if prices == nil || !same(withPrice(prices), withPrice(found)) {
			all = append(all, difference{path + "." + code, wanted[code], there[code]})
		}
	}
	return all
}
