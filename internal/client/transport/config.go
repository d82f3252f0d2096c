package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"golang.org/x/time/rate"
)

const (
	// DefaultRequestTimeout limits one attempt.
	DefaultRequestTimeout = 60 * time.Second
	// DefaultMaxRetries is the number of attempts after the first.
	DefaultMaxRetries = 4
	// DefaultMaxConcurrentRequests limits the requests in flight to one system.
	DefaultMaxConcurrentRequests = 16
	// MaxResponseBytes is the largest accepted response after decompression: 32 MiB.
	MaxResponseBytes = 32 << 20
	// MaxRetryWait is the longest Retry-After that Do waits for. A longer one fails at once, and the
	// error names the wait.
	MaxRetryWait = 5 * time.Minute

	backoffBase = 500 * time.Millisecond
	backoffCap  = 30 * time.Second

	maxRedirects      = 3
	idlePerHost       = 32
	maxHeaderBytes    = 1 << 20
	errorBodyBytes    = 2 << 10
	messageBodyBytes  = 300
	defaultUserAgent  = "terraform-provider-hosting"
	minHeaderPartMask = 8
)

// Config configures a [Client]. Only System and BaseURL are required.
type Config struct {
	// System names the system in errors and logs: "whmcs", "dcim", "solusvm2".
	System string
	// BaseURL is the URL that request paths are relative to. See [NormalizeBaseURL].
	BaseURL   string
	UserAgent string
	// CACertPEM holds certificates that are trusted in addition to those of the operating system.
	CACertPEM string
	// ClientCertPEM and ClientKeyPEM are the client certificate and its key. Set both or neither.
	ClientCertPEM, ClientKeyPEM string
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool
	// RequestTimeout limits one attempt, from opening a connection to the last byte of the response. 0
	// means DefaultRequestTimeout.
	RequestTimeout time.Duration
	// MaxRetries is the number of attempts after the first, 0 or more. nil means DefaultMaxRetries.
	MaxRetries *int
	// MaxRequestsPerSecond limits the rate of requests, including retries and followed redirects. 0
	// means no limit. Fractions are allowed.
	MaxRequestsPerSecond float64
	// MaxConcurrentRequests limits the requests in flight. 0 means DefaultMaxConcurrentRequests.
	MaxConcurrentRequests int
	// Headers are sent with every request. Their values are masked like secrets. A header that a
	// request sets itself takes precedence. Headers that HTTP or the API client uses (Host,
	// Content-Length, Authorization, …) are refused.
	Headers map[string]string
	// Secrets are masked in every error and log line. See [Redactor].
	Secrets []string
	// Logger may be nil.
	Logger Logger
	// Clock replaces the real clock in tests. nil means the real clock.
	Clock Clock
	// Dial replaces the function that opens connections, for tests. nil means the real one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Clock is the time source for waits between attempts and for the rate limit.
type Clock interface {
	Now() time.Time
	// Sleep waits for d. If ctx ends first, Sleep returns the error of ctx.
	Sleep(ctx context.Context, d time.Duration) error
}

type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Client talks to one system. It is safe for concurrent use.
type Client struct {
	cfg        Config
	base       *url.URL
	headers    http.Header
	maxRetries int
	redactor   *Redactor
	clock      Clock
	limiter    *rate.Limiter
	slots      chan struct{}
	jitter     func(limit time.Duration) time.Duration
	maxBytes   int64

	pooled *http.Transport
	// unpooled opens a new connection for each request. It carries writes that must not be repeated. A
	// server may close a pooled connection at the moment of the write (Apache does so after 5 idle
	// seconds). It would then be unknown whether the write was processed.
	unpooled *http.Transport
}

// New returns a client for one system. It makes no network call. The error names the setting that is
// not valid and never contains a secret.
func New(cfg Config) (*Client, error) {
	if cfg.System == "" {
		return nil, errors.New("transport: System is empty")
	}
	base, err := parseBaseURL(cfg.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("%s: url: %w", cfg.System, err)
	}
	fail := func(setting, format string, args ...any) (*Client, error) {
		return nil, fmt.Errorf("%s: %s: %s", cfg.System, setting, fmt.Sprintf(format, args...))
	}
	if cfg.RequestTimeout < 0 {
		return fail("request_timeout", "must not be negative")
	}
	if cfg.RequestTimeout == 0 {
		cfg.RequestTimeout = DefaultRequestTimeout
	}
	retries := DefaultMaxRetries
	if cfg.MaxRetries != nil {
		if retries = *cfg.MaxRetries; retries < 0 {
			return fail("max_retries", "must be 0 or more, is %d", retries)
		}
	}
	if rps := cfg.MaxRequestsPerSecond; rps < 0 || math.IsNaN(rps) || math.IsInf(rps, 0) {
		return fail("max_requests_per_second", "must be a number of 0 or more")
	}
	if cfg.MaxConcurrentRequests < 0 {
		return fail("max_concurrent_requests", "must be 0 or more, is %d", cfg.MaxConcurrentRequests)
	}
	if cfg.MaxConcurrentRequests == 0 {
		cfg.MaxConcurrentRequests = DefaultMaxConcurrentRequests
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = defaultUserAgent
	}
	if !validHeaderValue(cfg.UserAgent) {
		return fail("user agent", "contains a control character")
	}

	redactor := NewRedactor(cfg.Secrets...)
	redactor.Add(cfg.ClientKeyPEM)
	redactor.Add(proxyPasswords()...)

	headers := make(http.Header, len(cfg.Headers))
	for name, value := range cfg.Headers {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		switch {
		case !validToken(name):
			return fail("headers", "%q is not a valid header name", name)
		case reservedHeader(canonical):
			return fail("headers", "%s is set by the provider itself and cannot be configured", canonical)
		case headers[canonical] != nil:
			return fail("headers", "%s is given twice", canonical)
		case !validHeaderValue(value):
			return fail("headers", "the value of %s contains a control character", canonical)
		}
		headers[canonical] = []string{value}
		redactor.Add(headerSecrets(value)...)
	}

	tlsConfig, err := tlsConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.System, err)
	}
	pooled := cleanhttp.DefaultPooledTransport()
	pooled.TLSClientConfig = tlsConfig
	pooled.MaxIdleConnsPerHost = idlePerHost
	pooled.MaxResponseHeaderBytes = maxHeaderBytes
	pooled.Proxy = proxyFromEnvironment
	pooled.OnProxyConnectResponse = onProxyConnect
	if cfg.Dial != nil {
		pooled.DialContext = cfg.Dial
	}
	unpooled := pooled.Clone()
	unpooled.DisableKeepAlives = true

	clock := cfg.Clock
	if clock == nil {
		clock = realClock{}
	}
	c := &Client{
		cfg:        cfg,
		base:       base,
		headers:    headers,
		maxRetries: retries,
		redactor:   redactor,
		clock:      clock,
		slots:      make(chan struct{}, cfg.MaxConcurrentRequests),
		jitter:     func(limit time.Duration) time.Duration { return rand.N(limit + 1) }, //nolint:gosec // jitter need not be unguessable
		maxBytes:   MaxResponseBytes,
		pooled:     pooled,
		unpooled:   unpooled,
	}
	if cfg.MaxRequestsPerSecond > 0 {
		// The burst is 1, because the limit is a maximum at every moment, not an average.
		c.limiter = rate.NewLimiter(rate.Limit(cfg.MaxRequestsPerSecond), 1)
	}
	return c, nil
}

