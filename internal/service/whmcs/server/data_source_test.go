package server_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccServers_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		list := "data.hosting_whmcs_servers."
		servers := `
resource "hosting_whmcs_server" "dcim" {
  name               = "DCIM <&> 🚀"
  module             = "toplink_dcim"
  hostname           = "dcim.example.com"
  ip_address         = "192.0.2.10"
  max_accounts       = 7
  default_for_module = true
}
resource "hosting_whmcs_server" "vps" {
  name   = "VPS"
  module = "samplevps"
}`
		lists := `
data "hosting_whmcs_servers" "all" { depends_on = [hosting_whmcs_server.dcim, hosting_whmcs_server.vps] }
data "hosting_whmcs_servers" "named" {
  name_regex = "^DCIM <"
  depends_on = [hosting_whmcs_server.dcim, hosting_whmcs_server.vps]
}
data "hosting_whmcs_servers" "module" {
  module     = "samplevps"
  depends_on = [hosting_whmcs_server.dcim, hosting_whmcs_server.vps]
}
data "hosting_whmcs_servers" "both" {
  module     = "samplevps"
  name_regex = "DCIM"
  depends_on = [hosting_whmcs_server.dcim, hosting_whmcs_server.vps]
}`
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_whmcs_servers" "bad" { name_regex = "[" }`), ExpectError: acctest.Says("Invalid regular expression", "missing closing ]")},
				{Config: env.Config(servers), Check: acctest.SaveID("hosting_whmcs_server.dcim", &id)},
				{
					PreConfig: func() {
						env.WHMCS.AddService(t, "1", id, "Active")
						env.WHMCS.AddService(t, "1", id, "Terminated")
					},
					Config: env.Config(servers, lists),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "servers.#", "2"),
						resource.TestCheckResourceAttr(list+"named", "servers.#", "1"),
						resource.TestCheckResourceAttrPair(list+"named", "servers.0.id", "hosting_whmcs_server.dcim", "id"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.name", "DCIM <&> 🚀"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.hostname", "dcim.example.com"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.ip_address", "192.0.2.10"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.module", "toplink_dcim"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.active", "true"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.active_services", "1"),
						resource.TestCheckResourceAttr(list+"named", "servers.0.max_accounts", "7"),
						resource.TestCheckResourceAttr(list+"module", "servers.#", "1"),
						resource.TestCheckResourceAttr(list+"module", "servers.0.name", "VPS"),
						resource.TestCheckResourceAttr(list+"both", "servers.#", "0"),
					),
				},
				// Nothing on it, so that the servers can go.
				{PreConfig: func() { env.WHMCS.Set(t, "tblhosting", "1", "domainstatus", "Cancelled") }, Config: env.Config()},
			},
		})
	})
}

func TestAccServers_withoutCompanion(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{NoCompanion: true}, SandboxOnly: "PHP always has the companion"}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		env.Sandbox.WHMCS.AddServer("By hand", "toplink_dcim", "dcim.example.com")
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.ReadOnlyConfig(`data "hosting_whmcs_servers" "all" {}`),
					Check:  resource.TestCheckResourceAttr("data.hosting_whmcs_servers.all", "servers.0.name", "By hand"),
				},
				{
					Config:      env.Config(configuration()),
					ExpectError: acctest.Says("Unable to create server", "Install the companion", "companion --out DIR"),
				},
			},
		})
	})
}
