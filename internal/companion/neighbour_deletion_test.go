package companion_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// surround adds rows of a product to every table in which WHMCS keeps something for a product.
func (w *whmcs) surround(product string) {
	w.t.Helper()
	for _, statement := range []string{
		"INSERT INTO tblproducts_slugs (product_id, group_id, group_slug, slug, active) VALUES (?, 1, 'legacy-co', 'former', 0)",
		"INSERT INTO tblproducts_slugs_tracking (slug_id, date, clicks) SELECT id, CURDATE(), 3 FROM tblproducts_slugs WHERE product_id = ?",
		"INSERT INTO tblproduct_downloads (product_id, download_id) VALUES (?, 4)",
		"INSERT INTO tblproducteventactions (entity_type, entity_id, name, event_name, action) VALUES ('product', ?, 'n', 'aftercreate', 'a')",
		"INSERT INTO tblproducteventactions (entity_type, entity_id, name, event_name, action) VALUES ('addon', ?, 'n', 'aftercreate', 'a')",
		"INSERT INTO tblproduct_upgrade_products (product_id, upgrade_product_id) VALUES (?, 1)",
		"INSERT INTO tblproduct_recommendations (product_id, sortorder, recommended_product_id) VALUES (?, 0, 1)",
		"INSERT INTO tblproduct_recommendations (product_id, sortorder, recommended_product_id) VALUES (1, 0, ?)",
		"INSERT INTO tblondemandrenewals (rel_type, rel_id, enabled) VALUES ('Product', ?, 1)",
		"INSERT INTO tblondemandrenewals (rel_type, rel_id, enabled) VALUES ('Addon', ?, 1)",
		"INSERT INTO tblpricing (type, currency, relid, msetupfee, qsetupfee, ssetupfee, asetupfee, bsetupfee, tsetupfee, monthly, quarterly, semiannually, annually, biennially, triennially) VALUES ('addon', 1, ?, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1)",
		"INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) VALUES ('product', ?, 'node', 'text', '', '', '', '', '', '', '')",
		"INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) VALUES ('addon', ?, 'node', 'text', '', '', '', '', '', '', '')",
		"INSERT INTO tblcustomfieldsvalues (fieldid, relid, value) SELECT id, 99, 'entered' FROM tblcustomfields WHERE relid = ?",
	} {
		w.exec(statement, product)
	}
}

// ofAddons are conditions for the rows that surround adds and that do not belong to the product.
var ofAddons = []string{
	"tblproducteventactions WHERE entity_type = 'addon' AND entity_id = ?",
	"tblondemandrenewals WHERE rel_type = 'Addon' AND rel_id = ?",
	"tblpricing WHERE type = 'addon' AND relid = ?",
	"tblcustomfieldsvalues WHERE fieldid = (SELECT id FROM tblcustomfields WHERE type = 'addon' AND relid = ?)",
	"tblcustomfields WHERE type = 'addon' AND relid = ?",
}

// The deletion of a product leaves nothing of it and takes nothing of other objects.
func TestNeighbourProductDeletionLeavesNothing(t *testing.T) {
	t.Parallel()
	for mode, options := range map[string]testhost.Options{"modern": {}, "old": {Legacy: true, ArrayResults: true}} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWHMCS(t, options)
			kept, _ := w.create("product", object{"product_group_id": "1", "name": "kept"})
			w.surround("1")
			w.surround(kept)
			before := w.dump()
			product, _ := w.create("product", object{"product_group_id": "1", "name": "gone"})
			w.surround(product)
			w.holds(w.ok(w.delete("product", product, object{"product_group_id": "1", "name": "gone"})), object{"hook_errors": list{}})
			for _, rows := range ofAddons {
				if count := w.queryText("SELECT COUNT(*) FROM "+rows, product); count != "1" {
					t.Errorf("%s: %s rows", rows, count)
				}
				w.exec("DELETE FROM "+rows, product)
			}
			if after := w.dump(); !reflect.DeepEqual(before, after) {
				for table := range before {
					if !reflect.DeepEqual(before[table], after[table]) {
						t.Errorf("%s\nwas %q\nis  %q", table, before[table], after[table])
					}
				}
			}
		})
	}
}

