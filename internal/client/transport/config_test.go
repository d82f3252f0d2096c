package transport

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewRefuses(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue(t, nil)
	_, otherKey := ca.issue(t, nil)
	for want, edit := range map[string]func(*Config){
		"System is empty":                                func(c *Config) { c.System = "" },
		"url: has no scheme":                             func(c *Config) { c.BaseURL = "panel.example" },
		"request_timeout: must not be":                   func(c *Config) { c.RequestTimeout = -1 },
		"max_retries: must be 0 or more, is -1":          func(c *Config) { c.MaxRetries = ptr(-1) },
		"max_requests_per_second: must":                  func(c *Config) { c.MaxRequestsPerSecond = math.NaN() },
		"max_concurrent_requests: must":                  func(c *Config) { c.MaxConcurrentRequests = -2 },
		"user agent: contains":                           func(c *Config) { c.UserAgent = "a\r\nb" },
		`headers: "a b" is not`:                          func(c *Config) { c.Headers = map[string]string{"a b": "x"} },
		"headers: Authorization is set by":               func(c *Config) { c.Headers = map[string]string{"authorization": "tell-tale"} },
		"headers: Host is set by":                        func(c *Config) { c.Headers = map[string]string{"HOST": "tell-tale"} },
		"headers: X-A is given twice":                    func(c *Config) { c.Headers = map[string]string{"x-a": "1", "X-A": "2"} },
		"headers: the value of X-A":                      func(c *Config) { c.Headers = map[string]string{"X-A": "tell-tale\n"} },
		"ca_cert_pem: holds no PEM":                      func(c *Config) { c.CACertPEM = "tell-tale" },
		`ca_cert_pem: contains a block of type "PRIVATE`: func(c *Config) { c.CACertPEM = key },
		"ca_cert_pem: certificate 1 cannot be read":      func(c *Config) { c.CACertPEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
		"client_key_pem: missing":                        func(c *Config) { c.ClientCertPEM = cert },
		"client_cert_pem: missing":                       func(c *Config) { c.ClientKeyPEM = key },
		"not a certificate and its key":                  func(c *Config) { c.ClientCertPEM, c.ClientKeyPEM = cert, otherKey },
	} {
		cfg := Config{System: "dcim", BaseURL: "https://panel.example"}
		edit(&cfg)
		_, err := New(cfg)
		if assert.ErrorContains(t, err, want) {
			assert.NotContains(t, err.Error(), "tell-tale")
		}
	}
}

func TestNewDefaults(t *testing.T) {
	c, err := New(Config{System: "dcim", BaseURL: "HTTPS://Panel.Example:443/x/"})
	require.NoError(t, err)
	assert.Equal(t, "dcim", c.System())
	assert.Equal(t, "https://panel.example/x", c.BaseURL())
	assert.Equal(t, "panel.example", c.Host())
	assert.Equal(t, 60*time.Second, c.cfg.RequestTimeout)
	assert.Equal(t, 4, c.maxRetries)
	assert.Equal(t, 16, cap(c.slots))
	assert.Nil(t, c.limiter)
	assert.EqualValues(t, 0x0303, c.pooled.TLSClientConfig.MinVersion)
	assert.NotNil(t, c.Redactor())

	c, err = New(Config{System: "dcim", BaseURL: "http://h", MaxRetries: ptr(0)})
	require.NoError(t, err)
	assert.Zero(t, c.maxRetries)
}

func TestHeaders(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "agent/1", r.UserAgent())
		assert.Equal(t, "a", r.Header.Get("X-Config"))
		assert.Equal(t, []string{"request"}, r.Header["X-Both"])
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
		assert.Equal(t, "a=1+2&b=3", r.URL.RawQuery)
		assert.Equal(t, "/base/x", r.URL.Path)
	})
	c, _ := newClient(t, s.URL+"/base/", func(c *Config) {
		c.UserAgent, c.Headers = "agent/1", map[string]string{"x-config": "a", "X-Both": "config"}
	})
	_, err := c.Do(t.Context(), Request{Method: "POST", Path: "/x", Query: url.Values{"b": {"3"}, "a": {"1 2"}}, Header: http.Header{"x-both": {"request"}}, ContentType: "application/json", Body: []byte("{}")})
	require.NoError(t, err)
}

