package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestResponseLimit(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, err := z.Write(make([]byte, 4<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.Less(t, bomb.Len(), 16<<10)

	var calls atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		case "/announced":
			w.Header().Set("Content-Length", "1001")
			_, _ = w.Write(make([]byte, 1001))
		case "/chunked":
			w.(http.Flusher).Flush()
			_, _ = w.Write(make([]byte, 1001))
		case "/exact":
			_, _ = w.Write(make([]byte, 1000))
		}
	})
	c, _ := newClient(t, s.URL, nil)
	assert.EqualValues(t, 32<<20, c.maxBytes)
	c.maxBytes = 2 << 20
	_, err = c.Do(t.Context(), Request{Path: "bomb", Repeatable: true})
	assert.True(t, IsKind(err, KindTooLarge), err)
	assert.ErrorContains(t, err, "larger than 2 MiB")

	c.maxBytes = 1000
	for _, path := range []string{"announced", "chunked"} {
		_, err = c.Do(t.Context(), Request{Path: path, Repeatable: true})
		e := asError(t, err)
		assert.Equal(t, KindTooLarge, e.Kind, path)
		assert.Equal(t, 200, e.StatusCode)
	}
	assert.EqualValues(t, 3, calls.Load(), "a large answer is not asked for again")
	res, err := c.Do(t.Context(), Request{Path: "exact"})
	require.NoError(t, err)
	assert.Len(t, res.Body, 1000)
	_, err = c.Do(t.Context(), Request{Method: "HEAD", Path: "announced"})
	require.NoError(t, err)
}

func TestGzipIsTransparent(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte("plain"))
		_ = z.Close()
	})
	c, _ := newClient(t, s.URL, nil)
	res, err := c.Do(t.Context(), read)
	require.NoError(t, err)
	assert.Equal(t, "plain", string(res.Body))
}

func TestConcurrencyLimit(t *testing.T) {
	var running, peak atomic.Int32
	full := make(chan struct{})
	var once sync.Once
	s := serve(t, func(http.ResponseWriter, *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for p := peak.Load(); n > p && !peak.CompareAndSwap(p, n); p = peak.Load() {
		}
		if n == 3 {
			once.Do(func() { close(full) })
		}
		<-full
		time.Sleep(time.Millisecond)
	})
	c, _ := newClient(t, s.URL, func(c *Config) { c.MaxConcurrentRequests = 3 })
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			_, err := c.Do(t.Context(), read)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.EqualValues(t, 3, peak.Load())
}

func TestBackoffHoldsNoSlot(t *testing.T) {
	var calls atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			w.WriteHeader(503)
			return
		}
		ok(w, r)
	})
	c, clock := newClient(t, s.URL, func(c *Config) { c.MaxConcurrentRequests = 1 })
	clock.onSleep = func(ctx context.Context, _ time.Duration) error {
		_, err := c.Do(ctx, read)
		assert.NoError(t, err)
		return nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	res, err := c.Do(ctx, read)
	require.NoError(t, err)
	assert.Equal(t, 2, res.Attempts)
	assert.EqualValues(t, 3, calls.Load())
}

func TestRateLimit(t *testing.T) {
	var calls atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch calls.Add(1) {
		case 2:
			w.WriteHeader(503)
		case 3:
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}
	})
	c, clock := newClient(t, s.URL, func(c *Config) { c.MaxRequestsPerSecond = 0.5 })
	c.jitter = func(time.Duration) time.Duration { return time.Nanosecond }
	start := clock.Now()
	for range 3 {
		_, err := c.Do(t.Context(), Request{Method: "GET", Repeatable: true})
		require.NoError(t, err)
	}
	// Three requests, one retry and one followed redirect are five requests. They are two seconds
	// apart.
	assert.EqualValues(t, 5, calls.Load())
	assert.InDelta(t, 8, clock.Now().Sub(start).Seconds(), 0.01)
}

func TestRateLimitBeyondDeadline(t *testing.T) {
	s := serve(t, ok)
	c, clock := newClient(t, s.URL, func(c *Config) { c.MaxRequestsPerSecond = 0.001 })
	_, err := c.Do(t.Context(), read)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = c.Do(ctx, read)
	e := asError(t, err)
	assert.Equal(t, KindTimeout, e.Kind)
	assert.Equal(t, NotSent, e.Sent)
	assert.Zero(t, e.Attempts)
	assert.ErrorContains(t, err, "max_requests_per_second")
	assert.Empty(t, clock.slept())
}

// holdingServer signals that a request arrived, and responds when it is released. Each test has its own
// server: a handler may notice late that its client disconnected, and could take the release of another
// request.
func holdingServer(t *testing.T, status int) (s *httptest.Server, arrived <-chan struct{}, release chan<- struct{}) {
	t.Helper()
	came, answer := make(chan struct{}, 10), make(chan struct{})
	return serve(t, holding(status, came, answer)), came, answer
}

func holding(status int, came chan<- struct{}, answer <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// The server notices a disconnect only after it has read the body.
		_, _ = io.Copy(io.Discard, r.Body)
		came <- struct{}{}
		select {
		case <-answer:
		case <-r.Context().Done():
		}
		w.WriteHeader(status)
	}
}

// holdingClient returns a client for a synctest bubble. Its handler responds when it is released.
func holdingClient(t *testing.T, edit func(*Config)) (c *Client, arrived <-chan struct{}, release chan<- struct{}) {
	t.Helper()
	came, answer := make(chan struct{}, 10), make(chan struct{})
	c, _ = newClient(t, "http://whmcs.example", edit)
	inMemory(t, c, holding(http.StatusOK, came, answer))
	return c, came, answer
}

