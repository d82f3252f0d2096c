package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// owns is true where the profile has an operation at "/", and for a host name that the DCIM does not answer to.
func (d *DCIM) owns(r *http.Request) bool {
	bound := d.sb.options.DCIM.BoundHost
	return bound != "" && !strings.EqualFold(bound, hostOf(r.Host)) || d.profile.parse(r, nil).kind != ""
}

func (d *DCIM) page() *display {
	page := &display{
		System: "TopLink DCIM", About: "What its panel would show, and which API calls came last.", Address: d.URL(),
		Other: "WHMCS", OtherURL: d.sb.WHMCS.URL(),
	}
	d.sb.store.view(func() {
		s := d.state()
		page.Sheets = append([]*sheet{s.keysSheet(), s.packagesSheet()}, s.machineSheets()...)
	})
	page.Sheets = append(page.Sheets, d.sb.journalSheet("dcim"))
	return page
}

func (s *DCIMState) keysSheet() *sheet {
	keys := newSheet("System API keys", "Label", "KEY", "May call from", "Last call (UTC)", "Made (UTC)")
	for _, key := range s.APIKeys {
		keys.add(func() []cell {
			callers := of(splitList(key.IP, ",")...)
			if len(callers.Lines) == 0 {
				callers = cell{}.with(tag{"anywhere", moodWarn})
			}
			last := "never"
			if key.LastCallAt != nil {
				last = key.LastCallAt.UTC().Format(time.DateTime)
			}
			return []cell{of(key.Label).note("id " + text(key.ID)), of(shortened(key.Key)), callers, of(last), of(key.CreatedAt.UTC().Format(time.DateTime))}
		})
	}
	return keys
}

func (s *DCIMState) packagesSheet() *sheet {
	packages := newSheet("Packages", "Name", "CPU", "Memory", "Disks", "PCI devices", "Port", "IP addresses#", "Used#", "Total#", "Available#")
	for _, p := range s.Packages {
		packages.add(func() []cell {
			usage := s.packageRow(p)
			count := func(name string) cell { return of(text(as[int64](usage[name]))) }
			return []cell{
				of(p.Name).note("id " + text(p.ID)), of(times(p.CPUCount, p.CPUName)), of(measured(p.MemoryGB, "GB")), of(diskTexts(p.Disks)...),
				of(deviceTexts(p.PCIDevices)...), of(portText(p.DownlinkMbps, p.UplinkMbps)), of(measured(p.IPCount, "")), count("used"), count("total"), count("available"),
			}
		})
	}
	return packages
}

// machineSheets are a table for each data centre, with a heading for each rack.
func (s *DCIMState) machineSheets() []*sheet {
	machines := slices.SortedStableFunc(slices.Values(s.Servers), func(a, b Machine) int {
		return cmp.Or(cmp.Compare(a.DataCenter, b.DataCenter), cmp.Compare(a.Rack, b.Rack))
	})
	names := map[int64]string{}
	for _, p := range s.Packages {
		names[p.ID] = p.Name
	}
	var sheets []*sheet
	for i, m := range machines {
		if i == 0 || m.DataCenter != machines[i-1].DataCenter {
			sheets = append(sheets, newSheet("Servers in "+m.DataCenter, "Label", "Status", "Package", "Customer", "Hardware", "Disks", "Address", "Switch port"))
		}
		sheet := sheets[len(sheets)-1]
		if i == 0 || m.Rack != machines[i-1].Rack || m.DataCenter != machines[i-1].DataCenter {
			sheet.below("Rack "+m.Rack, when(slices.Contains(s.LockedRacks, m.Rack), "locked: not used by automatic provisioning", moodWarn)...)
		}
		sheet.add(func() []cell { return m.cells(names[m.PackageID]) })
	}
	if sheets == nil {
		sheets = []*sheet{newSheet("Servers", "Label")}
	}
	return sheets
}

// machineMoods color power statuses and usage types.
var machineMoods = map[string]string{"on": moodGood, "off": moodWarn, "unknown": moodWarn, "faulty": moodBad, "rented": moodGood}

func (m Machine) cells(packageName string) []cell {
	details := slices.DeleteFunc(append([]string{m.CPU, measured(m.MemoryGB, "GB")}, deviceTexts(m.PCIDevices)...), func(text string) bool { return text == "" })
	vlan := ""
	if m.VLAN != "" {
		vlan = "VLAN " + m.VLAN
	}
	port := slices.DeleteFunc([]string{m.SwitchPort, portText(m.PortInMbps, m.PortOutMbps)}, func(text string) bool { return text == "" })
	return []cell{
		of(m.Label).note("id " + text(m.ID)), cell{}.with(tag{m.Power, machineMoods[m.Power]}, tag{m.UsageType, machineMoods[m.UsageType]}).note(m.Remark),
		of(packageName), of(m.AssignedUser), of(m.Model).note(strings.Join(details, ", ")), of(diskTexts(m.Disks)...), of(m.IPAddress).note(vlan),
		of(m.Switch).note(strings.Join(port, ", ")),
	}
}

func portText(in, out int64) string {
	switch {
	case in == 0 && out == 0:
		return ""
	case in == out:
		return rate(in)
	}
	return "in " + rate(in) + ", out " + rate(out)
}

func rate(mbps int64) string {
	if mbps >= 1000 && mbps%1000 == 0 {
		return measured(mbps/1000, "Gbps")
	}
	return measured(mbps, "Mbps")
}

// measured is a number with its unit; nothing for 0, which stands for a field left empty.
func measured(n int64, unit string) string {
	if n == 0 {
		return ""
	}
	return strings.TrimLeft(text(n)+" "+unit, " ")
}

func times(n int64, what string) string {
	if n > 1 {
		return strconv.FormatInt(n, 10) + " × " + what
	}
	return what
}

func diskTexts(disks []map[string]string) []string {
	return tally(disks, func(d map[string]string) string {
		return strings.TrimSpace(d["size"] + " " + d["type"] + " " + d["interface"])
	})
}

func deviceTexts(devices []map[string]string) []string {
	return tally(devices, func(d map[string]string) string { return d["model"] })
}

// tally names parts, those that are alike together: 2 × 1.92 TB SSD NVMe.
func tally(parts []map[string]string, name func(map[string]string) string) []string {
	var order []string
	counts := map[string]int64{}
	for _, part := range parts {
		if counts[name(part)]++; counts[name(part)] == 1 {
			order = append(order, name(part))
		}
	}
	for i, one := range order {
		order[i] = times(counts[one], one)
	}
	return order
}
