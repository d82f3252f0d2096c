package servergroup_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const (
	typeName = "hosting_whmcs_server_group"
	address  = typeName + ".test"
	table    = "tblservergroups"
)

// servers are server resources by name.
func servers(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "\nresource \"hosting_whmcs_server\" %q {\n  name   = %q\n  module = \"toplink_dcim\"\n}", name, name)
	}
	return b.String()
}

// group is a server group with the attributes given.
func group(extra ...string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  name = \"Dedicated <&\\\"' 🚀\"\n  %s\n}", typeName, strings.Join(extra, "\n  "))
}

func TestAccServerGroup_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first, second string
		full := group(`fill_type  = "fill_default_first"`, "server_ids = [hosting_whmcs_server.b.id, hosting_whmcs_server.a.id]")
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			CheckDestroy:             acctest.Gone(t, env.WHMCS, table, &id),
			Steps: []resource.TestStep{
				{
					Config: env.Config(servers("a", "b"), group()),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), acctest.SaveID(address, &first),
						acctest.SaveID("hosting_whmcs_server.b", &second),
						resource.TestCheckResourceAttr(address, "name", `Dedicated <&"' 🚀`),
						resource.TestCheckResourceAttr(address, "fill_type", "least_full"),
						resource.TestCheckResourceAttr(address, "server_ids.#", "0"),
						acctest.Column(t, env.WHMCS, address, table, "filltype", "1"),
					),
				},
				{
					Config:           env.Config(servers("a", "b"), full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPtr(address, "id", &first),
						resource.TestCheckResourceAttr(address, "server_ids.#", "2"),
						acctest.Column(t, env.WHMCS, address, table, "filltype", "2"),
					),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				// Left out is unmanaged.
				{Config: env.Config(servers("a", "b"), group()), ConfigPlanChecks: acctest.EmptyPlan()},
				// Drift is planned and repaired: the fill type, and a member that left.
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "filltype", "1") },
					Config:           env.Config(servers("a", "b"), full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            acctest.Column(t, env.WHMCS, address, table, "filltype", "2"),
				},
				{
					PreConfig: func() { env.WHMCS.Delete(t, "tblservers", second) },
					Config:    env.Config(servers("a", "b"), full),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
						plancheck.ExpectResourceAction("hosting_whmcs_server.b", plancheck.ResourceActionCreate),
					}},
					Check: resource.TestCheckResourceAttr(address, "server_ids.#", "2"),
				},
				// Emptied on purpose.
				{
					Config: env.Config(servers("a", "b"), group("server_ids = []")),
					Check:  resource.TestCheckResourceAttr(address, "server_ids.#", "0"),
				},
				// Deleted in WHMCS: created again.
				{
					PreConfig:        func() { env.WHMCS.Delete(t, table, id) },
					Config:           env.Config(servers("a", "b"), full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check:            acctest.SaveID(address, &id),
				},
			},
		})
	})
}

func TestAccServerGroup_importThenPlan(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env,
			servers("a")+group(`fill_type  = "least_full"`, "server_ids = [hosting_whmcs_server.a.id]"),
			"hosting_whmcs_server.a", address)
	})
}

// TestAccServerGroup_destroyOrder: a server that leaves the configuration is destroyed before the group that drops it
// is updated, in one apply.
func TestAccServerGroup_destroyOrder(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(servers("a", "b"), group("server_ids = [hosting_whmcs_server.a.id, hosting_whmcs_server.b.id]")),
					Check:  resource.TestCheckResourceAttr(address, "server_ids.#", "2"),
				},
				{
					Config: env.Config(servers("a"), group("server_ids = [hosting_whmcs_server.a.id]")),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction("hosting_whmcs_server.b", plancheck.ResourceActionDestroy),
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					}},
					Check: resource.TestCheckResourceAttr(address, "server_ids.#", "1"),
				},
				// The group goes before its servers, whatever the order of destruction.
				{Config: env.Config(servers("a")), Check: resource.TestCheckResourceAttr("hosting_whmcs_server.a", "name", "a")},
			},
		})
	})
}

// TestAccServerGroup_inUse: a group that products are provisioned on stays, and the message says how to part with it.
func TestAccServerGroup_inUse(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(group()), Check: acctest.SaveID(address, &id)},
				{
					PreConfig:   func() { env.WHMCS.Set(t, "tblproducts", "1", "servergroup", id) },
					Config:      env.Config(),
					ExpectError: acctest.Says("Unable to delete server group", "it is in use", "products: 1", `Products: "Legacy VPS" (id 1)`, `restore the block with on_destroy = "keep"`),
				},
				{PreConfig: func() { env.WHMCS.Set(t, "tblproducts", "1", "servergroup", "0") }, Config: env.Config()},
			},
		})
		require.Nil(t, env.WHMCS.Row(t, table, id))
	})
}

func TestAccServerGroup_exists(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		other := strings.Replace(group(), `"test"`, `"other"`, 1)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(group())},
				{
					Config:      env.Config(group(), other),
					ExpectError: acctest.Says("Unable to create server group: it exists", "import {", "to = hosting_whmcs_server_group.<NAME>", "allow_duplicate_name = true"),
				},
				{
					Config: env.Config(group(), strings.Replace(other, "name ", "allow_duplicate_name = true\n  name ", 1)),
					Check:  resource.TestCheckResourceAttr(typeName+".other", "allow_duplicate_name", "true"),
				},
			},
		})
	})
}

// TestAccServerGroup_unknowns makes servers and group in one apply, the group's own attributes from values not known
// while planning.
func TestAccServerGroup_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{
				Config: env.Config(servers("a", "b"), fmt.Sprintf(`
resource "terraform_data" "later" {
  input = { name = "Later", fill_type = "fill_default_first", ids = [hosting_whmcs_server.a.id, hosting_whmcs_server.b.id] }
}
resource %q "test" {
  name       = terraform_data.later.output.name
  fill_type  = terraform_data.later.output.fill_type
  server_ids = terraform_data.later.output.ids
}`, typeName)),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "name", "Later"),
					resource.TestCheckResourceAttr(address, "server_ids.#", "2"),
				),
			}},
		})
	})
}

func TestAccServerGroup_badInput(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"name": "Dedicated"}, []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": ""}, Path: "name", Says: "must not be empty"},
			{Name: "long name", Attributes: map[string]any{"name": strings.Repeat("ü", 32768)}, Path: "name", Says: "at most 65535"},
			{Name: "fill type", Attributes: map[string]any{"fill_type": "random"}, Path: "fill_type", Says: `must be one of: ["least_full" "fill_default_first"]`},
			{Name: "name in place of an id", Attributes: map[string]any{"server_ids": []any{"a"}}, Path: "server_ids[*]", Says: "must be an id"},
			{Name: "id zero", Attributes: map[string]any{"server_ids": []any{"0"}}, Path: "server_ids[*]", Says: "must be an id"},
			{Name: "server that does not exist", Attributes: map[string]any{"server_ids": []any{"4711"}}, Path: "server_ids", Says: "4711"},
		})
	})
}
