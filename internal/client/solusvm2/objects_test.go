package solusvm2

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func ptr(n int64) *int64 { return &n }

// group is a limit group from the vendor's fixtures (facts/solusvm2).
const group = `{"id":1,"name":"LimitGroup","created_at":"2019-08-27T13:04:39.000000Z","updated_at":"2020-12-16T08:16:11.000000Z",
	"vms":{"limit":0,"is_enabled":false},"running_vms":{"limit":5,"is_enabled":true},"additional_ips":{"limit":2,"is_enabled":true}}`

func TestLimitGroups(t *testing.T) {
	t.Parallel()
	p := newPanel(t, func(_ int, r *http.Request, body string, w http.ResponseWriter) {
		switch r.Method {
		case http.MethodPost:
			answer(w, http.StatusCreated, `{"data":`+group+`}`)
		case http.MethodDelete:
			answer(w, http.StatusNoContent, "")
		default:
			if r.URL.Path == "/api/v1/limit_groups" {
				answer(w, http.StatusOK, `{"data":[]}`)
				return
			}
			answer(w, http.StatusOK, `{"data":`+group+`}`)
		}
	})
	want := LimitGroup{
		ID: "1", Name: "LimitGroup", MaxRunningServers: ptr(5), MaxAdditionalIPs: ptr(2),
		CreatedAt: "2019-08-27T13:04:39.000000Z", UpdatedAt: "2020-12-16T08:16:11.000000Z",
	}
	got, err := p.client.LimitGroup(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, want, got)
	got, err = p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "LimitGroup", MaxRunningServers: ptr(5), MaxAdditionalIPs: ptr(0)}, false)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = p.client.UpdateLimitGroup(t.Context(), want)
	require.NoError(t, err)
	require.NoError(t, p.client.DeleteLimitGroup(t.Context(), "1"))
	assert.Equal(t, []string{
		"GET /api/v1/limit_groups/1",
		"GET /api/v1/limit_groups?page=1",
		`POST /api/v1/limit_groups {"additional_ips":{"limit":0,"is_enabled":true},"name":"LimitGroup","running_vms":{"limit":5,"is_enabled":true},"vms":{"limit":0,"is_enabled":false}}`,
		`PUT /api/v1/limit_groups/1 {"additional_ips":{"limit":2,"is_enabled":true},"name":"LimitGroup","running_vms":{"limit":5,"is_enabled":true},"vms":{"limit":0,"is_enabled":false}}`,
		"DELETE /api/v1/limit_groups/1",
	}, p.sent())
}

// TestTolerantRows contains the encodings that panels of several versions use. A missing field does not
// get the value of the previous row.
func TestTolerantRows(t *testing.T) {
	t.Parallel()
	p := newPanel(t, func(_ int, _ *http.Request, _ string, w http.ResponseWriter) {
		answer(w, http.StatusOK, `{"data":[
			{"id":"7","name":"a","vms":{"limit":"3","is_enabled":1},"running_vms":{"limit":null,"is_enabled":"1"},"additional_ips":{"limit":9,"is_enabled":true}},
			{"id":8,"name":"b","vms":null},
			{"id":9,"name":null}
		]}`)
	})
	got, err := p.client.LimitGroups(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []LimitGroup{
		{ID: "7", Name: "a", MaxServers: ptr(3), MaxRunningServers: ptr(0), MaxAdditionalIPs: ptr(9)}, {ID: "8", Name: "b"}, {ID: "9"},
	}, got)
}

