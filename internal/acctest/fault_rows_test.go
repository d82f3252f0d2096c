package acctest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// faultRow is one resource in the matrix of faults. A resource that the provider serves and that has no row here fails
// the test.
type faultRow struct {
	typeName, system, noun string // noun as messages name the object
	// relayed is true if the faults are also those of a system that another system calls for the provider.
	relayed         bool
	config, changed map[string]any
	// reach is more of the configuration, with addresses of the systems, or nil.
	reach func(sb *sandbox.Sandbox) map[string]any
	// pageSize is the number of rows in a page of the system. fill adds objects until a list has a number of them,
	// including the object of the configuration.
	pageSize int
	fill     func(t *testing.T, sb *sandbox.Sandbox, total int)
	// prepare makes what the configuration refers to.
	prepare func(sb *sandbox.Sandbox)
	// objects are all that the system has of the kind, by id: text that changes with the object.
	objects func(sb *sandbox.Sandbox) map[string]string
	// units is how many of these the configuration creates. 0 means one.
	units int
	// inState are the ids of the objects in a state. Nil means the id of the state.
	inState func(t testing.TB, state map[string]tftypes.Value) []string
	// single is true if only one such object exists, so that messages have no id.
	single bool
	// keeps is true if a destroy keeps the object, restored or unchanged. Settings that exist once are such objects.
	keeps bool
	// tamper changes the object outside Terraform, in the attributes of the step from config to changed. It may be nil.
	tamper func(t *testing.T, sb *sandbox.Sandbox, id string)
	// remove deletes the object outside Terraform. It is nil if that is not possible.
	remove func(t *testing.T, sb *sandbox.Sandbox, id string)
}

func (r faultRow) name() string {
	if r.relayed {
		return r.typeName + " (the panel's responses)"
	}
	return r.typeName
}

func (r faultRow) made() int {
	if r.keeps {
		return 0 // it was there before
	}
	return max(r.units, 1)
}

// claimed are the ids of the objects that a state knows of.
func (r faultRow) claimed(t testing.TB, state map[string]tftypes.Value) []string {
	t.Helper()
	if r.inState != nil {
		return r.inState(t, state)
	}
	return []string{acctest.Text(t, state["id"])}
}

// after is the configuration after the change.
func (r faultRow) after() map[string]any {
	config := maps.Clone(r.config)
	maps.Copy(config, r.changed)
	return config
}

// companionRow is a row of an object that the companion keeps in a table.
func companionRow(o kept) faultRow {
	return faultRow{
		typeName: o.typeName, system: "whmcs", noun: strings.ReplaceAll(o.kind, "_", " "), config: o.config, changed: o.changed, pageSize: 500,
		objects: func(sb *sandbox.Sandbox) map[string]string {
			found := map[string]string{}
			sb.WHMCS.View(func(s *sandbox.State) {
				for id, row := range s.Table(o.table).Rows {
					found[strconv.FormatInt(id, 10)] = fmt.Sprint(row)
				}
			})
			return found
		},
		fill: func(_ *testing.T, sb *sandbox.Sandbox, total int) {
			sb.WHMCS.Mutate(func(s *sandbox.State) {
				for n := len(s.Table(o.table).Rows); n < total-1; n++ {
					s.Insert(o.table, sandbox.Row{"name": fmt.Sprintf("Filling %d", n)})
				}
			})
		},
		tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
			sb.WHMCS.Mutate(func(s *sandbox.State) { s.Set(o.table, id, o.column, "byhand") })
		},
		remove: func(_ *testing.T, sb *sandbox.Sandbox, id string) { sb.WHMCS.DeleteObject(o.kind, id) },
	}
}

// textByID are objects by id as one text each.
func textByID[T any](t testing.TB, all []T, id func(T) string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, one := range all {
		text, err := json.Marshal(one)
		require.NoError(t, err)
		found[id(one)] = string(text)
	}
	return found
}

// faultPackage is the package of the bindings. The DCIM also has a package with the id 1 from the start.
const faultPackage = "2"

// bindings are the servers of faultPackage and of the package after it.
func bindings(sb *sandbox.Sandbox) map[string]string {
	found := map[string]string{}
	for _, m := range sb.DCIM.Machines() {
		if m.PackageID >= 2 {
			found[strconv.FormatInt(m.ID, 10)] = strconv.FormatInt(m.PackageID, 10)
		}
	}
	return found
}

func preparePackages(sb *sandbox.Sandbox) {
	sb.DCIM.AddPackage(sandbox.Package{Name: "E3"})
	sb.DCIM.AddPackage(sandbox.Package{Name: "E5"})
}

