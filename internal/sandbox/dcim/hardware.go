package dcim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Package is a package of the DCIM. A number of 0 and an empty text are fields that the dialog leaves empty.
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
	PackageID    int64               `json:"package_id"` // 0 = none
	Remark       string              `json:"remark"`
}

// Packages is a copy of all packages.
func (d *DCIM) Packages() []Package {
	var all []Package
	d.host.View(func() { all = slices.Clone(d.state().Packages) })
	return all
}

// Machines is a copy of all servers.
func (d *DCIM) Machines() []Machine {
	var all []Machine
	d.host.View(func() { all = slices.Clone(d.state().Servers) })
	return all
}

// AddPackage makes a package in the panel and gives it its id.
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

func orNothing[T comparable](value T) any {
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
		"id": p.ID, "name": p.Name, "memory_gb": orNothing(p.MemoryGB), "ip_count": orNothing(p.IPCount), "cpu_name": orNothing(p.CPUName),
		"cpu_count": orNothing(p.CPUCount), "disks": p.Disks, "pci_devices": p.PCIDevices, "uplink_mbps": orNothing(p.UplinkMbps),
		"downlink_mbps": orNothing(p.DownlinkMbps), "collect_hardware_information": p.CollectHardwareInformation,
		"used": used, "total": total, "available": available,
	}
}

func (s *State) operatePackages(request dcimRequest) dcimResult {
	if request.op == "list" {
		return part(s.Packages, request, s.packageRow)
	}
	if request.op == "create" {
		p := Package{}
		if errs := p.fill(request); len(errs) > 0 {
			return unacceptable(errs)
		}
		return done(s.packageRow(s.addPackage(p)))
	}
	at := slices.IndexFunc(s.Packages, func(p Package) bool { return p.ID == request.id })
	if at < 0 {
		return dcimResult{outcome: outcomeNotFound, message: "No such package"}
	}
	switch request.op {
	case "update":
		p := s.Packages[at]
		if errs := p.fill(request); len(errs) > 0 {
			return unacceptable(errs)
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
			return dcimResult{outcome: outcomeConflict, message: fmt.Sprintf("The package has %d servers and cannot be deleted", bound)}
		}
		s.Packages = slices.Delete(slices.Clone(s.Packages), at, at+1)
		return done()
	}
	return done(s.packageRow(s.Packages[at]))
}

// fill lays the fields given over the package, and says what is wrong with them.
func (p *Package) fill(request dcimRequest) map[string][]string {
	errs := map[string][]string{}
	judgeText(request, "name", errs)
	for name, to := range map[string]*string{"name": &p.Name, "cpu_name": &p.CPUName} {
		if text, ok := request.fields[name].(string); ok {
			*to = text
		}
	}
	for name, to := range map[string]*int64{
		"memory_gb": &p.MemoryGB, "ip_count": &p.IPCount, "cpu_count": &p.CPUCount, "uplink_mbps": &p.UplinkMbps, "downlink_mbps": &p.DownlinkMbps,
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
		"id": m.ID, "label": m.Label, "power": m.Power, "assigned_user": orNothing(m.AssignedUser), "usage_type": m.UsageType,
		"data_center": m.DataCenter, "rack": m.Rack, "model": m.Model, "cpu": m.CPU, "memory_gb": m.MemoryGB, "disks": m.Disks, "pci_devices": m.PCIDevices,
		"ip_address": orNothing(m.IPAddress), "switch": m.Switch, "switch_port": m.SwitchPort, "port_in_mbps": m.PortInMbps, "port_out_mbps": m.PortOutMbps,
		"vlan": orNothing(m.VLAN), "package_id": orNothing(m.PackageID), "package_name": packageName, "remark": orNothing(m.Remark),
	}
}

func (s *State) operateServers(request dcimRequest) dcimResult {
	switch request.op {
	case "list":
		return part(s.Servers, request, s.machineRow)
	case "get":
		at := slices.IndexFunc(s.Servers, func(m Machine) bool { return m.ID == request.id })
		if at < 0 {
			return dcimResult{outcome: outcomeNotFound, message: "No such server"}
		}
		return done(s.machineRow(s.Servers[at]))
	}
	return s.assign(request)
}

// assign gives all of the servers the package, or none of them.
func (s *State) assign(request dcimRequest) dcimResult {
	errs := map[string][]string{}
	if request.packageID != 0 && !slices.ContainsFunc(s.Packages, func(p Package) bool { return p.ID == request.packageID }) {
		errs["package_id"] = []string{"The selected package is invalid."}
	}
	most := request.called.Max
	if most == 0 {
		most = 100
	}
	switch {
	case len(request.servers) == 0:
		errs["server_ids"] = []string{"The servers field is required."}
	case len(request.servers) > most:
		errs["server_ids"] = []string{fmt.Sprintf("The servers may not be more than %d.", most)}
	}
	at := make([]int, len(request.servers))
	for i, id := range request.servers {
		if at[i] = slices.IndexFunc(s.Servers, func(m Machine) bool { return m.ID == id }); at[i] < 0 {
			errs["server_ids"] = []string{fmt.Sprintf("The server %d does not exist.", id)}
		}
	}
	if len(errs) > 0 {
		return unacceptable(errs)
	}
	for _, i := range at {
		s.Servers[i].PackageID = request.packageID
	}
	return done()
}
