// Package system holds what the sandbox and each of its systems know of each other, and what the systems share: requests, answers, the lock
// of the state, listeners, identifiers.
package system

import (
	"net/http"
	"time"
)

// System is one stand-in behind the shared front (journal, faults, latency).
type System interface {
	// Describe names what a request is about, before any of its rules is applied.
	Describe(r *http.Request, body []byte) Call
	// Handle applies the system's rules.
	Handle(r *http.Request, body []byte) Reply
	// Deny is how it turns a caller away for one of the reasons fault.DenyCredentials and fault.DenyPermission.
	Deny(reason string, r *http.Request, body []byte) Reply
}

// Call is what journal and fault rules know of a request.
type Call struct {
	System, Action, Op, Kind string
	Members                  int
	Write                    bool
}

// Reply is an answer not yet on the wire, so that faults can spoil it.
type Reply struct {
	Status      int
	ContentType string
	Body        []byte
	// Result and Code go to the journal only.
	Result, Code string
}

// Host is what the sandbox gives to each of its systems.
type Host struct {
	// View runs a function under the lock of the state; Change saves the state afterwards.
	View   func(func())
	Change func(func() error) error
	Now    func() time.Time
}
