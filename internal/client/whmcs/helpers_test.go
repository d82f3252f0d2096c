package whmcs

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Canaries: texts that must never appear in an error or a URL. They contain characters that encoders
// escape.
const (
	testIdentifier = "identifier-canary-1"
	testSecret     = `secret/canary"2"&<é>`
	testAccessKey  = "access$(canary)[3]"
)

// refusal is the error of a validation.
func refusal(_ PriceChanges, err error) error { return err }

func newTestClient(t testing.TB, url string) *Client {
	t.Helper()
	client, err := New(Config{
		Transport:  transport.Config{Clock: clienttest.Clock{}, RequestTimeout: 10 * time.Second},
		URL:        url,
		Identifier: testIdentifier, Secret: testSecret, AccessKey: testAccessKey,
	})
	require.NoError(t, err)
	t.Cleanup(client.http.CloseIdleConnections)
	return client
}

// clientOf returns a client of a WHMCS that responds the same to all requests.
func clientOf(t testing.TB, status int, body string) *Client {
	t.Helper()
	return newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}).URL)
}

// companionAnswer is the body of a companion's success or, with a code, of its error.
func companionAnswer(t testing.TB, code, message string, payload any) string {
	t.Helper()
	text, ok := payload.(string)
	if !ok {
		raw, err := json.Marshal(payload)
		require.NoError(t, err)
		text = string(raw)
	}
	answer := map[string]string{"result": "success", "payload": base64.StdEncoding.EncodeToString([]byte(text))}
	if code != "" {
		answer["result"], answer["code"], answer["message"] = "error", code, message
	}
	raw, err := json.Marshal(answer)
	require.NoError(t, err)
	return string(raw)
}

const testInstallation = "0b3f5a9e-7b57-4c0e-9c2c-6a2f4a1f8d10"

// fakeCompanion is a WHMCS with a companion that stores server groups. It authenticates requests, pages
// its lists, assigns ids, and returns the first response again for a repeated key.
type fakeCompanion struct {
	t      testing.TB
	client *Client

	mu       sync.Mutex
	rows     map[int]ServerGroup
	nextID   int
	answers  map[string]map[string]any // by key
	requests []map[string]any
	// attempts is how many validations of a batch it has time for. 0 means all.
	attempts int
	// eager makes a full last page return a next cursor.
	eager bool
	// fault may replace the response to the nth request (counted from 1). Its argument says whether the
	// request was already processed. It may be nil.
	fault func(n int, carriedOut bool, w http.ResponseWriter) bool
}

func newFakeCompanion(t testing.TB, groups int) *fakeCompanion {
	t.Helper()
	f := &fakeCompanion{t: t, rows: map[int]ServerGroup{}, answers: map[string]map[string]any{}}
	for range groups {
		f.add(ServerGroup{Name: "group", FillType: "least_full", ServerIDs: []string{}})
	}
	f.client = newTestClient(t, clienttest.Serve(t, f.serve).URL)
	return f
}

func (f *fakeCompanion) add(group ServerGroup) string {
	f.nextID++
	group.ID = strconv.Itoa(f.nextID)
	f.rows[f.nextID] = group
	return group.ID
}

func (f *fakeCompanion) groups() Collection[ServerGroup] {
	return CollectionOf[ServerGroup](f.client, KindServerGroup)
}

// sent returns the requests so far.
func (f *fakeCompanion) sent() []map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.requests)
}

// stored returns the number of groups.
func (f *fakeCompanion) stored() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.rows)
}

func (f *fakeCompanion) keys() []string {
	var keys []string
	for _, r := range f.sent() {
		key, _ := r["key"].(string)
		keys = append(keys, key)
	}
	return keys
}

