package companion_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

const localPath = "includes/terraform_companion/companion.local.php"

// setLocal replaces companion.local.php.
func (w *whmcs) setLocal(content string) {
	w.t.Helper()
	if err := w.WriteFile(localPath, content); err != nil {
		w.t.Fatal(err)
	}
}

// wrongFiles are companion.local.php files with one fault each. The value is the entry that the refusal names.
var wrongFiles = map[string]string{
	// Misspelt entries at each depth.
	"'readonly' => true":                                             "readonly",
	"'Read_Only' => true":                                            "Read_Only",
	"'read_only '=> true":                                            "read_only :",
	"'read_only'":                                                    "read_only",
	"'protected_id' => ['server' => [1]]":                            "protected_id",
	"'protected_ids' => ['servers' => [1]]":                          "protected_ids.servers",
	"'toplink' => ['modul' => 'toplink_dcim']":                       "toplink.modul",
	"'toplink' => ['options' => ['conection_node' => 4]]":            "toplink.options.conection_node",
	"'toplink' => ['hash_keys' => ['prefix' => 'p']]":                "toplink.hash_keys.prefix",
	"'recommendations' => ['tabel' => 'tblx']":                       "recommendations.tabel",
	"'on_demand_renewals' => ['reltype' => 'Product']":               "on_demand_renewals.reltype",
	"'codecs' => ['product.nmae' => 'raw']":                          "codecs.product.nmae",
	"'codecs' => ['product.password' => 'raw']":                      "codecs.product.password",
	"'max_price_change' => 20":                                       "max_price_change",
	"'solusvm2' => ['cafile' => '/x']":                               "solusvm2.cafile",
	"'solusvm2' => ['places' => ['term_url' => []]]":                 "solusvm2.places.term_url",
	place("terms_url", "'store' => 'addon_setting', 'nam' => 'x'"):   "solusvm2.places.terms_url.nam",
	place("terms_url", "'store' => 'table', 'table' => 'mod_x'"):     "solusvm2.places.terms_url.key_column",
	place("token_prices", "'store' => 'addon_setting', 'as' => '1'"): "solusvm2.places.token_prices.as",

	// Wrong types.
	"'read_only' => 'true'":                                      "read_only",
	"'read_only' => 1":                                           "read_only",
	"'read_only' => null":                                        "read_only",
	"'allow_delete' => 'false'":                                  "allow_delete",
	"'landing_page' => 'on'":                                     "landing_page",
	"'journal_days' => '365'":                                    "journal_days",
	"'journal_days' => -1":                                       "journal_days",
	"'journal_days' => 30.5":                                     "journal_days",
	"'kinds' => 'product'":                                       "kinds",
	"'kinds' => ['product' => true]":                             "kinds",
	"'kinds' => ['a' => 'product']":                              "kinds",
	"'kinds' => ['products']":                                    "kinds",
	"'protected_ids' => [1]":                                     "protected_ids.0",
	"'protected_ids' => ['server' => 1]":                         "protected_ids.server",
	"'protected_ids' => ['server' => ['1,2']]":                   "protected_ids.server",
	"'protected_ids' => ['server' => ['01']]":                    "protected_ids.server",
	"'protected_ids' => ['server' => [0]]":                       "protected_ids.server",
	"'protected_ids' => ['server' => [true]]":                    "protected_ids.server",
	"'protected_ids' => ['addon_module' => ['addons/solusvm2']]": "protected_ids.addon_module",
	"'protected_ids' => ['solusvm2_billing' => [2]]":             "protected_ids.solusvm2_billing",
	"'protected_ids' => ['landing_page' => ['path']]":            "protected_ids.landing_page",
	"'installation' => 'production'":                             "installation",
	"'codecs' => ['product.name' => 'utf8']":                     "codecs.product.name",
	"'codecs' => 'raw'":                                          "codecs",
	"'toplink' => 'toplink_dcim'":                                "toplink",
	"'toplink' => ['module' => '../x']":                          "toplink.module",
	"'toplink' => ['system_field' => ' ']":                       "toplink.system_field",
	"'toplink' => ['options' => ['connection_node' => '4']]":     "toplink.options.connection_node",
	"'toplink' => ['options' => ['connection_node' => 25]]":      "toplink.options.connection_node",
	"'toplink' => ['hash_keys' => ['username_prefix' => 3]]":     "toplink.hash_keys.username_prefix",
	"'recommendations' => ['table' => 'a b']":                    "recommendations.table",
	"'on_demand_renewals' => ['table' => 'tblx; DROP']":          "on_demand_renewals.table",
	"'on_demand_renewals' => ['rel_type' => 3]":                  "on_demand_renewals.rel_type",
	"'max_price_change_percent' => '20'":                         "max_price_change_percent",
	"'max_price_change_percent' => -1":                           "max_price_change_percent",
	"'max_price_changes_per_hour' => true":                       "max_price_changes_per_hour",
	"'min_price' => '5.00'":                                      "min_price",
	"'min_price' => ['USD' => '5,00']":                           "min_price.USD",
	"'min_price' => ['USD' => 5.5]":                              "min_price.USD",
	"'min_price' => ['USD' => '-1']":                             "min_price.USD",
	"'min_price' => ['UDS' => '5.00']":                           "min_price.UDS",
	"'solusvm2' => ['ca_file' => 'relative.pem']":                "solusvm2.ca_file",
	"'solusvm2' => ['http_hosts' => 'panel.lan']":                "solusvm2.http_hosts",
	"'solusvm2' => ['http_hosts' => ['http://panel.lan']]":       "solusvm2.http_hosts",

	// Values that are right alone and wrong together.
	"'toplink' => ['options' => ['package' => 1]]":                                                                                                "toplink.options.package",
	"'toplink' => ['hash_keys' => ['hostname_format' => 'username_prefix']]":                                                                      "toplink.hash_keys.hostname_format",
	"'recommendations' => ['recommended' => 'product_id']":                                                                                        "recommendations.recommended",
	place("url", "'store' => 'addon_setting', 'name' => 'access'"):                                                                                "solusvm2.places.url.name",
	place("url", "'store' => 'table', 'table' => 'tblservers', 'key_column' => 'id', 'key' => '1', 'value_column' => 'hostname'"):                 "solusvm2.places.url.table",
	place("url", "'store' => 'table', 'table' => 'mod_terraform_settings', 'key_column' => 'name', 'key' => 'pepper', 'value_column' => 'value'"): "solusvm2.places.url.table",
	place("token_prices", "'store' => 'addon_setting', 'name' => 'price'"):                                                                        "solusvm2.places.token_prices.name",
}

