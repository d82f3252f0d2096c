package solusvm2

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const (
	groupRow  = `{"id":%d,"name":"LimitGroup","created_at":"2019-08-27T13:04:39.000000Z","updated_at":"2019-08-27T13:04:39.000000Z","vms":{"limit":0,"is_enabled":false},"running_vms":{"limit":5,"is_enabled":true},"additional_ips":{"limit":2,"is_enabled":true}}`
	tokenRow  = `{"id":"0191-ab","name":"WHMCS","user":{"id":4,"email":"admin@example.com"},"created_at":"2026-01-01"}`
	noMessage = `{"message":"No query results for model"}`
)

// TestProbeList: the expected fields, and each possible mismatch. Problems of a row name fields but not
// their values.
func TestProbeList(t *testing.T) {
	t.Parallel()
	const counted = `,"meta":{"current_page":1,"last_page":1,"per_page":15,"total":1}}`
	one := func(row string) string { return `{"data":[` + row + `]` + counted }
	group := fmt.Sprintf(groupRow, 1)
	for _, c := range []struct {
		name, body    string
		what          ProbeKind
		amiss, paging []string
		fails         string
	}{
		{"as known", one(group), ProbeLimitGroups, nil, nil, ""},
		{"numbers and booleans as text", one(`{"id":"1","name":"A","vms":{"limit":"3","is_enabled":"1"},"running_vms":{"limit":"0","is_enabled":0}}`), ProbeLimitGroups, nil, nil, ""},
		{"an empty list", `{"data":[]` + counted, ProbeLimitGroups, nil, nil, ""},
		{"no limits at all", one(`{"id":1,"name":"A","vms":null}`), ProbeLimitGroups, []string{
			"running_vms.is_enabled is missing", "running_vms.limit is missing", "vms.is_enabled is missing", "vms.limit is missing",
		}, nil, ""},
		{"a limit of another form", one(strings.Replace(group, `"limit":5`, `"limit":"canary-value"`, 1)), ProbeLimitGroups, []string{"running_vms.limit is no whole number"}, nil, ""},
		{"no id", one(strings.Replace(group, `"id":1`, `"id":null`, 1)), ProbeLimitGroups, []string{"id is no id"}, nil, ""},
		{"a row that is none", one(`"canary-value"`), ProbeLimitGroups, []string{
			"id is missing", "name is missing", "running_vms.is_enabled is missing", "running_vms.limit is missing", "vms.is_enabled is missing", "vms.limit is missing",
		}, nil, ""},
		{"a token's id as a number", one(strings.Replace(tokenRow, `"0191-ab"`, `7`, 1)), ProbeAPITokens, []string{"id is no text"}, nil, ""},
		{"a token of nobody", one(strings.Replace(tokenRow, `{"id":4,"email":"admin@example.com"}`, `null`, 1)), ProbeAPITokens, nil, nil, ""},
		{"no meta", `{"data":[` + group + `]}`, ProbeLimitGroups, nil, []string{
			"meta.current_page is missing", "meta.last_page is missing", "meta.per_page is missing", "meta.total is missing",
		}, ""},
		{"another page", strings.Replace(one(group), `"current_page":1`, `"current_page":3`, 1), ProbeLimitGroups, nil, []string{"requested page 1, got page 3"}, ""},
		{"one twice", one(group + "," + group), ProbeLimitGroups, nil, []string{"limit groups 1 is there twice"}, ""},
		{"no data", `{"meta":{}}`, ProbeLimitGroups, nil, nil, `there is no "data"`},
		{"no list", `{"data":{}}`, ProbeLimitGroups, nil, nil, "cannot be read"},
	} {
		p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
			if r.URL.Path != "/api/v1/"+string(c.what) {
				answer(w, http.StatusOK, `{"data":`+strings.TrimSuffix(strings.TrimPrefix(c.body, `{"data":[`), `]`+counted)+`}`)
				return
			}
			answer(w, http.StatusOK, c.body)
		})
		got, err := p.client.ProbeList(t.Context(), c.what, nil)
		if c.fails != "" {
			require.ErrorIs(t, err, ErrUnreadable, c.name)
			require.ErrorContains(t, err, c.fails, c.name)
			assert.False(t, got.Read, c.name)
			continue
		}
		require.NoError(t, err, c.name)
		assert.True(t, got.Read && got.All, c.name)
		assert.Equal(t, c.amiss, got.FieldProblems, c.name)
		assert.Equal(t, c.paging, got.PagingProblems, c.name)
		assert.NotContains(t, fmt.Sprint(got), "canary-value", c.name)
	}
}

// TestProbeList_pages: two of three pages are read by number, with the first row's id and user.
func TestProbeList_pages(t *testing.T) {
	t.Parallel()
	rows := make([]string, 5)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id":%d,"user":{"id":%d}}`, i+1, i+3)
	}
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		if r.URL.Path != "/api/v1/servers" {
			answer(w, http.StatusOK, `{"data":`+rows[0]+`}`)
			return
		}
		answer(w, http.StatusOK, page(t, r, 2, rows))
	})
	got, err := p.client.ProbeList(t.Context(), ProbeServers, nil)
	require.NoError(t, err)
	assert.Equal(t, 4, got.Rows)
	assert.False(t, got.All)
	assert.True(t, got.Got)
	assert.Equal(t, "1", got.FirstID)
	assert.Equal(t, "3", got.FirstUserID)
	assert.Equal(t, []string{"GET /api/v1/servers?page=1", "GET /api/v1/servers?page=2", "GET /api/v1/servers/1"}, p.sent())
}

