package serverbinding_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_dcim_server_binding"
	address  = typeName + ".test"
)

var options = acctest.Options{SandboxOnly: "the object lives in the DCIM"}

// bind is a binding of a server to one of two packages, a and b.
func bind(server, to string, extra ...string) string {
	return fmt.Sprintf(`
resource "hosting_dcim_package" "a" { name = "A" }
resource "hosting_dcim_package" "b" { name = "B" }
resource %q "test" {
  server_id  = %q
  package_id = hosting_dcim_package.%s.id
  %s
}`, typeName, server, to, strings.Join(extra, "\n  "))
}

// has checks the package of a server; ids begin at 101.
func has(env *acctest.Env, server int, name string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		id := env.Sandbox.DCIM.Machines()[server-101].PackageID
		for _, p := range env.Sandbox.DCIM.Packages() {
			if p.ID == id && p.Name == name || id == 0 && name == "" {
				return nil
			}
		}
		return fmt.Errorf("server %d has the package %d, want %q", server, id, name)
	}
}

func set(env *acctest.Env, server int, packageID int64) {
	env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[server-101].PackageID = packageID })
}

func TestAccServerBinding_lifecycle(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(bind("104", "a")), Check: resource.ComposeAggregateTestCheckFunc(has(env, 104, "A"), resource.TestCheckResourceAttr(address, "id", "104"))},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				{Config: env.Config(bind("104", "b")), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: has(env, 104, "B")},
				// Drift: another package is repaired, none is bound again.
				{PreConfig: func() { set(env, 104, 1) }, Config: env.Config(bind("104", "b")), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: has(env, 104, "B")},
				{PreConfig: func() { set(env, 104, 0) }, Config: env.Config(bind("104", "b")), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate), Check: has(env, 104, "B")},
				{
					Config: env.Config(bind("105", "b")), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionDestroyBeforeCreate),
					Check: resource.ComposeAggregateTestCheckFunc(has(env, 104, ""), has(env, 105, "B")),
				},
				// Changed between plan and apply.
				{
					Config: env.Config(bind("105", "a")), ConfigPlanChecks: acctest.BeforeApply(func() { set(env, 105, 1) }),
					ExpectError: acctest.Says("it was changed in the DCIM", "nothing was written"),
				},
			},
		})
		require.NoError(t, has(env, 105, "Legacy E3")(nil), "destroy unbinds only what still has this package")
	})
}

// TestAccServerBinding_assigned: a server that a customer has is neither bound nor unbound without leave.
func TestAccServerBinding_assigned(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		sell := func(user string) {
			env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[3].AssignedUser = user })
		}
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(bind("109", "a")), PlanOnly: true, ExpectError: acctest.Says("A customer has the server", "BOM-A02-01 (id 109) is assigned (asha.rao)", "Nothing was changed")},
				{Config: env.Config(bind("109", "a", "allow_assigned = true")), Check: has(env, 109, "A")},
				{Config: env.Config(bind("104", "a")), Check: has(env, 104, "A")},
				{PreConfig: func() { sell("wang.lei") }, Config: env.Config(bind("104", "a")), Destroy: true, ExpectError: acctest.Says("A customer has the server", "does not unbind it")},
				{PreConfig: func() { sell("") }, Config: env.Config(bind("104", "a"))},
				{
					Config: env.Config(bind("104", "b")), ConfigPlanChecks: acctest.BeforeApply(func() { sell("wang.lei") }),
					ExpectError: acctest.Says("A customer has the server", "does not bind it"),
				},
				{PreConfig: func() { sell("") }, Config: env.Config(bind("104", "b")), Check: has(env, 104, "B")},
			},
		})
	})
}

func TestAccServerBinding_refused(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		apply := func(server, pack string) string {
			planned, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"server_id": server, "package_id": pack})
			messages := acctest.Messages(diagnostics)
			if planned != nil {
				_, diagnostics = p.Apply(t, planned)
				messages = append(messages, acctest.Messages(diagnostics)...)
			}
			return strings.Join(messages, "\n")
		}
		require.Regexp(t, acctest.Says("warning at server_id: The server is faulty"), apply("108", "1"))
		require.NoError(t, has(env, 108, "Legacy E3")(nil))
		require.Regexp(t, acctest.Says("No such server", "4711"), apply("4711", "1"))
		require.Regexp(t, acctest.Says("error at package_id: Unable to write DCIM server binding 106", "The selected package is invalid."), apply("106", "4711"))
		env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "Other"})
		require.Regexp(t, acctest.Says("The server has another package", "the server has a package", "import {", `id = "108"`), apply("108", "2"))
		require.Empty(t, acctest.Messages(p.Plan(t, typeName, map[string]any{"server_id": acctest.Unknown, "package_id": acctest.Unknown})))
	})
}

func TestAccServerBinding_badInput(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"server_id": "104", "package_id": "1"}, []acctest.BadValue{
			{Name: "label for an id", Attributes: map[string]any{"server_id": "BOM-A01-04"}, Path: "server_id", Says: "must be an id"},
			{Name: "name for an id", Attributes: map[string]any{"package_id": "E3"}, Path: "package_id", Says: "must be an id"},
			{Name: "no package", Attributes: map[string]any{"package_id": nil}, Path: "package_id", Says: "Missing Configuration"},
		})
	})
}
