package solusvm2_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
)

type object = map[string]any

// callPanel calls the API of the panel and returns the status and the body.
func callPanel(t *testing.T, sb *sandbox.Sandbox, token, method, path, input string) (int, object) {
	t.Helper()
	request, err := http.NewRequest(method, sb.SolusVM2.URL()+"/api/v1/"+path, strings.NewReader(input))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	content := sandboxtest.Body(t, response)
	if content == "" {
		return response.StatusCode, nil
	}
	return response.StatusCode, sandboxtest.Decode(t, content)
}

// TestSolusVM2Shapes compares the panel with the JSON of the vendor's own tests (facts/solusvm2). The panel must
// return each of its keys with a value of the same type.
func TestSolusVM2Shapes(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	admin := sb.SolusVM2.AdminToken()
	sb.SolusVM2.Mutate(func(s *solusvm2.State) {
		s.Settings["billing_integration"] = map[string]any{"type": "whmcs",
			"drivers": map[string]any{"whmcs": map[string]any{"url": "https://host/", "token": "t"}}}
	})
	const limitGroup = `{"id":1,"name":"LimitGroup","created_at":"2019-08-27T13:04:39.000000Z","updated_at":"2020-12-16T08:16:11.000000Z",
		"vms":{"limit":0,"is_enabled":false},"running_vms":{"limit":5,"is_enabled":true},"additional_ips":{"limit":2,"is_enabled":true}}`
	const user = `{"id":1,"email":"a","created_at":"x","status":"active","roles":[{"id":1,"name":"x"}],"billing_user_id":null,"billing_token":null}`
	for path, fixture := range map[string]string{
		"limit_groups/1": limitGroup,
		"account":        user,
		"settings": `{"limit_group":` + limitGroup + `,"registration":{"role":"x"},"token_api":{"url":"https://hostname.tld:443/api/v1","is_enabled":true},
			"uuid":"x","force_autoupdate":true,"update_channels":["x"],"update_schedule":{"scheduled_days":[6],"scheduled_time":"06:00"},
			"non_existent_vms_remover":{"enabled":false,"interval":1},"network_rules":{"arp":false,"dhcp":true,"portmapper":true},
			"theme":{"brand_name":"x","favicon":null,"terms_and_conditions_url":""},"mail":{"host":"x","port":"25","password":"x","test_mail":"x"},
			"hostname":"x","send_statistic":true,"update":{"method":"x","channel":"x"},"latest-version":"x","latest_version":"x",
			"dns":{"type":"x","ttl":60,"drivers":{}},"features":{"hide_plan_name":false,"allow_password_recovery":true},
			"notifications":{"server_create":{"enabled":true,"subject_templates":{"en_US":"x"},"body_templates":{"en_US":"x"}},
			"server_outgoing_traffic_exceeded":{"enabled":true,"override_templates":[],"subject_templates":{"en_US":"x"},"body_templates":{"en_US":"x"}}},
			"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://hostname.tld/modules/addons/solusio/api/","token":"token"}}}}`,
		"servers/1": `{"id":1,"name":"x","description":null,"virtualization_type":"kvm","uuid":"x","specifications":{"disk":1,"ram":1,"vcpu":1},"status":"x","location":{"id":1,"name":"x"},
			"plan":{"id":1,"name":"x"},"fqdns":[],"boot_mode":"disk","is_suspended":false,"is_processing":false,"user":` + user + `,"project":{"id":1,"name":"x"},"created_at":"x",
			"ip_addresses":{"ipv4":[{"id":1,"ip":"192.0.2.1","is_primary":true}],"ipv6":[]}}`,
	} {
		status, got := callPanel(t, sb, admin, "GET", path, "")
		require.Equal(t, http.StatusOK, status, path)
		assertSameShape(t, path, sandboxtest.Decode(t, fixture), got["data"])
	}
	status, got := callPanel(t, sb, admin, "GET", "users", "")
	require.Equal(t, http.StatusOK, status)
	assertSameShape(t, "list", sandboxtest.Decode(t, `{"data":[`+user+`],"links":{"first":"x","last":"x","prev":null,"next":null},
		"meta":{"current_page":1,"from":1,"last_page":1,"path":"x","per_page":15,"to":3,"total":3}}`), any(got))
	status, got = callPanel(t, sb, admin, "POST", "api_tokens", `{"name":"x","user_id":1}`)
	require.Equal(t, http.StatusCreated, status)
	assertSameShape(t, "token", sandboxtest.Decode(t,
		`{"token":{"id":"x","name":"x","user":`+user+`,"created_at":"x"},"access_token":"x","token_type":"Bearer"}`),
		got["data"])
}

