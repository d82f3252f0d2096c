package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrNotFound is the sentinel that API clients wrap when a genuine API response says that an object
// does not exist. This package never returns it, because a bare 404 may come from a wrong path or a
// proxy. Only the API client can distinguish these cases.
var ErrNotFound = errors.New("not found")

// ErrUnconfirmed is the sentinel that API clients wrap if the response to a write is empty. Its status is a success,
// but it does not mean "no content". An aborted script has the same response. The caller must look up whether the
// write was processed. This package never returns it.
var ErrUnconfirmed = errors.New("the response is empty")

// Kind classifies an [Error].
type Kind string

const (
	// KindRequest: the method, the path or a header is not valid. Nothing was sent.
	KindRequest Kind = "request"
	// KindDial: the host name was not found, or no connection could be opened.
	KindDial Kind = "dial"
	// KindTLS: the TLS handshake or the verification of a certificate failed.
	KindTLS Kind = "tls"
	// KindTimeout: the request timeout of one attempt or the deadline of the caller's context passed.
	KindTimeout Kind = "timeout"
	// KindCanceled: the caller's context was cancelled.
	KindCanceled Kind = "canceled"
	// KindReset: the connection ended before the response was complete.
	KindReset Kind = "reset"
	// KindProtocol: the response is not a valid HTTP message.
	KindProtocol Kind = "protocol"
	// KindTooLarge: the response, decompressed, is larger than [MaxResponseBytes].
	KindTooLarge Kind = "too_large"
	// KindRateLimited: the last response was 429.
	KindRateLimited Kind = "rate_limited"
	// KindServerError: the last response was 500, 502, 503 or 504.
	KindServerError Kind = "server_error"
	// KindRedirect: the response was a redirect that is not followed.
	KindRedirect Kind = "redirect"
	// KindProxy: the proxy from the environment could not be used, or it refused the request.
	KindProxy Kind = "proxy"
)

// Sent says whether a failed request may have been processed. The zero value is the cautious one.
type Sent int

const (
	// MaybeProcessed: at least one attempt may have reached the system, and the system may have
	// processed it.
	MaybeProcessed Sent = iota
	// NotSent: no attempt was processed. Each attempt failed before it was sent, or it was refused
	// unread (429, a proxy's refusal, a permanent redirect).
	NotSent
)

func (s Sent) String() string {
	if s == NotSent {
		return "not sent"
	}
	return "maybe processed"
}

// Error is a request without a response for the caller. All its texts are masked by the client's
// [Redactor].
type Error struct {
	// System is [Config].System.
	System string
	// Operation is [Request].Operation.
	Operation string
	Kind      Kind
	// StatusCode is the status of the last attempt, or 0 if that attempt had no response.
	StatusCode int
	// Attempts counts the attempts. It is 0 when the request never started.
	Attempts int
	// Sent covers all attempts: it is MaybeProcessed if one attempt may have been processed.
	Sent Sent
	// RetryAfter is the wait that the last response requested, or 0.
	RetryAfter time.Duration
	// Method and URL name the request. The URL has neither query nor user.
	Method, URL string
	// Detail says what happened, as a clause without a full stop.
	Detail string
	// Remedy is the next step, as one or more sentences. It may be empty.
	Remedy string
	// Body is the start of the last response's body, at most 2 KiB, on one line.
	Body string
	// Write repeats [Request].Write.
	Write bool
	// Err is the cause, for errors.Is and errors.As. It may be nil.
	Err error
}

// Error returns the request, the failure, the number of attempts and the next step.
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
		b.WriteString(" The system may have executed the request. Check this before you repeat it.")
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

// GoString returns the masked text, because %#v would otherwise print the unmasked cause.
func (e *Error) GoString() string { return e.Error() }

// Unwrap returns the cause with a masked text. errors.Is and errors.As still match the original cause.
func (e *Error) Unwrap() error { return e.Err }

// IsTransport reports whether err comes from [Client.Do]. It is false for errors that a system itself
// reported.
func IsTransport(err error) bool {
	var e *Error
	return errors.As(err, &e)
}

// MayHaveBeenProcessed reports whether the system may have processed the request that failed with err.
// It is false for nil and for errors that do not come from [Client.Do].
func MayHaveBeenProcessed(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Sent == MaybeProcessed
}

// IsKind reports whether err comes from [Client.Do] with the given kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// maskedError replaces a cause whose text may contain a secret (net/http, for example, quotes a
// malformed response). It has no Unwrap, so that code that prints an error chain never reaches the
// unmasked text. Is and As still work.
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
