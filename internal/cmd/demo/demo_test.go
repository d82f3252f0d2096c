package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// theTool lets the demonstration use the Terraform of the acceptance tests. Tests that need it require
// TF_ACC.
func theTool(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance test: set TF_ACC=1, or run make test")
	}
	tool := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for _, name := range []string{"terraform", "tofu"} {
		if tool == "" {
			tool, _ = exec.LookPath(name)
		}
	}
	require.NotEmpty(t, tool, "TF_ACC is set, but TF_ACC_TERRAFORM_PATH is not, and neither terraform nor tofu is on PATH")
	t.Setenv("TERRAFORM", tool)
}

// perform runs the demonstration with its own temporary folder, which must be empty afterwards.
func perform(ctx context.Context, t *testing.T) (string, error) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var out bytes.Buffer
	err := run(ctx, &printer{w: &out})
	left, _ := filepath.Glob(filepath.Join(temp, "*"))
	assert.Empty(t, left, "temporary files are left")
	return out.String(), err
}

func TestDemo(t *testing.T) {
	theTool(t)
	out, err := perform(t.Context(), t)
	require.NoError(t, err, out)
	lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
	assert.Equal(t, "demo: 17 objects created, second plan empty, 1 drifted and repaired, 17 destroyed, 0 left",
		lines[len(lines)-1])
	assert.Less(t, len(lines), 230)
	for _, expected := range []string{`"8.90" -> "89.00"`,
		"USD monthly 8.90 → 89.00 (+900.0 %); new orders and upgrades only. 6 services keep their amount, 1 order unpaid",
		"Recurring services pay each month: USD ≈ 534.00.", "20700.00 + 4100.00", ownSecret,
		"  2 x Gold 6130  2 x Intel Xeon Gold 6130", "~ FRA-C07  Supermicro 5019S-M         4       0       0  E3-1230: 4",
		"Pre Install System, Additional IP addresses, Support",
		"+ WHMCS         1  yes", "New post-pay users  5         5         2", "~ one token in USD                 0.0125",
		"~ the panel's billing integration  whmcs at https://billing.example.com/modules/addons/solusvm2/api/"} {
		assert.Contains(t, out, expected)
	}
	assert.NotContains(t, out, otherSecret)
}

// TestRunbookChecks runs the runbooks' own `terraform test`.
func TestRunbookChecks(t *testing.T) {
	theTool(t)
	for _, name := range parts {
		t.Run(name, func(t *testing.T) { checkRunbook(t, name) })
	}
}

func checkRunbook(t *testing.T, name string) {
	t.Helper()
	root, err := terraformcli.Root()
	require.NoError(t, err)
	tool, err := terraformcli.Find(t.Context(), root, t.Logf)
	require.NoError(t, err)
	temp := t.TempDir()
	binary, err := tool.Configure(temp)
	require.NoError(t, err)
	require.NoError(t, terraformcli.Build(t.Context(), root, temp, binary, "."))
	require.NoError(t, (&demo{root: root, tool: tool}).copyRunbook())
	tool.Folder = filepath.Join(filepath.Dir(tool.Folder), name)
	require.NoError(t, os.CopyFS(filepath.Join(tool.Folder, "tests"),
		os.DirFS(filepath.Join(root, filepath.Dir(runbook), name, "tests"))))
	_, _, err = tool.Run(t.Context(), []int{0}, "init", "-no-color")
	require.NoError(t, err)
	_, output, err := tool.Run(t.Context(), []int{0}, "test", "-no-color")
	require.NoError(t, err)
	assert.Contains(t, output, "4 passed, 0 failed")
}

// fakeTerraform writes a shell script that reports Terraform's version.
func fakeTerraform(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	path := filepath.Join(t.TempDir(), "terraform")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755))
	return path
}

const saysVersion = `if [ "$1" = version ]; then echo "Terraform v1.11.4"; exit 0; fi` + "\n"

// TestDemo_mismatch: a success that the systems do not confirm is an error.
func TestDemo_mismatch(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"puts no server into a package", `if [ "$1" = apply ]; then echo '{"type":"apply_complete","hook":{"resource":{"addr":"hosting_dcim_server_binding.x"},"action":"create"}}'; fi`, "reports 0 objects created"},
		{"reports what is not there", `if [ "$1" = apply ]; then echo '{"type":"apply_complete","hook":{"resource":{"addr":"hosting_x.y"},"action":"create"}}'; fi`, "reports 1 objects created, but the systems have 0 new objects"},
		{"does nothing at all", ``, "reports 0 objects created"},
		{"fails", `if [ "$1" = apply ]; then echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"No such server","detail":"Look again."}}'; exit 1; fi`, "No such server\nLook again."},
		{"cannot start", `echo "no provider" >&2; exit 1`, "terraform init: exit code 1:\nno provider"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("TERRAFORM", fakeTerraform(t, saysVersion+c.script))
			out, err := perform(t.Context(), t)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, out, "0 left")
		})
	}
}

