package fault_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// TestFault_denials checks that a refusal by a fault rule is byte-equal to the system's own refusal.
func TestFault_denials(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	limited := sb.DCIM.AddAPIKey("elsewhere", "192.0.2.1")
	key, secret := sb.DCIM.AdminKey()
	good, readOnly := sb.WHMCS.Credential(), sb.WHMCS.ReadOnlyCredential()
	post := func(credential whmcs.Credential) *http.Request {
		form := url.Values{"action": {"TerraformWrite"}, "responsetype": {"json"}, "identifier": {credential.Identifier},
			"secret": {credential.Secret}}
		r := request(t, http.MethodPost, sb.WHMCS.URL()+"/includes/api.php", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	dcim := func(key, secret string) *http.Request {
		r := request(t, http.MethodGet, sb.DCIM.URL()+"/api/v1/packages", nil)
		r.Header.Set("X-API-Key", key)
		r.Header.Set("X-API-Secret", secret)
		return r
	}
	panel := func(token string) *http.Request {
		r := request(t, http.MethodGet, sb.SolusVM2.URL()+"/api/v1/limit_groups", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept", "application/json")
		return r
	}
	for name, c := range map[string]struct {
		denial           string
		genuine, faulted func() *http.Request
	}{
		"whmcs credentials": {fault.DenyCredentials, func() *http.Request { return post(whmcs.Credential{Identifier: good.Identifier, Secret: "expired"}) }, func() *http.Request { return post(good) }},
		"whmcs permission": {fault.DenyPermission, func() *http.Request { return post(readOnly) },
			func() *http.Request { return post(good) }},
		"dcim credentials": {fault.DenyCredentials, func() *http.Request { return dcim(key, "expired") },
			func() *http.Request { return dcim(key, secret) }},
		"dcim permission": {
			fault.DenyPermission, func() *http.Request { return dcim(limited.Key, limited.Secret) },
			func() *http.Request { return dcim(key, secret) },
		},
		"solusvm2 credentials": {fault.DenyCredentials, func() *http.Request { return panel("expired") },
			func() *http.Request { return panel(sb.SolusVM2.AdminToken()) }},
		"solusvm2 permission": {fault.DenyPermission, func() *http.Request { return panel(sb.SolusVM2.ClientToken()) },
			func() *http.Request { return panel(sb.SolusVM2.AdminToken()) }},
	} {
		t.Run(name, func(t *testing.T) {
			genuine := send(t, c.genuine())
			require.Contains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, genuine.status)
			sb.AddFault(fault.Rule{Deny: c.denial})
			assert.Equal(t, genuine, send(t, c.faulted()))
			assert.NotEqual(t, genuine, send(t, c.faulted()), "the rule was for one request")
		})
	}
}

type seen struct {
	status      int
	contentType string
	body        string
}

func request(t *testing.T, method, target string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, body)
	require.NoError(t, err)
	r.Close = true
	return r
}

func send(t *testing.T, r *http.Request) seen {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return seen{response.StatusCode, response.Header.Get("Content-Type"), string(body)}
}

// TestFault_pages checks that each page is sent with status 200 instead of JSON, and that an unknown page is refused.
func TestFault_pages(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	for page, word := range map[string]string{fault.PageMaintenance: "maintenance", fault.PageLogin: `type="password"`,
		fault.PageLicense: "license"} {
		sb.AddFault(fault.Rule{Page: page})
		status, content, err := sandboxtest.Post(sb, "GetProducts")
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, content, word)
	}
	for _, rule := range []string{`{"page": "welcome"}`, `{"deny": "maybe"}`} {
		_, err := fault.Parse(rule)
		require.Error(t, err)
	}
}

// TestFault_bodies checks that a cut response is complete HTTP, and that an oversized response is announced and sent.
func TestFault_bodies(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	sb.AddFault(fault.Rule{Cut: 7})
	status, content, err := sandboxtest.Post(sb, "GetProducts")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, status)
	assert.Len(t, content, 7)
	assert.True(t, strings.HasPrefix(content, "{"))

	sb.AddFault(fault.Rule{Oversize: 200_000})
	_, content, err = sandboxtest.Post(sb, "GetProducts")
	require.NoError(t, err)
	assert.Len(t, content, 200_000)
	assert.Empty(t, strings.TrimSpace(content))
}

// TestFault_hang checks that a request without a response is processed or not processed as the rule says. The request
// ends when the caller cancels it.
func TestFault_hang(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	products := sb.WHMCS.Count("product")
	for _, after := range []bool{false, true} {
		sb.AddFault(fault.Rule{Hang: true, AfterCommit: after})
		credential := sb.WHMCS.Credential()
		form := url.Values{"action": {"AddProduct"}, "identifier": {credential.Identifier}, "secret": {credential.Secret},
			"name": {"P"}, "gid": {"1"}}
		// The caller cancels the request after the sandbox has handled it by the rule. This is independent of the
		// machine's speed.
		ctx, giveUp := context.WithCancel(t.Context())
		before := sb.Journal().Last()
		go func() {
			for ctx.Err() == nil && sb.Journal().Last() == before {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(20 * time.Millisecond) // time for a response to arrive
			giveUp()
		}()
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, sb.WHMCS.URL()+"/includes/api.php",
			strings.NewReader(form.Encode()))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		_, err = http.DefaultClient.Do(request)
		giveUp()
		require.ErrorIs(t, err, context.Canceled)
		want := products
		if after {
			want++
		}
		assert.Equal(t, want, sb.WHMCS.Count("product"))
	}
}

// TestOnBoundary checks that the hook is called before and after the system handles a request. If the hook returns
// false, the connection is reset.
func TestOnBoundary(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	products := sb.WHMCS.Count("product")
	for _, done := range []bool{false, true} {
		moments := make(chan sandbox.Boundary, 2)
		sb.OnBoundary(func(m sandbox.Boundary) bool {
			moments <- m
			return m.Done != done
		})
		_, _, err := sandboxtest.Post(sb, "AddProduct")
		require.Error(t, err)
		last := <-moments
		if done {
			last = <-moments
		}
		assert.Equal(t, sandbox.Boundary{System: "whmcs", Write: true, Done: done}, last)
	}
	sb.OnBoundary(nil)
	assert.Equal(t, products+1, sb.WHMCS.Count("product"), "the one that was stopped when it was done")
	_, _, err := sandboxtest.Post(sb, "AddProduct")
	require.NoError(t, err)
}
