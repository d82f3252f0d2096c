package companion_test

import (
	"strconv"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// fillProducts adds products with prices in three currencies and a description of 400 characters. It writes the
// columns directly.
func (w *whmcs) fillProducts(count int) {
	w.t.Helper()
	columns := w.query("SELECT GROUP_CONCAT(CONCAT('`', column_name, '`')) AS names, GROUP_CONCAT(CASE column_name WHEN 'name' THEN 'CONCAT(''product '', seq)' "+
		"WHEN 'description' THEN 'REPEAT(''words '', 66)' WHEN 'servertype' THEN '''toplink_dcim''' ELSE CONCAT('p.`', column_name, '`') END) AS chosen "+
		"FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'tblproducts' AND column_name <> 'id' AND ? = 0", 0)[0]
	w.exec("INSERT INTO tblproducts (" + columns["names"].(string) + ") SELECT " + columns["chosen"].(string) +
		" FROM tblproducts p JOIN seq_1_to_1000000 s ON s.seq < " + strconv.Itoa(count) + " WHERE p.id = 1")
	w.exec(`INSERT INTO tblpricing (type, currency, relid, msetupfee, qsetupfee, ssetupfee, asetupfee, bsetupfee, tsetupfee, monthly, quarterly, semiannually, annually, biennially, triennially)
		SELECT 'product', c.id, p.id, 5, 0, 0, 0, 0, 0, 10, 29, -1, 99, -1, -1 FROM tblproducts p, tblcurrencies c WHERE p.id > 1`)
}

// Each page of a list of ten thousand products takes the same number of statements. The memory depends on the page
// only.
func TestListingTenThousandProducts(t *testing.T) {
	t.Parallel()
	const products = 10_000
	w := newWHMCS(t, testhost.Options{})
	w.fillProducts(products)
	statements := map[int]int{}
	peaks := map[int]int{}
	page := func(limit int, after any) object {
		got := w.read(object{"op": "list", "kind": "product", "limit": limit, "after": after, "with": list{"usage"}})
		payload := w.ok(got)
		statements[got.statements]++
		peaks[limit] = max(peaks[limit], got.memory)
		return payload
	}
	w.ok(w.read(object{"op": "info"})) // the first request creates the companion's tables
	for _, limit := range []int{1, 10, 100} {
		page(limit, nil)
	}
	seen, prices := map[any]bool{}, 0
	for after := any(nil); ; {
		payload := page(500, after)
		for _, row := range payload["rows"].(list) {
			seen[row.(object)["id"]] = true
			prices += len(row.(object)["pricing"].(object))
		}
		if after = payload["next"]; after == nil {
			break
		}
	}
	t.Logf("statements by number of pages: %v, peak memory by size of page: %v", statements, peaks)
	if len(seen) != products || prices != 3*products {
		t.Errorf("%d products, %d prices", len(seen), prices)
	}
	if len(statements) != 1 || statements[0] != 0 {
		t.Errorf("pages take %v statements", statements)
	}
	if peaks[500] > 64<<20 {
		t.Errorf("a page of 500 takes %d bytes", peaks[500])
	}
}
