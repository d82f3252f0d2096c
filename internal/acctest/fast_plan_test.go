package acctest_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// counting counts the reads and plans of the fast path. Their responses hold the state of the request itself.
type counting struct {
	acctest.Planner
	reads, plans *atomic.Int64
}

func (c counting) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	answer, err := c.Planner.ReadResource(ctx, r)
	if err == nil && answer.NewState == r.CurrentState {
		c.reads.Add(1)
	}
	return answer, err
}

func (c counting) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	answer, err := c.Planner.PlanResourceChange(ctx, r)
	if err == nil && answer.PlannedState == r.PriorState {
		c.plans.Add(1)
	}
	return answer, err
}

// TestAccFastPlan: what the real Terraform does with unchanged objects. Each read and plan of the fast path is compared
// with that of the framework.
func TestAccFastPlan(t *testing.T) {
	acctest.Each(t, acctest.Options{}, playFastPlans)
}

func playFastPlans(t *testing.T, env *acctest.Env) {
	var reads, plans atomic.Int64
	product := func(name, arguments string) string {
		return env.Config(fmt.Sprintf(`
resource "hosting_whmcs_product_group" "test" { name = "Dedicated" }

resource "hosting_whmcs_product" %q {
  product_group_id = hosting_whmcs_product_group.test.id
  name             = "Small"
  pay_type         = "recurring"
  prices           = { USD = { monthly = "10.00" } }
  setup_fees       = { USD = { monthly = "5.00" } }
  free_domain_tlds = [".net", ".com"]
  affiliate        = { pay_type = "default" }
  custom_fields    = { os = { name = "OS", type = "text", description = "System" } }
  %s
}
`, name, arguments))
	}
	const old, moved = "hosting_whmcs_product.old", "hosting_whmcs_product.new"
	var before int64
	fast := func(state string) resource.TestStep {
		return resource.TestStep{Config: state, PreConfig: func() { before = plans.Load() }}
	}
	// planned expects that the fast path has planned the group and the product since the step began.
	planned := func(step resource.TestStep, checks ...plancheck.PlanCheck) resource.TestStep {
		step.ConfigPlanChecks.PreApply = append(checks, fastPlans{func() int64 { return plans.Load() - before }})
		return step
	}
	var id string
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]acctest.ProviderFactory{"hosting": func() (tfprotov6.ProviderServer, error) {
			server, err := acctest.NewServer("test")
			return counting{server, &reads, &plans}, err
		}},
		Steps: []resource.TestStep{
			{Config: product("old", `tagline = "Fast"`), Check: acctest.SaveID(old, &id)},
			planned(fast(product("old", `tagline = "Fast"`)), plancheck.ExpectEmptyPlan()),
			// A computed value is kept where it is no longer configured.
			planned(fast(product("old", ``)), plancheck.ExpectEmptyPlan()),
			planned(fast(product("old", "tagline = \"Other\"\n lifecycle { ignore_changes = [tagline] }")), plancheck.ExpectEmptyPlan()),
			planned(fast(product("new", "")+"\nmoved {\n  from = "+old+"\n  to = "+moved+"\n}"), plancheck.ExpectResourceAction(moved, plancheck.ResourceActionNoop)),
			{
				PreConfig:        func() { env.WHMCS.Set(t, "tblproducts", id, "tagline", "Drift") },
				Config:           product("new", `tagline = "Fast"`),
				ConfigPlanChecks: acctest.Plan(moved, plancheck.ResourceActionUpdate),
			},
			{
				Config: product("new", `tagline = "Fast"`), Taint: []string{moved},
				ConfigPlanChecks: acctest.Plan(moved, plancheck.ResourceActionDestroyBeforeCreate),
			},
			{ResourceName: moved, ImportState: true},
		},
	})
	assert.Greater(t, plans.Load(), int64(20))
	assert.Greater(t, reads.Load(), int64(20))
}

// fastPlans expects at least two plans of the fast path.
type fastPlans struct{ count func() int64 }

func (f fastPlans) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, response *plancheck.CheckPlanResponse) {
	if count := f.count(); count < 2 {
		response.Error = fmt.Errorf("the fast path made %d plans", count)
	}
}
