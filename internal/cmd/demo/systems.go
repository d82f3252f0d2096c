package main

import (
	"fmt"
	"html"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// object is one thing that a person made or would make by hand.
type object struct {
	place string // a table of WHMCS, or apiKeys
	id    int64
}

const apiKeys = "DCIM API keys"

// objectTables are the tables of WHMCS whose rows are objects; the others hold their parts.
var objectTables = []string{"tblservers", "tblservergroups", "tblproductgroups", "tblproducts"}

// snapshot is all that stands in the two systems, free of what moves by itself.
type snapshot struct {
	tables map[string]map[int64]sandbox.Row
	keys   []sandbox.APIKey
}

func takeSnapshot(sb *sandbox.Sandbox) snapshot {
	s := snapshot{tables: map[string]map[int64]sandbox.Row{}, keys: sb.DCIM.APIKeys()}
	for i := range s.keys {
		s.keys[i].LastCallAt = nil
	}
	sb.WHMCS.View(func(state *sandbox.State) {
		for name, table := range state.Tables {
			for id, row := range table.Rows {
				if s.tables[name] == nil {
					s.tables[name] = map[int64]sandbox.Row{}
				}
				s.tables[name][id] = maps.Clone(row)
			}
		}
	})
	return s
}

func (s snapshot) objects() map[object]bool {
	found := map[object]bool{}
	for _, key := range s.keys {
		found[object{apiKeys, key.ID}] = true
	}
	for _, name := range objectTables {
		for id := range s.tables[name] {
			found[object{name, id}] = true
		}
	}
	return found
}

// added counts the objects that were not there before.
func (s snapshot) added(before snapshot) int {
	there, count := before.objects(), 0
	for o := range s.objects() {
		if !there[o] {
			count++
		}
	}
	return count
}

// differences names the places where two snapshots differ, objects' parts included.
func (s snapshot) differences(before snapshot) []string {
	var places []string
	if !reflect.DeepEqual(s.keys, before.keys) {
		places = append(places, apiKeys)
	}
	names := maps.Clone(s.tables)
	maps.Copy(names, before.tables)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !reflect.DeepEqual(s.tables[name], before.tables[name]) {
			places = append(places, name)
		}
	}
	return places
}

// row is a row of a table, empty where there is none.
func (s snapshot) row(name, id string) sandbox.Row {
	number, _ := strconv.ParseInt(id, 10, 64) // 0, which no row has, for what is no id
	return s.tables[name][number]
}

// off is the price of a billing cycle that is switched off.
const off = "off"

// cyclesShown are the billing cycles of the price table with the column of their set-up fee.
var cyclesShown = [][2]string{{"monthly", "msetupfee"}, {"quarterly", "qsetupfee"}, {"annually", "asetupfee"}}

// tablesOf is what the panels of both systems would show. password describes the stored password of a server.
func tablesOf(s, before snapshot, password func(serverID string) string) []table {
	there := before.objects()
	keys := table{title: "TopLink DCIM: system API keys", columns: []string{"id", "label", "may call from", "KEY"}}
	for _, key := range s.keys {
		callers := key.IP
		if callers == "" {
			callers = "anywhere"
		}
		keys.rows = append(keys.rows, tableRow{!there[object{apiKeys, key.ID}], []string{text(key.ID), key.Label, callers, short(key.Key)}})
	}
	of := func(name, title string, columns []string, cells func(id string, row sandbox.Row) []string) table {
		t := table{title: title, columns: columns}
		for _, id := range slices.Sorted(maps.Keys(s.tables[name])) {
			t.rows = append(t.rows, tableRow{!there[object{name, id}], cells(text(id), s.tables[name][id])})
		}
		return t
	}
	servers := of("tblservers", "WHMCS: servers", []string{"id", "name", "module", "address", "SSL", "user name", "password", "default"},
		func(id string, row sandbox.Row) []string {
			return []string{id, plain(row["name"]), row["type"], row["ipaddress"] + ":" + row["port"], yes(row["secure"]), short(row["username"]), password(id), yes(row["active"])}
		})
	groups := of("tblservergroups", "WHMCS: server groups", []string{"id", "name", "fill type", "servers"}, func(id string, row sandbox.Row) []string {
		var members []string
		for _, relation := range slices.Sorted(maps.Keys(s.tables["tblservergroupsrel"])) {
			if link := s.tables["tblservergroupsrel"][relation]; link["groupid"] == id {
				members = append(members, link["serverid"])
			}
		}
		fill := map[string]string{"1": "least full", "2": "fill the default first"}[row["filltype"]]
		return []string{id, plain(row["name"]), fill, strings.Join(members, ", ")}
	})
	products := of("tblproducts", "WHMCS: products", []string{"id", "product group", "name", "module", "package", "set up", "server group"},
		func(id string, row sandbox.Row) []string {
			setup := map[string]string{"payment": "on payment", "order": "on order", "on": "on accept", "": "by hand"}[row["autosetup"]]
			pack := ""
			if row["servertype"] == "toplink_dcim" {
				pack = row["configoption3"]
			}
			return []string{
				id, plain(s.row("tblproductgroups", row["gid"])["name"]), plain(row["name"]), row["servertype"], pack, setup,
				plain(s.row("tblservergroups", row["servergroup"])["name"]),
			}
		})
	return []table{keys, servers, groups, products, pricesOf(s, there)}
}

func pricesOf(s snapshot, there map[object]bool) table {
	t := table{title: "WHMCS: prices (+ set-up fee)", columns: []string{"product", "currency"}}
	for _, cycle := range cyclesShown {
		t.columns = append(t.columns, cycle[0])
	}
	for _, product := range slices.Sorted(maps.Keys(s.tables["tblproducts"])) {
		for _, currency := range slices.Sorted(maps.Keys(s.tables["tblcurrencies"])) {
			for _, price := range s.tables["tblpricing"] {
				if price["type"] != "product" || price["relid"] != text(product) || price["currency"] != text(currency) {
					continue
				}
				cells := []string{plain(s.tables["tblproducts"][product]["name"]), s.tables["tblcurrencies"][currency]["code"]}
				for _, cycle := range cyclesShown {
					cells = append(cells, amount(price[cycle[0]], price[cycle[1]]))
				}
				t.rows = append(t.rows, tableRow{!there[object{"tblproducts", product}], cells})
			}
		}
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

// productNamed finds a product's id.
func (s snapshot) productNamed(name string) (string, error) {
	for id, row := range s.tables["tblproducts"] {
		if plain(row["name"]) == name {
			return text(id), nil
		}
	}
	return "", fmt.Errorf("WHMCS has no product %q", name)
}

// price is what WHMCS charges for a cycle of a product.
func (s snapshot) price(productID, code, cycle string) string {
	for _, price := range s.tables["tblpricing"] {
		if price["type"] == "product" && price["relid"] == productID && s.row("tblcurrencies", price["currency"])["code"] == code {
			return price[cycle]
		}
	}
	return ""
}

func text(id int64) string { return strconv.FormatInt(id, 10) }

// plain undoes the entities that WHMCS stores.
func plain(stored string) string { return html.UnescapeString(stored) }

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
