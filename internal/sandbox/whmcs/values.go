package whmcs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// fieldError is the error of one value. Field is a dotted path.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Reason  string `json:"reason,omitempty"`
	// unreadable is true if rows never contain a value of this form. The value is then also invalid in expect.
	unreadable bool
}

// parser converts a JSON value to the form of rows, so that values can be compared with ==. It is never called with
// null.
type parser func(path string, v any) (any, []fieldError)

func errorAt(path, format string, args ...any) []fieldError {
	return []fieldError{{Field: path, Message: fmt.Sprintf(format, args...)}}
}

const (
	shortText = 255   // characters of a VARCHAR column
	longText  = 65535 // bytes of a TEXT column
	maxInt    = 1<<31 - 1
)

// textOf accepts text with a maximum number of characters.
func textOf(most int) parser {
	return func(path string, v any) (any, []fieldError) {
		s, ok := v.(string)
		if !ok {
			return nil, errorAt(path, "must be text")
		}
		if utf8.RuneCountInString(s) > most {
			return nil, errorAt(path, "must not be longer than %d characters", most)
		}
		for _, r := range s {
			if unicode.IsControl(r) && r != '\t' && r != '\n' {
				return nil, errorAt(path, "must not contain control characters")
			}
		}
		return s, nil
	}
}

// storedIn accepts text whose stored form fits into a column of this length. Entities are longer than the characters
// that they encode.
func storedIn(length kinds.Length, c codec) parser {
	return func(path string, v any) (any, []fieldError) {
		parsed, errs := textOf(maxInt)(path, v)
		if errs == nil {
			errs = longer(path, c.encode(parsed), length)
		}
		if errs != nil {
			return nil, errs
		}
		return parsed, nil
	}
}

// withCondition adds a condition to a text parser.
func withCondition(inner parser, message string, accept func(string) bool) parser {
	return func(path string, v any) (any, []fieldError) {
		parsed, errs := inner(path, v)
		if errs == nil && !accept(cast[string](parsed)) {
			return nil, errorAt(path, "%s", message)
		}
		return parsed, errs
	}
}

func matching(form *regexp.Regexp, message string) parser {
	return withCondition(textOf(shortText), message, form.MatchString)
}

func oneOf(choices ...string) parser {
	return withCondition(textOf(shortText), "must be one of "+strings.Join(choices, ", "), func(s string) bool {
		return slices.Contains(choices, s)
	})
}

func boolean(path string, v any) (any, []fieldError) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return nil, errorAt(path, "must be true or false")
}

// integer accepts integers in JSON.
func integer(least, most int64) parser {
	return func(path string, v any) (any, []fieldError) {
		n, err := strconv.ParseInt(numberText(v), 10, 64)
		if err != nil || n < least || n > most {
			return nil, errorAt(path, "must be a whole number from %d to %d", least, most)
		}
		return n, nil
	}
}

func numberText(v any) string {
	n, _ := v.(json.Number)
	return n.String()
}

// decimal accepts decimal text. It refuses JSON numbers, because they lose cents.
func decimal(scale int) parser { return narrowDecimal(moneyDigits, scale) }

// moneyDigits is the number of digits of a money column.
const moneyDigits = 16

const decimalHint = `must be a decimal number as text, such as "10.00"`

// narrowDecimal is decimal for a column with this number of digits.
func narrowDecimal(digits, scale int) parser {
	return func(path string, v any) (any, []fieldError) {
		s, ok := v.(string)
		if !ok {
			errs := errorAt(path, decimalHint)
			_, errs[0].unreadable = v.(json.Number)
			return nil, errs
		}
		if !decimalForm.MatchString(s) {
			return nil, errorAt(path, decimalHint)
		}
		value, ok := formatDecimal(s, scale)
		if !ok {
			return nil, errorAt(path, "must have at most %d decimal places", scale)
		}
		if whole, _, _ := strings.Cut(strings.TrimPrefix(value, "-"), "."); len(whole) > digits-scale {
			return nil, errorAt(path, "is too large for the column")
		}
		if strings.HasPrefix(value, "-") {
			return nil, errorAt(path, "must not be negative")
		}
		return value, nil
	}
}

var idForm = regexp.MustCompile(`^[0-9]{1,18}$`)

