package packageservers_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// TestAccPackageServers_assigned: servers that customers have are neither bound nor unbound without leave, and that is
// said in the plan.
func TestAccPackageServers_assigned(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		two, leave := []string{"104", "105"}, "allow_assigned = true"
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(bind("a", []string{"104", "109"})), PlanOnly: true, ExpectError: acctest.Says("Customers have servers", "does not bind servers", "BOM-A02-01 (id 109) to asha.rao", "Nothing was changed")},
				{Config: env.Config(bind("a", []string{"104", "109"}, leave)), Check: has(env, 2, "104", "109")},
				{Config: env.Config(bind("a", two, leave)), Check: has(env, 2, two...)},
				{Config: env.Config(bind("a", two))},
				{PreConfig: func() { sell(env, "wang.lei", "105") }, Config: env.Config(bind("a", []string{"104"})), PlanOnly: true, ExpectError: acctest.Says("does not unbind servers", "BOM-A01-05 (id 105) to wang.lei")},
				{Config: env.Config(bind("b", two)), PlanOnly: true, ExpectError: acctest.Says("does not unbind servers", "BOM-A01-05 (id 105) to wang.lei")},
				{Config: env.Config(bind("a", two)), Destroy: true, ExpectError: acctest.Says("does not unbind servers", "BOM-A01-05 (id 105) to wang.lei")},
				{Config: env.Config(bind("a", two)), ConfigPlanChecks: acctest.EmptyPlan()},
				// Sold between plan and apply.
				{
					Config: env.Config(bind("a", []string{"104", "105", "106"})), ConfigPlanChecks: acctest.BeforeApply(func() { sell(env, "meier-gmbh", "106") }),
					ExpectError: acctest.Says("does not bind servers", "BOM-A01-06 (id 106) to meier-gmbh"),
				},
				{Config: env.Config(bind("a", two, leave)), Check: has(env, 2, two...)},
			},
		})
		require.Empty(t, bound(env, 2), "allow_assigned was applied before the destroy")
	})
}

// TestAccPackageServers_destroyIsPlanned: a destroy is refused in the plan already, and at the latest in the apply.
func TestAccPackageServers_destroyIsPlanned(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104", "105", "106"))
		early := plan(t, p, made, nil)
		sell(env, "wang.lei", "105")
		inPlan, _ := refused(t, p, made, nil)
		require.Regexp(t, acctest.Says("error at server_ids: Customers have servers", "does not unbind servers", "(id 105) to wang.lei"), inPlan)
		_, inApply := apply(t, p, early)
		require.Regexp(t, acctest.Says("error at server_ids: Customers have servers", "does not unbind servers", "(id 105) to wang.lei"), inApply)
		require.Equal(t, []string{"104", "105", "106"}, bound(env, id))
		// A server that now has another package no longer belongs to this resource, even if a customer has it.
		set(env, 1, "105")
		set(env, 0, "106")
		gone := p.Do(t, typeName, made, nil)
		require.Nil(t, servers(t, p, gone))
		require.Empty(t, bound(env, id))
		require.Contains(t, bound(env, 1), "105")
	})
}

func TestAccPackageServers_refused(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		inPlan, inApply := refused(t, p, nil, config(id, "104", "108", "119"))
		require.Regexp(t, acctest.Says("warning at server_ids: Servers are faulty", "BOM-A01-08 (id 108), FRA-C08-03 (id 119)"), inPlan)
		require.Regexp(t, acctest.Says("warning at server_ids: Servers are faulty"), inApply)
		require.Equal(t, []string{"104", "108", "119"}, bound(env, id), "faulty ones are bound all the same")

		other := addPackage(env)
		inPlan, inApply = refused(t, p, nil, config(other, "104", "105"))
		require.Regexp(t, acctest.Says("warning at server_ids: Servers have another package", `BOM-A01-04 (id 104) has the package "E3" (id 2)`, "If this apply does not unbind them first"), inPlan)
		require.Regexp(t, acctest.Says("error at server_ids: Unable to create DCIM package servers: servers have another package", `BOM-A01-04 (id 104) has the package "E3" (id 2)`, "If this run unbinds them elsewhere, apply again.", "Nothing was changed"), inApply)
		require.Empty(t, bound(env, other), "everything is checked before anything is written")

		inPlan, inApply = refused(t, p, nil, config(4711, "105", "106"))
		require.Empty(t, inPlan)
		require.Regexp(t, acctest.Says("error at package_id: Unable to create DCIM package servers: The DCIM does not accept this value: The selected package is invalid."), inApply)
		require.Empty(t, bound(env, 4711))
	})
}

