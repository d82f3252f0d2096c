package acctest_test

import (
	"bytes"
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
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// The budgets of calls: what a plan or an apply of many objects may cost, counted by the systems themselves. The provider is built and run by the
// real Terraform as a program of its own: within the tests it would be served by a process with the race detector on, and terraform-plugin-testing
// would plan each thousand of objects seven times over. The tests do not run beside others, so that Terraform does as many things at a time as
// it is asked to.

// walk is one folder with a configuration, which Terraform applies and plans with the provider built.
type walk struct {
	t           *testing.T
	sb          *sandbox.Sandbox
	terraform   string
	folder      string
	environment []string
}

// latency is that of the sandbox: without any, those who come together would not, because the first is served before the second has come.
const latency = 40 * time.Millisecond

func newWalk(t *testing.T, binary string, options sandbox.Options) *walk {
	t.Helper()
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		var err error
		terraform, err = exec.LookPath("terraform")
		require.NoError(t, err)
	}
	options.Latency = latency
	w := &walk{t: t, sb: acctest.NewSandbox(t, options), terraform: terraform, folder: t.TempDir()}
	settings := filepath.Join(w.folder, "cli.tfrc")
	w.write("cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides { \"hosting-iac/hosting\" = %q }\n  direct {}\n}\n", filepath.Dir(binary)))
	w.environment = append(slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "HOSTING_")
	}), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	return w
}

// buildProvider builds the provider's program.
func buildProvider(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "terraform-provider-hosting")
	command := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", binary, "../..")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return binary
}

// TestBudget runs what is below.
func TestBudget(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1")
	}
	binary := buildProvider(t)
	for _, c := range []struct {
		name    string
		options sandbox.Options
		test    func(w *walk)
	}{
		{"products", sandbox.Options{}, budgetOfProducts},
		{"few products of many", sandbox.Options{Size: 10_000}, budgetOfFew},
		{"bindings", thousand, budgetOfBindings},
		{"new bindings", sandbox.Options{DCIM: sandbox.DCIMOptions{ExtraServers: 100}}, budgetOfNewBindings},
		{"package servers", thousand, budgetOfPackageServers},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(newWalk(t, binary, c.options)) })
	}
}

func (w *walk) write(name, content string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(filepath.Join(w.folder, name), []byte(content), 0o600))
}

// configure writes the configuration.
func (w *walk) configure(hcl string, arguments ...any) {
	w.t.Helper()
	credential := w.sb.WHMCS.Credential()
	key, secret := w.sb.DCIM.AdminKey()
	w.write("main.tf", acctest.RequiredProviders+fmt.Sprintf(`
provider "hosting" {
  whmcs = { url = %q, identifier = %q, secret = %q }
  dcim  = { url = %q, key = %q, secret = %q, profile = "assumed" }
  solusvm2 = { url = %q, token = %q }
}
`, w.sb.WHMCS.URL(), credential.Identifier, credential.Secret, w.sb.DCIM.URL(), key, secret, w.sb.SolusVM2.URL(), w.sb.SolusVM2.AdminToken())+fmt.Sprintf(hcl, arguments...))
}

// spent is what a run of Terraform asked of one system.
type spent struct {
	reads, writes int
	checks        int // requests that validate planned writes
	asked         int // planned writes that they validate
	printed       string
}

// run runs Terraform and counts what it asks of a system.
func (w *walk) run(system string, arguments ...string) (s spent) {
	w.t.Helper()
	w.sb.Journal().Reset()
	began := time.Now()
	command := exec.CommandContext(w.t.Context(), w.terraform, arguments...)
	command.Dir, command.Env = w.folder, w.environment
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	require.NoError(w.t, command.Run(), "%s", &output)
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
	s.printed = output.String()
	used := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	w.t.Logf("terraform %s: %d reads, %d checks, %d writes (%v) in %.1f s, %.1f s of them busy", arguments[0], s.reads, s.checks, s.writes, calls, time.Since(began).Seconds(), used.Seconds())
	return s
}

func (w *walk) apply(system string) spent {
	w.t.Helper()
	return w.run(system, "apply", "-auto-approve", "-no-color", "-parallelism=10")
}

// unchanged plans, and asserts that there is nothing to do and nothing was done.
func (w *walk) unchanged(system string) spent {
	w.t.Helper()
	s := w.run(system, "plan", "-no-color", "-detailed-exitcode", "-parallelism=10")
	require.Contains(w.t, s.printed, "No changes.")
	require.Zero(w.t, s.writes, "an unchanged plan writes nothing")
	require.Zero(w.t, s.checks, "nor does it ask whether anything could be written")
	return s
}

const products = `
resource "hosting_whmcs_product" "all" {
  count            = %d
  product_group_id = "1"
  name             = "Dedicated ${count.index}"
  pay_type         = "recurring"
  pricing          = { USD = { monthly = { price = "${89 + count.index}.00" } }, INR = { monthly = { price = "7400.00" } } }
}
`

// budgetOfProducts: 1,000 products are created in one write each, and planned with at most 10 reads. The plan validates each product once. The apply
// validates none after its first write.
func budgetOfProducts(w *walk) {
	t := w.t
	w.configure(products, 1000)
	made := w.apply("whmcs")
	require.Equal(t, 1000, made.writes)
	require.LessOrEqual(t, made.reads, 10)
	require.GreaterOrEqual(t, made.asked, 1000)
	require.LessOrEqual(t, made.asked, 1000+2*10, "those of the apply that began before its first write")
	require.LessOrEqual(t, w.unchanged("whmcs").reads, 10)
}

// budgetOfFew: 4 products in an estate of 10,000 are planned with at most 4 reads.
func budgetOfFew(w *walk) {
	t := w.t
	w.configure(products, 4)
	w.apply("whmcs")
	require.LessOrEqual(t, w.unchanged("whmcs").reads, 4)
	w.environment = append(w.environment, "HOSTING_COALESCE=off")
	require.Equal(t, 4, w.unchanged("whmcs").reads, "each object a read of its own, to compare with")
}

// equipped is a DCIM with 1,000 servers that nobody has, all of them with a package.
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
