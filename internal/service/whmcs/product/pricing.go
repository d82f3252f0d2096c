package product

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

func priceAt(a resourcekit.CycleAmount) path.Path {
	return path.Root("prices").AtMapKey(a.Currency).AtMapKey(a.Cycle)
}

func feeAt(a resourcekit.CycleAmount) path.Path {
	return path.Root("setup_fees").AtMapKey(a.Currency).AtMapKey(a.Cycle)
}

func pricingValues(b *whmcsobject.Builder, m *model) {
	if m.Prices.IsNull() {
		return
	}
	if pricing, known := whmcsobject.Pricing(m.Prices, m.SetupFees); known {
		b.Set("pricing", pricing)
	} else {
		b.Unknown("pricing")
	}
}

// fillPricing copies the currencies that the model lists, and in an import every currency in which the product can be
// bought. WHMCS may still hold the prices of a product that is free now.
func fillPricing(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	if m.Prices.IsNull() && (!o.Import || row.PayType == "free") {
		return
	}
	rows := map[string]map[string]resourcekit.AmountRow{}
	for currency, cycles := range row.Pricing {
		if _, listed := m.Prices.Elements()[currency]; listed || o.Import && len(cycles) > 0 {
			rows[currency] = whmcsobject.AmountRows(cycles)
		}
	}
	if m.Prices.IsNull() && len(rows) == 0 {
		return
	}
	m.Prices, m.SetupFees = resourcekit.AmountMaps(rows, m.SetupFees)
}
