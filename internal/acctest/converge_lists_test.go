package acctest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestConverge_productLeavesUpgradeLists: Terraform deletes a product before it updates the products that listed it.
func TestConverge_productLeavesUpgradeLists(t *testing.T) {
	product := func(name, upgrades string) string {
		return fmt.Sprintf(`
resource "hosting_whmcs_product" %[1]q {
  product_group_id    = hosting_whmcs_product_group.g.id
  name                = %[1]q
  pay_type            = "free"
  upgrade_product_ids = [%[2]s]
}`, name, upgrades)
	}
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(products ...string) string {
			return env.Config(append([]string{fmt.Sprintf(convergeGroup, "G")}, products...)...)
		}
		const b = "hosting_whmcs_product.b"
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config(product("a", ""), product("b", "hosting_whmcs_product.a.id"))},
				{
					Config:           config(product("b", "")),
					ConfigPlanChecks: acctest.Plan(b, plancheck.ResourceActionUpdate),
					Check:            resource.TestCheckResourceAttr(b, "upgrade_product_ids.#", "0"),
				},
				{Config: config(product("a", ""), product("c", ""), product("b", "hosting_whmcs_product.a.id, hosting_whmcs_product.c.id"))},
				{
					Config: config(product("c", ""), product("b", "hosting_whmcs_product.c.id")),
					Check:  resource.TestCheckResourceAttr(b, "upgrade_product_ids.#", "1"),
				},
				{Config: config(product("c", ""), product("b", "hosting_whmcs_product.c.id")), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestConverge_slugsMove: WHMCS keeps slugs unique. An update waits for a slug that another update of the run leaves.
func TestConverge_slugsMove(t *testing.T) {
	kinds := map[string]string{"product_group": "", "product": "product_group_id = \"1\"\n  pay_type = \"free\""}
	for kind, attributes := range kinds {
		t.Run(kind, func(t *testing.T) {
			acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
				config := func(slugs ...string) string {
					return env.Config(fmt.Sprintf(`
resource "hosting_whmcs_%s" "all" {
  count = %d
  name  = "object ${count.index}"
  slug  = ["%s"][count.index]
  %s
}`, kind, len(slugs), strings.Join(slugs, `", "`), attributes))
				}
				acctest.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(),
					Steps: []resource.TestStep{
						{Config: config("one", "two", "three")},
						{Config: config("two", "three", "four")},
						{Config: config("three", "two", "four"), ExpectError: regexp.MustCompile(`(?s)has\s+this\s+slug.*apply\s+again.*first\s+give\s+one\s+of\s+the\s+two\s+objects\s+a\s+temporary\s+value`)},
						{Config: config("parked", "two", "four")},
						{Config: config("three", "two", "four")},
						{Config: config("three", "two", "four"), ConfigPlanChecks: acctest.EmptyPlan()},
					},
				})
			})
		})
	}
}
