package acctest_test

import (
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestFunctions calls the functions of the provider. They need no configured provider.
func TestFunctions(t *testing.T) {
	t.Parallel()
	fails := func(expression string, says ...string) resource.TestStep {
		return resource.TestStep{
			Config:      acctest.RequiredProviders + "output \"x\" {\n value = provider::hosting::" + expression + "\n}",
			ExpectError: acctest.Says(says...),
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			fails(`convert_price("1,000", "1", "0.01")`, "amount", "not a decimal number"),
			fails(`convert_price("1", "1", "0")`, "step must be greater than zero"),
			fails(`convert_price("1", "-1", "0.01")`, "rate must not be negative"),
			fails(`convert_price("1", "0", "0.01")`, "rate must be greater than zero"),
			fails(`round_price("1", "1", "1.99")`, "ending must be at least zero and less than the step"),
			fails(`round_price("-1", "1", "0.99")`, "amount must not be negative"),
			{
				Config: acctest.RequiredProviders + `
locals {
  usd   = { monthly = "89.00", annually = "890.00" }
  rates = { EUR = "0.9217" }
}
output "converted" { value = provider::hosting::convert_price("89.00", "1.0835", "0.01") }
output "yen" { value = provider::hosting::convert_price("89.00", "156.3", "1") }
output "rounded" { value = provider::hosting::round_price("96.43", "1", "0.99") }
output "monthly" {
  value = { for cycle, price in local.usd : cycle => provider::hosting::round_price(
    provider::hosting::convert_price(price, local.rates.EUR, "0.01"), "1", "0.99")
  }.monthly
}`,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckOutput("converted", "96.43"), resource.TestCheckOutput("yen", "13911"),
					resource.TestCheckOutput("rounded", "95.99"), resource.TestCheckOutput("monthly", "81.99"),
				),
			},
		},
	})
}

func TestExamples_functions(t *testing.T) {
	t.Parallel()
	for path, hcl := range exampleFiles(t, "functions/*/function.tf") {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps:                    []resource.TestStep{{Config: acctest.RequiredProviders + hcl}},
			})
		})
	}
}
