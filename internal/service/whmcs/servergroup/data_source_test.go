package servergroup_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

func TestAccServerGroups_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		list := "data.hosting_whmcs_server_groups."
		groups := servers("a") + group("server_ids = [hosting_whmcs_server.a.id]", `fill_type = "fill_default_first"`) + `
resource "hosting_whmcs_server_group" "empty" { name = "Empty" }`
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_whmcs_server_groups" "bad" { name_regex = "*" }`), ExpectError: acctest.Says("Invalid regular expression")},
				{Config: env.Config(groups), Check: acctest.SaveID(address, &id)},
				{
					PreConfig: func() { env.WHMCS.Set(t, "tblproducts", "1", "servergroup", id) },
					Config: env.ReadOnlyConfig(groups, `
data "hosting_whmcs_server_groups" "all" {}
data "hosting_whmcs_server_groups" "one" { name_regex = "^Dedicated <&" }
data "hosting_whmcs_server_groups" "none" { name_regex = "^nothing$" }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "server_groups.#", "2"),
						resource.TestCheckResourceAttr(list+"one", "server_groups.#", "1"),
						resource.TestCheckResourceAttrPair(list+"one", "server_groups.0.id", address, "id"),
						resource.TestCheckResourceAttrPair(list+"one", "server_groups.0.name", address, "name"),
						resource.TestCheckResourceAttr(list+"one", "server_groups.0.fill_type", "fill_default_first"),
						resource.TestCheckResourceAttrPair(list+"one", "server_groups.0.server_ids.0", "hosting_whmcs_server.a", "id"),
						resource.TestCheckResourceAttr(list+"one", "server_groups.0.products", "1"),
						resource.TestCheckResourceAttr(list+"none", "server_groups.#", "0"),
					),
				},
				{PreConfig: func() { env.WHMCS.Set(t, "tblproducts", "1", "servergroup", "0") }, Config: env.Config(groups)},
			},
		})
	})
}
