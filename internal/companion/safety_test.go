package companion_test

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// longText returns a text of n characters.
func longText(n int) string { return strings.Repeat("x", n) }

func TestReplay(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksThrow})
	create := object{"op": "create", "kind": "server", "key": newKey(), "values": object{"name": "s", "module": "samplevps", "password": "one"}}
	first := w.ok(w.write(create))
	second := w.ok(w.write(create))
	w.holds(second, object{"id": first["id"], "row": first["row"], "replayed": true, "hook_errors": list{}})
	if _, found := first["replayed"]; found {
		t.Error("the first response says that it is a replay")
	}
	if count := w.queryText("SELECT COUNT(*) FROM tblservers"); count != "1" {
		t.Errorf("%s servers", count)
	}
	id := first["id"].(string)

	create["values"] = object{"name": "s", "module": "samplevps", "password": "two"}
	w.failsOn(w.write(create), "invalid", "key")

	// A failure is not stored. The key can be used again.
	key := newKey()
	w.fails(w.write(object{"op": "update", "kind": "server", "id": "99", "key": key, "values": object{"name": "x"}}), "not_found")
	w.ok(w.write(object{"op": "update", "kind": "server", "id": id, "key": key, "values": object{"name": "x"}}))

	remove := object{"op": "delete", "kind": "server", "id": id, "key": newKey(), "expect": object{"name": "x"}}
	w.ok(w.write(remove))
	w.holds(w.ok(w.write(remove)), object{"id": id, "replayed": true})

	// A key is deleted after seven days.
	w.exec("UPDATE mod_terraform_requests SET created_at = NOW() - INTERVAL 8 DAY")
	w.fails(w.write(remove), "not_found")
}

func TestConflictsNameEveryField(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	id, _ := w.create("server", object{"name": "s", "module": "samplevps", "monthly_cost": "10", "assigned_ip_addresses": list{"a", "b"}})
	conflicts := w.conflictsOn(w.update("server", id,
		object{"monthly_cost": "10.000", "assigned_ip_addresses": list{"b", "a"}, "max_accounts": 100, "noc": ""},
		object{"noc": "x"},
	), "assigned_ip_addresses", "max_accounts")
	w.holds(object{"fields": conflicts}, object{"fields": list{
		object{"field": "assigned_ip_addresses", "expected": list{"b", "a"}, "actual": list{"a", "b"}},
		object{"field": "max_accounts", "expected": 100, "actual": 200},
	}})
	w.holds(w.row("server", id), object{"noc": ""})

	product, _ := w.create("product", object{"product_group_id": "1", "name": "p", "module": "samplevps"})
	w.conflictsOn(w.update("product", product,
		object{
			"pricing":  object{"USD": object{"monthly": object{"price": "1"}}, "EUR": object{}},
			"overages": object{"disk_limit": 5, "disk_price": "0"}, "module_options": object{"Plan": "small", "2": ""},
		},
		object{"module_options": object{"Plan": "medium"}},
	), "module_options.Plan", "overages.disk_limit", "pricing.USD")
}

