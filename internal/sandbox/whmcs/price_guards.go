package whmcs

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// price is one amount that customers pay, before and after a write. An empty text stands for no price.
type price struct {
	path, currency, before, after string
	// forSale is true for the price of a product. Other amounts are added to it.
	forSale bool
	// becomesFree is true if the product stays on sale without a price. rewritten is true if the amount comes into
	// force, even if it is the same as before. first is true without a former price.
	becomesFree, rewritten, first bool
}

func (p *price) changed() bool {
	if p.before == "" || p.after == "" {
		return p.before != p.after
	}
	return amount(p.before).Cmp(amount(p.after)) != 0
}

// amount returns the number of a decimal text. The text "" is 0.
func amount(text string) *big.Rat {
	number, ok := new(big.Rat).SetString(text)
	if !ok {
		return new(big.Rat)
	}
	return number
}

// positive returns an amount, or "" if it is zero.
func positive(v any) string {
	text, _ := v.(string)
	if amount(text).Sign() == 0 {
		return ""
	}
	return text
}

// checkPrices refuses prices beyond the operator's limits, and counts the changes of a write that follows.
func (w *write) checkPrices() *failure {
	s := w.safety
	if s.MaxPriceChangePercent == nil && s.MaxPriceChangesPerHour == nil && s.MinPrices == nil {
		return nil
	}
	var last []price
	for _, p := range w.prices() {
		change := p.changed() && !w.creating
		if p.changed() || p.rewritten {
			if refused := s.refuseLowPrice(p); refused != nil {
				return refused
			}
		}
		if !change {
			continue
		}
		w.priceChanges++
		last = append(last, p)
		if refused := w.refuseLargeChange(p); refused != nil {
			return refused
		}
	}
	if refused := w.refuseManyChanges(w.priceChanges); refused != nil || w.dryRun {
		return refused
	}
	w.t.state.rememberPrices(w, last)
	return nil
}

func (b SafetySettings) refuseLowPrice(p price) *failure {
	least, limited := b.MinPrices[p.currency]
	if !limited || !p.forSale || p.after == "" && !p.becomesFree || amount(p.after).Cmp(amount(least)) >= 0 {
		return nil
	}
	return readOnly("min_price", fmt.Sprintf("%s would be %s. companion.local.php refuses prices below %s %s (min_price)", p.name(), p.shown(), least, p.currency))
}

func (w *write) refuseLargeChange(p price) *failure {
	limit := w.safety.MaxPriceChangePercent
	from, there := p.before, p.after != "" || p.becomesFree
	if from == "" && !p.first {
		from = w.t.state.LastPrices[w.priceKey(p)]
	}
	if limit == nil || from == "" || !there {
		return nil
	}
	before, after := amount(from), amount(p.after)
	most := new(big.Rat).Mul(before, big.NewRat(*limit, 100))
	if new(big.Rat).Abs(new(big.Rat).Sub(after, before)).Cmp(most) <= 0 {
		return nil
	}
	return readOnly("max_price_change_percent", fmt.Sprintf("%s would change from %s to %s. companion.local.php allows a change of %d %% (max_price_change_percent). "+
		"Change the price in smaller steps, or in the admin area of WHMCS", p.name(), from, p.shown(), *limit))
}

// name is the amount in messages: "product pricing.USD.monthly.price".
func (p price) name() string { return strings.Replace(p.path, ".", " ", 1) }

// shown is the new price in messages.
func (p price) shown() string {
	if p.becomesFree {
		return "free of charge"
	}
	return p.after
}

const priceWindow = 60 // minutes

func (w *write) refuseManyChanges(changes int64) *failure {
	limit := w.safety.MaxPriceChangesPerHour
	if limit == nil || changes == 0 {
		return nil
	}
	s := w.t.state
	if done := s.recentPriceChanges(w.t.now); done+changes > *limit {
		return readOnly("max_price_changes_per_hour", fmt.Sprintf("%d prices changed in the last hour, and this write changes %d. companion.local.php allows %d per hour (max_price_changes_per_hour). Apply again later", done, changes, *limit))
	}
	if w.dryRun {
		return nil
	}
	if s.PriceChanges == nil {
		s.PriceChanges = map[int64]int64{}
	}
	now := minuteOf(w.t.now)
	s.PriceChanges[now] += changes
	w.t.undo = append(w.t.undo, func() { s.PriceChanges[now] -= changes })
	return nil
}

