package dcim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
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

// Canaries: texts that must never appear in an error.
const (
	testKey    = "key-canary-1"
	testSecret = `secret/canary"2"`
)

func newTestClient(t testing.TB, url string) *Client {
	t.Helper()
	client, err := New(Config{
		Transport: transport.Config{Clock: clienttest.Clock{}, RequestTimeout: 10 * time.Second},
		URL:       url, Key: testKey, Secret: testSecret, Profile: ProfileAssumed,
	})
	require.NoError(t, err)
	t.Cleanup(client.http.CloseIdleConnections)
	return client
}

// clientOf returns a client of a DCIM that responds the same to all requests.
func clientOf(t testing.TB, status int, body string) *Client {
	t.Helper()
	return newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}).URL)
}

// fakeDCIM stores API keys and implements the assumed profile. It authenticates requests, pages its
// list, uses ids that exceed a float's precision, and returns a secret only once.
type fakeDCIM struct {
	t      testing.TB
	server *httptest.Server
	client *Client

	mu      sync.Mutex
	keys    map[uint64]map[string]any
	nextID  uint64
	journal []string // "POST /system-api-keys"
	// lastPage returns meta.last_page. nil returns a number.
	lastPage func(n int) any
	// before and after may replace the response to a request, before or after it was processed.
	before, after func(request string, w http.ResponseWriter) bool
}

const firstID = uint64(18446744073709550001)

func newFakeDCIM(t testing.TB, labels ...string) *fakeDCIM {
	t.Helper()
	f := &fakeDCIM{t: t, keys: map[uint64]map[string]any{}, nextID: firstID}
	for _, label := range labels {
		f.add(label, "")
	}
	f.server = clienttest.Serve(t, f.serve)
	f.client = newTestClient(t, f.server.URL)
	return f
}

func (f *fakeDCIM) add(label, addresses string) uint64 {
	id := f.nextID
	f.nextID++
	f.keys[id] = map[string]any{
		"id": id, "label": label, "ip": addresses, "key": fmt.Sprintf("%064x", id), "secret": strings.Repeat("5e", 32), "last_call_at": nil, "created_at": "2026-01-02 03:04:05",
	}
	return id
}

// stored returns the number of keys.
func (f *fakeDCIM) stored() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.keys)
}

func (f *fakeDCIM) count(request string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, line := range f.journal {
		if strings.HasPrefix(line, request) {
			n++
		}
	}
	return n
}

func (f *fakeDCIM) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	request := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1")
	f.journal = append(f.journal, request)
	if f.before != nil && f.before(request, w) {
		return
	}
	status, answer := f.carryOut(r)
	if f.after != nil && f.after(request, w) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if answer != nil {
		assert.NoError(f.t, json.NewEncoder(w).Encode(answer))
	}
}

func (f *fakeDCIM) carryOut(r *http.Request) (status int, answer any) {
	fail := func(status int, message string) (int, any) { return status, map[string]any{"message": message} }
	if r.Header.Get("X-Api-Key") != testKey || r.Header.Get("X-Api-Secret") != testSecret || r.Header.Get("Accept") != "application/json" {
		return fail(http.StatusUnauthorized, "Unauthenticated.")
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/v1/system-api-keys")
	if !ok {
		return fail(http.StatusNotFound, "The route could not be found.")
	}
	input := map[string]any{}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		assert.Equal(f.t, "application/json", r.Header.Get("Content-Type"))
		assert.NoError(f.t, json.NewDecoder(r.Body).Decode(&input))
		if input["label"] == "" {
			return http.StatusUnprocessableEntity, map[string]any{"message": "The given data was invalid.", "errors": map[string]any{
				"label": []string{"The label field is required.", "Really."}, "ip": "The ip is odd.", "colour": []string{"Unknown."},
			}}
		}
	}
	switch {
	case rest == "" && r.Method == http.MethodGet:
		return http.StatusOK, f.page(r)
	case rest == "" && r.Method == http.MethodPost:
		label, _ := input["label"].(string)
		addresses, _ := input["ip"].(string)
		return http.StatusCreated, map[string]any{"data": f.keys[f.add(label, addresses)]}
	}
	id, err := strconv.ParseUint(strings.TrimPrefix(rest, "/"), 10, 64)
	key, ok := f.keys[id]
	if err != nil || !ok {
		return fail(http.StatusNotFound, "No such API key.")
	}
	switch r.Method {
	case http.MethodPut:
		maps.Copy(key, input)
	case http.MethodDelete:
		delete(f.keys, id)
		return http.StatusNoContent, nil
	}
	return http.StatusOK, map[string]any{"data": withoutSecret(key)}
}

func withoutSecret(key map[string]any) map[string]any {
	shown := maps.Clone(key)
	delete(shown, "secret")
	return shown
}

func (f *fakeDCIM) page(r *http.Request) any {
	number, err := strconv.Atoi(r.FormValue("page"))
	assert.NoError(f.t, err)
	size, err := strconv.Atoi(r.FormValue("per_page"))
	assert.NoError(f.t, err)
	ids := slices.Sorted(maps.Keys(f.keys))
	rows := []any{}
	for _, id := range ids[min((number-1)*size, len(ids)):min(number*size, len(ids))] {
		rows = append(rows, withoutSecret(f.keys[id]))
	}
	last := max(1, (len(ids)+size-1)/size)
	answer := map[string]any{"data": rows, "meta": map[string]any{"last_page": last}}
	if f.lastPage != nil {
		answer["meta"] = map[string]any{"last_page": f.lastPage(last)}
	}
	return answer
}

// sends responds with a status and a body.
func sends(status int, body string) func(http.ResponseWriter) bool {
	return func(w http.ResponseWriter) bool {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}
