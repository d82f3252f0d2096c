package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// coalesceVariable set to "off" makes the clients send one request for each read and each validation. It exists for
// measurements, and is not a documented setting.
const coalesceVariable = "HOSTING_COALESCE"

// configuration is the provider block. Each system is a nested block, which may be null or unknown as a whole. They
// are blocks, because Terraform refuses a misspelt argument of a block. It drops one of an object without a message.
type configuration struct {
	DCIM     types.Object `tfsdk:"dcim"`
	WHMCS    types.Object `tfsdk:"whmcs"`
	SolusVM2 types.Object `tfsdk:"solusvm2"`
	Guards   types.Object `tfsdk:"guards"`
}

// setting is one text setting of a system. Its value comes from the attribute, or else from the environment variable.
type setting struct {
	attribute string
	variable  string
	optional  bool
	secret    bool
}

// system describes the settings of one of the three systems.
type system struct {
	name     string // the provider attribute: "whmcs"
	title    string // in messages
	settings []setting
}

var (
	dcimSystem = system{name: "dcim", title: "TopLink DCIM", settings: []setting{
		{attribute: "url", variable: "DCIM_URL"},
		{attribute: "key", variable: "DCIM_KEY", secret: true},
		{attribute: "secret", variable: "DCIM_SECRET", secret: true},
		{attribute: "profile", variable: "DCIM_PROFILE"},
	}}
	whmcsSystem = system{name: "whmcs", title: "WHMCS", settings: []setting{
		{attribute: "url", variable: "WHMCS_URL"},
		{attribute: "identifier", variable: "WHMCS_IDENTIFIER", secret: true},
		{attribute: "secret", variable: "WHMCS_SECRET", secret: true},
		{attribute: "access_key", variable: "WHMCS_ACCESS_KEY", optional: true, secret: true},
	}}
	solusvm2System = system{name: "solusvm2", title: "SolusVM 2", settings: []setting{
		{attribute: "url", variable: "SOLUSVM2_URL"},
		{attribute: "token", variable: "SOLUSVM2_TOKEN", secret: true},
	}}
)

// Configure resolves the settings and makes the clients. It makes no network call. It does not report missing
// settings: the first resource that needs the system reports them.
func (p *hosting) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, block := range []*types.Object{&config.DCIM, &config.WHMCS, &config.SolusVM2, &config.Guards} {
		*block = present(ctx, *block)
	}
	reach := &reaching{
		agent: fmt.Sprintf("terraform-provider-hosting/%s (+terraform/%s)", p.version, req.TerraformVersion), adjust: p.adjust,
		// Each client masks the secrets of all systems. WHMCS stores the key of the DCIM, for example, and a module or
		// hook of WHMCS may show that key in a message.
		secrets: slices.Concat(whmcsSystem.secrets(config.WHMCS), dcimSystem.secrets(config.DCIM), solusvm2System.secrets(config.SolusVM2)),
	}
	diags := &resp.Diagnostics
	disableCoalescing := os.Getenv(coalesceVariable) == "off"
	clients := &resourcekit.Clients{
		CompanionVersion: companion.Version,
		WHMCS: configureSystem(reach, whmcsSystem, config.WHMCS, diags, func(v map[string]string, t transport.Config) (*whmcs.Client, error) {
			return whmcs.New(whmcs.Config{
				Transport: t, URL: v["url"], Identifier: v["identifier"], Secret: v["secret"], AccessKey: v["access_key"],
				DisableCoalescing: disableCoalescing,
			})
		}),
		DCIM: configureSystem(reach, dcimSystem, config.DCIM, diags, func(v map[string]string, t transport.Config) (*dcim.Client, error) {
			return dcim.New(dcim.Config{
				Transport: t, URL: v["url"], Key: v["key"], Secret: v["secret"], Profile: v["profile"],
				DisableCoalescing: disableCoalescing,
			})
		}),
		SolusVM2: configureSystem(reach, solusvm2System, config.SolusVM2, diags, func(v map[string]string, t transport.Config) (*solusvm2.Client, error) {
			return solusvm2.New(solusvm2.Config{Transport: t, URL: v["url"], Token: v["token"], DisableCoalescing: disableCoalescing})
		}),
	}
	clients.Guards.Unknown = config.Guards.IsUnknown()
	if !config.Guards.IsNull() && !config.Guards.IsUnknown() {
		attributes := config.Guards.Attributes()
		clients.Guards.Unknown = len(unknownNames("guards", attributes)) > 0
		if percent, ok := attributes["max_price_change_percent"].(resourcekit.Decimal); ok {
			clients.Guards.MaxPriceChangePercent = percent.Decimal()
		}
		if zero, ok := attributes["allow_zero_price"].(types.Bool); ok {
			clients.Guards.AllowZeroPrice = zero.ValueBool()
		}
		if prices, ok := attributes["min_price"].(types.Map); ok {
			clients.Guards.MinPrices = resourcekit.KnownAmounts(prices)
		}
	}
	p.clients = clients
	resp.ResourceData = clients
	resp.DataSourceData = clients
	resp.ListResourceData = clients
	resp.ActionData = clients
}