// System returns [Config].System.
func (c *Client) System() string { return c.cfg.System }

// BaseURL returns the normalized base URL, without a trailing slash.
func (c *Client) BaseURL() string { return c.base.String() }

// Sleep waits by the client's clock. If ctx ends first, it returns the error of ctx.
func (c *Client) Sleep(ctx context.Context, d time.Duration) error { return c.clock.Sleep(ctx, d) }

// Host returns the host of the base URL in lower case, with the port if it is not the scheme's default.
func (c *Client) Host() string { return c.base.Host }

// Endpoint describes the connection of a client to its system.
type Endpoint struct {
	Scheme string // http or https
	Host   string // name or address, without port and brackets, in lower case
	// Verified reports whether the server's certificate is verified. It has no meaning for http.
	Verified bool
}

// IsLoopback reports whether the host is a loopback address or "localhost".
func (e Endpoint) IsLoopback() bool {
	address, err := netip.ParseAddr(e.Host)
	return e.Host == "localhost" || err == nil && address.IsLoopback()
}

// IsAddress reports whether the host is an IP address and not a name.
func (e Endpoint) IsAddress() bool {
	_, err := netip.ParseAddr(e.Host)
	return err == nil
}

// Endpoint returns scheme, host and certificate verification of the client's system.
func (c *Client) Endpoint() Endpoint {
	return Endpoint{Scheme: c.base.Scheme, Host: c.base.Hostname(), Verified: !c.cfg.InsecureSkipVerify}
}

