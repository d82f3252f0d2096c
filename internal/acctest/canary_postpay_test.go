package acctest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const canaryPostPayConfiguration = acctest.RequiredProviders + `
variable "panel" { type = string }
variable "api_key" {
  type      = string
  sensitive = true
}
variable "days" { type = number }

# url, identifier, secret and token from the environment
provider "hosting" {
  whmcs { max_retries = 0 }
  solusvm2 { max_retries = 0 }
}

resource "hosting_whmcs_addon_module" "solusvm2" {
  module          = "solusvm2"
  on_destroy      = "deactivate"
  allow_data_loss = true
}

resource "hosting_solusvm2_api_token" "whmcs" { name = "WHMCS" }

resource "hosting_solusvm2_billing_settings" "this" {
  api_connection     = { url = var.panel, api_key = var.api_key }
  post_pay {
    enabled           = true
    lock_overdue_days = var.days
  }
  token_prices       = { USD = "1", EUR = "1", INR = "1" }
  reconnect_triggers = { days = var.days }
  depends_on         = [hosting_whmcs_addon_module.solusvm2]
}

data "hosting_solusvm2_billing_settings" "now" { depends_on = [hosting_solusvm2_billing_settings.this] }
data "hosting_solusvm2_billing_integration" "now" { depends_on = [hosting_solusvm2_billing_settings.this] }
`

// TestCanary_postPay searches all output at the highest log level for the secrets of post-pay billing. It runs plan,
// apply, failures that repeat the secrets, drift and destroy. The secrets are the API key (ordinary and write-only),
// the addon's own token, and the panel's mail password, which is beside the billing integration.
func TestCanary_postPay(t *testing.T) {
	needsTerraform(t)
	t.Parallel()
	sb := acctest.NewSandbox(t, sandbox.Options{})
	var mail string
	sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
		for _, name := range []string{"api_key", "api_key_wo"} {
			s.Tokens = append(s.Tokens, sandbox.PanelToken{ID: name, Name: name, UserID: 1, Secret: canaries[name]})
		}
		mail, _ = s.Settings["mail"].(map[string]any)["password"].(string)
	})
	require.NotEmpty(t, mail)
	credential := sb.WHMCS.Credential()
	tf := newCLI(t, canaryPostPayConfiguration,
		"WHMCS_URL="+sb.WHMCS.URL(), "WHMCS_IDENTIFIER="+credential.Identifier, "WHMCS_SECRET="+credential.Secret, "SOLUSVM2_URL="+sb.SolusVM2.URL(), "SOLUSVM2_TOKEN="+sb.SolusVM2.AdminToken())
	apply := func(code int, days string) {
		t.Helper()
		tf.set(t, "days", days)
		tf.run(t, code, "apply", "-no-color", "-auto-approve")
	}
	tf.set(t, "panel", sb.SolusVM2.URL())
	tf.set(t, "api_key", canaries["api_key"])
	tf.set(t, "days", "1")
	tf.run(t, 0, "plan", "-no-color", "-out=first.plan")
	tf.run(t, 0, "show", "-no-color", "first.plan")
	tf.run(t, 0, "apply", "-no-color", "first.plan")
	var token string
	sb.SolusVM2.View(func(s *sandbox.SolusVM2State) {
		integration := s.Settings["billing_integration"].(map[string]any)
		token, _ = integration["drivers"].(map[string]any)["whmcs"].(map[string]any)["token"].(string)
	})
	require.Len(t, token, 32, "the addon's own token is in the panel")

	// Systems that repeat the request in their failures.
	encoded, err := json.Marshal(map[string]any{"result": "error", "message": "Refused: " + quote("api_key")})
	require.NoError(t, err)
	for _, fault := range []sandbox.Fault{
		{System: "whmcs", Op: "connect", Body: string(encoded), Times: -1},
		{System: "whmcs", Op: "connect", Body: "<html><title>" + quote("api_key") + "</title></html>", Times: -1},
		{System: "whmcs", Op: "connect", Status: 502, Body: quote("api_key"), Times: -1},
		{System: "solusvm2", Path: "settings$", Method: "GET", Status: 403, Body: `{"message":"Forbidden for ` + quote("api_key") + `"}`, Times: -1},
	} {
		restore := sb.AddFault(fault)
		apply(1, "2")
		restore()
		apply(0, "1")
	}
	tf.set(t, "api_key", "canary/unknown-api-key-20")
	apply(1, "3")
	tf.set(t, "api_key", canaries["api_key"])

	// Drift on both sides, its repair.
	sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
		s.Settings["billing_integration"].(map[string]any)["type"] = "other"
	})
	apply(0, "1")
	if tf.knowsWriteOnly(t) {
		path := filepath.Join(tf.folder, "main.tf")
		require.NoError(t, os.WriteFile(path, []byte(strings.Replace(canaryPostPayConfiguration, "api_key = var.api_key }", "api_key_wo = var.api_key, api_key_wo_version = 1 }", 1)), 0o600))
		tf.set(t, "api_key", canaries["api_key_wo"])
		tf.set(t, "days", "4")
		tf.run(t, 0, "plan", "-no-color", "-out=second.plan")
		tf.run(t, 0, "show", "-no-color", "second.plan")
		raw := tf.run(t, 0, "show", "-json", "second.plan")
		tf.output.Truncate(tf.output.Len() - len(raw)) // it holds the variables
		var planned map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(raw), &planned))
		for _, part := range []string{"planned_values", "resource_changes"} {
			require.Contains(t, planned, part)
			noneOf(t, part+" of the plan file", string(planned[part]), "api_key_wo")
		}
		tf.run(t, 0, "apply", "-no-color", "second.plan")
		encoded, err := json.Marshal(map[string]any{"result": "error", "message": "Refused: " + quote("api_key_wo")})
		require.NoError(t, err)
		restore := sb.AddFault(sandbox.Fault{System: "whmcs", Op: "connect", Body: string(encoded), Times: -1})
		apply(1, "5")
		restore()
		apply(0, "6")
	}
	state, err := os.ReadFile(filepath.Join(tf.folder, "terraform.tfstate"))
	require.NoError(t, err)
	noneOf(t, "the state", string(state), "api_key_wo")
	forbid(t, "the state", string(state), "the addon's token", token)
	forbid(t, "the state", string(state), "the panel's mail password", mail)
	tf.run(t, 0, "destroy", "-no-color", "-auto-approve")

	require.NotContains(t, tf.output.String(), "panic:")
	require.Greater(t, tf.output.Len(), 1<<20, "the log is not the talkative one")
	var activity string
	sb.WHMCS.View(func(s *sandbox.State) { activity = strings.Join(s.Activity, "\n") })
	places := map[string]string{"the output": tf.output.String(), "WHMCS's activity log": activity}
	for path, content := range files(t, tf.folder) {
		places[path] = content
	}
	for where, text := range places {
		search(t, where, text, "canary/unknown-api-key-20")
		forbid(t, where, text, "the addon's token", token)
		forbid(t, where, text, "the panel's mail password", mail)
	}
}
