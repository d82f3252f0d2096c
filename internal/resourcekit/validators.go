package resourcekit

import (
	"regexp"

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

// Compiled once, because almost every text attribute uses them.
var (
	withoutReturn = regexp.MustCompile(`^[^\r]*$`)
	notBlank      = regexp.MustCompile(`\S`)
)

// LineFeedsOnly refuses carriage returns, as a file that was edited on Windows has. WHMCS would store them, and its
// forms would remove them.
func LineFeedsOnly() validator.String {
	return stringvalidator.RegexMatches(withoutReturn, `must not contain carriage returns: write replace(text, "\r\n", "\n")`)
}

// NotBlank refuses empty text and text that consists of spaces.
func NotBlank() validator.String {
	return stringvalidator.RegexMatches(notBlank, "must not be empty")
}
