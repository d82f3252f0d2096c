package whmcs

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Text is text that WHMCS sends as a string or as a bare number (facts: seen); null is "".
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
	case data[0] == '{' || data[0] == '[':
		return fmt.Errorf("expected text or a number, got %.20s", data)
	}
	*t = Text(data)
	return nil
}

// Bool is a boolean that WHMCS sends as true, 1, "1", "on" or their opposites (facts: seen).
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

// nested decodes WHMCS's nested lists, such as currencies.currency: an empty or single-element one may come as [], {}, "",
// {"0":{…}} or a bare object (facts: seen).
func nested[T any](data json.RawMessage, name string) ([]T, error) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" || string(data) == `""` || string(data) == "[]" {
		return nil, nil
	}
	var outer map[string]json.RawMessage
	if err := json.Unmarshal(data, &outer); err != nil {
		return nil, fmt.Errorf("expected an object with %q: %w", name, err)
	}
	inner, ok := outer[name]
	if !ok {
		if len(outer) == 0 {
			return nil, nil
		}
		return nil, fmt.Errorf("expected an object with %q", name)
	}
	return loose[T](inner)
}

// loose decodes a list that may be an array, an object with numeric keys, a bare element or something empty.
func loose[T any](data json.RawMessage) ([]T, error) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" || string(data) == `""` || string(data) == "{}" {
		return nil, nil
	}
	if data[0] == '[' {
		var list []T
		err := json.Unmarshal(data, &list)
		return list, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, err
	}
	if _, numbered := object["0"]; !numbered {
		var one T
		if err := json.Unmarshal(data, &one); err != nil {
			return nil, err
		}
		return []T{one}, nil
	}
	list := make([]T, 0, len(object))
	for i := range len(object) {
		raw, ok := object[fmt.Sprint(i)]
		if !ok {
			return nil, fmt.Errorf("expected a list, got an object without element %d", i)
		}
		var one T
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}
