package testhost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// callAction calls an official action and returns its response.
func (i *Installation) callAction(t *testing.T, action string, parameters url.Values) map[string]any {
	t.Helper()
	form := url.Values{"action": {action}, "identifier": {i.Identifier}, "secret": {i.Secret}, "responsetype": {"json"}}
	for name, values := range parameters {
		form[name] = values
	}
	response, err := http.PostForm(i.URL+"/includes/api.php", form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// column returns the values of a query's only column, joined by |.
func (i *Installation) column(t *testing.T, sql string, args ...any) string {
	t.Helper()
	rows, err := i.Query(sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, row := range rows {
		for _, value := range row {
			values = append(values, fmt.Sprint(value))
		}
	}
	return strings.Join(values, "|")
}

func TestLegacyInstallation(t *testing.T) {
	old := Shared(t).NewInstallation(t, Options{Legacy: true, ArrayResults: true})
	tables := "SELECT DISTINCT CONCAT(engine, ' ', table_collation) FROM information_schema.tables WHERE table_schema = DATABASE()"
	if got := old.column(t, tables); got != "InnoDB utf8mb3_unicode_ci" {
		t.Errorf("tables: %s", got)
	}
	if answer := old.callAction(t, "GetProducts", nil); answer["totalresults"] != json.Number("1") && answer["totalresults"] != 1.0 {
		t.Errorf("GetProducts: %v", answer)
	}
	if answer := old.callAction(t, "GetCurrencies", nil); answer["totalresults"] != "3" {
		t.Errorf("GetCurrencies: %v", answer)
	}
	// GetCurrencies shows a database value of type INT as PDO returns it.
	for name, whmcs := range map[string]*Installation{
		"string":  Shared(t).NewInstallation(t, Options{Legacy: true}),
		"float64": Shared(t).NewInstallation(t, Options{}),
	} {
		currencies := whmcs.callAction(t, "GetCurrencies", nil)["currencies"].(map[string]any)["currency"].([]any)
		if id := currencies[0].(map[string]any)["id"]; fmt.Sprintf("%T", id) != name {
			t.Errorf("an id is %#v, want a %s", id, name)
		}
	}
	// Without the strict mode, a text that is too long is silently cut.
	old.callAction(t, "AddProduct", url.Values{"name": {"long"}, "gid": {"1"}, "tagline": {strings.Repeat("x", 300)}})
	if got := old.column(t, "SELECT LENGTH(tagline) FROM tblproducts WHERE name = 'long'"); got != "255" {
		t.Errorf("length: %s", got)
	}
}

func TestAddonModules(t *testing.T) {
	const (
		active   = "SELECT value FROM tblconfiguration WHERE setting = 'ActiveAddonModules'"
		settings = "SELECT CONCAT(setting, '=', value) FROM tbladdonmodules WHERE module = 'sampleaddon' ORDER BY setting"
		table    = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'mod_sampleaddon'"
	)
	whmcs := Shared(t).NewInstallation(t, Options{})
	sample := url.Values{"moduleType": {"addon"}, "moduleName": {"sampleaddon"}, "parameters[apikey]": {"k1"}, "parameters[other]": {"x"}}
	wants := func(answer map[string]any, message string) {
		t.Helper()
		if got := fmt.Sprint(answer["result"], ": ", answer["message"]); got != message {
			t.Errorf("got %q, want %q", got, message)
		}
	}
	wants(whmcs.callAction(t, "UpdateModuleConfiguration", sample), "error: Module Configuration Update Failed: Module is not active")
	wants(whmcs.callAction(t, "ActivateModule", sample), "success: <nil>")
	wants(whmcs.callAction(t, "ActivateModule", sample), "error: Failed to activate: Module is already active")
	for query, want := range map[string]string{active: "legacy_tool,sampleaddon", settings: "apikey=k1|version=1.2", table: "1"} {
		if got := whmcs.column(t, query); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	sample.Set("parameters[apikey]", "k2")
	wants(whmcs.callAction(t, "UpdateModuleConfiguration", sample), "success: <nil>")
	if got := whmcs.column(t, settings); got != "apikey=k2|version=1.2" {
		t.Errorf("settings: %s", got)
	}
	if fields := whmcs.callAction(t, "GetModuleConfigurationParameters", sample)["parameters"].([]any); len(fields) != 6 {
		t.Errorf("parameters: %v", fields)
	}
	wants(whmcs.callAction(t, "DeactivateModule", sample), "success: <nil>")
	for query, want := range map[string]string{active: "legacy_tool", settings: "", table: "0"} {
		if got := whmcs.column(t, query); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	wants(whmcs.callAction(t, "ActivateModule", url.Values{"moduleType": {"addon"}, "moduleName": {"stubborn"}}), "error: Failed to activate: Stubborn needs a licence")
	wants(whmcs.callAction(t, "ActivateModule", url.Values{"moduleType": {"addon"}, "moduleName": {"../servers"}}), "error: Invalid module name provided.")

	encrypting := Shared(t).NewInstallation(t, Options{EncryptedAddonSettings: true})
	wants(encrypting.callAction(t, "ActivateModule", sample), "success: <nil>")
	if got := encrypting.column(t, settings); !strings.HasPrefix(got, "apikey=testhost-encrypted:") || strings.Contains(got, "k2") {
		t.Errorf("settings: %s", got)
	}
	refusing := Shared(t).NewInstallation(t, Options{NoAddonActions: true})
	wants(refusing.callAction(t, "ActivateModule", sample), "error: Invalid module type provided. Supported module types include: gateway, registrar")
}
