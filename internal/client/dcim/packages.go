package dcim

import "context"

// Package is a hardware package (Users > Packages). A product sells a package, and servers are bound to
// it. 0, an empty text and an empty list are fields that are empty in the DCIM's dialog.
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
	// CollectHardwareInformation makes the DCIM collect hardware information automatically.
	CollectHardwareInformation bool

	// Used, Total and Available are numbers of servers. The DCIM changes them.
	Used, Total, Available int64
}

// Disk is one disk of a package or a server. The DCIM defines the values.
type Disk struct{ Type, Interface, Size string }

// PCIDevice is one PCI device of a package or a server. The DCIM defines the values.
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
		r.addProblem("id", "there is no id at %q", r.fields["id"].Path)
	}
	return p, r.err(c, operation)
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

// packageInput encodes the fields of a package. A creation omits empty fields. An update includes them,
// so that the DCIM empties them. Fields that the profile does not have may only be empty.
func (c *Client) packageInput(p Package, creating bool) (map[string]any, error) {
	disks, devices := make([]map[string]any, len(p.Disks)), make([]map[string]any, len(p.PCIDevices))
	for i, disk := range p.Disks {
		disks[i] = map[string]any{"type": disk.Type, "interface": disk.Interface, "size": disk.Size}
	}
	for i, device := range p.PCIDevices {
		devices[i] = map[string]any{"model": device.Model, "type": device.Type}
	}
	values := map[string]any{
		"name": p.Name, "memory_gb": p.MemoryGB, "ip_count": p.IPCount, "cpu_name": p.CPUName, "cpu_count": p.CPUCount,
		"disks": disks, "pci_devices": devices,
		"uplink_mbps": p.UplinkMbps, "downlink_mbps": p.DownlinkMbps,
		"collect_hardware_information": p.CollectHardwareInformation,
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
	return c.profile.encodeFields(objectPackage, values)
}

// CheckPackage returns an error if the profile lacks a field that a request for the package contains.
func (c *Client) CheckPackage(p Package) error {
	_, err := c.packageInput(p, true)
	return err
}

// ListPackages lists all packages with their numbers of servers.
func (c *Client) ListPackages(ctx context.Context) ([]Package, error) {
	return packageKind.list(ctx, c)
}

// GetPackage reads one package. The error is transport.ErrNotFound when it does not exist.
func (c *Client) GetPackage(ctx context.Context, id string) (Package, error) {
	return packageKind.read(ctx, c, id)
}

// CreatePackage creates a package. If a package with the same name exists, the error is a *creation.ExistsError,
// unless allowDuplicate is set. If the response is lost, the error is a *creation.LostError. The creation is not
// retried then. If the package was created and cannot be read, the error is a *ReadBackError.
func (c *Client) CreatePackage(ctx context.Context, p Package, allowDuplicate bool) (Package, error) {
	input, err := c.packageInput(p, true)
	if err != nil {
		return Package{}, err
	}
	return packageKind.create(ctx, c, newObject[Package]{
		name: p.Name, allowDuplicate: allowDuplicate, input: input,
		matches: func(other Package) bool { return other.Name == p.Name },
		withID: func(id string, _ map[string]any) Package {
			p.ID = id
			return p
		},
		complete: func(read, _ Package) Package { return read },
		check:    func(Package) error { return nil },
	})
}

// UpdatePackage sets all fields of the package with p's id. If the package cannot be read after the update, the
// error is a *ReadBackError.
func (c *Client) UpdatePackage(ctx context.Context, p Package) (Package, error) {
	input, err := c.packageInput(p, false)
	if err != nil {
		return Package{}, err
	}
	return packageKind.update(ctx, c, p, input)
}

// DeletePackage deletes a package. The error is transport.ErrNotFound when it does not exist.
func (c *Client) DeletePackage(ctx context.Context, id string) error {
	_, err := c.call(ctx, request{operation: "packages.delete", id: id, object: objectPackage})
	return err
}