// TestAccPackageServers_conflict: a server that stays and was bound otherwise since the plan is not passed over.
func TestAccPackageServers_conflict(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104", "105"))
		for name, spoil := range map[string]func(){
			"kept":  func() { set(env, 1, "104") },
			"added": func() { set(env, 1, "106") },
			"lost":  func() { set(env, 0, "105") },
		} {
			planned := plan(t, p, made, config(id, "104", "105", "106"))
			spoil()
			before := bound(env, id)
			left, message := apply(t, p, planned)
			require.Regexp(t, acctest.Says("error at server_ids: Unable to update DCIM package servers 2: "), message, name)
			require.Equal(t, []string{"104", "105"}, servers(t, p, left), name)
			require.Equal(t, before, bound(env, id), name)
			set(env, id, "104", "105")
			set(env, 0, "106")
		}
		// One that is to go and has gone otherwise is left alone.
		planned := plan(t, p, made, config(id, "104", "106"))
		set(env, 1, "105")
		changed, message := apply(t, p, planned)
		require.Empty(t, message)
		require.Equal(t, []string{"104", "106"}, servers(t, p, changed))
		require.Contains(t, bound(env, 1), "105")
	})
}

// TestAccPackageServers_offlinePlan: a DCIM that cannot be reached in a plan is a warning, also in a destroy.
func TestAccPackageServers_offlinePlan(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104"))
		env.Sandbox.AddFault(sandbox.Fault{System: "dcim", Op: "list", Reset: true, Times: -1})
		for name, c := range map[string]struct {
			prior  *acctest.Instance
			config map[string]any
		}{"create": {nil, config(id, "105")}, "update": {made, config(id, "105")}, "destroy": {made, nil}} {
			planned, diagnostics := p.PlanChange(t, typeName, c.prior, c.config)
			require.NotNil(t, planned, name)
			messages := acctest.Messages(diagnostics)
			require.Len(t, messages, 1, name)
			require.Regexp(t, acctest.Says("warning at : The DCIM could not check the planned servers of the package", "The apply checks it."), messages[0], name)
			_, message := apply(t, p, planned)
			require.Regexp(t, acctest.Says("error at : Unable to "), message, name)
		}
		require.Equal(t, []string{"104"}, bound(env, id))
	})
}

// TestAccPackageServers_anotherDCIM: a DCIM at another host is believed only as long as it shows every server as the
// state has it.
func TestAccPackageServers_anotherDCIM(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104", "105"))
		moved := acctest.NewProtocol(t, "test")
		key, secret := env.Sandbox.DCIM.AdminKey()
		require.Empty(t, acctest.Messages(moved.Configure(t, map[string]any{"dcim": map[string]any{
			"url": strings.Replace(env.Sandbox.DCIM.URL(), "127.0.0.1", "localhost", 1), "key": key, "secret": secret, "profile": env.ProfileText(t), "max_retries": 0,
		}})))
		early := []*acctest.Planned{plan(t, moved, made, config(id, "104")), plan(t, moved, made, nil)}
		same, diagnostics := moved.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics), "the same DCIM under another name")
		require.Equal(t, []string{"104", "105"}, servers(t, moved, same))

		for name, spoil := range map[string]func(){
			"labels":      func() { change(env, func(m *sandbox.Machine) { m.Label = "X" }, "105") },
			"one unbound": func() { set(env, 0, "104") },
			"all unbound": func() { set(env, 0, "104", "105") },
		} {
			spoil()
			read, diagnostics := moved.Read(t, made)
			require.Regexp(t, acctest.Says("The provider is connected to another DCIM", "Nothing was changed"), strings.Join(acctest.Messages(diagnostics), "\n"), name)
			require.Equal(t, []string{"104", "105"}, servers(t, moved, read), "nothing is forgotten")
			inPlan, _ := refused(t, moved, made, nil)
			require.Contains(t, inPlan, "The provider is connected to another DCIM", name)
			for _, planned := range early {
				_, message := apply(t, moved, planned)
				require.Contains(t, message, "The provider is connected to another DCIM", name)
			}
			require.Len(t, calls(env), 1, name)
			set(env, id, "104", "105")
			change(env, func(m *sandbox.Machine) { m.Label = "BOM-A01-05" }, "105")
		}
		// At the host that the state is of, all of this is drift.
		set(env, 0, "104", "105")
		read, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Nil(t, servers(t, p, read))
	})
}

// TestAccPackageServers_contested: of many resources that want one server for different packages, at the same moment,
// one gets it and the others are refused. None takes it from another that has said it was done.
func TestAccPackageServers_contested(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		const contenders = 6
		p := env.Protocol(t)
		plans := make([]*acctest.Planned, contenders)
		for i := range plans {
			id := addPackage(env)
			if i%2 == 0 {
				plans[i] = plan(t, p, nil, config(id, "104", "105"))
				continue
			}
			planned, diagnostics := p.PlanChange(t, "hosting_dcim_server_binding", nil, map[string]any{"package_id": strconv.FormatInt(id, 10), "server_id": "105"})
			require.Empty(t, acctest.Messages(diagnostics))
			plans[i] = planned
		}
		messages, all := make([]string, contenders), sync.WaitGroup{}
		for i, planned := range plans {
			all.Go(func() {
				_, diagnostics := p.Apply(t, planned)
				messages[i] = strings.Join(acctest.Messages(diagnostics), "\n")
			})
		}
		all.Wait()
		done := 0
		for _, message := range messages {
			if message == "" {
				done++
				continue
			}
			require.Regexp(t, "servers have another package|the server has a package", message)
		}
		require.Equal(t, 1, done, "%q", messages)
	})
}
