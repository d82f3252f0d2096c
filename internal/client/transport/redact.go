package transport

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf16"
)

// Mask replaces a secret.
const Mask = "***"

// minSecretBytes is the minimum length of a masked secret. Masking shorter ones would replace harmless
// text ("1" is in every message) and would reveal the secret.
const minSecretBytes = 4

// minSecretLineBytes is the minimum length of a line that is masked on its own, in a secret with
// several lines such as a private key.
const minSecretLineBytes = 8

// Redactor masks known secrets in text. It masks them unchanged and in their URL, base64 (of the whole
// secret), JSON, HTML and Go encodings. Secrets shorter than 4 bytes are not masked. A Redactor is safe
// for concurrent use. The nil Redactor and the zero value mask nothing. The zero value accepts Add.
type Redactor struct {
	mu    sync.Mutex
	forms atomic.Pointer[[]string]
}

// NewRedactor returns a Redactor for the given secrets.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add adds secrets. Empty and short ones are ignored.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	if old := r.forms.Load(); old != nil {
		all = slices.Clone(*old)
	}
	for _, secret := range secrets {
		for _, part := range secretParts(secret) {
			all = append(all, secretForms(part)...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	r.forms.Store(&all)
}

// Redact returns s with every known secret replaced by [Mask].
func (r *Redactor) Redact(s string) string {
	if r == nil || s == "" {
		return s
	}
	forms := r.forms.Load()
	if forms == nil {
		return s
	}
	// Secrets may overlap in a text. Replacing them one after the other would leave the rest of the
	// second one. Therefore the spans are collected and merged first.
	type span struct{ from, to int }
	var spans []span
	for _, form := range *forms {
		last := -1
		for from := 0; ; {
			i := strings.Index(s[from:], form)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(form)
			if last >= 0 && start <= spans[last].to {
				spans[last].to = end
			} else {
				spans = append(spans, span{start, end})
				last = len(spans) - 1
			}
			from = start + 1
		}
	}
	if len(spans) == 0 {
		return s
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		from, to := spans[i].from, spans[i].to
		for i++; i < len(spans) && spans[i].from <= to; i++ {
			to = max(to, spans[i].to)
		}
		b.WriteString(s[done:from])
		b.WriteString(Mask)
		done = to
	}
	b.WriteString(s[done:])
	return b.String()
}

// secretParts returns the texts to mask: the secret, the secret without surrounding space, and its long
// lines if it has several.
func secretParts(secret string) []string {
	var parts []string
	for _, p := range []string{secret, strings.TrimSpace(secret)} {
		if len(p) >= minSecretBytes && strings.TrimSpace(p) != "" {
			parts = append(parts, p)
		}
	}
	if strings.ContainsAny(strings.TrimSpace(secret), "\r\n") {
		for line := range strings.Lines(secret) {
			line = strings.TrimSpace(line)
			if len(line) >= minSecretLineBytes && !strings.HasPrefix(line, "-----") {
				parts = append(parts, line)
			}
		}
	}
	return parts
}

// secretForms returns the encodings of a secret in a URL, a header, a body or a log.
func secretForms(s string) []string {
	forms := []string{s}
	// The characters besides letters and digits that each encoder keeps: Go's query and path, PHP's
	// urlencode and rawurlencode, JavaScript's encodeURIComponent.
	for _, keep := range []string{"-_.~", "-_.~$&+=:@", "-_.", "-_.!~*'()"} {
		for _, lower := range []bool{false, true} {
			forms = append(forms, percentEncode(s, keep, false, lower), percentEncode(s, keep, true, lower))
		}
	}
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding,
		base64.RawURLEncoding} {
		enc := e.EncodeToString([]byte(s))
		forms = append(forms, enc, strings.ReplaceAll(enc, "/", `\/`), percentEncode(enc, "-_.~", false, false))
	}
	if j, err := json.Marshal(s); err == nil {
		forms = append(forms, trimQuotes(string(j)))
	}
	for _, ascii := range []bool{false, true} {
		for _, slash := range []bool{false, true} {
			forms = append(forms, jsonEscape(s, ascii, slash))
		}
	}
	entities := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
	forms = append(forms,
		html.EscapeString(s),
		entities,
		strings.ReplaceAll(entities, "'", "&#039;"),
		strings.ReplaceAll(entities, "'", "&apos;"),
		trimQuotes(strconv.Quote(s)),
		trimQuotes(strconv.QuoteToASCII(s)),
	)
	return slices.DeleteFunc(forms, func(f string) bool { return len(f) < minSecretBytes })
}

func trimQuotes(s string) string { return s[1 : len(s)-1] }

func percentEncode(s, keep string, plus, lower bool) string {
	format := "%%%02X"
	if lower {
		format = "%%%02x"
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(keep, c) >= 0:
			b.WriteByte(c)
		case c == ' ' && plus:
			b.WriteByte('+')
		default:
			fmt.Fprintf(&b, format, c)
		}
	}
	return b.String()
}

// jsonEscape returns s as a JSON string without the quotes. PHP's json_encode escapes slashes and all
// characters beyond ASCII. Go's Marshal escapes neither.
func jsonEscape(s string, ascii, slash bool) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '/' && slash:
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r < 0x20 || r > 0x7e && r <= 0xffff && ascii:
			fmt.Fprintf(&b, `\u%04x`, r)
		case r > 0xffff && ascii:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
