package resourcekit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
)

// formatWithoutDecimals is the currency format "1,234", which WHMCS means for currencies such as JPY and HUF.
const formatWithoutDecimals = "4"

// PriceMaps are the attributes prices and setup_fees of an object.
type PriceMaps struct{ Prices, SetupFees types.Map }

// WarnOfDecimals warns of new amounts with decimals in a currency that WHMCS shows without them. owner is the object in
// the summary: "The product Basic". It sends a request to WHMCS only if there are such amounts, and none after this
// process has sent a write.
func WarnOfDecimals(ctx context.Context, client *whmcs.Client, diags *diag.Diagnostics, at path.Path, owner string, prior, planned PriceMaps) {
	amounts := map[string][]string{}
	list, _ := Amounts(planned.Prices, planned.SetupFees)
	for _, a := range list {
		if hasDecimals(a.Price) && !AmountAt(prior.Prices, a.Currency, a.Cycle).Equal(a.Price) {
			amounts[a.Currency] = append(amounts[a.Currency], a.Cycle+" "+a.Price.ValueString())
		}
		if hasDecimals(a.SetupFee) && !AmountAt(prior.SetupFees, a.Currency, a.Cycle).Equal(a.SetupFee) {
			amounts[a.Currency] = append(amounts[a.Currency], a.Cycle+" set-up fee "+a.SetupFee.ValueString())
		}
	}
	if client == nil || len(amounts) == 0 || client.HasWritten() {
		return
	}
	currencies, err := client.CachedCurrencies(ctx)
	if err != nil {
		return // the validation of the whole write reports an unreachable WHMCS
	}
	for _, currency := range currencies {
		code := string(currency.Code)
		if currency.Format != formatWithoutDecimals || len(amounts[code]) == 0 {
			continue
		}
		slices.Sort(amounts[code])
		diags.AddAttributeWarning(at, fmt.Sprintf("%s has decimals in %s", owner, code), fmt.Sprintf(
			"WHMCS shows amounts in %s without decimals, in the format 1,234: %s. Customers would pay a different amount from the one they see. Use whole amounts.", code, strings.Join(amounts[code], ", ")))
	}
}

func hasDecimals(amount Decimal) bool {
	if !amount.IsKnown() {
		return false
	}
	rat, ok := amount.Decimal().Rat()
	return ok && !rat.IsInt()
}
