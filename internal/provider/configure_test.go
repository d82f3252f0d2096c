package provider_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	hosting "github.com/hosting-iac/terraform-provider-hosting/internal/provider"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// variables are all that the provider takes from the environment. A developer's own must not reach these tests.
var variables = []string{
	"DCIM_URL", "DCIM_KEY", "DCIM_SECRET", "DCIM_PROFILE",
	"WHMCS_URL", "WHMCS_IDENTIFIER", "WHMCS_SECRET", "WHMCS_ACCESS_KEY",
	"SOLUSVM2_URL", "SOLUSVM2_TOKEN",
}

// configure hands a configuration to the provider and returns what resources would get.
func configure(t *testing.T, config map[string]any) (*resourcekit.Clients, []string) {
	t.Helper()
	p := hosting.New("1.2.3")()
	var schema provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &schema)
	raw := acctest.Value(t, schema.Schema.Type().TerraformType(t.Context()), config)
	var resp provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{TerraformVersion: "1.11.4", Config: tfsdk.Config{Raw: raw, Schema: schema.Schema}}, &resp)
	var messages []string
	for _, d := range resp.Diagnostics {
		messages = append(messages, d.Severity().String()+": "+d.Summary()+": "+d.Detail())
	}
	require.Equal(t, resp.ResourceData, resp.DataSourceData)
	clients, _ := resp.ResourceData.(*resourcekit.Clients)
	return clients, messages
}

// echo is a system that accepts everything and remembers the last request.
type echo struct {
	*httptest.Server
	mu   sync.Mutex
	last http.Header
	form map[string]string
	seen int
	// failures is the number of requests that first get a response with status 503.
	failures int
}

