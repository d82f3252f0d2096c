package configurableoptiongroup_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

func TestAccConfigurableOptionGroups_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const list = "data.hosting_whmcs_configurable_option_groups."
		groups := `
resource "hosting_whmcs_configurable_option_group" "location" {
  name        = "Location"
  description = "Where"
  product_ids = ["1"]
  options     = { city = { name = "City", type = "dropdown", sub_options = { berlin = { name = "Berlin" } } } }
}
resource "hosting_whmcs_configurable_option_group" "empty" { name = "Empty" }`
		sources := `
data "hosting_whmcs_configurable_option_groups" "all" {}
data "hosting_whmcs_configurable_option_groups" "one" { name_regex = "^Loc" }
data "hosting_whmcs_configurable_option_groups" "none" { name_regex = "^nothing$" }`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_whmcs_configurable_option_groups" "bad" { name_regex = "*" }`), ExpectError: acctest.Says("Invalid regular expression")},
				{Config: env.Config(groups)},
				{
					Config: env.ReadOnlyConfig(groups, sources),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "configurable_option_groups.#", "2"),
						resource.TestCheckResourceAttr(list+"one", "configurable_option_groups.#", "1"),
						resource.TestCheckResourceAttrPair(list+"one", "configurable_option_groups.0.id", "hosting_whmcs_configurable_option_group.location", "id"),
						resource.TestCheckResourceAttr(list+"one", "configurable_option_groups.0.name", "Location"),
						resource.TestCheckResourceAttr(list+"one", "configurable_option_groups.0.description", "Where"),
						resource.TestCheckResourceAttr(list+"one", "configurable_option_groups.0.product_ids.0", "1"),
						resource.TestCheckResourceAttr(list+"one", "configurable_option_groups.0.options", "1"),
						resource.TestCheckResourceAttr(list+"none", "configurable_option_groups.#", "0"),
					),
				},
				{Config: env.Config(groups)}, // the destroy needs more than the read-only role
			},
		})
	})
}
