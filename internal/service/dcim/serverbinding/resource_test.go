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
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/panelobject"
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

// has checks the package of a server. Ids begin at 101.
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
		acctest.Test(t, resource.TestCase{
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
		acctest.Test(t, resource.TestCase{
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

// TestAccServerBinding_adopted: a server that already has the package is adopted without a write, even if a customer
// has it.
func TestAccServerBinding_adopted(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		require.Empty(t, acctest.Messages(p.Plan(t, typeName, map[string]any{"server_id": "101", "package_id": acctest.Unknown})), "it may be the package that the server has")
		made := p.Do(t, typeName, nil, map[string]any{"server_id": "101", "package_id": "1"})
		require.Zero(t, env.Sandbox.Journal().CountWrites("dcim"))
		_, diagnostics := p.PlanChange(t, typeName, made, nil)
		require.Regexp(t, acctest.Says("error at server_id: A customer has the server", "does not unbind it"), strings.Join(acctest.Messages(diagnostics), "\n"))
	})
}

// TestAccServerBinding_destroyIsPlanned: what may not be unbound is refused in the plan of a destroy or a replacement,
// and at the latest in the apply.
func TestAccServerBinding_destroyIsPlanned(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, typeName, nil, map[string]any{"server_id": "104", "package_id": "1"})
		early, diagnostics := p.PlanChange(t, typeName, made, nil)
		require.Empty(t, acctest.Messages(diagnostics))
		env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[3].AssignedUser = "wang.lei" })
		for _, config := range []map[string]any{nil, {"server_id": "105", "package_id": "1"}, {"server_id": acctest.Unknown, "package_id": "1"}} {
			planned, diagnostics := p.PlanChange(t, typeName, made, config)
			require.Nil(t, planned)
			require.Regexp(t, acctest.Says("error at server_id: A customer has the server", "BOM-A01-04 (id 104) is assigned (wang.lei)", "does not unbind it"), strings.Join(acctest.Messages(diagnostics), "\n"))
		}
		_, diagnostics = p.Apply(t, early)
		require.Regexp(t, acctest.Says("A customer has the server", "does not unbind it"), strings.Join(acctest.Messages(diagnostics), "\n"))
		// Without a request to the DCIM, nothing is refused.
		repair := env.Sandbox.AddFault(sandbox.Fault{System: "dcim", Reset: true, Times: -1})
		_, diagnostics = p.PlanChange(t, typeName, made, nil)
		repair()
		require.Regexp(t, acctest.Says("warning at : The DCIM could not check the planned unbinding", "The apply checks it."), strings.Join(acctest.Messages(diagnostics), "\n"))
		// With another package it is no longer this binding.
		set(env, 104, env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "Other"}).ID)
		p.Do(t, typeName, made, nil)
		require.NoError(t, has(env, 104, "Other")(nil))
	})
}

// TestAccServerBinding_anotherDCIM: the same id at another host with another label is another server, and one without
// a package there says nothing about the right one.
func TestAccServerBinding_anotherDCIM(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		change := func(label string, packageID int64) {
			env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[3].Label, s.Servers[3].PackageID = label, packageID })
		}
		p := env.Protocol(t)
		made := p.Do(t, typeName, nil, map[string]any{"server_id": "104", "package_id": "1"})
		moved := acctest.NewProtocol(t, "test")
		key, secret := env.Sandbox.DCIM.AdminKey()
		require.Empty(t, acctest.Messages(moved.Configure(t, map[string]any{"dcim": map[string]any{
			"url": strings.Replace(env.Sandbox.DCIM.URL(), "127.0.0.1", "localhost", 1), "key": key, "secret": secret, "profile": env.ProfileText(t), "max_retries": 0,
		}})))
		_, diagnostics := moved.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics), "the same server under another host name")
		destroy, diagnostics := moved.PlanChange(t, typeName, made, nil)
		require.Empty(t, acctest.Messages(diagnostics))
		update, _ := moved.PlanChange(t, typeName, made, map[string]any{"server_id": "104", "package_id": "4711"})

		change("X", 1)
		for name, ask := range map[string]func() []string{
			"read":         func() []string { _, d := moved.Read(t, made); return acctest.Messages(d) },
			"update":       func() []string { _, d := moved.Apply(t, update); return acctest.Messages(d) },
			"destroy":      func() []string { _, d := moved.Apply(t, destroy); return acctest.Messages(d) },
			"destroy plan": func() []string { _, d := moved.PlanChange(t, typeName, made, nil); return acctest.Messages(d) },
		} {
			require.Regexp(t, acctest.Says("The provider is connected to another DCIM", `has the server "X", and the state has "BOM-A01-04"`, "Nothing was changed"), strings.Join(ask(), "\n"), name)
		}
		require.NoError(t, has(env, 104, "Legacy E3")(nil))

		change("BOM-A01-04", 0)
		read, diagnostics := moved.Read(t, made)
		require.Regexp(t, acctest.Says("The provider is connected to another DCIM", "Correct the provider's configuration"), strings.Join(acctest.Messages(diagnostics), "\n"))
		require.NotNil(t, moved.State(t, read))
		read, diagnostics = p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics), "the right one says that the server has no package")
		require.Nil(t, p.State(t, read))
	})
}

// TestPackageName: a DCIM may show the id of a server's package alone.
func TestPackageName(t *testing.T) {
	require.Equal(t, `"E3" (id 7)`, panelobject.PackageName(dcim.Server{PackageID: "7", PackageName: "E3"}))
	require.Equal(t, "with the id 7", panelobject.PackageName(dcim.Server{PackageID: "7"}))
}
