package billingsettings

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

func priceAt(code string) path.Path { return path.Root("token_prices").AtMapKey(code) }

// validateConfig checks the configuration without requests to WHMCS or the panel.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	lock, suspend := m.overdueDays()
	warnOfOrder(&diags, "lock_overdue_days", lock, suspend, "")
	if address, err := url.Parse(m.text("url").ValueString()); err == nil && address.Scheme == "http" {
		if ip := net.ParseIP(address.Hostname()); address.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			diags.AddAttributeWarning(path.Root("api_connection").AtName("url"), "WHMCS calls SolusVM 2 without encryption", "With an http:// URL, others on the network can read the API key of an administrator. Use https://.")
		}
	}
	return diags
}

// overdueDays returns the numbers of days after which users are locked, and suspended.
func (m *model) overdueDays() (lock, suspend types.Int64) {
	lock, _ = m.PostPay.Attributes()["lock_overdue_days"].(types.Int64)
	suspend, _ = m.PostPay.Attributes()["suspend_overdue_days"].(types.Int64)
	return lock, suspend
}

// warnOfOrder warns that users are suspended before they are locked. where says which value comes from WHMCS, or is "".
func warnOfOrder(diags *diag.Diagnostics, attribute string, lock, suspend types.Int64, where string) {
	if lock.IsNull() || lock.IsUnknown() || suspend.IsNull() || suspend.IsUnknown() || lock.ValueInt64() <= suspend.ValueInt64() {
		return
	}
	diags.AddAttributeWarning(path.Root("post_pay").AtName(attribute), "Users are suspended before they are locked", fmt.Sprintf(
		"lock_overdue_days (%d) is later than suspend_overdue_days (%d)%s. Users are usually locked first, because a suspension is more severe.", lock.ValueInt64(), suspend.ValueInt64(), where))
}

// checkOrder compares a managed number of days with the unmanaged one in WHMCS. When both are managed, validateConfig
// compares them.
func checkOrder(c *check) {
	lock, suspend := c.Plan.overdueDays()
	switch {
	case c.row == nil || lock.IsNull() == suspend.IsNull():
	case suspend.IsNull():
		warnOfOrder(c.Diagnostics, "lock_overdue_days", lock, types.Int64PointerValue(c.row.SuspendOverdueDays), ", which is the value in WHMCS")
	default:
		warnOfOrder(c.Diagnostics, "suspend_overdue_days", types.Int64PointerValue(c.row.LockOverdueDays), suspend, ". The value of lock_overdue_days is the one in WHMCS")
	}
}

// check is the check of one planned write, with the current row in WHMCS. The row is nil if WHMCS cannot be reached.
// The validation of the whole write reports that.
type check struct {
	*whmcsobject.Write[model]

	row *whmcs.SolusVM2Billing
}

func newCheck(ctx context.Context, w *whmcsobject.Write[model]) *check {
	c := &check{Write: w}
	if w.Client != nil {
		found, err := whmcs.CollectionOf[whmcs.SolusVM2Billing](w.Client, whmcs.KindSolusVM2Billing).Get(ctx, whmcs.SingleID)
		if err == nil {
			c.row = found.Row
		}
	}
	return c
}

// checkPlan checks a planned write. It returns false when WHMCS cannot validate the write yet.
func checkPlan(ctx context.Context, c *check) bool {
	checkAmounts(c)
	checkOrder(c)
	checkLimitGroup(ctx, c)
	if c.row == nil || c.Diagnostics.HasError() {
		return true
	}
	if !c.row.Active {
		// A hosting_whmcs_addon_module of the same run may activate the addon first. The apply decides.
		return false
	}
	checkCurrencies(ctx, c)
	warnOfReplacement(c)
	return true
}

// planned returns the known prices of a plan.
func planned(m *model) map[string]resourcekit.Decimal {
	prices := map[string]resourcekit.Decimal{}
	for code, element := range m.TokenPrices.Elements() {
		if price, ok := element.(resourcekit.Decimal); ok && price.IsKnown() {
			prices[code] = price
		}
	}
	return prices
}

