package billingsettings_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestAccBillingSettings_misspeltRule: a rule with a misspelt name would not be sent, and debtors not be suspended.
func TestAccBillingSettings_misspeltRule(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{
			Config:      env.Config(settings("post_pay { suspend_overdue_day = 14 }")),
			ExpectError: acctest.Says("Unsupported argument"),
		}}})
	})
}
