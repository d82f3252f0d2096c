package acctest_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// canaries are distinct secrets, one for each field that holds one, with characters that every encoding writes in
// another way.
var canaries = map[string]string{
	"WHMCS_IDENTIFIER": "canary/identifier+&=\"<é>-01",
	"WHMCS_SECRET":     "canary/whmcs-secret+&=\"<é>-02",
	"WHMCS_ACCESS_KEY": "canary/access-key+&=\"<é>-03",
	"WHMCS_HEADER":     "canary/whmcs-header+&=\"<>-04",
	"DCIM_KEY":         "ca4a41e5ca4a41e5ca4a41e5ca4a41e5ca4a41e5ca4a41e5ca4a41e500000005",
	"DCIM_SECRET":      "ca4a41e5ca4a41e5ca4a41e5ca4a41e5ca4a41e5ca4a41e5ca4a41e500000006",
	"DCIM_HEADER":      "canary/dcim-header+&=\"<>-07",
	"password":         "canary/password+&=\"<é>-08",
	"password_2":       "canary/second-password+&=\"<é>-09",
	"access_hash":      "canary/access-hash+&=\"<é>-10",
	"password_wo":      "canary/password-wo+&=\"<é>-11",
	"password_wo_2":    "canary/second-password-wo+&=\"<é>-12",
	"access_hash_wo":   "canary/access-hash-wo+&=\"<é>-13",
	"SOLUSVM2_TOKEN":   "canary/solusvm2-token+&=\"<é>-14",
	"addon":            "canary/addon-setting+&=\"<é>-15",
	"addon_wo":         "canary/addon-setting-wo+&=\"<é>-16",
	"addon_wo_2":       "canary/second-addon-setting-wo+&=\"<é>-17",
	"option":           "canary/module-option+=-20",
	"option_wo":        "canary/module-option-wo+=-21",
	"option_wo_2":      "canary/second-module-option-wo+=-22",
	"api_key":          "canary/solusvm2-api-key+&=-18",
	"api_key_wo":       "canary/solusvm2-api-key-wo+&=-19",
	"client_key":       clientPair.keyLine,
	// Data of a customer.
	"client_name":   "Canary-Customer-23",
	"client_email":  "canary-24@customer.example",
	"client_amount": "918273.64", // too few pay it to be part of a sum
	"client_domain": "canary-25.customer.example",
	"client_addon":  "canary-addon-of-a-customer-26",
}

// planted maps each sensitive attribute that a configuration sets to its canary. TestCanary_everySecret compares it
// with the schemas.
var planted = map[string]string{
	"whmcs.identifier": "WHMCS_IDENTIFIER", "whmcs.secret": "WHMCS_SECRET", "whmcs.access_key": "WHMCS_ACCESS_KEY", "whmcs.headers": "WHMCS_HEADER",
	"whmcs.client_key_pem": "client_key", "dcim.client_key_pem": "client_key", "solusvm2.client_key_pem": "client_key",
	"dcim.key": "DCIM_KEY", "dcim.secret": "DCIM_SECRET", "dcim.headers": "DCIM_HEADER",
	"solusvm2.token": "SOLUSVM2_TOKEN", "solusvm2.headers": "WHMCS_HEADER",
	"hosting_whmcs_server.password": "password", "hosting_whmcs_server.password_wo": "password_wo",
	"hosting_whmcs_server.access_hash": "access_hash", "hosting_whmcs_server.access_hash_wo": "access_hash_wo",
	"hosting_solusvm2_billing_settings.api_connection.api_key": "api_key", "hosting_solusvm2_billing_settings.api_connection.api_key_wo": "api_key_wo",
	"hosting_whmcs_addon_module.sensitive_settings": "addon", "hosting_whmcs_addon_module.sensitive_settings_wo": "addon_wo",
	"hosting_whmcs_product.sensitive_module_options": "option", "hosting_whmcs_product.sensitive_module_options_wo": "option_wo",
}

// pair is a client certificate made for this run, and a line of its key that stands nowhere else.
type pair struct{ cert, key, keyLine string }

var clientPair = newPair()

