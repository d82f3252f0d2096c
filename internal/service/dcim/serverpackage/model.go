package serverpackage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
)

type model struct {
	ID                         types.String `tfsdk:"id"`
	Name                       types.String `tfsdk:"name"`
	MemoryGB                   types.Int64  `tfsdk:"memory_gb"`
	IPCount                    types.Int64  `tfsdk:"ip_count"`
	CPUName                    types.String `tfsdk:"cpu_name"`
	CPUCount                   types.Int64  `tfsdk:"cpu_count"`
	Disks                      types.List   `tfsdk:"disks"`
	PCIDevices                 types.List   `tfsdk:"pci_devices"`
	UplinkMbps                 types.Int64  `tfsdk:"uplink_mbps"`
	DownlinkMbps               types.Int64  `tfsdk:"downlink_mbps"`
	CollectHardwareInformation types.Bool   `tfsdk:"collect_hardware_information"`
	AllowDuplicateName         types.Bool   `tfsdk:"allow_duplicate_name"`
}

type diskModel struct {
	Type      types.String `tfsdk:"type"`
	Interface types.String `tfsdk:"interface"`
	Size      types.String `tfsdk:"size"`
}

type pciModel struct {
	Model types.String `tfsdk:"model"`
	Type  types.String `tfsdk:"type"`
}

var (
	diskType = types.ObjectType{AttrTypes: map[string]attr.Type{"type": types.StringType, "interface": types.StringType, "size": types.StringType}}
	pciType  = types.ObjectType{AttrTypes: map[string]attr.Type{"model": types.StringType, "type": types.StringType}}
)

// facet is an attribute that the DCIM stores.
type facet struct {
	name string
	of   func(*model) attr.Value
	take func(to, from *model)
}

// changes reports whether a plan changes the attribute.
func (f facet) changes(prior, plan *model) bool {
	return !f.of(plan).IsUnknown() && !f.of(plan).Equal(f.of(prior))
}

// facets are the attributes that the DCIM stores.
var facets = []facet{
	{"name", func(m *model) attr.Value { return m.Name }, func(to, from *model) { to.Name = from.Name }},
	{"memory_gb", func(m *model) attr.Value { return m.MemoryGB }, func(to, from *model) { to.MemoryGB = from.MemoryGB }},
	{"ip_count", func(m *model) attr.Value { return m.IPCount }, func(to, from *model) { to.IPCount = from.IPCount }},
	{"cpu_name", func(m *model) attr.Value { return m.CPUName }, func(to, from *model) { to.CPUName = from.CPUName }},
	{"cpu_count", func(m *model) attr.Value { return m.CPUCount }, func(to, from *model) { to.CPUCount = from.CPUCount }},
	{"disks", func(m *model) attr.Value { return m.Disks }, func(to, from *model) { to.Disks = from.Disks }},
	{"pci_devices", func(m *model) attr.Value { return m.PCIDevices }, func(to, from *model) { to.PCIDevices = from.PCIDevices }},
	{"uplink_mbps", func(m *model) attr.Value { return m.UplinkMbps }, func(to, from *model) { to.UplinkMbps = from.UplinkMbps }},
	{"downlink_mbps", func(m *model) attr.Value { return m.DownlinkMbps }, func(to, from *model) { to.DownlinkMbps = from.DownlinkMbps }},
	{
		"collect_hardware_information", func(m *model) attr.Value { return m.CollectHardwareInformation },
		func(to, from *model) { to.CollectHardwareInformation = from.CollectHardwareInformation },
	},
}

// wanted returns the package to write. Null and unknown attributes are empty.
func (m *model) wanted(ctx context.Context) (dcim.Package, diag.Diagnostics) {
	p := dcim.Package{
		ID: m.ID.ValueString(), Name: m.Name.ValueString(), MemoryGB: m.MemoryGB.ValueInt64(), IPCount: m.IPCount.ValueInt64(),
		CPUName: m.CPUName.ValueString(), CPUCount: m.CPUCount.ValueInt64(), UplinkMbps: m.UplinkMbps.ValueInt64(), DownlinkMbps: m.DownlinkMbps.ValueInt64(),
		CollectHardwareInformation: m.CollectHardwareInformation.ValueBool(),
	}
	var disks []diskModel
	var devices []pciModel
	var diags diag.Diagnostics
	if !m.Disks.IsUnknown() {
		diags.Append(m.Disks.ElementsAs(ctx, &disks, false)...)
	}
	if !m.PCIDevices.IsUnknown() {
		diags.Append(m.PCIDevices.ElementsAs(ctx, &devices, false)...)
	}
	for _, d := range disks {
		p.Disks = append(p.Disks, dcim.Disk{Type: d.Type.ValueString(), Interface: d.Interface.ValueString(), Size: d.Size.ValueString()})
	}
	for _, d := range devices {
		p.PCIDevices = append(p.PCIDevices, dcim.PCIDevice{Model: d.Model.ValueString(), Type: d.Type.ValueString()})
	}
	return p, diags
}

// fill copies the DCIM's response.
func (m *model) fill(ctx context.Context, p dcim.Package) diag.Diagnostics {
	m.ID, m.Name, m.CPUName = types.StringValue(p.ID), types.StringValue(p.Name), types.StringValue(p.CPUName)
	m.MemoryGB, m.IPCount, m.CPUCount = types.Int64Value(p.MemoryGB), types.Int64Value(p.IPCount), types.Int64Value(p.CPUCount)
	m.UplinkMbps, m.DownlinkMbps = types.Int64Value(p.UplinkMbps), types.Int64Value(p.DownlinkMbps)
	m.CollectHardwareInformation = types.BoolValue(p.CollectHardwareInformation)
	disks, devices := []diskModel{}, []pciModel{}
	for _, d := range p.Disks {
		disks = append(disks, diskModel{Type: types.StringValue(d.Type), Interface: types.StringValue(d.Interface), Size: types.StringValue(d.Size)})
	}
	for _, d := range p.PCIDevices {
		devices = append(devices, pciModel{Model: types.StringValue(d.Model), Type: types.StringValue(d.Type)})
	}
	var diags, more diag.Diagnostics
	m.Disks, diags = types.ListValueFrom(ctx, diskType, disks)
	m.PCIDevices, more = types.ListValueFrom(ctx, pciType, devices)
	return append(diags, more...)
}
