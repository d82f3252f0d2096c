package dcim

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// assumedProfile is the sandbox's own copy of the wire profile "assumed". A mistake in the client's copy therefore
// shows as a difference.
//
//go:embed profiles/assumed.json
var assumedProfile []byte

// wireProfile is a wire profile, read from the server's side. It shares no code with the client's reader.
type wireProfile struct {
	BasePath       string `json:"base_path"`
	Encoding       string `json:"encoding"`
	Authentication struct {
		Headers    map[string]string `json:"headers"`
		Query      map[string]string `json:"query"`
		Basic      string            `json:"basic"`
		TimeFormat string            `json:"time_format"`
		Signature  *wireSignature    `json:"signature"`
	} `json:"authentication"`
	Envelope struct {
		Success *struct {
			Path   string `json:"path"`
			Values []any  `json:"values"`
		} `json:"success"`
		DataPath     string            `json:"data_path"`
		ListPath     *string           `json:"list_path"`
		MessagePath  string            `json:"message_path"`
		ErrorsPath   string            `json:"errors_path"`
		CodePath     string            `json:"code_path"`
		ErrorClasses map[string]string `json:"error_classes"`
	} `json:"envelope"`
	Paging struct {
		Style        string `json:"style"`
		Field        string `json:"field"`
		SizeField    string `json:"size_field"`
		LastPagePath string `json:"last_page_path"`
		TotalPath    string `json:"total_path"`
	} `json:"paging"`
	Operations map[string]wireOperation        `json:"operations"`
	Fields     map[string]map[string]wireField `json:"fields"`
}

type wireSignature struct {
	Algorithm string `json:"algorithm"`
	Key       string `json:"key"`
	Template  string `json:"template"`
	Encoding  string `json:"encoding"`
}

type wireOperation struct {
	Method       string         `json:"method"`
	Path         string         `json:"path"`
	Encoding     string         `json:"encoding"`
	IDField      string         `json:"id_field"`
	Fixed        map[string]any `json:"fixed"`
	DataPath     *string        `json:"data_path"`
	ServersField string         `json:"servers_field"`
	Separator    string         `json:"separator"`
	PackageField string         `json:"package_field"`
	None         any            `json:"none"`
	Max          int            `json:"max"`

	name    string
	pattern *regexp.Regexp
}

type wireField struct {
	Path      string               `json:"path"`
	WritePath string               `json:"write_path"`
	As        string               `json:"as"`
	Separator string               `json:"separator"`
	Values    map[string]any       `json:"values"`
	Items     map[string]wireField `json:"items"`
}

// UnmarshalJSON reads both forms of a field: a path alone, or an object. The write path defaults to the path.
func (f *wireField) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		if err := json.Unmarshal(raw, &f.Path); err != nil {
			return err
		}
	} else {
		type long wireField
		if err := json.Unmarshal(raw, (*long)(f)); err != nil {
			return err
		}
	}
	if f.WritePath == "" {
		f.WritePath = f.Path
	}
	return nil
}

// readWireProfile parses a profile. If the text is empty, it parses assumedProfile.
func readWireProfile(text string) (*wireProfile, error) {
	raw := []byte(text)
	if text == "" {
		raw = assumedProfile
	}
	p := &wireProfile{}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("wire profile: %w", err)
	}
	var document any
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, fmt.Errorf("wire profile: %w", err)
	}
	if name := unserved(document); name != "" {
		return nil, fmt.Errorf("wire profile: the sandbox does not serve %q: practise with the members of examples/dcim-profiles", name)
	}
	if p.Envelope.ListPath == nil {
		p.Envelope.ListPath = &p.Envelope.DataPath
	}
	for name, op := range p.Operations {
		op.name = name
		form := strings.ReplaceAll(regexp.QuoteMeta(p.BasePath+op.Path), `\{id\}`, `([^/]+)`)
		op.pattern = regexp.MustCompile("^" + form + "$")
		if op.Encoding == "" {
			op.Encoding = "query"
			if op.Method != http.MethodGet && op.Method != http.MethodDelete {
				op.Encoding = p.Encoding
			}
		}
		if op.Encoding == "" {
			op.Encoding = "json"
		}
		p.Operations[name] = op
	}
	return p, nil
}

// unservedMembers are the members of a profile that the sandbox does not serve. The tests of the client prove them
// against the servers of internal/client/clienttest/dialects.
var unservedMembers = []string{
	"login", "parameters", "time_offset", "first_page", "page_count_path", "next_path", "until_empty", "answer", "unit",
	"servers.unassign_package",
}

// unserved returns the name of a member that the sandbox does not serve, or "".
func unserved(value any) string {
	members, _ := value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(unservedMembers, name) {
			return name
		}
		if text, _ := members[name].(string); strings.Contains(text, "{server}") || strings.Contains(text, "{package}") {
			return name + ": " + text
		}
		if found := unserved(members[name]); found != "" {
			return found
		}
	}
	return ""
}

