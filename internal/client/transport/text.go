package transport

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// truncate cuts s to at most n bytes, between characters, and marks the cut.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// excerpt makes the start of a body fit for a message: masked first, because a secret cut in half is not recognised, then on one line and without
// control characters, which could otherwise steer a terminal.
func excerpt(body []byte, redact func(string) string) string {
	const window = 64 << 10
	s := redact(strings.ToValidUTF8(string(body[:min(len(body), window)]), "\uFFFD"))
	// The half of a secret that the window cut off at its end is beyond this second, smaller window.
	return truncate(printable(s[:min(len(s), window/2)]), errorBodyBytes)
}

// printable puts s on one line, without control characters.
func printable(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// printURL is u without user, query and fragment.
func printURL(u *url.URL) string {
	plain := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return plain.String()
}
