package system

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxRequestBody is the maximum size of a request body. The limit of a real WHMCS is the web server's and is lower.
const MaxRequestBody = 4 << 20

// Endpoint is one listener on loopback.
type Endpoint struct {
	Address  string
	Handler  http.Handler
	listener net.Listener
	server   *http.Server
}

// LoopbackOnly returns an error if the address is not a loopback address. The sandbox shows its credentials to every
// caller.
func LoopbackOnly(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen address %q: %w", address, err)
	}
	if !IsLoopback(host) {
		return fmt.Errorf("listen address %q is not a loopback address", address)
	}
	return nil
}

// IsLoopback reports whether a host is localhost or a loopback address.
func IsLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Start listens and serves requests until Close is called.
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

// Close stops listening and closes open connections.
func (e *Endpoint) Close() error {
	if e.server == nil {
		return nil
	}
	return e.server.Close()
}

// URL returns the base address of the running listener without a trailing slash, or "" before Start.
func (e *Endpoint) URL() string {
	if e.listener == nil {
		return ""
	}
	return "http://" + e.listener.Addr().String()
}

// ServeHTTP implements http.Handler.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.Handler.ServeHTTP(w, r) }

// Send writes a response.
func Send(w http.ResponseWriter, response Response) {
	if response.ContentType != "" {
		w.Header().Set("Content-Type", response.ContentType)
	}
	if response.Status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(response.Body)))
	}
	w.WriteHeader(response.Status)
	_, _ = w.Write(response.Body)
}

// Sleep waits for a duration. It returns false if the context ends before.
func Sleep(ctx context.Context, d time.Duration) bool {
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

// JSON returns a response with the JSON of v as its body.
func JSON(status int, v any) Response {
	body, err := json.Marshal(v)
	if err != nil {
		return Response{Status: http.StatusInternalServerError, ContentType: "text/plain", Body: []byte(err.Error())}
	}
	return Response{Status: status, ContentType: "application/json", Body: body}
}