func TestOneNameIsTakenOnceHoweverManyWantIt(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	codes := make(chan string, 12)
	var group sync.WaitGroup
	for range cap(codes) {
		request := w.form("TerraformWrite", object{
			"op": "create", "kind": "product", "key": newKey(), "values": object{"product_group_id": "1", "name": "wanted"},
		})
		group.Add(1)
		go func() {
			defer group.Done()
			got, err := w.tryPost(request)
			codes <- fmt.Sprint(got.result, got.code, err)
		}()
	}
	group.Wait()
	close(codes)
	counts := map[string]int{}
	for code := range codes {
		counts[code]++
	}
	if counts["success<nil>"] != 1 || counts["errorexists<nil>"] != cap(codes)-1 {
		t.Errorf("answers: %v%s", counts, w.internalErrors())
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	first := object{"op": "create", "kind": "product_group", "key": newKey(), "values": object{"name": "a"}}
	results := w.results([]object{
		first,
		{"op": "create", "kind": "product_group", "values": object{"name": "Legacy & Co"}},
		first,
		{"op": "create", "kind": "product_group", "key": "short", "values": object{"name": "b"}},
		{"op": "update", "kind": "product_group", "id": "1", "expect": object{"order": 5}, "values": object{"order": 6}},
		{"op": "delete", "kind": "server", "id": "8", "expect": object{"name": "x"}},
	})
	for number, fields := range []object{
		{"ok": true, "hook_errors": list{}},
		{"ok": false, "code": "exists", "id": "1", "kind": "product_group", "key": object{"name": "Legacy & Co"}},
		{"ok": true, "replayed": true},
		{"ok": false, "code": "invalid"},
		{"ok": false, "code": "conflict", "fields": list{object{"field": "order", "expected": 5, "actual": 1}}},
		{"ok": false, "code": "not_found", "kind": "server", "id": "8"},
	} {
		w.holds(results[number], fields)
	}
	w.failsOn(w.write(object{"op": "batch", "ops": list{first}}), "unsupported", "op")
}

func TestInstallation(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{SystemURL: "https://billing.example.com/"})
	installation := w.ok(w.read(object{"op": "info"}))["installation"].(string)
	if w.ok(w.read(object{"op": "info"}))["installation"] != installation {
		t.Error("the installation changed between two requests")
	}
	write := object{"op": "create", "kind": "product_group", "installation": installation, "values": object{"name": "here"}}
	w.ok(w.write(write))

	w.exec("UPDATE tblconfiguration SET value = 'https://staging.example.com/' WHERE setting = 'SystemURL'")
	staging := w.ok(w.read(object{"op": "info"}))["installation"].(string)
	if staging == installation || len(staging) != 36 || staging[14] != '5' || installation[14] != '4' {
		t.Errorf("production is %s, staging is %s", installation, staging)
	}
	conflicts := w.conflictsOn(w.write(object{"op": "create", "kind": "product_group", "installation": installation, "values": object{"name": "there"}}), "installation")
	w.holds(conflicts[0].(object), object{"expected": installation, "actual": staging})

	// The stored response of another installation is not a response of this one.
	w.conflictsOn(w.write(write), "installation")
	write["installation"] = staging
	w.holds(w.ok(w.write(write)), object{"replayed": true})

	pinned := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['installation' => '0b9c4c1e-6f1b-4b0e-9d0a-3f6f6f6f6f6f'];"})
	pinned.holds(pinned.ok(pinned.read(object{"op": "info"})), object{"installation": "0b9c4c1e-6f1b-4b0e-9d0a-3f6f6f6f6f6f"})
}

func TestSafetySettings(t *testing.T) {
	t.Parallel()
	group := object{"op": "create", "kind": "product_group", "values": object{"name": "g"}}
	stopped := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['read_only' => true];"})
	for _, request := range []object{
		group,
		{"op": "update", "kind": "product_group", "id": "1", "values": object{}},
		{"op": "module_schema", "module": "samplevps"},
		{"op": "test_connection", "values": object{"module": "samplevps"}},
	} {
		stopped.holds(stopped.fails(stopped.write(request), "read_only"), object{"reason": "read_only"})
	}
	stopped.fails(stopped.read(object{"op": "validate", "kind": "product_group", "values": object{"name": "g"}}), "read_only")
	stopped.holds(stopped.ok(stopped.read(object{"op": "info"})), object{"read_only": true})

	limited := newWHMCS(t, testhost.Options{CompanionLocal: `<?php return [
		'allow_delete' => false, 'kinds' => ['product_group', 'server'], 'protected_ids' => ['product_group' => [1]],
	];`})
	limited.holds(limited.ok(limited.read(object{"op": "info"})), object{"allow_delete": false, "kinds": list{"product_group", "server"}})
	id, _ := limited.create("product_group", object{"name": "g"})
	for reason, got := range map[string]response{
		"allow_delete":  limited.delete("product_group", id, object{"name": "g"}),
		"protected_ids": limited.update("product_group", "01", object{}, object{"headline": "x"}),
		"kinds":         limited.write(object{"op": "create", "kind": "server_group", "values": object{"name": "g"}}),
	} {
		limited.holds(limited.fails(got, "read_only"), object{"reason": reason})
	}
	limited.ok(limited.read(object{"op": "list", "kind": "product"}))
}

