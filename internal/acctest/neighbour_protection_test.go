package acctest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// ownSettings are the settings of the test hosts: what no row of a table changes.
func ownSettings() sandbox.SafetySettings {
	return sandbox.SafetySettings{AllowDelete: true, LandingPage: true, HTTPHosts: []string{"127.0.0.1"}}
}

// settings replaces the operator's settings on both hosts.
func (c *contract) settings(s sandbox.SafetySettings) {
	c.Helper()
	if c.env.WHMCS.Name() == "sandbox" {
		c.env.Sandbox.WHMCS.SetSafetySettings(s)
		return
	}
	c.env.WHMCS.WriteFile(c, "includes/terraform_companion/companion.local.php", localFile(s))
}

// localFile is the companion.local.php of safety settings.
func localFile(s sandbox.SafetySettings) string {
	texts := func(list []string) string {
		quoted := make([]string, len(list))
		for i, text := range list {
			quoted[i] = "'" + text + "'"
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	entries := []string{fmt.Sprintf("'read_only' => %t, 'allow_delete' => %t, 'landing_page' => %t, 'revenue' => %t", s.ReadOnly, s.AllowDelete, s.LandingPage, s.Revenue)}
	if s.Kinds != nil {
		entries = append(entries, "'kinds' => "+texts(s.Kinds))
	}
	for name, limit := range map[string]*int64{"max_price_change_percent": s.MaxPriceChangePercent, "max_price_changes_per_hour": s.MaxPriceChangesPerHour} {
		if limit != nil {
			entries = append(entries, fmt.Sprintf("'%s' => %d", name, *limit))
		}
	}
	var minimum []string
	for _, code := range slices.Sorted(maps.Keys(s.MinPrices)) {
		minimum = append(minimum, fmt.Sprintf("'%s' => '%s'", code, s.MinPrices[code]))
	}
	entries = append(entries, "'min_price' => ["+strings.Join(minimum, ", ")+"]")
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(s.ProtectedIDs)) {
		kinds = append(kinds, "'"+kind+"' => "+texts(s.ProtectedIDs[kind]))
	}
	entries = append(entries, "'protected_ids' => ["+strings.Join(kinds, ", ")+"]", "'solusvm2' => ['http_hosts' => "+texts(s.HTTPHosts)+"]")
	return "<?php return [" + strings.Join(entries, ", ") + "];"
}

// sideDoor is a write of one kind that changes an object of another kind.
type sideDoor struct {
	name string
	// changed is the kind that the write changes beside its own.
	changed string
	// arrange makes the objects, and returns the id of the object that is changed, and the write.
	arrange func(c *contract) (id string, write object)
}

func (c *contract) groupOf(products ...string) string {
	c.Helper()
	id, _ := c.create("configurable_option_group", object{"name": "Options " + newContractKey(), "product_ids": products})
	return id
}

func (c *contract) ownServer() string {
	c.Helper()
	id, _ := c.create("server", object{"name": "S " + newContractKey(), "module": "samplevps"})
	return id
}

func (c *contract) ownProduct() (id, group, name string) {
	c.Helper()
	name = "P " + newContractKey()
	group, _ = c.create("product_group", object{"name": "G " + newContractKey()})
	id, _ = c.create("product", object{"product_group_id": group, "name": name})
	return id, group, name
}

var sideDoors = []sideDoor{
	{"a setting of the SolusVM 2 addon is a field of its billing settings", "solusvm2_billing", func(c *contract) (string, object) {
		c.activate()
		return "1", object{"op": "update", "kind": "addon_module", "id": "solusvm2", "values": object{"settings": object{"post_pay_terms_url": "https://example.com/a"}}}
	}},
	{"the activation of the SolusVM 2 addon makes its billing settings", "solusvm2_billing", func(*contract) (string, object) {
		return "1", object{"op": "create", "kind": "addon_module", "values": object{"module": "solusvm2"}}
	}},
	{"the deactivation of the SolusVM 2 addon removes its billing settings", "solusvm2_billing", func(c *contract) (string, object) {
		c.activate()
		return "1", object{"op": "delete", "kind": "addon_module", "id": "solusvm2", "expect": object{"module": "solusvm2"}}
	}},
	{"billing settings are settings of the addon module", "addon_module", func(c *contract) (string, object) {
		c.activate()
		return "solusvm2", object{"op": "update", "kind": "solusvm2_billing", "id": "1", "values": object{"terms_url": "https://example.com/b"}}
	}},
	{"token prices are settings of the addon module", "addon_module", func(c *contract) (string, object) {
		c.activate()
		return "solusvm2", object{"op": "update", "kind": "solusvm2_billing", "id": "1", "values": object{"token_prices": object{"USD": "0.02"}}}
	}},
	{"a connection is a setting of the addon module", "addon_module", func(c *contract) (string, object) {
		c.activate()
		return "solusvm2", object{"op": "connect", "values": object{"url": c.env.Sandbox.SolusVM2.URL(), "api_key": c.env.Sandbox.SolusVM2.AdminToken()}}
	}},
	{"a server joins a new server group", "server", func(c *contract) (string, object) {
		server := c.ownServer()
		return server, object{"op": "create", "kind": "server_group", "values": object{"name": "New", "server_ids": []string{server}}}
	}},
	{"a server joins a server group", "server", func(c *contract) (string, object) {
		server, other := c.ownServer(), c.ownServer()
		group, _ := c.create("server_group", object{"name": "Joined", "server_ids": []string{other}})
		return server, object{"op": "update", "kind": "server_group", "id": group, "values": object{"server_ids": []string{other, server}}}
	}},
	{"a server leaves a server group", "server", func(c *contract) (string, object) {
		server := c.ownServer()
		group, _ := c.create("server_group", object{"name": "Left", "server_ids": []string{server}})
		return server, object{"op": "update", "kind": "server_group", "id": group, "values": object{"server_ids": []string{}}}
	}},
	{"a server loses its server group", "server", func(c *contract) (string, object) {
		server := c.ownServer()
		group, _ := c.create("server_group", object{"name": "Deleted", "server_ids": []string{server}})
		return server, object{"op": "delete", "kind": "server_group", "id": group, "expect": object{"name": "Deleted"}}
	}},
	{"a deleted server leaves its server group", "server_group", func(c *contract) (string, object) {
		server := c.ownServer()
		group, _ := c.create("server_group", object{"name": "Shrinks", "server_ids": []string{server}})
		name := c.get("server", server)["name"]
		return group, object{"op": "delete", "kind": "server", "id": server, "expect": object{"name": name}}
	}},
	{"a server stops being the default of its module", "server", func(c *contract) (string, object) {
		server, other := c.ownServer(), c.ownServer()
		c.update("server", server, nil, object{"default_for_module": true})
		return server, object{"op": "update", "kind": "server", "id": other, "values": object{"default_for_module": true}}
	}},
	{"a product gets the options of a new group", "product", func(c *contract) (string, object) {
		product, _, _ := c.ownProduct()
		return product, object{"op": "create", "kind": "configurable_option_group", "values": object{"name": "New options", "product_ids": []string{product}}}
	}},
	{"a product gets options", "product", func(c *contract) (string, object) {
		product, _, _ := c.ownProduct()
		return product, object{"op": "update", "kind": "configurable_option_group", "id": c.groupOf(), "values": object{"product_ids": []string{product}}}
	}},
	{"a product loses options", "product", func(c *contract) (string, object) {
		product, _, _ := c.ownProduct()
		return product, object{"op": "update", "kind": "configurable_option_group", "id": c.groupOf(product), "values": object{"product_ids": []string{}}}
	}},
	{"a product loses a deleted option group", "product", func(c *contract) (string, object) {
		product, _, _ := c.ownProduct()
		group := c.groupOf(product)
		return product, object{"op": "delete", "kind": "configurable_option_group", "id": group, "expect": object{"name": c.get("configurable_option_group", group)["name"]}}
	}},
	{"an option group loses a deleted product", "configurable_option_group", func(c *contract) (string, object) {
		product, group, name := c.ownProduct()
		options := c.groupOf(product)
		return options, object{"op": "delete", "kind": "product", "id": product, "expect": object{"product_group_id": group, "name": name}}
	}},
	{"the slug of a product group is in the address of its products", "product", func(c *contract) (string, object) {
		product, group, _ := c.ownProduct()
		return product, object{"op": "update", "kind": "product_group", "id": group, "values": object{"slug": "moved-" + group}}
	}},
	{"a product no longer recommends a deleted product", "product", func(c *contract) (string, object) {
		product, group, name := c.ownProduct()
		recommends, _, _ := c.ownProduct()
		c.update("product", recommends, nil, object{"recommended_product_ids": []string{product}})
		return recommends, object{"op": "delete", "kind": "product", "id": product, "expect": object{"product_group_id": group, "name": name}}
	}},
}

// Every kind that can change an object honours the protections of that object: its id in protected_ids, and its kind
// in kinds. A dry run says so too, and nothing is changed.
func TestNeighbourProtectionsHaveNoSideDoor(t *testing.T) {
	for _, door := range sideDoors {
		t.Run(door.name, func(t *testing.T) {
			options := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				c := &contract{T: t, env: env}
				if env.Old() && door.name == "the slug of a product group is in the address of its products" {
					c.settings(ownSettings())
				}
				id, write := door.arrange(c)
				own, _ := write["kind"].(string)
				if own == "" {
					own = "solusvm2_billing"
				}
				protected := map[string]sandbox.SafetySettings{"protected_ids": ownSettings()}
				limited := protected["protected_ids"]
				limited.ProtectedIDs = map[string][]string{door.changed: {id}}
				protected["protected_ids"] = limited
				if own != door.changed {
					limited = ownSettings()
					limited.Kinds = []string{own}
					protected["kinds"] = limited
				}
				before := env.WHMCS.Dump(t)
				for reason, settings := range protected {
					c.settings(settings)
					assert.Equal(t, reason, c.refused(c.tryWrite(maps.Clone(write)), "read_only").Payload["reason"])
					if validate := validation(write); validate != nil {
						assert.Equal(t, reason, c.refused(c.tryRead(validate), "read_only").Payload["reason"])
					}
				}
				assert.Equal(t, before, env.WHMCS.Dump(t))

				// The protection of another object does not matter.
				limited = ownSettings()
				limited.ProtectedIDs = map[string][]string{"product": {"999"}, "server": {"999"}, "addon_module": {"other"}}
				c.settings(limited)
				c.write(write)
			})
		})
	}
}

