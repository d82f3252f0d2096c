package packageservers_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// failures are the ways in which an assignment can fail. happened says whether the DCIM still carries it out.
var failures = map[string]struct {
	fault    sandbox.Fault
	happened bool
}{
	"server error before":       {sandbox.Fault{Status: http.StatusInternalServerError}, false},
	"server error after":        {sandbox.Fault{Status: http.StatusInternalServerError, AfterCommit: true}, true},
	"refused":                   {sandbox.Fault{Status: http.StatusForbidden, Body: `{"message": "No."}`}, false},
	"complaint after":           {sandbox.Fault{Status: http.StatusConflict, Body: `{"message": "A server is locked."}`, AfterCommit: true}, true},
	"hang-up before":            {sandbox.Fault{Reset: true}, false},
	"hang-up after":             {sandbox.Fault{Reset: true, AfterCommit: true}, true},
	"page in place of answer":   {sandbox.Fault{HTML: true, AfterCommit: true}, true},
	"overloaded, not looked at": {sandbox.Fault{Status: http.StatusTooManyRequests}, false},
}

// fail adds a fault to assignments from the nth on. 0 times means one.
func fail(env *acctest.Env, fault sandbox.Fault, nth, times int) (repair func()) {
	fault.System, fault.Op, fault.Nth, fault.Times = "dcim", "assign_package", nth, times
	return env.Sandbox.AddFault(fault)
}

// failList spoils lists of servers, from the nth reading of the whole list on.
func failList(t *testing.T, env *acctest.Env, nth int) (repair func()) {
	t.Helper()
	env.Sandbox.Journal().Reset()
	_, diagnostics := env.Protocol(t).ReadDataSource(t, "hosting_dcim_servers", map[string]any{})
	require.Empty(t, acctest.Messages(diagnostics))
	pages := env.Sandbox.Journal().Count("dcim", "list", "server")
	env.Sandbox.Journal().Reset()
	return env.Sandbox.AddFault(sandbox.Fault{System: "dcim", Op: "list", Kind: "server", Reset: true, Nth: (nth-1)*pages + 1, Times: -1})
}

// TestAccPackageServers_undone: a creation that fails half-way leaves what was before it, and says so.
func TestAccPackageServers_undone(t *testing.T) {
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			eachMany(t, func(t *testing.T, env *acctest.Env) {
				p, id, most := env.Protocol(t), addPackage(env), env.AssignMost(t)
				ids := extra(0, most+3)
				set(env, id, ids[0]) // bound before, so that most+2 are to be bound in two calls
				planned := plan(t, p, nil, config(id, ids...))
				fail(env, failure.fault, 2, 0)
				left, message := apply(t, p, planned)
				require.Nil(t, servers(t, p, left))
				require.Equal(t, []string{ids[0]}, bound(env, id), "only what had it before has the package")
				undone := ids[1 : most+1]
				if failure.happened {
					undone = ids[1:]
				}
				require.Regexp(t, acctest.Says("error at : Unable to create DCIM package servers", "servers were assigned before that"), message)
				require.Contains(t, message, "warning at server_ids: The assignment was undone: These servers were bound before the failure, and were unbound again: "+strings.Join(undone, ", ")+".")
				require.NotContains(t, message, "Servers are still bound")
				p.Do(t, typeName, nil, config(id, ids...))
			})
		})
	}
}

// TestAccPackageServers_nothingToUndo: the first and only call fails.
func TestAccPackageServers_nothingToUndo(t *testing.T) {
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				p, id := env.Protocol(t), addPackage(env)
				planned := plan(t, p, nil, config(id, "104", "105"))
				fail(env, failure.fault, 1, 0)
				left, message := apply(t, p, planned)
				require.Nil(t, servers(t, p, left))
				require.Empty(t, bound(env, id))
				require.Contains(t, message, "Unable to create DCIM package servers")
				switch {
				case failure.happened:
					require.Contains(t, message, "unbound again: 104, 105.")
				case strings.Contains(name, "before"):
					require.Contains(t, message, "warning at server_ids: No server was bound")
				default:
					require.Len(t, strings.Split(message, "\n"), 1, "nothing can have happened, so there is nothing to look at")
				}
			})
		})
	}
}

