package billingsettings

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                types.String  `tfsdk:"id"`
	Connection        types.Object  `tfsdk:"api_connection"`
	PostPay           types.Object  `tfsdk:"post_pay"`
	PrePay            types.Dynamic `tfsdk:"pre_pay"`
	Retail            types.Dynamic `tfsdk:"retail"`
	TokenPrices       types.Map     `tfsdk:"token_prices"`
	ReconnectTriggers types.Map     `tfsdk:"reconnect_triggers"`
	OnDestroy         types.String  `tfsdk:"on_destroy"`
	LandingPageURL    types.String  `tfsdk:"landing_page_url"`
	ConnectionStatus  types.String  `tfsdk:"connection_status"`
}

var (
	connectionTypes = map[string]attr.Type{"url": types.StringType, "api_key": types.StringType, "api_key_wo": types.StringType, "api_key_wo_version": types.Int64Type}
	postPayTypes    = map[string]attr.Type{
		"enabled": types.BoolType, "new_user_limit_group_id": types.StringType, "terms_url": types.StringType,
		"invoice_grace_days": types.Int64Type, "lock_overdue_days": types.Int64Type, "suspend_overdue_days": types.Int64Type,
	}
)

// panelURL returns the canonical spelling of a panel's address.
func panelURL(text string) string { return solusvm2.PanelURL(text) }

// text returns an attribute of the connection. It is unknown when the whole connection is unknown.
func (m *model) text(name string) types.String {
	if m.Connection.IsUnknown() {
		return types.StringUnknown()
	}
	value, _ := m.Connection.Attributes()[name].(types.String)
	return value
}

func (m *model) apiKey() types.String { return m.text("api_key") }

func (m *model) apiKeyVersion() types.Int64 {
	if m.Connection.IsUnknown() {
		return types.Int64Unknown()
	}
	value, _ := m.Connection.Attributes()["api_key_wo_version"].(types.Int64)
	return value
}

// hasKey reports whether the connection has an API key, in the state or by its version.
func (m *model) hasKey() bool { return !m.apiKey().IsNull() || !m.apiKeyVersion().IsNull() }

// setConnection changes attributes of the connection, if there is one.
func (m *model) setConnection(change map[string]attr.Value) {
	if m.Connection.IsNull() || m.Connection.IsUnknown() {
		return
	}
	attributes := m.Connection.Attributes()
	for name, value := range change {
		attributes[name] = value
	}
	m.Connection = types.ObjectValueMust(connectionTypes, attributes)
}

// apiKey is the companion's name of the API key. Its fingerprint is apiKey + "_fingerprint".
const apiKey = "api_key"

// fillAPIKey makes the API key null when it was changed in WHMCS, so that the plan shows the difference and the next
// apply connects again.
func fillAPIKey(row *whmcs.SolusVM2Billing, m *model, o whmcsobject.FillOptions) {
	stored := ""
	if row.APIKeyFingerprint != nil {
		stored = *row.APIKeyFingerprint
	}
	if !o.AcceptSecret(apiKey, stored, false) {
		m.setConnection(map[string]attr.Value{"api_key": types.StringNull(), "api_key_wo_version": types.Int64Null()})
		o.PrivateState.Fingerprints[apiKey] = stored // the next connection expects this one
	}
}

// connects reports whether a write makes the connection. That is so on creation, if an attribute of the connection
// changes, and if its status is not "connected". Without an API key, such as after an import, it makes none.
func connects(prior, plan *model) bool {
	if plan.Connection.IsNull() || !plan.hasKey() {
		return false
	}
	return prior == nil || prior.Connection.IsNull() || prior.ConnectionStatus.ValueString() != statusConnected ||
		plan.text("url").IsUnknown() || panelURL(plan.text("url").ValueString()) != panelURL(prior.text("url").ValueString()) ||
		!plan.apiKey().IsNull() && !plan.apiKey().Equal(prior.apiKey()) ||
		!plan.apiKeyVersion().IsNull() && !plan.apiKeyVersion().Equal(prior.apiKeyVersion()) ||
		!plan.ReconnectTriggers.Equal(prior.ReconnectTriggers)
}

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	if m.PostPay.IsUnknown() {
		for name := range postPayTypes {
			b.Unknown(wireName(name))
		}
	}
	for name, value := range m.PostPay.Attributes() {
		switch x := value.(type) {
		case types.Bool:
			b.Bool(wireName(name), x)
		case types.Int64:
			b.Int(wireName(name), x)
		case types.String:
			if name == "new_user_limit_group_id" {
				b.Reference(wireName(name), x)
			} else {
				b.String(wireName(name), x)
			}
		}
	}
	b.Facet("token_prices", m.TokenPrices)
	return b.Fields()
}

