package usage_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccUsage_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "usage lives in SolusVM 2"}, func(t *testing.T, env *acctest.Env) {
		at := func(day, hour int) time.Time { return time.Date(2026, 10, day, hour, 0, 0, 0, time.UTC) }
		env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
			for i := range s.Servers {
				s.Servers[i].CreatedAt = at(1, 0).AddDate(1, 0, 0) // after the month
			}
			s.Servers[0].CreatedAt = at(1, 0).AddDate(0, -1, 0)                         // the whole month, so the plan's cap
			s.Servers[1].CreatedAt, s.Servers[1].Plan = at(31, 0), "KVM M"              // 24 hours
			s.Servers[2].CreatedAt, s.Servers[2].TerminatedAt = at(2, 0), ptr(at(2, 3)) // 3 hours
		})
		shown := func(name, key, value string) resource.TestCheckFunc {
			return resource.TestCheckResourceAttr("data.hosting_solusvm2_usage."+name, key, value)
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(`
data "hosting_solusvm2_usage" "october" { period = "2026-10" }
data "hosting_solusvm2_usage" "there" {
  period   = "2026-10"
  timezone = "Asia/Kolkata"
}
data "hosting_solusvm2_usage" "none" { period = "2019-01" }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					shown("october", "servers", "3"), shown("october", "users", "2"), shown("october", "tokens", "1174"), // 1000 + 24×7 + 3×2
					shown("october", "plans.#", "3"), resource.TestCheckNoResourceAttr("data.hosting_solusvm2_usage.october", "plans.0.plan"),
					shown("october", "plans.0.servers", "1"), shown("october", "plans.0.tokens", "6"),
					shown("october", "plans.1.plan", "KVM M"), shown("october", "plans.1.tokens", "168"),
					shown("october", "plans.1.tokens_by_type.plan", "168"),
					shown("october", "plans.2.plan", "KVM S"), shown("october", "plans.2.tokens", "1000"),
					shown("there", "tokens", "1139"), // the month ends five and a half hours earlier: 19 hours of KVM M
					shown("none", "tokens", "0"), shown("none", "plans.#", "0"),
					func(state *terraform.State) error {
						raw, err := json.Marshal(state)
						if !assert.NoError(t, err) {
							return nil
						}
						assert.NotContains(t, string(raw), "asha@example.com")
						assert.NotContains(t, string(raw), "vps-0", "the name of a customer's server is in the state")
						return nil
					},
				),
			},
			{Config: env.Config(`data "hosting_solusvm2_usage" "bad" { period = "2026-13" }`), ExpectError: acctest.Says("period", "must be a month such as 2026-10")},
			{
				Config: env.Config(`data "hosting_solusvm2_usage" "bad" {
  period   = "2026-10"
  timezone = "Mumbai"
}`),
				ExpectError: acctest.Says("Unable to read SolusVM 2 usage of 2026-10", "The timezone must be a valid zone"),
			},
			{Config: env.Config(`data "hosting_solusvm2_usage" "none" { period = "2019-01" }`)}, // what is destroyed at the end must be valid
		}})
	})
}

func ptr(t time.Time) *time.Time { return &t }
