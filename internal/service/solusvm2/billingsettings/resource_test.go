package billingsettings_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_solusvm2_billing_settings"
	address  = typeName + ".test"
	addon    = "solusvm2"
)

// allCurrencies are prices for every active currency of the tests' installations.
const allCurrencies = `USD = "0.0125", EUR = "0.0115", INR = "1.0000"`

// settings are the addon, and its settings with the attributes given.
func settings(extra ...string) string {
	return fmt.Sprintf("\nresource \"hosting_whmcs_addon_module\" \"solusvm2\" { module = %q }", addon) +
		only(append(extra, "depends_on = [hosting_whmcs_addon_module.solusvm2]")...)
}

// only are the settings of an addon that is active already.
func only(extra ...string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  %s\n}", typeName, strings.Join(extra, "\n  "))
}

func connection(env *acctest.Env) string {
	return fmt.Sprintf("api_connection = { url = %q, api_key = %q }", env.Sandbox.SolusVM2.URL()+"/api/v1/", env.Sandbox.SolusVM2.AdminToken())
}

const postPay = `post_pay {
  enabled = true
  new_user_limit_group_id = "2"
  terms_url = "https://example.com/terms?a=1&b=2"
  invoice_grace_days = 5
  lock_overdue_days = 10
  suspend_overdue_days = 20
}`

func prices(list string) string { return "token_prices = { " + list + " }" }

// stored checks what WHMCS stores of a setting of the addon.
func stored(t *testing.T, env *acctest.Env, name, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got, _ := env.WHMCS.AddonSetting(t, addon, name); got != want {
			return fmt.Errorf("the setting %s is %q, want %q", name, got, want)
		}
		return nil
	}
}

// integration is the panel's billing integration.
func integration(env *acctest.Env) (value any) {
	env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) { value = s.Settings["billing_integration"] })
	return value
}

// countConnections counts how often the billing integration was written into the panel, as each connection does.
func countConnections(env *acctest.Env) int {
	return len(env.Sandbox.Journal().Filter(func(r sandbox.Request) bool { return r.System == "solusvm2" && r.Kind == "settings" && r.Write }))
}

func update(address string) resource.ConfigPlanChecks {
	return acctest.Plan(address, plancheck.ResourceActionUpdate)
}

