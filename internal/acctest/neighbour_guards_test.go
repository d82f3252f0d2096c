package acctest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func guarded(change func(s *sandbox.SafetySettings)) sandbox.SafetySettings {
	s := ownSettings()
	change(&s)
	return s
}

func atMost(percent int64) sandbox.SafetySettings {
	return guarded(func(s *sandbox.SafetySettings) { s.MaxPriceChangePercent = &percent })
}

func atLeast(prices map[string]string) sandbox.SafetySettings {
	return guarded(func(s *sandbox.SafetySettings) { s.MinPrices = prices })
}

func anHour(changes int64) sandbox.SafetySettings {
	return guarded(func(s *sandbox.SafetySettings) { s.MaxPriceChangesPerHour = &changes })
}

func inUSD(price, fee string) object { return object{"USD": object{"monthly": cycle(price, fee)}} }

// priced makes a recurring product, without limits.
func (c *contract) priced(pricing object) string {
	c.Helper()
	c.settings(ownSettings())
	group, _ := c.create("product_group", object{"name": "G " + newContractKey()})
	id, _ := c.create("product", object{"product_group_id": group, "name": "P", "pay_type": "recurring", "pricing": pricing})
	return id
}

// limited tries an update, as a dry run and as a write. reason is the limit that refuses both, or "".
func (c *contract) limited(kind, id, reason string, values object) {
	c.Helper()
	check := c.tryRead(object{"op": "validate", "kind": kind, "id": id, "values": values})
	write := c.tryWrite(object{"op": "update", "kind": kind, "id": id, "values": values})
	for _, o := range []outcome{check, write} {
		if reason == "" {
			c.success(o)
			continue
		}
		assert.Equal(c, reason, c.refused(o, "read_only").Payload["reason"], o.Message)
		assert.Contains(c, o.Message, reason)
	}
}

// budget asserts what the dry run of a product's update says about the number of price changes.
func (c *contract) budget(id string, values, want object) {
	c.Helper()
	validate := object{"op": "validate", "kind": "product", "id": id, "values": values}
	results, _ := c.read(object{"op": "batch", "ops": []any{validate}})["results"].([]any)
	require.Len(c, results, 1)
	inBatch, _ := results[0].(object)
	for _, answer := range []object{c.read(validate), inBatch} {
		if want == nil {
			assert.NotContains(c, answer, "price_changes")
			continue
		}
		wanted, err := json.Marshal(want)
		require.NoError(c, err)
		got, err := json.Marshal(answer["price_changes"])
		require.NoError(c, err)
		assert.JSONEq(c, string(wanted), string(got))
	}
}