func newEcho(t *testing.T, start func(*httptest.Server)) *echo {
	t.Helper()
	e := &echo{}
	e.Server = httptest.NewUnstartedServer(e)
	e.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what some tests are about
	start(e.Server)
	t.Cleanup(e.Close)
	return e
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen++
	if e.seen <= e.failures {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	e.last, e.form = r.Header.Clone(), map[string]string{}
	_ = r.ParseForm()
	for name := range r.PostForm {
		e.form[name] = r.PostForm.Get(name)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"result": "success", "currencies": {"currency": {"id": 1, "code": "USD"}}, "data": [], "meta": {"last_page": 1}}`))
}

// ask makes the client of a system send one request.
func ask(t *testing.T, clients *resourcekit.Clients, system string) error {
	t.Helper()
	var err error
	switch system {
	case "whmcs":
		require.NotNil(t, clients.WHMCS.Client, clients.WHMCS.Missing)
		_, err = clients.WHMCS.Client.Currencies(context.Background())
	case "dcim":
		require.NotNil(t, clients.DCIM.Client, clients.DCIM.Missing)
		_, err = clients.DCIM.Client.ListAPIKeys(context.Background())
	default:
		require.Fail(t, "nothing can be asked of "+system)
	}
	return err
}

// stateOf is what the provider made of a system's settings.
func stateOf(clients *resourcekit.Clients, system string) (configured, unknown bool, missing string) {
	switch system {
	case "whmcs":
		return clients.WHMCS.Client != nil, clients.WHMCS.Unknown, clients.WHMCS.Missing
	case "dcim":
		return clients.DCIM.Client != nil, clients.DCIM.Unknown, clients.DCIM.Missing
	default:
		return clients.SolusVM2.Client != nil, clients.SolusVM2.Unknown, clients.SolusVM2.Missing
	}
}

// TestConfigure_precedence takes every setting of every system from its attribute, its variable, both, neither, and
// from something unknown.
func TestConfigure_precedence(t *testing.T) {
	server := newEcho(t, (*httptest.Server).Start)
	type setting struct {
		attribute, variable string
		optional            bool
		// fromAttribute and fromVariable are two values that work.
		fromAttribute, fromVariable string
		// sent returns the value that the system received. It is nil if the value cannot be observed.
		sent func() string
	}
	form := func(name string) func() string { return func() string { return server.form[name] } }
	header := func(name string) func() string { return func() string { return server.last.Get(name) } }
	systems := map[string][]setting{
		"whmcs": {
			{attribute: "url", variable: "WHMCS_URL", fromAttribute: server.URL, fromVariable: server.URL + "/from-variable"},
			{attribute: "identifier", variable: "WHMCS_IDENTIFIER", fromAttribute: "attribute", fromVariable: "variable", sent: form("identifier")},
			{attribute: "secret", variable: "WHMCS_SECRET", fromAttribute: "attribute", fromVariable: "variable", sent: form("secret")},
			{attribute: "access_key", variable: "WHMCS_ACCESS_KEY", optional: true, fromAttribute: "attribute", fromVariable: "variable", sent: form("accesskey")},
		},
		"dcim": {
			{attribute: "url", variable: "DCIM_URL", fromAttribute: server.URL, fromVariable: server.URL + "/from-variable"},
			{attribute: "key", variable: "DCIM_KEY", fromAttribute: "attribute", fromVariable: "variable", sent: header("X-Api-Key")},
			{attribute: "secret", variable: "DCIM_SECRET", fromAttribute: "attribute", fromVariable: "variable", sent: header("X-Api-Secret")},
			{attribute: "profile", variable: "DCIM_PROFILE", fromAttribute: "assumed", fromVariable: "assumed"},
		},
		"solusvm2": {
			{attribute: "url", variable: "SOLUSVM2_URL", fromAttribute: server.URL, fromVariable: server.URL + "/api/v1"},
			{attribute: "token", variable: "SOLUSVM2_TOKEN", fromAttribute: "attribute", fromVariable: "variable"},
		},
	}
	for system, settings := range systems {
		for _, s := range settings {
			for _, c := range []struct {
				name                        string
				attribute                   any // nil = left out
				variable, want              string
				wantUnknown, wantConfigured bool
			}{
				{name: "attribute", attribute: s.fromAttribute, want: s.fromAttribute, wantConfigured: true},
				{name: "variable", variable: s.fromVariable, want: s.fromVariable, wantConfigured: true},
				{name: "attribute before variable", attribute: s.fromAttribute, variable: s.fromVariable, want: s.fromAttribute, wantConfigured: true},
				{name: "neither", wantConfigured: s.optional},
				{name: "unknown", attribute: acctest.Unknown, wantUnknown: true},
				{name: "unknown before variable", attribute: acctest.Unknown, variable: s.fromVariable, wantUnknown: true},
			} {
				t.Run(system+"."+s.attribute+"/"+c.name, func(t *testing.T) {
					for _, variable := range variables {
						t.Setenv(variable, "")
					}
					t.Setenv(s.variable, c.variable)
					attributes := map[string]any{}
					for _, other := range settings {
						if !other.optional {
							attributes[other.attribute] = other.fromAttribute
						}
					}
					attributes[s.attribute] = c.attribute

					clients, messages := configure(t, map[string]any{system: attributes})
					require.Empty(t, messages)
					configured, unknown, missing := stateOf(clients, system)
					require.Equal(t, c.wantConfigured, configured)
					require.Equal(t, c.wantUnknown, unknown)
					switch {
					case c.wantUnknown:
						require.Contains(t, missing, system+"."+s.attribute+" are not known yet")
					case !c.wantConfigured:
						require.Contains(t, missing, system+"."+s.attribute+" (or the environment variable "+s.variable+")")
					case s.sent != nil:
						require.NoError(t, ask(t, clients, system))
						require.Equal(t, c.want, s.sent())
					}
				})
			}
		}
	}
}

// TestConfigure_alone shows that a system is configured by variables alone, and that each is usable without the others.
func TestConfigure_alone(t *testing.T) {
	server := newEcho(t, (*httptest.Server).Start)
	for system, environment := range map[string]map[string]string{
		"whmcs":    {"WHMCS_URL": server.URL, "WHMCS_IDENTIFIER": "id", "WHMCS_SECRET": "secret"},
		"dcim":     {"DCIM_URL": server.URL, "DCIM_KEY": "key", "DCIM_SECRET": "secret", "DCIM_PROFILE": "assumed"},
		"solusvm2": {"SOLUSVM2_URL": server.URL, "SOLUSVM2_TOKEN": "token"},
	} {
		t.Run(system, func(t *testing.T) {
			for _, variable := range variables {
				t.Setenv(variable, environment[variable])
			}
			clients, messages := configure(t, map[string]any{})
			require.Empty(t, messages)
			for _, other := range []string{"whmcs", "dcim", "solusvm2"} {
				configured, unknown, missing := stateOf(clients, other)
				require.Equal(t, other == system, configured, other)
				require.False(t, unknown)
				require.Equal(t, other != system, missing != "", "what is missing is told for the others only")
			}
		})
	}
}

func TestConfigure_wholeSystemUnknown(t *testing.T) {
	for _, system := range []string{"whmcs", "dcim", "solusvm2"} {
		clients, messages := configure(t, map[string]any{system: acctest.Unknown})
		require.Empty(t, messages)
		configured, unknown, missing := stateOf(clients, system)
		require.False(t, configured)
		require.True(t, unknown)
		require.Contains(t, missing, system+" settings are not known yet")
	}
}

// TestConfigure_unknownConnectionSettings: a certificate that another resource makes leaves the plan possible, like an
// unknown credential.
func TestConfigure_unknownConnectionSettings(t *testing.T) {
	t.Parallel()
	for setting, value := range map[string]any{
		"ca_cert_pem": acctest.Unknown, "client_key_pem": acctest.Unknown, "request_timeout": acctest.Unknown, "max_retries": acctest.Unknown,
		"insecure_skip_verify": acctest.Unknown, "headers": map[string]any{"X-Gateway": acctest.Unknown},
	} {
		clients, messages := configure(t, map[string]any{
			"whmcs": map[string]any{"url": "https://billing.example.com", "identifier": "id", "secret": "secret", setting: value},
		})
		require.Empty(t, messages, setting)
		configured, unknown, missing := stateOf(clients, "whmcs")
		require.False(t, configured, setting)
		require.True(t, unknown, setting)
		require.Contains(t, missing, "whmcs."+setting)
	}
}

func TestConfigure_guards(t *testing.T) {
	t.Parallel()
	clients, messages := configure(t, map[string]any{})
	require.Empty(t, messages)
	require.Equal(t, resourcekit.Guards{}, clients.Guards)

	clients, messages = configure(t, map[string]any{"guards": map[string]any{"max_price_change_percent": "12.5", "allow_zero_price": true}})
	require.Empty(t, messages)
	require.Equal(t, resourcekit.Guards{MaxPriceChangePercent: decimal.Decimal("12.5"), AllowZeroPrice: true}, clients.Guards)

	clients, messages = configure(t, map[string]any{"guards": map[string]any{"min_price": map[string]any{"USD": "5.00", "EUR": acctest.Unknown}}})
	require.Empty(t, messages)
	require.Equal(t, resourcekit.Guards{MinPrices: map[string]decimal.Decimal{"USD": "5.00"}, Unknown: true}, clients.Guards, "what is known holds")
	clients, messages = configure(t, map[string]any{"guards": map[string]any{"min_price": acctest.Unknown}})
	require.Empty(t, messages)
	require.Equal(t, resourcekit.Guards{Unknown: true}, clients.Guards)
}

// connectionTo is a whmcs block for a server, with one more setting.
func connectionTo(url string, settings ...map[string]any) map[string]any {
	whmcs := map[string]any{"url": url, "identifier": "identifier", "secret": "the-secret", "max_retries": 0}
	for _, more := range settings {
		for name, value := range more {
			whmcs[name] = value
		}
	}
	return map[string]any{"whmcs": whmcs}
}

func TestConfigure_connectionSettings(t *testing.T) {
	t.Parallel()
	secured := newEcho(t, func(s *httptest.Server) { s.StartTLS() })
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secured.Certificate().Raw}))
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, []byte(certificate), 0o600))

	key, err := x509.MarshalPKCS8PrivateKey(secured.TLS.Certificates[0].PrivateKey)
	require.NoError(t, err)
	keyPEM := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	mutual := newEcho(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}
		s.StartTLS()
	})
	plain := newEcho(t, (*httptest.Server).Start)
	flaky := newEcho(t, (*httptest.Server).Start)
	flaky.failures = 1

	for _, c := range []struct {
		name        string
		config      map[string]any
		server      *echo
		wantMessage string
		wantError   string
		check       func(t *testing.T)
	}{
		{name: "an unknown authority is refused", config: connectionTo(secured.URL), wantError: "certificate"},
		{name: "ca_cert_pem", config: connectionTo(secured.URL, map[string]any{"ca_cert_pem": certificate})},
		{name: "ca_cert_file", config: connectionTo(secured.URL, map[string]any{"ca_cert_file": file})},
		{
			name: "insecure_skip_verify warns", config: connectionTo(secured.URL, map[string]any{"insecure_skip_verify": true}),
			wantMessage: "Warning: The certificate of WHMCS is not verified",
		},
		{name: "no client certificate where one is demanded", config: connectionTo(mutual.URL, map[string]any{"ca_cert_pem": certificate}), wantError: "certificate"},
		{
			name: "client_cert_pem", config: connectionTo(mutual.URL, map[string]any{"ca_cert_pem": certificate, "client_cert_pem": certificate, "client_key_pem": keyPEM}),
		},
		{
			name: "headers and user agent", config: connectionTo(plain.URL, map[string]any{"headers": map[string]any{"X-Gateway": "token"}}),
			check: func(t *testing.T) {
				require.Equal(t, "token", plain.last.Get("X-Gateway"))
				require.Equal(t, "terraform-provider-hosting/1.2.3 (+terraform/1.11.4)", plain.last.Get("User-Agent"))
			},
		},
		{
			name: "max_retries", config: connectionTo(flaky.URL, map[string]any{"max_retries": 1}),
			check: func(t *testing.T) { require.Equal(t, 2, flaky.seen) },
		},
		{
			name:   "limits",
			config: connectionTo(plain.URL, map[string]any{"request_timeout": "1m30s", "max_requests_per_second": 0.5, "max_concurrent_requests": 1}),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			clients, messages := configure(t, c.config)
			if c.wantMessage == "" {
				require.Empty(t, messages)
			} else {
				require.Len(t, messages, 1)
				require.Contains(t, messages[0], c.wantMessage)
			}
			err := ask(t, clients, "whmcs")
			if c.wantError != "" {
				require.ErrorContains(t, err, c.wantError)
				return
			}
			require.NoError(t, err)
			if c.check != nil {
				c.check(t)
			}
		})
	}
}

// TestConfigure_plainHTTP: credentials that leave the machine in the clear are warned of.
func TestConfigure_plainHTTP(t *testing.T) {
	for url, warns := range map[string]bool{
		"http://billing.example.com": true, "https://billing.example.com": false, "http://127.0.0.1:8081": false, "http://localhost": false, "http://[::1]:80": false,
	} {
		_, messages := configure(t, connectionTo(url, nil))
		if !warns {
			require.Empty(t, messages, url)
			continue
		}
		require.Len(t, messages, 1, url)
		require.Contains(t, messages[0], "Warning: WHMCS is called without encryption")
	}
}

// TestConfigure_strayVariables: what lies in the environment for a system that nothing uses does no harm, and is named
// when it does.
func TestConfigure_strayVariables(t *testing.T) {
	t.Setenv("SOLUSVM2_URL", "panel.example.com")
	t.Setenv("SOLUSVM2_TOKEN", "x")
	clients, messages := configure(t, map[string]any{})
	require.Empty(t, messages)
	require.Nil(t, clients.SolusVM2.Client)
	require.Contains(t, clients.SolusVM2.Missing, "SOLUSVM2_URL")
	require.Contains(t, clients.SolusVM2.Missing, "Invalid SolusVM 2 URL")
}

// TestConfigure_invalid gives each wrong setting to the provider as Terraform does, and looks at the attribute and the
// words.
func TestConfigure_invalid(t *testing.T) {
	server := newEcho(t, func(s *httptest.Server) { s.StartTLS() })
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	rubbish := filepath.Join(t.TempDir(), "rubbish.pem")
	require.NoError(t, os.WriteFile(rubbish, []byte("not a certificate"), 0o600))

	whmcs := func(name string, value any) map[string]any {
		return connectionTo("https://billing.example.com", map[string]any{name: value})
	}
	for _, c := range []struct {
		name   string
		config map[string]any
		env    map[string]string
		path   string
		want   string
	}{
		{"URL without a scheme", whmcs("url", "billing.example.com"), nil, "whmcs.url", "The URL has no scheme; write it as https://host"},
		{"URL of another scheme", whmcs("url", "ftp://billing.example.com"), nil, "whmcs.url", "must begin with https:// or http://"},
		{"URL with a password", whmcs("url", "https://admin:hunter22@billing.example.com"), nil, "whmcs.url", "must not contain a user name or password"},
		{"empty URL", whmcs("url", ""), nil, "whmcs.url", "must not be empty"},
		{"URL of the variable", map[string]any{"whmcs": map[string]any{"identifier": "i", "secret": "s"}}, map[string]string{"WHMCS_URL": "nonsense"}, "whmcs.url", "has no scheme"},
		{"blank secret", whmcs("secret", " "), nil, "whmcs.secret", "must not be empty"},
		{"blank identifier", whmcs("identifier", ""), nil, "whmcs.identifier", "must not be empty"},
		{"ca_cert_pem without a certificate", whmcs("ca_cert_pem", "nonsense"), nil, "whmcs.ca_cert_pem", "no readable certificate in PEM form"},
		{"ca_cert_file that is not there", whmcs("ca_cert_file", "/does/not/exist.pem"), nil, "whmcs.ca_cert_file", "no such file"},
		{"ca_cert_file without a certificate", whmcs("ca_cert_file", rubbish), nil, "whmcs.ca_cert_file", "no readable certificate in PEM form"},
		{
			"both ca_cert_pem and ca_cert_file", connectionTo("https://billing.example.com", map[string]any{"ca_cert_pem": certificate, "ca_cert_file": rubbish}), nil,
			"whmcs.ca_cert_pem", "cannot be specified when",
		},
		{"certificate without key", whmcs("client_cert_pem", certificate), nil, "whmcs.client_cert_pem", "client_key_pem"},
		{"key without certificate", whmcs("client_key_pem", "key"), nil, "whmcs.client_key_pem", "client_cert_pem"},
		{
			"key that is not the certificate's", connectionTo("https://billing.example.com", map[string]any{"client_cert_pem": certificate, "client_key_pem": "nonsense"}), nil,
			"whmcs.client_cert_pem", "not a certificate and its key",
		},
		{"duration without a unit", whmcs("request_timeout", "90"), nil, "whmcs.request_timeout", "must be a duration"},
		{"duration too short", whmcs("request_timeout", "100ms"), nil, "whmcs.request_timeout", "from 1s to 30m"},
		{"duration too long", whmcs("request_timeout", "31m"), nil, "whmcs.request_timeout", "from 1s to 30m"},
		{"negative retries", whmcs("max_retries", -1), nil, "whmcs.max_retries", "between 0 and 20"},
		{"too many retries", whmcs("max_retries", 21), nil, "whmcs.max_retries", "between 0 and 20"},
		{"no requests at all", whmcs("max_requests_per_second", 0), nil, "whmcs.max_requests_per_second", "between 0.001"},
		{"no concurrent requests", whmcs("max_concurrent_requests", 0), nil, "whmcs.max_concurrent_requests", "between 1 and 256"},
		{"reserved header", whmcs("headers", map[string]any{"Authorization": "x"}), nil, "whmcs", "Authorization is set by the provider itself"},
		{"broken header", whmcs("headers", map[string]any{"X-Token": "hunter22\r\nX-More: 1"}), nil, "whmcs", "X-Token contains a control character"},
		{
			"unknown profile", map[string]any{"dcim": map[string]any{"url": "https://dcim.example.com", "key": "k", "secret": "s", "profile": "guessed"}}, nil,
			"dcim.profile", `the wire profile "guessed" is neither "assumed", nor JSON that begins with {, nor a file that can be read: there is no such file`,
		},
		{
			"inline profile with a misspelt member", map[string]any{"dcim": map[string]any{"url": "https://dcim.example.com", "key": "k", "secret": "s", "profile": `{"name": "x", "operatoins": {}}`}}, nil,
			"dcim.profile", "operations is missing; operatoins is not known",
		},
		{
			"unknown profile of the variable", map[string]any{"dcim": map[string]any{"url": "https://dcim.example.com", "key": "k", "secret": "s"}},
			map[string]string{"DCIM_PROFILE": "guessed"}, "dcim", `the wire profile "guessed" is neither "assumed"`,
		},
		{"URL of the panel", map[string]any{"solusvm2": map[string]any{"url": "https://panel.example.com?x=1", "token": "t"}}, nil, "solusvm2.url", "must not contain a query"},
		{"negative guard", map[string]any{"guards": map[string]any{"max_price_change_percent": "-5"}}, nil, "guards.max_price_change_percent", "negative"},
		{"guard that is no number", map[string]any{"guards": map[string]any{"max_price_change_percent": "five"}}, nil, "guards.max_price_change_percent", "Invalid amount"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, variable := range variables {
				t.Setenv(variable, c.env[variable])
			}
			messages := acctest.Messages(acctest.NewProtocol(t, "test").Configure(t, c.config))
			require.NotEmpty(t, messages)
			require.True(t, strings.HasPrefix(messages[0], "error at "+c.path+": "), messages[0])
			require.Contains(t, messages[0], c.want)
			require.NotContains(t, strings.Join(messages, "\n"), "hunter22", "a message quotes a secret")
		})
	}
}

// TestConfigure_noNetworkCall: whatever is configured, Configure stays away from the systems.
func TestConfigure_noNetworkCall(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	url := "http://" + listener.Addr().String()

	p := acctest.NewProtocol(t, "test")
	require.Empty(t, acctest.Messages(p.Configure(t, map[string]any{
		"whmcs":    map[string]any{"url": url, "identifier": "i", "secret": "s", "access_key": "k"},
		"dcim":     map[string]any{"url": url, "key": "k", "secret": "s", "profile": "assumed"},
		"solusvm2": map[string]any{"url": url, "token": "t"},
		"guards":   map[string]any{"max_price_change_percent": "10"},
	})))

	// Connections are accepted in the order in which they were opened: the first must be this one.
	ours, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer func() { require.NoError(t, ours.Close()) }()
	first, err := listener.Accept()
	require.NoError(t, err)
	defer func() { require.NoError(t, first.Close()) }()
	require.Equal(t, ours.LocalAddr().String(), first.RemoteAddr().String())
}

// TestUnconfigured: an error names the missing attributes and variables, but only if an object needs the system.
func TestUnconfigured(t *testing.T) {
	for _, variable := range variables {
		t.Setenv(variable, "")
	}
	whmcs := "Set whmcs.url (or the environment variable WHMCS_URL), whmcs.identifier (or the environment variable WHMCS_IDENTIFIER), " +
		"whmcs.secret (or the environment variable WHMCS_SECRET)."
	dcim := "Set dcim.url (or the environment variable DCIM_URL), dcim.key (or the environment variable DCIM_KEY), " +
		"dcim.secret (or the environment variable DCIM_SECRET), dcim.profile (or the environment variable DCIM_PROFILE)."

	p := acctest.NewProtocol(t, "test")
	require.Empty(t, acctest.Messages(p.Configure(t, map[string]any{})))
	for name, config := range map[string]map[string]any{
		"hosting_whmcs_product_group":  {"name": "Group"},
		"hosting_whmcs_server":         {"name": "Server", "module": "toplink_dcim"},
		"hosting_whmcs_server_group":   {"name": "Group"},
		"hosting_whmcs_product":        {"name": "Product", "product_group_id": "1", "pay_type": "free"},
		"hosting_dcim_api_key":         {"label": "WHMCS"},
		"hosting_dcim_package":         {"name": "E3-1230"},
		"hosting_dcim_server_binding":  {"server_id": "104", "package_id": "1"},
		"hosting_dcim_package_servers": {"server_ids": []any{"104"}, "package_id": "1"},
	} {
		want := whmcs
		if strings.HasPrefix(name, "hosting_dcim") {
			want = dcim
		}
		messages := acctest.Messages(p.Plan(t, name, config))
		require.Len(t, messages, 1, name)
		require.Contains(t, messages[0], want, name)
	}
	for _, name := range []string{"hosting_whmcs_currencies", "hosting_whmcs_servers", "hosting_whmcs_server_groups", "hosting_whmcs_product_groups", "hosting_dcim_api_keys", "hosting_dcim_packages", "hosting_dcim_servers"} {
		_, diagnostics := p.ReadDataSource(t, name, map[string]any{})
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1, name)
		require.Contains(t, messages[0], "Unable to access the list of")
		if strings.HasPrefix(name, "hosting_dcim") {
			require.Contains(t, messages[0], dcim, name)
		} else {
			require.Contains(t, messages[0], whmcs, name)
		}
	}
}

// TestUnknownWhilePlanning: settings that another resource makes leave the plan possible, and are named where
// something must be read.
func TestUnknownWhilePlanning(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t, "test")
	require.Empty(t, acctest.Messages(p.Configure(t, map[string]any{
		"whmcs": map[string]any{"url": "https://billing.example.com", "identifier": acctest.Unknown, "secret": acctest.Unknown},
		"dcim":  acctest.Unknown,
	})))
	require.Empty(t, acctest.Messages(p.Plan(t, "hosting_whmcs_server", map[string]any{"name": "Server", "module": "toplink_dcim"})))
	require.Empty(t, acctest.Messages(p.Plan(t, "hosting_dcim_api_key", map[string]any{"label": "WHMCS"})))
	_, diagnostics := p.ReadDataSource(t, "hosting_whmcs_currencies", map[string]any{})
	messages := acctest.Messages(diagnostics)
	require.Len(t, messages, 1)
	require.Contains(t, messages[0], "whmcs.identifier, whmcs.secret are not known yet")
}

func TestSchema_validImplementation(t *testing.T) {
	t.Parallel()
	var schema provider.SchemaResponse
	hosting.New("test")().Schema(t.Context(), provider.SchemaRequest{}, &schema)
	require.Empty(t, schema.Diagnostics)
	require.Empty(t, schema.Schema.ValidateImplementation(t.Context()))
}
