package companion_test

import (
	"fmt"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// Changes to other objects are protected and journalled like changes of the object itself. Their hooks do not run.
func TestNeighbourSideEffects(t *testing.T) {
	t.Parallel()
	local := "<?php return ['allow_delete' => true, 'protected_ids' => ['server' => [1], 'server_group' => [1], 'product' => [2], 'configurable_option_group' => [1]]];"
	w := newWHMCS(t, testhost.Options{CompanionLocal: local, Hooks: testhost.HooksThrow})
	server := func(name string, values object) (string, object) {
		values["name"], values["module"] = name, "samplevps"
		payload := w.ok(w.write(object{"op": "create", "kind": "server", "values": values}))
		return payload["id"].(string), payload
	}
	protected := func(got response) {
		t.Helper()
		w.holds(w.fails(got, "read_only"), object{"reason": "protected_ids"})
	}
	journal := func() string {
		return marshal(w.query("SELECT op, kind, object_id FROM mod_terraform_journal ORDER BY id DESC LIMIT 2"))
	}

	// Server 1 is protected. It is the default of its module.
	server("one", object{"default_for_module": true})
	protected(w.write(object{"op": "create", "kind": "server", "values": object{"name": "two", "module": "samplevps", "default_for_module": true}}))
	two, _ := server("two", object{})
	protected(w.update("server", two, object{}, object{"default_for_module": true}))
	protected(w.read(object{"op": "validate", "kind": "server", "id": two, "values": object{"default_for_module": true}}))
	w.holds(w.row("server", "1"), object{"default_for_module": true})

	w.exec("UPDATE tblservers SET active = 0")
	w.ok(w.update("server", two, object{}, object{"default_for_module": true}))
	three, payload := server("three", object{"default_for_module": true})
	w.holds(payload, object{"hook_errors": list{"ServerAdd: RuntimeException: the hook at ServerAdd is broken"}})
	want := fmt.Sprintf(`[{"kind":"server","object_id":%q,"op":"update"},{"kind":"server","object_id":%q,"op":"create"}]`, two, three)
	if got := journal(); got != want {
		t.Errorf("journal %s, want %s", got, want)
	}
	after := w.queryText("SELECT row_after FROM mod_terraform_journal ORDER BY id DESC LIMIT 1")
	w.holds(w.row("server", two), object{"default_for_module": false})
	if before := w.queryText("SELECT row_before FROM mod_terraform_journal ORDER BY id DESC LIMIT 1"); before == after {
		t.Errorf("both images are %s", before)
	}

	// Group 1 is protected, group 2 is not.
	w.create("server_group", object{"name": "kept", "server_ids": list{two}})
	group, _ := w.create("server_group", object{"name": "loose", "server_ids": list{three}})
	protected(w.delete("server", two, object{"name": "two"}))
	w.ok(w.delete("server", three, object{"name": "three"}))
	want = fmt.Sprintf(`[{"kind":"server_group","object_id":%q,"op":"update"},{"kind":"server","object_id":%q,"op":"delete"}]`, group, three)
	if got := journal(); got != want {
		t.Errorf("journal %s, want %s", got, want)
	}

	// Product 2 is protected and recommends product 3. Product 4 recommends product 5.
	product := func(name string, recommended ...string) string {
		id, _ := w.create("product", object{"product_group_id": "1", "name": name, "recommended_product_ids": recommended})
		return id
	}
	for _, name := range []string{"p2", "p3", "p4", "p5"} {
		product(name)
	}
	w.exec("INSERT INTO tblproduct_recommendations (product_id, sortorder, recommended_product_id) VALUES (2, 0, 3), (4, 0, 5), (5, 0, 5)")
	protected(w.delete("product", "3", object{"product_group_id": "1", "name": "p3"}))
	w.holds(w.ok(w.delete("product", "5", object{"product_group_id": "1", "name": "p5"})), object{"hook_errors": list{
		"ProductDelete: RuntimeException: the hook at ProductDelete is broken",
	}})
	w.holds(w.row("product", "4"), object{"recommended_product_ids": list{}})
	w.create("configurable_option_group", object{"name": "options", "product_ids": list{"4"}})
	protected(w.delete("product", "4", object{"product_group_id": "1", "name": "p4"}))
}
