package acctest_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// The first manual, TopLink DCIM to WHMCS, step by step. Each configuration contains the steps before it, as a person
// following the manual would have done them.

// stepA2 makes the DCIM's API key for WHMCS's address.
const stepA2 = `
resource "hosting_dcim_api_key" "whmcs" {
  label        = "WHMCS"
  ip_addresses = ["127.0.0.1"]
}
`

// stepA7 stores KEY and secret in a WHMCS server record. A8 tests the connection before anything is stored.
func stepA7(t *testing.T, env *acctest.Env, password string) string {
	t.Helper()
	dcim, err := url.Parse(env.Sandbox.DCIM.URL())
	require.NoError(t, err)
	return stepA2 + fmt.Sprintf(`
resource "hosting_whmcs_server" "dcim" {
  name               = "DCIM Frankfurt"
  module             = "toplink_dcim"
  hostname           = "127.0.0.1"
  ip_address         = "127.0.0.1"
  port               = %s
  secure             = false
  username           = hosting_dcim_api_key.whmcs.key
  password           = %s
  toplink_dcim       = { username_prefix = "frankfurt", hostname_format = "{label}-{ipv4}" }
  default_for_module = true
  test_connection    = true
}
`, dcim.Port(), password)
}

const (
	secretOfA2 = "hosting_dcim_api_key.whmcs.secret"

	stepA9 = `
resource "hosting_whmcs_server_group" "dcim" {
  name       = "Dedicated"
  fill_type  = "fill_default_first"
  server_ids = [hosting_whmcs_server.dcim.id]
}
`
	stepA10Group = `
resource "hosting_whmcs_product_group" "dedicated" {
  name = "Dedicated servers"
}
`
	pricesOfA13 = `prices = {
    USD = { monthly = "99.00", annually = "990.00" }
    INR = { monthly = "8200.00", annually = "82000.00" }
    EUR = {}
  }
  setup_fees = { USD = { monthly = "49.00" }, INR = { monthly = "4000.00" } }`
)

// stepA10 sells a product, with the settings of A11, A12 and A13.
func stepA10(settings string) string {
	return stepA10Group + `
resource "hosting_whmcs_product" "e3" {
  product_group_id = hosting_whmcs_product_group.dedicated.id
  name             = "Intel E3-1230"
  type             = "server"
  pay_type         = "recurring"
  module           = "toplink_dcim"
  server_group_id  = hosting_whmcs_server_group.dcim.id
  hidden           = false
` + settings + `
}
`
}

func runbook(t *testing.T, steps func(env *acctest.Env) []resource.TestStep) {
	t.Helper()
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps(env)})
	})
}

func TestRunbookA_A2_APIKey(t *testing.T) {
	acctest.EachProfile(t, acctest.Options{SandboxOnly: "the DCIM is in the sandbox"}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(stepA2),
				Check: func(*terraform.State) error {
					keys := env.Sandbox.DCIM.APIKeys()
					last := keys[len(keys)-1]
					assert.Equal(t, "WHMCS", last.Label)
					assert.Equal(t, "127.0.0.1", last.IP)
					return nil
				},
			},
			{Config: env.Config(stepA2), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

func TestRunbookA_A3_SecretShownOnce(t *testing.T) {
	acctest.EachProfile(t, acctest.Options{SandboxOnly: "the DCIM is in the sandbox"}, func(t *testing.T, env *acctest.Env) {
		const address = "hosting_dcim_api_key.whmcs"
		var id, key, secret string
		remember := func(state *terraform.State) error {
			attributes := state.RootModule().Resources[address].Primary.Attributes
			id, key, secret = attributes["id"], attributes["key"], attributes["secret"]
			return nil
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(stepA2), Check: remember},
			// The DCIM never shows the secret again: a refresh keeps the one in state.
			{RefreshState: true, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttrPtr(address, "id", &id),
				resource.TestCheckResourceAttrPtr(address, "key", &key),
				resource.TestCheckResourceAttrPtr(address, "secret", &secret),
			)},
			// So an import has none.
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"secret"}},
		}})
		require.Len(t, key, 64)
		require.Len(t, secret, 64)
	})
}