// TestAccPackageServers_undoFails: what is left bound is named, every server of it, and applying again adopts it.
func TestAccPackageServers_undoFails(t *testing.T) {
	eachMany(t, func(t *testing.T, env *acctest.Env) {
		p, id, most := env.Protocol(t), addPackage(env), env.AssignMost(t)
		ids := extra(0, most+3)
		planned := plan(t, p, nil, config(id, ids...))
		repair := fail(env, sandbox.Fault{Status: http.StatusInternalServerError}, 2, -1)
		left, message := apply(t, p, planned)
		repair()
		require.Nil(t, servers(t, p, left))
		require.Equal(t, ids[:most], bound(env, id))
		require.Regexp(t, acctest.Says("error at : Unable to create", "error at server_ids: Servers are still bound: The undo failed:", "The state does not have them. Apply again, or unbind them in the DCIM"), message)
		require.Contains(t, message, "Servers that are bound to the package 2: "+strings.Join(ids[:most], ", ")+".")
		p.Do(t, typeName, nil, config(id, ids...))
		require.Equal(t, ids, bound(env, id))
	})
}

// TestAccPackageServers_undoStops: if an undo fails half-way, the message lists both parts.
func TestAccPackageServers_undoStops(t *testing.T) {
	eachMany(t, func(t *testing.T, env *acctest.Env) {
		p, id, most := env.Protocol(t), addPackage(env), env.AssignMost(t)
		ids := extra(0, most+3)
		planned := plan(t, p, nil, config(id, ids...))
		fail(env, sandbox.Fault{Reset: true, AfterCommit: true}, 2, 1)
		fail(env, sandbox.Fault{Reset: true}, 4, -1)
		_, message := apply(t, p, planned)
		require.Equal(t, ids[most:], bound(env, id))
		require.Contains(t, message, "unbound again: "+strings.Join(ids[:most], ", ")+".")
		require.Contains(t, message, "Servers that are bound to the package 2: "+strings.Join(ids[most:], ", ")+".")
	})
}

// TestAccPackageServers_undoBlind: where the DCIM cannot be looked at, nothing is undone blindly, and what may be
// bound is named.
func TestAccPackageServers_undoBlind(t *testing.T) {
	eachMany(t, func(t *testing.T, env *acctest.Env) {
		p, id, most := env.Protocol(t), addPackage(env), env.AssignMost(t)
		ids := extra(0, most+3)
		planned := plan(t, p, nil, config(id, ids...))
		fail(env, sandbox.Fault{Reset: true}, 2, 0)
		failList(t, env, 2)
		left, message := apply(t, p, planned)
		require.Nil(t, servers(t, p, left))
		require.Regexp(t, acctest.Says("error at server_ids: Servers are still bound: The servers could not be read after the failure, so none was unbound"), message)
		require.Contains(t, message, "Servers that are bound to the package 2: "+strings.Join(ids[:most], ", ")+". Servers that may be bound to it: "+strings.Join(ids[most:], ", ")+".")
		require.Len(t, calls(env), 2)
	})
}

// TestAccPackageServers_undoSpares: a server that was sold before it could be unbound stays with its customer, and is
// named.
func TestAccPackageServers_undoSpares(t *testing.T) {
	eachMany(t, func(t *testing.T, env *acctest.Env) {
		front, id, most := newFront(t, env), addPackage(env), env.AssignMost(t)
		p, ids := front.protocol(t, env), extra(0, env.AssignMost(t)+3)
		planned := plan(t, p, nil, config(id, ids...))
		fail(env, sandbox.Fault{Status: http.StatusInternalServerError}, 2, 0)
		front.onWrite(1, func() { sell(env, "wang.lei", ids[1]) })
		_, message := apply(t, p, planned)
		require.Equal(t, []string{ids[1]}, bound(env, id))
		require.Contains(t, message, "unbound again: "+strings.Join(slices.Delete(slices.Clone(ids[:most]), 1, 2), ", ")+".")
		require.Regexp(t, acctest.Says("Servers are still bound: Customers got servers in the meantime", "BOM-B-0002 (id 124)", "Servers that are bound to the package 2: 124."), message)
	})
}

// TestAccPackageServers_readBack: what the DCIM accepted is looked at.
func TestAccPackageServers_readBack(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		// The looking fails: what certainly happened is kept, with a warning.
		planned := plan(t, p, nil, config(id, "104", "105"))
		repair := failList(t, env, 2)
		made, message := apply(t, p, planned)
		repair()
		require.Regexp(t, acctest.Says("warning at : The servers could not be read back", "The next plan reads the servers."), message)
		require.Equal(t, []string{"104", "105"}, servers(t, p, made))
		planned = plan(t, p, made, config(id, "105", "106"))
		repair = failList(t, env, 2)
		made, message = apply(t, p, planned)
		repair()
		require.Regexp(t, acctest.Says("warning at : The servers could not be read back"), message)
		require.Equal(t, []string{"105", "106"}, servers(t, p, made))
		planned = plan(t, p, made, nil)
		repair = failList(t, env, 2)
		gone, message := apply(t, p, planned)
		repair()
		require.Regexp(t, acctest.Says("warning at : The servers could not be read back"), message)
		require.Nil(t, servers(t, p, gone))
		require.Empty(t, bound(env, id))
	})
}

