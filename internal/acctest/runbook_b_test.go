package acctest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// The second manual, SolusVM 2 to WHMCS with post-pay billing, step by step. Each configuration contains the steps
// before it.

const (
	billingAddress = "hosting_solusvm2_billing_settings.post_pay"

	stepB3 = `
resource "hosting_whmcs_addon_module" "solusvm2" {
  module           = "solusvm2"
  admin_role_names = ["Full Administrator", "Support & Abuse"]
}
`
	// stepB4Key makes the key with which WHMCS calls the panel.
	stepB4Key = `
resource "hosting_solusvm2_api_token" "whmcs" { name = "WHMCS" }
`
	keyOfB4 = "hosting_solusvm2_api_token.whmcs.token"
	// wholePostPay are the rules of B6 and B8 to B12, wholePrices those of B13.
	wholePostPay = `post_pay {
  enabled = true
  new_user_limit_group_id = "2"
  terms_url = "https://example.com/terms"
  invoice_grace_days = 7
  lock_overdue_days = 3
  suspend_overdue_days = 10
}`
	wholePrices = `token_prices = { USD = "0.0125", EUR = "0.0115", INR = "1.0400" }`
)

// billing are the settings of the addon, which is active.
func billing(attributes ...string) string {
	return stepB3 + "\nresource \"hosting_solusvm2_billing_settings\" \"post_pay\" {\n  " + strings.Join(attributes, "\n  ") + "\n  depends_on = [hosting_whmcs_addon_module.solusvm2]\n}\n"
}

// connected are the settings with the connection of B4.
func connected(env *acctest.Env, attributes ...string) string {
	return stepB4Key + billing(append([]string{fmt.Sprintf("api_connection = { url = %q, api_key = %s }", env.Sandbox.SolusVM2.URL(), keyOfB4)}, attributes...)...)
}

// keeps checks what WHMCS stores of the addon's settings.
func keeps(t *testing.T, env *acctest.Env, want map[string]string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for name, value := range want {
			if got, _ := env.WHMCS.AddonSetting(t, "solusvm2", name); got != value {
				return fmt.Errorf("the setting %s is %q, want %q", name, got, value)
			}
		}
		return nil
	}
}

// oneRule tests one rule of post-pay: set, found empty by the second plan, changed by hand, repaired.
func oneRule(t *testing.T, attribute, value, setting, stored, byHand string) {
	t.Helper()
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		config := env.Config(connected(env, "post_pay { "+attribute+" = "+value+" }"))
		check := keeps(t, env, map[string]string{setting: stored})
		return []resource.TestStep{
			{Config: config, Check: check},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
			{PreConfig: func() { env.WHMCS.SetAddonSetting(t, "solusvm2", setting, byHand) }, Config: config, ConfigPlanChecks: acctest.Plan(billingAddress, plancheck.ResourceActionUpdate), Check: check},
		}
	})
}

func TestRunbookB_B1_BillingModes(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		return []resource.TestStep{
			{Config: env.Config(billing("pre_pay = { enabled = true }")), ExpectError: acctest.Says("This billing mode is not yet available", "Pre-pay credit", "announced")},
			{Config: env.Config(billing("retail = { plans = [1] }")), ExpectError: acctest.Says("This billing mode is not yet available", "Retail sale of virtual machines", "announced")},
			{Config: env.Config(billing("post_pay { enabled = false }"))},
		}
	})
}

// TestRunbookB_B2_AddonFiles: an addon that is not unpacked is a finding of the preflight, and is refused at plan.
func TestRunbookB_B2_AddonFiles(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const preflight = "data.hosting_solusvm2_preflight.this"
		data := env.Config("data \"hosting_solusvm2_preflight\" \"this\" {}\n")
		env.WHMCS.SetModule(t, "addons/solusvm2", false)
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: data, Check: acctest.CheckFinding(preflight, "addon_files", false, "no folder modules/addons/solusvm2", "modules/addons")},
			{Config: env.Config(stepB3), ExpectError: acctest.Says("Unable to plan addon module", "solusvm2", "Attribute: module")},
			{PreConfig: func() { env.WHMCS.SetModule(t, "addons/solusvm2", true) }, Config: data, Check: acctest.CheckFinding(preflight, "addon_files", true)},
		}})
	})
}

