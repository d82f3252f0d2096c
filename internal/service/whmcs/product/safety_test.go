package product_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// The tests of this file are about what a plan must say, so they drive the provider's protocol: warnings are seen
// there.

const productType = "hosting_whmcs_product"

// attributes is a recurring product in the seeded group, with those given laid over it.
func attributes(more map[string]any) map[string]any {
	all := map[string]any{"product_group_id": "1", "name": "E3-1230", "pay_type": "recurring"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

func monthly(price string) map[string]any {
	return map[string]any{"monthly": price}
}

func prices(currencies map[string]any) map[string]any {
	return map[string]any{"prices": currencies}
}

// everyCurrency is a price in every seeded currency.
func everyCurrency(usd string) map[string]any {
	return map[string]any{"USD": monthly(usd), "INR": monthly("800"), "EUR": monthly("9")}
}

func TestProduct_whatLeavesTheConfigurationStays(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, productType, nil, attributes(prices(everyCurrency("10"))))
		p = env.Protocol(t) // another run
		_, diagnostics := p.PlanChange(t, productType, made, attributes(prices(map[string]any{"USD": monthly("10"), "INR": monthly("800")})))
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "warning at prices: The product E3-1230 stays on sale in EUR")
		assert.Contains(t, messages[0], "stays on sale in EUR: monthly 9")
		assert.Contains(t, messages[0], "set EUR = {}")
		_, diagnostics = p.PlanChange(t, productType, made, attributes(nil))
		assert.Len(t, acctest.Messages(diagnostics), 3, "one for each currency")
		_, diagnostics = p.PlanChange(t, productType, made, attributes(prices(map[string]any{"USD": monthly("10"), "INR": monthly("800"), "EUR": map[string]any{}})))
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "warning at prices[\"EUR\"]: The product E3-1230: EUR monthly 9 no longer has a price")
	})
}

// A one-time price lies in WHMCS's monthly column, so a currency that is left out would become a monthly one.
func TestProduct_payTypeLeavesNothingBehind(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		once := func(price string) map[string]any { return map[string]any{"one_time": price} }
		oneTime := attributes(prices(map[string]any{"USD": once("500"), "EUR": once("450"), "INR": once("400")}))
		oneTime["pay_type"] = "one_time"
		made := p.Do(t, productType, nil, oneTime)
		p = env.Protocol(t) // another run
		_, diagnostics := p.PlanChange(t, productType, made, attributes(prices(map[string]any{"USD": monthly("50")})))
		messages := acctest.Messages(diagnostics)
		assert.Contains(t, strings.Join(messages, "\n"), `error at prices["EUR"]`)
		change, diagnostics := p.PlanChange(t, productType, made, attributes(prices(map[string]any{"USD": monthly("50"), "EUR": map[string]any{}, "INR": map[string]any{}})))
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "EUR one_time 450 no longer has a price")
		made, diagnostics = p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Equal(t, "-1.00", env.WHMCS.Prices(t, acctest.Text(t, p.State(t, made)["id"]))["EUR"]["monthly"])
	})
}

func TestProduct_guardLetsARepairPass(t *testing.T) {
	acctest.Each(t, acctest.Options{Guards: `{ max_price_change_percent = 20 }`}, func(t *testing.T, env *acctest.Env) {
		var id string
		priced := func(price string) string {
			return env.Config(configuration(fmt.Sprintf(`prices = { USD = { monthly = %q } }`, price)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: priced("2000.00"), Check: acctest.SaveID(address, &id)},
				// A wrong price was entered in WHMCS. The repair is a change of 199900 percent back to the last written price.
				{
					PreConfig: func() { env.WHMCS.SetPrice(t, id, "USD", "monthly", "1.00") },
					Config:    priced("2000.00"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: price(t, env, "USD", "monthly", "2000.00"),
				},
				// Removing the price from the configuration and adding it again does not avoid the guard.
				{Config: env.Config(configuration(""))},
				{Config: priced("20.00"), ExpectError: acctest.Says("price would change from 2000.00 to 20.00 (by 99.0 %")},
				// A set-up fee out of nothing is a change without limit.
				{
					Config:      env.Config(configuration("prices = { USD = { monthly = \"2000.00\" } }\n setup_fees = { USD = { monthly = \"100000\" } }")),
					ExpectError: acctest.Says("set-up fee would change from 0.00 to 100000 (from zero)"),
				},
				{Config: priced("2100.00"), Check: price(t, env, "USD", "monthly", "2100.00")},
			},
		})
	})
}

