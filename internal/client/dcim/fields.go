package dcim

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// fieldKind is the type of a logical field.
type fieldKind int

const (
	kindText fieldKind = iota
	kindID
	kindInteger
	kindBoolean
	kindTexts
	kindObjects
)

const (
	objectAPIKey  = "api_key"
	objectPackage = "package"
	objectServer  = "server"
)

// objects lists the logical fields of each object and their types.
var objects = map[string]map[string]fieldKind{
	objectAPIKey: {
		"id": kindID, "label": kindText, "ip_addresses": kindTexts, "key": kindText, "secret": kindText,
		"last_call_at": kindText, "created_at": kindText,
	},
	objectPackage: {
		"id": kindID, "name": kindText, "memory_gb": kindInteger, "ip_count": kindInteger,
		"cpu_name": kindText, "cpu_count": kindInteger, "disks": kindObjects, "pci_devices": kindObjects,
		"uplink_mbps": kindInteger, "downlink_mbps": kindInteger, "collect_hardware_information": kindBoolean,
		"used": kindInteger, "total": kindInteger, "available": kindInteger,
	},
	objectServer: {
		"id": kindID, "label": kindText, "power": kindText, "assigned_user": kindText, "usage_type": kindText,
		"data_center": kindText, "rack": kindText, "model": kindText, "cpu": kindText, "memory_gb": kindInteger,
		"disks": kindObjects, "pci_devices": kindObjects, "ip_address": kindText,
		"switch": kindText, "switch_port": kindText, "port_in_mbps": kindInteger, "port_out_mbps": kindInteger,
		"vlan": kindText, "package_id": kindID, "package_name": kindText, "remark": kindText,
	},
}

// valueAt returns the value valueAt a dotted path of decoded JSON, or nil.
func valueAt(value any, path string) any {
	found, _ := lookup(value, path)
	return found
}

// lookup returns the value at a dotted path and whether it is present. A step is the name of a member, or the
// index of an element. A null is present, and so is every path below a null: {"package": null} has no
// package.name. PHP also writes a missing object as [], "" or false.
func lookup(value any, path string) (found any, present bool) {
	if path == "" {
		return value, true
	}
	for i, step := range strings.Split(path, ".") {
		switch x := opened(value).(type) {
		case nil:
			return nil, true
		case map[string]any:
			var ok bool
			if value, ok = x[step]; !ok {
				return nil, false
			}
		case []any:
			index, err := strconv.ParseUint(step, 10, 31)
			switch {
			case err == nil && int(index) < len(x):
				value = x[index]
			case err == nil, len(x) == 0 && i > 0:
				return nil, true
			default:
				return nil, false
			}
		default:
			return nil, i > 0 && (x == "" || x == false)
		}
	}
	return value, true
}

// opened decodes a text that contains a JSON object or list. It returns any other value unchanged.
func opened(value any) any {
	text, ok := value.(string)
	if !ok || !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return value
	}
	var inner any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&inner) != nil || decoder.More() {
		return value
	}
	return inner
}

// listOf returns the elements of a list. PHP writes a list with gaps as an object with numbers as names, and an
// empty list also as {}, "" or null. A list may be JSON in a text.
func listOf(value any) (elements []any, ok bool) {
	switch x := opened(value).(type) {
	case nil:
		return nil, true
	case string:
		return nil, x == ""
	case []any:
		return x, true
	case map[string]any:
		byNumber := map[uint64]any{}
		for name, element := range x {
			n, err := strconv.ParseUint(name, 10, 64)
			if err != nil {
				return nil, false
			}
			byNumber[n] = element
		}
		for _, n := range slices.Sorted(maps.Keys(byNumber)) {
			elements = append(elements, byNumber[n])
		}
		return elements, true
	}
	return nil, false
}

// scalar returns the text of a string, number, boolean or null.
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

// isPartial reports whether an optional field is absent from an object of a response. A list may omit
// such a field although the response to a request for the single object contains it. The secret is
// excepted, because only the response to a creation contains it.
func isPartial(fields map[string]field, row map[string]any) bool {
	for name, f := range fields {
		value, present := lookup(row, f.Path)
		if !present && f.Optional && name != "secret" {
			return true
		}
		if f.Items == nil {
			continue
		}
		elements, _ := listOf(value)
		for _, element := range elements {
			if item, is := element.(map[string]any); is && isPartial(f.Items, item) {
				return true
			}
		}
	}
	return false
}

