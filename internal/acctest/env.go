// Package acctest is the shared code of the acceptance tests. It has a WHMCS to test against, a provider
// connected to it, and checks with the steps of the runbooks. The WHMCS is the sandbox, or the real PHP companion on
// MariaDB.
package acctest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// namespace is the provider's in its registry address.
const namespace = "hosting-iac"

// NobodyListens is an address that refuses connections. A port that was in use a moment ago would not do: another test
// may get it.
const NobodyListens = "http://127.0.0.1:1"

func init() {
	// terraform-plugin-testing serves the provider under one address for the whole process. The examples use the real one.
	if err := os.Setenv("TF_ACC_PROVIDER_NAMESPACE", namespace); err != nil {
		panic(err) // cannot happen: the name is valid
	}
	for _, variable := range []string{"WHMCS_URL", "WHMCS_IDENTIFIER", "WHMCS_SECRET", "WHMCS_ACCESS_KEY", "DCIM_URL", "DCIM_KEY", "DCIM_SECRET", "DCIM_PROFILE", "SOLUSVM2_URL", "SOLUSVM2_TOKEN", "HOSTING_COALESCE", "HOSTING_FAST_PLAN"} {
		if err := os.Unsetenv(variable); err != nil {
			panic(err) // cannot happen: the name is valid
		}
	}
}

// ProviderFactory makes a provider that is not configured.
type ProviderFactory = func() (tfprotov6.ProviderServer, error)

// Factories serves the provider inside the test process.
func Factories() map[string]ProviderFactory {
	return map[string]ProviderFactory{
		"hosting": func() (tfprotov6.ProviderServer, error) { return NewServer("test") },
	}
}

// WHMCS is one WHMCS to test against, reached around the API where a person or another program would.
type WHMCS interface {
	// Name is "sandbox" or "php".
	Name() string
	URL() string
	Credential() sandbox.Credential
	ReadOnlyCredential() sandbox.Credential
	// Row is a table's row, by column, or nil.
	Row(t testing.TB, table, id string) map[string]string
	// Set changes one column, as a person would in the admin area.
	Set(t testing.TB, table, id, column, value string)
	// Prices are a product's prices by currency code and column.
	Prices(t testing.TB, productID string) map[string]map[string]string
	// SetPrice changes one price.
	SetPrice(t testing.TB, productID, currency, column, value string)
	// SetServerPassword stores another password, encrypted as WHMCS does.
	SetServerPassword(t testing.TB, id, password string)
	// ServerPassword is the stored password in the clear.
	ServerPassword(t testing.TB, id string) string
	// Delete removes an object with all its rows.
	Delete(t testing.TB, table, id string)
	// Insert adds a row as another program would, and returns its id.
	Insert(t testing.TB, table string, row map[string]string) string
	// AddService sells a product.
	AddService(t testing.TB, productID, serverID, status string) string
	// Choose has a service's customer choose a sub-option.
	Choose(t testing.TB, serviceID, optionID, subOptionID string) string
	// AddCustomField gives a product a drop-down field, as its module does.
	AddCustomField(t testing.TB, productID, name, options string) string
	// Enter stores what a service's customer entered in a custom field.
	Enter(t testing.TB, fieldID, serviceID, value string)
	// OptionPrices are what a sub-option adds, by currency code and column.
	OptionPrices(t testing.TB, subOptionID string) map[string]map[string]string
	// AddonSetting is what WHMCS stores of a setting of an addon module.
	AddonSetting(t testing.TB, module, setting string) (value string, there bool)
	// SetAddonSetting stores another value, as it is.
	SetAddonSetting(t testing.TB, module, setting, value string)
	// Encrypt makes of a text what WHMCS stores of a password.
	Encrypt(t testing.TB, text string) string
	// RemoveAddon takes away what WHMCS itself stores of an addon module, as its deactivation in the admin area does.
	RemoveAddon(t testing.TB, module string)
	// SetConfiguration changes one of WHMCS's own settings, a row of tblconfiguration.
	SetConfiguration(t testing.TB, setting, value string)
	// SetEngine converts a table to another storage engine.
	SetEngine(t testing.TB, table, engine string)
	// SetModule unpacks a module into WHMCS's folder, or removes it: servers/<name> or addons/<name>.
	SetModule(t testing.TB, module string, unpacked bool)
	// Count is the number of rows in a table.
	Count(t testing.TB, table string) int
	// Dump is every table's rows, sorted, without the companion's own tables and the activity log.
	Dump(t testing.TB) map[string][]string
	// Files are digests of the files of WHMCS, by path. A host without files has none.
	Files(t testing.TB) map[string]string
	// ReadFile is a file below WHMCS's folder that the test or the companion put there.
	ReadFile(t testing.TB, path string) (content string, there bool)
	// WriteFile puts a file below WHMCS's folder.
	WriteFile(t testing.TB, path, content string)
	// RemoveFile removes a file that WriteFile or the companion put there.
	RemoveFile(t testing.TB, path string)
	// LogText is all that the installation wrote into its activity log.
	LogText(t testing.TB) string
}

