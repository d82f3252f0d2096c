package acctest_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestMisspeltSettings: Terraform itself refuses a misspelt argument of a provider block. Of an attribute it would drop the argument without a word,
// and `guards` would guard nothing.
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