// TestRunbookA_A4_Package states every field of the dialog Users > Packages > Add, under every wire profile.
func TestRunbookA_A4_Package(t *testing.T) {
	const step = `
resource "hosting_dcim_package" "e3_1230" {
  name          = "E3-1230"
  memory_gb     = 32
  ip_count      = 1
  cpu_name      = "Intel Xeon E3-1230 v6"
  cpu_count     = 1
  disks         = [{ type = "SSD", interface = "SATA", size = "480 GB" }]
  pci_devices   = [{ model = "Intel X520-DA2", type = "Network" }]
  uplink_mbps   = 1000
  downlink_mbps = 1000
  collect_hardware_information = true
}`
	acctest.EachProfile(t, acctest.Options{SandboxOnly: "the DCIM is in the sandbox"}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(step),
				Check: func(*terraform.State) error {
					packages := env.Sandbox.DCIM.Packages()
					assert.Equal(t, sandbox.Package{
						ID: 2, Name: "E3-1230", MemoryGB: 32, IPCount: 1, CPUName: "Intel Xeon E3-1230 v6", CPUCount: 1,
						Disks:      []map[string]string{{"type": "SSD", "interface": "SATA", "size": "480 GB"}},
						PCIDevices: []map[string]string{{"model": "Intel X520-DA2", "type": "Network"}},
						UplinkMbps: 1000, DownlinkMbps: 1000, CollectHardwareInformation: true,
					}, packages[len(packages)-1])
					return nil
				},
			},
			{Config: env.Config(step), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestRunbookA_A5_BindOneServer binds by the first method: one server › detail › allocation › package.
func TestRunbookA_A5_BindOneServer(t *testing.T) {
	const step = `
resource "hosting_dcim_package" "e3_1230" { name = "E3-1230" }
data "hosting_dcim_server" "one" { label = "BOM-A01-05" }
resource "hosting_dcim_server_binding" "one" {
  server_id  = data.hosting_dcim_server.one.id
  package_id = hosting_dcim_package.e3_1230.id
}`
	acctest.EachProfile(t, acctest.Options{SandboxOnly: "the DCIM is in the sandbox"}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(step),
				Check: func(*terraform.State) error {
					assert.EqualValues(t, 2, env.Sandbox.DCIM.Machines()[4].PackageID)
					return nil
				},
			},
			{Config: env.Config(step), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
		assert.Zero(t, env.Sandbox.DCIM.Machines()[4].PackageID, "unbound again")
	})
}

// TestRunbookA_A6_BindManyServers binds by the second method: select many servers › "assign package". It takes the
// calls that the bulk assignment needs.
func TestRunbookA_A6_BindManyServers(t *testing.T) {
	const step = `
resource "hosting_dcim_package" "e3_1230" { name = "E3-1230" }
data "hosting_dcim_servers" "many" { label_regex = "^BOM-B-" }
resource "hosting_dcim_package_servers" "many" {
  package_id = hosting_dcim_package.e3_1230.id
  server_ids = data.hosting_dcim_servers.many.servers[*].id
}`
	const servers = 200
	options := acctest.Options{SandboxOnly: "the DCIM is in the sandbox", Sandbox: sandbox.Options{DCIM: sandbox.DCIMOptions{ExtraServers: servers}}}
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		bound := func() int {
			count := 0
			for _, m := range env.Sandbox.DCIM.Machines() {
				if m.PackageID == 2 {
					count++
				}
			}
			return count
		}
		calls := func() {
			t.Helper()
			writes, members := env.Sandbox.Journal().Filter(func(r sandbox.Request) bool { return r.Op == "assign_package" }), 0
			for _, r := range writes {
				members += r.Members
			}
			most := env.AssignMost(t)
			assert.Len(t, writes, (servers+most-1)/most)
			assert.Equal(t, servers, members)
			env.Sandbox.Journal().Reset()
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(step),
				Check: func(*terraform.State) error {
					assert.Equal(t, servers, bound())
					calls()
					return nil
				},
			},
			{Config: env.Config(step), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
		assert.Zero(t, bound(), "unbound again")
		calls()
	})
}

