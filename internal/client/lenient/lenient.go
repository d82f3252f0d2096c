// Package lenient decodes JSON of applications in PHP. They encode one value in several ways: a number as text, an
// empty object as [], a list with gaps as an object. Its errors name the field and the value that was found.
package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Mismatch is the error of a value that cannot be read as the expected kind.
type Mismatch struct {
	Path     string // of the value, such as "vms.limit", empty for the whole document
	Found    string // "a list", `the text "many"`
	Expected string // "a whole number"
}

func (m *Mismatch) Error() string {
	subject := "it"
	if m.Path != "" {
		subject = strconv.Quote(m.Path)
	}
	return fmt.Sprintf("%s is %s instead of %s", subject, m.Found, m.Expected)
}

// Within returns the error of a field as the error of the object that has it.
func Within(field string, err error) error {
	var inner *Mismatch
	if !errors.As(err, &inner) {
		return fmt.Errorf("%s: %w", field, err)
	}
	outer := *inner
	if outer.Path = field; inner.Path != "" {
		outer.Path = join(field, inner.Path)
	}
	return &outer
}

// maxFound limits the text that a Mismatch quotes, in bytes.
const maxFound = 40

// ErrNotJSON means that a document is not valid JSON.
var ErrNotJSON = errors.New("it is not valid JSON")

// Decode decodes a document into the value that out points to, by the names in its json tags. The names must match
// exactly. It reads:
//   - text from text and numbers, and as empty from null and false,
//   - whole numbers from numbers and from text with a number, and as 0 from null and "",
//   - booleans from true, 1, "1", "on", "yes" and their opposites, and as false from null and "",
//   - objects and maps from objects, and as empty from [], null, "" and false,
//   - lists from lists, from objects with numbers as keys, from a single object, and as empty from {}, null, "" and
//     false.
//
// A null leaves a pointer, a map and a list nil. A value that implements json.Unmarshaler decodes itself. A field of
// another name is ignored. If a value cannot be read, Decode reads the others, and returns a *Mismatch for the first
// one.
func Decode(document []byte, out any) error {
	if !json.Valid(document) {
		return ErrNotJSON
	}
	var d decoder
	d.value(bytes.TrimSpace(document), reflect.ValueOf(out).Elem(), "")
	if d.first == nil {
		return nil
	}
	return d.first
}

// Empty reports whether a value is one of the encodings of nothing: null, false, "", [] and {}.
func Empty(raw json.RawMessage) bool {
	switch raw = bytes.TrimSpace(raw); string(raw) {
	case "", "null", "false", `""`:
		return true
	}
	last := len(raw) - 1
	enclosed := last > 0 && (raw[0] == '{' && raw[last] == '}' || raw[0] == '[' && raw[last] == ']')
	return enclosed && len(bytes.TrimSpace(raw[1:last])) == 0
}

// IncompleteList is the error of a list of which some objects could not be read. The list with the others accompanies
// it.
type IncompleteList struct{ Problems []error }

func (l *IncompleteList) Error() string {
	text := l.Problems[0].Error()
	if others := len(l.Problems) - 1; others > 0 {
		text = fmt.Sprintf("%s. Of the list, %d other objects could not be read either", strings.TrimSuffix(text, "."), others)
	}
	return text
}

func (l *IncompleteList) Unwrap() []error { return l.Problems }

// Complete returns the error of a list with these problems, or nil if there are none.
func Complete(problems []error) error {
	if len(problems) == 0 {
		return nil
	}
	return &IncompleteList{Problems: problems}
}

type decoder struct{ first *Mismatch }

func (d *decoder) mismatch(raw json.RawMessage, path, expected string) {
	d.report(&Mismatch{Path: path, Found: describe(raw, false), Expected: expected})
}

func (d *decoder) report(m *Mismatch) {
	if d.first == nil {
		d.first = m
	}
}

// describe says what a value is. A short text is quoted if quoted is set, which must not be the case where the text may
// be a secret.
func describe(raw json.RawMessage, quoted bool) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		var text string
		if json.Unmarshal(raw, &text) == nil && quoted && len(text) <= maxFound {
			return "the text " + strconv.Quote(text)
		}
		return "text"
	case 'n', 't', 'f':
		return string(raw)
	}
	if len(raw) > maxFound {
		return "a very long number"
	}
	return "the number " + string(raw)
}

func join(path, step string) string {
	if path == "" {
		return step
	}
	return path + "." + step
}

var rawMessage = reflect.TypeFor[json.RawMessage]()

func (d *decoder) value(raw json.RawMessage, into reflect.Value, path string) {
	null := string(raw) == "null"
	if unmarshaler, ok := into.Addr().Interface().(json.Unmarshaler); ok && into.Type() != rawMessage {
		d.own(unmarshaler, raw, path)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		if null {
			return
		}
		if number := into.Type().Elem().Kind(); number == reflect.Int64 && string(raw) == `""` {
			return // an empty column
		}
		into.Set(reflect.New(into.Type().Elem()))
		d.value(raw, into.Elem(), path)
	case reflect.String:
		d.text(raw, into, path)
	case reflect.Int, reflect.Int64:
		d.number(raw, into, path)
	case reflect.Bool:
		d.boolean(raw, into, path)
	case reflect.Struct:
		d.object(raw, into, path)
	case reflect.Map:
		d.dictionary(raw, into, path)
	case reflect.Slice:
		if into.Type() == rawMessage {
			into.SetBytes(bytes.Clone(raw))
			return
		}
		d.list(raw, into, path)
	default: // an interface takes every value
		if json.Unmarshal(raw, into.Addr().Interface()) != nil {
			d.mismatch(raw, path, "a value of another kind")
		}
	}
}

