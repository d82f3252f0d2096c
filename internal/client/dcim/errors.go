package dcim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// Error classes of the wire profile.
const (
	classNotFound     = "not_found"
	classUnauthorized = "unauthorized"
	classForbidden    = "forbidden"
	classInvalid      = "invalid"
	classConflict     = "conflict"
)

// FieldError is one error message about a field of a request. Field is the client's logical name if the
// profile has the field, otherwise the wire name.
type FieldError struct {
	Field   string
	Message string
}

// Error is an error that the DCIM reported. errors.Is(err, transport.ErrNotFound) is true only for a
// "not found" in the format of the DCIM's API.
type Error struct {
	Operation string
	Status    int    // HTTP status
	Code      string // the DCIM's own code, if the profile defines a code
	Class     string // the profile's class for the code, empty if the profile has none
	Message   string
	Fields    []FieldError
	Page      bool // the response is a page instead of JSON
	Empty     bool // the response has a success status other than "no content", and an empty body
	notFound  bool
	refused   bool // envelope.success says that the DCIM refused the request
	// hint is the next step: it names the lines of the profile that may cause the error. It may be empty.
	hint string
}

// Unauthorized reports whether the DCIM does not know the key or refuses its secret.
func (e *Error) Unauthorized() bool { return e.Class == classUnauthorized }

// Forbidden reports whether the DCIM refuses access for this caller.
func (e *Error) Forbidden() bool { return e.Class == classForbidden }

func (e *Error) Error() string {
	code := fmt.Sprintf("HTTP %d", e.Status)
	if e.Code != "" && e.Code != e.Message { // the code may be the message
		code = "code " + e.Code
	}
	text := fmt.Sprintf("%s: %s (%s)", e.Operation, e.Message, code)
	switch e.Class {
	case classUnauthorized:
		text += ". Check the DCIM key and secret of the provider. The secret is shown only once, when the key is created"
	case classForbidden:
		text += ". The DCIM accepts only the addresses listed on the API key (Settings > System API). Add the address of the host that runs Terraform"
	}
	if e.hint != "" {
		text += ". " + e.hint
	}
	return text
}

// Is matches transport.ErrNotFound for a genuine "not found", and transport.ErrUnconfirmed for an empty
// response.
func (e *Error) Is(target error) bool {
	return target == transport.ErrNotFound && e.notFound || target == transport.ErrUnconfirmed && e.Empty
}

// Refused reports whether the DCIM refused the request, so that it certainly changed nothing.
func (e *Error) Refused() bool {
	return e.refused || e.Class != "" || e.Status >= 400 && e.Status < 500
}

// decode decodes one HTTP response. It returns JSON, nil for an empty response, or an [*Error]. byID is
// true for a request for one object. Only then can "not found" mean that the object does not exist.
func (c *Client) decode(label, object string, byID bool, response *transport.Response) (any, error) {
	var body any
	decoder := json.NewDecoder(bytes.NewReader(response.Body))
	decoder.UseNumber() // ids are unsigned 64-bit: too large for a float
	isJSON := decoder.Decode(&body) == nil
	if _, err := decoder.Token(); err != io.EOF {
		body, isJSON = nil, false // "404 page not found" begins with a number
	}
	failure := &Error{Operation: label, Status: response.StatusCode,
		Message: "the DCIM answered " + http.StatusText(response.StatusCode)}
	page := "got a page instead of JSON: check that the URL is the DCIM itself, and the wire profile \"" +
		c.profile.Name + "\" the one it speaks"
	empty := len(bytes.TrimSpace(response.Body)) == 0
	if response.StatusCode < 300 {
		switch {
		case empty && response.StatusCode != http.StatusNoContent && c.profile.Envelope.Success == nil:
			failure.Message, failure.Empty = "the response is empty and does not show whether the request was executed. Check the logs of the DCIM", true
			return nil, failure
		case !empty && !isJSON:
			failure.Message, failure.Page = page, true
			return nil, failure
		}
		if empty && response.StatusCode == http.StatusNoContent {
			return nil, nil
		}
		if ok, err := c.succeeded(label, object, body); ok || err != nil {
			return body, err
		}
		failure.refused = true
	}
	c.classify(failure, body)
	message, _ := scalar(valueAt(body, c.profile.Envelope.MessagePath))
	if message != "" {
		failure.Message = c.redactor.Redact(message)
	}
	// The callers confirm a "not found" by the list.
	failure.notFound = failure.Class == classNotFound && byID && (message != "" || empty)
	failure.Fields = c.fieldErrors(object, body)
	switch {
	case !isJSON && !empty:
		failure.Message, failure.Page = page, true
	case len(failure.Fields) > 0:
	case message == "" && body != nil:
		failure.Message += fmt.Sprintf(", without a message at %q (envelope.message_path): %s",
			c.profile.Envelope.MessagePath, c.excerpt(body))
	default:
		failure.Message += c.moreErrors(body)
	}
	failure.hint = c.hint(failure)
	return nil, failure
}

