package solusvm2

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func TestURLSpellings(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]struct{ base, host string }{
		"https://panel.example.net":                {"https://panel.example.net", "panel.example.net"},
		"https://panel.example.net/":               {"https://panel.example.net", "panel.example.net"},
		"https://panel.example.net/api/v1":         {"https://panel.example.net", "panel.example.net"},
		"https://panel.example.net/api/v1//":       {"https://panel.example.net", "panel.example.net"},
		" https://panel.example.net/api/v1/\n":     {"https://panel.example.net", "panel.example.net"},
		"https://PANEL.example.net:443/api/v1/":    {"https://panel.example.net", "panel.example.net"},
		"https://panel.example.net:8443":           {"https://panel.example.net:8443", "panel.example.net:8443"},
		"https://example.net/panel/api/v1":         {"https://example.net/panel", "example.net"},
		"https://panel.example.net/api/v1/servers": {"https://panel.example.net/api/v1/servers", "panel.example.net"},
		"https://panel.example.net/my-api/v1":      {"https://panel.example.net/my-api/v1", "panel.example.net"},
		"http://[2001:DB8::1]:8080/api/v1":         {"http://[2001:db8::1]:8080", "[2001:db8::1]:8080"},
	} {
		client, err := New(Config{URL: given})
		require.NoError(t, err, "%q", given)
		assert.Equal(t, want.base, client.http.BaseURL(), "%q", given)
		assert.Equal(t, want.host, client.Host(), "%q", given)
	}
	for _, given := range []string{"", "panel.example.net", "/api/v1", "https:///api/v1", "https://user:canary@panel.example.net", "ftp://panel.example.net"} {
		_, err := New(Config{URL: given})
		require.ErrorContains(t, err, "solusvm2", "%q", given)
		assert.NotContains(t, err.Error(), "canary")
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	client, err := New(Config{URL: "https://panel.example.net", Token: "token-canary-1", Transport: transport.Config{Secrets: []string{"another-canary-2"}}})
	require.NoError(t, err)
	assert.Equal(t, http.Header{"Authorization": {"Bearer token-canary-1"}, "Accept": {"application/json"}}, client.auth)
	assert.Equal(t, "*** and ***", client.http.Redactor().Redact("token-canary-1 and another-canary-2"))
}
