package transport

import (
	"regexp"
	"strings"
)

// PageStart is how much of a body is looked at to say what kind of page it is.
const PageStart = 64 << 10

var (
	// unseen matches what a browser would not show as text: a stylesheet's licence is not a licence page.
	unseen    = regexp.MustCompile(`(?is)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<[^>]*>`)
	pageMark  = regexp.MustCompile(`(?i)<html|<!doctype|<body`)
	loginForm = regexp.MustCompile(`(?i)<input[^>]+type=["']?password`)
	pageTitle = regexp.MustCompile(`(?i)<title[^>]*>([^<]{0,120})<`)
)

// Page is what stood in place of an API's answer.
type Page struct {
	Empty     bool
	HTML      bool
	Title     string // "" = none; not masked
	LoginForm bool   // it asks for a password
	Visible   string // lower-case text as a browser would show it; not masked
}

// ReadPage looks at the start of a body that is no answer of an API.
func ReadPage(body []byte) Page {
	text := string(body[:min(len(body), PageStart)])
	page := Page{
		Empty: strings.TrimSpace(text) == "", HTML: pageMark.MatchString(text), LoginForm: loginForm.MatchString(text),
		Visible: strings.ToLower(unseen.ReplaceAllString(text, " ")),
	}
	if title := pageTitle.FindStringSubmatch(text); len(title) == 2 {
		page.Title = strings.TrimSpace(title[1])
	}
	return page
}
