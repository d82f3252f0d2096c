package whmcs

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// field is one declared field of a kind. Validation, comparison with expect, writing and reading back all work from these declarations.
type field struct {
	name string
	// parse reads a value written; nil marks a field that is only read.
	parse parser
	// read gives the row's value; nil marks a secret, which never leaves.
	read func(t *tx, id int64, row Row) any
	// write stores a parsed value in row, or in other tables.
	write func(w *write, row Row, v any)
	// initial is what creation stores where no value was given: a value, or a function of the write.
	initial any
	// required fields must be given at creation.
	required bool
	// nullable fields are cleared by null.
	nullable bool
	// many fields hold a list or a set.
	many bool
	// keyed fields hold an object that is compared and written key by key.
	keyed bool
	// vacant is what a keyed field's absent key means.
	vacant any
	// differs compares a value, under a path, with the one rows show, where neither as a whole nor key by key is right.
	differs func(path string, given, actual any) []difference
	// compare lists where the stored object differs from a value given, where what rows show of it is not enough to tell.
	compare func(w *write, row Row, given any) []difference
	// refers is the table a reference must point into.
	refers string
	// needs is the table or table.column without which the field does not exist.
	needs string
	// secretive fields show fingerprints: a caller that puts the secret in the place of one does not get it back.
	secretive bool
	// remaining reduces an expected value to what can still be there; nil where all of it can.
	remaining func(t *tx, expected any) any
	// secret gives a secret's stored value, for fingerprints and the comparison after writing.
	secret func(t *tx, row Row) string
}

// codec is how a value sits in its column.
type codec struct {
	decode func(column string) any
	encode func(v any) string
}

var (
	raw = codec{func(s string) any { return s }, func(v any) string { return as[string](v) }}

	// WHMCS stores names as typed into its admin area: with HTML entities (operator experience).
	entity = codec{func(s string) any { return decodeEntities.Replace(s) }, func(v any) string { return encodeEntities.Replace(as[string](v)) }}

	encodeEntities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
	decodeEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#039;", "'", "&#39;", "'")

	whole = codec{
		func(s string) any { n, _ := strconv.ParseInt(s, 10, 64); return n },
		func(v any) string { return strconv.FormatInt(as[int64](v), 10) },
	}
	// flag columns hold 1 and 0, tick columns "on" and nothing; either is read from both.
	flag = boolCodec("1", "0")
	tick = boolCodec("on", "")
)

func boolCodec(on, off string) codec {
	return codec{
		func(s string) any { return s == "on" || s == "1" },
		func(v any) string {
			if as[bool](v) {
				return on
			}
			return off
		},
	}
}

func money(scale int) codec {
	return codec{func(s string) any { return stored(s, scale) }, func(v any) string { return as[string](v) }}
}

// words maps the words of the protocol to what the column holds.
func words(pairs ...string) codec {
	return codec{
		func(s string) any {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i+1] == s {
					return pairs[i]
				}
			}
			return s
		},
		func(v any) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == v {
					return pairs[i+1]
				}
			}
			return as[string](v)
		},
	}
}

func anyList(list []string) []any {
	items := make([]any, 0, len(list))
	for _, text := range list {
		items = append(items, text)
	}
	return items
}

// column declares a field that is one column.
func column(name, column string, parse parser, c codec, initial any) field {
	_, many := c.decode("").([]any)
	return field{
		name: name, parse: parse, initial: initial, many: many,
		read:  func(_ *tx, _ int64, row Row) any { return c.decode(row[column]) },
		write: func(_ *write, row Row, v any) { row[column] = c.encode(v) },
	}
}

// referenceField declares a column that holds an id, 0 being none.
func referenceField(name, col, table string) field {
	return field{
		name: name, parse: reference, refers: table,
		read: func(_ *tx, _ int64, row Row) any {
			if system.Number(row[col]) == 0 {
				return nil
			}
			return row[col]
		},
		write: func(_ *write, row Row, v any) {
			row[col] = "0"
			if v != nil {
				row[col] = as[string](v)
			}
		},
	}
}

func (f field) clearable() field { f.nullable = true; return f }

// starting gives the field's value in a new object, where that is computed.
func (f field) starting(compute func(*write) any) field { f.initial = compute; return f }

// value reads the field; null where this WHMCS lacks its column.
func (f *field) value(t *tx, id int64, row Row) any {
	if f.absent(t) {
		return nil
	}
	return f.read(t, id, row)
}

func (f *field) absent(t *tx) bool {
	if f.needs == "" {
		return false
	}
	table, _, _ := strings.Cut(f.needs, ".")
	return t.lacks[f.needs] || t.lacks[table]
}

// compound fields hold a list or an object.
func (f *field) compound() bool {
	return f.many || f.keyed || f.differs != nil || f.compare != nil
}

// lenient is an expected value in the form rows carry. What would not be accepted as a new value is kept as it came: the database may hold
// it all the same.
func (f *field) lenient(v any) any {
	if v == nil {
		return nil
	}
	if f.parse != nil {
		if parsed, errs := f.parse("", v); errs == nil {
			return parsed
		}
	}
	return plain(v)
}

// plain gives numbers and sets the form rows carry, without a declared type.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = plain(item)
		}
		return items
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, item := range v {
			object[key] = plain(item)
		}
		return object
	}
	if n, err := strconv.ParseInt(numberText(v), 10, 64); err == nil {
		return n
	}
	return v
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }
