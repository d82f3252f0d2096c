package system

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// MaxBody bounds what one request may carry; WHMCS's own limit is the web server's and lower.
const MaxBody = 4 << 20

// Endpoint is one loopback listener.
type Endpoint struct {
	Address  string
	Handler  http.Handler
	listener net.Listener
	server   *http.Server
}

// LoopbackOnly says why an address to listen on is not acceptable: the sandbox hands out its credentials freely.
func LoopbackOnly(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen address %q: %w", address, err)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("listen address %q is not a loopback address", address)
	}
	return nil
}

// Start listens and answers until Close.
func (e *Endpoint) Start() error {
	address := e.Address
	if address == "" {
		address = "127.0.0.1:0"
	}
	if err := LoopbackOnly(address); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	e.listener = listener
	e.server = &http.Server{Handler: e.Handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = e.server.Serve(listener) }()
	return nil
}

// Close stops listening and drops open connections.
func (e *Endpoint) Close() error {
	if e.server == nil {
		return nil
	}
	return e.server.Close()
}

// URL is the base address of the running listener without a trailing slash, or "" before Start.
func (e *Endpoint) URL() string {
	if e.listener == nil {
		return ""
	}
	return "http://" + e.listener.Addr().String()
}

// ServeHTTP answers as the system would.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.Handler.ServeHTTP(w, r) }

// Send writes a reply as it is.
func Send(w http.ResponseWriter, answer Reply) {
	if answer.ContentType != "" {
		w.Header().Set("Content-Type", answer.ContentType)
	}
	if answer.Status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(answer.Body)))
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// Pause waits, unless the caller goes away first.
func Pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// JSON is an answer whose body is the JSON of v.
func JSON(status int, v any) Reply {
	body, err := json.Marshal(v)
	if err != nil {
		return Reply{Status: http.StatusInternalServerError, ContentType: "text/plain", Body: []byte(err.Error())}
	}
	return Reply{Status: status, ContentType: "application/json", Body: body}
}