func TestAccBillingSettings_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		full := env.Config(settings(connection(env), postPay, prices(allCurrencies), `on_destroy = "disable_post_pay"`))
		changed := env.Config(settings(connection(env), strings.Replace(postPay, "invoice_grace_days = 5", "invoice_grace_days = 0", 1), prices(`USD = "0.02", EUR = "0.0115", INR = "1.00"`), `on_destroy = "disable_post_pay"`))
		var connections int
		unmanaged := env.Config(settings(connection(env), `post_pay { enabled = true }`))
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				// Nothing but the addon, then everything.
				{
					Config: env.Config(settings()),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(address, "id", "1"), resource.TestCheckResourceAttr(address, "connection_status", "not_connected"),
						resource.TestCheckNoResourceAttr(address, "api_connection.url"), resource.TestCheckNoResourceAttr(address, "token_prices.%"),
					),
				},
				{
					Config: full, ConfigPlanChecks: update(address),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(address, "connection_status", "connected"),
						resource.TestMatchResourceAttr(address, "landing_page_url", acctest.Says("/index.php?m=solusvm2")),
						stored(t, env, "url", env.Sandbox.SolusVM2.URL()), stored(t, env, "post_pay_enabled", "on"), stored(t, env, "post_pay_limit_group_id", "2"),
						stored(t, env, "post_pay_invoice_grace_days", "5"), stored(t, env, "post_pay_lock_overdue_days", "10"), stored(t, env, "post_pay_suspend_overdue_days", "20"),
						stored(t, env, "token_price_1", "0.0125"),
					),
				},
				{Config: full, ConfigPlanChecks: acctest.EmptyPlan()},
				{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"api_connection.url", "api_connection.api_key", "on_destroy"}},
				// The update is in place, and the connection is not made again.
				{
					PreConfig: func() { connections = countConnections(env) },
					Config:    changed, ConfigPlanChecks: update(address),
					Check: resource.ComposeAggregateTestCheckFunc(
						func(*terraform.State) error {
							assert.Positive(t, connections)
							assert.Equal(t, connections, countConnections(env), "nothing of the connection has changed")
							return nil
						},
						stored(t, env, "post_pay_invoice_grace_days", "0"), stored(t, env, "token_price_1", "0.0200"), resource.TestCheckResourceAttr(address, "token_prices.USD", "0.02"),
					),
				},
				// Another spelling is not a change.
				{Config: strings.Replace(strings.Replace(changed, `"0.02"`, `"0.0200"`, 1), "/api/v1/", "", 1), ConfigPlanChecks: acctest.EmptyPlan()},
				// Drift of a rule, of a price, of the address, of the key, of the panel's side.
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "post_pay_lock_overdue_days", "3") }, Config: changed, ConfigPlanChecks: update(address), Check: stored(t, env, "post_pay_lock_overdue_days", "10")},
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "token_price_1", "9.0000") }, Config: changed, ConfigPlanChecks: update(address), Check: stored(t, env, "token_price_1", "0.0200")},
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "token_price_1", "") }, Config: changed, ConfigPlanChecks: update(address), Check: stored(t, env, "token_price_1", "0.0200")},
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "url", "https://old.example.com") }, Config: changed, ConfigPlanChecks: update(address), Check: stored(t, env, "url", env.Sandbox.SolusVM2.URL())},
				{
					PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "api_key", env.WHMCS.Encrypt(t, "another key")) },
					Config:    changed, ConfigPlanChecks: update(address),
					Check: func(*terraform.State) error {
						key, _ := env.WHMCS.AddonSetting(t, addon, "api_key")
						assert.NotContains(t, key, env.Sandbox.SolusVM2.AdminToken(), "it is stored encrypted")
						return nil
					},
				},
				{
					PreConfig: func() {
						env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Settings["billing_integration"] = map[string]any{"type": "other"} })
					},
					Config: changed, ConfigPlanChecks: update(address),
					Check: func(*terraform.State) error {
						assert.Equal(t, "whmcs", integration(env).(map[string]any)["type"], "the panel's side is repaired")
						return nil
					},
				},
				{Config: changed, ConfigPlanChecks: acctest.EmptyPlan()},
				// Omitted settings are unmanaged. Nothing is written, and a change by hand is not drift.
				{Config: unmanaged, Check: stored(t, env, "post_pay_lock_overdue_days", "10")},
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "post_pay_lock_overdue_days", "4") }, Config: unmanaged, ConfigPlanChecks: acctest.EmptyPlan()},
				{Config: changed, ConfigPlanChecks: update(address)},
			},
		})
		assert.NoError(t, stored(t, env, "post_pay_enabled", "")(nil), "the destroy switches post-pay off")
		assert.NoError(t, stored(t, env, "url", env.Sandbox.SolusVM2.URL())(nil), "and leaves the rest")
	})
}

// TestAccBillingSettings_keep: by default a destroy leaves everything as it is.
func TestAccBillingSettings_keep(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(settings(connection(env), postPay, prices(allCurrencies)))},
		}})
		for name, want := range map[string]string{"post_pay_enabled": "on", "token_price_1": "0.0125", "url": env.Sandbox.SolusVM2.URL()} {
			assert.NoError(t, stored(t, env, name, want)(nil))
		}
	})
}

// TestAccBillingSettings_importThenPlan: an import needs no change, except for the key, which cannot be read again.
func TestAccBillingSettings_importThenPlan(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.Protocol(t).Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		acctest.ImportThenPlan(t, env, only(postPay, prices(allCurrencies)), address)
	})
}