func TestInvalidRequests(t *testing.T) {
	c, _ := newClient(t, "http://127.0.0.1:1", nil)
	for want, r := range map[string]Request{
		"method is not valid":  {Method: "GE T"},
		"header name":          {Header: http.Header{"a b": {"x"}}},
		"header X-A contains":  {Header: http.Header{"X-A": {"tell-tale\r\nX-B: 1"}}},
		"the path has a . or ": {Path: "a/../b"},
	} {
		_, err := c.Do(t.Context(), r)
		e := asError(t, err)
		assert.Equal(t, KindRequest, e.Kind)
		assert.Equal(t, NotSent, e.Sent)
		assert.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "tell-tale")
	}
}

func TestPaths(t *testing.T) {
	c, _ := newClient(t, "https://h.example/base%20x", nil)
	for path, want := range map[string]string{
		"":             "/base%20x",
		"/":            "/base%20x",
		"api.php":      "/base%20x/api.php",
		"/api.php":     "/base%20x/api.php",
		"v1/a%2Fb":     "/base%20x/v1/a%2Fb",
		"v1/":          "/base%20x/v1/",
		"v1/..a":       "/base%20x/v1/..a",
		"v1/ä":         "/base%20x/v1/%C3%A4",
		"v1/a:b@c;d,e": "/base%20x/v1/a:b@c;d,e",
	} {
		u, err := c.target(Request{Path: path})
		require.NoError(t, err, path)
		assert.Equal(t, "https://h.example"+want, u.String())
		assert.Equal(t, want, u.EscapedPath())
	}
	for _, path := range []string{"..", "../x", "a/../x", "a/..", "a/%2e%2E/x", "a/.%2e", "./a", "..%2f..%2fetc", "%2e%2e%5cx", "//other.example/x", "a//b", "a?b=1", "a#b", "a%zz", `a\..\b`, "a\nb", "a%0ab"} {
		_, err := c.target(Request{Path: path})
		assert.Error(t, err, path)
	}
}

func TestNormalizeBaseURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://panel.example":                  "https://panel.example",
		" https://panel.example/ ":               "https://panel.example",
		"HTTPS://Panel.EXAMPLE:443/Billing///":   "https://panel.example/Billing",
		"http://panel.example:80":                "http://panel.example",
		"http://panel.example:443":               "http://panel.example:443",
		"http://panel.example:08080":             "http://panel.example:8080",
		"https://[::1]:8443/x":                   "https://[::1]:8443/x",
		"https://[0:0:0:0:0:0:0:1]/":             "https://[::1]",
		"https://127.0.0.1:8443":                 "https://127.0.0.1:8443",
		"https://panel.example/a%20b/c%2Fd":      "https://panel.example/a%20b/c%2Fd",
		"https://panel.example/ä":                "https://panel.example/%C3%A4",
		"https://xn--pnel-loa.example/~billing/": "https://xn--pnel-loa.example/~billing",
	} {
		got, err := NormalizeBaseURL(raw)
		require.NoError(t, err, raw)
		assert.Equal(t, want, got)
		again, err := NormalizeBaseURL(got)
		require.NoError(t, err)
		assert.Equal(t, got, again)
	}
	for raw, want := range map[string]string{
		"":                                        "is empty",
		"panel.example":                           "has no scheme",
		"panel.example:8080/x":                    "has no scheme",
		"//panel.example":                         "has no scheme",
		"ftp://panel.example":                     "must begin with https://",
		"https://":                                "has no host",
		"https://:443":                            "has no host",
		"https:///x":                              "has no host",
		"https://user:tell-tale@panel.example":    "user name or password",
		"https://user:tell-tale":                  "not a valid URL",
		"https://us er:tell-tale@panel.example":   "not a valid URL",
		"https://panel.example?key=tell-tale":     "must not contain a query",
		"https://panel.example/?":                 "must not contain a query",
		"https://panel.example/#tell-tale":        "must not contain a fragment",
		"https://panel.example#":                  "must not contain a fragment",
		"https://panel.example:0":                 "port",
		"https://panel.example:65536":             "port",
		"https://pänel.example":                   "xn--",
		"https://panel.exa$mple":                  "not allowed in host names",
		"https://[fe80::1%25eth0]":                "IPv6",
		"https://panel.example/a/../b":            ". or .. segment",
		"https://panel.example/a/%2e%2e/b":        ". or .. segment",
		"https://panel.example//a":                "empty segment",
		"https://panel.example/%00":               "control character",
		"https://panel.example/%zz":               "not a valid URL",
		"https://panel.example/a\tb":              "not a valid URL",
		"https:panel.example/user:tell-tale@x://": "",
	} {
		_, err := NormalizeBaseURL(raw)
		if assert.Error(t, err, raw) {
			assert.Contains(t, err.Error(), want, raw)
			assert.NotContains(t, err.Error(), "tell-tale")
		}
	}
}

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"0":                              0,
		" 12 ":                           12 * time.Second,
		"Mon, 04 May 2026 03:03:01 GMT":  time.Minute,
		"Monday, 04-May-26 03:03:01 GMT": time.Minute,
		"Mon May  4 03:03:01 2026":       time.Minute,
		"Mon, 04 May 2026 03:00:01 GMT":  0,
		"9223372036854775807":            math.MaxInt64,
		"92233720368547758070":           math.MaxInt64,
	} {
		got, valid := ParseRetryAfter(value, now)
		assert.True(t, valid, value)
		assert.Equal(t, want, got, value)
	}
	for _, value := range []string{"", " ", "-1", "+1", "1.5", "1e3", "soon", "0x10", "Mon, 04 May 2026"} {
		_, valid := ParseRetryAfter(value, now)
		assert.False(t, valid, value)
	}
}

// proxyServer responds to every request, including CONNECT, with one status.
func proxyServer(t *testing.T, status int) *url.URL {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				fmt.Fprintf(conn, "HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n", status)
			}
			_ = conn.Close()
		}
	}()
	return &url.URL{Scheme: "http", Host: l.Addr().String(), User: url.UserPassword("u", "tell-tale")}
}

func TestProxy(t *testing.T) {
	for _, test := range []struct {
		scheme   string
		status   int
		attempts int
	}{{"https", 407, 1}, {"https", 403, 1}, {"https", 503, 2}, {"http", 407, 1}} {
		c, _ := newClient(t, test.scheme+"://panel.example", func(c *Config) { c.MaxRetries = ptr(1) })
		c.unpooled.Proxy = http.ProxyURL(proxyServer(t, test.status))
		_, err := c.Do(t.Context(), unkeyed)
		e := asError(t, err)
		assert.Equal(t, KindProxy, e.Kind, err)
		assert.Equal(t, NotSent, e.Sent)
		assert.Equal(t, test.attempts, e.Attempts)
		assert.ErrorContains(t, err, "HTTPS_PROXY")
		assert.NotContains(t, err.Error(), "tell-tale")
	}

	c, _ := newClient(t, "https://panel.example", func(c *Config) { c.MaxRetries = ptr(0) })
	c.unpooled.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1", User: url.UserPassword("u", "tell-tale")})
	_, err := c.Do(t.Context(), unkeyed)
	assert.True(t, IsKind(err, KindProxy))
	assert.NotContains(t, err.Error(), "tell-tale")

	c.unpooled.Proxy = func(*http.Request) (*url.URL, error) { return nil, errProxyAddress }
	_, err = c.Do(t.Context(), unkeyed)
	assert.True(t, IsKind(err, KindProxy), err)

	local, err := http.NewRequest("GET", "http://127.0.0.1/", nil)
	require.NoError(t, err)
	proxy, err := proxyFromEnvironment(local)
	require.NoError(t, err)
	assert.Nil(t, proxy, "the loopback interface is never behind a proxy")

	t.Setenv("HTTPS_PROXY", "http://u:proxy-password@proxy.example")
	c, err = New(Config{System: "s", BaseURL: "https://h"})
	require.NoError(t, err)
	assert.Equal(t, "***", c.Redactor().Redact("proxy-password"))
}

