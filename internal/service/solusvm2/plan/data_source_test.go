package plan_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccPlans_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "plans live in SolusVM 2"}, func(t *testing.T, env *acctest.Env) {
		env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
			s.Plans[1].TokensPerHour, s.Plans[1].TokensPerMonth = 0, 0
			for range 20 { // more than a page
				other := s.Plans[0]
				other.ID, other.Name, other.TokensPerMonth = int64(len(s.Plans)+1), "VZ", 1001
				s.Plans = append(s.Plans, other)
			}
		})
		priced := func(key, value string) resource.TestCheckFunc {
			return resource.TestCheckResourceAttr("data.hosting_solusvm2_plans.priced", "plans."+key, value)
		}
		const list = "data.hosting_solusvm2_plans."
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(`
resource "terraform_data" "later" { input = { USD = "0.0125", INR = "1.05" } }
data "hosting_solusvm2_plans" "all" {}
data "hosting_solusvm2_plans" "priced" {
  name_regex   = "^KVM"
  token_prices = terraform_data.later.output
}
data "hosting_solusvm2_plans" "others" { name_regex = "^VZ$" }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(list+"all", "plans.#", "22"), resource.TestCheckResourceAttr(list+"priced", "plans.#", "2"),
					resource.TestCheckResourceAttr(list+"all", "plans.0.prices.%", "0"),
					priced("0.id", "1"), priced("0.name", "KVM S"), priced("0.virtualization_type", "kvm"), priced("0.is_visible", "true"),
					priced("0.vcpu", "1"), priced("0.ram_bytes", "1073741824"), priced("0.disk_gib", "20"),
					priced("0.tokens_per_hour", "2"), priced("0.tokens_per_month", "1000"), priced("0.hours_to_cap", "500"),
					priced("0.ip_tokens_per_hour", "1"), priced("0.ip_tokens_per_month", "300"), priced("0.prices.%", "2"),
					priced("0.prices.USD.per_hour", "0.0250"), priced("0.prices.USD.per_month", "12.5000"),
					priced("0.prices.USD.ip_per_hour", "0.0125"), priced("0.prices.INR.ip_per_month", "315.00"),
					priced("1.prices.USD.per_month", "0.0000"),
					resource.TestCheckNoResourceAttr(list+"priced", "plans.1.hours_to_cap"),
					resource.TestCheckResourceAttr(list+"others", "plans.0.hours_to_cap", "501"),
				),
			},
			{
				Config:      env.Config(`data "hosting_solusvm2_plans" "bad" { token_prices = { USD = "cheap" } }`),
				ExpectError: acctest.Says("token_prices", "is not a decimal number"),
			},
			{
				Config:      env.Config(`data "hosting_solusvm2_plans" "bad" { token_prices = { USD = "99999999999999" } }`),
				ExpectError: acctest.Says("Unable to compute the prices of a plan", `SolusVM 2 plan "KVM S"`, "USD"),
			},
			{Config: env.Config(`data "hosting_solusvm2_plans" "all" {}`)}, // what is destroyed at the end must be valid
		}})
	})
}