// TestAccBillingSettings_reconnect: a trigger makes the connection again, with the same address and key.
func TestAccBillingSettings_reconnect(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(on string) string {
			return env.Config(settings(connection(env), fmt.Sprintf("reconnect_triggers = { on = %q }", on)))
		}
		var before any
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config("first"), Check: func(*terraform.State) error { before = integration(env); return nil }},
			{Config: config("second"), ConfigPlanChecks: update(address), Check: func(*terraform.State) error {
				assert.Equal(t, before, integration(env))
				connected := regexp.MustCompile(`connect(ed)? solusvm2.billing 1`).FindAllString(env.WHMCS.LogText(t), -1)
				assert.Len(t, connected, 2, "it was connected once for each value of the trigger")
				return nil
			}},
			{Config: config("second"), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestAccBillingSettings_writeOnly: the key is in the configuration alone.
func TestAccBillingSettings_writeOnly(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(version int) string {
			return env.Config(settings(fmt.Sprintf("api_connection = { url = %q, api_key_wo = %q, api_key_wo_version = %d }", env.Sandbox.SolusVM2.URL(), env.Sandbox.SolusVM2.AdminToken(), version)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
			Steps: []resource.TestStep{
				{Config: config(1), Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckNoResourceAttr(address, "api_connection.api_key"), resource.TestCheckNoResourceAttr(address, "api_connection.api_key_wo"),
					resource.TestCheckResourceAttr(address, "connection_status", "connected"),
				)},
				{Config: config(1), ConfigPlanChecks: acctest.EmptyPlan()},
				{Config: config(2), ConfigPlanChecks: update(address)},
				{
					PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "api_key", env.WHMCS.Encrypt(t, "another key")) },
					Config:    config(2), ConfigPlanChecks: update(address),
				},
				{Config: config(2), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestAccBillingSettings_disappears: an addon that is deactivated in WHMCS loses its settings. Both are created again.
func TestAccBillingSettings_disappears(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := env.Config(settings(connection(env), postPay, prices(allCurrencies)))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() { env.WHMCS.RemoveAddon(t, addon) },
				Config:    config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("hosting_whmcs_addon_module.solusvm2", plancheck.ResourceActionCreate),
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
				Check: resource.ComposeAggregateTestCheckFunc(stored(t, env, "post_pay_enabled", "on"), stored(t, env, "url", env.Sandbox.SolusVM2.URL())),
			},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestAccBillingSettings_unknowns makes the limit group, the token and the settings in one apply.
func TestAccBillingSettings_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		everything := env.Config(settings(`api_connection = terraform_data.later.output.connection`, `post_pay {
  enabled                 = terraform_data.later.output.post_pay.enabled
  new_user_limit_group_id = terraform_data.later.output.post_pay.new_user_limit_group_id
  lock_overdue_days       = terraform_data.later.output.post_pay.lock_overdue_days
}`, `token_prices = terraform_data.later.output.prices`), fmt.Sprintf(`
resource "hosting_solusvm2_limit_group" "new" { name = "New users" }
resource "hosting_solusvm2_api_token" "whmcs" { name = "WHMCS" }
resource "terraform_data" "later" {
  input = {
    connection = { url = %q, api_key = hosting_solusvm2_api_token.whmcs.token }
    post_pay   = { enabled = true, new_user_limit_group_id = hosting_solusvm2_limit_group.new.id, lock_overdue_days = 1 }
    prices     = { %s }
  }
}`, env.Sandbox.SolusVM2.URL(), allCurrencies))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{
			Config: everything,
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttrPair(address, "post_pay.new_user_limit_group_id", "hosting_solusvm2_limit_group.new", "id"),
				resource.TestCheckResourceAttr(address, "connection_status", "connected"),
				stored(t, env, "post_pay_lock_overdue_days", "1"), stored(t, env, "token_price_1", "0.0125"),
			),
		}}})
	})
}

