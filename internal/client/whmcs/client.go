// Package whmcs speaks with WHMCS: its official external API, and the companion protocol (internal/companion/PROTOCOL.md) that
// adds what the official API lacks. It knows nothing of Terraform.
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

// apiPath is where every WHMCS serves its external API, below its URL (documented).
const apiPath = "includes/api.php"

// Config says where a WHMCS is and how to authenticate.
type Config struct {
	Transport  transport.Config // System, BaseURL and Secrets are filled in by New
	URL        string           // of the WHMCS installation, with or without a trailing slash or includes/api.php
	Identifier string           // API credential
	Secret     string           // API credential
	AccessKey  string           // $api_access_key of configuration.php; empty when the caller's address is on the allow-list
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

	noisy      atomic.Bool
	currencies once[[]Currency]
	schemasMu  sync.Mutex
	schemas    map[string]*once[ModuleSchema]

	exchange func(ctx context.Context, r transport.Request) (*transport.Response, error)

	changes            coalesce.Changes
	coalescingDisabled bool
	readsMu            sync.Mutex
	reads              map[Kind]*coalesce.Reads[rawRow]

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
		exchange:   httpClient.Do,

		coalescingDisabled: cfg.DisableCoalescing,
		reads:              map[Kind]*coalesce.Reads[rawRow]{},
		rateLimited:        t.MaxRequestsPerSecond > 0,
	}
	c.validations = c.newValidations()
	return c, nil
}

// Endpoint is how the client reaches WHMCS.
func (c *Client) Endpoint() transport.Endpoint { return c.http.Endpoint() }

// HasWritten reports whether this client has sent a write: a create, update, delete or connect.
func (c *Client) HasWritten() bool { return c.changes.Any() }

// Redact masks the client's secrets in a text that is about to be shown.
func (c *Client) Redact(text string) string { return c.redactor.Redact(text) }

// Noisy reports whether something stood in front of the JSON of an answer so far, as a PHP notice does where display_errors is on.
func (c *Client) Noisy() bool { return c.noisy.Load() }

// AddSecrets makes secrets known that are about to be sent, so that no error or log line shows them when WHMCS, a module or a hook quotes them.
func (c *Client) AddSecrets(secrets ...string) { c.redactor.Add(secrets...) }

// answer is the part of an API answer that every action shares.
type answer struct {
	Result, Message, Code, Payload Text
}

// decodeAnswer takes the shared part out of an answer; what is absent or not text is "". It goes by way of a map because
// encoding/json fills a struct from "RESULT" too, and a success must say so in the very words of the API.
func decodeAnswer(body []byte) (a answer) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return a
	}
	for name, into := range map[string]*Text{"result": &a.Result, "message": &a.Message, "code": &a.Code, "payload": &a.Payload} {
		if into.UnmarshalJSON(fields[name]) != nil {
			*into = ""
		}
	}
	return a
}

// call posts one action and returns the body of a successful answer. repeatable says that sending it twice does no harm;
// write says that it may change something, so that an attempt under way is not abandoned.
func (c *Client) call(ctx context.Context, action, operation string, params url.Values, write, repeatable bool) ([]byte, error) {
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
	response, err := c.exchange(ctx, transport.Request{
		Method:      http.MethodPost,
		Path:        apiPath,
		Header:      http.Header{"Accept": {"application/json"}},
		Body:        []byte(form.Encode()),
		ContentType: "application/x-www-form-urlencoded",
		Operation:   operation,
		Repeatable:  repeatable,
		Write:       write,
	})
	var body []byte
	if err == nil {
		body, err = c.classify(operation, response)
	}
	if err != nil {
		withholdEcho(err, form.Get(requestField))
	}
	return body, err
}

// echoLength is how many characters in a row make a repetition of the request.
const echoLength = 32

// withholdEcho removes from a failure a server's text that repeats the encoded request, in which the masking of secrets finds none.
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

// classify turns one complete HTTP answer into the body of a success or a typed error. WHMCS answers business errors with
// 200 and refusals with 403, so the message decides first and the status second (facts: seen).
func (c *Client) classify(operation string, response *transport.Response) ([]byte, error) {
	body := jsonObject(response.Body)
	if body == nil {
		page, message := describeNonJSON(response, c.redactor)
		return nil, &Error{Operation: operation, Code: CodeNotAPI, Status: response.StatusCode, Message: message, Page: page}
	}
	if !bytes.HasPrefix(bytes.TrimSpace(response.Body), body) {
		c.noisy.Store(true)
	}
	a := decodeAnswer(body)
	if a.Result == "success" && response.StatusCode < http.StatusMultipleChoices {
		return body, nil
	}
	failure := &Error{
		Operation: operation,
		Status:    response.StatusCode,
		Code:      Code(a.Code),
		Message:   c.redactor.Redact(string(a.Message)),
	}
	if failure.Message == "" {
		failure.Message = fmt.Sprintf("WHMCS answered HTTP %d with the result %.40q and no message", response.StatusCode, c.redactor.Redact(string(a.Result)))
	}
	if failure.Code == "" {
		failure.Code = codeOfMessage(string(a.Message), response.StatusCode)
	}
	if a.Payload != "" {
		if err := failure.decodeDetails(string(a.Payload), c.redactor); err != nil {
			failure.Message += " (" + c.redactor.Redact(err.Error()) + ")"
		}
	}
	return nil, failure
}

// maxCandidates bounds how many braces are tried: beyond it the body is a page, not a notice.
const maxCandidates = 1000

// jsonObject finds the answer in a body that may have PHP notices in front of it, which may hold braces, even whole JSON objects
// (facts: seen). It is the last object with a result; one inside another object or list is never taken for it, so that an
// answer cut short is no answer. It returns nil when there is none.
func jsonObject(body []byte) []byte {
	var found []byte
	at := 0
	for range maxCandidates {
		offset := bytes.IndexByte(body[at:], '{')
		if offset < 0 {
			break
		}
		start := at + offset
		at = start + 1
		if before := bytes.TrimRight(body[:start], " \t\r\n"); len(before) > 0 && bytes.IndexByte([]byte(":,["), before[len(before)-1]) >= 0 {
			continue
		}
		var raw json.RawMessage
		if json.NewDecoder(bytes.NewReader(body[start:])).Decode(&raw) != nil {
			continue
		}
		at = start + len(raw)
		if hasResult(raw) {
			found = raw
		}
	}
	return found
}

func hasResult(raw json.RawMessage) bool {
	var probe map[string]json.RawMessage
	return json.Unmarshal(raw, &probe) == nil && probe["result"] != nil
}

// describeNonJSON says what kind of page stood in place of an API answer, without quoting more of it than its title.
func describeNonJSON(response *transport.Response, redactor *transport.Redactor) (Page, string) {
	read := transport.ReadPage(response.Body)
	page, what := PageOther, "an answer that is not JSON"
	switch {
	case read.Empty:
		page, what = PageEmpty, "an empty answer"
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
	case read.HTML:
		page, what = PageHTML, "an HTML page"
	}
	if read.Title != "" {
		what += fmt.Sprintf(" titled %q", redactor.Redact(read.Title))
	}
	return page, fmt.Sprintf("got %s (HTTP %d) instead of an API answer: check that the URL is the WHMCS installation itself and that it works in a browser", what, response.StatusCode)
}

// phpError matches what PHP writes when a script ends badly.
var phpError = regexp.MustCompile(`(?:fatal|parse) error\s*:`)
