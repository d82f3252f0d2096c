package sandbox

import (
	"strconv"
	"strings"
	"time"
)

// lastRequests is how many entries of the journal the page shows.
const lastRequests = 50

// journalSheet is what a system was asked last, the newest first.
func (sb *Sandbox) journalSheet(system string) *sheet {
	s := newSheet("Last requests", "No.", "Time (UTC)", "Call", "What it asks", "Answer", "Duration#")
	for _, r := range sb.journal.newest(system, lastRequests) {
		s.add(func() []cell {
			return []cell{
				of(strconv.FormatInt(r.Seq, 10)), of(r.Time.UTC().Format(time.TimeOnly)), of(r.Method + " " + r.Path),
				of(asked(r)).with(when(r.Write, "writes", "")...), answered(r), of(r.Duration.Round(10 * time.Microsecond).String()),
			}
		})
	}
	return s
}

func asked(r Request) string {
	words := []string{r.Op, r.Kind}
	if r.Op == "" {
		words = []string{r.Action}
	}
	if r.Members > 0 {
		words = append(words, "× "+strconv.Itoa(r.Members))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func answered(r Request) cell {
	status, mood := strconv.Itoa(r.Status), moodGood
	switch {
	case r.Status == 0:
		status, mood = "hung up", moodBad
	case r.Status >= 400 || r.Result == "error":
		mood = moodBad
	}
	return of(r.Code).with(tag{status, mood}).with(when(r.Faulted, "spoiled by a fault", moodWarn)...)
}