func TestServers(t *testing.T) {
	t.Parallel()
	rows := []string{
		`{"id":5,"name":"web","description":null,"uuid":"u","virtualization_type":"kvm","specifications":{"vcpu":2,"ram":2147483648,"disk":20},"status":"started","real_status":"stopped",
			"is_suspended":false,"location":{"name":"Frankfurt"},"plan":{"name":"S"},"project":{"name":"P"},"user":{"id":3,"email":"a@example.com","billing_user_id":"17"},"fqdns":["web.example.com"],
			"boot_mode":"disk","created_at":"2026-01-01","settings":{"vnc_password":"canary-vnc"},
			"ip_addresses":{"ipv4":[{"id":1,"ip":"192.0.2.2","is_primary":false},{"id":2,"ip":"192.0.2.1","is_primary":true}],"ipv6":[{"primary_ip":"2001:db8::1"}]}}`,
		`{"id":"6","name":"old","specifications":[],"location":[],"plan":null,"ip_addresses":[],"ips":[{"ip":"192.0.2.9"}],"status":"exploring"}`,
	}
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		answer(w, http.StatusOK, page(t, r, 1, rows))
	})
	got, err := p.client.Servers(t.Context(), ServerFilter{UserID: "3", Status: "started"})
	require.NoError(t, err)
	assert.Equal(t, []Server{
		{
			ID: "5", Name: "web", UUID: "u", VirtualizationType: "kvm", VCPU: 2, RAMBytes: 2147483648, DiskGiB: 20, Status: "stopped", Location: "Frankfurt", Plan: "S", Project: "P",
			UserID: "3", UserEmail: "a@example.com", FQDNs: []string{"web.example.com"}, BootMode: "disk", CreatedAt: "2026-01-01",
			IPv4Addresses: []string{"192.0.2.1", "192.0.2.2"}, IPv6Address: "2001:db8::1",
		},
		{ID: "6", Name: "old", Status: "exploring", FQDNs: []string{}, IPv4Addresses: []string{"192.0.2.9"}},
	}, got)
	assert.Equal(t, []string{
		"GET /api/v1/servers?filter%5Bstatus%5D=started&filter%5Buser_id%5D=3&page=1", "GET /api/v1/servers?filter%5Bstatus%5D=started&filter%5Buser_id%5D=3&page=2",
	}, p.sent(), "by number, never by the answer's links")
}

func TestAPITokens(t *testing.T) {
	t.Parallel()
	const row = `{"id":"0191-ab","name":"WHMCS","user":{"id":4,"email":"admin@example.com"},"created_at":"2026-01-01"}`
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		switch {
		case r.Method == http.MethodPost:
			answer(w, http.StatusCreated, `{"data":{"token":`+row+`,"access_token":"secret-canary-9","token_type":"Bearer"}}`)
		case r.URL.Path == "/api/v1/api_tokens":
			answer(w, http.StatusOK, page(t, r, 10, nil))
		default:
			answer(w, http.StatusOK, `{"data":`+row+`}`)
		}
	})
	want := APIToken{ID: "0191-ab", Name: "WHMCS", UserID: "4", UserEmail: "admin@example.com", CreatedAt: "2026-01-01"}
	got, err := p.client.RenameAPIToken(t.Context(), "0191-ab", "WHMCS")
	require.NoError(t, err)
	assert.Equal(t, want, got)
	got, err = p.client.CreateAPIToken(t.Context(), "WHMCS", "4", false)
	require.NoError(t, err)
	want.Token = "secret-canary-9"
	assert.Equal(t, want, got)
	assert.Equal(t, transport.Mask, p.client.redactor.Redact("secret-canary-9"), "masked from now on")
	assert.Equal(t, []string{
		`PATCH /api/v1/api_tokens/0191-ab {"name":"WHMCS"}`, "GET /api/v1/api_tokens?filter%5Buser_id%5D=4&page=1", `POST /api/v1/api_tokens {"name":"WHMCS","user_id":4}`,
	}, p.sent())
}

// TestAPITokens_withoutUser: the token list of a user may not contain the user. A token with the name is
// still found, before the creation and after a lost response.
func TestAPITokens_withoutUser(t *testing.T) {
	t.Parallel()
	var rows []string
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		if r.Method == http.MethodPost {
			rows = append(rows, `{"id":"0191-ab","name":"WHMCS"}`)
			clienttest.HangUp(w)
			return
		}
		answer(w, http.StatusOK, page(t, r, 10, rows))
	})
	_, err := p.client.CreateAPIToken(t.Context(), "WHMCS", "4", false)
	var lost *creation.LostError
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, []string{"0191-ab"}, lost.Suspects)
	_, err = p.client.CreateAPIToken(t.Context(), "WHMCS", "4", false)
	var exists *creation.ExistsError
	require.ErrorAs(t, err, &exists)
	assert.Len(t, rows, 1)
}

