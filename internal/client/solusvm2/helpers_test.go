package solusvm2

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// testToken is a canary: a text that must never appear in an error.
const testToken = "token-canary/1"

// panel responds to each request with handle, and records the requests.
type panel struct {
	client *Client

	mu       sync.Mutex
	requests []string // "GET /api/v1/settings?page=1 {body}"
}

func newPanel(t testing.TB, handle func(n int, r *http.Request, body string, w http.ResponseWriter)) *panel {
	t.Helper()
	p := &panel{}
	server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, "Bearer "+testToken, r.Header.Get("Authorization"))
		assert.Equal(t, "application/json", r.Header.Get("Accept"))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.requests = append(p.requests, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(raw)))
		handle(len(p.requests), r, string(raw), w)
	})
	client, err := New(Config{Transport: transport.Config{Clock: clienttest.Clock{}, RequestTimeout: 10 * time.Second}, URL: server.URL, Token: testToken})
	require.NoError(t, err)
	t.Cleanup(client.http.CloseIdleConnections)
	p.client = client
	return p
}

// panelOf responds the same to all requests.
func panelOf(t testing.TB, status int, body string) *panel {
	t.Helper()
	return newPanel(t, func(_ int, _ *http.Request, _ string, w http.ResponseWriter) { answer(w, status, body) })
}

func (p *panel) sent() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.requests...)
}

func answer(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// page returns one page of a list in the panel's format.
func page(t testing.TB, r *http.Request, size int, rows []string) string {
	t.Helper()
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	require.NoError(t, err)
	last := max(1, (len(rows)+size-1)/size)
	from, to := min((number-1)*size, len(rows)), min(number*size, len(rows))
	meta, err := json.Marshal(map[string]any{"current_page": number, "last_page": last, "per_page": size, "total": len(rows)})
	require.NoError(t, err)
	return `{"data":[` + strings.Join(rows[from:to], ",") + `],"links":{"next":"http://192.0.2.1/steal"},"meta":` + string(meta) + `}`
}

func isGone(err error) bool { return errors.Is(err, transport.ErrNotFound) }
