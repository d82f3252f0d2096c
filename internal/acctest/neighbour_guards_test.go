package acctest_test

import (
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
			c.settings(atLeast(map[string]string{"USD": "5.00"}))
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
			c.limited("product", one, "", object{"pricing": inUSD("101.00", "0.00")})
			c.limited("product", one, "", object{"pricing": inUSD("101.00", "0.00"), "tagline": "nothing changes"})
			both := object{"pricing": object{"USD": object{"monthly": cycle("2.00", "0.00")}, "EUR": object{"monthly": cycle("2.00", "0.00")}}}
			c.limited("product", two, "", both)
			c.limited("product", one, "max_price_changes_per_hour", object{"pricing": inUSD("102.00", "0.00")})
			c.limited("product", one, "", object{"tagline": "no price"})
			c.settings(anHour(4))
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
