package acctest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestDestroyPlan: the plan of a destroy refuses what services forbid, before anything is deleted.
func TestDestroyPlan(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		group := p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "G"})
		server := p.Do(t, "hosting_whmcs_server", nil, map[string]any{"name": "S", "module": "samplevps"})
		var products, services []string
		refusals := func(onDestroy string) (messages []string) {
			product := p.Do(t, "hosting_whmcs_product", nil, map[string]any{"product_group_id": id(t, p, group), "name": fmt.Sprint("P ", len(products)), "pay_type": "free", "on_destroy": onDestroy})
			products = append(products, id(t, p, product))
			services = append(services, env.WHMCS.AddService(t, id(t, p, product), id(t, p, server), "Suspended"))
			p = env.Protocol(t)
			_, diagnostics := p.PlanChange(t, "hosting_whmcs_product", product, nil)
			return acctest.Messages(diagnostics)
		}
		assert.Empty(t, refusals("retire"), "the product is kept")
		assert.Empty(t, refusals("hide"), "the product is kept")
		refused := refusals("delete")
		require.Len(t, refused, 1)
		assert.Regexp(t, acctest.Says("Unable to delete product "+products[2]+": it is in use", "services: 1", `on_destroy = "retire"`), refused[0])

		_, diagnostics := p.PlanChange(t, "hosting_whmcs_server", server, nil)
		require.Regexp(t, acctest.Says("Unable to delete server", "it is in use", "services: 3", "disabled = true"), acctest.Messages(diagnostics)[0])
		_, diagnostics = p.PlanChange(t, "hosting_whmcs_product_group", group, nil)
		assert.Empty(t, acctest.Messages(diagnostics), "the products may leave the group in the same run")

		// A server without live services is planned to be destroyed. A product of which services were made is not.
		for _, service := range services {
			env.WHMCS.Set(t, "tblhosting", service, "domainstatus", "Terminated")
		}
		p = env.Protocol(t)
		_, diagnostics = p.PlanChange(t, "hosting_whmcs_server", server, nil)
		assert.Empty(t, acctest.Messages(diagnostics))
		assert.Regexp(t, acctest.Says("it is in use", "services: 1"), refusals("delete")[0])
	})
}
