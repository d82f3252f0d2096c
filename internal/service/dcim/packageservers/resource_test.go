package packageservers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

func TestAccPackageServers_lifecycle(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		two, three, other := []string{"104", "105"}, []string{"105", "106", "107"}, []string{"113", "114"}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(bind("a", two)),
					Check: resource.ComposeAggregateTestCheckFunc(
						has(env, 2, two...), resource.TestCheckResourceAttr(address, "id", "2"), resource.TestCheckResourceAttr(address, "allow_assigned", "false"),
					),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				// Servers are added and removed in place.
				{Config: env.Config(bind("a", three)), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: has(env, 2, three...)},
				// Attributes that the DCIM does not have cause no request.
				{
					PreConfig: env.Sandbox.Journal().Reset,
					Config:    env.Config(bind("a", three, "allow_assigned = true")), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: func(*terraform.State) error { require.Empty(t, calls(env)); return nil },
				},
				// Drift: one server unbound, one bound otherwise.
				{
					PreConfig: func() { set(env, 0, "105") },
					Config:    env.Config(bind("a", three)), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: has(env, 2, three...),
				},
				// All of them unbound: there is nothing left to change.
				{
					PreConfig: func() { set(env, 0, three...) },
					Config:    env.Config(bind("a", three)), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate), Check: has(env, 2, three...),
				},
				// Another server of the package is not managed.
				{PreConfig: func() { set(env, 2, "116") }, Config: env.Config(bind("a", three)), ConfigPlanChecks: acctest.EmptyPlan()},
				{
					Config: env.Config(bind("b", other)), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionDestroyBeforeCreate),
					Check: resource.ComposeAggregateTestCheckFunc(has(env, 2, "116"), has(env, 3, other...), resource.TestCheckResourceAttr(address, "id", "3")),
				},
				// The same servers go from package to package.
				{
					PreConfig: func() { set(env, 0, "116") },
					Config:    env.Config(bind("a", other)), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionDestroyBeforeCreate),
					Check: resource.ComposeAggregateTestCheckFunc(has(env, 2, other...), has(env, 3)),
				},
			},
		})
		require.Empty(t, bound(env, 2), "destroy unbinds")
	})
}

// TestAccPackageServers_import: an import takes all servers that the package has, and a configuration that lists them
// has nothing to do.
func TestAccPackageServers_import(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		id := addPackage(env)
		set(env, id, "104", "113")
		p := env.Protocol(t)
		imported, diagnostics := p.Import(t, typeName, map[string]any{"id": "2"})
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, []string{"104", "113"}, servers(t, p, imported))
		require.True(t, p.IsEmpty(t, plan(t, p, imported, config(id, "113", "104"))))
		for id, says := range map[string]string{"4711": "Cannot import non-existent DCIM package servers", "E3": "Invalid import id"} {
			_, diagnostics := p.Import(t, typeName, map[string]any{"id": id})
			require.Regexp(t, acctest.Says(says), strings.Join(acctest.Messages(diagnostics), "\n"))
		}
	})
}

func TestAccPackageServers_importThenPlan(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, bind("a", []string{"104", "105", "113"}), "hosting_dcim_package.a", "hosting_dcim_package.b", address)
	})
}

// TestAccPackageServers_shared: two resources share a package, each with its own servers, and one server binding
// besides.
func TestAccPackageServers_shared(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		second := `
resource "hosting_dcim_package_servers" "second" {
  package_id = hosting_dcim_package.a.id
  server_ids = ["113", "114"]
}
resource "hosting_dcim_server_binding" "third" {
  package_id = hosting_dcim_package.a.id
  server_id  = "116"
}`
		one := []string{"104", "105"}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(bind("a", one), second), Check: has(env, 2, "104", "105", "113", "114", "116")},
				{Config: env.Config(bind("a", one), second), ConfigPlanChecks: acctest.EmptyPlan()},
				{Config: env.Config(bind("a", one)), Check: has(env, 2, one...)},
			},
		})
	})
}

// TestAccPackageServers_adopted: a server that already has the package is adopted without a write, even if a customer
// has it.
func TestAccPackageServers_adopted(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		// 101 to 103 are customers' and have the package 1.
		made := p.Do(t, typeName, nil, config(1, "101", "102", "104"))
		require.Equal(t, []int{1}, calls(env))
		require.Equal(t, []string{"101", "102", "104"}, servers(t, p, made))
		changed := p.Do(t, typeName, made, config(1, "101", "102", "103", "104"))
		require.Equal(t, []int{1}, calls(env), "103 had the package")
		require.Equal(t, []string{"101", "102", "103", "104"}, bound(env, 1))
		// But giving them up means unbinding them.
		inPlan, _ := refused(t, p, changed, config(1, "104"))
		require.Regexp(t, acctest.Says("error at server_ids: Customers have servers", "does not unbind servers", "BOM-A01-01 (id 101) to asha.rao", "Nothing was changed"), inPlan)
	})
}

