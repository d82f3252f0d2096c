package packageservers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_dcim_package_servers"
	address  = typeName + ".test"
	// firstExtra is the id of the first of ExtraServers.
	firstExtra = 123
)

// options: the DCIM has one stand-in, whatever WHMCS is.
var options = acctest.Options{SandboxOnly: "the object lives in the DCIM"}

// eachMany runs the test on DCIMs whose profiles let one assignment carry six servers, so that a dozen takes more than
// one.
func eachMany(t *testing.T, test func(t *testing.T, env *acctest.Env)) {
	t.Helper()
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		small := options
		small.Sandbox.DCIM.ExtraServers = 20
		small.DCIMProfile = filepath.Join(t.TempDir(), "profile.json")
		profile := regexp.MustCompile(`"max": [0-9]+`).ReplaceAllString(env.ProfileText(t), `"max": 6`)
		require.NoError(t, os.WriteFile(small.DCIMProfile, []byte(profile), 0o600))
		t.Run("six at once", func(t *testing.T) { acctest.Each(t, small, test) })
	})
}

// bind is a resource that binds servers to one of two packages, a and b, which get the ids 2 and 3.
func bind(to string, servers []string, extra ...string) string {
	return packages + fmt.Sprintf(`
resource %q "test" {
  package_id = hosting_dcim_package.%s.id
  server_ids = ["%s"]
  %s
}`, typeName, to, strings.Join(servers, `", "`), strings.Join(extra, "\n  "))
}

const packages = `
resource "hosting_dcim_package" "a" { name = "A" }
resource "hosting_dcim_package" "b" {
  name       = "B"
  depends_on = [hosting_dcim_package.a]
}`

// config is the resource as the protocol takes it.
func config(packageID int64, servers ...string) map[string]any {
	ids := make([]any, len(servers))
	for i, id := range servers {
		ids[i] = id
	}
	return map[string]any{"package_id": strconv.FormatInt(packageID, 10), "server_ids": ids}
}

// extra are the ids of n of the extra servers, the first ones left out.
func extra(skip, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = strconv.Itoa(firstExtra + skip + i)
	}
	return ids
}

// bound are the ids of the servers that have a package, in the order of the inventory.
func bound(env *acctest.Env, packageID int64) []string {
	ids := []string{}
	for _, m := range env.Sandbox.DCIM.Machines() {
		if m.PackageID == packageID {
			ids = append(ids, strconv.FormatInt(m.ID, 10))
		}
	}
	return ids
}

// has checks which servers have a package.
func has(env *acctest.Env, packageID int64, servers ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if found := bound(env, packageID); !slices.Equal(found, servers) {
			return fmt.Errorf("the servers %v have the package %d, want %v", found, packageID, servers)
		}
		return nil
	}
}

// change changes servers in the panel.
func change(env *acctest.Env, do func(*sandbox.Machine), servers ...string) {
	env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) {
		for i := range s.Servers {
			if slices.Contains(servers, strconv.FormatInt(s.Servers[i].ID, 10)) {
				do(&s.Servers[i])
			}
		}
	})
}

func set(env *acctest.Env, packageID int64, servers ...string) {
	change(env, func(m *sandbox.Machine) { m.PackageID = packageID }, servers...)
}

func sell(env *acctest.Env, user string, servers ...string) {
	change(env, func(m *sandbox.Machine) { m.AssignedUser = user }, servers...)
}

// addPackage creates a package in the panel. The first one gets the id 2.
func addPackage(env *acctest.Env) int64 {
	return env.Sandbox.DCIM.AddPackage(sandbox.Package{Name: "E3"}).ID
}

// servers returns the server_ids of an instance, ordered, or nil if it does not exist.
func servers(t *testing.T, p *acctest.Protocol, i *acctest.Instance) []string {
	t.Helper()
	state := p.State(t, i)
	if state == nil {
		return nil
	}
	var ids []string
	for _, element := range acctest.Elements(t, state["server_ids"]) {
		ids = append(ids, acctest.Text(t, element))
	}
	slices.Sort(ids) // ids of three digits
	return ids
}

// plan plans a change that must be accepted without a word.
func plan(t *testing.T, p *acctest.Protocol, prior *acctest.Instance, config map[string]any) *acctest.Planned {
	t.Helper()
	planned, diagnostics := p.PlanChange(t, typeName, prior, config)
	require.Empty(t, acctest.Messages(diagnostics))
	return planned
}

// apply carries out a plan and returns what Terraform would save and all that was said, one after the other.
func apply(t *testing.T, p *acctest.Protocol, planned *acctest.Planned) (*acctest.Instance, string) {
	t.Helper()
	instance, diagnostics := p.Apply(t, planned)
	return instance, strings.Join(acctest.Messages(diagnostics), "\n")
}

// refused plans and, where the plan is accepted, applies, and returns what was said in the plan and in the apply.
func refused(t *testing.T, p *acctest.Protocol, prior *acctest.Instance, config map[string]any) (inPlan, inApply string) {
	t.Helper()
	planned, diagnostics := p.PlanChange(t, typeName, prior, config)
	inPlan = strings.Join(acctest.Messages(diagnostics), "\n")
	if planned != nil {
		_, inApply = apply(t, p, planned)
	}
	return inPlan, inApply
}

// calls are the numbers of servers of the assignments so far.
func calls(env *acctest.Env) []int {
	sizes := []int{}
	for _, r := range env.Sandbox.Journal().Filter(func(r sandbox.Request) bool { return r.Op == "assign_package" }) {
		sizes = append(sizes, r.Members)
	}
	return sizes
}
