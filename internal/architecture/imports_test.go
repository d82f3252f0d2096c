package architecture

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/hosting-iac/terraform-provider-hosting"

// Paths outside this module that some layers have to do without.
const (
	terraformPlugin  = "github.com/hashicorp/terraform-plugin-*"
	terraformTesting = "github.com/hashicorp/terraform-plugin-testing"
	testify          = "github.com/stretchr/testify"
)

// edge is one import: the folder of the importing file (relative to the module, "." for its root), whether that file
// is a test, and what it imports (relative to the module when it is part of it).
type edge struct {
	from string
	test bool
	to   string
	file string
}

// layer is a part of the module with the packages that it may import. A pattern is a path that covers all packages
// below it. In a pattern, * is one whole path element or its end. A folder always may import itself, and its tests may
// import what its code may.
type layer struct {
	name    string
	folders []string
	// mayImport lists the parts of this module that code may import. testsMayImport lists more parts for its tests.
	mayImport, testsMayImport []string
	// never lists imports from outside that neither code nor tests may have, neverInCode those that only tests may have.
	never, neverInCode []string
	because            string
}

// layers is the whole house. The first layer that covers a folder decides.
var layers = []layer{
	{
		name:      "main",
		folders:   []string{"."},
		mayImport: []string{"internal/cli"},
		because:   "the root holds main.go alone; internal/cli has the commands",
	},
	{
		name:           "cli",
		folders:        []string{"internal/cli"},
		mayImport:      []string{"internal/provider", "internal/companion", "internal/client/whmcs", "internal/client/dcim", "internal/client/solusvm2", "internal/export", "internal/protocol"},
		testsMayImport: []string{"internal/sandbox", "internal/client/clienttest"},
		neverInCode:    []string{terraformTesting, testify, "internal/companion/testhost"},
		because:        "the binary serves the provider, hands out the companion, asks WHMCS what a person wants to know, compares a wire profile with a DCIM and reports the usage of SolusVM 2; everything else is wired in internal/provider",
	},
	{
		name:           "provider",
		folders:        []string{"internal/provider"},
		mayImport:      []string{"internal/service", "internal/resourcekit", "internal/client", "internal/companion"},
		testsMayImport: []string{"internal/acctest", "internal/protocol", "internal/sandbox"},
		neverInCode:    []string{terraformTesting, testify, "internal/companion/testhost"},
		because:        "the provider wires services and clients, and knows which companion its binary carries; what it ships holds no stand-in of a system",
	},
	{
		name:           "export",
		folders:        []string{"internal/export"},
		mayImport:      []string{"internal/protocol", "internal/companion/kinds"},
		testsMayImport: []string{"internal/acctest", "internal/sandbox"},
		neverInCode:    []string{terraformTesting, testify},
		because:        "it sees objects only through the provider's schemas, so that a new object needs no code here",
	},
	{
		name:        "protocol",
		folders:     []string{"internal/protocol"},
		mayImport:   []string{"internal/provider"},
		neverInCode: []string{terraformTesting, testify},
		because:     "it calls a provider as Terraform does and knows no object of it",
	},
	{
		name:           "service",
		folders:        []string{"internal/service/*/*"},
		mayImport:      []string{"internal/resourcekit", "internal/client", "internal/companion/kinds"},
		testsMayImport: []string{"internal/acctest", "internal/sandbox", "internal/provider", "internal/companion"},
		neverInCode:    []string{terraformTesting, testify},
		because:        "an object is understood from its own package; what two objects share belongs in internal/resourcekit",
	},
	{
		name:           "resourcekit",
		folders:        []string{"internal/resourcekit"},
		mayImport:      []string{"internal/client", "internal/companion/kinds"},
		testsMayImport: []string{"internal/sandbox"},
		neverInCode:    []string{terraformTesting, testify},
		because:        "the kit serves every object, so it may know none of them",
	},
	{
		name:        "transport",
		folders:     []string{"internal/client/transport", "internal/client/coalesce", "internal/client/creation", "internal/client/decimal", "internal/client/address", "internal/client/lease", "internal/client/lenient"},
		mayImport:   []string{"internal/client/lease"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify},
		because:     "the lowest layer knows HTTP and nothing of the three systems",
	},
	{
		name:        "clienttest",
		folders:     []string{"internal/client/clienttest"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify},
		because:     "it serves the tests of every client, so it may know none of them",
	},
	{
		name:           "client",
		folders:        []string{"internal/client/*"},
		mayImport:      []string{"internal/client/transport", "internal/client/coalesce", "internal/client/creation", "internal/client/decimal", "internal/client/address", "internal/client/lease", "internal/client/lenient"},
		testsMayImport: []string{"internal/client/clienttest"},
		never:          []string{terraformPlugin},
		neverInCode:    []string{testify},
		because:        "a client is a plain Go API, usable without Terraform; it shares neither code nor mistakes with the sandbox it is tested against",
	},
	{
		name:        "field table",
		folders:     []string{"internal/companion/kinds"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify},
		because:     "schemas, sandbox and companion read the field table, so it may know none of them",
	},
	{
		name:        "companion",
		folders:     []string{"internal/companion"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify},
		because:     "the companion is one of three independent implementations of its protocol",
	},
	{
		name:           "sandbox systems",
		folders:        []string{"internal/sandbox/whmcs", "internal/sandbox/dcim", "internal/sandbox/solusvm2"},
		mayImport:      []string{"internal/sandbox/system", "internal/sandbox/fault", "internal/sandbox/page", "internal/companion/kinds"},
		testsMayImport: []string{"internal/sandbox"},
		never:          []string{terraformPlugin},
		neverInCode:    []string{testify},
		because:        "the real systems are separate, and know each other over HTTP only",
	},
	{
		name:           "sandbox page",
		folders:        []string{"internal/sandbox/page"},
		mayImport:      []string{"internal/sandbox/system", "internal/sandbox/journal"},
		testsMayImport: []string{"internal/sandbox"},
		never:          []string{terraformPlugin},
		neverInCode:    []string{testify},
		because:        "it renders what the systems give it and knows none of them",
	},
	{
		name:           "sandbox faults",
		folders:        []string{"internal/sandbox/fault"},
		mayImport:      []string{"internal/sandbox/system"},
		testsMayImport: []string{"internal/sandbox"},
		never:          []string{terraformPlugin},
		neverInCode:    []string{testify},
		because:        "it spoils requests and answers, whatever system they belong to",
	},
	{
		name:        "sandbox leaves",
		folders:     []string{"internal/sandbox/journal", "internal/sandbox/system"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify},
		because:     "every part of the sandbox uses them, so they may know none",
	},
	{
		name:      "sandboxtest",
		folders:   []string{"internal/sandbox/sandboxtest"},
		mayImport: []string{"internal/sandbox"},
		never:     []string{terraformPlugin},
		because:   "it serves the tests of the sandbox's packages",
	},
	{
		name:        "sandbox",
		folders:     []string{"internal/sandbox"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify, "internal/sandbox/sandboxtest"},
		because:     "the sandbox is one of three independent implementations of what it plays; a mistake shared with a client would hide itself",
	},
	{
		name:      "acctest",
		folders:   []string{"internal/acctest"},
		mayImport: []string{"internal"},
		because:   "acceptance tests bring all sides together",
	},
	{
		name:        "cmd",
		folders:     []string{"internal/cmd"},
		mayImport:   []string{"internal"},
		neverInCode: []string{testify},
		because:     "commands bring all sides together",
	},
	{
		name:           "guides",
		folders:        []string{"internal/guides"},
		testsMayImport: []string{"internal/sandbox", "internal/terraformcli"},
		because:        "it runs the texts of the repository as a reader would",
	},
	{
		name:        "terraformcli",
		folders:     []string{"internal/terraformcli"},
		never:       []string{terraformPlugin},
		neverInCode: []string{testify},
		because:     "it starts programs for the commands and knows nothing of what they do",
	},
	{
		name:    "architecture",
		folders: []string{"internal/architecture"},
		because: "it reads the others, it does not use them",
	},
}

