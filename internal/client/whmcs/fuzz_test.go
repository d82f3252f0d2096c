package whmcs

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// FuzzAnswer: only a top-level object with result = success is a success, and only the companion's
// not_found means that an object does not exist.
func FuzzAnswer(f *testing.F) {
	for _, page := range wordyPages {
		if len(page.body) < 1000 {
			f.Add(uint16(200), []byte(page.body))
		}
	}
	f.Add(uint16(200), []byte("Notice: {x} in a.php\n"+`{"result":"success","payload":"e30="}`))
	f.Add(uint16(200), []byte(`{"result":"error","RESULT":"success"}`))
	f.Add(uint16(403), []byte(`{"result":"error","message":"Invalid IP 192.0.2.4"}`))
	f.Add(uint16(200), []byte(`{"result":"error","code":"not_found","message":"m","payload":"eyJpZCI6IjEifQ=="}`))
	f.Add(uint16(200), []byte(`{"result":"error","code":"conflict","message":"m","payload":"eyJmaWVsZHMiOlt7ImZpZWxkIjoiYSIsImV4cGVjdGVkIjoxfV19"}`))
	f.Add(uint16(404), []byte("<TITLE>\xe9\xe9</TITLE>"))
	client, err := New(Config{URL: "https://billing.example.net", Secret: testSecret})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, status uint16, body []byte) {
		got, err := client.classify("op", &transport.Response{StatusCode: int(status), Body: body}, 0)
		if err == nil {
			require.Less(t, int(status), http.StatusMultipleChoices)
			require.Equal(t, "success", got.text("result"))
			for _, raw := range got {
				require.Contains(t, string(body), string(raw))
			}
			return
		}
		var failure *Error
		require.ErrorAs(t, err, &failure)
		require.NotEmpty(t, failure.Message)
		require.NotEmpty(t, failure.Code)
		if failure.Code == CodeNotAPI {
			plain(t, err)
		}
		require.Equal(t, failure.Code == CodeNotFound, errors.Is(err, transport.ErrNotFound))
	})
}

// FuzzCompanionPayload: no payload causes a panic, the row of another object, or the loss of a created
// object's id.
func FuzzCompanionPayload(f *testing.F) {
	for _, payload := range []string{
		`{}`, `null`, `[]`, `{"installation":"x","rows":[]}`, `{"installation":"x","rows":[{"id":"1","pricing":{"USD":{"monthly":{"price":"1","setup_fee":"0"}}}}]}`,
		`{"installation":"x","id":"1","row":{"id":"1","module_options":[]},"hook_errors":["a"]}`, `{"id":1,"row":{"id":1},"module_option_numbers":[]}`,
		`{"installation":"x","rows":[null]}`, `{"installation":"x","rows":[{"id":"1"},{"id":"1"}],"next":"1"}`, `{"installation":"x","rows":[],"rows":[{"id":"1"}]}`,
		`{"installation":1,"rows":{"3":{"id":1,"order":"5","hidden":"on","pricing":[],"overages":"","server_group_id":7}},"next":false}`,
		`{"installation":"x","rows":[{"id":"1","order":"first","pricing":{"EUR":5}}],"remaining":{}}`,
		`{"installation":"x","protocol":"1","kinds":{},"column_scales":[],"modules":[],"toplink":"","evidence":{"0":{"ok":1}},"options":[{"number":"1","choices":{}}]}`,
	} {
		f.Add([]byte(payload))
	}
	redactor := transport.NewRedactor(testSecret)
	f.Fuzz(func(t *testing.T, payload []byte) {
		found, err := decodeFound[Product](payload, "1")
		plain(t, err)
		if err == nil {
			require.NotEmpty(t, found.Installation)
			if found.Row != nil {
				require.Equal(t, "1", found.Row.ID)
			}
		}
		plain(t, decode(payload, new(Info)))
		plain(t, decode(payload, new(ModuleSchema)))
		plain(t, decode(payload, new(Details)))
		plain(t, decode(payload, new(Discovery)))
		var answered map[string]json.RawMessage
		if json.Unmarshal(payload, &answered) != nil {
			return
		}
		written := decodeWritten[Product](KindProduct, answered, redactor)
		if written.Row == nil {
			require.Error(t, written.RowError)
		}
		plain(t, written.RowError)
		var id string
		if json.Unmarshal(answered["id"], &id) == nil {
			require.Equal(t, id, written.ID)
		}
	})
}

// FuzzLists: the list decoders accept every encoding without a panic, and no encoding adds elements.
func FuzzLists(f *testing.F) {
	for _, text := range []string{``, `""`, `[]`, `{}`, `null`, `{"0":{"id":1}}`, `{"1":{"id":1},"0":{"id":"2"}}`, `{"id":1,"active":"on"}`, `[{"id":1,"active":true}]`, `{"currency":[{"id":1}]}`, `{"currency":{"00":{}}}`, `[null]`,
		`{"result":"success","currencies[currency][0][id]":"1","currencies[currency][0][code]":"USD"}`, `{"a[b]":1,"a[b][c]":2,"a[":3,"[]":4}`, `{"-1":1}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := decodeNestedList[Currency](data, "currency")
		plain(t, err)
		var flat responseFields
		if json.Unmarshal(data, &flat) == nil {
			fields, err := decodeAnswer(flat)
			require.NoError(t, err)
			for name, raw := range fields {
				require.True(t, json.Valid(raw), name)
			}
		}
		servers, err := decodeList[ServerSummary](data, "server")
		plain(t, err)
		if err != nil || len(servers) == 0 {
			return
		}
		require.True(t, json.Valid(data))
		var list []json.RawMessage
		if json.Unmarshal(data, &list) == nil {
			require.Len(t, servers, len(list))
			return
		}
		var object map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(data, &object))
		require.LessOrEqual(t, len(servers), len(object))
	})
}

// internals are signs of Go in a message: its decoder's prefix and its names of types.
var internals = regexp.MustCompile(
	`json:|\*?(whmcs|lenient|decimal)\.[A-Za-z]|json\.[A-Z]|\[\]|map\[|Go value|\bint64\b|\bstruct\b|reflect|unmarshal`)

// fromWHMCS are the parts of a message that WHMCS sent: quoted texts and ids.
var fromWHMCS = regexp.MustCompile(`(?s)"(?:[^"\\]|\\.)*"|(currency|server) [^"]*`)

// plain requires that a message shows no Go.
func plain(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotRegexp(t, internals, fromWHMCS.ReplaceAllString(err.Error(), ""))
	}
}
