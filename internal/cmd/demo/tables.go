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

// off is shown as the price of a disabled billing cycle.
const off = "off"

// cyclesShown are the billing cycles in the price table, each with its column for the setup fee.
var cyclesShown = [][2]string{{"monthly", "msetupfee"}, {"quarterly", "qsetupfee"}, {"annually", "asetupfee"}}

// comparison makes tables of the systems' content and marks what changed since before.
type comparison struct {
	now, before snapshot
	existed     map[objectID]bool
	// password describes the stored password of a WHMCS server.
	password func(serverID string) string
}

// tablesOf returns the tables that the systems' web interfaces would show.
func tablesOf(now, before snapshot, password func(serverID string) string) []table {
	v := comparison{now, before, before.objects(), password}
	return []table{v.keys(), v.packages(), v.racks(), v.servers(), v.serverGroups(), v.products(), v.prices(),
		v.options(), v.addons(), v.tokens(), v.limitGroups(), v.postPay()}
}

// mark returns markNew for a new object.
func (v comparison) mark(place, id string) mark {
	if v.existed[objectID{place, id}] {
		return markNone
	}
	return markNew
}

func (v comparison) keys() table {
	t := table{title: "TopLink DCIM: system API keys", columns: []string{"id", "label", "allowed addresses", "KEY"}}
	for _, key := range v.now.keys {
		callers := key.IP
		if callers == "" {
			callers = "any"
		}
		t.rows = append(t.rows, tableRow{v.mark(apiKeys, text(key.ID)),
			[]string{text(key.ID), key.Label, callers, abbreviate(key.Key)}})
	}
	return t
}

func (v comparison) packages() table {
	t := table{title: "TopLink DCIM: packages", columns: []string{"id", "name", "CPU", "memory", "disks"}}
	for _, p := range v.now.packages {
		disks := ""
		if len(p.Disks) > 0 {
			disks = fmt.Sprintf("%d x %s %s", len(p.Disks), p.Disks[0]["size"], p.Disks[0]["type"])
		}
		t.rows = append(t.rows, tableRow{v.mark(packages, text(p.ID)),
			[]string{text(p.ID), p.Name, fmt.Sprintf("%d x %s", p.CPUCount, p.CPUName), fmt.Sprintf("%d GB", p.MemoryGB),
				disks}})
	}
	return t
}

