package transport

import (
	"regexp"
	"strings"
)

// PageStart is the number of bytes of a body that [ReadPage] inspects.
const PageStart = 64 << 10

var (
	// hiddenMarkup matches markup that a browser does not show as text. The word "license" in a stylesheet
	// does not make a license page.
	hiddenMarkup  = regexp.MustCompile(`(?is)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<[^>]*>`)
	htmlTag       = regexp.MustCompile(`(?i)<html|<!doctype|<body`)
	passwordInput = regexp.MustCompile(`(?i)<input[^>]+type=["']?password`)
	pageTitle     = regexp.MustCompile(`(?i)<title[^>]*>([^<]{0,120})<`)
)

// Page describes a page that was returned instead of an API response.
type Page struct {
	Empty     bool
	HTML      bool
	Title     string // not masked, empty if there is no title
	LoginForm bool   // the page has a password input
	Visible   string // the displayed text in lower case, not masked
}

// ReadPage inspects the start of a body that is not an API response.
func ReadPage(body []byte) Page {
	text := string(body[:min(len(body), PageStart)])
	page := Page{
		Empty: strings.TrimSpace(text) == "", HTML: htmlTag.MatchString(text), LoginForm: passwordInput.MatchString(text),
		Visible: strings.ToLower(hiddenMarkup.ReplaceAllString(text, " ")),
	}
	if title := pageTitle.FindStringSubmatch(text); len(title) == 2 {
		page.Title = strings.TrimSpace(title[1])
	}
	return page
}