func newPair() pair {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		panic(err)
	}
	encoded, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		panic(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded}))
	return pair{
		cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})), key: key, keyLine: strings.Split(key, "\n")[1],
	}
}

// TestCanary_everySecret: no attribute that is sensitive is without its canary.
func TestCanary_everySecret(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t, "test")
	found := map[string]bool{}
	for name := range acctest.Sensitive(p.Provider()) {
		found[name] = true
	}
	for typeName, schema := range p.Resources() {
		for name, computed := range acctest.Sensitive(schema) {
			if !computed { // a system generates it, so it cannot be planted, but TestCanary searches for it
				found[typeName+"."+name] = true
			}
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(planted)), slices.Collect(maps.Keys(found)))
	for attribute, canary := range planted {
		require.Contains(t, canaries, canary, attribute)
	}
}

// customer are the canaries in the data of a customer. neverStored adds those of write-only attributes. They may not be
// in state or plan files either.
var (
	customer    = []string{"client_name", "client_email", "client_amount", "client_domain", "client_addon"}
	neverStored = append([]string{
		"password_wo", "password_wo_2", "access_hash_wo", "addon_wo", "addon_wo_2", "option_wo", "option_wo_2",
	}, customer...)
)

const canaryConfiguration = acctest.RequiredProviders + `
variable "whmcs" {
  type      = object({ url = string, identifier = string, secret = string, access_key = string, header = string })
  sensitive = true
}
variable "dcim_header" {
  type      = string
  sensitive = true
}
variable "secrets" {
  type      = object({ password = string, access_hash = string, password_wo = string, access_hash_wo = string, addon = string, addon_wo = string, option = string, option_wo = string, version = number })
  sensitive = true
}
variable "client" {
  type      = object({ cert = string, key = string })
  sensitive = true
}
variable "noc" { type = string }
variable "test_connection" {
  type    = bool
  default = false
}

provider "hosting" {
  whmcs {
    url         = var.whmcs.url
    identifier  = var.whmcs.identifier
    secret      = var.whmcs.secret
    access_key  = var.whmcs.access_key
    headers     = { X-Gateway = var.whmcs.header }
    max_retries = 0

    client_cert_pem = var.client.cert
    client_key_pem  = var.client.key
  }
  # url, key, secret and profile from the environment
  dcim {
    headers         = { X-Gateway = var.dcim_header }
    client_cert_pem = var.client.cert
    client_key_pem  = var.client.key
    max_retries     = 0
  }
  # token from the environment
  solusvm2 {
    url             = "https://panel.example.com"
    headers         = { X-Gateway = var.whmcs.header }
    client_cert_pem = var.client.cert
    client_key_pem  = var.client.key
  }
}

resource "hosting_dcim_api_key" "whmcs" { label = "WHMCS ${var.noc}" }

resource "hosting_whmcs_server" "dcim" {
  name     = "DCIM"
  module   = "toplink_dcim"
  username = hosting_dcim_api_key.whmcs.key
  password = hosting_dcim_api_key.whmcs.secret
}

resource "hosting_whmcs_server" "plain" {
  name            = "Plain"
  module          = "toplink_dcim"
  noc             = var.noc
  ip_address      = "127.0.0.1"
  port            = 1
  password        = var.secrets.password
  access_hash     = var.secrets.access_hash
  test_connection = var.test_connection
}

# Each change of noc changes the price, so that plans count the services of the product.
resource "hosting_whmcs_product" "sold" {
  product_group_id = "1"
  name             = "Sold"
  pay_type         = "recurring"
  prices           = { USD = { monthly = "${80 + length(var.noc)}.00" } }
}

resource "hosting_whmcs_product_addon" "sold" {
  name        = "IP address"
  pay_type    = "recurring"
  product_ids = [hosting_whmcs_product.sold.id]
  prices      = { USD = { monthly = "${length(var.noc)}.00" } }
}

data "hosting_whmcs_servers" "all" {}
data "hosting_dcim_api_keys" "all" {}
data "hosting_whmcs_product_addons" "all" {}
data "hosting_whmcs_product_usage" "all" {}

output "usage" { value = data.hosting_whmcs_product_usage.all.products }
`