func TestErrorText(t *testing.T) {
	assert.Equal(t, "dial error.", (&Error{Kind: KindDial}).Error())
	assert.Equal(t, "answered 503 Service Unavailable.", (&Error{StatusCode: 503}).Error())
	assert.Equal(t, "why.", (&Error{Err: errors.New("why")}).Error())
	assert.Equal(t, "s: op: GET http://h/x: d (3 attempts). The system may have executed the request. Check this before you repeat it. r The answer began: b",
		(&Error{System: "s", Operation: "op", Method: "GET", URL: "http://h/x", Detail: "d", Attempts: 3, Write: true, Remedy: "r", Body: "b"}).Error())
	assert.Equal(t, "not sent", NotSent.String())
	assert.Equal(t, "maybe processed", MaybeProcessed.String())

	wrapped := fmt.Errorf("create: %w", &Error{Kind: KindReset})
	assert.True(t, IsTransport(wrapped))
	assert.True(t, MayHaveBeenProcessed(wrapped))
	assert.True(t, IsKind(wrapped, KindReset))
	for _, err := range []error{nil, errors.New("x"), ErrNotFound} {
		assert.False(t, IsTransport(err))
		assert.False(t, MayHaveBeenProcessed(err))
		assert.False(t, IsKind(err, KindReset))
	}
}

func FuzzParseRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "120", "-1", "99999999999999999999", "Mon, 04 May 2026 03:03:01 GMT", "Monday, 04-May-26 03:03:01 GMT", "soon"} {
		f.Add(s, int64(1777863721))
	}
	f.Fuzz(func(t *testing.T, value string, unix int64) {
		wait, valid := ParseRetryAfter(value, time.Unix(unix, 0))
		if wait < 0 {
			t.Errorf("negative wait %s", wait)
		}
		if !valid && wait != 0 {
			t.Errorf("wait %s for a value that is not valid", wait)
		}
	})
}

func FuzzNormalizeBaseURL(f *testing.F) {
	for _, s := range []string{"https://panel.example", "HTTP://A:80/x/", "https://[::1]:8443/a%2Fb", "https://u:p@h", "https://h/../x", "h:1", "https://h/%2e%2e", "https://h:00443/;a=b//"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := NormalizeBaseURL(raw)
		if err != nil {
			return
		}
		again, err := NormalizeBaseURL(got)
		if err != nil || again != got {
			t.Fatalf("%q gives %q, and that gives %q, %v", raw, got, again, err)
		}
		u, err := url.Parse(got)
		if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Host == "" || strings.HasSuffix(got, "/") || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q gives %q", raw, got)
		}
		c, err := New(Config{System: "s", BaseURL: got})
		if err != nil {
			t.Fatal(err)
		}
		target, err := c.target(Request{Path: "a%2Fb"})
		if err != nil || target.String() != got+"/a%2Fb" {
			t.Fatalf("%q joined gives %v, %v", got, target, err)
		}
	})
}

func BenchmarkDo(b *testing.B) {
	body := []byte(strings.Repeat("x", 4<<10))
	s := serve(b, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
	c, _ := newClient(b, s.URL, func(c *Config) {
		c.Secrets = []string{"some-long-secret"}
		c.Logger = func(context.Context, Level, string, map[string]any) {}
	})
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := c.Do(b.Context(), read); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRedact(b *testing.B) {
	r := NewRedactor("some-long-secret/with+signs", "another one & more", strings.Repeat("0123456789abcdef", 4))
	line := strings.Repeat("a line of a log without anything in it ", 8)
	b.ReportAllocs()
	for b.Loop() {
		_ = r.Redact(line)
	}
}
