package whmcs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func TestURLSpellings(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"https://billing.example.net":                         "https://billing.example.net",
		"https://billing.example.net/":                        "https://billing.example.net",
		"https://billing.example.net/whmcs//":                 "https://billing.example.net/whmcs",
		"https://billing.example.net/includes/api.php":        "https://billing.example.net",
		"https://billing.example.net/whmcs/includes/api.php/": "https://billing.example.net/whmcs",
		"  https://billing.example.net/includes/api.php\n":    "https://billing.example.net",
	} {
		client, err := New(Config{URL: given})
		require.NoError(t, err, given)
		assert.Equal(t, want, client.http.BaseURL(), given)
	}
	for _, given := range []string{"", "billing.example.net", "ftp://billing.example.net", "https://user:canary@billing.example.net"} {
		_, err := New(Config{URL: given})
		require.Error(t, err, given)
		assert.NotContains(t, err.Error(), "canary")
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	form, r := formOf(t, "/whmcs/", func(c *Client) {
		_, err := CollectionOf[Server](c, KindServer).Create(t.Context(), Values{"name": "n1?>~ÿ", "password": "pässword-canary"}, WriteOptions{Installation: testInstallation})
		require.Error(t, err, "an empty response is not a success")
	})
	assert.Equal(t, http.MethodPost, r.Method)
	assert.Equal(t, "/whmcs/includes/api.php", r.URL.Path)
	assert.Empty(t, r.URL.RawQuery, "nothing travels in the URL")
	assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
	assert.Equal(t, "application/json", r.Header.Get("Accept"))

	encoded := form.Get("terraform_request")
	assert.Equal(t, url.Values{
		"action": {"TerraformWrite"}, "responsetype": {"json"}, "identifier": {testIdentifier}, "secret": {testSecret}, "accesskey": {testAccessKey},
		"terraform_request": {encoded},
	}, form)
	assert.NotContains(t, encoded, "=")
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	require.NoError(t, err)
	var request map[string]any
	require.NoError(t, json.Unmarshal(text, &request))
	assert.Regexp(t, `^[A-Za-z0-9_-]{16,64}$`, request["key"])
	delete(request, "key")
	assert.Equal(t, map[string]any{
		"v": 1.0, "op": "create", "kind": "server", "installation": testInstallation, "values": map[string]any{"name": "n1?>~ÿ", "password": "pässword-canary"},
	}, request)
}

func TestFormWithoutAccessKey(t *testing.T) {
	t.Parallel()
	form, _ := formOf(t, "", func(c *Client) {
		c.accessKey = ""
		_, _ = c.Currencies(t.Context())
	})
	assert.Equal(t, url.Values{"action": {"GetCurrencies"}, "responsetype": {"json"}, "identifier": {testIdentifier}, "secret": {testSecret}}, form)
}

// wordyPages are pages that are returned instead of a response, with the expected text of the error.
var wordyPages = []struct{ name, body, called string }{
	{"login page", `<!DOCTYPE html><html><head><style>/*! Licensed under MIT {a:b} */</style><title>Admin Login</title></head><body><a href="/install/">x</a></body></html>`, `an HTML page titled "Admin Login"`},
	{"licence page", "<html><head><TITLE>License Invalid</TITLE></head><body>Your license key is invalid</body></html>", `WHMCS's licence page titled "License Invalid"`},
	{"maintenance page", "<html><body>Down for Maintenance (Err 3)</body></html>", "a maintenance page"},
	{"upgrade page", "<html><body>Upgrade required: run the installer</body></html>", "installation or upgrade page"},
	{"Latin-1 page", "<html>" + strings.Repeat("\xe9", 100) + "<title>Fermé</title>", `an HTML page titled "Fermé"`},
	{"letters that grow in lower case", strings.Repeat("Ⱥ", 100) + "<TITLE>", "a response that is not JSON"},
	{"empty body", " \r\n", "an empty response"},
	{"plain text", "OK", "a response that is not JSON"},
	{"JSON list", `[{"result":"success"}]`, "a response that is not JSON"},
	{"JSON without a result", `{"data":{"result":"success"}}`, "a response that is not JSON"},
	{"truncated answer", `{"result":"success","payload":"e30`, "a response that is not JSON"},
	{"truncated answer with a whole object inside", `{"result":"error","last":{"result":"success"}`, "a response that is not JSON"},
	{"truncated answer with a list inside", `{"servers":[{"id":1}, {"result":"success"}]`, "a response that is not JSON"},
	{"page with many braces", "<html><title>Shop</title><script>" + strings.Repeat("function(){ ", 200_000), `an HTML page titled "Shop"`},
}

