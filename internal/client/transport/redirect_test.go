package transport

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRedirects(t *testing.T) {
	var strays atomic.Int32
	stranger := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		strays.Add(1)
		t.Errorf("a request reached another host: %s %s %v", r.Method, r.URL, r.Header)
	})
	var seen []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Path)
		assert.Equal(t, "Bearer canary", r.Header.Get("Authorization"))
		switch r.URL.Path {
		case "/away":
			w.Header().Set("Location", stranger.URL+"/landing?token=tell-tale")
		case "/otherport":
			w.Header().Set("Location", "http://127.0.0.1:1/x")
		case "/elsewhere":
			w.Header().Set("Location", "https://other.example:8443/x")
		case "/tlsport":
			w.Header().Set("Location", "https://127.0.0.1:8443/x")
		case "/otherscheme":
			w.Header().Set("Location", "ftp://127.0.0.1/x")
		case "/user":
			w.Header().Set("Location", strings.Replace(stranger.URL, "://", "://u:p@", 1))
		case "/moved":
			w.Header().Set("Location", "/final?b=2")
		case "/loop":
			n, _ := strconv.Atoi(r.URL.Query().Get("n"))
			w.Header().Set("Location", "/loop?n="+strconv.Itoa(n+1))
		case "/created":
			w.Header().Set("Location", "/final")
			w.WriteHeader(http.StatusCreated)
			return
		case "/two":
			w.Header().Set("Location", "/moved")
		case "/final":
			_, _ = w.Write([]byte(r.URL.RawQuery))
			return
		}
		status, _ := strconv.Atoi(r.Header.Get("X-Status"))
		w.WriteHeader(status)
	})
	c, clock := newClient(t, s.URL, nil)
	ask := func(method, path string, status int, write bool) (*Response, error) {
		seen = nil
		return c.Do(t.Context(), Request{Method: method, Path: path, Query: map[string][]string{"secret": {"tell-tale"}}, Write: write, Repeatable: true, Operation: "op",
			Header: http.Header{"Authorization": {"Bearer canary"}, "X-Status": {strconv.Itoa(status)}}})
	}

	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, path := range []string{"/moved", "/two"} {
			res, err := ask("GET", path, status, false)
			require.NoError(t, err)
			assert.Equal(t, 200, res.StatusCode)
			assert.Equal(t, "b=2", string(res.Body))
			assert.Equal(t, 1, res.Attempts, "a redirect is not a retry")
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			_, err := ask(method, "/moved", status, true)
			e := asError(t, err)
			assert.Equal(t, KindRedirect, e.Kind)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, 1, e.Attempts)
			assert.Equal(t, []string{"/moved"}, seen)
			assert.Equal(t, status == 302 || status == 303, MayHaveBeenProcessed(err), status)
			assert.ErrorContains(t, err, "put its final URL into the provider configuration")
			assert.ErrorContains(t, err, strings.TrimPrefix(s.URL, "http://"))
		}
		_, err := ask("GET", "/moved", status, true)
		assert.True(t, IsKind(err, KindRedirect), "a write is not redirected even when it is a GET")
	}

	for _, path := range []string{"/away", "/otherport", "/user", "/otherscheme"} {
		for _, method := range []string{"GET", "POST"} {
			_, err := ask(method, path, 302, false)
			assert.True(t, IsKind(err, KindRedirect), err)
			assert.NotContains(t, err.Error(), "tell-tale")
			assert.NotContains(t, err.Error(), "u:p")
		}
	}
	_, err := ask("GET", "/away", 302, false)
	assert.ErrorContains(t, err, "to port "+stranger.URL[strings.LastIndex(stranger.URL, ":")+1:]+" of the same host ("+stranger.URL+"/landing)")
	assert.NotContains(t, err.Error(), "other host")
	assert.Zero(t, strays.Load())
	_, err = ask("GET", "/elsewhere", 302, false)
	assert.ErrorContains(t, err, "to the other host other.example:8443 (https://other.example:8443/x)")
	for _, method := range []string{"GET", "POST"} {
		_, err = ask(method, "/tlsport", 301, method == "POST")
		assert.ErrorContains(t, err, "to port 8443 of the same host (https://127.0.0.1:8443/x)", method)
		assert.ErrorContains(t, err, "If 127.0.0.1:8443 is where the system lives, put its final URL into the provider configuration", method)
		assert.NotContains(t, err.Error(), "other host", method)
	}

	res, err := ask("POST", "/created", 0, true)
	require.NoError(t, err)
	assert.Equal(t, 201, res.StatusCode, "a Location is not always a redirect")

	_, err = ask("GET", "/loop", 302, false)
	assert.True(t, IsKind(err, KindRedirect))
	assert.ErrorContains(t, err, "more than 3 redirects")
	assert.Len(t, seen, 4)
	assert.Empty(t, clock.slept())
}

func TestRedirectDowngrade(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue(t, nil)
	var s *httptest.Server
	s = serveTLS(t, cert, key, nil, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", strings.Replace(s.URL, "https", "http", 1))
		w.WriteHeader(301)
	})
	c, _ := newClient(t, s.URL, func(c *Config) { c.CACertPEM = ca.pem })
	_, err := c.Do(t.Context(), get("ping"))
	assert.True(t, IsKind(err, KindRedirect))
	assert.ErrorContains(t, err, "from https to plain http")
}

func TestSameHost(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"http://a.example/x", "http://A.example:80/y", true},
		{"http://a.example", "https://a.example", true},
		{"http://a.example:8080", "https://a.example", false},
		{"http://a.example", "https://a.example:8443", false},
		{"https://a.example", "https://a.example:8443", false},
		{"https://a.example", "http://a.example", false},
		{"https://a.example", "https://www.a.example", false},
		{"https://a.example", "https://a.example.evil.example", false},
	} {
		from, err := http.NewRequest("GET", test.from, nil)
		require.NoError(t, err)
		to, err := http.NewRequest("GET", test.to, nil)
		require.NoError(t, err)
		assert.Equal(t, test.want, sameHost(from.URL, to.URL), "%s → %s", test.from, test.to)
	}
}
