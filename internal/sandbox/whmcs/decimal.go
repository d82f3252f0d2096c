package whmcs

import (
	"regexp"
	"strings"
)

var decimalForm = regexp.MustCompile(`^-?\d{1,14}(\.\d{1,8})?$`)

// formatDecimal returns a decimal text with exactly scale places, without leading zeros and without a sign of zero. It
// returns false if the text is not a decimal or has more non-zero places. Amounts are never converted to
// floating-point numbers.
func formatDecimal(text string, scale int) (string, bool) {
	if !decimalForm.MatchString(text) {
		return "", false
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > scale {
		return "", false
	}
	fraction += strings.Repeat("0", scale-len(fraction))
	if scale > 0 {
		whole += "." + fraction
	}
	if negative && strings.Trim(whole, "0.") != "" {
		whole = "-" + whole
	}
	return whole, true
}

// storedDecimal returns the text of a decimal column at its scale. A text that is not a decimal is returned unchanged.
func storedDecimal(column string, scale int) string {
	if column == "" {
		column = "0"
	}
	if value, ok := formatDecimal(column, scale); ok {
		return value
	}
	return column
}
