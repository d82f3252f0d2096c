package whmcs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const connectedPayload = `{"installation":"i","row":{"id":"1","addon":"solusvm2","active":true,"url":"https://panel.example.com","api_key_fingerprint":"ff",
	"post_pay_enabled":true,"new_user_limit_group_id":null,"terms_url":"","invoice_grace_days":5,"lock_overdue_days":7,"suspend_overdue_days":14,
	"token_prices":{"USD":"0.0125"},"landing_page_url":"https://b.example.com/index.php?m=solusvm2","missing":[]},
	"integration":{"type":"whmcs","url":"https://b.example.com/modules/addons/solusvm2/api/"},"hook_errors":[]}`

// TestConnect_repeatsWithTheSameKey: a page instead of the response does not connect twice, and the key
// does not appear in errors.
func TestConnect_repeatsWithTheSameKey(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var requests []map[string]any
	server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		assert.Equal(t, actionWrite, r.PostFormValue("action"))
		text, err := base64.RawURLEncoding.DecodeString(r.PostFormValue("terraform_request"))
		assert.NoError(t, err)
		var request map[string]any
		assert.NoError(t, json.Unmarshal(text, &request))
		requests = append(requests, request)
		if len(requests) == 1 {
			_, _ = io.WriteString(w, "<html>Oops</html>")
			return
		}
		_, _ = io.WriteString(w, companionAnswer(t, "", "", connectedPayload))
	})
	connected, err := newTestClient(t, server.URL).Connect(t.Context(), "https://panel.example.com/", "panel-key", Values{"url": ""}, WriteOptions{Installation: "i"})
	require.NoError(t, err)
	assert.Equal(t, &Integration{Type: "whmcs", URL: "https://b.example.com/modules/addons/solusvm2/api/"}, connected.Integration)
	require.NotNil(t, connected.Row)
	assert.Equal(t, "https://panel.example.com", *connected.Row.URL)
	assert.Equal(t, decimal.Decimal("0.0125"), connected.Row.TokenPrices["USD"])
	assert.Nil(t, connected.Row.NewUserLimitGroupID)
	require.Len(t, requests, 2)
	assert.Equal(t, requests[0], requests[1])
	assert.Equal(t, map[string]any{"url": "https://panel.example.com/", "api_key": "panel-key"}, requests[0]["values"])
	assert.Equal(t, map[string]any{"url": ""}, requests[0]["expect"])
	assert.Equal(t, "i", requests[0]["installation"])
}

// TestConnect_doubt: a repetition that never reaches the companion does not mean that the panel is not
// connected.
func TestConnect_doubt(t *testing.T) {
	t.Parallel()
	requests := 0
	client := clientOf(t, 200, "")
	client.httpDo = func(context.Context, transport.Request) (*transport.Response, error) {
		requests++
		if requests == 1 {
			return &transport.Response{StatusCode: 200, Body: []byte("<html><title>Oops</title></html>")}, nil
		}
		return nil, &transport.Error{Kind: transport.KindDial, Sent: transport.NotSent, Detail: "connection refused", Write: true}
	}
	_, err := client.Connect(t.Context(), "https://panel.example.com", "panel-key", nil, WriteOptions{})
	require.ErrorContains(t, err, "connection refused")
	assert.ErrorContains(t, err, "Oops")
	assert.True(t, MayHaveBeenProcessed(err))
	assert.Equal(t, 2, requests)
}

func TestConnect_failures(t *testing.T) {
	t.Parallel()
	_, err := clientOf(t, 200, companionAnswer(t, "connection", "the key panel-key is wrong", `{"installation":"i","reason":"unauthorized","status":401}`)).
		Connect(t.Context(), "https://panel.example.com", "panel-key", nil, WriteOptions{})
	failure := asError(t, err)
	assert.Equal(t, CodeConnection, failure.Code)
	assert.Equal(t, ReasonUnauthorized, failure.Details.Reason)
	assert.NotContains(t, err.Error(), "panel-key")
	assert.False(t, IsUnreachable(err), "it speaks of the panel, not of WHMCS")
	assert.False(t, MayHaveBeenProcessed(err))

	// A connection that certainly succeeded is a success, even if only parts of the response can be
	// decoded.
	connected, err := clientOf(t, 200, companionAnswer(t, "", "", `{"installation":"i","row":5,"integration":[]}`)).Connect(t.Context(), "u", "k", nil, WriteOptions{})
	require.NoError(t, err)
	assert.Nil(t, connected.Row)
	require.Error(t, connected.RowError)
	assert.Nil(t, connected.Integration)
}

func TestDiscover(t *testing.T) {
	t.Parallel()
	found, err := clientOf(t, 200, companionAnswer(t, "", "", `{"installation":"i","addon":"a","installed":true,"active":true,"settings":["version"],"tables":{"mod_a_x":["id","v"]}}`)).Discover(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, &Discovery{Addon: "a", Installed: true, Active: true, Settings: []string{"version"}, Tables: map[string][]string{"mod_a_x": {"id", "v"}}}, found)
	_, err = clientOf(t, 200, companionAnswer(t, "", "", `{"installation":"i","addon":"b","settings":[]}`)).Discover(t.Context(), "a")
	assert.Equal(t, CodeProtocol, CodeOf(err))
}