// reader decodes the logical fields of one object of a response and collects the mismatches with the
// profile.
type reader struct {
	object   string
	row      map[string]any
	fields   map[string]field
	at       string // path of these fields in the profile
	problems *[]string
}

func (c *Client) reader(object string, row map[string]any) *reader {
	return &reader{object: object, row: row, fields: c.profile.Fields[object], at: "fields." + object,
		problems: &[]string{}}
}

func (r *reader) addProblem(name, format string, args ...any) {
	*r.problems = append(*r.problems, fmt.Sprintf(format, args...)+" ("+r.at+"."+name+")")
}

// err returns the collected mismatches as one error, or nil.
func (r *reader) err(c *Client, operation string) error {
	if len(*r.problems) == 0 {
		return nil
	}
	return c.mismatch(operation, strings.Join(*r.problems, "; "))
}

// value returns the definition and the value of a field. The value is nil for a field that the profile
// does not have.
func (r *reader) value(name string) (field, any) {
	f, ok := r.fields[name]
	if !ok {
		return f, nil
	}
	value, present := lookup(r.row, f.Path)
	if !present && !f.Optional {
		r.addProblem(name, "the response has nothing at %q", f.Path)
	}
	return f, value
}

// id reads an id: text, or a number of any size. "0" means no id.
func (r *reader) id(name string) string {
	text := r.text(name)
	if text == "0" {
		return ""
	}
	return text
}

func (r *reader) text(name string) string {
	f, value := r.value(name)
	text, ok := scalar(value)
	if !ok {
		r.addProblem(name, "the value at %q is not text", f.Path)
		return ""
	}
	if f.Values == nil {
		if name == "secret" {
			return text
		}
		return norm.NFC.String(text) // as Terraform holds all text
	}
	logical, ok := f.logical(text)
	if !ok && f.OtherValues == "" {
		if _, present := lookup(r.row, f.Path); present {
			r.addProblem(name+".values", "%q at %q is none of the values", text, f.Path)
		}
	}
	return logical
}

// logical returns the logical value for a wire value. If there is none, it returns the wire value and
// false.
func (f field) logical(text string) (string, bool) {
	for name, wire := range f.Values {
		if spelled, _ := scalar(wire); spelled == text {
			return name, true
		}
	}
	return text, false
}

// integer reads a number, or a number in text. An absent or empty value is 0. A fraction of zeros ("16.0") is
// accepted. No number is rounded, except the memory of a server, which is measured.
func (r *reader) integer(name string) int64 {
	f, value := r.value(name)
	text, ok := scalar(value)
	if ok && text == "" {
		return 0
	}
	measure := measureOf(name)
	exact, unit, ok := measure.parse(text, f.Unit)
	if !ok {
		r.addProblem(name, "the value at %q is not a whole number", f.Path)
		return 0
	}
	if near := rounded(exact); unit != "" && r.object == objectServer && near.Sign() > 0 {
		exact = near
	}
	switch {
	case !exact.IsInt() && unit != "":
		r.addProblem(name, "%s %s at %q is not a whole number of %s", text, unit, f.Path, measure.base())
	case !exact.IsInt() || !exact.Num().IsInt64():
		r.addProblem(name, "the value at %q is not a whole number", f.Path)
	case measure != nil && unit == "" && exact.Num().Int64() >= measure.implausible:
		r.addProblem(name+".unit", "%s at %q is not plausible in %s: set unit to the unit of the DCIM, "+
			"which is %s if the value is right",
			text, f.Path, measure.base(), measure.base())
	}
	if !exact.Num().IsInt64() || !exact.IsInt() {
		return 0
	}
	return exact.Num().Int64()
}

func (r *reader) boolean(name string) bool {
	f, value := r.value(name)
	text, ok := scalar(value)
	if !ok {
		r.addProblem(name, "the value at %q is not a boolean", f.Path)
		return false
	}
	if f.Values != nil {
		logical, known := f.logical(text)
		if !known && text != "" {
			r.addProblem(name+".values", "%q at %q is neither of the values", text, f.Path)
		}
		return logical == "true"
	}
	switch text {
	case "true", "1":
		return true
	case "false", "0", "":
		return false
	}
	r.addProblem(name, "%q at %q is not a boolean: set values to the texts for true and false", text, f.Path)
	return false
}

