package dcim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxInterfaceLength is the length of the interface of a disk. Assumed: the column of a table limits it.
const maxInterfaceLength = 100

// Package is a package of the DCIM. The values 0 and "" are fields that are left empty in the dialog.
type Package struct {
	ID                         int64               `json:"id"`
	Name                       string              `json:"name"`
	MemoryGB                   int64               `json:"memory_gb"`
	IPCount                    int64               `json:"ip_count"`
	CPUName                    string              `json:"cpu_name"`
	CPUCount                   int64               `json:"cpu_count"`
	Disks                      []map[string]string `json:"disks"`
	PCIDevices                 []map[string]string `json:"pci_devices"`
	UplinkMbps                 int64               `json:"uplink_mbps"`
	DownlinkMbps               int64               `json:"downlink_mbps"`
	CollectHardwareInformation bool                `json:"collect_hardware_information"`
}

// Machine is a server of the DCIM.
type Machine struct {
	ID           int64               `json:"id"`
	Label        string              `json:"label"`
	Power        string              `json:"power"` // on, off, unknown
	AssignedUser string              `json:"assigned_user"`
	UsageType    string              `json:"usage_type"` // rented, faulty, idle
	DataCenter   string              `json:"data_center"`
	Rack         string              `json:"rack"`
	Model        string              `json:"model"`
	CPU          string              `json:"cpu"`
	MemoryGB     int64               `json:"memory_gb"`
	Disks        []map[string]string `json:"disks"`
	PCIDevices   []map[string]string `json:"pci_devices"`
	IPAddress    string              `json:"ip_address"`
	Switch       string              `json:"switch"`
	SwitchPort   string              `json:"switch_port"`
	PortInMbps   int64               `json:"port_in_mbps"`
	PortOutMbps  int64               `json:"port_out_mbps"`
	VLAN         string              `json:"vlan"`
	PackageID    int64               `json:"package_id"` // 0 for none
	Remark       string              `json:"remark"`
}

// AddPackage adds a package, as an administrator does in the panel, and sets its id.
func (d *DCIM) AddPackage(p Package) Package {
	d.Mutate(func(s *State) { p = s.addPackage(p) })
	return p
}

func (s *State) addPackage(p Package) Package {
	p.ID = s.NextPackage
	s.NextPackage++
	s.Packages = append(s.Packages, p)
	return p
}

func nullIfZero[T comparable](value T) any {
	var zero T
	if value == zero {
		return nil
	}
	return value
}

func (s *State) packageRow(p Package) map[string]any {
	var used, total, available int64
	for _, m := range s.Servers {
		switch {
		case m.PackageID != p.ID:
			continue
		case m.AssignedUser != "":
			used++
		case m.UsageType != "faulty" && !slices.Contains(s.LockedRacks, m.Rack):
			available++
		}
		total++
	}
	return map[string]any{
		"id": p.ID, "name": p.Name, "memory_gb": nullIfZero(p.MemoryGB), "ip_count": nullIfZero(p.IPCount),
		"cpu_name":  nullIfZero(p.CPUName),
		"cpu_count": nullIfZero(p.CPUCount), "disks": p.Disks, "pci_devices": p.PCIDevices,
		"uplink_mbps":   nullIfZero(p.UplinkMbps),
		"downlink_mbps": nullIfZero(p.DownlinkMbps), "collect_hardware_information": p.CollectHardwareInformation,
		"used": used, "total": total, "available": available,
	}
}

func (s *State) servePackages(request logicalRequest) logicalResult {
	if request.op == "list" {
		return pageOf(s.Packages, request, s.packageRow)
	}
	if request.op == "create" {
		p := Package{}
		if errs := p.applyFields(request); len(errs) > 0 {
			return invalidResult(errs)
		}
		return successResult(s.packageRow(s.addPackage(p)))
	}
	at := slices.IndexFunc(s.Packages, func(p Package) bool { return p.ID == request.id })
	if at < 0 {
		return logicalResult{outcome: outcomeNotFound, message: "No such package"}
	}
	switch request.op {
	case "update":
		p := s.Packages[at]
		if errs := p.applyFields(request); len(errs) > 0 {
			return invalidResult(errs)
		}
		s.Packages[at] = p
	case "delete":
		bound := 0
		for _, m := range s.Servers {
			if m.PackageID == request.id {
				bound++
			}
		}
		if bound > 0 {
			return logicalResult{outcome: outcomeConflict, message: fmt.Sprintf("The package has %d servers and cannot be deleted", bound)}
		}
		s.Packages = slices.Delete(slices.Clone(s.Packages), at, at+1)
		return successResult()
	}
	return successResult(s.packageRow(s.Packages[at]))
}

