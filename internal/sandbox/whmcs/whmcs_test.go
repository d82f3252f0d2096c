package whmcs_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

func TestAccessToTheAPI(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{AccessKey: "let!me@in"})
	full, limited := sb.WHMCS.Credential(), sb.WHMCS.ReadOnlyCredential()
	denied := func(credential whmcs.Credential, action string, parameters url.Values, status int, message string) {
		t.Helper()
		got, content := sandboxtest.API(t, sb, credential, action, parameters)
		assert.Equal(t, status, got)
		assert.JSONEq(t, `{"result":"error","message":`+quote(message)+`}`, content)
	}
	denied(full, "", nil, http.StatusBadRequest, "Empty action request")
	denied(whmcs.Credential{}, "GetProducts", nil, http.StatusForbidden, "Authentication Failed")
	denied(whmcs.Credential{Identifier: "nobody", Secret: "x"}, "GetProducts", nil, http.StatusForbidden,
		"Invalid or missing credentials")
	denied(whmcs.Credential{Identifier: full.Identifier, Secret: "x"}, "GetProducts", nil, http.StatusForbidden,
		"Authentication Failed")
	denied(limited, "AddProduct", nil, http.StatusForbidden, `Invalid Permissions: API action "addproduct" is not allowed`)
	denied(limited, "TerraformWrite", nil, http.StatusForbidden,
		`Invalid Permissions: API action "terraformwrite" is not allowed`)
	denied(full, "GetUniverse", nil, http.StatusOK, "API Function Not Found")
	status, _ := sandboxtest.API(t, sb, limited, "terraformread", sandboxtest.EncodeRequest(t, object{"op": "info"}))
	assert.Equal(t, http.StatusOK, status)

	sb.WHMCS.SetAllowedIPs("203.0.113.5")
	denied(full, "GetProducts", nil, http.StatusForbidden, "Invalid IP 127.0.0.1")
	denied(full, "GetProducts", url.Values{"accesskey": {"guess"}}, http.StatusForbidden, "Invalid IP 127.0.0.1")
	denied(whmcs.Credential{Identifier: full.Identifier, Secret: "x"}, "GetProducts", nil, http.StatusForbidden,
		"Authentication Failed")
	status, _ = sandboxtest.API(t, sb, full, "GetProducts", url.Values{"accesskey": {"let!me@in"}})
	assert.Equal(t, http.StatusOK, status)

	status, content := sandboxtest.API(t, sb, full, "GetProducts",
		url.Values{"accesskey": {"let!me@in"}, "responsetype": {"xml"}})
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, content, "<whmcsapi")
	response, err := http.Get(sb.WHMCS.URL() + "/index.php")
	require.NoError(t, err)
	assert.Contains(t, sandboxtest.Body(t, response), "404")
}

// TestWaysToAuthenticate: a credential may be passed as username and password (documented), and PHP's curl sends
// multipart/form-data if the fields are an array.
func TestWaysToAuthenticate(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	full := sb.WHMCS.Credential()
	for _, c := range []struct {
		names  [2]string
		secret string
		status int
	}{
		{[2]string{"identifier", "secret"}, full.Secret, http.StatusOK},
		{[2]string{"username", "password"}, full.Secret, http.StatusOK},
		{[2]string{"username", "password"}, "wrong", http.StatusForbidden},
		{[2]string{"identifier", "password"}, full.Secret, http.StatusForbidden},
	} {
		fields := url.Values{
			"action": {"TerraformRead"}, "responsetype": {"json"}, c.names[0]: {full.Identifier}, c.names[1]: {c.secret},
			"terraform_request": sandboxtest.EncodeRequest(t, object{"op": "info"})["terraform_request"],
		}
		var body bytes.Buffer
		multi := multipart.NewWriter(&body)
		for name, values := range fields {
			require.NoError(t, multi.WriteField(name, values[0]))
		}
		require.NoError(t, multi.Close())
		for contentType, content := range map[string]string{
			"application/x-www-form-urlencoded; charset=utf-8": fields.Encode(), multi.FormDataContentType(): body.String(),
		} {
			response, err := http.Post(sb.WHMCS.URL()+"/includes/api.php", contentType, strings.NewReader(content))
			require.NoError(t, err)
			got := sandboxtest.Body(t, response)
			assert.Equal(t, c.status, response.StatusCode, "%v %s: %s", c.names, contentType, got)
			assert.Equal(t, c.status == http.StatusOK, strings.Contains(got, `"result":"success"`), got)
		}
	}
	response, err := http.Post(sb.WHMCS.URL()+"/includes/api.php", "multipart/form-data; boundary=x",
		strings.NewReader("--x broken"))
	require.NoError(t, err)
	assert.Contains(t, sandboxtest.Body(t, response), "Empty action request")
}

