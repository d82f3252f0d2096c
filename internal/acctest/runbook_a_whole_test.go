package acctest_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// wholeSettings are the facets of the product in the whole runbook: monthly price in rupees, description, module
// package.
const wholeSettings = `
  description               = %q
  short_description         = "R&D <fast> & \"cheap\""
  auto_setup                = "on_payment"
  welcome_email             = "Dedicated/VPS Server Welcome Email"
  allow_multiple_quantities = "no"
  configurable_options_upgrade = true
  toplink_dcim = {
    connection_node = "node-1", data_center = "Frankfurt", package = %q, suspend_action = "close port", terminate_action = "power off"
    client_vnc = true, client_power = true, client_reinstall = true, client_port_limits = false, client_hardware_info = false
  }
  custom_fields = {
    os = { name = "Pre Install System|Operating system", type = "dropdown", options = ["Debian 12", "AlmaLinux 9"], required = true, show_on_order_form = true }
  }
  prices = {
    USD = { monthly = "99.00", annually = "990.00" }
    INR = { monthly = %q }
    EUR = {}
  }
  setup_fees = {
    USD = { monthly = "49.00" }
    INR = { monthly = "4000.00" }
  }
`

// wholeExtras are the configurable options, before and after a change that renames, adds and removes some.
const (
	wholeExtras = `
resource "hosting_whmcs_configurable_option_group" "extras" {
  name        = "Dedicated server extras"
  product_ids = [hosting_whmcs_product.e3.id]
  options = {
    memory = { name = "memory|Memory", sub_options = {
      gb_32 = { name = "32|32 GB", order = 1 }
      gb_64 = { name = "64|64 GB", order = 2, prices = { USD = { monthly = "20.00" } }, setup_fees = { USD = { monthly = "5.00" } } }
    } }
    ips = { name = "ips|IP addresses", type = "quantity", quantity_maximum = 16, order = 2, sub_options = {
      ip = { name = "IP address", prices = { USD = { monthly = "2.50" } } }
    } }
  }
}
`
	changedExtras = `
resource "hosting_whmcs_configurable_option_group" "extras" {
  name        = "Dedicated server extras"
  product_ids = [hosting_whmcs_product.e3.id]
  options = {
    memory = { name = "memory|RAM", sub_options = {
      gb_32  = { name = "32|32 GB", order = 1 }
      gb_128 = { name = "128|128 GB", order = 3, prices = { USD = { monthly = "60.00" } } }
    } }
  }
}
`
)

const wholeHardware = `
resource "hosting_dcim_package" "e3" { name = "E3-1230" }
data "hosting_dcim_server" "one" { label = "BOM-A01-05" }
resource "hosting_dcim_server_binding" "one" {
  server_id  = data.hosting_dcim_server.one.id
  package_id = hosting_dcim_package.e3.id
}
`

