package companion_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// lockedRows returns how many rows the transactions of a write have locked when they write the journal. That is the
// last step before the commit.
func (w *whmcs) lockedRows(write func() response) int {
	w.t.Helper()
	w.exec("CREATE OR REPLACE TABLE testhost_locks (locked INT NOT NULL) ENGINE=MyISAM")
	w.exec("CREATE OR REPLACE TRIGGER count_locks BEFORE INSERT ON mod_terraform_journal FOR EACH ROW " +
		"INSERT INTO testhost_locks SELECT trx_rows_locked FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()")
	time.Sleep(200 * time.Millisecond) // InnoDB shows transactions from a cache, which it renews after 100 ms without a reader
	w.ok(write())
	w.exec("DROP TRIGGER count_locks")
	locked, err := strconv.Atoi(w.queryText("SELECT MAX(locked) FROM testhost_locks"))
	if err != nil {
		w.t.Fatal(err)
	}
	return locked
}

// A write locks the rows of its object, with and without indexes on the columns that refer to the object.
func TestNeighbourAWriteLocksFewRows(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"with indexes", "without indexes"} {
		t.Run(mode, func(t *testing.T) {
			w := newWHMCS(t, testhost.Options{})
			w.fillProducts(1700)
			if mode == "without indexes" {
				w.exec("ALTER TABLE tblpricing DROP KEY relid")
				w.exec("ALTER TABLE tblproducts_slugs DROP KEY product_id")
			}
			w.exec("INSERT INTO tblproducts_slugs (product_id, group_id, group_slug, slug, active) SELECT id, 1, 'legacy-co', CONCAT('s', id), 1 FROM tblproducts WHERE id > 1")
			w.exec("INSERT INTO tblproducteventactions (entity_type, entity_id, name, event_name, action) SELECT 'product', id, 'n', 'e', 'a' FROM tblproducts WHERE id > 5")
			w.exec("INSERT INTO tblproducts_slugs_tracking (slug_id, date, clicks) SELECT id, CURDATE(), 1 FROM tblproducts_slugs WHERE product_id > 5")
			w.exec("INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) " +
				"SELECT 'product', id, 'os', 'text', '', '', '', '', '', '', '' FROM tblproducts")
			w.exec("INSERT INTO tblproductconfiglinks (gid, pid) SELECT 7, id FROM tblproducts WHERE id > 5")
			w.exec("INSERT INTO tblproduct_recommendations (product_id, sortorder, recommended_product_id) SELECT id, 0, 1 FROM tblproducts WHERE id > 5")
			w.exec("INSERT INTO tblondemandrenewals (rel_type, rel_id) SELECT 'Product', id FROM tblproducts WHERE id > 5")
			w.exec("INSERT INTO tblproduct_upgrade_products (product_id, upgrade_product_id) SELECT id, 1 FROM tblproducts WHERE id > 5")
			name := w.queryText("SELECT name FROM tblproducts WHERE id = 3")
			w.ok(w.read(object{"op": "info"})) // makes the companion's tables
			price := object{"USD": object{"monthly": object{"price": "12", "setup_fee": "0"}}}
			update := w.lockedRows(func() response {
				return w.update("product", "2", object{}, object{"pricing": price, "description": "d", "slug": "changed", "recommended_product_ids": list{"3"}})
			})
			remove := w.lockedRows(func() response {
				return w.delete("product", "3", object{"product_group_id": "1", "name": name})
			})
			t.Logf("%s: an update locks %d rows, a deletion %d, of %s price rows", mode, update, remove, w.queryText("SELECT COUNT(*) FROM tblpricing"))
			if update > 40 || remove > 60 {
				t.Errorf("an update locks %d rows, a deletion %d", update, remove)
			}
		})
	}
}
