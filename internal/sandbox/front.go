package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// front is what stands before every system: the sandbox's own pages, latency, faults and the journal. The system itself answers where it has
// something to say at "/".
func (sb *Sandbox) front(sys system.System) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sandbox/journal", sb.serveJournal)
	mux.HandleFunc("POST /_sandbox/faults", sb.serveAddFaults)
	mux.HandleFunc("DELETE /_sandbox/faults", sb.serveClearFaults)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if visible, has := sys.(shown); has && !visible.Owns(r) {
			page.Serve(w, r, sb.page(visible))
			return
		}
		sb.serveSystem(sys, w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { sb.serveSystem(sys, w, r) })
	return mux
}

// page is what a system shows, with the requests that it got last and the way to the other system's page.
func (sb *Sandbox) page(sys shown) *page.Display {
	page, name := sys.Page(), "whmcs"
	page.Other, page.OtherURL = "TopLink DCIM", sb.DCIM.URL()
	if sys == shown(sb.DCIM) {
		name, page.Other, page.OtherURL = "dcim", "WHMCS", sb.WHMCS.URL()
	}
	page.AddRequests(sb.journal, name)
	return page
}

func (sb *Sandbox) serveSystem(sys system.System, w http.ResponseWriter, r *http.Request) {
	started, clock := time.Now(), sb.options.Clock()
	if !system.Pause(r.Context(), sb.options.Latency) {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, system.MaxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if !errors.As(err, &tooLarge) {
			return
		}
		http.Error(w, "Request Entity Too Large", http.StatusRequestEntityTooLarge)
		return
	}
	about := sys.Describe(r, body)
	entry := journal.Request{
		Time: clock, System: about.System, Method: r.Method, Path: r.URL.Path,
		Action: system.Clip(about.Action), Op: system.Clip(about.Op), Kind: system.Clip(about.Kind),
		Members: about.Members, Write: about.Write, RequestBytes: len(body),
	}
	if !sb.passes(about, false) {
		fault.Reset(w)
		return
	}
	rule := sb.faults.Take(about, r)
	var answer system.Reply
	if rule == nil || !rule.Replaces() || rule.AfterCommit {
		answer = sys.Handle(r, body)
		entry.Result, entry.Code = answer.Result, answer.Code
	}
	entry.Status, entry.Faulted = answer.Status, rule != nil
	if rule == nil {
		entry.Duration = time.Since(started)
		sb.journal.Record(entry)
		if !sb.passes(about, true) {
			fault.Reset(w)
			return
		}
		system.Send(w, answer)
		return
	}
	if rule.Deny != "" {
		answer = sys.Deny(rule.Deny, r, body)
	}
	entry.Status = rule.SeenStatus(answer)
	entry.Duration = time.Since(started)
	sb.journal.Record(entry)
	rule.Apply(w, r, answer)
}

func (sb *Sandbox) serveJournal(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	system.Send(w, system.JSON(http.StatusOK, map[string]any{"requests": sb.journal.Since(since)}))
}

func (sb *Sandbox) serveAddFaults(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, system.MaxBody))
	if err != nil {
		return
	}
	rules := []json.RawMessage{raw}
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		rules = nil
		err = json.Unmarshal(raw, &rules)
	}
	var faults []fault.Rule
	for _, text := range rules {
		var rule fault.Rule
		if rule, err = fault.Parse(string(text)); err != nil {
			break
		}
		faults = append(faults, rule)
	}
	if err != nil {
		system.Send(w, system.JSON(http.StatusBadRequest, map[string]any{"message": err.Error()}))
		return
	}
	for _, rule := range faults {
		sb.faults.Add(rule)
	}
	system.Send(w, system.JSON(http.StatusCreated, map[string]any{"added": len(faults)}))
}

func (sb *Sandbox) serveClearFaults(w http.ResponseWriter, _ *http.Request) {
	sb.faults.Clear()
	system.Send(w, system.Reply{Status: http.StatusNoContent})
}

// shown is a system that has a page of what its admin panel would show.
type shown interface {
	// Owns tells whether a GET of "/" is for the system itself to answer.
	Owns(r *http.Request) bool
	Page() *page.Display
}
