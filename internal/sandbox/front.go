package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// handler returns the HTTP handler of a system: the sandbox's own pages, latency, faults, the journal, then the
// system. If the system serves "/" itself, the sandbox's page is not shown.
func (sb *Sandbox) handler(sys pageSystem) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sandbox/journal", sb.serveJournal)
	mux.Handle("POST /_sandbox/faults", page.Protect(http.HandlerFunc(sb.serveAddFaults)))
	mux.Handle("DELETE /_sandbox/faults", page.Protect(http.HandlerFunc(sb.serveClearFaults)))
	mux.Handle("POST "+page.ChangePath+"{name}", page.Protect(http.HandlerFunc(func(w http.ResponseWriter,
		r *http.Request) {
		sb.serveChange(sys, w, r)
	})))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if !sys.ServesRoot(r) {
			page.Serve(w, r, sb.page(sys))
			return
		}
		sb.serveSystem(sys, w, r)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { sb.serveSystem(sys, w, r) })
	return mux
}

// page returns the page of a system, with its last requests and links to the pages of the other systems.
func (sb *Sandbox) page(sys pageSystem) *page.Page {
	content := sys.Page()
	for _, other := range []struct {
		name, journal string
		system        pageSystem
		url           string
	}{
		{"WHMCS", "whmcs", sb.WHMCS, sb.WHMCS.URL()},
		{"TopLink DCIM", "dcim", sb.DCIM, sb.DCIM.URL()},
		{"SolusVM 2", "solusvm2", sb.SolusVM2, sb.SolusVM2.URL()},
	} {
		if other.system == sys {
			other.url = ""
			content.AddRequests(sb.journal, other.journal)
		} else if other.url == "" {
			continue // this system does not run
		}
		content.Systems = append(content.Systems, page.Link{Name: other.name, URL: other.url})
	}
	content.LastChange = sb.lastChange.Load()
	return content
}

func (sb *Sandbox) serveSystem(sys system.System, w http.ResponseWriter, r *http.Request) {
	started, clock := time.Now(), sb.options.Clock()
	if !system.Sleep(r.Context(), sb.options.Latency) {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, system.MaxRequestBody))
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
		Action: system.Truncate(about.Action), Op: system.Truncate(about.Op), Kind: system.Truncate(about.Kind),
		Members: about.Members, Write: about.Write, RequestBytes: len(body),
	}
	if !sb.reachBoundary(about, false) {
		fault.Reset(w)
		return
	}
	rule := sb.faults.Match(about, r)
	var response system.Response
	if rule == nil || !rule.ReplacesResponse() || rule.AfterCommit {
		response = sys.Handle(r, body)
		entry.Result, entry.Code = response.Result, response.Code
	}
	entry.Status, entry.Faulted = response.Status, rule != nil
	if rule == nil {
		entry.Duration = time.Since(started)
		sb.journal.Record(entry)
		if !sb.reachBoundary(about, true) {
			fault.Reset(w)
			return
		}
		system.Send(w, response)
		return
	}
	if rule.Deny != "" {
		response = sys.Deny(rule.Deny, r, body)
	}
	entry.Status = rule.VisibleStatus(response)
	entry.Duration = time.Since(started)
	sb.journal.Record(entry)
	rule.Apply(w, r, response)
}

// serveChange makes the change of a form. A browser then loads the page again, which shows the result.
func (sb *Sandbox) serveChange(sys pageSystem, w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	forms := sys.Page().Forms
	at := slices.IndexFunc(forms, func(form page.Form) bool { return form.Name == name })
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, system.MaxRequestBody)
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	done, err := forms[at].Apply(r.PostForm)
	if err == nil {
		sb.lastChange.Store(&page.Message{Time: sb.options.Clock().UTC().Format(time.TimeOnly), Text: done})
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusSeeOther)
		_, _ = io.WriteString(w, done+"\n")
		return
	}
	const status = http.StatusUnprocessableEntity
	text := "Nothing was changed: " + err.Error() + "."
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, text, status)
		return
	}
	content := sb.page(sys)
	content.Refused, content.OpenForm = &page.Message{Text: text, Status: status}, name
	page.Serve(w, r, content)
}

func (sb *Sandbox) serveJournal(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	system.Send(w, system.JSON(http.StatusOK, map[string]any{"requests": sb.journal.Since(since)}))
}

func (sb *Sandbox) serveAddFaults(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, system.MaxRequestBody))
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
	response := system.JSON(http.StatusCreated, map[string]any{"added": len(faults)})
	response.Body = append(response.Body, '\n')
	system.Send(w, response)
}

func (sb *Sandbox) serveClearFaults(w http.ResponseWriter, _ *http.Request) {
	sb.faults.Clear()
	system.Send(w, system.Response{Status: http.StatusNoContent})
}

// pageSystem is a system with a web page that shows the content of its admin panel.
type pageSystem interface {
	system.System
	// ServesRoot reports whether the system itself responds to a GET of "/".
	ServesRoot(r *http.Request) bool
	Page() *page.Page
}