// A change of the parent object can delete options and custom fields. The setting allow_delete applies to these
// deletions too.
func TestAllowDeleteKeepsParts(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['allow_delete' => false];"})
	product, row := w.create("product", object{"product_group_id": "1", "name": "p", "custom_fields": object{"os": object{"name": "OS"}}})
	var field string
	for id := range row["custom_fields"].(object) {
		field = id
	}
	made := w.ok(w.write(object{"op": "create", "kind": "configurable_option_group", "values": object{
		"name": "o", "options": object{"ram": object{"name": "RAM", "sub_options": object{"gb": object{"name": "1 GB"}}}},
	}}))
	option := made["option_ids"].(object)["ram"].(object)
	part := option["sub_options"].(object)["gb"].(object)["id"]
	before := w.dump()
	for _, change := range []object{
		{"kind": "product", "id": product, "values": object{"custom_fields": object{"os": object{"id": field, "remove": true}}}},
		{"kind": "configurable_option_group", "id": made["id"], "values": object{"options": object{"ram": object{"id": option["id"], "remove": true}}}},
		{"kind": "configurable_option_group", "id": made["id"], "values": object{"options": object{"ram": object{"id": option["id"], "sub_options": object{"gb": object{"id": part, "remove": true}}}}}},
	} {
		validate := object{"op": "validate", "kind": change["kind"], "id": change["id"], "values": change["values"]}
		w.holds(w.fails(w.read(validate), "read_only"), object{"reason": "allow_delete"})
		change["op"] = "update"
		w.holds(w.fails(w.write(change), "read_only"), object{"reason": "allow_delete"})
	}
	for table, rows := range w.dump() {
		if !reflect.DeepEqual(rows, before[table]) {
			t.Errorf("%s\nwas %q\nis  %q", table, before[table], rows)
		}
	}
}

// A misspelled safety setting must not act as a disabled one. Any error in the operator's file refuses every write,
// but no read.
func TestFaultyOperatorSettings(t *testing.T) {
	t.Parallel()
	for fault, settings := range map[string]string{
		"allow_delete":  "'allow_delete' => 'false'",
		"readonly":      "'readonly' => true",
		"read_only":     "'read_only' => null",
		"kinds":         "'kinds' => ['products']",
		"protected_ids": "'protected_ids' => ['product_groups' => [1]]",
		"codecs":        "'codecs' => ['product.name' => 'utf8']",
		"toplink":       "'toplink' => ['module' => '../x']",
		"option name":   "'toplink' => ['options' => ['conection_node' => 1]]",
		"option number": "'toplink' => ['options' => ['connection_node' => '4']]",
		"hash key":      "'toplink' => ['hash_keys' => ['prefix' => 'p']]",
		"table":         "'recommendations' => ['tabel' => 'tblx']",
		"relation":      "'on_demand_renewals' => ['rel_type' => 3]",
	} {
		t.Run(fault, func(t *testing.T) {
			w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return [" + settings + "];"})
			refused := w.fails(w.delete("product_group", "1", object{"name": "Legacy & Co"}), "read_only")
			w.holds(refused, object{"reason": "companion.local.php"})
			w.fails(w.read(object{"op": "validate", "kind": "product_group", "values": object{"name": "g"}}), "read_only")
			w.holds(w.ok(w.read(object{"op": "info"})), object{"read_only": true})
			w.ok(w.read(object{"op": "list", "kind": "product"}))
		})
	}
	for _, ids := range []string{"['1,2']", "['01']", "['1 ']", "1", "[true]"} {
		w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['protected_ids' => ['product_group' => " + ids + "]];"})
		w.fails(w.update("product_group", "1", object{}, object{"headline": "x"}), "read_only")
	}
}