// TestAccBillingSettings_currencies: prices cannot be changed while an active currency has none. A currency that was
// added later is a warning.
func TestAccBillingSettings_currencies(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		p = env.Protocol(t) // another run
		warns := "warning at token_prices: An active currency has no token price"
		fails := func(prior *acctest.Instance, list map[string]any, says string) {
			t.Helper()
			_, diagnostics := p.PlanChange(t, typeName, prior, map[string]any{"token_prices": list})
			messages := acctest.Messages(diagnostics)
			require.NotEmpty(t, messages, "want %q", says)
			assert.Contains(t, messages[0], says)
		}
		fails(nil, map[string]any{"USD": "1", "EUR": "1"}, "error at token_prices: An active currency has no token price")
		fails(nil, map[string]any{"USD": "1", "EUR": "1", "INR": "1", "GBP": "1"}, `error at token_prices["GBP"]: `)
		fails(nil, map[string]any{"USD": "0", "EUR": "1", "INR": "1"}, `error at token_prices["USD"]: The token price is zero`)
		all := map[string]any{"token_prices": map[string]any{"USD": "1", "EUR": "1", "INR": "1"}}
		made := p.Do(t, typeName, nil, all)
		env.WHMCS.Insert(t, "tblcurrencies", map[string]string{"code": "CHF", "prefix": "", "suffix": "", "format": "1", "rate": "1.00000", "default": "0"})
		p = env.Protocol(t) // another run
		change, diagnostics := p.PlanChange(t, typeName, made, all)
		require.True(t, p.IsEmpty(t, change))
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], warns)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "CHF")
		fails(made, map[string]any{"USD": "2", "EUR": "1", "INR": "1"}, "error at token_prices: An active currency has no token price")
		_, diagnostics = p.PlanChange(t, typeName, made, map[string]any{"token_prices": all["token_prices"], "post_pay": map[string]any{"lock_overdue_days": 3}})
		assert.Contains(t, acctest.Messages(diagnostics)[0], warns)
	})
}

// TestAccBillingSettings_guards: the provider's limits on money hold for the prices of tokens.
func TestAccBillingSettings_guards(t *testing.T) {
	acctest.Each(t, acctest.Options{Guards: "{\n max_price_change_percent = \"20\"\n allow_zero_price = true\n}"}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(settings(prices(`USD = "1", EUR = "1", INR = "0"`)))},
			{Config: env.Config(settings(prices(`USD = "1.2", EUR = "1", INR = "0"`))), ConfigPlanChecks: update(address)},
			{
				Config:      env.Config(settings(prices(`USD = "1.5", EUR = "1", INR = "0"`))),
				ExpectError: acctest.Says("The price change is larger than allowed", "price of a token would change from 1.2 to 1.5 (by 25.0 %)", `token_prices["USD"]`),
			},
			// A change back to the last written price is accepted, whatever the price in WHMCS is.
			{PreConfig: func() { env.WHMCS.SetAddonSetting(t, addon, "token_price_1", "7.0000") }, Config: env.Config(settings(prices(`USD = "1.2", EUR = "1", INR = "0"`))), Check: stored(t, env, "token_price_1", "1.2000")},
		}})
	})
}

// TestBillingSettings_guardsOfWhatWasNotManaged: a token price that was not managed before is compared with WHMCS.
func TestBillingSettings_guardsOfWhatWasNotManaged(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		all := func(usd string) map[string]any {
			return map[string]any{"token_prices": map[string]any{"USD": usd, "EUR": "1", "INR": "1"}}
		}
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		made := p.Do(t, typeName, nil, all("1"))
		bare := p.Do(t, typeName, made, map[string]any{"post_pay": map[string]any{"lock_overdue_days": 3}})
		for name, prior := range map[string]*acctest.Instance{"managed": made, "unmanaged": bare, "not in the state": nil} {
			plan := func(guards map[string]any, usd string) string {
				t.Helper()
				_, diagnostics := env.Protocol(t, acctest.Settings{"guards": guards}).PlanChange(t, typeName, prior, all(usd))
				return strings.Join(acctest.Messages(diagnostics), "\n")
			}
			percent := map[string]any{"max_price_change_percent": "20"}
			assert.Regexp(t, `^error at token_prices\["USD"\]: The price change is larger than allowed: The price of a token would change from 1(\.0000)? to 1\.3 \(by 30\.0 %\)`, plan(percent, "1.3"), name)
			assert.NotContains(t, plan(percent, "1.2"), "error", name)
			assert.Contains(t, plan(map[string]any{}, "0"), `error at token_prices["USD"]: The token price is zero`, name)
			assert.NotContains(t, plan(map[string]any{"min_price": map[string]any{"USD": "5"}}, "1.1"), "error", name)
		}
	})
}

