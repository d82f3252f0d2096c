package dcim

import (
	"context"
	"errors"
	"fmt"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Package is a hardware package (Users > Packages): what a product sells. Servers are bound to it. A number of 0, an empty text and an
// empty list are fields that the dialog leaves empty.
type Package struct {
	ID           string
	Name         string
	MemoryGB     int64
	IPCount      int64
	CPUName      string
	CPUCount     int64
	Disks        []Disk
	PCIDevices   []PCIDevice
	UplinkMbps   int64
	DownlinkMbps int64
	// CollectHardwareInformation makes the DCIM collect it by itself.
	CollectHardwareInformation bool

	// Used, Total and Available count servers; they move by themselves.
	Used, Total, Available int64
}

// Disk is one disk of a package or a server, in the DCIM's own words.
type Disk struct{ Type, Interface, Size string }

// PCIDevice is one PCI device of a package or a server, in the DCIM's own words.
type PCIDevice struct{ Model, Type string }

func (c *Client) readPackage(operation string, row map[string]any) (Package, error) {
	r := c.reader(objectPackage, row)
	p := Package{
		ID: r.id("id"), Name: r.text("name"), MemoryGB: r.integer("memory_gb"), IPCount: r.integer("ip_count"),
		CPUName: r.text("cpu_name"), CPUCount: r.integer("cpu_count"), Disks: r.disks(), PCIDevices: r.pciDevices(),
		UplinkMbps: r.integer("uplink_mbps"), DownlinkMbps: r.integer("downlink_mbps"),
		CollectHardwareInformation: r.boolean("collect_hardware_information"),
		Used:                       r.integer("used"), Total: r.integer("total"), Available: r.integer("available"),
	}
	if p.ID == "" {
		r.complain("id", "there is no id at %q", r.fields["id"].Path)
	}
	return p, r.finish(c, operation)
}

func (r *reader) disks() []Disk {
	var out []Disk
	for _, item := range r.items("disks") {
		out = append(out, Disk{Type: item.text("type"), Interface: item.text("interface"), Size: item.text("size")})
	}
	return out
}

func (r *reader) pciDevices() []PCIDevice {
	var out []PCIDevice
	for _, item := range r.items("pci_devices") {
		out = append(out, PCIDevice{Model: item.text("model"), Type: item.text("type")})
	}
	return out
}

// packageInput spells a package's fields. Empty ones are left out of a creation; an update names them, so that they are emptied. What the
// profile does not know may be empty.
func (c *Client) packageInput(p Package, creating bool) (map[string]any, error) {
	disks, devices := make([]map[string]any, len(p.Disks)), make([]map[string]any, len(p.PCIDevices))
	for i, disk := range p.Disks {
		disks[i] = map[string]any{"type": disk.Type, "interface": disk.Interface, "size": disk.Size}
	}
	for i, device := range p.PCIDevices {
		devices[i] = map[string]any{"model": device.Model, "type": device.Type}
	}
	values := map[string]any{
		"name": p.Name, "memory_gb": p.MemoryGB, "ip_count": p.IPCount, "cpu_name": p.CPUName, "cpu_count": p.CPUCount, "disks": disks, "pci_devices": devices,
		"uplink_mbps": p.UplinkMbps, "downlink_mbps": p.DownlinkMbps, "collect_hardware_information": p.CollectHardwareInformation,
	}
	for name, value := range values {
		number, isNumber := value.(int64)
		list, isList := value.([]map[string]any)
		empty := isNumber && number == 0 || isList && len(list) == 0 || value == "" || value == false
		_, known := c.profile.Fields[objectPackage][name]
		switch {
		case empty && (creating && value != false || !known):
			delete(values, name)
		case empty && isNumber:
			values[name] = nil
		}
	}
	return c.profile.spell(objectPackage, values)
}

// ListPackages lists all packages with their usage.
func (c *Client) ListPackages(ctx context.Context) ([]Package, error) {
	return c.reads.packages.List(ctx)
}

// GetPackage reads one package; transport.ErrNotFound when it is gone.
func (c *Client) GetPackage(ctx context.Context, id string) (Package, error) {
	return c.reads.packages.Get(ctx, id)
}

func (c *Client) getPackage(ctx context.Context, id string) (Package, error) {
	const operation = "packages.get"
	body, err := c.call(ctx, request{operation: operation, id: id, object: objectPackage})
	if errors.Is(err, transport.ErrNotFound) {
		return Package{}, confirmGone(ctx, c, object[Package]{operation, "package", c.ListPackages, func(p Package) string { return p.ID }}, id, err)
	}
	if err != nil {
		return Package{}, err
	}
	return c.packageWithID(operation, id, body)
}

func (c *Client) packageWithID(operation, id string, body any) (Package, error) {
	row, err := c.one(operation, body)
	if err != nil {
		return Package{}, err
	}
	p, err := c.readPackage(operation, row)
	if err == nil && p.ID != id {
		return Package{}, c.mismatch(operation, fmt.Sprintf("asked for the package %s, got %s (fields.package.id)", id, p.ID))
	}
	return p, err
}

// CreatePackage makes a package. An existing one of the same name is a *creation.ExistsError unless allowDuplicate. A lost answer is a
// *creation.LostError: a creation is never repeated.
func (c *Client) CreatePackage(ctx context.Context, p Package, allowDuplicate bool) (Package, error) {
	const operation = "packages.create"
	input, err := c.packageInput(p, true)
	if err != nil {
		return Package{}, err
	}
	return creation.Do(ctx, &c.creating, creation.Creation[Package]{
		System: systemName, Noun: "package", Name: p.Name, AllowDuplicate: allowDuplicate, MayHaveHappened: mayHaveHappened,
		Named: func(ctx context.Context) ([]string, error) {
			packages, err := c.ListPackages(ctx)
			return creation.IDs(packages, func(other Package) (string, bool) { return other.ID, other.Name == p.Name }), err
		},
		Send: func(ctx context.Context) (Package, error) {
			body, err := c.call(ctx, request{operation: operation, object: objectPackage, input: input})
			if err != nil {
				return Package{}, err
			}
			row, err := c.one(operation, body)
			if err != nil {
				return Package{}, err
			}
			return c.readPackage(operation, row)
		},
	})
}

// UpdatePackage gives the package with p's id all of p's values.
func (c *Client) UpdatePackage(ctx context.Context, p Package) (Package, error) {
	const operation = "packages.update"
	input, err := c.packageInput(p, false)
	if err != nil {
		return Package{}, err
	}
	body, err := c.call(ctx, request{operation: operation, id: p.ID, object: objectPackage, input: input})
	if err != nil {
		return Package{}, err
	}
	return c.packageWithID(operation, p.ID, body)
}

// DeletePackage removes a package; transport.ErrNotFound when it is gone already.
func (c *Client) DeletePackage(ctx context.Context, id string) error {
	_, err := c.call(ctx, request{operation: "packages.delete", id: id, object: objectPackage})
	return err
}
