package limitgroup_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	address  = "hosting_solusvm2_limit_group.test"
	typeName = "hosting_solusvm2_limit_group"
)

func configuration(attributes string) string {
	return fmt.Sprintf("resource %q \"test\" {\n%s\n}", typeName, attributes)
}

// each runs a test on a panel of its own.
func each(t *testing.T, test func(t *testing.T, env *acctest.Env)) {
	t.Helper()
	acctest.Each(t, acctest.Options{SandboxOnly: "limit groups live in SolusVM 2"}, test)
}

func steps(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// stored returns the group with a name. An id of 0 means none.
func stored(env *acctest.Env, name string) (found sandbox.PanelLimitGroup) {
	env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
		for _, g := range s.LimitGroups {
			if g.Name == name {
				found = g
			}
		}
	})
	return found
}

func change(env *acctest.Env, name string, edit func(*sandbox.PanelLimitGroup)) {
	env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
		for i := range s.LimitGroups {
			if s.LimitGroups[i].Name == name {
				edit(&s.LimitGroups[i])
			}
		}
	})
}

func TestAccLimitGroup_lifecycle(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		full := env.Config(configuration("name = \"Full\"\nmax_servers = 2\nmax_running_servers = 1\nmax_additional_ips = 0"))
		has := func(name string, servers, running, addresses int64) resource.TestCheckFunc {
			return func(*terraform.State) error {
				g := stored(env, name)
				assert.Equal(t, []int64{servers, running, addresses}, []int64{g.Servers, g.Running, g.AdditionalIPs})
				return nil
			}
		}
		var id string
		steps(t,
			resource.TestStep{Config: env.Config(configuration(`name = "Least"`)), Check: resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), has("Least", -1, -1, -1))},
			resource.TestStep{
				Config: full, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(resource.TestCheckResourceAttrPtr(address, "id", &id), has("Full", 2, 1, 0)),
			},
			resource.TestStep{Config: full, ConfigPlanChecks: acctest.EmptyPlan()},
			resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
			// Drift is shown and repaired.
			resource.TestStep{
				PreConfig: func() { change(env, "Full", func(g *sandbox.PanelLimitGroup) { g.Running, g.AdditionalIPs = -1, 7 }) },
				Config:    full, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: has("Full", 2, 1, 0),
			},
			// Left out is unlimited.
			resource.TestStep{Config: env.Config(configuration(`name = "Full"`)), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: has("Full", -1, -1, -1)},
			// The group is deleted in the panel.
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.LimitGroups = s.LimitGroups[:2] })
				},
				Config: full, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate), Check: has("Full", 2, 1, 0),
			},
		)
		assert.Zero(t, stored(env, "Full").ID, "destroyed")
	})
}

func TestAccLimitGroup_importThenPlan(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, configuration("name = \"Imported\"\nmax_servers = 2"), address)
	})
}

func TestAccLimitGroup_unknowns(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		config := env.Config(`resource "terraform_data" "later" { input = { name = "Later", number = 3, yes = true } }`, configuration(`
  name                 = terraform_data.later.output.name
  max_servers          = terraform_data.later.output.number
  max_additional_ips   = terraform_data.later.output.number
  allow_duplicate_name = terraform_data.later.output.yes`))
		steps(t,
			resource.TestStep{Config: config, Check: resource.TestCheckResourceAttr(address, "max_additional_ips", "3")},
			resource.TestStep{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		)
	})
}

func TestAccLimitGroup_badInput(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"name": "G"}, []acctest.BadValue{
			{Name: "blank name", Attributes: map[string]any{"name": " "}, Path: "name", Says: "must not be empty"},
			{Name: "negative", Attributes: map[string]any{"max_servers": -1}, Path: "max_servers", Says: "between 0"},
			{Name: "huge", Attributes: map[string]any{"max_running_servers": 1 << 40}, Path: "max_running_servers", Says: "between 0"},
		})
	})
}

// TestAccLimitGroup_refusals: a refusal of the panel or the provider changes nothing, and the error has the next step.
func TestAccLimitGroup_refusals(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		good := env.Config(configuration(`name = "New users"`))
		steps(t,
			resource.TestStep{Config: env.Config(configuration(`name = "Default"`)), ExpectError: acctest.Says("it exists", `limit group "Default" (id 1)`, "import {", `id = "1"`, "allow_duplicate_name")},
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Op: "create", Status: 422, Body: `{"message":"The given data was invalid.","errors":{"vms.limit":["Too many."],"colour":["Odd."]}}`})
				},
				Config: good, ExpectError: acctest.Says("does not accept this value: Too many.", "max_servers"),
			},
			// The response to the creation is lost. It is not repeated, and the message names the new group.
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Op: "create", Status: http.StatusBadGateway, AfterCommit: true})
				},
				Config: good, ExpectError: acctest.Says("the response was lost", "import {", `id = "3"`),
			},
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.LimitGroups = s.LimitGroups[:2] })
				},
				Config: good,
			},
			// Users have it: the panel refuses to delete it.
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Users[1].LimitGroupID = s.LimitGroups[2].ID })
				},
				Config: good, Destroy: true, ExpectError: acctest.Says("Unable to delete SolusVM 2 limit group", "in use"),
			},
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Users[1].LimitGroupID = 1 })
				},
				Config: good, ConfigPlanChecks: acctest.EmptyPlan(),
			},
		)
		assert.Equal(t, 3, env.Sandbox.Journal().Count("solusvm2", "create", "limit_groups"), "one refused, one lost, one made, none repeated; the name that exists is not sent")
	})
}

// TestAccLimitGroup_conflict: the group changes between plan and apply.
func TestAccLimitGroup_conflict(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		instance := p.Do(t, typeName, nil, map[string]any{"name": "G", "max_servers": 2})
		for name, config := range map[string]map[string]any{
			"what the plan changes": {"name": "G", "max_servers": 3},
			"what the plan leaves alone, which would be put back unseen": {"name": "H", "max_servers": 2},
		} {
			change(env, "G", func(g *sandbox.PanelLimitGroup) { g.Servers = 2 })
			planned, diagnostics := p.PlanChange(t, typeName, instance, config)
			assert.Empty(t, acctest.Messages(diagnostics), name)
			change(env, "G", func(g *sandbox.PanelLimitGroup) { g.Servers = 9 })
			_, diagnostics = p.Apply(t, planned)
			assert.Regexp(t, acctest.Says("it was changed in the SolusVM 2 panel", "max_servers", "2", "9"), strings.Join(acctest.Messages(diagnostics), "\n"), name)
			assert.EqualValues(t, 9, stored(env, "G").Servers, name)
		}
	})
}
