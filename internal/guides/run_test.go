package guides_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/terraformcli"
)

// guideVersion is a version that the guides' constraint "~> 0.1" accepts.
const guideVersion = "0.1.0"

// guideOptions are the sandboxes of the guides that need a special one. shortGuides are run in each test run, the
// others in the full one.
var (
	guideOptions = map[string]sandbox.Options{
		"04-solusvm2-post-pay-billing.md": {
			SafetySettings: &sandbox.SafetySettings{AllowDelete: true, LandingPage: true, HTTPHosts: []string{"127.0.0.1"}},
		},
		"16-solusvm2-post-pay-billing-hi.md": {
			SafetySettings: &sandbox.SafetySettings{AllowDelete: true, HTTPHosts: []string{"127.0.0.1"}},
		},
	}
	shortGuides = []string{"01", "02", "03"}
)

const templates = "../../templates/guides/"

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// TestGuides runs the commands and configurations of each guide in order, against a sandbox of its own. It uses the
// real Terraform and the real binary of the provider. The text after a command is its expected output. A block that
// does not run must state the reason.
func TestGuides(t *testing.T) {
	if os.Getenv("TF_ACC") == "" || os.Getenv("TF_ACC_TERRAFORM_PATH") == "" {
		t.Skip("acceptance tests run with TF_ACC=1 and TF_ACC_TERRAFORM_PATH")
	}
	mirror := t.TempDir()
	buildMirror(t, mirror)
	paths, err := filepath.Glob(templates + "*.md")
	require.NoError(t, err)
	require.Greater(t, len(paths), len(shortGuides))
	for _, path := range paths {
		name := filepath.Base(path)
		if !slices.Contains(shortGuides, name[:2]) && os.Getenv("HOSTING_TEST_FULL") == "" {
			continue
		}
		t.Run(strings.TrimSuffix(name, ".md"), func(t *testing.T) {
			t.Parallel()
			blocks, err := guideBlocks(readFile(t, path))
			require.NoError(t, err, name)
			options := guideOptions[name]
			if name == "05-matching-your-dcims-api.md" {
				options.DCIM.Profile = readFile(t, root+"examples/dcim-profiles/query-text.json")
			}
			g := newGuide(t, name, mirror, options)
			for _, block := range blocks {
				g.play(block)
			}
		})
	}
}

// buildMirror builds the provider into a mirror, so that `terraform init` installs it as from the Registry.
func buildMirror(t *testing.T, mirror string) {
	t.Helper()
	root, err := terraformcli.Root()
	require.NoError(t, err)
	file := "terraform-provider-hosting_v" + guideVersion
	binary := filepath.Join(t.TempDir(), file)
	require.NoError(t, terraformcli.Build(t.Context(), root, t.TempDir(), binary, "."))
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, host, "hosting-iac", "hosting", guideVersion, runtime.GOOS+"_"+runtime.GOARCH)
		require.NoError(t, os.MkdirAll(folder, 0o750))
		require.NoError(t, os.Link(binary, filepath.Join(folder, file)))
	}
}

// guide is a run of a guide.
type guide struct {
	*testing.T
	name, folder, home string // the folder changes with cd
	environment        []string
	values             map[string]string // of the variables that the guide leaves to the reader
	places             []replacement
	output             string // of the last command
	played             bool   // whether the last block was a command that ran
}

// replacement is what the sandbox has in place of something in the guides.
type replacement struct {
	pattern *regexp.Regexp
	with    string
}

func newGuide(t *testing.T, name, mirror string, options sandbox.Options) *guide {
	t.Helper()
	sb := sandbox.New(options)
	require.NoError(t, sb.Start())
	t.Cleanup(func() { require.NoError(t, sb.Close()) })
	repository, err := terraformcli.Root()
	require.NoError(t, err)
	g := &guide{T: t, name: name, folder: t.TempDir(), home: t.TempDir()}
	settings := filepath.Join(g.home, "cli.tfrc")
	content := fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	require.NoError(t, os.WriteFile(settings, content, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(g.home, "bin"), 0o750))
	require.NoError(t, os.Symlink(os.Getenv("TF_ACC_TERRAFORM_PATH"), filepath.Join(g.home, "bin", "terraform")))
	g.environment = append(terraformcli.Clean(os.Environ()), "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1",
		"HOME="+g.home,
		"PATH="+filepath.Join(g.home, "bin")+":"+os.Getenv("PATH"), "SANDBOX="+sb.WHMCS.URL(), "REPOSITORY="+repository)
	for _, command := range []string{"plan", "apply", "destroy", "init", "show"} {
		g.environment = append(g.environment, "TF_CLI_ARGS_"+command+"=-no-color")
	}
	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	g.values = map[string]string{
		"WHMCS_IDENTIFIER": credential.Identifier, "WHMCS_SECRET": credential.Secret,
		"DCIM_KEY": key, "DCIM_SECRET": secret, "SOLUSVM2_TOKEN": sb.SolusVM2.AdminToken(),
	}
	g.places = sandboxPlaces(t, sb)
	return g
}

