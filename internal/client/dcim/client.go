// Package dcim speaks with a TopLink DCIM in operations and logical fields. How they are spelled on the wire is said by a profile.
// It knows nothing of Terraform.
package dcim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Config says where a DCIM is, how to authenticate, and how it spells its API.
type Config struct {
	Transport transport.Config // System, BaseURL and Secrets are filled in by New
	URL       string
	Key       string // of a system API key
	Secret    string
	Profile   string // name of a wire profile: "assumed"
}

// Client calls one DCIM. It is safe for concurrent use.
type Client struct {
	http     *transport.Client
	redactor *transport.Redactor
	profile  *profile
	auth     http.Header
	creating sync.Mutex
}

// New checks the configuration and makes a client. It makes no network call.
func New(cfg Config) (*Client, error) {
	p, err := loadProfile(cfg.Profile)
	if err != nil {
		return nil, fmt.Errorf("dcim client: %w", err)
	}
	t := cfg.Transport
	t.System = "dcim"
	t.BaseURL = cfg.URL
	t.Secrets = append([]string{cfg.Key, cfg.Secret}, t.Secrets...)
	httpClient, err := transport.New(t)
	if err != nil {
		return nil, fmt.Errorf("dcim client: %w", err)
	}
	auth := http.Header{}
	fill := strings.NewReplacer("{key}", cfg.Key, "{secret}", cfg.Secret)
	for name, template := range p.AuthHeaders {
		auth.Set(name, fill.Replace(template))
	}
	return &Client{http: httpClient, redactor: httpClient.Redactor(), profile: p, auth: auth}, nil
}

// Host is the host and port that the client calls: the installation's name in identities.
func (c *Client) Host() string { return c.http.Host() }

// FieldError is one complaint about a request; Field is the client's logical name where the profile knows it, else the wire name.
type FieldError struct {
	Field   string
	Message string
}

// Error is a failure that the DCIM reported. errors.Is(err, transport.ErrNotFound) holds for a 404 in the API's own shape only.
type Error struct {
	Operation string
	Status    int
	Message   string
	Fields    []FieldError
	notFound  bool
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s (HTTP %d)", e.Operation, e.Message, e.Status)
	switch e.Status {
	case http.StatusUnauthorized:
		text += ". Check the DCIM key and secret of the provider; the secret is shown only once, when the key is made"
	case http.StatusForbidden:
		text += ". The DCIM answers only the addresses listed on the API key (Settings > System API): add the address that Terraform runs from"
	}
	return text
}

// Is makes a genuine 404 the shared sentinel.
func (e *Error) Is(target error) bool { return target == transport.ErrNotFound && e.notFound }

// call runs one operation and returns the decoded answer. A write is sent at most once unless it is certain that it was not processed.
func (c *Client) call(ctx context.Context, name, id string, query url.Values, input any, object string) (any, error) {
	op, err := c.profile.operation(name)
	if err != nil {
		return nil, err
	}
	label := name
	if id != "" {
		label += " " + id
	}
	write := op.Method != http.MethodGet
	header := c.auth.Clone()
	header.Set("Accept", "application/json")
	request := transport.Request{
		Method:    op.Method,
		Path:      strings.TrimPrefix(c.profile.BasePath+strings.ReplaceAll(op.Path, "{id}", url.PathEscape(id)), "/"),
		Query:     query,
		Header:    header,
		Operation: label,
		// Deleting and replacing by id twice ends in the same state as once; a creation does not.
		Repeatable: op.Method == http.MethodGet || op.Method == http.MethodPut || op.Method == http.MethodDelete,
		Write:      write,
	}
	if input != nil {
		body, err := json.Marshal(input)
		if err != nil {
			return nil, fmt.Errorf("%s: encode the request: %w", label, err)
		}
		request.Body, request.ContentType = body, "application/json"
	}
	response, err := c.http.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	return c.decode(label, object, id != "", response)
}