func TestClassifyPages(t *testing.T) {
	t.Parallel()
	for _, c := range wordyPages {
		for _, status := range []int{200, 403, 404} {
			t.Run(fmt.Sprint(c.name, " ", status), func(t *testing.T) {
				t.Parallel()
				_, err := clientOf(t, status, c.body).Info(t.Context())
				failure := asError(t, err)
				assert.Equal(t, CodeNotAPI, failure.Code)
				assert.Equal(t, status, failure.Status)
				assert.Contains(t, err.Error(), c.called)
				assert.Contains(t, err.Error(), fmt.Sprintf("HTTP %d", status))
				require.NotErrorIs(t, err, transport.ErrNotFound, "a page is never gone")
				assert.True(t, IsUnreachable(err))
			})
		}
	}
}

func TestClassifyErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		status      int
		body        string
		code        Code
		message     string
		unreachable bool
	}{
		{"business error", 200, `{"result":"error","message":"Product ID Not Found"}`, CodeRefused, "Product ID Not Found", false},
		{"forbidden address", 403, `{"result":"error","message":"Invalid IP 192.0.2.4"}`, CodeIP, "API IP Access Restriction", true},
		{"no credentials", 403, `{"result":"error","message":"Invalid or missing credentials"}`, CodeCredentials, "Manage API Credentials", true},
		{"wrong credentials", 403, `{"result":"error","message":"Authentication Failed"}`, CodeCredentials, "Manage API Credentials", true},
		{"no permission", 403, `{"result":"error","message":"Invalid Permissions: API action \"terraformread\" is not allowed"}`, CodePermission, "API Roles", true},
		{"the words decide, not the status", 200, `{"result":"error","message":"Authentication Failed"}`, CodeCredentials, "", true},
		{"forbidden in unknown words", 403, `{"result":"error","message":"Nope"}`, CodePermission, "Nope", true},
		{"unauthorized in unknown words", 401, `{"result":"error","message":"Nope"}`, CodePermission, "Nope", true},
		{"no action", 400, `{"result":"error","message":"Empty action request"}`, CodeRefused, "Empty action request", false},
		{"no companion", 200, `{"result":"error","message":"API Function Not Found"}`, CodeNoCompanion, "Install the companion", true},
		{"no companion, not found", 404, `{"result":"error","message":"API Function Not Found"}`, CodeNoCompanion, "Install the companion", true},
		{"object not found in WHMCS's words", 404, `{"result":"error","message":"Not Found"}`, CodeRefused, "Not Found", false},
		{"notice before the error", 200, "PHP Notice:  Undefined index {foo} in a.php on line 3\n" + `{"result":"error","message":"Invalid IP 192.0.2.4"}`, CodeIP, "", true},
		{"notice quoting a success", 200, `Notice: got {"result":"success","payload":"e30="} in a.php` + "\n" + `{"result":"error","message":"Product ID Not Found"}`, CodeRefused, "Product ID", false},
		{"success with a failing status", 404, `{"result":"success","payload":"e30="}`, CodeRefused, `HTTP 404 with the result "success"`, false},
		{"success in another spelling", 200, `{"result":"error","RESULT":"success","Result":"success"}`, CodeRefused, `the result "error" and no message`, false},
		{"no known result", 200, `{"result":["success"]}`, CodeRefused, `the result "" and no message`, false},
		{"message that is no text", 200, `{"result":"error","message":{"a":1}}`, CodeRefused, "no message", false},
		{"unknown code", 200, `{"result":"error","message":"from the future","code":"too_shiny"}`, "too_shiny", "from the future", false},
		{"numeric code", 200, `{"result":"error","message":"odd","code":404}`, "404", "odd", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := clientOf(t, c.status, c.body).Info(t.Context())
			failure := asError(t, err)
			assert.Equal(t, c.code, failure.Code)
			assert.Equal(t, c.code, CodeOf(fmt.Errorf("wrapped: %w", err)))
			assert.Equal(t, c.status, failure.Status)
			assert.Contains(t, err.Error(), "(request: TerraformRead info)")
			assert.Contains(t, err.Error(), c.message)
			assert.Equal(t, c.unreachable, IsUnreachable(err))
			assert.NotErrorIs(t, err, transport.ErrNotFound)
		})
	}
}

