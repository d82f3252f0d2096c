// Package clienttest is what the tests of the clients share: a server that may hang up, and a clock that waits for nothing.
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

// Clock waits for nothing.
type Clock struct{}

// Now is the real time: deadlines are real.
func (Clock) Now() time.Time { return time.Now() }

// Sleep returns at once.
func (Clock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// Serve starts a server that ends with the test and keeps quiet about handlers that hang up.
func Serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// HangUp closes the connection without an answer, and returns true. An answer orders what its handler did before what its reader does; a closed
// connection does not, so what such a handler leaves behind is read under a lock or from a channel.
func HangUp(w http.ResponseWriter) bool {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	return true
}