// aboutSignature matches messages about a signature that the DCIM does not accept.
var aboutSignature = regexp.MustCompile(`(?i)\bsign(ature)?\b|签名`)

// hint names the lines of the profile that may cause an error.
func (c *Client) hint(failure *Error) string {
	operation, _, _ := strings.Cut(failure.Operation, " ")
	signed, credentials := c.profile.Authentication.Signature != nil, "authentication"
	if signed {
		credentials = "authentication.signature"
	}
	switch {
	case (failure.Class == classNotFound || failure.Status == http.StatusNotFound) && !failure.notFound:
		return fmt.Sprintf("The DCIM does not know this address: check base_path and %s.path of the wire profile %q",
			line(operation), c.profile.Name)
	case failure.Status == http.StatusMethodNotAllowed:
		return fmt.Sprintf("The address does not accept this HTTP method: check %s.method of the wire profile %q",
			line(operation), c.profile.Name)
	case signed && (failure.Unauthorized() || aboutSignature.MatchString(failure.Message)):
		return fmt.Sprintf("The request is signed: compare authentication.signature and authentication.time_format "+
			"of the wire profile %q with the vendor's reference, and check the clock of this machine", c.profile.Name)
	case failure.Unauthorized():
		return fmt.Sprintf("If both are right, compare authentication of the wire profile %q with the vendor's reference",
			c.profile.Name)
	case failure.Refused() && failure.Class == "" && strings.HasSuffix(operation, ".list"):
		return fmt.Sprintf("A refusal of a list is unusual, so the wire profile may be wrong: check %s and %s of the wire profile %q",
			line(operation), credentials, c.profile.Name)
	}
	return ""
}

// line returns the line of the profile that describes an operation.
func line(operation string) string {
	if operation == loginOperation {
		return operation
	}
	return "operations." + operation
}

// succeeded checks the success flag in the body of a response with a success status. It returns false for a
// refusal.
func (c *Client) succeeded(label, object string, body any) (bool, error) {
	success := c.profile.Envelope.Success
	if success == nil {
		return true, nil
	}
	value, present := lookup(body, success.Path)
	text, ok := scalar(value)
	if slices.Contains(success.Values, nil) {
		present = true // JSON-RPC omits "error" from a success, and it is an object in a failure
		if elements, list := listOf(value); list && len(elements) == 0 {
			value, text, ok = nil, "", true // "errors" is [], {} or "" in a success
		}
		if !ok {
			text, ok = "an object", true
		}
	}
	if body == nil || !present || !ok {
		return false, c.mismatch(label, fmt.Sprintf("nothing at %q shows success or failure (envelope.success.path)", success.Path))
	}
	for _, one := range success.Values {
		if spelled, _ := scalar(one); spelled == text && (one == nil) == (value == nil) {
			return true, nil
		}
	}
	unknown := fmt.Sprintf("%q at %q is none of the values of success (envelope.success.values)", text, success.Path)
	message, ok := scalar(valueAt(body, c.profile.Envelope.MessagePath))
	switch {
	case !ok || message == "":
		return false, c.mismatch(label, fmt.Sprintf(
			"%s, and there is no message of a failure at %q (envelope.message_path)",
			unknown, c.profile.Envelope.MessagePath))
	case meansSuccess(message) || meansSuccess(text):
		return false, c.mismatch(label, fmt.Sprintf("%s, and the response looks like a success: its message is %q",
			unknown, message))
	case c.holdsObject(label, object, body):
		return false, c.mismatch(label, fmt.Sprintf(
			"%s, and the response looks like a success: it contains an object with an id", unknown))
	}
	return false, nil
}

