package main

import (
	"cmp"
	"fmt"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// off is the price of a billing cycle that is switched off.
const off = "off"

// cyclesShown are the billing cycles of the price table with the column of their set-up fee.
var cyclesShown = [][2]string{{"monthly", "msetupfee"}, {"quarterly", "qsetupfee"}, {"annually", "asetupfee"}}

// view makes tables of what stands in the systems, beside what stood there before.
type view struct {
	now, before snapshot
	there       map[object]bool
	// password describes the stored password of a server of WHMCS.
	password func(serverID string) string
}

// tablesOf is what the panels of both systems would show.
func tablesOf(now, before snapshot, password func(serverID string) string) []table {
	v := view{now, before, before.objects(), password}
	return []table{v.keys(), v.packages(), v.racks(), v.servers(), v.serverGroups(), v.products(), v.prices(), v.options()}
}

// mark tells whether an object is new.
func (v view) mark(place string, id int64) mark {
	if v.there[object{place, id}] {
		return markNone
	}
	return markNew
}

func (v view) keys() table {
	t := table{title: "TopLink DCIM: system API keys", columns: []string{"id", "label", "may call from", "KEY"}}
	for _, key := range v.now.keys {
		callers := key.IP
		if callers == "" {
			callers = "anywhere"
		}
		t.rows = append(t.rows, tableRow{v.mark(apiKeys, key.ID), []string{text(key.ID), key.Label, callers, short(key.Key)}})
	}
	return t
}

func (v view) packages() table {
	t := table{title: "TopLink DCIM: packages", columns: []string{"id", "name", "CPU", "memory", "disks"}}
	for _, p := range v.now.packages {
		disks := ""
		if len(p.Disks) > 0 {
			disks = fmt.Sprintf("%d x %s %s", len(p.Disks), p.Disks[0]["size"], p.Disks[0]["type"])
		}
		t.rows = append(t.rows, tableRow{v.mark(packages, p.ID), []string{text(p.ID), p.Name, fmt.Sprintf("%d x %s", p.CPUCount, p.CPUName), fmt.Sprintf("%d GB", p.MemoryGB), disks}})
	}
	return t
}

// racks is the DCIM's hardware. A rack in which servers were bound is marked.
func (v view) racks() table {
	t := table{title: "TopLink DCIM: servers", columns: []string{"rack", "model", "servers", "rented", "faulty", "bound to a package"}}
	earlier := v.before.racks()
	for i, cells := range v.now.racks() {
		row := tableRow{markNone, cells}
		if i >= len(earlier) || !slices.Equal(cells, earlier[i]) {
			row.mark = markChanged
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (s snapshot) racks() [][]string {
	byRack := map[string][]sandbox.Machine{}
	for _, m := range s.machines {
		byRack[m.Rack] = append(byRack[m.Rack], m)
	}
	var rows [][]string
	for _, rack := range slices.Sorted(maps.Keys(byRack)) {
		all := byRack[rack]
		count := func(holds func(sandbox.Machine) bool) string {
			return strconv.Itoa(len(slices.DeleteFunc(slices.Clone(all), func(m sandbox.Machine) bool { return !holds(m) })))
		}
		var bound []string
		for _, p := range s.packages {
			if n := count(func(m sandbox.Machine) bool { return m.PackageID == p.ID }); n != "0" {
				bound = append(bound, p.Name+": "+n)
			}
		}
		rows = append(rows, []string{
			rack, all[0].Model, strconv.Itoa(len(all)), count(func(m sandbox.Machine) bool { return m.AssignedUser != "" }),
			count(func(m sandbox.Machine) bool { return m.UsageType == "faulty" }), strings.Join(bound, ", "),
		})
	}
	return rows
}

// of makes a table of a table of WHMCS.
func (v view) of(name, title string, columns []string, cells func(id string, row sandbox.Row) []string) table {
	t := table{title: title, columns: columns}
	for _, id := range slices.Sorted(maps.Keys(v.now.tables[name])) {
		t.rows = append(t.rows, tableRow{v.mark(name, id), cells(text(id), v.now.tables[name][id])})
	}
	return t
}

func (v view) servers() table {
	return v.of("tblservers", "WHMCS: servers", []string{"id", "name", "module", "address", "SSL", "user name", "password", "default"},
		func(id string, row sandbox.Row) []string {
			return []string{id, plain(row["name"]), row["type"], row["ipaddress"] + ":" + row["port"], yes(row["secure"]), short(row["username"]), v.password(id), yes(row["active"])}
		})
}

func (v view) serverGroups() table {
	return v.of("tblservergroups", "WHMCS: server groups", []string{"id", "name", "fill type", "servers"}, func(id string, row sandbox.Row) []string {
		var members []string
		for _, relation := range slices.Sorted(maps.Keys(v.now.tables["tblservergroupsrel"])) {
			if link := v.now.tables["tblservergroupsrel"][relation]; link["groupid"] == id {
				members = append(members, link["serverid"])
			}
		}
		fill := map[string]string{"1": "least full", "2": "fill the default first"}[row["filltype"]]
		return []string{id, plain(row["name"]), fill, strings.Join(members, ", ")}
	})
}

func (v view) products() table {
	return v.of("tblproducts", "WHMCS: products", []string{"id", "product group", "name", "package", "set up", "customers choose"},
		func(id string, row sandbox.Row) []string {
			setup := map[string]string{"payment": "on payment", "order": "on order", "on": "on accept", "": "by hand"}[row["autosetup"]]
			pack := ""
			if row["servertype"] == "toplink_dcim" {
				pack = row["configoption3"]
			}
			return []string{id, plain(v.now.row("tblproductgroups", row["gid"])["name"]), plain(row["name"]), pack, setup, strings.Join(v.now.choices(id), ", ")}
		})
}

// choices are what an order form of a product asks for: its own fields, and its configurable options.
func (s snapshot) choices(product string) []string {
	var names []string
	for _, id := range slices.Sorted(maps.Keys(s.tables["tblcustomfields"])) {
		if field := s.tables["tblcustomfields"][id]; field["type"] == "product" && field["relid"] == product {
			names = append(names, visible(field["fieldname"]))
		}
	}
	for _, link := range s.tables["tblproductconfiglinks"] {
		for _, id := range slices.Sorted(maps.Keys(s.tables["tblproductconfigoptions"])) {
			if option := s.tables["tblproductconfigoptions"][id]; link["pid"] == product && option["gid"] == link["gid"] {
				names = append(names, visible(option["optionname"]))
			}
		}
	}
	return names
}

func (v view) prices() table {
	t := table{title: "WHMCS: prices (+ set-up fee)", columns: []string{"product", "currency"}}
	for _, cycle := range cyclesShown {
		t.columns = append(t.columns, cycle[0])
	}
	for _, product := range slices.Sorted(maps.Keys(v.now.tables["tblproducts"])) {
		name := plain(v.now.tables["tblproducts"][product]["name"])
		for _, currency := range slices.Sorted(maps.Keys(v.now.tables["tblcurrencies"])) {
			if price := v.now.priceRow("product", text(product), text(currency)); price != nil {
				cells := []string{name, v.now.tables["tblcurrencies"][currency]["code"]}
				for _, cycle := range cyclesShown {
					cells = append(cells, amount(price[cycle[0]], price[cycle[1]]))
				}
				t.rows = append(t.rows, tableRow{v.mark("tblproducts", product), cells})
			}
		}
	}
	return t
}

// options are the choices of configurable options and what each adds to a month.
func (v view) options() table {
	t := table{title: "WHMCS: configurable options, added to the monthly price", columns: []string{"option", "choice"}}
	currencies := slices.SortedFunc(maps.Keys(v.now.tables["tblcurrencies"]), cmp.Compare)
	for _, currency := range currencies {
		t.columns = append(t.columns, v.now.tables["tblcurrencies"][currency]["code"])
	}
	for _, id := range slices.Sorted(maps.Keys(v.now.tables["tblproductconfigoptionssub"])) {
		choice := v.now.tables["tblproductconfigoptionssub"][id]
		option := v.now.row("tblproductconfigoptions", choice["configid"])
		cells := []string{visible(option["optionname"]), visible(choice["optionname"])}
		for _, currency := range currencies {
			price := v.now.priceRow("configoptions", text(id), text(currency))
			cells = append(cells, amount(price["monthly"], price["msetupfee"]))
		}
		group, _ := strconv.ParseInt(option["gid"], 10, 64) // 0, which no group has, for what is no id
		t.rows = append(t.rows, tableRow{v.mark("tblproductconfiggroups", group), cells})
	}
	return t
}

// amount is a price as a person reads it.
func amount(price, fee string) string {
	switch {
	case strings.HasPrefix(price, "-"):
		return off
	case fee == "" || fee == "0.00":
		return price
	}
	return price + " + " + fee
}

func text(id int64) string { return strconv.FormatInt(id, 10) }

// plain undoes the entities that WHMCS stores.
func plain(stored string) string { return html.UnescapeString(stored) }

// visible is what customers see of a name: what stands before "|" is for modules.
func visible(stored string) string {
	machine, name, split := strings.Cut(plain(stored), "|")
	if !split {
		return machine
	}
	return name
}

func short(secretish string) string {
	const shown = 8
	if len(secretish) <= shown {
		return secretish
	}
	return secretish[:shown] + "..."
}

func yes(column string) string {
	if column == "" || column == "0" {
		return "no"
	}
	return "yes"
}
