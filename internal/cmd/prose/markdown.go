package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	fence     = regexp.MustCompile("^\\s*(?:```|~~~)")
	listItem  = regexp.MustCompile(`^\s*(?:[-*+]|\d+[.)])\s+`)
	heading   = regexp.MustCompile(`^#+\s+`)
	quote     = regexp.MustCompile(`^\s*(?:>|->|~>|!>)\s*`)
	attribute = regexp.MustCompile("^\\s*- `[^`]+` \\([^)]*\\) ?") // as the generator of docs/ writes it
)

const longestLine = 120

// markdown returns the passages of a Markdown document, and its long lines unless the document is generated.
func markdown(text string, generated bool) (passages []passage, long []finding) {
	var current passage
	flush := func() {
		if current.text != "" {
			passages = append(passages, current)
		}
		current = passage{}
	}
	lines := strings.Split(text, "\n")
	i := 0
	if lines[0] == "---" { // front matter
		for i = 1; i < len(lines) && lines[i] != "---"; i++ {
		}
		i++
	}
	inCode, inComment := false, false
	for ; i < len(lines); i++ {
		line, number := lines[i], i+1
		trimmed := strings.TrimSpace(line)
		switch {
		case fence.MatchString(line):
			flush()
			inCode = !inCode
			continue
		case inCode:
			continue
		case inComment || strings.HasPrefix(trimmed, "<!--"):
			flush()
			inComment = !strings.Contains(line, "-->")
			continue
		case trimmed == "" || strings.HasPrefix(trimmed, "<"):
			flush()
			continue
		case strings.HasPrefix(trimmed, "|"):
			flush()
			for _, cell := range cells(trimmed) {
				p := passage{title: true}
				p.add(number, cell)
				passages = append(passages, p)
			}
			continue
		case heading.MatchString(line):
			flush()
			current.title = true
			current.add(number, heading.ReplaceAllString(line, ""))
			flush()
		case listItem.MatchString(line):
			flush()
			line = attribute.ReplaceAllString(line, "")
			current.add(number, listItem.ReplaceAllString(line, ""))
		default:
			if current.text == "" {
				line = quote.ReplaceAllString(line, "")
			}
			current.addLine(number, strings.TrimSpace(line))
		}
		if !generated {
			long = append(long, longLine(number, lines[i])...)
		}
	}
	flush()
	return passages, long
}

// longLine returns a finding if a line is too long. Addresses do not count.
func longLine(number int, line string) []finding {
	length := utf8.RuneCountInString(linkTarget.ReplaceAllString(address.ReplaceAllString(line, ""), ""))
	if length <= longestLine {
		return nil
	}
	return []finding{{line: number, message: fmt.Sprintf("a line of %d characters (at most %d)", length, longestLine), text: line}}
}

// cells splits a row of a table into its cells, and the cells into their lines. It does not split code.
func cells(row string) []string {
	masked := codeSpan.ReplaceAllStringFunc(row, func(s string) string { return strings.Repeat(maskCode, len(s)) })
	var all []string
	from := 0
	for i := range len(masked) {
		if masked[i] == '|' && (i == 0 || masked[i-1] != '\\') {
			for _, part := range strings.Split(row[from:i], "<br>") {
				if part = strings.TrimSpace(part); strings.Trim(part, "-: ") != "" {
					all = append(all, part)
				}
			}
			from = i + 1
		}
	}
	return all
}
