package companion_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

func TestTransport(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	refused := func(got response, status int, message string) {
		t.Helper()
		if got.status != status || got.result != "error" || got.message != message {
			t.Errorf("got status %d, %s %q; want %d, %q", got.status, got.result, got.message, status, message)
		}
	}
	as := func(action, identifier, secret string) response {
		form := w.form(action, object{"op": "info"})
		form.Set("identifier", identifier)
		form.Set("secret", secret)
		return w.post(form)
	}
	refused(as("TerraformWrite", w.ReadOnlyIdentifier, w.ReadOnlySecret), http.StatusForbidden, `Invalid Permissions: API action "terraformwrite" is not allowed`)
	refused(as("TerraformRead", w.NoAPIIdentifier, w.NoAPISecret), http.StatusForbidden, `Invalid Permissions: API action "terraformread" is not allowed`)
	refused(as("TerraformRead", w.Identifier, "wrong"), http.StatusForbidden, "Authentication Failed")
	refused(as("TerraformRead", "nobody", "wrong"), http.StatusForbidden, "Invalid or missing credentials")
	refused(as("", w.Identifier, w.Secret), http.StatusBadRequest, "Empty action request")
	w.ok(as("TerraformRead", w.ReadOnlyIdentifier, w.ReadOnlySecret))

	far := newWHMCS(t, testhost.Options{AllowedIPs: []string{"192.0.2.1"}, AccessKey: "let-me-in"})
	form := far.form("TerraformRead", object{"op": "info"})
	refused(far.post(form), http.StatusForbidden, "Invalid IP 127.0.0.1")
	form.Set("accesskey", "let-me-in")
	far.holds(far.ok(far.post(form)), object{"caller_ip": "127.0.0.1"})

	bare := newWHMCS(t, testhost.Options{WithoutCompanion: true})
	refused(bare.post(bare.form("TerraformRead", object{"op": "info"})), http.StatusOK, "API Function Not Found")

	response, err := http.Get(w.URL + "/includes/api.php?" + w.form("TerraformRead", object{"op": "info"}).Encode())
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(response)
	if err != nil {
		t.Fatal(err)
	}
	w.failsOn(got, "invalid", "")
}

func TestRequestForm(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	raw := func(text string) response {
		form := w.form("TerraformRead", object{})
		form.Set("terraform_request", text)
		return w.post(form)
	}
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	w.failsOn(raw(""), "invalid", "")
	w.failsOn(raw("not base64!"), "invalid", "")
	w.failsOn(raw(encode("[]")), "invalid", "")
	w.failsOn(raw(encode("{")), "invalid", "")
	w.failsOn(raw(encode(`{"op":"info"}`)), "invalid", "v")
	w.failsOn(raw(encode(`{"v":2,"op":"info"}`)), "unsupported", "v")
	w.failsOn(raw(encode(`{"v":1}`)), "invalid", "op")
	w.ok(raw(base64.URLEncoding.EncodeToString([]byte(`{"v":1,"op":"info"} `))))

	w.failsOn(w.read(object{"op": "dance"}), "unsupported", "op")
	w.failsOn(w.read(object{"op": "create", "kind": "product_group", "key": newKey(), "values": object{"name": "x"}}), "unsupported", "op")
	w.failsOn(w.write(object{"op": "list", "kind": "product_group"}), "unsupported", "op")
	w.failsOn(w.read(object{"op": "discover", "addon": "../x"}), "invalid", "addon")
	w.failsOn(w.write(object{"op": "connect"}), "invalid", "api_key", "url")
	w.failsOn(w.read(object{"op": "list", "kind": "planet"}), "unsupported", "kind")
	w.failsOn(w.write(object{"op": "create", "kind": "currency", "values": object{"code": "GBP"}}), "unsupported", "kind")
	for field, request := range map[string]object{
		"key":    {"op": "create", "kind": "product_group", "key": "short", "values": object{"name": "x"}},
		"id":     {"op": "update", "kind": "product_group", "id": 1, "values": object{}},
		"values": {"op": "update", "kind": "product_group", "id": "1", "values": list{}},
		"expect": {"op": "update", "kind": "product_group", "id": "1", "expect": "x", "values": object{}},
		"kind":   {"op": "create", "values": object{}},
		"module": {"op": "module_schema"},
	} {
		w.failsOn(w.write(request), "invalid", field)
	}
	for field, request := range map[string]object{
		"ops":             {"op": "batch", "ops": object{}},
		"ids":             {"op": "get", "kind": "product_group", "ids": list{}},
		"with":            {"op": "get", "kind": "product_group", "ids": list{"1"}, "with": list{"prices"}},
		"limit":           {"op": "list", "kind": "product_group", "limit": 501},
		"after":           {"op": "list", "kind": "product_group", "after": "x"},
		"filter.colour":   {"op": "list", "kind": "product_group", "filter": object{"colour": "red"}},
		"filter.pricing":  {"op": "list", "kind": "product", "filter": object{"pricing": object{}}},
		"unknown":         {"op": "validate", "kind": "product_group", "values": object{"name": "x"}, "unknown": list{"colour"}},
		"values":          {"op": "validate", "kind": "product_group", "values": "x"},
		"filter.gateways": {"op": "list", "kind": "product_group", "filter": object{"gateways": list{}}},
	} {
		w.failsOn(w.read(request), "invalid", field)
	}
}

