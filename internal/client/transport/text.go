package transport

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// truncate cuts s to at most n bytes, at a character boundary, and marks the cut.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// excerpt returns the start of a body for a message. It masks secrets first, because a truncated secret
// is not recognized. It then joins all lines and removes control characters, because they could control
// a terminal.
func excerpt(body []byte, redact func(string) string) string {
	const window = 64 << 10
	s := redact(strings.ToValidUTF8(string(body[:min(len(body), window)]), "\uFFFD"))
	// A secret that the first window cut in half ends beyond this second, smaller window.
	return truncate(printable(s[:min(len(s), window/2)]), errorBodyBytes)
}

// printable returns s on one line, without control characters.
func printable(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"),
		func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// printURL returns u without user, query and fragment.
func printURL(u *url.URL) string {
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return plain.String()
}
