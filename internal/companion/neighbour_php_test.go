package companion_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// servedWith makes an installation that a PHP of its own serves, with other settings than php.ini's.
func servedWith(t *testing.T, settings map[string]string) *whmcs {
	t.Helper()
	w := newWHMCS(t, testhost.Options{})
	return &whmcs{Installation: w.ServedWith(t, settings), t: t}
}

// A page holds as many rows as its memory allows, and a request for many objects names those that it leaves out.
func TestNeighbourPagesOfLargeRows(t *testing.T) {
	t.Parallel()
	w := servedWith(t, map[string]string{"memory_limit": "64M"})
	w.copyProducts(399)
	w.exec("UPDATE tblproducts SET description = REPEAT('<p>words & more</p>', 3400)")
	seen, pages, after := map[string]bool{}, 0, any(nil)
	for {
		page := w.ok(w.read(object{"op": "list", "kind": "product", "limit": 500, "after": after}))
		pages++
		for _, row := range page["rows"].(list) {
			seen[row.(object)["id"].(string)] = true
		}
		if after = page["next"]; after == nil {
			break
		}
	}
	if len(seen) != 400 || pages < 10 || pages > 50 {
		t.Errorf("%d products on %d pages", len(seen), pages)
	}
	w.exec("INSERT INTO tblcustomfields (type, relid, fieldname, fieldtype, description, fieldoptions, regexpr, adminonly, required, showorder, showinvoice) VALUES ('product', 99999, 'left', 'text', '', '', '', '', '', '', '')")
	var ids list
	for id := range 400 {
		ids = append(ids, fmt.Sprint(id+1))
	}
	seen = map[string]bool{}
	for requests := 0; len(ids) > 0 && requests < 100; requests++ {
		got := w.ok(w.read(object{"op": "get", "kind": "product", "ids": append(ids, "99999")}))
		for _, row := range got["rows"].(list) {
			seen[row.(object)["id"].(string)] = true
		}
		ids = got["remaining"].(list)
	}
	if len(seen) != 400 {
		t.Errorf("%d products", len(seen))
	}
	// A filter looks through the long texts too.
	filter := object{"description": strings.Repeat("<p>words & more</p>", 3400)}
	if page := w.ok(w.read(object{"op": "list", "kind": "product", "limit": 500, "filter": filter})); page["next"] == nil || len(page["rows"].(list)) == 0 {
		t.Errorf("%d rows match", len(page["rows"].(list)))
	}
	// One object is read whatever its size is.
	w.exec("ALTER TABLE tblproducts MODIFY description MEDIUMTEXT NOT NULL")
	w.exec("UPDATE tblproducts SET description = REPEAT('x', 4000000) WHERE id = 1")
	if page := w.ok(w.read(object{"op": "list", "kind": "product", "limit": 500})); len(page["rows"].(list)) != 1 {
		t.Errorf("%d rows", len(page["rows"].(list)))
	}
	w.row("product", "1")
}

// A group of many options is on a page of its own.
func TestNeighbourPagesOfManyParts(t *testing.T) {
	t.Parallel()
	w := servedWith(t, map[string]string{"memory_limit": "64M"})
	w.exec("INSERT INTO tblproductconfiggroups (name, description) SELECT CONCAT('g', seq), '' FROM seq_1_to_20")
	w.exec("INSERT INTO tblproductconfigoptions (gid, optionname, optiontype, qtyminimum, qtymaximum, `order`, hidden) SELECT g.id, 'o', 1, 0, 0, 0, 0 FROM tblproductconfiggroups g, seq_1_to_10")
	w.exec("INSERT INTO tblproductconfigoptionssub (configid, optionname, sortorder, hidden) SELECT o.id, 's', 0, 0 FROM tblproductconfigoptions o, seq_1_to_100")
	w.exec("INSERT INTO tblpricing (type, currency, relid, msetupfee, qsetupfee, ssetupfee, asetupfee, bsetupfee, tsetupfee, monthly, quarterly, semiannually, annually, biennially, triennially) " +
		"SELECT 'configoptions', c.id, s.id, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2 FROM tblproductconfigoptionssub s, tblcurrencies c")
	groups, after := 0, any(nil)
	for {
		page := w.ok(w.read(object{"op": "list", "kind": "configurable_option_group", "limit": 500, "after": after}))
		groups += len(page["rows"].(list))
		if after = page["next"]; after == nil {
			break
		}
	}
	if groups != 20 {
		t.Errorf("%d groups", groups)
	}
}