// present returns a block, or null for a block without content, which counts as absent.
func present(ctx context.Context, block types.Object) types.Object {
	for _, value := range block.Attributes() {
		if !value.IsNull() {
			return block
		}
	}
	if block.IsUnknown() {
		return block
	}
	return types.ObjectNull(block.AttributeTypes(ctx))
}

// reaching holds what the clients of all systems have in common.
type reaching struct {
	agent   string
	adjust  []Adjust
	secrets []string // must not appear in errors and logs
}

// secrets returns the known secret settings of a system.
func (s system) secrets(object types.Object) []string {
	values, _ := s.resolve(object)
	var found []string
	for _, setting := range s.settings {
		if setting.secret {
			found = append(found, values[setting.attribute])
		}
	}
	if key, ok := object.Attributes()["client_key_pem"].(types.String); ok {
		found = append(found, key.ValueString())
	}
	if headers, ok := object.Attributes()["headers"].(types.Map); ok {
		for _, value := range headers.Elements() {
			if header, ok := value.(types.String); ok {
				found = append(found, header.ValueString())
			}
		}
	}
	return found
}

// configureSystem resolves the settings of one system and makes its client when no setting is missing.
func configureSystem[C any](reach *reaching, s system, object types.Object, diags *diag.Diagnostics, connect func(map[string]string, transport.Config) (*C, error)) (configured resourcekit.System[C]) {
	if object.IsUnknown() {
		return resourcekit.System[C]{Unknown: true, Missing: fmt.Sprintf("The provider's %s settings are not known yet. They depend on objects that must be applied first. Apply those with -target.", s.name)}
	}
	if unknown := unknownNames(s.name, object.Attributes()); len(unknown) > 0 {
		return resourcekit.System[C]{Unknown: true, Missing: fmt.Sprintf("The provider's settings %s are not known yet. They depend on objects that must be applied first. Apply those with -target.", strings.Join(unknown, ", "))}
	}
	values, missing := s.resolve(object)
	if len(missing) > 0 {
		return resourcekit.System[C]{Missing: fmt.Sprintf("The provider is not configured for %s. Set %s.", s.title, strings.Join(missing, ", "))}
	}
	invalid := resourcekit.System[C]{Missing: "The " + s.name + " settings of the provider are not valid."}
	if object.IsNull() {
		// All settings come from the environment, which may hold settings of a system that this configuration does not
		// use.
		all := diags
		diags = &diag.Diagnostics{}
		defer func() {
			all.Append(diags.Warnings()...)
			if diags.HasError() {
				first := diags.Errors()[0]
				configured.Missing = fmt.Sprintf("The %s settings in the environment variables %s are not valid. %s: %s", s.title, s.variables(), first.Summary(), first.Detail())
			}
		}()
	}
	base, err := transport.NormalizeBaseURL(values["url"])
	if err != nil {
		diags.AddAttributeError(path.Root(s.name).AtName("url"), "Invalid "+s.title+" URL", resourcekit.Sentence("The URL "+err.Error()))
		return invalid
	}
	warnOfPlainHTTP(s, base, diags)
	t, ok := connection(s, object, reach.agent, diags)
	if !ok {
		return invalid
	}
	t.Secrets = reach.secrets
	for _, adjust := range reach.adjust {
		adjust(s.name, &t)
	}
	client, err := connect(values, t)
	if err != nil {
		diags.AddAttributeError(path.Root(s.name), "Invalid "+s.title+" settings", resourcekit.Sentence(err.Error()))
		return invalid
	}
	return resourcekit.System[C]{Client: client}
}

// warnOfPlainHTTP warns of an http URL, which sends credentials without encryption, unless the host is this machine.
func warnOfPlainHTTP(s system, base string, diags *diag.Diagnostics) {
	parsed, err := url.Parse(base)
	if err != nil || parsed.Scheme != "http" {
		return
	}
	if address := net.ParseIP(parsed.Hostname()); parsed.Hostname() == "localhost" || (address != nil && address.IsLoopback()) {
		return
	}
	diags.AddAttributeWarning(path.Root(s.name).AtName("url"), s.title+" is called without encryption",
		"With an http:// URL, others on the network can read credentials and server passwords. Use https://. For a private certificate, set ca_cert_pem or ca_cert_file.")
}

// variables returns the names of the environment variables of a system.
func (s system) variables() string {
	names := make([]string, len(s.settings))
	for i, setting := range s.settings {
		names[i] = setting.variable
	}
	return strings.Join(names, ", ")
}

// resolve returns the value of each setting: the attribute, or else the environment variable.
func (s system) resolve(object types.Object) (values map[string]string, missing []string) {
	values = map[string]string{}
	attributes := object.Attributes() // nil when the object is null
	for _, setting := range s.settings {
		value, _ := attributes[setting.attribute].(types.String)
		switch {
		case !value.IsNull():
			values[setting.attribute] = value.ValueString()
		case os.Getenv(setting.variable) != "":
			values[setting.attribute] = os.Getenv(setting.variable)
		case !setting.optional:
			missing = append(missing, fmt.Sprintf("%s.%s (or the environment variable %s)", s.name, setting.attribute, setting.variable))
		}
	}
	return values, missing
}

