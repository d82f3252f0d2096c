package currency_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const currencies = "data.hosting_whmcs_currencies.all"

func TestAccCurrencies(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{
				// Reading needs no more than a role that cannot write.
				Config: env.ReadOnlyConfig(`data "hosting_whmcs_currencies" "all" {}`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(currencies, "codes.#", "3"),
					resource.TestCheckTypeSetElemAttr(currencies, "codes.*", "INR"),
					resource.TestCheckResourceAttr(currencies, "currencies.#", "3"),
					resource.TestCheckResourceAttr(currencies, "currencies.0.id", "1"),
					resource.TestCheckResourceAttr(currencies, "currencies.0.code", "USD"),
					resource.TestCheckResourceAttr(currencies, "currencies.0.prefix", "$"),
					resource.TestCheckResourceAttr(currencies, "currencies.0.suffix", " USD"),
					resource.TestCheckResourceAttr(currencies, "currencies.0.format", "1"),
					resource.TestCheckResourceAttr(currencies, "currencies.0.rate", "1.00000"),
					resource.TestCheckResourceAttr(currencies, "currencies.1.code", "INR"),
				),
			}},
		})
	})
}

// TestAccCurrencies_withoutCompanion: WHMCS's own action is enough, whatever shape its list has.
func TestAccCurrencies_withoutCompanion(t *testing.T) {
	for _, c := range []struct {
		name, body string // "" means the response of the sandbox
		count      string
	}{
		{"as documented", "", "3"},
		{"one, not in a list", `{"result": "success", "totalresults": "1", "currencies": {"currency": {"id": 1, "code": "USD", "prefix": "$", "suffix": null, "format": 1, "rate": "1.00000"}}}`, "1"},
		{"numbered", `{"result": "success", "currencies": {"currency": {"0": {"id": "1", "code": "USD", "format": ""}, "1": {"id": "2", "code": "INR"}}}}`, "2"},
		{"behind a notice", sandbox.PHPNotice + `{"result": "success", "currencies": {"currency": [{"id": "1", "code": "USD"}]}}`, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			options := acctest.Options{Sandbox: sandbox.Options{NoCompanion: true}, SandboxOnly: "PHP always has the companion"}
			acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
				if c.body != "" {
					env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Action: "GetCurrencies", Body: c.body, Times: -1})
				}
				acctest.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(),
					Steps: []resource.TestStep{{
						Config: env.Config(`data "hosting_whmcs_currencies" "all" {}`),
						Check:  resource.TestCheckResourceAttr(currencies, "currencies.#", c.count),
					}},
				})
			})
		})
	}
}
