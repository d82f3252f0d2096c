package companion_test

import (
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

func TestProductGroupLifecycle(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{StrictSQL: true})
	id, row := w.create("product_group", object{
		"name":                "Dedicated & Bare Metal",
		"headline":            "Servers",
		"order_form_template": "standard_cart",
		"disabled_gateways":   list{"stripe", "paypal"},
	})
	want := object{
		"id": id, "name": "Dedicated & Bare Metal", "slug": "dedicated-bare-metal", "headline": "Servers", "tagline": "",
		"order_form_template": "standard_cart", "disabled_gateways": list{"paypal", "stripe"}, "hidden": false, "order": 2,
	}
	w.holds(row, want)
	w.holds(w.row("product_group", id), want)
	if len(row) != len(want) {
		t.Errorf("the row has %d fields, want %d: %v", len(row), len(want), row)
	}
	if name := w.queryText("SELECT name FROM tblproductgroups WHERE id = ?", id); name != "Dedicated &amp; Bare Metal" {
		t.Errorf("stored %q, although the column is entity-encoded", name)
	}

	payload := w.ok(w.update("product_group", id,
		object{"name": "Dedicated & Bare Metal", "order": 2, "disabled_gateways": list{"stripe", "paypal"}},
		object{"name": "Bare Metal", "order": 7, "hidden": true, "disabled_gateways": list{}},
	))
	w.holds(payload["row"].(object), object{
		"name": "Bare Metal", "order": 7, "hidden": true, "disabled_gateways": list{}, "slug": "dedicated-bare-metal",
	})
	w.holds(payload, object{"hook_errors": list{}})

	w.fails(w.delete("product_group", id, object{"name": "Dedicated & Bare Metal"}), "conflict")
	w.holds(w.ok(w.delete("product_group", id, object{"name": "Bare Metal"})), object{"id": id, "hook_errors": list{}})
	w.holds(w.fails(w.delete("product_group", id, object{"name": "Bare Metal"}), "not_found"), object{"kind": "product_group", "id": id})
	if rows := w.rows("product_group", id); len(rows) != 0 {
		t.Errorf("the group is still there: %v", rows)
	}
}

func TestProductGroupRefusals(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	id, _ := w.create("product_group", object{"name": "VPS", "slug": "vps"})

	create := func(values object) response {
		return w.write(object{"op": "create", "kind": "product_group", "values": values})
	}
	w.holds(w.fails(create(object{"name": "VPS"}), "exists"), object{"kind": "product_group", "id": id, "key": object{"name": "VPS"}})
	w.failsOn(create(object{"name": "Other", "slug": "vps"}), "invalid", "slug")
	w.failsOn(create(object{"headline": 5, "slug": "A B", "order": -1, "hidden": "on", "colour": "red"}), "invalid",
		"colour", "headline", "hidden", "name", "order", "slug")

	again := w.ok(w.write(object{"op": "create", "kind": "product_group", "values": object{"name": "VPS"}, "allow_duplicate_name": true}))
	w.holds(again["row"].(object), object{"slug": "vps-2"})

	// Names are compared exactly, whatever the collation of the column.
	w.create("product_group", object{"name": "vps"})

	renamed := w.update("product_group", again["id"].(string), object{}, object{"name": "Legacy & Co"})
	w.holds(w.fails(renamed, "exists"), object{"id": "1"})
	w.holds(w.fails(w.delete("product_group", "1", object{"name": "Legacy & Co"}), "in_use"),
		object{"references": list{object{"kind": "products", "count": 1}}})
	w.failsOn(w.delete("product_group", id, object{}), "invalid", "expect.name")
	w.failsOn(w.update("product_group", id, object{"colour": "red"}, object{}), "invalid", "expect.colour")
	w.fails(w.update("product_group", "9999", object{}, object{"name": "x"}), "not_found")
}

func TestProductGroupWithoutSlugColumn(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Version: "7.10.2-release.1"})
	w.exec("ALTER TABLE tblproductgroups DROP COLUMN slug")
	id, row := w.create("product_group", object{"name": "Old"})
	w.holds(row, object{"slug": nil})
	w.holds(w.row("product_group", id), object{"slug": nil})
	w.ok(w.update("product_group", id, object{"slug": nil}, object{"name": "Older", "slug": nil}))
	w.failsOn(w.update("product_group", id, object{}, object{"slug": "old"}), "unsupported", "slug")
}