func TestSuccessBehindNotices(t *testing.T) {
	t.Parallel()
	success := companionAnswer(t, "", "", map[string]any{"installation": testInstallation, "protocol": 1})
	for name, body := range map[string]string{
		"nothing":           success,
		"byte order mark":   "\ufeff" + success,
		"blank lines":       "\r\n\r\n" + success + "\n",
		"notice":            "<br />\n<b>Notice</b>:  Undefined index: foo in <b>/a.php</b> on line <b>3</b><br />\n" + success,
		"braces":            "Warning: {closure}() expects { or } in a.php\n" + success,
		"whole object":      "Notice: Array to string: {\"a\":{\"b\":1}} in a.php on line 1\n" + success,
		"object of a hook":  `{"result":"error","message":"from a hook"}` + "\n" + success,
		"var_dump":          strings.Repeat("array(1) {\n  [\"a\"]=>\n  array(0) {\n  }\n}\n", 20) + success,
		"notice at the end": success + "\nWarning: Unknown: {write} failed",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			info, err := clientOf(t, 200, body).Info(t.Context())
			require.NoError(t, err)
			assert.Equal(t, testInstallation, info.Installation)
		})
	}
}

func TestTransportFailuresAreUnreachable(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"maintenance":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"too many requests": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"hanging up":        func(w http.ResponseWriter, _ *http.Request) { clienttest.HangUp(w) },
		"moved to elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.example.net/", http.StatusFound)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newTestClient(t, clienttest.Serve(t, handler).URL).Info(t.Context())
			require.Error(t, err)
			assert.True(t, transport.IsTransport(err))
			assert.True(t, IsUnreachable(err))
			assert.Empty(t, CodeOf(err))
		})
	}
	t.Run("nothing there", func(t *testing.T) {
		t.Parallel()
		server := clienttest.Serve(t, nil)
		server.Close()
		_, err := newTestClient(t, server.URL).Info(t.Context())
		assert.True(t, IsUnreachable(err))
	})
}

func TestIsUnreachable(t *testing.T) {
	t.Parallel()
	want := map[Code]bool{
		CodeInvalid: false, CodeNotFound: false, CodeConflict: false, CodeInUse: false, CodeExists: false, CodeUnsupported: false, CodeReadOnly: false, CodeRefused: false, "later": false,
		CodeInternal: true, CodeUnavailable: true, CodeCredentials: true, CodeIP: true, CodePermission: true, CodeNoCompanion: true, CodeNotAPI: true, CodeProtocol: true,
	}
	for code, unreachable := range want {
		err := fmt.Errorf("wrapped: %w", &Error{Code: code})
		assert.Equal(t, unreachable, IsUnreachable(err), code)
		assert.Equal(t, code == CodeNotFound, errors.Is(err, transport.ErrNotFound), code)
		assert.Equal(t, code == CodeNotAPI || code == CodeProtocol, MayHaveBeenProcessed(err), code)
	}
	assert.True(t, IsUnreachable(fmt.Errorf("wrapped: %w", context.DeadlineExceeded)))
	assert.False(t, IsUnreachable(errors.New("anything else")))
	assert.False(t, IsUnreachable(nil))
}