// checkAmounts applies the guards to new prices. The prior price comes from the state. If it was not managed so far, it
// comes from WHMCS.
func checkAmounts(c *check) {
	before := map[string]resourcekit.Decimal{}
	if c.row != nil {
		for code, price := range c.row.TokenPrices {
			before[code] = resourcekit.NewDecimal(price)
		}
	}
	if c.Prior != nil {
		maps.Copy(before, planned(c.Prior))
	}
	prices := planned(c.Plan)
	for _, code := range slices.Sorted(maps.Keys(prices)) {
		price, old := prices[code], before[code]
		if price.Decimal().IsZero() && (!old.IsKnown() || !old.Decimal().IsZero()) && c.Clients.Guards.RefusesZero() {
			resourcekit.AddAttributeError(c.Diagnostics, priceAt(code), "The token price is zero",
				"Customers who pay in "+code+" could use servers without paying. If you want this, set guards { allow_zero_price = true } in the provider block.")
			continue
		}
		if old.IsKnown() {
			c.Clients.Guards.CheckChange(c.Diagnostics, priceAt(code), "price of a token", old, price, decimal.Decimal(c.PrivateState.LastWrittenAmounts[priceAt(code).String()]))
		}
	}
}

// unpriced returns the currencies that have a price neither in the plan nor in WHMCS. Every currency of WHMCS is
// active. The result is empty when post-pay is off and prices are not managed, because then no price is needed.
func unpriced(
	ctx context.Context, client *whmcs.Client, m *model, row *whmcs.SolusVM2Billing, diags *diag.Diagnostics,
) []string {
	enabled, _ := m.PostPay.Attributes()["enabled"].(types.Bool)
	if m.TokenPrices.IsNull() && !enabled.ValueBool() && (row.PostPayEnabled == nil || !*row.PostPayEnabled) {
		return nil
	}
	if m.TokenPrices.IsUnknown() || !row.Has("token_prices") {
		return nil // the apply checks again, or reports that the addon stores no prices
	}
	currencies, err := client.CachedCurrencies(ctx)
	if err != nil {
		diags.AddAttributeWarning(path.Root("token_prices"), "The token prices were not checked", "The provider could not read the currencies of WHMCS, so a token price may be missing: "+resourcekit.Sentence(err.Error()))
		return nil
	}
	var missing []string
	for _, currency := range currencies {
		code := string(currency.Code)
		_, stated := m.TokenPrices.Elements()[code]
		_, stored := row.TokenPrices[code]
		if !stated && !stored {
			missing = append(missing, code)
		}
	}
	slices.Sort(missing)
	return missing
}

const unpricedSummary = "An active currency has no token price"

// everyCurrency is a format. Its arguments are the currencies without a price, and one of them as the example.
const everyCurrency = "The addon needs a token price for every active currency of WHMCS. Currencies without a price: %[1]s. Add them to token_prices, such as %[2]s = \"0.0125\"."

// checkCurrencies reports currencies without a price: as an error when the plan changes prices, and otherwise as a
// warning.
func checkCurrencies(ctx context.Context, c *check) {
	missing := unpriced(ctx, c.Client, c.Plan, c.row, c.Diagnostics)
	if len(missing) == 0 {
		return
	}
	detail := fmt.Sprintf(everyCurrency, strings.Join(missing, ", "), missing[0])
	if changes := c.Prior == nil || !c.Prior.TokenPrices.Equal(c.Plan.TokenPrices); changes && !c.Plan.TokenPrices.IsNull() {
		resourcekit.AddAttributeError(c.Diagnostics, path.Root("token_prices"), unpricedSummary, detail)
		return
	}
	c.Diagnostics.AddAttributeWarning(path.Root("token_prices"), unpricedSummary, detail)
}

// warnOfUnpricedCurrencies warns, for a plan that changes nothing, of currencies that have no price.
func warnOfUnpricedCurrencies(ctx context.Context, c *check) {
	if c.row == nil || !c.row.Active {
		return
	}
	if missing := unpriced(ctx, c.Client, c.Plan, c.row, c.Diagnostics); len(missing) > 0 {
		c.Diagnostics.AddAttributeWarning(path.Root("token_prices"), unpricedSummary, fmt.Sprintf(everyCurrency, strings.Join(missing, ", "), missing[0]))
	}
}