// bindByHand gives a server a package in the DCIM.
func bindByHand(sb *sandbox.Sandbox, server string, packageID int64) {
	sb.DCIM.Mutate(func(s *sandbox.DCIMState) {
		for i := range s.Servers {
			if strconv.FormatInt(s.Servers[i].ID, 10) == server {
				s.Servers[i].PackageID = packageID
			}
		}
	})
}

func fillServers(t *testing.T, sb *sandbox.Sandbox, total int) {
	t.Helper()
	sb.DCIM.Mutate(func(s *sandbox.DCIMState) {
		for n := len(s.Servers); n < total; n++ {
			machine := s.Servers[4]
			machine.ID, machine.Label, machine.PackageID = int64(101+n), fmt.Sprintf("Filling-%d", n), 0
			s.Servers = append(s.Servers, machine)
		}
	})
}

// addonRow is an addon module, which is activated and deactivated.
func addonRow() faultRow {
	const module = "solusvm2"
	settings := func(url string) map[string]any { return map[string]any{"post_pay_terms_url": url} }
	return faultRow{
		typeName: "hosting_whmcs_addon_module", system: "whmcs", noun: "addon module",
		config:  map[string]any{"module": module, "on_destroy": "deactivate", "allow_data_loss": true, "settings": settings("https://example.com/old")},
		changed: map[string]any{"settings": settings("https://example.com/new")},
		objects: func(sb *sandbox.Sandbox) map[string]string {
			found := map[string]string{}
			sb.WHMCS.View(func(s *sandbox.State) {
				for _, row := range s.Table("tbladdonmodules").Rows {
					if row["setting"] == "version" {
						found[row["module"]] = row["value"]
					}
				}
				for _, row := range s.Table("tbladdonmodules").Rows {
					if row["setting"] == "post_pay_terms_url" {
						found[row["module"]] += " " + row["value"]
					}
				}
			})
			return found
		},
		tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
			setAddon(sb, id, "post_pay_terms_url", "https://example.com/byhand")
		},
		remove: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
			sb.WHMCS.Mutate(func(s *sandbox.State) {
				maps.DeleteFunc(s.Table("tbladdonmodules").Rows, func(_ int64, row sandbox.Row) bool { return row["module"] == id })
				names := slices.DeleteFunc(strings.Split(s.Settings["ActiveAddonModules"], ","), func(name string) bool { return name == id })
				s.Settings["ActiveAddonModules"] = strings.Join(names, ",")
			})
		},
	}
}

// setAddon stores a setting of an addon module, as an administrator does.
func setAddon(sb *sandbox.Sandbox, module, setting, value string) {
	sb.WHMCS.Mutate(func(s *sandbox.State) {
		for _, row := range s.Table("tbladdonmodules").Rows {
			if row["module"] == module && row["setting"] == setting {
				row["value"] = value
			}
		}
	})
}

// billingRow are the settings of the SolusVM 2 addon, which is active, with its connection.
func billingRow() faultRow {
	rules := func(days int) map[string]any { return map[string]any{"lock_overdue_days": days} }
	return faultRow{
		typeName: "hosting_solusvm2_billing_settings", system: "whmcs", noun: "SolusVM 2 billing configuration", single: true, keeps: true,
		config: map[string]any{"post_pay": rules(5)}, changed: map[string]any{"post_pay": rules(6), "reconnect_triggers": map[string]any{"on": "change"}},
		reach: func(sb *sandbox.Sandbox) map[string]any {
			return map[string]any{"api_connection": map[string]any{"url": sb.SolusVM2.URL(), "api_key": sb.SolusVM2.AdminToken()}}
		},
		prepare: func(sb *sandbox.Sandbox) {
			token := sb.WHMCS.Encrypt("canary-integration-token")
			sb.WHMCS.Mutate(func(s *sandbox.State) {
				for setting, value := range map[string]string{
					"version": "1.4", "url": "", "api_key": "", "integration_token": token, "post_pay_enabled": "", "post_pay_limit_group_id": "", "post_pay_terms_url": "",
					"post_pay_invoice_grace_days": "0", "post_pay_lock_overdue_days": "7", "post_pay_suspend_overdue_days": "14", "token_price_1": "",
				} {
					s.Insert("tbladdonmodules", sandbox.Row{"module": "solusvm2", "setting": setting, "value": value})
				}
				s.Settings["ActiveAddonModules"] += ",solusvm2"
			})
		},
		objects: func(sb *sandbox.Sandbox) map[string]string {
			return map[string]string{"1": fmt.Sprint(sb.WHMCS.PostPay())}
		},
		tamper: func(_ *testing.T, sb *sandbox.Sandbox, _ string) {
			setAddon(sb, "solusvm2", "post_pay_lock_overdue_days", "99")
		},
	}
}

