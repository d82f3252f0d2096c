package addonmodule_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const (
	typeName = "hosting_whmcs_addon_module"
	address  = typeName + ".test"
)

// module is the addon that every installation of the tests has unpacked, with the attributes given.
func module(extra ...string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  module = \"sampleaddon\"\n  %s\n}", typeName, strings.Join(extra, "\n  "))
}

const deactivates = "on_destroy = \"deactivate\"\n  allow_data_loss = true"

// setting checks what WHMCS stores.
func setting(t *testing.T, env *acctest.Env, name, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got, _ := env.WHMCS.AddonSetting(t, "sampleaddon", name); got != want {
			return fmt.Errorf("the setting %s is %q, want %q", name, got, want)
		}
		return nil
	}
}

// active checks whether the addon is active.
func active(t *testing.T, env *acctest.Env, want bool) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if _, there := env.WHMCS.AddonSetting(t, "sampleaddon", "version"); there != want {
			return fmt.Errorf("active is %v, want %v", there, want)
		}
		return nil
	}
}

func TestAccAddonModule_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		full := module(`admin_role_names = ["Support & Abuse", "Full Administrator"]`, `settings = { verbose = "on", retention = "90", footer = "<b>&</b>" }`, `sensitive_settings = { apikey = "Canary-One" }`, deactivates)
		byID := strings.Replace(full, `admin_role_names = ["Support & Abuse", "Full Administrator"]`, `admin_role_ids = ["2"]`, 1)
		update := acctest.Plan(address, plancheck.ResourceActionUpdate)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			CheckDestroy:             active(t, env, false),
			Steps: []resource.TestStep{
				{
					Config: env.Config(module(deactivates)),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(address, "id", "sampleaddon"),
						resource.TestCheckResourceAttr(address, "version", "1.2"),
						resource.TestCheckResourceAttr(address, "admin_role_ids.#", "0"),
						resource.TestCheckResourceAttr(address, "admin_role_names.#", "0"),
						resource.TestCheckNoResourceAttr(address, "settings.%"),
						active(t, env, true),
					),
				},
				{
					Config: env.Config(full), ConfigPlanChecks: update,
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckTypeSetElemAttr(address, "admin_role_ids.*", "1"),
						resource.TestCheckTypeSetElemAttr(address, "admin_role_ids.*", "3"),
						setting(t, env, "access", "1,3"), setting(t, env, "verbose", "on"), setting(t, env, "retention", "90"), setting(t, env, "footer", "<b>&</b>"), setting(t, env, "apikey", "Canary-One"),
					),
				},
				{Config: env.Config(full), ConfigPlanChecks: acctest.EmptyPlan()},
				{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{
					// An import reads all settings except secrets.
					"settings.%", "settings.endpoint", "settings.place", "sensitive_settings.%", "sensitive_settings.apikey", "on_destroy", "allow_data_loss",
				}},
				{
					Config: env.Config(byID), ConfigPlanChecks: update,
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(address, "admin_role_names.0", "Sales Operator"), resource.TestCheckResourceAttr(address, "admin_role_names.#", "1"), setting(t, env, "access", "2"),
					),
				},
				// Drift of roles, of a plain setting and of a secret one.
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, "sampleaddon", "access", "1,2") }, Config: env.Config(byID), ConfigPlanChecks: update, Check: setting(t, env, "access", "2")},
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, "sampleaddon", "retention", "30") }, Config: env.Config(byID), ConfigPlanChecks: update, Check: setting(t, env, "retention", "90")},
				{PreConfig: func() { env.WHMCS.SetAddonSetting(t, "sampleaddon", "apikey", "Elsewhere") }, Config: env.Config(byID), ConfigPlanChecks: update, Check: setting(t, env, "apikey", "Canary-One")},
				// Left out is unmanaged.
				{Config: env.Config(module(deactivates)), Check: resource.ComposeAggregateTestCheckFunc(setting(t, env, "retention", "90"), setting(t, env, "access", "2"), setting(t, env, "apikey", "Canary-One"))},
			},
		})
	})
}

// TestAccAddonModule_disappears: a module that was deactivated in WHMCS is activated again.
func TestAccAddonModule_disappears(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		// This one has no tables that would be left behind.
		config := env.Config(strings.Replace(module(), "sampleaddon", "solusvm2", 1))
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config},
				{
					PreConfig: func() { env.WHMCS.RemoveAddon(t, "solusvm2") },
					Config:    config, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check: resource.TestCheckResourceAttr(address, "id", "solusvm2"),
				},
			},
		})
		_, there := env.WHMCS.AddonSetting(t, "solusvm2", "version")
		assert.True(t, there, "by default a destroy leaves the addon active")
	})
}

func TestAccAddonModule_importThenPlan(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, module(`admin_role_ids = ["1"]`, `settings = { endpoint = "https://notes.example.com", verbose = "", retention = "60", place = "Top", footer = "" }`), address)
	})
}

// TestAccAddonModule_importOfSolusVM2: the warning of the import names the resource of the addon's settings.
func TestAccAddonModule_importOfSolusVM2(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, typeName, nil, map[string]any{"module": "solusvm2"})
		env.WHMCS.SetAddonSetting(t, "solusvm2", "token_price_1", "0.0125")
		_, diagnostics := p.Import(t, typeName, map[string]any{"id": "solusvm2"})
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "token_price_1")
		assert.Contains(t, messages[0], "hosting_solusvm2_billing_settings manages the settings of this addon.")
		assert.NotContains(t, messages[0], "add them")
	})
}