func TestRunbookB_B3_AddonModule(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		config := env.Config(stepB3)
		return []resource.TestStep{
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr("hosting_whmcs_addon_module.solusvm2", "id", "solusvm2"), keeps(t, env, map[string]string{"access": "1,3"}),
			)},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
			{
				PreConfig: func() { env.WHMCS.SetAddonSetting(t, "solusvm2", "access", "") },
				Config:    config, ConfigPlanChecks: acctest.Plan("hosting_whmcs_addon_module.solusvm2", plancheck.ResourceActionUpdate), Check: keeps(t, env, map[string]string{"access": "1,3"}),
			},
		}
	})
}

// TestRunbookB_B4_Connection: the key that the panel shows once goes straight into WHMCS.
func TestRunbookB_B4_Connection(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		config := env.Config(connected(env))
		return []resource.TestStep{
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(billingAddress, "connection_status", "connected"),
				keeps(t, env, map[string]string{"url": env.Sandbox.SolusVM2.URL()}),
				func(state *terraform.State) error {
					key, _ := env.WHMCS.AddonSetting(t, "solusvm2", "api_key")
					assert.NotEmpty(t, key)
					assert.NotContains(t, key, state.RootModule().Resources["hosting_solusvm2_api_token.whmcs"].Primary.Attributes["token"], "it is kept encrypted")
					return nil
				},
			)},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}

// badPanels are the ways in which a connection can be wrong. Each has a message of its own with a remedy.
func badPanels(t *testing.T, env *acctest.Env) map[string]struct {
	url, key  string
	attribute string
	says      []string
} {
	t.Helper()
	panel := env.Sandbox.SolusVM2
	panel.Mutate(func(s *sandbox.SolusVM2State) {
		s.Users = append(s.Users, sandbox.PanelUser{ID: 9, Email: "far@example.com", Status: "active", Role: "Administrator", AllowedIPs: []string{"192.0.2.1"}})
		s.Tokens = append(s.Tokens, sandbox.PanelToken{ID: "far", Name: "far", UserID: 9, Secret: "canary-far"})
	})
	selfSigned := httptest.NewTLSServer(panel)
	t.Cleanup(selfSigned.Close)
	login := panelInFrontOf(t, env.Sandbox, func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><title>Log in</title></html>")
		return true
	})
	redirect := panelInFrontOf(t, env.Sandbox, func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "https://elsewhere.example.com/", http.StatusFound)
		return true
	})
	type bad = struct {
		url, key  string
		attribute string
		says      []string
	}
	return map[string]bad{
		"wrong URL":           {acctest.NobodyListens, panel.AdminToken(), "url", []string{"WHMCS's server can reach the panel (name, port, firewall)"}},
		"wrong key":           {panel.URL(), "canary-wrong", "api_key", []string{"Generate a new token in SolusVM 2"}},
		"self-signed":         {selfSigned.URL, panel.AdminToken(), "url", []string{"'solusvm2' => ['ca_file' => '/path/to/ca.pem']"}},
		"HTML login page":     {login.URL, panel.AdminToken(), "url", []string{"A login page, a maintenance page or another program responds at this URL"}},
		"not administrator":   {panel.URL(), panel.ClientToken(), "api_key", []string{"Generate the token as an administrator of the panel"}},
		"refused IP":          {panel.URL(), "canary-far", "api_key", []string{"Add the address of WHMCS's server to this list"}},
		"redirect":            {redirect.URL, panel.AdminToken(), "url", []string{"the address that the panel redirects to"}},
		"another address yet": {panel.URL() + "/nothing/here", panel.AdminToken(), "url", []string{"Set the URL of the panel itself"}},
	}
}