// wireName returns the companion's name of an attribute of post_pay.
func wireName(attribute string) string {
	if attribute == "enabled" {
		return "post_pay_enabled"
	}
	return attribute
}

func fillSettings(row *whmcs.SolusVM2Billing, m *model, o whmcsobject.FillOptions) {
	if o.Import && row.URL != nil && *row.URL != "" {
		m.Connection = types.ObjectValueMust(connectionTypes, map[string]attr.Value{
			"url": types.StringNull(), "api_key": types.StringNull(), "api_key_wo": types.StringNull(), "api_key_wo_version": types.Int64Null(),
		})
	}
	if known := m.text("url"); row.URL == nil || panelURL(known.ValueString()) != *row.URL {
		m.setConnection(map[string]attr.Value{"url": types.StringPointerValue(row.URL)})
	}
	fillPostPay(row, m, o)
	if o.Import {
		m.OnDestroy = types.StringValue(onDestroyKeep)
	}
	if o.Import && len(row.TokenPrices) > 0 {
		m.TokenPrices = types.MapNull(resourcekit.DecimalType{})
		elements := map[string]attr.Value{}
		for code, price := range row.TokenPrices {
			elements[code] = resourcekit.NewDecimal(price)
		}
		m.TokenPrices = types.MapValueMust(resourcekit.DecimalType{}, elements)
		return
	}
	if m.TokenPrices.IsNull() {
		return
	}
	elements := map[string]attr.Value{}
	for code := range m.TokenPrices.Elements() {
		if price, there := row.TokenPrices[code]; there { // a removed price leaves the state, so that the plan shows it
			elements[code] = resourcekit.NewDecimal(price)
		}
	}
	m.TokenPrices = types.MapValueMust(resourcekit.DecimalType{}, elements)
}

// fillPostPay copies the rules that the configuration names, and in an import all rules. A rule that the addon no
// longer stores is null.
func fillPostPay(row *whmcs.SolusVM2Billing, m *model, o whmcsobject.FillOptions) {
	if m.PostPay.IsNull() && !o.Import {
		return
	}
	group := types.StringPointerValue(row.NewUserLimitGroupID)
	if row.NewUserLimitGroupID == nil && row.Has("new_user_limit_group_id") {
		group = types.StringValue("")
	}
	stored := map[string]attr.Value{
		"enabled": types.BoolPointerValue(row.PostPayEnabled), "new_user_limit_group_id": group, "terms_url": types.StringPointerValue(row.TermsURL),
		"invoice_grace_days": types.Int64PointerValue(row.InvoiceGraceDays), "lock_overdue_days": types.Int64PointerValue(row.LockOverdueDays),
		"suspend_overdue_days": types.Int64PointerValue(row.SuspendOverdueDays),
	}
	if !o.Import {
		for name, value := range m.PostPay.Attributes() {
			if value.IsNull() {
				stored[name] = value // not managed
			}
		}
	}
	for _, value := range stored {
		if !value.IsNull() || !o.Import {
			m.PostPay = types.ObjectValueMust(postPayTypes, stored)
			return
		}
	}
	// An import of no rules is a configuration without the block.
}

// lastWrittenAmounts are the prices of settings that were just written, by attribute path.
func lastWrittenAmounts(m *model) map[string]string {
	out := map[string]string{}
	for code, element := range m.TokenPrices.Elements() {
		price, _ := element.(resourcekit.Decimal)
		out[priceAt(code).String()] = price.ValueString()
	}
	return out
}