// TestAccPackageServers_notStored: a DCIM that accepts and does not store leads to the lines of the profile.
func TestAccPackageServers_notStored(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		front, id := newFront(t, env), addPackage(env)
		p := front.protocol(t, env)
		const profile = "operations.servers.assign_package (servers_field, package_field, none, max) and fields.server.package_id of the wire profile"
		planned := plan(t, p, nil, config(id, "104", "105"))
		front.onWrite(1, func() { set(env, 0, "105") })
		left, message := apply(t, p, planned)
		require.Nil(t, servers(t, p, left))
		require.Regexp(t, acctest.Says("error at server_ids: The DCIM did not store the assignment", "BOM-A01-05 (id 105)", profile, "Servers that may be bound to it: 105.", "unbound again: 104."), message)
		require.Empty(t, bound(env, id))

		made := p.Do(t, typeName, nil, config(id, "104", "105"))
		planned = plan(t, p, made, config(id, "105", "106"))
		front.onWrite(2, func() { set(env, 0, "106"); set(env, id, "104") })
		made, message = apply(t, p, planned)
		require.Regexp(t, acctest.Says("assign the package 2", "(id 106)", profile, "assign no package", "(id 104)", "Only a part of the change was made: Bound: none. Not bound: 106. Unbound: none. Not unbound: 104."), message)
		require.Equal(t, []string{"104", "105"}, servers(t, p, made))

		planned = plan(t, p, made, nil)
		front.onWrite(1, func() { set(env, id, "104") })
		left, message = apply(t, p, planned)
		require.Regexp(t, acctest.Says("assign no package", "(id 104)", profile), message)
		require.Equal(t, []string{"104", "105"}, servers(t, p, left), "the next read narrows it down")
	})
}

// TestAccPackageServers_updateFails: the state holds what is bound after an update that failed half-way, and another
// apply finishes it.
func TestAccPackageServers_updateFails(t *testing.T) {
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			eachMany(t, func(t *testing.T, env *acctest.Env) {
				p, id, most := env.Protocol(t), addPackage(env), env.AssignMost(t)
				ids := extra(0, most+5)
				made := p.Do(t, typeName, nil, config(id, ids[:2]...))
				// ids[1] stays, ids[0] goes, the rest comes in two calls, of which the second fails.
				planned := plan(t, p, made, config(id, ids[1:]...))
				fail(env, failure.fault, 2, 0)
				left, message := apply(t, p, planned)
				now := ids[:most+2]
				if failure.happened {
					now = ids
				}
				require.Equal(t, now, bound(env, id))
				require.Equal(t, now, servers(t, p, left), "state does not hold what is bound")
				require.Regexp(t, acctest.Says("error at : Unable to update DCIM package servers 2", "error at server_ids: Only a part of the change was made", "Unbound: none. Not unbound: "+ids[0]+"."), message)
				done := p.Do(t, typeName, left, config(id, ids[1:]...))
				require.Equal(t, ids[1:], servers(t, p, done))
				require.Equal(t, ids[1:], bound(env, id))
			})
		})
	}
}

// TestAccPackageServers_updateUnbindingFails: what was bound before the unbinding failed is in state.
func TestAccPackageServers_updateUnbindingFails(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		p, id := env.Protocol(t), addPackage(env)
		made := p.Do(t, typeName, nil, config(id, "104", "105"))
		planned := plan(t, p, made, config(id, "105", "106"))
		fail(env, failures["refused"].fault, 2, 0)
		left, message := apply(t, p, planned)
		require.Contains(t, message, "Bound: 106. Not bound: none. Unbound: none. Not unbound: 104.")
		require.Equal(t, []string{"104", "105", "106"}, servers(t, p, left))
		// A first call that is refused changes nothing at all.
		planned = plan(t, p, left, config(id, "104", "107"))
		fail(env, failures["refused"].fault, 1, 0)
		same, message := apply(t, p, planned)
		require.NotContains(t, message, "in part")
		require.Equal(t, []string{"104", "105", "106"}, servers(t, p, same))
		// Where it cannot be looked at, the state holds all that may be bound.
		planned = plan(t, p, left, config(id, "104", "107"))
		fail(env, failures["hang-up after"].fault, 1, 0)
		repair := failList(t, env, 2)
		all, message := apply(t, p, planned)
		repair()
		require.Regexp(t, acctest.Says("error at server_ids: The servers could not be read after the failure", "The state has all servers that may be bound"), message)
		require.Equal(t, []string{"104", "105", "106", "107"}, servers(t, p, all))
		read, diagnostics := p.Read(t, all)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, []string{"104", "105", "106", "107"}, servers(t, p, read))
		done := p.Do(t, typeName, read, config(id, "104", "107"))
		require.Equal(t, []string{"104", "107"}, servers(t, p, done))
		require.Equal(t, []string{"104", "107"}, bound(env, id))
	})
}