// TestProduct_minPrice: a new or changed price above zero is not below the floor of its currency.
func TestProduct_minPrice(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		usd := func(price string) map[string]any { return attributes(prices(everyCurrency(price))) }
		writer := env.Protocol(t) // no plan warns after its first write
		cheap := writer.Do(t, productType, nil, usd("1.00"))
		guards := func(minimum any) *acctest.Protocol {
			return env.Protocol(t, acctest.Settings{"guards": {"min_price": minimum}})
		}
		p := guards(map[string]any{"USD": "5.00"})
		plan := func(p *acctest.Protocol, prior *acctest.Instance, config map[string]any) string {
			t.Helper()
			_, diagnostics := p.PlanChange(t, productType, prior, config)
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}
		other := func(price string) map[string]any {
			config := usd(price)
			config["name"] = "Other"
			return config
		}
		refusal := `error at prices["USD"]["monthly"]: The price is lower than allowed: The product Other would cost USD 4.99 (monthly). ` +
			"guards.min_price in the provider block allows no price below USD 5.00. Correct the price. If you want this price, lower guards.min_price.USD."
		assert.Contains(t, plan(p, nil, other("4.99")), refusal)
		assert.Empty(t, plan(p, nil, other("5")))
		assert.Contains(t, plan(p, nil, other("0")), "The price is zero")
		assert.NotContains(t, plan(p, nil, other("0")), "min_price", "allow_zero_price covers zero")
		fee := other("5")
		fee["setup_fees"] = map[string]any{"USD": monthly("0.10")}
		assert.Empty(t, plan(p, nil, fee))
		assert.Contains(t, plan(p, cheap, usd("4")), "would cost USD 4 (monthly)")
		kept := usd("1.0")
		kept["tagline"] = "The price does not change"
		assert.Empty(t, plan(p, cheap, kept))

		// A currency that was not managed so far is compared with WHMCS.
		unmanaged := writer.Do(t, productType, cheap, attributes(prices(map[string]any{"EUR": monthly("9"), "INR": monthly("800")})))
		p = guards(map[string]any{"USD": "5.00"})
		assert.Empty(t, plan(p, unmanaged, usd("1")))
		assert.Contains(t, plan(p, unmanaged, usd("2")), "would cost USD 2 (monthly)")

		// A free product may keep prices in WHMCS. They come into force with another pay type.
		free := writer.Do(t, productType, nil, map[string]any{"product_group_id": "1", "name": "Free", "pay_type": "free"})
		env.WHMCS.SetPrice(t, acctest.Text(t, p.State(t, free)["id"]), "USD", "monthly", "1.00")
		config := usd("1.00")
		config["name"] = "Free"
		assert.Contains(t, plan(p, free, config), "The product Free would cost USD 1.00 (monthly)")

		// A currency that WHMCS does not have would guard nothing.
		assert.Contains(t, plan(guards(map[string]any{"USD": "1", "EUE": "1"}), nil, other("4")),
			"error at : guards.min_price: WHMCS has no currency EUE: The smallest price in EUE would guard nothing. Currencies of WHMCS: EUR, INR, USD.")

		// Guards that are not known yet are checked in the apply.
		for _, unknown := range []any{acctest.Unknown, map[string]any{"USD": acctest.Unknown}} {
			assert.Empty(t, plan(guards(unknown), nil, other("4")))
		}
		assert.Contains(t, plan(guards(map[string]any{"USD": "5", "EUR": acctest.Unknown}), nil, other("4.99")), "would cost USD 4.99")
	})
}

// TestProduct_guardsOfWhatWasNotManaged: a price and a set-up fee that were not managed before are compared with WHMCS.
func TestProduct_guardsOfWhatWasNotManaged(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		with := func(price, fee any) map[string]any {
			config := attributes(prices(map[string]any{"USD": map[string]any{"monthly": price}, "INR": monthly("800"), "EUR": monthly("9")}))
			if fee != nil {
				config["setup_fees"] = map[string]any{"USD": map[string]any{"monthly": fee}}
			}
			return config
		}
		writer := env.Protocol(t) // no plan warns after its first write
		made := writer.Do(t, productType, nil, with("100.00", "10.00"))
		bare := writer.Do(t, productType, made, attributes(nil))
		for _, prior := range []*acctest.Instance{made, bare} {
			plan := func(guards map[string]any, price, fee any) string {
				t.Helper()
				_, diagnostics := env.Protocol(t, acctest.Settings{"guards": guards}).PlanChange(t, productType, prior, with(price, fee))
				return strings.Join(acctest.Messages(diagnostics), "\n")
			}
			percent := map[string]any{"max_price_change_percent": "20"}
			assert.Contains(t, plan(percent, "121", "10"), "price would change from 100.00 to 121 (by 21.0 %)")
			assert.Contains(t, plan(percent, "100", "13"), "set-up fee would change from 10.00 to 13 (by 30.0 %)")
			assert.Contains(t, plan(percent, "100", nil), "set-up fee would change from 10.00 to 0.00 (by 100.0 %)")
			assert.NotContains(t, plan(percent, "120", "8"), "error")

			free := plan(map[string]any{}, "0", "0.0")
			assert.Contains(t, free, `error at prices["USD"]["monthly"]: The price is zero`)
			assert.Contains(t, free, `error at setup_fees["USD"]["monthly"]: The set-up fee is zero: The set-up fee would change from 10.00 to zero. `+
				"If you want this, remove the amount from setup_fees, or set guards { allow_zero_price = true } in the provider block.")
			assert.NotContains(t, plan(map[string]any{}, "100", nil), "error", "the configuration says that there is no fee")
			assert.NotContains(t, plan(map[string]any{"allow_zero_price": true}, "0", "0"), "error")
		}
	})
}