// match finds the operation of a request. If the path is known and the method is not, only kind is set.
func (p *wireProfile) match(r *http.Request, body []byte) (op wireOperation, parameters map[string]any, kind, id string,
	malformed bool) {
	for _, name := range slices.Sorted(maps.Keys(p.Operations)) {
		candidate := p.Operations[name]
		found := candidate.pattern.FindStringSubmatch(r.URL.Path)
		if len(found) == 0 || len(found) == 2 && !digits.MatchString(found[1]) {
			continue
		}
		object, _, _ := strings.Cut(name, ".")
		kind = map[string]string{"api_keys": kindAPIKey, "packages": kindPackage, "servers": kindServer}[object]
		if candidate.Method != r.Method {
			continue
		}
		given, err := candidate.parameters(r, body)
		if !candidate.hasFixedValues(given) && err == nil {
			continue
		}
		if len(found) > 1 {
			id = found[1]
		} else if candidate.IDField != "" {
			id = scalarText(valueAt(given, candidate.IDField))
		}
		return candidate, given, kind, id, err != nil
	}
	return wireOperation{}, nil, kind, "", false
}

func (op wireOperation) hasFixedValues(given map[string]any) bool {
	for name, value := range op.Fixed {
		if scalarText(given[name]) != scalarText(value) {
			return false
		}
	}
	return true
}

// parameters decodes a request in the operation's encoding. Parameters that are sent in another encoding are ignored.
func (op wireOperation) parameters(r *http.Request, body []byte) (map[string]any, error) {
	switch op.Encoding {
	case "query":
		return nestParameters(r.URL.Query()), nil
	case "form":
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			return map[string]any{}, nil
		}
		form, err := url.ParseQuery(string(body))
		return nestParameters(form), err
	}
	given := map[string]any{}
	if len(bytes.TrimSpace(body)) == 0 {
		return given, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	err := decoder.Decode(&given)
	return given, err
}

// nestParameters nests parameters as PHP does: disks[0][type]=SSD.
func nestParameters(flat url.Values) map[string]any {
	out := map[string]any{}
	for name, values := range flat {
		steps := strings.Split(strings.ReplaceAll(name, "]", ""), "[")
		object := out
		for _, step := range steps[:len(steps)-1] {
			next, ok := object[step].(map[string]any)
			if !ok {
				next = map[string]any{}
				object[step] = next
			}
			object = next
		}
		object[steps[len(steps)-1]] = values[len(values)-1]
	}
	return out
}

// valueAt returns the value at a dotted path, or nil.
func valueAt(value any, path string) any {
	found, _ := lookupPath(value, path)
	return found
}

func lookupPath(value any, path string) (any, bool) {
	if path == "" {
		return value, true
	}
	for _, step := range strings.Split(path, ".") {
		object, _ := value.(map[string]any)
		next, ok := object[step]
		if !ok {
			return nil, false
		}
		value = next
	}
	return value, true
}

// setAt sets the value at a dotted path.
func setAt(object map[string]any, path string, value any) {
	steps := strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		next, ok := object[step].(map[string]any)
		if !ok {
			next = map[string]any{}
			object[step] = next
		}
		object = next
	}
	object[steps[len(steps)-1]] = value
}

func scalarText(value any) string {
	switch x := value.(type) {
	case nil:
		return ""
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

// listElements returns the elements of a list: a JSON array, or numbered parameters.
func listElements(value any) []any {
	switch x := value.(type) {
	case []any:
		return x
	case map[string]any:
		var out []any
		for i := 0; ; i++ {
			element, ok := x[strconv.Itoa(i)]
			if !ok {
				return out
			}
			out = append(out, element)
		}
	}
	return nil
}

// decodeFields returns the logical fields of a request. A value is a string, []string or []map[string]string. Fields
// that are not given are absent.
func (p *wireProfile) decodeFields(kind string, given map[string]any) map[string]any {
	out := map[string]any{}
	for name, f := range p.Fields[kind] {
		value, ok := lookupPath(given, f.WritePath)
		if !ok {
			continue
		}
		out[name] = f.decode(name, value)
	}
	return out
}

func (f wireField) decode(name string, value any) any {
	switch {
	case f.Items != nil:
		list := []map[string]string{}
		for _, element := range listElements(value) {
			item := map[string]string{}
			for key, inner := range f.Items {
				item[key] = scalarText(valueAt(element, inner.WritePath))
			}
			list = append(list, item)
		}
		return list
	case f.Separator != "":
		return system.SplitList(scalarText(value), f.Separator)
	case name == "ip_addresses":
		list := []string{}
		for _, element := range listElements(value) {
			list = append(list, scalarText(element))
		}
		return list
	}
	text := scalarText(value)
	for logical, wire := range f.Values {
		if scalarText(wire) == text {
			return logical
		}
	}
	return text
}

// encodeFields encodes the logical fields of an object. A value is a string, int64, bool, []string,
// []map[string]string or nil.
func encodeFields(fields map[string]wireField, row map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range row {
		if f, ok := fields[name]; ok {
			setAt(out, f.Path, f.encode(value))
		}
	}
	return out
}

func (f wireField) encode(value any) any {
	switch x := value.(type) {
	case nil:
		if wire, ok := f.Values[""]; ok {
			return wire
		}
	case int64:
		if f.As == "text" {
			return strconv.FormatInt(x, 10)
		}
	case bool:
		if wire, ok := f.Values[strconv.FormatBool(x)]; ok {
			return wire
		}
	case string:
		if wire, ok := f.Values[x]; ok {
			return wire
		}
	case []string:
		if f.Separator != "" {
			return strings.Join(x, f.Separator)
		}
	case []map[string]string:
		list := []any{}
		for _, element := range x {
			item := map[string]any{}
			for key, text := range element {
				item[key] = text
			}
			list = append(list, encodeFields(f.Items, item))
		}
		return list
	}
	return value
}

var digits = regexp.MustCompile(`^[0-9]{1,18}$`)
