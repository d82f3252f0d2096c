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

// fieldError is one wrong value; Field is a dotted path.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	// unreadable tells that rows never show a value of this form, so that it is wrong in expect too.
	unreadable bool
}

// parser turns a JSON value into the form rows carry, so that values compare with ==. It never gets null.
type parser func(path string, v any) (any, []fieldError)

func wrong(path, format string, args ...any) []fieldError {
	return []fieldError{{Field: path, Message: fmt.Sprintf(format, args...)}}
}

const (
	shortText = 255   // characters of a VARCHAR column
	longText  = 65535 // bytes of a TEXT column
	maxInt    = 1<<31 - 1
)

// textOf accepts text of at most this many characters.
func textOf(most int) parser {
	return func(path string, v any) (any, []fieldError) {
		s, ok := v.(string)
		if !ok {
			return nil, wrong(path, "must be text")
		}
		if utf8.RuneCountInString(s) > most {
			return nil, wrong(path, "must not be longer than %d characters", most)
		}
		for _, r := range s {
			if unicode.IsControl(r) && r != '\t' && r != '\n' {
				return nil, wrong(path, "must not contain control characters")
			}
		}
		return s, nil
	}
}

// storedIn accepts text that a column of this length can hold as it is stored there: entities are longer than what they mean.
func storedIn(length kinds.Length, c codec) parser {
	return func(path string, v any) (any, []fieldError) {
		parsed, errs := textOf(length.Most)(path, v)
		if errs == nil && tooLong(c.encode(parsed), length) {
			return nil, longer(path, length)
		}
		return parsed, errs
	}
}

// such narrows a text parser by a condition on the text.
func such(inner parser, message string, accept func(string) bool) parser {
	return func(path string, v any) (any, []fieldError) {
		parsed, errs := inner(path, v)
		if errs == nil && !accept(as[string](parsed)) {
			return nil, wrong(path, "%s", message)
		}
		return parsed, errs
	}
}

func matching(form *regexp.Regexp, message string) parser {
	return such(textOf(shortText), message, form.MatchString)
}

func oneOf(choices ...string) parser {
	return such(textOf(shortText), "must be one of "+strings.Join(choices, ", "), func(s string) bool {
		return slices.Contains(choices, s)
	})
}

func boolean(path string, v any) (any, []fieldError) {
	if b, ok := v.(bool); ok {
		return b, nil
	}
	return nil, wrong(path, "must be true or false")
}

// integer accepts whole JSON numbers.
func integer(least, most int64) parser {
	return func(path string, v any) (any, []fieldError) {
		n, err := strconv.ParseInt(numberText(v), 10, 64)
		if err != nil {
			return nil, wrong(path, "must be a whole number")
		}
		if n < least || n > most {
			return nil, wrong(path, "must be from %d to %d", least, most)
		}
		return n, nil
	}
}

func numberText(v any) string {
	n, _ := v.(json.Number)
	return n.String()
}

// decimal accepts decimal text, never a JSON number, because numbers lose cents on the way.
func decimal(scale int) parser { return narrowDecimal(moneyDigits, scale) }

// moneyDigits are the digits of a column for money.
const moneyDigits = 16

// narrowDecimal is decimal for a column of so many digits.
func narrowDecimal(digits, scale int) parser {
	return func(path string, v any) (any, []fieldError) {
		s, ok := v.(string)
		if !ok {
			errs := wrong(path, "must be decimal text such as \"10.00\"")
			_, errs[0].unreadable = v.(json.Number)
			return nil, errs
		}
		value, ok := fixed(s, scale)
		if !ok {
			return nil, wrong(path, "must be a decimal number with at most %d places", scale)
		}
		if whole, _, _ := strings.Cut(strings.TrimPrefix(value, "-"), "."); len(whole) > digits-scale {
			return nil, wrong(path, "is too large for the column")
		}
		if strings.HasPrefix(value, "-") {
			return nil, wrong(path, "must not be negative")
		}
		return value, nil
	}
}

var idForm = regexp.MustCompile(`^[0-9]{1,18}$`)

// reference accepts an id: a string of digits.
func reference(path string, v any) (any, []fieldError) {
	s, ok := v.(string)
	if !ok || !idForm.MatchString(s) || system.Number(s) == 0 {
		return nil, wrong(path, "must be an id, a string of digits")
	}
	return text(system.Number(s)), nil
}

// listOf accepts an array and keeps its order.
func listOf(element parser) parser {
	return func(path string, v any) (any, []fieldError) {
		items, ok := v.([]any)
		if !ok {
			return nil, wrong(path, "must be a list")
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

// notText marks the complaint about an element of a list that is neither text nor an object: rows never show such.
func notText(item any, errs []fieldError) []fieldError {
	_, isText := item.(string)
	_, isObject := item.(map[string]any)
	for i := range errs {
		errs[i].unreadable = errs[i].unreadable || !isText && !isObject
	}
	return errs
}

// setOf accepts an array without regard to order. Its elements have no position, so errors name the set.
func setOf(element parser, unique bool) parser {
	return func(path string, v any) (any, []fieldError) {
		items, ok := v.([]any)
		if !ok {
			return nil, wrong(path, "must be a list")
		}
		var texts []string
		for _, item := range items {
			parsed, errs := element(path, item)
			if errs != nil {
				return nil, notText(item, errs)
			}
			texts = append(texts, as[string](parsed))
		}
		set := sortedSet(texts)
		if unique && len(set) != len(texts) {
			return nil, wrong(path, "must not name anything twice")
		}
		return set, nil
	}
}

// objectOf accepts an object with these keys; keys that are absent or null stay absent.
func objectOf(keys map[string]parser) parser {
	return func(path string, v any) (any, []fieldError) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, wrong(path, "must be an object")
		}
		parsed, errs := map[string]any{}, []fieldError(nil)
		for _, key := range sortedKeys(object) {
			member := keys[key]
			if member == nil {
				errs = append(errs, wrong(path+"."+key, "is not a known key")...)
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

// as is a parsed value under the type its parser gave it.
func as[T any](v any) T {
	typed, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("sandbox: a value is %T, not %T as parsed", v, typed))
	}
	return typed
}

// sortedSet is the form sets have in rows: no duplicates, ascending; ids by their number.
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

// texts are the elements of a parsed list or set of text.
func texts(v any) []string {
	items, _ := v.([]any)
	list := make([]string, 0, len(items))
	for _, item := range items {
		list = append(list, as[string](item))
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
