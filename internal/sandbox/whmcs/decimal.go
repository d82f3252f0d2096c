package whmcs

import (
	"regexp"
	"strings"
)

var decimalForm = regexp.MustCompile(`^-?\d{1,12}(\.\d{1,8})?$`)

// fixed is a decimal text with exactly scale places: leading zeros and the sign of zero are dropped. It reports false where the text is no
// decimal or has more non-zero places than that. Money never becomes a floating-point number here.
func fixed(text string, scale int) (string, bool) {
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

// stored is a decimal column's text at its scale; text the column could not hold is shown as it is.
func stored(column string, scale int) string {
	if column == "" {
		column = "0"
	}
	if value, ok := fixed(column, scale); ok {
		return value
	}
	return column
}
