package transport

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// progress is set by the hooks of net/http. Some hooks run on other goroutines, and even after the
// attempt, because an unused dial continues.
type progress struct {
	// connected: a connection is open. From here on the system may see the request.
	connected atomic.Bool
	// handshaking: a TLS handshake has started.
	handshaking atomic.Bool
	// abandoned: a write was cancelled because its caller's context ended before a connection was open.
	abandoned atomic.Bool
}

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		TLSHandshakeStart: func() { p.handshaking.Store(true) },
		GotConn:           func(httptrace.GotConnInfo) { p.connected.Store(true) },
	}
}

// attempt makes one attempt, including followed redirects. It holds a concurrency slot during the
// attempt and releases it before any backoff.
func (x *exchange) attempt(ctx context.Context) (*Response, *failure) {
	c := x.client
	// Checked first: if a slot is free and ctx has ended, the select below picks either case at random.
	if err := ctx.Err(); err != nil {
		return nil, &failure{err: x.contextEnded(ctx, err, "before the request was sent")}
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, &failure{err: x.contextEnded(ctx, ctx.Err(), "while waiting for its turn (max_concurrent_requests)")}
	}

	target := x.target
	for hops := 0; ; hops++ {
		if err := c.waitForRateLimit(ctx); err != nil {
			return nil, &failure{err: x.contextEnded(ctx, err, "while waiting for its turn (max_requests_per_second)")}
		}
		if hops == 0 {
			x.attempts++
		}
		response, next, f := x.roundTrip(ctx, target, hops)
		if next == nil {
			return response, f
		}
		target = next
	}
}

// waitForRateLimit waits for the rate limit.
func (c *Client) waitForRateLimit(ctx context.Context) error {
	if c.limiter == nil {
		return nil
	}
	now := c.clock.Now()
	reservation := c.limiter.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if deadline, ok := ctx.Deadline(); ok && deadline.Sub(now) < wait {
		reservation.CancelAt(now)
		return context.DeadlineExceeded
	}
	if wait <= 0 {
		return nil
	}
	if err := c.clock.Sleep(ctx, wait); err != nil {
		reservation.CancelAt(c.clock.Now())
		return err
	}
	return nil
}

// roundTrip sends the request once to the given URL. It returns a response, the URL of a redirect to
// follow, or a failure.
func (x *exchange) roundTrip(ctx context.Context, target *url.URL, hops int) (*Response, *url.URL, *failure) {
	c, r := x.client, x.request
	p := &progress{}

	parent := ctx
	if r.Write {
		parent = context.WithoutCancel(ctx)
	}
	attemptCtx, cancel := context.WithTimeout(parent, c.cfg.RequestTimeout)
	defer cancel()
	if r.Write {
		// A write without a connection cannot have started, so it may be cancelled.
		stop := context.AfterFunc(ctx, func() {
			if !p.connected.Load() {
				p.abandoned.Store(true)
				cancel()
			}
		})
		defer stop()
	}

	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(attemptCtx, p.trace()), r.Method, c.base.String(),
		bytes.NewReader(r.Body))
	if err != nil {
		return nil, nil, x.failure(KindRequest, NotSent, err, "the request could not be built", "")
	}
	own := *target
	req.URL, req.Host = &own, target.Host
	for name, values := range c.headers {
		req.Header[name] = values
	}
	for name, values := range r.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	if r.ContentType != "" {
		req.Header.Set("Content-Type", r.ContentType)
	}
	if r.Sign != nil {
		if err := r.Sign(req); err != nil {
			return nil, nil, x.failure(KindRequest, NotSent, err, "the request could not be signed", "")
		}
	}

	transport := c.pooled
	if r.Write && !r.Repeatable {
		transport = c.unpooled
	}
	started := time.Now()
	fields := func() map[string]any {
		return map[string]any{"duration_ms": time.Since(started).Milliseconds(), "bytes_sent": len(r.Body)}
	}
	// RoundTrip is called directly, without an http.Client. The redirect rules of this package apply,
	// and the errors of RoundTrip do not quote the URL with its query.
	res, err := transport.RoundTrip(req)
	if err != nil {
		f := x.classify(ctx, attemptCtx, p, err)
		x.logFailure(ctx, f, fields())
		return nil, nil, f
	}
	defer res.Body.Close()
	body, f := x.readBody(ctx, attemptCtx, p, res)
	if f != nil {
		x.logFailure(ctx, f, fields())
		return nil, nil, f
	}
	answered := fields()
	answered["status"], answered["bytes"] = res.StatusCode, len(body)
	x.log(ctx, LevelDebug, "HTTP request answered", answered)

	response := &Response{StatusCode: res.StatusCode, Header: res.Header, Body: body, Attempts: x.attempts}
	if location := res.Header.Get("Location"); location != "" && isRedirect(res.StatusCode) {
		next, f := x.redirect(target, location, response, hops)
		return nil, next, f
	}
	if f := x.statusFailure(target, response); f != nil {
		return nil, nil, f
	}
	return response, nil, nil
}

