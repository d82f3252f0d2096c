package companion_test

import (
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// If it is not known whether a module option is a password, it is shown as a fingerprint. Reads run no code of the
// module. After a write has called the module, it is known.
func TestModuleOptionsOfWhichNothingIsKnown(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	prints := func() object { return w.row("product", "1")["module_option_fingerprints"].(object) }
	w.holds(w.row("product", "1"), object{"module": "samplevps", "module_options": object{}})
	if len(prints()) != 1 {
		t.Errorf("fingerprints %v", prints())
	}
	// The other module's declaration has no password among these options, so they are shown in plain text.
	w.exec("UPDATE tblproducts SET servertype = 'toplink_dcim', configoption3 = 'E3'")
	w.holds(w.row("product", "1"), object{"module_options": object{"1": "small", "3": "E3"}, "module_option_fingerprints": object{}})
	for _, module := range []string{"gone", ""} {
		w.exec("UPDATE tblproducts SET servertype = ?", module)
		w.holds(w.row("product", "1"), object{"module_options": object{}})
		w.conflictsOn(w.update("product", "1", object{"module_options": object{"3": "E4"}}, object{}), "module_options.3")
		w.ok(w.update("product", "1", object{"module_options": object{"3": "E3"}}, object{}))
	}
	w.exec("UPDATE tblproducts SET servertype = 'samplevps'")
	w.ok(w.post(w.form("TerraformWrite", object{"op": "module_schema", "module": "samplevps"})))
	w.holds(w.row("product", "1"), object{"module_options": object{"1": "small", "3": "E3"}, "module_option_fingerprints": object{}})
}

// The source of an encoded module cannot be read. The settings of the TopLink module are known nevertheless, so that
// a pipeline that only plans sees their drift. Other options of the module may be passwords.
func TestTopLinkOptionsOfAnEncodedModule(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['toplink' => ['module' => 'encoded']];"})
	w.exec("UPDATE tblproducts SET servertype = 'encoded', configoption3 = 'E3', configoption6 = 'on', configoption11 = 'may-be-secret'")
	row := w.row("product", "1")
	w.holds(row["toplink_dcim"].(object), object{"connection_node": "small", "package": "E3", "client_vnc": true, "client_power": false})
	w.holds(row, object{"module_options": object{"1": "small", "3": "E3", "6": "on"}})
	if prints := row["module_option_fingerprints"].(object); len(prints) != 1 || prints["11"] == nil {
		t.Errorf("fingerprints %v", prints)
	}
	// Drift is found without running the module's code.
	w.exec("UPDATE tblproducts SET configoption3 = 'E5'")
	drift := object{"op": "validate", "kind": "product", "id": "1", "expect": object{"toplink_dcim": object{"package": "E3"}}, "values": object{}}
	w.conflictsOn(w.read(drift), "toplink_dcim.package")
	w.holds(w.row("product", "1")["toplink_dcim"].(object), object{"package": "E5"})
}

// The positions of the TopLink module's settings are an assumption. If a position holds a password, it is neither
// shown nor written under the assumed name.
func TestTopLinkNumbersThatArePasswords(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['toplink' => ['module' => 'samplevps', 'options' => ['package' => 4, 'suspend_action' => 3]]];"})
	w.ok(w.post(w.form("TerraformWrite", object{"op": "module_schema", "module": "samplevps"})))
	w.exec("UPDATE tblproducts SET configoption4 = 'Canary-Token'")
	got := w.read(object{"op": "get", "kind": "product", "ids": list{"1"}})
	w.ok(got)
	if strings.Contains(got.raw, "Canary") {
		t.Errorf("a password is shown: %s", got.raw)
	}
	w.holds(w.row("product", "1")["toplink_dcim"].(object), object{"package": nil, "connection_node": "small"})
	w.failsOn(w.update("product", "1", object{}, object{"toplink_dcim": object{"package": "x"}}), "unsupported", "toplink_dcim.package")
	got = w.update("product", "1", object{"toplink_dcim": object{"package": "x"}}, object{})
	w.conflictsOn(got, "toplink_dcim.package")
	if strings.Contains(got.raw, "Canary") {
		t.Errorf("a password is shown: %s", got.raw)
	}
}

func TestModuleOptionsWithAChosenCodec(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['codecs' => ['product.module_options' => 'entity']];"})
	id, row := w.create("product", object{"product_group_id": "1", "name": "p", "module": "samplevps", "module_options": object{"Disk": `a "b" & <c>`}})
	w.holds(row, object{"module_options": object{"2": `a "b" & <c>`}})
	if stored := w.queryText("SELECT configoption2 FROM tblproducts WHERE id = ?", id); stored != "a &quot;b&quot; &amp; &lt;c&gt;" {
		t.Errorf("stored as %s", stored)
	}
	w.holds(w.ok(w.read(object{"op": "info"}))["codecs"].(object), object{"product.module_options": "entity"})
	toplink, row := w.create("product", object{"product_group_id": "1", "name": "t", "module": "toplink_dcim", "toplink_dcim": object{"package": "R&D"}})
	w.holds(row["toplink_dcim"].(object), object{"package": "R&D"})
	if stored := w.queryText("SELECT configoption3 FROM tblproducts WHERE id = ?", toplink); stored != "R&amp;D" {
		t.Errorf("stored as %s", stored)
	}
}

// A text that two codecs store differently is not written until the operator has set the codec.
func TestMixedEvidenceOfCodecs(t *testing.T) {
	t.Parallel()
	mix := func(w *whmcs) {
		w.exec("UPDATE tblproductgroups SET headline = 'John\\'s &amp; Jane'")
		w.exec("UPDATE tblproducts SET description = '<b>bold</b> &lt;i&gt;'")
	}
	w := newWHMCS(t, testhost.Options{})
	mix(w)
	w.failsOn(w.update("product_group", "1", object{}, object{"headline": "R&D"}), "unsupported", "headline")
	w.failsOn(w.read(object{"op": "validate", "kind": "product_group", "id": "1", "values": object{"headline": "R&D"}}), "unsupported", "headline")
	w.failsOn(w.update("product", "1", object{}, object{"description": "<b>"}), "unsupported", "description")
	// A text that all codecs store in the same way is written. Other columns are not affected.
	w.ok(w.update("product_group", "1", object{}, object{"headline": "plain", "tagline": "R&D"}))
	mix(w)

	chosen := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['codecs' => ['product_group.headline' => 'entity']];"})
	mix(chosen)
	chosen.ok(chosen.update("product_group", "1", object{}, object{"headline": "R&D"}))
	if stored := chosen.queryText("SELECT headline FROM tblproductgroups"); stored != "R&amp;D" {
		t.Errorf("stored as %s", stored)
	}
}

func TestJournalIsPruned(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	kept := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['journal_days' => 0];"})
	for _, one := range []*whmcs{w, kept} {
		one.create("product_group", object{"name": "old"})
		one.exec("UPDATE mod_terraform_journal SET created_at = NOW() - INTERVAL 366 DAY")
		one.create("product_group", object{"name": "new"})
	}
	if left := w.queryText("SELECT COUNT(*) FROM mod_terraform_journal"); left != "1" {
		t.Errorf("%s rows are left", left)
	}
	if left := kept.queryText("SELECT COUNT(*) FROM mod_terraform_journal"); left != "2" {
		t.Errorf("%s rows are kept", left)
	}
	faulty := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['journal_days' => '365'];"})
	faulty.fails(faulty.write(object{"op": "create", "kind": "product_group", "values": object{"name": "x"}}), "read_only")
}
