package product_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const (
	address = "hosting_whmcs_product.test"
	table   = "tblproducts"

	group = `
resource "hosting_whmcs_product_group" "test" { name = "Dedicated servers" }
`
	// hiddenGroup leaves the group in WHMCS, for products that stay in it.
	hiddenGroup = `
resource "hosting_whmcs_product_group" "test" {
  name       = "Dedicated servers"
  on_destroy = "hide"
}
`
	allCurrencies = `USD = { monthly = "10" }, INR = { monthly = "800" }, EUR = { monthly = "9" }`
)

// configuration is a product with the attributes every one has, and those given.
func configuration(extra string) string { return group + productBlock(extra) }

func productBlock(extra string) string {
	return fmt.Sprintf(`
resource "hosting_whmcs_product" "test" {
  product_group_id = hosting_whmcs_product_group.test.id
  name             = "E3-1230"
  pay_type         = "recurring"
  %s
}`, extra)
}

// column checks what WHMCS stores of the product.
func column(t *testing.T, env *acctest.Env, name, want string) resource.TestCheckFunc {
	return acctest.Column(t, env.WHMCS, address, table, name, want)
}

// price checks one stored price.
func price(t *testing.T, env *acctest.Env, currency, column, want string) resource.TestCheckFunc {
	return acctest.Check(address, func(id string) error {
		if got := env.WHMCS.Prices(t, id)[currency][column]; got != want {
			return fmt.Errorf("%s %s is %q, want %q", currency, column, got, want)
		}
		return nil
	})
}

const full = `
  slug                      = "e3-1230"
  type                      = "server"
  description               = "<b>Fast</b> & cheap"
  short_description         = "A server"
  tagline                   = "For \"you\" सर्वर 服务器 🚀"
  color                     = "#3366cc"
  hidden                    = true
  retired                   = false
  featured                  = true
  show_domain_options       = true
  tax                       = true
  order                     = 3
  prices = {
    USD = { monthly = "99.50", quarterly = "290", semiannually = "570.00", annually = "1100.00", biennially = "2100.00", triennially = "3000.00" }
    INR = { monthly = "8000" }
    EUR = {}
  }
  setup_fees = {
    USD = { monthly = "10", triennially = "0.01" }
    INR = { monthly = "500" }
  }
  allow_multiple_quantities = "combined"
  recurring_cycles_limit    = 12
  auto_terminate_days       = 30
  termination_email         = "Service Termination Email"
  prorata_billing           = true
  prorata_date              = 1
  prorata_charge_next_month = 20
  auto_setup                = "on_payment"
  module                    = "toplink_dcim"
  server_group_id           = hosting_whmcs_server_group.test.id
  toplink_dcim = {
    data_center          = "Frankfurt"
    package              = "E3"
    client_vnc           = true
    client_power         = false
  }
  welcome_email                = "Dedicated/VPS Server Welcome Email"
  stock_control                = true
  initial_quantity             = 5
  subdomains                   = [".example.net", ".example.org"]
  free_domain                  = "once"
  free_domain_billing_cycles   = ["annually", "biennially"]
  free_domain_tlds             = [".com", ".net"]
  configurable_options_upgrade = true
  upgrade_email                = "Other Product/Service Welcome Email"
  overages                     = { enabled = true, disk_unit = "GB", disk_limit = 100, disk_price = "0.50", bandwidth_unit = "MB", bandwidth_limit = 0, bandwidth_price = "0" }
  affiliate                    = { pay_type = "percentage", pay_amount = "7.5", one_time = false }
  recommended_product_ids      = ["1"]
  upgrade_product_ids          = ["1"]
  on_demand_renewal            = { enabled = true, monthly = 7 }
`

const fullNeighbours = `
resource "hosting_whmcs_server_group" "test" { name = "Group" }
`