// connection reads the settings that all systems have. ok is false when one of them is invalid.
func connection(s system, object types.Object, agent string, diags *diag.Diagnostics) (t transport.Config, ok bool) {
	t = transport.Config{UserAgent: agent, Logger: logger(s.name)}
	if object.IsNull() {
		return t, true
	}
	attributes := object.Attributes()
	at := path.Root(s.name)
	text := func(name string) string {
		value, _ := attributes[name].(types.String)
		return value.ValueString()
	}
	caSetting := "ca_cert_pem"
	t.CACertPEM = text(caSetting)
	if file := text("ca_cert_file"); file != "" {
		caSetting = "ca_cert_file"
		pem, err := os.ReadFile(file)
		if err != nil {
			diags.AddAttributeError(at.AtName(caSetting), "Unable to read the CA certificate file", resourcekit.Sentence(err.Error()))
			return t, false
		}
		t.CACertPEM = string(pem)
	}
	if (t.CACertPEM != "" || caSetting == "ca_cert_file") && !x509.NewCertPool().AppendCertsFromPEM([]byte(t.CACertPEM)) {
		diags.AddAttributeError(at.AtName(caSetting), "Invalid CA certificate", "It contains no readable certificate in PEM form (-----BEGIN CERTIFICATE-----).")
		return t, false
	}
	t.ClientCertPEM, t.ClientKeyPEM = text("client_cert_pem"), text("client_key_pem")
	if t.ClientCertPEM != "" || t.ClientKeyPEM != "" {
		if _, err := tls.X509KeyPair([]byte(t.ClientCertPEM), []byte(t.ClientKeyPEM)); err != nil {
			diags.AddAttributeError(at.AtName("client_cert_pem"), "Invalid client certificate", resourcekit.Sentence("client_cert_pem and client_key_pem are not a certificate and its key: "+err.Error()))
			return t, false
		}
	}
	if timeout := text("request_timeout"); timeout != "" {
		d, err := time.ParseDuration(timeout)
		if err != nil || d < time.Second || d > 30*time.Minute {
			diags.AddAttributeError(at.AtName("request_timeout"), "Invalid time limit", fmt.Sprintf("%q is not a duration from 1s to 30m.", timeout))
			return t, false
		}
		t.RequestTimeout = d
	}
	if insecure, _ := attributes["insecure_skip_verify"].(types.Bool); insecure.ValueBool() {
		t.InsecureSkipVerify = true
		diags.AddAttributeWarning(at.AtName("insecure_skip_verify"), "The certificate of "+s.title+" is not verified",
			"An attacker on the network can read and change all data between Terraform and "+s.title+", credentials included. For a private certificate, set ca_cert_pem or ca_cert_file instead.")
	}
	if retries, _ := attributes["max_retries"].(types.Int64); !retries.IsNull() {
		n := int(retries.ValueInt64())
		t.MaxRetries = &n
	}
	if perSecond, _ := attributes["max_requests_per_second"].(types.Float64); !perSecond.IsNull() {
		t.MaxRequestsPerSecond = perSecond.ValueFloat64()
	}
	if concurrent, _ := attributes["max_concurrent_requests"].(types.Int64); !concurrent.IsNull() {
		t.MaxConcurrentRequests = int(concurrent.ValueInt64())
	}
	if headers, _ := attributes["headers"].(types.Map); !headers.IsNull() {
		t.Headers = map[string]string{}
		for name, value := range headers.Elements() {
			header, _ := value.(types.String)
			t.Headers[name] = header.ValueString()
		}
	}
	return t, true
}

// unknownNames returns the names of the unknown settings of a system, sorted.
func unknownNames(system string, attributes map[string]attr.Value) []string {
	var names []string
	for name, value := range attributes {
		unknown := value.IsUnknown()
		if m, ok := value.(types.Map); ok {
			for _, element := range m.Elements() {
				unknown = unknown || element.IsUnknown()
			}
		}
		if unknown {
			names = append(names, system+"."+name)
		}
	}
	sort.Strings(names)
	return names
}

// logger writes the log lines of a client, which are already masked, to the log subsystem of its name.
func logger(name string) transport.Logger {
	return func(ctx context.Context, level transport.Level, msg string, fields map[string]any) {
		ctx = tflog.NewSubsystem(ctx, name)
		switch level {
		case transport.LevelTrace:
			tflog.SubsystemTrace(ctx, name, msg, fields)
		case transport.LevelDebug:
			tflog.SubsystemDebug(ctx, name, msg, fields)
		case transport.LevelInfo:
			tflog.SubsystemInfo(ctx, name, msg, fields)
		case transport.LevelWarn:
			tflog.SubsystemWarn(ctx, name, msg, fields)
		case transport.LevelError:
			tflog.SubsystemError(ctx, name, msg, fields)
		}
	}
}
