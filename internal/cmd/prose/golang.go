package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

var (
	generatedGo = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	directive   = regexp.MustCompile(`^//(?:[a-z]+:\S|nolint|line |export )`)
)

// golang returns the comments and the prose literals of a Go file. In a test, it reads only the literals that are
// failure texts.
func golang(path, text string) ([]passage, error) {
	if generatedGo.MatchString(text) {
		return nil, nil
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	line := func(at token.Pos) int { return files.Position(at).Line }

	var passages []passage
	for _, group := range file.Comments {
		var lines []commentLine
		for _, comment := range group.List {
			number := line(comment.Pos())
			body := comment.Text
			switch {
			case directive.MatchString(body):
				_, reason, _ := strings.Cut(body[2:], "//")
				lines = append(lines, commentLine{number, ""}, commentLine{number, reason}, commentLine{number, ""})
			case strings.HasPrefix(body, "//"):
				lines = append(lines, commentLine{number, body[2:]})
			default:
				for i, part := range strings.Split(strings.TrimSuffix(body[2:], "*/"), "\n") {
					lines = append(lines, commentLine{number + i, part})
				}
			}
		}
		passages = append(passages, comment(lines)...)
	}

	done := map[ast.Node]bool{} // struct tags, and literals that a concatenation contained
	isTest := strings.HasSuffix(path, "_test.go")
	wanted := map[ast.Node]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if node.Tag != nil {
				done[node.Tag] = true
			}
		case *ast.CallExpr:
			selector, ok := node.Fun.(*ast.SelectorExpr)
			if !ok {
				break
			}
			if name, ok := selector.X.(*ast.Ident); ok && name.Name == "regexp" {
				return false
			}
			if failure[selector.Sel.Name] {
				for _, argument := range node.Args {
					wanted[argument] = true
				}
			}
		case *ast.BinaryExpr, *ast.BasicLit:
			if done[node] || isTest && !wanted[node] {
				break
			}
			expression, ok := node.(ast.Expr)
			if ok {
				passages = append(passages, literals(expression, line, done)...)
			}
		}
		return true
	})
	return passages, nil
}

// failure holds the functions of a test whose text a person reads.
var failure = map[string]bool{"Error": true, "Errorf": true, "Fatal": true, "Fatalf": true, "Skip": true, "Skipf": true, "Log": true, "Logf": true}

// literals returns the lines of a literal or of a concatenation as passages, if the text is prose.
func literals(expression ast.Expr, line func(token.Pos) int, done map[ast.Node]bool) []passage {
	var whole passage
	found := false
	var walk func(ast.Expr)
	walk = func(expression ast.Expr) {
		switch e := expression.(type) {
		case *ast.BinaryExpr:
			if e.Op == token.ADD {
				done[e] = true
				walk(e.X)
				walk(e.Y)
				return
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(e.Value)
			if e.Kind != token.STRING || err != nil {
				return
			}
			done[e], found = true, true
			if e.Value[0] == '`' && strings.Contains(text, "\n") && strings.ContainsAny(text, "{=<") {
				return // a document: configuration, JSON, a page
			}
			number := line(e.Pos())
			for i, part := range strings.SplitAfter(text, "\n") {
				if e.Value[0] != '`' {
					i = 0
				}
				whole.add(number+i, part)
			}
			return
		}
		whole.add(line(expression.Pos()), maskCode)
	}
	walk(expression)
	if !found || !isProse(whole.text) {
		return nil
	}
	return whole.split()
}

// split makes a passage of each line.
func (p *passage) split() []passage {
	var all []passage
	offset := 0
	for _, text := range strings.SplitAfter(p.text, "\n") {
		part := passage{text: text}
		for _, s := range p.starts {
			if s.offset < offset+len(text) {
				part.starts = append(part.starts, start{max(s.offset-offset, 0), s.line})
			}
		}
		if strings.TrimSpace(text) != "" {
			all = append(all, part)
		}
		offset += len(text)
	}
	return all
}