// The operator's own limits on prices hold, whatever the provider allows.
func TestNeighbourPriceGuards(t *testing.T) {
	for _, one := range []struct {
		name string
		test func(c *contract)
	}{
		{"a change in percent", func(c *contract) {
			id := c.priced(inUSD("100.00", "10.00"))
			c.settings(atMost(20))
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("120.01", "10.00")})
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("79.99", "10.00")})
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("100.00", "12.01")})
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("0.00", "10.00")})
			c.limited("product", id, "", object{"pricing": inUSD("120.00", "12.00")})
			c.limited("product", id, "", object{"pricing": inUSD("96.00", "12.00")})
			c.settings(atMost(0))
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("96.01", "12.00")})
			c.limited("product", id, "", object{"pricing": inUSD("96.000", "12.0")})
		}},
		{"a price of zero is not raised", func(c *contract) {
			id := c.priced(inUSD("0.00", "0.00"))
			c.settings(atMost(1000))
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("1.00", "0.00")})
		}},
		{"a new product has no former price", func(c *contract) {
			c.priced(inUSD("1.00", "0.00"))
			c.settings(atMost(1))
			group, _ := c.create("product_group", object{"name": "New"})
			id, _ := c.create("product", object{"product_group_id": group, "name": "New", "pay_type": "recurring", "pricing": inUSD("500.00", "5.00")})
			c.limited("product", id, "", object{"pricing": object{"USD": object{"monthly": cycle("500.00", "5.00"), "annually": cycle("5000.00", "0.00")}}})
		}},
		{"a price that is switched off comes back as it was", func(c *contract) {
			id := c.priced(inUSD("100.00", "0.00"))
			c.settings(atMost(20))
			c.limited("product", id, "", object{"pricing": object{"USD": object{}}})
			c.limited("product", id, "max_price_change_percent", object{"pricing": inUSD("1.00", "0.00")})
			c.limited("product", id, "", object{"pricing": inUSD("90.00", "0.00")})
		}},
		{"a one-time price is in the place of the monthly one", func(c *contract) {
			id := c.priced(inUSD("100.00", "0.00"))
			c.settings(atMost(20))
			c.limited("product", id, "max_price_change_percent", object{"pay_type": "one_time", "pricing": object{"USD": object{"one_time": cycle("1.00", "0.00")}}})
			c.limited("product", id, "", object{"pay_type": "one_time", "pricing": object{"USD": object{"one_time": cycle("110.00", "0.00")}}})
		}},
		{"a product does not become free", func(c *contract) {
			id := c.priced(inUSD("100.00", "0.00"))
			for reason, settings := range map[string]sandbox.SafetySettings{"max_price_change_percent": atMost(50), "min_price": atLeast(map[string]string{"USD": "5.00"})} {
				c.settings(settings)
				c.limited("product", id, reason, object{"pay_type": "free"})
				c.limited("product", id, reason, object{"pay_type": "free", "pricing": object{"USD": object{}}})
			}
			c.settings(atLeast(map[string]string{"EUR": "5.00"}))
			c.limited("product", id, "", object{"pay_type": "free"})
		}},
		{"the smallest price", func(c *contract) {
			id := c.priced(inUSD("100.00", "0.00"))
			cheap := c.priced(inUSD("1.00", "0.00"))
			c.assumes("price_guards", true, "companion.local.php sets no limits on prices")
			c.settings(guarded(func(s *sandbox.SafetySettings) {
				percent := int64(20)
				s.MinPrices, s.MaxPriceChangePercent = map[string]string{"USD": "5.00", "EUR": "4"}, &percent
			}))
			c.assumes("price_guards", true, "limits in companion.local.php: a new or changed price of a product or a product addon is at least EUR 4, USD 5.00 (min_price); "+
				"an existing price, set-up fee, option price, overage price or token price changes by at most 20 % (max_price_change_percent)")
			c.settings(atLeast(map[string]string{"USD": "5.00"}))
			assert.Contains(c, c.refused(c.tryRead(object{"op": "validate", "kind": "product", "id": id, "values": object{"pricing": inUSD("4.99", "0.00")}}), "read_only").Message,
				"product pricing.USD.monthly.price would be 4.99. companion.local.php refuses prices below 5.00 USD (min_price)")
			c.limited("product", id, "min_price", object{"pricing": inUSD("4.99", "0.00")})
			c.limited("product", id, "min_price", object{"pricing": object{"USD": object{"monthly": cycle("100.00", "0.00"), "annually": cycle("0.00", "0.00")}}})
			c.limited("product", id, "", object{"pricing": object{"USD": object{"monthly": cycle("5", "0.00")}, "EUR": object{"monthly": cycle("1.00", "0.00")}}})
			// A price that was low before, and stays as it is, does not stop other changes.
			c.limited("product", cheap, "", object{"pricing": object{"USD": object{"monthly": cycle("1.00", "0.00"), "annually": cycle("10.00", "0.00")}}})
			group, _ := c.create("product_group", object{"name": "Low"})
			create := object{"op": "create", "kind": "product", "values": object{"product_group_id": group, "name": "Low", "pay_type": "recurring", "pricing": inUSD("4.99", "0.00")}}
			assert.Equal(c, "min_price", c.refused(c.tryWrite(create), "read_only").Payload["reason"])
			// The prices of a free product count once it is no longer free.
			free, _ := c.create("product", object{"product_group_id": group, "name": "Free"})
			c.env.WHMCS.SetPrice(c, free, "USD", "monthly", "0.01")
			c.limited("product", free, "min_price", object{"pay_type": "recurring", "pricing": inUSD("0.01", "0.00")})
		}},
		{"changes in an hour", func(c *contract) {
			one, two := c.priced(inUSD("100.00", "0.00")), c.priced(object{"USD": object{"monthly": cycle("1.00", "0.00")}, "EUR": object{"monthly": cycle("1.00", "0.00")}})
			c.settings(anHour(3))
			c.budget(one, object{"pricing": inUSD("101.00", "0.00")}, object{"planned": 1, "left": 3, "limit": 3})
			c.budget(one, object{"pricing": inUSD("100.00", "0.00"), "tagline": "no price changes"}, nil)
			c.assumes("price_guards", true, "limits in companion.local.php: at most 3 of these amounts change in 60 minutes, and 3 can change now (max_price_changes_per_hour)")
			c.limited("product", one, "", object{"pricing": inUSD("101.00", "0.00")})
			c.assumes("price_guards", true, "at most 3 of these amounts change in 60 minutes, and 2 can change now")
			c.limited("product", one, "", object{"pricing": inUSD("101.00", "0.00"), "tagline": "nothing changes"})
			both := object{"pricing": object{"USD": object{"monthly": cycle("2.00", "0.00")}, "EUR": object{"monthly": cycle("2.00", "0.00")}}}
			c.limited("product", two, "", both)
			c.limited("product", one, "max_price_changes_per_hour", object{"pricing": inUSD("102.00", "0.00")})
			c.limited("product", one, "", object{"tagline": "no price"})
			c.assumes("price_guards", true, "at most 3 of these amounts change in 60 minutes, and 0 can change now")
			c.settings(anHour(4))
			c.budget(one, object{"pricing": inUSD("102.00", "0.00")}, object{"planned": 1, "left": 1, "limit": 4})
			c.limited("product", one, "", object{"pricing": inUSD("102.00", "0.00")})
			c.settings(anHour(0))
			c.limited("product", one, "max_price_changes_per_hour", object{"pricing": inUSD("103.00", "0.00")})
			group, _ := c.create("product_group", object{"name": "New"})
			c.create("product", object{"product_group_id": group, "name": "New", "pay_type": "recurring", "pricing": inUSD("1.00", "0.00")})
		}},
		{"a write that fails does not count", func(c *contract) {
			id := c.priced(inUSD("100.00", "0.00"))
			c.settings(anHour(1))
			values := object{"pricing": inUSD("101.00", "0.00"), "slug": "a b"}
			c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": id, "values": values}), "invalid", "slug")
			c.refused(c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{"tagline": "x"}, "values": object{"pricing": inUSD("101.00", "0.00")}}), "conflict")
			c.limited("product", id, "", object{"pricing": inUSD("101.00", "0.00")})
			c.limited("product", id, "max_price_changes_per_hour", object{"pricing": inUSD("102.00", "0.00")})
		}},
		{"options and overages", func(c *contract) {
			c.settings(ownSettings())
			made := c.write(object{"op": "create", "kind": "configurable_option_group", "values": object{"name": "O", "options": object{
				"ram": object{"name": "RAM", "sub_options": object{"gb": object{"name": "1 GB", "pricing": inUSD("10.00", "0.00")}}},
			}}})
			group := made["id"].(string)
			option := made["option_ids"].(object)["ram"].(object)
			sub := option["sub_options"].(object)["gb"].(object)["id"]
			options := func(pricing object) object {
				return object{"options": object{"ram": object{"id": option["id"], "sub_options": object{"gb": object{"id": sub, "pricing": pricing}}}}}
			}
			c.settings(atMost(10))
			c.limited("configurable_option_group", group, "max_price_change_percent", options(inUSD("20.00", "0.00")))
			c.limited("configurable_option_group", group, "", options(inUSD("11.00", "0.00")))
			c.limited("configurable_option_group", group, "max_price_change_percent", options(object{"USD": object{}})) // for nothing
			c.settings(atMost(100))
			c.limited("configurable_option_group", group, "", options(object{"USD": object{}}))
			c.settings(atMost(10))
			c.limited("configurable_option_group", group, "max_price_change_percent", options(inUSD("50.00", "0.00")))
			c.limited("configurable_option_group", group, "", options(inUSD("12.00", "0.00")))
			c.write(object{"op": "update", "kind": "configurable_option_group", "id": group, "values": object{"options": object{
				"ram": object{"id": option["id"], "sub_options": object{"new": object{"name": "2 GB", "pricing": inUSD("99.00", "0.00")}}},
			}}})
			c.settings(ownSettings())
			product := c.priced(object{})
			c.update("product", product, nil, object{"overages": object{"enabled": true, "disk_price": "1.00"}})
			c.settings(atMost(10))
			c.limited("product", product, "max_price_change_percent", object{"overages": object{"disk_price": "2.00"}})
			c.limited("product", product, "", object{"overages": object{"disk_price": "1.10"}})
		}},
		{"prices of tokens", func(c *contract) {
			c.settings(ownSettings())
			c.activate()
			c.success(c.tryBilling(nil, object{"token_prices": object{"USD": "0.0100"}}))
			c.settings(atMost(50))
			c.limited("solusvm2_billing", "1", "max_price_change_percent", object{"token_prices": object{"USD": "0.0151"}})
			c.limited("solusvm2_billing", "1", "max_price_change_percent", object{"token_prices": object{"USD": "0"}})
			c.limited("solusvm2_billing", "1", "", object{"token_prices": object{"USD": "0.015"}})
			c.settings(anHour(0))
			c.limited("solusvm2_billing", "1", "max_price_changes_per_hour", object{"token_prices": object{"USD": "0.016"}})
		}},
	} {
		t.Run(one.name, func(t *testing.T) {
			options := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				one.test(&contract{T: t, env: env})
			})
		})
	}
}

