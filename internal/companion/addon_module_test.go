package companion_test

import (
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

const permissions = "SELECT value FROM tblconfiguration WHERE setting = 'AddonModulesPerms'"

// It is not documented whether WHMCS activates addon modules through its API. The outcome is the same with and
// without.
func TestAddonModuleWithAndWithoutOfficialActions(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]testhost.Options{
		"official": {}, "refused": {NoAddonActions: true}, "encrypted": {EncryptedAddonSettings: true},
		"encrypted and refused": {NoAddonActions: true, EncryptedAddonSettings: true}, "arrays": {ArrayResults: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWHMCS(t, options)
			rows := func() string {
				return marshal(w.query("SELECT module, setting, value FROM tbladdonmodules ORDER BY module, setting"))
			}
			before, permitted, lists := rows(), w.queryText(permissions), marshal(w.query("SELECT setting, value FROM tblconfiguration ORDER BY setting"))
			payload := w.ok(w.write(object{"op": "create", "kind": "addon_module", "values": object{
				"module": "sampleaddon", "admin_role_ids": list{"2", "1"}, "settings": object{"apikey": "one & <two>", "place": "Top"},
			}}))
			if told := len(payload["hook_errors"].(list)) > 0; told != options.NoAddonActions {
				t.Errorf("hook_errors %v", payload["hook_errors"])
			}
			if got := w.queryText(permissions); got != `a:3:{i:1;a:2:{s:11:"legacy_tool";s:11:"Legacy Tool";s:11:"sampleaddon";s:12:"Sample Addon";}i:3;a:1:{s:11:"legacy_tool";s:11:"Legacy Tool";}i:2;a:1:{s:11:"sampleaddon";s:12:"Sample Addon";}}` {
				t.Errorf("permissions %s", got)
			}
			if got := w.queryText("SELECT value FROM tblconfiguration WHERE setting = 'ActiveAddonModules'"); got != "legacy_tool,sampleaddon" {
				t.Errorf("active %s", got)
			}
			stored := w.queryText("SELECT value FROM tbladdonmodules WHERE module = 'sampleaddon' AND setting = 'apikey'")
			if (stored == "one & <two>") == options.EncryptedAddonSettings {
				t.Errorf("stored as %s", stored)
			}
			w.ok(w.update("addon_module", "sampleaddon", object{"settings": object{"apikey": "one & <two>"}}, object{"settings": object{"apikey": "three"}}))
			w.ok(w.update("addon_module", "sampleaddon", object{"settings": object{"apikey": "three"}}, object{"settings": object{"apikey": ""}}))
			w.queryText("SELECT COUNT(*) FROM mod_sampleaddon")
			w.ok(w.delete("addon_module", "sampleaddon", object{"module": "sampleaddon"}))
			if tables := w.query("SHOW TABLES LIKE 'mod_sampleaddon'"); len(tables) != 0 {
				t.Error("its own deactivation has not run")
			}
			if rows() != before || w.queryText(permissions) != permitted {
				t.Errorf("left behind: %s %s", rows(), w.queryText(permissions))
			}
			if after := marshal(w.query("SELECT setting, value FROM tblconfiguration ORDER BY setting")); after != lists {
				t.Errorf("left behind: %s", after)
			}
			for _, table := range []string{"mod_terraform_journal", "mod_terraform_requests", "tblactivitylog"} {
				if text := marshal(w.query("SELECT * FROM " + table)); strings.Contains(text, "<two>") || strings.Contains(text, "u003ctwo") || strings.Contains(text, "three") {
					t.Errorf("%s holds the secret: %s", table, text)
				}
			}
		})
	}
}

// A creation can stop between the activation and its transaction. Only a repetition with the same key completes it.
func TestAddonModuleActivationCutShort(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.exec("CREATE TRIGGER meddle BEFORE INSERT ON tbladdonmodules FOR EACH ROW SET NEW.value = IF(NEW.setting = 'access', 'meddled', NEW.value)")
	request := object{"op": "create", "kind": "addon_module", "key": newKey(), "values": object{"module": "sampleaddon", "admin_role_ids": list{"1"}}}
	got := w.write(request)
	w.fails(got, "internal")
	if !strings.Contains(got.message, "The addon module sampleaddon is active now") || strings.Contains(got.message, "nothing was kept") {
		t.Errorf("the message is %q", got.message)
	}
	w.holds(w.row("addon_module", "sampleaddon"), object{"admin_role_ids": list{}})
	w.exec("DROP TRIGGER meddle")
	w.fails(w.write(object{"op": "create", "kind": "addon_module", "values": object{"module": "sampleaddon"}}), "exists")
	w.holds(w.ok(w.write(request))["row"].(object), object{"admin_role_ids": list{"1"}})
	w.fails(w.write(object{"op": "create", "kind": "addon_module", "key": newKey(), "values": object{"module": "sampleaddon"}}), "exists")
}

func TestAddonModuleSafetySettingsAndPermissionsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['allow_delete' => true, 'protected_ids' => ['addon_module' => ['legacy_tool']]];"})
	w.holds(w.fails(w.delete("addon_module", "legacy_tool", object{"module": "legacy_tool"}), "read_only"), object{"reason": "protected_ids"})
	w.exec("UPDATE tblconfiguration SET value = 'a:1:{i:1' WHERE setting = 'AddonModulesPerms'")
	w.failsOn(w.write(object{"op": "create", "kind": "addon_module", "values": object{"module": "sampleaddon", "admin_role_ids": list{"1"}}}), "unsupported", "admin_role_ids")
	w.says(w.write(object{"op": "create", "kind": "addon_module", "values": object{"module": "stubborn"}}), "unsupported", "The addon module stubborn", "Stubborn needs a licence")
}

// The journal stores the whole name of an addon module, even for a long folder name.
func TestAddonModuleWithALongName(t *testing.T) {
	t.Parallel()
	const name = "a_module_of_a_folder_with_quite_a_long_name_of_64_characters_xyz"
	w := newWHMCS(t, testhost.Options{})
	w.exec("INSERT INTO tbladdonmodules (module, setting, value) VALUES (?, 'version', '1')", name)
	w.ok(w.delete("addon_module", name, object{"module": name}))
	if journalled := w.queryText("SELECT object_id FROM mod_terraform_journal"); journalled != name {
		t.Errorf("the journal says %q", journalled)
	}
}
