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
	// Method is an HTTP method; empty means GET.
	Method string
	// Path is relative to the base URL, with or without a leading slash, already percent-encoded (url.PathEscape each variable segment). It holds no
	// query, no empty segment except a last one, and no "." or "..", encoded or not. Empty means the base URL itself.
	Path   string
	Query  url.Values
	Header http.Header
	// Sign, when set, is called with each attempt just before it is sent, redirects included, to add what must be new each time: a time, a nonce, a
	// signature. It may set headers and the query; what it adds is neither logged nor part of errors.
	Sign func(attempt *http.Request) error
	// Body is sent anew with each attempt and must not be changed before Do returns.
	Body        []byte
	ContentType string
	// Operation says in errors and logs what the request is for: "TerraformRead get product_group".
	Operation string
	// Repeatable marks a request that may safely arrive twice: a read, or a write that carries an idempotency key. It is retried on transport errors and on
	// 429, 500, 502, 503 and 504. Any other request is retried only when no attempt was processed: after a failure to connect, and on 429.
	Repeatable bool
	// Write marks a request that changes something, whatever its method. Once it is under way it is not abandoned when the caller's context ends, but
	// finishes within its own request timeout, so that its result can be saved.
	Write bool
}

// Response is a complete answer.
type Response struct {
	StatusCode int
	Header     http.Header
	// Body is decompressed and at most [MaxResponseBytes] long.
	Body []byte
	// Attempts counts the attempts made, this one included.
	Attempts int
}

// Do sends a request, again if need be, and returns the answer.
//
// Every complete answer is a Response without error, whatever its status, with these exceptions, which are an [*Error]: 429, 500, 502, 503 and 504
// once no attempt is left or none is allowed (the Response is returned beside the error, for an API that explains itself in the body of a 500);
// redirects that are not followed; 407; a 400 that says that the port expects TLS.
//
// Redirects are followed for GET and HEAD that are no writes, at most 3 of them, to the same host and port and never from https to http; a move from http to https
// on the default ports counts as the same host.
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
	// reached is set once an attempt may have been processed, and stays set: that a later one could not even connect takes nothing back.
	reached bool
}

// failure is an attempt that did not give the caller an answer.
type failure struct {
	err *Error
	// response is the complete answer behind err, if there was one.
	response *Response
	// transient is set when another attempt may go better.
	transient bool
}

func (x *exchange) prepare() error {
	invalid := func(format string, args ...any) error {
		f := x.failure(KindRequest, NotSent, nil, fmt.Sprintf(format, args...), "")
		return x.settle(f.err)
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
			return nil, x.settle(x.after(f.err, last))
		}
		last = f.err
		wait, again := x.plan(ctx, f)
		if !again {
			return f.response, x.settle(f.err)
		}
		x.log(ctx, LevelWarn, "HTTP request failed, trying again", map[string]any{"error": f.err.Detail, "kind": string(f.err.Kind), "wait_ms": wait.Milliseconds()})
		if err := c.clock.Sleep(ctx, wait); err != nil {
			return nil, x.settle(x.after(x.ended(ctx, err, "while waiting for another attempt"), last))
		}
	}
}

// plan decides whether there is another attempt after f, and how long to wait for it. When it is the wait that forbids one, the error says so.
func (x *exchange) plan(ctx context.Context, f *failure) (time.Duration, bool) {
	c, e := x.client, f.err
	if e.Sent == MaybeProcessed {
		x.reached = true
	}
	if !f.transient || x.attempts > c.maxRetries || !x.request.Repeatable && e.Sent == MaybeProcessed {
		if e.RetryAfter > 0 {
			e.Detail += fmt.Sprintf(" and asked to wait %s", seconds(e.RetryAfter))
		}
		return 0, false
	}
	wait := c.jitter(backoff(x.attempts))
	if e.RetryAfter > 0 {
		wait = max(wait, e.RetryAfter)
		if e.RetryAfter > MaxRetryWait {
			e.Detail += fmt.Sprintf(" and asked to wait %s, longer than the %s that are waited for", seconds(e.RetryAfter), MaxRetryWait)
			return 0, false
		}
	}
	if deadline, ok := ctx.Deadline(); ok {
		if left := deadline.Sub(c.clock.Now()); left < wait {
			if e.RetryAfter > 0 {
				e.Detail += fmt.Sprintf(" and asked to wait %s, longer than the %s left of the operation's time limit", seconds(e.RetryAfter), seconds(max(0, left)))
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

// backoff is the upper bound of the wait after the given number of attempts.
func backoff(attempts int) time.Duration {
	// Beyond 2^6 the cap is reached, and a larger shift would overflow at some point.
	return min(backoffCap, backoffBase<<min(attempts-1, 6))
}

func seconds(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Second)
}

// settle gives an error what is known of the exchange as a whole.
func (x *exchange) settle(e *Error) error {
	e.Attempts = x.attempts
	if x.reached {
		e.Sent = MaybeProcessed
	}
	return e
}

// failure builds a masked failure of the present attempt.
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

// after adds to the error that ended an exchange between two attempts what the last of them had come to.
func (x *exchange) after(e, last *Error) *Error {
	e.Detail += "; the last one: " + last.Detail
	e.StatusCode, e.RetryAfter, e.Body = last.StatusCode, last.RetryAfter, last.Body
	return e
}

// ended is the error of an exchange that the caller's context ended outside of an attempt.
func (x *exchange) ended(ctx context.Context, err error, when string) *Error {
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

// redactFor returns the masking for one request: the configured secrets and the credentials among the request's own headers, which an API client may
// have made for this request alone.
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
