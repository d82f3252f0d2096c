package transport

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRedactForms(t *testing.T) {
	const secret = `p/ä"s&w <o>+r'd=%~!😀`
	encoded, err := json.Marshal(secret)
	require.NoError(t, err)
	r := NewRedactor(secret)
	for name, form := range map[string]string{
		"plain":           secret,
		"query":           url.QueryEscape(secret),
		"query lower":     strings.ToLower(url.QueryEscape(secret)), // the secret has no upper-case letters
		"path":            url.PathEscape(secret),
		"php urlencode":   strings.ReplaceAll(url.QueryEscape(secret), "~", "%7E"),
		"php rawurlenc":   strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		"base64":          base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64url":       base64.URLEncoding.EncodeToString([]byte(secret)),
		"base64 raw":      base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"json":            string(encoded),
		"json plain":      `p/ä\"s&w <o>+r'd=%~!😀`,
		"php json_encode": `p\/\u00e4\"s&w <o>+r'd=%~!\ud83d\ude00`,
		"go quoted":       fmt.Sprintf("%q", secret),
		"html go":         html.EscapeString(secret),
		"html php":        `p/ä&quot;s&amp;w &lt;o&gt;+r&#039;d=%~!😀`,
		"html php nq":     `p/ä&quot;s&amp;w &lt;o&gt;+r'd=%~!😀`,
	} {
		got := r.Redact("before " + form + " after")
		assert.Regexp(t, `^before "?\*\*\*"? after$`, got, name)
	}
}

func TestRedactor(t *testing.T) {
	assert.Equal(t, "x", (*Redactor)(nil).Redact("x"))
	var zero Redactor
	assert.Equal(t, "x", zero.Redact("x"))

	r := NewRedactor("", "abc", "   \n ", "1", "abcd1234", "1234wxyz", "aaaa", " padded-secret\n")
	assert.Equal(t, "abc 1 \n", r.Redact("abc 1 \n"), "short secrets are not masked")
	assert.Equal(t, "[***]", r.Redact("[abcd1234wxyz]"), "overlapping secrets")
	assert.Equal(t, "[***]", r.Redact("[aaaaaaa]"))
	assert.Equal(t, "***-***", r.Redact("abcd1234-abcd1234"))
	assert.Equal(t, "x=***", r.Redact("x=padded-secret"))
	r.Add("later-secret")
	assert.Equal(t, "***", r.Redact("later-secret"))

	key := "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\nAgEGCCqGSM49AwEHBG0w\n-----END PRIVATE KEY-----\n"
	r = NewRedactor(key)
	assert.Equal(t, "line 2: ***!", r.Redact("line 2: AgEGCCqGSM49AwEHBG0w!"))
	assert.Equal(t, "-----BEGIN PRIVATE KEY-----", r.Redact("-----BEGIN PRIVATE KEY-----"))
	assert.NotContains(t, r.Redact(fmt.Sprintf("%q", key)), "CCqGSM49")
}

func TestRedactorConcurrently(t *testing.T) {
	r := &Redactor{}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			secret := fmt.Sprintf("secret-%d-value", i)
			r.Add(secret)
			assert.Equal(t, "***", r.Redact(secret))
		})
	}
	wg.Wait()
	assert.Equal(t, "***", r.Redact("secret-0-value"))
}

// TestNoSecretInErrorsOrLogs combines all responses that could contain a secret with all ways to print an error or a
// log line.
func TestNoSecretInErrorsOrLogs(t *testing.T) {
	canaries := []string{"canary-config/1", "canary-header-2", "canary-bearer-3", "canary-query-4", "canary-body-5", "canary-mtls"}
	answers := map[string]func(http.ResponseWriter){
		"500 that echoes": func(w http.ResponseWriter) {
			w.WriteHeader(500)
			_, _ = w.Write([]byte("you sent canary-config/1, canary-config%2F1, canary-header-2 and Bearer canary-bearer-3 \x1b[31m\n\nred"))
		},
		"not HTTP": func(w http.ResponseWriter) { hangUp(t, w, "canary-config/1 canary-header-2\r\n\r\n") },
		"redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://x.example/canary-config/1?q=canary-query-4")
			w.WriteHeader(302)
		},
		"secret cut short": func(w http.ResponseWriter) {
			w.WriteHeader(503)
			_, _ = w.Write([]byte(strings.Repeat("x", 2040) + "canary-config/1"))
		},
		"200": func(w http.ResponseWriter) { _, _ = w.Write([]byte("canary-body-5")) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, "canary-header-2", r.Header.Get("Cf-Access"))
				answer(w)
			})
			var j journal
			c, _ := newClient(t, s.URL+"/canary-config%2F1", func(c *Config) {
				c.Secrets = []string{"canary-config/1"}
				c.Headers = map[string]string{"CF-Access": "canary-header-2"}
				c.Logger = j.log
			})
			_, err := c.Do(t.Context(), Request{Method: "POST", Path: "x", Operation: "get canary-config/1", Query: url.Values{"k": {"canary-query-4"}}, Body: []byte("canary-body-5"),
				Header: http.Header{"Authorization": {"Bearer canary-bearer-3"}}, Repeatable: true})
			printed := j.text()
			require.NotEmpty(t, printed)
			if name != "200" {
				require.Error(t, err)
				e := asError(t, err)
				printed += fmt.Sprintf("\n%s\n%v\n%+v\n%#v\n%q\n%s\n%+v", err, err, err, err, err, e.Body, errors.Join(err))
				for cause := error(e); cause != nil; cause = errors.Unwrap(cause) {
					printed += fmt.Sprintf("\n%v %+v %#v", cause, cause, cause)
				}
				assert.NotContains(t, printed, "\x1b")
			}
			for _, canary := range canaries {
				assert.NotContains(t, printed, canary)
				assert.NotContains(t, printed, url.QueryEscape(canary))
			}
			assert.NotContains(t, printed, "canary-conf", "not even a part of one")
		})
	}
}

func TestLogFields(t *testing.T) {
	s := serve(t, ok)
	var j journal
	c, _ := newClient(t, s.URL+"/base", func(c *Config) { c.Logger, c.Secrets = j.log, []string{"hidden"} })
	_, err := c.Do(t.Context(), Request{Method: "PUT", Path: "a%2Fb", Operation: "op", Body: []byte("1234")})
	require.NoError(t, err)
	delete(j.last, "duration_ms")
	assert.Equal(t, map[string]any{"system": "whmcs", "method": "PUT", "path": "/base/a%2Fb", "operation": "op", "attempt": 1, "status": 200, "bytes": 2, "bytes_sent": 4}, j.last)

	c.Log(t.Context(), LevelInfo, "found hidden", map[string]any{"n": 3, "list": []string{"hidden", "x"}, "err": errors.New("hidden")})
	assert.Equal(t, "info found *** map[err:*** list:[*** x] n:3 system:whmcs]", j.lines[len(j.lines)-1])
	assert.Equal(t, "level(9)", Level(9).String())

	c, _ = newClient(t, s.URL, nil)
	c.Log(t.Context(), LevelInfo, "no logger, no trouble", nil)
}

func TestExcerpt(t *testing.T) {
	same := func(s string) string { return s }
	assert.Equal(t, "a b c \uFFFD", excerpt([]byte(" a\r\n\tb\x00c \xff"), same))
	long := excerpt([]byte(strings.Repeat("ä", 5000)), same)
	assert.LessOrEqual(t, len(long), errorBodyBytes+len("…"))
	assert.True(t, strings.HasSuffix(long, "ä…"))
}
