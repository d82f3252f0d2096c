package companion_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// evidence returns one entry of the evidence in info.
func (w *whmcs) evidence(check string) object {
	w.t.Helper()
	for _, item := range w.ok(w.read(object{"op": "info"}))["evidence"].(list) {
		if entry := item.(object); entry["check"] == check {
			return entry
		}
	}
	w.t.Fatalf("info has no evidence %s", check)
	return nil
}

// assertEvidence checks whether an entry is ok, and a part of its detail.
func (w *whmcs) assertEvidence(check string, ok bool, words ...string) {
	w.t.Helper()
	entry := w.evidence(check)
	for _, word := range words {
		if entry["ok"] != ok || !strings.Contains(fmt.Sprint(entry["detail"]), word) {
			w.t.Errorf("%v, want ok %t and %q", entry, ok, word)
		}
	}
}

func TestEvidenceCostsTheSameForManyProducts(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.ok(w.read(object{"op": "info"})) // creates the companion's tables
	few := w.read(object{"op": "info"})
	w.copyProducts(10_000)
	w.exec("INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) " +
		"SELECT 'product', id, 'Pre Install System', 'dropdown', '', '', '', '', '', 'on', '' FROM tblproducts WHERE id > 1")
	started := time.Now()
	many := w.read(object{"op": "info"})
	t.Logf("info with 10,000 products: %s, %d statements", time.Since(started).Round(time.Millisecond), many.statements)
	w.ok(many)
	if many.statements != few.statements || many.statements == 0 {
		t.Errorf("%d statements for one product, %d for many", few.statements, many.statements)
	}
	w.assertEvidence("operating_systems", false, "and more")
}

func TestEvidenceOfOlderInstallations(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Version: "7.10.2-release.1"})
	w.exec("DROP TABLE tblproducts_slugs")
	w.exec("ALTER TABLE tblproductgroups DROP COLUMN slug")
	w.exec("DROP TABLE tblproduct_recommendations")
	for _, check := range []string{"product_slugs", "group_slugs", "recommendations"} {
		w.assertEvidence(check, true, "may be too old")
	}
	w.exec("DROP TABLE tbltax")
	w.assertEvidence("not_managed", true, "tblpaymentgateways 0, tblemailtemplates ")
	w.exec("UPDATE tblconfiguration SET value = '9.0.1-release.1' WHERE setting = 'Version'")
	for _, check := range []string{"product_slugs", "group_slugs", "recommendations"} {
		w.assertEvidence(check, false, "does not exist")
	}
	w.exec("DELETE FROM tblconfiguration WHERE setting IN ('ModuleHooks', 'CurrencyAutoUpdateProductPrices', 'CurrencyAutoUpdateExchangeRates')")
	w.assertEvidence("hooks_registered", true, "no setting ModuleHooks")
	w.assertEvidence("currency_recalculation", true, "recalculates no prices")
	w.exec("ALTER TABLE tblproducts CONVERT TO CHARACTER SET utf8mb3")
	w.assertEvidence("four_byte_text", false, "tblproducts")
	w.exec("UPDATE tblconfiguration SET value = 'x' WHERE setting = 'SystemURL'")
	w.exec("INSERT INTO tblconfiguration (setting, value) VALUES ('CurrencyAutoUpdateProductPrices', 'on')")
	w.assertEvidence("currency_recalculation", false, "CurrencyAutoUpdateProductPrices")
	w.exec("DELETE FROM tblcurrencies WHERE id > 1")
	w.assertEvidence("currency_recalculation", true, "only one currency")
}

func TestEvidenceOfWhatTheOperatorDecided(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['codecs' => ['product_group.name' => 'raw'], 'installation' => '0b9c4c1e-6f1b-4b0e-9d0a-3f6f6f6f6f6f', 'toplink' => ['system_field' => '100% _OS_', 'module' => 'samplevps']];"})
	w.exec("INSERT INTO tblproductgroups (name, slug, headline, tagline, orderfrmtpl, disabledgateways) VALUES ('R&D', 'r-d', '', '', '', '')")
	w.assertEvidence("text_codecs", true, "no text column")
	w.exec("UPDATE tblconfiguration SET value = 'https://elsewhere.example.com' WHERE setting = 'SystemURL'")
	w.assertEvidence("staging_copy", true, "companion.local.php says")
	field := "INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) VALUES ('product', 1, ?, 'dropdown', '', '', '', '', '', '', '')"
	w.exec(field, "100 percent _OS_|X") // The % and _ of the setting are not wildcards of LIKE.
	w.assertEvidence("operating_systems", true, "no product")
	w.exec(field, "100% _OS_|System")
	w.assertEvidence("operating_systems", false, "in the products 1")
	broken := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['toplink' => ['system_field' => ' ']];"})
	broken.assertEvidence("operator_settings", false, "system_field")
}