// panelRow are the same settings where it is the panel that fails, which WHMCS calls to connect and the provider to
// compare.
func panelRow() faultRow {
	row := billingRow()
	row.system, row.relayed, row.tamper = "solusvm2", true, nil
	return row
}

// landingRow is the template of the landing page.
func landingRow() faultRow {
	return faultRow{
		typeName: "hosting_solusvm2_landing_page", system: "whmcs", noun: "landing page template", single: true,
		config: map[string]any{"content": "<h1>Old</h1>"}, changed: map[string]any{"content": "<h1>New</h1>"},
		prepare: func(sb *sandbox.Sandbox) { sb.WHMCS.SetSafetySettings(acctest.LandingPageSettings) },
		objects: func(sb *sandbox.Sandbox) map[string]string {
			found := map[string]string{}
			sb.WHMCS.View(func(s *sandbox.State) {
				if content, there := s.Files[landingPath]; there {
					found["1"] = content
				}
			})
			return found
		},
		tamper: func(_ *testing.T, sb *sandbox.Sandbox, _ string) {
			sb.WHMCS.Mutate(func(s *sandbox.State) { s.Files[landingPath] = "by hand" })
		},
	}
}

// faultRows is the matrix's side of resources.
func faultRows(t testing.TB) []faultRow {
	t.Helper()
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	rows := []faultRow{
		companionRow(objects[0]),
		companionRow(objects[1]),
		companionRow(objects[2]),
		companionRow(objects[3]),
		companionRow(objects[4]),
		companionRow(objects[5]),
		addonRow(),
		billingRow(),
		panelRow(),
		landingRow(),
		{
			typeName: "hosting_dcim_api_key", system: "dcim", noun: "API key", pageSize: 100,
			config: map[string]any{"label": "Billing key", "ip_addresses": []any{"192.0.2.6"}}, changed: map[string]any{"ip_addresses": []any{"192.0.2.7"}},
			objects: func(sb *sandbox.Sandbox) map[string]string {
				keys := sb.DCIM.APIKeys()
				for i := range keys {
					keys[i].LastCallAt = nil
				}
				return textByID(t, keys, func(k sandbox.APIKey) string { return number(k.ID) })
			},
			fill: func(_ *testing.T, sb *sandbox.Sandbox, total int) {
				for n := len(sb.DCIM.APIKeys()); n < total-1; n++ {
					sb.DCIM.AddAPIKey(fmt.Sprintf("Filling %d", n), "")
				}
			},
			tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.DCIM.Mutate(func(s *sandbox.DCIMState) {
					for i := range s.APIKeys {
						if number(s.APIKeys[i].ID) == id {
							s.APIKeys[i].IP = "192.0.2.99"
						}
					}
				})
			},
			remove: func(t *testing.T, sb *sandbox.Sandbox, id string) {
				t.Helper()
				n, err := strconv.ParseInt(id, 10, 64)
				require.NoError(t, err)
				sb.DCIM.DeleteAPIKey(n)
			},
		},
		{
			typeName: "hosting_dcim_package", system: "dcim", noun: "package", pageSize: 100,
			config: map[string]any{"name": "E3-1230", "memory_gb": 32}, changed: map[string]any{"memory_gb": 64},
			objects: func(sb *sandbox.Sandbox) map[string]string {
				return textByID(t, sb.DCIM.Packages(), func(p sandbox.Package) string { return number(p.ID) })
			},
			fill: func(_ *testing.T, sb *sandbox.Sandbox, total int) {
				for n := len(sb.DCIM.Packages()); n < total-1; n++ {
					sb.DCIM.AddPackage(sandbox.Package{Name: fmt.Sprintf("Filling %d", n)})
				}
			},
			tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.DCIM.Mutate(func(s *sandbox.DCIMState) {
					for i := range s.Packages {
						if number(s.Packages[i].ID) == id {
							s.Packages[i].MemoryGB = 99
						}
					}
				})
			},
			remove: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.DCIM.Mutate(func(s *sandbox.DCIMState) {
					s.Packages = slices.DeleteFunc(s.Packages, func(p sandbox.Package) bool { return number(p.ID) == id })
				})
			},
		},
		{
			typeName: "hosting_dcim_server_binding", system: "dcim", noun: "server binding", pageSize: 100, fill: fillServers,
			config: map[string]any{"server_id": "105", "package_id": faultPackage}, changed: map[string]any{"package_id": "3"},
			prepare: preparePackages, objects: bindings,
			tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) { bindByHand(sb, id, 1) },
			remove: func(_ *testing.T, sb *sandbox.Sandbox, id string) { bindByHand(sb, id, 0) },
		},
		{
			typeName: "hosting_dcim_package_servers", system: "dcim", noun: "package servers", pageSize: 100, fill: fillServers,
			config:  map[string]any{"package_id": faultPackage, "server_ids": []any{"105", "106", "107"}},
			changed: map[string]any{"server_ids": []any{"105", "106", "110"}},
			units:   3, prepare: preparePackages, objects: bindings,
			inState: func(t testing.TB, state map[string]tftypes.Value) (ids []string) {
				t.Helper()
				for _, id := range acctest.Elements(t, state["server_ids"]) {
					ids = append(ids, acctest.Text(t, id))
				}
				return ids
			},
			tamper: func(_ *testing.T, sb *sandbox.Sandbox, _ string) { bindByHand(sb, "105", 0) },
			remove: func(_ *testing.T, sb *sandbox.Sandbox, _ string) {
				for _, id := range []string{"105", "106", "107", "110"} {
					bindByHand(sb, id, 0)
				}
			},
		},
		{
			typeName: "hosting_solusvm2_api_token", system: "solusvm2", noun: "API token", pageSize: 15,
			config: map[string]any{"name": "Billing", "user_id": "1"}, changed: map[string]any{"name": "Billing 2"},
			objects: func(sb *sandbox.Sandbox) map[string]string {
				var tokens []sandbox.PanelToken
				sb.SolusVM2.View(func(s *sandbox.SolusVM2State) { tokens = slices.Clone(s.Tokens) })
				return textByID(t, tokens, func(k sandbox.PanelToken) string { return k.ID })
			},
			fill: func(_ *testing.T, sb *sandbox.Sandbox, total int) {
				sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
					for n := len(s.Tokens) - 1; n < total-1; n++ { // one is another user's
						s.Tokens = append(s.Tokens, sandbox.PanelToken{ID: fmt.Sprintf("filling%d", n), Name: fmt.Sprintf("Filling %d", n), UserID: 1, Secret: fmt.Sprintf("filling-secret-%d", n)})
					}
				})
			},
			tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
					for i := range s.Tokens {
						if s.Tokens[i].ID == id {
							s.Tokens[i].Name = "By hand"
						}
					}
				})
			},
			remove: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
					s.Tokens = slices.DeleteFunc(s.Tokens, func(k sandbox.PanelToken) bool { return k.ID == id })
				})
			},
		},
		{
			typeName: "hosting_solusvm2_limit_group", system: "solusvm2", noun: "limit group", pageSize: 15,
			config: map[string]any{"name": "New users", "max_servers": 1}, changed: map[string]any{"max_servers": 2},
			objects: func(sb *sandbox.Sandbox) map[string]string {
				var groups []sandbox.PanelLimitGroup
				sb.SolusVM2.View(func(s *sandbox.SolusVM2State) { groups = slices.Clone(s.LimitGroups) })
				return textByID(t, groups, func(g sandbox.PanelLimitGroup) string { return number(g.ID) })
			},
			fill: func(_ *testing.T, sb *sandbox.Sandbox, total int) {
				sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
					for n := len(s.LimitGroups); n < total-1; n++ {
						s.LimitGroups = append(s.LimitGroups, sandbox.PanelLimitGroup{ID: s.NextLimitGroup, Name: fmt.Sprintf("Filling %d", n)})
						s.NextLimitGroup++
					}
				})
			},
			tamper: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
					for i := range s.LimitGroups {
						if number(s.LimitGroups[i].ID) == id {
							s.LimitGroups[i].Servers = 99
						}
					}
				})
			},
			remove: func(_ *testing.T, sb *sandbox.Sandbox, id string) {
				sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
					s.LimitGroups = slices.DeleteFunc(s.LimitGroups, func(g sandbox.PanelLimitGroup) bool { return number(g.ID) == id })
				})
			},
		},
	}
	return rows
}

// TestFaults_everyResource: a resource that the provider serves has a row in the matrix.
func TestFaults_everyResource(t *testing.T) {
	t.Parallel()
	var rows []string
	for _, row := range faultRows(t) {
		if !row.relayed { // that is another row of a resource that has one
			rows = append(rows, row.typeName)
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(acctest.NewProtocol(t, "test").Resources())), rows)
}
