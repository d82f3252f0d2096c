package whmcs

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

const (
	protocolVersion = 1
	// companionVersion is the version of the PHP files that this package implements. A contract test compares it with
	// them.
	companionVersion = "0.1.0"

	maxRows     = 500
	maxDepth    = 32 // of a request's JSON
	defaultRows = 100
)

// operation is one operation of the companion. It returns the payload of a success.
type operation func(w *WHMCS, r *http.Request, q *request, who caller) (map[string]any, *failure)

// request is a decoded request. Its accessors collect the errors in the request's form.
type request struct {
	fields map[string]any
	size   int
	errs   []fieldError
}

// decodeRequest decodes the base64url JSON of a terraform_request.
func decodeRequest(encoded string) (*request, error) {
	if !requestForm.MatchString(encoded) {
		return nil, errors.New("terraform_request is not base64url") // Go's decoder would ignore line breaks
	}
	content, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return nil, errors.New("terraform_request is not base64url")
	}
	if !utf8.Valid(content) || hasLoneSurrogate(content) {
		return nil, errors.New("terraform_request does not contain a JSON object")
	}
	fields, err := decodeObject(content)
	if err != nil {
		return nil, err
	}
	return &request{fields: fields, size: len(content)}, nil
}

var requestForm = regexp.MustCompile(`^[A-Za-z0-9_-]+={0,2}$`)

// hasLoneSurrogate reports whether an escape is one half of a surrogate pair. Go's decoder would replace it by another
// character.
func hasLoneSurrogate(content []byte) bool {
	high := -1 // the position where the second half must begin
	for _, at := range jsonEscape.FindAllIndex(content, -1) {
		code := rune(0)
		if content[at[0]+1] == 'u' {
			// the pattern matches hexadecimal digits only
			value, _ := strconv.ParseUint(string(content[at[0]+2:at[1]]), 16, 32)
			code = rune(value)
		}
		low := code >= 0xdc00 && code <= 0xdfff
		if low != (high == at[0]) {
			return true
		}
		if high = -1; code >= 0xd800 && code <= 0xdbff {
			high = at[1]
		}
	}
	return high >= 0
}

