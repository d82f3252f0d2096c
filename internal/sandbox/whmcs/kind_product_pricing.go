package whmcs

import (
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

const priceScale = 2

// cycleOff is the price that disables a billing cycle.
const cycleOff = "-1.00"

// cycles are the billing cycles by length, with their columns in tblpricing.
var cycles = []struct{ name, fee string }{
	{"monthly", "msetupfee"}, {"quarterly", "qsetupfee"}, {"semiannually", "ssetupfee"},
	{"annually", "asetupfee"}, {"biennially", "bsetupfee"}, {"triennially", "tsetupfee"},
}

// pricingField are the rows of tblpricing of a product, by currency code.
var pricingField = pricesOf("product", func(row Row) bool { return row["paytype"] == "onetime" })

// pricesOf returns the field of an object's rows of tblpricing, by currency code. A written currency replaces its whole
// row. oneTime reports whether the object of a row is paid once.
func pricesOf(kind string, oneTime func(row Row) bool) field {
	return field{
		name: "pricing", keyed: true, initial: map[string]any{},
		parse: mapOf(currencyPrices),
		read: func(t *tx, id int64, row Row) any {
			pricing := map[string]any{}
			for _, price := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": kind}) {
				record := t.row("tblpricing", price)
				if currency := t.row("tblcurrencies", system.Number(record["currency"])); currency != nil {
					pricing[currency["code"]] = readPrices(record, oneTime(row))
				}
			}
			return pricing
		},
		write: func(w *write, _ Row, v any) {
			given := cast[map[string]any](v)
			for _, currency := range w.t.ids("tblcurrencies") {
				prices, named := given[w.t.row("tblcurrencies", currency)["code"]].(map[string]any)
				if named || w.creating {
					writePrices(w.t, kind, w.id, text(currency), prices)
				}
			}
		},
	}
}

// unknownCurrency is the message about a code that no currency has.
func (t *tx) unknownCurrency() string {
	var codes []string
	for _, id := range t.ids("tblcurrencies") {
		codes = append(codes, t.row("tblcurrencies", id)["code"])
	}
	slices.Sort(codes)
	return "No currency has this code. Currencies: " + strings.Join(codes, ", ")
}

// currencyPrices parses the cycles of one currency.
func currencyPrices(path string, v any) (any, []fieldError) {
	members := map[string]parser{"one_time": cyclePrice}
	for _, cycle := range cycles {
		members[cycle.name] = cyclePrice
	}
	return objectNamed("a billing cycle", members)(path, v)
}

// cyclePrice parses the price of one cycle. The setup fee is optional.
func cyclePrice(path string, v any) (any, []fieldError) {
	parsed, errs := objectOf(map[string]parser{"price": decimal(priceScale), "setup_fee": decimal(priceScale)})(path, v)
	if errs != nil {
		return nil, errs
	}
	price := cast[map[string]any](parsed)
	if price["price"] == nil {
		return nil, errorAt(path+".price", "is required")
	}
	if price["setup_fee"] == nil {
		price["setup_fee"] = "0.00"
	}
	return price, nil
}

// readPrices returns the prices of one currency. Disabled cycles are omitted.
func readPrices(record Row, oneTime bool) map[string]any {
	prices := map[string]any{}
	for _, cycle := range cycles {
		price := storedDecimal(record[cycle.name], priceScale)
		if strings.HasPrefix(price, "-") {
			continue
		}
		name := cycle.name
		if oneTime {
			name = "one_time"
		}
		prices[name] = map[string]any{"price": price, "setup_fee": storedDecimal(record[cycle.fee], priceScale)}
		if oneTime {
			break
		}
	}
	return prices
}

// writePrices replaces the row of one currency. A one-time price is stored as the monthly price.
func writePrices(t *tx, kind string, object int64, currency string, prices map[string]any) {
	record := Row{"type": kind, "relid": text(object), "currency": currency}
	for _, cycle := range cycles {
		record[cycle.name], record[cycle.fee] = cycleOff, "0.00"
	}
	for name, cycle := range prices {
		if name == "one_time" {
			name = "monthly"
		}
		price := cast[map[string]any](cycle)
		record[name], record[feeColumn(name)] = cast[string](price["price"]), cast[string](price["setup_fee"])
	}
	for _, id := range t.idsWhere("tblpricing", "relid", text(object), Row{"type": kind, "currency": currency}) {
		t.put("tblpricing", id, record)
		return
	}
	t.insert("tblpricing", record)
}

// feeColumn returns the column of a cycle's setup fee.
func feeColumn(cycle string) string { return cycle[:1] + "setupfee" }

func checkPricing(w *write) {
	pricing, _ := w.values["pricing"].(map[string]any)
	payType, _ := w.finalValue("pay_type").(string)
	if !w.creating && w.changes("pay_type") && payType != "free" && !w.unknown["pricing"] {
		// A one-time price is stored in the monthly column. A price that is not given would change its meaning and
		// would remain on sale.
		stored := cast[map[string]any](w.k.field("pricing").read(w.t, w.id, w.prior))
		for _, code := range sortedKeys(stored) {
			if _, given := pricing[code]; !given && len(cast[map[string]any](stored[code])) > 0 {
				w.reject("pricing."+code, "has prices of the pay type %s. Add new prices for this currency, or {} to remove its prices", w.k.field("pay_type").read(w.t, w.id, w.prior))
			}
		}
	}
	for _, code := range sortedKeys(pricing) {
		if len(w.t.idsBy("tblcurrencies", "code", code)) == 0 {
			w.reject("pricing."+code, "%s", w.t.unknownCurrency())
			continue
		}
		for _, cycle := range sortedKeys(cast[map[string]any](pricing[code])) {
			if payType != "" && (payType == "one_time") != (cycle == "one_time") {
				w.reject("pricing."+code+"."+cycle, "is not a billing cycle of the pay type %s", payType)
			}
		}
	}
}