// TestSecretsStayOut uses servers that quote the whole request.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	const password = `pass"word\canary/5`
	quoted := func(text string) string {
		raw, err := json.Marshal(text)
		require.NoError(t, err)
		return string(raw)
	}
	dump := func(r *http.Request) string {
		return strings.Join([]string{testIdentifier, testSecret, testAccessKey, password, url.QueryEscape(testSecret), base64.StdEncoding.EncodeToString([]byte(testSecret)), r.PostFormValue("terraform_request"), r.PostForm.Encode()}, " ")
	}
	for name, handler := range map[string]http.HandlerFunc{
		"message": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"result":"error","message":`+quoted("refused "+dump(r))+`}`)
		},
		"result": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"result":`+quoted(testSecret)+`}`)
		},
		"message that is an object": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"result":"error","message":{"p":`+quoted(password)+`}}`)
		},
		"title of a page": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "<html><title>Hello "+testIdentifier+" "+password+"</title>"+dump(r))
		},
		"page of a crash": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, r.PostFormValue("terraform_request"))
		},
		"crash with everything": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, dump(r))
		},
		"details": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, companionAnswer(t, "invalid", "see details", map[string]any{
				"errors": []FieldError{{Field: "password", Message: "must not be " + password}}, "reason": testSecret, "reference": testAccessKey,
				"fields": []map[string]any{{"field": "password", "expected": password, "actual": testSecret}}, "key": map[string]string{"name": password},
			}))
		},
		"details that do not fit": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, companionAnswer(t, "invalid", "see details", `{"errors":"`+testIdentifier+`","reason":`+quoted(password)+`}`))
		},
		"hook, and a row that does not fit": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, companionAnswer(t, "", "", map[string]any{"id": "1", "installation": testInstallation, "hook_errors": []string{"quoted " + testSecret + password}, "row": map[string]any{"name": []string{password}}}))
		},
		"connection test": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, companionAnswer(t, "", "", map[string]any{"success": false, "error": "login with " + password + " failed", "id": "1"}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, clienttest.Serve(t, handler).URL)
			client.AddSecrets(password)
			values := Values{"name": "n1", "password": password}
			written, writeErr := CollectionOf[Server](client, KindServer).Create(t.Context(), values, WriteOptions{})
			test, testErr := client.TestConnection(t.Context(), "", values)
			_, officialErr := client.Currencies(t.Context())
			_, summariesErr := client.ServerSummaries(t.Context())
			require.Error(t, officialErr)
			for _, err := range []error{writeErr, testErr, officialErr, summariesErr} {
				if err == nil {
					continue
				}
				text := fmt.Sprintf("%v\n%+v\n%#v", err, err, err)
				var failure *Error
				if errors.As(err, &failure) {
					text += fmt.Sprintf("\n%+v", failure.Details)
					for _, field := range failure.Details.Fields {
						text += string(field.Expected) + string(field.Actual)
					}
				}
				assertNoCanary(t, text)
			}
			if written != nil {
				assertNoCanary(t, fmt.Sprintf("%+v %v", written, written.RowError))
			}
			if test != nil {
				assertNoCanary(t, test.Message)
			}
		})
	}
}

// assertNoCanary searches for the canaries in the text and inside all base64.
func assertNoCanary(t *testing.T, text string) {
	t.Helper()
	assert.NotContains(t, text, "canary")
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '+' || r == '/')
	}) {
		for cut := range min(4, len(word)) {
			part := word[cut:]
			part = part[:len(part)/4*4]
			for _, encoding := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
				if decoded, err := encoding.DecodeString(part); err == nil {
					assert.NotContains(t, string(decoded), "canary")
				}
			}
		}
	}
}

// TestDetails_redact: secrets in any text of an error's details are masked.
func TestDetails_redact(t *testing.T) {
	t.Parallel()
	const said = "as " + testIdentifier + " says"
	echo := map[string]any{
		"installation": said, "kind": said, "id": said, "reason": said, "reference": said, "key": map[string]string{"name": said},
		"errors":     []map[string]string{{"field": said, "message": said}},
		"fields":     []map[string]string{{"field": said, "expected": said, "actual": said}},
		"references": []map[string]any{{"kind": said, "count": 2}},
	}
	_, err := clientOf(t, 200, companionAnswer(t, "conflict", said, echo)).Discover(t.Context(), "a")
	failure := asError(t, err)
	details, err := json.Marshal(failure.Details)
	require.NoError(t, err)
	assert.NotContains(t, string(details), testIdentifier)
	assert.Equal(t, 12, strings.Count(string(details), "says"), "%s", details)
}