// sandboxPlaces reads the table of replacements in the first guide. It writes the ports of this sandbox instead of the
// default ports.
func sandboxPlaces(t *testing.T, sb *sandbox.Sandbox) []replacement {
	t.Helper()
	text := readFile(t, templates+"01-getting-started.md")
	_, table, found := strings.Cut(text, "| in the guides | in the sandbox |\n|---|---|\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	var ports []string
	var places []replacement
	addresses := map[string]string{"8081": sb.WHMCS.URL(), "8082": sb.DCIM.URL(), "8083": sb.SolusVM2.URL()}
	for number, address := range addresses {
		parsed, err := url.Parse(address)
		require.NoError(t, err)
		ports = append(ports, number, parsed.Port())
		places = append(places, replacement{regexp.MustCompile(`127\.0\.0\.1:` + number), parsed.Host})
	}
	span := regexp.MustCompile("`([^`]+)`")
	for _, row := range strings.Split(strings.TrimSpace(table), "\n") {
		cells := strings.Split(row, "|")
		require.Len(t, cells, 4, row)
		var with []string
		for _, code := range span.FindAllStringSubmatch(cells[2], -1) {
			with = append(with, strings.NewReplacer(ports...).Replace(code[1]))
		}
		for _, code := range span.FindAllStringSubmatch(cells[1], -1) {
			// The format of HCL puts spaces before an equals sign.
			pattern := strings.ReplaceAll(regexp.QuoteMeta(code[1]), " = ", " += ")
			places = append(places, replacement{regexp.MustCompile(pattern), strings.Join(with, "\n")})
		}
	}
	require.NotEmpty(t, places)
	return places
}

func (g *guide) here(text string) string {
	for _, place := range g.places {
		text = place.pattern.ReplaceAllLiteralString(text, place.with)
	}
	return regexp.MustCompile(`\b([A-Z][A-Z0-9_]+)=\.\.\.`).ReplaceAllStringFunc(text, func(assignment string) string {
		name, _, _ := strings.Cut(assignment, "=")
		require.Contains(g, g.values, name, "the guide leaves a value to the reader")
		return name + "='" + g.values[name] + "'"
	})
}

// play executes a block, or compares it with the output of the command before it.
func (g *guide) play(block guideBlock) {
	g.Helper()
	where := fmt.Sprintf("%s, line %d", g.name, block.line)
	afterCommand := g.played
	g.played = false
	switch {
	case block.directive == "not run":
	case block.directive == "part of":
		whole := readFile(g.T, "../../"+block.argument)
		require.Contains(g, squeezed(whole), squeezed(block.code), "%s: not an excerpt of %s", where, block.argument)
	case block.directive == "set in":
		g.set(where, block)
	case block.language == "shell":
		g.shell(where, block.code)
	case block.language == "text" && afterCommand:
		for line := range strings.Lines(g.here(block.code)) {
			pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(line)), `\.\.\.`, ".*")
			require.Regexp(g, pattern, g.output, "%s: the command printed something else", where)
		}
		g.played = true
	case block.language == "json" && afterCommand:
		var want, got any
		require.NoError(g, json.Unmarshal([]byte(g.here(block.code)), &want), where)
		require.NoError(g, json.Unmarshal([]byte(g.output), &got), "%s:\n%s", where, g.output)
		require.Equal(g, want, got, where)
	case block.language == "terraform" || block.language == "hcl" || block.file != "":
		file := block.file
		if file == "" {
			file = "main.tf"
		}
		g.add(where, file, g.here(block.code))
	default:
		require.Fail(g, "the block is not executed, and states no reason", "%s: ```%s", where, block.language)
	}
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

// add writes a file, or appends to it.
func (g *guide) add(where, file, content string) {
	g.Helper()
	handle, err := os.OpenFile(filepath.Join(g.folder, file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(g, err, where)
	_, err = handle.WriteString(content)
	require.NoError(g, err, where)
	require.NoError(g, handle.Close(), where)
}

// set writes the arguments of a fragment into the block of a configuration that the comment names.
func (g *guide) set(where string, block guideBlock) {
	g.Helper()
	fragment, diagnostics := hclwrite.ParseConfig([]byte(g.here(block.code)), "fragment.tf", hcl.InitialPos)
	require.False(g, diagnostics.HasErrors(), "%s: %s", where, diagnostics)
	paths, err := filepath.Glob(filepath.Join(g.folder, "*.tf"))
	require.NoError(g, err)
	for _, path := range paths {
		file, diagnostics := hclwrite.ParseConfig([]byte(readFile(g.T, path)), path, hcl.InitialPos)
		require.False(g, diagnostics.HasErrors(), "%s: %s", path, diagnostics)
		for _, candidate := range file.Body().Blocks() {
			address := strings.Join(append([]string{candidate.Type()}, candidate.Labels()...), ".")
			if strings.TrimPrefix(address, "resource.") != block.argument {
				continue
			}
			for name, attribute := range fragment.Body().Attributes() {
				candidate.Body().SetAttributeRaw(name, attribute.Expr().BuildTokens(nil))
			}
			for _, nested := range fragment.Body().Blocks() {
				if former := candidate.Body().FirstMatchingBlock(nested.Type(), nested.Labels()); former != nil {
					candidate.Body().RemoveBlock(former)
				}
				candidate.Body().AppendBlock(nested)
			}
			require.NoError(g, os.WriteFile(path, file.Bytes(), 0o600))
			return
		}
	}
	require.Fail(g, "no block has this address", "%s: %s", where, block.argument)
}

// approval confirms each action of Terraform.
type approval struct{}

func (approval) Read(buffer []byte) (int, error) { return copy(buffer, "yes\n"), nil }

// shell runs commands. Variables and the working folder are kept for the next commands.
func (g *guide) shell(where, code string) {
	g.Helper()
	session := filepath.Join(g.home, "session")
	script := fmt.Sprintf("set -eo pipefail\nif [ -e %[1]q ]; then . %[1]q; fi\nset -a\n%[2]s\n"+
		"export -p >%[1]q\npwd >%[1]q.folder\n", session, g.here(code))
	command := exec.CommandContext(g.Context(), "bash", "-c", script)
	command.Dir, command.Env, command.Stdin = g.folder, g.environment, approval{}
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	g.output, g.played = output.String(), true
	require.NoError(g, err, "%s:\n%s\n%s", where, code, g.output)
	g.folder = strings.TrimSpace(readFile(g.T, session+".folder"))
}