// TestRunbookB_B5_TestConnection: a connection that does not pass leaves every stored value unchanged, on both sides.
// The same holds for an update (B14).
func TestRunbookB_B5_TestConnection(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const typeName = "hosting_solusvm2_billing_settings"
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": "solusvm2"})
		cases := badPanels(t, env)
		try := func(t *testing.T, prior *acctest.Instance, more map[string]any) {
			t.Helper()
			for name, bad := range cases {
				before, integration := env.WHMCS.Dump(t), integrationOf(env.Sandbox)
				config := map[string]any{"api_connection": map[string]any{"url": bad.url, "api_key": bad.key}}
				for attribute, value := range more {
					config[attribute] = value
				}
				change, _ := p.PlanChange(t, typeName, prior, config)
				left, diagnostics := p.Apply(t, change)
				messages := acctest.Messages(diagnostics)
				require.Len(t, messages, 1, name)
				assert.Contains(t, messages[0], "error at api_connection."+bad.attribute+": ", name)
				assert.Contains(t, messages[0], "the connection test failed", name)
				assert.Contains(t, messages[0], "Nothing was changed", name)
				for _, words := range bad.says {
					assert.Contains(t, messages[0], words, name)
				}
				assert.NotContains(t, messages[0], bad.key, name)
				assert.Equal(t, before, env.WHMCS.Dump(t), name)
				assert.Equal(t, integration, integrationOf(env.Sandbox), name)
				if prior == nil {
					assert.Nil(t, p.State(t, left), name)
				} else {
					assert.Equal(t, p.State(t, prior), p.State(t, left), name)
				}
			}
		}
		rules := map[string]any{"post_pay": map[string]any{"lock_overdue_days": 9}}
		try(t, nil, rules)
		good := map[string]any{"api_connection": map[string]any{"url": env.Sandbox.SolusVM2.URL(), "api_key": env.Sandbox.SolusVM2.AdminToken()}}
		made := p.Do(t, typeName, nil, good)
		try(t, made, rules)
	})
}

func TestRunbookB_B6_PostPay(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		return []resource.TestStep{
			{Config: env.Config(connected(env, "post_pay { enabled = true }", wholePrices)), Check: resource.ComposeAggregateTestCheckFunc(
				keeps(t, env, map[string]string{"post_pay_enabled": "on"}), resource.TestMatchResourceAttr(billingAddress, "landing_page_url", acctest.Says("/index.php?m=solusvm2")),
			)},
			{Config: env.Config(connected(env, "post_pay { enabled = false }", wholePrices)), Check: keeps(t, env, map[string]string{"post_pay_enabled": ""})},
		}
	})
}

// TestRunbookB_B7_LandingPage: a copy of the addon's template, edited, where the operator allows it.
func TestRunbookB_B7_LandingPage(t *testing.T) {
	options := postPayOptions(false, false, "'landing_page' => true", sandbox.SafetySettings{LandingPage: true})
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		config := env.Config(stepB3, "resource \"hosting_solusvm2_landing_page\" \"own\" {\n  content = \"<h1>Cloud</h1>\\n\"\n}\n")
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config, Check: func(*terraform.State) error {
				content, _ := env.WHMCS.ReadFile(t, landingPath)
				assert.Equal(t, "<h1>Cloud</h1>\n", content)
				return nil
			}},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
			{
				PreConfig: func() { env.WHMCS.WriteFile(t, landingPath, "edited") },
				Config:    config, ConfigPlanChecks: acctest.Plan("hosting_solusvm2_landing_page.own", plancheck.ResourceActionUpdate),
			},
		}})
		_, there := env.WHMCS.ReadFile(t, landingPath)
		assert.False(t, there, "the destroy leaves no file where there was none")
	})
}

// TestRunbookB_B8_LimitGroup makes the limit group in the panel and names it in WHMCS, by the resource and by the data
// source.
func TestRunbookB_B8_LimitGroup(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		group := "\nresource \"hosting_solusvm2_limit_group\" \"new_users\" {\n  name        = \"New users\"\n  max_servers = 5\n}\n"
		first := env.Config(group, connected(env, "post_pay { new_user_limit_group_id = hosting_solusvm2_limit_group.new_users.id }"))
		second := env.Config("\ndata \"hosting_solusvm2_limit_group\" \"default\" { name = \"Default\" }\n", connected(env, "post_pay { new_user_limit_group_id = data.hosting_solusvm2_limit_group.default.id }"))
		return []resource.TestStep{
			{Config: first, Check: keeps(t, env, map[string]string{"post_pay_limit_group_id": "3"})},
			{Config: first, ConfigPlanChecks: acctest.EmptyPlan()},
			{Config: second, Check: keeps(t, env, map[string]string{"post_pay_limit_group_id": "1"})},
			{Config: env.Config(connected(env, `post_pay { new_user_limit_group_id = "77" }`)), ExpectError: acctest.Says("No such limit group", "It has: 1", "hosting_solusvm2_limit_group", "post_pay.new_user_limit_group_id")},
		}
	})
}

