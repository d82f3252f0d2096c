package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../.."

func rulesOfProject(t *testing.T) []rule {
	t.Helper()
	rules, err := readRules(root + "/" + folder + "/words.txt")
	require.NoError(t, err)
	return rules
}

// check writes a file, checks it, and returns "line message: excerpt" of each finding.
func check(t *testing.T, name, text string) []string {
	t.Helper()
	rules := rulesOfProject(t)
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	findings, err := checkFile(name, rules)
	require.NoError(t, err)
	var all []string
	for _, f := range findings {
		all = append(all, strings.Join([]string{string(rune('0' + f.line)), f.message, f.excerpt()}, "|"))
	}
	return all
}

var tooLong = strings.Repeat("of ", mostWords) + "end."

func TestCheck(t *testing.T) {
	const (
		noSemicolon = "a semicolon (make two sentences)"
		long        = "a sentence of 26 words (at most 25, aim for 20)"
	)
	excerpt := strings.Repeat("of ", 20) + "…"
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"word":                  {"a.md", "Nobody reads it.\n", []string{`1|instead write "no caller", "no user", or the passive|Nobody`}},
		"phrase over two lines": {"a.md", "It is kept for\never.\n", []string{"1|instead write permanently|for ever"}},
		"is no":                 {"a.md", "EUR is no currency of it.\n", []string{`1|instead write "is not a"|EUR is no currency`}},
		"there is no":           {"a.md", "There is no currency. It is no longer there.\n", nil},
		"part of a word":        {"a.md", "The menders untold.\n", nil},
		"code":                  {"a.md", "Use `nobody; for ever`.\n\n```\nnobody; for ever\n```\n", nil},
		"link target":           {"a.md", "See [the page](https://example.com/nobody;x).\n", nil},
		"front matter":          {"a.md", "---\ntitle: nobody\n---\nText.\n", nil},
		"comment of Markdown":   {"a.md", "<!-- nobody\nnobody -->\nText.\n", nil},
		"semicolon":             {"a.md", "One;\ntwo.\n", []string{"1|" + noSemicolon + "|One;"}},
		"entity":                {"a.md", "A &amp;B.\n", nil},
		"25 words":              {"a.md", strings.TrimPrefix(tooLong, "of "), nil},
		"26 words":              {"a.md", tooLong, []string{"1|" + long + "|" + excerpt}},
		"two sentences":         {"a.md", strings.Repeat("of ", 18) + "(end). " + strings.Repeat("of ", 18) + "end.", nil},
		"abbreviation":          {"a.md", strings.Repeat("of ", 12) + "e.g. " + strings.Repeat("of ", 13), []string{"1|" + long + "|" + strings.Repeat("of ", 12) + "e.g. " + strings.Repeat("of ", 6) + "o…"}},
		"enumeration of code":   {"a.md", "One of " + strings.Repeat("`a`, ", 20) + "and `b`.\n", nil},
		"list items":            {"a.md", strings.Repeat("- word word word word\n", 10), nil},
		"second paragraph":      {"a.md", "Text.\n\n" + tooLong, []string{"3|" + long + "|" + excerpt}},
		"table": {"a.md", "| Nobody | b |\n|---|---|\n| c `x|;` | d; e |\n", []string{
			`1|instead write "no caller", "no user", or the passive|Nobody`, "3|" + noSemicolon + "|d;",
		}},
		"long line": {"a.md", strings.Repeat("word. ", 21) + "\n", []string{
			"1|a line of 126 characters (at most 120)|" + strings.Repeat("word. ", 10) + "…",
		}},
		"long comment": {"a.go", "package a\n\n// " + strings.Repeat("word. ", 21) + "\nvar A int\n", []string{
			"3|a line of 129 characters (at most 120)|// " + strings.Repeat("word. ", 9) + "wor…",
		}},
		"long link":      {"a.md", "Word [text](https://example.com/" + strings.Repeat("a", 120) + ").\n", nil},
		"clause":         {"a.md", "What the system holds is kept.\n", []string{"1|a clause as the subject (name the thing)|What the system holds is kept."}},
		"question":       {"a.md", "What does the system hold?\n", nil},
		"title":          {"a.md", "## What the provider never does.\n", nil},
		"Go comment":     {"a.go", "package a\n\n// A is kept\n// for ever.\nvar A int\n", []string{"4|instead write permanently|for ever"}},
		"Go code":        {"a.go", "package a\n\n// A is:\n//\n//\tnobody; x\n//\n// Text.\nvar A int\n", nil},
		"nolint":         {"a.go", "package a\n\nvar A = 1 //nolint:x // nobody reads it\n", []string{`3|instead write "no caller", "no user", or the passive|nobody`}},
		"Go literal":     {"a.go", "package a\n\nvar A = \"this text is kept for \" +\n\t\"ever and ever\"\n", []string{"3|instead write permanently|for ever"}},
		"second literal": {"a.go", "package a\n\nvar A = \"this is a plain text \" +\n\tx +\n\t\" for nobody\"\n", []string{`5|instead write "no caller", "no user", or the passive|nobody`}},
		"not prose":      {"a.go", "package a\n\nvar A, B, C = \"nobody\", \"SELECT a FROM nobody WHERE x IN y\", `<p>this is for nobody at all</p>`\n", nil},
		"struct tag":     {"a.go", "package a\n\ntype A struct {\n\tB int `this is for nobody at all`\n}\n", nil},
		"document":       {"a.go", "package a\n\nvar A = `\nthis is for nobody at all = {\n`\n", nil},
		"generated Go":   {"a.go", "// Code generated by x. DO NOT EDIT.\n\npackage a\n\n// Nobody.\nvar A int\n", nil},
		"test data":      {"a_test.go", "package a\n\nvar A = \"this text is for nobody at all\"\n", nil},
		"failure of a test": {"a_test.go", "package a\n\nfunc A() { t.Errorf(\"this text is for nobody at all\") }\n", []string{
			`3|instead write "no caller", "no user", or the passive|nobody`,
		}},
		"PHP": {"a.php", "<?php\n/**\n * Kept for\n * ever.\n *\n * @param array<int, nobody> $nobody the key\n */\n# [x; y]\n$a = 'nobody';\n", []string{
			"3|instead write permanently|for ever", "8|" + noSemicolon + "|[x;",
		}},
		"PHP literal":         {"a.php", "<?php\n$a = 'this text isn\\'t kept for '\n    . 'ever, ' . $this->name($b) . ' anew';\n", []string{"2|instead write permanently|for ever", "3|instead write again|anew"}},
		"two literals of PHP": {"a.php", "<?php\n$a = ['this text is kept for', 'ever and for some time'];\n", nil},
		"heredoc":             {"a.php", "<?php\n$a = <<<'SQL'\nthis is 'for nobody at all\nSQL;\n// nobody\n", []string{`5|instead write "no caller", "no user", or the passive|nobody`}},
		"shell":               {"a.sh", "#!/bin/sh; x\n# Kept for\n# ever.\necho \"# nobody\" # anew\n", []string{"2|instead write permanently|for ever", "4|instead write again|anew"}},
		"JSON Schema":         {"a.schema.json", "{\n\"description\": \"Nobody \\\"x\\\".\"}\n", []string{`2|instead write "no caller", "no user", or the passive|Nobody`}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, check(t, c.file, c.text))
		})
	}
}

func TestExceptions(t *testing.T) {
	name := t.TempDir() + "/exceptions.txt"
	require.NoError(t, os.WriteFile(name, []byte("# comment\na/ | Nobody | the name of a Unix user\n"), 0o600))
	list, err := readExceptions(name)
	require.NoError(t, err)
	assert.True(t, list.allow("a/b.go", finding{text: "Nobody"}))
	assert.False(t, list.allow("b/a.go", finding{text: "Nobody"}))
	assert.False(t, list.allow("a/b.go", finding{text: "nobody"}))

	require.NoError(t, os.WriteFile(name, []byte("a/ | Nobody\n"), 0o600))
	_, err = readExceptions(name)
	require.ErrorContains(t, err, "not of the form path | text | reason")
}

// The lists of the project can be read.
func TestLists(t *testing.T) {
	assert.NotEmpty(t, rulesOfProject(t))
	_, err := readExceptions(root + "/" + folder + "/exceptions.txt")
	require.NoError(t, err)
}