// minuteOf is the key of PriceChanges.
func minuteOf(at time.Time) int64 { return at.Unix() / 60 }

// recentPriceChanges is the number of prices that changed in the last 60 minutes.
func (s *State) recentPriceChanges(now time.Time) (done int64) {
	for minute, count := range s.PriceChanges {
		if minute > minuteOf(now)-priceWindow {
			done += count
		}
	}
	return done
}

// priceChangesLeft is the number of prices that can change now.
func (b SafetySettings) priceChangesLeft(s *State, now time.Time) int64 {
	return max(0, *b.MaxPriceChangesPerHour-s.recentPriceChanges(now))
}

// priceBudget adds to the response of a validation how many prices the write changes, and how many can change.
func (w *write) priceBudget(payload map[string]any) {
	if limit := w.safety.MaxPriceChangesPerHour; limit != nil && w.priceChanges > 0 {
		payload["price_changes"] = map[string]any{
			"planned": w.priceChanges, "left": w.safety.priceChangesLeft(w.t.state, w.t.now), "limit": *limit,
		}
	}
}

// limits describes the operator's limits on prices.
func (b SafetySettings) limits(s *State, now time.Time) string {
	var limits, least []string
	for _, code := range sortedKeys(b.MinPrices) {
		least = append(least, code+" "+b.MinPrices[code])
	}
	if least != nil {
		limits = append(limits, "a new or changed price of a product or a product addon is at least "+strings.Join(least, ", ")+" (min_price)")
	}
	if percent := b.MaxPriceChangePercent; percent != nil {
		limits = append(limits, fmt.Sprintf("an existing price, set-up fee, option price, overage price or token price changes by at most %d %% "+
			"(max_price_change_percent)", *percent))
	}
	if most := b.MaxPriceChangesPerHour; most != nil {
		limits = append(limits, fmt.Sprintf("at most %d of these amounts change in 60 minutes, and %d can change now (max_price_changes_per_hour)",
			*most, b.priceChangesLeft(s, now)))
	}
	if limits == nil {
		return "companion.local.php sets no limits on prices"
	}
	return "limits in companion.local.php: " + strings.Join(limits, "; ")
}

// priceKey identifies an amount of the object. One-time and monthly prices are the same amount.
func (w *write) priceKey(p price) string {
	return w.name + " " + strings.Replace(p.path, ".one_time.", ".monthly.", 1)
}

// rememberPrices stores the former prices of a write, as the journal does.
func (s *State) rememberPrices(w *write, prices []price) {
	if s.LastPrices == nil {
		s.LastPrices = map[string]string{}
	}
	for _, p := range prices {
		if key, former := w.priceKey(p), s.LastPrices[w.priceKey(p)]; positive(p.before) != "" {
			s.LastPrices[key] = p.before
			w.t.undo = append(w.t.undo, func() { s.LastPrices[key] = former })
		}
	}
}

// prices returns the amounts that the values of a write concern.
func (w *write) prices() []price {
	var all []price
	switch w.k.name {
	case productKind.name:
		all = slices.Concat(w.salePrices(), w.overagePrices())
	case productAddonKind.name:
		all = w.salePrices()
	case optionGroupKind.name:
		all = optionPricesOf("configurable_option_group.options", optionParts, w.values["options"], optionParts.read(w.t, w.id))
	case solusvm2BillingKind.name:
		given, _ := w.values["token_prices"].(map[string]any)
		former, _ := w.k.field("token_prices").read(w.t, w.id, w.prior).(map[string]any)
		for _, code := range sortedKeys(given) {
			all = append(all, charge("solusvm2_billing.token_prices."+code, code, former[code], given[code]))
		}
	case addonModuleKind.name:
		given, _ := w.values["settings"].(map[string]any)
		for code, place := range w.t.pricePlaces() {
			if text, set := given[place.Setting].(string); set && place.Table == "" && w.name == solusvm2Addon {
				stored, _ := w.t.storedText(place)
				all = append(all, charge("addon_module.settings."+place.Setting, code, stored, text))
			}
		}
	}
	return all
}

// charge is an amount of which zero means that nothing is charged.
func charge(path, currency string, before, after any) price {
	p := price{path: path, currency: currency, before: positive(before), after: positive(after)}
	if p.before != "" {
		p.after = cmp.Or(p.after, "0")
	}
	return p
}

