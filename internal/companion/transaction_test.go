package companion_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// A write after a hook that leaves its transaction open is stored all the same.
func TestHooksCannotKeepATransactionOpen(t *testing.T) {
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksTransaction})
	results := w.ok(w.post(w.form("TerraformWrite", object{"op": "batch", "ops": list{
		object{"op": "create", "kind": "server", "key": newKey(), "values": object{"name": "first", "module": "samplevps"}},
		object{"op": "create", "kind": "product_group", "key": newKey(), "values": object{"name": "second"}},
	}})))["results"].(list)
	w.holds(results[0].(object), object{"ok": true, "hook_errors": list{
		"ServerAdd: RuntimeException: the hook fails inside its transaction",
		"ServerAdd: a hook left a transaction open, which has been rolled back",
	}})
	w.holds(results[1].(object), object{"ok": true, "hook_errors": list{}})
	for _, table := range []string{"tblservers WHERE name = 'first'", "tblproductgroups WHERE name = 'second'"} {
		if count := w.stored("SELECT COUNT(*) FROM " + table); count != "1" {
			t.Errorf("%s: %s rows", table, count)
		}
	}
}

// A hook inside AddProduct that commits the write's transaction leaves no product behind, and its key no false success.
func TestAProductWhoseTransactionWasCommittedIsTakenBack(t *testing.T) {
	for name, options := range map[string]testhost.Options{"collections": {}, "arrays": {ArrayResults: true}} {
		t.Run(name, func(t *testing.T) {
			options.Hooks = testhost.HooksDDL
			w := newWHMCS(t, options)
			create := object{"op": "create", "kind": "product", "key": newKey(), "values": object{"product_group_id": "1", "name": "committed"}}
			for range 2 {
				w.fails(w.write(create), "internal")
				for _, table := range []string{"tblproducts WHERE id > 1", "tblproducts_slugs WHERE product_id > 1", "tblpricing WHERE relid > 1"} {
					if count := w.stored("SELECT COUNT(*) FROM " + table); count != "0" {
						t.Errorf("%s: %s rows", table, count)
					}
				}
			}
			// The writes that follow in the same request are not held up.
			results := w.results([]object{
				{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "committed"}},
				{"op": "create", "kind": "product_group", "values": object{"name": "after"}},
			})
			w.holds(results[0], object{"ok": false, "code": "internal"})
			w.holds(results[1], object{"ok": true})
		})
	}
}

// Code inside WHMCS's own action that commits the write's transaction leaves no half of a change behind: the rows are put back by hand.
func TestAChangeWhoseTransactionWasCommittedIsTakenBack(t *testing.T) {
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksDDL})
	w.create("addon_module", object{"module": "sampleaddon", "admin_role_ids": list{"1"}})
	w.exec("CREATE TABLE mod_other (id INT)")
	before := w.dump()
	change := object{"op": "update", "kind": "addon_module", "id": "sampleaddon", "key": newKey(), "values": object{"admin_role_ids": list{"1", "2"}, "settings": object{"place": "Bottom"}}}
	for range 2 {
		// The key's outcome is not known to the companion: its repetition changes nothing either.
		w.fails(w.write(change), "internal")
	}
	for table, rows := range w.dump() {
		if strings.HasPrefix(table, "mod_terraform_") || table == "tblactivitylog" {
			continue
		}
		if !reflect.DeepEqual(rows, before[table]) {
			t.Errorf("%s\nwas %q\nis  %q", table, before[table], rows)
		}
	}
}