func TestAccProduct_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first string
		minimal := env.Config(configuration(""))
		everything := env.Config(fullNeighbours, configuration(full))
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			CheckDestroy:             acctest.Gone(t, env.WHMCS, table, &id),
			Steps: []resource.TestStep{
				{
					Config: minimal,
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), acctest.SaveID(address, &first),
						resource.TestCheckResourceAttr(address, "type", "server"),
						resource.TestCheckResourceAttr(address, "hidden", "false"),
						resource.TestCheckResourceAttr(address, "auto_setup", "never"),
						resource.TestCheckNoResourceAttr(address, "prices.%"),
						resource.TestCheckNoResourceAttr(address, "setup_fees.%"),
						column(t, env, "hidden", "0"),
						price(t, env, "USD", "monthly", "-1.00"),
						price(t, env, "INR", "annually", "-1.00"),
						price(t, env, "EUR", "msetupfee", "0.00"),
					),
				},
				{Config: minimal, ConfigPlanChecks: acctest.EmptyPlan()},
				{
					Config:           everything,
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPtr(address, "id", &first),
						column(t, env, "type", "server"),
						column(t, env, "hidden", "1"),
						column(t, env, "paytype", "recurring"),
						column(t, env, "autosetup", "payment"),
						column(t, env, "servertype", "toplink_dcim"),
						column(t, env, "configoption2", "Frankfurt"),
						column(t, env, "configoption3", "E3"),
						column(t, env, "configoption6", "on"),
						column(t, env, "configoption7", ""),
						column(t, env, "allowqty", "3"),
						column(t, env, "recurringcycles", "12"),
						column(t, env, "stockcontrol", "1"),
						// initial_quantity counts on creation only.
						column(t, env, "qty", "0"),
						column(t, env, "subdomain", ".example.net,.example.org"),
						column(t, env, "freedomain", "once"),
						price(t, env, "USD", "monthly", "99.50"),
						price(t, env, "USD", "msetupfee", "10.00"),
						price(t, env, "USD", "tsetupfee", "0.01"),
						price(t, env, "INR", "monthly", "8000.00"),
						price(t, env, "INR", "quarterly", "-1.00"),
						price(t, env, "EUR", "monthly", "-1.00"),
						// The spelling of the configuration stays.
						resource.TestCheckResourceAttr(address, "prices.USD.quarterly", "290"),
						resource.TestCheckResourceAttr(address, "setup_fees.USD.%", "2"),
					),
				},
				{Config: everything, ConfigPlanChecks: acctest.EmptyPlan()},
				{
					ResourceName: address, ImportState: true, ImportStateVerify: true,
					// These are spelled in another way than in WHMCS, have no price in that currency, or are unmanaged. The stock
					// changes.
					ImportStateVerifyIgnore: []string{"prices", "setup_fees", "toplink_dcim", "initial_quantity", "affiliate", "overages"},
				},
				{
					PreConfig:        func() { env.WHMCS.SetPrice(t, id, "USD", "monthly", "1.00") },
					Config:           everything,
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            price(t, env, "USD", "monthly", "99.50"),
				},
				{
					PreConfig:        func() { env.WHMCS.Delete(t, table, id) },
					Config:           everything,
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id),
						column(t, env, "qty", "5"),
						column(t, env, "autosetup", "payment"),
						price(t, env, "USD", "monthly", "99.50"),
					),
				},
				{Config: everything, ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// A plan after import is empty for a configuration that states every facet.
func TestAccProduct_importThenPlan(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		facets := `
  module        = "samplevps"
  module_options = { Plan = "small" }
  prices         = { USD = { monthly = "10.00" }, EUR = { annually = "100.00" } }
  setup_fees     = { USD = { monthly = "0.00" }, EUR = { annually = "5.00" } }
  stock_control    = true
  initial_quantity = 4
  overages  = { enabled = true, disk_unit = "MB", disk_limit = 5, disk_price = "1.00", bandwidth_unit = "MB", bandwidth_limit = 0, bandwidth_price = "0.00" }
  affiliate = { pay_type = "fixed", pay_amount = "3.00", one_time = false }`
		acctest.ImportThenPlan(t, env, configuration(facets), address, "hosting_whmcs_product_group.test")
	})
}