func (f *fakeCompanion) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method != http.MethodPost || r.PostFormValue("identifier") != testIdentifier || r.PostFormValue("secret") != testSecret {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"result":"error","message":"Authentication Failed"}`)
		return
	}
	text, err := base64.RawURLEncoding.DecodeString(r.PostFormValue("terraform_request"))
	assert.NoError(f.t, err)
	var request map[string]any
	assert.NoError(f.t, json.Unmarshal(text, &request))
	f.requests = append(f.requests, request)
	n := len(f.requests)
	if f.fault != nil && f.fault(n, false, w) {
		return
	}
	var code string
	var payload map[string]any
	if request["op"] == "batch" {
		code, payload = f.batch(r.PostFormValue("action"), request)
	} else {
		code, payload = f.carryOut(r.PostFormValue("action"), request)
	}
	payload["installation"] = testInstallation
	if f.fault != nil && f.fault(n, true, w) {
		return
	}
	_, _ = io.WriteString(w, companionAnswer(f.t, code, "the companion says "+code, payload))
}

// batch runs validations one after the other, until its time is over.
func (f *fakeCompanion) batch(action string, request map[string]any) (code string, payload map[string]any) {
	if action != actionRead {
		return "unsupported", map[string]any{"errors": []FieldError{{Field: "op", Message: "writes have no batch"}}}
	}
	ops, _ := request["ops"].([]any)
	results := make([]map[string]any, len(ops))
	for i, op := range ops {
		if f.attempts > 0 && i >= f.attempts {
			results[i] = map[string]any{"ok": false, "code": "not_attempted", "message": "no time"}
			continue
		}
		member, _ := op.(map[string]any)
		code, payload := f.carryOut(action, member)
		results[i] = maps.Clone(payload)
		results[i]["ok"] = code == ""
		if code != "" {
			results[i]["code"], results[i]["message"] = code, "the companion says "+code
		}
	}
	return "", map[string]any{"results": results}
}

func (f *fakeCompanion) carryOut(action string, request map[string]any) (code string, payload map[string]any) {
	op, _ := request["op"].(string)
	if want := map[bool]string{true: actionRead, false: actionWrite}[op == "get" || op == "list" || op == "validate"]; action != want {
		return "invalid", map[string]any{"errors": []FieldError{{Message: op + " is not served by " + action}}}
	}
	key, _ := request["key"].(string)
	if first, ok := f.answers[key]; ok && key != "" {
		replay := maps.Clone(first)
		replay["replayed"] = true
		return "", replay
	}
	id, _ := request["id"].(string)
	number, _ := strconv.Atoi(id)
	row, exists := f.rows[number]
	values, _ := request["values"].(map[string]any)
	switch {
	case op == "get":
		ids, _ := request["ids"].([]any)
		rows := []ServerGroup{}
		for _, id := range ids {
			number, _ := strconv.Atoi(id.(string))
			if row, ok := f.rows[number]; ok {
				rows = append(rows, row)
			}
		}
		return "", map[string]any{"rows": rows}
	case op == "list":
		return "", f.page(request)
	case op == "validate" && id == "":
		if values["name"] == "" {
			return "invalid", map[string]any{"errors": []FieldError{{Field: "name", Message: "is required"}}}
		}
		return "", map[string]any{"ok": true}
	case op == "validate" && exists:
		return "", map[string]any{"ok": true}
	case op == "create":
		name, _ := values["name"].(string)
		id = f.add(ServerGroup{Name: name, FillType: "least_full", ServerIDs: []string{}})
		payload = map[string]any{"id": id, "row": f.rows[f.nextID], "hook_errors": []string{}}
	case !exists:
		return "not_found", map[string]any{"kind": "server_group", "id": id}
	case op == "update":
		expect, _ := request["expect"].(map[string]any)
		if name, ok := expect["name"]; ok && name != row.Name {
			return "conflict", map[string]any{"fields": []map[string]any{{"field": "name", "expected": name, "actual": row.Name}}}
		}
		if name, ok := values["name"].(string); ok {
			row.Name = name
		}
		f.rows[number] = row
		payload = map[string]any{"row": row, "hook_errors": []string{}}
	case op == "delete":
		delete(f.rows, number)
		payload = map[string]any{"id": id, "hook_errors": []string{}}
	}
	f.answers[key] = payload
	return "", payload
}

func (f *fakeCompanion) page(request map[string]any) map[string]any {
	limit, _ := request["limit"].(float64)
	text, _ := request["after"].(string)
	after, _ := strconv.Atoi(text)
	rows := []ServerGroup{}
	left := false
	for _, id := range slices.Sorted(maps.Keys(f.rows)) {
		if id <= after {
			continue
		}
		if left = len(rows) == int(limit); left {
			break
		}
		rows = append(rows, f.rows[id])
	}
	payload := map[string]any{"rows": rows, "next": nil}
	if left || f.eager && len(rows) == int(limit) {
		payload["next"] = rows[len(rows)-1].ID
	}
	return payload
}

func answer500(w http.ResponseWriter) bool {
	w.WriteHeader(http.StatusInternalServerError)
	return true
}

func asError(t testing.TB, err error) *Error {
	t.Helper()
	var failure *Error
	require.ErrorAs(t, err, &failure)
	return failure
}

// formOf returns the form of the one request that ask sends.
func formOf(t *testing.T, path string, ask func(c *Client)) (form url.Values, r *http.Request) {
	t.Helper()
	server := clienttest.Serve(t, func(_ http.ResponseWriter, got *http.Request) {
		assert.NoError(t, got.ParseForm())
		form, r = got.PostForm, got
	})
	ask(newTestClient(t, server.URL+path))
	require.NotNil(t, r, "nothing was sent")
	return form, r
}

// decodeFound decodes the payload of a get for one id.
func decodeFound[Row any](payload []byte, id string) (Found[Row], error) {
	stored, err := decodeRawRow(payload, id)
	if err != nil {
		return Found[Row]{}, err
	}
	return toFound[Row](KindProduct, stored)
}
