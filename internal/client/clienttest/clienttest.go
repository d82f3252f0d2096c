// Package clienttest contains helpers for the tests of the clients: a server that may close connections, and a clock
// that does not wait.
package clienttest

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Clock is a clock that never sleeps.
type Clock struct{}

// Now returns the real time, because the deadlines of contexts are real.
func (Clock) Now() time.Time { return time.Now() }

// Sleep returns at once.
func (Clock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// Serve starts a server for the duration of the test. The server does not log handlers that close connections.
func Serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// HangUp closes the connection without a response, and returns true. A response synchronizes the handler with the
// test. A closed connection does not, so the test must read the handler's data under a lock or from a channel.
func HangUp(w http.ResponseWriter) bool {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	return true
}
