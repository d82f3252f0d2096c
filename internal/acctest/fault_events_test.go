package acctest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// Faults that are not those of a request.
const (
	deletedBehind = "object deleted behind Terraform"
	changedBehind = "object changed since the plan"
	pageLess      = "one object less than a page"
	pageFull      = "a page full of objects"
	pageMore      = "one object more than a page"
	pageFailing   = "failure in the middle of paging"
)

var eventFaults = []string{deletedBehind, changedBehind, pageLess, pageFull, pageMore, pageFailing}

// events plays changes of objects and of lists, and reports the results.
func (b *faultBench) events(found outcomes) {
	b.Helper()
	for _, name := range eventFaults {
		found[name] = map[phase]verdict{}
	}
	if b.row.remove != nil {
		found[deletedBehind][reading] = b.deletedThenRead()
		found[deletedBehind][updating] = b.meddledThenUpdated(b.row.remove, "no longer")
		found[deletedBehind][deleting] = b.deletedThenDeleted()
	}
	if b.row.tamper != nil {
		found[changedBehind][reading] = b.changedThenRead()
		found[changedBehind][updating] = b.meddledThenUpdated(b.row.tamper, "it was changed in")
	}
	b.pages(found)
	b.become(nil)
}

// deletedThenRead: a refresh says that the object is gone, and then only.
func (b *faultBench) deletedThenRead() verdict {
	b.Helper()
	b.runs++
	b.become(b.row.config)
	b.row.remove(b.T, b.sb, b.id())
	read, diagnostics := b.provider.Read(b.T, b.held)
	require.Empty(b, acctest.Messages(diagnostics))
	require.Nil(b, b.provider.State(b.T, read), "what is gone is still in state")
	b.settle(cell{phase: reading}, read, b.row.config, nil)
	return completes
}

// deletedThenDeleted: what is gone already is what a destroy wants.
func (b *faultBench) deletedThenDeleted() verdict {
	b.Helper()
	b.runs++
	b.become(b.row.config)
	change := b.plan(b.provider, nil)
	b.row.remove(b.T, b.sb, b.id())
	b.applied(b.provider, change)
	b.held, b.want = nil, nil
	b.arrived()
	return completes
}

// changedThenRead: a refresh shows what was changed by hand, and the plan changes it back.
func (b *faultBench) changedThenRead() verdict {
	b.Helper()
	b.runs++
	b.become(b.row.config)
	b.row.tamper(b.T, b.sb, b.id())
	read, diagnostics := b.provider.Read(b.T, b.held)
	require.Empty(b, acctest.Messages(diagnostics))
	change, diagnostics := b.provider.PlanChange(b.T, b.row.typeName, read, b.want)
	require.Empty(b, errorsOf(acctest.Messages(diagnostics)))
	require.False(b, b.provider.IsEmpty(b.T, change), "the change by hand does not show")
	b.settle(cell{phase: reading}, read, b.want, nil)
	return completes
}

// meddledThenUpdated: an update whose object was changed or deleted since the plan is refused, and nothing of the
// meddling is overwritten.
func (b *faultBench) meddledThenUpdated(meddle func(*testing.T, *sandbox.Sandbox, string), says string) verdict {
	b.Helper()
	b.runs++
	b.become(b.row.config)
	target := b.row.config
	if fmt.Sprint(b.want) == fmt.Sprint(b.row.config) {
		target = b.row.after()
	}
	change := b.plan(b.provider, target)
	meddle(b.T, b.sb, b.id())
	meddled := b.row.objects(b.sb)
	left, diagnostics := b.provider.Apply(b.T, change)
	messages := acctest.Messages(diagnostics)
	failures := errorsOf(messages)
	require.NotEmpty(b, failures, "what somebody else did was overwritten")
	require.Regexp(b, says+"|it was changed in", failures[0])
	require.Regexp(b, nextStep, failures[0])
	require.Equal(b, meddled, b.row.objects(b.sb), "something was written all the same")
	require.NotNil(b, b.provider.State(b.T, left))
	b.settle(cell{phase: updating}, left, target, messages)
	return stops
}

