package product

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

// storedPrices returns the prices before the change. Those of a currency that was not managed so far come from WHMCS.
func storedPrices(ctx context.Context, c *planCheck) types.Map {
	if c.Prior == nil {
		return types.MapNull(resourcekit.PricesType.ElemType)
	}
	prior := c.Prior.Prices.Elements()
	for currency := range c.Plan.Prices.Elements() {
		if _, managed := prior[currency]; managed {
			continue
		}
		if row := c.live(ctx); row != nil && row.PayType != "free" {
			rows := map[string]map[string]resourcekit.AmountRow{currency: whmcsobject.AmountRows(row.Pricing[currency])}
			prices, _ := resourcekit.AmountMaps(rows, types.MapNull(resourcekit.PricesType.ElemType))
			prior[currency] = prices.Elements()[currency]
		}
	}
	return types.MapValueMust(resourcekit.PricesType.ElemType, prior)
}
