package whmcs_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

func TestServerLifecycle(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	id, row := sandboxtest.Create(t, sb, "server", object{
		"name": "DCIM", "hostname": "dcim.example.com", "ip_address": "127.0.0.1", "module": "toplink_dcim", "username": "key",
		"password": "hush", "toplink_dcim": object{"username_prefix": "dc", "hostname_format": "{label}-{ipv4}"}, "secure": true, "port": nil,
		"monthly_cost": "12.5", "assigned_ip_addresses": []string{"10.0.0.2", "10.0.0.1"},
		"nameservers": []object{{"hostname": "ns1.example.com", "ip_address": "10.0.0.1"}, {"hostname": "ns2.example.com"}, {}},
	})
	fingerprint := row["password_fingerprint"].(string)
	assert.Regexp(t, "^[0-9a-f]{32}$", fingerprint)
	assert.NotContains(t, row, "password")
	assert.Equal(t, "12.50", row["monthly_cost"])
	assert.EqualValues(t, 200, row["max_accounts"])
	assert.Nil(t, row["port"])
	assert.Equal(t, true, row["secure"])
	assert.Equal(t, []any{"10.0.0.2", "10.0.0.1"}, row["assigned_ip_addresses"])
	assert.Equal(t, []any{
		object{"hostname": "ns1.example.com", "ip_address": "10.0.0.1"}, object{"hostname": "ns2.example.com", "ip_address": ""},
	}, row["nameservers"])
	assert.Equal(t, object{"username_prefix": "dc", "hostname_format": "{label}-{ipv4}"}, row["toplink_dcim"])
	assert.Equal(t, "hush", sb.WHMCS.ServerPassword(id))
	assert.NotContains(t, sb.WHMCS.Row("tblservers", id)["password"], "hush")
	assert.Equal(t, "10.0.0.2\n10.0.0.1", sb.WHMCS.Row("tblservers", id)["assignedips"])

	got := sandboxtest.Update(t, sb, "server", id,
		object{"password_fingerprint": fingerprint, "monthly_cost": "12.500", "port": nil, "toplink_dcim": object{"username_prefix": "dc"}},
		object{"password": "new", "port": 8443, "toplink_dcim": object{"username_prefix": "xy"}})
	require.Equal(t, "success", got.Result, got.Message)
	assert.Equal(t, object{"username_prefix": "xy", "hostname_format": "{label}-{ipv4}"}, got.Payload["row"].(object)["toplink_dcim"])
	assert.EqualValues(t, 8443, got.Payload["row"].(object)["port"])
	got = sandboxtest.Update(t, sb, "server", id, object{"port": 8443}, object{"port": nil, "password": "new"})
	assert.Nil(t, got.Payload["row"].(object)["port"])

	sb.WHMCS.SetServerPassword(id, "changed by hand")
	got = sandboxtest.Update(t, sb, "server", id, object{"password_fingerprint": fingerprint}, object{"password": "mine"})
	sandboxtest.RequireError(t, got, "conflict", "password_fingerprint")
	assert.NotContains(t, got.Payload["fields"].([]any)[0].(object)["actual"], "hand")

	sb.WHMCS.Mutate(func(s *whmcs.State) { s.Set("tblservers", id, "accesshash", "a plain hash") })
	assert.Nil(t, sandboxtest.GetRow(t, sb, "server", id)["toplink_dcim"])
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "server", id, object{"toplink_dcim": object{"hostname_format": "x"}}, object{}), "conflict", "toplink_dcim.hostname_format")
}

func TestServerRules(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	server := func(values object) sandboxtest.Response {
		return sandboxtest.Write(t, sb, object{"op": "create", "kind": "server", "values": values})
	}
	sandboxtest.RequireError(t, server(object{"name": "S"}), "invalid", "module")
	sandboxtest.RequireError(t, server(object{"name": "S", "module": "cpanel"}), "unsupported", "module")
	sandboxtest.RequireError(t, server(object{"name": "S", "module": "samplevps", "toplink_dcim": object{}}), "invalid", "toplink_dcim")
	sandboxtest.RequireError(t, server(object{"name": "S", "module": "toplink_dcim", "toplink_dcim": object{}, "access_hash": "h"}), "invalid", "toplink_dcim")
	sandboxtest.RequireError(t, server(object{
		"name": "S", "module": "samplevps", "port": 0, "monthly_cost": "-1", "max_accounts": "5", "server_group_ids": []string{"1"},
		"nameservers": []object{{}, {"host": "a"}},
	}), "invalid", "max_accounts,monthly_cost,nameservers.1.host,port,server_group_ids")
	sandboxtest.RequireError(t, server(object{"name": "S", "module": "samplevps", "monthly_cost": 5}), "invalid", "monthly_cost")
	sandboxtest.RequireError(t, server(object{"name": "S", "module": "samplevps", "monthly_cost": "5.005"}), "invalid", "monthly_cost")
	sandboxtest.RequireError(t, server(object{"name": "S", "module": "samplevps", "nameservers": []object{{}, {}, {}, {}, {}, {"hostname": "x"}}}), "invalid", "nameservers")

	one, row := sandboxtest.Create(t, sb, "server", object{"name": "One", "module": "samplevps", "default_for_module": true})
	assert.Equal(t, true, row["default_for_module"])
	assert.Empty(t, row["password_fingerprint"])
	sandboxtest.Create(t, sb, "server", object{"name": "Two", "module": "samplevps", "default_for_module": true})
	assert.Equal(t, false, sandboxtest.GetRow(t, sb, "server", one)["default_for_module"])
	sandboxtest.RequireError(t, server(object{"name": "Two", "module": "samplevps"}), "exists", "")
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "server", one, object{}, object{"name": "Two"}), "exists", "")
}