const canaryWriteOnlyConfiguration = `
resource "hosting_whmcs_server" "write_only" {
  name                   = "Write only"
  module                 = "samplevps"
  noc                    = var.noc
  password_wo            = var.secrets.password_wo
  password_wo_version    = var.secrets.version
  access_hash_wo         = var.secrets.access_hash_wo
  access_hash_wo_version = var.secrets.version
  depends_on             = [hosting_whmcs_server.plain]
}

resource "hosting_whmcs_addon_module" "write_only" {
  module                        = "sampleaddon"
  sensitive_settings            = { endpoint = var.secrets.addon }
  sensitive_settings_wo         = { apikey = var.secrets.addon_wo }
  sensitive_settings_wo_version = var.secrets.version
  on_destroy                    = "deactivate"
  allow_data_loss               = true
}

resource "hosting_whmcs_product" "write_only" {
  product_group_id                    = "1"
  name                                = "Write only"
  pay_type                            = "free"
  module                              = "samplevps"
  module_options                      = { Plan = "small" }
  sensitive_module_options            = { Disk = var.secrets.option }
  sensitive_module_options_wo         = { Token = var.secrets.option_wo }
  sensitive_module_options_wo_version = var.secrets.version
}
`

// cli runs the real provider binary under the real Terraform with the most talkative log there is, and keeps every
// word.
type cli struct {
	binary, provider, folder string
	environment              []string
	output                   bytes.Buffer
}

// run runs a command that must end with the given exit code, and returns what it printed besides the log.
func (tf *cli) run(t *testing.T, code int, arguments ...string) string {
	t.Helper()
	fmt.Fprintf(&tf.output, "\n### terraform %s\n", strings.Join(arguments, " "))
	command := exec.CommandContext(t.Context(), tf.binary, arguments...)
	command.Dir, command.Env = tf.folder, tf.environment
	var stdout bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &tf.output
	_ = command.Run()
	tf.output.Write(stdout.Bytes())
	require.Equal(t, code, command.ProcessState.ExitCode(), "terraform %s\n%s", strings.Join(arguments, " "), tail(tf.output.String()))
	return stdout.String()
}

func tail(text string) string { return text[max(0, len(text)-8000):] }

// set gives a variable.
func (tf *cli) set(t *testing.T, name string, value any) {
	t.Helper()
	encoded, err := json.Marshal(value)
	require.NoError(t, err)
	if text, isText := value.(string); isText {
		encoded = []byte(text)
	}
	tf.environment = append(tf.environment, "TF_VAR_"+name+"="+string(encoded))
}

func needsTerraform(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" || os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		t.Skip("acceptance tests run with TF_ACC=1 and TF_ACC_TERRAFORM_PATH")
	}
}

// newCLI builds the provider and configures Terraform to use it.
func newCLI(t *testing.T, configuration string, environment ...string) *cli {
	t.Helper()
	folder, home := t.TempDir(), t.TempDir()
	root, err := terraformcli.Root()
	require.NoError(t, err)
	require.NoError(t, terraformcli.Build(t.Context(), root, t.TempDir(), filepath.Join(home, "terraform-provider-hosting"), "."))
	config := fmt.Sprintf("provider_installation {\n  dev_overrides { \"hosting-iac/hosting\" = %q }\n  direct {}\n}\n", home)
	require.NoError(t, os.WriteFile(filepath.Join(home, "cli.tfrc"), []byte(config), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600))
	return &cli{
		binary: os.Getenv("TF_ACC_TERRAFORM_PATH"), provider: filepath.Join(home, "terraform-provider-hosting"), folder: folder,
		environment: append([]string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TF_CLI_CONFIG_FILE=" + filepath.Join(home, "cli.tfrc"),
			"TF_LOG=TRACE", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
		}, environment...),
	}
}

// knowsWriteOnly reports whether this Terraform or OpenTofu is 1.11 or later.
func (tf *cli) knowsWriteOnly(t *testing.T) bool {
	t.Helper()
	var version struct {
		Text string `json:"terraform_version"`
	}
	require.NoError(t, json.Unmarshal([]byte(tf.run(t, 0, "version", "-json")), &version))
	var major, minor int
	_, err := fmt.Sscanf(version.Text, "%d.%d", &major, &minor)
	require.NoError(t, err)
	return major > 1 || minor >= 11
}