func TestAccProduct_pricing(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		priced := func(prices, fees string) string {
			return env.Config(configuration("prices = {" + prices + "}\n setup_fees = {" + fees + "}"))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: priced(`USD = { monthly = "10", annually = "100" }, EUR = { monthly = "9" }`, `USD = { monthly = "1" }`),
					Check:  resource.ComposeAggregateTestCheckFunc(price(t, env, "USD", "annually", "100.00"), price(t, env, "INR", "monthly", "-1.00")),
				},
				// "10" and "10.00" are the same price.
				{Config: priced(`USD = { monthly = "10.00", annually = "100" }, EUR = { monthly = "9" }`, `USD = { monthly = "1.0" }`),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionNoop)},
				// An omitted cycle is switched off. An omitted currency is unmanaged.
				{
					Config:           priced(`USD = { monthly = "12.34" }`, ``),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						price(t, env, "USD", "monthly", "12.34"), price(t, env, "USD", "msetupfee", "0.00"),
						price(t, env, "USD", "annually", "-1.00"), price(t, env, "EUR", "monthly", "9.00"),
					),
				},
				// No prices at all: unmanaged.
				{Config: env.Config(configuration("")), Check: price(t, env, "USD", "monthly", "12.34")},
				{Config: priced(`XXX = { monthly = "1" }`, ``), ExpectError: acctest.Says("XXX")},
				{Config: priced(`USD = { monthly = "1.234" }`, ``), ExpectError: acctest.Says("decimal", `prices["USD"]["monthly"]`)},
			},
		})
	})
}

func TestAccProduct_oneTimeAndFree(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(payType, extra string) string {
			return env.Config(group, fmt.Sprintf(`
resource "hosting_whmcs_product" "test" {
  product_group_id = hosting_whmcs_product_group.test.id
  name             = "Set-up"
  type             = "other"
  pay_type         = %q
  %s
}`, payType, extra))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: config("one_time", "prices = { USD = { one_time = \"50\" } }\n setup_fees = { USD = { one_time = \"5\" } }"),
					Check: resource.ComposeAggregateTestCheckFunc(
						column(t, env, "paytype", "onetime"), price(t, env, "USD", "monthly", "50.00"), price(t, env, "USD", "msetupfee", "5.00"), price(t, env, "USD", "annually", "-1.00")),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"prices", "setup_fees"}},
				{Config: config("free", ""), Check: column(t, env, "paytype", "free")},
				{Config: config("recurring", `prices = { USD = { monthly = "5" } }`), Check: price(t, env, "USD", "monthly", "5.00")},
			},
		})
	})
}

func TestAccProduct_moduleOptions(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		options := func(hcl string) string {
			return env.Config(configuration("module = \"toplink_dcim\"\n module_options = {" + hcl + "}\n prices = {" + allCurrencies + "}"))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: options(`"Data Center" = "Frankfurt", "3" = "E3"`),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), column(t, env, "configoption2", "Frankfurt"), column(t, env, "configoption3", "E3")),
				},
				{Config: options(`"Data Center" = "Frankfurt", "3" = "E3"`), ConfigPlanChecks: acctest.EmptyPlan()},
				{
					// Drift of an option with a name is detected. An option that is not declared is unmanaged.
					PreConfig: func() {
						env.WHMCS.Set(t, table, id, "configoption2", "Elsewhere")
						env.WHMCS.Set(t, table, id, "configoption1", "node-7")
					},
					Config:           options(`"Data Center" = "Frankfurt", "3" = "E3"`),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.ComposeAggregateTestCheckFunc(column(t, env, "configoption2", "Frankfurt"), column(t, env, "configoption1", "node-7")),
				},
				{Config: options(`"No Such Option" = "x"`), ExpectError: acctest.Says("does not accept this value: is not an option of the module")},
				// The module may compute its names and choices, so the apply decides.
				{Config: options(`"4" = "launch into orbit"`), ExpectError: acctest.Says("does not accept this value: must be one of", "close port")},
				{Config: options(`"25" = "x"`), ExpectError: acctest.Says("No such module option", "1 to 24")},
				{Config: options(`"3" = "E3"`)},
			},
		})
	})
}