func TestRunbookB_B9_Terms(t *testing.T) {
	oneRule(t, "terms_url", `"https://example.com/terms?a=1&b=2"`, "post_pay_terms_url", "https://example.com/terms?a=1&b=2", "https://example.com/other")
}

func TestRunbookB_B10_InvoiceGrace(t *testing.T) {
	oneRule(t, "invoice_grace_days", "12", "post_pay_invoice_grace_days", "12", "1")
}

func TestRunbookB_B11_LockOverdue(t *testing.T) {
	oneRule(t, "lock_overdue_days", "4", "post_pay_lock_overdue_days", "4", "40")
}

func TestRunbookB_B12_SuspendOverdue(t *testing.T) {
	oneRule(t, "suspend_overdue_days", "0", "post_pay_suspend_overdue_days", "0", "40")
}

// TestRunbookB_B13_TokenPrices: a price for every active currency, to four decimals.
func TestRunbookB_B13_TokenPrices(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		return []resource.TestStep{
			{Config: env.Config(connected(env, `token_prices = { USD = "0.0125", EUR = "0.0115" }`)), ExpectError: acctest.Says("An active currency has no token price", "INR")},
			{Config: env.Config(connected(env, `token_prices = { USD = "0.00125", EUR = "0.0115", INR = "1" }`)), ExpectError: acctest.Says("stores at most 4", `token_prices["USD"]`)},
			{Config: env.Config(connected(env, wholePrices)), Check: keeps(t, env, map[string]string{"token_price_1": "0.0125"})},
			{Config: env.Config(connected(env, wholePrices)), ConfigPlanChecks: acctest.EmptyPlan()},
			{
				PreConfig: func() { env.WHMCS.SetAddonSetting(t, "solusvm2", "token_price_1", "0.0001") },
				Config:    env.Config(connected(env, wholePrices)), ConfigPlanChecks: acctest.Plan(billingAddress, plancheck.ResourceActionUpdate),
				Check: keeps(t, env, map[string]string{"token_price_1": "0.0125"}),
			},
		}
	})
}

// TestRunbookB_B14_ChangeConnection: another panel and its key, together.
func TestRunbookB_B14_ChangeConnection(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		other := acctest.NewSandbox(t, sandbox.Options{})
		moved := billing(fmt.Sprintf("api_connection = { url = %q, api_key = %q }", other.SolusVM2.URL(), other.SolusVM2.AdminToken()))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(connected(env))},
			{Config: env.Config(strings.Replace(moved, ", api_key = \""+other.SolusVM2.AdminToken()+"\"", "", 1)), ExpectError: acctest.Says("The API key is missing", "The connection needs the URL and the API key of the panel")},
			{
				Config: env.Config(moved), ConfigPlanChecks: acctest.Plan(billingAddress, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(keeps(t, env, map[string]string{"url": other.SolusVM2.URL()}), func(*terraform.State) error {
					assert.Equal(t, "whmcs", integrationOf(other).(object)["type"], "the other panel is brought to this WHMCS")
					return nil
				}),
			},
			{Config: env.Config(moved), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestRunbookB_B15_BillingIntegration: the connection writes the panel's side, and the data source reads it.
// Connecting again repairs it, because a plan shows the difference or because of a trigger.
func TestRunbookB_B15_BillingIntegration(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		const shown = "data.hosting_solusvm2_billing_integration.now"
		data := "\ndata \"hosting_solusvm2_billing_integration\" \"now\" { depends_on = [" + billingAddress + "] }\n"
		config := func(trigger string) string {
			return env.Config(connected(env, fmt.Sprintf("reconnect_triggers = { on = %q }", trigger)), data)
		}
		spoil := func() {
			env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
				s.Settings["billing_integration"] = object{"type": "whmcs", "drivers": object{"whmcs": object{"url": "https://staging.example.com/modules/addons/solusvm2/api/", "token": "x"}}}
			})
		}
		inOrder := resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(shown, "type", "whmcs"), resource.TestCheckResourceAttr(shown, "has_token", "true"), resource.TestMatchResourceAttr(shown, "url", acctest.Says("/modules/addons/solusvm2/api/")),
			resource.TestCheckResourceAttr(billingAddress, "connection_status", "connected"),
			func(*terraform.State) error {
				assert.NotContains(t, fmt.Sprint(integrationOf(env.Sandbox)), "staging")
				return nil
			},
		)
		update := acctest.Plan(billingAddress, plancheck.ResourceActionUpdate)
		return []resource.TestStep{
			{Config: config("a"), Check: inOrder},
			{PreConfig: spoil, Config: config("a"), ConfigPlanChecks: update, Check: inOrder},
			{Config: config("a"), ConfigPlanChecks: acctest.EmptyPlan()},
			{Config: config("b"), ConfigPlanChecks: update, Check: inOrder},
		}
	})
}

