package whmcs

import (
	"errors"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// customFieldParts are the custom fields of a product. A module finds its own field by the name before "|". A new
// field of that name is therefore the module's field.
var customFieldParts = &parts{
	table: kinds.CustomField.Table, owner: "relid", fixedColumns: Row{"type": "product"},
	matchesExisting: func(part, there map[string]any) bool {
		wanted, _, _ := strings.Cut(cast[string](part["name"]), "|")
		found, _, _ := strings.Cut(cast[string](there["name"]), "|")
		return wanted == found
	},
	fields:    tableFields(kinds.CustomField.Kind),
	checkPart: checkRegex,
	cleanup:   func(t *tx, id int64) { removeWhere(t, "tblcustomfieldsvalues", "fieldid", id) },
}

var customFieldsField = field{
	name: "custom_fields", parse: customFieldParts.parse, initial: map[string]any{}, differs: customFieldParts.differences,
	read:  func(t *tx, id int64, _ Row) any { return customFieldParts.read(t, id) },
	write: func(w *write, _ Row, v any) { customFieldParts.store(w.t, w.id, cast[map[string]any](v)) },
}

// checkRegex refuses a new expression that PHP cannot compile. A stored expression stays as it is.
func checkRegex(w *write, path string, part map[string]any, stored Row) {
	regex, _ := part["validation_regex"].(string)
	if regex != "" && regex != entity.decode(stored["regexpr"]) && !isPHPRegex(regex) {
		w.reject(path+".validation_regex", "must be a regular expression of PHP with delimiters, such as /^[a-z]+$/")
	}
}

// isPHPRegex reports whether PHP may compile an expression: the delimiters, the modifiers and the brackets are right.
// PHP knows more than Go's package regexp, so everything else passes.
func isPHPRegex(text string) bool {
	text = strings.TrimLeft(text, " \t\n\r\v\f")
	if text == "" || strings.ContainsAny(text[:1], `\`) || isWordByte(text[0]) {
		return false
	}
	closing := text[:1]
	if at := strings.Index("([{<", closing); at >= 0 {
		closing = ")]}>"[at : at+1]
	}
	end := strings.LastIndex(text[1:], closing)
	if end < 0 || strings.Trim(text[end+2:], "imsxADSUXJun \n") != "" {
		return false
	}
	_, err := syntax.Parse(text[1:end+1], syntax.Perl)
	var failure *syntax.Error
	return !errors.As(err, &failure) || !slices.Contains([]syntax.ErrorCode{
		syntax.ErrMissingBracket, syntax.ErrMissingParen, syntax.ErrUnexpectedParen, syntax.ErrTrailingBackslash,
		syntax.ErrInvalidCharRange, syntax.ErrMissingRepeatArgument,
	}, failure.Code)
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// checkLostValues refuses to remove a field with values that customers entered.
func checkLostValues(w *write) *failure {
	given, _ := w.values["custom_fields"].(map[string]any)
	for _, key := range sortedKeys(given) {
		part := cast[map[string]any](given[key])
		if part["remove"] != true {
			continue
		}
		id := cast[string](part["id"])
		name := cast[string](entity.decode(w.t.row("tblcustomfields", system.Number(id))["fieldname"]))
		if !w.safety.AllowDelete {
			return deletionForbidden("custom field", name, id)
		}
		entered := 0
		for _, value := range w.t.idsBy("tblcustomfieldsvalues", "fieldid", id) {
			if w.t.row("tblcustomfieldsvalues", value)["value"] != "" {
				entered++
			}
		}
		if refused := inUse("The custom field \""+name+"\" ("+id+")", []use{{"values", entered}}); refused != nil {
			return refused
		}
	}
	return nil
}

func customFieldIDs(w *write) map[string]any {
	given, _ := w.values["custom_fields"].(map[string]any)
	if given == nil {
		return nil
	}
	return map[string]any{"custom_field_ids": customFieldParts.ids(given)}
}
