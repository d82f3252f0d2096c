package acctest_test

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// product makes a product in a group of its own.
func (c *contract) product(values object) (id string, row object) {
	c.Helper()
	group, _ := c.create("product_group", object{"name": "Group " + newContractKey()})
	all := object{"product_group_id": group, "name": "Product"}
	for field, value := range values {
		all[field] = value
	}
	return c.create("product", all)
}

// productRefused asserts that a product with these values is refused and leaves no trace.
func (c *contract) productRefused(values object, code string, fields ...string) {
	c.Helper()
	group, _ := c.create("product_group", object{"name": "Group " + newContractKey()})
	all := object{"product_group_id": group, "name": "Refused"}
	for field, value := range values {
		all[field] = value
	}
	products, prices := c.env.WHMCS.Count(c, "tblproducts"), c.env.WHMCS.Count(c, "tblpricing")
	c.refused(c.tryWrite(object{"op": "create", "kind": "product", "values": all}), code, fields...)
	assert.Equal(c, products, c.env.WHMCS.Count(c, "tblproducts"))
	assert.Equal(c, prices, c.env.WHMCS.Count(c, "tblpricing"))
}

func cycle(price, fee string) object { return object{"price": price, "setup_fee": fee} }

var contractProductCases = []struct {
	name string
	test func(c *contract)
}{
	{"product defaults", func(c *contract) {
		id, row := c.product(nil)
		c.has(row, defaults(kinds.Product.Kind))
		c.has(row, object{
			"module_options": object{}, "toplink_dcim": nil, "pricing": object{"USD": object{}, "INR": object{}, "EUR": object{}}, "slug": "product",
		})
		assert.Equal(c, row, c.get("product", id))
		prices := c.env.WHMCS.Prices(c, id)
		require.Len(c, prices, 3, "every currency gets a row")
		assert.Equal(c, []string{"-1.00", "0.00", "-1.00"}, []string{prices["EUR"]["monthly"], prices["EUR"]["msetupfee"], prices["EUR"]["triennially"]})
	}},
	{"product full", func(c *contract) {
		servers, _ := c.create("server_group", object{"name": "Servers"})
		values := object{
			"slug": "full-product", "type": "hostingaccount", "description": "<p>HTML & more</p>", "short_description": "short", "tagline": "line", "color": "#3366cc",
			"hidden": true, "show_domain_options": true, "retired": true, "tax": true, "featured": true, "order": 9, "pay_type": "recurring",
			"allow_multiple_quantities": "combined", "recurring_cycles_limit": 12, "auto_terminate_days": 30,
			"termination_email": "Service Termination Email", "welcome_email": "Dedicated/VPS Server Welcome Email", "upgrade_email": "Other Product/Service Welcome Email",
			"prorata_billing": true, "prorata_date": 1, "prorata_charge_next_month": 20, "auto_setup": "on_payment", "module": "samplevps", "server_group_id": servers,
			"stock_control": true, "quantity": 5, "subdomains": []any{".b.example", ".a.example"}, "free_domain": "while_active",
			"free_domain_billing_cycles": []any{"annually", "biennially"}, "free_domain_tlds": []any{".com", ".net"}, "configurable_options_upgrade": true,
			"overages":  object{"enabled": true, "disk_unit": "GB", "bandwidth_unit": "TB", "disk_limit": 10, "bandwidth_limit": 20, "disk_price": "0.5", "bandwidth_price": "1"},
			"affiliate": object{"one_time": true, "pay_type": "percentage", "pay_amount": "7.5"},
		}
		id, row := c.product(values)
		want := object{}
		for field, value := range values {
			if number, ok := value.(int); ok {
				value = float64(number)
			}
			want[field] = value
		}
		want["overages"] = object{"enabled": true, "disk_unit": "GB", "bandwidth_unit": "TB", "disk_limit": 10.0, "bandwidth_limit": 20.0, "disk_price": "0.5000", "bandwidth_price": "1.0000"}
		delete(want, "affiliate")
		c.has(row, want)
		affiliate := row["affiliate"].(object)
		c.has(affiliate, object{"one_time": true, "pay_type": "percentage"})
		assert.Regexp(c, `^7\.50*$`, affiliate["pay_amount"])
		cleared := c.update("product", id, object{"server_group_id": servers, "welcome_email": "Dedicated/VPS Server Welcome Email"}, object{
			"server_group_id": nil, "welcome_email": "", "auto_setup": "on_accept", "overages": object{"disk_price": "0.75"},
		})
		c.has(cleared["row"].(object), object{"server_group_id": nil, "welcome_email": "", "auto_setup": "on_accept", "upgrade_email": "Other Product/Service Welcome Email"})
		c.has(cleared["row"].(object)["overages"].(object), object{"disk_price": "0.7500", "bandwidth_price": "1.0000", "disk_limit": 10.0})
	}},
	{"prices by currency and cycle", func(c *contract) {
		id, row := c.product(object{"pay_type": "recurring", "pricing": object{"USD": object{"monthly": cycle("10", "1.5"), "annually": cycle("100.00", "0")}, "INR": object{}}})
		c.has(row, object{"pricing": object{"USD": object{"monthly": cycle("10.00", "1.50"), "annually": cycle("100.00", "0.00")}, "INR": object{}, "EUR": object{}}})
		// The prices of a written currency are replaced as a whole. Other currencies are not changed.
		payload := c.update("product", id, object{"pricing": object{"USD": object{"monthly": cycle("10", "1.50"), "annually": cycle("100", "0.0")}}}, object{"pricing": object{"USD": object{"quarterly": cycle("29", "0")}}})
		c.has(payload["row"].(object), object{"pricing": object{"USD": object{"quarterly": cycle("29.00", "0.00")}, "INR": object{}, "EUR": object{}}})
		c.env.WHMCS.SetPrice(c, id, "EUR", "monthly", "9.99")
		c.has(c.get("product", id)["pricing"].(object), object{"EUR": object{"monthly": cycle("9.99", "0.00")}})
		o := c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{"pricing": object{"EUR": object{}}}, "values": object{"pricing": object{"EUR": object{"monthly": cycle("1", "0")}}}})
		c.refused(o, "conflict")
		assert.Equal(c, []string{"pricing.EUR"}, named(c, o.Payload["fields"]))
		assert.Equal(c, "9.99", c.env.WHMCS.Prices(c, id)["EUR"]["monthly"])
	}},
	{"a one-time price", func(c *contract) {
		id, row := c.product(object{"pay_type": "one_time", "pricing": object{"USD": object{"one_time": cycle("50", "5")}}})
		c.has(row["pricing"].(object), object{"USD": object{"one_time": cycle("50.00", "5.00")}})
		prices := c.env.WHMCS.Prices(c, id)["USD"]
		assert.Equal(c, []string{"50.00", "5.00", "-1.00"}, []string{prices["monthly"], prices["msetupfee"], prices["annually"]})
	}},
	{"a change of the pay type leaves no price behind", func(c *contract) {
		id, _ := c.product(object{"pay_type": "one_time", "pricing": object{"USD": object{"one_time": cycle("500", "0")}, "EUR": object{"one_time": cycle("450", "0")}}})
		change := func(pricing object) outcome {
			return c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{"pay_type": "one_time"}, "values": object{"pay_type": "recurring", "pricing": pricing}})
		}
		c.refused(change(object{"USD": object{"monthly": cycle("50", "0")}}), "invalid", "pricing.EUR")
		c.refused(c.tryRead(object{"op": "validate", "kind": "product", "id": id, "values": object{"pay_type": "recurring"}}), "invalid", "pricing.EUR", "pricing.USD")
		assert.Equal(c, "450.00", c.env.WHMCS.Prices(c, id)["EUR"]["monthly"])
		row := c.success(change(object{"USD": object{"monthly": cycle("50", "0")}, "EUR": object{}}))["row"].(object)
		c.has(row["pricing"].(object), object{"USD": object{"monthly": cycle("50.00", "0.00")}, "EUR": object{}})
		// To nothing at all: every cycle off.
		all := c.update("product", id, object{}, object{"pay_type": "one_time", "pricing": object{"USD": object{}}})["row"].(object)
		c.has(all["pricing"].(object), object{"USD": object{}})
		assert.Equal(c, "-1.00", c.env.WHMCS.Prices(c, id)["USD"]["monthly"])
	}},
	{"prices are checked", func(c *contract) {
		recurring := func(pricing any) object { return object{"pay_type": "recurring", "pricing": pricing} }
		c.productRefused(recurring(object{"XXX": object{"monthly": cycle("1", "0")}}), "invalid", "pricing.XXX")
		c.productRefused(recurring(object{"USD": object{"weekly": cycle("1", "0")}}), "invalid", "pricing.USD.weekly")
		c.productRefused(recurring(object{"USD": object{"one_time": cycle("1", "0")}}), "invalid", "pricing.USD.one_time")
		c.productRefused(recurring(object{"USD": object{"monthly": cycle("-1", "0")}}), "invalid", "pricing.USD.monthly.price")
		c.productRefused(recurring(object{"USD": object{"monthly": cycle("1.001", "0")}}), "invalid", "pricing.USD.monthly.price")
		c.productRefused(recurring(object{"USD": object{"monthly": cycle("1", "1e3")}}), "invalid", "pricing.USD.monthly.setup_fee")
		c.productRefused(recurring(object{"USD": object{"monthly": object{"price": 1.5, "setup_fee": "0"}}}), "invalid", "pricing.USD.monthly.price")
	}},
	{"product values are checked", func(c *contract) {
		for field, value := range map[string]any{
			"type": "vps", "pay_type": "gratis", "auto_setup": "always", "color": "red", "prorata_date": 32, "recurring_cycles_limit": 1000,
			"allow_multiple_quantities": "many", "free_domain": "yes", "welcome_email": "No Such Template",
			"server_group_id": "999999", "nosuch": 1, "order": -1, "quantity": -5,
		} {
			c.productRefused(object{field: value}, "invalid", field)
		}
		c.productRefused(object{"subdomains": []any{".fine.example", "example.net"}}, "invalid", "subdomains.1")
		c.refused(c.tryWrite(object{"op": "create", "kind": "product", "values": object{"name": "Homeless", "product_group_id": "999999"}}), "invalid", "product_group_id")
		c.refused(c.tryWrite(object{"op": "create", "kind": "product", "values": object{"name": "Homeless"}}), "invalid", "product_group_id")
		c.productRefused(object{"module": "nosuchmodule"}, "unsupported", "module")
	}},
	{"the natural key is group and name", func(c *contract) {
		_, row := c.product(object{"name": "Same"})
		o := c.refused(c.tryWrite(object{"op": "create", "kind": "product", "values": object{"product_group_id": row["product_group_id"], "name": "Same"}}), "exists")
		c.has(o.Payload, object{"id": row["id"], "kind": "product"})
		c.product(object{"name": "Same"})
	}},
	{"module options by number and by name", func(c *contract) {
		group, _ := c.create("product_group", object{"name": "Options"})
		payload := c.write(object{"op": "create", "kind": "product", "values": object{
			"product_group_id": group, "name": "P", "module": "toplink_dcim", "module_options": object{"Data Center": "Frankfurt", "3": "E3", "Client Power": "on"},
		}})
		numbers := payload["module_option_numbers"].(object)
		assert.Equal(c, object{"Data Center": "2", "3": "3", "Client Power": "7"}, texts(numbers))
		c.has(payload["row"].(object), object{"module_options": object{"2": "Frankfurt", "3": "E3", "7": "on"}})
		id := payload["id"].(string)
		changed := c.update("product", id, object{"module_options": object{"Data Center": "Frankfurt"}}, object{"module_options": object{"Data Center": "Amsterdam", "7": ""}})
		c.has(changed["row"].(object), object{"module_options": object{"2": "Amsterdam", "3": "E3"}})
		o := c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{"module_options": object{"Data Center": "Elsewhere"}}, "values": object{"module_options": object{"Data Center": "x"}}})
		c.refused(o, "conflict", "module_options.Data Center")
		for key, value := range map[string]string{"No Such": "x", "25": "x", "Suspend Action": "launch into orbit", "Client VNC/IPMI": "maybe"} {
			o := c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{}, "values": object{"module_options": object{key: value}}})
			c.refused(o, "invalid", "module_options."+key)
		}
	}},
	{"TopLink settings by name", func(c *contract) {
		settings := object{"data_center": "FRA", "package": "E3", "suspend_action": "close port", "client_vnc": true, "client_power": false}
		id, row := c.product(object{"module": "toplink_dcim", "toplink_dcim": settings})
		c.has(row["toplink_dcim"].(object), object{"data_center": "FRA", "package": "E3", "suspend_action": "close port", "client_vnc": true, "client_power": false, "connection_node": "", "client_hardware_info": false})
		c.has(row["module_options"].(object), object{"2": "FRA", "3": "E3", "6": "on"})
		payload := c.update("product", id, object{"toplink_dcim": object{"package": "E3"}}, object{"toplink_dcim": object{"package": "E5"}})
		c.has(payload["row"].(object)["toplink_dcim"].(object), object{"package": "E5", "data_center": "FRA"})
		c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{"toplink_dcim": object{"package": "E3"}}, "values": object{"toplink_dcim": object{"package": "E7"}}}), "conflict", "toplink_dcim.package")
		c.productRefused(object{"module": "samplevps", "toplink_dcim": settings}, "invalid", "toplink_dcim")
		c.productRefused(object{"module": "toplink_dcim", "toplink_dcim": object{"package": "a"}, "module_options": object{"3": "a"}}, "invalid")
	}},
	{"live services guard the fields named", func(c *contract) {
		id, _ := c.product(object{"module": "samplevps", "module_options": object{"1": "small"}})
		change := func(guard ...string) outcome {
			return c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{}, "values": object{"module_options": object{"1": "large"}, "description": "x"}, "guard_live": guard})
		}
		c.env.WHMCS.AddService(c, id, "0", "Cancelled")
		c.success(change("module_options"))
		c.env.WHMCS.AddService(c, id, "0", "Active")
		c.update("product", id, object{}, object{"module_options": object{"1": "small"}})
		o := c.refused(change("module_options", "type"), "in_use")
		assert.Contains(c, o.Payload["references"], object{"kind": "services", "count": 1.0})
		c.success(change("type"))
		usage := c.read(object{"op": "list", "kind": "product", "filter": object{"name": "Product"}, "with": []string{"usage"}})["rows"].([]any)[0].(object)["usage"].(object)
		c.has(usage, object{"services": 2.0, "live_services": 1.0})
	}},
	{"upgrade paths", func(c *contract) {
		large, row := c.product(object{"name": "Large"})
		assert.Empty(c, row["upgrade_product_ids"])
		other, _ := c.product(object{"name": "Other"})
		small, row := c.product(object{"name": "Small", "upgrade_product_ids": []string{other, large}})
		c.has(row, object{"upgrade_product_ids": []any{large, other}})
		changed := c.update("product", small, object{"upgrade_product_ids": []string{large, other}}, object{"upgrade_product_ids": []string{large}})
		c.has(changed["row"].(object), object{"upgrade_product_ids": []any{large}})
		try := func(expect, values []any) outcome {
			return c.tryWrite(object{"op": "update", "kind": "product", "id": small, "expect": object{"upgrade_product_ids": expect}, "values": object{"upgrade_product_ids": values}})
		}
		c.refused(try([]any{other}, []any{}), "conflict", "upgrade_product_ids")
		c.refused(try([]any{large}, []any{"999999"}), "invalid", "upgrade_product_ids")
		c.refused(try([]any{large}, []any{large, large}), "invalid", "upgrade_product_ids")
		c.refused(try([]any{large}, []any{7}), "invalid", "upgrade_product_ids")
		target := object{"name": "Large", "product_group_id": c.get("product", large)["product_group_id"]}
		c.write(object{"op": "delete", "kind": "product", "id": large, "expect": target})
		assert.Empty(c, c.get("product", small)["upgrade_product_ids"])
		c.has(c.success(try([]any{large}, []any{other}))["row"].(object), object{"upgrade_product_ids": []any{other}})
	}},
	{"a row that a deleted product left is not a conflict", func(c *contract) {
		other, _ := c.product(object{"name": "Other"})
		id, _ := c.product(object{"name": "P", "upgrade_product_ids": []string{other}})
		c.env.WHMCS.Insert(c, "tblproduct_upgrade_products", map[string]string{"product_id": id, "upgrade_product_id": "999999"})
		for _, expect := range [][]any{{other, "999999"}, {other}} {
			update := object{"op": "update", "kind": "product", "id": id, "expect": object{"upgrade_product_ids": expect}, "values": object{"tagline": fmt.Sprint(len(expect))}}
			c.success(c.tryWrite(update))
		}
		c.update("product", id, object{"upgrade_product_ids": []any{other, "999999"}}, object{"upgrade_product_ids": []any{}})
	}},
	{"a deleted product leaves recommendations in their order", func(c *contract) {
		var ids []string
		for _, name := range []string{"A", "B", "C"} {
			id, _ := c.product(object{"name": name})
			ids = append(ids, id)
		}
		order := []any{ids[2], ids[0], ids[1]}
		id, _ := c.product(object{"name": "P", "recommended_product_ids": order})
		c.write(object{"op": "delete", "kind": "product", "id": ids[0], "expect": object{"name": "A", "product_group_id": c.get("product", ids[0])["product_group_id"]}})
		assert.Equal(c, []any{ids[2], ids[1]}, c.get("product", id)["recommended_product_ids"])
		update := object{"op": "update", "kind": "product", "id": id, "values": object{"recommended_product_ids": []any{}}}
		update["expect"] = object{"recommended_product_ids": []any{ids[1], ids[0], ids[2]}}
		c.refused(c.tryWrite(update), "conflict", "recommended_product_ids")
		update = object{"op": "update", "kind": "product", "id": id, "values": object{"recommended_product_ids": []any{}}, "expect": object{"recommended_product_ids": order}}
		c.success(c.tryWrite(update))
	}},
	{"a product that was sold is in use for ever", func(c *contract) {
		id, row := c.product(nil)
		c.env.WHMCS.AddService(c, id, "0", "Terminated")
		expect := object{"name": "Product", "product_group_id": row["product_group_id"]}
		o := c.refused(c.tryWrite(object{"op": "delete", "kind": "product", "id": id, "expect": expect}), "in_use")
		assert.Contains(c, o.Payload["references"], object{"kind": "services", "count": 1.0})
	}},
	{"a deleted product leaves nothing", func(c *contract) {
		tables := []string{"tblproducts", "tblpricing", "tblproducts_slugs"}
		before := map[string]int{}
		for _, table := range tables {
			before[table] = c.env.WHMCS.Count(c, table)
		}
		id, row := c.product(object{"pay_type": "recurring", "pricing": object{"USD": object{"monthly": cycle("1", "0")}}})
		c.write(object{"op": "delete", "kind": "product", "id": id, "expect": object{"name": "Product", "product_group_id": row["product_group_id"]}})
		for _, table := range tables {
			assert.Equal(c, before[table], c.env.WHMCS.Count(c, table), table)
		}
	}},
}

// texts shows numbers and texts alike.
func texts(in object) object {
	out := object{}
	for key, value := range in {
		if number, ok := value.(float64); ok {
			value = string(rune('0' + int(number)))
		}
		out[key] = value
	}
	return out
}
