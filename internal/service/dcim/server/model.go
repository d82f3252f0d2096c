package server

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// shown is a server in the data sources.
type shown struct {
	ID           types.String `tfsdk:"id"`
	Label        types.String `tfsdk:"label"`
	Power        types.String `tfsdk:"power"`
	AssignedUser types.String `tfsdk:"assigned_user"`
	Assigned     types.Bool   `tfsdk:"assigned"`
	UsageType    types.String `tfsdk:"usage_type"`
	DataCenter   types.String `tfsdk:"data_center"`
	Rack         types.String `tfsdk:"rack"`
	Model        types.String `tfsdk:"model"`
	CPU          types.String `tfsdk:"cpu"`
	MemoryGB     types.Int64  `tfsdk:"memory_gb"`
	Disks        []disk       `tfsdk:"disks"`
	PCIDevices   []pciDevice  `tfsdk:"pci_devices"`
	IPAddress    types.String `tfsdk:"ip_address"`
	Switch       types.String `tfsdk:"switch"`
	SwitchPort   types.String `tfsdk:"switch_port"`
	PortInMbps   types.Int64  `tfsdk:"port_in_mbps"`
	PortOutMbps  types.Int64  `tfsdk:"port_out_mbps"`
	VLAN         types.String `tfsdk:"vlan"`
	PackageID    types.String `tfsdk:"package_id"`
	PackageName  types.String `tfsdk:"package_name"`
	Remark       types.String `tfsdk:"remark"`
}

type disk struct {
	Type      string `tfsdk:"type"`
	Interface string `tfsdk:"interface"`
	Size      string `tfsdk:"size"`
}

type pciDevice struct {
	Model string `tfsdk:"model"`
	Type  string `tfsdk:"type"`
}

func shownAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            resourcekit.ComputedString("The DCIM's id of the server."),
		"label":         resourcekit.ComputedString("Label of the server."),
		"power":         resourcekit.ComputedString("Power status: `on`, `off` or `unknown`."),
		"assigned_user": resourcekit.ComputedString("The customer who has the server. Null if there is none."),
		"assigned":      resourcekit.ComputedBool("Whether a customer has the server. True if `assigned_user` is set or `usage_type` is `rented`."),
		"usage_type":    resourcekit.ComputedString("Usage type: `rented`, `faulty`, or another value of the DCIM."),
		"data_center":   resourcekit.ComputedString("Data center."),
		"rack":          resourcekit.ComputedString("Rack."),
		"model":         resourcekit.ComputedString("Hardware model."),
		"cpu":           resourcekit.ComputedString("CPU."),
		"memory_gb":     resourcekit.ComputedInt("Memory in GB. 0 if not stated."),
		"disks": resourcekit.ComputedList("Disks, as the DCIM describes them.", map[string]schema.Attribute{
			"type": resourcekit.ComputedString("Kind of disk."), "interface": resourcekit.ComputedString("Interface."), "size": resourcekit.ComputedString("Size."),
		}),
		"pci_devices": resourcekit.ComputedList("PCI devices, as the DCIM describes them.", map[string]schema.Attribute{
			"model": resourcekit.ComputedString("Model."), "type": resourcekit.ComputedString("Kind of device."),
		}),
		"ip_address":    resourcekit.ComputedString("Main IP address. Null if there is none."),
		"switch":        resourcekit.ComputedString("Switch that the server is connected to."),
		"switch_port":   resourcekit.ComputedString("Port of the switch."),
		"port_in_mbps":  resourcekit.ComputedInt("Limit of incoming traffic at the port, in Mbps. 0 if not stated."),
		"port_out_mbps": resourcekit.ComputedInt("Limit of outgoing traffic at the port, in Mbps. 0 if not stated."),
		"vlan":          resourcekit.ComputedString("VLAN. Null if there is none."),
		"package_id":    resourcekit.ComputedString("Id of the package that the server is bound to. Null if there is none."),
		"package_name":  resourcekit.ComputedString("Name of that package."),
		"remark":        resourcekit.ComputedString("Remark. Null if there is none."),
	}
}

func show(s dcim.Server) shown {
	out := shown{
		ID: types.StringValue(s.ID), Label: types.StringValue(s.Label), Power: resourcekit.TextOrNull(s.Power), AssignedUser: resourcekit.TextOrNull(s.AssignedUser),
		Assigned: types.BoolValue(s.Assigned()), UsageType: resourcekit.TextOrNull(s.UsageType), DataCenter: resourcekit.TextOrNull(s.DataCenter), Rack: resourcekit.TextOrNull(s.Rack), Model: resourcekit.TextOrNull(s.Model),
		CPU: resourcekit.TextOrNull(s.CPU), MemoryGB: types.Int64Value(s.MemoryGB), Disks: []disk{}, PCIDevices: []pciDevice{}, IPAddress: resourcekit.TextOrNull(s.IPAddress),
		Switch: resourcekit.TextOrNull(s.Switch), SwitchPort: resourcekit.TextOrNull(s.SwitchPort), PortInMbps: types.Int64Value(s.PortInMbps), PortOutMbps: types.Int64Value(s.PortOutMbps),
		VLAN: resourcekit.TextOrNull(s.VLAN), PackageID: resourcekit.TextOrNull(s.PackageID), PackageName: resourcekit.TextOrNull(s.PackageName), Remark: resourcekit.TextOrNull(s.Remark),
	}
	for _, d := range s.Disks {
		out.Disks = append(out.Disks, disk(d))
	}
	for _, d := range s.PCIDevices {
		out.PCIDevices = append(out.PCIDevices, pciDevice(d))
	}
	return out
}
