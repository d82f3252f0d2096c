package product

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

var (
	toplinkTypes = map[string]attr.Type{
		"connection_node": types.StringType, "data_center": types.StringType, "package": types.StringType,
		"suspend_action": types.StringType, "terminate_action": types.StringType,
		"client_vnc": types.BoolType, "client_power": types.BoolType, "client_reinstall": types.BoolType,
		"client_port_limits": types.BoolType, "client_hardware_info": types.BoolType,
	}
	overagesTypes = map[string]attr.Type{
		"enabled": types.BoolType, "disk_unit": types.StringType, "bandwidth_unit": types.StringType,
		"disk_limit": types.Int64Type, "bandwidth_limit": types.Int64Type,
		"disk_price": resourcekit.DecimalType{}, "bandwidth_price": resourcekit.DecimalType{},
	}
	affiliateTypes = map[string]attr.Type{
		"pay_type": types.StringType, "pay_amount": resourcekit.DecimalType{}, "one_time": types.BoolType,
	}
	renewalTypes = map[string]attr.Type{
		"enabled": types.BoolType, "monthly": types.Int64Type, "quarterly": types.Int64Type, "semiannually": types.Int64Type,
		"annually": types.Int64Type, "biennially": types.Int64Type, "triennially": types.Int64Type,
	}
)

// renewalValues adds the renewal settings of the product as a whole, with the flag that makes them override the
// general settings.
func renewalValues(b *whmcsobject.Builder, v types.Object) {
	if v.IsNull() {
		return
	}
	out := whmcs.Values{"override": true}
	for name, element := range v.Attributes() {
		switch x := element.(type) {
		case types.Bool:
			out[name] = x.ValueBool()
		case types.Int64:
			out[name] = x.ValueInt64()
		}
		if element.IsUnknown() {
			b.Unknown("on_demand_renewal")
			return
		}
	}
	if v.IsUnknown() {
		b.Unknown("on_demand_renewal")
		return
	}
	b.Set("on_demand_renewal", out)
}

// fillFacets fills the nested attributes that the model has, and in an import those that differ from WHMCS's defaults.
func fillFacets(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	fillPricing(row, m, o)
	fillModuleOptions(row, m, o)
	fillToplink(row, m, o)
	fillCustomFields(row, m, o)
	if !m.Overages.IsNull() || (o.Import && row.Overages != nil && row.Overages.Enabled) {
		m.Overages = types.ObjectNull(overagesTypes)
		if o := row.Overages; o != nil {
			m.Overages = types.ObjectValueMust(overagesTypes, map[string]attr.Value{
				"enabled": types.BoolValue(o.Enabled), "disk_unit": types.StringValue(o.DiskUnit), "bandwidth_unit": types.StringValue(o.BandwidthUnit),
				"disk_limit": types.Int64Value(o.DiskLimit), "bandwidth_limit": types.Int64Value(o.BandwidthLimit),
				"disk_price": resourcekit.NewDecimal(o.DiskPrice), "bandwidth_price": resourcekit.NewDecimal(o.BandwidthPrice),
			})
		}
	}
	if !m.Affiliate.IsNull() || (o.Import && row.Affiliate != nil && row.Affiliate.PayType != "default") {
		m.Affiliate = types.ObjectNull(affiliateTypes)
		if a := row.Affiliate; a != nil {
			m.Affiliate = types.ObjectValueMust(affiliateTypes, map[string]attr.Value{
				"pay_type": types.StringValue(a.PayType), "pay_amount": resourcekit.NewDecimal(a.PayAmount), "one_time": types.BoolValue(a.OneTime),
			})
		}
	}
	// The companion returns no list when it does not know where this WHMCS stores it. The state then keeps its value.
	if row.RecommendedProductIDs != nil && (!m.RecommendedProductIDs.IsNull() || (o.Import && len(row.RecommendedProductIDs) > 0)) {
		m.RecommendedProductIDs = whmcsobject.StringsToList(row.RecommendedProductIDs)
	}
	if row.UpgradeProductIDs != nil && (!m.UpgradeProductIDs.IsNull() || (o.Import && len(row.UpgradeProductIDs) > 0)) {
		m.UpgradeProductIDs = whmcsobject.StringsToSet(row.UpgradeProductIDs)
	}
	if r := row.OnDemandRenewal; r != nil && (!m.OnDemandRenewal.IsNull() || (o.Import && r.Override)) {
		m.OnDemandRenewal = types.ObjectNull(renewalTypes)
		if r.Override {
			m.OnDemandRenewal = types.ObjectValueMust(renewalTypes, map[string]attr.Value{
				"enabled": types.BoolValue(r.Enabled), "monthly": types.Int64Value(r.Monthly), "quarterly": types.Int64Value(r.Quarterly),
				"semiannually": types.Int64Value(r.Semiannually), "annually": types.Int64Value(r.Annually),
				"biennially": types.Int64Value(r.Biennially), "triennially": types.Int64Value(r.Triennially),
			})
		}
	}
}

func fillToplink(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	if m.ToplinkDCIM.IsNull() && !o.Import {
		return
	}
	prior := m.ToplinkDCIM
	m.ToplinkDCIM = types.ObjectNull(toplinkTypes)
	t := row.ToplinkDCIM
	if t == nil || (o.Import && reflect.DeepEqual(*t, whmcs.ToplinkProduct{})) {
		return
	}
	all := toplinkValues(t)
	if o.Import {
		for name, value := range all {
			if text, ok := value.(types.String); ok && text.ValueString() == "" {
				all[name] = types.StringNull() // unmanaged, as in a generated configuration
			}
		}
	} else {
		for name, value := range prior.Attributes() {
			if value.IsNull() {
				all[name] = value // not managed
			}
		}
	}
	m.ToplinkDCIM = types.ObjectValueMust(toplinkTypes, all)
}

// toplinkValues are the module's settings as Terraform values.
func toplinkValues(t *whmcs.ToplinkProduct) map[string]attr.Value {
	return map[string]attr.Value{
		"connection_node": types.StringValue(t.ConnectionNode), "data_center": types.StringValue(t.DataCenter), "package": types.StringValue(t.Package),
		"suspend_action": types.StringValue(t.SuspendAction), "terminate_action": types.StringValue(t.TerminateAction),
		"client_vnc": types.BoolValue(t.ClientVNC), "client_power": types.BoolValue(t.ClientPower), "client_reinstall": types.BoolValue(t.ClientReinstall),
		"client_port_limits": types.BoolValue(t.ClientPortLimits), "client_hardware_info": types.BoolValue(t.ClientHardwareInfo),
	}
}