// TestProbeLimitGroup: only a "not found" in the API's format means that a group does not exist.
// The panel must not send it for an existing group.
func TestProbeLimitGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		there        string
		absentStatus int
		absent       string
		says         string
	}{
		{"as assumed", `{"data":` + fmt.Sprintf(groupRow, 7) + `}`, http.StatusNotFound, noMessage, ""},
		{"a page for what is not there", `{"data":` + fmt.Sprintf(groupRow, 7) + `}`, http.StatusNotFound, "<html></html>", "an HTML page"},
		{"what is not there is there", `{"data":` + fmt.Sprintf(groupRow, 7) + `}`, http.StatusOK, `{"data":` + fmt.Sprintf(groupRow, 2147483647) + `}`, "does not exist is a success"},
		{"nothing for what is not there", `{"data":` + fmt.Sprintf(groupRow, 7) + `}`, http.StatusOK, `{"data":null}`, `there is no "data"`},
		{"another group", `{"data":` + fmt.Sprintf(groupRow, 8) + `}`, http.StatusNotFound, noMessage, "requested the id 7, got 8"},
	} {
		p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
			if strings.HasSuffix(r.URL.Path, "/7") {
				answer(w, http.StatusOK, c.there)
				return
			}
			answer(w, c.absentStatus, c.absent)
		})
		err := p.client.ProbeLimitGroup(t.Context(), "7")
		if c.says == "" {
			require.NoError(t, err, c.name)
			require.NoError(t, p.client.ProbeLimitGroup(t.Context(), ""), c.name)
			continue
		}
		require.ErrorContains(t, err, c.says, c.name)
		assert.NotErrorIs(t, err, transport.ErrNotFound, c.name)
	}
}

// TestProbeServerFilter counts the rows that the filter should have excluded.
func TestProbeServerFilter(t *testing.T) {
	t.Parallel()
	p := panelOf(t, http.StatusOK, `{"data":[{"id":1,"user":{"id":3}},{"id":2,"user":{"id":"3"}},{"id":3,"user":{"id":4}},{"id":4},5]}`)
	rows, others, err := p.client.ProbeServerFilter(t.Context(), "3")
	require.NoError(t, err)
	assert.Equal(t, [2]int{5, 3}, [2]int{rows, others})
	assert.Equal(t, []string{"GET /api/v1/servers?filter%5Buser_id%5D=3&page=1"}, p.sent())
	_, _, err = panelOf(t, http.StatusOK, `{}`).client.ProbeServerFilter(t.Context(), "3")
	require.ErrorIs(t, err, ErrUnreadable)
}

// TestProbeSettings: only the billing integration is decoded from the settings. Its token goes only to
// the redactor.
func TestProbeSettings(t *testing.T) {
	t.Parallel()
	const known = `{"data":{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/modules/addons/solusio/api/","token":"canary-token-5"}}},"mail":{"password":"canary-mail-5"}}}`
	for body, want := range map[string]struct {
		got   BillingIntegration
		amiss []string
	}{
		known: {BillingIntegration{Type: "whmcs", URL: "https://host/modules/addons/solusio/api/", HasToken: true}, nil},
		`{"data":{"billing_integration":{"type":null,"drivers":[]}}}`:                 {},
		`{"data":{"billing_integration":null}}`:                                       {},
		`{"data":{"mail":{"password":"canary-mail-5"}}}`:                              {amiss: []string{"billing_integration is missing"}},
		`{"data":{"billing_integration":"canary-token-5"}}`:                           {amiss: []string{"billing_integration has another form than {type, drivers: {<type>: {url, token}}}"}},
		`{"data":{"billing_integration":{"type":"whmcs","drivers":{"whmcs":["x"]}}}}`: {amiss: []string{"billing_integration has another form than {type, drivers: {<type>: {url, token}}}"}},
	} {
		p := panelOf(t, http.StatusOK, body)
		got, amiss, err := p.client.ProbeSettings(t.Context())
		require.NoError(t, err, body)
		assert.Equal(t, want.got, got, body)
		assert.Equal(t, want.amiss, amiss, body)
		if body == known {
			assert.Equal(t, "***", p.client.Redact("canary-token-5"))
		}
	}
}

func TestProbeAccount(t *testing.T) {
	t.Parallel()
	got, amiss, err := panelOf(t, http.StatusOK, `{"data":{"id":1,"email":"admin@example.com","status":"active","roles":[{"name":"Administrator"}]}}`).client.ProbeAccount(t.Context())
	require.NoError(t, err)
	assert.Empty(t, amiss)
	assert.Equal(t, User{ID: "1", Email: "admin@example.com", Status: "active", Roles: []string{"Administrator"}}, got)
	_, amiss, err = panelOf(t, http.StatusOK, `{"data":{"id":"1"}}`).client.ProbeAccount(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"email is missing", "roles is missing", "status is missing"}, amiss)
	_, amiss, err = panelOf(t, http.StatusOK, `{"data":[]}`).client.ProbeAccount(t.Context())
	require.ErrorIs(t, err, ErrUnreadable)
	assert.Contains(t, amiss, "id is missing")
	_, _, err = panelOf(t, http.StatusOK, `{"data":null}`).client.ProbeAccount(t.Context())
	require.ErrorIs(t, err, ErrUnreadable)
}

func TestIsAt(t *testing.T) {
	t.Parallel()
	client, err := New(Config{URL: "https://panel.example.net/api/v1/"})
	require.NoError(t, err)
	assert.Equal(t, "https://panel.example.net", client.BaseURL())
	for url, want := range map[string]bool{
		"https://panel.example.net": true, "https://PANEL.example.net:443/": true, "https://panel.example.net/api/v1": true, "http://panel.example.net": false,
		"https://panel.example.net:8443": false, "https://other.example.net": false, "": false, "panel.example.net": false,
	} {
		assert.Equal(t, want, client.IsAt(url), url)
	}
}