// TestModuleActions: the documented actions, and the companion sees what they did.
func TestModuleActions(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	ask := func(action, name string, parameters ...string) object {
		form := url.Values{"moduleType": {"addon"}, "moduleName": {name}}
		for i := 0; i < len(parameters); i += 2 {
			form.Set("parameters["+parameters[i]+"]", parameters[i+1])
		}
		return sandboxtest.Official(t, sb, action, form)
	}
	success := object{"result": "success"}
	stored := func() map[string]string {
		settings := map[string]string{}
		sb.WHMCS.View(func(s *whmcs.State) {
			for _, row := range s.Table("tbladdonmodules").Rows {
				if row["module"] == "sampleaddon" {
					settings[row["setting"]] = row["value"]
				}
			}
		})
		return settings
	}
	for _, action := range []string{"ActivateModule", "DeactivateModule", "GetModuleConfigurationParameters",
		"UpdateModuleConfiguration"} {
		for kind, message := range map[string]string{
			"server":  "Invalid module type provided. Supported module types include: gateway, addon",
			"":        "Invalid module type provided. Supported module types include: gateway, addon",
			"gateway": "Invalid module name provided.",
		} {
			got := sandboxtest.Official(t, sb, action, url.Values{"moduleType": {kind}, "moduleName": {"sampleaddon"}})
			assert.Equal(t, message, got["message"], "%s %s", action, kind)
		}
		assert.Equal(t, "Invalid module name provided.", ask(action, "nonsense")["message"], action)
	}

	parameters := ask("GetModuleConfigurationParameters", "sampleaddon")["parameters"].([]any)
	assert.Len(t, parameters, 6)
	assert.Contains(t, parameters, object{"name": "apikey", "displayName": "apikey", "fieldType": "password"})
	assert.Equal(t, "Module Configuration Update Failed: The module is not active",
		ask("UpdateModuleConfiguration", "sampleaddon")["message"])
	assert.Equal(t, "Failed to deactivate: The module is not active", ask("DeactivateModule", "sampleaddon")["message"])
	assert.Equal(t, "Failed to activate: Stubborn needs a licence", ask("ActivateModule", "stubborn")["message"])

	assert.Equal(t, success, ask("ActivateModule", "sampleaddon", "endpoint", "https://a.example", "verbose", "1",
		"nonsense", "x"))
	assert.Equal(t, map[string]string{"version": "1.2", "endpoint": "https://a.example", "verbose": "on"}, stored())
	assert.Equal(t, "Failed to activate: The module is already active", ask("ActivateModule", "sampleaddon")["message"])
	assert.Equal(t, success, ask("UpdateModuleConfiguration", "sampleaddon", "verbose", "0", "retention", "90"))
	assert.Equal(t, map[string]string{"version": "1.2", "endpoint": "https://a.example", "verbose": "", "retention": "90"},
		stored())
	row := sandboxtest.GetRow(t, sb, "addon_module", "sampleaddon")
	assert.Equal(t, "1.2", row["version"])
	assert.Equal(t, success, ask("DeactivateModule", "sampleaddon"))
	assert.Empty(t, stored())
	sb.WHMCS.View(func(s *whmcs.State) {
		assert.NotContains(t, s.Tables, "mod_sampleaddon")
		assert.Equal(t, "legacy_tool", s.Settings["ActiveAddonModules"])
	})
	status, content := sandboxtest.API(t, sb, sb.WHMCS.ReadOnlyCredential(), "ActivateModule", nil)
	assert.Equal(t, http.StatusForbidden, status, content)
	assert.Equal(t, 8, sb.Journal().Count("whmcs", "ActivateModule", ""))
}

func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

func TestNoCompanionNoAction(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{NoCompanion: true})
	got := sandboxtest.Official(t, sb, "TerraformRead", sandboxtest.EncodeRequest(t, object{"op": "info"}))
	assert.Equal(t, "API Function Not Found", got["message"])
}

func TestOfficialReaders(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{SystemURL: "https://whmcs.example.com/"})
	assert.Equal(t, "9.0.1", sandboxtest.Official(t, sb, "WhmcsDetails", nil)["whmcs"].(object)["version"])
	admin := sandboxtest.Official(t, sb, "GetAdminDetails", nil)
	assert.Equal(t, "1", admin["adminid"])
	assert.Contains(t, admin["allowedpermissions"], "API Access")

	currencies := sandboxtest.Official(t, sb, "GetCurrencies", nil)
	assert.Equal(t, "3", currencies["totalresults"], "a string")
	assert.Equal(t, object{"id": "2", "code": "INR", "prefix": "₹", "suffix": " INR", "format": "2", "rate": "83.12500"},
		currencies["currencies"].(object)["currency"].([]any)[1])
	assert.Equal(t, "https://whmcs.example.com/", sandboxtest.Official(t, sb, "GetConfigurationValue",
		url.Values{"setting": {"SystemURL"}})["value"])
	assert.Equal(t, "Parameter setting is required", sandboxtest.Official(t, sb, "GetConfigurationValue", nil)["message"])
	assert.Equal(t, "Invalid name for parameter setting",
		sandboxtest.Official(t, sb, "GetConfigurationValue", url.Values{"setting": {"x"}})["message"])

	products := sandboxtest.Official(t, sb, "GetProducts", nil)
	assert.EqualValues(t, 1, products["totalresults"])
	product := products["products"].(object)["product"].([]any)[0].(object)
	assert.EqualValues(t, 1, product["pid"])
	assert.Equal(t, "https://whmcs.example.com/store/legacy-co/legacy-vps", product["product-url"])
	assert.Equal(t, "-1.00", product["pricing"].(object)["EUR"].(object)["annually"])
	assert.Equal(t, object{"configoption": ""}, product["configoptions"])
	assert.Equal(t, object{"product": ""}, sandboxtest.Official(t, sb, "GetProducts",
		url.Values{"gid": {"9"}})["products"])
	assert.EqualValues(t, 0, sandboxtest.Official(t, sb, "GetProducts", url.Values{"pid": {"8,9"}})["totalresults"])

	assert.Equal(t, []any{}, sandboxtest.Official(t, sb, "GetServers", nil)["servers"])
	server := sb.WHMCS.AddServer("A & B", "samplevps", "a.example.com")
	sb.WHMCS.AddService("1", server, "Active")
	got := sandboxtest.Official(t, sb, "GetServers", url.Values{"fetchStatus": {"1"}})["servers"].([]any)[0].(object)
	assert.Equal(t, "A &amp; B", got["name"])
	assert.EqualValues(t, 1, got["activeServices"])
	assert.Contains(t, got, "status")
	sb.WHMCS.AddServer("C", "toplink_dcim", "c.example.com")
	assert.Len(t, sandboxtest.Official(t, sb, "GetServers", url.Values{"serviceId": {"1"}})["servers"], 1)
}

