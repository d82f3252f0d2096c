package solusvm2

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// text is an id or a text that the panel sends as a string, a number or null (facts/solusvm2: a token's
// id is a string, a user's billing_user_id is any of the three). null is "". Text is in the Unicode form NFC, as
// Terraform holds all text.
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
		*t = text(norm.NFC.String(s))
	case data[0] == '-' || data[0] >= '0' && data[0] <= '9':
		*t = text(data)
	default:
		return fmt.Errorf("expected text or a number, got %.20s", data)
	}
	return nil
}

// number is a whole number that the panel sends as a number or as a string of digits. null is 0.
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

// flag is a boolean that the panel sends as true, 1 or "1", or as false, 0, "0" or "". null is false.
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

// phpObject is an object that PHP encodes as [] when it is empty. The panel sends null when there is
// none.
type phpObject[T any] struct{ value T }

func (p *phpObject[T]) UnmarshalJSON(data []byte) error {
	switch string(bytes.TrimSpace(data)) {
	case "[]", "null":
		return nil
	}
	return json.Unmarshal(data, &p.value)
}