func TestServerGroupsAndUse(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	one := sb.WHMCS.AddServer("One", "samplevps", "one.example.com")
	two := sb.WHMCS.AddServer("Two", "samplevps", "two.example.com")
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "create", "kind": "server_group", "values": object{"name": "G", "server_ids": []string{one, "99"}}}), "invalid", "server_ids")
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "create", "kind": "server_group", "values": object{"name": "G", "server_ids": []string{one, one}}}), "invalid", "server_ids")
	group, row := sandboxtest.Create(t, sb, "server_group", object{"name": "G", "server_ids": []string{two, one}})
	assert.Equal(t, object{"id": group, "name": "G", "fill_type": "least_full", "server_ids": []any{one, two}}, row)
	assert.Equal(t, "1", sb.WHMCS.Row("tblservergroups", group)["filltype"])
	assert.Equal(t, []any{group}, sandboxtest.GetRow(t, sb, "server", one)["server_group_ids"])
	got := sandboxtest.Update(t, sb, "server_group", group, object{"server_ids": []string{two, one}}, object{"server_ids": []string{two}, "fill_type": "fill_default_first"})
	require.Equal(t, "success", got.Result, got.Message)
	assert.Equal(t, []any{two}, got.Payload["row"].(object)["server_ids"])

	// Only live services block the deletion of a server.
	service := sb.WHMCS.AddService("1", two, "Active")
	sb.WHMCS.AddServiceAddon(two, "Cancelled")
	drop := object{"op": "delete", "kind": "server", "id": two, "expect": object{"name": "Two"}}
	got = sandboxtest.Write(t, sb, drop)
	sandboxtest.RequireError(t, got, "in_use", "")
	assert.Equal(t, []any{object{"kind": "services", "count": 1.0}}, got.Payload["references"])
	rows := sandboxtest.Read(t, sb, object{"op": "get", "kind": "server", "ids": []string{two}, "with": []string{"usage"}}).Payload["rows"].([]any)
	assert.Equal(t, object{"services": 1.0, "live_services": 1.0, "service_addons": 0.0}, rows[0].(object)["usage"])
	sb.WHMCS.SetServiceStatus(service, "Terminated")
	got = sandboxtest.Write(t, sb, drop)
	require.Equal(t, "success", got.Result, got.Message)
	assert.Empty(t, sandboxtest.GetRow(t, sb, "server_group", group)["server_ids"])

	// Products block the deletion of a server group.
	sb.WHMCS.Mutate(func(s *whmcs.State) { s.Set("tblproducts", "1", "servergroup", group) })
	got = sandboxtest.Write(t, sb, object{"op": "delete", "kind": "server_group", "id": group, "expect": object{"name": "G"}})
	sandboxtest.RequireError(t, got, "in_use", "")
	sb.WHMCS.DeleteObject("server_group", group)
	assert.Equal(t, 0, sb.WHMCS.Count("server_group"))
}

func TestServerHooks(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	sb.WHMCS.OnHook(whmcs.FailingHook("ServerAdd", "Undefined array key"))
	sb.WHMCS.OnHook(whmcs.RewritingHook("rewritten.example.com"))
	request := object{"op": "create", "kind": "server", "key": sandboxtest.NewKey(), "values": object{"name": "S", "module": "samplevps", "username": "root", "hostname": "h"}}
	got := sandboxtest.Write(t, sb, request)
	require.Equal(t, "success", got.Result)
	assert.Equal(t, []any{"ServerAdd: Undefined array key", "ServerAdd: a hook changed hostname, username"}, got.Payload["hook_errors"])
	assert.Equal(t, "h", got.Payload["row"].(object)["hostname"], "the row is the one committed, before hooks")
	id := got.Payload["id"].(string)
	assert.Equal(t, "rewritten.example.com", sandboxtest.GetRow(t, sb, "server", id)["hostname"])
	assert.Empty(t, sandboxtest.GetRow(t, sb, "server", id)["username"])

	sb.WHMCS.OnHook(nil)
	sb.WHMCS.OnHook(func(name, id string, _ *whmcs.State) error {
		t.Errorf("hook %s %s ran for a replay", name, id)
		return nil
	})
	got = sandboxtest.Write(t, sb, request)
	assert.Equal(t, true, got.Payload["replayed"])
	assert.Equal(t, []any{}, got.Payload["hook_errors"])
}