// TestAccBillingSettings_limitGroup: the limit group of new users has to be there.
func TestAccBillingSettings_limitGroup(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		group := func(id string) string { return fmt.Sprintf("post_pay { new_user_limit_group_id = %q }", id) }
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config:      env.Config(settings(connection(env), group("99"))),
				ExpectError: acctest.Says("No such limit group", "SolusVM 2 has no limit group with the id 99", `1 "`, "new_user_limit_group_id"),
			},
			{Config: env.Config(settings(connection(env), group("1"))), Check: stored(t, env, "post_pay_limit_group_id", "1")},
			{Config: env.Config(settings(connection(env), group(""))), ConfigPlanChecks: update(address), Check: resource.TestCheckResourceAttr(address, "post_pay.new_user_limit_group_id", "")},
			{Config: env.Config(settings(connection(env), group(""))), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestAccBillingSettings_limitGroupUnchecked: the limit group is not checked without the addon's panel.
func TestAccBillingSettings_limitGroupUnchecked(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.Protocol(t).Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		other := acctest.NewSandbox(t, sandbox.Options{})
		other.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
			s.LimitGroups = append(s.LimitGroups, sandbox.PanelLimitGroup{ID: 77, Name: "Theirs"})
		})
		plan := func(p *acctest.Protocol, sb *sandbox.Sandbox, id string) string {
			t.Helper()
			_, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{
				"api_connection": map[string]any{"url": sb.SolusVM2.URL(), "api_key": sb.SolusVM2.AdminToken()}, "post_pay": map[string]any{"new_user_limit_group_id": id},
			})
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}
		unchecked := func(id string) string {
			return "warning at post_pay.new_user_limit_group_id: The limit group " + id + " was not checked: "
		}
		known := env.Protocol(t)
		assert.Empty(t, plan(known, env.Sandbox, "2"))
		for _, id := range []string{"1", "77", "99"} { // there in both, in the addon's panel alone, and in none
			messages := plan(known, other, id)
			assert.Contains(t, messages, unchecked(id)+"The provider is configured for the panel ")
			assert.Contains(t, messages, other.SolusVM2.URL()+". That panel may not have the limit group "+id+".")
			assert.NotContains(t, messages, "error")
		}
		settings := env.Settings()
		delete(settings, "solusvm2")
		assert.Contains(t, plan(known.Again(t, settings), env.Sandbox, "99"), unchecked("99")+"SolusVM 2 may not have the limit group. Neither WHMCS nor the addon checks that.")
		restore := env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "limit_groups", Status: 503, Times: -1})
		defer restore()
		messages := plan(env.Protocol(t), env.Sandbox, "99")
		assert.Contains(t, messages, unchecked("99"))
		assert.Contains(t, messages, "503")
	})
}

// TestAccBillingSettings_identity: the identity is complete if no setting is written. An incomplete identity does not
// change later, because Terraform would refuse that.
func TestAccBillingSettings_identity(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		lives := func(i *acctest.Instance) {
			t.Helper()
			before := p.Identity(t, i)
			for _, days := range []int{3, 4} {
				read, diagnostics := env.Protocol(t).Read(t, i)
				require.Empty(t, acctest.Messages(diagnostics))
				assert.Equal(t, before, p.Identity(t, read))
				i = p.Do(t, typeName, read, map[string]any{"post_pay": map[string]any{"lock_overdue_days": days}})
				assert.Equal(t, before, p.Identity(t, i))
			}
		}
		made := p.Do(t, typeName, nil, map[string]any{})
		assert.NotEqual(t, "<null>", p.Identity(t, made)["installation"])
		lives(made)
		if env.WHMCS.Name() != "sandbox" {
			return // only the sandbox plays faults
		}
		change, _ := p.PlanChange(t, typeName, nil, map[string]any{})
		restore := env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Op: "get", Status: 503, Times: -1})
		unread, diagnostics := p.Apply(t, change)
		restore()
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "could not be read back")
		assert.Equal(t, "<null>", p.Identity(t, unread)["installation"])
		lives(unread)
	})
}

