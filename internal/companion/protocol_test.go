package companion_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// object is a JSON object. Numbers in responses are json.Number.
type object = map[string]any

// list is a JSON array.
type list = []any

// whmcs is an installation and the client of its protocol.
type whmcs struct {
	*testhost.Installation
	t testing.TB
}

// response is the decoded response to one request.
type response struct {
	status     int
	result     string
	message    string
	code       string
	payload    object
	statements int
	memory     int // PHP's peak memory, in bytes
	raw        string
}

func newWHMCS(t testing.TB, options testhost.Options) *whmcs {
	t.Helper()
	return &whmcs{Installation: testhost.Shared(t).NewInstallation(t, options), t: t}
}

// post sends a form to the API and decodes the response.
func (w *whmcs) post(form url.Values) response {
	w.t.Helper()
	got, err := w.tryPost(form)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func (w *whmcs) tryPost(form url.Values) (response, error) {
	posted, err := http.PostForm(w.URL+"/includes/api.php", form)
	if err != nil {
		return response{}, err
	}
	return decode(posted)
}

func decode(from *http.Response) (response, error) {
	defer func() { _ = from.Body.Close() }()
	body, err := io.ReadAll(from.Body)
	if err != nil {
		return response{}, err
	}
	got := response{status: from.StatusCode, raw: string(body)}
	got.statements, _ = strconv.Atoi(from.Header.Get("X-Testhost-Statements"))
	got.memory, _ = strconv.Atoi(from.Header.Get("X-Testhost-Memory"))
	var fields struct{ Result, Message, Code, Payload string }
	if err := json.Unmarshal(body, &fields); err != nil {
		return got, fmt.Errorf("status %d, not JSON: %s", from.StatusCode, body)
	}
	got.result, got.message, got.code = fields.Result, fields.Message, fields.Code
	if fields.Payload == "" {
		return got, nil
	}
	text, err := base64.StdEncoding.DecodeString(fields.Payload)
	if err != nil {
		return got, err
	}
	got.raw += string(text)
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	return got, decoder.Decode(&got.payload)
}

// form returns the parameters of an action with the full credential.
func (w *whmcs) form(action string, request object) url.Values {
	body := object{"v": 1}
	for name, value := range request {
		body[name] = value
	}
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return url.Values{
		"identifier":        {w.Identifier},
		"secret":            {w.Secret},
		"action":            {action},
		"responsetype":      {"json"},
		"terraform_request": {base64.RawURLEncoding.EncodeToString(text)},
	}
}

func (w *whmcs) read(request object) response {
	w.t.Helper()
	return w.post(w.form("TerraformRead", request))
}

// write sends a write. If the request has no key, write adds a new one.
func (w *whmcs) write(request object) response {
	w.t.Helper()
	if _, found := request["key"]; !found {
		request["key"] = newKey()
	}
	return w.post(w.form("TerraformWrite", request))
}

func newKey() string {
	buffer := make([]byte, 12)
	_, _ = rand.Read(buffer)
	return hex.EncodeToString(buffer)
}

// ok returns the payload of a response that must be a success.
func (w *whmcs) ok(got response) object {
	w.t.Helper()
	if got.result != "success" {
		w.t.Fatalf("status %d, %s %s: %s %v%s", got.status, got.result, got.code, got.message, got.payload, w.internalErrors())
	}
	if got.payload["installation"] == "" || got.payload["installation"] == nil {
		w.t.Errorf("the payload carries no installation: %v", got.payload)
	}
	return got.payload
}

// internalErrors returns what the companion wrote to the activity log about internal errors.
func (w *whmcs) internalErrors() string {
	texts, err := w.ActivityLog()
	if err != nil {
		return ""
	}
	var found strings.Builder
	for _, text := range texts {
		if strings.Contains(text, "internal error") {
			found.WriteString("\n" + text)
		}
	}
	return found.String()
}

// fails returns the details of a response that must be an error with this code.
func (w *whmcs) fails(got response, code string) object {
	w.t.Helper()
	if got.status != http.StatusOK || got.result != "error" || got.code != code || got.message == "" {
		w.t.Fatalf("want %s; status %d, %s %s: %s %v%s", code, got.status, got.result, got.code, got.message, got.payload, w.internalErrors())
	}
	if installation, found := got.payload["installation"]; !found || installation == "" {
		w.t.Errorf("the details carry no installation: %v", got.payload)
	}
	return got.payload
}

// failsOn checks that an error with code invalid or unsupported names exactly these fields, sorted.
func (w *whmcs) failsOn(got response, code string, fields ...string) {
	w.t.Helper()
	details := w.fails(got, code)
	var named []string
	for _, item := range details["errors"].(list) {
		named = append(named, item.(object)["field"].(string))
	}
	sort.Strings(named)
	if !reflect.DeepEqual(named, fields) {
		w.t.Errorf("%s names %q, want %q: %s", code, named, fields, got.message)
	}
}

// conflictsOn checks that a conflict names exactly these fields, sorted.
func (w *whmcs) conflictsOn(got response, fields ...string) list {
	w.t.Helper()
	conflicts := w.fails(got, "conflict")["fields"].(list)
	var named []string
	for _, item := range conflicts {
		named = append(named, item.(object)["field"].(string))
	}
	sort.Strings(named)
	if !reflect.DeepEqual(named, fields) {
		w.t.Errorf("conflict names %q, want %q: %s", named, fields, got.message)
	}
	return conflicts
}

// create creates an object and returns its id and row.
func (w *whmcs) create(kind string, values object) (string, object) {
	w.t.Helper()
	payload := w.ok(w.write(object{"op": "create", "kind": kind, "values": values}))
	return payload["id"].(string), payload["row"].(object)
}

func (w *whmcs) update(kind, id string, expect, values object) response {
	w.t.Helper()
	return w.write(object{"op": "update", "kind": kind, "id": id, "expect": expect, "values": values})
}

func (w *whmcs) delete(kind, id string, expect object) response {
	w.t.Helper()
	return w.write(object{"op": "delete", "kind": kind, "id": id, "expect": expect})
}

// row returns an object that must exist.
func (w *whmcs) row(kind, id string) object {
	w.t.Helper()
	rows := w.rows(kind, id)
	if len(rows) != 1 {
		w.t.Fatalf("%s %s: %d rows", kind, id, len(rows))
	}
	return rows[0].(object)
}

func (w *whmcs) rows(kind string, ids ...string) list {
	w.t.Helper()
	return w.ok(w.read(object{"op": "get", "kind": kind, "ids": ids}))["rows"].(list)
}

// holds checks fields of a row. The values are compared as JSON.
func (w *whmcs) holds(row object, want object) {
	w.t.Helper()
	for name, value := range want {
		expected, actual := marshal(value), marshal(row[name])
		if expected != actual {
			w.t.Errorf("%s is %s, want %s", name, actual, expected)
		}
	}
}

func marshal(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// query returns rows of the installation's database.
func (w *whmcs) query(sql string, args ...any) []map[string]any {
	w.t.Helper()
	rows, err := w.Query(sql, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// queryText returns one value of the database as text.
func (w *whmcs) queryText(sql string, args ...any) string {
	w.t.Helper()
	rows := w.query(sql, args...)
	if len(rows) != 1 || len(rows[0]) != 1 {
		w.t.Fatalf("%s gives %v", sql, rows)
	}
	for _, value := range rows[0] {
		return fmt.Sprint(value)
	}
	return ""
}

func (w *whmcs) exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.Exec(sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

// addService adds a customer's service.
func (w *whmcs) addService(productID, serverID, status string) {
	w.t.Helper()
	if _, err := w.AddService(productID, serverID, status); err != nil {
		w.t.Fatal(err)
	}
}
