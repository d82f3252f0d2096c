// Package page renders what a system of the sandbox shows a person: tables, and its last requests.
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

// Display is the page at "/" of a system: what its admin panel would show, and the requests that came last. It is a person's window into the
// sandbox and no part of the system: neither faults nor latency touch it, and it is not in the journal, which counts what the system was asked.
// A secret is not put into it in the first place.
type Display struct {
	System, About, Address string
	// Other is the page of the other system; its URL is empty until that runs.
	Other, OtherURL string
	Sheets          []*Sheet
}

// Sheet is one table of the page.
type Sheet struct {
	ID, Title string
	Columns   []heading
	Bodies    []sheetBody
	// Total counts every row, those that are not shown too.
	Total int
}

type heading struct {
	Name    string
	Numbers bool // its cells stand to the right
}

// sheetBody are the rows below a heading of their own, or below none.
type sheetBody struct {
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

// Tag is a status. Its mood colors it, and never says anything that its text does not.
type Tag struct{ Text, Mood string }

// The moods of a tag.
const (
	MoodGood = "good"
	MoodWarn = "warn"
	MoodBad  = "bad"
)

// sheetRows is how many rows of a table are shown. A page of everything would be of no use to a person, and slow.
const sheetRows = 200

// NewSheet makes a table. A column whose name ends in "#" holds numbers.
func NewSheet(title string, columns ...string) *Sheet {
	s := &Sheet{Title: title, Bodies: []sheetBody{{}}}
	for _, name := range columns {
		short := strings.TrimSuffix(name, "#")
		s.Columns = append(s.Columns, heading{short, short != name})
	}
	return s
}

// identify gives every table an id of its own, whatever alphabet its title is in.
func (p *Display) identify() {
	taken := map[string]bool{}
	for _, s := range p.Sheets {
		s.ID = system.Slug(s.Title, "table", func(slug string) bool { return taken[slug] })
		taken[s.ID] = true
	}
}

// Add appends a row. A row that is not going to be shown is only counted.
func (s *Sheet) Add(row func() []Cell) {
	s.Total++
	if s.Total > sheetRows {
		return
	}
	last := &s.Bodies[len(s.Bodies)-1]
	last.Rows = append(last.Rows, row())
}

// Below starts a new heading for the rows that follow.
func (s *Sheet) Below(text string, tags ...Tag) {
	if s.Total < sheetRows {
		s.Bodies = append(s.Bodies, sheetBody{Heading: text, Tags: tags})
	}
}

// More is how many rows are not shown.
func (s *Sheet) More() int { return max(0, s.Total-sheetRows) }

// Numbers tells whether the column at an index holds numbers.
func (s *Sheet) Numbers(column int) bool { return s.Columns[column].Numbers }

// Text is a cell of lines; those that are empty are left out.
func Text(lines ...string) Cell {
	return Cell{Lines: slices.DeleteFunc(lines, func(line string) bool { return line == "" })}
}

// Note adds lines in small type.
func (c Cell) Note(lines ...string) Cell {
	c.Notes = Text(append(c.Notes, lines...)...).Lines
	return c
}

// With adds statuses.
func (c Cell) With(tags ...Tag) Cell {
	c.Tags = append(c.Tags, tags...)
	return c
}

// When is a tag where the condition holds, and nothing otherwise.
func When(holds bool, text, mood string) []Tag {
	if holds {
		return []Tag{{text, mood}}
	}
	return nil
}

// Shortened is the beginning of something random that a person only wants to recognize.
func Shortened(text string) string {
	const shown = 8
	if len(text) <= 2*shown {
		return text
	}
	return text[:shown] + "…"
}

// bounded keeps one long text from filling the page.
func bounded(text string) string {
	const most = 300
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

//go:embed page.css page.html.tmpl
var pageFiles embed.FS

var pageTemplate = template.Must(template.New("page.html.tmpl").Funcs(template.FuncMap{
	"bounded": bounded,
	"css": func() (template.CSS, error) {
		content, err := pageFiles.ReadFile("page.css")
		return template.CSS(content), err // this program's own file
	},
}).ParseFS(pageFiles, "page.html.tmpl"))

// Serve sends the page. Nothing in it is fetched from anywhere, and no script could run.
func Serve(w http.ResponseWriter, r *http.Request, page *Display) {
	page.identify()
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	for name, value := range map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Length":          strconv.Itoa(out.Len()),
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "no-referrer",
		"Cache-Control":           "no-store",
	} {
		w.Header().Set(name, value)
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = out.WriteTo(w)
	}
}
