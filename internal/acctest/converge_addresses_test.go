package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// TestConverge_addressesOfKeys: two spellings of one address are one, whichever of them the DCIM stores.
func TestConverge_addressesOfKeys(t *testing.T) {
	for _, canonical := range []bool{true, false} {
		t.Run(fmt.Sprintf("canonical=%t", canonical), func(t *testing.T) {
			options := acctest.Options{SandboxOnly: "the object lives in the DCIM"}
			options.Sandbox.DCIM.CanonicalAddresses = canonical
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				const address = "hosting_dcim_api_key.k"
				config := func(addresses ...string) string {
					return env.Config(fmt.Sprintf(`
resource "hosting_dcim_api_key" "k" {
  label        = "WHMCS"
  ip_addresses = ["%s"]
}`, strings.Join(addresses, `", "`)))
				}
				var id string
				same := resource.TestCheckResourceAttrPtr(address, "id", &id)
				respell := func(ip string) func() {
					return func() {
						env.Sandbox.DCIM.Mutate(func(state *sandbox.DCIMState) { state.APIKeys[1].IP = ip })
					}
				}
				acctest.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(),
					Steps: []resource.TestStep{
						{Config: config("2001:DB8::1"), Check: acctest.SaveID(address, &id)},
						{Config: config("2001:DB8::1"), ConfigPlanChecks: acctest.EmptyPlan()},
						{Config: config("2001:db8:0::1"), ConfigPlanChecks: acctest.EmptyPlan()},
						{PreConfig: respell("2001:db8:0:0:0:0:0:1"), Config: config("2001:DB8::1"), ConfigPlanChecks: acctest.EmptyPlan()},
						// Two spellings are one address.
						{Config: config("2001:db8::1", "2001:DB8::1"), ConfigPlanChecks: acctest.EmptyPlan()},
						{Config: config("2001:db8:0::1", "192.0.2.1", "2001:DB8::1"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: same},
						{Config: config("2001:db8:0::1", "192.0.2.1", "2001:DB8::1"), ConfigPlanChecks: acctest.EmptyPlan()},
						{Config: config("2001:DB8::2", "2001:DB8::1"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: same},
						{ResourceName: address, ImportState: true, ImportStateVerify: !canonical, ImportStateVerifyIgnore: []string{"secret"}},
					},
					CheckDestroy: func(*terraform.State) error {
						require.Len(t, env.Sandbox.DCIM.APIKeys(), 1)
						return nil
					},
				})
			})
		})
	}
}

// TestConverge_addressesOfServers: WHMCS may store another spelling of the configured addresses. The next write expects
// the stored one.
func TestConverge_addressesOfServers(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const address = "hosting_whmcs_server.s"
		config := func(last string) string {
			return env.Config(fmt.Sprintf(`
resource "hosting_whmcs_server" "s" {
  name                  = "S"
  module                = "samplevps"
  hostname              = "2001:DB8::%[1]s"
  ip_address            = "2001:DB8::%[1]s"
  assigned_ip_addresses = ["2001:DB8::A%[1]s", "192.0.2.1"]
  nameservers           = [{ hostname = "ns1.example.com", ip_address = "" }, { hostname = "ns2.example.com", ip_address = "2001:DB8::%[1]s" }]
}`, last))
		}
		var id string
		respell := func() {
			for column, value := range map[string]string{
				"hostname": "2001:db8:0::1", "ipaddress": "2001:db8::1", "assignedips": "2001:db8::a1\n192.0.2.1", "nameserver2ip": "2001:db8:0:0::1",
			} {
				env.WHMCS.Set(t, "tblservers", id, column, value)
			}
		}
		column := func(column, want string) resource.TestCheckFunc {
			return acctest.Column(t, env.WHMCS, address, "tblservers", column, want)
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config("1"), Check: acctest.SaveID(address, &id)},
				{PreConfig: respell, Config: config("1"), ConfigPlanChecks: acctest.EmptyPlan()},
				{Config: strings.ReplaceAll(config("1"), "2001:DB8::", "2001:db8:0:0::"), ConfigPlanChecks: acctest.EmptyPlan()},
				{
					Config: config("2"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						column("hostname", "2001:DB8::2"), column("ipaddress", "2001:DB8::2"), column("assignedips", "2001:DB8::A2\n192.0.2.1"), column("nameserver2ip", "2001:DB8::2"),
					),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
			},
			CheckDestroy: acctest.Gone(t, env.WHMCS, "tblservers", &id),
		})
	})
}