func TestImports(t *testing.T) {
	edges := importsOfModule(t)
	require.NotEmpty(t, edges)
	for _, e := range edges {
		if complaint := complain(e); complaint != "" {
			t.Errorf("%s: %s", e.file, complaint)
		}
	}
}

// TestRules shows for each rule of the house an import that it refuses, and beside it one that it must let through.
func TestRules(t *testing.T) {
	const framework = "github.com/hashicorp/terraform-plugin-framework/resource"
	for _, c := range []struct {
		name   string
		edge   edge
		refuse bool
	}{
		{"provider uses services", edge{from: "internal/provider", to: "internal/service/whmcs/server"}, false},
		{"services do not use the provider", edge{from: "internal/service/whmcs/server", to: "internal/provider"}, true},
		{"acceptance tests of services use the provider", edge{from: "internal/service/whmcs/server", test: true, to: "internal/provider"}, false},
		{"services use clients", edge{from: "internal/service/whmcs/server", to: "internal/client/whmcs"}, false},
		{"clients do not use services", edge{from: "internal/client/whmcs", to: "internal/service/whmcs/server"}, true},
		{"clients use the transport", edge{from: "internal/client/whmcs", to: "internal/client/transport"}, false},
		{"clients ship no test server", edge{from: "internal/client/whmcs", to: "internal/client/clienttest"}, true},
		{"their tests use it", edge{from: "internal/client/whmcs", test: true, to: "internal/client/clienttest"}, false},
		{"the transport does not use clients", edge{from: "internal/client/transport", to: "internal/client/whmcs"}, true},
		{"clients do not use each other", edge{from: "internal/client/whmcs", to: "internal/client/dcim"}, true},
		{"clients know nothing of Terraform", edge{from: "internal/client/dcim", to: framework}, true},
		{"nor do their tests", edge{from: "internal/client/dcim", test: true, to: "github.com/hashicorp/terraform-plugin-log/tflog"}, true},
		{"services know Terraform", edge{from: "internal/service/dcim/apikey", to: framework}, false},
		{"services do not use each other", edge{from: "internal/service/whmcs/product", to: "internal/service/whmcs/server"}, true},
		{"nor do their tests", edge{from: "internal/service/whmcs/product", test: true, to: "internal/service/dcim/apikey"}, true},
		{"packages below one service are the same service", edge{from: "internal/service/whmcs/product", to: "internal/service/whmcs/product/pricing"}, false},
		{"the sandbox does not use a client", edge{from: "internal/sandbox", to: "internal/client/whmcs"}, true},
		{"nor do its tests", edge{from: "internal/sandbox/whmcs", test: true, to: "internal/client/whmcs"}, true},
		{"a client does not use the sandbox", edge{from: "internal/client/whmcs", to: "internal/sandbox"}, true},
		{"nor do its tests", edge{from: "internal/client/whmcs", test: true, to: "internal/sandbox"}, true},
		{"the sandbox puts its packages together", edge{from: "internal/sandbox", to: "internal/sandbox/journal"}, false},
		{"its systems do not use each other", edge{from: "internal/sandbox/whmcs", to: "internal/sandbox/solusvm2"}, true},
		{"nor what puts them together", edge{from: "internal/sandbox/whmcs", to: "internal/sandbox"}, true},
		{"their tests use it", edge{from: "internal/sandbox/whmcs", test: true, to: "internal/sandbox"}, false},
		{"they draw their own pages", edge{from: "internal/sandbox/dcim", to: "internal/sandbox/page"}, false},
		{"the page does not know them", edge{from: "internal/sandbox/page", to: "internal/sandbox/dcim"}, true},
		{"faults know no system", edge{from: "internal/sandbox/fault", to: "internal/sandbox/whmcs"}, true},
		{"the journal knows nothing", edge{from: "internal/sandbox/journal", to: "internal/sandbox/system"}, true},
		{"the sandbox ships no helpers of tests", edge{from: "internal/sandbox", to: "internal/sandbox/sandboxtest"}, true},
		{"resourcekit uses clients", edge{from: "internal/resourcekit", to: "internal/client/whmcs"}, false},
		{"resourcekit uses no service", edge{from: "internal/resourcekit", to: "internal/service/whmcs/server"}, true},
		{"resourcekit does not use the provider", edge{from: "internal/resourcekit", to: "internal/provider"}, true},
		{"services read the field table", edge{from: "internal/service/whmcs/product", to: "internal/companion/kinds"}, false},
		{"resourcekit reads it", edge{from: "internal/resourcekit", to: "internal/companion/kinds"}, false},
		{"the sandbox's WHMCS reads it", edge{from: "internal/sandbox/whmcs", to: "internal/companion/kinds"}, false},
		{"the sandbox reads nothing else of the companion", edge{from: "internal/sandbox/whmcs", to: "internal/companion"}, true},
		{"the companion reads it", edge{from: "internal/companion", to: "internal/companion/kinds"}, false},
		{"clients do not read it", edge{from: "internal/client/whmcs", to: "internal/companion/kinds"}, true},
		{"it knows nothing", edge{from: "internal/companion/kinds", to: "internal/resourcekit"}, true},
		{"the companion uses no client", edge{from: "internal/companion", to: "internal/client/whmcs"}, true},
		{"the companion does not use the sandbox", edge{from: "internal/companion/testhost", to: "internal/sandbox"}, true},
		{"the provider ships no sandbox", edge{from: "internal/provider", to: "internal/sandbox"}, true},
		{"its tests use the sandbox", edge{from: "internal/provider", test: true, to: "internal/sandbox"}, false},
		{"it knows the companion that it carries", edge{from: "internal/provider", to: "internal/companion"}, false},
		{"but not its test host", edge{from: "internal/provider", to: "internal/companion/testhost"}, true},
		{"services know none", edge{from: "internal/service/whmcs/preflight", to: "internal/companion"}, true},
		{"services ship no sandbox", edge{from: "internal/service/whmcs/server", to: "internal/sandbox"}, true},
		{"their tests use the sandbox", edge{from: "internal/service/whmcs/server", test: true, to: "internal/sandbox"}, false},
		{"the binary ships no sandbox", edge{from: ".", to: "internal/sandbox"}, true},
		{"the root uses the command line", edge{from: ".", to: "internal/cli"}, false},
		{"the root uses nothing else", edge{from: ".", to: "internal/provider"}, true},
		{"the command line hands out the companion", edge{from: "internal/cli", to: "internal/companion"}, false},
		{"the command line ships no test host", edge{from: "internal/cli", to: "internal/companion/testhost"}, true},
		{"the provider does not use the command line", edge{from: "internal/provider", to: "internal/cli"}, true},
		{"the protocol client knows no service", edge{from: "internal/protocol", to: "internal/service/whmcs/server"}, true},
		{"services do not use the protocol client", edge{from: "internal/service/whmcs/server", to: "internal/protocol"}, true},
		{"acctest uses everything", edge{from: "internal/acctest", to: "internal/sandbox"}, false},
		{"no code uses acctest", edge{from: "internal/service/whmcs/server", to: "internal/acctest"}, true},
		{"commands use everything", edge{from: "internal/cmd/demo", to: "internal/sandbox"}, false},
		{"commands drive Terraform", edge{from: "internal/cmd/bench", to: "internal/terraformcli"}, false},
		{"what drives it knows no command", edge{from: "internal/terraformcli", to: "internal/cmd/demo"}, true},
		{"the provider does not drive it", edge{from: "internal/provider", to: "internal/terraformcli"}, true},
		{"test libraries stay in tests", edge{from: "internal/provider", to: testify + "/require"}, true},
		{"where they belong", edge{from: "internal/provider", test: true, to: testify + "/require"}, false},
		{"a package without a place is noticed", edge{from: "internal/utils", to: "fmt"}, true},
		{"a service without an object is noticed", edge{from: "internal/service/common", to: "fmt"}, true},
		{"the standard library is free", edge{from: "internal/client/transport", to: "net/http"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			complaint := complain(c.edge)
			if c.refuse {
				require.NotEmpty(t, complaint)
			} else {
				require.Empty(t, complaint)
			}
		})
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"internal/client", "internal/client", true},
		{"internal/client", "internal/client/whmcs", true},
		{"internal/client", "internal/clients", false},
		{"internal/service/*/*", "internal/service/whmcs/server/sub", true},
		{"internal/service/*/*", "internal/service/whmcs", false},
		{".", ".", true},
		{".", "internal", false},
		{"github.com/hashicorp/terraform-plugin-*", "github.com/hashicorp/terraform-plugin-log/tflog", true},
		{"github.com/hashicorp/terraform-plugin-*", "github.com/hashicorp/terraform-exec/tfexec", false},
	} {
		require.Equal(t, c.want, covers(c.pattern, c.path), "%s over %s", c.pattern, c.path)
	}
}