func TestEncryptionIsNotDeterministic(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	one := sandboxtest.Official(t, sb, "EncryptPassword", url.Values{"password2": {"hush"}})["password"].(string)
	two := sandboxtest.Official(t, sb, "EncryptPassword", url.Values{"password2": {"hush"}})["password"].(string)
	assert.NotEqual(t, one, two)
	assert.Equal(t, "hush", sandboxtest.Official(t, sb, "DecryptPassword", url.Values{"password2": {one}})["password"])
	assert.Empty(t, sandboxtest.Official(t, sb, "DecryptPassword", url.Values{"password2": {"garbage"}})["password"])
}

func TestAddProduct(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	add := func(parameters url.Values) object {
		return sandboxtest.Official(t, sb, "AddProduct", parameters)
	}
	base := func(name, value string) url.Values {
		return url.Values{"name": {"P"}, "gid": {"1"}, name: {value}}
	}
	for _, c := range []struct {
		parameters url.Values
		message    string
	}{
		{url.Values{"gid": {"1"}}, "You must supply a name for the product"},
		{url.Values{"name": {"P"}, "gid": {"7"}}, "You must supply a valid Product Group ID"},
		{base("welcomeemail", "4"), "You must supply a valid welcome email ID"},
		{base("type", "vps"), `Invalid product type. Must be one of "hostingaccount", "reselleraccount", "server" or "other"`},
		{base("paytype", "monthly"), `Invalid pay type. Must be one of "free", "onetime" or "recurring"`},
		{base("autosetup", "later"), `Invalid autosetup value. Must be one of "", "on", "order" or "payment"`},
		{base("color", "red"), "The color must be a valid hexadecimal value."},
		{base("recommendations[0][id]", "9"), "The recommendation product ID is invalid. This must be an existing product ID."},
	} {
		assert.Equal(t, c.message, add(c.parameters)["message"])
	}
	got := add(url.Values{
		"name": {"Big & fast"}, "gid": {"1"}, "type": {"server"}, "paytype": {"recurring"}, "autosetup": {"payment"},
		"hidden":       {"1"},
		"welcomeemail": {"1"}, "module": {"samplevps"}, "configoption1": {"large"}, "pricing[1][monthly]": {"10"},
		"pricing[1][msetupfee]":  {"1.5"},
		"recommendations[0][id]": {"1"}, "recommendations[0][order]": {"0"}, "ondemandrenewalconfigurationoverride": {"1"},
		"ondemandrenewalsenabled": {"1"}, "ondemandrenewalperiodmonthly": {"3"},
	})
	require.Equal(t, "success", got["result"])
	assert.EqualValues(t, 2, got["pid"])
	// Reads do not run the module's code. After a write has run the declaration, reads know that this option is not a
	// password.
	sandboxtest.Companion(t, sb, "TerraformWrite", object{"op": "module_schema", "module": "samplevps"})
	row := sandboxtest.GetRow(t, sb, "product", "2")
	assert.Equal(t, "Big & fast", row["name"])
	assert.Equal(t, "big-fast", row["slug"])
	assert.Equal(t, "on_payment", row["auto_setup"])
	assert.Equal(t, true, row["hidden"])
	assert.Equal(t, object{"1": "large"}, row["module_options"])
	assert.Equal(t, object{"USD": object{"monthly": price("10.00", "1.50")}}, row["pricing"])
	assert.Equal(t, []any{"1"}, row["recommended_product_ids"])
	assert.EqualValues(t, 3, row["on_demand_renewal"].(object)["monthly"])
	assert.Equal(t, 9, sb.Journal().Count("whmcs", "AddProduct", ""))
}