// LandingPageSettings are safety settings that allow the landing page, deletions, and panels on loopback without TLS.
// LandingPageLocal is the companion.local.php that says the same.
var (
	LandingPageSettings = sandbox.SafetySettings{AllowDelete: true, LandingPage: true, HTTPHosts: []string{"127.0.0.1"}}
	LandingPageLocal    = "<?php return ['allow_delete' => true, 'landing_page' => true, 'solusvm2' => ['http_hosts' => ['127.0.0.1']]];"
)

// Env is one test's surroundings: a WHMCS and a DCIM of its own.
type Env struct {
	WHMCS   WHMCS
	Sandbox *sandbox.Sandbox // has the DCIM, and the WHMCS if WHMCS.Name() is "sandbox"
	guards  string
	profile string // the provider's dcim.profile
	old     bool
}

// Old reports whether the WHMCS is the old installation of [OldPHP].
func (e *Env) Old() bool { return e.old }

// Options are the requirements of a test.
type Options struct {
	Sandbox sandbox.Options
	PHP     testhost.Options // what of Sandbox concerns WHMCS, for the other host
	Guards  string           // HCL of the provider's guards attribute
	// SandboxOnly says why a test cannot run against PHP, such as faults that only the sandbox can play.
	SandboxOnly string
	// PHPModes are the kinds of installation of the test host. If empty, only ModernPHP.
	PHPModes []PHPMode
	// DCIMProfile is the file of the wire profile that the DCIM serves. "" means the profile assumed.
	DCIMProfile string
}

// Full reports whether every test is to run in its longest form: `make test-full` does so. `make test` runs a part of
// the rows, hosts and boundaries of some tests, and never skips a test.
func Full() bool { return os.Getenv("HOSTING_TEST_FULL") != "" }

// Each runs the test against the sandbox, and in the full test run against PHP too. It calls t.Parallel, so that a test
// that calls it runs beside other tests.
func Each(t *testing.T, options Options, test func(t *testing.T, env *Env)) {
	t.Helper()
	each(t, options, Full(), test)
}

// EachHost runs the test against the sandbox and against PHP in every test run. The agreement of the two is what the
// test is about.
func EachHost(t *testing.T, options Options, test func(t *testing.T, env *Env)) {
	t.Helper()
	each(t, options, true, test)
}

func each(t *testing.T, options Options, withPHP bool, test func(t *testing.T, env *Env)) {
	t.Helper()
	t.Parallel()
	profile := "assumed"
	if options.DCIMProfile != "" {
		profile = options.DCIMProfile
		text, err := os.ReadFile(profile)
		require.NoError(t, err)
		options.Sandbox.DCIM.Profile = string(text)
	}
	t.Run("sandbox", func(t *testing.T) {
		t.Parallel()
		sb := NewSandbox(t, options.Sandbox)
		test(t, &Env{WHMCS: sandboxWHMCS{sb}, Sandbox: sb, guards: options.Guards, profile: profile})
	})
	if options.SandboxOnly != "" || !withPHP {
		return
	}
	if len(options.PHPModes) == 0 {
		options.PHPModes = []PHPMode{ModernPHP}
	}
	for _, mode := range options.PHPModes {
		if mode.old && !Full() && !isSampled(t.Name()) {
			continue
		}
		t.Run(mode.name, func(t *testing.T) {
			t.Parallel()
			whmcs := newPHP(t, mode, options.PHP)
			test(t, &Env{WHMCS: whmcs, Sandbox: NewSandbox(t, options.Sandbox), guards: options.Guards, profile: profile, old: mode.old})
		})
	}
}