// A table that is not InnoDB is never written. Each table counts for the kinds that write it. The companion's own
// tables count for all kinds.
func TestTablesWithoutTransactions(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	create := object{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "p"}}
	w.exec("ALTER TABLE tblpricing ENGINE=MyISAM")
	w.failsOn(w.write(create), "unsupported", "kind")
	w.create("product_group", object{"name": "g"})
	w.exec("ALTER TABLE tblpricing ENGINE=InnoDB ROW_FORMAT=DYNAMIC")
	w.ok(w.write(create))
	w.exec("ALTER TABLE mod_terraform_requests ENGINE=MyISAM")
	w.failsOn(w.write(object{"op": "create", "kind": "product_group", "values": object{"name": "h"}}), "unsupported", "kind")
	w.ok(w.read(object{"op": "list", "kind": "product_group"}))
}

// An access hash that is not a settings object is not overwritten.
func TestTopLinkSettingsSpareAnAccessHash(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	id, _ := w.create("server", object{"name": "s", "module": "toplink_dcim", "access_hash": "REAL-SECRET-HASH"})
	settings := object{"toplink_dcim": object{"username_prefix": "x", "hostname_format": "y"}}
	w.failsOn(w.update("server", id, object{}, settings), "invalid", "toplink_dcim")
	if stored := w.queryText("SELECT accesshash FROM tblservers WHERE id = ?", id); stored != "REAL-SECRET-HASH" {
		t.Errorf("stored %q", stored)
	}
	w.exec(`UPDATE tblservers SET accesshash = '{"username_prefix":"a","token":"zzz"}' WHERE id = ?`, id)
	w.ok(w.update("server", id, object{}, object{"toplink_dcim": object{"hostname_format": "y"}}))
	if stored := w.queryText("SELECT accesshash FROM tblservers WHERE id = ?", id); stored != `{"username_prefix":"a","token":"zzz","hostname_format":"y"}` {
		t.Errorf("stored %q", stored)
	}
	w.ok(w.update("server", id, object{}, object{"access_hash": ""}))
	w.ok(w.update("server", id, object{}, settings))
}

func TestTextRoundTrip(t *testing.T) {
	t.Parallel()
	texts := []string{
		"R&D", "<b>&amp;</b>", `"quoted" & 'single'`, "&lt;already&gt;", "emoji 🚀 and ❤️", "独立服务器 & 云", "हिन्दी सर्वर <1>",
		"tab\tand\nnewline", "100% _x_ \\ back", " padded ",
	}
	for _, codec := range []string{"entity", "html", "raw"} {
		t.Run(codec, func(t *testing.T) {
			w := newWHMCS(t, testhost.Options{CompanionLocal: fmt.Sprintf(
				"<?php return ['codecs' => ['product_group.name' => '%[1]s', 'product.description' => '%[1]s']];", codec,
			)})
			for _, text := range texts {
				id, row := w.create("product_group", object{"name": text})
				w.holds(row, object{"name": text})
				w.holds(w.ok(w.read(object{"op": "list", "kind": "product_group", "filter": object{"name": text}})), object{"rows": list{row}})
				w.fails(w.write(object{"op": "create", "kind": "product_group", "values": object{"name": text}}), "exists")
				w.ok(w.update("product_group", id, object{"name": text}, object{"headline": text}))
			}
			id, _ := w.create("product", object{"product_group_id": "1", "name": "p", "description": strings.Join(texts, "\n")})
			w.holds(w.row("product", id), object{"description": strings.Join(texts, "\n")})
			stored := w.queryText("SELECT description FROM tblproducts WHERE id = ?", id)
			if encoded := strings.Contains(stored, "R&amp;D"); encoded != (codec == "entity") {
				t.Errorf("stored as %q", stored)
			}
		})
	}
}

