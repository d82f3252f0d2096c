package product

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                              types.String `tfsdk:"id"`
	AllowDuplicateName              types.Bool   `tfsdk:"allow_duplicate_name"`
	ProductGroupID                  types.String `tfsdk:"product_group_id"`
	Name                            types.String `tfsdk:"name"`
	Slug                            types.String `tfsdk:"slug"`
	Type                            types.String `tfsdk:"type"`
	Description                     types.String `tfsdk:"description"`
	ShortDescription                types.String `tfsdk:"short_description"`
	Tagline                         types.String `tfsdk:"tagline"`
	Color                           types.String `tfsdk:"color"`
	Hidden                          types.Bool   `tfsdk:"hidden"`
	Retired                         types.Bool   `tfsdk:"retired"`
	Featured                        types.Bool   `tfsdk:"featured"`
	ShowDomainOptions               types.Bool   `tfsdk:"show_domain_options"`
	Tax                             types.Bool   `tfsdk:"tax"`
	Order                           types.Int64  `tfsdk:"order"`
	PayType                         types.String `tfsdk:"pay_type"`
	Prices                          types.Map    `tfsdk:"prices"`
	SetupFees                       types.Map    `tfsdk:"setup_fees"`
	AllowMultipleQuantities         types.String `tfsdk:"allow_multiple_quantities"`
	RecurringCyclesLimit            types.Int64  `tfsdk:"recurring_cycles_limit"`
	AutoTerminateDays               types.Int64  `tfsdk:"auto_terminate_days"`
	TerminationEmail                types.String `tfsdk:"termination_email"`
	ProrataBilling                  types.Bool   `tfsdk:"prorata_billing"`
	ProrataDate                     types.Int64  `tfsdk:"prorata_date"`
	ProrataChargeNextMonth          types.Int64  `tfsdk:"prorata_charge_next_month"`
	AutoSetup                       types.String `tfsdk:"auto_setup"`
	Module                          types.String `tfsdk:"module"`
	ServerGroupID                   types.String `tfsdk:"server_group_id"`
	ModuleOptions                   types.Map    `tfsdk:"module_options"`
	SensitiveModuleOptions          types.Map    `tfsdk:"sensitive_module_options"`
	SensitiveModuleOptionsWO        types.Map    `tfsdk:"sensitive_module_options_wo"`
	SensitiveModuleOptionsWOVersion types.Int64  `tfsdk:"sensitive_module_options_wo_version"`
	ToplinkDCIM                     types.Object `tfsdk:"toplink_dcim"`
	WelcomeEmail                    types.String `tfsdk:"welcome_email"`
	StockControl                    types.Bool   `tfsdk:"stock_control"`
	InitialQuantity                 types.Int64  `tfsdk:"initial_quantity"`
	ManageQuantity                  types.Bool   `tfsdk:"manage_quantity"`
	Subdomains                      types.List   `tfsdk:"subdomains"`
	FreeDomain                      types.String `tfsdk:"free_domain"`
	FreeDomainBillingCycles         types.Set    `tfsdk:"free_domain_billing_cycles"`
	FreeDomainTLDs                  types.Set    `tfsdk:"free_domain_tlds"`
	ConfigurableOptionsUpgrade      types.Bool   `tfsdk:"configurable_options_upgrade"`
	UpgradeEmail                    types.String `tfsdk:"upgrade_email"`
	Overages                        types.Object `tfsdk:"overages"`
	Affiliate                       types.Object `tfsdk:"affiliate"`
	RecommendedProductIDs           types.List   `tfsdk:"recommended_product_ids"`
	UpgradeProductIDs               types.Set    `tfsdk:"upgrade_product_ids"`
	OnDemandRenewal                 types.Object `tfsdk:"on_demand_renewal"`
	CustomFields                    types.Map    `tfsdk:"custom_fields"`
	AllowLiveChanges                types.Set    `tfsdk:"allow_live_changes"`
	OnDestroy                       types.String `tfsdk:"on_destroy"`
}

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("product_group_id", m.ProductGroupID)
	b.String("name", m.Name)
	b.String("slug", m.Slug)
	b.String("type", m.Type)
	b.String("description", m.Description)
	b.String("short_description", m.ShortDescription)
	b.String("tagline", m.Tagline)
	b.String("color", m.Color)
	b.Bool("hidden", m.Hidden)
	b.Bool("retired", m.Retired)
	b.Bool("featured", m.Featured)
	b.Bool("show_domain_options", m.ShowDomainOptions)
	b.Bool("tax", m.Tax)
	b.Int("order", m.Order)
	b.String("pay_type", m.PayType)
	whmcsobject.SaleValues(b, priceMaps(m))
	b.String("allow_multiple_quantities", m.AllowMultipleQuantities)
	b.Int("recurring_cycles_limit", m.RecurringCyclesLimit)
	b.Int("auto_terminate_days", m.AutoTerminateDays)
	b.String("termination_email", m.TerminationEmail)
	b.Bool("prorata_billing", m.ProrataBilling)
	b.Int("prorata_date", m.ProrataDate)
	b.Int("prorata_charge_next_month", m.ProrataChargeNextMonth)
	b.String("auto_setup", m.AutoSetup)
	b.String("module", m.Module)
	b.Reference("server_group_id", m.ServerGroupID)
	moduleOptionValues(b, m)
	b.Facet("toplink_dcim", m.ToplinkDCIM)
	b.String("welcome_email", m.WelcomeEmail)
	b.Bool("stock_control", m.StockControl)
	if m.ManageQuantity.ValueBool() {
		b.Int("quantity", m.InitialQuantity)
	}
	b.StringList("subdomains", m.Subdomains)
	b.String("free_domain", m.FreeDomain)
	b.StringSet("free_domain_billing_cycles", m.FreeDomainBillingCycles)
	b.StringSet("free_domain_tlds", m.FreeDomainTLDs)
	b.Bool("configurable_options_upgrade", m.ConfigurableOptionsUpgrade)
	b.String("upgrade_email", m.UpgradeEmail)
	b.Facet("overages", m.Overages)
	b.Facet("affiliate", m.Affiliate)
	b.StringList("recommended_product_ids", m.RecommendedProductIDs)
	b.StringSet("upgrade_product_ids", m.UpgradeProductIDs)
	renewalValues(b, m.OnDemandRenewal)
	customFieldValues(b, m.CustomFields)
	return b.Fields()
}