// TestCanary plants a secret in every sensitive field. It runs plan, apply, failures, drift and destroy at the highest
// log level, and searches all output for the secrets.
func TestCanary(t *testing.T) {
	needsTerraform(t)
	t.Parallel()
	sb := acctest.NewSandbox(t, sandbox.Options{
		Credential: sandbox.Credential{Identifier: canaries["WHMCS_IDENTIFIER"], Secret: canaries["WHMCS_SECRET"]},
		AccessKey:  canaries["WHMCS_ACCESS_KEY"],
		AllowedIPs: []string{"192.0.2.1"}, // so that nothing works without the access key
		DCIM:       sandbox.DCIMOptions{Key: canaries["DCIM_KEY"], Secret: canaries["DCIM_SECRET"]},
	})
	tf := newCLI(t, canaryConfiguration,
		"DCIM_URL="+sb.DCIM.URL(), "DCIM_KEY="+canaries["DCIM_KEY"], "DCIM_SECRET="+canaries["DCIM_SECRET"], "DCIM_PROFILE=assumed",
		"SOLUSVM2_TOKEN="+canaries["SOLUSVM2_TOKEN"])
	withWriteOnly := tf.knowsWriteOnly(t)
	if withWriteOnly {
		require.NoError(t, os.WriteFile(filepath.Join(tf.folder, "write_only.tf"), []byte(canaryWriteOnlyConfiguration), 0o600))
	}
	tf.set(t, "whmcs", map[string]string{
		"url": sb.WHMCS.URL(), "identifier": canaries["WHMCS_IDENTIFIER"], "secret": canaries["WHMCS_SECRET"],
		"access_key": canaries["WHMCS_ACCESS_KEY"], "header": canaries["WHMCS_HEADER"],
	})
	tf.set(t, "dcim_header", canaries["DCIM_HEADER"])
	tf.set(t, "client", map[string]string{"cert": clientPair.cert, "key": clientPair.key})
	secrets := func(password, passwordWO string, version int) map[string]any {
		return map[string]any{
			"password": canaries[password], "access_hash": canaries["access_hash"],
			"password_wo": canaries[passwordWO], "access_hash_wo": canaries["access_hash_wo"], "version": version,
			"addon": canaries["addon"], "addon_wo": canaries[strings.Replace(passwordWO, "password", "addon", 1)],
			"option": canaries["option"], "option_wo": canaries[strings.Replace(passwordWO, "password", "option", 1)],
		}
	}
	tf.set(t, "secrets", secrets("password", "password_wo", 1))
	tf.set(t, "noc", "first")

	// The first apply.
	tf.run(t, 0, "plan", "-no-color", "-out=first.plan")
	tf.run(t, 0, "show", "-no-color", "first.plan")
	raw := tf.run(t, 0, "show", "-json", "first.plan")
	tf.output.Truncate(tf.output.Len() - len(raw)) // a plan in JSON holds sensitive values, as the state does, and the variables
	var planned map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(raw), &planned))
	for _, part := range []string{"planned_values", "resource_changes"} {
		require.Contains(t, planned, part)
		noneOf(t, part+" of the plan file", string(planned[part]), neverStored...)
	}
	tf.run(t, 0, "apply", "-no-color", "first.plan")
	keys := sb.DCIM.APIKeys()
	require.Len(t, keys, 2)
	made := keys[1].Secret
	tf.run(t, 0, "state", "show", "-no-color", "hosting_whmcs_server.plain")
	sb.WHMCS.SetSafetySettings(sandbox.SafetySettings{AllowDelete: true, Revenue: true})
	sb.WHMCS.Mutate(sellToCanary)
	tf.set(t, "noc", "a first price")
	tf.run(t, 0, "plan", "-no-color", "-out=price.plan")
	priced := tf.run(t, 0, "show", "-json", "price.plan")
	tf.output.Truncate(tf.output.Len() - len(priced))
	noneOf(t, "the plan of a price", priced, customer...)

	// Rotation.
	tf.set(t, "secrets", secrets("password_2", "password_wo_2", 2))
	tf.run(t, 0, "apply", "-no-color", "-auto-approve")

	// A connection test that fails, and systems that repeat the requests of the run in their failures.
	tf.set(t, "test_connection", true)
	tf.set(t, "noc", "second")
	tf.run(t, 1, "apply", "-no-color", "-auto-approve")
	tf.set(t, "test_connection", false)
	whmcsEcho := quote("WHMCS_IDENTIFIER", "WHMCS_SECRET", "WHMCS_ACCESS_KEY", "WHMCS_HEADER")
	plainEcho := whmcsEcho + quote("password")
	writeOnlyEcho := plainEcho + quote("password_wo", "access_hash_wo")
	dcimEcho := quote("DCIM_KEY", "DCIM_SECRET", "DCIM_HEADER")
	body := func(shape map[string]any) string {
		encoded, err := json.Marshal(shape)
		require.NoError(t, err)
		return string(encoded)
	}
	for _, fault := range []sandbox.Fault{
		{System: "whmcs", Op: "validate", Body: body(map[string]any{"result": "error", "message": "Refused: " + whmcsEcho})},
		{System: "whmcs", Op: "update", Kind: "server", Body: body(map[string]any{"result": "error", "message": "Refused: " + plainEcho})},
		{System: "whmcs", Op: "update", Kind: "server", Body: body(map[string]any{"result": "error", "message": "Refused: " + writeOnlyEcho}), Nth: 2},
		{System: "whmcs", Op: "update", Kind: "server", Body: "<html><title>" + quote("WHMCS_SECRET") + "</title>" + plainEcho + "</html>", Times: -1},
		{System: "whmcs", Op: "update", Kind: "server", Status: http.StatusBadGateway, Body: plainEcho},
		{System: "dcim", Op: "update", Status: http.StatusUnprocessableEntity, Body: body(map[string]any{"message": dcimEcho, "errors": map[string]any{"label": []string{dcimEcho}}})},
		{System: "dcim", Status: http.StatusUnauthorized, Body: body(map[string]any{"message": dcimEcho}), Times: -1},
		{System: "dcim", Status: http.StatusServiceUnavailable, Body: dcimEcho, Times: -1},
	} {
		if fault.Nth == 2 && !withWriteOnly {
			continue // that server is not there
		}
		restore := sb.AddFault(fault)
		// Everything goes back and forth, so that each apply has it to send.
		tf.set(t, "secrets", secrets("password", "password_wo", 3))
		tf.set(t, "noc", "third")
		tf.run(t, 1, "apply", "-no-color", "-auto-approve")
		restore()
		tf.set(t, "secrets", secrets("password_2", "password_wo_2", 4))
		tf.set(t, "noc", "second")
		tf.run(t, 0, "apply", "-no-color", "-auto-approve")
	}
	sb.WHMCS.OnHook(sandbox.FailingHook("ServerEdit", "could not log in with "+canaries["password"]))
	tf.set(t, "secrets", secrets("password", "password_wo", 5))
	tf.run(t, 0, "apply", "-no-color", "-auto-approve")
	sb.WHMCS.OnHook(nil)

	// Drift of a secret, its repair, and the end.
	sb.WHMCS.SetServerPassword("2", "set by hand")
	tf.run(t, 0, "plan", "-no-color", "-refresh-only")
	tf.run(t, 0, "apply", "-no-color", "-auto-approve")
	state, err := os.ReadFile(filepath.Join(tf.folder, "terraform.tfstate"))
	require.NoError(t, err)
	noneOf(t, "the state", string(state), neverStored...)
	require.Contains(t, tf.output.String(), "1 service keeps its amount", "no plan had the warning about services")
	require.Contains(t, string(state), "services_by_status")
	sb.WHMCS.Mutate(func(s *sandbox.State) {
		clear(s.Table("tblhosting").Rows)
		clear(s.Table("tblhostingaddons").Rows)
	})
	tf.run(t, 0, "destroy", "-no-color", "-auto-approve")

	require.NotContains(t, tf.output.String(), "panic:")
	require.Greater(t, tf.output.Len(), 1<<20, "the log is not the talkative one")
	search(t, "the output", tf.output.String(), made)
	for path, content := range files(t, tf.folder) {
		search(t, path, content, made)
	}
	var activity string
	sb.WHMCS.View(func(s *sandbox.State) { activity = strings.Join(s.Activity, "\n") })
	require.NotEmpty(t, activity)
	search(t, "WHMCS's activity log", activity, made)
}

