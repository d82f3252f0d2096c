package companion_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

const guide = "../../templates/guides/02-installing-the-companion.md"

// The dump that the guide has operators take before the first write names every table that the companion writes. The
// companion lists those tables if none of them is InnoDB.
func TestTheGuidesDumpNamesEveryTableThatIsWritten(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?s)mysqldump .*?"\$WHMCS_DB"(.*?)> before-terraform\.sql`).FindStringSubmatch(string(text))
	if command == nil {
		t.Fatal("the guide has no mysqldump command")
	}
	dumped := strings.Fields(strings.ReplaceAll(command[1], "\\\n", " "))

	w := newWHMCS(t, testhost.Options{})
	tables, ok := w.ok(w.read(object{"op": "info"}))["tables"].(object)
	if !ok {
		t.Fatal("info shows no tables")
	}
	for table := range tables {
		w.exec("ALTER TABLE " + table + " ENGINE=MyISAM")
	}
	var written []string
	for _, entry := range w.ok(w.read(object{"op": "info"}))["evidence"].(list) {
		if one := entry.(object); one["check"] == "transactional_tables" {
			written = strings.Split(strings.TrimPrefix(one["detail"].(string), "not InnoDB: "), ", ")
		}
	}
	if len(written) < 15 {
		t.Fatalf("the companion writes %v", written)
	}
	slices.Sort(dumped)
	slices.Sort(written)
	if !slices.Equal(dumped, written) {
		t.Errorf("the guide dumps\n%v\nand the companion writes\n%v", dumped, written)
	}
}

// The guide's removal removes the whole companion. Its tables are those that the guide drops, and its files are those
// of step 1.
func TestTheGuidesRemovalLeavesNothing(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	drop := regexp.MustCompile(`DROP TABLE [a-z_, ]+;`).FindString(string(text))
	w := newWHMCS(t, testhost.Options{})
	tables := func() []string {
		var names []string
		for name := range w.dump() {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	before := tables()
	id, _ := w.create("product_group", object{"name": "g"})
	w.ok(w.delete("product_group", id, object{"name": "g"}))
	w.exec(drop)
	if after := tables(); !slices.Equal(after, before) {
		t.Errorf("tables were %v, are %v", before, after)
	}
}
