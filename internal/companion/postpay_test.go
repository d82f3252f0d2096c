package companion_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

func (w *whmcs) updateBilling(values object) response {
	w.t.Helper()
	return w.update("solusvm2_billing", "1", nil, values)
}

// An error in the map of columns refuses every write, and the error is named.
func TestFaultsOfTheMapStopEveryWrite(t *testing.T) {
	t.Parallel()
	for entry, word := range map[string]string{
		"'solusvm2' => 5":                                 "solusvm2",
		"'solusvm2' => ['map' => []]":                     "map",
		"'solusvm2' => ['addon' => '../x']":               "addon",
		"'solusvm2' => ['ca_file' => 'relative.pem']":     "ca_file",
		"'solusvm2' => ['landing_page_path' => '//evil']": "landing_page_path",
		"'solusvm2' => ['places' => ['nosuch' => []]]":    "nosuch",
		"'solusvm2' => ['places' => ['url' => ['store' => 'addon_setting', 'name' => 'access']]]":                                                                                             "places.url",
		"'solusvm2' => ['places' => ['url' => 'x']]":                                                                                                                                          "places.url",
		"'solusvm2' => ['places' => ['url' => ['a' => 1]]]":                                                                                                                                   "places.url",
		"'solusvm2' => ['places' => ['url' => ['store' => 'addon_setting', 'name' => 'u', 'as' => 'on']]]":                                                                                    "places.url",
		"'solusvm2' => ['places' => ['url' => ['store' => 'addon_setting', 'name' => 'u', 'as' => null]]]":                                                                                    "places.url",
		"'solusvm2' => ['places' => ['url' => ['store' => 'addon_setting', 'name' => 'u', 'table' => 'x']]]":                                                                                  "places.url",
		"'solusvm2' => ['places' => ['url' => ['store' => 'table', 'table' => 'x` y', 'key_column' => 'k', 'key' => 'u', 'value_column' => 'v']]]":                                            "places.url",
		"'solusvm2' => ['places' => ['url' => ['store' => 'table', 'table' => 'mod_terraform_settings', 'key_column' => 'name', 'key' => 'pepper', 'value_column' => 'value']]]":              "places.url",
		"'solusvm2' => ['places' => ['token_prices' => ['store' => 'addon_setting', 'name' => 'price']]]":                                                                                     "places.token_prices",
		"'solusvm2' => ['places' => ['token_prices' => ['store' => 'table', 'table' => 't', 'currency_column' => 'c']]]":                                                                      "places.token_prices",
		"'solusvm2' => ['places' => ['token_prices' => ['store' => 'table', 'table' => 't', 'key_column' => 'k', 'key' => 'x', 'currency_column' => 'currency', 'value_column' => 'price']]]": "places.token_prices",
		"'landing_page' => 1": "landing_page",
	} {
		t.Run(entry, func(t *testing.T) {
			w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return [" + entry + "];"})
			got := w.fails(w.updateBilling(object{"terms_url": ""}), "read_only")
			w.holds(got, object{"reason": "companion.local.php"})
			w.row("solusvm2_billing", "1") // reads use the assumed map
			for _, item := range w.ok(w.read(object{"op": "info"}))["evidence"].(list) {
				if item := item.(object); item["check"] == "operator_settings" && (item["ok"] == true || !strings.Contains(item["detail"].(string), word)) {
					t.Errorf("the evidence does not name %s: %v", word, item["detail"])
				}
			}
		})
	}
}

// If a value does not have the form that the map expects, the companion does not write to that place.
func TestPlacesOfAnotherFormAreNotWritten(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.create("addon_module", object{"module": "solusvm2"})
	for setting, one := range map[string]struct {
		stored, field string
		value         any
	}{
		"post_pay_enabled":            {"yes", "post_pay_enabled", true},
		"post_pay_limit_group_id":     {"new users", "new_user_limit_group_id", "3"},
		"post_pay_invoice_grace_days": {"P5D", "invoice_grace_days", 5},
	} {
		w.exec("UPDATE tbladdonmodules SET value = ? WHERE module = 'solusvm2' AND setting = ?", one.stored, setting)
		w.holds(w.row("solusvm2_billing", "1"), object{one.field: nil, "missing": list{one.field}})
		w.failsOn(w.updateBilling(object{one.field: one.value}), "unsupported", one.field)
		if now := w.queryText("SELECT value FROM tbladdonmodules WHERE module = 'solusvm2' AND setting = '" + setting + "'"); now != one.stored {
			t.Errorf("%s is now %q", setting, now)
		}
		w.exec("UPDATE tbladdonmodules SET value = '' WHERE module = 'solusvm2' AND setting = ?", setting)
	}
	connect := object{"op": "connect", "values": object{"url": "http://127.0.0.1:1", "api_key": "k"}}
	w.exec("UPDATE tbladdonmodules SET value = 'not encrypted' WHERE module = 'solusvm2' AND setting = 'integration_token'")
	w.failsOn(w.write(connect), "unsupported", "integration_token")
	w.exec("UPDATE tbladdonmodules SET value = '' WHERE module = 'solusvm2' AND setting = 'integration_token'")
	delete(connect, "key")
	w.failsOn(w.write(connect), "unsupported", "integration_token")
}