func fill(_ context.Context, row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	m.ProductGroupID = types.StringValue(row.ProductGroupID)
	m.Name = types.StringValue(row.Name)
	m.Slug = types.StringPointerValue(row.Slug)
	m.Type = types.StringValue(row.Type)
	m.Description = types.StringValue(row.Description)
	m.ShortDescription = types.StringPointerValue(row.ShortDescription)
	m.Tagline = types.StringPointerValue(row.Tagline)
	m.Color = types.StringPointerValue(row.Color)
	m.Hidden = types.BoolValue(row.Hidden)
	m.Retired = types.BoolValue(row.Retired)
	m.Featured = types.BoolPointerValue(row.Featured)
	m.ShowDomainOptions = types.BoolValue(row.ShowDomainOptions)
	m.Tax = types.BoolValue(row.Tax)
	m.Order = types.Int64Value(row.Order)
	m.PayType = types.StringValue(row.PayType)
	m.AllowMultipleQuantities = types.StringPointerValue(row.AllowMultipleQuantities)
	m.RecurringCyclesLimit = types.Int64Value(row.RecurringCyclesLimit)
	m.AutoTerminateDays = types.Int64Value(row.AutoTerminateDays)
	m.TerminationEmail = types.StringValue(row.TerminationEmail)
	m.ProrataBilling = types.BoolValue(row.ProrataBilling)
	m.ProrataDate = types.Int64Value(row.ProrataDate)
	m.ProrataChargeNextMonth = types.Int64Value(row.ProrataChargeNextMonth)
	m.AutoSetup = types.StringValue(row.AutoSetup)
	if !o.Import && !o.Written && m.Module.ValueString() != row.Module {
		forgetNamedOptions(m, row.Module, o.PrivateState)
	}
	m.Module = types.StringValue(row.Module)
	m.ServerGroupID = types.StringValue("")
	if row.ServerGroupID != nil {
		m.ServerGroupID = types.StringValue(*row.ServerGroupID)
	}
	m.WelcomeEmail = types.StringValue(row.WelcomeEmail)
	m.StockControl = types.BoolValue(row.StockControl)
	if (m.ManageQuantity.ValueBool() && !m.InitialQuantity.IsNull()) || (o.Import && row.StockControl) {
		m.InitialQuantity = types.Int64Value(row.Quantity)
	}
	m.Subdomains = whmcsobject.StringsToList(row.Subdomains)
	m.FreeDomain = types.StringValue(row.FreeDomain)
	m.FreeDomainBillingCycles = whmcsobject.StringsToSet(row.FreeDomainBillingCycles)
	m.FreeDomainTLDs = whmcsobject.StringsToSet(row.FreeDomainTLDs)
	m.ConfigurableOptionsUpgrade = types.BoolValue(row.ConfigurableOptionsUpgrade)
	m.UpgradeEmail = types.StringValue(row.UpgradeEmail)
	fillFacets(row, m, o)
	if o.Import {
		m.OnDestroy, m.ManageQuantity = types.StringValue(onDestroyDelete), types.BoolValue(false)
	}
	if o.Written {
		o.PrivateState.LastWrittenAmounts = whmcsobject.SaleAmounts(priceMaps(m))
		o.PrivateState.FormerModule = ""
	}
}
