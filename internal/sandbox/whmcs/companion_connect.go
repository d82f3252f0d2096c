package whmcs

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// codeConnection is the error code if the panel's test fails.
const codeConnection = "connection"

var (
	panelForm = regexp.MustCompile(`^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$`)
	tokenForm = regexp.MustCompile(`^[\x21-\x7e]+$`)
)

// panelConnection is a connection to a panel while it is checked and made.
type panelConnection struct {
	change
	url, apiKey, token, digest, callback string
	previous                             map[string]any
}

// companionConnect connects the SolusVM 2 addon to a panel. It calls the panel without the store's lock, because the
// panel of the sandbox uses the same store.
func companionConnect(w *WHMCS, r *http.Request, q *request, _ caller) (map[string]any, *failure) {
	c := &panelConnection{change: change{
		op: "connect", key: q.key(), kind: solusvm2BillingKind.name, id: singleID,
		values: q.object("values"), expect: q.object("expect"), installation: q.installation(),
	}}
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	w.connecting.Lock()
	defer w.connecting.Unlock()
	var done map[string]any
	var refused *failure
	var ca string
	err := w.env.Change(func() error {
		ca = w.state.postPay.CAFile
		done, refused = w.prepareConnection(c)
		return nil
	})
	if done != nil || refused != nil || err != nil {
		return done, orStateError(refused, err)
	}
	panel := &panelProbe{url: c.url, key: c.apiKey, caFile: ca}
	if c.previous, refused = panel.test(r.Context()); refused != nil {
		return nil, refused
	}
	shown, refused := panel.setIntegration(r.Context(), c)
	if refused == nil {
		err = w.env.Change(func() error {
			done, refused = w.storeConnection(c, shown)
			return nil
		})
		refused = orStateError(refused, err)
	}
	if refused != nil {
		return nil, panel.restore(context.WithoutCancel(r.Context()), c, refused)
	}
	return done, nil
}

func orStateError(refused *failure, err error) *failure {
	if refused == nil && err != nil {
		return &failure{code: codeInternal, message: "The state could not be saved"}
	}
	return refused
}

// newWrite returns the connection as a write of its kind.
func (c *panelConnection) newWrite(w *WHMCS) *write {
	return &write{
		t: w.begin(), k: &solusvm2BillingKind, id: system.Number(singleID), name: singleID,
		expect: c.expect, unknown: map[string]bool{}, mayRunModules: true, safety: w.safety,
	}
}

// prepareConnection makes every check before the panel is called. If the key was used before, it returns the stored
// response. The caller holds the store's lock.
func (w *WHMCS) prepareConnection(c *panelConnection) (map[string]any, *failure) {
	if refused := w.safety.refuse(c.op, c.kind, c.id); refused != nil {
		return nil, refused
	}
	if _, refused := w.writableKind(&request{fields: map[string]any{"kind": c.kind}}); refused != nil {
		return nil, refused
	}
	if refused := w.state.checkInstallation(c.installation); refused != nil {
		return nil, refused
	}
	s, redacted := w.state, maps.Clone(c.values)
	if secret, isText := redacted["api_key"].(string); isText {
		redacted["api_key"] = s.fingerprint(secret)
	}
	c.digest = s.digest(&solusvm2BillingKind, change{op: c.op, id: c.id, values: redacted})
	if done, refused := w.replay(c.key, c.digest); done != nil || refused != nil {
		return done, refused
	}
	if refused := c.parse(w.safety.HTTPHosts); refused != nil {
		return nil, refused
	}
	attempt := c.newWrite(w)
	if refused := attempt.parse(nil); refused != nil {
		return nil, refused
	}
	if refused := attempt.verify(); refused != nil {
		return nil, refused
	}
	if refused := attempt.refuseAffected(attempt.addonOf([]string{"url", "api_key"})); refused != nil {
		return nil, refused
	}
	attempt.requirePlaces(placeMissing, placeUnknown)
	if c.token = attempt.t.postPayText("integration_token"); c.token == "" && attempt.unsupportedErrors == nil {
		attempt.rejectUnsupported("integration_token", "%s", "The addon has not created its token yet. Open the page of the addon in the admin area. "+attempt.t.explainPlace("integration_token"))
	}
	c.callback = s.integrationURL()
	return nil, attempt.refusal()
}

// parse checks each value. Only the given hosts may be called without TLS.
func (c *panelConnection) parse(httpHosts []string) *failure {
	var errs []fieldError
	for _, name := range sortedKeys(c.values) {
		if name != "url" && name != "api_key" {
			errs = append(errs, errorAt(name, "is not a known field")...)
		}
	}
	member := func(name string, form *regexp.Regexp, clean func(string) string) string {
		if c.values[name] == nil {
			errs = append(errs, errorAt(name, "is required. url and api_key change together")...)
			return ""
		}
		given, isText := c.values[name].(string)
		given = clean(given)
		if !isText || !form.MatchString(given) || len(given) > 4096 {
			errs = append(errs, errorAt(name, "is not of its form")...)
		}
		return given
	}
	c.url = member("url", panelForm, func(s string) string { return panelAddress(strings.TrimSpace(s)) })
	c.apiKey = member("api_key", tokenForm, func(s string) string { return s })
	if at, err := url.Parse(c.url); errs == nil && (err != nil || at.Scheme != "https" && !slices.Contains(httpHosts, at.Host) && !slices.Contains(httpHosts, at.Hostname())) {
		errs = errorAt("url", "must be an https URL, because the API key and the addon's token are sent there. For a panel without TLS, "+
			"the operator can add 'solusvm2' => ['http_hosts' => ['%s']] to companion.local.php", at.Host)
	}
	if errs != nil {
		return invalid(errs)
	}
	return nil
}

