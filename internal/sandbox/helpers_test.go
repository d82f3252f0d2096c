package sandbox

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
)

// object is decoded JSON.
type object = map[string]any

// answer is a companion's answer with its payload decoded.
type answer struct {
	Result, Message, Code string
	Payload               object
}

func start(t *testing.T, options Options) *Sandbox {
	t.Helper()
	sb := New(options)
	require.NoError(t, sb.Start())
	t.Cleanup(func() { _ = sb.Close() })
	return sb
}

// api posts an action to api.php.
func api(t *testing.T, sb *Sandbox, credential Credential, action string, parameters url.Values) (int, string) {
	t.Helper()
	form := url.Values{"responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret}}
	if action != "" {
		form.Set("action", action)
	}
	for name, values := range parameters {
		form[name] = values
	}
	response, err := http.PostForm(sb.WHMCS.URL()+apiPath, form)
	require.NoError(t, err)
	return response.StatusCode, body(t, response)
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(content)
}

func official(t *testing.T, sb *Sandbox, action string, parameters url.Values) object {
	t.Helper()
	status, content := api(t, sb, sb.WHMCS.Credential(), action, parameters)
	require.Equal(t, http.StatusOK, status, content)
	return decode(t, content)
}

func decode(t *testing.T, content string) object {
	t.Helper()
	var decoded object
	require.NoError(t, json.Unmarshal([]byte(content), &decoded), content)
	return decoded
}

func encodeRequest(t *testing.T, request object) url.Values {
	t.Helper()
	if request["v"] == nil {
		request["v"] = 1
	}
	content, err := json.Marshal(request)
	require.NoError(t, err)
	return url.Values{"terraform_request": {base64.RawURLEncoding.EncodeToString(content)}}
}

func companion(t *testing.T, sb *Sandbox, action string, request object) answer {
	t.Helper()
	status, content := api(t, sb, sb.WHMCS.Credential(), action, encodeRequest(t, request))
	require.Equal(t, http.StatusOK, status, content)
	return decodeAnswer(t, content)
}

func decodeAnswer(t *testing.T, content string) answer {
	t.Helper()
	var wire struct{ Result, Message, Code, Payload string }
	require.NoError(t, json.Unmarshal([]byte(content), &wire), content)
	payload, err := base64.StdEncoding.DecodeString(wire.Payload)
	require.NoError(t, err)
	decoded := decode(t, string(payload))
	require.NotEmpty(t, decoded["installation"])
	return answer{wire.Result, wire.Message, wire.Code, decoded}
}

func read(t *testing.T, sb *Sandbox, request object) answer {
	t.Helper()
	return companion(t, sb, "TerraformRead", request)
}

var keys atomic.Int64

func freshKey() string { return fmt.Sprintf("test-key-%016d", keys.Add(1)) }

// write1 sends a write under a fresh key unless it has one.
func write1(t *testing.T, sb *Sandbox, request object) answer {
	t.Helper()
	if request["key"] == nil {
		request["key"] = freshKey()
	}
	return companion(t, sb, "TerraformWrite", request)
}

// create makes an object that must be accepted and returns its id and row.
func create(t *testing.T, sb *Sandbox, kind string, values object) (string, object) {
	t.Helper()
	got := write1(t, sb, object{"op": "create", "kind": kind, "values": values})
	require.Equal(t, "success", got.Result, "%s %v", got.Message, got.Payload)
	return got.Payload["id"].(string), got.Payload["row"].(object)
}

func update(t *testing.T, sb *Sandbox, kind, id string, expect, values object) answer {
	t.Helper()
	return write1(t, sb, object{"op": "update", "kind": kind, "id": id, "expect": expect, "values": values})
}

func rowOf(t *testing.T, sb *Sandbox, kind, id string) object {
	t.Helper()
	rows := read(t, sb, object{"op": "get", "kind": kind, "ids": []string{id}}).Payload["rows"].([]any)
	require.Len(t, rows, 1)
	return rows[0].(object)
}

// fieldsOf are the fields an error names, comma-separated.
func fieldsOf(got answer) string {
	var names []string
	for _, list := range []string{"errors", "fields"} {
		entries, _ := got.Payload[list].([]any)
		for _, entry := range entries {
			names = append(names, entry.(object)["field"].(string))
		}
	}
	return strings.Join(names, ",")
}

func refused(t *testing.T, got answer, code, fields string) {
	t.Helper()
	require.Equal(t, "error", got.Result)
	require.Equal(t, code, got.Code, "%s", got.Message)
	require.Equal(t, fields, fieldsOf(got), "%s", got.Message)
	require.NotEmpty(t, got.Message)
}