// decode turns one complete HTTP answer into decoded JSON, nil when it is empty, or a typed error. byID says that the request was for
// one object: only then can a 404 mean that it is gone.
func (c *Client) decode(label, object string, byID bool, response *transport.Response) (any, error) {
	var body any
	decoder := json.NewDecoder(bytes.NewReader(response.Body))
	decoder.UseNumber() // ids are unsigned 64-bit: too large for a float
	isJSON := decoder.Decode(&body) == nil
	if _, err := decoder.Token(); err != io.EOF {
		body, isJSON = nil, false // "404 page not found" begins with a number
	}
	if response.StatusCode < 300 {
		if len(bytes.TrimSpace(response.Body)) > 0 && !isJSON {
			return nil, &Error{Operation: label, Status: response.StatusCode, Message: "got a page instead of JSON: check that the URL is the DCIM itself, and the wire profile \"" + c.profile.Name + "\" the one it speaks"}
		}
		return body, nil
	}
	failure := &Error{Operation: label, Status: response.StatusCode, Message: "the DCIM answered " + http.StatusText(response.StatusCode)}
	if message, ok := at(body, c.profile.MessagePath).(string); ok && message != "" {
		failure.Message = c.redactor.Redact(message)
		failure.notFound = response.StatusCode == http.StatusNotFound && byID
	} else if !isJSON {
		failure.Message = "got a page instead of JSON: check that the URL is the DCIM itself, and the wire profile \"" + c.profile.Name + "\" the one it speaks"
	}
	if complaints, ok := at(body, c.profile.ErrorsPath).(map[string]any); ok {
		logical := map[string]string{}
		for name, wire := range c.profile.Fields[object] {
			logical[wire] = name
		}
		for wire, messages := range complaints {
			field := wire
			if name, ok := logical[wire]; ok {
				field = name
			}
			failure.Fields = append(failure.Fields, FieldError{Field: field, Message: c.redactor.Redact(sentences(messages))})
		}
		sort.Slice(failure.Fields, func(i, j int) bool { return failure.Fields[i].Field < failure.Fields[j].Field })
	}
	return nil, failure
}

func sentences(messages any) string {
	list, ok := messages.([]any)
	if !ok {
		return fmt.Sprint(messages)
	}
	parts := make([]string, len(list))
	for i, message := range list {
		parts[i] = fmt.Sprint(message)
	}
	return strings.Join(parts, " ")
}

// scalar is the text of a value that is text, a number, a boolean or absent.
func scalar(value any) (text string, ok bool) {
	switch x := value.(type) {
	case nil:
		return "", true
	case string:
		return x, true
	case json.Number:
		return x.String(), true
	case bool:
		return strconv.FormatBool(x), true
	}
	return "", false
}

// list reads every page of a list operation.
func (c *Client) list(ctx context.Context, name, object string) ([]map[string]any, error) {
	var rows []map[string]any
	paging := c.profile.Paging
	for page := 1; ; page++ {
		query := url.Values{paging.PageParameter: {strconv.Itoa(page)}, paging.SizeParameter: {strconv.Itoa(paging.Size)}}
		body, err := c.call(ctx, name, "", query, nil, object)
		if err != nil {
			return nil, err
		}
		elements, ok := at(body, c.profile.DataPath).([]any)
		if !ok {
			return nil, c.mismatch(name, "there is no list at \""+c.profile.DataPath+"\" (data_path)")
		}
		for _, element := range elements {
			row, ok := element.(map[string]any)
			if !ok {
				return nil, c.mismatch(name, "an element of the list at \""+c.profile.DataPath+"\" is not an object (data_path)")
			}
			rows = append(rows, row)
		}
		last, err := strconv.Atoi(fmt.Sprint(at(body, paging.LastPagePath)))
		if err != nil {
			return nil, c.mismatch(name, "there is no number at \""+paging.LastPagePath+"\" (paging.last_page_path)")
		}
		if page >= last {
			return rows, nil
		}
		if len(elements) == 0 {
			return nil, c.mismatch(name, fmt.Sprintf("page %d of %d is empty", page, last))
		}
	}
}

// one takes the single object out of an answer.
func (c *Client) one(name string, body any) (map[string]any, error) {
	row, ok := at(body, c.profile.DataPath).(map[string]any)
	if !ok {
		return nil, c.mismatch(name, "there is no object at \""+c.profile.DataPath+"\" (data_path)")
	}
	return row, nil
}

// ErrProfile reports an answer that does not fit the wire profile.
var ErrProfile = errors.New("the answer does not fit the wire profile")

func (c *Client) mismatch(name, detail string) error {
	return fmt.Errorf("%s: %w %q: %s", name, ErrProfile, c.profile.Name, detail)
}
