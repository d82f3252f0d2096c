package product

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

var (
	cyclePriceTypes = map[string]attr.Type{"price": resourcekit.DecimalType{}, "setup_fee": resourcekit.DecimalType{}}
	currencyTypes   = func() map[string]attr.Type {
		out := map[string]attr.Type{}
		for _, cycle := range whmcs.BillingCycles {
			out[cycle] = types.ObjectType{AttrTypes: cyclePriceTypes}
		}
		return out
	}()
	currencyType = types.ObjectType{AttrTypes: currencyTypes}
)

// amount is one price of a configuration, plan or state.
type amount struct {
	Currency, Cycle string
	Price, SetupFee resourcekit.Decimal
}

// amounts returns the prices of all cycles that are not null. A price may still be unknown. A cycle that is unknown as
// a whole has null amounts. known is false if any part is unknown.
func amounts(pricing types.Map) (list []amount, known bool) {
	known = !pricing.IsUnknown()
	for currency, element := range pricing.Elements() {
		cycles, _ := element.(types.Object)
		known = known && !element.IsUnknown()
		for cycle, value := range cycles.Attributes() {
			object, _ := value.(types.Object)
			if value.IsNull() {
				continue
			}
			price, _ := object.Attributes()["price"].(resourcekit.Decimal)
			fee, _ := object.Attributes()["setup_fee"].(resourcekit.Decimal)
			known = known && !value.IsUnknown() && !price.IsUnknown() && !fee.IsUnknown()
			list = append(list, amount{Currency: currency, Cycle: cycle, Price: price, SetupFee: fee})
		}
	}
	return list, known
}

func pricingValues(b *whmcsobject.Builder, pricing types.Map) {
	if pricing.IsNull() {
		return
	}
	list, known := amounts(pricing)
	if !known {
		b.Unknown("pricing")
		return
	}
	wire := whmcs.Facet{}
	for currency := range pricing.Elements() {
		wire[currency] = whmcs.Values{} // a currency without cycles: all cycles are switched off
	}
	for _, a := range list {
		cycles, _ := wire[a.Currency].(whmcs.Values)
		fee := a.SetupFee.Decimal()
		if fee == "" {
			fee = "0"
		}
		cycles[a.Cycle] = whmcs.Values{"price": a.Price.Decimal(), "setup_fee": fee}
	}
	b.Set("pricing", wire)
}

// fillPricing copies the currencies that the model lists, and in an import every currency in which the product can be
// bought.
func fillPricing(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	if m.Pricing.IsNull() && !o.Import {
		return
	}
	elements := map[string]attr.Value{}
	for currency, cycles := range row.Pricing {
		_, listed := m.Pricing.Elements()[currency]
		if !listed && (!o.Import || len(cycles) == 0) {
			continue
		}
		object := map[string]attr.Value{}
		for cycle := range currencyTypes {
			object[cycle] = types.ObjectNull(cyclePriceTypes)
			if price, on := cycles[cycle]; on {
				object[cycle] = types.ObjectValueMust(cyclePriceTypes, map[string]attr.Value{
					"price": resourcekit.NewDecimal(price.Price), "setup_fee": resourcekit.NewDecimal(price.SetupFee),
				})
			}
		}
		elements[currency] = types.ObjectValueMust(currencyTypes, object)
	}
	if !m.Pricing.IsNull() || len(elements) > 0 {
		m.Pricing = types.MapValueMust(currencyType, elements)
	}
}
