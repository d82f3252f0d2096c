package companion_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// newNeighbours makes an installation with test modules of php/neighbours.
func newNeighbours(t *testing.T, options testhost.Options, modules ...string) *whmcs {
	t.Helper()
	w := newWHMCS(t, options)
	for _, module := range modules {
		if err := w.SetModule(module, true); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// ask requests the options of a server module.
func (w *whmcs) ask(module string, with object) response {
	w.t.Helper()
	request := object{"op": "module_schema", "module": module}
	for name, value := range with {
		request[name] = value
	}
	return w.write(request)
}

// options returns what a module declares, by number.
func (w *whmcs) options(module string, with object) []object {
	w.t.Helper()
	var found []object
	for _, option := range w.ok(w.ask(module, with))["options"].(list) {
		found = append(found, option.(object))
	}
	return found
}

// says checks the code and parts of the message of a failure.
func (w *whmcs) says(got response, code string, parts ...string) {
	w.t.Helper()
	w.fails(got, code)
	for _, part := range parts {
		if !strings.Contains(got.message, part) {
			w.t.Errorf("the message lacks %q: %s", part, got.message)
		}
	}
	if strings.Contains(got.raw, "/whmcs/") || strings.Contains(got.raw, "/tmp/") {
		w.t.Errorf("a path of the host got out: %s", got.raw)
	}
}

// product makes a product and returns its id.
func (w *whmcs) product(name string, values object) string {
	w.t.Helper()
	all := object{"product_group_id": "1", "name": name}
	for field, value := range values {
		all[field] = value
	}
	id, _ := w.create("product", all)
	return id
}

// stores writes a product's module and options directly, as the admin area does.
func (w *whmcs) stores(id, module string, options ...string) {
	w.t.Helper()
	w.exec("UPDATE tblproducts SET servertype = ? WHERE id = ?", module, id)
	for i, option := range options {
		w.exec("UPDATE tblproducts SET configoption"+[]string{"1", "2", "3", "4"}[i]+" = ? WHERE id = ?", option, id)
	}
}

// A password that a module declares in another file is never shown, neither before the module is called nor after it.
func TestNeighbourPasswordDeclaredElsewhere(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/elsewhere", "servers/literal")
	for _, module := range []string{"elsewhere", "literal", "gone"} {
		id := w.product(module, nil)
		w.stores(id, module, "gold", "Canary-Token", "on", "Canary-Left")
		raw := func() string { return w.read(object{"op": "get", "kind": "product", "ids": list{id}}).raw }
		if strings.Contains(raw(), "Canary") {
			t.Errorf("%s: a password is shown before the module was called", module)
		}
		plain := map[string]object{"elsewhere": {}, "literal": {"1": "gold", "3": "on"}, "gone": {}}[module]
		w.holds(w.row("product", id), object{"module_options": plain})
		if module == "gone" {
			continue
		}
		w.options(module, nil)
		if strings.Contains(raw(), "Canary") {
			t.Errorf("%s: a password is shown after the module was called", module)
		}
		// Options behind the declared ones may be left from another module.
		plain = map[string]object{"elsewhere": {"1": "gold"}, "literal": {"1": "gold", "3": "on"}}[module]
		w.holds(w.row("product", id), object{"module_options": plain})
	}
}

// A module gets the product of the admin page and nothing else of the request. A list that it could not fill
// refuses no value.
func TestNeighbourChoicesOfAPanel(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/panelchoices")
	choices := func(with object) list {
		var found list
		for _, option := range w.options("panelchoices", with) {
			found = append(found, option["choices"])
		}
		return found
	}
	pieces := list{"0|Disabled,1|Hourly", "0|Disabled", "0", "1|Hourly", "1"}
	w.holds(object{"c": choices(nil)}, object{"c": list{nil, nil, nil, pieces, nil, list{"eu", "us"}}})
	w.holds(object{"c": choices(object{"server_group_id": "7"})}, object{"c": list{list{"plan7", "spare"}, nil, nil, pieces, nil, list{"eu", "us"}}})

	group, _ := w.create("server_group", object{"name": "Panels"})
	id := w.product("By page", object{
		"module": "panelchoices", "server_group_id": group,
		"module_options": object{"Plan": "plan" + group, "Node": "n1", "3": "anywhere", "Billing": "1", "5": "debian", "Zone": "eu"},
	})
	refused := w.update("product", id, object{}, object{"module_options": object{"Plan": "plan99", "Zone": "asia"}})
	w.failsOn(refused, "invalid", "module_options.Plan", "module_options.Zone")
	w.ok(w.update("product", id, object{}, object{"server_group_id": nil, "module_options": object{"Plan": "plan99"}}))
	// A stored value that the panel no longer offers is accepted, because it does not change.
	w.ok(w.update("product", id, object{}, object{"server_group_id": group, "module_options": object{"Plan": "plan99", "Node": "n2"}}))

	log := strings.Join(w.log(), "\n")
	if !strings.Contains(log, "panelchoices knows the product By page") {
		t.Errorf("the module did not learn the product: %s", log)
	}
	for _, secret := range []string{"terraform_request", "identifier", "responsetype", `"action"`, w.Secret} {
		if strings.Contains(log, secret) {
			t.Errorf("the module found %s in the request", secret)
		}
	}
	if fields := w.queryText("SELECT COUNT(*) FROM tblcustomfields"); fields != "0" {
		t.Errorf("calling the module created %s fields", fields)
	}
}

func (w *whmcs) log() []string {
	w.t.Helper()
	texts, err := w.ActivityLog()
	if err != nil {
		w.t.Fatal(err)
	}
	return texts
}

// The failure of a module's code names the module and its reason. Options are accepted by number then.
func TestNeighbourFailuresOfModules(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/thrower", "servers/dier", "servers/exitload")
	broken := "<?php\n\nfunction brokenfile_ConfigOptions()\n{\n    return [ 'Plan' => ;\n}\n"
	if err := w.WriteFile("modules/servers/brokenfile/brokenfile.php", broken); err != nil {
		t.Fatal(err)
	}
	w.create("server", object{"name": "panel", "module": "thrower", "password": "Canary-Panel"})
	reasons := map[string][]string{
		"thrower":    {"The server module thrower failed in thrower_ConfigOptions: the panel refuses the password ********"},
		"brokenfile": {"The server module brokenfile cannot be loaded: syntax error", "(brokenfile.php:5)"},
		"dier":       {"The server module dier ended the request: Smarty does not exists!"},
		"exitload":   {"The server module exitload ended the request: No licence for "},
	}
	for module, parts := range reasons {
		w.says(w.ask(module, nil), "unsupported", parts...)
		byName := w.write(object{"op": "create", "kind": "product", "values": object{
			"product_group_id": "1", "name": module, "module": module, "module_options": object{"Plan": "gold", "2": "x"},
		}})
		w.failsOn(byName, "unsupported", "module_options.Plan")
		w.says(byName, "unsupported", append(parts, "Use the number of the option, 1 to 24")...)
		id := w.product(module, object{"module": module, "module_options": object{"1": "gold", "2": "x"}})
		if stored := w.queryText("SELECT CONCAT(configoption1, configoption2) FROM tblproducts WHERE id = ?", id); stored != "goldx" {
			t.Errorf("%s: stored are %s", module, stored)
		}
		w.ok(w.update("product", id, object{"module_options": object{"1": "gold"}}, object{"module_options": object{"1": "silver"}}))
	}
	if log := strings.Join(w.log(), "\n"); strings.Contains(log, "internal error") || strings.Contains(log, "Canary") {
		t.Errorf("the activity log: %s", log)
	}
	w.says(w.write(object{"op": "test_connection", "values": object{"module": "dier"}}), "unsupported", "The server module dier ended the request without a reason")
	got := w.ok(w.write(object{"op": "test_connection", "values": object{"module": "thrower", "password": "Canary-Other"}}))
	w.holds(got, object{"success": false, "error": "cannot log on with ********"})

	// A module that was repaired is called again.
	repaired := "<?php\n\nfunction brokenfile_ConfigOptions()\n{\n    return ['Plan' => ['Type' => 'text']];\n}\n"
	if err := w.WriteFile("modules/servers/brokenfile/brokenfile.php", repaired); err != nil {
		t.Fatal(err)
	}
	w.product("repaired", object{"module": "brokenfile", "module_options": object{"Plan": "gold"}})
}

// A module may have ended the request of a dry run. A write by number then works at its first attempt. If the module
// was never called before, the write works at its second attempt.
func TestNeighbourModuleThatExits(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/dier")
	create := object{"op": "create", "kind": "product", "key": newKey(), "values": object{
		"product_group_id": "1", "name": "p", "module": "dier", "module_options": object{"1": "gold"},
	}}
	first := w.write(create)
	w.says(first, "unsupported", "The server module dier ended the request: Smarty does not exists!")
	w.failsOn(first, "unsupported", "module")
	if count := w.queryText("SELECT COUNT(*) FROM tblproducts"); count != "1" {
		t.Errorf("%s products", count)
	}
	w.ok(w.write(create))
}

// Two modules that declare the same function are never loaded in one request.
func TestNeighbourTwinModules(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/twin_one", "servers/twin_two")
	id := w.product("twin", object{"module": "twin_one", "module_options": object{"Plan": "gold", "Disk one": "20"}})
	for _, to := range []string{"two", "one", "two"} {
		from := map[string]string{"one": "two", "two": "one"}[to]
		changed := w.ok(w.update("product", id, object{"module": "twin_" + from, "module_options": object{"Plan": "gold", "2": "20"}},
			object{"module": "twin_" + to, "module_options": object{"Plan": "gold", "Disk " + to: "20"}}))
		w.holds(changed, object{"module_option_numbers": object{"Plan": 1, "Disk " + to: 2}})
	}
	// An option name cannot be compared if its module was never called.
	w.stores(id, "twin_one")
	other := newNeighbours(t, testhost.Options{}, "servers/twin_one", "servers/twin_two")
	made := other.product("twin", nil)
	other.stores(made, "twin_one", "gold")
	other.failsOn(other.update("product", made, object{"module_options": object{"Plan": "gold"}}, object{"module": "twin_two", "module_options": object{"Plan": "silver"}}),
		"invalid", "expect.module_options.Plan")
	other.ok(other.update("product", made, object{"module_options": object{"1": "gold"}}, object{"module": "twin_two", "module_options": object{"Plan": "silver"}}))
}

// More options than WHMCS keeps, options of one name, positions as names, and arrays in the place of texts.
func TestNeighbourOddDeclarations(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/indexed")
	options := w.options("indexed", nil)
	w.holds(options[0], object{"number": 1, "name": "Plan", "default": "", "type": "text"})
	w.holds(options[1], object{"number": 2, "name": "Size", "default": "", "type": "text"})
	w.holds(options[3], object{"number": 4, "name": ""})
	w.holds(options[29], object{"number": 30, "name": "Option 30"})
	attempt := func(values object) response {
		return w.write(object{"op": "create", "kind": "product", "values": object{
			"product_group_id": "1", "name": newKey(), "module": "indexed", "module_options": values,
		}})
	}
	for key, part := range map[string]string{"Option 30": "is option 30 of the module. WHMCS stores only the options 1 to 24", "Size": "Use one of the numbers 2, 3", "0": "is not an option number", "30": "is not an option number"} {
		got := attempt(object{key: "x"})
		w.failsOn(got, "invalid", "module_options."+key)
		w.says(got, "invalid", part)
	}
	w.holds(w.ok(attempt(object{"Plan": "x", "2": "y", "Option 24": "z"})), object{"module_option_numbers": object{"Plan": 1, "2": 2, "Option 24": 24}})
}

// Headers, output and global settings of a module do not reach the response.
func TestNeighbourModuleThatRedirects(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/redirector", "addons/TextSecrets")
	got := w.ask("redirector", nil)
	w.ok(got)
	if got.status != 200 || strings.Contains(got.raw, "left in a buffer") {
		t.Errorf("status %d: %s", got.status, got.raw)
	}
	id := w.product("r", object{"module": "redirector", "module_options": object{"Plan": "x"}})
	if created := w.queryText("SELECT ABS(TIMESTAMPDIFF(MINUTE, created_at, updated_at)) < 5 FROM tblproducts WHERE id = ?", id); created != "1" {
		t.Error("the module's time zone is in the row's stamps")
	}
}

// A module that exhausts the memory ends the request. The caller gets the reason.
func TestNeighbourModuleWithoutMemory(t *testing.T) {
	t.Parallel()
	w := newNeighbours(t, testhost.Options{}, "servers/hungry")
	small := &whmcs{Installation: w.ServedWith(t, map[string]string{"memory_limit": "64M"}), t: t}
	small.says(small.ask("hungry", nil), "unsupported", "The server module hungry ended the request: Allowed memory size of 67108864 bytes exhausted")
	small.product("h", object{"module": "hungry", "module_options": object{"1": "gold"}})
}

// Addon modules with capitals, with required arguments, and with a secret that is declared as text.
func TestNeighbourAddonModules(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]testhost.Options{"official": {}, "direct": {NoAddonActions: true}, "encrypted": {EncryptedAddonSettings: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newNeighbours(t, options, "addons/TextSecrets")
			_, row := w.create("addon_module", object{"module": "TextSecrets", "admin_role_ids": list{"1"}, "settings": object{
				"endpoint": "https://panel.example.com", "api_token": object{"secret": "Canary-Token"}, "mode": "any",
			}})
			w.holds(row, object{"version": "2", "settings": object{"endpoint": "https://panel.example.com", "mode": "any"}})
			raw := w.read(object{"op": "get", "kind": "addon_module", "ids": list{"TextSecrets"}}).raw
			if strings.Contains(raw, "Canary") {
				t.Errorf("a secret is shown: %s", raw)
			}
			prints := w.row("addon_module", "TextSecrets")["settings_fingerprints"].(object)
			if prints["api_token"] == "" || prints["api_token"] == nil {
				t.Errorf("fingerprints: %v", prints)
			}
			update := func(expect, values object) response {
				return w.update("addon_module", "TextSecrets", object{"settings": expect}, object{"settings": values})
			}
			refused := update(object{"api_token": object{"secret": "Canary-Other"}}, object{"endpoint": "x"})
			w.conflictsOn(refused, "settings.api_token")
			if strings.Contains(refused.raw, "Canary") {
				t.Errorf("a secret is shown: %s", refused.raw)
			}
			w.ok(update(object{"api_token": object{"secret": "Canary-Token"}}, object{"api_token": object{"secret": "Canary-Next"}, "endpoint": "y"}))
			w.failsOn(update(object{}, object{"api_token": object{"secret": 5}}), "invalid", "settings.api_token")
			w.failsOn(update(object{}, object{"api_token": object{"text": "x"}}), "invalid", "settings.api_token")
			// A setting that is written as ordinary text is shown again.
			w.holds(w.ok(update(object{}, object{"api_token": "shown"}))["row"].(object), object{"settings": object{"api_token": "shown", "endpoint": "y", "mode": "any"}})
			w.ok(w.delete("addon_module", "TextSecrets", object{"module": "TextSecrets"}))
			if log := w.log(); !slices.ContainsFunc(log, func(text string) bool {
				return strings.HasPrefix(text, "TextSecrets is deactivated with the endpoint y of addonmodules.php?module=TextSecrets")
			}) {
				t.Errorf("the deactivation got no settings: %q", log)
			}
			if rows := w.queryText("SELECT COUNT(*) FROM tbladdonmodules WHERE module = 'TextSecrets'"); rows != "0" {
				t.Errorf("%s rows are left", rows)
			}
		})
	}
}