func TestReadBackRollsBack(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	sb.WHMCS.OnStore(func(table, _ string, row whmcs.Row) {
		if table == "tblservers" {
			row["hostname"] = row["hostname"][:4]
		}
	})
	got := sandboxtest.Write(t, sb, object{"op": "create", "kind": "server", "values": object{"name": "S", "module": "samplevps", "hostname": "dcim.example.com"}})
	sandboxtest.RequireError(t, got, "internal", "")
	assert.Contains(t, got.Message, "hostname")
	reference := got.Payload["reference"].(string)
	sb.WHMCS.View(func(s *whmcs.State) { assert.Contains(t, strings.Join(s.Activity, "\n"), reference) })
	assert.Equal(t, 0, sb.WHMCS.Count("server"))
	sb.WHMCS.OnStore(nil)
	sandboxtest.Create(t, sb, "server", object{"name": "S", "module": "samplevps", "hostname": "dcim.example.com"})
}

func TestConnectionTestReachesTheDCIM(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	key, secret := sb.DCIM.AdminKey()
	address, err := url.Parse(sb.DCIM.URL())
	require.NoError(t, err)
	port, err := strconv.Atoi(address.Port())
	require.NoError(t, err)
	try := func(id string, values object) sandboxtest.Response {
		request := object{"op": "test_connection", "values": values}
		if id != "" {
			request["id"] = id
		}
		return sandboxtest.Companion(t, sb, "TerraformWrite", request)
	}
	values := object{"module": "toplink_dcim", "ip_address": "127.0.0.1", "hostname": "dcim.example.com", "port": port, "username": key, "password": secret}
	got := try("", values)
	require.Equal(t, "success", got.Result, got.Message)
	assert.Equal(t, true, got.Payload["success"], got.Payload["error"])
	assert.Equal(t, 0, sb.WHMCS.Count("server"))

	values["name"] = "DCIM"
	id, _ := sandboxtest.Create(t, sb, "server", values)
	assert.Equal(t, true, try(id, object{"username": key}).Payload["success"], "what is not given is the server's, secrets included")
	got = try(id, object{"password": strings.Repeat("0", 64)})
	assert.Equal(t, false, got.Payload["success"])
	assert.Equal(t, "Invalid API key or secret", got.Payload["error"])
	strict := sb.DCIM.AddAPIKey("x", "203.0.113.9")
	got = try(id, object{"username": strict.Key, "password": strict.Secret})
	assert.Equal(t, "IP address 127.0.0.1 is not allowed", got.Payload["error"])
	for _, wrong := range []object{{"ip_address": "192.0.2.1"}, {"port": 1}, {"ip_address": "", "hostname": ""}, {"secure": true}} {
		// a stored secret is sent to the stored address only
		sandboxtest.RequireError(t, try(id, wrong), "invalid", "password")
		wrong["password"] = secret
		got = try(id, wrong)
		assert.Equal(t, false, got.Payload["success"])
		assert.NotEmpty(t, got.Payload["error"])
		assert.NotContains(t, got.Payload["error"], secret)
	}
	assert.Equal(t, true, try("", object{"module": "samplevps", "username": "a", "password": "b"}).Payload["success"])
	assert.Equal(t, false, try("", object{"module": "samplevps", "username": "a"}).Payload["success"])
	sandboxtest.RequireError(t, try("", object{"username": "a"}), "invalid", "module")
	sandboxtest.RequireError(t, try("", object{"module": "cpanel"}), "unsupported", "module")
	sandboxtest.RequireError(t, try("9", object{}), "not_found", "")
	assert.Equal(t, 1, sb.Journal().CountWrites(""), "a test writes nothing")
}

func TestModuleSchema(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	got := sandboxtest.Companion(t, sb, "TerraformWrite", object{"op": "module_schema", "module": "toplink_dcim"})
	require.Equal(t, "success", got.Result)
	assert.Equal(t, "toplink_dcim", got.Payload["module"])
	options := got.Payload["options"].([]any)
	require.Len(t, options, 10)
	encoded, err := json.Marshal(options[4])
	require.NoError(t, err)
	assert.JSONEq(t, `{"number":5,"name":"Terminate Action","type":"dropdown","default":"power off","fixed":false,
		"choices":["power off","close port","close port and power off","none"]}`, string(encoded))
	assert.Nil(t, options[5].(object)["choices"])
	sandboxtest.RequireError(t, sandboxtest.Companion(t, sb, "TerraformWrite", object{"op": "module_schema", "module": "../etc"}), "invalid", "module")
	sb.WHMCS.Mutate(func(s *whmcs.State) { s.Modules = []string{"samplevps"} })
	sandboxtest.RequireError(t, sandboxtest.Companion(t, sb, "TerraformWrite", object{"op": "module_schema", "module": "toplink_dcim"}), "unsupported", "module")
}
