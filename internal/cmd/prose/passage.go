package main

import (
	"regexp"
	"sort"
	"strings"
)

// A passage is a continuous text: a paragraph, a list item, a table cell, a comment, or the literals of one
// concatenation.
type passage struct {
	text   string
	starts []start // ascending
	// title is a heading or a table cell, which may be a question or a phrase.
	title bool
}

// A start says in which line of the file the text from offset on is.
type start struct{ offset, line int }

func (p *passage) add(line int, text string) {
	p.starts = append(p.starts, start{len(p.text), line})
	p.text += text
}

// addLine adds a line of a text that runs over several lines.
func (p *passage) addLine(line int, text string) {
	if p.text != "" {
		p.text += "\n"
	}
	p.add(line, text)
}

func (p *passage) line(offset int) int {
	i := sort.Search(len(p.starts), func(i int) bool { return p.starts[i].offset > offset })
	return p.starts[max(i-1, 0)].line
}

// Masks keep the length of a text, so that offsets stay valid. A masked code span counts as one word. A masked link
// target counts as nothing.
const (
	maskCode = "\x01"
	maskLink = "\x02"
)

var (
	codeSpan   = regexp.MustCompile("``[^`]+(?:`[^`]+)*``|`[^`]*`")
	template   = regexp.MustCompile(`\{\{.*?\}\}`)
	linkTarget = regexp.MustCompile(`\]\([^)\s]*\)`)
	address    = regexp.MustCompile(`https?://[^\s)"'<>]*[^\s)"'<>.,;:]`)
)

func mask(text string) string {
	for _, code := range []*regexp.Regexp{codeSpan, template, address} {
		text = code.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(maskCode, len(s)) })
	}
	return linkTarget.ReplaceAllStringFunc(text, func(s string) string { return "]" + strings.Repeat(maskLink, len(s)-1) })
}

// A sentence is a part of a masked text.
type sentence struct {
	offset int
	text   string
}

var (
	sentenceEnd   = regexp.MustCompile(`[.!?。।]["'”’)\]*_` + maskLink + `]*(?:\s+|$)`)
	abbreviation  = regexp.MustCompile(`(?i)(?:^|[\s(])(?:e\.g|i\.e|vs|cf|approx|no|incl)\.$`)
	etcetera      = regexp.MustCompile(`(?i)\betc\.$`)
	startsNext    = regexp.MustCompile(`^[A-Z"'(*` + maskCode + `]`)
	enumeration   = regexp.MustCompile(maskCode + `+(?:(?:,|,?\s+(?:and|or))\s+` + maskCode + `+)+`)
	letterOrDigit = regexp.MustCompile(`[\pL\pN` + maskCode + `]`)
)

func sentences(masked string) []sentence {
	var all []sentence
	from := 0
	for _, end := range sentenceEnd.FindAllStringIndex(masked, -1) {
		until := masked[from : end[0]+1]
		if abbreviation.MatchString(until) || etcetera.MatchString(until) && !startsNext.MatchString(masked[end[1]:]) {
			continue
		}
		all = append(all, sentence{from, masked[from:end[1]]})
		from = end[1]
	}
	if strings.TrimSpace(masked[from:]) != "" {
		all = append(all, sentence{from, masked[from:]})
	}
	return all
}

// words counts the words of a sentence. An enumeration of code counts as one word.
func words(masked string) int {
	count := 0
	for _, field := range strings.Fields(enumeration.ReplaceAllString(masked, maskCode)) {
		if letterOrDigit.MatchString(field) {
			count++
		}
	}
	return count
}

var (
	plainWord = regexp.MustCompile(`^["'(\[*_]*\pL[\pL'’-]*["')\].,:;!?*_]*$`)
	statement = regexp.MustCompile(`^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|SHOW|SET|DROP|LOCK|START|REPLACE)\s`)
	markup    = regexp.MustCompile(`</|/>|<!|=>|:=|\{"|\$this->`)
)

// isProse reports whether a text is for people, not code, a pattern or data. It has at least four plain words, which
// are most of the text.
func isProse(text string) bool {
	if statement.MatchString(text) || markup.MatchString(text) {
		return false
	}
	plain, fields := 0, strings.Fields(mask(text))
	for _, field := range fields {
		if plainWord.MatchString(field) {
			plain++
		}
	}
	return plain >= 4 && plain*10 >= len(fields)*6
}