func TestAccProduct_liveServices(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		config := func(option, extra string) string {
			return env.Config(hiddenGroup, productBlock(fmt.Sprintf("module = \"samplevps\"\n module_options = { \"1\" = %q }\n prices = {%s}\n %s", option, allCurrencies, extra)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config("small", ""), Check: acctest.SaveID(address, &id)},
				{
					PreConfig:   func() { env.WHMCS.AddService(t, id, "0", "Active") },
					Config:      config("large", ""),
					ExpectError: acctest.Says("The change would affect live services", "Live services of this product: 1.", `"module_options"`, "allow_live_changes"),
				},
				{Config: config("large", `allow_live_changes = ["module_options"]`), Check: column(t, env, "configoption1", "large")},
				// A product that was sold is not deleted.
				{Config: env.Config(hiddenGroup), ExpectError: acctest.Says("it is in use", "services: 1", `on_destroy = "retire"`)},
				{Config: config("large", `on_destroy = "retire"`), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate)},
				{
					Config: env.Config(hiddenGroup),
					Check: func(*terraform.State) error {
						row := env.WHMCS.Row(t, table, id)
						require.NotNil(t, row, "a retired product stays")
						require.Equal(t, []string{"1", "1", "1", "0"}, []string{row["hidden"], row["retired"], row["stockcontrol"], row["qty"]})
						return nil
					},
				},
			},
		})
	})
}

func TestAccProduct_stock(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		config := func(extra string) string {
			return env.Config(configuration("prices = {" + allCurrencies + "}\n stock_control = true\n" + extra))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config("initial_quantity = 10"), Check: resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), column(t, env, "qty", "10"))},
				// Orders count the stock down: no drift.
				{PreConfig: func() { env.WHMCS.Set(t, table, id, "qty", "7") }, Config: config("initial_quantity = 10"), ConfigPlanChecks: acctest.EmptyPlan()},
				// Managed, it is.
				{Config: config("initial_quantity = 10\n manage_quantity = true"), Check: column(t, env, "qty", "10")},
				{
					PreConfig: func() { env.WHMCS.Set(t, table, id, "qty", "3") },
					Config:    config("initial_quantity = 10\n manage_quantity = true"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: column(t, env, "qty", "10"),
				},
			},
		})
	})
}

func TestAccProduct_guards(t *testing.T) {
	t.Run("price change", func(t *testing.T) {
		acctest.Each(t, acctest.Options{Guards: `{ max_price_change_percent = 20 }`}, func(t *testing.T, env *acctest.Env) {
			priced := func(usd, fee string) string {
				return env.Config(configuration(fmt.Sprintf("prices = { USD = { monthly = %q } }\n setup_fees = { USD = { monthly = %q } }", usd, fee)))
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: priced("100", "10")},
					{Config: priced("120.00", "8.00")},
					{Config: priced("90", "8"), ExpectError: acctest.Says("price would change from 120.00 to 90 (by 25.0 %", "allows 20 %", `prices["USD"]["monthly"]`)},
					{Config: priced("120", "9.7"), ExpectError: acctest.Says("set-up fee would change")},
					{Config: priced("0", "8"), ExpectError: acctest.Says("The price is zero", "allow_zero_price")},
				},
			})
		})
	})
	t.Run("zero price", func(t *testing.T) {
		acctest.Each(t, acctest.Options{Guards: `{ allow_zero_price = true }`}, func(t *testing.T, env *acctest.Env) {
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{
					Config: env.Config(configuration(`prices = { USD = { monthly = "0" } }`)),
					Check:  price(t, env, "USD", "monthly", "0.00"),
				}},
			})
		})
	})
}

