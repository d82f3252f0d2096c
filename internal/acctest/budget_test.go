package acctest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// The budgets are the greatest numbers of requests of a plan or an apply of many objects. The systems count the
// requests. The short test run plans and applies in process, ten objects at the same time, as Terraform does. The full
// test run uses the real Terraform, with the provider as a separate program. Inside the tests, the provider would have
// the race detector on, and terraform-plugin-testing would plan all objects seven times. The tests do not run in
// parallel with others, so that the requested number of operations runs at the same time.

// walk is one configuration that is applied and planned.
type walk struct {
	t        *testing.T
	sb       *sandbox.Sandbox
	program  *program             // nil = in process
	played   *workspace.Workspace // nil = with the real Terraform
	provider map[string]map[string]any
}

// program is the real Terraform with a folder of its own.
type program struct {
	terraform   string
	folder      string
	environment []string
}

// latency is that of the sandbox. Without any, requests would not be coalesced, because the first is served before the
// second has come.
const latency = 40 * time.Millisecond

func newWalk(t *testing.T, options sandbox.Options) *walk {
	t.Helper()
	options.Latency = latency
	sb := acctest.NewSandbox(t, options)
	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	return &walk{t: t, sb: sb, provider: map[string]map[string]any{
		"whmcs":    {"url": sb.WHMCS.URL(), "identifier": credential.Identifier, "secret": credential.Secret},
		"dcim":     {"url": sb.DCIM.URL(), "key": key, "secret": secret, "profile": "assumed"},
		"solusvm2": {"url": sb.SolusVM2.URL(), "token": sb.SolusVM2.AdminToken()},
	}}
}

// withTerraform runs the real Terraform with a built provider.
func (w *walk) withTerraform(binary string) {
	w.t.Helper()
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		var err error
		terraform, err = exec.LookPath("terraform")
		require.NoError(w.t, err)
	}
	w.program = &program{terraform: terraform, folder: w.t.TempDir()}
	settings := filepath.Join(w.program.folder, "cli.tfrc")
	w.write("cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides { \"hosting-iac/hosting\" = %q }\n  direct {}\n}\n", filepath.Dir(binary)))
	w.program.environment = append(slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "HOSTING_")
	}), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
}

// inProcess runs a workspace.
func (w *walk) inProcess() {
	block := map[string]any{}
	for system, settings := range w.provider {
		block[system] = settings
	}
	w.played = &workspace.Workspace{Provider: block, Start: func(context.Context) (*protocol.Client, error) {
		return acctest.Started(w.t, "test"), nil
	}}
}

// buildProvider builds the provider's program.
func buildProvider(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "terraform-provider-hosting")
	root, err := terraformcli.Root()
	require.NoError(t, err)
	require.NoError(t, terraformcli.Build(t.Context(), root, t.TempDir(), binary, "."))
	return binary
}

// TestBudget runs what is below.
func TestBudget(t *testing.T) {
	var begin func(w *walk)
	if acctest.Full() {
		if os.Getenv("TF_ACC") == "" {
			t.Skip("acceptance tests run with TF_ACC=1")
		}
		binary := buildProvider(t)
		begin = func(w *walk) { w.withTerraform(binary) }
	} else {
		begin = (*walk).inProcess
	}
	for _, c := range []struct {
		name    string
		options sandbox.Options
		test    func(w *walk)
	}{
		{"products", sandbox.Options{}, budgetOfProducts},
		{"impact", sandbox.Options{}, budgetOfImpact},
		{"few products of many", sandbox.Options{Size: 10_000}, budgetOfFew},
		{"bindings", thousand, budgetOfBindings},
		{"new bindings", sandbox.Options{DCIM: sandbox.DCIMOptions{ExtraServers: 100}}, budgetOfNewBindings},
		{"package servers", thousand, budgetOfPackageServers},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWalk(t, c.options)
			begin(w)
			c.test(w)
		})
	}
}

func (w *walk) write(name, content string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(filepath.Join(w.program.folder, name), []byte(content), 0o600))
}

