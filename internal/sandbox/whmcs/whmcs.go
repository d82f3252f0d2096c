// Package whmcs is a stateful fake of a WHMCS with its official API actions and the Terraform companion.
package whmcs

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// WHMCS is the fake WHMCS: api.php with the official actions and the companion.
type WHMCS struct {
	system.Endpoint
	env     system.Environment
	options Options
	state   *State // guarded by the store's lock

	// The following fields are guarded by the store's lock.
	safety     SafetySettings
	allowedIPs []string
	hooks      []Hook
	trigger    func(table, id string, row Row)

	// connecting allows one connection to a panel at a time. The store's lock is not held while the panel is called.
	connecting sync.Mutex
}

// Credential is an API credential of WHMCS.
type Credential struct {
	Identifier string `json:"identifier"`
	Secret     string `json:"secret"`
}

// SafetySettings are the safety settings in companion.local.php. The zero value is a file without entries.
type SafetySettings struct {
	// Absent means that there is no companion.local.php. Every write is refused.
	Absent bool
	// ReadOnly refuses every write operation.
	ReadOnly bool
	// AllowDelete allows deletions.
	AllowDelete bool
	// Kinds are the writable kinds. A nil list allows all kinds.
	Kinds []string
	// ProtectedIDs are objects, by kind, that cannot be updated or deleted.
	ProtectedIDs map[string][]string
	// LandingPage allows writes of the template of the post-pay landing page.
	LandingPage bool
	// MaxPriceChangePercent, MinPrices (decimals by currency code) and MaxPriceChangesPerHour limit prices. Nil means no
	// limit.
	MaxPriceChangePercent  *int64
	MinPrices              map[string]string
	MaxPriceChangesPerHour *int64
	// Revenue lets reads show sums of what customers pay.
	Revenue bool
	// HTTPHosts are the hosts of panels that connect may call without TLS.
	HTTPHosts []string
	// Faults are the errors in the file itself. Any error refuses every write.
	Faults []string
}

// sandboxSettings are the safety settings of a sandbox whose options do not set any: deletions, and panels on loopback
// without TLS, are allowed.
var sandboxSettings = SafetySettings{AllowDelete: true, HTTPHosts: []string{"127.0.0.1"}}

// Hook is third-party code that WHMCS runs after a change, for example ServerEdit with the id of a server. It may
// change the state. An error is what PHP would throw. A hook runs under the store's lock and must not call methods of
// the sandbox.
type Hook func(name, id string, state *State) error

// Options configures a WHMCS. sandbox.Options describes the fields that have the same name there.
type Options struct {
	// SystemURL is the address in WHMCS's own settings. It does not depend on the listener, because the UUID of the
	// installation depends on it.
	SystemURL string
	// AllowedIPs are the addresses that may call the API.
	AllowedIPs []string
	// AccessKey is the API access key, which bypasses AllowedIPs. If empty, there is no bypass.
	AccessKey string
	// Credential and ReadOnlyCredential replace the random credentials.
	Credential         Credential
	ReadOnlyCredential Credential
	// SafetySettings are the safety settings of companion.local.php. If nil, deletions are allowed.
	SafetySettings *SafetySettings
	// Installation sets the UUID that the companion reports.
	Installation string
	// MissingColumns lists tables ("tblproducts_slugs") and columns ("tblproducts.color") that this version of WHMCS
	// does not have.
	MissingColumns []string
	// CompanionVersion is the version that the companion reports. If empty, the version of the PHP files is used.
	CompanionVersion string
	// WithoutHookFile omits the companion's file in includes/hooks.
	WithoutHookFile bool
	// NoCompanion omits all files of the companion, as before its installation.
	NoCompanion bool
	// PostPay configures the SolusVM 2 addon.
	PostPay PostPayOptions
	// Size is the number of additional products. They have a product group of their own.
	Size int
}

const (
	apiPath        = "/includes/api.php"
	whmcsCanonical = "9.0.1-release.1"
)

// New returns the WHMCS for a state that Seed made or that was loaded.
func New(env system.Environment, options Options, state *State) *WHMCS {
	state.applyOptions(options)
	safety := sandboxSettings
	if options.SafetySettings != nil {
		safety = *options.SafetySettings
	}
	return &WHMCS{env: env, options: options, state: state, safety: safety, allowedIPs: options.AllowedIPs}
}

// form returns the parameters of a request, as PHP's $_REQUEST does.
func (w *WHMCS) form(r *http.Request, body []byte) url.Values {
	form := r.URL.Query()
	form.Del("terraform_request") // the companion reads it from the body only, because logs contain the address
	posted := url.Values{}
	// PHP's curl sends multipart/form-data if the fields are an array (seen).
	switch mediaType, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType {
	case "application/x-www-form-urlencoded":
		posted, _ = url.ParseQuery(string(body))
	case "multipart/form-data":
		parts, err := multipart.NewReader(bytes.NewReader(body), parameters["boundary"]).ReadForm(int64(len(body)) + 1)
		if err == nil {
			posted = parts.Value
		}
	}
	for key, values := range posted {
		form[key] = values
	}
	return form
}

// Describe implements system.System.
func (w *WHMCS) Describe(r *http.Request, body []byte) system.RequestInfo {
	form := w.form(r, body)
	about := system.RequestInfo{System: "whmcs", Action: form.Get("action")}
	switch action := strings.ToLower(about.Action); action {
	default:
		about.Write = slices.Contains(officialWrites, action)
	case "terraformread", "terraformwrite":
		if request, err := decodeRequest(form.Get("terraform_request")); err == nil {
			describeCompanion(request, &about)
		}
	}
	return about
}

