package whmcs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Text is text that WHMCS sends as a string or as a number (facts: seen). null is "".
type Text string

// UnmarshalJSON accepts a string, a number, a boolean or null.
func (t *Text) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	switch {
	case len(data) == 0 || string(data) == "null":
		*t = ""
		return nil
	case data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = Text(s)
		return nil
	case data[0] == '{':
		return errors.New("expected text or a number, got an object")
	case data[0] == '[':
		return errors.New("expected text or a number, got a list")
	}
	*t = Text(data)
	return nil
}

// Bool is a boolean that WHMCS sends as true, 1, "1" or "on", or as their opposites (facts: seen).
type Bool bool

// UnmarshalJSON accepts every spelling of a boolean that WHMCS uses.
func (b *Bool) UnmarshalJSON(data []byte) error {
	var t Text
	if err := t.UnmarshalJSON(data); err != nil {
		return err
	}
	switch t {
	case "true", "1", "on", "yes":
		*b = true
	case "false", "0", "", "off", "no":
		*b = false
	default:
		return fmt.Errorf("expected a boolean, got %q", string(t))
	}
	return nil
}

// decodeNestedList decodes WHMCS's nested lists, such as currencies.currency. WHMCS may send an empty
// list or a list of one element as [], {}, "", {"0":{…}} or the element alone (facts: seen).
func decodeNestedList[T any](data json.RawMessage, name string) ([]T, error) {
	if isEmptyValue(data) {
		return nil, nil
	}
	var outer map[string]json.RawMessage
	if err := json.Unmarshal(data, &outer); err != nil {
		return nil, fmt.Errorf("expected an object with %q: %w", name, err)
	}
	inner, ok := outer[name]
	if !ok {
		return nil, fmt.Errorf("expected an object with %q", name)
	}
	return decodeList[T](inner)
}

// isEmptyValue reports whether data is one of the encodings of an empty list.
func isEmptyValue(data json.RawMessage) bool {
	var value any
	if len(bytes.TrimSpace(data)) == 0 || json.Unmarshal(data, &value) != nil {
		return len(bytes.TrimSpace(data)) == 0
	}
	switch x := value.(type) {
	case nil:
		return true
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	case map[string]any:
		return len(x) == 0
	}
	return false
}

// decodeList decodes a list. WHMCS may send it as an array, as an object with numeric keys (PHP's
// encoding of an array with gaps), as one element, or as an empty value.
func decodeList[T any](data json.RawMessage) ([]T, error) {
	if isEmptyValue(data) {
		return nil, nil
	}
	var raws []json.RawMessage
	if json.Unmarshal(data, &raws) != nil {
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) != nil {
			return nil, errors.New("expected a list")
		}
		if raws = numberedElements(object); raws == nil {
			raws = []json.RawMessage{data}
		}
	}
	list := make([]T, len(raws))
	for i, raw := range raws {
		if isEmptyValue(raw) {
			return nil, fmt.Errorf("element %d of the list is empty", i)
		}
		if err := json.Unmarshal(raw, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// numberedElements returns the elements of an object in the order of its numeric keys. It returns nil
// when a key is not a number.
func numberedElements(object map[string]json.RawMessage) []json.RawMessage {
	indexes := make([]int, 0, len(object))
	for key := range object {
		index, err := strconv.Atoi(key)
		if err != nil || strconv.Itoa(index) != key {
			return nil
		}
		indexes = append(indexes, index)
	}
	slices.Sort(indexes)
	list := make([]json.RawMessage, len(indexes))
	for i, index := range indexes {
		list[i] = object[strconv.Itoa(index)]
	}
	return list
}