func place(field, entries string) string {
	return "'solusvm2' => ['places' => ['" + field + "' => [" + entries + "]]]"
}

// wrongWholes are files that PHP cannot use at all. The value is a part of the refusal.
var wrongWholes = map[string]string{
	"<?php return 5;":                                 "must return an array",
	"<?php $settings = ['read_only' => true];":        "must return an array",
	"<?php\nreturn ['read_only' => true":              "line 2",
	"<?php return [read_only => true];":               "read_only",
	"\xef\xbb\xbf<?php return ['read_only' => true];": "prints text",
	" <?php return ['read_only' => true];":            "prints text",
	"<?php return require '/nonexistent/file.php';":   "line 1",
	"<?php throw new Exception('not today');":         "not today",
}

// A fault anywhere in companion.local.php refuses every write and names the entry. Reads work.
func TestNeighbourSettingsAreValidatedToTheLastKey(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	server, _ := w.create("server", object{"name": "s", "module": "samplevps"})
	refuses := func(content, name string) {
		t.Helper()
		w.setLocal(content)
		for _, got := range []response{
			w.write(object{"op": "create", "kind": "product_group", "values": object{"name": "g"}}),
			w.update("server", server, object{}, object{"noc": "x"}),
			w.delete("server", server, object{"name": "s"}),
			w.write(object{"op": "connect", "values": object{"url": "https://panel.example.com", "api_key": "k"}}),
			w.write(object{"op": "test_connection", "id": server, "values": object{}}),
			w.write(object{"op": "module_schema", "module": "samplevps"}),
			w.read(object{"op": "validate", "kind": "product_group", "values": object{"name": "g"}}),
		} {
			w.holds(w.fails(got, "read_only"), object{"reason": "companion.local.php"})
			if !strings.Contains(got.message, "companion.local.php: ") || !strings.Contains(got.message, name) {
				t.Errorf("%s: the refusal does not name %s: %s", content, name, got.message)
			}
		}
		w.assertEvidence("operator_settings", false, name)
		w.holds(w.ok(w.read(object{"op": "info"})), object{"read_only": true, "allow_delete": false})
		w.row("server", server)
	}
	if len(wrongFiles)+len(wrongWholes) < 40 {
		t.Fatal("too few wrong files")
	}
	for entry, name := range wrongFiles {
		refuses("<?php return ["+entry+"];", "companion.local.php: "+name)
	}
	for content, part := range wrongWholes {
		refuses(content, part)
	}
	w.setLocal("<?php return ['read_only' => false, 'allow_delete' => true];")
	w.ok(w.delete("server", server, object{"name": "s"}))
}

// Each entry of the example is accepted, and the example refuses every write until it is changed.
func TestNeighbourExampleOfSettingsIsSafe(t *testing.T) {
	t.Parallel()
	example := phpFiles(t)["includes/terraform_companion/companion.local.php.dist"]
	w := newWHMCS(t, testhost.Options{CompanionLocal: example})
	w.assertEvidence("operator_settings", true, "no fault")
	create := object{"op": "create", "kind": "product_group", "values": object{"name": "g"}}
	w.holds(w.fails(w.write(create), "read_only"), object{"reason": "read_only"})

	whole := uncomment(t, example)
	w.setLocal(whole)
	w.assertEvidence("operator_settings", true, "no fault")
	w.setLocal(strings.Replace(example, "'read_only' => true", "'read_only' => false", 1))
	id := w.ok(w.write(create))["id"].(string)
	w.holds(w.fails(w.delete("product_group", id, object{"name": "g"}), "read_only"), object{"reason": "allow_delete"})
}

