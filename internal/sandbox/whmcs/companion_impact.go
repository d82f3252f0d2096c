package whmcs

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// minRevenueClients is the number of clients that a sum of money needs. A sum over fewer would show what one pays.
const minRevenueClients = 5

// serviceCycles are the billing cycles of services, by the stored text in lower case without spaces and hyphens.
var serviceCycles = map[string]string{
	"freeaccount": "free", "free": "free", "onetime": "one_time", "monthly": "monthly", "quarterly": "quarterly",
	"semiannually": "semiannually", "annually": "annually", "biennially": "biennially", "triennially": "triennially",
}

func serviceCycle(stored string) string {
	return cmp.Or(serviceCycles[strings.NewReplacer(" ", "", "-", "").Replace(strings.ToLower(stored))], "other")
}

// impactGroup are the services of one currency, cycle and status. Sums have no status.
type impactGroup struct{ currency, cycle, status string }

// impactTotals are the sums of one group.
type impactTotals struct {
	count, ending int64
	amount        *big.Rat
	clients       map[string]bool
}

type impactSums map[impactGroup]*impactTotals

func (s impactSums) of(group impactGroup) *impactTotals {
	if s[group] == nil {
		s[group] = &impactTotals{amount: new(big.Rat), clients: map[string]bool{}}
	}
	return s[group]
}

func (s impactSums) add(group impactGroup, client, money string) {
	totals := s.of(group)
	totals.amount.Add(totals.amount, amount(money))
	totals.clients[client] = true
}

// list returns the groups in the order of the companion.
func (s impactSums) list(describe func(*impactTotals) map[string]any) []any {
	out := []any{}
	for _, group := range slices.SortedFunc(maps.Keys(s), func(a, b impactGroup) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.cycle, b.cycle), cmp.Compare(a.status, b.status))
	}) {
		entry := describe(s[group])
		entry["currency"], entry["cycle"] = any(nil), group.cycle
		if group.currency != "" {
			entry["currency"] = group.currency
		}
		if _, counted := entry["count"]; counted {
			entry["status"] = group.status
		}
		out = append(out, entry)
	}
	return out
}

func describeRevenue(t *impactTotals) map[string]any {
	if len(t.clients) < minRevenueClients {
		return map[string]any{"amount": nil}
	}
	return map[string]any{"amount": t.amount.FloatString(priceScale)}
}

// lacks reports whether this WHMCS lacks a column or its table.
func (t *tx) lacks(table string, columns ...string) bool {
	return t.missing[table] || slices.ContainsFunc(columns, func(column string) bool { return t.missing[table+"."+column] })
}

// impact returns the services of a product as totals, or nil if this WHMCS lacks a column that they need. Money is
// part of them if the operator allows revenue.
func impact(t *tx, product int64, revenue bool) any {
	if t.lacks("tblhosting", "userid", serviceProduct, "billingcycle", "domainstatus", "regdate") || t.lacks("tblclients", "currency") {
		return nil
	}
	hasPromotions := !t.lacks("tblhosting", "promoid", "promocount") && !t.lacks("tblpromotions", "recurring", "recurfor")
	hasAmounts := !t.lacks("tblhosting", "amount")
	hasAddons := !t.lacks("tblhostingaddons", "hostingid", "recurring", "billingcycle", "status")
	services, sums, addons, newest := impactSums{}, impactSums{}, impactSums{}, ""
	for _, id := range t.idsBy("tblhosting", serviceProduct, text(product)) {
		row := t.row("tblhosting", id)
		client := t.row("tblclients", system.Number(row["userid"]))
		currency := t.row("tblcurrencies", system.Number(client["currency"]))["code"]
		group := impactGroup{currency, serviceCycle(row["billingcycle"]), row["domainstatus"]}
		totals := services.of(group)
		totals.count++
		promotion := t.row("tblpromotions", system.Number(row["promoid"]))
		if isOn(promotion["recurring"]) && system.Number(row["promocount"]) < system.Number(promotion["recurfor"]) {
			totals.ending++
		}
		if date := row["regdate"]; date > newest && !strings.HasPrefix(date, "0000") {
			newest = date
		}
		if isInvoiced(row["domainstatus"]) && isRecurring(group.cycle) && hasAmounts {
			sums.add(impactGroup{currency: currency, cycle: group.cycle}, row["userid"], row["amount"])
		}
		if !hasAddons {
			continue
		}
		for _, addon := range t.idsBy("tblhostingaddons", "hostingid", text(id)) {
			addonRow := t.row("tblhostingaddons", addon)
			if cycle := serviceCycle(addonRow["billingcycle"]); isInvoiced(addonRow["status"]) && isRecurring(cycle) {
				addons.add(impactGroup{currency: currency, cycle: cycle}, row["userid"], addonRow["recurring"])
			}
		}
	}
	out := map[string]any{"newest_service_date": nil, "revenue": nil, "addon_revenue": nil}
	out["services"] = services.list(func(s *impactTotals) map[string]any {
		entry := map[string]any{"count": s.count, "ending_promotions": nil}
		if hasPromotions {
			entry["ending_promotions"] = s.ending
		}
		return entry
	})
	if newest != "" {
		out["newest_service_date"] = newest
	}
	if revenue && hasAmounts {
		out["revenue"] = sums.list(describeRevenue)
	}
	if revenue && hasAddons {
		out["addon_revenue"] = addons.list(describeRevenue)
	}
	return out
}

// isInvoiced reports whether WHMCS invoices a service or an addon of this status again.
func isInvoiced(status string) bool { return status == "Active" || status == "Suspended" }

func isRecurring(cycle string) bool {
	return slices.ContainsFunc(cycles, func(known struct{ name, fee string }) bool { return known.name == cycle })
}

// rowParts are the counters and totals that a read adds to each row.
type rowParts struct{ usage, impact, revenue bool }

const onlyUsage = "must contain only usage, and impact for products"

// withParts reads the member "with".
func (q *request) withParts() (parts rowParts) {
	for _, part := range q.textList("with") {
		switch part {
		case "usage":
			parts.usage = true
		case "impact":
			parts.impact = true
			if name, _ := q.fields["kind"].(string); name != kinds.Product.Kind.Name {
				q.reject("with", onlyUsage)
			}
		default:
			q.reject("with", onlyUsage)
		}
	}
	return parts
}
