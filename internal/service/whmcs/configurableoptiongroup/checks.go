package configurableoptiongroup

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// warnOfDecimals warns of decimals in a currency that WHMCS shows without them.
func warnOfDecimals(ctx context.Context, w *whmcsobject.Write[model]) {
	prior := &model{}
	if w.Prior != nil {
		prior = w.Prior
	}
	for key := range w.Plan.Options.Elements() {
		option, _ := whmcsobject.PartString(w.Plan.Options, key, "name")
		before, planned := whmcsobject.PartsOf(prior.Options, key, "sub_options"), whmcsobject.PartsOf(w.Plan.Options, key, "sub_options")
		for sub := range planned.Elements() {
			name, _ := whmcsobject.PartString(planned, sub, "name")
			pricesOf := func(parts types.Map) resourcekit.PriceMaps {
				return resourcekit.PriceMaps{Prices: whmcsobject.PartsOf(parts, sub, "prices"), SetupFees: whmcsobject.PartsOf(parts, sub, "setup_fees")}
			}
			resourcekit.WarnOfDecimals(ctx, w.Client, w.Diagnostics, path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub),
				fmt.Sprintf("The choice %s of the option %s", name, option), pricesOf(before), pricesOf(planned))
		}
	}
}
