package dcim

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// signed signs a request with an authentication, at 2026-01-01 00:00:00 UTC, with the key kkkkkkkk and the secret
// ssssssss.
func signed(t *testing.T, authentication, method, encoding string, parameters map[string]any) (*http.Request, string) {
	t.Helper()
	p, err := parseProfile([]byte(edited(t, `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`,
		`"authentication": `+authentication)))
	require.NoError(t, err)
	s := &signer{config: p.Authentication, key: "kkkkkkkk", secret: "ssssssss", now: func() time.Time { return time.Unix(1767225600, 0) }}
	sent, err := encode(method, encoding, parameters)
	require.NoError(t, err)
	r := httptest.NewRequest(method, "https://dcim.example.net/api/v1/packages", nil)
	r.URL.RawQuery, r.Body = sent.query.Encode(), http.NoBody
	if sent.body != nil {
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(sent.body))), nil }
		r.Body, _ = r.GetBody()
	}
	require.NoError(t, s.sign(r, toSign{encoding: encoding, parameters: parameters, session: &session{tokens: []string{"{token}", "tttttttt"}}}))
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r, string(body)
}

// TestSignatures compares with values of PHP 8.2 and openssl. The comment of each row is the PHP that computes it.
func TestSignatures(t *testing.T) {
	t.Parallel()
	label := map[string]any{"label": "a b~é/&", "page": int64(2), "empty": ""}
	for name, c := range map[string]struct{ signature, want string }{
		// md5('app_key=kkkkkkkk&empty=&label=a b~é/&&page=2&time=20260101080000' . 'ssssssss')
		"sorted, unencoded": {`{"algorithm": "md5", "template": "{parameters}{secret}"}`, "9912e6c6a43568f1df25c578a2f599ad"},
		// strtoupper(md5(...))
		"upper-case hex": {`{"algorithm": "md5", "encoding": "hex_upper", "template": "{parameters}{secret}"}`, "9912E6C6A43568F1DF25C578A2F599AD"},
		// hash('sha256', http_build_query($sorted) . 'ssssssss')
		"as http_build_query": {`{"algorithm": "sha256", "template": "{parameters}{secret}", "parameters": {"encoding": "urlencode"}}`, "84fc6597b7fb67b0916eab17628098f1dec6ab06e1d6c3b8e2bd851b22a37346"},
		// hash_hmac('md5', rawurlencode'd pairs without empty ones, 'ssssssss')
		"rawurlencode": {`{"algorithm": "hmac-md5", "template": "{parameters}", "parameters": {"encoding": "rawurlencode", "skip_empty": true}}`, "9b0dee0c81a4b1a545dd20707a4cbdd0"},
		// strtoupper(md5('ssssssss' . 'app_keykkkkkkkkempty...' . 'ssssssss'))
		"joined without signs": {`{"algorithm": "md5", "encoding": "hex_upper", "template": "{secret}{parameters}{secret}", "parameters": {"pair": "{name}{value}", "separator": ""}}`, "180B236D559A4BB93169EDA23A50A6E9"},
		// hash_hmac('sha512', ..., 'ssssssss')
		"hmac-sha512": {`{"algorithm": "hmac-sha512", "template": "{parameters}"}`, "8b0390df46806618bf109bdb7610f675913ec3e85417206332db7bd6443a19de85f5339cb77c49914ddd0b70c404f4aa32b301ad61edaaa6838b0b103342e745"},
		// sha1(...)
		"sha1": {`{"algorithm": "sha1", "template": "{parameters}{secret}"}`, "61900cf249314cc9ea180bda6b0283ea70590f78"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authentication := `{"parameters": {"app_key": "{key}", "time": "{time}", "sign": "{signature}"}, "time_format": "YYYYMMDDhhmmss", "time_offset": "+08:00", "signature": ` + c.signature + `}`
			r, _ := signed(t, authentication, http.MethodGet, "query", label)
			query := r.URL.Query()
			assert.Equal(t, c.want, query.Get("sign"))
			assert.Equal(t, "20260101080000", query.Get("time"))
			assert.Contains(t, r.URL.RawQuery, "label=a+b%7E%C3%A9%2F%26", "as PHP encodes it")
			r, body := signed(t, authentication, http.MethodPost, "form", label)
			form, err := url.ParseQuery(body)
			require.NoError(t, err)
			assert.Equal(t, query, form)
			assert.EqualValues(t, len(body), r.ContentLength)
			_, body = signed(t, authentication, http.MethodPost, "json", label)
			var object map[string]any
			require.NoError(t, json.Unmarshal([]byte(body), &object))
			assert.Equal(t, c.want, object["sign"])
			assert.InEpsilon(t, 2, object["page"], 0)
		})
	}
}