// caller is an authenticated caller.
type caller struct {
	ip         string
	credential APICredential
}

// Handle implements system.System.
func (w *WHMCS) Handle(r *http.Request, body []byte) system.Response {
	if r.URL.Path != apiPath {
		return system.Response{Status: http.StatusNotFound, ContentType: "text/html; charset=utf-8",
			Body: []byte("<html><body><h1>404 Not Found</h1></body></html>\n")}
	}
	form := w.form(r, body)
	action := form.Get("action")
	if action == "" {
		return w.encodeResponse(form, http.StatusBadRequest, apiError("Empty action request"))
	}
	client, refused := w.authenticate(r, form)
	if refused != "" {
		return w.encodeResponse(form, http.StatusForbidden, apiError(refused))
	}
	status, response := w.dispatch(r, form, strings.ToLower(action), client)
	return w.encodeResponse(form, status, response)
}

// Deny implements system.System.
func (w *WHMCS) Deny(reason string, r *http.Request, body []byte) system.Response {
	form := w.form(r, body)
	if reason == fault.DenyCredentials {
		return w.encodeResponse(form, http.StatusForbidden, apiError("Authentication Failed"))
	}
	return w.encodeResponse(form, http.StatusForbidden, notPermitted(form.Get("action")))
}

func notPermitted(action string) map[string]any {
	return apiError(fmt.Sprintf("Invalid Permissions: API action %q is not allowed", strings.ToLower(action)))
}

// authenticate checks the credential, the address and the role, in WHMCS's order. Seen: the messages, as third-party
// clients recorded them.
func (w *WHMCS) authenticate(r *http.Request, form url.Values) (caller, string) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	client, refused := caller{ip: host}, ""
	w.env.View(func() {
		identifier, secret := form.Get("identifier"), form.Get("secret")
		if identifier == "" && secret == "" { // documented: the credential may be passed in these fields
			identifier, secret = form.Get("username"), form.Get("password")
		}
		credential, known := w.state.Credentials[identifier]
		accessKey := w.options.AccessKey
		switch action := strings.ToLower(form.Get("action")); {
		case identifier == "" || secret == "":
			refused = "Authentication Failed"
		case !known:
			refused = "Invalid or missing credentials"
		case secret != credential.Secret:
			refused = "Authentication Failed"
		case !slices.Contains(w.allowedIPs, host) && (accessKey == "" || form.Get("accesskey") != accessKey):
			refused = "Invalid IP " + host
		case credential.Actions != nil && !slices.Contains(credential.Actions, action):
			refused, _ = notPermitted(action)["message"].(string)
		}
		client.credential = credential
	})
	return client, refused
}

func (w *WHMCS) dispatch(r *http.Request, form url.Values, action string, client caller) (int, map[string]any) {
	if !w.options.NoCompanion {
		switch action {
		case "terraformread":
			return http.StatusOK, w.companion(r, form, readOperations, client)
		case "terraformwrite":
			return http.StatusOK, w.companion(r, form, writeOperations, client)
		}
	}
	function := officialActions[action]
	if function == nil {
		return http.StatusOK, apiError("API Function Not Found")
	}
	var response map[string]any
	work := func() { response = function(w, form, client) }
	if !slices.Contains(officialWrites, action) {
		w.env.View(work)
		return http.StatusOK, response
	}
	if err := w.env.Change(func() error { work(); return nil }); err != nil {
		return http.StatusInternalServerError, apiError("The state could not be saved")
	}
	return http.StatusOK, response
}

func apiError(message string) map[string]any {
	return map[string]any{"result": "error", "message": message}
}

// encodeResponse encodes a response in the requested response type. WHMCS's default is XML, if the request has no
// responsetype.
func (w *WHMCS) encodeResponse(form url.Values, status int, response map[string]any) system.Response {
	out := system.JSON(status, response)
	if form.Get("responsetype") != "json" {
		out.ContentType, out.Body = "application/xml", []byte(xmlBody(form.Get("action"), response))
	}
	out.Result, _ = response["result"].(string)
	out.Code, _ = response["code"].(string)
	return out
}

// xmlBody returns the XML form. Nested values are JSON text, because tests only check that a client which expects JSON
// refuses the response.
func xmlBody(action string, response map[string]any) string {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n<whmcsapi version=\"" + whmcsCanonical + "\">\n")
	element := func(name, value string) {
		out.WriteString("<" + name + ">")
		_ = xml.EscapeText(&out, []byte(value))
		out.WriteString("</" + name + ">\n")
	}
	element("action", action)
	for _, name := range sortedKeys(response) {
		value, isText := response[name].(string)
		if !isText {
			encoded, _ := json.Marshal(response[name])
			value = string(encoded)
		}
		element(name, value)
	}
	out.WriteString("</whmcsapi>\n")
	return out.String()
}

// begin opens a transaction. The caller holds the store's lock.
func (w *WHMCS) begin() *tx {
	missing := map[string]bool{}
	for _, name := range w.options.MissingColumns {
		missing[name] = true
	}
	return &tx{state: w.state, now: w.env.Now(), missing: missing, trigger: w.trigger}
}
