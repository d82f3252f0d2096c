package acctest_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const examples = "../../examples/"

// exampleOptions: what an example needs of WHMCS is covered on PHP by the tests of the objects.
var exampleOptions = acctest.Options{SandboxOnly: "an example is HCL to be copied; the objects have tests on PHP of their own"}

// exampleFiles are the examples that match, each with its content.
func exampleFiles(t *testing.T, pattern string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(examples + pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no example matches %s", pattern)
	files := map[string]string{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		files[path] = string(content)
	}
	return files
}

// TestExamples_resources applies every example of a resource as it stands: the second plan is empty, the destroy leaves nothing, and the import
// commands beside it work with a real id.
func TestExamples_resources(t *testing.T) {
	for path, hcl := range exampleFiles(t, "resources/*/resource*.tf") {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name+"/"+filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			acctest.Each(t, exampleOptions, func(t *testing.T, env *acctest.Env) {
				before := contents(env.Sandbox)
				steps := []resource.TestStep{
					{Config: env.Config(hcl)},
					{Config: env.Config(hcl), ConfigPlanChecks: acctest.EmptyPlan()},
				}
				if filepath.Base(path) == "resource.tf" {
					address := name + ".example"
					shell, err := os.ReadFile(filepath.Join(filepath.Dir(path), "import.sh"))
					require.NoError(t, err)
					require.Equal(t, "terraform import "+address+" 42\n", string(shell))
					block, err := os.ReadFile(filepath.Join(filepath.Dir(path), "import-by-string-id.tf"))
					require.NoError(t, err)
					require.Equal(t, "import {\n  to = "+address+"\n  id = \"42\"\n}\n", string(block))
					steps = append(steps, resource.TestStep{ResourceName: address, ImportState: true})
				}
				resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
				if !strings.Contains(hcl, "on_destroy") {
					assert.Equal(t, before, contents(env.Sandbox), "the destroy left something")
				}
			})
		})
	}
}

// TestExamples_dataSources reads every example of a data source in a WHMCS that people have worked in.
func TestExamples_dataSources(t *testing.T) {
	for path, hcl := range exampleFiles(t, "data-sources/*/data-source*.tf") {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			t.Parallel()
			acctest.Each(t, exampleOptions, func(t *testing.T, env *acctest.Env) {
				server := env.Sandbox.WHMCS.AddServer("By hand", "toplink_dcim", "dcim.example.com")
				env.Sandbox.WHMCS.AddProduct(env.Sandbox.WHMCS.AddProductGroup("By hand"), "VPS by hand", "7.00")
				env.Sandbox.WHMCS.AddService("1", server, "Active")
				resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{Config: env.Config(hcl)}}})
			})
		})
	}
}

// TestExamples_provider uses the provider block of the documentation, at the sandbox's addresses and with credentials from the environment.
func TestExamples_provider(t *testing.T) {
	for path, hcl := range exampleFiles(t, "provider/*.tf") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			sb := acctest.NewSandbox(t, sandbox.Options{})
			environment(t, sb)
			for from, to := range map[string]string{"https://billing.example.com": sb.WHMCS.URL(), "https://dcim.example.com": sb.DCIM.URL()} {
				require.Contains(t, hcl, from)
				hcl = strings.ReplaceAll(hcl, from, to)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{Config: hcl + `
data "hosting_whmcs_currencies" "all" {}
data "hosting_dcim_api_keys" "all" {}
`}},
			})
		})
	}
}

// TestExamples_runbook applies the whole runbook, provider block included, and looks at both systems from outside.
func TestExamples_runbook(t *testing.T) {
	sb := acctest.NewSandbox(t, sandbox.Options{})
	environment(t, sb)
	before := contents(sb)
	address, err := url.Parse(sb.DCIM.URL())
	require.NoError(t, err)
	port, err := strconv.Atoi(address.Port())
	require.NoError(t, err)
	variables := config.Variables{
		"whmcs_ip_addresses": config.SetVariable(config.StringVariable("127.0.0.1")),
		"dcim": config.ObjectVariable(map[string]config.Variable{
			"hostname": config.StringVariable(address.Hostname()), "ip_address": config.StringVariable(address.Hostname()),
			"secure": config.BoolVariable(false), "port": config.IntegerVariable(port),
		}),
	}
	var files []string
	for _, hcl := range exampleFiles(t, "runbooks/toplink-dcim/*.tf") {
		files = append(files, hcl)
	}
	whole := strings.Join(files, "\n")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: whole, ConfigVariables: variables,
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.Check("hosting_whmcs_server.dcim", func(id string) error {
						keys := sb.DCIM.APIKeys()
						key := keys[len(keys)-1]
						if row := sb.WHMCS.Row("tblservers", id); row["username"] != key.Key || sb.WHMCS.ServerPassword(id) != key.Secret {
							return fmt.Errorf("the server does not hold the KEY and secret of the DCIM's API key")
						}
						return nil
					}),
					acctest.Check("hosting_whmcs_product.dedicated[\"e3-1230\"]", func(id string) error {
						if row := sb.WHMCS.Row("tblproducts", id); row["autosetup"] != "payment" || row["servertype"] != "toplink_dcim" || row["configoption3"] != "E3-1230" || row["hidden"] == "1" {
							return fmt.Errorf("the product's row is %v", row)
						}
						return nil
					}),
				),
			},
			{Config: whole, ConfigVariables: variables, ConfigPlanChecks: acctest.EmptyPlan()},
		},
	})
	assert.Equal(t, before, contents(sb), "the destroy left something")
}

// environment configures the provider for the sandbox as a shell would.
func environment(t *testing.T, sb *sandbox.Sandbox) {
	t.Helper()
	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	for name, value := range map[string]string{
		"WHMCS_URL": sb.WHMCS.URL(), "WHMCS_IDENTIFIER": credential.Identifier, "WHMCS_SECRET": credential.Secret,
		"DCIM_URL": sb.DCIM.URL(), "DCIM_KEY": key, "DCIM_SECRET": secret, "DCIM_PROFILE": "assumed",
	} {
		t.Setenv(name, value)
	}
}

// contents counts the rows of every table of WHMCS that has any, and the DCIM's API keys.
func contents(sb *sandbox.Sandbox) map[string]int {
	counts := map[string]int{"DCIM API keys": len(sb.DCIM.APIKeys())}
	sb.WHMCS.View(func(state *sandbox.State) {
		for name, table := range state.Tables {
			if len(table.Rows) > 0 {
				counts[name] = len(table.Rows)
			}
		}
	})
	return counts
}