// configure writes the configuration.
func (w *walk) configure(hcl string, arguments ...any) {
	w.t.Helper()
	config := fmt.Sprintf(hcl, arguments...)
	if w.program == nil {
		require.NoError(w.t, w.played.Load(w.t.Context(), map[string]string{"main.tf": config}))
		return
	}
	var b strings.Builder
	for system, settings := range w.provider {
		fmt.Fprintf(&b, "  %s {\n", system)
		for name, value := range settings {
			fmt.Fprintf(&b, "    %s = %q\n", name, value)
		}
		b.WriteString("  }\n")
	}
	w.write("main.tf", acctest.RequiredProviders+"provider \"hosting\" {\n"+b.String()+"}\n"+config)
}

// spent is the number of requests of a Terraform run to one system.
type spent struct {
	reads, writes int
	checks        int // requests that validate planned writes
	asked         int // planned writes that they validate
}

// count runs a command and counts its requests to a system.
func (w *walk) count(system, command string, run func()) (s spent) {
	w.t.Helper()
	w.sb.Journal().Reset()
	began := time.Now()
	run()
	calls := map[string]int{}
	for _, r := range w.sb.Journal().Requests() {
		require.Equal(w.t, system, r.System)
		calls[r.Op]++
		switch {
		case r.Write:
			s.writes++
		case r.Op == "validate", r.Op == "batch":
			s.checks++
			s.asked += max(r.Members, 1)
		default:
			s.reads++
		}
	}
	w.t.Logf("%s: %d reads, %d checks, %d writes (%v) in %.1f s", command, s.reads, s.checks, s.writes, calls, time.Since(began).Seconds())
	return s
}

// run runs Terraform and returns what it prints.
func (p *program) run(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), p.terraform, arguments...)
	command.Dir, command.Env = p.folder, p.environment
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	require.NoError(t, command.Run(), "%s", &output)
	return output.String()
}

func (w *walk) apply(system string) spent {
	w.t.Helper()
	return w.count(system, "apply", func() {
		if w.program != nil {
			w.program.run(w.t, "apply", "-auto-approve", "-no-color", "-parallelism=10")
			return
		}
		_, err := w.played.Do(w.t.Context(), workspace.Options{})
		require.NoError(w.t, err)
	})
}

// unchanged plans, and asserts that there is nothing to do and nothing was done.
func (w *walk) unchanged(system string) spent {
	w.t.Helper()
	s := w.count(system, "plan", func() {
		if w.program != nil {
			require.Contains(w.t, w.program.run(w.t, "plan", "-no-color", "-detailed-exitcode", "-parallelism=10"), "No changes.")
			return
		}
		plan, err := w.played.Plan(w.t.Context(), workspace.Options{})
		require.NoError(w.t, err)
		require.True(w.t, plan.IsEmpty(), "%v", plan.Changes)
	})
	require.Zero(w.t, s.writes, "an unchanged plan writes nothing")
	require.Zero(w.t, s.checks, "nor does it ask whether anything could be written")
	return s
}

// planDestroy plans to destroy everything.
func (w *walk) planDestroy(system string) spent {
	w.t.Helper()
	return w.planWith(system, "plan of a destroy", workspace.Options{Destroy: true}, "-destroy")
}

// planWith plans changes.
func (w *walk) planWith(system, name string, options workspace.Options, arguments ...string) spent {
	w.t.Helper()
	return w.count(system, name, func() {
		if w.program != nil {
			w.program.run(w.t, append([]string{"plan", "-no-color", "-parallelism=10"}, arguments...)...)
			return
		}
		_, err := w.played.Plan(w.t.Context(), options)
		require.NoError(w.t, err)
	})
}

// withoutCoalescing has every object read on its own.
func (w *walk) withoutCoalescing() {
	if w.program != nil {
		w.program.environment = append(w.program.environment, "HOSTING_COALESCE=off")
		return
	}
	w.t.Setenv("HOSTING_COALESCE", "off")
}

const products = `
resource "hosting_whmcs_product" "all" {
  count            = %d
  product_group_id = "1"
  name             = "Dedicated ${count.index}"
  pay_type         = "recurring"
  prices          = { USD = { monthly = "${89 + count.index}.00" }, INR = { monthly = "7400.00" } }
}
`

