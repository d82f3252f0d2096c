package acctest_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// messagesOf plans a creation and returns its diagnostics as one text.
func messagesOf(t *testing.T, p *acctest.Protocol, typeName string, config map[string]any) string {
	t.Helper()
	return strings.Join(acctest.Messages(p.Plan(t, typeName, config)), "\n")
}

// TestConverge_impossibleAddresses: host names and IP addresses that cannot be ones are refused at plan, if they are
// new.
func TestConverge_impossibleAddresses(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const typeName = "hosting_whmcs_server"
		p := env.Protocol(t)
		with := func(attributes map[string]any) map[string]any {
			config := map[string]any{"name": "S", "module": "samplevps"}
			maps.Copy(config, attributes)
			return config
		}
		nameserver := func(hostname, address string) []any {
			return []any{map[string]any{"hostname": hostname, "ip_address": address}}
		}
		for says, attributes := range map[string]map[string]any{
			`error at hostname: Invalid host name: "https://dcim.example.com/" is a URL. Set only the host name: "dcim.example.com".`:      {"hostname": "https://dcim.example.com/"},
			`error at hostname: Invalid host name: "dcim example.com" has white space.`:                                                    {"hostname": "dcim example.com"},
			`error at hostname: Invalid IP address: "203.0.113.300" is not an IP address.`:                                                 {"hostname": "203.0.113.300"},
			`error at ip_address: Invalid IP address: "203.0.113.300" is not an IP address.`:                                               {"ip_address": "203.0.113.300"},
			`error at ip_address: Invalid IP address: "2001:db8::12345" is not an IP address.`:                                             {"ip_address": "2001:db8::12345"},
			`error at assigned_ip_addresses[1]: Invalid IP address: "192.0.2.256" is not`:                                                  {"assigned_ip_addresses": []any{"192.0.2.0/24", "192.0.2.256"}},
			`error at nameservers[0].ip_address: Invalid IP address: "192.0.2" is not`:                                                     {"nameservers": nameserver("ns1.example.com", "192.0.2")},
			`error at nameservers[0].hostname: Invalid host name: "dns://ns1.example.com" is a URL. Set only the host name: "ns1.example.`: {"nameservers": nameserver("dns://ns1.example.com", "")},
			`warning at hostname: The host name has a path: "panel.example.com/admin" has a path.`:                                         {"hostname": "panel.example.com/admin"},
		} {
			assert.Contains(t, messagesOf(t, p, typeName, with(attributes)), says)
		}
		for _, attributes := range []map[string]any{
			{"hostname": "dcim.example.com", "ip_address": "2001:db8::1", "assigned_ip_addresses": []any{"192.0.2.1-192.0.2.9", "2001:db8::/32"}},
			{"hostname": "2001:db8::1", "ip_address": "", "nameservers": nameserver("ns1.example.com", "")},
			{"hostname": "dcim_1.example.com:8443", "ip_address": acctest.Unknown},
		} {
			assert.Empty(t, messagesOf(t, p, typeName, with(attributes)))
		}
		// WHMCS may hold such a value. It is not a change, and the object can still be changed.
		made := p.Do(t, typeName, nil, with(map[string]any{"hostname": "dcim.example.com"}))
		env.WHMCS.Set(t, "tblservers", acctest.Text(t, p.State(t, made)["id"]), "hostname", "https://dcim.example.com/")
		env.WHMCS.Set(t, "tblservers", acctest.Text(t, p.State(t, made)["id"]), "ipaddress", "203.0.113.300")
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		held := with(map[string]any{"hostname": "https://dcim.example.com/", "ip_address": "203.0.113.300", "noc": "BOM"})
		p.Do(t, typeName, read, held)
	})
}

// TestConverge_modulesOfServerGroups: WHMCS chooses a server of a group without looking at its module.
func TestConverge_modulesOfServerGroups(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		server := func(name, module string) string {
			made := p.Do(t, "hosting_whmcs_server", nil, map[string]any{"name": name, "module": module})
			return acctest.Text(t, p.State(t, made)["id"])
		}
		dcim, other := server("A", "toplink_dcim"), server("B", "samplevps")
		mixed := map[string]any{"name": "mixed", "server_ids": []any{dcim, other}}
		const says = "warning at server_ids: The servers of the group mixed have several modules: "
		inPlan := messagesOf(t, p, "hosting_whmcs_server_group", mixed)
		assert.Contains(t, inPlan, says)
		assert.Contains(t, inPlan, "Modules: samplevps (B), toplink_dcim (A).")
		made := p.Do(t, "hosting_whmcs_server_group", nil, map[string]any{"name": "dcim", "server_ids": []any{dcim}})
		group := acctest.Text(t, p.State(t, made)["id"])

		product := func(module string) map[string]any {
			return map[string]any{"name": "P", "pay_type": "free", "product_group_id": "1", "module": module, "server_group_id": group}
		}
		assert.Contains(t, messagesOf(t, p, "hosting_whmcs_product", product("samplevps")), "warning at server_group_id: The server group of the product P has no server of its module: "+
			"The product has the module samplevps. No server of the group dcim (id "+group+") has this module.")
		p.Do(t, "hosting_whmcs_product", nil, product("toplink_dcim"))
	})
}