func TestListPagesAndFilters(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	for _, name := range []string{"a", "b & c", "d"} {
		w.create("product_group", object{"name": name, "hidden": name == "d"})
	}
	page := func(request object) object {
		request["op"], request["kind"] = "list", "product_group"
		return w.ok(w.read(request))
	}
	names := func(payload object) list {
		found := list{}
		for _, row := range payload["rows"].(list) {
			found = append(found, row.(object)["name"])
		}
		return found
	}
	first := page(object{"limit": 3, "after": nil})
	w.holds(object{"names": names(first), "next": first["next"]}, object{"names": list{"Legacy & Co", "a", "b & c"}, "next": "3"})
	second := page(object{"limit": 3, "after": "3"})
	w.holds(object{"names": names(second), "next": second["next"]}, object{"names": list{"d"}, "next": nil})
	exact := page(object{"limit": 4})
	w.holds(exact, object{"next": nil})

	filtered := page(object{"filter": object{"hidden": false}, "limit": 1, "after": "1"})
	w.holds(object{"names": names(filtered), "next": filtered["next"]}, object{"names": list{"a"}, "next": "2"})
	w.holds(object{"names": names(page(object{"filter": object{"name": "b & c"}}))}, object{"names": list{"b & c"}})
	w.holds(object{"names": names(page(object{"filter": object{"order": 3, "hidden": true}}))}, object{"names": list{}})
	w.holds(page(object{"filter": object{"name": "none"}}), object{"rows": list{}, "next": nil})
	slugs := w.ok(w.read(object{"op": "list", "kind": "product", "filter": object{"slug": "legacy-vps", "product_group_id": "1", "server_group_id": nil}}))
	if len(slugs["rows"].(list)) != 1 {
		t.Errorf("filtering by slug gives %v", slugs)
	}
	some := w.rows("product_group", "3", "99", "1")
	if len(some) != 2 || some[0].(object)["id"] != "1" || some[1].(object)["id"] != "3" {
		t.Errorf("get gives %v", some)
	}
	usage := w.ok(w.read(object{"op": "get", "kind": "product_group", "ids": list{"1", "2"}, "with": list{"usage"}}))["rows"].(list)
	w.holds(usage[0].(object), object{"usage": object{"products": 1}})
	w.holds(usage[1].(object), object{"usage": object{"products": 0}})
}

func TestValidate(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	validate := func(request object) response {
		request["op"] = "validate"
		return w.read(request)
	}
	w.holds(w.ok(validate(object{"kind": "product_group", "values": object{"name": "new"}})), object{"ok": true})
	w.holds(w.fails(validate(object{"kind": "product_group", "values": object{"name": "Legacy & Co"}}), "exists"), object{"id": "1"})
	w.ok(validate(object{"kind": "product_group", "values": object{"name": "Legacy & Co"}, "allow_duplicate_name": true}))
	w.ok(validate(object{"kind": "product_group", "values": object{}, "unknown": list{"name"}}))
	w.failsOn(validate(object{"kind": "product_group", "values": object{"hidden": 1}}), "invalid", "hidden", "name")
	w.fails(validate(object{"kind": "product_group", "id": "9", "values": object{}}), "not_found")
	w.conflictsOn(validate(object{"kind": "product_group", "id": "1", "expect": object{"order": 2}, "values": object{"order": 3}}), "order")
	w.ok(validate(object{"kind": "product_group", "id": "1", "expect": object{"order": 1}, "values": object{"order": 3}}))

	// A dry run calls no module code, so it does not check the names of the options.
	w.ok(validate(object{"kind": "product", "values": object{
		"product_group_id": "1", "name": "p", "module": "samplevps", "module_options": object{"no such option": "x"},
	}}))
	w.failsOn(validate(object{"kind": "product", "values": object{"name": "p", "pricing": object{"GBP": object{}}}, "unknown": list{"product_group_id"}}),
		"invalid", "pricing.GBP")
	w.ok(validate(object{"kind": "product", "values": object{
		"product_group_id": "1", "name": "p", "toplink_dcim": object{"package": "x"}, "pricing": object{"USD": object{"one_time": object{"price": "1"}}},
	}, "unknown": list{"module", "pay_type"}}))
	w.failsOn(validate(object{"kind": "server_group", "values": object{"name": "g", "server_ids": list{"5"}}}), "invalid", "server_ids")
	w.ok(validate(object{"kind": "server", "values": object{"name": "s", "password": "x"}, "unknown": list{"module"}}))
	w.addService("1", "", "Active")
	w.ok(w.write(object{"op": "module_schema", "module": "samplevps"})) // now the option is known not to be a password
	guarded := object{"kind": "product", "id": "1", "values": object{"module_options": object{"1": "large"}}, "guard_live": list{"module_options"}}
	w.fails(validate(guarded), "in_use")
	if count := w.queryText("SELECT COUNT(*) FROM tblproductgroups"); count != "1" {
		t.Errorf("a dry run made %s groups", count)
	}
}

