package whmcs

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// declared completes a kind with the fields of the field table. The given fields are those with their own code.
func declared(k kinds.Kind, made kind) kind {
	made.name, made.table, made.naturalKey, made.writable = k.Name, k.Table, k.NaturalKey, !k.ReadOnly
	for _, name := range k.Composite {
		if !slices.ContainsFunc(made.fields, func(f field) bool { return f.name == name }) {
			panic("sandbox: the field " + k.Name + "." + name + " has no code")
		}
	}
	made.fields = tableFields(k, made.fields...)
	if k.ReadOnly {
		made.fields = readable(made.fields...)
	}
	return made
}

// tableFields returns the fields of a kind: the plain fields of the field table, then the fields with their own code.
// A field in own replaces the plain field of the same name. tableFields panics if a field of the table has no code,
// or if own has a field that the table lacks.
func tableFields(k kinds.Kind, own ...field) []field {
	at := func(name string) int { return slices.IndexFunc(own, func(f field) bool { return f.name == name }) }
	var fields []field
	for _, declared := range k.Fields() {
		var made field
		switch i := at(declared.Name); {
		case i >= 0:
			made = own[i]
			own = slices.Delete(slices.Clone(own), i, i+1)
		case declared.OwnCode:
			panic("sandbox: the field " + k.Name + "." + declared.Name + " has no code")
		default:
			made = tableField(declared)
		}
		if made.needs == "" {
			made.needs = k.Table + "." + declared.Column
		}
		fields = append(fields, made)
	}
	for _, f := range own {
		if !slices.Contains(k.Composite, strings.TrimSuffix(f.name, "_fingerprint")) && !slices.Contains(k.Composite, f.name) {
			panic("sandbox: the field table lacks " + k.Name + "." + f.name)
		}
	}
	return append(fields, own...)
}

// tableField returns a plain field as the field table declares it.
func tableField(f kinds.Field) field {
	parse, c := formOf(f)
	made := column(f.Name, f.Column, parse, c, initialOf(f))
	if f.Form == kinds.Reference {
		made = referenceField(f.Name, f.Column, f.Target)
	}
	if f.Form == kinds.Integer && f.Nullable {
		made = nullableInteger(made, f.Column)
	}
	made.required, made.nullable = f.Required, f.Nullable
	return made
}

// initialOf returns the value of a creation that does not give the field, or nil for none.
func initialOf(f kinds.Field) any {
	switch {
	case f.Required || f.Nullable:
		return nil
	case f.Form == kinds.Integer:
		n, _ := f.Default.(int)
		return int64(n)
	case f.Default != nil:
		return f.Default
	case f.Form == kinds.Boolean:
		return false
	case f.Form == kinds.Text:
		return ""
	}
	return nil
}

// formOf returns the parser and the codec of a field of the table.
func formOf(f kinds.Field) (parser, codec) {
	c := raw
	if f.Codec == kinds.Plain {
		c = entity
	}
	switch f.Form {
	case kinds.Boolean:
		if f.Ticked {
			return boolean, tick
		}
		return boolean, flag
	case kinds.Integer:
		return integer(f.Minimum, f.Maximum), whole
	case kinds.Decimal:
		return narrowDecimal(f.Digits, f.Scale), money(f.Scale)
	case kinds.Choice:
		pairs := make([]string, 0, 2*len(f.Words))
		for _, word := range f.Words {
			pairs = append(pairs, word.Word, word.Column)
		}
		return oneOf(f.WordsOf()...), wordCodec(pairs...)
	case kinds.TextList, kinds.TextSet:
		return textsOf(f, c)
	}
	parse := storedIn(f.Length, c)
	if f.Required {
		parse = withCondition(parse, "is required", notBlank)
	}
	if f.Pattern != "" {
		parse = withCondition(parse, f.Hint, regexp.MustCompile(f.Pattern).MatchString)
	}
	return parse, c
}

// textsOf returns the parser and the codec of several texts in one column.
func textsOf(f kinds.Field, c codec) (parser, codec) {
	element := withCondition(storedIn(f.Length, c), "must not be empty, and must not begin or end with white space", func(s string) bool {
		return s != "" && strings.TrimSpace(s) == s
	})
	separator := "a comma"
	if f.Separator == "\n" {
		separator = "a line break"
	}
	element = withCondition(element, "must not contain "+separator, func(s string) bool { return !strings.Contains(s, f.Separator) })
	if f.Pattern != "" {
		element = withCondition(element, f.Hint, regexp.MustCompile(f.Pattern).MatchString)
	}
	parse, form := listNamed("texts", element), anyList
	if f.Form == kinds.TextSet {
		parse, form = setOf("texts", element, ""), sortedSet
	}
	joined := codec{
		func(s string) any { return form(system.SplitList(cast[string](c.decode(s)), f.Separator)) },
		func(v any) string { return c.encode(strings.Join(texts(v), f.Separator)) },
	}
	return func(path string, v any) (any, []fieldError) {
		parsed, errs := parse(path, v)
		if errs == nil {
			errs = longer(path, joined.encode(parsed), f.Length)
		}
		if errs != nil {
			return nil, errs
		}
		return parsed, nil
	}, joined
}

func notBlank(s string) bool { return strings.Trim(s, " \t\n\r\x00\x0b") != "" }

// longer returns an error if a stored text is longer than the column.
func longer(path, stored string, length kinds.Length) []fieldError {
	size, unit := utf8.RuneCountInString(stored), "characters"
	if length.Bytes {
		size, unit = len(stored), "bytes"
	}
	if size <= length.Most {
		return nil
	}
	return errorAt(path, "must not be longer than %d %s. With its encoding it has %d", length.Most, unit, size)
}

// nullableInteger makes a field that reads 0 and "" as null, and stores null as "".
func nullableInteger(f field, column string) field {
	store := f.write
	f.initial = nil
	f.read = func(_ *tx, _ int64, row Row) any {
		if n, _ := whole.decode(row[column]).(int64); n != 0 {
			return n
		}
		return nil
	}
	f.write = func(w *write, row Row, v any) {
		row[column] = ""
		if v != nil {
			store(w, row, v)
		}
	}
	return f
}
