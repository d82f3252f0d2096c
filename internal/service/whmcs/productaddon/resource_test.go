package productaddon_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_whmcs_product_addon"
	address  = typeName + ".test"
)

func column(t *testing.T, env *acctest.Env, name, value string) resource.TestCheckFunc {
	t.Helper()
	return acctest.Column(t, env.WHMCS, address, "tbladdons", name, value)
}

func TestAccProductAddon_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first string
		minimal := `
resource "hosting_whmcs_product_addon" "test" {
  name     = "IP <\"&'> सर्वर 🚀"
  pay_type = "free"
}`
		full := `
resource "hosting_whmcs_product_addon" "test" {
  name               = "Additional IP address"
  description        = "One <b>IPv4</b> address"
  product_ids        = ["1"]
  pay_type           = "recurring"
  prices             = { USD = { monthly = "2.00", annually = "20.00" }, EUR = {} }
  setup_fees         = { USD = { monthly = "1.00" } }
  show_on_order_form = true
  hidden             = true
  retired            = true
  tax                = true
  welcome_email      = "Dedicated/VPS Server Welcome Email"
  order              = 7
}`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			CheckDestroy:             acctest.Gone(t, env.WHMCS, "tbladdons", &id),
			Steps: []resource.TestStep{
				{
					Config: env.Config(minimal),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), acctest.SaveID(address, &first),
						resource.TestCheckResourceAttr(address, "name", `IP <"&'> सर्वर 🚀`),
						resource.TestCheckResourceAttr(address, "hidden", "false"), resource.TestCheckResourceAttr(address, "order", "0"),
						resource.TestCheckNoResourceAttr(address, "prices.%"), resource.TestCheckNoResourceAttr(address, "product_ids.#"),
						column(t, env, "billingcycle", "free"), column(t, env, "packages", ""),
					),
				},
				{Config: env.Config(minimal), ConfigPlanChecks: acctest.EmptyPlan()},
				{
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPtr(address, "id", &first),
						column(t, env, "name", "Additional IP address"), column(t, env, "packages", "1"),
						column(t, env, "billingcycle", "recurring"), column(t, env, "showorder", "1"), column(t, env, "hidden", "1"),
						column(t, env, "retired", "1"), column(t, env, "tax", "1"), column(t, env, "weight", "7"),
					),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"prices.EUR.%", "prices.%"}},
				// Attributes that are not in the configuration are not managed.
				{
					Config: env.Config(`
resource "hosting_whmcs_product_addon" "test" {
  name     = "Additional IP address"
  pay_type = "recurring"
  prices   = { USD = { monthly = "2.00", annually = "20.00" }, EUR = {} }
  setup_fees = { USD = { monthly = "1.00" } }
}`),
					Check: column(t, env, "packages", "1"),
				},
				// Drift is planned and repaired.
				{
					PreConfig:        func() { env.WHMCS.Set(t, "tbladdons", id, "description", "changed by hand") },
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            column(t, env, "description", "One <b>IPv4</b> address"),
				},
				// Deleted elsewhere.
				{
					PreConfig:        func() { env.WHMCS.Delete(t, "tbladdons", id) },
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check:            acctest.SaveID(address, &id),
				},
			},
		})
	})
}

// prices returns the rows of tblpricing of an addon, by currency.
func prices(t *testing.T, env *acctest.Env, id string) map[string]any {
	t.Helper()
	found := map[string]any{}
	for _, line := range env.WHMCS.Dump(t)["tblpricing"] {
		if strings.Contains(line, "addon") {
			found[line] = nil
		}
	}
	require.NotEmpty(t, id)
	return found
}

func TestProductAddon_prices(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(payType string, amounts map[string]any) map[string]any {
			return map[string]any{"name": "Backup", "pay_type": payType, "prices": amounts}
		}
		month := func(price string) map[string]any { return map[string]any{"monthly": price} }
		once := func(price string) map[string]any { return map[string]any{"one_time": price} }
		p := env.Protocol(t)
		_, diagnostics := p.PlanChange(t, typeName, nil, config("recurring", map[string]any{"USD": month("2")}))
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "warning at prices: The product addon Backup cannot be ordered in EUR, INR")

		all := map[string]any{"USD": month("2.00"), "EUR": month("2.00"), "INR": month("170.00")}
		made := p.Do(t, typeName, nil, config("recurring", all))
		id := acctest.Text(t, p.State(t, made)["id"])
		assert.Len(t, prices(t, env, id), 3, "every currency has a row")

		// One-time and monthly prices share a column, so that all of them are written again.
		p = env.Protocol(t)
		planned, diagnostics := p.PlanChange(t, typeName, made,
			config("one_time", map[string]any{"USD": once("2.00"), "EUR": once("2.00"), "INR": once("170.00")}))
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "The product addon Backup: EUR monthly 2.00 no longer has a price")
		made, diagnostics = p.Apply(t, planned)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Equal(t, "onetime", env.WHMCS.Row(t, "tbladdons", id)["billingcycle"])
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Equal(t, p.State(t, made), p.State(t, read))

		p = env.Protocol(t)
		_, diagnostics = p.PlanChange(t, typeName, made, config("one_time", map[string]any{"USD": once("0")}))
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), `error at prices["USD"]["one_time"]: The price is zero`)
		p = env.Protocol(t, acctest.Settings{"guards": {"min_price": map[string]any{"USD": "1.50"}}})
		_, diagnostics = p.PlanChange(t, typeName, made, config("one_time", map[string]any{"USD": once("1.49")}))
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"),
			`error at prices["USD"]["one_time"]: The price is lower than allowed: The product addon Backup would cost USD 1.49 (one_time)`)
		p.Do(t, typeName, made, nil)
		assert.Empty(t, prices(t, env, id), "prices are left over")
	})
}

// TestProductAddon_inUse: an addon that a customer ordered is not deleted.
func TestProductAddon_inUse(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		config := map[string]any{"name": "Licence", "pay_type": "free"}
		made := p.Do(t, typeName, nil, config)
		id := acctest.Text(t, p.State(t, made)["id"])
		planned, diagnostics := p.PlanChange(t, typeName, made, nil)
		require.Empty(t, acctest.Messages(diagnostics))
		service := env.WHMCS.AddService(t, "1", "0", "Active")
		env.WHMCS.Insert(t, "tblhostingaddons", map[string]string{
			"hostingid": service, "addonid": id, "server": "0", "status": "Terminated",
		})
		_, diagnostics = p.Apply(t, planned)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "service addons: 1")
		assert.Contains(t, messages[0], `on_destroy = "retire"`)

		p = env.Protocol(t)
		_, diagnostics = p.PlanChange(t, typeName, made, nil)
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "it is in use", "the plan does not say it")

		config["on_destroy"] = "retire"
		made = p.Do(t, typeName, made, config)
		p.Do(t, typeName, made, nil)
		row := env.WHMCS.Row(t, "tbladdons", id)
		assert.Equal(t, []string{"1", "1"}, []string{row["hidden"], row["retired"]})
	})
}

// TestProductAddon_deletedProduct: an addon may list a product that was deleted. That is not a conflict.
func TestProductAddon_deletedProduct(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		product := p.Do(t, "hosting_whmcs_product", nil, map[string]any{"product_group_id": "1", "name": "E3", "pay_type": "free"})
		id := acctest.Text(t, p.State(t, product)["id"])
		made := p.Do(t, typeName, nil, map[string]any{"name": "IP", "pay_type": "free", "product_ids": []any{"1", id}})
		p.Do(t, "hosting_whmcs_product", product, nil)
		p = env.Protocol(t)
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		planned, diagnostics := p.PlanChange(t, typeName, read, map[string]any{"name": "IP", "pay_type": "free", "product_ids": []any{"1"}})
		require.Empty(t, acctest.Messages(diagnostics))
		assert.True(t, p.IsEmpty(t, planned), "the deleted product is still listed")
		_, diagnostics = p.PlanChange(t, typeName, made, map[string]any{"name": "IP", "pay_type": "free", "product_ids": []any{"1", "4711"}})
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "error at product_ids")
	})
}

func TestAccProductAddon_exists(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		config := map[string]any{"name": "IP", "pay_type": "free"}
		p.Do(t, typeName, nil, config)
		p = env.Protocol(t)
		assert.Contains(t, strings.Join(acctest.Messages(p.Plan(t, typeName, config)), "\n"), "A product addon with this name exists")
		config["allow_duplicate_name"] = true
		p.Do(t, typeName, nil, config)
	})
}

// TestAccProductAddon_unknowns takes what it can from another resource, so that nothing of it is known in the plan.
func TestAccProductAddon_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{
				Config: env.Config(`
resource "terraform_data" "later" {
  input = { name = "Later", pay_type = "one_time", price = "5.00", fee = "1.00", product = "1", tax = true, order = 4 }
}
resource "hosting_whmcs_product_addon" "test" {
  name        = terraform_data.later.output.name
  pay_type    = terraform_data.later.output.pay_type
  prices      = { USD = { one_time = terraform_data.later.output.price } }
  setup_fees  = { USD = { one_time = terraform_data.later.output.fee } }
  product_ids = [terraform_data.later.output.product]
  tax         = terraform_data.later.output.tax
  order       = terraform_data.later.output.order
}`),
				Check: resource.ComposeAggregateTestCheckFunc(
					column(t, env, "billingcycle", "onetime"), column(t, env, "packages", "1"), column(t, env, "weight", "4"),
					resource.TestCheckResourceAttr(address, "prices.USD.one_time", "5.00"),
				),
			}},
		})
	})
}

