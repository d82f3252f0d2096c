package transport

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	read     = Request{Method: "POST", Path: "api.php", Body: []byte("x=1"), Operation: "read", Repeatable: true}
	keyed    = Request{Method: "POST", Path: "api.php", Body: []byte("x=1"), Operation: "keyed write", Repeatable: true, Write: true}
	unkeyed  = Request{Method: "POST", Path: "api.php", Body: []byte("x=1"), Operation: "write", Write: true}
	requests = []Request{read, keyed, unkeyed}
)

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		status           int
		kind             Kind // empty for a response
		repeatable, once int  // attempts
		sent             Sent
	}{
		{200, "", 1, 1, NotSent},
		{204, "", 1, 1, NotSent},
		{304, "", 1, 1, NotSent},
		{302, "", 1, 1, NotSent}, // without a Location
		{400, "", 1, 1, NotSent},
		{401, "", 1, 1, NotSent},
		{403, "", 1, 1, NotSent},
		{404, "", 1, 1, NotSent},
		{407, KindProxy, 1, 1, NotSent},
		{408, "", 1, 1, NotSent},
		{429, KindRateLimited, 3, 3, NotSent},
		{500, KindServerError, 3, 1, MaybeProcessed},
		{501, "", 1, 1, NotSent},
		{502, KindServerError, 3, 1, MaybeProcessed},
		{503, KindServerError, 3, 1, MaybeProcessed},
		{504, KindServerError, 3, 1, MaybeProcessed},
		{505, "", 1, 1, NotSent},
	} {
		for _, r := range requests {
			var calls atomic.Int32
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				body, _ := io.ReadAll(r.Body)
				assert.Equal(t, "x=1", string(body))
				w.WriteHeader(test.status)
				if test.status != 204 && test.status != 304 {
					_, _ = w.Write([]byte("why"))
				}
			})
			c, _ := newClient(t, s.URL, func(c *Config) { c.MaxRetries = ptr(2) })
			res, err := c.Do(t.Context(), r)
			want := test.once
			if r.Repeatable {
				want = test.repeatable
			}
			assert.EqualValues(t, want, calls.Load(), "%d %s", test.status, r.Operation)
			require.NotNil(t, res)
			assert.Equal(t, test.status, res.StatusCode)
			assert.Equal(t, want, res.Attempts)
			if test.kind == "" {
				assert.NoError(t, err)
				continue
			}
			e := asError(t, err)
			assert.Equal(t, test.kind, e.Kind)
			assert.Equal(t, test.status, e.StatusCode)
			assert.Equal(t, test.sent, e.Sent)
			assert.Equal(t, want, e.Attempts)
			assert.Equal(t, "why", e.Body)
			assert.ErrorContains(t, err, "why")
		}
	}
}

func TestServerErrorThenSuccess(t *testing.T) {
	var calls atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) < 4 {
			w.WriteHeader(500)
			return
		}
		ok(w, r)
	})
	c, clock := newClient(t, s.URL, nil)
	res, err := c.Do(t.Context(), keyed)
	require.NoError(t, err)
	assert.Equal(t, 4, res.Attempts)
	assert.Equal(t, []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}, clock.slept())
}