// TestAccBillingSettings_notCompared: if the panel cannot be read, its billing integration is not compared. The status
// is kept.
func TestAccBillingSettings_notCompared(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		made := p.Do(t, typeName, nil, map[string]any{"api_connection": map[string]any{"url": env.Sandbox.SolusVM2.URL(), "api_key": env.Sandbox.SolusVM2.AdminToken()}})
		status := func(i *acctest.Instance) string { return acctest.Text(t, p.State(t, i)["connection_status"]) }
		require.Equal(t, "connected", status(made))
		env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Settings["billing_integration"] = map[string]any{"type": "other"} })
		differs, diagnostics := env.Protocol(t).Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, "integration_differs", status(differs))
		restore := env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "settings", Status: 503, Times: -1})
		defer restore()
		for _, before := range []*acctest.Instance{made, differs} {
			after, diagnostics := env.Protocol(t).Read(t, before)
			require.Len(t, diagnostics, 1)
			assert.Contains(t, acctest.Messages(diagnostics)[0], "warning at : The panel's billing integration was not checked")
			assert.Equal(t, status(before), status(after))
		}
	})
}

// TestAccBillingSettings_replacement: a creation warns of the existing settings that it replaces.
func TestAccBillingSettings_replacement(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		config := map[string]any{"post_pay": map[string]any{"lock_overdue_days": 7, "suspend_overdue_days": 15}}
		_, diagnostics := p.PlanChange(t, typeName, nil, config)
		assert.Empty(t, acctest.Messages(diagnostics), "nobody has used the addon")
		env.WHMCS.SetAddonSetting(t, addon, "post_pay_enabled", "on")
		_, diagnostics = p.PlanChange(t, typeName, nil, config)
		messages := strings.Join(acctest.Messages(diagnostics), "\n")
		assert.Contains(t, messages, "The apply replaces settings in WHMCS")
		assert.Contains(t, messages, "post_pay.suspend_overdue_days is 14")
		assert.NotContains(t, messages, "lock_overdue_days is")
		assert.Contains(t, messages, "to = hosting_solusvm2_billing_settings.<NAME>")
	})
}

// TestAccBillingSettings_partly: when the connection is made and the rest then fails, nothing of either is lost.
func TestAccBillingSettings_partly(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "only the sandbox plays faults"}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		config := map[string]any{
			"api_connection": map[string]any{"url": env.Sandbox.SolusVM2.URL(), "api_key": env.Sandbox.SolusVM2.AdminToken()},
			"post_pay":       map[string]any{"lock_overdue_days": 3},
		}
		refuse := sandbox.Fault{System: "whmcs", Op: "update", Kind: "solusvm2_billing", Body: `{"result":"error","message":"Refused."}`}
		change, _ := p.PlanChange(t, typeName, nil, config)
		restore := env.Sandbox.AddFault(refuse)
		instance, diagnostics := p.Apply(t, change)
		restore()
		messages := strings.Join(acctest.Messages(diagnostics), "\n")
		assert.Contains(t, messages, "Unable to create SolusVM 2 billing configuration")
		assert.Contains(t, messages, "warning at : A part of the SolusVM 2 billing configuration was written")
		assert.Nil(t, p.State(t, instance), "the next creation finds the connection made")
		require.NoError(t, stored(t, env, "url", env.Sandbox.SolusVM2.URL())(nil))
		change, _ = p.PlanChange(t, typeName, nil, config)
		made, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))

		config["post_pay"] = map[string]any{"lock_overdue_days": 4}
		config["reconnect_triggers"] = map[string]any{"on": "x"}
		change, _ = p.PlanChange(t, typeName, made, config)
		restore = env.Sandbox.AddFault(refuse)
		left, diagnostics := p.Apply(t, change)
		restore()
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "warning at : A part of")
		require.NotNil(t, p.State(t, left))
		left, diagnostics = p.Read(t, left)
		require.Empty(t, acctest.Messages(diagnostics))
		p.Do(t, typeName, left, config)
		require.NoError(t, stored(t, env, "post_pay_lock_overdue_days", "4")(nil))
	})
}

