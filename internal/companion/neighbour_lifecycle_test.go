package companion_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// The companion's tables have a version. The first request after an upgrade adds what an older companion did not have,
// once, however many requests arrive.
func TestNeighbourTablesAreUpgraded(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.create("product_group", object{"name": "first"})
	if version := w.queryText("SELECT value FROM mod_terraform_settings WHERE name = 'tables_version'"); version == "" || version == "0" {
		t.Fatalf("the tables have the version %q", version)
	}
	columns := func() string {
		return marshal(w.query("SELECT TABLE_NAME AS t, COLUMN_NAME AS c FROM information_schema.columns WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'mod\\_terraform\\_%' ORDER BY 1, 2"))
	}
	before := columns()
	w.exec("ALTER TABLE mod_terraform_journal DROP COLUMN ip, DROP COLUMN row_after")
	w.exec("ALTER TABLE mod_terraform_files DROP COLUMN folders")
	w.exec("DELETE FROM mod_terraform_settings WHERE name = 'tables_version'")
	var group sync.WaitGroup
	codes := make(chan string, 8)
	for number := range cap(codes) {
		request := w.form("TerraformWrite", object{
			"op": "create", "kind": "product_group", "key": newKey(), "values": object{"name": "upgraded " + string(rune('a'+number))},
		})
		group.Go(func() {
			got, err := w.tryPost(request)
			if err != nil {
				got.code = err.Error()
			}
			codes <- got.result + got.code
		})
	}
	group.Wait()
	close(codes)
	for code := range codes {
		if code != "success" {
			t.Errorf("a request during the upgrade: %s%s", code, w.internalErrors())
		}
	}
	if after := columns(); after != before {
		t.Errorf("columns were %s, are %s", before, after)
	}
	if rows := w.queryText("SELECT COUNT(*) FROM mod_terraform_journal"); rows != "9" {
		t.Errorf("the journal has %s rows", rows)
	}
}

// An older companion does not write to the tables of a newer one. It reads.
func TestNeighbourNewerTablesAreNotWritten(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.create("product_group", object{"name": "first"})
	w.exec("UPDATE mod_terraform_settings SET value = '99' WHERE name = 'tables_version'")
	create := object{"op": "create", "kind": "product_group", "values": object{"name": "second"}}
	for _, got := range []response{w.write(create), w.read(object{"op": "validate", "kind": "product_group", "values": object{"name": "second"}})} {
		w.failsOn(got, "unsupported", "")
		if !strings.Contains(got.raw, "A newer companion created the tables mod_terraform_") {
			t.Errorf("got %s", got.raw)
		}
	}
	w.ok(w.read(object{"op": "info"}))
	w.ok(w.read(object{"op": "list", "kind": "product_group"}))
}

// After a restore, or a removal of the companion's tables, the operator sets the id that the states hold.
func TestNeighbourInstallationAfterARemoval(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	former := w.ok(w.read(object{"op": "info"}))["installation"].(string)
	w.exec("DROP TABLE mod_terraform_requests, mod_terraform_journal, mod_terraform_files, mod_terraform_settings")
	update := object{"op": "update", "kind": "product_group", "id": "1", "installation": former, "values": object{"headline": "x"}}
	conflicts := w.conflictsOn(w.write(update), "installation")
	w.holds(conflicts[0].(object), object{"expected": former})
	w.setLocal("<?php return ['installation' => '" + former + "'];")
	w.ok(w.write(update))
	w.holds(w.ok(w.read(object{"op": "info"})), object{"installation": former})
	w.assertEvidence("staging_copy", true, "companion.local.php says")
}

// An address of many slashes costs no time: a comparison whose time grows with the square of its length takes hours.
func TestNeighbourLongPanelAddress(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.create("addon_module", object{"module": "solusvm2"})
	slashes := strings.Repeat("/", 500_000)
	began := time.Now()
	for _, url := range []string{"https://panel.example.com" + slashes + "x", "https://panel.example.com" + slashes + "api/v1" + slashes} {
		w.fails(w.read(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "expect": object{"url": url}, "values": object{}}), "conflict")
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("two comparisons took %s", took)
	}
}
