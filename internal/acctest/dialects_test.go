package acctest_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest/dialects"
)

// dialectConfig is a configuration of every object of a DCIM.
func dialectConfig(t *testing.T, server *dialects.Server, style, label string, memory int, bulk string) string {
	t.Helper()
	profile, err := filepath.Abs(filepath.Join("..", "client", "dcim", "testdata", "dialects", style+".json"))
	require.NoError(t, err)
	return acctest.RequiredProviders + fmt.Sprintf(`
provider "hosting" {
  dcim {
    url         = %q
    key         = %q
    secret      = %q
    profile     = %q
    max_retries = 0
  }
}

resource "hosting_dcim_api_key" "whmcs" {
  label        = %q
  ip_addresses = ["192.0.2.1", "192.0.2.2"]
}

resource "hosting_dcim_package" "e3" {
  name      = "E3"
  memory_gb = %d
  ip_count  = 5
  disks     = [{ type = "SSD", interface = "SATA", size = "480 GB" }]
}

resource "hosting_dcim_server_binding" "one" {
  server_id  = "101"
  package_id = hosting_dcim_package.e3.id
}

resource "hosting_dcim_package_servers" "bulk" {
  package_id = hosting_dcim_package.e3.id
  server_ids = %s
}

data "hosting_dcim_preflight" "this" {}

output "failed" {
  value = join("; ", [for f in data.hosting_dcim_preflight.this.findings : f.detail if !f.ok && f.check != "tls"])
}
`, server.URL, dialects.Key, dialects.Secret, profile, label, memory, bulk)
}

// TestAccDialects applies a configuration of every object to DCIMs of unlike styles, which share no code with the
// provider and the sandbox.
func TestAccDialects(t *testing.T) {
	for _, style := range dialects.Styles() {
		t.Run(style, func(t *testing.T) {
			t.Parallel()
			server := dialects.Start(t, style)
			bound := func(want ...string) resource.TestCheckFunc {
				return func(state *terraform.State) error {
					id := state.RootModule().Resources["hosting_dcim_package.e3"].Primary.ID
					for n := 101; n <= 107; n++ {
						server, has := fmt.Sprint(n), fmt.Sprint(server.PackageOf(fmt.Sprint(n)))
						expected := "0"
						for _, one := range want {
							if one == server {
								expected = id
							}
						}
						if has != expected {
							return fmt.Errorf("the server %s has the package %s, want %s", server, has, expected)
						}
					}
					return nil
				}
			}
			const key, pack, bulk = "hosting_dcim_api_key.whmcs", "hosting_dcim_package.e3", "hosting_dcim_package_servers.bulk"
			config := func(label string, memory int, servers string) string {
				return dialectConfig(t, server, style, label, memory, servers)
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{
						Config: config("WHMCS", 32, `["102", "103"]`),
						Check: resource.ComposeAggregateTestCheckFunc(
							resource.TestCheckResourceAttrSet(key, "secret"), resource.TestCheckResourceAttr(pack, "memory_gb", "32"),
							resource.TestCheckOutput("failed", ""), bound("101", "102", "103"),
						),
					},
					{ResourceName: pack, ImportState: true, ImportStateVerify: true},
					{ResourceName: key, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"secret"}},
					{
						Config: config("Billing", 64, `["103", "104", "105"]`),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(key, plancheck.ResourceActionUpdate),
							plancheck.ExpectResourceAction(pack, plancheck.ResourceActionUpdate),
							plancheck.ExpectResourceAction(bulk, plancheck.ResourceActionUpdate),
						}},
						Check: resource.ComposeAggregateTestCheckFunc(
							resource.TestCheckResourceAttr(key, "label", "Billing"), resource.TestCheckResourceAttr(pack, "memory_gb", "64"),
							bound("101", "103", "104", "105"),
						),
					},
				},
			})
			require.Equal(t, 1, server.Count("package"), "destroy leaves the package of before")
			require.Zero(t, server.Count("key"))
			for n := 101; n <= 107; n++ {
				require.Zero(t, server.PackageOf(fmt.Sprint(n)))
			}
		})
	}
}
