// Package page renders the web page of a sandbox system: tables of its objects, and its last requests.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// Page is the page at "/" of a system. It shows the content of the admin panel and the last requests, and accepts
// changes. The page belongs to the sandbox and not to the system: faults and latency do not affect it, and the journal
// does not record it. The tables must not contain secrets.
type Page struct {
	System, About, Address string
	Systems                []Link
	Tables                 []*Table
	Forms                  []Form
	// LastChange is the last change that a form made. Refused is the refusal of the form OpenForm.
	LastChange *Message
	Refused    *Message
	OpenForm   string
}

// Link is a system in the navigation. The URL of the page's own system is empty.
type Link struct{ Name, URL string }

// Message is the result of a form.
type Message struct {
	Time, Text string
	Status     int
}

// Table is one table of the page.
type Table struct {
	ID, Title string
	Columns   []column
	Sections  []section
	// Total is the number of all rows, including hidden ones.
	Total int
}

type column struct {
	Name    string
	Numbers bool // right-aligned
}

// section is a group of rows below an optional heading.
type section struct {
	Heading string
	Tags    []Tag
	Rows    [][]Cell
}

// Cell is one value, with notes in small type below it.
type Cell struct {
	Lines []string
	Tags  []Tag
	Notes []string
}

// Tag is a status label. Its level sets the color only: the text contains all information.
type Tag struct{ Text, Level string }

// These are the levels of a tag.
const (
	LevelGood = "good"
	LevelWarn = "warn"
	LevelBad  = "bad"
)

// maxRows limits the rows shown of a table. A longer page would be slow and hard to read.
const maxRows = 200

// NewTable makes a table. A column whose name ends in "#" contains numbers.
func NewTable(title string, columns ...string) *Table {
	s := &Table{Title: title, Sections: []section{{}}}
	for _, name := range columns {
		short := strings.TrimSuffix(name, "#")
		s.Columns = append(s.Columns, column{short, short != name})
	}
	return s
}

// assignIDs gives each table a unique id. A title in another alphabet gets a generated id.
func (p *Page) assignIDs() {
	taken := map[string]bool{"changes": true, "changes-title": true}
	for _, s := range p.Tables {
		s.ID = system.Slug(s.Title, "table", func(slug string) bool { return taken[slug] })
		taken[s.ID] = true
	}
}

// Add appends a row. After maxRows rows it only counts, and row is not called.
func (s *Table) Add(row func() []Cell) {
	s.Total++
	if s.Total > maxRows {
		return
	}
	last := &s.Sections[len(s.Sections)-1]
	last.Rows = append(last.Rows, row())
}

// AddHeading starts a section with a heading.
func (s *Table) AddHeading(text string, tags ...Tag) {
	if s.Total < maxRows {
		s.Sections = append(s.Sections, section{Heading: text, Tags: tags})
	}
}

// EmptyTables returns the tables without rows.
func (p *Page) EmptyTables() []*Table {
	return slices.DeleteFunc(slices.Clone(p.Tables), func(t *Table) bool { return t.Total > 0 })
}

// HiddenRows returns the number of rows that are not shown.
func (s *Table) HiddenRows() int { return max(0, s.Total-maxRows) }

// Numbers reports whether a column contains numbers.
func (s *Table) Numbers(column int) bool { return s.Columns[column].Numbers }

// Text returns a cell with the lines that are not empty.
func Text(lines ...string) Cell {
	return Cell{Lines: slices.DeleteFunc(lines, func(line string) bool { return line == "" })}
}

// WithNotes returns the cell with more notes.
func (c Cell) WithNotes(lines ...string) Cell {
	c.Notes = Text(append(c.Notes, lines...)...).Lines
	return c
}

// WithTags returns the cell with more tags.
func (c Cell) WithTags(tags ...Tag) Cell {
	c.Tags = append(c.Tags, tags...)
	return c
}

// TagIf returns a tag if the condition is true.
func TagIf(condition bool, text, level string) []Tag {
	if condition {
		return []Tag{{text, level}}
	}
	return nil
}

// Abbreviate returns the beginning of a random text, enough to recognize it.
func Abbreviate(text string) string {
	const shown = 8
	if len(text) <= 2*shown {
		return text
	}
	return text[:shown] + "…"
}

// truncate limits the length of a text on the page.
func truncate(text string) string {
	const most = 300
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

var contentSecurityPolicy = strings.Join([]string{
	"default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
}, "; ")

//go:embed page.css page.html.tmpl
var pageFiles embed.FS

var pageTemplate = template.Must(template.New("page.html.tmpl").Funcs(template.FuncMap{
	"truncate": truncate,
	"css": func() (template.CSS, error) {
		content, err := pageFiles.ReadFile("page.css")
		return template.CSS(content), err // an embedded file of this program
	},
}).ParseFS(pageFiles, "page.html.tmpl"))

// Serve sends the page. The page loads no other resources, and its content security policy allows no scripts.
func Serve(w http.ResponseWriter, r *http.Request, page *Page) {
	page.assignIDs()
	page.Forms = slices.DeleteFunc(slices.Clone(page.Forms), func(form Form) bool { return !form.usable() })
	status := http.StatusOK
	if page.Refused != nil {
		status = page.Refused.Status
	}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	for name, value := range map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Length":          strconv.Itoa(out.Len()),
		"Content-Security-Policy": contentSecurityPolicy,
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "same-origin",
		"Cache-Control":           "no-store",
	} {
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = out.WriteTo(w)
	}
}