func TestBackoff(t *testing.T) {
	assert.Equal(t, 500*time.Millisecond, backoff(1))
	assert.Equal(t, 16*time.Second, backoff(6))
	assert.Equal(t, 30*time.Second, backoff(7))
	assert.Equal(t, 30*time.Second, backoff(1000))

	c, err := New(Config{System: "s", BaseURL: "http://h"})
	require.NoError(t, err)
	for range 100 {
		d := c.jitter(time.Second)
		assert.True(t, d >= 0 && d <= time.Second, d)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	inOneMinute := func(w http.ResponseWriter) string {
		date := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
		w.Header().Set("Date", date.Format(http.TimeFormat)) // a clock years ahead of the local clock
		return date.Add(time.Minute).Format(http.TimeFormat)
	}
	seconds := func(s string) func(http.ResponseWriter) string { return func(http.ResponseWriter) string { return s } }
	for _, test := range []struct {
		name   string
		value  func(http.ResponseWriter) string
		status int
		wait   time.Duration
	}{
		{"seconds", seconds("7"), 429, 7 * time.Second},
		{"zero falls back to the backoff", seconds("0"), 429, 500 * time.Millisecond},
		{"nonsense falls back to the backoff", seconds("soon"), 429, 500 * time.Millisecond},
		{"longest", seconds("300"), 503, 5 * time.Minute},
		{"date", inOneMinute, 503, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			var calls atomic.Int32
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if calls.Add(1) == 1 {
					w.Header().Set("Retry-After", test.value(w))
					w.WriteHeader(test.status)
					return
				}
				ok(w, r)
			})
			c, clock := newClient(t, s.URL, nil)
			_, err := c.Do(t.Context(), read)
			require.NoError(t, err)
			assert.Equal(t, []time.Duration{test.wait}, clock.slept())
		})
	}
}

func TestRetryAfterTooLong(t *testing.T) {
	for _, test := range []struct {
		value, want string
		limit       time.Duration // of the whole operation
		retries     int
	}{
		{"600", "requested a wait of 10m0s, longer than the longest wait of 5m0s", 0, 4},
		{"99999999999999999999", "longer than the longest wait", 0, 4},
		{"120", "requested a wait of 2m0s, longer than the 1m0s left of the operation's time limit", time.Minute, 4},
		{"120", "requested a wait of 2m0s", 0, 0},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", test.value)
			w.WriteHeader(429)
		})
		c, clock := newClient(t, s.URL, func(c *Config) { c.MaxRetries = &test.retries })
		ctx := t.Context()
		if test.limit != 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, test.limit)
			defer cancel()
		}
		_, err := c.Do(ctx, read)
		e := asError(t, err)
		assert.Equal(t, KindRateLimited, e.Kind)
		assert.GreaterOrEqual(t, e.RetryAfter, 2*time.Minute)
		assert.Equal(t, 1, e.Attempts)
		assert.Empty(t, clock.slept(), "it fails at once")
		assert.ErrorContains(t, err, test.want)
	}
}

func TestBackoffBeyondDeadlineFailsAtOnce(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	c, clock := newClient(t, s.URL, nil)
	c.jitter = func(time.Duration) time.Duration { return time.Hour }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := c.Do(ctx, read)
	assert.True(t, IsKind(err, KindServerError), err)
	assert.ErrorContains(t, err, "leaves no time for another attempt")
	assert.Empty(t, clock.slept())
}

func TestDialFailureIsAlwaysRetried(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	for _, r := range requests {
		c, clock := newClient(t, "http://"+l.Addr().String(), nil)
		_, err = c.Do(t.Context(), r)
		e := asError(t, err)
		assert.Equal(t, KindDial, e.Kind)
		assert.Equal(t, NotSent, e.Sent)
		assert.False(t, MayHaveBeenProcessed(err))
		assert.Equal(t, 5, e.Attempts)
		assert.Len(t, clock.slept(), 4)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.Equal(t, "whmcs: "+r.Operation+": POST http://"+l.Addr().String()+"/api.php: connection refused by "+l.Addr().String()+
			" (5 attempts). "+remedyAddress, err.Error())
	}
}

func TestDialErrors(t *testing.T) {
	for _, test := range []struct {
		err      error
		want     string
		attempts int
	}{
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "panel.example", Err: "no such host", IsNotFound: true}}, "there is no host named panel.example", 1},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "panel.example", Err: "server misbehaving", IsTemporary: true}}, "could not be resolved", 2},
		{&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, "no route to panel.example", 2},
		{&net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}, "no connection to panel.example in time", 2},
		{&net.OpError{Op: "dial", Err: syscall.EMFILE}, "too many open files", 2},
		{&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}, "no connection to the proxy", 2},
	} {
		c, _ := newClient(t, "http://panel.example", func(c *Config) { c.MaxRetries = ptr(1) })
		setDial(c, func(context.Context, string, string) (net.Conn, error) { return nil, test.err })
		_, err := c.Do(t.Context(), unkeyed)
		e := asError(t, err)
		assert.ErrorContains(t, err, test.want)
		assert.Equal(t, test.attempts, e.Attempts)
		assert.Equal(t, NotSent, e.Sent)
	}
}

