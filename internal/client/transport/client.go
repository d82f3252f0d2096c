package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Request is one request to the system of a [Client].
type Request struct {
	// Method is an HTTP method. Empty means GET.
	Method string
	// Path is relative to the base URL, with or without a leading slash. It is already percent-encoded:
	// apply url.PathEscape to each variable segment. It has no query, no empty segment except a last
	// one, and no "." or ".." segment, encoded or not. An empty Path means the base URL.
	Path   string
	Query  url.Values
	Header http.Header
	// Sign, when set, is called with each attempt just before it is sent, including followed redirects.
	// It adds values that must be new in each attempt, such as a time, a nonce or a signature. It may set
	// headers and the query. Its values are neither logged nor part of errors.
	Sign func(attempt *http.Request) error
	// Body is sent with each attempt and must not be changed before Do returns.
	Body        []byte
	ContentType string
	// Operation names the request in errors and logs: "TerraformRead get product_group".
	Operation string
	// Repeatable marks a request that may safely arrive twice: a read, or a write that carries an
	// idempotency key. It is retried on transport errors and on 429, 500, 502, 503 and 504. Any other
	// request is retried only when no attempt was processed: after a failure to connect, and on 429.
	Repeatable bool
	// Write marks a request that changes something, whatever its method. Once a connection is open, the
	// write is not cancelled when the caller's context ends. It continues within its own request
	// timeout, so that the caller can save its result.
	Write bool
}

// Response is a complete response.
type Response struct {
	StatusCode int
	Header     http.Header
	// Body is decompressed and at most [MaxResponseBytes] long.
	Body []byte
	// Attempts counts the attempts, including this one.
	Attempts int
}

// Do sends a request, retries it where that is safe, and returns the response.
//
// Every complete response is returned without an error, whatever its status. The exceptions return an
// [*Error]:
//
//   - 429, 500, 502, 503 and 504, when no retry is left or none is allowed. The Response is returned
//     beside the error, for APIs that explain a 500 in its body.
//   - Redirects that are not followed.
//   - 407.
//   - A 400 that says that the port expects TLS.
//
// Do follows at most 3 redirects, only for GET and HEAD requests that are not writes. It follows them
// to the same host and port only, and never from https to http. A redirect from http to https on the
// default ports counts as the same host.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	x := &exchange{client: c, request: r, redact: c.redactFor(r.Header)}
	if err := x.prepare(); err != nil {
		return nil, err
	}
	return x.run(ctx)
}

// exchange is one call of Do.
type exchange struct {
	client  *Client
	request Request
	target  *url.URL
	redact  func(string) string

	attempts int
	// maybeProcessed is set once an attempt may have been processed. It stays set when a later attempt cannot
	// connect.
	maybeProcessed bool
}

// failure is an attempt without a response for the caller.
type failure struct {
	err *Error
	// response is the complete response that caused err, or nil.
	response *Response
	// transient is set when another attempt may succeed.
	transient bool
}

func (x *exchange) prepare() error {
	invalid := func(format string, args ...any) error {
		f := x.failure(KindRequest, NotSent, nil, fmt.Sprintf(format, args...), "")
		return x.finalize(f.err)
	}
	r, c := x.request, x.client
	if !validToken(r.Method) {
		return invalid("the request method is not valid")
	}
	target, err := c.target(r)
	if err != nil {
		return invalid("%v", err)
	}
	x.target = target
	for name, values := range r.Header {
		if !validToken(name) {
			return invalid("a header name is not valid")
		}
		for _, v := range values {
			if !validHeaderValue(v) {
				return invalid("the value of the header %s contains a control character", name)
			}
		}
	}
	return nil
}

func (x *exchange) run(ctx context.Context) (*Response, error) {
	c := x.client
	var last *Error
	for {
		before := x.attempts
		response, f := x.attempt(ctx)
		if f == nil {
			return response, nil
		}
		if last != nil && x.attempts == before {
			return nil, x.finalize(x.withLastFailure(f.err, last))
		}
		last = f.err
		wait, again := x.nextRetry(ctx, f)
		if !again {
			return f.response, x.finalize(f.err)
		}
		x.log(ctx, LevelWarn, "HTTP request failed, trying again",
			map[string]any{"error": f.err.Detail, "kind": string(f.err.Kind), "wait_ms": wait.Milliseconds()})
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return nil, x.finalize(x.withLastFailure(x.contextEnded(ctx, err, "while waiting for another attempt"), last))
		}
	}
}

