// Package whmcs is the client of WHMCS. It uses the official external API, and the companion protocol
// for what the official API lacks (internal/companion/PROTOCOL.md). It does not depend on Terraform.
package whmcs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/coalesce"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// apiPath is the path of WHMCS's external API, relative to the URL of the installation (documented).
const apiPath = "includes/api.php"

// Config is the configuration of a [Client].
type Config struct {
	Transport  transport.Config // New sets System, BaseURL and Secrets
	URL        string           // of the WHMCS installation, with or without a trailing slash or includes/api.php
	Identifier string           // API credential
	Secret     string           // API credential
	AccessKey  string           // $api_access_key of configuration.php, empty if WHMCS allows the caller's address
	// DisableCoalescing makes every read and every validation a request of its own, for measurements.
	DisableCoalescing bool
}

// Client calls one WHMCS installation. It is safe for concurrent use.
type Client struct {
	http       *transport.Client
	redactor   *transport.Redactor
	identifier string
	secret     string
	accessKey  string

	noisy        atomic.Bool
	currencies   cached[[]Currency]
	info         cached[Info]
	schemasMu    sync.Mutex
	schemas      map[moduleQuestion]*cached[ModuleSchema]
	declarations map[string]*cached[Module]

	httpDo func(ctx context.Context, r transport.Request) (*transport.Response, error)

	changes            coalesce.Changes
	coalescingDisabled bool
	readsMu            sync.Mutex
	reads              map[readsKey]*coalesce.Reads[rawRow]

	rateLimited         bool
	validations         *coalesce.Batcher[validation, validated]
	noValidationBatches atomic.Bool // the companion accepts single validations only
}

// New checks the configuration and makes a client. It makes no network call.
func New(cfg Config) (*Client, error) {
	t := cfg.Transport
	t.System = "whmcs"
	t.BaseURL = strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(cfg.URL), "/"), "/"+apiPath)
	t.Secrets = append([]string{cfg.Identifier, cfg.Secret, cfg.AccessKey}, t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("whmcs client: %w", err)
	}
	c := &Client{
		http:       httpClient,
		redactor:   httpClient.Redactor(),
		identifier: cfg.Identifier,
		secret:     cfg.Secret,
		accessKey:  cfg.AccessKey,
		httpDo:     httpClient.Do,

		coalescingDisabled: cfg.DisableCoalescing,
		reads:              map[readsKey]*coalesce.Reads[rawRow]{},
		rateLimited:        t.MaxRequestsPerSecond > 0,
	}
	c.validations = c.newValidations()
	return c, nil
}

// Endpoint describes the connection to WHMCS.
func (c *Client) Endpoint() transport.Endpoint { return c.http.Endpoint() }

// HasWritten reports whether this client has sent a write: a create, update, delete or connect.
func (c *Client) HasWritten() bool { return c.changes.Any() }

// Redact masks the client's secrets in a text.
func (c *Client) Redact(text string) string { return c.redactor.Redact(text) }

// Noisy reports whether any response so far had text before its JSON. PHP writes such notices when
// display_errors is on.
func (c *Client) Noisy() bool { return c.noisy.Load() }

// AddSecrets adds secrets before they are sent. Errors and log lines then mask them when WHMCS, a
// module or a hook quotes them.
func (c *Client) AddSecrets(secrets ...string) { c.redactor.Add(secrets...) }

// responseFields are the fields of a response of the API. A field has exactly its name: for a struct field,
// encoding/json would also accept "RESULT".
type responseFields map[string]json.RawMessage

// text returns a field, or "" if it is absent or not text.
func (f responseFields) text(name string) string { return decodeText(f[name]) }

// call posts one action and returns the fields of a successful response. repeatable means that the action
// may be sent twice. write means that it may change something: once connected, the attempt is not
// cancelled with ctx.
func (c *Client) call(
	ctx context.Context, action, operation string, params url.Values, write, repeatable bool,
) (responseFields, error) {
	form := url.Values{
		"action":       {action},
		"responsetype": {"json"},
		"identifier":   {c.identifier},
		"secret":       {c.secret},
	}
	if c.accessKey != "" {
		form.Set("accesskey", c.accessKey)
	}
	for name, values := range params {
		form[name] = values
	}
	encoded := form.Encode()
	response, err := c.httpDo(ctx, transport.Request{
		Method:      http.MethodPost,
		Path:        apiPath,
		Header:      http.Header{"Accept": {"application/json"}},
		Body:        []byte(encoded),
		ContentType: "application/x-www-form-urlencoded",
		Operation:   operation,
		Repeatable:  repeatable,
		Write:       write,
	})
	var fields responseFields
	if err == nil {
		fields, err = c.classify(operation, response, len(encoded))
	}
	if err != nil {
		withholdEcho(err, form.Get(requestField))
	}
	return fields, err
}

// echoLength is the number of equal consecutive characters that count as a quotation of the request.
const echoLength = 32

// withholdEcho removes texts that quote the encoded request from an error. The masking of secrets
// cannot find a secret in the encoded form.
func withholdEcho(err error, encoded string) {
	withhold := func(text *string) {
		for at := 0; at+echoLength <= len(encoded); at += echoLength {
			if strings.Contains(*text, encoded[at:at+echoLength]) {
				*text = "(withheld: it repeats the request)"
				return
			}
		}
	}
	var failure *Error
	if errors.As(err, &failure) {
		withhold(&failure.Message)
	}
	var failed *transport.Error
	if errors.As(err, &failed) {
		withhold(&failed.Body)
	}
}

