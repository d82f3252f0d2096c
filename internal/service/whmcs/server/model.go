package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                  types.String        `tfsdk:"id"`
	AllowDuplicateName  types.Bool          `tfsdk:"allow_duplicate_name"`
	Name                types.String        `tfsdk:"name"`
	Module              types.String        `tfsdk:"module"`
	Hostname            types.String        `tfsdk:"hostname"`
	IPAddress           types.String        `tfsdk:"ip_address"`
	AssignedIPAddresses types.List          `tfsdk:"assigned_ip_addresses"`
	MonthlyCost         resourcekit.Decimal `tfsdk:"monthly_cost"`
	NOC                 types.String        `tfsdk:"noc"`
	StatusAddress       types.String        `tfsdk:"status_address"`
	Nameservers         types.List          `tfsdk:"nameservers"`
	MaxAccounts         types.Int64         `tfsdk:"max_accounts"`
	Username            types.String        `tfsdk:"username"`
	Password            types.String        `tfsdk:"password"`
	PasswordWO          types.String        `tfsdk:"password_wo"`
	PasswordWOVersion   types.Int64         `tfsdk:"password_wo_version"`
	AccessHash          types.String        `tfsdk:"access_hash"`
	AccessHashWO        types.String        `tfsdk:"access_hash_wo"`
	AccessHashWOVersion types.Int64         `tfsdk:"access_hash_wo_version"`
	ToplinkDCIM         types.Object        `tfsdk:"toplink_dcim"`
	Secure              types.Bool          `tfsdk:"secure"`
	Port                types.Int64         `tfsdk:"port"`
	DefaultForModule    types.Bool          `tfsdk:"default_for_module"`
	Disabled            types.Bool          `tfsdk:"disabled"`
	TestConnection      types.Bool          `tfsdk:"test_connection"`
}

var (
	nameserverType = types.ObjectType{AttrTypes: map[string]attr.Type{"hostname": types.StringType, "ip_address": types.StringType}}
	toplinkTypes   = map[string]attr.Type{"username_prefix": types.StringType, "hostname_format": types.StringType}
)

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("name", m.Name)
	b.String("module", m.Module)
	b.String("hostname", m.Hostname)
	b.String("ip_address", m.IPAddress)
	b.StringList("assigned_ip_addresses", m.AssignedIPAddresses)
	b.Decimal("monthly_cost", m.MonthlyCost)
	b.String("noc", m.NOC)
	b.String("status_address", m.StatusAddress)
	nameservers(b, m.Nameservers)
	b.Int("max_accounts", m.MaxAccounts)
	b.String("username", m.Username)
	b.Object("toplink_dcim", m.ToplinkDCIM)
	b.Bool("secure", m.Secure)
	switch {
	case m.Port.ValueInt64() == 0 && !m.Port.IsNull() && !m.Port.IsUnknown():
		b.Set("port", nil) // the module's default
	default:
		b.Int("port", m.Port)
	}
	b.Bool("default_for_module", m.DefaultForModule)
	b.Bool("disabled", m.Disabled)
	return b.Fields()
}

func nameservers(b *whmcsobject.Builder, list types.List) {
	if list.IsNull() {
		return
	}
	wire := make([]any, 0, len(list.Elements()))
	for _, element := range list.Elements() {
		object, _ := element.(types.Object)
		hostname, _ := object.Attributes()["hostname"].(types.String)
		address, _ := object.Attributes()["ip_address"].(types.String)
		if object.IsUnknown() || hostname.IsUnknown() || address.IsUnknown() {
			b.Unknown("nameservers")
			return
		}
		wire = append(wire, whmcs.Values{"hostname": hostname.ValueString(), "ip_address": address.ValueString()})
	}
	if list.IsUnknown() {
		b.Unknown("nameservers")
		return
	}
	b.Set("nameservers", wire)
}

func fill(_ context.Context, row *whmcs.Server, m *model, o whmcsobject.FillOptions) {
	row = withKnownSpelling(row, m, o.PrivateState)
	m.Name = types.StringValue(row.Name)
	m.Module = types.StringValue(row.Module)
	m.Hostname = types.StringValue(row.Hostname)
	m.IPAddress = types.StringValue(row.IPAddress)
	m.AssignedIPAddresses = whmcsobject.StringsToList(row.AssignedIPAddresses)
	m.MonthlyCost = resourcekit.NewDecimal(row.MonthlyCost)
	m.NOC = types.StringValue(row.NOC)
	m.StatusAddress = types.StringValue(row.StatusAddress)
	elements := make([]attr.Value, 0, len(row.Nameservers))
	for _, nameserver := range row.Nameservers {
		elements = append(elements, types.ObjectValueMust(nameserverType.AttrTypes, map[string]attr.Value{
			"hostname": types.StringValue(nameserver.Hostname), "ip_address": types.StringValue(nameserver.IPAddress),
		}))
	}
	m.Nameservers = types.ListValueMust(nameserverType, elements)
	m.MaxAccounts = types.Int64Value(row.MaxAccounts)
	m.Username = types.StringValue(row.Username)
	m.Secure = types.BoolValue(row.Secure)
	m.Port = types.Int64Value(0)
	if row.Port != nil {
		m.Port = types.Int64Value(*row.Port)
	}
	if o.Import {
		m.TestConnection = types.BoolValue(false)
	}
	if o.Import || !m.DefaultForModule.IsNull() {
		m.DefaultForModule = types.BoolNull() // drift: the plan shows null → true
		if row.DefaultForModule {
			m.DefaultForModule = types.BoolValue(true)
		}
	}
	m.Disabled = types.BoolValue(row.Disabled)
	if o.Import || !m.ToplinkDCIM.IsNull() {
		m.ToplinkDCIM = types.ObjectNull(toplinkTypes)
		if row.ToplinkDCIM != nil {
			m.ToplinkDCIM = types.ObjectValueMust(toplinkTypes, map[string]attr.Value{
				"username_prefix": types.StringValue(row.ToplinkDCIM.UsernamePrefix),
				"hostname_format": types.StringValue(row.ToplinkDCIM.HostnameFormat),
			})
		}
	}
	fillSecrets(row, m, o)
}
