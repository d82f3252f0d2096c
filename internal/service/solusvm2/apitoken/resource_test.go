package apitoken_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	address  = "hosting_solusvm2_api_token.test"
	typeName = "hosting_solusvm2_api_token"
)

func configuration(attributes string) string {
	return fmt.Sprintf("resource %q \"test\" {\n%s\n}", typeName, attributes)
}

func each(t *testing.T, test func(t *testing.T, env *acctest.Env)) {
	t.Helper()
	acctest.Each(t, acctest.Options{SandboxOnly: "API tokens live in SolusVM 2"}, test)
}

func steps(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

// stored returns the token with a name, or nil.
func stored(env *acctest.Env, name string) (found *sandbox.PanelToken) {
	env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
		for _, token := range s.Tokens {
			if token.Name == name {
				found = &token
			}
		}
	})
	return found
}

// works sends a request to the panel with the token in the state.
func works(env *acctest.Env, name string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		token := stored(env, name)
		if token == nil {
			return fmt.Errorf("there is no token %q", name)
		}
		secret := state.RootModule().Resources[address].Primary.Attributes["token"]
		request, err := http.NewRequest(http.MethodGet, env.Sandbox.SolusVM2.URL()+"/api/v1/account", nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+secret)
		request.Header.Set("Accept", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK || secret != token.Secret {
			return fmt.Errorf("the token in state does not work: %s", response.Status)
		}
		return nil
	}
}

func TestAccAPIToken_lifecycle(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		var id, secret string
		remember := func(state *terraform.State) error {
			primary := state.RootModule().Resources[address].Primary
			id, secret = primary.ID, primary.Attributes["token"]
			return nil
		}
		renamed := env.Config(configuration(`name = "Billing"`))
		rotated := env.Config(configuration("name = \"Billing\"\nrotation_triggers = { since = \"2026\" }"))
		steps(t,
			resource.TestStep{Config: env.Config(configuration(`name = "WHMCS"`)), Check: resource.ComposeAggregateTestCheckFunc(
				remember, works(env, "WHMCS"), resource.TestCheckResourceAttr(address, "user_id", "1"), resource.TestCheckResourceAttr(address, "user_email", "admin@example.com"),
			)},
			resource.TestStep{Config: renamed, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttrPtr(address, "id", &id), resource.TestCheckResourceAttrPtr(address, "token", &secret), works(env, "Billing"),
			)},
			resource.TestStep{Config: renamed, ConfigPlanChecks: acctest.EmptyPlan()},
			resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"token"}},
			// The token is renamed in the panel. The apply restores the name.
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Tokens[len(s.Tokens)-1].Name = "Renamed by hand" })
				},
				Config: renamed, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: works(env, "Billing"),
			},
			resource.TestStep{Config: rotated, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionDestroyBeforeCreate), Check: works(env, "Billing")},
			// Another user: another token.
			resource.TestStep{
				Config:           env.Config(configuration("name = \"Billing\"\nuser_id = \"2\"\nrotation_triggers = { since = \"2026\" }")),
				ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionDestroyBeforeCreate),
				Check:            resource.ComposeAggregateTestCheckFunc(works(env, "Billing"), resource.TestCheckResourceAttr(address, "user_email", "asha@example.com")),
			},
			// The token is deleted in the panel.
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Tokens = s.Tokens[:2] })
				},
				Config:           env.Config(configuration("name = \"Billing\"\nuser_id = \"2\"")),
				ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate), Check: works(env, "Billing"),
			},
		)
		assert.Nil(t, stored(env, "Billing"), "destroyed")
	})
}

func TestAccAPIToken_importThenPlan(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, configuration(`name = "Imported"`), address)
	})
}

// TestAccAPIToken_rotation: with create_before_destroy the new token is there before the old one ends.
func TestAccAPIToken_rotation(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		config := func(since string) string {
			return env.Config(configuration(fmt.Sprintf("name = \"WHMCS\"\nallow_duplicate_name = true\nrotation_triggers = { since = %q }\nlifecycle { create_before_destroy = true }", since)))
		}
		steps(t, resource.TestStep{Config: config("1"), Check: works(env, "WHMCS")}, resource.TestStep{Config: config("2"), Check: works(env, "WHMCS")})
		var ops []string
		for _, r := range env.Sandbox.Journal().Filter(func(r sandbox.Request) bool { return r.Kind == "api_tokens" && r.Write }) {
			ops = append(ops, r.Op)
		}
		assert.Equal(t, []string{"create", "create", "delete", "delete"}, ops)
	})
}

func TestAccAPIToken_unknowns(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		config := env.Config(`resource "terraform_data" "later" { input = { name = "Later", user = "2", yes = true } }`, configuration(`
  name                 = terraform_data.later.output.name
  user_id              = terraform_data.later.output.user
  rotation_triggers    = { user = terraform_data.later.output.user }
  allow_duplicate_name = terraform_data.later.output.yes`))
		steps(t,
			resource.TestStep{Config: config, Check: works(env, "Later")},
			resource.TestStep{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		)
	})
}

func TestAccAPIToken_badInput(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"name": "T"}, []acctest.BadValue{
			{Name: "blank name", Attributes: map[string]any{"name": " "}, Path: "name", Says: "must not be empty"},
			{Name: "user", Attributes: map[string]any{"user_id": "asha"}, Path: "user_id", Says: "must be an id"},
		})
	})
}

func TestAccAPIToken_refusals(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		good := env.Config(configuration(`name = "WHMCS"`))
		steps(t,
			resource.TestStep{Config: env.Config(configuration("name = \"WHMCS\"\nuser_id = \"99\"")), ExpectError: acctest.Says("user_id", "The selected user id is invalid")},
			resource.TestStep{Config: env.Config(configuration(`name = "Terraform"`)), ExpectError: acctest.Says("it exists", `API token "Terraform"`, "import {", "allow_duplicate_name")},
			// The response with the secret is lost. The message names the token.
			resource.TestStep{
				PreConfig: func() {
					env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Op: "create", Reset: true, AfterCommit: true})
				},
				Config: good, ExpectError: acctest.Says("the response was lost", "Its secret cannot be recovered. Delete it"),
			},
		)
		lost := stored(env, "WHMCS")
		require.NotNil(t, lost)
		assert.Equal(t, 2, env.Sandbox.Journal().Count("solusvm2", "create", "api_tokens"), "not repeated")
		steps(t, resource.TestStep{ResourceName: address, Config: good, ImportState: true, ImportStateId: "a/b", ExpectError: acctest.Says("An API token is imported by the SolusVM 2 panel's id")})
	})
}