func TestBrokenAnswers(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		kind      Kind
	}{
		{"no answer", "", KindReset},
		{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", KindReset},
		{"half a chunked body", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf", KindReset},
		{"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", KindProtocol},
		{"not gzip", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n01234567890123456789", KindProtocol},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range requests {
				var calls atomic.Int32
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if calls.Add(1) == 1 {
						hangUp(t, w, test.raw)
						return
					}
					ok(w, r)
				})
				c, _ := newClient(t, s.URL, nil)
				res, err := c.Do(t.Context(), r)
				if r.Repeatable {
					require.NoError(t, err)
					assert.Equal(t, 2, res.Attempts)
					continue
				}
				e := asError(t, err)
				assert.Equal(t, test.kind, e.Kind, err)
				assert.Equal(t, 1, e.Attempts)
				assert.True(t, MayHaveBeenProcessed(err))
				assert.ErrorContains(t, err, "Check this before you repeat it")
			}
		})
	}
}

// TestMaybeProcessedSticks: a later attempt that was certainly not processed does not reset MaybeProcessed.
func TestMaybeProcessedSticks(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { hangUp(t, w, "") })
	c, _ := newClient(t, s.URL, nil)
	var dials atomic.Int32
	setDial(c, func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dials.Add(1) > 1 {
			return nil, syscall.ECONNREFUSED
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	})
	_, err := c.Do(t.Context(), keyed)
	e := asError(t, err)
	assert.Equal(t, KindDial, e.Kind)
	assert.Equal(t, 5, e.Attempts)
	assert.Equal(t, MaybeProcessed, e.Sent)
}

func TestRequestTimeout(t *testing.T) { synctest.Test(t, testRequestTimeout) }

func testRequestTimeout(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	for _, test := range []struct {
		request  Request
		attempts int
	}{{read, 3}, {keyed, 3}, {unkeyed, 1}} {
		c, _ := newClient(t, "http://whmcs.example", func(c *Config) { c.RequestTimeout, c.MaxRetries = time.Second, ptr(2) })
		inMemory(t, c, func(http.ResponseWriter, *http.Request) { <-release })
		_, err := c.Do(t.Context(), test.request)
		e := asError(t, err)
		assert.Equal(t, KindTimeout, e.Kind)
		assert.Equal(t, test.attempts, e.Attempts)
		assert.Equal(t, MaybeProcessed, e.Sent)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "no complete answer within the request timeout of 1s")
	}

	c, _ := newClient(t, "http://whmcs.example", func(c *Config) { c.RequestTimeout, c.MaxRetries = time.Second, ptr(1) })
	setDial(c, func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := c.Do(t.Context(), unkeyed)
	e := asError(t, err)
	assert.Equal(t, KindTimeout, e.Kind)
	assert.Equal(t, 2, e.Attempts, "without a connection nothing was sent, so even a write is repeated")
	assert.Equal(t, NotSent, e.Sent)
}

func TestConnections(t *testing.T) {
	var opened atomic.Int32
	s := serve(t, ok)
	c, _ := newClient(t, s.URL, nil)
	setDial(c, func(ctx context.Context, network, addr string) (net.Conn, error) {
		opened.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	})
	assert.Equal(t, 32, c.pooled.MaxIdleConnsPerHost)
	for range 3 {
		for _, r := range []Request{read, keyed} {
			_, err := c.Do(t.Context(), r)
			require.NoError(t, err)
		}
	}
	assert.EqualValues(t, 1, opened.Load(), "reads and keyed writes share a connection")
	for range 2 {
		_, err := c.Do(t.Context(), unkeyed)
		require.NoError(t, err)
	}
	assert.EqualValues(t, 3, opened.Load(), "a write that must not be repeated has a connection of its own")
}
