package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrNotFound is the sentinel that API clients wrap when a system has said, in a genuine answer of its API, that an object does not exist. This
// package never returns it: a bare 404 may as well be a wrong path or a proxy's page, and only the API client can tell.
var ErrNotFound = errors.New("not found")

// ErrUnconfirmed is the sentinel that API clients wrap when a write was answered with a status of success and nothing in it, where "no content" is
// not what the status says: a script that broke off answers so too. Whether the write was carried out has to be looked at. This package never returns it.
var ErrUnconfirmed = errors.New("the answer is empty")

// Kind classifies an [Error].
type Kind string

const (
	// KindRequest: the request could not be built (method, path or header not valid). Nothing was sent.
	KindRequest Kind = "request"
	// KindDial: the host name was not found, or no connection could be opened.
	KindDial Kind = "dial"
	// KindTLS: the TLS handshake or the verification of a certificate failed.
	KindTLS Kind = "tls"
	// KindTimeout: the request timeout of one attempt, or the deadline of the caller's context, passed.
	KindTimeout Kind = "timeout"
	// KindCanceled: the caller's context was cancelled.
	KindCanceled Kind = "canceled"
	// KindReset: the connection ended before the answer was complete.
	KindReset Kind = "reset"
	// KindProtocol: what came back is not a valid HTTP message.
	KindProtocol Kind = "protocol"
	// KindTooLarge: the answer, decompressed, is larger than [MaxResponseBytes].
	KindTooLarge Kind = "too_large"
	// KindRateLimited: the last answer was 429.
	KindRateLimited Kind = "rate_limited"
	// KindServerError: the last answer was 500, 502, 503 or 504.
	KindServerError Kind = "server_error"
	// KindRedirect: the answer was a redirect that is not followed.
	KindRedirect Kind = "redirect"
	// KindProxy: the proxy of the environment could not be used, or refused.
	KindProxy Kind = "proxy"
)

// Sent says what is known of the fate of a request that failed. The zero value is the cautious one.
type Sent int

const (
	// MaybeProcessed: at least one attempt may have reached the system, which may have acted on it.
	MaybeProcessed Sent = iota
	// NotSent: no attempt was processed: none left this machine, or each was turned away unread (429, a proxy's refusal, a permanent redirect).
	NotSent
)

func (s Sent) String() string {
	if s == NotSent {
		return "not sent"
	}
	return "maybe processed"
}

// Error is the failure of a request to become an answer. Every text in it has been through the client's [Redactor].
type Error struct {
	// System is [Config].System.
	System string
	// Operation is [Request].Operation.
	Operation string
	Kind      Kind
	// StatusCode is the status of the last attempt, 0 when it had no answer.
	StatusCode int
	// Attempts counts the attempts made; 0 when the request never started.
	Attempts int
	// Sent covers all attempts together: one that may have been processed is enough for MaybeProcessed.
	Sent Sent
	// RetryAfter is the wait that the last answer asked for, 0 when it did not.
	RetryAfter time.Duration
	// Method and URL say what was tried. The URL has neither query nor user.
	Method, URL string
	// Detail says what happened, as a clause without a full stop.
	Detail string
	// Remedy says what to do next, as one or more sentences; may be empty.
	Remedy string
	// Body is the start of the last answer's body, at most 2 KiB, on one line.
	Body string
	// Write repeats [Request].Write.
	Write bool
	// Err is the cause, for errors.Is and errors.As; may be nil.
	Err error
}

// Error names what was tried, what happened, how often it was tried, and the next step.
func (e *Error) Error() string {
	var b strings.Builder
	for _, s := range []string{e.System, e.Operation} {
		if s != "" {
			b.WriteString(s)
			b.WriteString(": ")
		}
	}
	if e.Method != "" || e.URL != "" {
		b.WriteString(strings.TrimSpace(e.Method + " " + e.URL))
		b.WriteString(": ")
	}
	detail := e.Detail
	if detail == "" && e.StatusCode != 0 {
		detail = strings.TrimSpace(fmt.Sprintf("answered %d %s", e.StatusCode, http.StatusText(e.StatusCode)))
	}
	if detail == "" && e.Err != nil {
		detail = e.Err.Error()
	}
	if detail == "" {
		detail = string(e.Kind) + " error"
	}
	b.WriteString(detail)
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (%d attempts)", e.Attempts)
	}
	b.WriteString(".")
	if e.Write && e.Sent == MaybeProcessed {
		b.WriteString(" The system may have carried the request out; look before repeating it.")
	}
	if e.Remedy != "" {
		b.WriteString(" ")
		b.WriteString(e.Remedy)
	}
	if e.Body != "" {
		fmt.Fprintf(&b, " The answer began: %s", truncate(e.Body, messageBodyBytes))
	}
	return b.String()
}

// GoString keeps %#v from printing the cause unmasked.
func (e *Error) GoString() string { return e.Error() }

// Unwrap returns the cause. Its text is masked too; errors.Is and errors.As see through to the original.
func (e *Error) Unwrap() error { return e.Err }

// IsTransport reports whether err comes from [Client.Do], as opposed to being a system's own verdict on a request.
func IsTransport(err error) bool {
	var e *Error
	return errors.As(err, &e)
}

// MayHaveBeenProcessed reports whether err leaves open that the system carried the request out. It is false for nil and for errors that do not come
// from [Client.Do].
func MayHaveBeenProcessed(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Sent == MaybeProcessed
}

// IsKind reports whether err comes from [Client.Do] with the given kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// maskedError stands for a cause whose own text may hold a secret (a malformed answer is quoted by net/http, for one). It has no Unwrap, so that
// nobody who walks a chain to print it reaches the unmasked text; Is and As still work.
type maskedError struct {
	text  string
	cause error
}

func (e *maskedError) Error() string        { return e.text }
func (e *maskedError) GoString() string     { return e.text }
func (e *maskedError) Is(target error) bool { return errors.Is(e.cause, target) }
func (e *maskedError) As(target any) bool   { return errors.As(e.cause, target) }

func mask(cause error, text string) error {
	return &maskedError{text: text, cause: cause}
}