// nextRetry decides whether to retry after f, and returns the wait before the retry. If the wait forbids the
// retry, nextRetry says so in the error.
func (x *exchange) nextRetry(ctx context.Context, f *failure) (time.Duration, bool) {
	c, e := x.client, f.err
	if e.Sent == MaybeProcessed {
		x.maybeProcessed = true
	}
	if !f.transient || x.attempts > c.maxRetries || !x.request.Repeatable && e.Sent == MaybeProcessed {
		if e.RetryAfter > 0 {
			e.Detail += fmt.Sprintf(" and requested a wait of %s", seconds(e.RetryAfter))
		}
		return 0, false
	}
	wait := c.jitter(backoff(x.attempts))
	if e.RetryAfter > 0 {
		wait = max(wait, e.RetryAfter)
		if e.RetryAfter > MaxRetryWait {
			e.Detail += fmt.Sprintf(" and requested a wait of %s, longer than the longest wait of %s",
				seconds(e.RetryAfter), MaxRetryWait)
			return 0, false
		}
	}
	if deadline, ok := ctx.Deadline(); ok {
		if left := deadline.Sub(c.clock.Now()); left < wait {
			if e.RetryAfter > 0 {
				e.Detail += fmt.Sprintf(" and requested a wait of %s, longer than the %s left of the operation's time limit",
					seconds(e.RetryAfter), seconds(max(0, left)))
			} else {
				e.Detail += ", and the operation's time limit leaves no time for another attempt"
			}
			return 0, false
		}
	}
	if err := ctx.Err(); err != nil {
		e.Detail += ", and the operation was cancelled before another attempt"
		e.Err = errors.Join(e.Err, err)
		return 0, false
	}
	return wait, true
}

// backoff returns the upper limit of the wait after the given number of attempts.
func backoff(attempts int) time.Duration {
	// 2^6 exceeds the cap. A larger shift would overflow at some point.
	return min(backoffCap, backoffBase<<min(attempts-1, 6))
}

func seconds(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Second)
}

// finalize adds to an error what is known of all attempts.
func (x *exchange) finalize(e *Error) error {
	e.Attempts = x.attempts
	if x.maybeProcessed {
		e.Sent = MaybeProcessed
	}
	return e
}

// failure returns a masked failure of the current attempt.
func (x *exchange) failure(kind Kind, sent Sent, cause error, detail, remedy string) *failure {
	e := &Error{
		System:    x.client.cfg.System,
		Operation: x.redact(x.request.Operation),
		Kind:      kind,
		Sent:      sent,
		Method:    x.redact(x.request.Method),
		URL:       x.redact(x.client.base.String()),
		Detail:    x.redact(printable(detail)),
		Remedy:    x.redact(remedy),
		Write:     x.request.Write,
	}
	if x.target != nil {
		e.URL = x.redact(printURL(x.target))
	}
	if cause != nil {
		e.Err = mask(cause, x.redact(printable(cause.Error())))
	}
	return &failure{err: e}
}

// withLastFailure adds the failure of the last attempt to an error that occurred between two attempts.
func (x *exchange) withLastFailure(e, last *Error) *Error {
	e.Detail += "; the last one: " + last.Detail
	e.StatusCode, e.RetryAfter, e.Body = last.StatusCode, last.RetryAfter, last.Body
	return e
}

// contextEnded returns the error for a caller's context that ended between attempts.
func (x *exchange) contextEnded(ctx context.Context, err error, when string) *Error {
	kind, detail := KindCanceled, "cancelled "+when
	if errors.Is(err, context.DeadlineExceeded) {
		kind, detail = KindTimeout, "the operation's time limit passed "+when
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, err) {
		err = errors.Join(err, cause)
	}
	return x.failure(kind, NotSent, err, detail, "").err
}

func (x *exchange) log(ctx context.Context, level Level, msg string, fields map[string]any) {
	fields["method"] = x.request.Method
	fields["path"] = x.target.EscapedPath()
	fields["operation"] = x.request.Operation
	fields["attempt"] = x.attempts
	x.client.log(ctx, level, msg, fields, x.redact)
}

// redactFor returns the masking function for one request. It masks the configured secrets and the
// credentials in the request's own headers. An API client may have created these credentials for this
// request only.
func (c *Client) redactFor(h http.Header) func(string) string {
	var own *Redactor
	for name, values := range h {
		if !credentialHeader(name) {
			continue
		}
		if own == nil {
			own = NewRedactor()
		}
		for _, v := range values {
			own.Add(headerSecrets(v)...)
		}
	}
	if own == nil {
		return c.redactor.Redact
	}
	return func(s string) string { return own.Redact(c.redactor.Redact(s)) }
}

func credentialHeader(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"auth", "cookie", "key", "token", "secret", "passw", "sign"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
