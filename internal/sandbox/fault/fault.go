// Package fault changes or replaces responses of the sandbox according to rules.
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

// Rule is a fault rule. It affects the requests that match System, Action, Op, Kind, Method and Path. An empty match
// field matches every request.
type Rule struct {
	System string `json:"system,omitempty"` // whmcs, dcim, solusvm2
	Action string `json:"action,omitempty"` // WHMCS API action, not case-sensitive
	Op     string `json:"op,omitempty"`
	Kind   string `json:"kind,omitempty"`
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"` // regular expression

	// Nth is the number of the first matching request that is affected, counted from 1. 0 means 1.
	Nth int `json:"nth,omitempty"`
	// Times is the number of affected requests from there on. 0 means 1. A negative number means all.
	Times int `json:"times,omitempty"`

	// AfterCommit lets the system process the request before the response is replaced (by Status, Body, HTML, Page,
	// Deny, Empty, Oversize, Hang or Reset). Without AfterCommit the request is not processed.
	AfterCommit bool `json:"after_commit,omitempty"`

	// Status, Headers and Body replace the response. A Body without a Status is sent with status 200.
	Status  int               `json:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    string            `json:"body,omitempty"`
	// HTML sends a maintenance page instead of JSON, with status 200 or Status.
	HTML bool `json:"html,omitempty"`
	// Page sends another page in the same way: PageMaintenance, PageLogin or PageLicense.
	Page string `json:"page,omitempty"`
	// Deny sends the system's own refusal for the reason DenyCredentials or DenyPermission.
	Deny string `json:"deny,omitempty"`
	// Empty sends a response without a body.
	Empty bool `json:"empty,omitempty"`
	// Oversize announces a body of this many bytes and sends spaces until the caller closes the connection.
	Oversize int64 `json:"oversize,omitempty"`
	// Hang sends nothing until the caller closes the connection.
	Hang bool `json:"hang,omitempty"`
	// Reset closes the connection without a response.
	Reset bool `json:"reset,omitempty"`

	// Truncate sends this many bytes of the real response and then closes the connection.
	Truncate int `json:"truncate,omitempty"`
	// Cut sends this many bytes of the real response as a complete response.
	Cut int `json:"cut,omitempty"`
	// BodyPrefix is sent before the real body, as PHP does with a notice.
	BodyPrefix string `json:"body_prefix,omitempty"`
	// Delay is the wait before the response is sent.
	Delay Duration `json:"delay,omitempty"`
}

// Duration is a time.Duration that is written as "250ms" in JSON.
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

// PHPNotice is a BodyPrefix. A WHMCS with display_errors sends a notice in this form before its JSON.
const PHPNotice = "<br />\n<b>Notice</b>:  Undefined index: example in <b>/var/www/whmcs/includes/hooks/example.php</b> on line <b>12</b><br />\n"

// These pages can replace a response.
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

// These are the reasons of a refusal.
const (
	// DenyCredentials is the refusal of credentials that have expired or were revoked.
	DenyCredentials = "credentials"
	// DenyPermission is the refusal of an authenticated caller that lacks the permission.
	DenyPermission = "permission"
)

// Parse reads one rule from JSON. Unknown keys are an error, because a misspelled rule would silently do nothing.
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

// Check returns an error if the rule is invalid.
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

// ReplacesResponse reports whether the rule replaces the whole response.
func (f *Rule) ReplacesResponse() bool {
	return f.Status != 0 || f.Body != "" || f.pageBody() != "" || f.Deny != "" || f.Empty || f.Oversize > 0 || f.Hang ||
		f.Reset
}

// pageBody returns the HTML page to send, or "" for none.
func (f *Rule) pageBody() string {
	if f.HTML {
		return pages[PageMaintenance]
	}
	return pages[f.Page]
}

// VisibleStatus returns the status that the caller receives. It is 0 if the connection breaks.
func (f *Rule) VisibleStatus(genuine system.Response) int {
	switch {
	case f.Reset, f.Hang:
		return 0
	case f.Deny != "":
		return genuine.Status
	case f.Status != 0:
		return f.Status
	case f.ReplacesResponse():
		return http.StatusOK
	}
	return genuine.Status
}

// Apply sends the changed response.
func (f *Rule) Apply(w http.ResponseWriter, r *http.Request, response system.Response) {
	if !system.Sleep(r.Context(), time.Duration(f.Delay)) {
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
		sendSpaces(w, f.Oversize)
		return
	}
	if f.ReplacesResponse() && f.Deny == "" {
		response = system.Response{Status: f.VisibleStatus(response), ContentType: "application/json", Body: []byte(f.Body)}
		if page := f.pageBody(); page != "" {
			response.ContentType, response.Body = "text/html; charset=utf-8", []byte(page)
		}
		if f.Empty {
			response.Body = nil
		}
	}
	for name, value := range f.Headers {
		w.Header().Set(name, value)
		if strings.EqualFold(name, "Content-Type") {
			response.ContentType = value
		}
	}
	if f.BodyPrefix != "" {
		response.Body = append([]byte(f.BodyPrefix), response.Body...)
	}
	if f.Cut > 0 && f.Cut < len(response.Body) {
		response.Body = response.Body[:f.Cut]
	}
	if f.Truncate <= 0 || f.Truncate >= len(response.Body) {
		system.Send(w, response)
		return
	}
	w.Header().Set("Content-Type", response.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(response.Body)))
	w.WriteHeader(response.Status)
	_, _ = w.Write(response.Body[:f.Truncate])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// sendSpaces sends a body of spaces. JSON allows leading spaces, so the caller keeps reading.
func sendSpaces(w http.ResponseWriter, size int64) {
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

// Reset resets the TCP connection. After a clean close, the caller could mistake the connection for an idle one and
// retry.
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

type installedRule struct {
	Rule
	path *regexp.Regexp
	seen int
}

// List is the list of active rules.
type List struct {
	mu    sync.Mutex
	rules []*installedRule
}

// Add activates a rule. The returned function removes it.
func (l *List) Add(fault Rule) func() {
	rule := &installedRule{Rule: fault, path: regexp.MustCompile(fault.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = append(l.rules, rule)
	return func() { l.remove(rule) }
}

func (l *List) remove(rule *installedRule) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, candidate := range l.rules {
		if candidate == rule {
			l.rules = append(l.rules[:i:i], l.rules[i+1:]...)
			return
		}
	}
}

// Clear removes all rules.
func (l *List) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = nil
}

// Match counts the request for every rule that it matches. It returns the first of these rules that is due, or nil.
func (l *List) Match(about system.RequestInfo, r *http.Request) *Rule {
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

func (f *installedRule) matches(about system.RequestInfo, r *http.Request) bool {
	return (f.System == "" || f.System == about.System) &&
		(f.Action == "" || strings.EqualFold(f.Action, about.Action)) &&
		(f.Op == "" || f.Op == about.Op) &&
		(f.Kind == "" || f.Kind == about.Kind) &&
		(f.Method == "" || strings.EqualFold(f.Method, r.Method)) &&
		f.path.MatchString(r.URL.Path)
}
