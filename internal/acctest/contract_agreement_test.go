package acctest_test

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// contractAgreementCases are corners in which independent readings of the protocol easily part.
var contractAgreementCases = []struct {
	name string
	test func(c *contract)
}{
	{"a name is as long as its column", func(c *contract) {
		_, row := c.create("product_group", object{"name": strings.Repeat("长", 300)})
		assert.Equal(c, strings.Repeat("长", 300), row["name"])
		for kind, values := range map[string]object{"product_group": {}, "server": {"module": "samplevps"}, "server_group": {}, "configurable_option_group": {}} {
			values["name"] = strings.Repeat("&", 13200) // bytes as stored: entities count
			c.refused(c.tryWrite(object{"op": "create", "kind": kind, "values": values}), "invalid", "name")
			values["name"] = strings.Repeat("&", 13000)
			c.create(kind, values)
		}
		c.productRefused(object{"name": strings.Repeat("长", 22000)}, "invalid", "name")
		c.productRefused(object{"tagline": strings.Repeat("&", 52)}, "invalid", "tagline")
		_, row = c.product(object{"tagline": strings.Repeat("&", 51)})
		assert.Equal(c, strings.Repeat("&", 51), row["tagline"])
	}},
	{"a blank name is none", func(c *contract) {
		for _, name := range []string{"", " ", "\t", " \n "} {
			for kind, values := range map[string]object{"product_group": {}, "server": {"module": "samplevps"}, "server_group": {}, "configurable_option_group": {}, "product": {"product_group_id": "1"}} {
				values["name"] = name
				c.refused(c.tryWrite(object{"op": "create", "kind": kind, "values": values}), "invalid", "name")
			}
			c.productRefused(object{"custom_fields": object{"f": object{"name": name}}}, "invalid", "custom_fields.f.name")
			c.refused(c.tryWrite(object{"op": "create", "kind": "configurable_option_group", "values": object{"name": "o", "options": object{"x": object{"name": name}}}}), "invalid", "options.x.name")
		}
	}},
	{"a slug is taken once", func(c *contract) {
		group, _ := c.create("product_group", object{"name": "One", "slug": "one"})
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "Two", "slug": "one"}}), "invalid", "slug")
		for _, slug := range []string{"", "One", "o ne", "o/ne", "ö"} {
			c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "Two", "slug": slug}}), "invalid", "slug")
		}
		product, _ := c.create("product", object{"product_group_id": group, "name": "P", "slug": "fast"})
		for _, slug := range []string{"fast", "Fast", "", "a b", "a/b"} {
			c.refused(c.tryWrite(object{"op": "create", "kind": "product", "values": object{"product_group_id": group, "name": "Q", "slug": slug}}), "invalid", "slug")
		}
		// A former slug of a product is free. Slugs of another group do not count.
		c.update("product", product, object{"slug": "fast"}, object{"slug": "faster"})
		c.create("product", object{"product_group_id": group, "name": "Q", "slug": "fast"})
		moving, _ := c.create("product", object{"product_group_id": "1", "name": "R", "slug": "faster"})
		c.create("product", object{"product_group_id": "1", "name": "S", "slug": "fast"})
		validate := object{"op": "validate", "kind": "product", "id": moving, "values": object{"slug": "fast"}}
		c.refused(c.tryRead(validate), "invalid", "slug")
		validate["unknown"] = []string{"product_group_id"}
		c.read(validate) // the product leaves the group in which the slug is taken
	}},
	{"promotions that require a product use it", func(c *contract) {
		id, row := c.product(nil)
		c.env.WHMCS.Insert(c, "tblpromotions", map[string]string{"code": "A", "appliesto": "", "requires": "77," + id})
		c.env.WHMCS.Insert(c, "tblpromotions", map[string]string{"code": "B", "appliesto": id, "requires": id})
		c.env.WHMCS.Insert(c, "tblpromotions", map[string]string{"code": "C", "appliesto": "1" + id, "requires": ""})
		o := c.refused(c.tryWrite(object{"op": "delete", "kind": "product", "id": id, "expect": object{"product_group_id": row["product_group_id"], "name": row["name"]}}), "in_use")
		assert.Equal(c, []any{object{"kind": "promotions", "count": 2.0}}, o.Payload["references"])
	}},
	{"service addons keep a server while they live", func(c *contract) {
		id, row := c.server(nil)
		addon := func(status string) string {
			return c.env.WHMCS.Insert(c, "tblhostingaddons", map[string]string{"hostingid": "1", "addonid": "1", "server": id, "status": status})
		}
		addon("Terminated")
		living := addon("Active")
		remove := func() outcome {
			return c.tryWrite(object{"op": "delete", "kind": "server", "id": id, "expect": object{"name": row["name"]}})
		}
		o := c.refused(remove(), "in_use")
		assert.Equal(c, []any{object{"kind": "service_addons", "count": 1.0}}, o.Payload["references"])
		c.env.WHMCS.Set(c, "tblhostingaddons", living, "status", "Fraud")
		c.success(remove())
	}},
	{"a deleted product is recommended no more", func(c *contract) {
		gone, row := c.product(nil)
		other, _ := c.product(object{"name": "Other", "recommended_product_ids": []string{"1", gone}})
		c.write(object{"op": "delete", "kind": "product", "id": gone, "expect": object{"product_group_id": row["product_group_id"], "name": row["name"]}})
		c.has(c.get("product", other), object{"recommended_product_ids": []any{"1"}})
		assert.Equal(c, 1, c.env.WHMCS.Count(c, "tblproduct_recommendations"))
	}},
	{"info tells the scale of every amount", func(c *contract) {
		scales := c.read(object{"op": "info"})["column_scales"].(object)
		assert.Equal(c, object{
			"pricing": 2.0, "server.monthly_cost": 2.0, "currency.rate": 5.0, "product.overages.disk_price": 4.0, "product.overages.bandwidth_price": 4.0,
			"product.affiliate.pay_amount": 2.0,
		}, scales)
	}},
	{"rows have the fields of the field table", func(c *contract) {
		c.product(nil)
		c.server(nil)
		c.create("server_group", object{"name": "Fields"})
		c.create(optionGroup, object{"name": "Fields"})
		c.create("product_addon", object{"name": "Fields"})
		for _, kind := range kinds.All() {
			if slices.Contains([]string{"custom_field", "configurable_option", "configurable_sub_option"}, kind.Name) {
				continue // never read alone
			}
			wanted := append([]string{"id"}, kind.Composite...)
			for _, field := range kind.Fields() {
				wanted = append(wanted, field.Name)
			}
			rows, _ := c.read(object{"op": "list", "kind": kind.Name, "limit": 1})["rows"].([]any)
			require.NotEmpty(c, rows, kind.Name)
			var found []string
			for name := range rows[0].(object) {
				// A secret is shown as its fingerprint.
				if secret, is := strings.CutSuffix(name, "_fingerprint"); is {
					name = secret
				}
				found = append(found, name)
			}
			assert.ElementsMatch(c, wanted, found, kind.Name)
		}
	}},
	{"five name servers and no more", func(c *contract) {
		empty := object{"hostname": "", "ip_address": ""}
		one := object{"hostname": "ns1.example.com", "ip_address": ""}
		c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "six", "module": "samplevps", "nameservers": []object{one, empty, empty, empty, empty, empty}}}), "invalid", "nameservers")
		_, row := c.server(object{"nameservers": []object{one, empty, one, empty, empty}})
		c.has(row, object{"nameservers": []any{one, empty, one}})
	}},
	{"a list cannot be filtered on", func(c *contract) {
		for kind, fields := range map[string][]string{
			"product_group":             {"disabled_gateways"},
			"server":                    {"assigned_ip_addresses", "nameservers", "server_group_ids", "toplink_dcim"},
			"server_group":              {"server_ids"},
			"product":                   {"pricing", "module_options", "module_option_fingerprints", "subdomains", "free_domain_tlds", "overages", "affiliate", "recommended_product_ids", "upgrade_product_ids", "on_demand_renewal", "custom_fields"},
			"configurable_option_group": {"product_ids", "options"},
			"addon_module":              {"admin_role_ids", "settings", "settings_fingerprints"},
		} {
			for _, field := range fields {
				c.refused(c.tryRead(object{"op": "list", "kind": kind, "filter": object{field: "x"}}), "invalid", "filter."+field)
			}
		}
		c.refused(c.tryRead(object{"op": "list", "kind": "product", "filter": object{"name": []string{"x"}}}), "invalid", "filter.name")
	}},
	{"filters on fields of every form", func(c *contract) {
		id, row := c.product(object{"name": "Found", "welcome_email": "Dedicated/VPS Server Welcome Email", "slug": "found", "order": 7, "pay_type": "recurring"})
		for field, value := range map[string]any{
			"id": id, "name": "Found", "product_group_id": row["product_group_id"], "welcome_email": "Dedicated/VPS Server Welcome Email", "slug": "found", "order": 7, "pay_type": "recurring",
		} {
			assert.Equal(c, []any{id}, ids(c.read(object{"op": "list", "kind": "product", "filter": object{field: value, "name": "Found"}})), field)
		}
		server, made := c.server(object{"monthly_cost": "5.50", "password": "p", "port": 99})
		c.server(object{"monthly_cost": "5.51"})
		for field, value := range map[string]any{"monthly_cost": "5.5", "password_fingerprint": made["password_fingerprint"], "port": 99} {
			assert.Equal(c, []any{server}, ids(c.read(object{"op": "list", "kind": "server", "filter": object{field: value}})), field)
		}
	}},
	{"validate refuses unknown fields that do not exist", func(c *contract) {
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "values": object{"name": "x"}, "unknown": []string{"nosuch"}}), "invalid", "unknown")
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "values": object{"name": "x"}, "unknown": "slug"}), "invalid", "unknown")
	}},
	{"overages hold what their columns hold", func(c *contract) {
		for _, price := range []string{"100", "99.99999", "-1"} {
			c.productRefused(object{"overages": object{"disk_price": price}}, "invalid", "overages.disk_price")
		}
		c.productRefused(object{"overages": object{"enabled": true, "disk_unit": "PB"}}, "invalid", "overages.disk_unit")
		c.productRefused(object{"overages": object{"disk_unit": "GB"}}, "invalid", "overages.disk_unit")
		id, row := c.product(object{"overages": object{"enabled": true, "disk_unit": "GB", "disk_price": "99.9999"}})
		c.has(row["overages"].(object), object{"enabled": true, "disk_unit": "GB", "bandwidth_unit": "MB", "disk_price": "99.9999"})
		assert.Equal(c, "1,GB,MB", c.env.WHMCS.Row(c, "tblproducts", id)["overagesenabled"])
		off := c.update("product", id, object{"overages": object{"enabled": true}}, object{"overages": object{"enabled": false}})["row"].(object)["overages"].(object)
		c.has(off, object{"enabled": false, "disk_unit": "MB", "disk_price": "99.9999"})
		require.Empty(c, c.env.WHMCS.Row(c, "tblproducts", id)["overagesenabled"])
	}},
	{"money has as many digits as its column", func(c *contract) {
		_, row := c.server(object{"monthly_cost": "99999999999999.99"})
		c.has(row, object{"monthly_cost": "99999999999999.99"})
		for _, cost := range []any{"100000000000000", "1e3", "1.234", " 1", "+1", 1, "", ".5", "1."} {
			c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "x", "module": "samplevps", "monthly_cost": cost}}), "invalid", "monthly_cost")
		}
	}},
}