func TestRunbookA_A7_Server(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		const address = "hosting_whmcs_server.dcim"
		stored := func(column, want string) resource.TestCheckFunc {
			return acctest.Column(t, env.WHMCS, address, "tblservers", column, want)
		}
		config := env.Config(stepA7(t, env, secretOfA2))
		return []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					stored("name", "DCIM Frankfurt"), stored("hostname", "127.0.0.1"), stored("ipaddress", "127.0.0.1"),
					stored("type", "toplink_dcim"), stored("secure", ""), stored("active", "1"),
					func(state *terraform.State) error {
						key := state.RootModule().Resources["hosting_dcim_api_key.whmcs"].Primary.Attributes
						id := state.RootModule().Resources[address].Primary.ID
						row := env.WHMCS.Row(t, "tblservers", id)
						assert.Equal(t, key["key"], row["username"])
						assert.NotContains(t, row["password"], key["secret"], "WHMCS keeps passwords encrypted")
						assert.Equal(t, key["secret"], env.WHMCS.ServerPassword(t, id))
						assert.Contains(t, row["accesshash"], "{label}-{ipv4}")
						assert.Contains(t, row["accesshash"], "frankfurt")
						return nil
					},
				),
			},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}

func TestRunbookA_A8_TestConnection(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		before := env.WHMCS.Count(t, "tblservers")
		return []resource.TestStep{
			{
				Config:      env.Config(stepA7(t, env, `"`+strings.Repeat("0", 64)+`"`)),
				ExpectError: acctest.Says("The connection test failed", "Invalid API key or secret", "Nothing was stored"),
			},
			{
				PreConfig: func() { require.Equal(t, before, env.WHMCS.Count(t, "tblservers"), "a failed test stores nothing") },
				Config:    env.Config(stepA7(t, env, secretOfA2)),
			},
		}
	})
}

func TestRunbookA_A9_ServerGroup(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		config := env.Config(stepA7(t, env, secretOfA2), stepA9)
		return []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.Column(t, env.WHMCS, "hosting_whmcs_server_group.dcim", "tblservergroups", "filltype", "2"),
					resource.TestCheckTypeSetElemAttrPair("hosting_whmcs_server_group.dcim", "server_ids.*", "hosting_whmcs_server.dcim", "id"),
				),
			},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}

// product is the configuration of all steps up to the product.
func product(t *testing.T, env *acctest.Env, settings string) string {
	t.Helper()
	return env.Config(stepA7(t, env, secretOfA2), stepA9, stepA10(settings))
}

func productColumn(t *testing.T, env *acctest.Env, column, want string) resource.TestCheckFunc {
	t.Helper()
	return acctest.Column(t, env.WHMCS, "hosting_whmcs_product.e3", "tblproducts", column, want)
}

func TestRunbookA_A10_Product(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		config := product(t, env, pricesOfA13)
		return []resource.TestStep{
			{
				Config: config,
				Check: resource.ComposeAggregateTestCheckFunc(
					productColumn(t, env, "type", "server"), productColumn(t, env, "servertype", "toplink_dcim"), productColumn(t, env, "hidden", "0"),
					resource.TestCheckResourceAttrPair("hosting_whmcs_product.e3", "product_group_id", "hosting_whmcs_product_group.dedicated", "id"),
					resource.TestCheckResourceAttrPair("hosting_whmcs_product.e3", "server_group_id", "hosting_whmcs_server_group.dcim", "id"),
				),
			},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}

func TestRunbookA_A11_ModuleSettings(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		config := product(t, env, `
  `+pricesOfA13+`
  toplink_dcim = {
    connection_node = "node-1", data_center = "Frankfurt", package = "E3", suspend_action = "close port", terminate_action = "power off"
    client_vnc = true, client_power = true, client_reinstall = true, client_port_limits = false, client_hardware_info = false
  }`)
		checks := []resource.TestCheckFunc{}
		for number, want := range []string{"node-1", "Frankfurt", "E3", "close port", "power off", "on", "on", "on", "", ""} {
			checks = append(checks, productColumn(t, env, fmt.Sprintf("configoption%d", number+1), want))
		}
		return []resource.TestStep{
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(checks...)},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}

func TestRunbookA_A12_AutoSetup(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		var steps []resource.TestStep
		for _, choice := range [][2]string{{"on_payment", "payment"}, {"on_order", "order"}, {"on_accept", "on"}, {"never", ""}} {
			steps = append(steps, resource.TestStep{
				Config: product(t, env, fmt.Sprintf("auto_setup = %q\n %s", choice[0], pricesOfA13)),
				Check:  productColumn(t, env, "autosetup", choice[1]),
			})
		}
		return steps
	})
}

