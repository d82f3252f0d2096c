// Package whmcs speaks with WHMCS: its official external API, and the companion protocol (internal/companion/PROTOCOL.md) that
// adds what the official API lacks. It knows nothing of Terraform.
package whmcs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

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
}

// Client calls one WHMCS installation. It is safe for concurrent use.
type Client struct {
	http       *transport.Client
	redactor   *transport.Redactor
	identifier string
	secret     string
	accessKey  string

	currencies once[[]Currency]
	schemasMu  sync.Mutex
	schemas    map[string]*once[ModuleSchema]
}

// New checks the configuration and makes a client. It makes no network call.
func New(cfg Config) (*Client, error) {
	t := cfg.Transport
	t.System = "whmcs"
	t.BaseURL = strings.TrimSuffix(strings.TrimRight(cfg.URL, "/"), "/"+apiPath)
	t.Secrets = append([]string{cfg.Identifier, cfg.Secret, cfg.AccessKey}, t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("whmcs client: %w", err)
	}
	return &Client{
		http:       httpClient,
		redactor:   httpClient.Redactor(),
		identifier: cfg.Identifier,
		secret:     cfg.Secret,
		accessKey:  cfg.AccessKey,
	}, nil
}

// answer is the part of an API answer that every action shares.
type answer struct {
	Result  string `json:"result"`
	Message string `json:"message"`
	Code    string `json:"code"`
	Payload string `json:"payload"`
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
	response, err := c.http.Do(ctx, transport.Request{
		Method:      http.MethodPost,
		Path:        apiPath,
		Header:      http.Header{"Accept": {"application/json"}},
		Body:        []byte(form.Encode()),
		ContentType: "application/x-www-form-urlencoded",
		Operation:   operation,
		Repeatable:  repeatable,
		Write:       write,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", operation, err)
	}
	return c.classify(operation, response)
}

// classify turns one complete HTTP answer into the body of a success or a typed error. WHMCS answers business errors with
// 200 and refusals with 403, so the message decides first and the status second (facts: seen).
func (c *Client) classify(operation string, response *transport.Response) ([]byte, error) {
	body := jsonObject(response.Body)
	if body == nil {
		return nil, &Error{
			Operation: operation,
			Code:      CodeNotAPI,
			Status:    response.StatusCode,
			Message:   describeNonJSON(response, c.redactor),
		}
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, &Error{Operation: operation, Code: CodeNotAPI, Status: response.StatusCode, Message: "the answer is not the JSON object that the API sends: " + c.redactor.Redact(err.Error())}
	}
	if a.Result == "success" && response.StatusCode < http.StatusBadRequest {
		return body, nil
	}
	failure := &Error{
		Operation: operation,
		Status:    response.StatusCode,
		Code:      Code(a.Code),
		Message:   c.redactor.Redact(a.Message),
	}
	if failure.Code == "" {
		failure.Code = codeOfMessage(a.Message, response.StatusCode)
	}
	if a.Payload != "" {
		if err := failure.decodeDetails(a.Payload); err != nil {
			return nil, errors.Join(failure, err)
		}
	}
	return nil, failure
}

// jsonObject finds the JSON object in a body that may have a PHP notice in front of it (facts: seen). It returns nil when there is none.
func jsonObject(body []byte) []byte {
	text := body
	for {
		start := strings.IndexByte(string(text), '{')
		if start < 0 {
			return nil
		}
		candidate := text[start:]
		var raw json.RawMessage
		if err := json.NewDecoder(strings.NewReader(string(candidate))).Decode(&raw); err == nil && hasResult(raw) {
			return raw
		}
		text = candidate[1:]
	}
}

func hasResult(raw json.RawMessage) bool {
	var probe map[string]json.RawMessage
	return json.Unmarshal(raw, &probe) == nil && probe["result"] != nil
}

// describeNonJSON says what kind of page stood in place of an API answer, without quoting more of it than its title.
func describeNonJSON(response *transport.Response, redactor *transport.Redactor) string {
	text := string(response.Body)
	lower := strings.ToLower(text)
	what := "an answer that is not JSON"
	switch {
	case strings.TrimSpace(text) == "":
		what = "an empty answer"
	case strings.Contains(lower, "licens"):
		what = "WHMCS's licence page"
	case strings.Contains(lower, "maintenance"):
		what = "a maintenance page"
	case strings.Contains(lower, "upgrade") || strings.Contains(lower, "install/"):
		what = "WHMCS's installation or upgrade page"
	case strings.Contains(lower, "<html") || strings.Contains(lower, "<!doctype"):
		what = "an HTML page"
	}
	if title := htmlTitle(text); title != "" {
		what += fmt.Sprintf(" titled %q", redactor.Redact(title))
	}
	return fmt.Sprintf("got %s (HTTP %d) instead of an API answer: check that the URL is the WHMCS installation itself and that it works in a browser", what, response.StatusCode)
}

func htmlTitle(text string) string {
	lower := strings.ToLower(text)
	start := strings.Index(lower, "<title>")
	if start < 0 {
		return ""
	}
	rest := text[start+len("<title>"):]
	end := strings.IndexByte(rest, '<')
	if end < 0 || end > 120 {
		return ""
	}
	return strings.TrimSpace(rest[:end])
}