// TestAccPackageServers_drift: what is unbound, sold off or gone leaves the state, and what has another package is not
// taken back unseen.
func TestAccPackageServers_drift(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104", "105", "106", "107"))
		set(env, 0, "104")
		set(env, 1, "105")
		env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) {
			s.Servers = slices.DeleteFunc(s.Servers, func(m sandbox.Machine) bool { return m.ID == 106 })
		})
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, []string{"107"}, servers(t, p, read))
		inPlan, _ := refused(t, p, read, config(id, "104", "105", "106", "107"))
		require.Regexp(t, acctest.Says("error at server_ids: No such server", "no server with the id 106"), inPlan)
		require.Regexp(t, acctest.Says("warning at server_ids: Servers have another package", `BOM-A01-05 (id 105) has the package "Legacy E3" (id 1)`), inPlan)
		_, inApply := refused(t, p, read, config(id, "104", "105", "107"))
		require.Regexp(t, acctest.Says("Unable to update DCIM package servers 2: servers have another package", "If this run unbinds them elsewhere, apply again.", "Nothing was changed"), inApply)
		require.Equal(t, []string{"107"}, bound(env, id))
	})
}

// TestAccPackageServers_calls: 200 servers take the calls that the bulk assignment needs, and a thousand no more than
// five where one carries 500.
func TestAccPackageServers_calls(t *testing.T) {
	options := options
	options.Sandbox.DCIM.ExtraServers = 1000
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		most, want, count := env.AssignMost(t), []int{}, 200
		if most >= 500 {
			count = 1000
		}
		for left := count; left > 0; left -= most {
			want = append(want, min(left, most))
		}
		require.True(t, count == 200 || len(want) <= 5)
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, extra(0, count)...))
		require.Equal(t, want, calls(env))
		require.Equal(t, len(want), env.Sandbox.Journal().Count("dcim", "assign_package", "server"))
		require.Equal(t, extra(0, count), bound(env, id))
		env.Sandbox.Journal().Reset()
		p.Do(t, typeName, made, nil)
		require.Equal(t, want, calls(env))
		require.Empty(t, bound(env, id))
	})
}

func TestAccPackageServers_badInput(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, config(1, "104"), []acctest.BadValue{
			{Name: "no package", Attributes: map[string]any{"package_id": nil}, Path: "package_id", Says: "Missing Configuration"},
			{Name: "name for an id", Attributes: map[string]any{"package_id": "E3"}, Path: "package_id", Says: "must be an id"},
			{Name: "no servers", Attributes: map[string]any{"server_ids": nil}, Path: "server_ids", Says: "Missing Configuration"},
			{Name: "server twice", Attributes: map[string]any{"server_ids": []any{"104", "105", "104"}}, Path: "server_ids", Says: "104 is listed more than once"},
			{Name: "empty list", Attributes: map[string]any{"server_ids": []any{}}, Path: "server_ids", Says: "at least 1"},
			{Name: "null server", Attributes: map[string]any{"server_ids": []any{"104", nil}}, Path: "server_ids", Says: "null"},
			{Name: "label for an id", Attributes: map[string]any{"server_ids": []any{"BOM-A01-04"}}, Path: "server_ids[0]", Says: "must be an id"},
			{Name: "no such servers", Attributes: map[string]any{"server_ids": []any{"104", "4711", "4712"}}, Path: "server_ids", Says: "no server with the id 4711, 4712"},
			{Name: "customer's server", Attributes: map[string]any{"server_ids": []any{"104", "109"}}, Path: "server_ids", Says: "BOM-A02-01 (id 109) to asha.rao"},
		})
	})
}

func TestAccPackageServers_unknowns(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104", "105"))
		sell(env, "wang.lei", "105")
		for name, c := range map[string]struct {
			config map[string]any
			says   string
		}{
			"package":        {map[string]any{"package_id": acctest.Unknown, "server_ids": []any{"106"}}, ""},
			"servers":        {map[string]any{"package_id": "2", "server_ids": acctest.Unknown}, ""},
			"one server":     {map[string]any{"package_id": "2", "server_ids": []any{"104", acctest.Unknown}}, ""},
			"allow_assigned": {map[string]any{"package_id": "2", "server_ids": []any{"109"}, "allow_assigned": acctest.Unknown}, ""},
			// The known servers are checked.
			"package of a customer's server": {map[string]any{"package_id": acctest.Unknown, "server_ids": []any{"109"}}, "Customers have servers"},
			"another server":                 {map[string]any{"package_id": "2", "server_ids": []any{"4711", acctest.Unknown}}, "No such server"},
		} {
			messages := strings.Join(acctest.Messages(p.Plan(t, typeName, c.config)), "\n")
			if c.says == "" {
				require.Empty(t, messages, name)
			}
			require.Contains(t, messages, c.says, name)
		}
		// Which servers are removed is not known yet, so that the customer's is not refused yet.
		plan(t, p, made, map[string]any{"package_id": "2", "server_ids": []any{"104", acctest.Unknown}})
	})
}
