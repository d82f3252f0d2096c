package adminrole_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const list = "data.hosting_whmcs_admin_roles."

// TestAccAdminRoles: names come without the entities that WHMCS stores, and a role that cannot write is enough.
func TestAccAdminRoles(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(`data "hosting_whmcs_admin_roles" "bad" { name_regex = "*" }`), ExpectError: acctest.Says("Invalid regular expression")},
				{
					Config: env.ReadOnlyConfig(`
data "hosting_whmcs_admin_roles" "all" {}
data "hosting_whmcs_admin_roles" "some" { name_regex = "^(Full|Support) " }
data "hosting_whmcs_admin_roles" "none" { name_regex = "^full" }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "admin_roles.#", "3"),
						resource.TestCheckResourceAttr(list+"all", "admin_roles.0.id", "1"),
						resource.TestCheckResourceAttr(list+"all", "admin_roles.0.name", "Full Administrator"),
						resource.TestCheckResourceAttr(list+"all", "admin_roles.1.name", "Sales Operator"),
						resource.TestCheckResourceAttr(list+"some", "admin_roles.#", "2"),
						resource.TestCheckResourceAttr(list+"some", "admin_roles.1.id", "3"),
						resource.TestCheckResourceAttr(list+"some", "admin_roles.1.name", "Support & Abuse"),
						resource.TestCheckResourceAttr(list+"none", "admin_roles.#", "0"),
					),
				},
				{
					// A role that is renamed in WHMCS is found by its new name.
					PreConfig: func() { env.WHMCS.Set(t, "tbladminroles", "2", "name", "Full Sales") },
					Config:    env.Config(`data "hosting_whmcs_admin_roles" "some" { name_regex = "^Full " }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"some", "admin_roles.#", "2"),
						resource.TestCheckResourceAttr(list+"some", "admin_roles.1.id", "2"),
						resource.TestCheckResourceAttr(list+"some", "admin_roles.1.name", "Full Sales"),
					),
				},
			},
		})
	})
}

// TestAccAdminRoles_refused: without the companion, or without a word of WHMCS, the error says what to do.
func TestAccAdminRoles_refused(t *testing.T) {
	for _, c := range []struct {
		name    string
		options sandbox.Options
		fault   *sandbox.Fault
		says    string
	}{
		{"no companion", sandbox.Options{NoCompanion: true}, nil, "companion --out DIR"},
		{"a page", sandbox.Options{}, &sandbox.Fault{System: "whmcs", HTML: true, Times: -1}, "Unable to read WHMCS administrator roles"},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.Each(t, acctest.Options{Sandbox: c.options, SandboxOnly: "PHP always has the companion, and faults are the sandbox's"}, func(t *testing.T, env *acctest.Env) {
				if c.fault != nil {
					env.Sandbox.AddFault(*c.fault)
				}
				acctest.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: acctest.Factories(),
					Steps:                    []resource.TestStep{{Config: env.Config(`data "hosting_whmcs_admin_roles" "all" {}`), ExpectError: acctest.Says(c.says)}},
				})
			})
		})
	}
}
