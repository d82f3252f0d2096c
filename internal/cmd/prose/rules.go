package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// A rule is a pattern that does not appear, and its replacement.
type rule struct {
	pattern *regexp.Regexp
	unless  *regexp.Regexp // nil, or what makes a match harmless
	instead string
}

// readLines calls each with the lines of a file that are neither empty nor a comment.
func readLines(name string, each func(line string) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	for number := 1; scanner.Scan(); number++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := each(line); err != nil {
			return fmt.Errorf("%s:%d: %w", name, number, err)
		}
	}
	return scanner.Err()
}

// readRules reads lines "pattern => replacement" and "pattern unless pattern => replacement". A space in a pattern
// matches any white space.
func readRules(name string) ([]rule, error) {
	var rules []rule
	err := readLines(name, func(line string) error {
		patterns, instead, found := strings.Cut(line, " => ")
		if !found {
			return fmt.Errorf("no replacement in %q", line)
		}
		pattern, unless, hasUnless := strings.Cut(patterns, " unless ")
		var r rule
		var err error
		r.instead = instead
		if r.pattern, err = regexp.Compile(`(?i)\b(?:` + strings.ReplaceAll(pattern, " ", `\s+`) + `)\b`); err != nil {
			return err
		}
		if hasUnless {
			if r.unless, err = regexp.Compile(`(?i)` + strings.ReplaceAll(unless, " ", `\s+`)); err != nil {
				return err
			}
		}
		rules = append(rules, r)
		return nil
	})
	return rules, err
}

var (
	semicolon = regexp.MustCompile(`;(?:\s|$)`)
	clause    = regexp.MustCompile(`^["'(*_]*(?:What|Whatever|Who)\s[^?]*\.["')*_]*\s*$`)
)

// check returns the places of a passage that break a rule.
func (p *passage) check(rules []rule) []finding {
	masked := mask(p.text)
	var findings []finding
	add := func(offset int, text, format string, arguments ...any) {
		findings = append(findings, finding{line: p.line(offset), message: fmt.Sprintf(format, arguments...), text: text})
	}
	for _, r := range rules {
		for _, at := range r.pattern.FindAllStringIndex(masked, -1) {
			match := masked[at[0]:at[1]]
			if r.unless == nil || !r.unless.MatchString(match) {
				add(at[0], match, "instead write %s", r.instead)
			}
		}
	}
	for _, at := range semicolon.FindAllStringIndex(masked, -1) {
		add(at[0], masked[max(0, at[0]-excerptLength/2):at[0]+1], "a semicolon (make two sentences)")
	}
	for _, s := range sentences(masked) {
		if count := words(s.text); count > mostWords {
			add(s.offset, s.text, "a sentence of %d words (at most %d, aim for 20)", count, mostWords)
		}
		if !p.title && clause.MatchString(s.text) && words(s.text) > 4 {
			add(s.offset, s.text, "a clause as the subject (name the thing)")
		}
	}
	return findings
}

// An exception allows findings whose text holds a text, in the files whose path begins with a prefix.
type exception struct{ prefix, text string }

type exceptionList []exception

// readExceptions reads lines "path | text | reason".
func readExceptions(name string) (exceptionList, error) {
	var all exceptionList
	err := readLines(name, func(line string) error {
		parts := strings.Split(line, " | ")
		if len(parts) != 3 || parts[2] == "" {
			return fmt.Errorf("not of the form path | text | reason: %q", line)
		}
		all = append(all, exception{prefix: parts[0], text: parts[1]})
		return nil
	})
	return all, err
}

func (l exceptionList) allow(file string, f finding) bool {
	text := strings.Join(strings.Fields(f.text), " ")
	for _, e := range l {
		if strings.HasPrefix(file, e.prefix) && strings.Contains(text, e.text) {
			return true
		}
	}
	return false
}