// The guards of the provider and of the operator both apply: the stricter one refuses.
func TestNeighbourStricterGuardWins(t *testing.T) {
	options := acctest.Options{Guards: "{\n max_price_change_percent = \"500\"\n allow_zero_price = true\n}"}
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		p := env.Protocol(t)
		group := p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "G"})
		config := func(price string) map[string]any {
			prices := map[string]any{}
			for _, code := range []string{"USD", "EUR", "INR"} {
				prices[code] = map[string]any{"monthly": price}
			}
			return map[string]any{"name": "P", "product_group_id": id(t, p, group), "pay_type": "recurring", "prices": prices}
		}
		const product = "hosting_whmcs_product"
		made := p.Do(t, product, nil, config("100.00"))
		c.settings(atMost(20))
		p = env.Protocol(t) // a provider that has written sends no validation
		_, diagnostics := p.PlanChange(t, product, made, config("200.00"))
		messages := strings.Join(acctest.Messages(diagnostics), "\n")
		require.Contains(t, messages, "max_price_change_percent")
		require.Contains(t, messages, ".monthly.price")
		require.Contains(t, messages, "error")
		p.Do(t, product, made, config("119.00"))
	})
}

// TestNeighbourPlanSaysWhatIsRefused: a plan shows what the operator's limits will refuse, also the sum of its price
// changes.
func TestNeighbourPlanSaysWhatIsRefused(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		p := env.Protocol(t)
		const product = "hosting_whmcs_product"
		group := id(t, p, p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "G"}))
		config := func(name, price string) map[string]any {
			prices := map[string]any{}
			for _, code := range []string{"USD", "EUR", "INR"} {
				prices[code] = map[string]any{"monthly": price}
			}
			return map[string]any{"name": name, "product_group_id": group, "pay_type": "recurring", "prices": prices}
		}
		one, two := p.Do(t, product, nil, config("One", "100.00")), p.Do(t, product, nil, config("Two", "100.00"))
		plan := func(p *acctest.Protocol, prior *acctest.Instance, name, price string) string {
			t.Helper()
			_, diagnostics := p.PlanChange(t, product, prior, config(name, price))
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}

		c.settings(atLeast(map[string]string{"USD": "5.00"}))
		text := plan(env.Protocol(t), one, "One", "4.00")
		assert.Contains(t, text, "error")
		assert.Contains(t, text, "product pricing.USD.monthly.price would be 4.00. companion.local.php refuses prices below 5.00 USD (min_price)")

		c.settings(anHour(5))
		p = env.Protocol(t)
		assert.Empty(t, plan(p, one, "One", "110.00"))
		assert.Empty(t, plan(p, one, "One", "110.00"), "Terraform may plan an object more than once")
		assert.Equal(t, "warning at : The plan changes more prices than the operator of WHMCS allows in an hour: With the product "+id(t, p, two)+", this plan changes at least 6 prices. "+
			"companion.local.php allows 5 price changes in 60 minutes (max_price_changes_per_hour), and 5 can change now. The apply will fail at the limit. "+
			"Apply a part of the changes with -target, and the rest an hour later. Or let the operator of WHMCS raise the limit.", plan(p, two, "Two", "110.00"))
		assert.Empty(t, plan(p, nil, "Three", "1.00"), "a new product has no former prices")

		// Changes of the last hour count. A single object beyond the limit is refused by WHMCS.
		one = env.Protocol(t).Do(t, product, one, config("One", "110.00"))
		text = plan(env.Protocol(t), two, "Two", "110.00")
		assert.Contains(t, text, "warning at : The operator of WHMCS forbids this change: 3 prices changed in the last hour, and this write changes 3. companion.local.php allows 5 per hour")

		// An apply plans each object again, and validates nothing after its first write.
		p = env.Protocol(t)
		c.settings(anHour(100))
		p.Do(t, product, one, config("One", "111.00"))
		c.settings(anHour(0))
		assert.Empty(t, plan(p, two, "Two", "110.00"))
	})
}