// TestAccAddonModule_writeOnly: secrets of the configuration alone are sent when their version says so, and their
// drift is noticed.
func TestAccAddonModule_writeOnly(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(secret string, version int) string {
			return env.Config(module(fmt.Sprintf("sensitive_settings_wo = { apikey = %q }\n  sensitive_settings_wo_version = %d", secret, version), deactivates))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
			Steps: []resource.TestStep{
				{Config: config("Canary-One", 1), Check: resource.ComposeAggregateTestCheckFunc(
					setting(t, env, "apikey", "Canary-One"), resource.TestCheckNoResourceAttr(address, "sensitive_settings_wo.%"),
					resource.TestCheckNoResourceAttr(address, "sensitive_settings.%"),
				)},
				{Config: config("Canary-Two", 1), ConfigPlanChecks: acctest.EmptyPlan(), Check: setting(t, env, "apikey", "Canary-One")},
				{Config: config("Canary-Two", 2), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: setting(t, env, "apikey", "Canary-Two")},
				{
					PreConfig: func() { env.WHMCS.SetAddonSetting(t, "sampleaddon", "apikey", "Elsewhere") },
					Config:    config("Canary-Two", 2), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: setting(t, env, "apikey", "Canary-Two"),
				},
				{Config: config("Canary-Two", 2), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestAccAddonModule_exists: a module that is active already is adopted, not activated again.
func TestAccAddonModule_exists(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(module())},
				{
					Config:      env.Config(module(), strings.Replace(module(), `"test"`, `"other"`, 1)),
					ExpectError: acctest.Says("Unable to create addon module: it exists", "WHMCS already has an addon module with this name", "import {", `id = "sampleaddon"`),
				},
			},
		})
	})
}

// TestAccAddonModule_replace: another module is another object. The former module stays active, unless on_destroy says
// otherwise.
func TestAccAddonModule_replace(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(module())},
				{
					Config:           env.Config(strings.Replace(module(), "sampleaddon", "solusvm2", 1)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionReplace),
					Check:            resource.ComposeAggregateTestCheckFunc(resource.TestCheckResourceAttr(address, "id", "solusvm2"), active(t, env, true)),
				},
			},
		})
	})
}

func TestAccAddonModule_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{
				Config: env.Config(`
resource "terraform_data" "later" {
  input = { module = "sampleaddon", roles = ["Sales Operator"], settings = { retention = "30" }, secrets = { apikey = "Canary-Later" } }
}
resource "hosting_whmcs_addon_module" "test" {
  module             = terraform_data.later.output.module
  admin_role_names   = terraform_data.later.output.roles
  settings           = terraform_data.later.output.settings
  sensitive_settings = terraform_data.later.output.secrets
  on_destroy         = "deactivate"
  allow_data_loss    = true
}`),
				Check: resource.ComposeAggregateTestCheckFunc(setting(t, env, "access", "2"), setting(t, env, "retention", "30"), setting(t, env, "apikey", "Canary-Later")),
			}},
		})
	})
}

func TestAccAddonModule_badInput(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"module": "sampleaddon"}, []acctest.BadValue{
			{Name: "no module", Attributes: map[string]any{"module": nil}, Path: "module", Says: "Missing Configuration for Required Attribute"},
			{Name: "a path", Attributes: map[string]any{"module": "../servers/x"}, Path: "module", Says: "must be the name of a folder"},
			{Name: "not unpacked", Attributes: map[string]any{"module": "nosuch"}, Path: "module", Says: "nosuch"},
			{Name: "roles twice", Attributes: map[string]any{"admin_role_ids": []any{"1"}, "admin_role_names": []any{"Sales Operator"}}, Path: "admin_role_names", Says: "admin_role_names has other names"},
			{Name: "role by name among ids", Attributes: map[string]any{"admin_role_ids": []any{"Sales Operator"}}, Path: "admin_role_ids[*]", Says: "must be an id"},
			{Name: "role that does not exist", Attributes: map[string]any{"admin_role_ids": []any{"99"}}, Path: "admin_role_ids", Says: "99"},
			{Name: "role name that does not exist", Attributes: map[string]any{"admin_role_names": []any{"Nobody"}}, Path: "admin_role_names", Says: "Nobody"},
			{Name: "WHMCS's own setting", Attributes: map[string]any{"settings": map[string]any{"access": "1"}}, Path: `settings["access"]`, Says: "must be none of"},
			{Name: "in two places", Attributes: map[string]any{"settings": map[string]any{"apikey": "x"}, "sensitive_settings": map[string]any{"apikey": "y"}}, Path: `sensitive_settings["apikey"]`, Says: "is also in settings"},
			{Name: "deactivation unasked", Attributes: map[string]any{"on_destroy": "deactivate"}, Path: "on_destroy", Says: "allow_data_loss = true"},
			{Name: "on_destroy", Attributes: map[string]any{"on_destroy": "drop"}, Path: "on_destroy", Says: "must be one of"},
			{Name: "write-only without version", Attributes: map[string]any{"sensitive_settings_wo": map[string]any{"apikey": "x"}}, Path: "sensitive_settings_wo", Says: "sensitive_settings_wo_version"},
		})
		// Facts that only the module knows are read before the activation.
		p := env.Protocol(t)
		change, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"module": "sampleaddon", "settings": map[string]any{"retention": "45"}})
		require.Empty(t, acctest.Messages(diagnostics))
		instance, diagnostics := p.Apply(t, change)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], `error at settings["retention"]: Unable to create addon module`)
		assert.Nil(t, p.State(t, instance))
		require.NoError(t, active(t, env, false)(nil))
	})
}
