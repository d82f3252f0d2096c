package companion_test

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

func TestServerLifecycle(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{StrictSQL: true})
	id, row := w.create("server", object{
		"name": "DCIM Frankfurt", "hostname": "dcim.example.com", "ip_address": "192.0.2.10",
		"assigned_ip_addresses": list{"192.0.2.12", "192.0.2.11"}, "monthly_cost": "12.5", "noc": "FRA <1>",
		"nameservers": list{object{"hostname": "ns1.example.com", "ip_address": "192.0.2.53"}, object{}, object{"hostname": "ns3.example.com"}, object{}},
		"module":      "toplink_dcim", "username": "KEY", "password": "the secret", "secure": true, "port": 8443,
		"toplink_dcim": object{"username_prefix": "tl_", "hostname_format": "{label}-{ipv4}"},
	})
	fingerprint := row["password_fingerprint"].(string)
	if len(fingerprint) != 32 || row["access_hash_fingerprint"] == "" {
		t.Errorf("fingerprints are %v and %v", row["password_fingerprint"], row["access_hash_fingerprint"])
	}
	want := object{
		"id": id, "name": "DCIM Frankfurt", "hostname": "dcim.example.com", "ip_address": "192.0.2.10",
		"assigned_ip_addresses": list{"192.0.2.12", "192.0.2.11"}, "monthly_cost": "12.50", "noc": "FRA <1>", "status_address": "",
		"nameservers": list{
			object{"hostname": "ns1.example.com", "ip_address": "192.0.2.53"}, object{"hostname": "", "ip_address": ""},
			object{"hostname": "ns3.example.com", "ip_address": ""},
		},
		"max_accounts": 200, "module": "toplink_dcim", "username": "KEY", "secure": true, "port": 8443,
		"toplink_dcim":       object{"username_prefix": "tl_", "hostname_format": "{label}-{ipv4}"},
		"default_for_module": false, "disabled": false, "server_group_ids": list{},
	}
	w.holds(row, want)
	w.holds(w.row("server", id), want)
	if _, found := row["password"]; found || len(row) != len(want)+2 {
		t.Errorf("the row has %d fields: %v", len(row), row)
	}

	// The expected value of each secret is its fingerprint. An unchanged password is not encrypted again.
	before := w.queryText("SELECT password FROM tblservers WHERE id = ?", id)
	payload := w.ok(w.update("server", id,
		object{"password_fingerprint": fingerprint, "toplink_dcim": object{"username_prefix": "tl_"}, "port": 8443},
		object{"password": "the secret", "toplink_dcim": object{"username_prefix": "new_"}, "port": nil, "hostname": "panel.example.com"},
	))
	w.holds(payload["row"].(object), object{
		"password_fingerprint": fingerprint, "port": nil, "hostname": "panel.example.com",
		"toplink_dcim": object{"username_prefix": "new_", "hostname_format": "{label}-{ipv4}"},
	})
	if after := w.queryText("SELECT password FROM tblservers WHERE id = ?", id); after != before {
		t.Error("an unchanged password was encrypted again")
	}
	changed := w.ok(w.update("server", id, object{"password_fingerprint": fingerprint}, object{"password": "another"}))
	if changed["row"].(object)["password_fingerprint"] == fingerprint {
		t.Error("the fingerprint stayed")
	}
	stale := w.update("server", id, object{"password_fingerprint": fingerprint, "hostname": "old"}, object{"password": "third"})
	w.conflictsOn(stale, "hostname", "password_fingerprint")
	cleared := w.ok(w.update("server", id, object{}, object{"password": ""}))
	w.holds(cleared["row"].(object), object{"password_fingerprint": ""})

	w.ok(w.delete("server", id, object{"name": "DCIM Frankfurt"}))
}