// TestAccPackageServers_deleteFails: a destroy that fails half-way keeps the state, and the next one finishes it.
func TestAccPackageServers_deleteFails(t *testing.T) {
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			eachMany(t, func(t *testing.T, env *acctest.Env) {
				p, id, most := env.Protocol(t), addPackage(env), env.AssignMost(t)
				ids := extra(0, most+3)
				made := p.Do(t, typeName, nil, config(id, ids...))
				planned := plan(t, p, made, nil)
				fail(env, failure.fault, 2, 0)
				left, message := apply(t, p, planned)
				if failure.happened {
					require.Empty(t, message, "all servers are unbound, whatever the answer was")
					require.Nil(t, servers(t, p, left))
					require.Empty(t, bound(env, id))
					return
				}
				require.Contains(t, message, "error at server_ids: Servers are still bound: Servers that are still bound to the package 2: "+strings.Join(ids[most:], ", ")+".")
				require.Contains(t, message, "Unable to delete DCIM package servers 2")
				read, diagnostics := p.Read(t, left)
				require.Empty(t, acctest.Messages(diagnostics))
				require.Equal(t, ids[most:], servers(t, p, read))
				p.Do(t, typeName, read, nil)
				require.Empty(t, bound(env, id))
			})
		})
	}
}

// TestAccPackageServers_interrupted: the write in flight is finished, no other is begun, and what was bound is unbound
// on a time limit of its own.
func TestAccPackageServers_interrupted(t *testing.T) {
	eachMany(t, func(t *testing.T, env *acctest.Env) {
		front, id, most := newFront(t, env), addPackage(env), env.AssignMost(t)
		p, ids := front.protocol(t, env), extra(0, env.AssignMost(t)+3)
		planned := plan(t, p, nil, config(id, ids...))
		front.onWrite(1, func() { p.Stop(t) })
		left, message := apply(t, p, planned)
		require.Nil(t, servers(t, p, left))
		require.Empty(t, bound(env, id))
		require.Equal(t, []int{most, most}, calls(env), "one bound, one unbound")
		require.Regexp(t, acctest.Says("error at : Unable to create DCIM package servers", "cancelled", "warning at server_ids: The assignment was undone"), message)

		// In the last write everything is done, and saved.
		planned = plan(t, p, nil, config(id, ids[:2]...))
		front.onWrite(1, func() { p.Stop(t) })
		made, message := apply(t, p, planned)
		require.Empty(t, message)
		require.Equal(t, ids[:2], servers(t, p, made))

		// An update keeps what it has done.
		planned = plan(t, p, made, config(id, ids...))
		front.onWrite(1, func() { p.Stop(t) })
		changed, message := apply(t, p, planned)
		require.Regexp(t, acctest.Says("Unable to update", "cancelled", "Only a part of the change was made"), message)
		require.Equal(t, ids[:most+2], servers(t, p, changed))
		require.Equal(t, ids[:most+2], bound(env, id))
	})
}

// front is a proxy in front of the DCIM. It calls a function after a write and before the response.
type front struct {
	*httptest.Server
	armed atomic.Pointer[armed]
}

type armed struct {
	env    *acctest.Env
	writes int
	do     func()
}

func newFront(t *testing.T, env *acctest.Env) *front {
	t.Helper()
	origin, err := url.Parse(env.Sandbox.DCIM.URL())
	require.NoError(t, err)
	f := &front{}
	f.armed.Store(&armed{env: env, do: func() {}})
	f.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(origin) },
		ModifyResponse: func(*http.Response) error {
			if now := f.armed.Load(); now.writes > 0 && len(calls(env)) == now.writes && f.armed.CompareAndSwap(now, &armed{env: env, do: func() {}}) {
				now.do()
			}
			return nil
		},
	})
	t.Cleanup(f.Close)
	return f
}

// onWrite does something during the nth assignment from now on, once.
func (f *front) onWrite(nth int, do func()) {
	now := f.armed.Load()
	f.armed.Store(&armed{env: now.env, writes: len(calls(now.env)) + nth, do: do})
}

// protocol is the provider, calling the DCIM through the front.
func (f *front) protocol(t *testing.T, env *acctest.Env) *acctest.Protocol {
	t.Helper()
	key, secret := env.Sandbox.DCIM.AdminKey()
	p := acctest.NewProtocol(t, "test")
	require.Empty(t, acctest.Messages(p.Configure(t, map[string]any{"dcim": map[string]any{
		"url": f.URL, "key": key, "secret": secret, "profile": env.ProfileText(t), "max_retries": 0,
	}})))
	return p
}
