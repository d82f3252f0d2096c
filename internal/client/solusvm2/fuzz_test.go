package solusvm2

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func fuzzClient(f *testing.F) *Client {
	f.Helper()
	client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
	require.NoError(f, err)
	return client
}

// bodies are responses of panels and of proxies in front of them.
var bodies = []string{
	``, `null`, `{}`, `[]`, `{"data":null}`, `{"data":[]}`, `{"data":{"id":7}}`, `{"data":{"id":"7","name":null}}`, `{"data":{"id":8}}`, `{"data":{"id":[7]}}`, `{"data":{"ID":7,"id":null}}`,
	`{"data":{"id":7,"name":"LimitGroup","created_at":"2019-08-27T13:04:39.000000Z","vms":{"limit":0,"is_enabled":false},"running_vms":{"limit":"5","is_enabled":1},"additional_ips":null}}`,
	`{"data":{"id":"7","name":"WHMCS","user":{"id":4,"email":"admin@example.com","billing_user_id":"17","roles":[{"name":"Administrator"}]},"created_at":"2026-01-01"}}`,
	`{"data":{"id":7,"name":"web","specifications":{"vcpu":2,"ram":2147483648,"disk":20.0},"status":"started","real_status":"stopped","location":[],"plan":null,"fqdns":["a"],
		"ip_addresses":{"ipv4":[{"id":1,"ip":"192.0.2.2","is_primary":false},{"id":2,"ip":"192.0.2.1","is_primary":true}],"ipv6":[{"primary_ip":"2001:db8::1"}]}}}`,
	`{"data":{"id":7,"vms":{"limit":99999999999999999999,"is_enabled":"maybe"}}}`, `{"data":{"id":7,"ips":[{"ip":"192.0.2.9"}],"ip_addresses":[]}}`, `{"data":{"id":7},"data":{"id":8}}`,
	`{"message":"The given data was invalid.","errors":{"name":["The name field is required."],"vms.limit":"must be a number","x":{"y":1}}}`, `{"message":""}`, `{"message":"No query results for model [App\\Models\\LimitGroup] 7"}`,
	`{"message":"Bearer ` + testToken + ` is not welcome","errors":{"a":["token-canary\/1"]}}`, `{"message":["no"]}`,
	`<html><head><title>SolusVM 2 token-canary/1</title></head></html>`, "404 page not found", `{"data":{"id":7}}<html>`,
	`{"data":{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/modules/addons/solusio/api/","token":"token"}}},"mail":{"password":"p"}}}`,
	`{"data":{"id":7,"params":{"vcpu":2,"ram":1073741824,"disk":20},"tokens_per_hour":"2","tokens_per_month":1000,"ip_tokens_per_hour":null}}`,
	`{"data":{"user_id":3,"billing_user_id":"17","resources":[{"id":7,"total_tokens":5,"usage":[{"type":"plan","tokens":5}]},{"id":8,"usage":[]}]}}`,
	`{"data":{"billing_integration":{"type":"","drivers":[]}}}`, `{"errors":{"name":["Taken."]}}`, `{"errors":["Taken."]}`, `{"errors":[],"error":{"message":"no"}}`,
	`{"data":{"token":{"id":"0191-ab"},"access_token":"secret-canary-5"}}`, `{"access_token":"secret-canary-5","token":[],"data":[]}`, `{"data":{"access_token":"e\u0301-secret-canary"}}`,
	`{"data":{"id":7,"vms":[],"user":4,"plan":"S","specifications":{"vcpu":"two"},"ip_addresses":{"ipv6":{"primary_ip":"2001:db8::1"}},"roles":{"0":"a"},"is_suspended":"maybe"}}`, `{"data":{"billing_integration":{"type":"whmcs","drivers":{"whmcs":[],"other":null}}}}`, `{"data":{"id":7,"specifications":[]}}`,
}

