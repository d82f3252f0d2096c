package whmcs_test

import (
	"encoding/json"
	"net/http"
	"net/url"
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
	denied(whmcs.Credential{Identifier: "nobody", Secret: "x"}, "GetProducts", nil, http.StatusForbidden, "Invalid or missing credentials")
	denied(whmcs.Credential{Identifier: full.Identifier, Secret: "x"}, "GetProducts", nil, http.StatusForbidden, "Authentication Failed")
	denied(limited, "AddProduct", nil, http.StatusForbidden, `Invalid Permissions: API action "addproduct" is not allowed`)
	denied(limited, "TerraformWrite", nil, http.StatusForbidden, `Invalid Permissions: API action "terraformwrite" is not allowed`)
	denied(full, "GetUniverse", nil, http.StatusOK, "API Function Not Found")
	status, _ := sandboxtest.API(t, sb, limited, "terraformread", sandboxtest.EncodeRequest(t, object{"op": "info"}))
	assert.Equal(t, http.StatusOK, status)

	sb.WHMCS.SetAllowedIPs("203.0.113.5")
	denied(full, "GetProducts", nil, http.StatusForbidden, "Invalid IP 127.0.0.1")
	denied(full, "GetProducts", url.Values{"accesskey": {"guess"}}, http.StatusForbidden, "Invalid IP 127.0.0.1")
	denied(whmcs.Credential{Identifier: full.Identifier, Secret: "x"}, "GetProducts", nil, http.StatusForbidden, "Authentication Failed")
	status, _ = sandboxtest.API(t, sb, full, "GetProducts", url.Values{"accesskey": {"let!me@in"}})
	assert.Equal(t, http.StatusOK, status)

	status, content := sandboxtest.API(t, sb, full, "GetProducts", url.Values{"accesskey": {"let!me@in"}, "responsetype": {"xml"}})
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, content, "<whmcsapi")
	response, err := http.Get(sb.WHMCS.URL() + "/index.php")
	require.NoError(t, err)
	assert.Contains(t, sandboxtest.Body(t, response), "404")
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
	assert.Equal(t, "https://whmcs.example.com/", sandboxtest.Official(t, sb, "GetConfigurationValue", url.Values{"setting": {"SystemURL"}})["value"])
	assert.Equal(t, "Parameter setting is required", sandboxtest.Official(t, sb, "GetConfigurationValue", nil)["message"])
	assert.Equal(t, "Invalid name for parameter setting", sandboxtest.Official(t, sb, "GetConfigurationValue", url.Values{"setting": {"x"}})["message"])

	products := sandboxtest.Official(t, sb, "GetProducts", nil)
	assert.EqualValues(t, 1, products["totalresults"])
	product := products["products"].(object)["product"].([]any)[0].(object)
	assert.EqualValues(t, 1, product["pid"])
	assert.Equal(t, "https://whmcs.example.com/store/legacy-co/legacy-vps", product["product-url"])
	assert.Equal(t, "-1.00", product["pricing"].(object)["EUR"].(object)["annually"])
	assert.Equal(t, object{"configoption": ""}, product["configoptions"])
	assert.Equal(t, object{"product": ""}, sandboxtest.Official(t, sb, "GetProducts", url.Values{"gid": {"9"}})["products"])
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
		"name": {"Big & fast"}, "gid": {"1"}, "type": {"server"}, "paytype": {"recurring"}, "autosetup": {"payment"}, "hidden": {"1"},
		"welcomeemail": {"1"}, "module": {"samplevps"}, "configoption1": {"large"}, "pricing[1][monthly]": {"10"}, "pricing[1][msetupfee]": {"1.5"},
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