func TestCodecIsChosenByEvidence(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	codecs := func() object { return w.ok(w.read(object{"op": "info"}))["codecs"].(object) }
	w.holds(codecs(), object{
		"product_group.name": "entity", "product.name": "entity", "product.description": "html", "server.noc": "entity",
	})
	w.exec("UPDATE tblproducts SET name = 'R&D <raw>', description = '&lt;b&gt;'")
	w.holds(codecs(), object{"product.name": "raw", "product.description": "entity"})

	w.exec("UPDATE tblproducts SET name = 'John''s VPS &amp; more', description = '<p>Fast &amp; simple</p>'")
	w.holds(codecs(), object{"product.name": "raw", "product.description": "html"})
	w.exec("UPDATE tblproducts SET name = 'R&D <raw>', description = '&lt;b&gt;'")

	// The companion writes a literal entity into a raw column. This does not change the evidence of the column's
	// codec.
	id, _ := w.create("product", object{"product_group_id": "1", "name": "R&amp;D"})
	w.holds(codecs(), object{"product.name": "raw"})
	w.holds(w.row("product", id), object{"name": "R&amp;D"})

	narrow := newWHMCS(t, testhost.Options{})
	narrow.exec("UPDATE tblproductgroups SET headline = 'a &amp; b'")
	narrow.exec("ALTER TABLE tblproductgroups MODIFY headline VARCHAR(10) CHARACTER SET utf8mb3 NOT NULL")
	create := func(headline string) response {
		return narrow.write(object{"op": "create", "kind": "product_group", "values": object{"name": headline, "headline": headline}})
	}
	narrow.failsOn(create("🚀"), "invalid", "headline")
	narrow.failsOn(create("12345678901"), "invalid", "headline")
	narrow.failsOn(create("&&&"), "invalid", "headline")
	narrow.ok(create("独立服务器独立服务器"))
}

func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	const canary = "canary-5f1d7c&<'\"-secret"
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksThrow, CompanionLocal: "<?php return ['protected_ids' => ['server' => [2]]];"})
	var seen strings.Builder
	send := func(got response) response {
		seen.WriteString(got.raw)
		return got
	}
	values := object{"name": "s", "module": "samplevps", "password": canary, "access_hash": canary}
	request := object{"op": "create", "kind": "server", "key": newKey(), "values": values}
	id := w.ok(send(w.write(request)))["id"].(string)
	send(w.write(request))
	for _, change := range []object{
		{"password": canary + "2"}, {"access_hash": canary + "3"}, {"password": canary + "\x00"}, {"access_hash": list{canary}},
	} {
		send(w.update("server", id, object{"name": "other"}, change))
		send(w.update("server", id, object{}, change))
		send(w.update("server", id, object{"password_fingerprint": canary}, object{}))
	}
	send(w.update("server", "2", object{}, values))
	send(w.write(object{"op": "create", "kind": "server", "values": values}))
	send(w.post(w.form("TerraformWrite", object{"op": "test_connection", "values": object{"module": "samplevps", "hostname": "broken.example.com", "username": "u", "password": canary}})))
	send(w.post(w.form("TerraformWrite", object{"op": "test_connection", "id": id, "values": object{}})))
	send(w.read(object{"op": "list", "kind": "server", "with": list{"usage"}}))
	send(w.read(object{"op": "validate", "kind": "server", "values": values}))
	// If the column cannot store the encrypted text, the secret is refused. If the table refuses the row, the write
	// is an internal error.
	w.exec("UPDATE tblservers SET password = ''")
	w.exec("ALTER TABLE tblservers MODIFY password VARCHAR(60) NOT NULL")
	w.failsOn(send(w.update("server", id, object{}, object{"password": canary + "4"})), "invalid", "password")
	w.exec("ALTER TABLE tblservers MODIFY password TEXT NOT NULL")
	w.exec("CREATE TRIGGER refuse BEFORE UPDATE ON tblservers FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'")
	reference := w.fails(send(w.update("server", id, object{}, object{"password": canary + "4"})), "internal")["reference"].(string)

	log, err := w.ActivityLog()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(log, "\n"), reference) {
		t.Errorf("the activity log does not know reference %s: %v", reference, log)
	}
	seen.WriteString(strings.Join(log, "\n"))
	for _, table := range []string{"mod_terraform_journal", "mod_terraform_requests", "mod_terraform_settings"} {
		fmt.Fprint(&seen, w.query("SELECT * FROM "+table))
	}
	// The fragment has the same form in JSON, in entities and in SQL.
	text := seen.String()
	if at := strings.Index(text, "canary-5f1d7c"); at >= 0 {
		t.Errorf("a secret got out: …%s…", text[max(0, at-200):min(len(text), at+60)])
	}
	if journal := w.query("SELECT * FROM mod_terraform_journal"); len(journal) < 3 {
		t.Errorf("%d journal rows", len(journal))
	}
}