// TestDemo_interrupted: all started processes are stopped, including grandchildren.
func TestDemo_interrupted(t *testing.T) {
	defer func(before time.Duration) { terraformcli.StopTimeout = before }(terraformcli.StopTimeout)
	terraformcli.StopTimeout = 500 * time.Millisecond
	pid := filepath.Join(t.TempDir(), "pid")
	t.Setenv("TERRAFORM", fakeTerraform(t, saysVersion+`sleep 300 & echo $! >'`+pid+`.new'; mv '`+pid+`.new' '`+pid+
		`'; trap 'exit 1' INT; wait`))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(pid); err == nil {
				cancel()
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	_, err := perform(ctx, t)
	require.ErrorIs(t, err, context.Canceled)
	child, err := os.ReadFile(pid)
	require.NoError(t, err)
	assert.Eventually(t, func() bool {
		state, err := exec.Command("ps", "-o", "stat=", "-p", strings.TrimSpace(string(child))).Output()
		return err != nil || strings.HasPrefix(string(state), "Z") // ended, or a zombie
	}, time.Minute, 20*time.Millisecond, "a process is left behind")
}

func TestShow(t *testing.T) {
	var out bytes.Buffer
	p := &printer{w: &out}
	p.show(table{title: "Prices", columns: []string{"product", "monthly"}, rows: []tableRow{
		{markNone, []string{"Länge", "9.00"}},
		{markNew, []string{"Dedicated", "7400.00 + 2100.00"}},
		{markChanged, []string{"VPS", off}},
	}})
	assert.Equal(t, `     Prices
       product              monthly
       Länge                   9.00
     + Dedicated  7400.00 + 2100.00
     ~ VPS                      off
`, out.String())
	out.Reset()
	p.show(table{title: "Servers", columns: []string{"id"}})
	assert.Equal(t, "     Servers: none\n", out.String())
	out.Reset()
	(&printer{w: &out, colour: true}).title("Plan %s", "again")
	assert.Equal(t, "\n\x1b[1m1/8  Plan again\x1b[0m\n", out.String())
}

func TestReadDrift(t *testing.T) {
	const plan = `hosting_x.y: Refreshing state...

Terraform will perform the following actions:

  # hosting_x.y will be updated in-place
  ~ resource "hosting_x" "y" {
      ~ price = "8.90" -> "89.00"
    }

Plan: 0 to add, 1 to change, 0 to destroy.
`
	excerpt, drifted, err := readDrift(true, plan, `"8.90" -> "89.00"`)
	require.NoError(t, err)
	assert.Equal(t, 1, drifted)
	assert.Equal(t, "  # hosting_x.y will be updated in-place\n  ~ resource \"hosting_x\" \"y\" {\n      ~ price = \"8.90\" -> \"89.00\"\n    }", excerpt)
	for name, c := range map[string]struct {
		changes      bool
		output, want string
	}{
		"nothing noticed": {false, "No changes.", "does not show"},
		"unreadable":      {true, "something new", "cannot be read"},
		"another change":  {true, strings.Replace(plan, "8.90", "7.77", 1), "nothing else"},
		"two changes":     {true, strings.Replace(plan, "    }", "      ~ name = \"a\" -> \"b\"\n    }", 1), "nothing else"},
		"a replacement": {true, strings.Replace(plan, "0 to add, 1 to change, 0 to destroy",
			"1 to add, 0 to change, 1 to destroy", 1), "nothing else"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readDrift(c.changes, c.output, `"8.90" -> "89.00"`)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestReadImpact(t *testing.T) {
	const line = "Dedicated E3-1230: USD monthly 8.90 → 89.00 (+900.0 %); new orders and upgrades only. 6 services keep their amount."
	impact, err := readImpact("Plan: 0 to add, 1 to change, 0 to destroy.\n\nWarning: " + line + "\n\n  with hosting_x.y,\n")
	require.NoError(t, err)
	assert.Equal(t, line, impact)
	_, err = readImpact("Plan: 0 to add, 1 to change, 0 to destroy.\n\nWarning: Something else\n")
	require.ErrorContains(t, err, "does not show which services")
}

func TestSnapshot(t *testing.T) {
	sb := sandbox.New(sandbox.Options{})
	before := takeSnapshot(sb)
	group := sb.WHMCS.AddProductGroup("Dedicated & co")
	product := sb.WHMCS.AddProduct(group, "Dedicated E3-1230", "89.00")
	pack := sb.DCIM.AddPackage(sandbox.Package{Name: "E3-1230"})
	sb.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[3].PackageID = pack.ID })
	key := sb.DCIM.AddAPIKey("WHMCS", "127.0.0.1")
	now := takeSnapshot(sb)
	assert.Equal(t, 4, now.added(before))
	assert.Equal(t, 0, before.added(now))
	assert.Equal(t, 1, now.bound(before))
	assert.Equal(t, 0, before.bound(now))
	assert.Equal(t, []string{apiKeys, packages, machines, "tblpricing", "tblproductgroups", "tblproducts",
		"tblproducts_slugs"}, now.differences(before))
	found, err := now.productNamed("Dedicated E3-1230")
	require.NoError(t, err)
	assert.Equal(t, product, found)
	assert.Equal(t, "89.00", now.price(product, "INR", "monthly"))

	sb.WHMCS.DeleteObject("product", product)
	sb.WHMCS.DeleteObject("product_group", group)
	sb.DCIM.DeleteAPIKey(key.ID)
	sb.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Servers[3].PackageID, s.Packages = 0, s.Packages[:1] })
	assert.Empty(t, takeSnapshot(sb).differences(before))

	sb.WHMCS.SetProductPrice("1", "USD", "monthly", "11.00")
	assert.Equal(t, []string{"tblpricing"}, takeSnapshot(sb).differences(before), "a part that changed counts too")
}