// applyFields copies the given fields into the package. It returns the validation errors by field.
func (p *Package) applyFields(request logicalRequest) map[string][]string {
	errs := map[string][]string{}
	validateText(request, "name", errs)
	for name, to := range map[string]*string{"name": &p.Name, "cpu_name": &p.CPUName} {
		if text, ok := request.fields[name].(string); ok {
			*to = text
		}
	}
	for name, to := range map[string]*int64{
		"memory_gb": &p.MemoryGB, "ip_count": &p.IPCount, "cpu_count": &p.CPUCount, "uplink_mbps": &p.UplinkMbps,
		"downlink_mbps": &p.DownlinkMbps,
	} {
		text, ok := request.fields[name].(string)
		if !ok {
			continue
		}
		if text == "" {
			*to = 0
			continue
		}
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 1 {
			errs[name] = []string{"The " + name + " must be an integer of at least 1."}
		}
		*to = n
	}
	for name, to := range map[string]*[]map[string]string{"disks": &p.Disks, "pci_devices": &p.PCIDevices} {
		list, ok := request.fields[name].([]map[string]string)
		if !ok {
			continue
		}
		*to = list
		for _, item := range list {
			if strings.TrimSpace(item["type"]) == "" {
				errs[name] = []string{"The type of each of " + name + " is required."}
			}
			if utf8.RuneCountInString(item["interface"]) > maxInterfaceLength {
				errs[name] = []string{fmt.Sprintf("The interface of each of %s may not be greater than %d characters.", name,
					maxInterfaceLength)}
			}
		}
	}
	if text, ok := request.fields["collect_hardware_information"].(string); ok {
		switch text {
		case "true", "1":
			p.CollectHardwareInformation = true
		case "false", "0", "":
			p.CollectHardwareInformation = false
		default:
			errs["collect_hardware_information"] = []string{"The collect hardware information field must be true or false."}
		}
	}
	return errs
}

func (s *State) machineRow(m Machine) map[string]any {
	var packageName any
	for _, p := range s.Packages {
		if p.ID == m.PackageID {
			packageName = p.Name
		}
	}
	return map[string]any{
		"id": m.ID, "label": m.Label, "power": m.Power, "assigned_user": nullIfZero(m.AssignedUser),
		"usage_type":  m.UsageType,
		"data_center": m.DataCenter, "rack": m.Rack, "model": m.Model, "cpu": m.CPU, "memory_gb": m.MemoryGB,
		"disks": m.Disks, "pci_devices": m.PCIDevices,
		"ip_address": nullIfZero(m.IPAddress), "switch": m.Switch, "switch_port": m.SwitchPort, "port_in_mbps": m.PortInMbps,
		"port_out_mbps": m.PortOutMbps,
		"vlan":          nullIfZero(m.VLAN), "package_id": nullIfZero(m.PackageID), "package_name": packageName,
		"remark": nullIfZero(m.Remark),
	}
}

func (s *State) serveServers(request logicalRequest) logicalResult {
	switch request.op {
	case "list":
		return pageOf(s.Servers, request, s.machineRow)
	case "get":
		at := slices.IndexFunc(s.Servers, func(m Machine) bool { return m.ID == request.id })
		if at < 0 {
			return logicalResult{outcome: outcomeNotFound, message: "No such server"}
		}
		return successResult(s.machineRow(s.Servers[at]))
	}
	return s.assignPackage(request)
}

// assignPackage assigns the package to all of the servers, or to none if one of them is invalid.
func (s *State) assignPackage(request logicalRequest) logicalResult {
	errs := map[string][]string{}
	if request.packageID != 0 && !slices.ContainsFunc(s.Packages,
		func(p Package) bool { return p.ID == request.packageID }) {
		errs["package_id"] = []string{"The selected package is invalid."}
	}
	limit := request.operation.Max
	if limit == 0 {
		limit = 100
	}
	switch {
	case len(request.serverIDs) == 0:
		errs["server_ids"] = []string{"The servers field is required."}
	case len(request.serverIDs) > limit:
		errs["server_ids"] = []string{fmt.Sprintf("The servers may not be more than %d.", limit)}
	}
	at := make([]int, len(request.serverIDs))
	for i, id := range request.serverIDs {
		if at[i] = slices.IndexFunc(s.Servers, func(m Machine) bool { return m.ID == id }); at[i] < 0 {
			errs["server_ids"] = []string{fmt.Sprintf("The server %d does not exist.", id)}
		}
	}
	if len(errs) > 0 {
		return invalidResult(errs)
	}
	for _, i := range at {
		s.Servers[i].PackageID = request.packageID
	}
	return successResult()
}
