package acctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// sandboxWHMCS is the sandbox's WHMCS.
type sandboxWHMCS struct{ sb *sandbox.Sandbox }

func (sandboxWHMCS) Name() string                             { return "sandbox" }
func (s sandboxWHMCS) URL() string                            { return s.sb.WHMCS.URL() }
func (s sandboxWHMCS) Credential() sandbox.Credential         { return s.sb.WHMCS.Credential() }
func (s sandboxWHMCS) ReadOnlyCredential() sandbox.Credential { return s.sb.WHMCS.ReadOnlyCredential() }

func (s sandboxWHMCS) Row(_ testing.TB, table, id string) map[string]string {
	return maps.Clone(map[string]string(s.sb.WHMCS.Row(table, id)))
}

func (s sandboxWHMCS) Set(t testing.TB, table, id, column, value string) {
	t.Helper()
	s.mutate(t, table, id, func(row sandbox.Row) { row[column] = value })
}

func (s sandboxWHMCS) mutate(t testing.TB, table, id string, change func(sandbox.Row)) {
	t.Helper()
	number, err := strconv.ParseInt(id, 10, 64)
	require.NoError(t, err)
	found := false
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		if row, ok := state.Table(table).Rows[number]; ok {
			change(row)
			found = true
		}
	})
	require.True(t, found, "no row %s in %s", id, table)
}

func (s sandboxWHMCS) Prices(_ testing.TB, productID string) map[string]map[string]string {
	return s.prices("product", productID)
}

func (s sandboxWHMCS) OptionPrices(_ testing.TB, subOptionID string) map[string]map[string]string {
	return s.prices("configoptions", subOptionID)
}

func (s sandboxWHMCS) prices(of, id string) map[string]map[string]string {
	out := map[string]map[string]string{}
	s.sb.WHMCS.View(func(state *sandbox.State) {
		codes := map[string]string{}
		for currency, row := range state.Table("tblcurrencies").Rows {
			codes[strconv.FormatInt(currency, 10)] = row["code"]
		}
		for _, row := range state.Table("tblpricing").Rows {
			if row["type"] == of && row["relid"] == id {
				out[codes[row["currency"]]] = maps.Clone(map[string]string(row))
			}
		}
	})
	return out
}

func (s sandboxWHMCS) SetPrice(t testing.TB, productID, currency, column, value string) {
	t.Helper()
	found := false
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		for currencyID, c := range state.Table("tblcurrencies").Rows {
			for _, row := range state.Table("tblpricing").Rows {
				if c["code"] == currency && row["type"] == "product" && row["relid"] == productID && row["currency"] == strconv.FormatInt(currencyID, 10) {
					row[column] = value
					found = true
				}
			}
		}
	})
	require.True(t, found, "product %s has no prices in %s", productID, currency)
}

func (s sandboxWHMCS) SetServerPassword(_ testing.TB, id, password string) {
	s.sb.WHMCS.SetServerPassword(id, password)
}

func (s sandboxWHMCS) ServerPassword(_ testing.TB, id string) string {
	return s.sb.WHMCS.ServerPassword(id)
}

// kinds are the companion's names of the tables whose objects have rows elsewhere.
var kinds = map[string]string{
	"tblproductgroups": "product_group", "tblservers": "server", "tblservergroups": "server_group", "tblproducts": "product",
	"tblproductconfiggroups": "configurable_option_group", "tbladdons": "product_addon",
}

func (s sandboxWHMCS) Delete(t testing.TB, table, id string) {
	t.Helper()
	require.Contains(t, slices.Collect(maps.Keys(kinds)), table)
	s.sb.WHMCS.DeleteObject(kinds[table], id)
}

func (s sandboxWHMCS) Insert(_ testing.TB, table string, row map[string]string) string {
	id := ""
	s.sb.WHMCS.Mutate(func(state *sandbox.State) { id = state.Insert(table, maps.Clone(sandbox.Row(row))) })
	return id
}

func (s sandboxWHMCS) AddService(_ testing.TB, productID, serverID, status string) string {
	return s.sb.WHMCS.AddService(productID, serverID, status)
}

func (s sandboxWHMCS) Choose(_ testing.TB, serviceID, optionID, subOptionID string) string {
	id := ""
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		id = state.Insert("tblhostingconfigoptions", sandbox.Row{"relid": serviceID, "configid": optionID, "optionid": subOptionID, "qty": "0"})
	})
	return id
}

func (s sandboxWHMCS) AddCustomField(_ testing.TB, productID, name, options string) string {
	id := ""
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		id = state.Insert("tblcustomfields", sandbox.Row{"type": "product", "relid": productID, "fieldname": name, "fieldtype": "dropdown", "fieldoptions": options, "showorder": "on", "sortorder": "0"})
	})
	return id
}

