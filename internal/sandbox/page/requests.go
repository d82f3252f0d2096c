package page

import (
	"strconv"
	"strings"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
)

// lastRequests is how many entries of the journal the page shows.
const lastRequests = 50

// AddRequests adds what a system was asked last, the newest first.
func (p *Display) AddRequests(record *journal.Journal, system string) {
	s := NewSheet("Last requests", "No.", "Time (UTC)", "Call", "What it asks", "Answer", "Duration#")
	for _, r := range record.Newest(system, lastRequests) {
		s.Add(func() []Cell {
			return []Cell{
				Text(strconv.FormatInt(r.Seq, 10)), Text(r.Time.UTC().Format(time.TimeOnly)), Text(r.Method + " " + r.Path),
				Text(asked(r)).With(When(r.Write, "writes", "")...), answered(r), Text(r.Duration.Round(10 * time.Microsecond).String()),
			}
		})
	}
	p.Sheets = append(p.Sheets, s)
}

func asked(r journal.Request) string {
	words := []string{r.Op, r.Kind}
	if r.Op == "" {
		words = []string{r.Action}
	}
	if r.Members > 0 {
		words = append(words, "× "+strconv.Itoa(r.Members))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func answered(r journal.Request) Cell {
	status, mood := strconv.Itoa(r.Status), MoodGood
	switch {
	case r.Status == 0:
		status, mood = "hung up", MoodBad
	case r.Status >= 400 || r.Result == "error":
		mood = MoodBad
	}
	return Text(r.Code).With(Tag{status, mood}).With(When(r.Faulted, "spoiled by a fault", MoodWarn)...)
}