// emptyAction is WHMCS's message about a form without an action (seen).
const emptyAction = "Empty action request"

// classify returns the fields of a successful response or an error. sent is the number of bytes of the form. WHMCS
// responds to business errors with 200 and to refusals with 403 (facts: seen). Therefore the message decides first,
// and then the status.
func (c *Client) classify(operation string, response *transport.Response, sent int) (responseFields, error) {
	body, fields := jsonObject(response.Body)
	if body == nil {
		page, message := describeNonJSON(response, c.redactor)
		return nil, &Error{Operation: operation, Code: CodeNotAPI, Status: response.StatusCode, Message: message, Page: page}
	}
	if !bytes.HasPrefix(bytes.TrimSpace(response.Body), body) {
		c.noisy.Store(true)
	}
	result, message, payload := fields.text("result"), fields.text("message"), fields["payload"]
	if result == "success" && response.StatusCode < http.StatusMultipleChoices {
		return fields, nil
	}
	failure := &Error{
		Operation: operation,
		Status:    response.StatusCode,
		Code:      Code(fields.text("code")),
		Message:   c.redactor.Redact(message),
	}
	if failure.Message == "" {
		failure.Message = fmt.Sprintf("WHMCS sent HTTP %d with the result %.40q and no message",
			response.StatusCode, c.redactor.Redact(result))
	}
	if strings.HasPrefix(failure.Message, emptyAction) {
		failure.Message = fmt.Sprintf("%s (HTTP %d): the form did not arrive. It has %d bytes, and PHP drops a form that is "+
			"larger than post_max_size of php.ini. Raise post_max_size, and the limit of a firewall or proxy in front of WHMCS",
			failure.Message, response.StatusCode, sent)
	}
	if failure.Code == "" {
		failure.Code = codeOfMessage(message, response.StatusCode)
	}
	if decodeText(payload) != "" {
		if err := failure.decodeDetails(payload, c.redactor); err != nil {
			failure.Message += " (" + c.redactor.Redact(err.Error()) + ")"
		}
	}
	return nil, failure
}

// maxCandidates limits the number of opening braces to try. A body with more is a page, not a notice.
const maxCandidates = 1000

// jsonObject finds the JSON of a response. PHP notices may precede it, and they may contain braces or
// whole JSON objects (facts: seen). The response is the last object with a "result". Objects inside
// another object or list do not count, so a truncated response is not accepted. It returns nil when
// there is no such object.
func jsonObject(body []byte) (found []byte, fields responseFields) {
	at := 0
	for range maxCandidates {
		offset := bytes.IndexByte(body[at:], '{')
		if offset < 0 {
			break
		}
		start := at + offset
		at = start + 1
		if before := bytes.TrimRight(body[:start], " \t\r\n"); len(before) > 0 &&
			bytes.IndexByte([]byte(":,["), before[len(before)-1]) >= 0 {
			continue
		}
		var raw json.RawMessage
		if json.NewDecoder(bytes.NewReader(body[start:])).Decode(&raw) != nil {
			continue
		}
		at = start + len(raw)
		var probe responseFields
		if json.Unmarshal(raw, &probe) == nil && probe["result"] != nil {
			found, fields = raw, probe
		}
	}
	return found, fields
}

// describeNonJSON returns the kind of a page that was returned instead of an API response, and a
// message. The message quotes only the page's title.
func describeNonJSON(response *transport.Response, redactor *transport.Redactor) (Page, string) {
	read := transport.ReadPage(response.Body)
	page, what := PageOther, "a response that is not JSON"
	switch {
	case read.Empty:
		page, what = PageEmpty, "an empty response"
	case phpError.MatchString(read.Visible):
		page, what = PagePHPError, "an error message of PHP"
	case strings.Contains(read.Visible, "licens"):
		page, what = PageLicense, "WHMCS's licence page"
	case strings.Contains(read.Visible, "maintenance"):
		page, what = PageMaintenance, "a maintenance page"
	case strings.Contains(read.Visible, "upgrade") || strings.Contains(read.Visible, "installer"):
		page, what = PageUpgrade, "WHMCS's installation or upgrade page"
	case read.HTML && read.LoginForm:
		page, what = PageLogin, "a login page"
	case read.HTML && (response.StatusCode == http.StatusForbidden || response.StatusCode == http.StatusNotAcceptable):
		page, what = PageFirewall, "an HTML page"
	case read.HTML:
		page, what = PageHTML, "an HTML page"
	}
	if read.Title != "" {
		what += fmt.Sprintf(" titled %q", redactor.Redact(read.Title))
	}
	check := "the URL is the WHMCS installation itself and that it works in a browser"
	what += fmt.Sprintf(" (HTTP %d)", response.StatusCode)
	if page == PageFirewall {
		what += " of a firewall, or of the web server in front of WHMCS,"
		check = "it lets POST requests from this machine through to " + apiPath
	}
	return page, fmt.Sprintf("Got %s instead of a response of the API. Check that %s", what, check)
}

// phpError matches the message of PHP when a script fails.
var phpError = regexp.MustCompile(`(?:fatal|parse) error\s*:`)