// salePrices returns the prices of a product or a product addon.
func (w *write) salePrices() []price {
	var former map[string]any
	if !w.creating {
		former = cast[map[string]any](w.k.field("pricing").read(w.t, w.id, w.prior))
	}
	var all []price
	otherType := !w.creating && w.changes("pay_type")
	if otherType && w.values["pay_type"] == "free" {
		for _, code := range sortedKeys(former) {
			prices := cast[map[string]any](former[code])
			for _, cycle := range sortedKeys(prices) {
				before := positive(cast[map[string]any](prices[cycle])["price"])
				all = append(all, price{path: w.k.name + ".pricing." + code + "." + cycle + ".price", currency: code, before: before, forSale: true, becomesFree: before != ""})
			}
		}
	} else {
		all = cyclePrices(w.k.name+".pricing", w.values["pricing"], former, true)
	}
	for i := range all {
		all[i].rewritten = otherType && !all[i].becomesFree
	}
	return all
}

func (w *write) overagePrices() []price {
	var all []price
	overages, _ := w.values["overages"].(map[string]any)
	for _, key := range []string{"disk_price", "bandwidth_price"} {
		if given, set := overages[key]; set {
			var before any
			if !w.creating {
				before = cast[map[string]any](overagesField.read(w.t, w.id, w.prior))[key]
			}
			all = append(all, charge("product.overages."+key, "", before, given))
		}
	}
	return all
}

// cyclePrices returns the amounts of the given currencies. Cycles that are not given are switched off.
func cyclePrices(path string, given any, former map[string]any, forSale bool) []price {
	var all []price
	currencies, _ := given.(map[string]any)
	for _, code := range sortedKeys(currencies) {
		before, after := byColumn(former[code]), byColumn(currencies[code])
		columns := slices.Compact(slices.Sorted(slices.Values(slices.Concat(sortedKeys(before), sortedKeys(after)))))
		for _, column := range columns {
			for _, key := range []string{"price", "setup_fee"} {
				old, _ := before[column][key].(string)
				now, _ := after[column][key].(string)
				if (!forSale || key == "setup_fee") && positive(old) == "" && positive(now) == "" {
					continue
				}
				if !forSale {
					// An option without a price costs nothing. A product without a price is not on sale.
					old, now = positive(old), cmp.Or(now, "0")
				}
				all = append(all, price{path: path + "." + code + "." + cycleOf(column, former[code], currencies[code]) + "." + key, currency: code, before: old, after: now, forSale: forSale && key == "price"})
			}
		}
	}
	return all
}

// cycleOf is the billing cycle of a column, as the write gives it, or else as the object has it. One-time and monthly
// prices are in one column.
func cycleOf(column string, former, given any) string {
	for _, cycles := range []any{given, former} {
		prices, _ := cycles.(map[string]any)
		if _, has := prices[column]; has {
			return column
		}
		if _, once := prices["one_time"]; once && column == "monthly" {
			return "one_time"
		}
	}
	return column
}

// byColumn returns the amounts of a currency by database column.
func byColumn(cycles any) map[string]map[string]any {
	found := map[string]map[string]any{}
	prices, _ := cycles.(map[string]any)
	for cycle, amounts := range prices {
		if cycle == "one_time" {
			cycle = "monthly"
		}
		found[cycle] = cast[map[string]any](amounts)
	}
	return found
}

// optionPricesOf returns the amounts of the sub-options of a request.
func optionPricesOf(path string, of *parts, given any, former map[string]any) []price {
	var all []price
	items, _ := given.(map[string]any)
	for _, key := range sortedKeys(items) {
		part := cast[map[string]any](items[key])
		id, known := part["id"].(string)
		before, _ := former[id].(map[string]any)
		if part["remove"] == true {
			continue
		}
		pricing, _ := before["pricing"].(map[string]any)
		amounts := cyclePrices(path+"."+id+".pricing", part["pricing"], pricing, false)
		for i := range amounts {
			amounts[i].first = !known
		}
		all = append(all, amounts...)
		if of.inner != nil {
			inner, _ := before[of.innerName].(map[string]any)
			all = append(all, optionPricesOf(path+"."+id+"."+of.innerName, of.inner, part[of.innerName], inner)...)
		}
	}
	return all
}