// FuzzAnswer: no response causes a panic, an object with another id, or a message with the token. Only
// a 404 in the API's format means that an object does not exist.
func FuzzAnswer(f *testing.F) {
	for _, body := range bodies {
		for _, status := range []uint16{200, 204, 404, 422} {
			f.Add(status, true, []byte(body))
		}
	}
	client := fuzzClient(f)
	f.Fuzz(func(t *testing.T, status uint16, remove bool, body []byte) {
		r := request{operation: "object 7: read", method: http.MethodGet, path: "limit_groups", id: "7"}
		if remove {
			r.method = http.MethodDelete
		}
		got, err := client.checkResponse(r, &transport.Response{StatusCode: int(status), Body: body})
		if err != nil {
			var failure *Error
			require.ErrorAs(t, err, &failure)
			require.NotEmpty(t, failure.Message)
			require.NotContains(t, err.Error(), testToken)
			if failure.Page {
				plain(t, err)
			}
			for _, field := range failure.Fields {
				require.NotContains(t, field.Message, testToken)
			}
			if errors.Is(err, transport.ErrNotFound) {
				require.EqualValues(t, http.StatusNotFound, status)
				require.False(t, failure.Page)
				require.Contains(t, strings.ToLower(string(body)), "message")
			}
			require.False(t, failure.Page && failure.Refused(), "what a page says of the request is not known")
			return
		}
		require.Less(t, status, uint16(http.StatusMultipleChoices))
		require.True(t, json.Valid(got) || remove && len(got) == 0)
		r.method = http.MethodGet
		is := func(id string, err error) {
			if err != nil {
				require.ErrorIs(t, err, ErrUnreadable)
				require.NotContains(t, err.Error(), testToken)
				plain(t, err)
				return
			}
			require.Equal(t, "7", id)
		}
		group, err := decodeObject[limitGroupRow](client, r, got)
		is(group.group().ID, err)
		token, err := decodeObject[apiTokenRow](client, r, got)
		is(token.token().ID, err)
		server, err := decodeObject[serverRow](client, r, got)
		is(server.server().ID, err)
		user, err := decodeObject[userRow](client, r, got)
		is(user.user().ID, err)
		plan, err := decodeObject[planRow](client, r, got)
		is(plan.plan().ID, err)
		if strings.Contains(string(got), "billing_integration") {
			settingsAlone(t, r, got)
		}
		if strings.Contains(string(got), "access_token") {
			tokenAlone(t, r, got)
		}
	})
}

// FuzzList: a list is decoded completely or not at all, and no row has values of another row.
func FuzzList(f *testing.F) {
	const meta = `,"meta":{"current_page":1,"last_page":"1","per_page":15,"total":2}}`
	for _, body := range bodies {
		f.Add([]byte(body))
		row := strings.TrimSuffix(strings.TrimPrefix(body, `{"data":`), "}")
		f.Add([]byte(`{"data":[` + row + `,{"id":8},` + row + `]` + meta))
	}
	f.Add([]byte(`{"data":[{"id":7,"additional_ips":{"limit":2,"is_enabled":true},"fqdns":["a"]},{"id":8,"fqdns":[]},null]` + meta))
	f.Add([]byte(`{"data":[{}],"meta":{"current_page":null,"last_page":2}}`))
	client := fuzzClient(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := request{operation: "list", noun: "object"}
		read, err := client.decodePage(r, body)
		pagingProblems(body, 1)
		if err != nil {
			require.ErrorIs(t, err, ErrUnreadable)
			plain(t, err)
			return
		}
		for _, raw := range read.rows {
			for what := range expectedFields {
				fieldProblems(what, raw)
			}
		}
		alone[limitGroupRow](t, client, r, read)
		alone[apiTokenRow](t, client, r, read)
		alone[serverRow](t, client, r, read)
		alone[userRow](t, client, r, read)
		alone[planRow](t, client, r, read)
		alone[usageRow](t, client, r, read)
	})
}

// alone compares each row of a list with the same row decoded separately.
func alone[T rowWithID](t *testing.T, client *Client, r request, read listPage) {
	t.Helper()
	rows, err := decodeRows[T](client, r, read)
	if err != nil {
		require.ErrorIs(t, err, ErrUnreadable)
		plain(t, err)
		return
	}
	require.Len(t, rows, len(read.rows))
	for i, raw := range read.rows {
		var single T
		err := lenient.Decode(raw, &single)
		require.Equal(t, single, rows[i].row)
		require.NotEmpty(t, single.rowID())
		require.Equal(t, err == nil, rows[i].problem == nil)
		plain(t, rows[i].problem)
	}
}

// internals are signs of Go in a message: its decoder's prefix and its names of types.
var internals = regexp.MustCompile(
	`json:|\*?(solusvm2|lenient)\.[A-Za-z]|json\.[A-Z]|\[\]|map\[|Go value|\bint64\b|\bstruct\b|reflect|unmarshal`)

// fromPanel are the parts of a message that the panel sent: quoted texts and ids.
var fromPanel = regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*"|got .*|: (object|group) [^"]*`)

// plain requires that a message shows no Go.
func plain(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotRegexp(t, internals, fromPanel.ReplaceAllString(err.Error(), ""))
	}
}

// tokenAlone: a created token has its secret as the panel sent it, and the secret is added to the redactor.
func tokenAlone(t *testing.T, r request, body []byte) {
	t.Helper()
	client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
	require.NoError(t, err)
	token, err := client.decodeCreatedToken(r, body)
	if err != nil {
		require.ErrorIs(t, err, ErrUnreadable)
		plain(t, err)
		require.Empty(t, token)
		return
	}
	require.NotEmpty(t, token.Token)
	if len(token.Token) > 10 {
		require.NotContains(t, client.Redact(token.Token), token.Token)
	}
}

// settingsAlone: only the billing integration is decoded from the settings, and its token is added to
// the redactor.
func settingsAlone(t *testing.T, r request, body []byte) {
	t.Helper()
	client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
	require.NoError(t, err)
	got, there, err := client.decodeSettings(r, body)
	if err != nil {
		require.ErrorIs(t, err, ErrUnreadable)
		plain(t, err)
	}
	if err != nil || !there {
		require.Equal(t, BillingIntegration{}, got)
	}
}