func TestAccBillingSettings_badInput(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.Protocol(t).Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		connect := func(url string, more map[string]any) map[string]any {
			object := map[string]any{"url": url}
			for name, value := range more {
				object[name] = value
			}
			return map[string]any{"api_connection": object}
		}
		key := map[string]any{"api_key": "k"}
		rule := func(name string, value any) map[string]any {
			return map[string]any{"post_pay": map[string]any{name: value}}
		}
		price := func(code, value string) map[string]any {
			return map[string]any{"token_prices": map[string]any{"USD": "1", "EUR": "1", "INR": "1", code: value}}
		}
		acctest.BadInput(t, env, typeName, map[string]any{"on_destroy": "keep"}, []acctest.BadValue{
			{Name: "no URL", Attributes: map[string]any{"api_connection": key}, Path: "api_connection.url", Says: "must have the attribute url"},
			{Name: "no key", Attributes: connect("https://panel.example.com", nil), Path: "api_connection.api_key", Says: "The connection needs the URL and the API key of the panel"},
			{Name: "two keys", Attributes: connect("https://panel.example.com", map[string]any{"api_key": "k", "api_key_wo": "k", "api_key_wo_version": 1}), Path: "api_connection.api_key", Says: "cannot be specified when"},
			{Name: "write-only key without version", Attributes: connect("https://panel.example.com", map[string]any{"api_key_wo": "k"}), Path: "api_connection.api_key_wo", Says: "api_key_wo_version"},
			{Name: "no scheme", Attributes: connect("panel.example.com", key), Path: "api_connection.url", Says: "must be the http or https URL"},
			{Name: "user in URL", Attributes: connect("https://me:pw@panel.example.com", key), Path: "api_connection.url", Says: "without user"},
			{Name: "key with a line feed", Attributes: connect("https://panel.example.com", map[string]any{"api_key": "a\nb"}), Path: "api_connection.api_key", Says: "visible ASCII"},
			{Name: "relative terms", Attributes: rule("terms_url", "/terms"), Path: "post_pay.terms_url", Says: "must be an absolute http or https URL"},
			{Name: "terms that are a script", Attributes: rule("terms_url", "javascript:alert(1)"), Path: "post_pay.terms_url", Says: "must be an absolute http or https URL"},
			{Name: "negative days", Attributes: rule("invoice_grace_days", -1), Path: "post_pay.invoice_grace_days", Says: "between 0 and"},
			{Name: "group by name", Attributes: rule("new_user_limit_group_id", "Basic"), Path: "post_pay.new_user_limit_group_id", Says: "must be an id"},
			{Name: "five decimals", Attributes: price("USD", "0.00001"), Path: `token_prices["USD"]`, Says: "stores at most 4"},
			{Name: "negative price", Attributes: price("USD", "-1"), Path: `token_prices["USD"]`, Says: "negative"},
			{Name: "no number", Attributes: price("USD", "1e3"), Path: `token_prices["USD"]`, Says: "is not a decimal number"},
			{Name: "no currency", Attributes: price("US Dollar", "1"), Path: `token_prices["US Dollar"]`, Says: "must be a currency code"},
			{Name: "pre-pay", Attributes: map[string]any{"pre_pay": tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"enabled": tftypes.Bool}}, map[string]tftypes.Value{"enabled": tftypes.NewValue(tftypes.Bool, true)})}, Path: "pre_pay", Says: "has announced this billing mode, but it is not yet available"},
			{Name: "retail", Attributes: map[string]any{"retail": tftypes.NewValue(tftypes.Bool, true)}, Path: "retail", Says: "has announced this billing mode, but it is not yet available"},
			{Name: "trigger without a connection", Attributes: map[string]any{"reconnect_triggers": map[string]any{"on": "x"}}, Path: "reconnect_triggers", Says: "api_connection"},
			{Name: "on_destroy", Attributes: map[string]any{"on_destroy": "delete"}, Path: "on_destroy", Says: "must be one of"},
		})
		messages := strings.Join(acctest.Messages(env.Protocol(t).Plan(t, typeName, map[string]any{
			"post_pay":       map[string]any{"lock_overdue_days": 9, "suspend_overdue_days": 8},
			"api_connection": map[string]any{"url": "http://panel.example.com", "api_key": "k"},
		})), "\n")
		assert.Contains(t, messages, "warning at post_pay.lock_overdue_days: Users are suspended before they are locked")
		assert.Contains(t, messages, "warning at api_connection.url: WHMCS calls SolusVM 2 without encryption")
		// With only one of the two in the configuration, WHMCS has the other: 7 and 14 days.
		for attribute, days := range map[string]int{"lock_overdue_days": 15, "suspend_overdue_days": 6} {
			_, diagnostics := env.Protocol(t).PlanChange(t, typeName, nil, rule(attribute, days))
			messages := acctest.Messages(diagnostics)
			require.Len(t, messages, 1)
			assert.Contains(t, messages[0], "warning at post_pay."+attribute+": Users are suspended before they are locked")
			assert.Contains(t, messages[0], "in WHMCS")
		}
		for attribute, days := range map[string]int{"lock_overdue_days": 14, "suspend_overdue_days": 7} {
			_, diagnostics := env.Protocol(t).PlanChange(t, typeName, nil, rule(attribute, days))
			assert.Empty(t, acctest.Messages(diagnostics))
		}
	})
}

