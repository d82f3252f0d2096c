package serverpackage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// shown is a package in the data sources.
type shown struct {
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
	Used                       types.Int64  `tfsdk:"used"`
	Total                      types.Int64  `tfsdk:"total"`
	Available                  types.Int64  `tfsdk:"available"`
}

func show(ctx context.Context, p dcim.Package) (shown, diag.Diagnostics) {
	var m model
	diags := m.fill(ctx, p)
	return shown{
		ID: m.ID, Name: m.Name, MemoryGB: m.MemoryGB, IPCount: m.IPCount, CPUName: m.CPUName, CPUCount: m.CPUCount, Disks: m.Disks, PCIDevices: m.PCIDevices,
		UplinkMbps: m.UplinkMbps, DownlinkMbps: m.DownlinkMbps, CollectHardwareInformation: m.CollectHardwareInformation,
		Used: types.Int64Value(p.Used), Total: types.Int64Value(p.Total), Available: types.Int64Value(p.Available),
	}, diags
}

func shownAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":        resourcekit.ComputedString("The DCIM's id of the package."),
		"name":      resourcekit.ComputedString("Name of the package."),
		"memory_gb": resourcekit.ComputedInt("Memory in GB. 0 if not stated."),
		"ip_count":  resourcekit.ComputedInt("Number of IP addresses. 0 if not stated."),
		"cpu_name":  resourcekit.ComputedString("Name of the CPU. Empty if not stated."),
		"cpu_count": resourcekit.ComputedInt("Number of CPUs. 0 if not stated."),
		"disks": resourcekit.ComputedList("Disks, as the DCIM describes them.", map[string]schema.Attribute{
			"type": resourcekit.ComputedString("Kind of disk."), "interface": resourcekit.ComputedString("Interface."), "size": resourcekit.ComputedString("Size."),
		}),
		"pci_devices": resourcekit.ComputedList("PCI devices, as the DCIM describes them.", map[string]schema.Attribute{
			"model": resourcekit.ComputedString("Model."), "type": resourcekit.ComputedString("Kind of device."),
		}),
		"uplink_mbps":                  resourcekit.ComputedInt("Uplink port in Mbps. 0 if not stated."),
		"downlink_mbps":                resourcekit.ComputedInt("Downlink port in Mbps. 0 if not stated."),
		"collect_hardware_information": resourcekit.ComputedBool("Whether the DCIM collects hardware information automatically."),
		"used":                         resourcekit.ComputedInt("Number of servers of the package that customers have."),
		"total":                        resourcekit.ComputedInt("Number of servers of the package."),
		"available":                    resourcekit.ComputedInt("Number of servers of the package that can still be sold."),
	}
}

type listModel struct {
	NameRegex types.String `tfsdk:"name_regex"`
	Packages  []shown      `tfsdk:"packages"`
}

// NewListDataSource makes the data source of the list.
func NewListDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "dcim_packages",
		Schema: schema.Schema{
			MarkdownDescription: "The packages of a TopLink DCIM, with the number of their servers in use.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"packages":   resourcekit.ComputedList("The packages that match, in the DCIM's order.", shownAttributes()),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) diag.Diagnostics {
	matches := resourcekit.Matcher(m.NameRegex)
	var unshown diag.Diagnostics
	packages, diags := resourcekit.Listing[dcim.Client, dcim.Package, shown]{
		System: clients.DCIM, What: "DCIM packages", List: listPackages,
		Keep: func(p dcim.Package) bool { return matches(p.Name) },
		Show: func(p dcim.Package) shown {
			one, more := show(ctx, p)
			unshown.Append(more...)
			return one
		},
	}.Read(ctx)
	m.Packages = packages
	return append(diags, unshown...)
}

func listPackages(ctx context.Context, client *dcim.Client) ([]dcim.Package, error) {
	return client.ListPackages(ctx)
}

// NewDataSource makes the data source of one package.
func NewDataSource() datasource.DataSource {
	attributes := shownAttributes()
	resourcekit.IDOrName(attributes, "The DCIM", "package", "packages", "name")
	return resourcekit.NewDataSource(resourcekit.DataSource[shown]{
		Name: "dcim_package",
		Schema: schema.Schema{
			MarkdownDescription: "One package of a TopLink DCIM, with the number of its servers in use.",
			Attributes:          attributes,
		},
		Read: readOne,
	})
}

func readOne(ctx context.Context, clients *resourcekit.Clients, m *shown) diag.Diagnostics {
	found, diags := resourcekit.Lookup[dcim.Client, dcim.Package]{
		System: clients.DCIM, Owner: "The DCIM", Noun: noun, Plural: "packages", Attribute: "name", ID: m.ID, Name: m.Name, List: listPackages,
		Get: func(ctx context.Context, client *dcim.Client, id string) (dcim.Package, error) {
			return client.GetPackage(ctx, id)
		},
		Of: func(p dcim.Package) (id, name string) { return p.ID, p.Name },
	}.Read(ctx)
	if diags.HasError() {
		return diags
	}
	*m, diags = show(ctx, found)
	return diags
}
