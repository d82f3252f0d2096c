package acctest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// object is a JSON object.
type object = map[string]any

// contract sends requests of the companion protocol without the provider's client, because it tests the protocol.
type contract struct {
	*testing.T
	env      *acctest.Env
	refusals *refusals // nil where the hosts are not compared
}

// outcome is one response.
type outcome struct {
	Status  int
	Result  string
	Code    string
	Message string
	Payload object
	Raw     string
}

var contractKeys atomic.Int64

// newContractKey makes the key of one intended write.
func newContractKey() string { return fmt.Sprintf("contract-key-%08d", contractKeys.Add(1)) }

// send posts one request with a credential.
func (c *contract) send(credential sandbox.Credential, action string, request object) outcome {
	c.Helper()
	if _, ok := request["v"]; !ok {
		request["v"] = 1
	}
	raw, err := json.Marshal(request)
	require.NoError(c, err)
	o := c.post(url.Values{
		"action": {action}, "responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret},
		"terraform_request": {base64.RawURLEncoding.EncodeToString(raw)},
	})
	if o.Code != "" && c.refusals != nil && !c.env.Old() {
		c.refusals.add(c, c.env.WHMCS.Name(), request, o)
	}
	return o
}

func (c *contract) post(form url.Values) outcome {
	c.Helper()
	request, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.env.WHMCS.URL()+"/includes/api.php", strings.NewReader(form.Encode()))
	require.NoError(c, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(request)
}

func (c *contract) do(request *http.Request) outcome {
	c.Helper()
	response, err := http.DefaultClient.Do(request)
	require.NoError(c, err)
	defer func() { require.NoError(c, response.Body.Close()) }()
	var body struct{ Result, Code, Message, Payload string }
	var text strings.Builder
	require.NoError(c, json.NewDecoder(teeReader{response.Body, &text}).Decode(&body), "%s", &text)
	out := outcome{Status: response.StatusCode, Result: body.Result, Code: body.Code, Message: body.Message, Raw: text.String()}
	if body.Payload != "" {
		decoded, err := base64.StdEncoding.DecodeString(body.Payload)
		require.NoError(c, err)
		out.Raw += string(decoded)
		require.NoError(c, json.Unmarshal(decoded, &out.Payload), "%s", decoded)
	}
	return out
}

// teeReader keeps what is read.
type teeReader struct {
	from interface{ Read([]byte) (int, error) }
	to   *strings.Builder
}

func (r teeReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.to.Write(p[:n])
	return n, err
}

// read performs a read that succeeds and returns its payload.
func (c *contract) read(request object) object {
	c.Helper()
	return c.success(c.send(c.env.WHMCS.Credential(), "TerraformRead", request))
}

// write performs a write that succeeds. It adds a missing key.
func (c *contract) write(request object) object {
	c.Helper()
	return c.success(c.tryWrite(request))
}

func (c *contract) tryRead(request object) outcome {
	c.Helper()
	return c.send(c.env.WHMCS.Credential(), "TerraformRead", request)
}

func (c *contract) tryWrite(request object) outcome {
	c.Helper()
	if _, ok := request["key"]; !ok {
		request["key"] = newContractKey()
	}
	return c.send(c.env.WHMCS.Credential(), "TerraformWrite", request)
}

func (c *contract) success(o outcome) object {
	c.Helper()
	if o.Code == "internal" {
		c.Log("WHMCS's activity log:\n" + c.env.WHMCS.LogText(c))
	}
	require.Equal(c, "success", o.Result, "%s %s %v", o.Code, o.Message, o.Payload)
	require.Equal(c, http.StatusOK, o.Status)
	require.NotEmpty(c, o.Payload["installation"], "every payload names the installation")
	return o.Payload
}

// refused asserts a failure's code and the fields of its errors, in any order. It does not check messages.
func (c *contract) refused(o outcome, code string, fields ...string) outcome {
	c.Helper()
	require.Equal(c, "error", o.Result, "%v", o.Payload)
	require.Equal(c, code, o.Code, "%s %v", o.Message, o.Payload)
	require.NotEmpty(c, o.Message)
	require.NotEmpty(c, o.Payload["installation"])
	if fields != nil {
		list := "errors"
		if code == "conflict" {
			list = "fields"
		}
		assert.Equal(c, sorted(fields), named(c, o.Payload[list]), "%v", o.Payload)
	}
	return o
}

// named lists the field names of a failure's details.
func named(t testing.TB, details any) []string {
	list, ok := details.([]any)
	require.True(t, ok, "%v", details)
	var names []string
	for _, element := range list {
		detail, ok := element.(object)
		require.True(t, ok)
		names = append(names, detail["field"].(string))
	}
	return sorted(names)
}

func sorted(in []string) []string {
	out := append([]string{}, in...)
	sort.Strings(out)
	return out
}

// create makes an object and returns its id and row.
func (c *contract) create(kind string, values object) (id string, row object) {
	c.Helper()
	payload := c.write(object{"op": "create", "kind": kind, "values": values})
	row, _ = payload["row"].(object)
	require.NotNil(c, row)
	id, _ = payload["id"].(string)
	require.NotEmpty(c, id)
	require.Equal(c, id, row["id"])
	return id, row
}

// get reads one object, or nil if it does not exist.
func (c *contract) get(kind, id string) object {
	c.Helper()
	rows, _ := c.read(object{"op": "get", "kind": kind, "ids": []string{id}})["rows"].([]any)
	if len(rows) == 0 {
		return nil
	}
	row, _ := rows[0].(object)
	return row
}

func (c *contract) update(kind, id string, expect, values object) object {
	c.Helper()
	return c.write(object{"op": "update", "kind": kind, "id": id, "expect": expect, "values": values})
}

// has asserts some fields of a row.
func (c *contract) has(row object, want object) {
	c.Helper()
	for field, value := range want {
		assert.Equal(c, value, row[field], "field %s of %v", field, row)
	}
}

// defaults are the values of a new object's plain fields that are not given, in the form of JSON. Fields that the
// companion computes are left out.
func defaults(kind kinds.Kind) object {
	row := object{}
	for _, field := range kind.Fields() {
		var value any
		switch number, isNumber := field.Default.(int); {
		case field.Required || field.Computed:
			continue
		case field.Nullable:
		case isNumber:
			value = float64(number)
		case field.Default != nil:
			value = field.Default
		case field.Form == kinds.Boolean:
			value = false
		case field.Form == kinds.Integer:
			value = 0.0
		case field.Separator != "":
			value = []any{}
		default:
			value = ""
		}
		row[field.Name] = value
	}
	return row
}