// validation is the dry run of a write, nil for a deletion.
func validation(write object) object {
	switch write["op"] {
	case "delete":
		return nil
	case "connect":
		return object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{}, "connect": true}
	}
	validate := object{"op": "validate", "kind": write["kind"], "values": write["values"]}
	if id, given := write["id"]; given {
		validate["id"] = id
	}
	return validate
}

// A product in the upgrade list of a protected product is not deleted, because that changes the list. The landing page
// is written by its own kind only.
func TestNeighbourProtectedObjectsOfOtherKinds(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		target, group, name := c.ownProduct()
		from, _, _ := c.ownProduct()
		c.update("product", from, nil, object{"upgrade_product_ids": []string{target}})
		c.activate()
		c.settings(ownSettings())
		c.success(c.tryLanding("update", nil, object{"content": "<h1>kept</h1>"}))

		limited := ownSettings()
		limited.ProtectedIDs = map[string][]string{"product": {from}, "landing_page": {"1"}}
		c.settings(limited)
		refusal := c.refused(c.tryWrite(object{"op": "delete", "kind": "product", "id": target, "expect": object{"product_group_id": group, "name": name}}), "read_only")
		assert.Equal(t, "protected_ids", refusal.Payload["reason"])
		c.write(object{"op": "update", "kind": "product", "id": target, "values": object{"upgrade_product_ids": []string{from}}}) // a row of the target
		assert.Equal(t, []any{target}, c.get("product", from)["upgrade_product_ids"])
		assert.Equal(t, "protected_ids", c.refused(c.tryLanding("update", nil, object{"content": "x"}), "read_only").Payload["reason"])
		c.success(c.tryBilling(nil, object{"terms_url": "https://example.com/"}))
		c.write(object{"op": "delete", "kind": "addon_module", "id": "solusvm2", "expect": object{"module": "solusvm2"}})
		content, there := env.WHMCS.ReadFile(t, landingPath)
		require.True(t, there)
		assert.Equal(t, "<h1>kept</h1>", content)
	})
}