// TestSignatureOfJSON: a nested value of a JSON body is signed as JSON, and the signature itself is not signed.
func TestSignatureOfJSON(t *testing.T) {
	t.Parallel()
	authentication := `{"parameters": {"k": "{key}", "sign": "{signature}"}, "signature": {"algorithm": "%s", "template": "%s"}}`
	parameters := map[string]any{"ids": []any{json.Number("7"), json.Number("8")}, "none": nil, "on": true}
	how := signature{Algorithm: "md5", Template: "x"}
	how.Parameters.Pair, how.Parameters.Separator = "{name}={value}", new("&")
	assert.Equal(t, "ids=[7,8]&k=kkkkkkkk&none=&on=true", how.join(flattenFor("json", map[string]any{
		"ids": parameters["ids"], "none": nil, "on": true, "k": "kkkkkkkk",
	})))
	_, body := signed(t, fmt.Sprintf(authentication, "md5", "{parameters}"), http.MethodPost, "json", parameters)
	// printf 'ids=[7,8]&k=kkkkkkkk&none=&on=true' | md5sum
	assert.Contains(t, body, `"sign":"e5a20ebfb0233dae690612c94b3f69f4"`)
	_, body = signed(t, fmt.Sprintf(authentication, "md5", "{body}"), http.MethodPost, "json", parameters)
	// printf '{"ids":[7,8],"k":"kkkkkkkk","none":null,"on":true}' | md5sum
	assert.Contains(t, body, `"sign":"18cdfe7fef030fc798754495c7e67c4f"`)
}

// TestSignatureOfTheSecret: the secret is a signed parameter that is not sent.
func TestSignatureOfTheSecret(t *testing.T) {
	t.Parallel()
	_, body := signed(t, `{"parameters": {"k": "{key}", "sign": "{signature}"}, "signature": {"algorithm": "md5", "template": "{parameters}", "parameters": {"extra": {"secret": "{secret}"}}}}`,
		http.MethodPost, "json", map[string]any{"ids": []any{json.Number("7"), json.Number("8")}, "label": "a<b"})
	// printf 'ids=[7,8]&k=kkkkkkkk&label=a<b&secret=ssssssss' | md5sum
	want := `{"ids":[7,8],"k":"kkkkkkkk","label":"a<b","sign":"04e92367f55cdc30d8c8e422ce7f585f"}`
	assert.Equal(t, []byte(want), []byte(body), "byte for byte, because a server may sign what it received")
}

func TestTimeFormats(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		`"time_format": "unix"`:                                    "1767225600",
		`"time_format": "unix_ms"`:                                 "1767225600000",
		`"time_format": "rfc3339"`:                                 "2026-01-01T00:00:00Z",
		`"time_format": "rfc3339", "time_offset": "+05:30"`:        "2026-01-01T05:30:00+05:30",
		`"time_format": "http"`:                                    "Thu, 01 Jan 2026 00:00:00 GMT",
		`"time_format": "YYYYMMDDhhmmss", "time_offset": "-01:00"`: "20251231230000",
		`"time_format": "YYYY-MM-DD hh:mm:ss"`:                     "2026-01-01 00:00:00",
		`"time_format": "YYYYMMDDThhmmssZ"`:                        "20260101T000000Z",
		`"time_format": "http", "time_offset": "+08:00"`:           "Thu, 01 Jan 2026 00:00:00 GMT",
		`"time_format": "YYYY/MM/DD", "time_offset": "+08:00"`:     "2026/01/01",
	} {
		r, _ := signed(t, `{"headers": {"X-Time": "{time}"}, `+format+`}`, http.MethodGet, "query", nil)
		assert.Equal(t, want, r.Header.Get("X-Time"), format)
	}
}

