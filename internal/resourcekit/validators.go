package resourcekit

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// idPattern accepts unsigned 64-bit numbers, which the DCIM uses as ids (facts/toplink-dcim). It accepts all numbers
// of 20 digits.
var idPattern = regexp.MustCompile(`^[1-9][0-9]{0,19}$`)

// IsID reports whether text is a positive whole number, as the ids of WHMCS and the DCIM are.
func IsID(text string) bool { return idPattern.MatchString(text) }

// ID accepts the id of an object: a positive whole number as text.
func ID() validator.String {
	return stringvalidator.RegexMatches(idPattern, "must be an id: a positive whole number, such as the id attribute of another resource")
}

var idOrNonePattern = regexp.MustCompile(`^([1-9][0-9]{0,19})?$`)

// IDOrNone accepts the id of an object, or "" for none.
func IDOrNone() validator.String {
	return stringvalidator.RegexMatches(idOrNonePattern, `must be an id (a positive whole number, such as the id attribute of another resource), or "" for none`)
}

var notBlank = regexp.MustCompile(`\S`)

// Trimmed refuses white space at the beginning and end of a text. The panels remove it, and would then return a text
// that differs from the written one.
func Trimmed() validator.String { return trimmed{} }

type trimmed struct{}

func (trimmed) Description(context.Context) string {
	return "must not begin or end with white space, because the panel would remove it"
}

func (t trimmed) MarkdownDescription(ctx context.Context) string { return t.Description(ctx) }

func (t trimmed) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	// Assumed: the panels, which are PHP programs, also cut off these invisible characters.
	cut := func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u200e' }
	if text := req.ConfigValue.ValueString(); strings.TrimFunc(text, cut) != text {
		refuse(&resp.Diagnostics, req.Path, t.Description(ctx), fmt.Sprintf("%q", text))
	}
}

// NotBlank refuses empty text and text that consists of spaces.
func NotBlank() validator.String {
	return stringvalidator.RegexMatches(notBlank, "must not be empty")
}