// More ids than a prepared statement has placeholders.
func TestNeighbourManyIDs(t *testing.T) {
	t.Parallel()
	const count = 66000
	w := newWHMCS(t, testhost.Options{})
	var ids list
	for id := range count {
		ids = append(ids, fmt.Sprint(id+2))
	}
	got := w.write(object{"op": "create", "kind": "configurable_option_group", "values": object{"name": "g", "product_ids": ids}})
	w.failsOn(got, "invalid", "product_ids")
	w.copyProducts(count)
	first := w.queryText("SELECT MIN(id) FROM tblproducts WHERE id > 1")
	w.exec("SET @id := 1")
	w.exec(fmt.Sprintf("UPDATE tblproducts SET id = id - %s + 2 WHERE id > 1 ORDER BY id", first))
	_, row := w.create("configurable_option_group", object{"name": "g", "product_ids": ids})
	if linked := len(row["product_ids"].(list)); linked != count {
		t.Errorf("%d products", linked)
	}
}

// A function that the operator has disabled is named, with what to do.
func TestNeighbourDisabledFunctions(t *testing.T) {
	t.Parallel()
	// Hosts disable these for security. The companion does without them. The test host itself needs glob.
	usual := "exec,passthru,shell_exec,system,proc_open,popen,curl_exec,curl_multi_exec,parse_ini_file,show_source,symlink,link,chmod,chown,scandir,highlight_file,ini_set,ini_get,set_time_limit,error_log,getmypid,posix_getpwuid,phpinfo,dl,putenv,mail,opcache_get_status"
	w := servedWith(t, map[string]string{"disable_functions": usual})
	w.ok(w.read(object{"op": "info"}))
	id, _ := w.create("server", object{"name": "s", "module": "samplevps", "password": "Canary"})
	w.ok(w.update("server", id, object{}, object{"noc": "rack 5"}))
	w.create("product", object{"product_group_id": "1", "name": "p", "module": "samplevps", "module_options": object{"Disk": "40"}})
	w.create("addon_module", object{"module": "sampleaddon", "settings": object{"verbose": "on"}})

	without := servedWith(t, map[string]string{"disable_functions": "mb_strlen"})
	got := without.update("product", "1", object{}, object{"tagline": "fast"})
	without.says(got, "unsupported", "PHP has no function mb_strlen here", "disable_functions in php.ini")
}

// Deprecations of the frameworks and of modules are not printed before the response.
func TestNeighbourNoticesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	w := servedWith(t, map[string]string{"display_errors": "1", "error_reporting": "32767", "html_errors": "1"})
	if err := w.SetModule("servers/deprecated", true); err != nil {
		t.Fatal(err)
	}
	// The decoder of the tests accepts nothing but JSON.
	w.ok(w.read(object{"op": "info"}))
	w.ok(w.read(object{"op": "list", "kind": "product", "with": list{"usage"}}))
	w.ok(w.ask("deprecated", nil))
	w.create("product", object{"product_group_id": "1", "name": "p", "module": "deprecated", "module_options": object{"Plan": "x"}})
}

// A form that PHP drops because of its size never reaches the companion. WHMCS responds instead.
func TestNeighbourFormLargerThanPHPAccepts(t *testing.T) {
	t.Parallel()
	w := servedWith(t, map[string]string{"post_max_size": "8K"})
	w.ok(w.read(object{"op": "info"}))
	got := w.write(object{"op": "create", "kind": "product_group", "values": object{"name": "g", "headline": strings.Repeat("x", 9000)}})
	if got.status != http.StatusBadRequest || got.message != "Empty action request" {
		t.Errorf("status %d: %s", got.status, got.message)
	}
}

// A short secret does not mask the audit text.
func TestNeighbourShortSecretsInTheAuditText(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	w.create("server", object{"name": "rack server one", "module": "samplevps", "password": "r", "access_hash": "ser"})
	if log := strings.Join(w.log(), "\n"); !strings.Contains(log, "Terraform created server 1: rack server one") {
		t.Errorf("the activity log: %s", log)
	}
	w.create("server", object{"name": "secret Canary-Name", "module": "samplevps", "password": "Canary-Name"})
	if log := strings.Join(w.log(), "\n"); strings.Contains(log, "Canary-Name") {
		t.Errorf("the activity log: %s", log)
	}
}

// A read that needs more memory than PHP has says so.
func TestNeighbourReadWithoutMemory(t *testing.T) {
	t.Parallel()
	w := servedWith(t, map[string]string{"memory_limit": "32M"})
	w.exec("ALTER TABLE tblproducts MODIFY description MEDIUMTEXT NOT NULL")
	w.exec("UPDATE tblproducts SET description = REPEAT('x', 15000000) WHERE id = 1")
	w.says(w.read(object{"op": "get", "kind": "product", "ids": list{"1"}}), "internal",
		"PHP ended the request before the companion could respond: Allowed memory size of 33554432 bytes exhausted", "Raise memory_limit in php.ini")
	w.ok(w.read(object{"op": "list", "kind": "product_group"}))
}
