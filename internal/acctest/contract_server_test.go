package acctest_test

import (
	"fmt"
	"net/url"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// server makes a server of the sample module.
func (c *contract) server(values object) (id string, row object) {
	c.Helper()
	all := object{"name": "Server " + newContractKey(), "module": "samplevps"}
	for field, value := range values {
		all[field] = value
	}
	return c.create("server", all)
}

var contractServerCases = []struct {
	name string
	test func(c *contract)
}{
	{"server defaults", func(c *contract) {
		_, row := c.create("server", object{"name": "Plain", "module": "samplevps"})
		c.has(row, defaults(kinds.Server.Kind))
		c.has(row, object{
			"nameservers": []any{}, "module": "samplevps", "password_fingerprint": "", "access_hash_fingerprint": "", "toplink_dcim": nil,
			"server_group_ids": []any{},
		})
		assert.NotContains(c, row, "password")
		assert.NotContains(c, row, "access_hash")
	}},
	{"server full", func(c *contract) {
		nameservers := []any{object{"hostname": "ns1.example.net", "ip_address": "192.0.2.1"}, object{"hostname": "ns2.example.net", "ip_address": ""}}
		values := object{
			"name": "Full & more", "module": "samplevps", "hostname": "vps.example.net", "ip_address": "192.0.2.10",
			"assigned_ip_addresses": []any{"192.0.2.12", "192.0.2.11"}, "monthly_cost": "120.5", "noc": "FRA", "status_address": "https://status.example.net/",
			"nameservers": nameservers, "max_accounts": 10, "username": "admin", "secure": true, "port": 8443, "disabled": true,
		}
		id, row := c.create("server", values)
		c.has(row, object{
			"assigned_ip_addresses": []any{"192.0.2.12", "192.0.2.11"}, "monthly_cost": "120.50", "nameservers": nameservers, "max_accounts": 10.0,
			"secure": true, "port": 8443.0, "disabled": true, "name": "Full & more",
		})
		payload := c.update("server", id, object{"port": 8443, "monthly_cost": "120.500", "secure": true}, object{"port": nil, "monthly_cost": "0", "secure": false, "nameservers": []any{}})
		c.has(payload["row"].(object), object{"port": nil, "monthly_cost": "0.00", "secure": false, "nameservers": []any{}})
	}},
	{"server values are checked", func(c *contract) {
		before := c.env.WHMCS.Count(c, "tblservers")
		for field, value := range map[string]any{
			"monthly_cost": 1.5, "port": 70000, "max_accounts": -1, "default_for_module": "yes", "server_group_ids": []any{"1"}, "password_fingerprint": "x",
		} {
			values := object{"name": "Bad", "module": "samplevps"}
			values[field] = value
			c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": values}), "invalid", field)
		}
		c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "Bad", "module": "samplevps", "monthly_cost": "1.005"}}), "invalid", "monthly_cost")
		c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "Bad"}}), "invalid", "module")
		o := c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "Bad", "module": "nosuchmodule"}})
		c.refused(o, "unsupported", "module")
		assert.Equal(c, before, c.env.WHMCS.Count(c, "tblservers"))
	}},
	{"a password goes in and never out", func(c *contract) {
		const first, second = "Canary-One-äöü-&<>", "Canary-Two"
		key := newContractKey()
		create := object{"op": "create", "kind": "server", "key": key, "values": object{"name": "Secretive", "module": "samplevps", "password": first}}
		o := c.tryWrite(create)
		payload := c.success(o)
		id := payload["id"].(string)
		fingerprint := payload["row"].(object)["password_fingerprint"]
		assert.Regexp(c, `^[0-9a-f]{32}$`, fingerprint)
		assert.Equal(c, first, c.env.WHMCS.ServerPassword(c, id))
		assert.NotContains(c, o.Raw+c.tryWrite(create).Raw+fmt.Sprint(c.get("server", id)), "Canary")

		c.refused(c.tryWrite(object{
			"op": "update", "kind": "server", "id": id, "expect": object{"password_fingerprint": "00000000000000000000000000000000"}, "values": object{"password": second},
		}), "conflict", "password_fingerprint")
		assert.Equal(c, first, c.env.WHMCS.ServerPassword(c, id))
		changed := c.update("server", id, object{"password_fingerprint": fingerprint}, object{"password": second})
		assert.NotEqual(c, fingerprint, changed["row"].(object)["password_fingerprint"])
		assert.Equal(c, second, c.env.WHMCS.ServerPassword(c, id))
		kept := c.update("server", id, object{}, object{"noc": "elsewhere"})
		assert.Equal(c, changed["row"].(object)["password_fingerprint"], kept["row"].(object)["password_fingerprint"], "left out keeps it")

		c.env.WHMCS.SetServerPassword(c, id, "typed by hand")
		assert.NotEqual(c, changed["row"].(object)["password_fingerprint"], c.get("server", id)["password_fingerprint"])
		assert.NotContains(c, c.env.WHMCS.LogText(c), "Canary")
	}},
	{"the same secret has the same fingerprint", func(c *contract) {
		_, one := c.server(object{"password": "same", "access_hash": "same"})
		_, two := c.server(object{"password": "same"})
		assert.Equal(c, one["password_fingerprint"], two["password_fingerprint"])
		assert.NotEmpty(c, one["access_hash_fingerprint"])
		assert.Empty(c, two["access_hash_fingerprint"])
	}},
	{"TopLink settings live in the access hash", func(c *contract) {
		settings := object{"username_prefix": "fra", "hostname_format": "{label}-{ipv4}"}
		id, row := c.server(object{"module": "toplink_dcim", "toplink_dcim": settings})
		c.has(row, object{"toplink_dcim": settings})
		assert.NotEmpty(c, row["access_hash_fingerprint"])
		changed := object{"username_prefix": "ams", "hostname_format": "{label}"}
		c.has(c.update("server", id, object{"toplink_dcim": settings}, object{"toplink_dcim": changed})["row"].(object), object{"toplink_dcim": changed})
		c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "Both", "module": "toplink_dcim", "toplink_dcim": settings, "access_hash": "x"}}), "invalid")
		c.refused(c.tryWrite(object{"op": "create", "kind": "server", "values": object{"name": "Other", "module": "samplevps", "toplink_dcim": settings}}), "invalid", "toplink_dcim")
		plainID, plain := c.server(object{"module": "toplink_dcim", "access_hash": "not settings"})
		c.has(plain, object{"toplink_dcim": nil})
		o := c.tryWrite(object{"op": "update", "kind": "server", "id": plainID, "expect": object{}, "values": object{"toplink_dcim": settings}})
		c.refused(o, "invalid", "toplink_dcim")
	}},
	{"a module has one default server", func(c *contract) {
		first, row := c.server(object{"default_for_module": true})
		c.has(row, object{"default_for_module": true})
		other, _ := c.server(object{"module": "toplink_dcim", "default_for_module": true})
		second, row := c.server(object{"default_for_module": true})
		c.has(row, object{"default_for_module": true})
		c.has(c.get("server", first), object{"default_for_module": false})
		c.has(c.get("server", other), object{"default_for_module": true})
		c.update("server", first, object{"default_for_module": false}, object{"default_for_module": true})
		c.has(c.get("server", second), object{"default_for_module": false})
		// A default server whose module changes is the new module's only default.
		c.update("server", first, object{"module": "samplevps"}, object{"module": "toplink_dcim"})
		c.has(c.get("server", first), object{"default_for_module": true})
		c.has(c.get("server", other), object{"default_for_module": false})
	}},
	{"a server with live services is in use", func(c *contract) {
		id, row := c.server(nil)
		remove := func() outcome {
			return c.tryWrite(object{"op": "delete", "kind": "server", "id": id, "expect": object{"name": row["name"]}})
		}
		c.env.WHMCS.AddService(c, "1", id, "Suspended")
		o := c.refused(remove(), "in_use")
		assert.Contains(c, o.Payload["references"], object{"kind": "services", "count": 1.0})
		usage := c.read(object{"op": "get", "kind": "server", "ids": []string{id}, "with": []string{"usage"}})["rows"].([]any)[0].(object)["usage"].(object)
		c.has(usage, object{"services": 1.0, "live_services": 1.0, "service_addons": 0.0})
	}},
	{"a server whose services have ended is not", func(c *contract) {
		id, row := c.server(nil)
		c.env.WHMCS.AddService(c, "1", id, "Terminated")
		c.write(object{"op": "delete", "kind": "server", "id": id, "expect": object{"name": row["name"]}})
	}},
	{"server groups and their members", func(c *contract) {
		one, _ := c.server(nil)
		two, row := c.server(nil)
		group, made := c.create("server_group", object{"name": "Group", "server_ids": []string{two, one}})
		c.has(made, object{"fill_type": "least_full"})
		assert.ElementsMatch(c, []any{one, two}, made["server_ids"])
		assert.Equal(c, []any{group}, c.get("server", one)["server_group_ids"])
		c.refused(c.tryWrite(object{"op": "update", "kind": "server_group", "id": group, "expect": object{"server_ids": []string{one}}, "values": object{"server_ids": []string{}}}), "conflict", "server_ids")
		c.refused(c.tryWrite(object{"op": "create", "kind": "server_group", "values": object{"name": "Ghosts", "server_ids": []string{"999999"}}}), "invalid", "server_ids")
		c.refused(c.tryWrite(object{"op": "create", "kind": "server_group", "values": object{"name": "Twice", "server_ids": []string{one, one}}}), "invalid", "server_ids")
		c.refused(c.tryWrite(object{"op": "create", "kind": "server_group", "values": object{"name": "Bad", "fill_type": "random"}}), "invalid", "fill_type")

		// A destroyed server leaves its groups. An expected list with it is not a conflict.
		c.write(object{"op": "delete", "kind": "server", "id": two, "expect": object{"name": row["name"]}})
		assert.Equal(c, []any{one}, c.get("server_group", group)["server_ids"])
		c.update("server_group", group, object{"server_ids": []string{one, two}}, object{"server_ids": []string{one}, "fill_type": "fill_default_first"})
		c.has(c.get("server_group", group), object{"fill_type": "fill_default_first"})
		c.write(object{"op": "delete", "kind": "server_group", "id": group, "expect": object{"name": "Group"}})
		assert.Equal(c, []any{}, c.get("server", one)["server_group_ids"])
	}},
	{"a server group of a product is in use", func(c *contract) {
		group, _ := c.create("server_group", object{"name": "Sold"})
		products, _ := c.create("product_group", object{"name": "Products"})
		c.create("product", object{"product_group_id": products, "name": "P", "server_group_id": group})
		o := c.refused(c.tryWrite(object{"op": "delete", "kind": "server_group", "id": group, "expect": object{"name": "Sold"}}), "in_use")
		assert.Contains(c, o.Payload["references"], object{"kind": "products", "count": 1.0})
	}},
	{"a connection is tested without storing anything", func(c *contract) {
		dcim, err := url.Parse(c.env.Sandbox.DCIM.URL())
		require.NoError(c, err)
		var port int
		_, err = fmt.Sscan(dcim.Port(), &port)
		require.NoError(c, err)
		key, secret := c.env.Sandbox.DCIM.AdminKey()
		before := c.env.WHMCS.Count(c, "tblservers")
		candidate := object{"module": "toplink_dcim", "hostname": "127.0.0.1", "ip_address": "127.0.0.1", "port": port, "secure": false, "username": key, "password": secret}
		c.has(c.write(object{"op": "test_connection", "values": candidate}), object{"success": true})
		candidate["password"] = "Canary-Wrong"
		o := c.tryWrite(object{"op": "test_connection", "values": candidate})
		c.has(c.success(o), object{"success": false})
		assert.Contains(c, o.Payload["error"], "Invalid API key or secret")
		assert.NotContains(c, o.Raw, "Canary")
		assert.Equal(c, before, c.env.WHMCS.Count(c, "tblservers"))

		// Fields that are not given come from the stored server, the password too.
		candidate["password"], candidate["name"] = secret, "Stored"
		id, _ := c.create("server", candidate)
		c.has(c.write(object{"op": "test_connection", "id": id, "values": object{}}), object{"success": true})
		c.has(c.write(object{"op": "test_connection", "id": id, "values": object{"username": "nobody"}}), object{"success": false})
		// But a stored password is handed to the stored address only.
		for field, value := range map[string]any{"hostname": "evil.example.com", "ip_address": "127.0.0.2", "port": 1, "secure": true, "module": "samplevps"} {
			c.refused(c.tryWrite(object{"op": "test_connection", "id": id, "values": object{field: value}}), "invalid", "password")
		}
	}},
	{"a module declares its options", func(c *contract) {
		schema := c.write(object{"op": "module_schema", "module": "toplink_dcim"})
		options := schema["options"].([]any)
		require.Len(c, options, 10)
		c.has(options[1].(object), object{"number": 2.0, "name": "Data Center", "choices": nil})
		c.has(options[4].(object), object{"number": 5.0, "name": "Terminate Action"})
		assert.Contains(c, options[4].(object)["choices"], "power off")
		assert.NotEmpty(c, schema["display_name"])
		sample := c.write(object{"op": "module_schema", "module": "samplevps"})["options"].([]any)
		c.has(sample[0].(object), object{"number": 1.0, "name": "Plan", "choices": []any{"small", "medium", "large"}})
		for _, module := range []string{"nosuchmodule", "../../../etc/passwd", ""} {
			o := c.tryWrite(object{"op": "module_schema", "module": module})
			assert.Contains(c, []string{"unsupported", "invalid"}, o.Code, module)
		}
	}},
}
