// Package journal records the requests that the sandbox's systems receive.
package journal

import (
	"slices"
	"sync"
	"time"
)

// journalLimit limits the memory of a long-running sandbox. The oldest entries are removed first.
const journalLimit = 50_000

// Request is one journal entry. Requests to the sandbox's own pages are not recorded. An entry contains no header,
// query or body, because these contain secrets.
type Request struct {
	// Seq numbers the requests of all systems from 1.
	Seq    int64     `json:"seq"`
	Time   time.Time `json:"time"`
	System string    `json:"system"` // whmcs, dcim, solusvm2
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Action is the WHMCS API action, as sent.
	Action string `json:"action,omitempty"`
	// Op is the companion's operation. On the DCIM and the panel it is list, get, create, update, delete or
	// assign_package.
	Op string `json:"op,omitempty"`
	// Kind is the companion's kind, or the kind of object on the DCIM and the panel. A batch of validations
	// of one kind has this kind.
	Kind string `json:"kind,omitempty"`
	// Members is the number of validations in a batch.
	Members int `json:"members,omitempty"`
	// Write is true if the operation changes data, even if the request was refused.
	Write bool `json:"write"`
	// Status is the status that the caller received. It is 0 if the connection was reset.
	Status int `json:"status"`
	// Result is "success" or "error" as decided by the system. It is "" if the request did not reach the system.
	Result string `json:"result,omitempty"`
	// Code is the companion's error code.
	Code         string        `json:"code,omitempty"`
	RequestBytes int           `json:"request_bytes"`
	Duration     time.Duration `json:"duration_ns"`
	Faulted      bool          `json:"faulted"`
}

// Journal records requests in the order of their responses.
type Journal struct {
	mu       sync.Mutex
	last     int64
	requests []Request
}

// Record adds an entry and sets its number.
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

// Requests returns a copy of all entries, the oldest first.
func (j *Journal) Requests() []Request { return j.Since(0) }

// Since returns a copy of the entries after the number seq.
func (j *Journal) Since(seq int64) []Request {
	return j.Filter(func(r Request) bool { return r.Seq > seq })
}

// Last returns the number of the newest entry.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Filter returns a copy of the entries for which keep returns true.
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

// Newest returns a copy of the last entries of a system, the newest first.
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

// Count returns the number of requests to a system with an operation on a kind. An empty argument matches every
// request. For a WHMCS action without an operation, for example AddProduct, op is compared with the action.
func (j *Journal) Count(system, op, kind string) int {
	return len(j.Filter(func(r Request) bool {
		return (system == "" || r.System == system) &&
			(op == "" || r.Op == op || r.Op == "" && r.Action == op) &&
			(kind == "" || r.Kind == kind)
	}))
}

// CountWrites returns the number of writing requests to a system, including refused ones. The system "" means all
// systems.
func (j *Journal) CountWrites(system string) int {
	return len(j.Filter(func(r Request) bool { return r.Write && (system == "" || r.System == system) }))
}

// Reset removes all entries. The numbering continues.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests = nil
}
