package companion_test

import (
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// If the companion cannot decide whether an object is in use, it treats the object as in use.
func TestInUseFailsClosed(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	server, _ := w.create("server", object{"name": "s", "module": "samplevps"})
	product, _ := w.create("product", object{"product_group_id": "1", "name": "p"})
	w.exec("ALTER TABLE tblhosting MODIFY domainstatus VARCHAR(20) NULL")
	w.addService(product, server, "Active")
	w.exec("UPDATE tblhosting SET domainstatus = NULL")
	w.fails(w.delete("server", server, object{"name": "s"}), "in_use")
	guarded := func() response {
		return w.write(object{"op": "update", "kind": "product", "id": product, "guard_live": list{"module"}, "values": object{"module": "samplevps"}})
	}
	w.fails(guarded(), "in_use")
	w.exec("UPDATE tblhosting SET domainstatus = 'SomethingNew'")
	w.fails(w.delete("server", server, object{"name": "s"}), "in_use")

	w.exec("RENAME TABLE tblhosting TO tblhosting_elsewhere")
	w.fails(w.delete("server", server, object{"name": "s"}), "unsupported")
	w.fails(w.delete("product", product, object{"product_group_id": "1", "name": "p"}), "unsupported")
	w.fails(guarded(), "unsupported")
	w.ok(w.read(object{"op": "list", "kind": "product", "with": list{"usage"}}))
	w.row("server", server)
	w.row("product", product)
}

// A deleted product leaves the upgrade lists of other products, and its own.
func TestDeletedProductLeavesUpgradeLists(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	product, _ := w.create("product", object{"product_group_id": "1", "name": "p"})
	w.exec("INSERT INTO tblproduct_upgrade_products (product_id, upgrade_product_id) VALUES (?, ?), (?, 1), (1, ?)", product, product, product, product)
	w.ok(w.delete("product", product, object{"product_group_id": "1", "name": "p"}))
	if left := w.queryText("SELECT COUNT(*) FROM tblproduct_upgrade_products"); left != "0" {
		t.Errorf("%s upgrade paths are left", left)
	}
}

// The database's error messages quote parts of the text.
func TestDatabaseErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{StrictSQL: true})
	w.exec("ALTER TABLE tblproductgroups MODIFY headline TEXT CHARACTER SET latin1 NOT NULL")
	w.failsOn(w.update("product_group", "1", object{}, object{"headline": "独立"}), "invalid", "headline")
	w.ok(w.update("product_group", "1", object{}, object{"headline": "café €"}))
	w.holds(w.row("product_group", "1"), object{"headline": "café €"})
	w.exec("CREATE TRIGGER meddle BEFORE UPDATE ON tblproductgroups FOR EACH ROW SET NEW.`order` = CONCAT('Canary ', NEW.tagline)")
	w.fails(w.update("product_group", "1", object{}, object{"tagline": "Canary-Fragment"}), "internal")
	if log := w.internalErrors(); strings.Contains(log, "Canary") || !strings.Contains(log, "database error 1366") {
		t.Errorf("the activity log says %s", log)
	}
}