// complain says which rule e breaks, or nothing.
func complain(e edge) string {
	at := slices.IndexFunc(layers, func(l layer) bool { return coversAny(l.folders, e.from) })
	if at < 0 {
		return fmt.Sprintf("%s has no place in the table of layers: say what it may import and why", e.from)
	}
	l := layers[at]
	refused := func(rule string) string {
		return fmt.Sprintf("%s imports %s, but %s: %s", e.from, e.to, rule, l.because)
	}
	switch {
	case coversAny(l.never, e.to):
		return refused("nothing in layer " + l.name + " may")
	case !e.test && coversAny(l.neverInCode, e.to):
		return refused("only tests of layer " + l.name + " may")
	case e.to != "." && e.to != "internal" && !strings.HasPrefix(e.to, "internal/"):
		return ""
	case coversAny(l.mayImport, e.to), e.test && coversAny(l.testsMayImport, e.to), own(l, e.from, e.to):
		return ""
	}
	return refused("layer " + l.name + " may not")
}

// own reports whether to belongs to the same unit as from: the same object for services, the same client for clients,
// the same layer elsewhere.
func own(l layer, from, to string) bool {
	for _, pattern := range l.folders {
		if covers(pattern, from) {
			depth := strings.Count(pattern, "/") + 1
			unit := strings.Join(strings.SplitN(from, "/", depth+1)[:depth], "/")
			return covers(unit, to)
		}
	}
	return false
}

func coversAny(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return covers(pattern, p) })
}

// covers reports whether pattern matches p or a folder above it.
func covers(pattern, p string) bool {
	depth := strings.Count(pattern, "/") + 1
	elements := strings.SplitN(p, "/", depth+1)
	if len(elements) < depth {
		return false
	}
	matched, err := path.Match(pattern, strings.Join(elements[:depth], "/"))
	return err == nil && matched
}

// importsOfModule reads the import lines of every Go file of the module, whatever its build constraints, and leaves
// nested modules out.
func importsOfModule(t *testing.T) []edge {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(root, "go.mod"))

	var edges []edge
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != root && foreign(name, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if imported == module {
				imported = "."
			}
			edges = append(edges, edge{
				from: path.Dir(relative),
				test: strings.HasSuffix(relative, "_test.go"),
				to:   strings.TrimPrefix(imported, module+"/"),
				file: relative,
			})
		}
		return nil
	})
	require.NoError(t, err)
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.to, b.to)) })
	return edges
}

// foreign reports whether the Go tool would leave this folder out of the module's packages.
func foreign(folder, name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" {
		return true
	}
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}
