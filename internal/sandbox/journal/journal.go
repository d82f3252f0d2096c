// Package journal records the requests that the sandbox's systems receive.
package journal

import (
	"slices"
	"sync"
	"time"
)

// journalLimit bounds the memory of a long-running sandbox; the oldest entries go first.
const journalLimit = 50_000

// Request is one journal entry: something that a system was asked, which the sandbox's own pages are not. It names what was asked and how it
// ended, and never carries a header, a query or a body, because those hold secrets.
type Request struct {
	// Seq numbers the requests of all systems from 1.
	Seq    int64     `json:"seq"`
	Time   time.Time `json:"time"`
	System string    `json:"system"` // "whmcs", "dcim" or "solusvm2"
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Action is the WHMCS API action, as sent.
	Action string `json:"action,omitempty"`
	// Op is the companion's operation, or list, get, create, update, delete on the DCIM.
	Op string `json:"op,omitempty"`
	// Kind is the companion's kind, or api_key on the DCIM. A batch of validations of one kind has that kind.
	Kind string `json:"kind,omitempty"`
	// Members is the number of validations in a batch.
	Members int `json:"members,omitempty"`
	// Write tells that the request would change something, whether or not it succeeded.
	Write bool `json:"write"`
	// Status is what the caller saw; 0 when the connection was reset.
	Status int `json:"status"`
	// Result is success or error as the system decided, "" when it was never asked.
	Result string `json:"result,omitempty"`
	// Code is the companion's error code.
	Code         string        `json:"code,omitempty"`
	RequestBytes int           `json:"request_bytes"`
	Duration     time.Duration `json:"duration_ns"`
	Faulted      bool          `json:"faulted"`
}

// Journal records requests in the order of their answers.
type Journal struct {
	mu       sync.Mutex
	last     int64
	requests []Request
}

// Record adds an entry and numbers it.
func (j *Journal) Record(entry Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	entry.Seq = j.last
	if len(j.requests) >= journalLimit {
		j.requests = append(j.requests[:0:0], j.requests[journalLimit/10:]...)
	}
	j.requests = append(j.requests, entry)
}

// Requests is a copy of all entries, oldest first.
func (j *Journal) Requests() []Request { return j.Since(0) }

// Since is a copy of the entries after the one numbered seq.
func (j *Journal) Since(seq int64) []Request {
	return j.Filter(func(r Request) bool { return r.Seq > seq })
}

// Last is the number of the newest entry, to pass to Since later.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Filter is a copy of the entries that keep accepts.
func (j *Journal) Filter(keep func(Request) bool) []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	kept := make([]Request, 0, len(j.requests))
	for _, r := range j.requests {
		if keep(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// Newest is a copy of the last entries of a system, the newest first.
func (j *Journal) Newest(system string, most int) []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []Request
	for _, r := range slices.Backward(j.requests) {
		if len(found) == most {
			break
		}
		if r.System == system {
			found = append(found, r)
		}
	}
	return found
}

// Count is the number of requests to a system with an operation on a kind; an empty argument matches anything. A WHMCS action that has no
// operation, such as AddProduct, counts under its own name as op.
func (j *Journal) Count(system, op, kind string) int {
	return len(j.Filter(func(r Request) bool {
		return (system == "" || r.System == system) &&
			(op == "" || r.Op == op || r.Op == "" && r.Action == op) &&
			(kind == "" || r.Kind == kind)
	}))
}

// CountWrites is the number of requests to a system ("" = all) that would change something, refused ones included.
func (j *Journal) CountWrites(system string) int {
	return len(j.Filter(func(r Request) bool { return r.Write && (system == "" || r.System == system) }))
}

// Reset forgets all entries; numbering goes on.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests = nil
}