func TestRunbookA_A13_Pricing(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		var id string
		price := func(currency, column, want string) resource.TestCheckFunc {
			return acctest.Check("hosting_whmcs_product.e3", func(id string) error {
				if got := env.WHMCS.Prices(t, id)[currency][column]; got != want {
					return fmt.Errorf("%s %s is %q, want %q", currency, column, got, want)
				}
				return nil
			})
		}
		neighbours := `
  allow_multiple_quantities = "separate_services"
  recurring_cycles_limit    = 24
  auto_terminate_days       = 0
  termination_email         = "Other Product/Service Welcome Email"
  prorata_billing           = true
  prorata_date              = 1
  prorata_charge_next_month = 25
`
		return []resource.TestStep{
			{
				Config: product(t, env, neighbours+pricesOfA13),
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.SaveID("hosting_whmcs_product.e3", &id),
					price("USD", "monthly", "99.00"), price("USD", "msetupfee", "49.00"), price("USD", "annually", "990.00"), price("USD", "quarterly", "-1.00"),
					price("INR", "monthly", "8200.00"), price("EUR", "monthly", "-1.00"),
					productColumn(t, env, "paytype", "recurring"), productColumn(t, env, "allowqty", "1"), productColumn(t, env, "recurringcycles", "24"),
					productColumn(t, env, "proratabilling", "1"), productColumn(t, env, "proratadate", "1"), productColumn(t, env, "proratachargenextmonth", "25"),
				),
			},
			// A price changed by hand in the admin area is drift, and repaired.
			{
				PreConfig:        func() { env.WHMCS.SetPrice(t, id, "INR", "monthly", "1.00") },
				Config:           product(t, env, neighbours+pricesOfA13),
				ConfigPlanChecks: acctest.Plan("hosting_whmcs_product.e3", plancheck.ResourceActionUpdate),
				Check:            price("INR", "monthly", "8200.00"),
			},
		}
	})
}