func (s sandboxWHMCS) Enter(_ testing.TB, fieldID, serviceID, value string) {
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		state.Insert("tblcustomfieldsvalues", sandbox.Row{"fieldid": fieldID, "relid": serviceID, "value": value})
	})
}

// addonRows are the rows of an addon module's settings by their names.
func addonRows(state *sandbox.State, module string) map[string]int64 {
	rows := map[string]int64{}
	for id, row := range state.Table("tbladdonmodules").Rows {
		if row["module"] == module {
			rows[row["setting"]] = id
		}
	}
	return rows
}

func (s sandboxWHMCS) AddonSetting(_ testing.TB, module, setting string) (value string, there bool) {
	s.sb.WHMCS.View(func(state *sandbox.State) {
		var id int64
		if id, there = addonRows(state, module)[setting]; there {
			value = state.Table("tbladdonmodules").Rows[id]["value"]
		}
	})
	return value, there
}

func (s sandboxWHMCS) SetAddonSetting(t testing.TB, module, setting, value string) {
	t.Helper()
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		id, there := addonRows(state, module)[setting]
		require.True(t, there, "%s has no setting %s", module, setting)
		state.Table("tbladdonmodules").Rows[id]["value"] = value
	})
}

func (s sandboxWHMCS) Encrypt(_ testing.TB, text string) string { return s.sb.WHMCS.Encrypt(text) }

func (s sandboxWHMCS) RemoveAddon(_ testing.TB, module string) {
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		for _, id := range addonRows(state, module) {
			delete(state.Table("tbladdonmodules").Rows, id)
		}
		names := slices.DeleteFunc(strings.Split(state.Settings["ActiveAddonModules"], ","), func(name string) bool { return name == module })
		state.Settings["ActiveAddonModules"] = strings.Join(names, ",")
	})
}

func (s sandboxWHMCS) SetConfiguration(_ testing.TB, setting, value string) {
	s.sb.WHMCS.Mutate(func(state *sandbox.State) { state.Settings[setting] = value })
}

func (s sandboxWHMCS) SetEngine(_ testing.TB, table, engine string) {
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		if state.Engines == nil {
			state.Engines = map[string]string{}
		}
		state.Engines[table] = engine
	})
}

func (s sandboxWHMCS) SetModule(_ testing.TB, module string, unpacked bool) {
	kind, name, _ := strings.Cut(module, "/")
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		list, listed := &state.Modules, unpacked
		if kind == "addons" {
			list, listed = &state.RemovedAddons, !unpacked
		}
		*list = slices.DeleteFunc(*list, func(other string) bool { return other == name })
		if listed {
			*list = append(*list, name)
		}
	})
}

func (s sandboxWHMCS) Count(_ testing.TB, table string) int {
	count := 0
	s.sb.WHMCS.View(func(state *sandbox.State) { count = len(state.Table(table).Rows) })
	return count
}

func (s sandboxWHMCS) Dump(t testing.TB) map[string][]string {
	t.Helper()
	dump := map[string][]string{}
	s.sb.WHMCS.View(func(state *sandbox.State) {
		for name, table := range state.Tables {
			for id, row := range table.Rows {
				text, err := json.Marshal(row)
				require.NoError(t, err)
				dump[name] = append(dump[name], fmt.Sprint(id, " ", string(text)))
			}
			slices.Sort(dump[name])
		}
		settings, err := json.Marshal(state.Settings)
		require.NoError(t, err)
		dump["tblconfiguration"] = []string{string(settings)}
	})
	return dump
}

func (sandboxWHMCS) Files(testing.TB) map[string]string { return nil }

func (s sandboxWHMCS) LogText(testing.TB) string {
	text := ""
	s.sb.WHMCS.View(func(state *sandbox.State) { text = strings.Join(state.Activity, "\n") })
	return text
}

func (s sandboxWHMCS) ReadFile(_ testing.TB, path string) (content string, there bool) {
	s.sb.WHMCS.View(func(state *sandbox.State) { content, there = state.Files[path] })
	return content, there
}

func (s sandboxWHMCS) WriteFile(_ testing.TB, path, content string) {
	s.sb.WHMCS.Mutate(func(state *sandbox.State) {
		if state.Files == nil {
			state.Files = map[string]string{}
		}
		state.Files[path] = content
	})
}

func (s sandboxWHMCS) RemoveFile(_ testing.TB, path string) {
	s.sb.WHMCS.Mutate(func(state *sandbox.State) { delete(state.Files, path) })
}
