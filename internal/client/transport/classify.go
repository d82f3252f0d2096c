package transport

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
)

const (
	remedyAddress = "Check host and port of the URL in the provider configuration, and that the system is up and reachable from here."
	remedyLater   = "Try again later. If the failure persists, check the logs of the server."
)

// classify turns an error of net/http into a failure. The order matters: a context that ended is
// checked before the error that it caused.
func (x *exchange) classify(ctx, attemptCtx context.Context, p *progress, err error) *failure {
	sent := NotSent
	if p.connected.Load() {
		sent = MaybeProcessed
	}
	// A connected write does not depend on ctx, so the end of ctx did not cause its failure.
	if attemptCtx.Err() != nil && ctx.Err() != nil && (!x.request.Write || p.abandoned.Load()) {
		when := "before the request was sent"
		if sent == MaybeProcessed {
			when = "while waiting for the response"
		}
		e := x.contextEnded(ctx, ctx.Err(), when)
		e.Sent = sent
		return &failure{err: e}
	}
	transient := func(f *failure) *failure {
		f.transient = true
		return f
	}
	if errors.Is(attemptCtx.Err(), context.DeadlineExceeded) {
		what := "no connection"
		if sent == MaybeProcessed {
			what = "no complete answer"
		}
		return transient(x.failure(KindTimeout, sent, err,
			fmt.Sprintf("%s within the request timeout of %s", what, x.client.cfg.RequestTimeout),
			"Check that the system is up. If it is only slow, raise request_timeout."))
	}
	if f := x.classifyProxy(err, sent); f != nil {
		return f
	}
	if f := x.classifyTLS(err, p, sent); f != nil {
		return f
	}
	if !p.connected.Load() {
		return x.classifyDial(err)
	}
	if x.target.Scheme == "http" && strings.Contains(err.Error(), tlsAlert) {
		return x.expectsTLS(err)
	}
	if isProtocolError(err) {
		return transient(x.failure(KindProtocol, sent, err, "the response is not valid HTTP: "+err.Error(),
			"Check that the URL is that of the system's web server."))
	}
	detail, remedy := "the connection was closed before the response was complete", remedyLater
	if x.target.Scheme == "http" {
		remedy += " If this port expects TLS, begin the URL in the provider configuration with https://."
	}
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		detail = "the connection was reset before the response was complete"
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.EPIPE):
		detail += ": " + err.Error()
	}
	return transient(x.failure(KindReset, sent, err, detail, remedy))
}

// tlsAlert is how net/http quotes a response that is a TLS alert, which servers without an own page send to plain HTTP.
const tlsAlert = `malformed HTTP response "\x15\x03`

// expectsTLS returns the failure of a plain HTTP request to a port that speaks TLS. Such a port has not read the
// request.
func (x *exchange) expectsTLS(cause error) *failure {
	return x.failure(KindTLS, NotSent, cause, "the port expects TLS, and the URL says http",
		"Begin the URL in the provider configuration with https://.")
}

func (x *exchange) classifyProxy(err error, sent Sent) *failure {
	const remedy = "Check the environment variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY."
	if errors.Is(err, errProxyAddress) {
		return x.failure(KindProxy, NotSent, err, err.Error(), remedy)
	}
	var refusal *proxyRefusal
	if errors.As(err, &refusal) {
		f := x.failure(KindProxy, NotSent, err, refusal.Error(), remedy)
		switch refusal.status {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			f.transient = true
		}
		return f
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		f := x.failure(KindProxy, sent, err, "no connection to the proxy: "+op.Err.Error(), remedy)
		f.transient = true
		return f
	}
	return nil
}