// racks returns the DCIM's hardware. A rack in which servers were bound is marked.
func (v comparison) racks() table {
	t := table{title: "TopLink DCIM: servers", columns: []string{"rack", "model", "servers", "rented", "faulty",
		"bound to a package"}}
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

// whmcsTable returns a table of the rows of a WHMCS table.
func (v comparison) whmcsTable(name, title string, columns []string,
	cells func(id string, row sandbox.Row) []string) table {
	t := table{title: title, columns: columns}
	for _, id := range slices.Sorted(maps.Keys(v.now.tables[name])) {
		t.rows = append(t.rows, tableRow{v.mark(name, text(id)), cells(text(id), v.now.tables[name][id])})
	}
	return t
}

func (v comparison) servers() table {
	return v.whmcsTable("tblservers", "WHMCS: servers",
		[]string{"id", "name", "module", "address", "SSL", "user name", "password", "default"},
		func(id string, row sandbox.Row) []string {
			return []string{id, plain(row["name"]), row["type"], row["ipaddress"] + ":" + row["port"], yes(row["secure"]),
				abbreviate(row["username"]), v.password(id), yes(row["active"])}
		})
}

func (v comparison) serverGroups() table {
	return v.whmcsTable("tblservergroups", "WHMCS: server groups", []string{"id", "name", "fill type", "servers"},
		func(id string, row sandbox.Row) []string {
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

func (v comparison) products() table {
	return v.whmcsTable("tblproducts", "WHMCS: products",
		[]string{"id", "product group", "name", "package", "set up", "choices of customers"},
		func(id string, row sandbox.Row) []string {
			setup := map[string]string{"payment": "on payment", "order": "on order", "on": "on accept",
				"": "off"}[row["autosetup"]]
			pack := ""
			if row["servertype"] == "toplink_dcim" {
				pack = row["configoption3"]
			}
			return []string{id, plain(v.now.row("tblproductgroups", row["gid"])["name"]), plain(row["name"]), pack, setup,
				strings.Join(v.now.choices(id), ", ")}
		})
}

// choices returns the inputs of a product's order form: its custom fields and its configurable options.
func (s snapshot) choices(product string) []string {
	var names []string
	for _, id := range slices.Sorted(maps.Keys(s.tables["tblcustomfields"])) {
		if field := s.tables["tblcustomfields"][id]; field["type"] == "product" && field["relid"] == product {
			names = append(names, displayName(field["fieldname"]))
		}
	}
	for _, link := range s.tables["tblproductconfiglinks"] {
		for _, id := range slices.Sorted(maps.Keys(s.tables["tblproductconfigoptions"])) {
			if option := s.tables["tblproductconfigoptions"][id]; link["pid"] == product && option["gid"] == link["gid"] {
				names = append(names, displayName(option["optionname"]))
			}
		}
	}
	return names
}

func (v comparison) prices() table {
	t := table{title: "WHMCS: prices (+ setup fee)", columns: []string{"product", "currency"}}
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
				t.rows = append(t.rows, tableRow{v.mark("tblproducts", text(product)), cells})
			}
		}
	}
	return t
}

// options returns the choices of configurable options and their monthly prices.
func (v comparison) options() table {
	t := table{title: "WHMCS: configurable options, added to the monthly price", columns: []string{"option", "choice"}}
	currencies := slices.SortedFunc(maps.Keys(v.now.tables["tblcurrencies"]), cmp.Compare)
	for _, currency := range currencies {
		t.columns = append(t.columns, v.now.tables["tblcurrencies"][currency]["code"])
	}
	for _, id := range slices.Sorted(maps.Keys(v.now.tables["tblproductconfigoptionssub"])) {
		choice := v.now.tables["tblproductconfigoptionssub"][id]
		option := v.now.row("tblproductconfigoptions", choice["configid"])
		cells := []string{displayName(option["optionname"]), displayName(choice["optionname"])}
		for _, currency := range currencies {
			price := v.now.priceRow("configoptions", text(id), text(currency))
			cells = append(cells, amount(price["monthly"], price["msetupfee"]))
		}
		t.rows = append(t.rows, tableRow{v.mark("tblproductconfiggroups", option["gid"]), cells})
	}
	return t
}

// amount formats a price and its setup fee.
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

// plain decodes the HTML entities that WHMCS stores.
func plain(stored string) string { return html.UnescapeString(stored) }

// displayName returns the part of a name that customers see. The part before "|" is for modules.
func displayName(stored string) string {
	machine, name, split := strings.Cut(plain(stored), "|")
	if !split {
		return machine
	}
	return name
}

func abbreviate(value string) string {
	const shown = 8
	if len(value) <= shown {
		return value
	}
	return value[:shown] + "..."
}

func yes(column string) string {
	if column == "" || column == "0" {
		return "no"
	}
	return "yes"
}

func (v comparison) addons() table {
	t := table{title: "WHMCS: active addon modules", columns: []string{"module", "version", "administrator roles"}}
	for _, id := range slices.Sorted(maps.Keys(v.now.tables[addonModules])) {
		row := v.now.tables[addonModules][id]
		if row["setting"] != "version" {
			continue
		}
		var roles []string
		for _, other := range v.now.tables[addonModules] {
			if other["module"] == row["module"] && other["setting"] == "access" {
				for role := range strings.SplitSeq(other["value"], ",") {
					roles = append(roles, plain(v.now.row("tbladminroles", role)["name"]))
				}
			}
		}
		t.rows = append(t.rows, tableRow{v.mark(addonModules, row["module"]),
			[]string{row["module"], row["value"], strings.Join(roles, ", ")}})
	}
	return t
}

func (v comparison) tokens() table {
	t := table{title: "SolusVM 2: API tokens", columns: []string{"name", "user", "used by WHMCS"}}
	for _, token := range v.now.tokens {
		used := "no"
		if token.Secret == v.now.postPay["api_key"] {
			used = "yes"
		}
		t.rows = append(t.rows, tableRow{v.mark(panelTokens, token.ID), []string{token.Name, text(token.UserID), used}})
	}
	return t
}

func (v comparison) limitGroups() table {
	t := table{title: "SolusVM 2: limit groups", columns: []string{"id", "name", "servers", "running", "additional IPs"}}
	limit := func(n int64) string {
		if n < 0 {
			return "no limit"
		}
		return text(n)
	}
	for _, group := range v.now.groups {
		t.rows = append(t.rows, tableRow{v.mark(limitGroups, text(group.ID)),
			[]string{text(group.ID), group.Name, limit(group.Servers), limit(group.Running), limit(group.AdditionalIPs)}})
	}
	return t
}

// postPay returns the addon's settings and the panel's billing integration.
func (v comparison) postPay() table {
	t := table{title: "WHMCS and SolusVM 2: post-pay billing", columns: []string{"setting", "value"}}
	if v.now.postPay == nil {
		return t
	}
	line := func(name, value, before string) {
		row := tableRow{markNone, []string{name, value}}
		if value != before {
			row.mark = markChanged
		}
		t.rows = append(t.rows, row)
	}
	for _, setting := range [][2]string{
		{"panel", "url"}, {"post-pay", "post_pay_enabled"}, {"limit group of new users", "new_user_limit_group_id"},
		{"terms", "terms_url"},
		{"invoice grace (days)", "invoice_grace_days"}, {"lock overdue users (days)", "lock_overdue_days"},
		{"suspend overdue users (days)", "suspend_overdue_days"},
	} {
		line(setting[0], v.now.postPay[setting[1]], v.before.postPay[setting[1]])
	}
	for _, name := range slices.Sorted(maps.Keys(v.now.postPay)) {
		if code, isPrice := strings.CutPrefix(name, "token_prices."); isPrice {
			line("one token in "+code, v.now.postPay[name], v.before.postPay[name])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(v.now.files)) {
		line("template of the landing page", fmt.Sprintf("%s (%d bytes)", path, len(v.now.files[path])),
			fmt.Sprintf("%s (%d bytes)", path, len(v.before.files[path])))
	}
	line("the panel's billing integration", integrationURL(v.now.integration), integrationURL(v.before.integration))
	return t
}

// integrationURL returns the URL of a panel's billing system.
func integrationURL(integration map[string]any) string {
	kind, _ := integration["type"].(string)
	drivers, _ := integration["drivers"].(map[string]any)
	driver, _ := drivers[kind].(map[string]any)
	address, _ := driver["url"].(string)
	if address == "" {
		return "none"
	}
	return kind + " at " + address
}