// uncomment returns the example with all its commented entries.
func uncomment(t *testing.T, example string) string {
	t.Helper()
	var lines []string
	for _, line := range strings.Split(example, "\n") {
		trimmed := strings.TrimSpace(line)
		code := strings.TrimPrefix(trimmed, "// ")
		if trimmed != code && (strings.HasPrefix(code, "'") || strings.HasPrefix(code, "]") || strings.HasPrefix(strings.TrimSpace(code), "'") || strings.HasPrefix(strings.TrimSpace(code), "]")) {
			line = code
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Without companion.local.php the companion reads and writes nothing.
func TestNeighbourWithoutSettingsNothingIsWritten(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{WithoutLocalFile: true})
	before := w.dump()
	for _, request := range []object{
		{"op": "create", "kind": "product_group", "values": object{"name": "g"}},
		{"op": "update", "kind": "product_group", "id": "1", "values": object{"headline": "h"}},
		{"op": "delete", "kind": "product_group", "id": "1", "expect": object{"name": "Legacy & Co"}},
		{"op": "test_connection", "values": object{"module": "samplevps"}},
		{"op": "module_schema", "module": "samplevps"},
		{"op": "connect", "values": object{"url": "https://panel.example.com", "api_key": "k"}},
	} {
		got := w.write(request)
		w.holds(w.fails(got, "read_only"), object{"reason": "read_only"})
		if !strings.Contains(got.message, "companion.local.php.dist") {
			t.Errorf("the refusal does not say what to do: %s", got.message)
		}
	}
	w.holds(w.ok(w.read(object{"op": "info"})), object{"read_only": true, "allow_delete": false})
	w.assertEvidence("operator_settings", true, "companion.local.php does not exist")
	w.ok(w.read(object{"op": "list", "kind": "product"}))
	if after := w.dump(); !reflect.DeepEqual(after, before) {
		t.Errorf("rows were %v, are %v", before, after)
	}
}

// A change of companion.local.php takes effect at the next request, although PHP keeps compiled files without looking
// at their timestamps.
func TestNeighbourSettingsTakeEffectAtOnce(t *testing.T) {
	t.Parallel()
	// Each worker has a cache of its own.
	host := startHost(t, "opcache.validate_timestamps=0", "opcache.file_update_protection=0")
	w := &whmcs{Installation: host.NewInstallation(t, testhost.Options{}), t: t}
	for round := range 8 {
		w.setLocal("<?php return ['read_only' => false];")
		for range 8 {
			w.ok(w.update("product_group", "1", object{}, object{"headline": strings.Repeat("x", round+1)}))
		}
		w.setLocal("<?php return ['read_only' => true];")
		for range 8 {
			w.fails(w.update("product_group", "1", object{}, object{"headline": "never"}), "read_only")
		}
	}
	w.assertEvidence("opcache", true, "next request")

	// The companion's own files are another matter: PHP has to be reloaded.
	own := &whmcs{Installation: host.NewInstallation(t, testhost.Options{WithoutSolusVM2: true}), t: t}
	own.assertEvidence("opcache", true, "")
	const path = "includes/terraform_companion/Companion.php"
	source := strings.Replace(phpFiles(t)[path], "VERSION = '"+companion.Version+"'", "VERSION = '9.9.9'", 1)
	if err := own.WriteFile(path, source); err != nil {
		t.Fatal(err)
	}
	own.assertEvidence("opcache", false, "9.9.9", companion.Version, "Reload PHP")
}

// Where PHP does not allow the companion to remove a file from its cache, info says so.
func TestNeighbourSettingsThatCannotTakeEffectAreReported(t *testing.T) {
	t.Parallel()
	host := startHost(t, "opcache.validate_timestamps=0", "opcache.restrict_api=/nowhere")
	w := &whmcs{Installation: host.NewInstallation(t, testhost.Options{}), t: t}
	w.assertEvidence("opcache", false, "Reload PHP after each change", "opcache.restrict_api")
	w.ok(w.update("product_group", "1", object{}, object{"headline": "x"}))
}

func startHost(t *testing.T, php ...string) *testhost.Host {
	t.Helper()
	testhost.Shared(t) // skips the test where PHP is missing
	host, err := testhost.Start(context.Background(), testhost.Settings{PHP: php})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	return host
}

// Every field that info lists a codec for can be named under codecs.
func TestNeighbourEveryCodecCanBeChosen(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	var entries []string
	for field := range w.ok(w.read(object{"op": "info"}))["codecs"].(object) {
		entries = append(entries, "'"+field+"' => 'raw'")
	}
	slices.Sort(entries)
	w.setLocal("<?php return ['codecs' => [" + strings.Join(entries, ", ") + ", 'product.module_options' => 'entity']];")
	w.assertEvidence("operator_settings", true, "no fault")
}
