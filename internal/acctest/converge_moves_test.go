package acctest_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// onlyDCIM: the objects of these tests live in the DCIM, which has one stand-in.
var onlyDCIM = acctest.Options{SandboxOnly: "the objects live in the DCIM"}

// boundTo checks the servers of a package.
func boundTo(env *acctest.Env, name string, servers ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var id int64
		for _, p := range env.Sandbox.DCIM.Packages() {
			if p.Name == name {
				id = p.ID
			}
		}
		var found []string
		for _, m := range env.Sandbox.DCIM.Machines() {
			if m.PackageID == id {
				found = append(found, strconv.FormatInt(m.ID, 10))
			}
		}
		if !slices.Equal(found, servers) {
			return fmt.Errorf("the package %s has the servers %v, want %v", name, found, servers)
		}
		return nil
	}
}

// TestConverge_serversMoveBetweenPackages: a server moves from list to list, two lists swap servers, and a server moves
// from a list to its own binding and back. Terraform has no order between these resources.
func TestConverge_serversMoveBetweenPackages(t *testing.T) {
	acctest.Each(t, onlyDCIM, func(t *testing.T, env *acctest.Env) {
		packages := `
resource "hosting_dcim_package" "a" { name = "A" }
resource "hosting_dcim_package" "b" { name = "B" }`
		list := func(name, of string, servers ...string) string {
			return fmt.Sprintf(`
resource "hosting_dcim_package_servers" %q {
  package_id = hosting_dcim_package.%s.id
  server_ids = ["%s"]
}`, name, of, strings.Join(servers, `", "`))
		}
		single := func(server string) string {
			return fmt.Sprintf(`
resource "hosting_dcim_server_binding" "one" {
  package_id = hosting_dcim_package.a.id
  server_id  = %q
}`, server)
		}
		config := func(hcl ...string) string { return env.Config(slices.Insert(hcl, 0, packages)...) }
		has := func(a, b []string) resource.TestCheckFunc {
			return resource.ComposeAggregateTestCheckFunc(boundTo(env, "A", a...), boundTo(env, "B", b...))
		}
		env.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config(list("a", "a", "104", "105"), list("b", "b", "106"))},
				{Config: config(list("a", "a", "104"), list("b", "b", "105", "106")), Check: has([]string{"104"}, []string{"105", "106"})},
				{Config: config(list("a", "a", "105", "106"), list("b", "b", "104")), Check: has([]string{"105", "106"}, []string{"104"})},
				// Both lists have the same package.
				{Config: config(list("a", "a", "105", "106"), list("b", "a", "104")), Check: has([]string{"104", "105", "106"}, nil)},
				{Config: config(list("a", "a", "105"), list("b", "a", "104", "106")), Check: has([]string{"104", "105", "106"}, nil)},
				{Config: config(list("a", "a", "105"), list("b", "a", "104"), single("106")), Check: has([]string{"104", "105", "106"}, nil)},
				{Config: config(list("other", "a", "105"), list("b", "a", "104", "106")), Check: has([]string{"104", "105", "106"}, nil)},
				{Config: config(list("b", "b", "104", "106"), single("105")), Check: has([]string{"105"}, []string{"104", "106"})},
			},
		})
	})
}

