// Package fault spoils the answers of the sandbox, as a list of rules says.
package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Rule is a rule that spoils the answers of matching requests. Empty match fields match anything.
type Rule struct {
	System string `json:"system,omitempty"` // whmcs, dcim, solusvm2
	Action string `json:"action,omitempty"` // WHMCS API action, any case
	Op     string `json:"op,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"` // regular expression

	// Nth is the first matching request spoiled, counted from 1; 0 is 1.
	Nth int `json:"nth,omitempty"`
	// Times is how many are spoiled from there on; 0 is one, a negative number is all.
	Times int `json:"times,omitempty"`

	// AfterCommit lets the system do its work before a replacing effect (Status, Body, HTML, Page, Deny, Empty, Oversize, Hang, Reset) hides the
	// answer. Without it the request is never processed.
	AfterCommit bool `json:"after_commit,omitempty"`

	// Status, Headers and Body replace the answer. A Body without a Status is sent with 200.
	Status  int               `json:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	// HTML answers status 200 (or Status) with a maintenance page in place of JSON.
	HTML bool `json:"html,omitempty"`
	// Page names another page to answer with in the same way: one of PageMaintenance, PageLogin, PageLicense.
	Page string `json:"page,omitempty"`
	// Deny turns the caller away as the system itself does, one of DenyCredentials and DenyPermission.
	Deny string `json:"deny,omitempty"`
	// Empty answers without a body.
	Empty bool `json:"empty,omitempty"`
	// Oversize announces an answer of this many bytes and sends spaces until the caller has had enough.
	Oversize int64 `json:"oversize,omitempty"`
	// Hang answers nothing until the caller gives up.
	Hang bool `json:"hang,omitempty"`
	// Reset closes the connection without an answer.
	Reset bool `json:"reset,omitempty"`

	// Truncate sends this many bytes of the genuine answer and then closes the connection.
	Truncate int `json:"truncate,omitempty"`
	// Cut sends this many bytes of the genuine answer as if they were all of it.
	Cut int `json:"cut,omitempty"`
	// BodyPrefix precedes the genuine answer, as a PHP notice does.
	BodyPrefix string `json:"body_prefix,omitempty"`
	// Delay is waited before the answer is sent.
	Delay Duration `json:"delay,omitempty"`
}

// Duration is a time.Duration that reads "250ms" in JSON.
type Duration time.Duration

// MarshalJSON writes the text form.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads the text form.
func (d *Duration) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

// PHPNotice is a BodyPrefix as a WHMCS with display_errors puts before its JSON.
const PHPNotice = "<br />\n<b>Notice</b>:  Undefined index: example in <b>/var/www/whmcs/includes/hooks/example.php</b> on line <b>12</b><br />\n"

// The pages that stand in place of an answer.
const (
	PageMaintenance = "maintenance"
	PageLogin       = "login"
	PageLicense     = "license"
)

var pages = map[string]string{
	PageMaintenance: "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head>" +
		"<body><h1>Down for Maintenance</h1><p>We are currently performing maintenance and will be back shortly.</p></body></html>\n",
	PageLogin: "<!DOCTYPE html>\n<html><head><title>Log in</title></head>" +
		"<body><form method=\"post\" action=\"/login\"><input name=\"username\"><input type=\"password\" name=\"password\"></form></body></html>\n",
	PageLicense: "<!DOCTYPE html>\n<html><head><title>License Error</title></head>" +
		"<body><h1>Your license is invalid</h1><p>This license key is not valid for this installation.</p></body></html>\n",
}

// Why a caller is turned away.
const (
	// DenyCredentials is what a caller hears whose credentials have expired or were revoked.
	DenyCredentials = "credentials"
	// DenyPermission is what a caller hears who is known and may not do this.
	DenyPermission = "permission"
)

// Parse reads one rule from JSON; unknown keys are an error, because a misspelt rule would silently do nothing.
func Parse(text string) (Rule, error) {
	var fault Rule
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&fault); err != nil {
		return Rule{}, fmt.Errorf("fault rule: %w", err)
	}
	err := fault.Check()
	return fault, err
}

// Check says what makes a rule unusable.
func (f *Rule) Check() error {
	if _, err := regexp.Compile(f.Path); err != nil {
		return fmt.Errorf("fault rule: path: %w", err)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return errors.New("fault rule: status must be 200 to 599")
	}
	if f.Page != "" && pages[f.Page] == "" {
		return fmt.Errorf("fault rule: there is no page %q", f.Page)
	}
	if f.Deny != "" && f.Deny != DenyCredentials && f.Deny != DenyPermission {
		return fmt.Errorf("fault rule: deny must be %s or %s", DenyCredentials, DenyPermission)
	}
	return nil
}

// Replaces tells whether the genuine answer is not sent at all.
func (f *Rule) Replaces() bool {
	return f.Status != 0 || f.Body != "" || f.page() != "" || f.Deny != "" || f.Empty || f.Oversize > 0 || f.Hang || f.Reset
}

// page is the text of the page to answer with, "" for none.
func (f *Rule) page() string {
	if f.HTML {
		return pages[PageMaintenance]
	}
	return pages[f.Page]
}

// SeenStatus is the status that the caller sees in place of the genuine one; 0 where the connection breaks.
func (f *Rule) SeenStatus(genuine system.Reply) int {
	switch {
	case f.Reset, f.Hang:
		return 0
	case f.Deny != "":
		return genuine.Status
	case f.Status != 0:
		return f.Status
	case f.Replaces():
		return http.StatusOK
	}
	return genuine.Status
}

// Apply sends the spoiled answer.
func (f *Rule) Apply(w http.ResponseWriter, r *http.Request, answer system.Reply) {
	if !system.Pause(r.Context(), time.Duration(f.Delay)) {
		return
	}
	switch {
	case f.Reset:
		Reset(w)
		return
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Oversize > 0:
		pour(w, f.Oversize)
		return
	}
	if f.Replaces() && f.Deny == "" {
		answer = system.Reply{Status: f.SeenStatus(answer), ContentType: "application/json", Body: []byte(f.Body)}
		if page := f.page(); page != "" {
			answer.ContentType, answer.Body = "text/html; charset=utf-8", []byte(page)
		}
		if f.Empty {
			answer.Body = nil
		}
	}
	for name, value := range f.Headers {
		w.Header().Set(name, value)
		if strings.EqualFold(name, "Content-Type") {
			answer.ContentType = value
		}
	}
	if f.BodyPrefix != "" {
		answer.Body = append([]byte(f.BodyPrefix), answer.Body...)
	}
	if f.Cut > 0 && f.Cut < len(answer.Body) {
		answer.Body = answer.Body[:f.Cut]
	}
	if f.Truncate <= 0 || f.Truncate >= len(answer.Body) {
		system.Send(w, answer)
		return
	}
	w.Header().Set("Content-Type", answer.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.Body)))
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body[:f.Truncate])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// pour sends spaces, which are JSON as far as they go.
func pour(w http.ResponseWriter, size int64) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	spaces := bytes.Repeat([]byte(" "), 64<<10)
	for size > 0 {
		n, err := w.Write(spaces[:min(size, int64(len(spaces)))])
		if size -= int64(n); err != nil {
			return
		}
	}
}

// Reset breaks the connection off. A TCP reset rather than a clean close keeps the caller from taking it for an idle connection.
func Reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

type installedFault struct {
	Rule
	path *regexp.Regexp
	seen int
}

// List is the rules that are installed.
type List struct {
	mu    sync.Mutex
	rules []*installedFault
}

// Add installs a rule. The function returned takes it out again.
func (l *List) Add(fault Rule) func() {
	rule := &installedFault{Rule: fault, path: regexp.MustCompile(fault.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = append(l.rules, rule)
	return func() { l.remove(rule) }
}

func (l *List) remove(rule *installedFault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, candidate := range l.rules {
		if candidate == rule {
			l.rules = append(l.rules[:i:i], l.rules[i+1:]...)
			return
		}
	}
}

// Clear takes all rules out.
func (l *List) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = nil
}

// Take counts the request against every rule it matches and returns the first that is due.
func (l *List) Take(about system.Call, r *http.Request) *Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	var due *Rule
	for _, rule := range l.rules {
		if !rule.matches(about, r) {
			continue
		}
		rule.seen++
		first, times := max(rule.Nth, 1), rule.Times
		if times == 0 {
			times = 1
		}
		if due == nil && rule.seen >= first && (times < 0 || rule.seen < first+times) {
			due = &rule.Rule
		}
	}
	return due
}

func (f *installedFault) matches(about system.Call, r *http.Request) bool {
	return (f.System == "" || f.System == about.System) &&
		(f.Action == "" || strings.EqualFold(f.Action, about.Action)) &&
		(f.Op == "" || f.Op == about.Op) &&
		(f.Kind == "" || f.Kind == about.Kind) &&
		(f.Method == "" || strings.EqualFold(f.Method, r.Method)) &&
		f.path.MatchString(r.URL.Path)
}