func TestAccountAndUsers(t *testing.T) {
	t.Parallel()
	admin := `{"id":4,"email":"Admin@example.com","status":"active","roles":[{"id":1,"name":"Administrator"}],"billing_user_id":null}`
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		if r.URL.Path == "/api/v1/account" {
			answer(w, http.StatusOK, `{"data":`+admin+`}`)
			return
		}
		answer(w, http.StatusOK, page(t, r, 10, []string{admin, `{"id":"5","email":"an-admin@example.com","roles":[]}`}))
	})
	want := User{ID: "4", Email: "Admin@example.com", Status: "active", Roles: []string{"Administrator"}}
	got, err := p.client.Account(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, got)
	users, err := p.client.UsersByEmail(t.Context(), "admin@example.com")
	require.NoError(t, err)
	assert.Equal(t, []User{want}, users, "the panel's search finds parts of addresses")
}

func TestBillingIntegration(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]BillingIntegration{
		`{"data":{"mail":{"password":"canary-mail"},"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/modules/addons/solusvm2/api/","token":"canary-token"}}}}}`: {
			Type: "whmcs", URL: "https://host/modules/addons/solusvm2/api/", HasToken: true,
		},
		`{"data":{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/","token":null},"other":[]}}}}`: {Type: "whmcs", URL: "https://host/"},
		`{"data":{"billing_integration":{"type":"whmcs","drivers":{"whmcs":[]}}}}`:                                              {Type: "whmcs"},
		`{"data":{"billing_integration":{"type":null,"drivers":[]}}}`:                                                           {},
		`{"data":{"billing_integration":null}}`:                                                                                 {},
	} {
		p := panelOf(t, http.StatusOK, body)
		got, err := p.client.BillingIntegration(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got)
		if want.HasToken {
			assert.Equal(t, transport.Mask, p.client.redactor.Redact("canary-token"))
		}
	}
}

// TestCreationsAreNotRepeated loses the response in several ways. The request is sent once, and the
// error names the possible results.
func TestCreationsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil    func(w http.ResponseWriter)
		made     bool
		suspects []string
	}{
		"hangs up after":  {func(w http.ResponseWriter) { clienttest.HangUp(w) }, true, []string{"2"}},
		"hangs up before": {func(w http.ResponseWriter) { clienttest.HangUp(w) }, false, nil},
		"500":             {func(w http.ResponseWriter) { answer(w, 500, `{"message":"Server Error"}`) }, true, []string{"2"}},
		"502":             {func(w http.ResponseWriter) { answer(w, 502, "<html>") }, false, nil},
		"page":            {func(w http.ResponseWriter) { answer(w, 200, "<html>") }, true, []string{"2"}},
		"no id":           {func(w http.ResponseWriter) { answer(w, 201, `{"data":{"name":"x"}}`) }, true, []string{"2"}},
		"cut short":       {func(w http.ResponseWriter) { answer(w, 201, `{"data":{"id":2`) }, true, []string{"2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := false
			p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
				if r.Method == http.MethodPost {
					made = c.made
					c.spoil(w)
					return
				}
				rows := []string{`{"id":1,"name":"x"}`, `{"id":3,"name":"y"}`}
				if made {
					rows = append(rows, `{"id":2,"name":"x"}`)
				}
				answer(w, 200, page(t, r, 2, rows))
			})
			_, err := p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "x"}, true)
			var lost *creation.LostError
			require.ErrorAs(t, err, &lost)
			assert.True(t, lost.Listed)
			assert.Equal(t, c.suspects, lost.Suspects)
			posts := 0
			for _, r := range p.sent() {
				if r[:4] == "POST" {
					posts++
				}
			}
			assert.Equal(t, 1, posts)
		})
	}
}

