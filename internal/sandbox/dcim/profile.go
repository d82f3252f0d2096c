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

// assumedProfile is the sandbox's own copy of the wire profile named assumed, so that a client's slip in it shows.
//
//go:embed profiles/assumed.json
var assumedProfile []byte

// wireProfile is a wire profile as the DCIM itself would mean it: this reader serves what the client's reader calls.
type wireProfile struct {
	BasePath       string `json:"base_path"`
	Encoding       string `json:"encoding"`
	Authentication struct {
		Headers    map[string]string `json:"headers"`
		Query      map[string]string `json:"query"`
		Basic      *struct{ Username, Password string }
		Bearer     string         `json:"bearer"`
		TimeFormat string         `json:"time_format"`
		Signature  *wireSignature `json:"signature"`
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
		PageField    string `json:"page_field"`
		OffsetField  string `json:"offset_field"`
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

// UnmarshalJSON reads both forms of a field, and a request's path where it has none of its own.
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

// readWireProfile makes a profile ready to serve; the assumed one when the text is empty.
func readWireProfile(text string) (*wireProfile, error) {
	raw := []byte(text)
	if text == "" {
		raw = assumedProfile
	}
	p := &wireProfile{}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("wire profile: %w", err)
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

// match finds the operation that a request calls. kind alone is set where the address is known and the method is not.
func (p *wireProfile) match(r *http.Request, body []byte) (op wireOperation, parameters map[string]any, kind, id string, malformed bool) {
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
		if !candidate.fixedIn(given) && err == nil {
			continue
		}
		if len(found) > 1 {
			id = found[1]
		} else if candidate.IDField != "" {
			id = wireText(dig(given, candidate.IDField))
		}
		return candidate, given, kind, id, err != nil
	}
	return wireOperation{}, nil, kind, "", false
}

func (op wireOperation) fixedIn(given map[string]any) bool {
	for name, value := range op.Fixed {
		if wireText(given[name]) != wireText(value) {
			return false
		}
	}
	return true
}

// parameters reads what a request carries, in the operation's encoding alone: what is sent another way is not seen.
func (op wireOperation) parameters(r *http.Request, body []byte) (map[string]any, error) {
	switch op.Encoding {
	case "query":
		return phpNested(r.URL.Query()), nil
	case "form":
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			return map[string]any{}, nil
		}
		form, err := url.ParseQuery(string(body))
		return phpNested(form), err
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

// phpNested nests parameters as PHP does: disks[0][type]=SSD.
func phpNested(flat url.Values) map[string]any {
	out := map[string]any{}
	for name, values := range flat {
		steps := strings.Split(strings.ReplaceAll(name, "]", ""), "[")
		at := out
		for _, step := range steps[:len(steps)-1] {
			next, ok := at[step].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[step] = next
			}
			at = next
		}
		at[steps[len(steps)-1]] = values[len(values)-1]
	}
	return out
}

// dig walks a dotted path; nil when there is nothing.
func dig(value any, path string) any {
	found, _ := digFor(value, path)
	return found
}

func digFor(value any, path string) (any, bool) {
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

// bury sets the value at a dotted path.
func bury(object map[string]any, path string, value any) {
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

// wireText is a scalar as text.
func wireText(value any) string {
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

// elements are a list's elements, however it is spelt: JSON, or numbered parameters.
func elements(value any) []any {
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

// read takes the logical fields out of a request's parameters: text, []string or []map[string]string. A field that is not given is absent.
func (p *wireProfile) read(kind string, given map[string]any) map[string]any {
	out := map[string]any{}
	for name, f := range p.Fields[kind] {
		value, ok := digFor(given, f.WritePath)
		if !ok {
			continue
		}
		out[name] = f.read(name, value)
	}
	return out
}

func (f wireField) read(name string, value any) any {
	switch {
	case f.Items != nil:
		list := []map[string]string{}
		for _, element := range elements(value) {
			item := map[string]string{}
			for key, inner := range f.Items {
				item[key] = wireText(dig(element, inner.WritePath))
			}
			list = append(list, item)
		}
		return list
	case f.Separator != "":
		return system.SplitList(wireText(value), f.Separator)
	case name == "ip_addresses":
		list := []string{}
		for _, element := range elements(value) {
			list = append(list, wireText(element))
		}
		return list
	}
	text := wireText(value)
	for logical, wire := range f.Values {
		if wireText(wire) == text {
			return logical
		}
	}
	return text
}

// write spells an object's logical fields. A value is text, int64, bool, []string, []map[string]string or nil.
func (p *wireProfile) write(kind string, row map[string]any) map[string]any {
	return spellRow(p.Fields[kind], row)
}

func spellRow(fields map[string]wireField, row map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range row {
		if f, ok := fields[name]; ok {
			bury(out, f.Path, f.write(value))
		}
	}
	return out
}

func (f wireField) write(value any) any {
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
			list = append(list, spellRow(f.Items, item))
		}
		return list
	}
	return value
}

var digits = regexp.MustCompile(`^[0-9]{1,18}$`)
