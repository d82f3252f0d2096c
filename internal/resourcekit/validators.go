package resourcekit

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// idPattern lets through as many digits as an unsigned number of 64 bits has: the DCIM's ids are such numbers (facts/toplink-dcim).
var idPattern = regexp.MustCompile(`^[1-9][0-9]{0,19}$`)

// IsID reports whether text is an id as WHMCS and the DCIM give them: a positive whole number.
func IsID(text string) bool { return idPattern.MatchString(text) }

// ID accepts an object's id: a positive whole number in text.
func ID() validator.String {
	return stringvalidator.RegexMatches(idPattern, "must be an id: a positive whole number, such as the id attribute of another resource")
}

var idOrNonePattern = regexp.MustCompile(`^([1-9][0-9]{0,19})?$`)

// IDOrNone accepts an object's id, or "" for none.
func IDOrNone() validator.String {
	return stringvalidator.RegexMatches(idOrNonePattern, `must be an id (a positive whole number, such as the id attribute of another resource), or "" for none`)
}

// Schemas use these at nearly every text, and are made anew at each start.
var (
	withoutReturn = regexp.MustCompile(`^[^\r]*$`)
	notBlank      = regexp.MustCompile(`\S`)
)

// LineFeedsOnly refuses the carriage returns of a file that was edited on Windows: WHMCS would keep them, and its forms would not.
func LineFeedsOnly() validator.String {
	return stringvalidator.RegexMatches(withoutReturn, `must not contain carriage returns: write replace(text, "\r\n", "\n")`)
}

// NotBlank refuses empty text and text of spaces only.
func NotBlank() validator.String {
	return stringvalidator.RegexMatches(notBlank, "must not be empty")
}
