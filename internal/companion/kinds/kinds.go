// Package kinds is the table of what WHMCS stores: for each kind of object its database table and its plain fields.
//
// The companion (kinds.php), PROTOCOL.md, the sandbox, the provider's schemas and the tests read it. `go generate` writes the two files.
// A plain field is one column. Fields that need code of their own, such as prices, are only named here.
// The behaviour of a field (comparison, uniqueness, rules for deletion) is not in this table. Each implementation has its own code for it, so
// that a mistake in one shows as a difference to the others.
package kinds

import (
	"reflect"
	"strings"
)

//go:generate go run ./generate

// Kind is one kind of object of the companion protocol, or of the parts inside such an object.
type Kind struct {
	Name, Table string
	// NaturalKey are the fields that no two objects share.
	NaturalKey []string
	// ReadOnly kinds are never written.
	ReadOnly bool
	// Composite are the names of the fields that no table can describe.
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
	Reference Form = "reference" // the id of another object, as text; stored as 0 for none
	TextList  Form = "list"      // texts in one column, in order
	TextSet   Form = "set"       // texts in one column, sorted
)

// Codec says what HTML entities in a text column mean.
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
	// Default is the value of a new object where none is given: a bool, int, or string as Form says. Nil means false, 0, "" or empty.
	Default any
	// Computed fields get their default from the code of the companion.
	Computed bool
	// Since is the first version of WHMCS that has the column. Before it, the field reads null.
	Since string
	// OwnCode fields are read and written by code of their own. The table holds for the rest.
	OwnCode bool

	// Codec and Length are for text, also for each text of a list or set together.
	Codec  Codec
	Length Length
	// Pattern is a regular expression that a new text, or each new text of a list or set, matches. Hint is the message where it does not.
	Pattern, Hint string
	// Known are the words that a new text of a set may be. A stored text of another spelling is kept.
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

	// Note is what PROTOCOL.md adds to the field's type, ColumnNote what it adds to the column.
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

// tables are all kinds in the order of the protocol, parts behind the kinds that they belong to.
var tables = []any{ProductGroup, Server, ServerGroup, Product, CustomField, ConfigurableOptionGroup, ConfigurableOption, ConfigurableSubOption, Currency, EmailTemplate, AdminRole}

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

// All are all kinds.
func All() []Kind { return all }

// Named is the kind with this name. It panics where there is none.
func Named(name string) Kind {
	for _, kind := range all {
		if kind.Name == name {
			return kind
		}
	}
	panic("kinds: there is no kind " + strings.TrimSpace(name))
}