// TestRunbookB_elsewhere: the addon stores its settings in other places, so nothing is written. The message names the
// existing settings and the lines for companion.local.php. With these lines the same configuration applies.
func TestRunbookB_elsewhere(t *testing.T) {
	config := func(env *acctest.Env) string { return env.Config(connected(env, wholePostPay, wholePrices)) }
	t.Run("plan", func(t *testing.T) {
		acctest.EachHost(t, postPayOptions(true, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
			env.Protocol(t).Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": "solusvm2"})
			p := env.Protocol(t) // a provider that has sent a write validates no plan
			before, integration := env.WHMCS.Dump(t), integrationOf(env.Sandbox)
			messages := strings.Join(acctest.Messages(p.Plan(t, "hosting_solusvm2_billing_settings", map[string]any{
				"api_connection": map[string]any{"url": env.Sandbox.SolusVM2.URL(), "api_key": env.Sandbox.SolusVM2.AdminToken()},
				"post_pay":       map[string]any{"terms_url": "https://example.com/terms"},
			})), "\n")
			for _, words := range []string{"error at post_pay.terms_url: ", "mod_solusvm2_settings (id, setting, value)", "mod_solusvm2_prices (currency, price)", "companion.local.php", "'places' => ['terms_url'"} {
				assert.Contains(t, messages, words)
			}
			messages = strings.Join(acctest.Messages(p.Plan(t, "hosting_solusvm2_billing_settings", map[string]any{
				"api_connection": map[string]any{"url": env.Sandbox.SolusVM2.URL(), "api_key": env.Sandbox.SolusVM2.AdminToken()},
			})), "\n")
			for _, words := range []string{"error at api_connection.url: ", "error at api_connection.api_key: ", "error at api_connection: ", "'places' => ['integration_token'"} {
				assert.Contains(t, messages, words)
			}
			assert.Equal(t, before, env.WHMCS.Dump(t))
			assert.Equal(t, integration, integrationOf(env.Sandbox))
		})
	})
	// Applied whole, with the activation in the same apply, where the plan cannot know it yet.
	t.Run("apply", func(t *testing.T) {
		acctest.EachHost(t, postPayOptions(true, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
			integration := integrationOf(env.Sandbox)
			acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
				{Config: config(env), ExpectError: acctest.Says("mod_solusvm2_settings (id, setting, value)", "companion.local.php", "'places' => [")},
			}})
			stored := strings.Join(env.WHMCS.Dump(t)["mod_solusvm2_settings"], "\n")
			for _, value := range []string{env.Sandbox.SolusVM2.URL(), "https://example.com/terms"} {
				assert.NotContains(t, stored, value)
			}
			assert.Equal(t, integration, integrationOf(env.Sandbox))
		})
	})
	t.Run("with the settings", func(t *testing.T) {
		acctest.EachHost(t, postPayOptions(true, true, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
			acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
				{Config: config(env), Check: resource.TestCheckResourceAttr(billingAddress, "connection_status", "connected")},
				{Config: config(env), ConfigPlanChecks: acctest.EmptyPlan()},
			}})
			stored := strings.Join(env.WHMCS.Dump(t)["mod_solusvm2_settings"], "\n")
			for _, value := range []string{env.Sandbox.SolusVM2.URL(), "https://example.com/terms"} {
				assert.Contains(t, stored, value)
			}
		})
	})
}