func TestRunbookA_A14_ConfigurableOptions(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		const address = "hosting_whmcs_configurable_option_group.extras"
		options := func(memoryName string) string {
			return product(t, env, "configurable_options_upgrade = true\n "+pricesOfA13) + fmt.Sprintf(`
resource "hosting_whmcs_configurable_option_group" "extras" {
  name        = "Dedicated server extras"
  product_ids = [hosting_whmcs_product.e3.id]
  options = {
    memory = {
      name = %q
      sub_options = {
        gb_32 = { name = "32|32 GB", order = 1 }
        gb_64 = { name = "64|64 GB", order = 2, prices = {
          USD = { monthly = "20.00", annually = "200.00" }
          INR = { monthly = "1650.00" }
        }, setup_fees = {
          USD = { monthly = "5.00" }
        } }
      }
    }
    ips = {
      name = "ips|IP addresses", type = "quantity", quantity_maximum = 16, order = 2
      sub_options = { ip = { name = "IP address", prices = { USD = { monthly = "2.50" } } } }
    }
  }
}
`, memoryName)
		}
		var option string
		ids := func(state *terraform.State) map[string]string {
			return state.RootModule().Resources[address].Primary.Attributes
		}
		return []resource.TestStep{
			{
				Config: options("memory|Memory"),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr("hosting_whmcs_product.e3", "configurable_options_upgrade", "true"),
					resource.TestCheckTypeSetElemAttrPair(address, "product_ids.*", "hosting_whmcs_product.e3", "id"),
					func(state *terraform.State) error {
						attributes := ids(state)
						option = attributes["options.memory.id"]
						prices := env.WHMCS.OptionPrices(t, attributes["options.memory.sub_options.gb_64.id"])
						assert.Equal(t, []string{"20.00", "5.00", "200.00", "0.00"}, []string{prices["USD"]["monthly"], prices["USD"]["msetupfee"], prices["USD"]["annually"], prices["USD"]["quarterly"]})
						assert.Equal(t, []string{"1650.00", "0.00"}, []string{prices["INR"]["monthly"], prices["EUR"]["monthly"]})
						assert.Equal(t, "0.00", env.WHMCS.OptionPrices(t, attributes["options.memory.sub_options.gb_32.id"])["USD"]["monthly"])
						ips := env.WHMCS.Row(t, "tblproductconfigoptions", attributes["options.ips.id"])
						assert.Equal(t, []string{"4", "16", "ips|IP addresses"}, []string{ips["optiontype"], ips["qtymaximum"], ips["optionname"]})
						return nil
					},
				),
			},
			{Config: options("memory|Memory"), ConfigPlanChecks: acctest.EmptyPlan()},
			// A customer's choice refers to the id, which a new name leaves as it is.
			{
				PreConfig: func() {
					env.WHMCS.Choose(t, env.WHMCS.AddService(t, "1", "0", "Active"), option, "0")
				},
				Config:           options("memory|RAM"),
				ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: func(state *terraform.State) error {
					assert.Equal(t, option, ids(state)["options.memory.id"])
					assert.Equal(t, "memory|RAM", env.WHMCS.Row(t, "tblproductconfigoptions", option)["optionname"])
					return nil
				},
			},
			{PreConfig: func() { env.WHMCS.Set(t, "tblhostingconfigoptions", "1", "configid", "0") }, Config: options("memory|RAM"), ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}

func TestRunbookA_A15_OperatingSystemField(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		const address, key = "hosting_whmcs_product.e3", "custom_fields.os."
		var id, field string
		prices := pricesOfA13
		adopted := func(name string) string {
			return product(t, env, prices+fmt.Sprintf(`
  custom_fields = { os = { name = %q, required = true, show_on_order_form = true } }`, name))
		}
		stored := func(column, want string) resource.TestCheckFunc {
			return func(*terraform.State) error {
				assert.Equal(t, want, env.WHMCS.Row(t, "tblcustomfields", field)[column], column)
				return nil
			}
		}
		return []resource.TestStep{
			{Config: product(t, env, prices), Check: acctest.SaveID(address, &id)},
			// The module made the field, and its synchronisation filled the choices: both stay as they are.
			{
				PreConfig: func() { field = env.WHMCS.AddCustomField(t, id, "Pre Install System", "Debian 12,AlmaLinux 9") },
				Config:    adopted("Pre Install System"),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttrPtr(address, key+"id", &field),
					stored("required", "on"), stored("fieldtype", "dropdown"), stored("fieldoptions", "Debian 12,AlmaLinux 9"),
				),
			},
			{
				PreConfig:        func() { env.WHMCS.Set(t, "tblcustomfields", field, "fieldoptions", "Debian 13") },
				Config:           adopted("Pre Install System"),
				ConfigPlanChecks: acctest.EmptyPlan(),
			},
			{
				Config:           adopted("Pre Install System|Operating system"),
				ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttrPtr(address, key+"id", &field), stored("fieldname", "Pre Install System|Operating system"), stored("fieldoptions", "Debian 13"),
				),
			},
			// A value of a customer prevents the removal of the field.
			{
				PreConfig:   func() { env.WHMCS.Enter(t, field, "1", "Debian 13") },
				Config:      product(t, env, prices+"\n custom_fields = {}"),
				ExpectError: acctest.Says("it is in use", "values: 1"),
			},
			{Config: adopted("Pre Install System|Operating system"), ConfigPlanChecks: acctest.EmptyPlan()},
		}
	})
}
