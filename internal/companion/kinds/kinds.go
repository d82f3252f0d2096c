// Package kinds is the table of what WHMCS stores: for each kind of object its database table and its plain fields.
//
// The companion, PROTOCOL.md, the sandbox, the provider's schemas and the tests use it. `go generate` writes kinds.php
// and the tables of PROTOCOL.md. A plain field is one column. A field of one column with its own code has OwnCode. A
// field that the table cannot describe, such as prices, is only named in Composite.
//
// The behaviour of a field (comparison, uniqueness, rules for deletion) is not in this table. Each implementation has
// its own code for it, so that a mistake in one shows as a difference to the others.
package kinds

import "reflect"

//go:generate go run ./generate

// Kind is one kind of object of the companion protocol, or of the parts inside such an object.
type Kind struct {
	Name, Table string
	// NaturalKey names the fields that identify an object. Another object with the same values is refused, unless
	// allow_duplicate_name is set.
	NaturalKey []string
	// ReadOnly kinds are never written.
	ReadOnly bool
	// Composite names the fields that this table cannot describe.
	Composite []string
}

// Fields are the fields of the kind's table, in order.
func (k Kind) Fields() []Field { return fields[k.Name] }

// Form is the form of a field's value.
type Form string

// The forms.
const (
	Text      Form = "text"
	Boolean   Form = "boolean"
	Integer   Form = "integer"
	Decimal   Form = "decimal"   // exact decimal text with the scale of the column
	Choice    Form = "choice"    // one of some words
	Reference Form = "reference" // the id of another object, as text. No reference is stored as 0
	TextList  Form = "list"      // texts in one column, in order
	TextSet   Form = "set"       // texts in one column, sorted
)

// Codec says whether a text column stores HTML entities.
type Codec string

// The codecs.
const (
	// Word is text for machines. No codec changes it.
	Word Codec = ""
	// Plain is text that people read. WHMCS stores it with or without entities, and info.codecs says which.
	Plain Codec = "plain"
	// Markup is HTML.
	Markup Codec = "markup"
)

// Length is the greatest length of a stored text. Entities count as they are stored.
type Length struct {
	Most  int
	Bytes bool // a TEXT column is measured in bytes, a VARCHAR column in characters
}

// TextColumn is the length of a TEXT column.
var TextColumn = Length{Most: 65535, Bytes: true}

// Varchar is the length of a VARCHAR column.
func Varchar(characters int) Length { return Length{Most: characters} }

// MaxInt is the greatest value of an INT column.
const MaxInt = 1<<31 - 1

// Stored is a word of a choice, and how the column stores it.
type Stored struct{ Word, Column string }

// Field is one field of a kind. A zero member means that the field has no such property.
type Field struct {
	Name, Column string
	Form         Form

	// Required fields must be given when the object is created. Required text is not blank.
	Required bool
	// Nullable fields are cleared by null.
	Nullable bool
	// Default is the value of a new object where none is given: a bool, int, or string as Form says. Nil means false,
	// 0, "" or empty.
	Default any
	// Computed fields get their default from the code of the companion.
	Computed bool
	// Since is the first WHMCS version with the column. Documentation and tests use it. At run time the companion
	// checks whether the column exists. Without the column, the field reads null.
	Since string
	// OwnCode fields have their own code to read and write them. All other properties in the table apply.
	OwnCode bool

	// Codec and Length are for text, also for each text of a list or set together.
	Codec  Codec
	Length Length
	// Pattern is a regular expression that a new text, or each new text of a list or set, matches. Hint is the message
	// where it does not.
	Pattern, Hint string
	// Known lists the accepted new elements of a set. Other stored elements are kept.
	Known []string

	// Words are the words of a choice.
	Words []Stored
	// Minimum and Maximum limit a new integer.
	Minimum, Maximum int64
	// Scale and Digits are those of a decimal column.
	Scale, Digits int
	// Ticked booleans are stored as `on` or nothing. Others are stored as 1 or 0.
	Ticked bool
	// Target is the table of a reference.
	Target string
	// Separator is between the texts of a list or set.
	Separator string

	// Note is a text of sentences below the field's table in PROTOCOL.md. ColumnNote is added to its column.
	Note, ColumnNote string
}

// WordsOf are the words of a choice, or the known words of a set, without what is stored.
func (f Field) WordsOf() []string {
	words := append([]string(nil), f.Known...)
	for _, stored := range f.Words {
		words = append(words, stored.Word)
	}
	return words
}

// IsText reports whether the field holds text of any form.
func (f Field) IsText() bool { return f.Form == Text || f.Form == TextList || f.Form == TextSet }

// tables lists the kinds that have a table here, in the order of the protocol. Parts follow the kind that they belong
// to.
var tables = []any{ProductGroup, Server, ServerGroup, Product, CustomField, ProductAddon, ConfigurableOptionGroup, ConfigurableOption, ConfigurableSubOption, Currency, EmailTemplate, AdminRole}

var (
	all    []Kind
	fields = map[string][]Field{}
)

// init collects the tables. The first member of each is the kind, all others are its fields.
func init() {
	for _, table := range tables {
		members := reflect.ValueOf(table)
		kind, _ := members.Field(0).Interface().(Kind)
		all = append(all, kind)
		for i := 1; i < members.NumField(); i++ {
			field, _ := members.Field(i).Interface().(Field)
			fields[kind.Name] = append(fields[kind.Name], field)
		}
	}
}

// All returns the kinds of the table. The kinds addon_module, module, solusvm2_billing and landing_page are not in it.
func All() []Kind { return all }