// assertSameShape compares the types of the values for each key of the fixture.
func assertSameShape(t *testing.T, at string, fixture, got any) {
	t.Helper()
	switch want := fixture.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		require.True(t, ok, "%s is %T", at, got)
		for key, value := range want {
			require.Contains(t, have, key, at)
			assertSameShape(t, at+"."+key, value, have[key])
		}
	case []any:
		have, ok := got.([]any)
		require.True(t, ok, "%s is %T", at, got)
		for i, value := range want {
			require.Greater(t, len(have), i, at)
			assertSameShape(t, fmt.Sprintf("%s.%d", at, i), value, have[i])
		}
	default:
		assert.IsType(t, fixture, got, at)
	}
}

func TestSolusVM2Admission(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	admin, client := sb.SolusVM2.AdminToken(), sb.SolusVM2.ClientToken()
	for _, c := range []struct {
		token, method, path string
		status              int
		message             string
	}{
		{"wrong", "GET", "account", 401, "Unauthenticated."},
		{"", "GET", "account", 401, "Unauthenticated."},
		{client, "GET", "account", 200, ""},
		{client, "GET", "servers", 200, ""},
		{client, "GET", "settings", 403, "This action is unauthorized."},
		{client, "GET", "limit_groups", 403, "This action is unauthorized."},
		{client, "GET", "users", 403, "This action is unauthorized."},
		{admin, "GET", "nonsense", 404, ""},
		{admin, "GET", "limit_groups/99", 404, `No query results for model [App\Models\LimitGroup] 99`},
		{admin, "DELETE", "settings", 405, "The method is not supported for this route."},
	} {
		status, got := callPanel(t, sb, c.token, c.method, c.path, "")
		assert.Equal(t, c.status, status, "%s %s", c.method, c.path)
		if c.status >= 400 {
			assert.Equal(t, c.message, got["message"], "%s %s", c.method, c.path)
		}
	}
	sb.SolusVM2.Mutate(func(s *solusvm2.State) { s.Users[0].AllowedIPs = []string{"192.0.2.1"} })
	status, got := callPanel(t, sb, admin, "GET", "account", "")
	assert.Equal(t, 403, status)
	assert.Contains(t, got["message"], "127.0.0.1")

	// the last request has no Accept header, which the API requires
	for _, path := range []string{"/", "/login", "/api/v1/account"} {
		response, err := http.Get(sb.SolusVM2.URL() + path)
		require.NoError(t, err)
		assert.Equal(t, 200, response.StatusCode)
		content, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Contains(t, string(content), "<html>", path)
	}
}

func TestSolusVM2LimitGroups(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	admin := sb.SolusVM2.AdminToken()
	const good = `{"name":"New users","vms":{"limit":2,"is_enabled":true},"running_vms":{"limit":0,"is_enabled":false},"additional_ips":{"limit":0,"is_enabled":true}}`
	status, got := callPanel(t, sb, admin, "POST", "limit_groups", good)
	require.Equal(t, http.StatusCreated, status)
	assert.InDelta(t, 3, got["data"].(object)["id"], 0)
	status, got = callPanel(t, sb, admin, "PUT", "limit_groups/3", strings.Replace(good, "New users", "Newer users", 1))
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, "Newer users", got["data"].(object)["name"])

	for input, fields := range map[string]string{
		`{}`: "additional_ips,name,running_vms,vms",
		strings.Replace(good, "New users", " ", 1):                            "name",
		strings.Replace(good, `"limit":2`, `"limit":-1`, 1):                   "vms.limit",
		strings.Replace(good, `"limit":2`, `"limit":1.5`, 1):                  "vms.limit",
		strings.Replace(good, `"is_enabled":true`, `"is_enabled":"often"`, 1): "vms.is_enabled",
	} {
		status, got := callPanel(t, sb, admin, "POST", "limit_groups", input)
		require.Equal(t, http.StatusUnprocessableEntity, status, input)
		raw, err := json.Marshal(got["errors"])
		require.NoError(t, err)
		var errs map[string][]string
		require.NoError(t, json.Unmarshal(raw, &errs))
		for _, field := range strings.Split(fields, ",") {
			assert.NotEmpty(t, errs[field], "%s: %s", input, field)
		}
		assert.Len(t, errs, strings.Count(fields, ",")+1, input)
	}
	status, _ = callPanel(t, sb, admin, "DELETE", "limit_groups/1", "")
	assert.Equal(t, http.StatusConflict, status, "users have it")
	status, _ = callPanel(t, sb, admin, "DELETE", "limit_groups/3", "")
	assert.Equal(t, http.StatusNoContent, status)
	status, _ = callPanel(t, sb, admin, "GET", "limit_groups/3", "")
	assert.Equal(t, http.StatusNotFound, status)
}