// Failures of an addon's code name the addon and its reason, and leave it inactive.
func TestNeighbourFailuresOfAddons(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]testhost.Options{"official": {}, "direct": {NoAddonActions: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newNeighbours(t, options, "addons/licensed", "addons/quitter", "addons/nodeclaration")
			for module, part := range map[string]string{
				"stubborn":      "Stubborn needs a licence",
				"licensed":      "there is no licence in licence.txt",
				"quitter":       "The addon module quitter ended the request: Quitter needs ionCube",
				"nodeclaration": "The addon module nodeclaration failed in nodeclaration_config: Call to undefined function nodeclaration_missing_function() (nodeclaration.php:",
			} {
				got := w.write(object{"op": "create", "kind": "addon_module", "values": object{"module": module}})
				w.failsOn(got, "unsupported", "module")
				w.says(got, "unsupported", "The addon module "+module, part)
				if rows := w.rows("addon_module", module); len(rows) != 0 {
					t.Errorf("%s is active: %v", module, rows)
				}
			}
			w.exec("INSERT INTO tbladdonmodules (module, setting, value) VALUES ('stubborn', 'version', '0.9')")
			w.says(w.delete("addon_module", "stubborn", object{"module": "stubborn"}), "unsupported", "The addon module stubborn", "Stubborn stays")
			w.row("addon_module", "stubborn")
		})
	}
}
