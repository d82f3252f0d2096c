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
	s := NewTable("Last requests", "No.", "Time (UTC)", "Request", "Operation", "Response", "Duration#")
	for _, r := range entries.Newest(system, maxRequests) {
		s.Add(func() []Cell {
			return []Cell{
				Text(strconv.FormatInt(r.Seq, 10)), Text(r.Time.UTC().Format(time.TimeOnly)), Text(r.Method + " " + r.Path),
				Text(requestText(r)).WithTags(TagIf(r.Write, "writes", "")...), responseCell(r),
				Text(r.Duration.Round(10 * time.Microsecond).String()),
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

// responseCell shows the status and, for a refusal, its code. WHMCS sends refusals with the status 200 too.
func responseCell(r journal.Request) Cell {
	status, level := strconv.Itoa(r.Status), LevelGood
	switch {
	case r.Status == 0:
		status, level = "no response", LevelBad
	case r.Status >= 400 || r.Result == "error":
		level = LevelBad
	}
	cell := Cell{}.WithTags(Tag{status, level}).WithTags(TagIf(r.Faulted, "changed by a fault rule", LevelWarn)...)
	if r.Result == "error" {
		cell = cell.WithTags(Tag{"refused", LevelBad}).WithNotes(r.Code)
	}
	return cell
}
