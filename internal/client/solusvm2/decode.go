package solusvm2

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// text is an id or a word that comes as a string, a number or null, which is "" (facts/solusvm2: a token's id is a string, a user's
// billing_user_id any of the three).
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	switch {
	case string(data) == "null":
		*t = ""
	case data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(s)
	case data[0] == '-' || data[0] >= '0' && data[0] <= '9':
		*t = text(data)
	default:
		return fmt.Errorf("expected text or a number, got %.20s", data)
	}
	return nil
}

// number is a whole number that comes as a number or as a string of digits; null is 0.
type number int64

func (n *number) UnmarshalJSON(data []byte) error {
	var t text
	if err := t.UnmarshalJSON(data); err != nil {
		return err
	}
	if t == "" {
		*n = 0
		return nil
	}
	value, err := strconv.ParseInt(strings.TrimSuffix(string(t), ".0"), 10, 64)
	if err != nil {
		return fmt.Errorf("expected a whole number, got %.20q", string(t))
	}
	*n = number(value)
	return nil
}

// flag is a boolean that comes as true, 1 or "1", or their opposites; null is false.
type flag bool

func (f *flag) UnmarshalJSON(data []byte) error {
	switch strings.Trim(string(bytes.TrimSpace(data)), `"`) {
	case "true", "1":
		*f = true
	case "false", "0", "", "null":
		*f = false
	default:
		return fmt.Errorf("expected a boolean, got %.20s", data)
	}
	return nil
}

// php is an object that PHP writes as [] when it is empty, and the panel as null when there is none.
type php[T any] struct{ it T }

func (p *php[T]) UnmarshalJSON(data []byte) error {
	switch string(bytes.TrimSpace(data)) {
	case "[]", "null":
		return nil
	}
	return json.Unmarshal(data, &p.it)
}
