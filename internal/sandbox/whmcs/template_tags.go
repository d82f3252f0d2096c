package whmcs

import (
	"regexp"
	"strings"
)

// These patterns describe the Smarty tags that a landing page may have. Smarty compiles a template to PHP. Only tags
// that call no PHP function and read no file are accepted.
const (
	tagName     = `[A-Za-z_][A-Za-z0-9_]*`
	tagVariable = `\$` + tagName + `(?:\.[A-Za-z0-9_]+)*`
	tagLiteral  = "(?:'[^'\\\\{}$`]*'|\"[^\"\\\\{}$`]*\"|[0-9]+(?:\\.[0-9]+)?)"
	tagModified = tagVariable + `(?:\|(?:capitalize|default|escape|lower|nl2br|strip_tags|truncate|upper)(?::(?:` + tagVariable + `|` + tagLiteral + `))*)*`
	tagTerm     = `(?:!\s*|not\s+)?(?:` + tagModified + `|` + tagLiteral + `|true|false|null|(?:isset|empty)\(` + tagVariable + `\))`
	tagOperator = `(?:\s*(?:[=!]==?|[<>]=?|&&|\|\|)\s*|\s+(?:and|or|eq|neq|ne|gte|gt|ge|lte|lt|le)\s+)`
	longestTag  = 1000
)

var (
	acceptedTag = regexp.MustCompile(`^(?:` + tagModified +
		`|(?:else)?if\s+` + tagTerm + `(?:` + tagOperator + tagTerm + `)*` +
		`|foreach\s+` + tagVariable + `\s+as\s+(?:\$` + tagName + `\s*=>\s*)?\$` + tagName +
		`|lang\s+key=` + tagLiteral +
		`|else|foreachelse|ldelim|rdelim|strip|/strip|/if|/foreach)\s*$`)
	smartyVariable = regexp.MustCompile(`(?i)\$smarty\b`)
	literalTag     = regexp.MustCompile(`\{\s*(?:/\s*)?literal`)
)

// refusedTag returns the first tag that is not accepted, and its line. The line is 0 if all tags are accepted.
func refusedTag(text string) (line int, tag string) {
	refused := func(at int) (int, string) {
		rest := text[at:]
		if end := strings.IndexByte(rest, '}'); end >= 0 && end < 40 {
			rest = rest[:end+1]
		}
		return strings.Count(text[:at], "\n") + 1, strings.ToValidUTF8(rest[:min(len(rest), 40)], "")
	}
	if at := strings.Index(text, "<?"); at >= 0 {
		return refused(at)
	}
	for at := 0; ; {
		brace := strings.IndexByte(text[at:], '{')
		if brace < 0 {
			return 0, ""
		}
		at += brace
		end := tagEnd(text[at:])
		if end == 0 {
			return refused(at)
		}
		at += end
	}
}

// tagEnd returns the length of the tag at the start of the text, or 0 if the tag is not accepted.
func tagEnd(text string) int {
	if len(text) > 1 && strings.ContainsRune(" \t\r\n", rune(text[1])) {
		return 1 // Smarty takes a brace before white space for text
	}
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return 0
	}
	tag := text[1:end]
	switch {
	case strings.HasPrefix(tag, "*"):
		if len(tag) < 2 || !strings.HasSuffix(tag, "*") || strings.Contains(tag, "{") {
			return 0
		}
	case tag == "literal":
		const closing = "{/literal}"
		found := literalTag.FindStringIndex(text[end+1:])
		if len(found) == 0 || !strings.HasPrefix(text[end+1+found[0]:], closing) {
			return 0
		}
		return end + 1 + found[0] + len(closing)
	case len(tag) > longestTag || smartyVariable.MatchString(tag) || !acceptedTag.MatchString(tag):
		return 0
	}
	return end + 1
}
