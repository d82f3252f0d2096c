package acctest_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestGuardsBadInput: a floor that is not an amount, or not of a currency, is an error at its place.
func TestGuardsBadInput(t *testing.T) {
	for minimum, says := range map[string]string{
		`{ usd = "5.00" }`:  "must be a currency code such as USD",
		`{ USD = "5,00" }`:  `The value "5,00"`,
		`{ USD = "1e2" }`:   `The value "1e2"`,
		`{ USD = "-1.00" }`: `The value "-1.00" is negative`,
		`{ USD = null }`:    "null",
		`"5.00"`:            "map of string required",
	} {
		t.Run(minimum, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{
					Config: acctest.RequiredProviders + "provider \"hosting\" {\n  guards {\n    min_price = " + minimum + "\n  }\n}\n" +
						`data "hosting_whmcs_currencies" "all" {}`,
					ExpectError: acctest.Says(says),
				}},
			})
		})
	}
}

// TestMisspeltSettings: Terraform itself refuses a misspelt argument of a provider block. Of an attribute it would
// drop the argument without a word, and `guards` would guard nothing.
func TestMisspeltSettings(t *testing.T) {
	for name, settings := range map[string]string{
		"whmcs":    `whmcs { ulr = "https://billing.example.com" }`,
		"dcim":     `dcim { secert = "s" }`,
		"solusvm2": `solusvm2 { tokn = "t" }`,
		"guards":   `guards { max_price_change = "20" }`,
	} {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{
					Config:      acctest.RequiredProviders + "provider \"hosting\" {\n  " + settings + "\n}\ndata \"hosting_whmcs_currencies\" \"all\" {}",
					ExpectError: acctest.Says("Unsupported argument"),
				}},
			})
		})
	}
}