func TestAccProduct_badInput(t *testing.T) {
	usd := func(cycle string, price any) map[string]any {
		return map[string]any{"prices": map[string]any{"USD": map[string]any{cycle: price}}}
	}
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, productType, attributes(prices(everyCurrency("10"))), []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": " "}, Path: "name", Says: "must not be empty"},
			{Name: "no group", Attributes: map[string]any{"product_group_id": nil}, Path: "product_group_id", Says: "Missing Configuration for Required Attribute"},
			{Name: "group by name", Attributes: map[string]any{"product_group_id": "Dedicated"}, Path: "product_group_id", Says: "must be an id"},
			{Name: "group that does not exist", Attributes: map[string]any{"product_group_id": "999"}, Path: "product_group_id", Says: "999"},
			{Name: "no pay type", Attributes: map[string]any{"pay_type": nil}, Path: "pay_type", Says: "Missing Configuration for Required Attribute"},
			{Name: "pay type", Attributes: map[string]any{"pay_type": "monthly"}, Path: "pay_type", Says: `"recurring"`},
			{Name: "color", Attributes: map[string]any{"color": "red"}, Path: "color", Says: "hexadecimal"},
			{Name: "type", Attributes: map[string]any{"type": "vps"}, Path: "type", Says: `"server"`},
			{Name: "auto_setup", Attributes: map[string]any{"auto_setup": "always"}, Path: "auto_setup", Says: `"on_payment"`},
			{Name: "slug", Attributes: map[string]any{"slug": "No Slug"}, Path: "slug", Says: "letters, digits and"},
			{Name: "carriage return", Attributes: map[string]any{"description": "a\r\nb"}, Path: "description", Says: "must not contain carriage returns"},
			{Name: "currency in small letters", Attributes: prices(map[string]any{"usd": monthly("1")}), Path: `prices["usd"]`, Says: "must be a currency code"},
			{Name: "currency that is not active", Attributes: prices(map[string]any{"XXX": monthly("1")}), Path: `prices["XXX"]`, Says: "XXX"},
			{Name: "misspelt cycle", Attributes: usd("montly", "1"), Path: `prices["USD"]["montly"]`, Says: `"monthly"`},
			{Name: "misspelt cycle of a fee", Attributes: map[string]any{"setup_fees": map[string]any{"USD": map[string]any{"montly": "1"}}}, Path: `setup_fees["USD"]["montly"]`, Says: `"monthly"`},
			{Name: "fee without a price", Attributes: map[string]any{"setup_fees": map[string]any{"USD": map[string]any{"annually": "1"}}}, Path: `setup_fees["USD"]["annually"]`, Says: "Add annually to prices.USD"},
			{Name: "fee in a currency without prices", Attributes: map[string]any{"prices": map[string]any{"EUR": monthly("9")}, "setup_fees": map[string]any{"USD": monthly("1")}}, Path: `setup_fees["USD"]`, Says: "Add USD to prices"},
			{Name: "null price", Attributes: usd("monthly", nil), Path: `prices["USD"]`, Says: "null"},
			{Name: "negative fee", Attributes: map[string]any{"setup_fees": map[string]any{"USD": monthly("-1")}}, Path: `setup_fees["USD"]["monthly"]`, Says: "is negative"},
			{Name: "null currency", Attributes: prices(map[string]any{"USD": nil}), Path: "prices", Says: "null"},
			{Name: "comma in a price", Attributes: usd("monthly", "1,50"), Path: `prices["USD"]["monthly"]`, Says: "not a decimal number"},
			{Name: "negative price", Attributes: usd("monthly", "-1"), Path: `prices["USD"]["monthly"]`, Says: "is negative"},
			{Name: "price finer than the column", Attributes: usd("monthly", "1.234"), Path: `prices["USD"]["monthly"]`, Says: "decimal"},
			{Name: "price of zero", Attributes: usd("monthly", "0.00"), Path: `prices["USD"]["monthly"]`, Says: "allow_zero_price"},
			{Name: "one-time price of a recurring product", Attributes: usd("one_time", "1"), Path: `prices["USD"]["one_time"]`, Says: "recurring product has no one-time price"},
			{Name: "prorata_date", Attributes: map[string]any{"prorata_date": 32}, Path: "prorata_date", Says: "between 0 and 31"},
			{Name: "recurring_cycles_limit", Attributes: map[string]any{"recurring_cycles_limit": 1000}, Path: "recurring_cycles_limit", Says: "between 0 and 999"},
			{Name: "server group by name", Attributes: map[string]any{"server_group_id": "abc"}, Path: "server_group_id", Says: "must be an id"},
			{Name: "server group that does not exist", Attributes: map[string]any{"server_group_id": "999"}, Path: "server_group_id", Says: "999"},
			{Name: "subdomain without its dot", Attributes: map[string]any{"subdomains": []any{"example.net"}}, Path: "subdomains[0]", Says: "leading dot"},
			{Name: "null subdomain", Attributes: map[string]any{"subdomains": []any{nil}}, Path: "subdomains", Says: "null"},
			{Name: "null TLD", Attributes: map[string]any{"free_domain_tlds": []any{nil}}, Path: "free_domain_tlds", Says: "null"},
			{Name: "free domain cycle", Attributes: map[string]any{"free_domain_billing_cycles": []any{"weekly"}}, Path: "free_domain_billing_cycles[*]", Says: `"annually"`},
			{Name: "module that is not installed", Attributes: map[string]any{"module": "nosuchmodule"}, Path: "module", Says: "nosuchmodule"},
			{Name: "null module option", Attributes: map[string]any{"module": "samplevps", "module_options": map[string]any{"1": nil}}, Path: "module_options", Says: "null"},
			{
				Name: "misspelt limit of overages",
				Attributes: map[string]any{"overages": map[string]any{
					"enabled": true, "disk_unit": "GB", "disk_limit": 1, "disk_price": "1", "bandwidth_unit": "GB", "bandwidth_price": "1",
				}},
				Path: "overages.bandwidth_limit", Says: "misspelt",
			},
			{
				Name:       "misspelt amount of a commission",
				Attributes: map[string]any{"affiliate": map[string]any{"pay_type": "fixed", "one_time": true}},
				Path:       "affiliate.pay_amount", Says: "misspelt",
			},
			{
				Name:       "module option in two attributes",
				Attributes: map[string]any{"module": "samplevps", "module_options": map[string]any{"Plan": "small"}, "sensitive_module_options": map[string]any{"Plan": "small"}},
				Path:       `sensitive_module_options["Plan"]`, Says: "is also in module_options",
			},
			{
				Name:       "write-only options without a version",
				Attributes: map[string]any{"module": "samplevps", "sensitive_module_options_wo": map[string]any{"Token": "x"}},
				Path:       "sensitive_module_options_wo", Says: "sensitive_module_options_wo_version",
			},
			{Name: "empty TopLink settings", Attributes: map[string]any{"module": "toplink_dcim", "toplink_dcim": map[string]any{}}, Path: "toplink_dcim", Says: "is empty"},
			{
				Name:       "two fields with one machine name",
				Attributes: map[string]any{"custom_fields": map[string]any{"os": map[string]any{"name": "os|A"}, "o2": map[string]any{"name": "os|B"}}},
				Path:       `custom_fields["os"].name`, Says: `machine name "os"`,
			},
			{
				Name:       "broken regular expression",
				Attributes: map[string]any{"custom_fields": map[string]any{"os": map[string]any{"name": "os", "validation_regex": "[a-z"}}},
				Path:       `custom_fields["os"].validation_regex`, Says: "regular expression of PHP",
			},
			{
				Name:       "multiple quantities with custom fields",
				Attributes: map[string]any{"allow_multiple_quantities": "combined", "custom_fields": map[string]any{"os": map[string]any{"name": "os"}}},
				Path:       "allow_multiple_quantities", Says: "cannot be combined",
			},
			{Name: "email template", Attributes: map[string]any{"welcome_email": "No Such Template"}, Path: "welcome_email", Says: "template"},
			{Name: "nothing to hold", Attributes: map[string]any{"manage_quantity": true}, Path: "manage_quantity", Says: "initial_quantity"},
			{Name: "on_destroy", Attributes: map[string]any{"on_destroy": "drop"}, Path: "on_destroy", Says: `"retire"`},
			{Name: "allow_live_changes", Attributes: map[string]any{"allow_live_changes": []any{"everything"}}, Path: "allow_live_changes[*]", Says: `"module_options"`},
			{Name: "affiliate", Attributes: map[string]any{"affiliate": map[string]any{"pay_type": "lots"}}, Path: "affiliate.pay_type", Says: `"percentage"`},
			{Name: "overages", Attributes: map[string]any{"overages": map[string]any{"enabled": false, "disk_unit": "PB"}}, Path: "overages.disk_unit", Says: `"GB"`},
			{Name: "TopLink settings of another module", Attributes: map[string]any{"module": "samplevps", "toplink_dcim": map[string]any{"package": "E3"}}, Path: "toplink_dcim", Says: "toplink_dcim"},
			{
				Name:       "a setting in both forms",
				Attributes: map[string]any{"module": "toplink_dcim", "toplink_dcim": map[string]any{"package": "E3"}, "module_options": map[string]any{"3": "E3"}},
				Path:       "toplink_dcim.package", Says: "module_options",
			},
		})
	})
}

