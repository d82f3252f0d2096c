package productgroup_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccProductGroups_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		list := "data.hosting_whmcs_product_groups."
		group := `
resource "hosting_whmcs_product_group" "test" {
  name   = "Dedicated"
  slug   = "bare-metal"
  hidden = true
  order  = 9
}`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_whmcs_product_groups" "bad" { name_regex = "(?!x)" }`), ExpectError: acctest.Says("Invalid regular expression")},
				{Config: env.Config(group)},
				{
					Config: env.ReadOnlyConfig(group, `
data "hosting_whmcs_product_groups" "all" {}
data "hosting_whmcs_product_groups" "one" { name_regex = "(?i)^dedicated$" }
data "hosting_whmcs_product_groups" "legacy" { name_regex = "y & C" }
data "hosting_whmcs_product_groups" "none" { name_regex = "^nothing$" }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "product_groups.#", "2"),
						resource.TestCheckResourceAttr(list+"one", "product_groups.#", "1"),
						resource.TestCheckResourceAttrPair(list+"one", "product_groups.0.id", address, "id"),
						resource.TestCheckResourceAttr(list+"one", "product_groups.0.slug", "bare-metal"),
						resource.TestCheckResourceAttr(list+"one", "product_groups.0.hidden", "true"),
						resource.TestCheckResourceAttr(list+"one", "product_groups.0.order", "9"),
						resource.TestCheckResourceAttr(list+"one", "product_groups.0.products", "0"),
						resource.TestCheckResourceAttr(list+"legacy", "product_groups.0.name", "Legacy & Co"),
						resource.TestCheckResourceAttr(list+"legacy", "product_groups.0.products", "1"),
						resource.TestCheckResourceAttr(list+"none", "product_groups.#", "0"),
					),
				},
				{Config: env.Config(group)},
			},
		})
	})
}

func TestAccProductGroups_withoutCompanion(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{NoCompanion: true}, SandboxOnly: "PHP always has the companion"}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{
				Config:      env.Config(`data "hosting_whmcs_product_groups" "all" {}`),
				ExpectError: acctest.Says("Unable to read WHMCS product groups", "Install the companion"),
			}},
		})
	})
}