// id is that of the object in state.
func (b *faultBench) id() string {
	b.Helper()
	return acctest.Text(b, b.provider.State(b.T, b.held)["id"])
}

// pages lives through the edges of pages, and through lists that fail at their second page.
func (b *faultBench) pages(found outcomes) {
	b.Helper()
	if b.row.fill == nil {
		return // there is no list of them
	}
	for i, name := range []string{pageLess, pageFull, pageMore} {
		b.become(nil)
		b.row.fill(b.T, b.sb, b.row.pageSize-1+i)
		b.before = b.row.objects(b.sb)
		b.measure()
		for _, ph := range phases {
			if b.lists[ph] > 0 { // else its pages had no part in it
				b.runs++
				found[name][ph] = completes
			}
		}
	}
	// A creation looks at the list before its own object is in it.
	b.become(nil)
	b.row.fill(b.T, b.sb, b.row.pageSize+2)
	b.before = b.row.objects(b.sb)
	b.measure()
	for _, ph := range phases {
		if b.lists[ph] > 1 {
			found[pageFailing][ph] = b.verdict([]cell{{matrixFault{name: pageFailing, play: played(sandbox.Fault{Op: "list", Reset: true})}, ph, 2, true}})
		}
	}
}

// TestFaults_pagesOfLists: a list is whole at every edge of its pages, and no list at all when a page of it fails.
func TestFaults_pagesOfLists(t *testing.T) {
	rows := map[string]faultRow{}
	for _, row := range faultRows(t) {
		rows[row.typeName] = row
	}
	for name, list := range map[string]struct{ resource, attribute string }{
		"hosting_whmcs_products":        {"hosting_whmcs_product", "products"},
		"hosting_whmcs_product_usage":   {"hosting_whmcs_product", "products"},
		"hosting_whmcs_product_groups":  {"hosting_whmcs_product_group", "product_groups"},
		"hosting_whmcs_product_addons":  {"hosting_whmcs_product_addon", "product_addons"},
		"hosting_whmcs_server_groups":   {"hosting_whmcs_server_group", "server_groups"},
		"hosting_dcim_api_keys":         {"hosting_dcim_api_key", "api_keys"},
		"hosting_dcim_packages":         {"hosting_dcim_package", "packages"},
		"hosting_dcim_servers":          {"hosting_dcim_server_binding", "servers"},
		"hosting_solusvm2_limit_groups": {"hosting_solusvm2_limit_group", "limit_groups"},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
				row, p := rows[list.resource], env.Protocol(t)
				for _, pages := range []int{1, 2} {
					for _, total := range []int{pages*row.pageSize - 1, pages * row.pageSize, pages*row.pageSize + 1} {
						env.Sandbox.Journal().Reset()
						row.fill(t, env.Sandbox, total)
						if name != "hosting_dcim_servers" {
							row.fill(t, env.Sandbox, total+1) // no object of a configuration is there
						}
						state, diagnostics := p.ReadDataSource(t, name, nil)
						require.Empty(t, acctest.Messages(diagnostics))
						require.Len(t, acctest.Elements(t, state[list.attribute]), total)
						require.Equal(t, (total+row.pageSize-1)/row.pageSize, env.Sandbox.Journal().Count(row.system, "list", ""))
					}
				}
				for nth := 1; nth <= 3; nth++ {
					end := env.Sandbox.AddFault(sandbox.Fault{System: row.system, Op: "list", Reset: true, Nth: nth, Times: -1})
					state, diagnostics := p.ReadDataSource(t, name, nil)
					end()
					failures := errorsOf(acctest.Messages(diagnostics))
					require.Len(t, failures, 1)
					require.Regexp(t, nextStep, failures[0])
					require.True(t, state[list.attribute].IsNull(), "half a list was handed on")
				}
			})
		})
	}
}
