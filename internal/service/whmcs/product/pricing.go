package product

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

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
		s.Prior, s.ID = &prior, c.ID
		s.Visibility = slices.Concat(
			visibility(c.Prior.Hidden, c.Plan.Hidden, "hidden"), visibility(c.Prior.Retired, c.Plan.Retired, "retired"),
		)
	}
	return s
}

// visibility describes the change of a flag that hides a product from new orders.
func visibility(before, planned types.Bool, name string) []string {
	switch {
	case before.IsNull() || planned.IsNull() || planned.IsUnknown() || before.Equal(planned):
		return nil
	case planned.ValueBool():
		return []string{"now " + name}
	}
	return []string{"no longer " + name}
}

// fillPricing copies the currencies that the model lists, and in an import every currency in which the product can be
// bought.
func fillPricing(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	maps := priceMaps(m)
	whmcsobject.FillSale(row.Pricing, row.PayType, &maps, o)
	m.Prices, m.SetupFees = maps.Prices, maps.SetupFees
}