func TestAccProductAddon_badInput(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"name": "IP", "pay_type": "free"}, []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": " "}, Path: "name", Says: "must not be empty"},
			{Name: "no pay type", Attributes: map[string]any{"pay_type": nil}, Path: "pay_type", Says: "Missing Configuration for Required Attribute"},
			{Name: "unknown pay type", Attributes: map[string]any{"pay_type": "monthly"}, Path: "pay_type", Says: "must be one of"},
			{
				Name: "a cycle of a one-time addon", Path: `prices["USD"]["monthly"]`, Says: "A one-time product addon has no billing cycles",
				Attributes: map[string]any{"pay_type": "one_time", "prices": map[string]any{"USD": map[string]any{"monthly": "2"}}},
			},
			{
				Name: "a one-time price of a recurring addon", Path: `prices["USD"]["one_time"]`, Says: "A recurring product addon has no one-time price",
				Attributes: map[string]any{"pay_type": "recurring", "prices": map[string]any{"USD": map[string]any{"one_time": "2"}}},
			},
			{
				Name: "a price of a free addon", Path: `prices["USD"]["monthly"]`, Says: "A free product addon has no prices",
				Attributes: map[string]any{"prices": map[string]any{"USD": map[string]any{"monthly": "2"}}},
			},
			{
				Name: "a set-up fee without a price", Path: `setup_fees["USD"]`, Says: "A set-up fee needs a price",
				Attributes: map[string]any{"prices": map[string]any{}, "setup_fees": map[string]any{"USD": map[string]any{"monthly": "2"}}},
			},
			{Name: "negative order", Attributes: map[string]any{"order": -1}, Path: "order", Says: "between 0 and"},
			{Name: "a name as a product", Attributes: map[string]any{"product_ids": []any{"E3"}}, Path: "product_ids[*]", Says: "must be"},
			{Name: "on_destroy", Attributes: map[string]any{"on_destroy": "keep"}, Path: "on_destroy", Says: `must be one of: ["delete" "retire" "hide"]`},
		})
	})
}

func TestAccProductAddons_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const list = "data.hosting_whmcs_product_addons."
		addons := `
resource "hosting_whmcs_product_addon" "ip" {
  name        = "IP address"
  pay_type    = "recurring"
  product_ids = ["1"]
  prices      = { USD = { monthly = "2.00" }, EUR = { monthly = "2.00" }, INR = { monthly = "170.00" } }
}
resource "hosting_whmcs_product_addon" "free" {
  name     = "Reverse DNS"
  pay_type = "free"
  retired  = true
}`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(addons)},
				{
					Config: env.ReadOnlyConfig(addons, `
data "hosting_whmcs_product_addons" "all" {}
data "hosting_whmcs_product_addons" "one" { name_regex = "^Reverse" }
data "hosting_whmcs_product_addons" "offered" { product_id = "1" }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "product_addons.#", "2"),
						resource.TestCheckResourceAttr(list+"one", "product_addons.0.retired", "true"),
						resource.TestCheckResourceAttr(list+"one", "product_addons.0.pay_type", "free"),
						resource.TestCheckResourceAttr(list+"offered", "product_addons.#", "1"),
						resource.TestCheckResourceAttrPair(list+"offered", "product_addons.0.id", typeName+".ip", "id"),
						resource.TestCheckResourceAttr(list+"offered", "product_addons.0.product_ids.0", "1"),
						resource.TestCheckResourceAttr(list+"offered", "product_addons.0.prices.USD.monthly", "2.00"),
						resource.TestCheckResourceAttr(list+"offered", "product_addons.0.service_addons", "0"),
					),
				},
				{Config: env.Config(addons)},
			},
		})
	})
}

// TestProductAddon_olderColumns: an installation without the columns that were only seen reads null, and a value for
// one of them is refused.
func TestProductAddon_olderColumns(t *testing.T) {
	options := acctest.Options{
		SandboxOnly: "the test host has all columns",
		Sandbox:     sandbox.Options{MissingColumns: []string{"tbladdons.retired", "tbladdons.weight"}},
	}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, typeName, nil, map[string]any{"name": "IP", "pay_type": "free"})
		assert.True(t, p.State(t, made)["retired"].IsNull())
		p = env.Protocol(t)
		_, diagnostics := p.PlanChange(t, typeName, made, map[string]any{"name": "IP", "pay_type": "free", "retired": true})
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "error at retired")
	})
}