// TestCredentialsInTheBody: the credentials are parameters like the others, in each encoding.
func TestCredentialsInTheBody(t *testing.T) {
	t.Parallel()
	authentication := `{"parameters": {"user": "{key}", "pass": "{secret}"}}`
	_, body := signed(t, authentication, http.MethodPost, "form", map[string]any{"label": "a~b"})
	assert.Equal(t, "label=a%7Eb&pass=ssssssss&user=kkkkkkkk", body)
	r, body := signed(t, authentication, http.MethodPost, "json", map[string]any{"label": "a"})
	assert.JSONEq(t, `{"label":"a","pass":"ssssssss","user":"kkkkkkkk"}`, body)
	assert.EqualValues(t, len(body), r.ContentLength)
	r, body = signed(t, authentication, http.MethodDelete, "json", nil)
	assert.JSONEq(t, `{"pass":"ssssssss","user":"kkkkkkkk"}`, body)
	assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
	r, body = signed(t, authentication, http.MethodGet, "query", map[string]any{"page": int64(1)})
	assert.Equal(t, "page=1&pass=ssssssss&user=kkkkkkkk", r.URL.RawQuery)
	assert.Empty(t, body)
}

// TestCredentialsInAnObject: dotted names lead into objects, also for the signature.
func TestCredentialsInAnObject(t *testing.T) {
	t.Parallel()
	authentication := `{"parameters": {"auth.user": "{key}", "auth.sign": "{signature}"}, "signature": {"algorithm": "md5", "template": "{body}"}}`
	_, body := signed(t, authentication, http.MethodPost, "json", map[string]any{"auth": map[string]any{"v": "1"}})
	sum := md5.Sum([]byte(`{"auth":{"user":"kkkkkkkk","v":"1"}}`))
	assert.JSONEq(t, `{"auth":{"user":"kkkkkkkk","v":"1","sign":"`+hex.EncodeToString(sum[:])+`"}}`, body)
}

// portal is a DCIM with a login.
type portal struct {
	mu      sync.Mutex
	logins  int
	token   string // the one that is valid
	expires string // JSON of the member expires
	answers atomic.Int64
}

func (p *portal) serve(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if r.URL.Path == "/api/v1/login" {
			body, _ := io.ReadAll(r.Body)
			if string(body) != `{"password":"secret/canary\"2\"","user":"key-canary-1"}` {
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, `{"message":"Wrong password: `+testKey+`"}`)
				return
			}
			p.logins++
			p.token = fmt.Sprintf("token-canary-%d", p.logins)
			_, _ = io.WriteString(w, `{"data":{"token":"`+p.token+`","expires":`+p.expires+`}}`)
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+p.token {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"message":"The token is not valid."}`)
			return
		}
		p.answers.Add(1)
		_, _ = io.WriteString(w, noPackages)
	}
}

const withLogin = `"authentication": {"headers": {"Authorization": "Bearer {token}"}, "login": {"path": "/login", "parameters": {"user": "{key}", "password": "{secret}"}, "tokens": {"token": "data.token"}, "expires_path": "data.expires"}}`

func newPortal(t *testing.T, expires string) (*portal, *Client, *time.Time) {
	t.Helper()
	p := &portal{expires: expires}
	client := withProfile(t, p.serve(t), `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`, withLogin)
	now := time.Unix(1767225600, 0)
	client.signer.now = func() time.Time { return now }
	return p, client, &now
}

func TestLogin(t *testing.T) {
	t.Parallel()
	for expires, after := range map[string]time.Duration{
		`3600`: time.Hour - expiryMargin, `"3600"`: time.Hour - expiryMargin, `20`: 18 * time.Second,
		`1767229200`: time.Hour - expiryMargin, `1767229200000`: time.Hour - expiryMargin, `"2026-01-01T01:00:00Z"`: time.Hour - expiryMargin,
	} {
		t.Run(expires, func(t *testing.T) {
			t.Parallel()
			p, client, now := newPortal(t, expires)
			list := func() {
				t.Helper()
				_, err := client.ListPackages(t.Context())
				require.NoError(t, err)
			}
			list()
			list()
			assert.Equal(t, 1, p.logins, "one token serves both")
			*now = now.Add(after - time.Second)
			list()
			assert.Equal(t, 1, p.logins)
			*now = now.Add(time.Second)
			list()
			assert.Equal(t, 2, p.logins, "the token expires")
			p.token = "withdrawn"
			list()
			assert.Equal(t, 3, p.logins, "the DCIM refused the token")
			assert.Equal(t, transport.Mask, client.Redact("token-canary-3"))
		})
	}
}

// TestLogin_concurrent: concurrent requests share one login.
func TestLogin_concurrent(t *testing.T) {
	t.Parallel()
	p, client, _ := newPortal(t, `3600`)
	var all sync.WaitGroup
	for _, kind := range []string{"api_keys.list", "packages.list", "servers.list", "api_keys.list", "packages.list"} {
		all.Go(func() {
			_, err := client.call(t.Context(), request{operation: kind})
			assert.NoError(t, err)
		})
	}
	all.Wait()
	assert.Equal(t, 1, p.logins)
	assert.EqualValues(t, 5, p.answers.Load())
}

// TestLogin_failures: the error of a login names its line of the profile and no secret.
func TestLogin_failures(t *testing.T) {
	t.Parallel()
	const original = `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`
	for name, c := range map[string]struct{ from, to, says string }{
		"wrong secret": {`"password": "{secret}"`, `"password": "x"`, "authentication.login: Wrong password: *** (HTTP 401). Check the DCIM key and secret"},
		"path":         {`"/login"`, `"/signin"`, "Check the DCIM key"},
		"token path":   {`"data.token"`, `"data.jwt"`, `there is no token at "data.jwt" (authentication.login.tokens.token)`},
		"expires path": {`"data.expires"`, `"data.until"`, `the value at "data.until" is neither a number of seconds nor a time (authentication.login.expires_path)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &portal{expires: `60`}
			require.Contains(t, withLogin, c.from)
			client := withProfile(t, p.serve(t), original, strings.Replace(withLogin, c.from, c.to, 1))
			_, err := client.ListPackages(t.Context())
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), "canary")
		})
	}
	client := withProfile(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, original, withLogin)
	_, err := client.ListPackages(t.Context())
	require.ErrorContains(t, err, "check base_path and authentication.login.path")
}

