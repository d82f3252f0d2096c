package billingintegration_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccBillingIntegration(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "the integration lives in SolusVM 2"}, func(t *testing.T, env *acctest.Env) {
		const address, token = "data.hosting_solusvm2_billing_integration.this", "canary-integration-token"
		config := env.Config(`data "hosting_solusvm2_billing_integration" "this" {}`)
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckNoResourceAttr(address, "type"), resource.TestCheckNoResourceAttr(address, "url"), resource.TestCheckResourceAttr(address, "has_token", "false"),
			)},
			{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
						s.Settings["billing_integration"] = map[string]any{"type": "whmcs", "drivers": map[string]any{"whmcs": map[string]any{
							"url": "https://billing.example.com/modules/addons/solusvm2/api/", "token": token,
						}}}
					})
				},
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "type", "whmcs"), resource.TestCheckResourceAttr(address, "has_token", "true"),
					resource.TestCheckResourceAttr(address, "url", "https://billing.example.com/modules/addons/solusvm2/api/"),
					func(state *terraform.State) error {
						raw, err := json.Marshal(state)
						assert.NoError(t, err)
						assert.NotContains(t, string(raw), token)
						env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
							assert.NotContains(t, string(raw), s.Settings["mail"].(map[string]any)["password"])
						})
						return nil
					},
				),
			},
			{
				PreConfig: func() {
					env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", HTML: true, Times: -1})
				},
				Config: config, ExpectError: acctest.Says("Unable to read SolusVM 2 billing integration", "an HTML page"),
			},
		}})
	})
}