// sellToCanary sells the product and its addon to a customer.
func sellToCanary(s *sandbox.State) {
	product, addon := rowNamed(s, "tblproducts", "Sold"), rowNamed(s, "tbladdons", "IP address")
	client := s.Insert("tblclients", sandbox.Row{
		"firstname": canaries["client_name"], "lastname": canaries["client_name"], "companyname": canaries["client_name"],
		"email": canaries["client_email"], "currency": "1",
	})
	service := s.AddService(product, "0", "Active")
	for column, value := range map[string]string{
		"userid": client, "amount": canaries["client_amount"], "firstpaymentamount": canaries["client_amount"],
		"domain": canaries["client_domain"],
	} {
		s.Set("tblhosting", service, column, value)
	}
	s.Insert("tblhostingaddons", sandbox.Row{
		"hostingid": service, "addonid": addon, "userid": client, "name": canaries["client_addon"], "status": "Active",
		"billingcycle": "Monthly", "recurring": canaries["client_amount"], "setupfee": canaries["client_amount"],
	})
}

// rowNamed is the id of the row with a name.
func rowNamed(s *sandbox.State, table, name string) string {
	for id, row := range s.Table(table).Rows {
		if row["name"] == name {
			return strconv.FormatInt(id, 10)
		}
	}
	return ""
}

