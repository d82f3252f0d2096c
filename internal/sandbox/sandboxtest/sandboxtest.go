// Package sandboxtest starts sandboxes for the tests of the sandbox's packages and calls their systems.
package sandboxtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

// Object is decoded JSON.
type Object = map[string]any

// Response is a response of the companion with its payload decoded.
type Response struct {
	Result, Message, Code string
	Payload               Object
}

// Start runs a sandbox until the test ends.
func Start(t *testing.T, options sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	sb := sandbox.New(options)
	require.NoError(t, sb.Start())
	t.Cleanup(func() { _ = sb.Close() })
	return sb
}

// API posts an action to api.php and returns the status and the body.
func API(t *testing.T, sb *sandbox.Sandbox, credential whmcs.Credential, action string, parameters url.Values) (int, string) {
	t.Helper()
	form := url.Values{"responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret}}
	if action != "" {
		form.Set("action", action)
	}
	for name, values := range parameters {
		form[name] = values
	}
	response, err := http.PostForm(sb.WHMCS.URL()+"/includes/api.php", form)
	require.NoError(t, err)
	return response.StatusCode, Body(t, response)
}

// Body reads the body of a response.
func Body(t *testing.T, response *http.Response) string {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(content)
}

// Official calls an official action with full access.
func Official(t *testing.T, sb *sandbox.Sandbox, action string, parameters url.Values) Object {
	t.Helper()
	status, content := API(t, sb, sb.WHMCS.Credential(), action, parameters)
	require.Equal(t, http.StatusOK, status, content)
	return Decode(t, content)
}

// Decode decodes a JSON object.
func Decode(t *testing.T, content string) Object {
	t.Helper()
	var decoded Object
	require.NoError(t, json.Unmarshal([]byte(content), &decoded), content)
	return decoded
}

// EncodeRequest returns the parameters of an action for a request to the companion.
func EncodeRequest(t *testing.T, request Object) url.Values {
	t.Helper()
	if request["v"] == nil {
		request["v"] = 1
	}
	content, err := json.Marshal(request)
	require.NoError(t, err)
	return url.Values{"terraform_request": {base64.RawURLEncoding.EncodeToString(content)}}
}

// Companion calls an action of the companion with full access.
func Companion(t *testing.T, sb *sandbox.Sandbox, action string, request Object) Response {
	t.Helper()
	status, content := API(t, sb, sb.WHMCS.Credential(), action, EncodeRequest(t, request))
	require.Equal(t, http.StatusOK, status, content)
	return DecodeResponse(t, content)
}

// DecodeResponse decodes a response of the companion.
func DecodeResponse(t *testing.T, content string) Response {
	t.Helper()
	var wire struct{ Result, Message, Code, Payload string }
	require.NoError(t, json.Unmarshal([]byte(content), &wire), content)
	payload, err := base64.StdEncoding.DecodeString(wire.Payload)
	require.NoError(t, err)
	decoded := Decode(t, string(payload))
	require.NotEmpty(t, decoded["installation"])
	return Response{wire.Result, wire.Message, wire.Code, decoded}
}

// Read calls a reading operation of the companion.
func Read(t *testing.T, sb *sandbox.Sandbox, request Object) Response {
	t.Helper()
	return Companion(t, sb, "TerraformRead", request)
}

var keys atomic.Int64

// NewKey returns a key that no write of this process used before.
func NewKey() string { return fmt.Sprintf("test-key-%016d", keys.Add(1)) }

// Write calls a writing operation of the companion. If the request has no key, Write adds a new one.
func Write(t *testing.T, sb *sandbox.Sandbox, request Object) Response {
	t.Helper()
	if request["key"] == nil {
		request["key"] = NewKey()
	}
	return Companion(t, sb, "TerraformWrite", request)
}

// Create creates an object and returns its id and row. The creation must succeed.
func Create(t *testing.T, sb *sandbox.Sandbox, kind string, values Object) (string, Object) {
	t.Helper()
	got := Write(t, sb, Object{"op": "create", "kind": kind, "values": values})
	require.Equal(t, "success", got.Result, "%s %v", got.Message, got.Payload)
	return got.Payload["id"].(string), got.Payload["row"].(Object)
}

// Update changes an object.
func Update(t *testing.T, sb *sandbox.Sandbox, kind, id string, expect, values Object) Response {
	t.Helper()
	return Write(t, sb, Object{"op": "update", "kind": kind, "id": id, "expect": expect, "values": values})
}

// GetRow returns the row of an object that must exist.
func GetRow(t *testing.T, sb *sandbox.Sandbox, kind, id string) Object {
	t.Helper()
	rows := Read(t, sb, Object{"op": "get", "kind": kind, "ids": []string{id}}).Payload["rows"].([]any)
	require.Len(t, rows, 1)
	return rows[0].(Object)
}

// errorFields returns the fields that an error names, separated by commas.
func errorFields(got Response) string {
	var names []string
	for _, list := range []string{"errors", "fields"} {
		entries, _ := got.Payload[list].([]any)
		for _, entry := range entries {
			names = append(names, entry.(Object)["field"].(string))
		}
	}
	return strings.Join(names, ",")
}

// RequireError checks that the response is an error with this code and these fields, separated by commas.
func RequireError(t *testing.T, got Response, code, fields string) {
	t.Helper()
	require.Equal(t, "error", got.Result)
	require.Equal(t, code, got.Code, "%s", got.Message)
	require.Equal(t, fields, errorFields(got), "%s", got.Message)
	require.NotEmpty(t, got.Message)
}

// DCIM calls the DCIM with an API key and returns the status and the decoded body.
func DCIM(t *testing.T, sb *sandbox.Sandbox, key, secret, method, path, content string) (int, Object) {
	t.Helper()
	request, err := http.NewRequest(method, sb.DCIM.URL()+path, strings.NewReader(content))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Api-Key", key)
	request.Header.Set("X-Api-Secret", secret)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	text := Body(t, response)
	if text == "" {
		return response.StatusCode, nil
	}
	return response.StatusCode, Decode(t, text)
}

// Post calls an official action on a new connection and returns the status and the body.
func Post(sb *sandbox.Sandbox, action string) (int, string, error) {
	return PostForm(sb, action, url.Values{"name": {"P"}, "gid": {"1"}})
}

// PostForm is Post with parameters.
func PostForm(sb *sandbox.Sandbox, action string, form url.Values) (int, string, error) {
	credential := sb.WHMCS.Credential()
	form["identifier"], form["secret"] = []string{credential.Identifier}, []string{credential.Secret}
	form["action"], form["responsetype"] = []string{action}, []string{"json"}
	request, err := http.NewRequest(http.MethodPost, sb.WHMCS.URL()+"/includes/api.php", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return response.StatusCode, string(content), err
}
