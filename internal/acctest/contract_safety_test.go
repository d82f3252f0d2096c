package acctest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contractSafetyCases are what keeps an installation safe from the holder of a credential, and from accidents.
var contractSafetyCases = []struct {
	name string
	test func(c *contract)
}{
	{"text that no codec touches cannot carry markup", func(c *contract) {
		for _, bad := range []string{"<script>", `"onfocus="x`, "a b<", "x&y"} {
			c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "x", "order_form_template": bad}}), "invalid", "order_form_template")
			c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "x", "disabled_gateways": []string{"paypal", bad}}}), "invalid", "disabled_gateways")
			server := func(field string, value any, path string) {
				c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "x", "module": "toplink_dcim", field: value}}), "invalid", path)
			}
			server("ip_address", bad, "ip_address")
			server("assigned_ip_addresses", []string{"192.0.2.1", bad}, "assigned_ip_addresses.1")
			server("nameservers", []object{{"hostname": bad}}, "nameservers.0.hostname")
			server("nameservers", []object{{"hostname": "ns1.example.com", "ip_address": bad}}, "nameservers.0.ip_address")
			server("toplink_dcim", object{"username_prefix": bad}, "toplink_dcim.username_prefix")
			server("toplink_dcim", object{"hostname_format": bad}, "toplink_dcim.hostname_format")
			c.productRefused(object{"slug": bad}, "invalid", "slug")
			c.productRefused(object{"subdomains": []string{"." + bad}}, "invalid", "subdomains.0")
			c.productRefused(object{"free_domain_tlds": []string{bad}}, "invalid", "free_domain_tlds")
			c.productRefused(object{"free_domain_billing_cycles": []string{bad}}, "invalid", "free_domain_billing_cycles")
			c.productRefused(object{"module": "samplevps", "module_options": object{"Disk": bad}}, "unsupported", "module_options.Disk")
			c.productRefused(object{"module": "samplevps", "module_options": object{"24": bad}}, "unsupported", "module_options.24")
			c.productRefused(object{"module": "toplink_dcim", "toplink_dcim": object{"package": bad}}, "unsupported", "toplink_dcim.package")
		}
		_, row := c.server(object{
			"ip_address": "2001:db8::1", "assigned_ip_addresses": []string{"192.0.2.0/28", "2001:db8::2"}, "nameservers": []object{{"hostname": "ns1.bücher.example", "ip_address": "192.0.2.1"}},
			"module": "toplink_dcim", "toplink_dcim": object{"username_prefix": "孟买 1", "hostname_format": "{label}-{ipv4}"},
		})
		c.has(row, object{"ip_address": "2001:db8::1", "assigned_ip_addresses": []any{"192.0.2.0/28", "2001:db8::2"}})
		_, product := c.product(object{"slug": "प्रो_1.x~y", "subdomains": []string{".bücher.example"}, "module": "toplink_dcim", "toplink_dcim": object{"package": "E3 1230 (独立)"}})
		c.has(product, object{"slug": "प्रो_1.x~y", "subdomains": []any{".bücher.example"}})
	}},
	{"choices that customers read keep their text", func(c *contract) {
		choices := []any{`<b>bold</b>`, `R&D "x"`, "it's"}
		_, row := c.product(object{"custom_fields": object{"os": object{"name": "OS", "type": "dropdown", "options": choices}}})
		for _, field := range row["custom_fields"].(object) {
			id := field.(object)["id"].(string)
			assert.Equal(c, choices, field.(object)["options"])
			assert.Equal(c, "&lt;b&gt;bold&lt;/b&gt;,R&amp;D &quot;x&quot;,it&#039;s", c.env.WHMCS.Row(c, "tblcustomfields", id)["fieldoptions"])
		}
	}},
	{"module options that are passwords are shown as fingerprints", func(c *contract) {
		values := object{"module": "samplevps", "module_options": object{"Token": "Canary-Token", "Disk": "40"}}
		id, row := c.product(values)
		c.has(row, object{"module_options": object{"2": "40"}})
		prints := row["module_option_fingerprints"].(object)
		assert.Regexp(c, "^[0-9a-f]{32}$", prints["4"])
		assert.Equal(c, row, c.get("product", id))
		update := func(expect, values object) outcome {
			o := c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": expect, "values": values})
			assert.NotContains(c, o.Raw, "Canary")
			return o
		}
		c.refused(update(object{"module_options": object{"Token": "Canary-Other"}}, object{}), "conflict", "module_options.Token")
		c.refused(update(object{"module_options": object{"4": "Canary-Other"}}, object{}), "conflict", "module_options.4")
		c.refused(update(object{"module_option_fingerprints": object{"4": "Canary-Token"}}, object{}), "conflict", "module_option_fingerprints.4")
		changed := c.success(update(object{"module_options": object{"Token": "Canary-Token"}, "module_option_fingerprints": prints}, object{"module_options": object{"Token": "Canary-Next"}}))["row"].(object)
		assert.NotEqual(c, prints["4"], changed["module_option_fingerprints"].(object)["4"])
		cleared := c.success(update(object{"module_options": object{"4": "Canary-Next"}}, object{"module_options": object{"Token": ""}}))["row"].(object)
		c.has(cleared, object{"module_options": object{"2": "40"}, "module_option_fingerprints": object{}})
		c.refused(update(object{"module_options": object{"4": "Canary-Next"}}, object{}), "conflict", "module_options.4")
		assert.NotContains(c, c.env.WHMCS.LogText(c), "Canary")
	}},
	{"an option that the module does not declare may be a password", func(c *contract) {
		id, row := c.product(object{"module": "samplevps", "module_options": object{"2": "40", "9": "Canary-Left"}})
		c.has(row, object{"module_options": object{"2": "40"}})
		prints := row["module_option_fingerprints"].(object)
		assert.Regexp(c, "^[0-9a-f]{32}$", prints["9"])
		c.update("product", id, object{"module_option_fingerprints": prints}, object{"module_options": object{"9": ""}})
	}},
	{"a stored value is no change, although the module does not offer it", func(c *contract) {
		id, _ := c.product(object{"module": "samplevps", "module_options": object{"Plan": "small"}})
		c.env.WHMCS.Set(c, "tblproducts", id, "configoption1", "retired plan")
		c.update("product", id, object{}, object{"module_options": object{"1": "retired plan", "Disk": "50"}})
		c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": id, "values": object{"module_options": object{"1": "huge"}}}), "invalid", "module_options.1")
	}},
	{"large rows are read in several requests", func(c *contract) {
		var ids []string
		for i := range 70 {
			id, _ := c.create("product_group", object{"name": fmt.Sprint("Large ", i)})
			c.env.WHMCS.Set(c, "tblproductgroups", id, "headline", strings.Repeat("x", 60000))
			ids = append(ids, id)
		}
		seen := map[string]bool{}
		for rest := ids; len(rest) > 0; {
			got := c.read(object{"op": "get", "kind": "product_group", "ids": append([]string{"999999"}, rest...)})
			rows := got["rows"].([]any)
			require.NotEmpty(c, rows)
			require.Less(c, len(rows), 60)
			for _, row := range rows {
				seen[row.(object)["id"].(string)] = true
			}
			rest = nil
			for _, id := range got["remaining"].([]any) {
				rest = append(rest, id.(string))
			}
		}
		assert.Len(c, seen, len(ids))
		assert.NotNil(c, c.read(object{"op": "list", "kind": "product_group", "limit": 500})["next"])
	}},
	{"a guard of module options guards both their forms", func(c *contract) {
		id, _ := c.product(object{"module": "toplink_dcim", "toplink_dcim": object{"package": "A"}})
		c.env.WHMCS.AddService(c, id, "0", "Active")
		try := func(guard string, values object) outcome {
			return c.tryWrite(object{"op": "update", "kind": "product", "id": id, "guard_live": []string{guard}, "values": values})
		}
		c.refused(try("module_options", object{"toplink_dcim": object{"package": "B"}}), "in_use")
		c.refused(try("toplink_dcim", object{"module_options": object{"Package": "B"}}), "in_use")
		c.success(try("toplink_dcim", object{"module_options": object{"Package": "A"}}))
	}},
	{"a dry run knows the guard, and compares no secrets", func(c *contract) {
		id, _ := c.product(object{"module": "samplevps", "module_options": object{"Token": "Canary-One", "2": "40"}})
		try := func(options object) outcome {
			return c.tryRead(object{"op": "validate", "kind": "product", "id": id, "guard_live": []string{"module_options"}, "values": object{"module_options": options}})
		}
		c.success(try(object{"4": "Canary-Two", "2": "50"}))
		c.env.WHMCS.AddService(c, id, "0", "Active")
		c.success(try(object{"4": "Canary-One", "2": "40"}))
		c.success(try(object{"4": "Canary-Two"}))
		c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": id, "guard_live": []string{"module_options"}, "values": object{"module_options": object{"4": "Canary-Two"}}}), "in_use")
		c.refused(try(object{"4": "Canary-One", "2": "50"}), "in_use")
		c.refused(c.tryRead(object{"op": "validate", "kind": "product", "id": id, "guard_live": []string{"nosuch"}, "values": object{}}), "invalid", "guard_live")
	}},
	{"a request stands in the body, not in the address", func(c *contract) {
		credential := c.env.WHMCS.Credential()
		form := url.Values{"action": {"TerraformRead"}, "responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret}}
		request, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.env.WHMCS.URL()+"/includes/api.php?terraform_request=eyJ2IjoxLCJvcCI6ImluZm8ifQ", strings.NewReader(form.Encode()))
		require.NoError(c, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		c.refused(c.do(request), "invalid", "")
	}},
	{"expect repeats what rows show", func(c *contract) {
		servers, _ := c.create("server_group", object{"name": "Empty"})
		server, _ := c.server(object{"monthly_cost": "10.00"})
		product, _ := c.product(object{"pay_type": "recurring", "pricing": object{"USD": object{"monthly": cycle("10", "0")}}})
		group, _ := c.create("product_group", object{"name": "Sets"})
		for _, one := range []struct {
			kind, id string
			expect   object
			field    string
		}{
			{"server", server, object{"monthly_cost": 10}, "expect.monthly_cost"},
			{"server", server, object{"monthly_cost": 10.5}, "expect.monthly_cost"},
			{"server", server, object{"assigned_ip_addresses": []any{"192.0.2.1", 5}}, "expect.assigned_ip_addresses.1"},
			{"server_group", servers, object{"server_ids": []any{1}}, "expect.server_ids"},
			{"server_group", servers, object{"server_ids": []any{[]any{}}}, "expect.server_ids"},
			{"product_group", group, object{"disabled_gateways": []any{"paypal", 1, nil}}, "expect.disabled_gateways"},
			{"product", product, object{"pricing": object{"USD": object{"monthly": object{"price": 10, "setup_fee": "0.00"}}}}, "expect.pricing.USD.monthly.price"},
			{"product", product, object{"overages": object{"disk_price": 0}}, "expect.overages.disk_price"},
			{"product", product, object{"recommended_product_ids": []any{"1", 2}}, "expect.recommended_product_ids.1"},
		} {
			o := c.tryWrite(object{"op": "update", "kind": one.kind, "id": one.id, "expect": one.expect, "values": object{}})
			c.refused(o, "invalid", one.field)
		}
		c.refused(c.tryWrite(object{"op": "update", "kind": "product_group", "id": group, "expect": object{"disabled_gateways": "paypal", "headline": 5}, "values": object{}}), "conflict", "disabled_gateways", "headline")
	}},
}
