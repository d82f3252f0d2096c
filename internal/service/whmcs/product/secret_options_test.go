package product_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// A module option that is a password is never read back. A change in WHMCS is still detected and repaired.
func TestAccProduct_secretOption(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		options := func(hcl string) string {
			return env.Config(configuration("module = \"samplevps\"\n module_options = { Disk = \"40\" }\n sensitive_module_options = {" + hcl + "}\n prices = {" + allCurrencies + "}"))
		}
		first, second := options(`Token = "Canary-One"`), options(`"4" = "Canary-Two"`)
		update := acctest.Plan(address, plancheck.ResourceActionUpdate)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: first, Check: resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), column(t, env, "configoption4", "Canary-One"))},
				{Config: first, ConfigPlanChecks: acctest.EmptyPlan()},
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "configoption4", "Elsewhere") },
					Config:           first,
					ConfigPlanChecks: update,
					Check:            column(t, env, "configoption4", "Canary-One"),
				},
				{Config: first, ConfigPlanChecks: acctest.EmptyPlan()},
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "configoption4", "") },
					Config:           first,
					ConfigPlanChecks: update,
					Check:            column(t, env, "configoption4", "Canary-One"),
				},
				{Config: second, ConfigPlanChecks: update, Check: column(t, env, "configoption4", "Canary-Two")},
				{Config: second, ConfigPlanChecks: acctest.EmptyPlan()},
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "configoption4", "Elsewhere") },
					Config:           second,
					ConfigPlanChecks: update,
					Check:            column(t, env, "configoption4", "Canary-Two"),
				},
			},
		})
	})
}

// After an import, the secrets of the configuration are new to the state. Live services allow a write of equal values.
func TestAccProduct_importSecretOption(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		values := func(token string) map[string]any {
			return attributes(map[string]any{"prices": everyCurrency("10.00"), "module": "samplevps", "module_options": map[string]any{"1": "small", "Disk": "40"}, "sensitive_module_options": map[string]any{"Token": token}})
		}
		made := p.Do(t, productType, nil, values("Canary-One"))
		id := acctest.Text(t, p.State(t, made)["id"])
		env.WHMCS.AddService(t, id, "0", "Active")
		imported, diagnostics := p.Import(t, productType, map[string]any{"id": id})
		require.Len(t, acctest.Messages(diagnostics), 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], `4 ("Token")`)
		imported, diagnostics = p.Read(t, imported)
		require.Empty(t, acctest.Messages(diagnostics))
		change, diagnostics := p.PlanChange(t, productType, imported, values("Canary-One"))
		require.Empty(t, acctest.Messages(diagnostics))
		applied, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		change, _ = p.PlanChange(t, productType, applied, values("Canary-One"))
		assert.True(t, p.IsEmpty(t, change))
		// A plan compares no secrets, because a pipeline that only plans could test guesses. The apply refuses.
		change, diagnostics = p.PlanChange(t, productType, imported, values("Canary-Two"))
		require.Empty(t, acctest.Messages(diagnostics))
		_, diagnostics = p.Apply(t, change)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "allow_live_changes")
		// A secret that the state knows is compared with the state.
		_, diagnostics = p.PlanChange(t, productType, applied, values("Canary-Two"))
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "The change would affect live services")
	})
}

// Write-only options need a version, and are neither in the state nor in the plan.
func TestAccProduct_writeOnlyOptions(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(secret string, version int) string {
			return env.Config(configuration(fmt.Sprintf(`
  module         = "samplevps"
  module_options = { Disk = "40" }
  sensitive_module_options_wo         = { Token = %q }
  sensitive_module_options_wo_version = %d
  prices = {%s}`, secret, version, allCurrencies)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
			Steps: []resource.TestStep{
				{Config: config("Canary-One", 1), Check: resource.ComposeAggregateTestCheckFunc(
					column(t, env, "configoption4", "Canary-One"), resource.TestCheckNoResourceAttr(address, "sensitive_module_options_wo.%"),
				)},
				{Config: config("Canary-Two", 1), ConfigPlanChecks: acctest.EmptyPlan(), Check: column(t, env, "configoption4", "Canary-One")},
				{Config: config("Canary-Two", 2), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: column(t, env, "configoption4", "Canary-Two")},
				{Config: config("Canary-Two", 2), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}
