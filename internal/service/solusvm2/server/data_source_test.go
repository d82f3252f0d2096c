package server_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccServers_dataSources(t *testing.T) {
	options := acctest.Options{SandboxOnly: "virtual servers live in SolusVM 2", Sandbox: sandbox.Options{SolusVM2: sandbox.SolusVM2Options{ExtraServers: 40}}} // more than a page
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		const one = "data.hosting_solusvm2_server.one"
		count := func(name, n string) resource.TestCheckFunc {
			return resource.TestCheckResourceAttr("data.hosting_solusvm2_servers."+name, "servers.#", n)
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(`
data "hosting_solusvm2_servers" "all" {}
data "hosting_solusvm2_servers" "named" { name_regex = "^vps-0[12]$" }
data "hosting_solusvm2_servers" "user" { user_id = "2" }
data "hosting_solusvm2_servers" "together" {
  user_id             = "2"
  status              = "started"
  virtualization_type = "kvm"
}
data "hosting_solusvm2_server" "one" { id = "1" }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					count("all", "45"), count("named", "2"), count("user", "22"), count("together", "14"),
					resource.TestCheckResourceAttr(one, "name", "vps-01"), resource.TestCheckResourceAttr(one, "vcpu", "2"),
					resource.TestCheckResourceAttr(one, "ram_bytes", "2147483648"), resource.TestCheckResourceAttr(one, "disk_gib", "40"),
					resource.TestCheckResourceAttr(one, "status", "stopped"), resource.TestCheckResourceAttr(one, "user_email", "wei@example.com"),
					resource.TestCheckResourceAttr(one, "ipv4_addresses.0", "198.51.100.2"), resource.TestCheckNoResourceAttr(one, "ipv6_address"),
					func(state *terraform.State) error {
						raw, err := json.Marshal(state)
						if !assert.NoError(t, err) {
							return nil
						}
						env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
							for _, server := range s.Servers {
								assert.NotContains(t, string(raw), server.VNCPassword, "a console's password is in the state")
							}
						})
						return nil
					},
				),
			},
			{Config: env.Config(`data "hosting_solusvm2_server" "bad" { id = "4711" }`), ExpectError: acctest.Says("Unable to read SolusVM 2 server 4711")},
			{Config: env.Config(`data "hosting_solusvm2_servers" "bad" { virtualization_type = "xen" }`), ExpectError: acctest.Says("virtualization_type", "must be one of")},
			{Config: env.Config(`data "hosting_solusvm2_servers" "bad" { user_id = "asha" }`), ExpectError: acctest.Says("user_id")},
			{Config: env.Config(`data "hosting_solusvm2_servers" "all" {}`)}, // what is destroyed at the end must be valid
		}})
	})
}
