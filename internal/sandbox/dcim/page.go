package dcim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// ServesRoot reports whether the DCIM itself responds to "/": an operation of the profile has this path, or the host
// name is not accepted.
func (d *DCIM) ServesRoot(r *http.Request) bool {
	bound := d.options.BoundHost
	return bound != "" && !strings.EqualFold(bound, system.HostOf(r.Host)) || d.profile.parse(r, nil).kind != ""
}

// Page returns the content of the admin panel.
func (d *DCIM) Page() *page.Page {
	shown := &page.Page{
		System: "TopLink DCIM", About: "The content of the panel, and the last API requests.", Address: d.URL(),
	}
	d.env.View(func() {
		s := d.state
		shown.Tables = append([]*page.Table{s.keysTable(), s.packagesTable()}, s.machineTables()...)
		shown.Forms = d.forms()
	})
	return shown
}

func (s *State) keysTable() *page.Table {
	keys := page.NewTable("System API keys", "Label", "KEY", "Allowed addresses", "Last request (UTC)", "Created (UTC)")
	for _, key := range s.APIKeys {
		keys.Add(func() []page.Cell {
			callers := page.Text(system.SplitList(key.IP, ",")...)
			if len(callers.Lines) == 0 {
				callers = page.Cell{}.WithTags(page.Tag{Text: "any address", Level: page.LevelWarn})
			}
			last := "never"
			if key.LastCallAt != nil {
				last = key.LastCallAt.UTC().Format(time.DateTime)
			}
			return []page.Cell{page.Text(key.Label).WithNotes("id " + strconv.FormatInt(key.ID, 10)),
				page.Text(page.Abbreviate(key.Key)), callers, page.Text(last), page.Text(key.CreatedAt.UTC().Format(time.DateTime))}
		})
	}
	return keys
}

func (s *State) packagesTable() *page.Table {
	packages := page.NewTable("Packages", "Name", "CPU", "Memory", "Disks", "PCI devices", "Port", "IP addresses#",
		"Used#", "Total#", "Available#")
	for _, p := range s.Packages {
		packages.Add(func() []page.Cell {
			usage := s.packageRow(p)
			count := func(name string) page.Cell { return page.Text(fmt.Sprint(usage[name])) }
			return []page.Cell{
				page.Text(p.Name).WithNotes("id " + strconv.FormatInt(p.ID, 10)), page.Text(withCount(p.CPUCount, p.CPUName)),
				page.Text(withUnit(p.MemoryGB, "GB")), page.Text(diskTexts(p.Disks)...),
				page.Text(deviceTexts(p.PCIDevices)...), page.Text(portText(p.DownlinkMbps, p.UplinkMbps)),
				page.Text(withUnit(p.IPCount, "")), count("used"), count("total"), count("available"),
			}
		})
	}
	return packages
}

// machineSheets returns a table for each data center, with a heading for each rack.
func (s *State) machineTables() []*page.Table {
	machines := slices.SortedStableFunc(slices.Values(s.Servers), func(a, b Machine) int {
		return cmp.Or(cmp.Compare(a.DataCenter, b.DataCenter), cmp.Compare(a.Rack, b.Rack))
	})
	names := map[int64]string{}
	for _, p := range s.Packages {
		names[p.ID] = p.Name
	}
	var tables []*page.Table
	for i, m := range machines {
		if i == 0 || m.DataCenter != machines[i-1].DataCenter {
			tables = append(tables, page.NewTable("Servers in "+m.DataCenter, "Label", "Status", "Package", "Customer",
				"Hardware", "Disks", "Address", "Switch port"))
		}
		table := tables[len(tables)-1]
		if i == 0 || m.Rack != machines[i-1].Rack || m.DataCenter != machines[i-1].DataCenter {
			table.AddHeading("Rack "+m.Rack, page.TagIf(slices.Contains(s.LockedRacks, m.Rack),
				"locked: not used by automatic provisioning", page.LevelWarn)...)
		}
		table.Add(func() []page.Cell { return m.row(names[m.PackageID]) })
	}
	if tables == nil {
		tables = []*page.Table{page.NewTable("Servers", "Label")}
	}
	return tables
}

// statusMoods are the colors of power statuses and usage types.
var statusMoods = map[string]string{"on": page.LevelGood, "off": page.LevelWarn, "unknown": page.LevelWarn,
	"faulty": page.LevelBad, "rented": page.LevelGood}

func (m Machine) row(packageName string) []page.Cell {
	details := slices.DeleteFunc(append([]string{m.CPU, withUnit(m.MemoryGB, "GB")}, deviceTexts(m.PCIDevices)...),
		func(text string) bool { return text == "" })
	vlan := ""
	if m.VLAN != "" {
		vlan = "VLAN " + m.VLAN
	}
	port := slices.DeleteFunc([]string{m.SwitchPort, portText(m.PortInMbps, m.PortOutMbps)},
		func(text string) bool { return text == "" })
	return []page.Cell{
		page.Text(m.Label).WithNotes("id " + strconv.FormatInt(m.ID, 10)),
		page.Cell{}.WithTags(page.Tag{Text: m.Power, Level: statusMoods[m.Power]},
			page.Tag{Text: m.UsageType, Level: statusMoods[m.UsageType]}).WithNotes(m.Remark),
		page.Text(packageName), page.Text(m.AssignedUser), page.Text(m.Model).WithNotes(strings.Join(details, ", ")),
		page.Text(diskTexts(m.Disks)...), page.Text(m.IPAddress).WithNotes(vlan),
		page.Text(m.Switch).WithNotes(strings.Join(port, ", ")),
	}
}

func portText(in, out int64) string {
	switch {
	case in == 0 && out == 0:
		return ""
	case in == out:
		return speedText(in)
	}
	return "in " + speedText(in) + ", out " + speedText(out)
}

func speedText(mbps int64) string {
	if mbps >= 1000 && mbps%1000 == 0 {
		return withUnit(mbps/1000, "Gbps")
	}
	return withUnit(mbps, "Mbps")
}

// withUnit formats a number with its unit. It returns "" for 0, which means that the field is empty.
func withUnit(n int64, unit string) string {
	if n == 0 {
		return ""
	}
	return strings.TrimLeft(strconv.FormatInt(n, 10)+" "+unit, " ")
}

func withCount(n int64, what string) string {
	if n > 1 {
		return strconv.FormatInt(n, 10) + " × " + what
	}
	return what
}

func diskTexts(disks []map[string]string) []string {
	return groupAlike(disks, func(d map[string]string) string {
		return strings.TrimSpace(d["size"] + " " + d["type"] + " " + d["interface"])
	})
}

func deviceTexts(devices []map[string]string) []string {
	return groupAlike(devices, func(d map[string]string) string { return d["model"] })
}

// groupAlike returns the names of the parts and counts equal ones: "2 × 1.92 TB SSD NVMe".
func groupAlike(parts []map[string]string, name func(map[string]string) string) []string {
	var order []string
	counts := map[string]int64{}
	for _, part := range parts {
		if counts[name(part)]++; counts[name(part)] == 1 {
			order = append(order, name(part))
		}
	}
	for i, one := range order {
		order[i] = withCount(counts[one], one)
	}
	return order
}