func TestInfo(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{SystemURL: "https://billing.example.com/"})
	info := w.ok(w.read(object{"op": "info"}))
	w.holds(info, object{
		"protocol": 1, "companion_version": "0.1.0", "whmcs_version": "8.13.1", "system_url": "https://billing.example.com/",
		"read_only": false, "allow_delete": true, "hooks_registered": true, "caller_ip": "127.0.0.1",
		"kinds":   list{"product_group", "server", "server_group", "product", "product_addon", "configurable_option_group", "addon_module", "solusvm2_billing", "landing_page", "currency", "email_template", "admin_role", "module"},
		"modules": object{"server": list{"samplevps", "toplink_dcim"}, "addons": list{"sampleaddon", "solusvm2", "stubborn"}},
	})
	w.holds(info["column_scales"].(object), object{
		"pricing": 2, "server.monthly_cost": 2, "product.overages.disk_price": 4, "currency.rate": 5,
	})
	w.holds(info["tables"].(object), object{"tblproducts": object{"engine": "InnoDB", "charset": "utf8mb4"}})
	w.holds(info["toplink"].(object)["options"].(object), object{"connection_node": 1, "client_hardware_info": 10})
	for _, item := range info["evidence"].(list) {
		evidence := item.(object)
		if evidence["ok"] != true {
			t.Errorf("evidence: %v", evidence)
		}
	}

	adjusted := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['toplink' => ['options' => ['package' => 12], 'module' => 'samplevps']];"})
	toplink := adjusted.ok(adjusted.read(object{"op": "info"}))["toplink"].(object)
	adjusted.holds(toplink, object{"module": "samplevps"})
	adjusted.holds(toplink["options"].(object), object{"package": 12, "data_center": 2})
	broken := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return 5;"})
	broken.holds(broken.ok(broken.read(object{"op": "info"})), object{"read_only": true})
	broken.assertEvidence("operator_settings", false, "must return an array")
}

func TestOfficialActions(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	call := func(action string, parameters url.Values) response {
		parameters.Set("identifier", w.Identifier)
		parameters.Set("secret", w.Secret)
		parameters.Set("responsetype", "json")
		parameters.Set("action", action)
		return w.post(parameters)
	}
	added := call("AddProduct", url.Values{"name": {"R&D"}, "gid": {"1"}, "paytype": {"recurring"}, "pricing[1][monthly]": {"5.00"}})
	if added.result != "success" {
		t.Fatalf("AddProduct: %s", added.raw)
	}
	// WHMCS sanitizes text that arrives over HTTP. The companion's codec decodes it.
	w.holds(w.row("product", "2"), object{"name": "R&D", "slug": "r-d", "type": "hostingaccount"})
	password := func(action, text string) string {
		var answer struct{ Password string }
		if err := json.Unmarshal([]byte(call(action, url.Values{"password2": {text}}).raw), &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Password
	}
	for _, text := range []string{"a&b <c> 'd' \"e\"", "&amp;"} {
		sealed := password("EncryptPassword", text)
		if opened := password("DecryptPassword", sealed); opened != text || sealed == password("EncryptPassword", text) {
			t.Errorf("%q comes back as %q from %q", text, opened, sealed)
		}
	}
	for _, action := range []string{"WhmcsDetails", "GetAdminDetails", "GetCurrencies", "GetServers", "GetProducts"} {
		if got := call(action, url.Values{}); got.result != "success" {
			t.Errorf("%s: %s", action, got.raw)
		}
	}
	for message, got := range map[string]response{
		"You must supply a name for the product":                     call("AddProduct", url.Values{}),
		"You must supply a valid Product Group ID":                   call("AddProduct", url.Values{"name": {"x"}}),
		"Parameter setting is required":                              call("GetConfigurationValue", url.Values{}),
		"Invalid name for parameter setting":                         call("GetConfigurationValue", url.Values{"setting": {"None"}}),
		`Invalid Permissions: API action "addclient" is not allowed`: call("AddClient", url.Values{}),
	} {
		if got.message != message {
			t.Errorf("got %q, want %q", got.message, message)
		}
	}
}
