package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
)

// maxRequests is the number of journal entries that the page shows.
const maxRequests = 50

// AddRequests adds a table of the last requests to a system, the newest first.
func (p *Page) AddRequests(entries *journal.Journal, system string) {
	s := NewTable("Last requests", "No.", "Time (UTC)", "Call", "What it asks", "Answer", "Duration#")
	for _, r := range entries.Newest(system, maxRequests) {
		s.Add(func() []Cell {
			return []Cell{
				Text(strconv.FormatInt(r.Seq, 10)), Text(r.Time.UTC().Format(time.TimeOnly)), Text(r.Method + " " + r.Path),
				Text(requestText(r)).WithTags(TagIf(r.Write, "writes", "")...), responseCell(r), Text(r.Duration.Round(10 * time.Microsecond).String()),
			}
		})
	}
	p.Tables = append(p.Tables, s)
}

func requestText(r journal.Request) string {
	words := []string{r.Op, r.Kind}
	if r.Op == "" {
		words = []string{r.Action}
	}
	if r.Members > 0 {
		words = append(words, "× "+strconv.Itoa(r.Members))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func responseCell(r journal.Request) Cell {
	status, level := strconv.Itoa(r.Status), LevelGood
	switch {
	case r.Status == 0:
		status, level = "hung up", LevelBad
	case r.Status >= 400 || r.Result == "error":
		level = LevelBad
	}
	return Text(r.Code).WithTags(Tag{status, level}).WithTags(TagIf(r.Faulted, "spoiled by a fault", LevelWarn)...)
}