// A setting that the addon declares exists even if no value is stored. A dry run cannot call the addon, so the write
// decides.
func TestDeclaredSettingsAreThere(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	// The addon is activated in the admin area. The companion has therefore never called the addon.
	w.exec("INSERT INTO tbladdonmodules (module, setting, value) VALUES ('solusvm2', 'version', '1.4'), ('solusvm2', 'post_pay_enabled', '')")
	missing := w.row("solusvm2_billing", "1")["missing"].(list)
	if !slices.Contains(missing, any("terms_url")) {
		t.Errorf("missing %v", missing)
	}
	for _, field := range []string{"terms_url", "lock_overdue_days"} {
		value := any("")
		if field == "lock_overdue_days" {
			value = 5
		}
		w.ok(w.read(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{field: value}}))
	}
	w.failsOn(w.updateBilling(object{"lock_overdue_days": 5}), "unsupported", "lock_overdue_days")
	w.failsOn(w.read(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{"lock_overdue_days": 5}}), "unsupported", "lock_overdue_days")
	w.ok(w.updateBilling(object{"terms_url": "https://example.com/terms"}))
	w.holds(w.row("solusvm2_billing", "1"), object{"terms_url": "https://example.com/terms"})
}

// From WHMCS 8.13 on, a WHMCS class may encrypt the stored settings. The companion reads the same values.
func TestPostPayBehindWHMCSsOwnSettings(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{EncryptedAddonSettings: true, NoAddonActions: true})
	w.create("addon_module", object{"module": "solusvm2"})
	w.ok(w.updateBilling(object{"post_pay_enabled": true, "terms_url": "https://example.com/?a=1&b=2", "token_prices": object{"USD": "0.5"}}))
	w.holds(w.row("solusvm2_billing", "1"), object{
		"post_pay_enabled": true, "terms_url": "https://example.com/?a=1&b=2", "token_prices": object{"USD": "0.5000"}, "missing": list{},
	})
}

// The database rolls back a write that fails after its first statement.
func TestPostPayIsRolledBack(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]testhost.Options{"modern": {}, "old": {Legacy: true, ArrayResults: true}} {
		t.Run(name, func(t *testing.T) {
			w := newWHMCS(t, options)
			w.create("addon_module", object{"module": "solusvm2"})
			rows := func() string {
				return marshal(w.query("SELECT module, setting, value FROM tbladdonmodules ORDER BY module, setting"))
			}
			before := rows()
			w.exec("CREATE TRIGGER meddle BEFORE INSERT ON mod_terraform_journal FOR EACH ROW SIGNAL SQLSTATE '45000'")
			w.fails(w.updateBilling(object{"post_pay_enabled": true, "lock_overdue_days": 9, "token_prices": object{"USD": "1", "EUR": "2"}}), "internal")
			if after := rows(); after != before {
				t.Errorf("left behind: %s, before: %s", after, before)
			}
		})
	}
}

// The addon may have its older name. The operator's setting or the folder determines the name.
func TestPostPayOfAnotherFolder(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{SystemURL: "https://billing.example.com/whmcs", CompanionLocal: "<?php return ['solusvm2' => ['addon' => 'solusio', 'landing_page_path' => 'cloud/{addon}']];"})
	w.holds(w.row("solusvm2_billing", "1"), object{"addon": "solusio", "active": false, "landing_page_url": "https://billing.example.com/whmcs/cloud/solusio"})
	w.exec("INSERT INTO tbladdonmodules (module, setting, value) VALUES ('solusio', 'version', '1'), ('solusio', 'post_pay_terms_url', '')")
	// The addon's files are gone, so that the settings without a stored value have no declaration.
	w.failsOn(w.updateBilling(object{"invoice_grace_days": 1}), "unsupported", "invoice_grace_days")
	w.ok(w.updateBilling(object{"terms_url": "https://example.com/"}))
	if now := w.queryText("SELECT value FROM tbladdonmodules WHERE module = 'solusio' AND setting = 'post_pay_terms_url'"); now != "https://example.com/" {
		t.Errorf("stored %q", now)
	}
}
