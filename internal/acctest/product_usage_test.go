package acctest_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const usageSource = "hosting_whmcs_product_usage"

func members(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var found map[string]tftypes.Value
	require.NoError(t, value.As(&found))
	return found
}

// readOnly are the settings of a pipeline that only plans.
func readOnly(env *acctest.Env) acctest.Settings {
	credential := env.WHMCS.ReadOnlyCredential()
	return acctest.Settings{"whmcs": {"identifier": credential.Identifier, "secret": credential.Secret}}
}

// shownUsage is what the data source shows of each product, by its id.
func shownUsage(t *testing.T, env *acctest.Env, config map[string]any) map[string]totals {
	t.Helper()
	state, diagnostics := env.Protocol(t, readOnly(env)).ReadDataSource(t, usageSource, config)
	require.Empty(t, acctest.Messages(diagnostics))
	found := map[string]totals{}
	for _, value := range acctest.Elements(t, state["products"]) {
		product, shown := members(t, value), totals{}
		for status, count := range members(t, product["services_by_status"]) {
			shown[status] = number(t, count)
		}
		shown["services"], shown["live"] = number(t, product["services"]), number(t, product["live_services"])
		shown["newest"] = acctest.Text(t, product["newest_service_date"])
		for _, of := range []string{"revenue", "addon_revenue"} {
			if product[of].IsNull() {
				shown[of] = "null"
			}
			for currency, value := range members(t, product[of]) {
				sum, withheld := members(t, value), []string{}
				for _, cycle := range acctest.Elements(t, sum["withheld_cycles"]) {
					withheld = append(withheld, acctest.Text(t, cycle))
				}
				shown[of+" "+currency] = fmt.Sprintf("%s without %s", acctest.Text(t, sum["per_month"]), withheld)
			}
		}
		found[acctest.Text(t, product["id"])] = shown
	}
	return found
}

func number(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var found big.Float
	require.NoError(t, value.As(&found))
	return found.Text('f', 0)
}

// usageByHand counts the generated services of a product.
func usageByHand(all []sold, product string) totals {
	counts := map[string]int{}
	for _, status := range []string{"pending", "active", "suspended", "completed", "terminated", "cancelled", "fraud"} {
		counts[status] = 0
	}
	for _, s := range all {
		if s.product == product {
			counts[strings.ToLower(s.status)]++
			counts["services"]++
			if s.status != "Terminated" && s.status != "Cancelled" && s.status != "Fraud" {
				counts["live"]++
			}
		}
	}
	_, revenue, addons, newest := countedByHand(all, product)
	shown := totals{"newest": newest}
	for name, count := range counts {
		shown[name] = fmt.Sprint(count)
	}
	for of, sums := range map[string]totals{"revenue": revenue, "addon_revenue": addons} {
		for currency, text := range perMonth(sums) {
			shown[of+" "+currency] = text
		}
	}
	return shown
}

// perMonth divides the sum of each cycle by its months, and adds them up by currency.
func perMonth(sums totals) totals {
	months := map[string]int64{"monthly": 1, "quarterly": 3, "semiannually": 6, "annually": 12, "biennially": 24, "triennially": 36}
	total, withheld := map[string]*big.Rat{}, map[string][]string{}
	for key, sum := range sums {
		currency, cycle, _ := strings.Cut(key, " ")
		if sum == "withheld" {
			withheld[currency] = append(withheld[currency], cycle)
			continue
		}
		value, _ := new(big.Rat).SetString(sum)
		rounded, _ := new(big.Rat).SetString(value.Quo(value, big.NewRat(months[cycle], 1)).FloatString(2))
		if total[currency] == nil {
			total[currency] = new(big.Rat)
		}
		total[currency].Add(total[currency], rounded)
	}
	out := totals{}
	for _, currency := range []string{"EUR", "INR", "USD"} {
		slices.Sort(withheld[currency])
		if total[currency] != nil {
			out[currency] = fmt.Sprintf("%s without %s", total[currency].FloatString(2), withheld[currency])
		} else if withheld[currency] != nil {
			out[currency] = fmt.Sprintf("<null> without %s", withheld[currency])
		}
	}
	return out
}

// TestProductUsage: over 500 generated services, the data source shows what a count by hand finds, and no customer.
func TestProductUsage(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		one, few, none := c.priced(inUSD("100.00", "0.00")), c.priced(inUSD("1.00", "0.00")), c.priced(inUSD("2.00", "0.00"))
		all := c.sell([]string{one, one, one, one, one, one, one, one, few}, 500)
		config := map[string]any{"product_ids": []any{one, few, none}}
		for id, shown := range shownUsage(t, env, config) {
			assert.Equal(t, "null", shown["revenue"], "the operator does not allow the revenue of %s", id)
			assert.Equal(t, "null", shown["addon_revenue"])
		}
		c.settings(guarded(func(s *sandbox.SafetySettings) { s.Revenue = true }))
		shown := shownUsage(t, env, config)
		require.Len(t, shown, 3)
		for _, product := range []string{one, few} {
			assert.Equal(t, usageByHand(all, product), shown[product])
		}
		assert.Equal(t, "<null>", shown[none]["newest"])
		assert.NotContains(t, shown[none], "revenue", "without services it is an empty map")
		require.Contains(t, strings.Join(values(shown[few]), " "), "<null> without", "a currency whose cycles are all withheld")
		require.Regexp(t, `\d\.\d\d without \[\]`, strings.Join(values(shown[one]), " "))
		// Without ids, the list is read. It has the same totals.
		listed := shownUsage(t, env, nil)
		for product := range shown {
			assert.Equal(t, shown[product], listed[product])
		}
	})
}

// TestProductUsage_requests: the list is read in pages of 500 products, and ids in requests for 500.
func TestProductUsage_requests(t *testing.T) {
	options := acctest.Options{SandboxOnly: "it counts requests", Sandbox: sandbox.Options{Size: 600}}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		count := func(op string, config map[string]any) int {
			env.Sandbox.Journal().Reset()
			require.NotEmpty(t, shownUsage(t, env, config))
			require.Len(t, env.Sandbox.Journal().Requests(), env.Sandbox.Journal().Count("whmcs", op, "product"))
			return env.Sandbox.Journal().Count("whmcs", op, "product")
		}
		assert.Equal(t, 2, count("list", nil))
		assert.Equal(t, 1, count("list", map[string]any{"product_group_id": "1"}))
		ids := []any{}
		for product := range shownUsage(t, env, nil) {
			ids = append(ids, product)
		}
		require.Greater(t, len(ids), 500)
		assert.Equal(t, 2, count("get", map[string]any{"product_ids": ids}))
	})
}