func TestSolusVM2Tokens(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	admin, client := sb.SolusVM2.AdminToken(), sb.SolusVM2.ClientToken()
	status, got := callPanel(t, sb, admin, "POST", "api_tokens", `{"name":"WHMCS","user_id":1}`)
	require.Equal(t, http.StatusCreated, status)
	made := got["data"].(object)
	id := made["token"].(object)["id"].(string)
	status, _ = callPanel(t, sb, made["access_token"].(string), "GET", "settings", "")
	assert.Equal(t, http.StatusOK, status, "it works at once")
	_, got = callPanel(t, sb, admin, "GET", "api_tokens?filter[search]=whm&filter[user_id]=1", "")
	require.Len(t, got["data"], 1)
	raw, err := json.Marshal(got)
	require.NoError(t, err)
	assert.NotContains(t, string(raw), made["access_token"], "shown once")

	for _, c := range []struct {
		token, input string
		status       int
	}{
		{admin, `{"name":"","user_id":1}`, 422}, {admin, `{"name":"x","user_id":99}`, 422}, {admin, `{"name":"x"}`, 422},
		{client, `{"name":"x","user_id":1}`, 403},
	} {
		status, _ := callPanel(t, sb, c.token, "POST", "api_tokens", c.input)
		assert.Equal(t, c.status, status, c.input)
	}
	status, _ = callPanel(t, sb, client, "GET", "api_tokens/"+id, "")
	assert.Equal(t, http.StatusNotFound, status, "not theirs")
	status, _ = callPanel(t, sb, admin, "PATCH", "api_tokens/"+id, `{"name":"Renamed"}`)
	assert.Equal(t, http.StatusOK, status)
	status, _ = callPanel(t, sb, admin, "DELETE", "api_tokens/"+id, "")
	assert.Equal(t, http.StatusNoContent, status)
	status, _ = callPanel(t, sb, made["access_token"].(string), "GET", "account", "")
	assert.Equal(t, http.StatusUnauthorized, status, "it stops working at once")
}

func TestSolusVM2Settings(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	admin := sb.SolusVM2.AdminToken()
	whole := `{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://billing.example.com/modules/addons/solusvm2/api/","token":"secret"}}}}`
	status, got := callPanel(t, sb, admin, "PATCH", "settings", whole)
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, "whmcs", got["data"].(object)["billing_integration"].(object)["type"])
	assert.Equal(t, "panel.example.com", got["data"].(object)["hostname"], "what is not named stays")
	for _, input := range []string{
		`{"billing_integration":{"type":"whmcs"}}`, `{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"ftp://x","token":"t"}}}}`,
		`{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://x"}}}}`, `{"billing_integration":{}}`,
		`{"nonsense":1}`,
	} {
		status, _ := callPanel(t, sb, admin, "PATCH", "settings", input)
		assert.Equal(t, http.StatusUnprocessableEntity, status, input)
	}
	// The vendor's client sends complete objects, also of a limit group.
	status, got = callPanel(t, sb, admin, "PATCH", "settings",
		`{"limit_group":{"id":2,"name":"x","vms":{"limit":0,"is_enabled":false}},"network_rules":{"icmp_reply":false},"features":{"hide_plan_name":true}}`)
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, "No limits", got["data"].(object)["limit_group"].(object)["name"])
	assert.Equal(t, object{"icmp_reply": false}, got["data"].(object)["network_rules"])
	status, got = callPanel(t, sb, admin, "PATCH", "settings", `{"limit_group":{"id":99}}`)
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, got["errors"], "limit_group.id")
	_, got = callPanel(t, sb, admin, "GET", "settings", "")
	assert.InDelta(t, 2, got["data"].(object)["limit_group"].(object)["id"], 0)
	assert.Equal(t, "secret", got["data"].(object)["billing_integration"].(object)["drivers"].(object)["whmcs"].(object)["token"], "a refused change changes nothing")
}

