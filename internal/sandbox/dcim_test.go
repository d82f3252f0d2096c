package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// panel calls the DCIM with an API key.
func panel(t *testing.T, sb *Sandbox, key, secret, method, path, content string) (int, object) {
	t.Helper()
	request, err := http.NewRequest(method, sb.DCIM.URL()+path, strings.NewReader(content))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Api-Key", key)
	request.Header.Set("X-Api-Secret", secret)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	text := body(t, response)
	if text == "" {
		return response.StatusCode, nil
	}
	return response.StatusCode, decode(t, text)
}

func TestDCIMAPIKeyLifecycle(t *testing.T) {
	sb := start(t, Options{Clock: func() time.Time { return time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC) }})
	key, secret := sb.DCIM.AdminKey()
	assert.Regexp(t, `^[0-9a-f]{64}$`, key)
	assert.Regexp(t, `^[0-9a-f]{64}$`, secret)
	admin := func(method, path, content string) (int, object) {
		return panel(t, sb, key, secret, method, path, content)
	}

	status, got := admin("POST", "/api/v1/system-api-keys", `{"label":"WHMCS","ip":"203.0.113.5, 2001:db8::1"}`)
	require.Equal(t, http.StatusCreated, status)
	made := got["data"].(object)
	assert.Equal(t, "203.0.113.5,2001:db8::1", made["ip"])
	assert.Len(t, made["secret"], 64)
	assert.Nil(t, made["last_call_at"])

	status, got = admin("GET", "/api/v1/system-api-keys/2", "")
	require.Equal(t, http.StatusOK, status)
	delete(made, "secret")
	assert.Equal(t, made, got["data"])

	status, got = admin("PUT", "/api/v1/system-api-keys/2", `{"label":"WHMCS","ip":""}`)
	require.Equal(t, http.StatusOK, status)
	assert.Empty(t, got["data"].(object)["ip"])

	other := sb.DCIM.APIKeys()[1]
	status, got = panel(t, sb, other.Key, other.Secret, "GET", "/api/v1/system-api-keys?page=2&per_page=1", "")
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, object{"current_page": 2.0, "last_page": 2.0, "per_page": 1.0, "total": 2.0}, got["meta"])
	assert.Equal(t, "2026-02-01T10:00:00Z", got["data"].([]any)[0].(object)["last_call_at"])

	status, _ = admin("POST", "/api/v1/system-api-keys", `{"label":"WHMCS"}`)
	assert.Equal(t, http.StatusCreated, status, "labels may repeat")
	status, got = admin("DELETE", "/api/v1/system-api-keys/2", "")
	assert.Equal(t, http.StatusNoContent, status)
	assert.Nil(t, got)
	status, got = admin("DELETE", "/api/v1/system-api-keys/2", "")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Equal(t, "Not found", got["message"])
	status, _ = admin("DELETE", "/api/v1/system-api-keys/1", "")
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, 3, sb.Journal().Count("dcim", "delete", "api_key"))
}

func TestDCIMRules(t *testing.T) {
	sb := start(t, Options{})
	key, secret := sb.DCIM.AdminKey()
	status, got := panel(t, sb, key, strings.Repeat("0", 64), "GET", "/api/v1/system-api-keys", "")
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.Equal(t, object{"message": "Invalid API key or secret"}, got)

	strict := sb.DCIM.AddAPIKey("elsewhere", "203.0.113.9")
	status, got = panel(t, sb, strict.Key, strict.Secret, "GET", "/api/v1/system-api-keys", "")
	assert.Equal(t, http.StatusForbidden, status)
	assert.Equal(t, object{"message": "IP address 127.0.0.1 is not allowed"}, got)
	assert.Nil(t, sb.DCIM.APIKeys()[1].LastCallAt)

	for content, want := range map[string]object{
		`{}`:                                {"label": []any{"The label field is required."}},
		`{"label":" "}`:                     {"label": []any{"The label field is required."}},
		`{"label":"a","ip":"1.2.3.4,nope"}`: {"ip": []any{"The ip must be valid IP addresses separated by commas."}},
	} {
		status, got = panel(t, sb, key, secret, "POST", "/api/v1/system-api-keys", content)
		assert.Equal(t, http.StatusUnprocessableEntity, status)
		assert.Equal(t, object{"message": "The given data was invalid.", "errors": want}, got)
	}
	for want, call := range map[int][2]string{
		http.StatusBadRequest:       {"POST", "/api/v1/system-api-keys"},
		http.StatusMethodNotAllowed: {"PATCH", "/api/v1/system-api-keys/1"},
		http.StatusNotFound:         {"GET", "/api/v1/nothing"},
	} {
		status, got = panel(t, sb, key, secret, call[0], call[1], "{")
		assert.Equal(t, want, status)
		assert.NotEmpty(t, got["message"])
	}
	for n := range 30 {
		sb.DCIM.AddAPIKey(fmt.Sprint(n), "")
	}
	_, got = panel(t, sb, key, secret, "GET", "/api/v1/system-api-keys", "")
	assert.Len(t, got["data"], 25)
	_, got = panel(t, sb, key, secret, "GET", "/api/v1/system-api-keys?per_page=1000", "")
	assert.EqualValues(t, 100, got["meta"].(object)["per_page"])
	assert.Len(t, got["data"], 32)
	sb.DCIM.DeleteAPIKey(strict.ID)
	assert.Len(t, sb.DCIM.APIKeys(), 31)
}

func TestDCIMBoundHost(t *testing.T) {
	sb := start(t, Options{DCIM: DCIMOptions{BoundHost: "dcim.example.com", Key: strings.Repeat("a", 64), Secret: strings.Repeat("b", 64)}})
	response, err := http.Get(sb.DCIM.URL() + "/api/v1/system-api-keys")
	require.NoError(t, err)
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	assert.Contains(t, body(t, response), "<html>")
}