func TestServerRefusals(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	create := func(values object) response {
		return w.write(object{"op": "create", "kind": "server", "values": values})
	}
	w.failsOn(create(object{}), "invalid", "module", "name")
	w.failsOn(create(object{"name": "s", "module": "missing"}), "unsupported", "module")
	w.failsOn(create(object{"name": "s", "module": "../x"}), "invalid", "module")
	w.failsOn(create(object{"name": "s", "module": "samplevps", "toplink_dcim": object{"username_prefix": "x"}}), "invalid", "toplink_dcim")
	w.failsOn(create(object{"name": "s", "module": "toplink_dcim", "access_hash": "x", "toplink_dcim": object{}}), "invalid", "toplink_dcim")
	w.failsOn(create(object{
		"name": "bell\a", "module": "samplevps", "port": 70000, "monthly_cost": "1.005", "max_accounts": "200",
		"nameservers": list{object{"host": "ns1"}}, "assigned_ip_addresses": list{"a\nb"}, "server_group_ids": list{}, "secure": 1,
		"password_fingerprint": "x",
	}), "invalid", "assigned_ip_addresses.0", "max_accounts", "monthly_cost", "name", "nameservers.0.host", "password_fingerprint",
		"port", "secure", "server_group_ids")
	w.failsOn(create(object{"name": "s", "module": "samplevps", "monthly_cost": 10}), "invalid", "monthly_cost")
	w.failsOn(create(object{"name": "s", "module": "samplevps", "monthly_cost": "-1"}), "invalid", "monthly_cost")

	id, _ := w.create("server", object{"name": "s", "module": "samplevps", "access_hash": "not json"})
	w.holds(w.row("server", id), object{"toplink_dcim": nil})
	w.failsOn(w.update("server", id, object{"password": "x"}, object{}), "invalid", "expect.password")
	w.ok(w.update("server", id, object{"toplink_dcim": nil, "port": nil}, object{"module": "toplink_dcim", "access_hash": "not json"}))
}

func TestServerDefaultForModuleIsOnePerModule(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	first, _ := w.create("server", object{"name": "a", "module": "samplevps", "default_for_module": true})
	other, _ := w.create("server", object{"name": "b", "module": "toplink_dcim", "default_for_module": true})
	second, _ := w.create("server", object{"name": "c", "module": "samplevps"})
	w.ok(w.update("server", second, object{"default_for_module": false}, object{"default_for_module": true}))
	for id, want := range map[string]bool{first: false, other: true, second: true} {
		w.holds(w.row("server", id), object{"default_for_module": want})
	}
	w.ok(w.update("server", second, object{"default_for_module": true}, object{"default_for_module": false}))
	w.holds(w.row("server", second), object{"default_for_module": false})
}

func TestServerIsHeldByLiveServicesOnly(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	id, _ := w.create("server", object{"name": "s", "module": "samplevps"})
	group, _ := w.create("server_group", object{"name": "g", "server_ids": list{id}})
	w.holds(w.row("server", id), object{"server_group_ids": list{group}})
	w.addService("1", id, "Terminated")
	w.addService("1", id, "Suspended")
	w.exec("INSERT INTO tblhostingaddons (hostingid, addonid, server, status) VALUES (1, 1, ?, 'Active'), (1, 1, ?, 'Cancelled')", id, id)

	usage := w.ok(w.read(object{"op": "get", "kind": "server", "ids": list{id}, "with": list{"usage"}}))["rows"].(list)[0].(object)
	w.holds(usage, object{"usage": object{"services": 2, "live_services": 1, "service_addons": 1}})
	w.holds(w.fails(w.delete("server", id, object{"name": "s"}), "in_use"), object{
		"references": list{object{"kind": "services", "count": 1}, object{"kind": "service_addons", "count": 1}},
	})
	w.exec("UPDATE tblhosting SET domainstatus = 'Fraud'")
	w.exec("UPDATE tblhostingaddons SET status = 'Terminated'")
	w.ok(w.delete("server", id, object{"name": "s"}))
	w.holds(w.row("server_group", group), object{"server_ids": list{}})
	if left := w.queryText("SELECT COUNT(*) FROM tblservergroupsrel"); left != "0" {
		t.Errorf("%s relations are left", left)
	}
}