func TestSolusVM2Lists(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{SolusVM2: solusvm2.Options{ExtraServers: 30}})
	admin := sb.SolusVM2.AdminToken()
	seen := 0
	for page := 1; page <= 3; page++ {
		_, got := callPanel(t, sb, admin, "GET", fmt.Sprintf("servers?page=%d", page), "")
		seen += len(got["data"].([]any))
		assert.InDelta(t, 35, got["meta"].(object)["total"], 0)
	}
	assert.Equal(t, 35, seen)
	_, got := callPanel(t, sb, admin, "GET", "servers?filter[user_id]=3", "")
	next, err := url.Parse(got["links"].(object)["next"].(string))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"filter[user_id]": {"3"}, "page": {"2"}}, next.Query(), "the vendor's client follows it")
	_, own := callPanel(t, sb, sb.SolusVM2.ClientToken(), "GET", "servers?filter[status]=started", "")
	for _, one := range own["data"].([]any) {
		assert.InDelta(t, 2, one.(object)["user"].(object)["id"], 0)
		assert.Equal(t, "started", one.(object)["status"])
	}
	assert.NotEmpty(t, own["data"])
	requests := sb.Journal().Filter(func(r journal.Request) bool {
		return r.System == "solusvm2" && r.Kind == "servers" &&
			r.Op == "list"
	})
	assert.Len(t, requests, 5)
}

// TestSolusVM2Users checks the requests for users that the vendor's own client sends.
func TestSolusVM2Users(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	admin := sb.SolusVM2.AdminToken()
	ask := func(method, path, input string) (int, object) {
		t.Helper()
		return callPanel(t, sb, admin, method, path, input)
	}
	status, got := ask("POST", "users", `{"email":"new@example.com"}`)
	require.Equal(t, http.StatusCreated, status)
	user := got["data"].(object)
	assert.InDelta(t, 4, user["id"], 0)
	assert.Equal(t, "active", user["status"])
	status, got = ask("GET", "users/4", "")
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, user, got["data"])
	status, got = ask("PATCH", "users/4", `{"status":"locked"}`)
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, "locked", got["data"].(object)["status"])
	_, got = ask("GET", "users?filter[search]=NEW@&filter[status]=locked", "")
	assert.Len(t, got["data"], 1)
	// The vendor's client uses PUT and sends only the changed fields.
	status, got = ask("PUT", "users/4", `{"password":"another","status":"active","language_id":1,"roles":[1]}`)
	require.Equal(t, http.StatusOK, status)
	user = got["data"].(object)
	assert.Equal(t, object{"id": 1.0, "name": "Administrator"}, user["roles"].([]any)[0])
	assert.Equal(t, "new@example.com", user["email"])
	status, got = ask("POST", "users", `{"email":"enrolled@example.com","roles":[2],"limit_group_id":2,"billing_user_id":17,"billing_token":"client-17"}`)
	require.Equal(t, http.StatusCreated, status)
	user = got["data"].(object)
	assert.InDelta(t, 17, user["billing_user_id"], 0)
	assert.Equal(t, "client-17", user["billing_token"])
	assert.Equal(t, object{"id": 2.0, "name": "Client"}, user["roles"].([]any)[0])
	for _, bad := range []struct{ method, path, input, field string }{
		{"POST", "users", `{}`, "email"}, {"POST", "users", `{"email":"NEW@example.com"}`, "email"},
		{"PATCH", "users/4", `{"status":"gone"}`, "status"},
		{"PUT", "users/4", `{"roles":[3]}`, "roles.0"}, {"POST", "users", `{"email":"more@example.com","limit_group_id":99}`,
			"limit_group_id"},
	} {
		status, got = ask(bad.method, bad.path, bad.input)
		assert.Equal(t, http.StatusUnprocessableEntity, status)
		assert.Contains(t, got["errors"], bad.field)
	}
	status, _ = ask("DELETE", "users/2", "")
	assert.Equal(t, http.StatusConflict, status, "the user has servers")
	status, _ = ask("DELETE", "users/4", "")
	assert.Equal(t, http.StatusNoContent, status)
	status, _ = ask("GET", "users/4", "")
	assert.Equal(t, http.StatusNotFound, status)
}

// TestSolusVM2ServerFilters checks each filter that the vendor documents.
func TestSolusVM2ServerFilters(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	_, all := callPanel(t, sb, sb.SolusVM2.AdminToken(), "GET", "servers", "")
	for _, filter := range []string{"user_id=2", "compute_resource_id=1", "status=stopped", "virtualization_type=vz"} {
		_, got := callPanel(t, sb, sb.SolusVM2.AdminToken(), "GET", "servers?filter["+strings.Replace(filter, "=", "]=", 1),
			"")
		assert.NotEmpty(t, got["data"], filter)
		assert.Less(t, len(got["data"].([]any)), len(all["data"].([]any)), filter)
	}
}