// storeConnection stores the connection that the panel has accepted. The caller holds the store's lock.
func (w *WHMCS) storeConnection(c *panelConnection, shown map[string]any) (map[string]any, *failure) {
	attempt := c.newWrite(w)
	if refused := attempt.parse(nil); refused != nil {
		return nil, refused
	}
	if refused := attempt.verify(); refused != nil {
		return nil, refused
	}
	s, t := w.state, attempt.t
	t.setPostPayText("url", c.url)
	t.setPostPayText("api_key", c.apiKey)
	row := solusvm2BillingKind.object(t, attempt.id)
	if row["url"] != c.url || row["api_key_fingerprint"] != s.fingerprint(c.apiKey) {
		t.rollback()
		return nil, &failure{code: codeInternal, message: "The database did not store the connection"}
	}
	payload := map[string]any{"row": row, "integration": shown, "installation": s.installation(), "hook_errors": []string{}}
	if stored, err := json.Marshal(payload); err == nil {
		s.Responses[c.key] = StoredResponse{Digest: c.digest, Payload: stored, Time: w.env.Now()}
	}
	s.log("Terraform: connect " + c.kind + " " + c.id)
	return payload, nil
}

// panelProbe calls a panel as the WHMCS host does.
type panelProbe struct{ url, key, caFile string }

func (p *panelProbe) fails(reason string, status int, format string, args ...any) *failure {
	details := map[string]any{"reason": reason, "status": nil}
	if status != 0 {
		details["status"] = status
	}
	message := fmt.Sprintf("The SolusVM 2 panel %s did not pass the test: %s%s", p.url, fmt.Sprintf(format, args...), unchanged)
	return &failure{codeConnection, strings.ReplaceAll(message, p.key, secretMask), details}
}

func (p *panelProbe) call(ctx context.Context, method, path string, input any) (int, []byte, *failure) {
	trusted, err := x509.SystemCertPool()
	if err != nil {
		trusted = x509.NewCertPool() // an empty pool trusts no certificate
	}
	if p.caFile != "" {
		pem, unreadable := os.ReadFile(p.caFile)
		trusted = x509.NewCertPool()
		if unreadable != nil || !trusted.AppendCertsFromPEM(pem) {
			return 0, nil, unsupported(errorAt("url", "The certificates in solusvm2.ca_file of companion.local.php cannot be read"))
		}
	}
	client := &http.Client{Timeout: testTimeout, CheckRedirect: refuseRedirects, Transport: &http.Transport{
		DisableKeepAlives: true, DialContext: loopback.DialContext, TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
	}}
	body, err := json.Marshal(input)
	if err != nil {
		return 0, nil, p.fails("unreachable", 0, "the request cannot be made")
	}
	if input == nil {
		body = nil
	}
	request, err := http.NewRequestWithContext(ctx, method, p.url+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, p.fails("unreachable", 0, "its address is not valid")
	}
	request.Header = http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}, "Authorization": {"Bearer " + p.key}}
	response, err := client.Do(request)
	if err != nil {
		var untrusted *tls.CertificateVerificationError
		var noTLS tls.RecordHeaderError
		if errors.As(err, &untrusted) || errors.As(err, &noTLS) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
			return 0, nil, p.fails("tls", 0, "its certificate is not trusted, or it does not use TLS (%v). "+
				"Install a certificate that the WHMCS host trusts, or set solusvm2.ca_file in companion.local.php to the file of its authority", err)
		}
		return 0, nil, p.fails("unreachable", 0, "the WHMCS host cannot reach it (%v)", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, system.MaxRequestBody+1))
	if err != nil || len(answer) > system.MaxRequestBody {
		return 0, nil, p.fails("not_api", response.StatusCode, "its response is larger than %d bytes", system.MaxRequestBody)
	}
	return response.StatusCode, answer, nil
}

// get reads one resource and checks the response.
func (p *panelProbe) get(ctx context.Context, path string) (map[string]any, *failure) {
	status, body, refused := p.call(ctx, http.MethodGet, path, nil)
	if refused != nil {
		return nil, refused
	}
	if refused := p.checkResponse(path, status, body); refused != nil {
		return nil, refused
	}
	var answer struct{ Data map[string]any }
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK || answer.Data == nil {
		return nil, p.fails("not_api", status, "its response is not one of the SolusVM 2 API%s", panelWords(body))
	}
	return answer.Data, nil
}