// TestAccBillingSettings_inactive: settings whose addon is not active yet can be planned, and not applied.
func TestAccBillingSettings_inactive(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		change, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"post_pay": map[string]any{"lock_overdue_days": 3}})
		assert.Empty(t, acctest.Messages(diagnostics), "the same run may activate the addon")
		_, diagnostics = p.Apply(t, change)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "error at post_pay.lock_overdue_days: Unable to create SolusVM 2 billing configuration")
		assert.Contains(t, messages[0], "Activate it first")
	})
}

// TestAccBillingSettings_movedPanel: a panel that moved is connected with the write-only key that the configuration
// holds, and its version need not change for that.
func TestAccBillingSettings_movedPanel(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		other := acctest.NewSandbox(t, sandbox.Options{})
		config := func(sb *sandbox.Sandbox) string {
			return env.Config(settings(fmt.Sprintf("api_connection = { url = %q, api_key_wo = %q, api_key_wo_version = 1 }", sb.SolusVM2.URL(), sb.SolusVM2.AdminToken())))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
			Steps: []resource.TestStep{
				{Config: config(env.Sandbox)},
				{Config: config(other), ConfigPlanChecks: update(address), Check: stored(t, env, "url", other.SolusVM2.URL())},
				{Config: config(other), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestAccBillingSettings_deactivatedBehind: a destroy succeeds if the addon was deactivated in WHMCS.
func TestAccBillingSettings_deactivatedBehind(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		made := p.Do(t, typeName, nil, map[string]any{"post_pay": map[string]any{"lock_overdue_days": 3}, "on_destroy": "disable_post_pay"})
		env.WHMCS.RemoveAddon(t, addon)
		change, diagnostics := p.PlanChange(t, typeName, made, nil)
		require.Empty(t, acctest.Messages(diagnostics))
		left, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Nil(t, p.State(t, left))
	})
}

// TestAccBillingSettings_changedMeanwhile: a setting that this apply does not write may change after the plan. That is
// not a conflict. The apply saves the planned values, and the next plan shows the change.
func TestAccBillingSettings_changedMeanwhile(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": addon})
		rules := func(lock, suspend int) map[string]any {
			return map[string]any{"post_pay": map[string]any{"lock_overdue_days": lock, "suspend_overdue_days": suspend}}
		}
		made := p.Do(t, typeName, nil, rules(3, 10))
		change, diagnostics := p.PlanChange(t, typeName, made, rules(3, 11))
		require.Empty(t, acctest.Messages(diagnostics))
		env.WHMCS.SetAddonSetting(t, addon, "post_pay_lock_overdue_days", "9")
		applied, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		days := func(i *acctest.Instance, name string) string {
			var rules map[string]tftypes.Value
			require.NoError(t, p.State(t, i)["post_pay"].As(&rules))
			return rules[name].String()
		}
		assert.Contains(t, days(applied, "lock_overdue_days"), `"3"`)
		read, diagnostics := p.Read(t, applied)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Contains(t, days(read, "lock_overdue_days"), `"9"`)
	})
}
