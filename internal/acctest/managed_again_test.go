package acctest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const optionGroupType = "hosting_whmcs_configurable_option_group"

// choicesOf are sub-options by key and name, with prices.
func choicesOf(names map[string]string, prices map[string]any) map[string]any {
	all := map[string]any{}
	for key, name := range names {
		all[key] = map[string]any{"name": name, "prices": prices}
	}
	return all
}

// TestManagedAgain: options and sub-options that were not managed for a while are removed where the configuration no
// longer lists them. The plan names them, one apply does it, and those of the same name stay.
func TestManagedAgain(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		group := func(options any) map[string]any { return map[string]any{"name": "O", "options": options} }
		ram := func(subOptions any) map[string]any {
			return map[string]any{"a": map[string]any{"name": "RAM", "sub_options": subOptions}}
		}
		both := choicesOf(map[string]string{"x": "A", "y": "B"}, nil)
		for name, c := range map[string]struct {
			unmanaged, again map[string]any
			left             map[string]int
			says             []string
		}{
			"sub-options": {
				unmanaged: group(ram(nil)), again: group(ram(choicesOf(map[string]string{"p": "C", "q": "B"}, nil))),
				left: map[string]int{"tblproductconfigoptions": 1, "tblproductconfigoptionssub": 2}, says: []string{"the sub-option A (id ", "of the option RAM"},
			},
			"options": {
				unmanaged: group(nil), again: group(map[string]any{"b": map[string]any{"name": "Disk", "sub_options": choicesOf(map[string]string{"x": "A"}, nil)}}),
				left: map[string]int{"tblproductconfigoptions": 1, "tblproductconfigoptionssub": 1}, says: []string{"the option RAM (id "},
			},
			"an option of the same name": {
				unmanaged: group(nil), again: group(map[string]any{"other": map[string]any{"name": "RAM", "sub_options": choicesOf(map[string]string{"x": "A"}, nil)}}),
				left: map[string]int{"tblproductconfigoptions": 1, "tblproductconfigoptionssub": 1}, says: []string{"the sub-option B (id ", "of the option RAM"},
			},
		} {
			made := env.Protocol(t).Do(t, optionGroupType, nil, group(ram(both)))
			made = env.Protocol(t).Do(t, optionGroupType, made, c.unmanaged)
			p := env.Protocol(t)
			made, diagnostics := p.Read(t, made)
			require.Empty(t, acctest.Messages(diagnostics), name)
			change, diagnostics := p.PlanChange(t, optionGroupType, made, c.again)
			require.NotNil(t, change, "%s: %s", name, acctest.Messages(diagnostics))
			messages := strings.Join(acctest.Messages(diagnostics), "\n")
			for _, text := range append(c.says, "The configurable option group O: options will be removed") {
				assert.Contains(t, messages, text, name)
			}
			made, diagnostics = env.Protocol(t).Apply(t, change)
			for _, message := range acctest.Messages(diagnostics) {
				require.NotContains(t, message, "error", name)
			}
			for table, count := range c.left {
				assert.Equal(t, count, env.WHMCS.Count(t, table), "%s: %s", name, table)
			}
			p = env.Protocol(t)
			made, diagnostics = p.Read(t, made)
			require.Empty(t, acctest.Messages(diagnostics), name)
			change, diagnostics = p.PlanChange(t, optionGroupType, made, c.again)
			require.Empty(t, acctest.Messages(diagnostics), name)
			assert.True(t, p.IsEmpty(t, change), name)
			change, _ = p.PlanChange(t, optionGroupType, made, nil)
			_, diagnostics = p.Apply(t, change)
			require.Empty(t, acctest.Messages(diagnostics), name)
		}
	})
}

// TestOptionPricesSwitchedOff: the plan names the amounts that a sub-option no longer adds, also those that were not
// managed so far.
func TestOptionPricesSwitchedOff(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		group := func(prices map[string]any) map[string]any {
			return map[string]any{"name": "O", "options": map[string]any{"a": map[string]any{"name": "RAM", "sub_options": choicesOf(map[string]string{"x": "64 GB"}, prices)}}}
		}
		usd := func(cycles ...string) map[string]any {
			amounts := map[string]any{}
			for _, cycle := range cycles {
				amounts[cycle] = "5.00"
			}
			return map[string]any{"USD": amounts}
		}
		warned := func(instance *acctest.Instance, config map[string]any) string {
			_, diagnostics := env.Protocol(t).PlanChange(t, optionGroupType, instance, config)
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}
		made := env.Protocol(t).Do(t, optionGroupType, nil, group(usd("monthly", "annually")))
		const annually = "The sub-option 64 GB of the option RAM in the group O: USD annually 5.00 no longer has a price"
		assert.Contains(t, warned(made, group(usd("monthly"))), annually)
		assert.NotContains(t, warned(made, group(usd("monthly", "annually", "biennially"))), "no longer has a price")
		unmanaged := env.Protocol(t).Do(t, optionGroupType, made, group(nil))
		assert.Contains(t, warned(unmanaged, group(usd("monthly"))), annually, "the price was not managed so far, and WHMCS has it")
		assert.Contains(t, warned(nil, group(map[string]any{"EUR": map[string]any{}})), "The sub-option 64 GB of the option RAM in the group O: no price in EUR")
	})
}

// TestProductPricesManagedAgain: the plan names the prices of a currency that was not managed so far, where it
// switches them off.
func TestProductPricesManagedAgain(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const typeName = "hosting_whmcs_product"
		product := func(prices map[string]any) map[string]any {
			return map[string]any{"name": "P", "product_group_id": "1", "pay_type": "recurring", "prices": prices}
		}
		both := map[string]any{"monthly": "5.00", "annually": "50.00"}
		made := env.Protocol(t).Do(t, typeName, nil, product(map[string]any{"USD": both, "EUR": both, "INR": both}))
		change, _ := env.Protocol(t).PlanChange(t, typeName, made, product(nil))
		made, diagnostics := env.Protocol(t).Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		_, diagnostics = env.Protocol(t).PlanChange(t, typeName, made, product(map[string]any{"USD": map[string]any{"monthly": "5.00"}}))
		assert.Contains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "The product P: USD annually 50.00 no longer has a price")
	})
}