// TestConverge_decimalsOfCurrencies: WHMCS shows amounts in a currency of format 4 without decimals.
func TestConverge_decimalsOfCurrencies(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.WHMCS.Insert(t, "tblcurrencies", map[string]string{"code": "JPY", "prefix": "", "suffix": " JPY", "format": "4", "rate": "150.00000", "default": "0"})
		p := env.Protocol(t)
		product := func(price, fee string) map[string]any {
			return map[string]any{
				"name": "P", "pay_type": "recurring", "product_group_id": "1", "setup_fees": map[string]any{"JPY": map[string]any{"monthly": fee}},
				"prices": map[string]any{"JPY": map[string]any{"monthly": price}, "USD": map[string]any{"monthly": "9.99"}, "EUR": map[string]any{"monthly": "9.99"}, "INR": map[string]any{"monthly": "9.99"}},
			}
		}
		assert.Contains(t, messagesOf(t, p, "hosting_whmcs_product", product("1500.50", "99.90")),
			"warning at prices: The product P has decimals in JPY: WHMCS shows amounts in JPY without decimals, in the format 1,234: monthly 1500.50, monthly set-up fee 99.90.")
		assert.Empty(t, messagesOf(t, p, "hosting_whmcs_product", product("1500.00", "100")))
		assert.Contains(t, messagesOf(t, p, "hosting_whmcs_configurable_option_group", map[string]any{
			"name": "O", "options": map[string]any{"ram": map[string]any{"name": "RAM", "sub_options": map[string]any{
				"gb64": map[string]any{"name": "64 GB", "prices": map[string]any{"JPY": map[string]any{"monthly": "0.5"}}},
			}}},
		}), "The choice 64 GB of the option RAM has decimals in JPY")
	})
}

// TestConverge_packagesOfProducts: a product names a package of the DCIM, which only the provider can look for.
func TestConverge_packagesOfProducts(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const typeName = "hosting_whmcs_product"
		p := env.Protocol(t)
		product := func(of string) map[string]any {
			return map[string]any{"name": "P", "pay_type": "free", "product_group_id": "1", "module": "toplink_dcim", "toplink_dcim": map[string]any{"package": of}}
		}
		named := func(of string) string { return messagesOf(t, p, typeName, product(of)) }
		numbered := map[string]any{"name": "P", "pay_type": "free", "product_group_id": "1", "module": "toplink_dcim", "module_options": map[string]any{"3": "Typo"}}
		const says = `The package "Typo" of the product P is not in the DCIM`
		assert.Contains(t, named("Typo"), says)
		assert.Contains(t, named("Typo"), `Packages: "Legacy E3".`)
		assert.Contains(t, messagesOf(t, p, typeName, numbered), says)
		assert.NotContains(t, named("Legacy E3"), "is not in the DCIM")
		// The plan of the same run creates the package.
		assert.Empty(t, messagesOf(t, p, "hosting_dcim_package", map[string]any{"name": "New"}))
		assert.NotContains(t, named("New"), "is not in the DCIM")
		p = env.Protocol(t)
		assert.Contains(t, named("New"), "is not in the DCIM")
	})
}

// TestConverge_packageOfLiveServices: a package that live services are sold with is not deleted.
func TestConverge_packageOfLiveServices(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const typeName = "hosting_dcim_package"
		p := env.Protocol(t)
		made := p.Do(t, typeName, nil, map[string]any{"name": "E5"})
		product := p.Do(t, "hosting_whmcs_product", nil, map[string]any{
			"name": "Sold", "pay_type": "free", "product_group_id": "1", "module": "toplink_dcim", "toplink_dcim": map[string]any{"package": "E5", "suspend_action": "close port", "terminate_action": "power off"},
		})
		id := acctest.Text(t, p.State(t, product)["id"])
		deletion, diagnostics := p.PlanChange(t, typeName, made, nil)
		require.Empty(t, acctest.Messages(diagnostics), "nothing is sold yet")
		env.WHMCS.AddService(t, id, "", "Active")
		_, diagnostics = p.PlanChange(t, typeName, made, nil)
		require.Len(t, diagnostics, 1)
		assert.Regexp(t, acctest.Says("warning at : The package E5 has live services", `name the package "E5" and have live services: Sold (id `+id+", 1 live services)"), acctest.Messages(diagnostics)[0])
		left, diagnostics := p.Apply(t, deletion)
		require.Len(t, diagnostics, 1)
		assert.Regexp(t, acctest.Says("error at : Unable to delete DCIM package", "it has live services", "Nothing was changed. Restore the block of the package"), acctest.Messages(diagnostics)[0])
		assert.NotNil(t, p.State(t, left))

		// Another package of the same name serves the product as well.
		twin := env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "E5"})
		_, diagnostics = p.PlanChange(t, typeName, made, nil)
		assert.Empty(t, acctest.Messages(diagnostics))
		env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) {
			for i := range s.Packages {
				if s.Packages[i].ID == twin.ID {
					s.Packages[i].Name = "Other"
				}
			}
		})
		env.WHMCS.Set(t, "tblproducts", id, "configoption3", "Other")
		p.Do(t, typeName, made, nil)
	})
}
