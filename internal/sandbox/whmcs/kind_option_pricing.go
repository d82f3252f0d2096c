package whmcs

import (
	"maps"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// optionPriceType marks the rows of tblpricing that belong to sub-options.
const optionPriceType = "configoptions"

// optionPricingField is what a sub-option adds to a product's price, by currency code. A cycle without a price adds 0.00; a product that is
// paid once adds the monthly price (seen).
var optionPricingField = field{
	name: "pricing", initial: map[string]any{},
	parse: func(path string, v any) (any, []fieldError) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, wrong(path, "must be an object")
		}
		members := map[string]parser{}
		for _, cycle := range cycles {
			members[cycle.name] = cyclePrice
		}
		pricing, errs := map[string]any{}, []fieldError(nil)
		for _, code := range sortedKeys(object) {
			if object[code] == nil {
				continue
			}
			prices, e := objectOf(members)(path+"."+code, object[code])
			pricing[code], errs = prices, append(errs, e...)
		}
		if errs != nil {
			return nil, errs
		}
		return pricing, nil
	},
	read: func(t *tx, id int64, _ Row) any {
		pricing := map[string]any{}
		for _, price := range t.where("tblpricing", "relid", text(id), Row{"type": optionPriceType}) {
			record := t.row("tblpricing", price)
			currency := t.row("tblcurrencies", system.Number(record["currency"]))
			if currency == nil {
				continue
			}
			prices := map[string]any{}
			for _, cycle := range cycles {
				prices[cycle.name] = map[string]any{"price": stored(record[cycle.name], priceScale), "setup_fee": stored(record[cycle.fee], priceScale)}
			}
			pricing[currency["code"]] = withPrice(prices)
		}
		return pricing
	},
	write: func(w *write, _ Row, v any) {
		given := as[map[string]any](v)
		for _, currency := range w.t.ids("tblcurrencies") {
			prices, named := given[w.t.row("tblcurrencies", currency)["code"]].(map[string]any)
			if named || w.creating {
				writeOptionPrices(w.t, w.id, text(currency), prices)
			}
		}
	},
}

// writeOptionPrices replaces one currency's row.
func writeOptionPrices(t *tx, subOption int64, currency string, prices map[string]any) {
	record := Row{"type": optionPriceType, "relid": text(subOption), "currency": currency}
	for _, cycle := range cycles {
		record[cycle.name], record[cycle.fee] = "0.00", "0.00"
		if price, given := prices[cycle.name].(map[string]any); given {
			record[cycle.name], record[cycle.fee] = as[string](price["price"]), as[string](price["setup_fee"])
		}
	}
	for _, id := range t.where("tblpricing", "relid", text(subOption), Row{"type": optionPriceType, "currency": currency}) {
		t.put("tblpricing", id, record)
		return
	}
	t.insert("tblpricing", record)
}

// withPrice are the cycles of one currency that add something.
func withPrice(prices map[string]any) map[string]any {
	out := maps.Clone(prices)
	maps.DeleteFunc(out, func(_ string, v any) bool {
		price, isObject := v.(map[string]any)
		return isObject && price["price"] == "0.00" && price["setup_fee"] == "0.00"
	})
	return out
}

// priceDifferences compares prices currency by currency, of those given.
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
