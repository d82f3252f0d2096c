package whmcs

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// field is one declared field of a kind. Validation, comparison with expect, writing and reading back use these
// declarations.
type field struct {
	name string
	// parse checks and converts a given value. It is nil if the field is read-only.
	parse parser
	// read returns the value of the row. It is nil for a secret, which is never returned.
	read func(t *tx, id int64, row Row) any
	// write stores a parsed value in row, or in other tables.
	write func(w *write, row Row, v any)
	// initial is the value of a creation that does not give the field. It is a value or a function of the write.
	initial any
	// required fields must be given in a creation.
	required bool
	// nullable fields are cleared by null.
	nullable bool
	// many fields contain a list or a set.
	many bool
	// keyed fields contain an object that is compared and written key by key.
	keyed bool
	// absentKeyValue is the value of an absent key of a keyed field.
	absentKeyValue any
	// differs compares a given value with the value of rows, under a path. It is set if neither comparison as a whole
	// nor key by key is right.
	differs func(path string, given, actual any) []difference
	// compare returns the differences between the stored object and a given value. It is set if the value of rows is
	// not sufficient for the comparison.
	compare func(w *write, row Row, given any) []difference
	// refers is the table of a reference.
	refers string
	// needs is the table or table.column that the field requires.
	needs string
	// showsFingerprint fields contain fingerprints. If a caller sends a secret instead of a fingerprint, the response
	// does not repeat it.
	showsFingerprint bool
	// leaveWith is the table of the listed objects, if a deleted object also leaves the list. An expected value with
	// such an object is not a conflict.
	leaveWith string
	// secret returns the stored value of a secret, for its fingerprint and for the comparison after writing.
	secret func(t *tx, row Row) string
}

// codec converts between a value and the text of its column.
type codec struct {
	decode func(column string) any
	encode func(v any) string
}

var (
	raw = codec{func(s string) any { return s }, func(v any) string { return cast[string](v) }}

	// Seen (operator experience): WHMCS stores names as the admin area sends them, with HTML entities.
	entity = codec{func(s string) any { return decodeEntities.Replace(s) }, func(v any) string { return encodeEntities.Replace(cast[string](v)) }}

	encodeEntities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
	decodeEntities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#039;", "'", "&#39;", "'")

	whole = codec{
		func(s string) any { n, _ := strconv.ParseInt(s, 10, 64); return n },
		func(v any) string { return strconv.FormatInt(cast[int64](v), 10) },
	}
	// flag columns contain 1 or 0, and tick columns "on" or "". Both codecs read both forms.
	flag = boolCodec("1", "0")
	tick = boolCodec("on", "")
)

func boolCodec(on, off string) codec {
	return codec{
		func(s string) any { return s == "on" || s == "1" },
		func(v any) string {
			if cast[bool](v) {
				return on
			}
			return off
		},
	}
}

func money(scale int) codec {
	return codec{func(s string) any { return storedDecimal(s, scale) }, func(v any) string { return cast[string](v) }}
}

// wordCodec maps the protocol's values to the values of the column.
func wordCodec(pairs ...string) codec {
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
			return cast[string](v)
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

// referenceField declares a column that contains an id. The id 0 means none.
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
				row[col] = cast[string](v)
			}
		},
	}
}

func (f field) clearable() field { f.nullable = true; return f }

// withInitial sets the function that computes the value of a new object.
func (f field) withInitial(compute func(*write) any) field { f.initial = compute; return f }

// value reads the field. It returns nil if this WHMCS lacks the column.
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
	return t.missing[f.needs] || t.missing[table]
}

// compound reports whether the field contains a list or an object.
func (f *field) compound() bool {
	return f.many || f.keyed || f.differs != nil || f.compare != nil
}

// normalized converts an expected value to the form of rows. A value that would be refused as a new value is kept
// unchanged, because the database may contain it.
func (f *field) normalized(v any) any {
	if v == nil {
		return nil
	}
	if f.parse != nil {
		if parsed, errs := f.parse("", v); errs == nil {
			return parsed
		}
	}
	return normalizeValue(v)
}

// normalizeValue converts numbers and sets to the form of rows without a declared type.
func normalizeValue(v any) any {
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = normalizeValue(item)
		}
		return items
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, item := range v {
			object[key] = normalizeValue(item)
		}
		return object
	}
	if n, err := strconv.ParseInt(numberText(v), 10, 64); err == nil {
		return n
	}
	return v
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }
