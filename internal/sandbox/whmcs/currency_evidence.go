package whmcs

import (
	"fmt"
	"strings"
)

// withoutDecimals is the format "1,234" of currencies without decimals.
const withoutDecimals = "4"

// currencyPrices returns what customers can order in each currency: the problems, or "" for none, and the details of a
// check that is ok.
func (s *State) currencyPrices() (problem, details string) {
	t := &tx{state: s}
	var problems, parts []string
	for _, id := range t.ids("tblcurrencies") {
		currency := t.row("tblcurrencies", id)
		code := currency["code"]
		parts = append(parts, code+": "+t.notForSale(text(id)))
		if t.sells(text(id)) {
			if free := t.freeOptions(text(id)); free != nil {
				problems = append(problems, fmt.Sprintf("in %s these configurable sub-options cost nothing, and they have a price in "+
					"another currency: %s", code, named(free)))
			}
		}
		if odd := t.withDecimals(text(id)); currency["format"] == withoutDecimals && odd != nil {
			problems = append(problems, fmt.Sprintf("WHMCS shows amounts in %s without decimals, and these products have prices "+
				"with decimals: %s", code, named(odd)))
		}
	}
	return strings.Join(problems, "; "), strings.Join(parts, "; ")
}

// notForSale names the products and addons on sale that cannot be ordered in a currency.
func (t *tx) notForSale(currency string) string {
	var missing []string
	for _, sold := range []struct{ noun, table, kind string }{{"products", "tblproducts", "product"}, {"addons", "tbladdons", "addon"}} {
		var ids []string
		for _, id := range t.onSale(sold.table) {
			if !t.hasPrice(sold.kind, id, currency) {
				ids = append(ids, id)
			}
		}
		if ids != nil {
			missing = append(missing, sold.noun+" "+named(ids))
		}
	}
	if missing == nil {
		return "all visible products and addons can be ordered"
	}
	return "cannot be ordered: " + strings.Join(missing, ", ")
}

// onSale returns the products or addons that are neither hidden nor retired nor free.
func (t *tx) onSale(table string) []string {
	var ids []string
	for _, id := range t.ids(table) {
		row := t.row(table, id)
		payType := strings.ToLower(row["paytype"] + row["billingcycle"])
		if row["hidden"] != "1" && row["retired"] != "1" && payType != "" && !strings.HasPrefix(payType, "free") {
			ids = append(ids, text(id))
		}
	}
	return ids
}

// hasPrice reports whether a product or an addon has a price in a currency.
func (t *tx) hasPrice(kind, id, currency string) bool {
	for _, row := range t.idsWhere("tblpricing", "relid", id, Row{"type": kind, "currency": currency}) {
		for _, cycle := range cycles {
			if amount(t.row("tblpricing", row)[cycle.name]).Sign() >= 0 {
				return true
			}
		}
	}
	return false
}

// sells reports whether a product on sale has a price in a currency.
func (t *tx) sells(currency string) bool {
	for _, id := range t.onSale("tblproducts") {
		if t.hasPrice("product", id, currency) {
			return true
		}
	}
	return false
}

// freeOptions returns the sub-options that have a price in another currency and none in this one.
func (t *tx) freeOptions(currency string) []string {
	var ids []string
	for _, id := range t.ids("tblproductconfigoptionssub") {
		if t.row("tblproductconfigoptionssub", id)["hidden"] == "1" {
			continue
		}
		here, elsewhere := false, false
		for _, row := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": optionPriceType}) {
			record := t.row("tblpricing", row)
			for _, cycle := range cycles {
				if amount(record[cycle.name]).Sign() > 0 || amount(record[cycle.fee]).Sign() > 0 {
					here, elsewhere = here || record["currency"] == currency, true
				}
			}
		}
		if elsewhere && !here {
			ids = append(ids, text(id))
		}
	}
	return ids
}

// withDecimals returns the products with amounts in a currency that are not whole.
func (t *tx) withDecimals(currency string) []string {
	var ids []string
	for _, product := range t.ids("tblproducts") {
		whole := true
		for _, row := range t.idsWhere("tblpricing", "relid", text(product), Row{"type": "product", "currency": currency}) {
			record := t.row("tblpricing", row)
			for _, cycle := range cycles {
				whole = whole && amount(record[cycle.name]).IsInt() && amount(record[cycle.fee]).IsInt()
			}
		}
		if !whole {
			ids = append(ids, text(product))
		}
	}
	return ids
}

// named lists the first ids.
func named(ids []string) string {
	if len(ids) > maxNamedProducts {
		return strings.Join(ids[:maxNamedProducts], ", ") + " and more"
	}
	return strings.Join(ids, ", ")
}