func TestCreationsThatAreRefused(t *testing.T) {
	t.Parallel()
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		if r.Method == http.MethodPost {
			answer(w, 422, `{"message":"The given data was invalid.","errors":{"vms.limit":["Too many.","Really."],"name":"Taken."}}`)
			return
		}
		answer(w, 200, page(t, r, 2, []string{`{"id":1,"name":"x"}`}))
	})
	_, err := p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "x"}, false)
	var exists *creation.ExistsError
	require.ErrorAs(t, err, &exists)
	assert.Equal(t, []string{"1"}, exists.IDs)
	_, err = p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "z"}, false)
	var failure *Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, []FieldError{{"name", "Taken."}, {"vms.limit", "Too many. Really."}}, failure.Fields)
	assert.True(t, failure.Refused())
}

// TestGone: only a "not found" in the API's format for one object, which the list does not contain,
// means that the object does not exist.
func TestGone(t *testing.T) {
	t.Parallel()
	const gone = `{"message":"No query results for model [LimitGroup] 1"}`
	for name, c := range map[string]struct {
		status     int
		body, list string
		gone       bool
	}{
		"gone":                {404, gone, `{"data":[]}`, true},
		"listed all the same": {404, gone, `{"data":[{"id":1,"name":"x"}]}`, false},
		"list unreadable":     {404, gone, `<html>`, false},
		"page":                {404, `<html><title>Not found</title>`, `{"data":[]}`, false},
		"empty":               {404, ``, `{"data":[]}`, false},
		"another object":      {200, `{"data":{"id":2,"name":"x"}}`, `{"data":[]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
				if r.URL.Path == "/api/v1/limit_groups" {
					answer(w, 200, c.list)
					return
				}
				answer(w, c.status, c.body)
			})
			_, err := p.client.LimitGroup(t.Context(), "1")
			require.Error(t, err)
			assert.Equal(t, c.gone, isGone(err))
		})
	}
	_, err := panelOf(t, 404, gone).client.Account(t.Context())
	require.Error(t, err)
	assert.False(t, isGone(err), "what has no id is never gone")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		body, says string
	}{
		"wrong token":    {401, `{"message":"Unauthenticated."}`, "Check the API token"},
		"no admin":       {403, `{"message":"This action is unauthorized."}`, "must be an administrator"},
		"login page":     {200, `<!doctype html><html><head><title>SolusVM 2 ` + testToken + `</title>`, "got an HTML page titled \"SolusVM 2 " + transport.Mask},
		"empty":          {200, ``, "got an empty response"},
		"no data":        {200, `{}`, `there is no "data"`},
		"not an object":  {200, `{"data":5}`, "cannot be read"},
		"quoting itself": {422, `{"message":"` + testToken + ` is wrong"}`, transport.Mask + " is wrong"},
		"server error":   {500, `Oops ` + testToken, "500"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := panelOf(t, c.status, c.body).client.Account(t.Context())
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), testToken)
		})
	}
}

func TestListsThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no list":            `{"data":{"id":1}}`,
		"null":               `{"data":null}`,
		"always the first":   `{"data":[{"id":1}],"meta":{"current_page":1,"last_page":3}}`,
		"empty in between":   `{"data":[],"meta":{"current_page":1,"last_page":3}}`,
		"an element is text": `{"data":["x"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			groups, err := panelOf(t, 200, body).client.LimitGroups(t.Context())
			require.ErrorIs(t, err, ErrUnreadable)
			assert.Nil(t, groups, "half a list is no list")
		})
	}
}

func TestReadsAreRepeated(t *testing.T) {
	t.Parallel()
	p := newPanel(t, func(n int, _ *http.Request, _ string, w http.ResponseWriter) {
		switch n {
		case 1:
			clienttest.HangUp(w)
		case 2:
			answer(w, 429, "")
		default:
			answer(w, 200, `{"data":{"id":1,"name":"x"}}`)
		}
	})
	_, err := p.client.LimitGroup(t.Context(), "1")
	require.NoError(t, err)
	assert.Len(t, p.sent(), 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.client.Account(ctx)
	require.ErrorIs(t, err, context.Canceled)
}