var jsonEscape = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}|[^u])`)

// depth returns the nesting depth of lists and objects.
func depth(value any) int {
	deepest := 0
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			deepest = max(deepest, depth(inner))
		}
	case []any:
		for _, inner := range value {
			deepest = max(deepest, depth(inner))
		}
	default:
		return 0
	}
	return deepest + 1
}

// decodeObject decodes a JSON object. Numbers keep their text.
func decodeObject(content []byte) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil || fields == nil || decoder.More() || depth(fields) > maxDepth {
		return nil, errors.New("terraform_request does not contain a JSON object")
	}
	return fields, nil
}

func (q *request) reject(path, format string, args ...any) {
	q.errs = append(q.errs, errorAt(path, format, args...)...)
}

// refusal returns the collected errors of the request's form, or nil.
func (q *request) refusal() *failure {
	if q.errs == nil {
		return nil
	}
	return invalid(q.errs)
}

// text returns a text member. Absent and null give "".
func (q *request) text(name string) string {
	v, ok := q.fields[name].(string)
	if !ok && q.fields[name] != nil {
		q.reject(name, "must be text")
	}
	return v
}

// requiredText returns a required text member.
func (q *request) requiredText(name string) string {
	v := q.text(name)
	if v == "" && (q.fields[name] == nil || q.fields[name] == "") {
		q.reject(name, "is required")
	}
	return v
}

func (q *request) boolean(name string) bool {
	v, ok := q.fields[name].(bool)
	if !ok && q.fields[name] != nil {
		q.reject(name, "must be true or false")
	}
	return v
}

// object returns an object member. An absent member gives an empty object.
func (q *request) object(name string) map[string]any {
	v, ok := q.fields[name].(map[string]any)
	if !ok && q.fields[name] != nil {
		q.reject(name, "must be an object")
	}
	return v
}

func (q *request) textList(name string) []string {
	items, ok := q.fields[name].([]any)
	if !ok && q.fields[name] != nil {
		q.reject(name, "must be a list of texts")
	}
	var list []string
	for _, item := range items {
		word, ok := item.(string)
		if !ok {
			q.reject(name, "must be a list of texts")
			return nil
		}
		list = append(list, word)
	}
	return list
}

// id returns a member that contains the id of an object.
func (q *request) id(name string) int64 {
	v := q.requiredText(name)
	if v != "" && !idForm.MatchString(v) {
		q.reject(name, "must be an id, a string of digits")
	}
	return system.Number(v)
}

// idOfKind returns a member that contains an id of a kind. If the kind is unknown, the id is not checked.
func (q *request) idOfKind(name string, k *kind) string {
	v := q.requiredText(name)
	if v == "" || k == nil {
		return v
	}
	if !k.isID(v) {
		q.reject(name, "%s", k.idHint())
		return ""
	}
	if k.named == nil {
		return text(system.Number(v))
	}
	return v
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// installation returns the installation that a write names, or nil.
func (q *request) installation() any {
	q.text("installation")
	return q.fields["installation"]
}

func (q *request) key() string {
	key, _ := q.fields["key"].(string)
	if !keyForm.MatchString(key) {
		q.reject("key", "must be 16 to 64 characters of A-Z, a-z, 0-9, _ and -")
	}
	return key
}

// describeCompanion describes a companion request for the journal and the fault rules.
func describeCompanion(q *request, about *system.RequestInfo) {
	about.Op, _ = q.fields["op"].(string)
	about.Kind, _ = q.fields["kind"].(string)
	switch about.Op {
	case "create", "update", "delete":
		about.Write = true
	}
	members, _ := q.fields["ops"].([]any)
	about.Members = len(members)
	for i, member := range members {
		object, _ := member.(map[string]any)
		kind, _ := object["kind"].(string)
		if i > 0 && kind != about.Kind {
			about.Kind = ""
			return
		}
		about.Kind = kind
	}
}

// companion executes one of the two companion actions.
func (w *WHMCS) companion(r *http.Request, form url.Values, operations map[string]operation, client caller) map[string]any {
	payload, refused := w.perform(r, form, operations, client)
	if refused == nil {
		payload = w.withInstallation(payload)
		return map[string]any{"result": "success", "payload": encodePayload(payload)}
	}
	details, message := w.withInstallation(refused.details), refused.message
	if refused.code == codeInternal && details["reference"] == nil {
		reference := w.logInternal(message)
		details["reference"] = reference
		message += ". The WHMCS activity log contains the details under the reference " + reference
	}
	return map[string]any{"result": "error", "message": message, "code": refused.code, "payload": encodePayload(details)}
}

func (w *WHMCS) perform(r *http.Request, form url.Values, operations map[string]operation, client caller) (map[string]any, *failure) {
	if r.Method != http.MethodPost {
		return nil, invalid(errorAt("", "The request must be sent by POST"))
	}
	q, err := decodeRequest(form.Get("terraform_request"))
	if err != nil {
		return nil, invalid(errorAt("", "%s", err.Error()))
	}
	version, errs := integer(math.MinInt64, math.MaxInt64)("v", q.fields["v"])
	if errs != nil {
		return nil, invalid(errorAt("v", "must be a number, the protocol version"))
	}
	if version != int64(protocolVersion) {
		return nil, unsupported(errorAt("v", "This companion supports only protocol version %d", protocolVersion))
	}
	action := "TerraformWrite"
	if operations["info"] != nil {
		action = "TerraformRead"
	}
	op := q.requiredText("op")
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	run := operations[op]
	if run == nil {
		return nil, unsupported(errorAt("op", "%s has no operation \"%s\"", action, system.Truncate(op)))
	}
	return run(w, r, q, client)
}

func (w *WHMCS) withInstallation(details map[string]any) map[string]any {
	out := map[string]any{"installation": w.Installation()}
	for key, value := range details {
		out[key] = value
	}
	return out
}

// logInternal writes to the activity log and returns the reference of the entry.
func (w *WHMCS) logInternal(message string) string {
	reference := system.RandomHex(6)
	w.Mutate(func(s *State) { s.log("Terraform: " + message + " (reference " + reference + ")") })
	return reference
}

func encodePayload(payload map[string]any) string {
	content, err := json.Marshal(payload)
	if err != nil {
		return ""
	}
	return base64.StdEncoding.EncodeToString(content)
}

// requestedKind returns the kind that a request names.
func (q *request) requestedKind() (*kind, *failure) {
	name := q.text("kind")
	if k := kindNamed(name); k != nil {
		return k, nil
	}
	return nil, unsupported(errorAt("kind", "This companion does not know the kind \"%s\"", system.Truncate(name)))
}
