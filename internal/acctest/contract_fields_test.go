package acctest_test

import (
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// field is one custom field of a product.
func (c *contract) field(product, id string) object {
	c.Helper()
	field, _ := c.get("product", product)["custom_fields"].(object)[id].(object)
	return field
}

var contractFieldCases = []struct {
	name string
	test func(c *contract)
}{
	{"custom fields are made with the product, renamed in place and removed", func(c *contract) {
		group, _ := c.create("product_group", object{"name": "Fields"})
		payload := c.write(object{"op": "create", "kind": "product", "values": object{"product_group_id": group, "name": "P", "custom_fields": object{
			"plain": object{"name": "Plain"},
			"os": object{
				"name": "os|System", "type": "dropdown", "description": "<choose> & go", "options": []string{"Debian 12", "AlmaLinux 9"}, "validation_regex": "/^[a-z]+$/",
				"admin_only": true, "required": true, "show_on_order_form": true, "show_on_invoice": true, "order": 3,
			},
		}}})
		product, made := payload["id"].(string), payload["custom_field_ids"].(object)
		plain, os := made["plain"].(object)["id"].(string), made["os"].(object)["id"].(string)
		wanted := defaults(kinds.CustomField.Kind)
		wanted["id"], wanted["name"] = plain, "Plain"
		assert.Equal(c, wanted, c.field(product, plain))
		c.has(c.field(product, os), object{"name": "os|System", "type": "dropdown", "description": "<choose> & go", "options": []any{"Debian 12", "AlmaLinux 9"}, "validation_regex": "/^[a-z]+$/", "required": true, "order": 3.0})
		row := c.env.WHMCS.Row(c, "tblcustomfields", os)
		assert.Equal(c, []string{"product", product, "dropdown", "Debian 12,AlmaLinux 9", "on"}, []string{row["type"], row["relid"], row["fieldtype"], row["fieldoptions"], row["showorder"]})

		change := func(key string, values object) object {
			return object{"custom_fields": object{key: values}}
		}
		c.update("product", product, change("o", object{"id": os, "name": "os|System"}), change("o", object{"id": os, "name": "os|Operating system"}))
		c.has(c.field(product, os), object{"name": "os|Operating system", "type": "dropdown"})
		c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": product, "expect": change("o", object{"id": os, "name": "os|System"}), "values": change("o", object{"id": os, "name": "X"})}), "conflict", "custom_fields.o.name")
		c.update("product", product, object{}, change("plain", object{"id": plain, "remove": true}))
		assert.Nil(c, c.field(product, plain))
		assert.NotNil(c, c.field(product, os))
	}},
	{"a field that the module made is adopted by its name", func(c *contract) {
		product, _ := c.product(nil)
		made := c.env.WHMCS.AddCustomField(c, product, "Pre Install System", "Debian 12,AlmaLinux 9")
		values := object{"custom_fields": object{"os": object{"name": "Pre Install System|Operating system", "required": true}}}
		payload := c.update("product", product, object{}, values)
		assert.Equal(c, object{"os": object{"id": made}}, payload["custom_field_ids"])
		c.has(c.field(product, made), object{"name": "Pre Install System|Operating system", "type": "dropdown", "options": []any{"Debian 12", "AlmaLinux 9"}, "required": true, "show_on_order_form": true})
		assert.Len(c, c.get("product", product)["custom_fields"], 1)
	}},
	{"a field with stored values is not removed", func(c *contract) {
		product, _ := c.product(nil)
		made := c.env.WHMCS.AddCustomField(c, product, "Pre Install System", "Debian 12")
		remove := object{"custom_fields": object{"os": object{"id": made, "remove": true}}}
		c.env.WHMCS.Enter(c, made, "1", "Debian 12")
		c.env.WHMCS.Enter(c, made, "2", "")
		o := c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": product, "expect": object{}, "values": remove}), "in_use")
		assert.Equal(c, []any{object{"kind": "values", "count": 1.0}}, o.Payload["references"])
		c.refused(c.tryRead(object{"op": "validate", "kind": "product", "id": product, "values": remove}), "in_use")
		assert.NotNil(c, c.field(product, made))
	}},
	{"a regular expression of a custom field is one of PHP", func(c *contract) {
		product, _ := c.product(nil)
		write := func(regex string) outcome {
			return c.tryWrite(object{"op": "update", "kind": "product", "id": product, "expect": object{}, "values": object{"custom_fields": object{"x": object{"name": "X", "validation_regex": regex}}}})
		}
		for _, regex := range []string{"[a-z", "abc", "/abc", "/(/", "/a)/", "/[a/", "/*a/", "/a/q", `\a\`, "1a1", "/z-a[z-a]/"} {
			c.refused(write(regex), "invalid", "custom_fields.x.validation_regex")
		}
		for _, regex := range []string{"/^[a-z]+$/i", "#x#u", "{a}", "(a)", "/(?=a)b/", `~^\d+$~`, `/a\/b/`, ""} {
			c.success(write(regex))
		}
		// A stored expression is not a change, although PHP cannot compile it.
		id := c.success(write(""))["custom_field_ids"].(object)["x"].(object)["id"].(string)
		c.env.WHMCS.Set(c, "tblcustomfields", id, "regexpr", "[a-z")
		c.success(write("[a-z"))
		c.refused(write("[a-y"), "invalid", "custom_fields.x.validation_regex")
		c.refused(c.tryRead(object{"op": "validate", "kind": "product", "id": product, "values": object{"custom_fields": object{"x": object{"name": "X", "validation_regex": "["}}}}), "invalid", "custom_fields.x.validation_regex")
	}},
	{"custom fields are checked", func(c *contract) {
		product, _ := c.product(nil)
		other, _ := c.product(nil)
		foreign := c.env.WHMCS.AddCustomField(c, other, "Foreign", "")
		for field, value := range map[string]object{
			"custom_fields.x.name":      {"type": "text"},
			"custom_fields.x.type":      {"name": "X", "type": "number"},
			"custom_fields.x.options.0": {"name": "X", "options": []string{"a,b"}},
			"custom_fields.x.required":  {"name": "X", "required": "on"},
			"custom_fields.x.id":        {"id": foreign, "name": "X"},
		} {
			c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": product, "expect": object{}, "values": object{"custom_fields": object{"x": value}}}), "invalid", field)
		}
	}},
}
