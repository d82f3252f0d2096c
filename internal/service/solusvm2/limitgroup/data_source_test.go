package limitgroup_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccLimitGroups_dataSources(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "limit groups live in SolusVM 2"}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(`
data "hosting_solusvm2_limit_groups" "all" {}
data "hosting_solusvm2_limit_groups" "some" { name_regex = "^No" }
data "hosting_solusvm2_limit_group" "id" { id = "1" }
data "hosting_solusvm2_limit_group" "name" { name = "No limits" }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_groups.all", "limit_groups.#", "2"),
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_groups.some", "limit_groups.#", "1"),
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_groups.some", "limit_groups.0.id", "2"),
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_group.id", "name", "Default"),
					resource.TestCheckNoResourceAttr("data.hosting_solusvm2_limit_group.id", "max_servers"),
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_group.id", "max_running_servers", "5"),
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_group.id", "max_additional_ips", "2"),
					resource.TestCheckResourceAttr("data.hosting_solusvm2_limit_group.name", "id", "2"),
				),
			},
			{Config: env.Config(`data "hosting_solusvm2_limit_group" "bad" { id = "4711" }`), ExpectError: acctest.Says("Unable to read SolusVM 2 limit group 4711", "No query results")},
			{Config: env.Config(`data "hosting_solusvm2_limit_group" "bad" { name = "None" }`), ExpectError: acctest.Says(`Unable to read SolusVM 2 limit group "None"`, "SolusVM 2 has no limit group with this name")},
			{Config: env.Config("data \"hosting_solusvm2_limit_group\" \"bad\" {\n id = \"1\"\n name = \"Default\"\n}"), ExpectError: acctest.Says("Invalid Attribute Combination")},
			{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.LimitGroups[1].Name = "Default" })
				},
				Config: env.Config(`data "hosting_solusvm2_limit_group" "bad" { name = "Default" }`), ExpectError: acctest.Says(`Unable to read SolusVM 2 limit group "Default"`, "SolusVM 2 has 2 limit groups with this name", "1, 2"),
			},
			{
				PreConfig: func() {
					env.Sandbox.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) { s.Users[0].Role = "Client" })
				},
				Config: env.Config(`data "hosting_solusvm2_limit_groups" "all" {}`), ExpectError: acctest.Says("This action is unauthorized", "must be an administrator"),
			},
		}})
	})
}