// texts reads a sorted list of texts. If the profile has a separator, the wire value is one text.
func (r *reader) texts(name string) []string {
	f, value := r.value(name)
	var out []string
	if f.Separator != "" {
		text, ok := scalar(value)
		if elements, empty := listOf(value); !ok && (!empty || len(elements) > 0) {
			r.addProblem(name, "the value at %q is not text", f.Path)
		}
		out = strings.Split(text, f.Separator)
	} else {
		elements, ok := listOf(value)
		if !ok {
			r.addProblem(name, "the value at %q is not a list: if it is a text with several values, set separator", f.Path)
		}
		for _, element := range elements {
			problem := "an element of the list at %q is not text"
			if inner, inObject := f.Items["text"]; inObject {
				var present bool
				if element, present = lookup(element, inner.Path); !present {
					element, problem = []any{}, "an element of the list at %q is not an object with a text (items.text)"
				}
			}
			text, ok := scalar(element)
			if !ok {
				r.addProblem(name, problem, f.Path)
			}
			out = append(out, text)
		}
	}
	for i := range out {
		out[i] = norm.NFC.String(strings.TrimSpace(out[i]))
	}
	out = slices.DeleteFunc(out, func(text string) bool { return text == "" })
	slices.Sort(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

// items reads a list of objects.
func (r *reader) items(name string) []*reader {
	f, value := r.value(name)
	elements, ok := listOf(value)
	if !ok {
		r.addProblem(name, "the value at %q is not a list", f.Path)
	}
	var out []*reader
	for _, element := range elements {
		row, ok := element.(map[string]any)
		if !ok {
			r.addProblem(name, "an element of the list at %q is not an object", f.Path)
			continue
		}
		out = append(out, &reader{object: r.object, row: row, fields: f.Items, at: r.at + "." + name + ".items",
			problems: r.problems})
	}
	return out
}

// encodeFields encodes an object's logical values with the DCIM's field names and values. A value is a
// string, int64, bool, []string, []map[string]any, or nil.
func (p *profile) encodeFields(object string, values map[string]any) (map[string]any, error) {
	return encodeFields("fields."+object, p.Name, p.Fields[object], values)
}

func encodeFields(at, profile string, fields map[string]field, values map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, ok := fields[name]
		if !ok {
			return nil, fmt.Errorf("the wire profile %q has no name for %s, so the field cannot be sent. Add %s.%s",
				profile, name, at, name)
		}
		wire, err := f.encode(at+"."+name, profile, values[name])
		if err != nil {
			return nil, err
		}
		if err := setPath(out, f.writePath(), wire); err != nil {
			return nil, fmt.Errorf("the wire profile %q contradicts itself at %s.%s: %w", profile, at, name, err)
		}
	}
	return out, nil
}

func (f field) encode(at, profile string, value any) (any, error) {
	switch x := value.(type) {
	case string:
		if wire, ok := f.Values[x]; ok {
			return wire, nil
		}
		if f.Values != nil && f.OtherValues == "" {
			return nil, fmt.Errorf("the wire profile %q has no value of the DCIM for %q. Add it to %s.values", profile, x, at)
		}
		return x, nil
	case int64:
		text := measureOf(at).write(x, f.Unit)
		switch {
		case f.As == "text":
			return text, nil
		case f.Unit != "":
			return json.Number(text), nil
		}
	case bool:
		if wire, ok := f.Values[strconv.FormatBool(x)]; ok {
			return wire, nil
		}
	case []string:
		if f.Separator != "" {
			return strings.Join(x, f.Separator), nil
		}
		list := make([]any, len(x))
		inner, inObject := f.Items["text"]
		for i, text := range x {
			list[i] = text
			if inObject {
				item := map[string]any{}
				if err := setPath(item, inner.writePath(), text); err != nil {
					return nil, err
				}
				list[i] = item
			}
		}
		return f.encodeList(list)
	case []map[string]any:
		list := make([]any, len(x))
		for i, element := range x {
			item, err := encodeFields(at+".items", profile, f.Items, element)
			if err != nil {
				return nil, err
			}
			list[i] = item
		}
		return f.encodeList(list)
	}
	return value, nil
}

func (f field) encodeList(list []any) (any, error) {
	if f.As != "json" {
		return list, nil
	}
	text, err := marshal(list)
	return string(text), err
}

var errSamePath = errors.New("two fields stand at the same path")

// setPath sets the value at a dotted path and creates the objects on the path.
func setPath(object map[string]any, path string, value any) error {
	steps := strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		next, ok := object[step]
		if !ok {
			next = map[string]any{}
			object[step] = next
		}
		if object, ok = next.(map[string]any); !ok {
			return errSamePath
		}
	}
	last := steps[len(steps)-1]
	if _, taken := object[last]; taken {
		return errSamePath
	}
	object[last] = value
	return nil
}