func (x *exchange) classifyTLS(err error, p *progress, sent Sent) *failure {
	host := x.target.Hostname()
	fail := func(detail, remedy string) *failure { return x.failure(KindTLS, sent, err, detail, remedy) }

	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		op       *net.OpError
	)
	switch {
	case errors.As(err, &unknown):
		remedy := "Set ca_cert_pem or ca_cert_file to the certificate of the authority that issued it."
		if x.client.cfg.CACertPEM != "" {
			remedy = "The configured ca_cert_pem or ca_cert_file is not the authority that issued it, or the server does not send its intermediate certificates."
		}
		return fail("the certificate of "+host+" is signed by an unknown authority", remedy)
	case errors.As(err, &hostname):
		return fail("the certificate is not for "+host+": "+hostname.Error(),
			"Use the host name that is in the certificate, or have a certificate issued for this one.")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fail("the certificate of "+host+" is expired or not yet valid: "+invalid.Detail,
			"Renew it on the server, and check the clock of this machine.")
	case errors.As(err, &verify):
		return fail("the certificate of "+host+" cannot be verified: "+verify.Err.Error(),
			"Check the certificate on the server, and ca_cert_pem or ca_cert_file.")
	case errors.As(err, &record):
		if strings.HasPrefix(string(record.RecordHeader[:]), "HTTP") {
			return fail("the response is plain HTTP, but TLS was expected",
				"The URL says https, but this port uses http. Correct the port, or use http:// if that is intended.")
		}
		return fail("the server on this port does not use TLS", "Check the port of the URL in the provider configuration.")
	case errors.As(err, &op) && op.Op == "remote error":
		// The peer sent a TLS alert. In TLS 1.3 an alert about the client's certificate arrives after
		// the request was sent. A server that sends it has not processed the request.
		alert := op.Err.Error()
		if strings.Contains(alert, "certificate") || strings.Contains(alert, "handshake failure") ||
			strings.Contains(alert, "access denied") {
			f := fail("the server refused the TLS handshake: "+alert,
				"If it wants a client certificate, set client_cert_pem and client_key_pem, and check that the server accepts their issuer.")
			f.err.Sent = NotSent
			return f
		}
		if p.connected.Load() {
			return nil
		}
		remedy := "Check that the host name is the one the server expects."
		if strings.Contains(alert, "protocol version") {
			remedy = "The server must speak TLS 1.2 or later."
		}
		return fail("the server refused the TLS handshake: "+alert, remedy)
	case p.connected.Load() || !p.handshaking.Load():
		return nil
	case strings.Contains(err.Error(), "unsupported protocol version"):
		return fail("the server offers only an old version of TLS", "The server must speak TLS 1.2 or later.")
	}
	f := fail("the TLS handshake failed: "+err.Error(), remedyAddress)
	// Only interrupted and slow handshakes are transient. Every other error of crypto/tls would occur
	// again.
	var timeout net.Error
	f.transient = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE) ||
		errors.As(err, &timeout) && timeout.Timeout()
	return f
}

func (x *exchange) classifyDial(err error) *failure {
	host := x.target.Host
	var dns *net.DNSError
	if errors.As(err, &dns) {
		f := x.failure(KindDial, NotSent, err, "the host name "+dns.Name+" could not be resolved", remedyAddress)
		if dns.IsNotFound {
			f.err.Detail = x.redact("there is no host named " + dns.Name)
		}
		// A name that does not exist is a definite response. Waiting does not change it.
		f.transient = !dns.IsNotFound
		return f
	}
	detail := fmt.Sprintf("no connection to %s: %v", host, err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		detail = "connection refused by " + host
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		detail = "no route to " + host
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		detail = "no connection to " + host + " in time"
	}
	f := x.failure(KindDial, NotSent, err, detail, remedyAddress)
	f.transient = true
	return f
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

func isProtocolError(err error) bool {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return true
	}
	text := err.Error()
	// net/http has no types for these errors.
	for _, sign := range []string{"malformed HTTP", "malformed MIME", "malformed chunked", "invalid byte in chunk length",
		"server response headers exceeded", "unsupported transfer encoding", "bad Content-Length"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// plainOnTLSPort lists the texts with which Go, nginx and Apache respond to plain HTTP on a TLS port.
var plainOnTLSPort = []string{"HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port",
	"speaking plain HTTP to an SSL-enabled server port"}

// statusFailure returns the failure for a complete response that the API client does not classify, or nil.
func (x *exchange) statusFailure(target *url.URL, response *Response) *failure {
	status := response.StatusCode
	var f *failure
	switch status {
	case http.StatusTooManyRequests:
		f = x.failure(KindRateLimited, NotSent, nil, "", "Lower max_requests_per_second or max_concurrent_requests in the provider configuration, or Terraform's -parallelism.")
		f.transient = true
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		f = x.failure(KindServerError, MaybeProcessed, nil, "", remedyLater)
		f.transient = true
	case http.StatusProxyAuthRequired:
		f = x.failure(KindProxy, NotSent, nil, "the proxy wants credentials", "Put them into HTTP_PROXY or HTTPS_PROXY.")
	case http.StatusBadRequest:
		if target.Scheme != "http" || !containsAny(string(response.Body), plainOnTLSPort) {
			return nil
		}
		f = x.expectsTLS(nil)
	default:
		return nil
	}
	if f.err.Detail == "" {
		f.err.Detail = strings.TrimSpace(fmt.Sprintf("answered %d %s", status, http.StatusText(status)))
	}
	f.err.StatusCode = status
	f.err.RetryAfter = retryAfter(response.Header, x.client.clock.Now())
	f.err.Body = excerpt(response.Body, x.redact)
	f.response = response
	return f
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
