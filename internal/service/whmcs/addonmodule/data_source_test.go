package addonmodule_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

func TestAccAddonModules_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const list = "data.hosting_whmcs_addon_modules."
		modules := `
resource "hosting_whmcs_addon_module" "sample" {
  module         = "sampleaddon"
  admin_role_ids = ["1"]
}`
		sources := `
data "hosting_whmcs_addon_modules" "all" { module_regex = "^sample" }
data "hosting_whmcs_addon_modules" "none" { module_regex = "^nothing$" }`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(sources), Check: resource.TestCheckResourceAttr(list+"all", "addon_modules.#", "0")},
				{Config: env.Config(modules)},
				{
					Config: env.ReadOnlyConfig(modules, sources),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "addon_modules.#", "1"),
						resource.TestCheckResourceAttr(list+"all", "addon_modules.0.id", "sampleaddon"),
						resource.TestCheckResourceAttr(list+"all", "addon_modules.0.module", "sampleaddon"),
						resource.TestCheckResourceAttrPair(list+"all", "addon_modules.0.version", "hosting_whmcs_addon_module.sample", "version"),
						resource.TestCheckResourceAttr(list+"all", "addon_modules.0.admin_role_ids.0", "1"),
						resource.TestCheckResourceAttr(list+"all", "addon_modules.0.admin_role_names.0", "Full Administrator"),
						resource.TestCheckResourceAttr(list+"none", "addon_modules.#", "0"),
					),
				},
				{Config: env.Config(modules)}, // the destroy needs more than the read-only role
			},
		})
	})
}
