package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxBody bounds what one request may carry; WHMCS's own limit is the web server's and lower.
const maxBody = 4 << 20

// endpoint is one loopback listener.
type endpoint struct {
	address  string
	handler  http.Handler
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

func (e *endpoint) start() error {
	address := e.address
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
	e.server = &http.Server{Handler: e.handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = e.server.Serve(listener) }()
	return nil
}

func (e *endpoint) close() error {
	if e.server == nil {
		return nil
	}
	return e.server.Close()
}

// URL is the base address of the running listener without a trailing slash, or "" before Start.
func (e *endpoint) URL() string {
	if e.listener == nil {
		return ""
	}
	return "http://" + e.listener.Addr().String()
}

// ServeHTTP answers as the system would.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.handler.ServeHTTP(w, r) }

// front is what stands before every system: the sandbox's own pages, latency, faults and the journal. The system itself answers where it has
// something to say at "/".
func (sb *Sandbox) front(sys system) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sandbox/journal", sb.serveJournal)
	mux.HandleFunc("POST /_sandbox/faults", sb.serveAddFaults)
	mux.HandleFunc("DELETE /_sandbox/faults", sb.serveClearFaults)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if visible, has := sys.(shown); has && !visible.owns(r) {
			servePage(w, r, visible.page())
			return
		}
		sb.serveSystem(sys, w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { sb.serveSystem(sys, w, r) })
	return mux
}

func (sb *Sandbox) serveSystem(sys system, w http.ResponseWriter, r *http.Request) {
	started, clock := time.Now(), sb.now()
	if !pause(r.Context(), sb.options.Latency) {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if !errors.As(err, &tooLarge) {
			return
		}
		http.Error(w, "Request Entity Too Large", http.StatusRequestEntityTooLarge)
		return
	}
	about := sys.describe(r, body)
	entry := Request{
		Time: clock, System: about.system, Method: r.Method, Path: r.URL.Path,
		Action: clip(about.action), Op: clip(about.op), Kind: clip(about.kind),
		Members: about.members, Write: about.write, RequestBytes: len(body),
	}
	if !sb.passes(about, false) {
		reset(w)
		return
	}
	fault := sb.faults.take(about, r)
	var answer reply
	if fault == nil || !fault.replaces() || fault.AfterCommit {
		answer = sys.handle(r, body)
		entry.Result, entry.Code = answer.result, answer.code
	}
	entry.Status, entry.Faulted = answer.status, fault != nil
	if fault == nil {
		entry.Duration = time.Since(started)
		sb.journal.record(entry)
		if !sb.passes(about, true) {
			reset(w)
			return
		}
		send(w, answer)
		return
	}
	if fault.Deny != "" {
		answer = sys.deny(fault.Deny, r, body)
	}
	entry.Status = fault.seenStatus(answer)
	entry.Duration = time.Since(started)
	sb.journal.record(entry)
	fault.apply(w, r, answer)
}

func send(w http.ResponseWriter, answer reply) {
	if answer.contentType != "" {
		w.Header().Set("Content-Type", answer.contentType)
	}
	if answer.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

// pause waits, unless the caller goes away first.
func pause(ctx context.Context, d time.Duration) bool {
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

// jsonReply is an answer whose body is the JSON of v.
func jsonReply(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return reply{status: http.StatusInternalServerError, contentType: "text/plain", body: []byte(err.Error())}
	}
	return reply{status: status, contentType: "application/json", body: body}
}
