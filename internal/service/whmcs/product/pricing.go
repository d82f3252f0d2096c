package product

import (
	"context"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

func priceMaps(m *model) resourcekit.PriceMaps {
	return resourcekit.PriceMaps{Prices: m.Prices, SetupFees: m.SetupFees}
}

// sale returns the prices of a planned write, for the checks that products share with product addons.
func sale(ctx context.Context, c *planCheck) whmcsobject.Sale {
	s := whmcsobject.Sale{
		Noun: "product", Name: c.Plan.Name.ValueString(), PayType: c.Plan.PayType, Plan: priceMaps(c.Plan),
		Stored: func() (pricing map[string]map[string]whmcs.CyclePrice, payType string) {
			if row := c.live(ctx); row != nil {
				return row.Pricing, row.PayType
			}
			return nil, ""
		},
	}
	if c.Prior != nil {
		prior := priceMaps(c.Prior)
		s.Prior = &prior
	}
	return s
}

// fillPricing copies the currencies that the model lists, and in an import every currency in which the product can be
// bought.
func fillPricing(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	maps := priceMaps(m)
	whmcsobject.FillSale(row.Pricing, row.PayType, &maps, o)
	m.Prices, m.SetupFees = maps.Prices, maps.SetupFees
}
