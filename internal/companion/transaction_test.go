package companion_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// A hook can leave its transaction open. The next write is stored nevertheless.
func TestHooksCannotKeepATransactionOpen(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksTransaction})
	results := w.results([]object{
		{"op": "create", "kind": "server", "values": object{"name": "first", "module": "samplevps"}},
		{"op": "create", "kind": "product_group", "values": object{"name": "second"}},
	})
	w.holds(results[0], object{"ok": true, "hook_errors": list{
		"ServerAdd: RuntimeException: the hook fails inside its transaction",
		"ServerAdd: a hook left a transaction open, which has been rolled back",
	}})
	w.holds(results[1], object{"ok": true, "hook_errors": list{}})
	for _, table := range []string{"tblservers WHERE name = 'first'", "tblproductgroups WHERE name = 'second'"} {
		if count := w.queryText("SELECT COUNT(*) FROM " + table); count != "1" {
			t.Errorf("%s: %s rows", table, count)
		}
	}
}

// A hook inside AddProduct can commit the write's transaction. No product remains, and the key does not report a
// false success.
func TestAProductWhoseTransactionWasCommittedIsDeleted(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]testhost.Options{"collections": {}, "arrays": {ArrayResults: true}} {
		t.Run(name, func(t *testing.T) {
			options.Hooks = testhost.HooksDDL
			w := newWHMCS(t, options)
			create := object{"op": "create", "kind": "product", "key": newKey(), "values": object{"product_group_id": "1", "name": "committed"}}
			for number := range 2 {
				got := w.write(create)
				w.fails(got, "internal")
				if product := fmt.Sprint("product ", 2+number); !strings.Contains(got.message, "Other code committed "+product+", so the companion deleted "+product) {
					t.Errorf("the message is %q", got.message)
				}
				for _, table := range []string{"tblproducts WHERE id > 1", "tblproducts_slugs WHERE product_id > 1", "tblpricing WHERE relid > 1"} {
					if count := w.queryText("SELECT COUNT(*) FROM " + table); count != "0" {
						t.Errorf("%s: %s rows", table, count)
					}
				}
			}
			// Neither the same write nor another one is blocked.
			results := w.results([]object{
				{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "committed"}},
				{"op": "create", "kind": "product_group", "values": object{"name": "after"}},
			})
			w.holds(results[0], object{"ok": false, "code": "internal"})
			w.holds(results[1], object{"ok": true})
		})
	}
}

// Code inside WHMCS's own action may commit the write's transaction. The companion restores no rows. It reports that
// a part is stored, and a repetition with the same key does nothing.
func TestAChangeThatOtherCodeCommittedIsReported(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksDDL})
	w.create("addon_module", object{"module": "sampleaddon", "admin_role_ids": list{"1"}})
	change := object{"op": "update", "kind": "addon_module", "id": "sampleaddon", "key": newKey(), "values": object{"admin_role_ids": list{"1", "2"}, "settings": object{"place": "Bottom"}}}
	got := w.write(change)
	w.fails(got, "internal")
	if !strings.Contains(got.message, "only a part of it is stored. Run terraform plan") {
		t.Errorf("the message is %q", got.message)
	}
	w.holds(w.row("addon_module", "sampleaddon"), object{"admin_role_ids": list{"1", "2"}})
	before := w.dump()
	w.fails(w.write(change), "internal")
	if after := w.dump(); !reflect.DeepEqual(before, after) {
		t.Errorf("was %q\nis  %q", before, after)
	}
}