func TestServerGroupLifecycle(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{StrictSQL: true})
	var servers list
	for _, name := range []string{"a", "b", "c"} {
		id, _ := w.create("server", object{"name": name, "module": "samplevps"})
		servers = append(servers, id)
	}
	id, row := w.create("server_group", object{"name": "Frankfurt", "server_ids": list{servers[2], servers[0]}})
	w.holds(row, object{"id": id, "name": "Frankfurt", "fill_type": "least_full", "server_ids": list{servers[0], servers[2]}})

	payload := w.ok(w.update("server_group", id,
		object{"server_ids": list{servers[2], servers[0]}, "fill_type": "least_full"},
		object{"server_ids": list{servers[1]}, "fill_type": "fill_default_first"},
	))
	w.holds(payload["row"].(object), object{"fill_type": "fill_default_first", "server_ids": list{servers[1]}})
	w.conflictsOn(w.update("server_group", id, object{"server_ids": list{}}, object{"server_ids": list{}}), "server_ids")
	w.failsOn(w.update("server_group", id, object{}, object{"server_ids": list{"77"}}), "invalid", "server_ids")
	w.failsOn(w.update("server_group", id, object{}, object{"server_ids": list{servers[0], servers[0]}}), "invalid", "server_ids")
	w.failsOn(w.update("server_group", id, object{}, object{"server_ids": list{1}}), "invalid", "server_ids")
	w.failsOn(w.update("server_group", id, object{}, object{"fill_type": "random"}), "invalid", "fill_type")

	w.exec("UPDATE tblproducts SET servergroup = ? WHERE id = 1", id)
	w.exec("INSERT INTO tbladdons (packages, name, description, billingcycle, tax, showorder, downloads, autoactivate, suspendproduct, welcomeemail, autolinkby, server_group_id) VALUES ('', 'x', '', 'free', 0, 0, '', '', 0, 0, '', ?)", id)
	w.holds(w.fails(w.delete("server_group", id, object{"name": "Frankfurt"}), "in_use"), object{
		"references": list{object{"kind": "products", "count": 1}, object{"kind": "addons", "count": 1}},
	})
	w.exec("UPDATE tblproducts SET servergroup = 0")
	w.exec("DELETE FROM tbladdons")
	w.ok(w.delete("server_group", id, object{"name": "Frankfurt"}))
	w.holds(w.row("server", servers[1].(string)), object{"server_group_ids": list{}})
}

// panel is a server that accepts the connection test of the TopLink sample module.
func panel(t *testing.T, username, password string) (host, port string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		if request.URL.String() != "/api/v1/system-api-keys?per_page=1" || request.Host != "dcim.example.com" {
			writer.WriteHeader(http.StatusNotFound)
			return
		}
		if request.Header.Get("X-Api-Key") != username || request.Header.Get("X-Api-Secret") != password {
			writer.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(writer).Encode(object{"message": "unknown secret " + request.Header.Get("X-Api-Secret")})
			return
		}
		_, _ = writer.Write([]byte(`{"data":[]}`))
	}))
	t.Cleanup(server.Close)
	host, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

