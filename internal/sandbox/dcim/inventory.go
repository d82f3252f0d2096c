package dcim

import "fmt"

// hardware is a server model in the inventory.
type hardware struct {
	model, cpu string
	memory     int64
	disks      []map[string]string
	pci        []map[string]string
	mbps       int64
}

var (
	entry = hardware{
		model: "Supermicro 5019S-M", cpu: "Intel Xeon E3-1230 v6", memory: 32, mbps: 1000,
		disks: []map[string]string{{"type": "SSD", "interface": "SATA", "size": "480 GB"}},
	}
	middle = hardware{
		model: "Dell PowerEdge R640", cpu: "2 x Intel Xeon Gold 6130", memory: 128, mbps: 10000,
		disks: []map[string]string{{"type": "SSD", "interface": "NVMe", "size": "1.92 TB"},
			{"type": "SSD", "interface": "NVMe", "size": "1.92 TB"}},
		pci: []map[string]string{{"model": "Intel X710-DA2", "type": "Network"}},
	}
	graphics = hardware{
		model: "ASUS ESC4000A-E12", cpu: "AMD EPYC 9354P", memory: 256, mbps: 10000,
		disks: []map[string]string{{"type": "SSD", "interface": "NVMe", "size": "3.84 TB"},
			{"type": "HDD", "interface": "SAS", "size": "8 TB"}},
		pci: []map[string]string{{"model": "NVIDIA L40S", "type": "GPU"}, {"model": "NVIDIA L40S", "type": "GPU"}},
	}
)

// inventory lists 22 servers of three models in two data centers.
var inventory = []struct {
	dataCenter, rack string
	kind             hardware
	count            int
}{
	{"Mumbai", "BOM-A01", entry, 8},
	{"Mumbai", "BOM-A02", middle, 4},
	{"Frankfurt", "FRA-C07", entry, 4},
	{"Frankfurt", "FRA-C08", middle, 3},
	{"Frankfurt", "FRA-C09", graphics, 3}, // locked
}

// seedInventory adds a package with three rented servers that existed before Terraform, two faulty servers and a
// locked rack.
func (s *State) seedInventory(extra int) {
	s.NextPackage, s.LockedRacks = 1, []string{"FRA-C09"}
	legacy := s.addPackage(Package{Name: "Legacy E3", MemoryGB: 32, IPCount: 1, CPUName: entry.cpu, CPUCount: 1,
		Disks: entry.disks, UplinkMbps: 1000, DownlinkMbps: 1000})
	for _, row := range inventory {
		for n := range row.count {
			s.addMachine(fmt.Sprintf("%s-%02d", row.rack, n+1), row.dataCenter, row.rack, row.kind)
		}
	}
	for i, customer := range []string{"asha.rao", "meier-gmbh", "wang.lei"} {
		s.Servers[i].AssignedUser, s.Servers[i].UsageType, s.Servers[i].PackageID = customer, "rented", legacy.ID
	}
	s.Servers[8].AssignedUser, s.Servers[8].UsageType = "asha.rao", "rented"
	for _, i := range []int{7, 18} {
		s.Servers[i].UsageType, s.Servers[i].Power, s.Servers[i].Remark = "faulty", "off",
			"disk controller, waiting for parts"
	}
	s.Servers[21].Power = "unknown"
	for n := range extra {
		s.addMachine(fmt.Sprintf("BOM-B-%04d", n+1), "Mumbai", "BOM-B01", entry)
	}
}

func (s *State) addMachine(label, dataCenter, rack string, kind hardware) {
	id := int64(len(s.Servers) + 101)
	s.Servers = append(s.Servers, Machine{
		ID: id, Label: label, Power: "on", UsageType: "idle", DataCenter: dataCenter, Rack: rack, Model: kind.model,
		CPU: kind.cpu, MemoryGB: kind.memory,
		Disks: kind.disks, PCIDevices: kind.pci, IPAddress: fmt.Sprintf("198.18.%d.%d", id/250, id%250+1),
		Switch:     rack + "-sw1",
		SwitchPort: fmt.Sprintf("Gi1/0/%d", id%48+1), PortInMbps: kind.mbps, PortOutMbps: kind.mbps, VLAN: "120",
	})
}