// panelWords returns the message of the panel's response, for a failure.
func panelWords(body []byte) string {
	var response struct {
		Message string
		Errors  map[string][]string
	}
	_ = json.Unmarshal(body, &response) // without a message, the failure contains none
	message := response.Message
	for _, field := range sortedKeys(response.Errors) {
		message += " " + field + ": " + strings.Join(response.Errors[field], " ")
	}
	if message = strings.TrimSpace(message); message == "" {
		return ""
	}
	return " (it says: " + message + ")"
}

// checkResponse returns a failure if the response is not the panel's, or if the panel refuses the request.
func (p *panelProbe) checkResponse(path string, status int, body []byte) *failure {
	words := panelWords(body)
	switch {
	case status >= 300 && status < 400:
		return p.fails("redirect", status, "it redirects to another address, and the API key is not sent there. Use the address of the panel")
	case status == http.StatusTooManyRequests || status >= 500:
		return p.fails("unavailable", status, "it responds with the status %d%s", status, words)
	case bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")):
		return p.fails("html", status, "it responds with a web page. Check the address, and the proxy or firewall in front of the panel")
	case status == http.StatusUnauthorized:
		return p.fails("unauthorized", status, "it does not know the API key%s", words)
	case status == http.StatusForbidden && path == "account":
		return p.fails("address_refused", status, "it refuses the address of the WHMCS host. Allow it in the IPs of the API key's user%s", words)
	case status == http.StatusForbidden:
		return p.fails("not_administrator", status, "the API key does not belong to an administrator. Only administrators may change the integration%s", words)
	}
	return nil
}

func (p *panelProbe) test(ctx context.Context) (map[string]any, *failure) {
	if _, refused := p.get(ctx, "account"); refused != nil {
		return nil, refused
	}
	return p.integration(ctx)
}

func (p *panelProbe) integration(ctx context.Context) (map[string]any, *failure) {
	settings, refused := p.get(ctx, "settings")
	if refused != nil {
		return nil, refused
	}
	if _, there := settings["billing_integration"]; !there {
		return nil, p.fails("not_api", http.StatusOK, "its settings have no billing_integration")
	}
	integration, _ := settings["billing_integration"].(map[string]any)
	return integration, nil
}

func (p *panelProbe) patchIntegration(ctx context.Context, integration map[string]any) *failure {
	status, body, refused := p.call(ctx, http.MethodPatch, "settings", map[string]any{"billing_integration": integration})
	if refused == nil {
		refused = p.checkResponse("settings", status, body)
	}
	if refused == nil && status != http.StatusOK {
		refused = p.fails("integration_refused", status, "it refuses the billing integration%s", panelWords(body))
	}
	return refused
}

// setIntegration sets the panel's billing integration to this WHMCS and reads it back.
func (p *panelProbe) setIntegration(ctx context.Context, c *panelConnection) (map[string]any, *failure) {
	wanted := map[string]any{"type": "whmcs", "drivers": map[string]any{"whmcs": map[string]any{"url": c.callback, "token": c.token}}}
	if refused := p.patchIntegration(ctx, wanted); refused != nil {
		return nil, refused
	}
	shown, refused := p.integration(ctx)
	if refused != nil {
		return nil, refused
	}
	drivers, _ := shown["drivers"].(map[string]any)
	driver, _ := drivers["whmcs"].(map[string]any)
	token, _ := driver["token"].(string)
	if shown["type"] != "whmcs" || driver["url"] != c.callback || token != "" && token != c.token {
		return nil, p.fails("integration_mismatch", http.StatusOK, "it accepted the billing integration, but then it shows another one")
	}
	return map[string]any{"type": "whmcs", "url": c.callback}, nil
}

const (
	// unchanged is the end of a failure message if nothing was changed.
	unchanged = ". Nothing was changed"
	// panelNextStep is the next step if the panel was changed and not restored.
	panelNextStep = "Apply again, or check Settings > Billing integration in SolusVM 2"
)

// restore sets the panel's billing integration to its previous value after a failure. It returns that failure, or an
// internal error if the restoration fails. If there was no integration before, the panel may refuse to remove it.
// That is not an internal error.
func (p *panelProbe) restore(ctx context.Context, c *panelConnection, cause *failure) *failure {
	now, refused := p.integration(ctx)
	if refused == nil && !reflect.DeepEqual(now, c.previous) {
		refused = p.patchIntegration(ctx, c.previous)
	}
	if refused == nil {
		return cause
	}
	first := strings.TrimSuffix(cause.message, unchanged)
	if was, _ := c.previous["type"].(string); was == "" {
		return &failure{cause.code, first + ". WHMCS was not changed. The panel had no billing integration before, and the new one could not be removed. " +
			"The panel may now have the integration with this WHMCS. " + panelNextStep, cause.details}
	}
	details := map[string]any{}
	if reason, has := cause.details["reason"]; has {
		details["reason"] = reason
		first += fmt.Sprintf(" (reason: %s)", reason)
	}
	message := "The write failed: " + first + ". These changes could not be undone: the panel's billing integration. " + panelNextStep
	return &failure{codeInternal, message, details}
}