func TestConnectionTest(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	host, port := panel(t, "KEY", "right & secret")
	values := object{
		"module": "toplink_dcim", "hostname": "dcim.example.com", "ip_address": host, "port": json.Number(port),
		"username": "KEY", "password": "right & secret",
	}
	test := func(request object) object {
		t.Helper()
		request["op"] = "test_connection"
		return w.ok(w.post(w.form("TerraformWrite", request)))
	}
	w.holds(test(object{"values": values}), object{"success": true, "error": ""})

	values["password"] = "wrong-secret"
	w.holds(test(object{"values": values}), object{"success": false, "error": "unknown secret ********"})
	values["ip_address"], values["port"] = "127.0.0.1", 1
	w.holds(test(object{"values": values}), object{"success": false, "error": "No response from 127.0.0.1 port 1"})

	// Values that are not given are taken from the server, including secrets.
	id, _ := w.create("server", object{
		"name": "s", "module": "toplink_dcim", "hostname": "dcim.example.com", "ip_address": host, "port": json.Number(port),
		"username": "KEY", "password": "right & secret",
	})
	w.holds(test(object{"id": id, "values": object{}}), object{"success": true})
	w.holds(test(object{"id": id, "values": object{"hostname": "other.example.com", "password": "right & secret"}}), object{"success": false})
	w.holds(test(object{"id": id, "values": object{"password": "x-wrong"}}), object{"error": "unknown secret ********"})

	// The companion catches a module's exceptions, notices and output.
	sample := object{"module": "samplevps", "hostname": "broken.example.com", "username": "u", "password": "canary"}
	w.holds(test(object{"values": sample}), object{"success": false, "error": "cannot log on with ********"})
	sample["hostname"] = "h"
	w.holds(test(object{"values": sample}), object{"success": true})
	w.holds(test(object{"values": object{"module": "samplevps"}}), object{"success": false, "error": "Sample VPS needs a user name and a password"})

	connect := func(request object) response {
		request["op"] = "test_connection"
		return w.post(w.form("TerraformWrite", request))
	}
	w.failsOn(connect(object{"values": object{}}), "invalid", "module")
	w.failsOn(connect(object{"values": object{"module": "missing"}}), "unsupported", "module")
	w.fails(connect(object{"id": "99", "values": object{}}), "not_found")
}

func TestModuleSchema(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	schema := func(module string) response {
		return w.post(w.form("TerraformWrite", object{"op": "module_schema", "module": module}))
	}
	toplink := w.ok(schema("toplink_dcim"))
	w.holds(toplink, object{"module": "toplink_dcim", "display_name": "Toplink DCIM"})
	options := toplink["options"].(list)
	if len(options) != 10 {
		t.Fatalf("%d options", len(options))
	}
	actions := list{"close port", "power off", "close port and power off", "none"}
	w.holds(object{"first": options[0], "suspend": options[3], "vnc": options[5]}, object{
		"first":   object{"number": 1, "name": "Connection Node", "type": "text", "default": "", "fixed": false, "choices": nil},
		"suspend": object{"number": 4, "name": "Suspend Action", "type": "dropdown", "default": "close port", "fixed": false, "choices": actions},
		"vnc":     object{"number": 6, "name": "Client VNC/IPMI", "type": "yesno", "default": "", "fixed": false, "choices": nil},
	})
	sample := w.ok(schema("samplevps"))
	w.holds(sample["options"].(list)[0].(object), object{"name": "Plan", "choices": list{"small", "medium", "large"}})
	w.failsOn(schema("missing"), "unsupported", "module")
	w.failsOn(schema("../../x"), "invalid", "module")
}

func TestHooksCannotFailAWrite(t *testing.T) {
	t.Parallel()
	broken := newWHMCS(t, testhost.Options{Hooks: testhost.HooksThrow})
	payload := broken.ok(broken.write(object{"op": "create", "kind": "server", "values": object{"name": "s", "module": "samplevps"}}))
	broken.holds(payload, object{"hook_errors": list{"ServerAdd: RuntimeException: the hook at ServerAdd is broken"}})
	broken.ok(broken.delete("server", payload["id"].(string), object{"name": "s"}))

	rewriting := newWHMCS(t, testhost.Options{Hooks: testhost.HooksRewrite})
	payload = rewriting.ok(rewriting.write(object{
		"op": "create", "kind": "server", "values": object{"name": "s", "module": "samplevps", "hostname": "mine.example.com", "username": "me"},
	}))
	rewriting.holds(payload, object{"hook_errors": list{"ServerAdd: a hook changed hostname, username"}})
	rewriting.holds(payload["row"].(object), object{"hostname": "mine.example.com"})
	rewriting.holds(rewriting.row("server", payload["id"].(string)), object{"hostname": "rewritten.example.com", "username": ""})
}
