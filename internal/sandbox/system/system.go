// Package system defines the interface between the sandbox and its systems. It also holds the code that the systems
// share: responses, listeners and identifiers.
package system

import (
	"net/http"
	"time"
)

// System is a fake system. The sandbox puts the journal, faults and latency in front of it.
type System interface {
	// Describe returns the description of a request for the journal and the fault rules. It checks no rules of the
	// system.
	Describe(r *http.Request, body []byte) RequestInfo
	// Handle executes a request by the system's rules.
	Handle(r *http.Request, body []byte) Response
	// Deny returns the system's own refusal for the reason fault.DenyCredentials or fault.DenyPermission.
	Deny(reason string, r *http.Request, body []byte) Response
}

// RequestInfo describes a request for the journal and the fault rules.
type RequestInfo struct {
	System, Action, Op, Kind string
	Members                  int
	Write                    bool
}

// Response is a response that is not sent yet. A fault can therefore change or replace it.
type Response struct {
	Status      int
	ContentType string
	Body        []byte
	// Result and Code are only written to the journal.
	Result, Code string
}

// Environment gives a system access to the shared state and the clock.
type Environment struct {
	// View runs a function under the lock of the state. Change does the same and then saves the state.
	View   func(func())
	Change func(func() error) error
	Now    func() time.Time
}
