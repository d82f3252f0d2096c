package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

// printer prints for a terminal. It uses colours only on a terminal.
type printer struct {
	w      io.Writer
	colour bool
	step   int
}

const (
	bold   = "1"
	green  = "32"
	yellow = "33"
	dim    = "2"
)

// steps is the number of steps of the demonstration.
const steps = 8

func newPrinter(file *os.File) *printer {
	info, err := file.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	return &printer{w: file, colour: terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (p *printer) paint(code, text string) string {
	if !p.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// title starts the next step.
func (p *printer) title(format string, arguments ...any) {
	p.step++
	text := fmt.Sprintf("%d/%d  ", p.step, steps) + fmt.Sprintf(format, arguments...)
	_, _ = fmt.Fprintf(p.w, "\n%s\n", p.paint(bold, text))
}

const indent = "     "

// say prints one or more lines.
func (p *printer) say(format string, arguments ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, arguments...)) {
		_, _ = fmt.Fprintln(p.w, indent+strings.TrimRight(line, "\n"))
	}
}

// table is a table with column names.
type table struct {
	title   string
	columns []string
	rows    []tableRow
}

type tableRow struct {
	mark  mark
	cells []string
}

// mark is the change marker before a row.
type mark string

const (
	markNone    mark = " "
	markNew     mark = "+"
	markChanged mark = "~"
)

var numeric = regexp.MustCompile(`^[0-9.+ ]+$`)

// show prints the table with aligned columns. Columns of numbers are right-aligned.
func (p *printer) show(t table) {
	if len(t.rows) == 0 {
		p.say("%s %s", p.paint(bold, t.title+":"), "none")
		return
	}
	widths, right := make([]int, len(t.columns)), make([]bool, len(t.columns))
	for i, name := range t.columns {
		widths[i], right[i] = utf8.RuneCountInString(name), true
		for _, row := range t.rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(row.cells[i]))
			right[i] = right[i] && (numeric.MatchString(row.cells[i]) || row.cells[i] == off)
		}
	}
	line := func(cells []string) string {
		var b strings.Builder
		for i, cell := range cells {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if right[i] {
				cell = space + cell
			} else {
				cell += space
			}
			b.WriteString(cell + "  ")
		}
		return strings.TrimRight(b.String(), " ")
	}
	p.say("%s", p.paint(bold, t.title))
	p.say("%s", p.paint(dim, "  "+line(t.columns)))
	for _, row := range t.rows {
		text := string(row.mark) + " " + line(row.cells)
		switch row.mark {
		case markNew:
			text = p.paint(green, text)
		case markChanged:
			text = p.paint(yellow, text)
		}
		p.say("%s", text)
	}
}
