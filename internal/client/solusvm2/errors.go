package solusvm2

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sort"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// FieldError is the panel's complaint about one field, by its name on the wire ("name", "vms.limit").
type FieldError struct {
	Field   string
	Message string
}

// Error is a failure that the panel, or something in front of it, answered. errors.Is(err, transport.ErrNotFound) holds for a "not found" in the API's
// own shape only.
type Error struct {
	Operation string
	Status    int // of HTTP
	Message   string
	Fields    []FieldError
	// Page says that a page, or nothing, stood in place of an answer of the API.
	Page     bool
	Empty    bool // a status of success came with nothing, and was not that of "no content"
	notFound bool
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s (HTTP %d)", e.Operation, strings.TrimSuffix(e.Message, "."), e.Status)
	if e.Page {
		return text
	}
	switch e.Status {
	case http.StatusNotFound:
		if !e.notFound {
			text += ". The panel has nothing at this address: check that the URL is the one that its web interface has"
		}
	case http.StatusUnauthorized:
		text += ". Check the API token (SolusVM 2: Account > API tokens); it is shown only once, when it is generated"
	case http.StatusForbidden:
		text += ". The token has its user's rights: it must be an administrator's, and the user's list of allowed IP addresses, if there is one, must hold the address that calls"
	}
	return text
}

// Is makes a genuine "not found" and an empty answer the shared sentinels.
func (e *Error) Is(target error) bool {
	return target == transport.ErrNotFound && e.notFound || target == transport.ErrUnconfirmed && e.Empty
}

// Refused reports whether the panel turned the request down, so that certainly nothing was changed.
func (e *Error) Refused() bool { return !e.Page && e.Status >= 400 && e.Status < 500 }

var errNoData = errors.New(`there is no "data"`)

// failure reads an answer that is no success: Laravel's {"message": "…", "errors": {"field": ["…"]}}, or a page.
func (c *Client) failure(r request, response *transport.Response) error {
	failure := &Error{Operation: r.operation, Status: response.StatusCode}
	var body struct {
		Message *string                    `json:"message"`
		Errors  map[string]json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(response.Body, &body); err != nil || body.Message == nil {
		failure.Page = true
		failure.Empty = response.StatusCode < http.StatusMultipleChoices && transport.ReadPage(response.Body).Empty
		failure.Message = c.describe(response)
		return failure
	}
	failure.Message = c.redactor.Redact(*body.Message)
	if failure.Message == "" {
		failure.Message = "the panel answered " + http.StatusText(response.StatusCode)
	}
	failure.notFound = response.StatusCode == http.StatusNotFound && r.id != ""
	for field, raw := range body.Errors {
		failure.Fields = append(failure.Fields, FieldError{Field: c.redactor.Redact(field), Message: c.redactor.Redact(sentences(raw))})
	}
	sort.Slice(failure.Fields, func(i, j int) bool { return failure.Fields[i].Field < failure.Fields[j].Field })
	return failure
}

// sentences joins the complaints about one field, which come as a list or as one text.
func sentences(raw json.RawMessage) string {
	var several []string
	var single string
	switch {
	case json.Unmarshal(raw, &several) == nil:
		return strings.Join(several, " ")
	case json.Unmarshal(raw, &single) == nil:
		return single
	}
	return string(raw)
}

func (c *Client) describe(response *transport.Response) string {
	page := transport.ReadPage(response.Body)
	what := "an answer that is not the API's"
	switch {
	case page.Empty:
		what = "an empty answer"
	case page.HTML:
		what = "an HTML page"
	}
	if page.Title != "" {
		what += fmt.Sprintf(" titled %q", c.redactor.Redact(page.Title))
	}
	return "got " + what + " instead of the API's: check that the URL is the one that the panel's web interface has"
}

// unreadable is a success that cannot be understood.
func (c *Client) unreadable(operation string, err error) error {
	return fmt.Errorf("%s: %w: %s", operation, ErrUnreadable, c.redactor.Redact(err.Error()))
}

// ErrUnreadable says that the panel answered with a success that this client does not understand.
var ErrUnreadable = errors.New("the panel's answer cannot be read")

// mayHaveHappened reports whether a write that failed may have been carried out all the same.
func mayHaveHappened(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Refused()
	}
	return errors.Is(err, ErrUnreadable) || transport.MayHaveBeenProcessed(err)
}