// Redactor returns the client's redactor. Callers use it to mask responses before they quote them, and
// to add secrets that they learn later.
func (c *Client) Redactor() *Redactor { return c.redactor }

// CloseIdleConnections closes the pooled connections that no request uses.
func (c *Client) CloseIdleConnections() {
	c.pooled.CloseIdleConnections()
	c.unpooled.CloseIdleConnections()
}

func tlsConfig(cfg Config) (*tls.Config, error) {
	t := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: cfg.InsecureSkipVerify} //nolint:gosec // the operator's explicit choice, of which the provider warns
	if strings.TrimSpace(cfg.CACertPEM) != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		n := 0
		for rest := []byte(cfg.CACertPEM); ; {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			if block.Type != "CERTIFICATE" {
				return nil, fmt.Errorf("ca_cert_pem: contains a block of type %q. Only certificates are allowed", block.Type)
			}
			n++
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("ca_cert_pem: certificate %d cannot be read: %w", n, err)
			}
			pool.AddCert(cert)
		}
		if n == 0 {
			return nil, errors.New("ca_cert_pem: holds no PEM certificate (-----BEGIN CERTIFICATE-----)")
		}
		t.RootCAs = pool
	}
	haveCert, haveKey := strings.TrimSpace(cfg.ClientCertPEM) != "", strings.TrimSpace(cfg.ClientKeyPEM) != ""
	switch {
	case haveCert && !haveKey:
		return nil, errors.New("client_key_pem: missing; client_cert_pem needs it")
	case haveKey && !haveCert:
		return nil, errors.New("client_cert_pem: missing; client_key_pem needs it")
	case haveCert:
		pair, err := tls.X509KeyPair([]byte(cfg.ClientCertPEM), []byte(cfg.ClientKeyPEM))
		if err != nil {
			return nil, fmt.Errorf("client_cert_pem and client_key_pem: not a certificate and its key: %w", err)
		}
		// The configured certificate is always sent. By default, crypto/tls sends none when the
		// server's list of authorities lacks the issuer. The server would then report a missing
		// certificate.
		t.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	return t, nil
}

// reservedHeader reports whether a header is set by HTTP, this package or the API clients.
func reservedHeader(canonical string) bool {
	switch canonical {
	case "Host", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "Te", "Trailer", "Connection",
		"Keep-Alive", "Upgrade", "Expect",
		"Accept-Encoding", "Range", "User-Agent", "Authorization", "Proxy-Authorization", "Proxy-Connection":
		return true
	}
	return false
}

func validToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

func validHeaderValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// headerSecrets returns the parts of a header's value to mask: the whole value and its long parts. A
// system may return "Bearer abc" as "abc".
func headerSecrets(value string) []string {
	secrets := []string{value}
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t;,", r) }) {
		if len(part) >= minHeaderPartMask {
			secrets = append(secrets, part)
		}
		if _, v, ok := strings.Cut(part, "="); ok && len(v) >= minHeaderPartMask {
			secrets = append(secrets, v)
		}
	}
	return secrets
}

// proxyPasswords returns the passwords in the proxy variables of the environment.
func proxyPasswords() []string {
	var found []string
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		if u, err := url.Parse(os.Getenv(name)); err == nil && u.User != nil {
			if password, ok := u.User.Password(); ok {
				found = append(found, password)
			}
		}
	}
	return found
}