// quote are secrets as a system repeats them in a failure.
func quote(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(canaries[name] + " ")
	}
	return b.String()
}

// files are what Terraform left in its folder, without those that hold secrets by their nature: state, backups of it,
// and plans.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.Contains(entry.Name(), ".tfstate") || strings.HasSuffix(entry.Name(), ".plan") {
			return err
		}
		content, err := os.ReadFile(path)
		found[path] = string(content)
		return err
	}))
	return found
}

func noneOf(t *testing.T, where, text string, names ...string) {
	t.Helper()
	for _, name := range names {
		forbid(t, where, text, name, canaries[name])
	}
}

func search(t *testing.T, where, text, made string) {
	t.Helper()
	forbid(t, where, text, "the secret of the new API key", made)
	for name, canary := range canaries {
		forbid(t, where, text, name, canary)
	}
}

// forbid fails when a text holds a secret in any form.
func forbid(t *testing.T, where, text, name, secret string) {
	t.Helper()
	for _, form := range forms(t, secret) {
		if at := strings.Index(text, form); at >= 0 {
			t.Errorf("%s holds %s:\n…%s…", where, name, text[max(0, at-300):min(len(text), at+300)])
			return
		}
	}
}

// forms are the encodings of a secret: plain, URL, JSON, HTML and base64. The base64 may be part of a longer text.
func forms(t *testing.T, secret string) []string {
	t.Helper()
	encoded, err := json.Marshal(secret)
	require.NoError(t, err)
	var unescaped bytes.Buffer
	encoder := json.NewEncoder(&unescaped)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(secret))
	plain := []string{
		secret, strings.Trim(string(encoded), `"`), strings.Trim(strings.TrimSpace(unescaped.String()), `"`), fmt.Sprintf("%x", secret),
		strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(secret),
	}
	all := []string{url.QueryEscape(secret), url.PathEscape(secret)}
	for _, form := range plain {
		all = append(all, form)
		for shift := range 3 {
			padded := append(make([]byte, shift), form...)
			for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				text := encoding.EncodeToString(padded)
				// The ends depend on the neighbours.
				inner := text[(shift*8+5)/6:]
				if len(padded)%3 != 0 {
					inner = inner[:len(inner)-1]
				}
				all = append(all, inner)
			}
		}
	}
	return all
}