// checkLimitGroup checks that the panel has the limit group, if the provider can reach the panel.
func checkLimitGroup(ctx context.Context, c *check) {
	at := path.Root("post_pay").AtName("new_user_limit_group_id")
	id, _ := c.Plan.PostPay.Attributes()["new_user_limit_group_id"].(types.String)
	if id.IsUnknown() || id.ValueString() == "" || c.Prior != nil && id.Equal(c.Prior.PostPay.Attributes()["new_user_limit_group_id"]) {
		return
	}
	address := c.Plan.text("url")
	if c.Plan.Connection.IsNull() && c.row != nil {
		address = types.StringPointerValue(c.row.URL)
	}
	panel := c.Clients.SolusVM2
	switch {
	case panel.Unknown || address.IsUnknown():
		return // the panel is not known yet
	case panel.Client == nil:
		c.Diagnostics.AddAttributeWarning(at, "The limit group "+id.ValueString()+" was not checked", "SolusVM 2 may not have the limit group. Neither WHMCS nor the addon checks that. "+panel.Missing)
		return
	case address.ValueString() != "" && !panel.Client.IsAt(address.ValueString()):
		c.Diagnostics.AddAttributeWarning(at, "The limit group "+id.ValueString()+" was not checked", fmt.Sprintf("The provider is configured for the panel %s, and the addon is connected to %s. That panel may not have the limit group %s.",
			panel.Client.Host(), panelURL(address.ValueString()), id.ValueString()))
		return
	}
	_, err := panel.Client.LimitGroup(ctx, id.ValueString())
	switch {
	case errors.Is(err, transport.ErrNotFound):
		detail := "SolusVM 2 has no limit group with the id " + id.ValueString() + "."
		if groups, listed := panel.Client.LimitGroups(ctx); listed == nil {
			names := make([]string, len(groups))
			for i, group := range groups {
				names[i] = fmt.Sprintf("%s %q", group.ID, group.Name)
			}
			detail += " It has: " + strings.Join(names, ", ") + "."
		}
		detail += " Use one of these, or create one with hosting_solusvm2_limit_group and use its id."
		resourcekit.AddAttributeError(c.Diagnostics, at, "No such limit group", detail)
	case err != nil:
		c.Diagnostics.AddAttributeWarning(at, "The limit group "+id.ValueString()+" was not checked", resourcekit.Sentence(err.Error()))
	}
}

// warnOfReplacement names the current settings that a creation replaces, because no plan has shown them. Settings of
// an addon that has no connection, no post-pay and no prices are its defaults and need no warning.
func warnOfReplacement(c *check) {
	inUse := c.row.URL != nil && *c.row.URL != "" || c.row.PostPayEnabled != nil && *c.row.PostPayEnabled || len(c.row.TokenPrices) > 0
	if c.Prior != nil || !inUse {
		return
	}
	now := &model{
		Connection: types.ObjectNull(connectionTypes), PostPay: types.ObjectNull(postPayTypes), TokenPrices: types.MapNull(resourcekit.DecimalType{}),
	}
	fillSettings(c.row, now, whmcsobject.FillOptions{Import: true})
	var replaced []string
	note := func(name string, before, after attr.Value) {
		if !before.IsNull() && !after.IsNull() && !after.IsUnknown() && !before.Equal(after) {
			replaced = append(replaced, fmt.Sprintf("%s is %s", name, before))
		}
	}
	if now.text("url").ValueString() != panelURL(c.Plan.text("url").ValueString()) {
		note("api_connection.url", now.text("url"), c.Plan.text("url"))
	}
	for name, before := range now.PostPay.Attributes() {
		if after, managed := c.Plan.PostPay.Attributes()[name]; managed {
			note("post_pay."+name, before, after)
		}
	}
	for code, after := range planned(c.Plan) {
		if before, priced := c.row.TokenPrices[code]; priced && !before.Equal(after.Decimal()) {
			replaced = append(replaced, fmt.Sprintf("token_prices.%s is %s", code, before))
		}
	}
	if len(replaced) == 0 {
		return
	}
	slices.Sort(replaced)
	c.Diagnostics.AddWarning("The apply replaces settings in WHMCS", "The SolusVM 2 addon already has settings. The creation replaces these values: "+strings.Join(replaced, ", ")+
		". To review the change in a plan first, import the settings:\n\n"+resourcekit.ImportBlock("hosting_solusvm2_billing_settings", whmcs.SingleID))
}
