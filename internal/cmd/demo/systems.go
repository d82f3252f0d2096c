package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// objectID identifies an object that an administrator would create by hand.
type objectID struct {
	place string // a table of WHMCS, or one of the places below
	id    string
}

// The places in the DCIM. Its servers are not objects: they always exist, and may be bound to a
// package.
const (
	apiKeys  = "DCIM API keys"
	packages = "DCIM packages"
	machines = "DCIM servers"
)

// The places of post-pay billing.
const (
	panelTokens  = "SolusVM 2 API tokens"
	limitGroups  = "SolusVM 2 limit groups"
	addonModules = "tbladdonmodules" // an active module is an object, its settings are parts of it
	postPay      = "SolusVM 2 addon's settings"
	otherFiles   = "WHMCS's files"
	settings     = "tblconfiguration"
)

// objectTables are the tables of WHMCS whose rows are objects. The rows of other tables are parts of
// objects.
var objectTables = []string{"tblservers", "tblservergroups", "tblproductgroups", "tblproducts",
	"tblproductconfiggroups"}

// snapshot is the content of the systems, without values that change without Terraform.
type snapshot struct {
	tables   map[string]map[int64]sandbox.Row
	keys     []sandbox.APIKey
	packages []sandbox.Package
	machines []sandbox.Machine

	tokens   []sandbox.PanelToken
	groups   []sandbox.PanelLimitGroup
	postPay  map[string]string // nil when the addon is not active
	files    map[string]string
	settings map[string]string
	// integration is the panel's billing integration. WHMCS writes it and never removes it.
	integration map[string]any
}

func takeSnapshot(sb *sandbox.Sandbox) snapshot {
	s := snapshot{tables: map[string]map[int64]sandbox.Row{}, keys: sb.DCIM.APIKeys(), packages: sb.DCIM.Packages(),
		machines: sb.DCIM.Machines()}
	for i := range s.keys {
		s.keys[i].LastCallAt = nil
	}
	s.postPay = sb.WHMCS.PostPay()
	sb.SolusVM2.View(func(panel *sandbox.SolusVM2State) {
		s.tokens, s.groups = slices.Clone(panel.Tokens), slices.Clone(panel.LimitGroups)
		s.integration, _ = panel.Settings["billing_integration"].(map[string]any)
	})
	sb.WHMCS.View(func(state *sandbox.State) {
		s.files, s.settings = map[string]string{}, maps.Clone(state.Settings)
		maps.Copy(s.files, state.Files)
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

func (s snapshot) objects() map[objectID]bool {
	found := map[objectID]bool{}
	for _, key := range s.keys {
		found[objectID{apiKeys, text(key.ID)}] = true
	}
	for _, p := range s.packages {
		found[objectID{packages, text(p.ID)}] = true
	}
	for _, token := range s.tokens {
		found[objectID{panelTokens, token.ID}] = true
	}
	for _, group := range s.groups {
		found[objectID{limitGroups, text(group.ID)}] = true
	}
	for _, row := range s.tables[addonModules] {
		if row["setting"] == "version" {
			found[objectID{addonModules, row["module"]}] = true
		}
	}
	if s.postPay["url"] != "" {
		found[objectID{postPay, "1"}] = true
	}
	for path := range s.files {
		found[objectID{otherFiles, path}] = true
	}
	for _, name := range objectTables {
		for id := range s.tables[name] {
			found[objectID{name, text(id)}] = true
		}
	}
	return found
}

// added counts the objects that are not in before.
func (s snapshot) added(before snapshot) int {
	there, count := before.objects(), 0
	for o := range s.objects() {
		if !there[o] {
			count++
		}
	}
	return count
}

// bound counts the servers that are bound to a package and were not bound to it before.
func (s snapshot) bound(before snapshot) int {
	had, count := map[int64]int64{}, 0
	for _, m := range before.machines {
		had[m.ID] = m.PackageID
	}
	for _, m := range s.machines {
		if m.PackageID != 0 && m.PackageID != had[m.ID] {
			count++
		}
	}
	return count
}

// differences names the places in which two snapshots differ, including parts of objects.
func (s snapshot) differences(before snapshot) []string {
	var places []string
	for _, part := range []struct {
		name         string
		now, earlier any
	}{{apiKeys, s.keys, before.keys}, {packages, s.packages, before.packages}, {machines, s.machines, before.machines},
		{panelTokens, s.tokens, before.tokens}, {limitGroups, s.groups, before.groups},
		{otherFiles, s.files, before.files}, {settings, s.settings, before.settings},
	} {
		if !reflect.DeepEqual(part.now, part.earlier) {
			places = append(places, part.name)
		}
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

// row returns a row of a table, or an empty row.
func (s snapshot) row(name, id string) sandbox.Row {
	number, _ := strconv.ParseInt(id, 10, 64) // 0 for an invalid id, which no row has
	return s.tables[name][number]
}

// productNamed returns the id of a product.
func (s snapshot) productNamed(name string) (string, error) {
	for id, row := range s.tables["tblproducts"] {
		if plain(row["name"]) == name {
			return text(id), nil
		}
	}
	return "", fmt.Errorf("WHMCS has no product %q", name)
}

// priceRow returns the prices of one object in one currency, or nil.
func (s snapshot) priceRow(kind, id, currencyID string) sandbox.Row {
	for _, price := range s.tables["tblpricing"] {
		if price["type"] == kind && price["relid"] == id && price["currency"] == currencyID {
			return price
		}
	}
	return nil
}

// price returns a product's price for a billing cycle.
func (s snapshot) price(productID, code, cycle string) string {
	for currency, row := range s.tables["tblcurrencies"] {
		if row["code"] == code {
			return s.priceRow("product", productID, text(currency))[cycle]
		}
	}
	return ""
}
