package acctest_test

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fingerprints are the settings of an addon module that rows show as fingerprints.
func fingerprints(row object) object {
	prints, _ := row["settings_fingerprints"].(object)
	return prints
}

var contractAddonCases = []struct {
	name string
	test func(c *contract)
}{
	{"an addon module is activated, configured and deactivated", func(c *contract) {
		id, row := c.create("addon_module", object{
			"module": "sampleaddon", "admin_role_ids": []string{"3", "1"},
			"settings": object{"endpoint": "https://notes.example.com/?a=1&b=2", "apikey": "Canary-Addon-Key", "verbose": "on", "retention": "90"},
		})
		assert.Equal(c, "sampleaddon", id)
		c.has(row, object{
			"id": "sampleaddon", "module": "sampleaddon", "version": "1.2", "admin_role_ids": []any{"1", "3"}, "admin_role_names": []any{"Full Administrator", "Support & Abuse"},
			"settings": object{"endpoint": "https://notes.example.com/?a=1&b=2", "verbose": "on", "retention": "90"},
		})
		assert.Regexp(c, "^[0-9a-f]{32}$", fingerprints(row)["apikey"])
		assert.Equal(c, row, c.get("addon_module", id))

		o := c.tryWrite(object{
			"op": "update", "kind": "addon_module", "id": id,
			"expect": object{"admin_role_ids": []string{"1", "3"}, "settings": object{"retention": "90", "footer": "", "apikey": "Canary-Addon-Key"}, "settings_fingerprints": object{"apikey": fingerprints(row)["apikey"]}},
			"values": object{"admin_role_ids": []string{"2"}, "settings": object{"retention": "30", "apikey": "Canary-Another-Key"}},
		})
		changed := c.success(o)["row"].(object)
		c.has(changed, object{"admin_role_ids": []any{"2"}, "settings": object{"endpoint": "https://notes.example.com/?a=1&b=2", "verbose": "on", "retention": "30"}})
		assert.NotEqual(c, fingerprints(row)["apikey"], fingerprints(changed)["apikey"])
		assert.NotContains(c, o.Raw, "Canary")

		o = c.tryWrite(object{
			"op": "update", "kind": "addon_module", "id": id,
			"expect": object{"settings": object{"retention": "60", "apikey": "Canary-Wrong"}, "settings_fingerprints": object{"apikey": "Canary-Wrong"}}, "values": object{"settings": object{"footer": "x"}},
		})
		c.refused(o, "conflict", "settings.retention", "settings.apikey", "settings_fingerprints.apikey")
		assert.NotContains(c, o.Raw, "Canary")

		c.write(object{"op": "delete", "kind": "addon_module", "id": id, "expect": object{"module": "sampleaddon"}})
		assert.Nil(c, c.get("addon_module", id))
		assert.Equal(c, object{"addon": "sampleaddon", "installed": true, "active": false, "settings": []any{}, "tables": object{}}, without(c.read(object{"op": "discover", "addon": "sampleaddon"}), "installation"))
		c.refused(c.tryWrite(object{"op": "delete", "kind": "addon_module", "id": id, "expect": object{"module": "sampleaddon"}}), "not_found")
		// Another activation creates the tables that the deactivation dropped.
		c.create("addon_module", object{"module": "sampleaddon"})
		assert.NotContains(c, c.env.WHMCS.LogText(c), "Canary")
	}},
	{"the roles of an addon module are given by name", func(c *contract) {
		id, row := c.create("addon_module", object{"module": "sampleaddon", "admin_role_names": []string{"Support & Abuse", "Full Administrator"}})
		both := object{"admin_role_ids": []any{"1", "3"}, "admin_role_names": []any{"Full Administrator", "Support & Abuse"}}
		c.has(row, both)
		assert.Equal(c, row, c.get("addon_module", id))
		changed := c.update("addon_module", id, object{"admin_role_names": []string{"Support & Abuse", "Full Administrator"}}, object{"admin_role_names": []string{"Sales Operator"}})["row"].(object)
		c.has(changed, object{"admin_role_ids": []any{"2"}, "admin_role_names": []any{"Sales Operator"}})
		try := func(expect, values object) outcome {
			return c.tryWrite(object{"op": "update", "kind": "addon_module", "id": id, "expect": expect, "values": values})
		}
		c.refused(try(object{"admin_role_names": []string{"Full Administrator"}}, object{"admin_role_names": []string{}}), "conflict", "admin_role_names")
		c.refused(try(nil, object{"admin_role_names": []string{"Nobody"}}), "invalid", "admin_role_names")
		c.refused(try(nil, object{"admin_role_names": []string{"Sales Operator", "Sales Operator"}}), "invalid", "admin_role_names")
		c.refused(try(nil, object{"admin_role_names": []any{1}}), "invalid", "admin_role_names")
		c.refused(try(nil, object{"admin_role_names": "Sales Operator"}), "invalid", "admin_role_names")
		c.refused(try(nil, object{"admin_role_names": []string{"Sales Operator"}, "admin_role_ids": []string{"2"}}), "invalid", "admin_role_names")
		c.env.WHMCS.Insert(c, "tbladminroles", map[string]string{"name": "Sales Operator"})
		c.refused(try(nil, object{"admin_role_names": []string{"Sales Operator"}}), "invalid", "admin_role_names")
		c.has(c.update("addon_module", id, nil, object{"admin_role_names": []string{}})["row"].(object), object{"admin_role_ids": []any{}, "admin_role_names": []any{}})
	}},
	{"an addon module that is active exists", func(c *contract) {
		c.create("addon_module", object{"module": "sampleaddon"})
		o := c.refused(c.tryWrite(object{"op": "create", "kind": "addon_module", "values": object{"module": "sampleaddon"}}), "exists")
		c.has(o.Payload, object{"kind": "addon_module", "id": "sampleaddon", "key": object{"module": "sampleaddon"}})
		c.refused(c.tryRead(object{"op": "validate", "kind": "addon_module", "values": object{"module": "sampleaddon"}}), "exists")
	}},
	{"a repeated key activates an addon module once", func(c *contract) {
		create := object{"op": "create", "kind": "addon_module", "key": newContractKey(), "values": object{"module": "sampleaddon", "settings": object{"apikey": "s"}}}
		first := c.write(create)
		again := c.write(create)
		assert.Equal(c, true, again["replayed"])
		assert.Equal(c, first["row"], again["row"])
		create["values"] = object{"module": "sampleaddon", "settings": object{"apikey": "other"}}
		c.refused(c.tryWrite(create), "invalid", "key")
	}},
	{"values of an addon module are checked before it is activated", func(c *contract) {
		try := func(values object) outcome {
			return c.tryWrite(object{"op": "create", "kind": "addon_module", "values": values})
		}
		c.refused(try(object{}), "invalid", "module")
		c.refused(try(object{"module": "../../etc"}), "invalid", "module")
		c.refused(try(object{"module": "missing"}), "unsupported", "module")
		c.refused(try(object{"module": "sampleaddon", "version": "2"}), "invalid", "version")
		c.refused(try(object{"module": "sampleaddon", "admin_role_ids": []string{"99"}}), "invalid", "admin_role_ids")
		c.refused(try(object{"module": "sampleaddon", "admin_role_ids": []string{"1", "1"}}), "invalid", "admin_role_ids")
		for setting, value := range map[string]any{"nosuch": "x", "verbose": "yes", "retention": "45", "place": "Left", "version": "9", "access": "1", "endpoint": 5, "footer": "bell\a"} {
			c.refused(try(object{"module": "sampleaddon", "settings": object{setting: value}}), "invalid", "settings."+setting)
		}
		c.has(c.read(object{"op": "discover", "addon": "sampleaddon"}), object{"active": false, "settings": []any{}})
		c.create("addon_module", object{"module": "sampleaddon"})
		c.refused(c.tryWrite(object{"op": "update", "kind": "addon_module", "id": "sampleaddon", "values": object{"module": "stubborn"}}), "invalid", "module")
	}},
	{"an addon module that will not be activated", func(c *contract) {
		o := c.refused(c.tryWrite(object{"op": "create", "kind": "addon_module", "values": object{"module": "stubborn"}}), "unsupported", "module")
		assert.Equal(c, "module_failed", o.Payload["reason"])
		assert.Contains(c, o.Message, "Stubborn needs a licence")
		assert.Nil(c, c.get("addon_module", "stubborn"))
	}},
	{"a setting that is written as a secret is withheld", func(c *contract) {
		c.create("addon_module", object{"module": "sampleaddon", "settings": object{"endpoint": object{"secret": "Canary-One"}, "footer": "f"}})
		show := func() object {
			row := c.get("addon_module", "sampleaddon")
			assert.NotContains(c, fmt.Sprint(row), "Canary")
			return row
		}
		row := show()
		assert.Equal(c, object{"footer": "f"}, row["settings"])
		assert.Regexp(c, "^[0-9a-f]{32}$", fingerprints(row)["endpoint"])
		update := func(expect, values object) outcome {
			return c.tryWrite(object{"op": "update", "kind": "addon_module", "id": "sampleaddon", "expect": object{"settings": expect}, "values": object{"settings": values}})
		}
		o := c.refused(update(object{"endpoint": object{"secret": "Canary-Two"}}, object{}), "conflict", "settings.endpoint")
		assert.NotContains(c, o.Raw, "Canary")
		c.success(update(object{"endpoint": object{"secret": "Canary-One"}}, object{"endpoint": object{"secret": "Canary-Two"}, "footer": object{"secret": "f"}}))
		assert.Equal(c, object{}, show()["settings"])
		o = c.refused(update(object{"footer": object{"secret": "Canary-Two"}}, object{}), "conflict", "settings.footer")
		assert.NotContains(c, o.Raw, "Canary")
		for _, value := range []any{object{"secret": 5}, object{"text": "x"}, object{"secret": "x", "text": "y"}, object{}, []any{"x"}} {
			c.refused(update(object{}, object{"endpoint": value}), "invalid", "settings.endpoint")
		}
		c.success(update(object{}, object{"endpoint": "shown"}))
		assert.Equal(c, object{"endpoint": "shown"}, show()["settings"], "the last write of a setting decides")
	}},
	{"an addon module whose files are gone", func(c *contract) {
		row := c.get("addon_module", "legacy_tool")
		c.has(row, object{"version": "2.0", "admin_role_ids": []any{"1", "3"}, "settings": object{}})
		assert.Regexp(c, "^[0-9a-f]{32}$", fingerprints(row)["token"], "what nobody declares is shown as a fingerprint")
		assert.Equal(c, object{"addon": "legacy_tool", "installed": false, "active": true, "settings": []any{"access", "token", "version"}, "tables": object{}}, without(c.read(object{"op": "discover", "addon": "legacy_tool"}), "installation"))
		c.has(c.update("addon_module", "legacy_tool", object{"admin_role_ids": []string{"3", "1"}}, object{"admin_role_ids": []string{}})["row"].(object), object{"admin_role_ids": []any{}})
		c.refused(c.tryWrite(object{"op": "update", "kind": "addon_module", "id": "legacy_tool", "values": object{"settings": object{"token": "x"}}}), "unsupported", "module")
		c.write(object{"op": "delete", "kind": "addon_module", "id": "legacy_tool", "expect": object{"module": "legacy_tool"}})
		assert.Nil(c, c.get("addon_module", "legacy_tool"))
	}},
	{"addon modules are listed by name", func(c *contract) {
		c.create("addon_module", object{"module": "sampleaddon"})
		page := c.read(object{"op": "list", "kind": "addon_module", "limit": 1})
		assert.Equal(c, []any{"legacy_tool"}, ids(page))
		assert.Equal(c, "legacy_tool", page["next"])
		page = c.read(object{"op": "list", "kind": "addon_module", "after": "legacy_tool"})
		assert.Equal(c, []any{"sampleaddon"}, ids(page))
		assert.Nil(c, page["next"])
		assert.Equal(c, []any{"sampleaddon"}, ids(c.read(object{"op": "list", "kind": "addon_module", "filter": object{"version": "1.2"}})))
		assert.Equal(c, []any{"sampleaddon"}, ids(c.read(object{"op": "list", "kind": "addon_module", "filter": object{"id": "sampleaddon"}})))
		c.refused(c.tryRead(object{"op": "get", "kind": "addon_module", "ids": []string{"../x"}}), "invalid", "ids")
		c.refused(c.tryRead(object{"op": "get", "kind": "product", "ids": []string{"sampleaddon"}}), "invalid", "ids")
		c.refused(c.tryWrite(object{"op": "update", "kind": "addon_module", "id": "1 OR 1=1", "values": object{}}), "invalid", "id")
		c.refused(c.tryWrite(object{"op": "update", "kind": "server", "id": "sampleaddon", "values": object{}}), "invalid", "id")
	}},
	{"discover names settings and no values", func(c *contract) {
		c.create("addon_module", object{"module": "sampleaddon", "settings": object{"apikey": "Canary-Discovered", "place": "Bottom"}})
		o := c.tryRead(object{"op": "discover", "addon": "sampleaddon"})
		c.has(c.success(o), object{"installed": true, "active": true, "settings": []any{"apikey", "place", "version"}, "tables": object{"mod_sampleaddon": []any{"id", "note"}}})
		assert.NotContains(c, o.Raw, "Canary")
		assert.Equal(c, object{"addon": "nosuch", "installed": false, "active": false, "settings": []any{}, "tables": object{}}, without(c.read(object{"op": "discover", "addon": "nosuch"}), "installation"))
		for _, addon := range []any{"../../x", "", nil, 5} {
			c.refused(c.tryRead(object{"op": "discover", "addon": addon}), "invalid", "addon")
		}
	}},
	{"administrator roles are read", func(c *contract) {
		rows := c.read(object{"op": "list", "kind": "admin_role"})["rows"].([]any)
		require.Len(c, rows, 3)
		c.has(rows[2].(object), object{"id": "3", "name": "Support & Abuse"})
		c.refused(c.tryWrite(object{"op": "create", "kind": "admin_role", "values": object{"name": "x"}}), "unsupported")
	}},
	{"modules are found in their folders", func(c *contract) {
		found := object{}
		for _, row := range c.read(object{"op": "list", "kind": "module"})["rows"].([]any) {
			module := row.(object)
			found[module["id"].(string)] = module["display_name"]
		}
		assert.Subset(c, found, object{"servers/samplevps": "Sample VPS", "servers/toplink_dcim": "Toplink DCIM", "addons/sampleaddon": "Sample Addon", "addons/stubborn": "Stubborn"})
		assert.Equal(c, []any{"addons/sampleaddon"}, ids(c.read(object{"op": "list", "kind": "module", "filter": object{"type": "addon", "name": "sampleaddon"}})))
		c.has(c.get("module", "servers/samplevps"), object{"type": "server", "name": "samplevps"})
		assert.Nil(c, c.get("module", "servers/sampleaddon"))
		c.refused(c.tryWrite(object{"op": "delete", "kind": "module", "id": "servers/samplevps", "expect": object{"name": "samplevps"}}), "unsupported")
	}},
}

// ids are those of a page's rows.
func ids(page object) []any {
	found := []any{}
	for _, row := range page["rows"].([]any) {
		found = append(found, row.(object)["id"])
	}
	return found
}

// without is an object less one field.
func without(in object, field string) object {
	out := object{}
	for name, value := range in {
		if name != field {
			out[name] = value
		}
	}
	return out
}