func TestProduct_oneOptionUnderTwoNames(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "A"})
		options := func(options map[string]any) map[string]any {
			return attributes(map[string]any{"module": "toplink_dcim", "module_options": options, "prices": everyCurrency("10")})
		}
		made := p.Do(t, productType, nil, options(map[string]any{"Package": "A", "4": "none", "5": "none"}))
		_, diagnostics := p.PlanChange(t, productType, made, options(map[string]any{"Package": "A", "3": "B", "4": "none", "5": "none"}))
		require.Len(t, acctest.Messages(diagnostics), 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], `"3" and "Package" are both option 3 of the module toplink_dcim`)
	})
}

func TestProduct_sameSettingsInAnotherForm(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "E3"})
		with := func(form string, settings map[string]any) map[string]any {
			return attributes(map[string]any{"module": "toplink_dcim", form: settings, "prices": everyCurrency("10")})
		}
		made := p.Do(t, productType, nil, with("toplink_dcim", map[string]any{"package": "E3", "client_vnc": true, "suspend_action": "none", "terminate_action": "none"}))
		env.WHMCS.AddService(t, acctest.Text(t, p.State(t, made)["id"]), "0", "Active")
		moved := p.Do(t, productType, made, with("module_options", map[string]any{"Package": "E3", "6": "on"}))
		back := p.Do(t, productType, moved, with("toplink_dcim", map[string]any{"package": "E3"}))
		_, diagnostics := p.PlanChange(t, productType, back, with("module_options", map[string]any{"Package": "E5"}))
		require.NotEmpty(t, acctest.Messages(diagnostics))
		assert.Contains(t, acctest.Messages(diagnostics)[0], "The change would affect live services")
	})
}

// A plan after import is empty for the TopLink form too.
func TestAccProduct_importTopLink(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, configuration(`
  module       = "toplink_dcim"
  toplink_dcim = {
    data_center = "Frankfurt", package = "E3"
    client_vnc = true, client_power = false, client_reinstall = false, client_port_limits = false, client_hardware_info = false
  }
  prices                  = {`+allCurrencies+`}
  on_demand_renewal       = { enabled = true, monthly = 7 }
  recommended_product_ids = ["1"]
  upgrade_product_ids     = ["1"]`), address, "hosting_whmcs_product_group.test")
	})
}

// A plan after import is empty for a product whose stock has moved.
func TestAccProduct_importStock(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		stocked := attributes(map[string]any{"prices": everyCurrency("10.00"), "stock_control": true, "initial_quantity": 10})
		id := acctest.Text(t, p.State(t, p.Do(t, productType, nil, stocked))["id"])
		env.WHMCS.Set(t, table, id, "qty", "7")
		imported, diagnostics := p.Import(t, productType, map[string]any{"id": id})
		require.Empty(t, acctest.Messages(diagnostics))
		planned, diagnostics := p.PlanChange(t, productType, imported, stocked)
		require.Empty(t, acctest.Messages(diagnostics))
		require.True(t, p.IsEmpty(t, planned), "a stock that has moved is no change")
	})
}

// Terraform deletes a group before it updates the products that leave the group. The first advice of the error works.
func TestAccProduct_movesToAnotherGroup(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(groups, in string) string {
			return env.Config(groups, fmt.Sprintf(`
resource "hosting_whmcs_product" "test" {
  product_group_id = hosting_whmcs_product_group.%s.id
  name             = "Mover"
  pay_type         = "free"
}`, in))
		}
		const old, next = `
resource "hosting_whmcs_product_group" "old" { name = "Old" }`, `
resource "hosting_whmcs_product_group" "next" { name = "Next" }`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config(old, "old")},
				{Config: config(next, "next"), ExpectError: acctest.Says("it is in use", "Restore the group's block and apply")},
				{Config: config(old+next, "next")},
				{Config: config(next, "next")},
			},
		})
	})
}