// isSampled reports whether the short test run also runs a test on the old installation. It runs every third row of a
// table there, and every test without a table.
func isSampled(name string) bool {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	return !strings.Contains(name, "/") || hash.Sum32()%3 == 0
}

// WithSandbox is these surroundings with another sandbox's DCIM.
func (e *Env) WithSandbox(sb *sandbox.Sandbox) *Env {
	other := *e
	other.Sandbox = sb
	return &other
}

// EachProfile runs the test on DCIMs that speak unlike wire profiles: assumed, and the examples.
func EachProfile(t *testing.T, options Options, test func(t *testing.T, env *Env)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(moduleRoot(t), "examples", "dcim-profiles", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range append([]string{""}, files...) {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if file == "" {
			name = "assumed"
		}
		t.Run("profile="+name, func(t *testing.T) {
			own := options
			own.DCIMProfile = file
			Each(t, own, test)
		})
	}
}

// ProfileText is the JSON of the wire profile that the DCIM speaks.
func (e *Env) ProfileText(t testing.TB) string {
	t.Helper()
	path := e.profile
	if path == "assumed" {
		path = filepath.Join(moduleRoot(t), "internal", "client", "dcim", "profiles", "assumed.json")
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// AssignMost is the most servers that one assignment of the DCIM's wire profile carries.
func (e *Env) AssignMost(t testing.TB) int {
	t.Helper()
	var profile struct {
		Operations map[string]struct {
			Max int `json:"max"`
		} `json:"operations"`
	}
	require.NoError(t, json.Unmarshal([]byte(e.ProfileText(t)), &profile))
	most := profile.Operations["servers.assign_package"].Max
	require.Positive(t, most)
	return most
}

// moduleRoot is the folder of go.mod.
func moduleRoot(t testing.TB) string {
	t.Helper()
	root, err := os.Getwd()
	require.NoError(t, err)
	for !exists(filepath.Join(root, "go.mod")) {
		require.NotEqual(t, root, filepath.Dir(root), "the tests run outside of the module")
		root = filepath.Dir(root)
	}
	return root
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// NewSandbox starts a sandbox that ends with the test.
func NewSandbox(t testing.TB, options sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	sb := sandbox.New(options)
	require.NoError(t, sb.Start())
	t.Cleanup(func() { require.NoError(t, sb.Close()) })
	return sb
}

// Config is a configuration with the provider block in front of it.
func (e *Env) Config(hcl ...string) string {
	credential := e.WHMCS.Credential()
	return e.config(credential, hcl...)
}

// ReadOnlyConfig is Config with a credential whose API role lacks TerraformWrite.
func (e *Env) ReadOnlyConfig(hcl ...string) string {
	return e.config(e.WHMCS.ReadOnlyCredential(), hcl...)
}

func (e *Env) config(credential sandbox.Credential, hcl ...string) string {
	key, secret := e.Sandbox.DCIM.AdminKey()
	guards := ""
	if e.guards != "" {
		guards = "guards " + e.guards
	}
	return RequiredProviders + fmt.Sprintf(`
provider "hosting" {
  whmcs {
    url         = %q
    identifier  = %q
    secret      = %q
    max_retries = 2
  }
  dcim {
    url         = %q
    key         = %q
    secret      = %q
    profile     = %q
    max_retries = 2
  }
  solusvm2 {
    url         = %q
    token       = %q
    max_retries = 2
  }
  %s
}
`, e.WHMCS.URL(), credential.Identifier, credential.Secret, e.Sandbox.DCIM.URL(), key, secret, e.profile, e.Sandbox.SolusVM2.URL(), e.Sandbox.SolusVM2.AdminToken(), guards) + strings.Join(hcl, "\n")
}

// RequiredProviders states the provider's address.
const RequiredProviders = `
terraform {
  required_providers {
    hosting = { source = "` + namespace + `/hosting" }
  }
}
`
