package companion_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

var recordUpgrade = flag.String("record-upgrade", "",
	"write the companion's tables as this version leaves them, to testdata/upgrade")

// The write whose stored response is in each fixture.
const upgradeKey = "upgrade-fixture-0001"

func upgradeWrite() object {
	return object{"op": "create", "kind": "product_group", "key": upgradeKey, "values": object{"name": "Kept group"}}
}

// The companion accepts the tables that each version left: the same installation, the same responses and fingerprints,
// the whole journal and the kept files. The tables then have the columns of new ones.
func TestUpgradeOfTheTablesOfEachVersion(t *testing.T) {
	t.Parallel()
	if *recordUpgrade != "" {
		recordTables(t, *recordUpgrade)
	}
	files, err := filepath.Glob("testdata/upgrade/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newWHMCS(t, testhost.Options{SystemURL: "https://billing.example.com/"})
			if tables := w.companionTables(); len(tables) != 0 {
				t.Fatalf("a new installation has %v", tables)
			}
			statements := strings.Split(strings.TrimSpace(string(content)), ";\n")
			for _, statement := range statements {
				w.exec(strings.TrimSuffix(statement, ";"))
			}
			origin := w.queryText("SELECT value FROM mod_terraform_settings WHERE name = 'installation'")
			installation, _, _ := strings.Cut(origin, " ")
			before := w.keptRows()

			info := w.ok(w.read(object{"op": "info"}))
			if info["installation"] != installation {
				t.Errorf("the installation was %s, is %s", installation, info["installation"])
			}
			replayed := w.ok(w.write(upgradeWrite()))
			if replayed["replayed"] != true {
				t.Errorf("the stored response was not returned: %v", replayed)
			}
			if after := w.keptRows(); after != before {
				t.Errorf("rows were\n%s\nare\n%s", before, after)
			}
			id, _ := w.create("product_group", object{"name": "New group"})
			w.ok(w.delete("product_group", id, object{"name": "New group"}))

			fresh := newWHMCS(t, testhost.Options{})
			fresh.ok(fresh.read(object{"op": "info"}))
			if got, want := w.companionColumns(), fresh.companionColumns(); got != want {
				t.Errorf("columns are\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// companionTables returns the names of the companion's tables.
func (w *whmcs) companionTables() []string {
	var names []string
	for _, row := range w.query("SELECT TABLE_NAME AS t FROM information_schema.tables" +
		" WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'mod\\_terraform\\_%'") {
		names = append(names, row["t"].(string))
	}
	slices.Sort(names)
	return names
}

func (w *whmcs) companionColumns() string {
	return marshal(w.query("SELECT TABLE_NAME AS t, COLUMN_NAME AS c, COLUMN_TYPE AS type," +
		" IS_NULLABLE AS nullable, COLUMN_KEY AS k" +
		" FROM information_schema.columns WHERE TABLE_SCHEMA = DATABASE()" +
		" AND TABLE_NAME LIKE 'mod\\_terraform\\_%' ORDER BY 1, 2"))
}

// keptRows are the rows that an upgrade must not change.
func (w *whmcs) keptRows() string {
	return marshal([]any{
		w.query("SELECT * FROM mod_terraform_settings WHERE name IN ('installation', 'pepper') ORDER BY name"),
		w.query("SELECT request_key, digest, answer FROM mod_terraform_requests ORDER BY request_key"),
		w.query("SELECT * FROM mod_terraform_journal ORDER BY id"),
		w.query("SELECT * FROM mod_terraform_files ORDER BY path"),
	})
}

// recordTables writes the companion's tables after a few writes, as SQL statements. Times are those of the statement,
// because stored responses and journal rows expire.
func recordTables(t *testing.T, version string) {
	t.Helper()
	w := newWHMCS(t, testhost.Options{SystemURL: "https://billing.example.com/"})
	w.setLocal("<?php return ['allow_delete' => true, 'landing_page' => true];")
	w.ok(w.write(upgradeWrite()))
	server, _ := w.create("server", object{
		"name": "Kept server", "module": "toplink_dcim", "hostname": "dcim.example.com", "password": "s3cret-of-the-fixture",
	})
	w.ok(w.update("server", server, object{"name": "Kept server"}, object{"name": "Kept server 2"}))
	w.ok(w.update("landing_page", "1", object{}, object{"content": "<h1>Cloud</h1>\n"}))

	var b strings.Builder
	for _, table := range w.companionTables() {
		created := w.query("SHOW CREATE TABLE " + table)[0]["Create Table"].(string)
		fmt.Fprintf(&b, "%s;\n", created)
		for _, row := range w.query("SELECT * FROM " + table + " ORDER BY 1") {
			var names, values []string
			for _, name := range slices.Sorted(maps.Keys(row)) {
				names = append(names, name)
				switch value := row[name]; {
				case name == "created_at":
					values = append(values, "NOW()")
				case value == nil:
					values = append(values, "NULL")
				default:
					values = append(values, quoted(fmt.Sprint(value)))
				}
			}
			fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES (%s);\n", table, strings.Join(names, ", "), strings.Join(values, ", "))
		}
	}
	if err := os.WriteFile("testdata/upgrade/"+version+".sql", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// quoted is a text as a literal of SQL.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", "''", "\n", `\n`).Replace(text) + "'"
}