// TestConverge_serversMoveInAnyOrder: the list that gets a server is changed before the list that gives it up.
func TestConverge_serversMoveInAnyOrder(t *testing.T) {
	const lists = "hosting_dcim_package_servers"
	config := func(packageID string, servers ...any) map[string]any {
		return map[string]any{"package_id": packageID, "server_ids": servers}
	}
	packages := func(env *acctest.Env) (a, b string) {
		ids := make([]string, 2)
		for i, name := range []string{"A", "B"} {
			ids[i] = strconv.FormatInt(env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: name}).ID, 10)
		}
		return ids[0], ids[1]
	}
	t.Run("apply again", func(t *testing.T) {
		acctest.Each(t, onlyDCIM, func(t *testing.T, env *acctest.Env) {
			p := env.Protocol(t)
			a, b := packages(env)
			first, second := p.Do(t, lists, nil, config(a, "104", "105")), p.Do(t, lists, nil, config(b, "106", "107"))
			change := func(prior *acctest.Instance, config map[string]any) (*acctest.Instance, string) {
				planned, diagnostics := p.PlanChange(t, lists, prior, config)
				for _, message := range acctest.Messages(diagnostics) {
					assert.Contains(t, message, "warning at server_ids: Servers have another package")
				}
				after, diagnostics := p.Apply(t, planned)
				return after, strings.Join(acctest.Messages(diagnostics), "\n")
			}
			// The lists swap a server, and the first one waits without success.
			first, message := change(first, config(a, "104", "106"))
			assert.Regexp(t, acctest.Says("Unable to update DCIM package servers 2: servers have another package", "If this run unbinds them elsewhere, apply again."), message)
			require.NoError(t, boundTo(env, "A", "104")(nil), "its own server is free for the other list")
			assert.Len(t, acctest.Elements(t, p.State(t, first)["server_ids"]), 1)
			_, message = change(second, config(b, "105", "107"))
			assert.Empty(t, message)
			_, message = change(first, config(a, "104", "106"))
			assert.Empty(t, message)
			require.NoError(t, boundTo(env, "A", "104", "106")(nil))
			require.NoError(t, boundTo(env, "B", "105", "107")(nil))
		})
	})
	t.Run("wait", func(t *testing.T) {
		acctest.Each(t, onlyDCIM, func(t *testing.T, env *acctest.Env) {
			p := env.Protocol(t)
			a, b := packages(env)
			first := p.Do(t, lists, nil, config(a, "104", "105"))
			moved, diagnostics := p.PlanChange(t, "hosting_dcim_server_binding", nil, map[string]any{"package_id": b, "server_id": "105"})
			require.Len(t, diagnostics, 1, "a warning that the server has a package")
			var wait sync.WaitGroup
			wait.Go(func() {
				_, diagnostics := p.Apply(t, moved)
				assert.Empty(t, acctest.Messages(diagnostics))
			})
			p.Do(t, lists, first, config(a, "104"))
			wait.Wait()
			require.NoError(t, boundTo(env, "B", "105")(nil))
		})
	})
	t.Run("same package", func(t *testing.T) {
		acctest.Each(t, onlyDCIM, func(t *testing.T, env *acctest.Env) {
			p := env.Protocol(t)
			a, _ := packages(env)
			first, second := p.Do(t, lists, nil, config(a, "104", "105", "107")), p.Do(t, lists, nil, config(a, "106"))
			second = p.Do(t, lists, second, config(a, "105", "106"))
			binding := p.Do(t, "hosting_dcim_server_binding", nil, map[string]any{"package_id": a, "server_id": "107"})
			first = p.Do(t, lists, first, config(a, "104"))
			require.NoError(t, boundTo(env, "A", "104", "105", "106", "107")(nil), "the others have taken them over")
			p.Do(t, lists, first, nil)
			p.Do(t, lists, second, config(a, "106"))
			p.Do(t, "hosting_dcim_server_binding", binding, nil)
			require.NoError(t, boundTo(env, "A", "106")(nil))
		})
	})
}

// TestConverge_packageReferredByID: Terraform does not know that the package has servers, and deletes it while they are
// unbound.
func TestConverge_packageReferredByID(t *testing.T) {
	acctest.Each(t, onlyDCIM, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, "hosting_dcim_package", nil, map[string]any{"name": "A"})
		id := acctest.Text(t, p.State(t, made)["id"])
		servers := p.Do(t, "hosting_dcim_package_servers", nil, map[string]any{"package_id": id, "server_ids": []any{"104"}})
		deletion, diagnostics := p.PlanChange(t, "hosting_dcim_package", made, nil)
		require.Empty(t, acctest.Messages(diagnostics))
		var wait sync.WaitGroup
		wait.Go(func() {
			_, diagnostics := p.Apply(t, deletion)
			assert.Empty(t, acctest.Messages(diagnostics))
		})
		p.Do(t, "hosting_dcim_package_servers", servers, nil)
		wait.Wait()
		for _, p := range env.Sandbox.DCIM.Packages() {
			assert.NotEqual(t, "A", p.Name)
		}
	})
}

// TestConverge_groupsReferredByID: Terraform does not know that a product is in a group, and deletes the group while
// the product leaves it.
func TestConverge_groupsReferredByID(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		id := func(i *acctest.Instance) string { return acctest.Text(t, p.State(t, i)["id"]) }
		servers := p.Do(t, "hosting_whmcs_server_group", nil, map[string]any{"name": "S"})
		group := p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "G"})
		product := p.Do(t, "hosting_whmcs_product", nil, map[string]any{
			"name": "P", "pay_type": "free", "product_group_id": id(group), "server_group_id": id(servers),
		})
		deletions := map[string]*acctest.Planned{}
		for typeName, made := range map[string]*acctest.Instance{"hosting_whmcs_server_group": servers, "hosting_whmcs_product_group": group} {
			planned, diagnostics := p.PlanChange(t, typeName, made, nil)
			require.Empty(t, acctest.Messages(diagnostics))
			deletions[typeName] = planned
		}
		var wait sync.WaitGroup
		for typeName, planned := range deletions {
			wait.Go(func() {
				_, diagnostics := p.Apply(t, planned)
				assert.Empty(t, acctest.Messages(diagnostics), typeName)
			})
		}
		p.Do(t, "hosting_whmcs_product", product, map[string]any{"name": "P", "pay_type": "free", "product_group_id": "1", "server_group_id": ""})
		wait.Wait()
	})
}
