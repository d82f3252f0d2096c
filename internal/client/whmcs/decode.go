package whmcs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// Text is text that WHMCS sends as a string or as a number (facts: seen). null and false are "".
type Text string

// Bool is a boolean that WHMCS sends as true, 1, "1" or "on", or as their opposites (facts: seen).
type Bool bool

// decode decodes a document into the zero value that out points to. Most documents have the expected types, so that the
// quick decoder is tried first.
func decode(document []byte, out any) error {
	if json.Unmarshal(document, out) == nil {
		return nil
	}
	reflect.ValueOf(out).Elem().SetZero()
	return lenient.Decode(document, out)
}

// decodeText decodes a text, and returns "" for what is none.
func decodeText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	_ = lenient.Decode(raw, &text)
	return text
}

// numbered is an object with an id.
type numbered interface{ number() Text }

// decodeNestedList decodes WHMCS's nested lists, such as currencies.currency. WHMCS may send an empty
// list or a list of one element as [], {}, "", {"0":{…}} or the element alone (facts: seen).
func decodeNestedList[T numbered](data json.RawMessage, name string) ([]T, error) {
	if isEmptyValue(data) {
		return nil, nil
	}
	var outer map[string]json.RawMessage
	if json.Unmarshal(data, &outer) != nil {
		return decodeList[T](data, name)
	}
	inner, ok := outer[name]
	if !ok {
		return nil, fmt.Errorf("expected an object with %q", name)
	}
	return decodeList[T](inner, name)
}

// isEmptyValue reports whether data is one of the encodings of an empty list. A failed function returns false.
func isEmptyValue(data json.RawMessage) bool {
	return lenient.Empty(data) && string(bytes.TrimSpace(data)) != "false"
}

// decodeList decodes a list of objects with ids. WHMCS may send it as an array, as an object with numeric keys, as one
// element, or as an empty value. PHP encodes an array with gaps as an object. noun names an object in messages.
func decodeList[T numbered](data json.RawMessage, noun string) ([]T, error) {
	if isEmptyValue(data) {
		return nil, nil
	}
	data = bytes.TrimSpace(data)
	raws, isList := lenient.List(data)
	switch {
	case isList:
	case data[0] == '{':
		raws = []json.RawMessage{data}
	default:
		return nil, fmt.Errorf("expected a list of each %s", noun)
	}
	list := make([]T, len(raws))
	for i, raw := range raws {
		err := lenient.Decode(raw, &list[i])
		switch id := list[i].number(); {
		case isEmptyValue(raw):
			return nil, fmt.Errorf("element %d of the list is empty", i+1)
		case err != nil && id != "":
			return nil, fmt.Errorf("%s %s: %w", noun, id, err)
		case err != nil:
			return nil, fmt.Errorf("element %d of the list: %w", i+1, err)
		case id == "":
			return nil, fmt.Errorf("element %d of the list has no id", i+1)
		}
	}
	return list, nil
}

// decodeAnswer decodes the fields of a response. WHMCS's documentation also shows nested fields as flat ones, such as
// "currencies[currency][0][id]" (documented, GetCurrencies).
func decodeAnswer(fields responseFields) (responseFields, error) {
	nested := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		name, rest, isFlat := strings.Cut(key, "[")
		if _, plain := fields[name]; isFlat && !plain && strings.HasSuffix(rest, "]") {
			steps := strings.Split(strings.TrimSuffix(rest, "]"), "][")
			insert(nested, name, steps, fields[key])
		}
	}
	for name, value := range nested {
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("its field %q cannot be read", name)
		}
		fields[name] = raw
	}
	return fields, nil
}

// insert stores a value in nested maps, below a name and further steps.
func insert(into map[string]any, name string, steps []string, value json.RawMessage) {
	if len(steps) == 0 {
		into[name] = value
		return
	}
	next, ok := into[name].(map[string]any)
	if !ok {
		next = map[string]any{}
		into[name] = next
	}
	insert(next, steps[0], steps[1:], value)
}