// TestRunbookA_whole applies, changes, drifts, repairs and destroys the whole manual. Its objects are gone then, and
// all other objects are unchanged, to the byte. It runs on the sandbox and on MariaDB, on a WHMCS 8 and on an old
// installation.
func TestRunbookA_whole(t *testing.T) {
	modes := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
	acctest.EachHost(t, modes, func(t *testing.T, env *acctest.Env) {
		// Objects that administrators made and sold. The tests of the sandbox and of PHP share them.
		service := env.WHMCS.AddService(t, "1", "0", "Active")
		field := env.WHMCS.AddCustomField(t, "1", "OS &amp; more", "Debian 12,&quot;other&quot;")
		env.WHMCS.Enter(t, field, service, "Debian <12>")
		env.WHMCS.Choose(t, service, "77", "78")
		before, machines, packages, keys := env.WHMCS.Dump(t), env.Sandbox.DCIM.Machines(), env.Sandbox.DCIM.Packages(), len(env.Sandbox.DCIM.APIKeys())

		settings := func(description, dcimPackage, rupees string) string {
			return fmt.Sprintf(wholeSettings, description, dcimPackage, rupees)
		}
		first := product(t, env, settings("4 cores & 32 GB", "E3", "8200.00")) + wholeExtras + wholeHardware
		second := product(t, env, settings("4 Kerne & 32 GB \"RAM\" – 快", "E3-1230", "8400.50")) + changedExtras + wholeHardware
		empty := acctest.EmptyPlan()

		var ids map[string]string
		env.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: first},
			{Config: first, ConfigPlanChecks: empty},
			{Config: second, Check: func(state *terraform.State) error {
				ids = map[string]string{}
				for address, found := range state.RootModule().Resources {
					ids[address] = found.Primary.ID
				}
				ids["option"] = state.RootModule().Resources["hosting_whmcs_configurable_option_group.extras"].Primary.Attributes["options.memory.id"]
				ids["field"] = state.RootModule().Resources["hosting_whmcs_product.e3"].Primary.Attributes["custom_fields.os.id"]
				return nil
			}},
			{Config: second, ConfigPlanChecks: empty},
			{PreConfig: func() { drift(t, env, ids) }, Config: second, ConfigPlanChecks: updates(
				"hosting_whmcs_server.dcim", "hosting_whmcs_server_group.dcim", "hosting_whmcs_product_group.dedicated", "hosting_whmcs_product.e3",
				"hosting_whmcs_configurable_option_group.extras",
			)},
			{Config: second, ConfigPlanChecks: empty},
		}})

		after := env.WHMCS.Dump(t)
		assert.NotEmpty(t, before["tblproducts"])
		for _, table := range slices.Sorted(maps.Keys(before)) {
			assert.Equal(t, before[table], after[table], "table %s", table)
		}
		for table, rows := range after {
			assert.Equal(t, before[table], rows, "table %s", table)
		}
		assert.Equal(t, packages, env.Sandbox.DCIM.Packages())
		assert.Equal(t, machines, env.Sandbox.DCIM.Machines())
		assert.Len(t, env.Sandbox.DCIM.APIKeys(), keys)
	})
}

// drift changes something of every object by hand.
func drift(t *testing.T, env *acctest.Env, ids map[string]string) {
	t.Helper()
	set := func(table, id, column, value string) { env.WHMCS.Set(t, table, ids[id], column, value) }
	set("tblservers", "hosting_whmcs_server.dcim", "port", "1")
	env.WHMCS.SetServerPassword(t, ids["hosting_whmcs_server.dcim"], "changed by hand")
	set("tblservergroups", "hosting_whmcs_server_group.dcim", "filltype", "1")
	set("tblproductgroups", "hosting_whmcs_product_group.dedicated", "name", "Renamed &amp; more")
	set("tblproducts", "hosting_whmcs_product.e3", "description", "")
	set("tblproducts", "hosting_whmcs_product.e3", "configoption4", "power off")
	env.WHMCS.SetPrice(t, ids["hosting_whmcs_product.e3"], "USD", "monthly", "0.01")
	set("tblproductconfigoptions", "option", "optionname", "memory|Mem")
	set("tblcustomfields", "field", "required", "")
	env.Sandbox.DCIM.Mutate(func(state *sandbox.DCIMState) {
		for i, machine := range state.Servers {
			if fmt.Sprint(machine.ID) == ids["data.hosting_dcim_server.one"] {
				state.Servers[i].PackageID = 0
			}
		}
	})
}

// updates expects these resources to be updated, and the binding that was lifted by hand to be made again.
func updates(addresses ...string) resource.ConfigPlanChecks {
	var checks []plancheck.PlanCheck
	for _, address := range addresses {
		checks = append(checks, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))
	}
	return resource.ConfigPlanChecks{PreApply: append(checks, plancheck.ExpectResourceAction("hosting_dcim_server_binding.one", plancheck.ResourceActionCreate))}
}