// Everything that can be unknown at plan time may be.
func TestAccProduct_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := env.Config(group, `
resource "terraform_data" "unknown" {
  input = {
    name = "From elsewhere", price = "42.00", code = "USD", module = "samplevps", option = "small", word = "module", domain = ".example.net", number = 3, flag = true,
  }
}
resource "hosting_whmcs_product" "test" {
  product_group_id = hosting_whmcs_product_group.test.id
  name             = terraform_data.unknown.output.name
  pay_type         = terraform_data.unknown.output.price == "42.00" ? "recurring" : "free"
  prices           = { (terraform_data.unknown.output.code) = { monthly = terraform_data.unknown.output.price } }
  setup_fees       = { (terraform_data.unknown.output.code) = { monthly = terraform_data.unknown.output.price } }
  module           = terraform_data.unknown.output.module
  module_options   = { "1" = terraform_data.unknown.output.option }
  subdomains       = [terraform_data.unknown.output.domain]
  order            = terraform_data.unknown.output.number
  hidden           = terraform_data.unknown.output.flag
  initial_quantity = terraform_data.unknown.output.number
  overages = {
    enabled    = terraform_data.unknown.output.flag, disk_unit = "GB", bandwidth_unit = "GB", disk_limit = 1, bandwidth_limit = 1,
    disk_price = terraform_data.unknown.output.price, bandwidth_price = "1"
  }
  affiliate        = { pay_type = "fixed", pay_amount = terraform_data.unknown.output.price, one_time = terraform_data.unknown.output.flag }
  free_domain_tlds = [terraform_data.unknown.output.domain]
  allow_live_changes = [terraform_data.unknown.output.word]
}`)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config, Check: resource.ComposeAggregateTestCheckFunc(column(t, env, "name", "From elsewhere"), price(t, env, "USD", "monthly", "42.00"))},
				{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

func TestAccProducts_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		made := hiddenGroup + productBlock("on_destroy = \"hide\"\n module = \"toplink_dcim\"\n prices = {"+allCurrencies+"}")
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(made), Check: acctest.SaveID(address, &id)},
				{
					PreConfig: func() { env.WHMCS.AddService(t, id, "0", "Active"); env.WHMCS.AddService(t, id, "0", "Terminated") },
					Config: env.Config(made, `
data "hosting_whmcs_products" "all" {}
data "hosting_whmcs_products" "vps" { module = "toplink_dcim" }
data "hosting_whmcs_products" "named" { name_regex = "^Legacy" }
data "hosting_whmcs_products" "grouped" { product_group_id = hosting_whmcs_product_group.test.id }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.all", "products.#", "2"),
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.vps", "products.#", "1"),
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.vps", "products.0.live_services", "1"),
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.vps", "products.0.services", "2"),
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.vps", "products.0.prices.INR.monthly", "800.00"),
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.named", "products.0.name", "Legacy VPS"),
						resource.TestCheckResourceAttr("data.hosting_whmcs_products.grouped", "products.0.name", "E3-1230"),
					),
				},
			},
		})
	})
}
