package companion_test

import (
	"reflect"
	"testing"
)

func (w *whmcs) dump() map[string][]string {
	w.t.Helper()
	tables, err := w.Dump()
	if err != nil {
		w.t.Fatal(err)
	}
	return tables
}

// assertUnchanged fails if any row of any table differs from before.
func (w *whmcs) assertUnchanged(before map[string][]string, got response) {
	w.t.Helper()
	w.fails(got, "internal")
	for table, rows := range w.dump() {
		if !reflect.DeepEqual(rows, before[table]) {
			w.t.Errorf("%s\nwas %q\nis  %q", table, before[table], rows)
		}
	}
}

// The database rolls back a write that fails at its last step, of every kind.
func TestFailedWritesAreRolledBack(t *testing.T) {
	t.Parallel()
	bothModes(t, testFailedWrites)
}

func testFailedWrites(w *whmcs) {
	prices := object{"USD": object{"monthly": object{"price": "5", "setup_fee": "1"}}}
	part := func(name string) object {
		return object{"name": name, "sub_options": object{"a": object{"name": "A " + name, "pricing": prices}}}
	}
	server, _ := w.create("server", object{"name": "s1", "module": "samplevps", "default_for_module": true})
	other, _ := w.create("server", object{"name": "s2", "module": "samplevps"})
	w.create("server_group", object{"name": "g", "server_ids": list{server, other}})
	product, _ := w.create("product", object{"product_group_id": "1", "name": "p", "pay_type": "recurring", "pricing": prices, "custom_fields": object{"f": object{"name": "F"}}})
	payload := w.ok(w.write(object{"op": "create", "kind": "configurable_option_group", "values": object{"name": "o", "product_ids": list{product}, "options": object{"x": part("x"), "y": part("y")}}}))
	group := payload["id"].(string)
	gone := payload["option_ids"].(object)["x"].(object)["id"]
	before := w.dump()

	// The journal is the last table that a write changes.
	w.exec("CREATE TRIGGER meddle BEFORE INSERT ON mod_terraform_journal FOR EACH ROW SIGNAL SQLSTATE '45000'")
	w.assertUnchanged(before, w.write(object{"op": "create", "kind": "product", "values": object{
		"product_group_id": "1", "name": "new", "pay_type": "recurring", "pricing": prices, "custom_fields": object{"f": object{"name": "F"}}, "recommended_product_ids": list{product},
	}}))
	w.assertUnchanged(before, w.write(object{"op": "create", "kind": "product_group", "values": object{"name": "new"}}))
	w.assertUnchanged(before, w.write(object{"op": "create", "kind": "server", "values": object{"name": "new", "module": "samplevps", "default_for_module": true}}))
	w.assertUnchanged(before, w.write(object{"op": "create", "kind": "server_group", "values": object{"name": "new", "server_ids": list{server}}}))
	w.assertUnchanged(before, w.write(object{"op": "create", "kind": "configurable_option_group", "values": object{"name": "new", "options": object{"x": part("z")}}}))
	w.assertUnchanged(before, w.update("product", product, object{}, object{
		"name": "q", "pricing": object{"USD": object{}}, "slug": "other", "custom_fields": object{"n": object{"name": "N"}}, "on_demand_renewal": object{"override": true}, "upgrade_product_ids": list{"1"},
	}))
	w.assertUnchanged(before, w.update("product_group", "1", object{}, object{"slug": "moved"}))
	w.assertUnchanged(before, w.update("server", other, object{}, object{"default_for_module": true, "hostname": "h"}))
	w.assertUnchanged(before, w.update("configurable_option_group", group, object{}, object{
		"product_ids": list{}, "options": object{"x": object{"id": gone, "remove": true}, "z": part("z")},
	}))
	w.assertUnchanged(before, w.delete("configurable_option_group", group, object{"name": "o"}))
	w.assertUnchanged(before, w.delete("product", product, object{"product_group_id": "1", "name": "p"}))
	w.assertUnchanged(before, w.delete("server", server, object{"name": "s1"}))
	w.assertUnchanged(before, w.delete("server_group", "1", object{"name": "g"}))
	w.exec("DROP TRIGGER meddle")
	w.ok(w.delete("configurable_option_group", group, object{"name": "o"}))
}
