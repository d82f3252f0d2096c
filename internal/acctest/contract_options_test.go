package acctest_test

import (
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const optionGroup = "configurable_option_group"

// memory is an option with two choices.
func memory() object {
	return object{"name": "memory|Memory", "type": "dropdown", "order": 1, "sub_options": object{
		"gb_64":  object{"name": "64|64 GB", "order": 1},
		"gb_128": object{"name": "128|128 GB", "order": 2, "pricing": object{"USD": object{"monthly": cycle("20", "5")}, "INR": object{"monthly": cycle("1600.00", "0")}}},
	}}
}

// group makes a group with one option, and returns the ids of group, option and the two sub-options.
func (c *contract) group(name string) (group, option, gb64, gb128 string) {
	c.Helper()
	payload := c.write(object{"op": "create", "kind": optionGroup, "values": object{"name": name, "options": object{"memory": memory()}}})
	made := payload["option_ids"].(object)["memory"].(object)
	subs := made["sub_options"].(object)
	return payload["id"].(string), made["id"].(string), subs["gb_64"].(object)["id"].(string), subs["gb_128"].(object)["id"].(string)
}

// option is one option of a group's row.
func (c *contract) option(group, id string) object {
	c.Helper()
	option, _ := c.get(optionGroup, group)["options"].(object)[id].(object)
	return option
}

func (c *contract) sub(group, option, id string) object {
	c.Helper()
	sub, _ := c.option(group, option)["sub_options"].(object)[id].(object)
	return sub
}

var contractOptionCases = []struct {
	name string
	test func(c *contract)
}{
	{"configurable_option_group defaults", func(c *contract) {
		id, row := c.create(optionGroup, object{"name": "Extras"})
		assert.Equal(c, object{"id": id, "name": "Extras", "description": "", "product_ids": []any{}, "options": object{}}, row)
		assert.Equal(c, row, c.get(optionGroup, id))
	}},
	{"configurable_option_group full", func(c *contract) {
		product, _ := c.product(nil)
		payload := c.write(object{"op": "create", "kind": optionGroup, "values": object{
			"name": "Dedicated", "description": "What a server can have more of", "product_ids": []string{product}, "options": object{
				"memory": memory(),
				"ips":    object{"name": "IPs", "type": "quantity", "quantity_minimum": 1, "quantity_maximum": 16, "hidden": true, "sub_options": object{"ip": object{"name": "IP", "hidden": true}}},
			},
		}})
		group, made := payload["id"].(string), payload["option_ids"].(object)
		ips := made["ips"].(object)
		ip := ips["sub_options"].(object)["ip"].(object)["id"].(string)
		assert.Equal(c, object{
			"id": ips["id"], "name": "IPs", "type": "quantity", "quantity_minimum": 1.0, "quantity_maximum": 16.0, "order": 0.0, "hidden": true,
			"sub_options": object{ip: object{"id": ip, "name": "IP", "order": 0.0, "hidden": true, "pricing": object{"USD": object{}, "INR": object{}, "EUR": object{}}}},
		}, c.option(group, ips["id"].(string)))
		c.has(c.option(group, made["memory"].(object)["id"].(string)), object{"name": "memory|Memory", "type": "dropdown", "quantity_minimum": 0.0, "order": 1.0, "hidden": false})
		c.has(payload["row"].(object), object{"product_ids": []any{product}})
		stored := c.env.WHMCS.Row(c, "tblproductconfigoptions", ips["id"].(string))
		assert.Equal(c, []string{group, "IPs", "4", "1", "16"}, []string{stored["gid"], stored["optionname"], stored["optiontype"], stored["qtyminimum"], stored["qtymaximum"]})
	}},
	{"a sub-option's prices have a row for each currency and add nothing where unset", func(c *contract) {
		group, option, gb64, gb128 := c.group("Prices")
		prices := c.env.WHMCS.OptionPrices(c, gb128)
		require.Len(c, prices, 3)
		assert.Equal(c, []string{"20.00", "5.00", "0.00"}, []string{prices["USD"]["monthly"], prices["USD"]["msetupfee"], prices["USD"]["annually"]})
		assert.Equal(c, []string{"1600.00", "0.00"}, []string{prices["INR"]["monthly"], prices["EUR"]["monthly"]})
		require.Len(c, c.env.WHMCS.OptionPrices(c, gb64), 3)
		assert.Equal(c, object{"USD": object{"monthly": cycle("20.00", "5.00")}, "INR": object{"monthly": cycle("1600.00", "0.00")}, "EUR": object{}}, c.sub(group, option, gb128)["pricing"])

		// A currency is written as a whole. The others are kept.
		pricing := func(prices object) object {
			return object{"options": object{"m": object{"id": option, "sub_options": object{"s": object{"id": gb128, "pricing": prices}}}}}
		}
		c.update(optionGroup, group, pricing(object{"USD": object{"monthly": cycle("20", "5.0")}}), pricing(object{"USD": object{"annually": cycle("200", "0")}}))
		prices = c.env.WHMCS.OptionPrices(c, gb128)
		assert.Equal(c, []string{"0.00", "0.00", "200.00", "1600.00"}, []string{prices["USD"]["monthly"], prices["USD"]["msetupfee"], prices["USD"]["annually"], prices["INR"]["monthly"]})
		o := c.tryWrite(object{"op": "update", "kind": optionGroup, "id": group, "expect": pricing(object{"USD": object{"monthly": cycle("20", "5.0")}}), "values": pricing(object{"USD": object{}})})
		c.refused(o, "conflict", "options.m.sub_options.s.pricing.USD")
	}},
	{"renaming an option or sub-option keeps its id", func(c *contract) {
		group, option, gb64, gb128 := c.group("Renaming")
		payload := c.update(optionGroup, group,
			object{"options": object{"memory": object{"id": option, "name": "memory|Memory", "sub_options": object{"a": object{"id": gb64, "name": "64|64 GB"}}}}},
			object{"options": object{"memory": object{"id": option, "name": "memory|RAM", "sub_options": object{"a": object{"id": gb64, "name": "64|64 GB ECC"}}}}})
		assert.Equal(c, object{"memory": object{"id": option, "sub_options": object{"a": object{"id": gb64}}}}, payload["option_ids"])
		c.has(c.option(group, option), object{"name": "memory|RAM", "order": 1.0})
		c.has(c.sub(group, option, gb64), object{"name": "64|64 GB ECC"})
		c.has(c.sub(group, option, gb128), object{"name": "128|128 GB"})
		assert.Equal(c, "memory|RAM", c.env.WHMCS.Row(c, "tblproductconfigoptions", option)["optionname"])
	}},
	{"parts are added and removed one by one", func(c *contract) {
		group, option, gb64, gb128 := c.group("Parts")
		payload := c.update(optionGroup, group, object{}, object{"options": object{
			"disk":   object{"name": "Disk", "type": "radio"},
			"memory": object{"id": option, "sub_options": object{"gb_64": object{"id": gb64, "remove": true}, "gb_256": object{"name": "256 GB"}}},
		}})
		made := payload["option_ids"].(object)
		added := made["memory"].(object)["sub_options"].(object)["gb_256"].(object)["id"].(string)
		assert.Nil(c, c.sub(group, option, gb64))
		assert.NotNil(c, c.sub(group, option, gb128))
		c.has(c.sub(group, option, added), object{"name": "256 GB"})
		assert.Empty(c, c.env.WHMCS.OptionPrices(c, gb64), "its prices go too")
		c.update(optionGroup, group, object{}, object{"options": object{"memory": object{"id": option, "remove": true}}})
		assert.Nil(c, c.option(group, option))
		assert.Nil(c, c.env.WHMCS.Row(c, "tblproductconfigoptionssub", gb128))
		assert.NotNil(c, c.option(group, made["disk"].(object)["id"].(string)))
	}},
	{"what customers chose is not removed", func(c *contract) {
		group, option, gb64, gb128 := c.group("Chosen")
		service := c.env.WHMCS.AddService(c, "1", "0", "Terminated")
		c.env.WHMCS.Choose(c, service, option, gb128)
		for _, values := range []object{
			{"options": object{"memory": object{"id": option, "remove": true}}},
			{"options": object{"memory": object{"id": option, "sub_options": object{"gb_128": object{"id": gb128, "remove": true}}}}},
		} {
			o := c.refused(c.tryWrite(object{"op": "update", "kind": optionGroup, "id": group, "expect": object{}, "values": values}), "in_use")
			assert.Equal(c, []any{object{"kind": "choices", "count": 1.0}}, o.Payload["references"])
			c.refused(c.tryRead(object{"op": "validate", "kind": optionGroup, "id": group, "values": values}), "in_use")
		}
		o := c.refused(c.tryWrite(object{"op": "delete", "kind": optionGroup, "id": group, "expect": object{"name": "Chosen"}}), "in_use")
		assert.Equal(c, []any{object{"kind": "choices", "count": 1.0}}, o.Payload["references"])
		c.update(optionGroup, group, object{}, object{"options": object{"memory": object{"id": option, "sub_options": object{"gb_64": object{"id": gb64, "remove": true}}}}})
		c.has(c.sub(group, option, gb128), object{"name": "128|128 GB"})
		rows := c.read(object{"op": "get", "kind": optionGroup, "ids": []string{group}, "with": []string{"usage"}})["rows"].([]any)
		assert.Equal(c, object{"products": 0.0, "choices": 1.0}, rows[0].(object)["usage"])
	}},
	{"delete takes options, prices and links along and leaves the product", func(c *contract) {
		tables := []string{"tblproductconfiggroups", "tblproductconfigoptions", "tblproductconfigoptionssub", "tblproductconfiglinks", "tblpricing"}
		product, _ := c.product(nil)
		counts := func() (all []int) {
			for _, table := range tables {
				all = append(all, c.env.WHMCS.Count(c, table))
			}
			return all
		}
		before := counts()
		group, _, _, _ := c.group("Short-lived")
		c.update(optionGroup, group, object{"product_ids": []string{}}, object{"product_ids": []string{product}})
		c.write(object{"op": "delete", "kind": optionGroup, "id": group, "expect": object{"name": "Short-lived"}})
		assert.Equal(c, before, counts())
		assert.NotNil(c, c.get("product", product))
	}},
	{"a product that was destroyed has left its option groups", func(c *contract) {
		product, row := c.product(nil)
		group, _ := c.create(optionGroup, object{"name": "Linked", "product_ids": []string{product}})
		c.write(object{"op": "delete", "kind": "product", "id": product, "expect": object{"product_group_id": row["product_group_id"], "name": row["name"]}})
		assert.Equal(c, []any{}, c.get(optionGroup, group)["product_ids"])
		c.update(optionGroup, group, object{"product_ids": []string{product}}, object{"product_ids": []string{"1"}})
		c.refused(c.tryWrite(object{"op": "update", "kind": optionGroup, "id": group, "expect": object{}, "values": object{"product_ids": []string{"4711"}}}), "invalid", "product_ids")
	}},
	{"expect is compared for each field of each option", func(c *contract) {
		group, option, gb64, gb128 := c.group("Contested")
		c.env.WHMCS.Set(c, "tblproductconfigoptions", option, "order", "9")
		c.env.WHMCS.Set(c, "tblproductconfigoptionssub", gb64, "hidden", "1")
		change := func(expect object) outcome {
			return c.tryWrite(object{"op": "update", "kind": optionGroup, "id": group, "expect": object{"options": object{"m": expect}}, "values": object{"options": object{"m": object{"id": option, "name": "New"}}}})
		}
		c.refused(change(object{"id": option, "order": 1, "sub_options": object{"a": object{"id": gb64, "hidden": false}, "b": object{"id": gb128, "hidden": false}}}),
			"conflict", "options.m.order", "options.m.sub_options.a.hidden")
		c.refused(change(object{"id": "4711", "name": "memory|Memory"}), "conflict", "options.m")
		c.has(c.option(group, option), object{"name": "memory|Memory"})
		c.success(change(object{"id": option, "name": "memory|Memory"}))
	}},
	{"values of options are checked before anything is touched", func(c *contract) {
		group, option, gb64, _ := c.group("Strict")
		_, foreign, _, _ := c.group("Foreign")
		count := c.env.WHMCS.Count(c, "tblproductconfigoptions")
		price := func(pricing any) object {
			return object{"id": option, "sub_options": object{"s": object{"name": "S", "pricing": pricing}}}
		}
		for field, value := range map[string]any{
			"options":                                      object{},
			"options.12":                                   nil,
			"options.x.name":                               object{"order": 1},
			"options.x.type":                               object{"name": "X", "type": "checkbox"},
			"options.x.order":                              object{"name": "X", "order": -1},
			"options.x.quantity_minimum":                   object{"name": "X", "quantity_minimum": "1"},
			"options.x.nosuch":                             object{"name": "X", "nosuch": true},
			"options.x.id":                                 object{"id": foreign, "name": "X"},
			"options.x.remove":                             object{"name": "X", "remove": true},
			"options.x.sub_options.s.name":                 object{"name": "X", "sub_options": object{"s": object{"name": ""}}},
			"options.x.sub_options.s.id":                   object{"name": "X", "sub_options": object{"s": object{"id": gb64}}},
			"options.x.sub_options.s.pricing.XXX":          price(object{"XXX": object{}}),
			"options.x.sub_options.s.pricing.USD.one_time": price(object{"USD": object{"one_time": cycle("1", "0")}}),
			"options.x.sub_options.s.pricing.USD.monthly.price": price(object{"USD": object{"monthly": cycle("-1", "0")}}),
		} {
			options := any(object{"x": value})
			switch field {
			case "options":
				options = []any{}
			case "options.12":
				options = object{"12": object{"name": "X"}}
			}
			c.refused(c.tryWrite(object{"op": "update", "kind": optionGroup, "id": group, "expect": object{}, "values": object{"options": options}}), "invalid", field)
		}
		c.refused(c.tryWrite(object{"op": "update", "kind": optionGroup, "id": group, "expect": object{}, "values": object{"options": object{"a": object{"id": option}, "b": object{"id": option}}}}), "invalid", "options.b.id")
		c.refused(c.tryWrite(object{"op": "create", "kind": optionGroup, "values": object{"name": "Fresh", "options": object{"a": object{"id": option, "name": "A"}}}}), "invalid", "options.a.id")
		assert.Equal(c, count, c.env.WHMCS.Count(c, "tblproductconfigoptions"))
	}},
	{"texts of options go round", func(c *contract) {
		for _, text := range c.storable("&", "&amp;", "<b>", `"quoted" 'single'`, "🚀", "专用服务器", "a|b|c", "0") {
			payload := c.write(object{"op": "create", "kind": optionGroup, "values": object{"name": text + newContractKey(), "description": text, "options": object{
				"o": object{"name": text, "sub_options": object{"s": object{"name": text}}},
			}}})
			made := payload["option_ids"].(object)["o"].(object)
			option := c.option(payload["id"].(string), made["id"].(string))
			assert.Equal(c, text, option["name"])
			assert.Equal(c, text, option["sub_options"].(object)[made["sub_options"].(object)["s"].(object)["id"].(string)].(object)["name"])
			assert.Equal(c, text, payload["row"].(object)["description"])
		}
	}},
	{"an option group that is made twice at once is made once", func(c *contract) {
		key := newContractKey()
		outcomes := make([]outcome, 4)
		var wait sync.WaitGroup
		for i := range outcomes {
			wait.Go(func() {
				outcomes[i] = c.tryWrite(object{"op": "create", "kind": optionGroup, "key": key, "values": object{"name": "Once", "options": object{"memory": memory()}}})
			})
		}
		wait.Wait()
		first := c.success(outcomes[0])
		for _, o := range outcomes[1:] {
			again := c.success(o)
			assert.Equal(c, first["id"], again["id"])
			assert.Equal(c, first["option_ids"], again["option_ids"])
		}
		assert.Equal(c, 1, c.env.WHMCS.Count(c, "tblproductconfigoptions"))
		o := c.refused(c.tryWrite(object{"op": "create", "kind": optionGroup, "values": object{"name": "Once"}}), "exists")
		c.has(o.Payload, object{"id": first["id"], "key": object{"name": "Once"}})
	}},
	{"two writes may use the same key for different parts", func(c *contract) {
		group, _ := c.create(optionGroup, object{"name": "Twice"})
		for range 2 {
			c.write(object{"op": "update", "kind": optionGroup, "id": group, "expect": object{}, "values": object{"options": object{"new": object{"name": "Same"}}}})
		}
		assert.Len(c, c.get(optionGroup, group)["options"], 2)
	}},
}