// meansSuccess reports whether a word of a response alone shows that the request succeeded.
func meansSuccess(word string) bool {
	switch strings.ToLower(strings.Trim(word, " .!。！")) {
	case "ok", "success", "successful", "succeeded", "done", "成功", "操作成功", "请求成功":
		return true
	}
	return false
}

// holdsObject reports whether a response contains an object, or a list of objects, with an id.
func (c *Client) holdsObject(label, object string, body any) bool {
	operation, _, _ := strings.Cut(label, " ")
	path, _ := c.profile.answerPath(operation)
	found := valueAt(body, path)
	if elements, ok := listOf(found); ok && len(elements) > 0 {
		found = elements[0]
	}
	if row, ok := found.(map[string]any); ok {
		id, _ := scalar(valueAt(row, c.profile.Fields[object]["id"].Path))
		return id != "" && id != "0"
	}
	return false
}

// classify sets the class of an error from the DCIM's own code, otherwise from the HTTP status.
func (c *Client) classify(failure *Error, body any) {
	if path := c.profile.Envelope.CodePath; path != "" {
		if code, ok := scalar(valueAt(body, path)); ok && code != "" {
			failure.Code = c.redactor.Redact(code)
			failure.Class = c.profile.Envelope.ErrorClasses[code]
			return
		}
	}
	failure.Class = c.profile.Envelope.ErrorClasses[strconv.Itoa(failure.Status)]
	if failure.Class == "" && c.profile.Envelope.CodePath != "" {
		// A gateway in front of such a DCIM responds with HTTP statuses only.
		failure.Class = map[int]string{http.StatusUnauthorized: classUnauthorized,
			http.StatusForbidden: classForbidden}[failure.Status]
	}
}

// excerpt returns the beginning of a response.
func (c *Client) excerpt(body any) string {
	text, _ := marshal(body) // decoded JSON
	const most = 300
	runes := []rune(c.redactor.Redact(string(text)))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

// errorsAt returns what a failure says beside its message, or nil.
func (c *Client) errorsAt(body any) any {
	path := c.profile.Envelope.ErrorsPath
	if path == nil {
		return nil
	}
	found := valueAt(body, *path)
	members, ok := found.(map[string]any)
	if !ok || *path != "" {
		return found
	}
	// The errors are the whole response: it may hold the message and the code too.
	members = maps.Clone(members)
	for _, other := range []string{c.profile.Envelope.MessagePath, c.profile.Envelope.CodePath} {
		first, _, _ := strings.Cut(other, ".")
		delete(members, first)
	}
	return members
}

// moreErrors returns the messages of a failure that name no field, to follow its message.
func (c *Client) moreErrors(body any) string {
	list, ok := c.errorsAt(body).([]any)
	if !ok || len(list) == 0 {
		return ""
	}
	return ": " + c.redactor.Redact(sentences(list))
}

// fieldErrors returns the messages by field, with the client's field names where the profile has them.
func (c *Client) fieldErrors(object string, body any) []FieldError {
	byField, ok := c.errorsAt(body).(map[string]any)
	if !ok {
		return nil
	}
	logical := map[string]string{}
	for name, f := range c.profile.Fields[object] {
		logical[f.writePath()] = name
	}
	if assign := c.profile.Operations["servers.assign_package"]; object == objectServer {
		logical[assign.PackageField], logical[assign.ServersField] = "package_id", "server_ids"
	}
	var out []FieldError
	for wire, messages := range byField {
		field := c.redactor.Redact(wire)
		if name, ok := logical[wire]; ok {
			field = name
		}
		out = append(out, FieldError{Field: field, Message: c.redactor.Redact(sentences(messages))})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Field < out[j].Field })
	return out
}

// sentences returns messages as one text.
func sentences(messages any) string {
	var parts []string
	switch x := messages.(type) {
	case []any:
		for _, message := range x {
			parts = append(parts, sentences(message))
		}
		return strings.Join(parts, " ")
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			parts = append(parts, name+": "+sentences(x[name]))
		}
		return strings.Join(parts, ", ")
	}
	text, _ := scalar(messages)
	return text
}

// systemName names the DCIM in messages.
const systemName = "the DCIM"

// mayHaveBeenProcessed reports whether the DCIM may have processed a write that failed with err.
func mayHaveBeenProcessed(err error) bool {
	var refusal *Error
	if errors.As(err, &refusal) {
		return !refusal.Refused()
	}
	return errors.Is(err, ErrProfile) || transport.MayHaveBeenProcessed(err)
}