// budgetOfProducts: 1,000 products are created in one write each, and planned with at most 10 reads. The plan
// validates each product once. The apply validates none after its first write. In process there are 200 products:
// planning one costs the framework 20 ms.
func budgetOfProducts(w *walk) {
	t := w.t
	count := 1000
	if w.program == nil {
		count = 200
	}
	w.configure(products, count)
	made := w.apply("whmcs")
	require.Equal(t, count, made.writes)
	require.LessOrEqual(t, made.reads, 10)
	require.GreaterOrEqual(t, made.asked, count)
	require.LessOrEqual(t, made.asked, count+2*10, "those of the apply that began before its first write")
	require.LessOrEqual(t, w.unchanged("whmcs").reads, 10)
	require.LessOrEqual(t, w.planDestroy("whmcs").reads, count/5, "the counts of services are read together")
}

// budgetOfImpact: the services of 50 changed products are counted with one request for all. The products that are
// planned before the others, which are more on a busy machine, have requests of their own.
func budgetOfImpact(w *walk) {
	t := w.t
	w.configure(products, 50)
	w.apply("whmcs")
	before := w.unchanged("whmcs")
	w.configure(strings.Replace(products, "7400.00", "7500.00", 1), 50)
	changed := w.planWith("whmcs", "plan of 50 price changes", workspace.Options{})
	require.Equal(t, 50, changed.asked, "each change is validated")
	require.Greater(t, changed.reads, before.reads, "no services were counted")
	require.LessOrEqual(t, changed.reads, before.reads+5)
}

// budgetOfFew: 4 products in an estate of 10,000 are planned with at most 4 reads.
func budgetOfFew(w *walk) {
	t := w.t
	w.configure(products, 4)
	w.apply("whmcs")
	require.LessOrEqual(t, w.unchanged("whmcs").reads, 4)
	w.withoutCoalescing()
	require.Equal(t, 4, w.unchanged("whmcs").reads, "each object a read of its own, to compare with")
}

// equipped is a DCIM with 1,000 unassigned servers, all of them with a package.
func equipped(w *walk, packageID int64) {
	w.sb.DCIM.Mutate(func(s *sandbox.DCIMState) {
		for i := range s.Servers {
			server := &s.Servers[i]
			server.AssignedUser, server.UsageType, server.PackageID = "", "idle", packageID
		}
		s.LockedRacks = nil
		require.Len(w.t, s.Servers, 1000)
	})
}

// thousand are 978 servers beside the 22 that there always are.
var thousand = sandbox.Options{DCIM: sandbox.DCIMOptions{ExtraServers: 978}}

// budgetOfBindings: 1,000 bindings are planned with at most 10 reads, in pages of 100 servers.
func budgetOfBindings(w *walk) {
	t := w.t
	equipped(w, 1)
	w.configure(`
resource "hosting_dcim_server_binding" "all" {
  count      = 1000
  server_id  = tostring(101 + count.index)
  package_id = "1"
}
`)
	require.Zero(t, w.apply("dcim").writes, "what is bound already is adopted")
	require.LessOrEqual(t, w.unchanged("dcim").reads, 10)
}

// budgetOfNewBindings: each single binding is one write.
func budgetOfNewBindings(w *walk) {
	t := w.t
	w.configure(`
resource "hosting_dcim_server_binding" "all" {
  count      = 100
  server_id  = tostring(123 + count.index)
  package_id = "1"
}
`)
	require.Equal(t, 100, w.apply("dcim").writes)
	for _, server := range w.sb.DCIM.Machines()[22:] {
		require.EqualValues(t, 1, server.PackageID)
	}
	w.unchanged("dcim")
}

// budgetOfPackageServers: 1,000 servers are bound to a package with at most 5 writes.
func budgetOfPackageServers(w *walk) {
	t := w.t
	equipped(w, 0)
	w.configure(`
resource "hosting_dcim_package_servers" "all" {
  package_id = "1"
  server_ids = [for n in range(1000) : tostring(101 + n)]
}
`)
	require.LessOrEqual(t, w.apply("dcim").writes, 5)
	w.unchanged("dcim")
}
