package acctest_test

import (
	"encoding/json"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/provider"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

var recordUpgrade = flag.String("record-upgrade", "",
	"write the state and the systems of this version, a folder of testdata/upgrade with main.tf")

// upgradeFixture is a folder of testdata/upgrade: the configuration, the state and the systems as a version left them.
type upgradeFixture struct {
	*testing.T
	folder string
	words  *strings.Replacer // replaces the words between @
	back   *strings.Replacer
	cli    *terraformcli.CLI

	systems string // the state file of the sandbox
}

const (
	upgradeState   = "terraform.tfstate"
	upgradeSystems = "systems.json"
)

// TestUpgrade_stateOfEachVersion has the real Terraform read the state that each version wrote. The plan is empty, and
// a destroy deletes all objects.
func TestUpgrade_stateOfEachVersion(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			f := newUpgradeFixture(t, folder)
			if *recordUpgrade == filepath.Base(folder) {
				f.record()
				return
			}
			f.start(filepath.Join(folder, upgradeSystems))
			f.copy(filepath.Join(folder, upgradeState), filepath.Join(f.cli.Folder, upgradeState), f.words)
			f.init()
			changes, output, err := f.cli.Plan(t.Context())
			require.NoError(t, err)
			require.False(t, changes, output)

			_, output, err = f.cli.Run(t.Context(), []int{0}, "apply", "-destroy", "-auto-approve", "-no-color")
			require.NoError(t, err)
			require.Contains(t, output, "Apply complete!")
			_, output, err = f.cli.Run(t.Context(), []int{0}, "state", "list")
			require.NoError(t, err)
			require.Empty(t, output)
		})
	}
}

// TestUpgrade_everyResourceHasAState: the fixtures of all versions together have each resource type.
func TestUpgrade_everyResourceHasAState(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*", upgradeState))
	require.NoError(t, err)
	found := map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var state struct {
			Resources []struct {
				Mode, Type string
				Instances  []json.RawMessage
			}
		}
		require.NoError(t, json.Unmarshal(content, &state))
		for _, r := range state.Resources {
			found[r.Type] = found[r.Type] || r.Mode == "managed" && len(r.Instances) > 0
		}
	}
	client, err := protocol.New(t.Context(), provider.NewServer("test")())
	require.NoError(t, err)
	for name := range client.ResourceSchemas() {
		require.True(t, found[name], "no state of %s: add it to main.tf of the version to be released, and run"+
			" `go test ./internal/acctest -run TestUpgrade -record-upgrade VERSION`", name)
	}
}

func newUpgradeFixture(t *testing.T, folder string) *upgradeFixture {
	t.Helper()
	tool := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance test: set TF_ACC=1, or run make test")
	}
	if tool == "" {
		var err error
		tool, err = exec.LookPath("terraform")
		require.NoError(t, err)
	}
	t.Setenv("TERRAFORM", tool)
	root, err := terraformcli.Root()
	require.NoError(t, err)
	cli, err := terraformcli.Find(t.Context(), root, t.Logf)
	require.NoError(t, err)
	temp := t.TempDir()
	binary, err := cli.Configure(temp)
	require.NoError(t, err)
	require.NoError(t, terraformcli.Build(t.Context(), root, temp, binary, "."))
	return &upgradeFixture{T: t, folder: folder, cli: cli}
}

// start starts the systems with the given state on free ports, and writes the configuration that reaches them.
func (f *upgradeFixture) start(systems string) {
	f.Helper()
	addresses := map[string]string{}
	var words, back []string
	add := func(word, value string) { words, back = append(words, word, value), append(back, value, word) }
	for _, name := range []string{"WHMCS", "DCIM", "SOLUSVM2"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(f, err)
		addresses[name] = listener.Addr().String()
		require.NoError(f, listener.Close())
		_, port, err := net.SplitHostPort(addresses[name])
		require.NoError(f, err)
		add("127.0.0.1:@"+name+"_PORT@", "127.0.0.1:"+port)
	}
	if f.cli.Product == "OpenTofu" {
		add("registry.terraform.io", "registry.opentofu.org")
	}
	f.words, f.back = strings.NewReplacer(words...), strings.NewReplacer(back...)

	f.systems = filepath.Join(f.TempDir(), upgradeSystems)
	options := sandbox.Options{
		ListenWHMCS: addresses["WHMCS"], ListenDCIM: addresses["DCIM"], ListenSolusVM2: addresses["SOLUSVM2"],
		SafetySettings: &acctest.LandingPageSettings, StateFile: f.systems,
	}
	if systems != "" {
		f.copy(systems, f.systems, f.words)
	}
	sb := acctest.NewSandbox(f.T, options)

	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	add("@WHMCS_IDENTIFIER@", credential.Identifier)
	add("@WHMCS_SECRET@", credential.Secret)
	add("@DCIM_KEY@", key)
	add("@DCIM_SECRET@", secret)
	add("@SOLUSVM2_TOKEN@", sb.SolusVM2.AdminToken())
	f.copy(filepath.Join(f.folder, "main.tf"), filepath.Join(f.cli.Folder, "main.tf"), strings.NewReplacer(words...))
}

func (f *upgradeFixture) copy(from, to string, words *strings.Replacer) {
	f.Helper()
	content, err := os.ReadFile(from)
	require.NoError(f, err)
	require.NoError(f, os.WriteFile(to, []byte(words.Replace(string(content))), 0o600))
}

func (f *upgradeFixture) init() {
	f.Helper()
	_, _, err := f.cli.Run(f.Context(), []int{0}, "init", "-no-color")
	require.NoError(f, err)
}

// record applies the configuration on new systems, and keeps the state and the systems.
func (f *upgradeFixture) record() {
	f.Helper()
	f.start("")
	f.init()
	none := func(string, string, string) {}
	require.NoError(f, f.cli.Apply(f.Context(), none, none))
	f.copy(filepath.Join(f.cli.Folder, upgradeState), filepath.Join(f.folder, upgradeState), f.back)
	f.copy(f.systems, filepath.Join(f.folder, upgradeSystems), f.back)
}
