package dcim

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// documents are the built-in profile and the examples.
func documents(f *testing.F) []string {
	f.Helper()
	files, err := filepath.Glob("../../../examples/dcim-profiles/*.json")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	dialects, err := filepath.Glob("testdata/dialects/*.json")
	require.NoError(f, err)
	require.NotEmpty(f, dialects)
	files = append(files, dialects...)
	var out []string
	for _, file := range append([]string{"profiles/assumed.json"}, files...) {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		out = append(out, string(text))
	}
	return out
}

// FuzzProfile: a profile is refused with a reason, or it is usable. All requests of a usable profile
// can be encoded and signed without a panic.
func FuzzProfile(f *testing.F) {
	for _, text := range documents(f) {
		f.Add([]byte(text))
		for _, change := range [][2]string{
			{`"{key}"`, `"{nonsense}"`}, {`"method"`, `"verb"`}, {`/{id}`, `/{id}/{id}`}, {`"GET"`, `"POST"`}, {`"json"`, `"form"`}, {`"id"`, `"a.b.id"`}, {`"id"`, `""`},
			{`"/`, `"//evil.example.com/`}, {`"/`, `"/../../`}, {`"/`, `"/?x=`}, {`true`, `null`}, {`"page"`, `"offset"`}, {`1`, `99999999999999999999`}, {`{`, `[`},
		} {
			f.Add([]byte(strings.Replace(text, change[0], change[1], 1)))
		}
	}
	for _, text := range []string{``, `{}`, `null`, `[]`, `{"name":"x"}`, `{"name":"x","name":"y"}`, "{\n\"name\": }", `{"operations":{"api_keys.list":null}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		p, err := parseProfile(document)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.NotEmpty(t, p.Name)
		signing := &signer{config: p.Authentication, key: testKey, secret: testSecret, now: func() time.Time { return time.Unix(1777863721, 0) }}
		signing.wireSecrets()
		for name, op := range p.Operations {
			require.NotEmpty(t, op.Encoding, name)
			require.Positive(t, op.Max, name)
			object := objectOfOperation(name)
			input, err := p.encodeFields(object, samples(p.Fields[object]))
			if err != nil {
				require.NotEmpty(t, err.Error())
				input = nil
			}
			parameters, err := op.parameters("7", input)
			if err != nil {
				require.NotEmpty(t, err.Error())
				continue
			}
			sent, err := encode(op.Method, op.Encoding, parameters)
			if err != nil {
				require.NotEmpty(t, err.Error())
				continue
			}
			path := strings.TrimPrefix(p.BasePath+op.path(request{id: "7", serverID: "8", packageID: "9"}), "/")
			require.NotContains(t, path, "{")
			r, err := http.NewRequest(op.Method, "https://dcim.example.net/panel/"+path, strings.NewReader(string(sent.body)))
			if err != nil {
				continue // the transport refuses it and sends nothing
			}
			r.URL.RawQuery = sent.query.Encode()
			require.NoError(t, signing.sign(r, toSign{encoding: op.Encoding, parameters: parameters}), name)
		}
	})
}

func objectOfOperation(name string) string {
	kind, _, _ := strings.Cut(name, ".")
	return map[string]string{"api_keys": objectAPIKey, "packages": objectPackage, "servers": objectServer}[kind]
}

// samples are values for all fields of a profile.
func samples(fields map[string]field) map[string]any {
	values := map[string]any{}
	for name, f := range fields {
		switch {
		case f.Items != nil:
			values[name] = []map[string]any{{}}
		case f.Separator != "":
			values[name] = []string{"192.0.2.1", "192.0.2.2"}
		default:
			values[name] = "on"
		}
	}
	return values
}

// FuzzAnswerUnderProfile: a response is decoded as the profile says, or refused with a reason. No id is
// empty, no list has another length, and no number is changed.
func FuzzAnswerUnderProfile(f *testing.F) {
	var clients []*Client
	for _, text := range documents(f) {
		client, err := New(Config{URL: "https://dcim.example.net", Key: testKey, Secret: testSecret, Profile: text})
		require.NoError(f, err)
		clients = append(clients, client)
	}
	for which := range clients {
		for _, body := range []string{
			``, `null`, `{}`, `[]`, `{"data":[]}`, `{"data":[{"id":1}],"meta":{"last_page":1}}`, `{"data":{"id":18446744073709551615,"label":"a","ip":"b, a"}}`,
			`{"status":"ok","code":0,"data":[{"id":1}],"result":{"rows":[{"Id":"1","Label":"a","Ip":"192.0.2.1;192.0.2.2"}],"count":1}}`, `{"status":"error","code":40401,"message":"Not found"}`,
			`{"code":0,"msg":"ok","result":{"list":[[]],"total":"1"}}`, `{"message":"No such API key.","errors":{"label":["required",1,null],"ip":{}}}`, "404 page not found", "<html>", `{"message":"` + testKey + `"}`,
		} {
			for _, status := range []uint16{200, 404, 422} {
				f.Add(uint8(which), status, []byte(body))
			}
		}
	}
	for which, client := range clients {
		for _, object := range []string{objectAPIKey, objectPackage, objectServer} {
			for _, number := range []any{json.Number("16"), "16.0", nil, json.Number("9007199254740993.0"), "9223372036854775808", "-1", "1e3", "0x10", "many", true} {
				f.Add(uint8(which), uint16(200), []byte(whole(f, client.profile, object, number)))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, body []byte) {
		client := clients[int(which)%len(clients)]
		for _, object := range []string{objectAPIKey, objectPackage, objectServer} {
			readUnder(t, client, object, status, body)
		}
	})
}

// whole is a response with all fields of an object. All its numbers are the same.
func whole(f *testing.F, p *profile, object string, number any) string {
	f.Helper()
	row, answer := map[string]any{}, map[string]any{}
	for name, kind := range objects[object] {
		spelled := p.Fields[object][name]
		var value any
		switch kind {
		case kindID:
			value = json.Number("7")
		case kindInteger:
			value = number
		case kindBoolean:
			value = true
		case kindTexts:
			if value = []any{"192.0.2.1"}; spelled.Separator != "" {
				value = "192.0.2.1" + spelled.Separator + " 192.0.2.2"
			}
		case kindObjects:
			item := map[string]any{}
			for _, part := range spelled.Items {
				require.NoError(f, setPath(item, part.Path, "480G"))
			}
			value = []any{item}
		default:
			value = "text"
		}
		for _, wire := range spelled.Values {
			value = wire
		}
		if spelled.Path != "" {
			require.NoError(f, setPath(row, spelled.Path, value))
		}
	}
	if success := p.Envelope.Success; success != nil {
		require.NoError(f, setPath(answer, success.Path, success.Values[0]))
	}
	require.NoError(f, setPath(answer, p.Envelope.DataPath, row))
	text, err := json.Marshal(answer)
	require.NoError(f, err)
	return string(text)
}

func readUnder(t *testing.T, client *Client, object string, status uint16, body []byte) {
	t.Helper()
	fits := func(err error) bool {
		t.Helper()
		if err == nil {
			return true
		}
		require.ErrorIs(t, err, ErrProfile)
		require.NotContains(t, err.Error(), testKey)
		return false
	}
	decoded, err := client.decode("op", object, true, &transport.Response{StatusCode: int(status), Body: body})
	if err != nil {
		require.NotContains(t, err.Error(), testKey)
		var failure *Error
		if errors.As(err, &failure) {
			require.NotEmpty(t, failure.Message)
		} else {
			require.ErrorIs(t, err, ErrProfile)
		}
		if errors.Is(err, transport.ErrNotFound) {
			require.True(t, json.Valid(body) || len(bytes.TrimSpace(body)) == 0)
		}
		return
	}
	row, err := client.singleObject("op", decoded)
	if !fits(err) {
		return
	}
	switch object {
	case objectAPIKey:
		if key, err := client.apiKey("op", row); fits(err) {
			require.NotEmpty(t, key.ID)
		}
	case objectPackage:
		if p, err := client.readPackage("op", row); fits(err) {
			require.NotEmpty(t, p.ID)
			for name, got := range map[string]int64{"memory_gb": p.MemoryGB, "cpu_count": p.CPUCount, "uplink_mbps": p.UplinkMbps, "total": p.Total, "available": p.Available} {
				sameNumber(t, client, object, row, name, got)
			}
		}
	case objectServer:
		if s, err := client.server("op", row); fits(err) {
			require.NotEmpty(t, s.ID)
			sameNumber(t, client, object, row, "memory_gb", s.MemoryGB)
			sameNumber(t, client, object, row, "port_in_mbps", s.PortInMbps)
		}
	}
}

// sameNumber compares a decoded number with its text in the response.
func sameNumber(t *testing.T, client *Client, object string, row map[string]any, name string, got int64) {
	t.Helper()
	text, ok := scalar(valueAt(row, client.profile.Fields[object][name].Path))
	if !ok || text == "" || len(text) > 40 || strings.ContainsFunc(text, unicode.IsLetter) {
		require.True(t, text != "" || got == 0)
		return
	}
	exact, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	require.Zero(t, exact.Cmp(new(big.Rat).SetInt64(got)), "%s was read as %d", text, got)
}
