package companion_test

import (
	"fmt"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// A filter reads a bounded number of rows at a time and finds every match.
func TestFilterOverManyRows(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.exec("INSERT INTO tblproductgroups (name, slug, headline, tagline, orderfrmtpl, disabledgateways, hidden) " +
		"SELECT CONCAT('R&amp;D ', seq), CONCAT('s', seq), REPEAT('x', 2000), '', '', '', seq % 2 FROM seq_1_to_1203")
	page := w.ok(w.read(object{"op": "list", "kind": "product_group", "filter": object{"name": "R&D 1203"}}))
	w.holds(page["rows"].(list)[0].(object), object{"slug": "s1203"})
	w.holds(page, object{"next": nil})
	seen, after := map[string]bool{}, any(nil)
	for range 5 {
		page := w.ok(w.read(object{"op": "list", "kind": "product_group", "filter": object{"hidden": true}, "limit": 250, "after": after}))
		for _, row := range page["rows"].(list) {
			seen[fmt.Sprint(row.(object)["id"])] = true
		}
		if after = page["next"]; after == nil {
			break
		}
	}
	if len(seen) != 602 || after != nil {
		t.Errorf("%d rows, next %v", len(seen), after)
	}
}