func (x *exchange) logFailure(ctx context.Context, f *failure, fields map[string]any) {
	fields["error"], fields["kind"] = f.err.Detail, string(f.err.Kind)
	x.log(ctx, LevelDebug, "HTTP request without a response", fields)
}

func (x *exchange) readBody(ctx, attemptCtx context.Context, p *progress, res *http.Response) ([]byte, *failure) {
	limit := x.client.maxBytes
	tooLarge := func() *failure {
		f := x.failure(KindTooLarge, MaybeProcessed, nil, fmt.Sprintf("the response is larger than %s", byteSize(limit)),
			"Check that the URL is that of the API. If it is, request less data.")
		f.err.StatusCode = res.StatusCode
		return f
	}
	// A HEAD response announces a length without having a body.
	if res.ContentLength > limit && res.Request.Method != http.MethodHead {
		return nil, tooLarge()
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if int64(len(body)) > limit {
		return nil, tooLarge()
	}
	if err != nil {
		f := x.classify(ctx, attemptCtx, p, err)
		f.err.StatusCode = res.StatusCode
		return nil, f
	}
	return body, nil
}

func byteSize(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
		return true
	}
	return false
}

// redirect returns the URL to follow, or the failure that says why the redirect is not followed.
func (x *exchange) redirect(from *url.URL, location string, response *Response, hops int) (*url.URL, *failure) {
	status, method := response.StatusCode, x.request.Method
	// Applications also send 302 and 303 after they accepted a form. The other statuses say that the
	// resource is elsewhere.
	sent := NotSent
	if status == http.StatusFound || status == http.StatusSeeOther {
		sent = MaybeProcessed
	}
	fail := func(detail, remedy string) (*url.URL, *failure) {
		f := x.failure(KindRedirect, sent, nil, detail, remedy)
		f.err.StatusCode = status
		return nil, f
	}
	to, err := from.Parse(location)
	if err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https" {
		return fail(fmt.Sprintf("responded %d with a redirect to something that is not a web address", status),
			"Check the URL in the provider configuration.")
	}
	to.User, to.Fragment, to.RawFragment = nil, "", ""
	where := printURL(to)
	final := fmt.Sprintf("If %s is where the system lives, put its final URL into the provider configuration.", to.Host)
	switch {
	case from.Scheme == "https" && to.Scheme == "http":
		return fail(fmt.Sprintf("responded %d with a redirect from https to plain http, to %s. It was not followed",
			status, where),
			"Credentials are not sent unencrypted after a redirect. "+final)
	case !sameHost(from, to) && strings.EqualFold(from.Hostname(), to.Hostname()):
		return fail(fmt.Sprintf("responded %d with a redirect to port %s of the same host (%s). It was not followed, "+
			"because another program may listen there", status, port(to), where), final)
	case !sameHost(from, to):
		return fail(fmt.Sprintf("responded %d with a redirect to the other host %s (%s). It was not followed, so that no credentials are sent there", status, to.Host, where), final)
	case x.request.Write || method != http.MethodGet && method != http.MethodHead:
		return fail(fmt.Sprintf("responded %d with a redirect to %s on host %s. A %s is not sent again to another address",
			status, where, to.Host, method), final)
	case hops >= maxRedirects:
		return fail(fmt.Sprintf("more than %d redirects, the last one to %s", maxRedirects, where),
			"Check the URL in the provider configuration.")
	}
	return to, nil
}

// sameHost reports whether credentials for from may be sent to to. The host and port must be the same.
// A redirect from http to https on the default ports is allowed.
func sameHost(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return false
	}
	if from.Scheme == to.Scheme {
		return port(from) == port(to)
	}
	return from.Scheme == "http" && port(from) == "80" && port(to) == "443"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