// own lets a value decode itself.
func (d *decoder) own(into json.Unmarshaler, raw json.RawMessage, path string) {
	err := into.UnmarshalJSON(raw)
	if err == nil {
		return
	}
	inner := &Mismatch{Found: describe(raw, false), Expected: "a value of another kind"}
	errors.As(err, &inner)
	nested := *inner
	nested.Path = strings.TrimSuffix(join(path, inner.Path), ".")
	d.report(&nested)
}

func (d *decoder) text(raw json.RawMessage, into reflect.Value, path string) {
	switch raw[0] {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			into.SetString(text)
		}
	case 'n', 'f':
	case '{', '[', 't':
		d.mismatch(raw, path, "text")
	default:
		into.SetString(string(raw))
	}
}

// scalar returns a number or a text without the space around it, and false for every other value.
func scalar(raw json.RawMessage) (string, bool) {
	switch raw[0] {
	case '{', '[', 't', 'f', 'n':
		return "", false
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return strings.TrimSpace(text), err == nil
	}
	return string(raw), true
}

func (d *decoder) number(raw json.RawMessage, into reflect.Value, path string) {
	if string(raw) == "null" {
		return
	}
	text, ok := scalar(raw)
	if ok && text == "" {
		return
	}
	n, whole := wholeNumber(text)
	if !ok || !whole || into.OverflowInt(n) {
		d.report(&Mismatch{Path: path, Found: describe(raw, true), Expected: "a whole number"})
		return
	}
	into.SetInt(n)
}

// wholeNumber reads a whole number, also in the forms 20.00 and 2e9. A number of these forms must be exact.
func wholeNumber(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false // ParseFloat also reads "inf" and "0x1"
	}
	const exact = 1 << 53
	f, err := strconv.ParseFloat(text, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) < exact
}

func (d *decoder) boolean(raw json.RawMessage, into reflect.Value, path string) {
	text, ok := scalar(raw)
	if !ok {
		text = string(raw)
	}
	switch strings.ToLower(text) {
	case "true", "1", "on", "yes":
		into.SetBool(true)
	case "false", "0", "off", "no", "", "null":
	default:
		d.report(&Mismatch{Path: path, Found: describe(raw, true), Expected: "true or false"})
	}
}

func (d *decoder) object(raw json.RawMessage, into reflect.Value, path string) {
	if Empty(raw) {
		return
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		d.mismatch(raw, path, "an object")
		return
	}
	for i := range into.NumField() {
		field := into.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if found, given := fields[name]; given && name != "" && field.IsExported() {
			d.value(found, into.Field(i), join(path, name))
		}
	}
}

func (d *decoder) dictionary(raw json.RawMessage, into reflect.Value, path string) {
	if string(raw) == "null" {
		return
	}
	var fields map[string]json.RawMessage
	if !Empty(raw) && json.Unmarshal(raw, &fields) != nil {
		d.mismatch(raw, path, "an object")
		return
	}
	read := reflect.MakeMapWithSize(into.Type(), len(fields))
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		element := reflect.New(into.Type().Elem()).Elem()
		d.value(fields[key], element, join(path, key))
		read.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), element)
	}
	into.Set(read)
}

func (d *decoder) list(raw json.RawMessage, into reflect.Value, path string) {
	if string(raw) == "null" {
		return
	}
	elements, ok := List(raw)
	switch {
	case ok:
	case raw[0] == '{' && into.Type().Elem().Kind() != reflect.String:
		elements = []json.RawMessage{raw}
	case Empty(raw):
	default:
		d.mismatch(raw, path, "a list")
		return
	}
	read := reflect.MakeSlice(into.Type(), len(elements), len(elements))
	for i, element := range elements {
		d.value(element, read.Index(i), join(path, strconv.Itoa(i)))
	}
	into.Set(read)
}

// List returns the elements of an array, or of an object whose keys are all numbers, in their order. PHP encodes an
// array with gaps as such an object. ok is false for every other value.
func List(raw json.RawMessage) (elements []json.RawMessage, ok bool) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 {
		return nil, false
	}
	if raw[0] == '[' {
		err := json.Unmarshal(raw, &elements)
		return elements, err == nil
	}
	var object map[string]json.RawMessage
	if raw[0] != '{' || json.Unmarshal(raw, &object) != nil {
		return nil, false
	}
	indexes := make([]int, 0, len(object))
	for key := range object {
		index, err := strconv.Atoi(key)
		if err != nil || strconv.Itoa(index) != key {
			return nil, false
		}
		indexes = append(indexes, index)
	}
	slices.Sort(indexes)
	for _, index := range indexes {
		elements = append(elements, object[strconv.Itoa(index)])
	}
	return elements, true
}
