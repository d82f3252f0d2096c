package acctest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// matrixFault is one fault in the matrix.
type matrixFault struct {
	name string
	// play is the rule of the sandbox. echo is text with every secret of the provider, which a system may repeat in a
	// failure. elsewhere is the address of another host.
	play func(echo, elsewhere string) sandbox.Fault
	// refused has connections refused instead.
	refused bool
	// slow is played to a provider with little patience.
	slow bool
	// passes is true if the fault is also played once, to test that a retry works. A fault that lasts until an
	// administrator acts is only played as lasting.
	passes bool
}

// retryAfter is the wait that an overloaded system requests. It is longer than all tests, and uses a clock that does
// not run.
const retryAfter = "30"

func played(fault sandbox.Fault) func(string, string) sandbox.Fault {
	return func(string, string) sandbox.Fault { return fault }
}

// status is a response with a failure status and a message in JSON.
func status(code int, after bool, headers map[string]string) func(string, string) sandbox.Fault {
	return func(echo, _ string) sandbox.Fault {
		return sandbox.Fault{Status: code, AfterCommit: after, Headers: headers, Body: fmt.Sprintf(`{"message": %q}`, "Refused: "+echo)}
	}
}

// gateway is a response with a failure status and a page.
func gateway(after bool) func(string, string) sandbox.Fault {
	return func(echo, _ string) sandbox.Fault {
		return sandbox.Fault{
			Status: http.StatusBadGateway, AfterCommit: after, Headers: map[string]string{"Content-Type": "text/html"},
			Body: "<html><head><title>502 Bad Gateway " + echo + "</title></head><body>" + echo + "</body></html>",
		}
	}
}

func redirected(_, elsewhere string) sandbox.Fault {
	return sandbox.Fault{Status: http.StatusTemporaryRedirect, Headers: map[string]string{"Location": elsewhere + "/login"}, Body: "moved"}
}

// matrixFaults are what the network, a web server, and a system do to a request.
var matrixFaults = []matrixFault{
	{name: "connection refused", refused: true, passes: true},
	{name: "connection reset before commit", play: played(sandbox.Fault{Reset: true}), passes: true},
	{name: "response lost after commit", play: played(sandbox.Fault{Reset: true, AfterCommit: true}), passes: true},
	{name: "reset mid-body", play: played(sandbox.Fault{Truncate: 10}), passes: true},
	{name: "slower than the limit, before commit", play: played(sandbox.Fault{Hang: true}), slow: true},
	{name: "slower than the limit, after commit", play: played(sandbox.Fault{Hang: true, AfterCommit: true}), slow: true},
	{name: "429 without Retry-After", play: status(http.StatusTooManyRequests, false, nil), passes: true},
	{name: "429 with Retry-After", play: status(http.StatusTooManyRequests, false, map[string]string{"Retry-After": retryAfter}), passes: true},
	{name: "429 with a Retry-After of an hour", play: status(http.StatusTooManyRequests, false, map[string]string{"Retry-After": "3600"})},
	{name: "500 before commit", play: status(http.StatusInternalServerError, false, nil), passes: true},
	{name: "500 after commit", play: status(http.StatusInternalServerError, true, nil), passes: true},
	{name: "502 before commit", play: gateway(false), passes: true},
	{name: "502 after commit", play: gateway(true), passes: true},
	{name: "403", play: played(sandbox.Fault{Deny: sandbox.DenyPermission})},
	{name: "403 page of a firewall", play: func(echo, _ string) sandbox.Fault {
		return sandbox.Fault{Status: http.StatusForbidden, Headers: map[string]string{"Content-Type": "text/html"}, Body: "<html><head><title>Blocked " + echo + "</title></head></html>"}
	}},
	{name: "404 page of a web server", play: func(echo, _ string) sandbox.Fault {
		return sandbox.Fault{Status: http.StatusNotFound, Headers: map[string]string{"Content-Type": "text/html"}, Body: "<html><head><title>404 Not Found</title></head><body>" + echo + "</body></html>"}
	}},
	{name: "404 in JSON", play: status(http.StatusNotFound, false, nil)},
	{name: "credential expired", play: played(sandbox.Fault{Deny: sandbox.DenyCredentials})},
	{name: "truncated JSON", play: played(sandbox.Fault{Cut: 12}), passes: true},
	{name: "PHP notice before JSON", play: played(sandbox.Fault{BodyPrefix: sandbox.PHPNotice}), passes: true},
	{name: "login page with status 200", play: played(sandbox.Fault{Page: sandbox.PageLogin})},
	{name: "licence page with status 200", play: played(sandbox.Fault{Page: sandbox.PageLicense})},
	{name: "maintenance page with status 200", play: played(sandbox.Fault{Page: sandbox.PageMaintenance})},
	{name: "maintenance page after commit", play: played(sandbox.Fault{Page: sandbox.PageMaintenance, AfterCommit: true}), passes: true},
	{name: "empty body", play: played(sandbox.Fault{Empty: true})},
	{name: "empty body after commit", play: played(sandbox.Fault{Empty: true, AfterCommit: true}), passes: true},
	{name: "wrong content type", play: played(sandbox.Fault{Headers: map[string]string{"Content-Type": "text/html; charset=utf-8"}})},
	{name: "body over the limit", play: played(sandbox.Fault{Oversize: transport.MaxResponseBytes + 1, AfterCommit: true})},
	{name: "redirect to another host", play: redirected},
}

// gate opens a provider's connections, or refuses them as a host with a closed port does.
type gate struct {
	mutex      sync.Mutex
	closed     bool
	from, last int // numbers of the connections refused, from 1
	dialed     int
}

// shut refuses connections from the nth on: one, or all.
func (g *gate) shut(nth int, lasting bool) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.closed, g.dialed, g.from, g.last = true, 0, nth, nth
	if lasting {
		g.last = 1 << 30
	}
}

// refused reports whether a connection was refused.
func (g *gate) refused() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.dialed >= g.from
}

func (g *gate) open() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.closed = false
}

func (g *gate) dial(ctx context.Context, network, address string) (net.Conn, error) {
	g.mutex.Lock()
	g.dialed++
	refused := g.closed && g.dialed >= g.from && g.dialed <= g.last
	g.mutex.Unlock()
	if refused {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// still is a clock on which every wait is over at once.
type still struct{}

func (still) Now() time.Time { return time.Now() }

func (still) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// buffer is a log that several goroutines write.
type buffer struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (b *buffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(text)
}

// take is what was written since the last time.
func (b *buffer) take() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	defer b.text.Reset()
	return b.text.String()
}