// TestLogin_refusedForGood: a request is sent at most twice, even if the DCIM refuses the new token too.
func TestLogin_refusedForGood(t *testing.T) {
	t.Parallel()
	requests := 0
	client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if strings.HasSuffix(r.URL.Path, "/login") {
			_, _ = io.WriteString(w, `{"data":{"token":"token-canary","expires":60}}`)
			return
		}
		sends(http.StatusUnauthorized, `{"message":"No."}`)(w)
	}, `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`, withLogin)
	err := client.DeletePackage(t.Context(), "7")
	require.ErrorContains(t, err, "No. (HTTP 401)")
	assert.Equal(t, 4, requests)
}

// TestLogin_basic: the login carries the headers and basic that hold no token.
func TestLogin_basic(t *testing.T) {
	t.Parallel()
	client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		assert.Equal(t, testKey+" "+testSecret, user+" "+password)
		assert.Equal(t, "1", r.Header.Get("X-Version"))
		if strings.HasSuffix(r.URL.Path, "/user/") {
			assert.Empty(t, r.Header.Values("token"))
			sends(http.StatusOK, `{"data":{"token":"token-canary","expires":"2099-01-02 03:04:05"}}`)(w)
			return
		}
		assert.Equal(t, "token-canary", r.Header.Get("token"))
		sends(http.StatusOK, noPackages)(w)
	}, `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`,
		`"authentication": {"headers": {"token": "{token}", "X-Version": "1"}, "basic": "{key}:{secret}", "time_offset": "+02:00",
			"login": {"path": "/user/", "tokens": {"token": "data.token"}, "expires_path": "data.expires"}}`)
	_, err := client.ListPackages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, time.Date(2099, 1, 2, 1, 3, 35, 0, time.UTC), client.sessions.current.expires.UTC())
}

// TestLogin_cookie: a session may be a cookie alone.
func TestLogin_cookie(t *testing.T) {
	t.Parallel()
	const original = `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`
	const login = `"authentication": {"login": {"path": "/login", "parameters": {"user": "{key}", "password": "{secret}"}}}`
	client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/login") {
			http.SetCookie(w, &http.Cookie{Name: "SID", Value: "cookie-canary"})
			http.SetCookie(w, &http.Cookie{Name: "old", Value: "x", MaxAge: -1})
			sends(http.StatusOK, `{}`)(w)
			return
		}
		assert.Equal(t, "SID=cookie-canary", r.Header.Get("Cookie"))
		sends(http.StatusOK, noPackages)(w)
	}, original, login)
	_, err := client.ListPackages(t.Context())
	require.NoError(t, err)
	assert.Equal(t, transport.Mask, client.Redact("cookie-canary"))
	client = withProfile(t, func(w http.ResponseWriter, _ *http.Request) { sends(http.StatusOK, `{"token":"x"}`)(w) }, original, login)
	_, err = client.ListPackages(t.Context())
	require.ErrorContains(t, err, "the response sets no cookie, so it must hold a token: say where (authentication.login.tokens)")
}