// TestNeighbourPlanSum: the warning of the real Terraform about the sum of a plan's price changes.
func TestNeighbourPlanSum(t *testing.T) {
	needsTerraform(t)
	acctest.Each(t, acctest.Options{SandboxOnly: "the real Terraform is tested, and not WHMCS"}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		tf := newCLI(t, env.Config(`
variable "price" {}
resource "hosting_whmcs_product_group" "all" {
  name = "All"
}
resource "hosting_whmcs_product" "each" {
  count            = 6
  product_group_id = hosting_whmcs_product_group.all.id
  name             = "Product ${count.index}"
  pay_type         = "recurring"
  prices           = { for code in ["USD", "EUR", "INR"] : code => { monthly = var.price } }
}
`))
		tf.run(t, 0, "apply", "-no-color", "-auto-approve", "-var=price=100.00")
		c.settings(anHour(20))
		assert.NotContains(t, tf.run(t, 0, "plan", "-no-color", "-var=price=101.00"), "Warning: The plan changes more prices")
		c.settings(anHour(15))
		output := strings.Join(strings.Fields(tf.run(t, 0, "plan", "-no-color", "-var=price=101.00")), " ")
		assert.Contains(t, output, "Warning: The plan changes more prices than the operator of WHMCS allows in an hour")
		assert.Contains(t, output, "this plan changes at least 18 prices. companion.local.php allows 15 price changes in 60 minutes (max_price_changes_per_hour), and 15 can change now.")
		tf.run(t, 1, "apply", "-no-color", "-auto-approve", "-var=price=101.00")
		assert.Contains(t, tf.output.String(), "15 prices changed in the last hour, and this write changes 3.")
	})
}
