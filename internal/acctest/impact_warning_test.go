package acctest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// TestImpactWarning: the plan of a price change says which services it concerns, and shows money only if it may.
func TestImpactWarning(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		p := env.Protocol(t)
		const product = "hosting_whmcs_product"
		group := p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "G"})
		config := func(monthly string, more map[string]any) map[string]any {
			values := map[string]any{
				"name": "Dedicated", "product_group_id": id(t, p, group), "pay_type": "recurring",
				"prices": map[string]any{
					"USD": map[string]any{"monthly": monthly}, "EUR": map[string]any{"monthly": "80.00"}, "INR": map[string]any{"monthly": "7000.00"},
				},
			}
			for name, value := range more {
				values[name] = value
			}
			return values
		}
		made := p.Do(t, product, nil, config("89.00", nil))
		productID := id(t, p, made)
		plan := func(values map[string]any) string {
			t.Helper()
			_, diagnostics := env.Protocol(t).PlanChange(t, product, made, values) // each plan is one of a new process
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}
		assert.NotContains(t, plan(config("99.00", nil)), "keep", "the product has no services")
		c.env.WHMCS.Insert(c, "tblpromotions", map[string]string{"code": "P", "appliesto": "", "requires": "", "recurring": "1", "recurfor": "3"})
		for client := range 6 {
			row := map[string]string{
				"firstname": "Canary", "lastname": "Canary", "companyname": "", "email": "canary@customer.example", "address1": "", "city": "",
				"phonenumber": "", "currency": "1",
			}
			owner := c.env.WHMCS.Insert(c, "tblclients", row)
			service := c.env.WHMCS.AddService(c, productID, "0", []string{"Active", "Suspended"}[client%2])
			c.env.WHMCS.Set(c, "tblhosting", service, "userid", owner)
			c.env.WHMCS.Set(c, "tblhosting", service, "promoid", []string{"0", "1", "0"}[client%3])
			c.env.WHMCS.Set(c, "tblhosting", service, "promocount", "1")
		}
		c.env.WHMCS.AddService(c, productID, "0", "Pending")
		c.env.WHMCS.AddService(c, productID, "0", "Terminated")
		text := plan(config("99.00", nil))
		assert.Contains(t, text, "Dedicated: USD monthly 89.00 → 99.00 (+11.2 %); new orders and upgrades only. "+
			"6 services keep their amount, 2 lose a limited promotion later, 1 order unpaid or waiting.")
		assert.Contains(t, text, "recurring 6, pending 1")
		assert.NotContains(t, text, "≈")
		c.settings(guarded(func(s *sandbox.SafetySettings) { s.Revenue = true }))
		text = plan(config("80.10", map[string]any{"setup_fees": map[string]any{"USD": map[string]any{"monthly": "5.00"}}, "hidden": true}))
		assert.Contains(t, text, "Dedicated: USD monthly 89.00 → 80.10 (-10.0 %) set-up fee 0.00 → 5.00, now hidden; new orders and upgrades only.")
		assert.Contains(t, text, "USD ≈ 60.00")
		assert.Contains(t, plan(config("89.00", map[string]any{"retired": true})), "Dedicated: now retired; new orders only. 6 services keep their amount")
		assert.NotContains(t, plan(config("89.00", map[string]any{"tagline": "No price"})), "keep their amount")
		assert.NotContains(t, strings.ToLower(text), "canary")
		_, diagnostics := p.PlanChange(t, product, made, config("99.00", nil))
		assert.NotContains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "keep their amount", "this process has written")
	})
}
