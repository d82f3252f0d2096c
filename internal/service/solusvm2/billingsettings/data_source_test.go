package billingsettings_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

func TestAccBillingSettings_dataSource(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const now = "data." + typeName + ".now"
		data := `data "` + typeName + `" "now" {}`
		applied := settings(connection(env), postPay, prices(allCurrencies))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(data), Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(now, "addon", "solusvm2"), resource.TestCheckResourceAttr(now, "active", "false"),
				resource.TestCheckNoResourceAttr(now, "panel_url"), resource.TestCheckNoResourceAttr(now, "post_pay.enabled"), resource.TestCheckNoResourceAttr(now, "token_prices.%"),
				resource.TestCheckResourceAttr(now, "connection_status", "not_connected"), resource.TestCheckResourceAttr(now, "missing.#", "9"),
			)},
			{Config: env.Config(applied)},
			{Config: env.ReadOnlyConfig(applied, data), Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(now, "active", "true"), resource.TestCheckResourceAttr(now, "panel_url", env.Sandbox.SolusVM2.URL()),
				resource.TestCheckResourceAttr(now, "post_pay.enabled", "true"), resource.TestCheckResourceAttr(now, "post_pay.new_user_limit_group_id", "2"),
				resource.TestCheckResourceAttr(now, "post_pay.lock_overdue_days", "10"), resource.TestCheckResourceAttr(now, "token_prices.USD", "0.0125"), resource.TestCheckResourceAttr(now, "token_prices.%", "3"),
				resource.TestCheckResourceAttr(now, "connection_status", "connected"), resource.TestCheckResourceAttr(now, "missing.#", "0"),
				resource.TestMatchResourceAttr(now, "integration_url", acctest.Says("/modules/addons/solusvm2/api/")),
			)},
		}})
	})
}