func TestCancelled(t *testing.T) {
	type result struct {
		res *Response
		err error
	}
	start := func(c *Client, ctx context.Context, r Request) chan result {
		done := make(chan result, 1)
		go func() {
			res, err := c.Do(ctx, r)
			done <- result{res, err}
		}()
		return done
	}

	t.Run("before", func(t *testing.T) {
		s, _, _ := holdingServer(t, 200)
		c, _ := newClient(t, s.URL, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, r := range requests {
			_, err := c.Do(ctx, r)
			e := asError(t, err)
			assert.Equal(t, KindCanceled, e.Kind)
			assert.Equal(t, NotSent, e.Sent)
			assert.Zero(t, e.Attempts)
			assert.ErrorIs(t, err, context.Canceled)
		}
	})
	t.Run("a read in flight", func(t *testing.T) {
		s, arrived, _ := holdingServer(t, 200)
		c, _ := newClient(t, s.URL, nil)
		ctx, cancel := context.WithCancelCause(t.Context())
		done := start(c, ctx, read)
		<-arrived
		stop := errors.New("stop")
		cancel(stop)
		got := <-done
		e := asError(t, got.err)
		assert.Equal(t, KindCanceled, e.Kind)
		assert.Equal(t, MaybeProcessed, e.Sent)
		assert.Equal(t, 1, e.Attempts)
		assert.ErrorIs(t, got.err, context.Canceled)
		assert.ErrorIs(t, got.err, stop)
	})
	inBubble := func(name string, test func(t *testing.T)) {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
	inBubble("a deadline during a read", func(t *testing.T) {
		c, arrived, _ := holdingClient(t, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Do(ctx, read)
		<-arrived
		assert.True(t, IsKind(err, KindTimeout))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "the operation's time limit passed while waiting for the response")
	})
	t.Run("a write in flight finishes", func(t *testing.T) {
		s, arrived, release := holdingServer(t, 200)
		for _, r := range []Request{keyed, unkeyed} {
			c, _ := newClient(t, s.URL, nil)
			ctx, cancel := context.WithCancel(t.Context())
			done := start(c, ctx, r)
			<-arrived
			cancel()
			release <- struct{}{}
			got := <-done
			require.NoError(t, got.err)
			assert.Equal(t, 200, got.res.StatusCode)
		}
	})
	inBubble("a write in flight has its own deadline", func(t *testing.T) {
		c, arrived, _ := holdingClient(t, func(c *Config) { c.RequestTimeout = time.Second })
		ctx, cancel := context.WithCancel(t.Context())
		done := start(c, ctx, unkeyed)
		<-arrived
		cancel()
		got := <-done
		e := asError(t, got.err)
		assert.Equal(t, KindTimeout, e.Kind)
		assert.Equal(t, MaybeProcessed, e.Sent)
	})
	t.Run("no new attempt after cancellation", func(t *testing.T) {
		s, arrived, release := holdingServer(t, 503)
		c, clock := newClient(t, s.URL, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := start(c, ctx, keyed)
		<-arrived
		cancel()
		release <- struct{}{}
		got := <-done
		e := asError(t, got.err)
		assert.Equal(t, KindServerError, e.Kind)
		assert.Equal(t, 1, e.Attempts)
		assert.ErrorIs(t, got.err, context.Canceled)
		assert.Empty(t, clock.slept())
	})
	t.Run("during the backoff", func(t *testing.T) {
		s, arrived, release := holdingServer(t, 503)
		c, clock := newClient(t, s.URL, nil)
		ctx, cancel := context.WithCancel(t.Context())
		clock.onSleep = func(context.Context, time.Duration) error { cancel(); return nil }
		done := start(c, ctx, keyed)
		<-arrived
		release <- struct{}{}
		got := <-done
		e := asError(t, got.err)
		assert.Equal(t, KindCanceled, e.Kind)
		assert.Equal(t, MaybeProcessed, e.Sent)
		assert.Equal(t, 503, e.StatusCode)
		assert.ErrorContains(t, got.err, "while waiting for another attempt; the last one: answered 503 Service Unavailable")
	})
	t.Run("a write that has no connection yet", func(t *testing.T) {
		s, _, _ := holdingServer(t, 200)
		c, _ := newClient(t, s.URL, nil)
		dialing := make(chan struct{})
		setDial(c, func(ctx context.Context, _, _ string) (net.Conn, error) {
			close(dialing)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := start(c, ctx, unkeyed)
		<-dialing
		cancel()
		e := asError(t, (<-done).err)
		assert.Equal(t, KindCanceled, e.Kind)
		assert.Equal(t, NotSent, e.Sent)
	})
	inBubble("in the queue", func(t *testing.T) {
		c, arrived, release := holdingClient(t, func(c *Config) { c.MaxConcurrentRequests = 1 })
		first := start(c, t.Context(), read)
		<-arrived
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Do(ctx, unkeyed)
		e := asError(t, err)
		assert.Equal(t, NotSent, e.Sent)
		assert.ErrorContains(t, err, "max_concurrent_requests")
		release <- struct{}{}
		require.NoError(t, (<-first).err)
	})
}

func TestRealClock(t *testing.T) {
	var c realClock
	require.NoError(t, c.Sleep(t.Context(), 0))
	require.NoError(t, c.Sleep(t.Context(), time.Millisecond))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.Sleep(ctx, time.Hour), context.Canceled)
	require.WithinDuration(t, time.Now(), c.Now(), time.Minute)
}