// TestRunbookB_whole applies, changes, drifts, repairs and destroys the whole manual, on the sandbox and on PHP, also
// as an old installation has it.
func TestRunbookB_whole(t *testing.T) {
	options := postPayOptions(false, false, "'landing_page' => true", sandbox.SafetySettings{LandingPage: true})
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		before := env.WHMCS.Dump(t)
		whole := func(days, price string) string {
			return env.Config(strings.Replace(connected(env, strings.Replace(wholePostPay, "invoice_grace_days = 7", "invoice_grace_days = "+days, 1), strings.Replace(wholePrices, "1.0400", price, 1), `on_destroy = "disable_post_pay"`),
				`module           = "solusvm2"`, "module           = \"solusvm2\"\n  on_destroy       = \"deactivate\"\n  allow_data_loss  = true", 1),
				"resource \"hosting_solusvm2_limit_group\" \"new_users\" {\n  name = \"New users\"\n}\n", "resource \"hosting_solusvm2_landing_page\" \"own\" {\n  content = \"<h1>Cloud</h1>\"\n}\n")
		}
		env.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: whole("7", "1.0400")},
			{Config: whole("7", "1.0400"), ConfigPlanChecks: acctest.EmptyPlan()},
			{Config: whole("8", "1.0500"), ConfigPlanChecks: acctest.Plan(billingAddress, plancheck.ResourceActionUpdate)},
			{
				PreConfig: func() {
					env.WHMCS.SetAddonSetting(t, "solusvm2", "post_pay_enabled", "")
					env.WHMCS.SetAddonSetting(t, "solusvm2", "access", "2")
					env.WHMCS.WriteFile(t, landingPath, "edited")
				},
				Config: whole("8", "1.0500"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(billingAddress, plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction("hosting_whmcs_addon_module.solusvm2", plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction("hosting_solusvm2_landing_page.own", plancheck.ResourceActionUpdate),
				}},
			},
			{Config: whole("8", "1.0500"), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
		after := env.WHMCS.Dump(t)
		for table, rows := range before {
			assert.Equal(t, rows, after[table], "table %s", table)
		}
		for table, rows := range after {
			assert.Equal(t, before[table], rows, "table %s", table)
		}
		_, there := env.WHMCS.ReadFile(t, landingPath)
		assert.False(t, there)
		env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
			assert.Len(t, s.LimitGroups, 2)
			assert.Len(t, s.Tokens, 2)
		})
	})
}

// TestRunbookB_reasons: every reason that the protocol has for a failed connection is explained.
func TestRunbookB_reasons(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "only the sandbox plays faults"}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": "solusvm2"})
		config := map[string]any{"api_connection": map[string]any{"url": env.Sandbox.SolusVM2.URL(), "api_key": "k"}}
		seen := map[string]string{}
		for _, reason := range []string{
			whmcs.ReasonUnreachable, whmcs.ReasonTLS, whmcs.ReasonUnauthorized, whmcs.ReasonAddressRefused, whmcs.ReasonNotAdministrator, whmcs.ReasonRedirect, whmcs.ReasonHTML,
			whmcs.ReasonNotAPI, whmcs.ReasonUnavailable, whmcs.ReasonIntegrationRefused, whmcs.ReasonIntegrationMismatch, "of_a_later_version",
		} {
			change, _ := p.PlanChange(t, "hosting_solusvm2_billing_settings", nil, config)
			restore := env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Op: "connect", Body: failureOf(t, "connection", "The panel did not pass the test. Nothing was changed.", object{"reason": reason, "status": nil, "installation": "x"})})
			_, diagnostics := p.Apply(t, change)
			restore()
			messages := acctest.Messages(diagnostics)
			require.Len(t, messages, 1, reason)
			assert.Contains(t, messages[0], "error at api_connection.", reason)
			assert.NotContains(t, seen, messages[0], "%s and %s are explained alike", reason, seen[messages[0]])
			seen[messages[0]] = reason
		}
	})
}

// failureOf is the response body of a companion failure.
func failureOf(t *testing.T, code, message string, details object) string {
	t.Helper()
	payload, err := json.Marshal(details)
	require.NoError(t, err)
	body, err := json.Marshal(object{"result": "error", "code": code, "message": message, "payload": base64.StdEncoding.EncodeToString(payload)})
	require.NoError(t, err)
	return string(body)
}
