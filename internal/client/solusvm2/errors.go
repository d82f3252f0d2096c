package solusvm2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// FieldError is the panel's error message about one field. Field is the name on the wire ("name",
// "vms.limit").
type FieldError struct {
	Field   string
	Message string
}

// Error is an error response of the panel, or of a proxy in front of it. errors.Is(err,
// transport.ErrNotFound) is true only for a "not found" in the format of the panel's API.
type Error struct {
	Operation string
	Status    int // HTTP status
	Message   string
	Fields    []FieldError
	Page      bool // the response is a page or empty, not an API response
	Empty     bool // the response has a success status other than "no content", and an empty body
	notFound  bool
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
		text += ". The token has its user's rights: it must be an administrator's, " +
			"and the user's list of allowed IP addresses, if there is one, must hold the address that calls"
	}
	return text
}

// Is matches transport.ErrNotFound for a genuine "not found", and transport.ErrUnconfirmed for an empty
// response.
func (e *Error) Is(target error) bool {
	return target == transport.ErrNotFound && e.notFound || target == transport.ErrUnconfirmed && e.Empty
}

// Refused reports whether the panel refused the request, so that it certainly changed nothing.
func (e *Error) Refused() bool { return !e.Page && e.Status >= 400 && e.Status < 500 }

var (
	errNoData = errors.New(`there is no "data"`)
	errNoID   = errors.New("the object has no id")
)

// failure decodes an error response. Laravel sends {"message": "…", "errors": {"field": ["…"]}}. Other
// responses are pages.
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
		message := FieldError{Field: c.redactor.Redact(field), Message: c.redactor.Redact(sentences(raw))}
		failure.Fields = append(failure.Fields, message)
	}
	sort.Slice(failure.Fields, func(i, j int) bool { return failure.Fields[i].Field < failure.Fields[j].Field })
	return failure
}

// sentences joins the messages about one field. The panel sends a list or one text.
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

// unreadable returns an error for a success response that cannot be decoded.
func (c *Client) unreadable(operation string, err error) error {
	return fmt.Errorf("%s: %w: %s", operation, ErrUnreadable, c.redactor.Redact(err.Error()))
}

// ErrUnreadable means that the panel sent a success response that this client cannot decode.
var ErrUnreadable = errors.New("the panel's answer cannot be read")

// mayHaveBeenProcessed reports whether the panel may have processed a write that failed with err.
func mayHaveBeenProcessed(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Refused()
	}
	return errors.Is(err, ErrUnreadable) || transport.MayHaveBeenProcessed(err)
}

// systemName names SolusVM 2 in messages.
const systemName = "the panel"

// confirmNotFound looks for an object in the list before the caller trusts a "not found", because a
// gateway also responds with 404 in JSON.
func confirmNotFound[T any](
	ctx context.Context, err error, noun, id string, list func(context.Context) ([]T, error), idOf func(T) string,
) error {
	if !errors.Is(err, transport.ErrNotFound) {
		return err
	}
	all, listing := list(ctx)
	if listing != nil {
		return fmt.Errorf("the panel said that the %s %s does not exist, but its list could not be read to confirm that: %w",
			noun, id, listing)
	}
	if slices.ContainsFunc(all, func(one T) bool { return idOf(one) == id }) {
		return fmt.Errorf("%w: the %s %s is in the list, and asked for alone it does not exist", ErrUnreadable, noun, id)
	}
	return err
}

// isPermanent reports whether every other request would fail with the same error.
func isPermanent(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Page && refusal.Status == http.StatusUnauthorized
	}
	return transport.IsTransport(err) && !transport.MayHaveBeenProcessed(err)
}