// reference accepts an id: a string of digits.
func reference(path string, v any) (any, []fieldError) {
	s, ok := v.(string)
	if !ok || !idForm.MatchString(s) || system.Number(s) == 0 {
		return nil, errorAt(path, "must be an id, a string of digits")
	}
	return text(system.Number(s)), nil
}

// listNamed accepts an array and keeps its order. The noun is the plural of its elements.
func listNamed(noun string, element parser) parser {
	return func(path string, v any) (any, []fieldError) {
		items, ok := v.([]any)
		if !ok {
			return nil, errorAt(path, "must be a list of %s", noun)
		}
		parsed, errs := make([]any, 0, len(items)), []fieldError(nil)
		for i, item := range items {
			p, e := element(fmt.Sprintf("%s.%d", path, i), item)
			parsed, errs = append(parsed, p), append(errs, notText(item, e)...)
		}
		if errs != nil {
			return nil, errs
		}
		return parsed, nil
	}
}

// notText marks the error of a list element that is neither text nor an object. Rows never contain such an element.
func notText(item any, errs []fieldError) []fieldError {
	_, isText := item.(string)
	_, isObject := item.(map[string]any)
	for i := range errs {
		errs[i].unreadable = errs[i].unreadable || !isText && !isObject
	}
	return errs
}

// setOf accepts an array and ignores its order. The elements have no position, so errors name the set. The noun is the
// plural of its elements. If unique is not empty, it is the noun of an element, and no element may appear twice.
func setOf(noun string, element parser, unique string) parser {
	return func(path string, v any) (any, []fieldError) {
		items, ok := v.([]any)
		if !ok {
			return nil, errorAt(path, "must be a list of %s", noun)
		}
		var texts []string
		for _, item := range items {
			parsed, errs := element(path, item)
			if errs != nil {
				return nil, notText(item, errs)
			}
			texts = append(texts, cast[string](parsed))
		}
		set := sortedSet(texts)
		if unique != "" && len(set) != len(texts) {
			return nil, errorAt(path, "must not contain %s twice", unique)
		}
		return set, nil
	}
}

// objectOf accepts an object with these keys. Absent and null keys remain absent.
func objectOf(keys map[string]parser) parser { return objectNamed("a known field", keys) }

// objectNamed is objectOf with the noun of a key in the message about another key.
func objectNamed(noun string, keys map[string]parser) parser {
	return func(path string, v any) (any, []fieldError) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, errorAt(path, "must be an object")
		}
		parsed, errs := map[string]any{}, []fieldError(nil)
		for _, key := range sortedKeys(object) {
			member := keys[key]
			if member == nil {
				errs = append(errs, errorAt(path+"."+key, "is not %s", noun)...)
				continue
			}
			if object[key] == nil {
				continue
			}
			p, e := member(path+"."+key, object[key])
			parsed[key] = p
			errs = append(errs, e...)
		}
		if errs != nil {
			return nil, errs
		}
		return parsed, nil
	}
}

// mapOf accepts an object with any keys. Null values are omitted.
func mapOf(element parser) parser {
	return func(path string, v any) (any, []fieldError) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, errorAt(path, "must be an object")
		}
		parsed, errs := map[string]any{}, []fieldError(nil)
		for _, key := range sortedKeys(object) {
			if object[key] == nil {
				continue
			}
			p, e := element(path+"."+key, object[key])
			parsed[key], errs = p, append(errs, e...)
		}
		if errs != nil {
			return nil, errs
		}
		return parsed, nil
	}
}

// cast returns a parsed value with the type of its parser. It panics for another type.
func cast[T any](v any) T {
	typed, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("sandbox: a value is %T, not %T as parsed", v, typed))
	}
	return typed
}

// sortedSet returns the form of sets in rows: ascending, without duplicates. Ids are sorted by number.
func sortedSet(texts []string) []any {
	texts = slices.Clone(texts)
	slices.SortFunc(texts, func(a, b string) int {
		if idForm.MatchString(a) && idForm.MatchString(b) {
			return int(system.Number(a) - system.Number(b))
		}
		return strings.Compare(a, b)
	})
	set := make([]any, 0, len(texts))
	for _, text := range slices.Compact(texts) {
		set = append(set, text)
	}
	return set
}

// texts returns the elements of a parsed list or set of text.
func texts(v any) []string {
	items, _ := v.([]any)
	list := make([]string, 0, len(items))
	for _, item := range items {
		list = append(list, cast[string](item))
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