// Without companion.local.php nothing is written. With an empty one nothing is deleted.
func TestNeighbourSafeStateIsTheDefault(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &sandbox.SafetySettings{Absent: true}}, PHP: testhost.Options{WithoutLocalFile: true}}
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		before := env.WHMCS.Dump(t)
		for _, write := range []object{
			{"op": "create", "kind": "product_group", "values": object{"name": "G"}},
			{"op": "update", "kind": "product_group", "id": "1", "values": object{"headline": "h"}},
			{"op": "delete", "kind": "product_group", "id": "1", "expect": object{"name": "x"}},
			{"op": "module_schema", "module": "samplevps"},
			{"op": "test_connection", "values": object{"module": "samplevps"}},
			{"op": "connect", "values": object{"url": "https://panel.example.com", "api_key": "k"}},
		} {
			o := c.refused(c.tryWrite(write), "read_only")
			assert.Equal(t, "read_only", o.Payload["reason"])
			assert.Contains(t, o.Message, "companion.local.php.dist")
		}
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "values": object{"name": "G"}}), "read_only")
		info := c.read(object{"op": "info"})
		assert.Equal(t, true, info["read_only"])
		assert.Equal(t, false, info["allow_delete"])
		assert.Equal(t, before, env.WHMCS.Dump(t))

		c.settings(sandbox.SafetySettings{})
		id, _ := c.create("product_group", object{"name": "G"})
		assert.Equal(t, "allow_delete", c.refused(c.tryWrite(object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "G"}}), "read_only").Payload["reason"])
		c.settings(sandbox.SafetySettings{AllowDelete: true})
		c.write(object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "G"}})
	})
}