func TestReadBackRefusesWhatTheDatabaseMadeOfIt(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.exec("CREATE TRIGGER meddle BEFORE UPDATE ON tblproductgroups FOR EACH ROW SET NEW.tagline = 'meddled'")
	w.ok(w.update("product_group", "1", object{}, object{"headline": "fine"}))
	lost := w.update("product_group", "1", object{}, object{"headline": "lost", "tagline": "mine"})
	w.fails(lost, "internal")
	w.holds(w.row("product_group", "1"), object{"headline": "fine", "tagline": "meddled"})
	if !strings.Contains(lost.message, "the field tagline") || !strings.Contains(w.internalErrors(), "the field tagline") {
		t.Errorf("no field is named by %q nor by the activity log: %s", lost.message, w.internalErrors())
	}
}

// copyProducts adds products of the TopLink module that differ in their names only.
func (w *whmcs) copyProducts(count int) {
	w.t.Helper()
	w.exec(`INSERT INTO tblproducts SELECT 0, type, gid, CONCAT('copy ', seq), description, hidden, showdomainoptions, welcomeemail, stockcontrol, qty,
		proratabilling, proratadate, proratachargenextmonth, paytype, allowqty, subdomain, autosetup, 'toplink_dcim', servergroup, configoption1, configoption2,
		configoption3, configoption4, configoption5, configoption6, configoption7, configoption8, configoption9, configoption10, configoption11,
		configoption12, configoption13, configoption14, configoption15, configoption16, configoption17, configoption18, configoption19, configoption20,
		configoption21, configoption22, configoption23, configoption24, freedomain, freedomainpaymentterms, freedomaintlds, recurringcycles,
		autoterminatedays, autoterminateemail, configoptionsupgrade, upgradeemail, overagesenabled, overagesdisklimit, overagesbwlimit,
		overagesdiskprice, overagesbwprice, tax, affiliateonetime, affiliatepaytype, affiliatepayamount, ` + "`order`" + `, retired, is_featured, color, tagline,
		short_description, created_at, updated_at FROM tblproducts, seq_1_to_` + strconv.Itoa(count))
}

func TestStatementsPerPageDoNotDependOnItsSize(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.copyProducts(299)
	w.exec("INSERT INTO tblpricing SELECT 0, 'product', 1, p.id, 0, 0, 0, 0, 0, 0, 1, -1, -1, -1, -1, -1 FROM tblproducts p WHERE p.id > 1")
	for name := range map[string]bool{"server": true, "server_group": true, "product_group": true} {
		for number := range 12 {
			values := object{"name": fmt.Sprint("n", number)}
			if name == "server" {
				values["module"] = "samplevps"
			}
			w.create(name, values)
		}
	}
	for _, kind := range []string{"product", "server", "server_group", "product_group", "currency", "email_template"} {
		counts := map[int]int{}
		w.ok(w.read(object{"op": "list", "kind": kind})) // stores what the text columns hold, once
		for _, limit := range []int{1, 3, 10, 500} {
			got := w.read(object{"op": "list", "kind": kind, "limit": limit, "with": list{"usage"}})
			w.ok(got)
			counts[got.statements]++
		}
		if len(counts) != 1 || counts[0] != 0 {
			t.Errorf("%s: statements by page: %v", kind, counts)
		}
	}
	page := w.ok(w.read(object{"op": "list", "kind": "product", "limit": 500}))
	if rows := page["rows"].(list); len(rows) != 300 || page["next"] != nil {
		t.Errorf("%d rows, next %v", len(rows), page["next"])
	}
}

// TestNoKindsAllowModulesToBeAsked: an adoption reads the options of the modules before any write is allowed.
func TestNoKindsAllowModulesToBeAsked(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{CompanionLocal: "<?php return ['read_only' => false, 'kinds' => []];"})
	w.ok(w.write(object{"op": "module_schema", "module": "samplevps"}))
	details := w.fails(w.write(object{"op": "update", "kind": "product", "id": "1", "values": object{"name": "X"}, "expect": object{}}), "read_only")
	if details["reason"] != "kinds" {
		t.Errorf("%v, want the reason kinds", details)
	}
}
