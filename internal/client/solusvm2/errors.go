package solusvm2

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
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
		text += ". Check the API token (SolusVM 2: Account > API tokens). It is shown only once, when it is generated"
	case http.StatusForbidden:
		text += ". The token has the rights of its user. The user must be an administrator. " +
			"The user's list of allowed IP addresses, if there is one, must contain the address of the caller"
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

// failure decodes an error response. Laravel sends {"message": "…", "errors": {"field": ["…"]}}. The vendor's SDK also
// reads "errors" without a message. PHP also produces "errors": [] and {"error": "…"} (facts/solusvm2). Other responses
// are pages.
func (c *Client) failure(r request, response *transport.Response) error {
	failure := &Error{Operation: r.operation, Status: response.StatusCode}
	var body struct {
		Message json.RawMessage `json:"message"`
		Error   json.RawMessage `json:"error"`
		Errors  json.RawMessage `json:"errors"`
	}
	err := lenient.Decode(response.Body, &body)
	given := func(raw json.RawMessage) bool { return raw != nil && string(raw) != "null" }
	isRefusal := response.StatusCode >= http.StatusBadRequest && (given(body.Error) || given(body.Errors))
	if err != nil || !given(body.Message) && !isRefusal {
		failure.Page = true
		failure.Empty = response.StatusCode < http.StatusMultipleChoices && transport.ReadPage(response.Body).Empty
		failure.Message = c.describe(response)
		return failure
	}
	messages := []string{sentences(body.Message), sentences(body.Error)}
	for _, e := range fieldErrors("", body.Errors, 0) {
		e = FieldError{Field: c.redactor.Redact(e.Field), Message: c.redactor.Redact(e.Message)}
		if e.Field == "" {
			messages = append(messages, e.Message)
			continue
		}
		failure.Fields = append(failure.Fields, e)
	}
	messages = slices.DeleteFunc(messages, func(message string) bool { return message == "" })
	failure.Message = c.redactor.Redact(strings.Join(messages, " "))
	showFields := r.method == http.MethodGet // a write reports the fields at its attributes
	if failure.Message == "" {
		failure.Message, showFields = "the panel answered "+http.StatusText(response.StatusCode), true
	}
	for _, e := range failure.Fields {
		if showFields {
			failure.Message = fmt.Sprintf("%s; %s: %s", strings.TrimSuffix(failure.Message, "."), e.Field, strings.TrimSuffix(e.Message, "."))
		}
	}
	// Gateways send other errors than a message with a 404.
	isText := given(body.Message) && body.Message[0] == '"'
	failure.notFound = response.StatusCode == http.StatusNotFound && r.id != "" && isText
	return failure
}

// maxNesting limits the nesting of "errors".
const maxNesting = 4

// fieldErrors returns the messages of "errors" by field. Objects in it are nested fields. A list of objects names the
// field of each message. A message without a field has an empty Field.
func fieldErrors(path string, raw json.RawMessage, depth int) []FieldError {
	var fields map[string]json.RawMessage
	var list []json.RawMessage
	var errs []FieldError
	switch {
	case lenient.Empty(raw) || depth > maxNesting:
	case json.Unmarshal(raw, &fields) == nil:
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			errs = append(errs, fieldErrors(strings.TrimPrefix(path+"."+name, "."), fields[name], depth+1)...)
		}
	case path == "" && json.Unmarshal(raw, &list) == nil:
		for _, element := range list {
			var named struct {
				Field   string `json:"field"`
				Message string `json:"message"`
			}
			if lenient.Decode(element, &named) == nil && named.Message != "" {
				errs = append(errs, FieldError(named))
				continue
			}
			errs = append(errs, fieldErrors("", element, depth+1)...)
		}
	default:
		errs = append(errs, FieldError{Field: path, Message: sentences(raw)})
	}
	return errs
}

// sentences joins the texts of a value: of a text, of a list of texts, and of {"message": "…"}.
func sentences(raw json.RawMessage) string {
	var named struct {
		Message json.RawMessage `json:"message"`
	}
	elements, isList := lenient.List(raw)
	switch {
	case lenient.Empty(raw):
		return ""
	case !isList && lenient.Decode(raw, &named) == nil:
		elements = []json.RawMessage{named.Message}
	case !isList:
		elements = []json.RawMessage{raw}
	}
	var texts []string
	for _, element := range elements {
		var one string
		if element != nil && lenient.Decode(element, &one) == nil && one != "" {
			texts = append(texts, one)
		}
	}
	return strings.Join(texts, " ")
}

func (c *Client) describe(response *transport.Response) string {
	page := transport.ReadPage(response.Body)
	what := "a response that is not from the API"
	switch {
	case page.Empty:
		what = "an empty response"
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
	text := c.redactor.Redact(err.Error())
	var mismatch *lenient.Mismatch
	if errors.As(err, &mismatch) {
		text += ". Report this message and the panel's version to the provider's authors"
	}
	return fmt.Errorf("%s: %w: %s", operation, ErrUnreadable, text)
}

// ErrUnreadable means that the panel sent a success response that this client cannot decode.
var ErrUnreadable = errors.New("the panel's response cannot be read")

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
	ctx context.Context, err error, noun, id string, list func(context.Context) ([]decoded[T], error), idOf func(T) string,
) error {
	if !errors.Is(err, transport.ErrNotFound) {
		return err
	}
	all, listing := list(ctx)
	if listing != nil {
		return fmt.Errorf("the panel said that the %s %s does not exist, but its list could not be read to confirm that: %w",
			noun, id, listing)
	}
	if slices.ContainsFunc(all, func(one decoded[T]) bool { return idOf(one.row) == id }) {
		return fmt.Errorf("%w: the %s %s is in the list, but a request for it alone returns \"not found\"", ErrUnreadable, noun, id)
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