// An option group that only the deleted product offered stays, and the response names it. A shared one is not named.
func TestNeighbourProductDeletionKeepsOptionGroups(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	other, _ := w.create("product", object{"product_group_id": "1", "name": "other"})
	product, _ := w.create("product", object{"product_group_id": "1", "name": "p"})
	options := object{"ram": object{"name": "RAM", "sub_options": object{"gb": object{"name": "64 GB"}}}}
	alone, _ := w.create("configurable_option_group", object{"name": "R&D", "product_ids": list{product}, "options": options})
	shared, _ := w.create("configurable_option_group", object{"name": "shared", "product_ids": list{product, other}, "options": options})
	remove := object{"op": "delete", "kind": "product", "id": product, "key": newKey(), "expect": object{"product_group_id": "1", "name": "p"}}
	want := object{"hook_errors": list{
		`The configurable option group "R&D" (` + alone + `) belonged only to this product. It was not deleted. If you do not need it, delete it in WHMCS`,
	}}
	w.holds(w.ok(w.write(remove)), want)
	w.holds(w.ok(w.write(remove)), want) // the stored response repeats it
	for _, group := range []string{alone, shared} {
		if row := w.row("configurable_option_group", group); !strings.Contains(marshal(row), "64 GB") {
			t.Errorf("the group %s is %v", group, row)
		}
	}
	w.holds(w.row("configurable_option_group", alone), object{"product_ids": list{}})
	w.holds(w.row("configurable_option_group", shared), object{"product_ids": list{other}})
}

// A WHMCS that lacks tables still deletes products.
func TestNeighbourProductDeletionOnAnOlderWHMCS(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Version: "7.10.2-release.1"})
	for _, table := range []string{
		"tblproducts_slugs_tracking", "tblproduct_downloads", "tblproducteventactions", "tblproduct_recommendations",
		"tblondemandrenewals", "tblproduct_upgrade_products", "tblproductconfiglinks", "tblcustomfieldsvalues", "tblproduct_group_features",
	} {
		w.exec("DROP TABLE " + table)
		id, _ := w.create("product", object{"product_group_id": "1", "name": "p"})
		w.ok(w.delete("product", id, object{"product_group_id": "1", "name": "p"}))
	}
	group, _ := w.create("product_group", object{"name": "g"})
	w.ok(w.delete("product_group", group, object{"name": "g"}))
}

// The features of a product group are deleted with it. Those of other groups stay.
func TestNeighbourProductGroupDeletion(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.exec("INSERT INTO tblproduct_group_features (product_group_id, feature) VALUES (1, 'fast')")
	before := w.dump()
	group, _ := w.create("product_group", object{"name": "g"})
	w.exec("INSERT INTO tblproduct_group_features (product_group_id, feature) VALUES (?, 'cheap'), (?, 'big')", group, group)
	w.ok(w.delete("product_group", group, object{"name": "g"}))
	if after := w.dump(); !reflect.DeepEqual(before, after) {
		t.Errorf("was %q\nis  %q", before, after)
	}
}

// A product that moves keeps the slug of its former group as an inactive row, so that old links redirect.
func TestNeighbourSlugOfAFormerGroupStays(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	group, _ := w.create("product_group", object{"name": "Second", "slug": "second"})
	slugs := func(id string) string {
		return w.queryText("SELECT GROUP_CONCAT(CONCAT_WS(' ', group_id, group_slug, slug, active) ORDER BY id) FROM tblproducts_slugs WHERE product_id = ?", id)
	}
	id, _ := w.create("product", object{"product_group_id": "1", "name": "p", "slug": "p"})
	w.ok(w.update("product", id, object{}, object{"product_group_id": group}))
	if got, want := slugs(id), "1 legacy-co p 0,"+group+" second p 1"; got != want {
		t.Errorf("slugs are %s, want %s", got, want)
	}
	w.ok(w.update("product", id, object{}, object{"product_group_id": "1"}))
	if got, want := slugs(id), "1 legacy-co p 1,"+group+" second p 0"; got != want {
		t.Errorf("slugs are %s, want %s", got, want)
	}
	// A new slug of the group reaches active rows only.
	w.ok(w.update("product_group", group, object{}, object{"slug": "renamed"}))
	if got, want := slugs(id), "1 legacy-co p 1,"+group+" second p 0"; got != want {
		t.Errorf("slugs are %s, want %s", got, want)
	}
}
