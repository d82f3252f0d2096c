package acctest_test

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const examples = "../../examples/"

// exampleOptions: what an example needs of WHMCS is covered on PHP by the tests of the objects.
var exampleOptions = acctest.Options{
	SandboxOnly: "an example is HCL to be copied; the objects have tests on PHP of their own",
	Sandbox:     sandbox.Options{SafetySettings: &acctest.LandingPageSettings},
}

// atPanel is HCL with the sandbox's SolusVM 2 in place of the examples' one.
func atPanel(env *acctest.Env, hcl string) string {
	if strings.Contains(hcl, "https://panel.example.com") {
		hcl = strings.NewReplacer("https://panel.example.com", env.Sandbox.SolusVM2.URL(), `"change-me"`, strconv.Quote(env.Sandbox.SolusVM2.AdminToken())).Replace(hcl)
	}
	return hcl
}

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

// importIDs are the ids of objects that have no number.
var importIDs = map[string]string{
	"hosting_whmcs_addon_module": "solusvm2", "hosting_solusvm2_billing_settings": "1", "hosting_solusvm2_landing_page": "1",
}

// TestExamples_resources applies every example of a resource. The second plan is empty, the destroy leaves nothing,
// and the import commands work with a real id.
func TestExamples_resources(t *testing.T) {
	for path, hcl := range exampleFiles(t, "resources/*/resource*.tf") {
		name := filepath.Base(filepath.Dir(path))
		t.Run(name+"/"+filepath.Base(path), func(t *testing.T) {
			acctest.Each(t, exampleOptions, func(t *testing.T, env *acctest.Env) {
				before := contents(env.Sandbox)
				hcl := atPanel(env, hcl)
				steps := []resource.TestStep{
					{Config: env.Config(hcl)},
					{Config: env.Config(hcl), ConfigPlanChecks: acctest.EmptyPlan()},
				}
				if filepath.Base(path) == "resource.tf" {
					address := name + ".example"
					shell, err := os.ReadFile(filepath.Join(filepath.Dir(path), "import.sh"))
					require.NoError(t, err)
					known := "42"
					if own, is := importIDs[name]; is {
						known = own
					}
					require.Equal(t, "terraform import "+address+" "+known+"\n", string(shell))
					block, err := os.ReadFile(filepath.Join(filepath.Dir(path), "import-by-string-id.tf"))
					require.NoError(t, err)
					require.Equal(t, "import {\n  to = "+address+"\n  id = \""+known+"\"\n}\n", string(block))
					block, err = os.ReadFile(filepath.Join(filepath.Dir(path), "import-by-identity.tf"))
					require.NoError(t, err)
					require.Equal(t, "import {\n  to = "+address+"\n  identity = {\n    id = \""+known+"\"\n  }\n}\n", string(block))
					steps = append(steps, resource.TestStep{ResourceName: address, ImportState: true})
				}
				var needs []tfversion.TerraformVersionCheck
				if strings.HasSuffix(path, "_write_only.tf") {
					needs = append(needs, tfversion.SkipBelow(tfversion.Version1_11_0))
				}
				acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), TerraformVersionChecks: needs, Steps: steps})
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
			acctest.Each(t, exampleOptions, func(t *testing.T, env *acctest.Env) {
				server := env.Sandbox.WHMCS.AddServer("By hand", "toplink_dcim", "dcim.example.com")
				env.Sandbox.WHMCS.AddProduct(env.Sandbox.WHMCS.AddProductGroup("By hand"), "VPS by hand", "7.00")
				env.Sandbox.WHMCS.AddService("1", server, "Active")
				playExample(t, hcl, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{Config: env.Config(hcl)}}})
			})
		})
	}
}

// playExample plays an example in process, or with the real Terraform if it has what the player does not know.
func playExample(t *testing.T, hcl string, c resource.TestCase) {
	t.Helper()
	if regexp.MustCompile(`check "|\b(one|sum|pow)\(`).MatchString(hcl) {
		resource.Test(t, c)
		return
	}
	acctest.Test(t, c)
}

// TestExamples_provider uses the provider block of the documentation, at the sandbox's addresses and with credentials
// from the environment.
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

// TestExamples_postPay applies the runbook of the second manual.
func TestExamples_postPay(t *testing.T) {
	sb := acctest.NewSandbox(t, sandbox.Options{SafetySettings: &acctest.LandingPageSettings})
	environment(t, sb)
	before := contents(sb)
	variables := config.Variables{
		"panel_url": config.StringVariable(sb.SolusVM2.URL()), "terms_url": config.StringVariable("https://example.com/terms"), "landing_page": config.StringVariable("<h1>Cloud</h1>"),
		"token_prices":          config.MapVariable(map[string]config.Variable{"USD": config.StringVariable("0.0125"), "EUR": config.StringVariable("0.0115"), "INR": config.StringVariable("1.04")}),
		"deactivate_on_destroy": config.BoolVariable(true),
	}
	var files []string
	for _, hcl := range exampleFiles(t, "runbooks/solusvm2-postpay/*.tf") {
		files = append(files, hcl)
	}
	whole := strings.Join(files, "\n")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: whole, ConfigVariables: variables, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckOutput("connection_status", "connected"), resource.TestCheckOutput("landing_page_url", "https://billing.example.com/index.php?m=solusvm2"),
			)},
			{Config: whole, ConfigVariables: variables, ConfigPlanChecks: acctest.EmptyPlan()},
		},
	})
	assert.Equal(t, before, contents(sb), "the destroy left something")
}

// TestExamples_complete applies both runbooks as modules of one configuration, with the real provider binary.
func TestExamples_complete(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1")
	}
	sb := acctest.NewSandbox(t, sandbox.Options{SafetySettings: &acctest.LandingPageSettings})
	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	tf := newCLI(t, "", "WHMCS_URL="+sb.WHMCS.URL(), "WHMCS_IDENTIFIER="+credential.Identifier, "WHMCS_SECRET="+credential.Secret,
		"DCIM_URL="+sb.DCIM.URL(), "DCIM_KEY="+key, "DCIM_SECRET="+secret, "DCIM_PROFILE=assumed", "SOLUSVM2_URL="+sb.SolusVM2.URL(), "SOLUSVM2_TOKEN="+sb.SolusVM2.AdminToken())
	require.NoError(t, os.CopyFS(filepath.Join(tf.folder, "runbooks"), os.DirFS(examples+"runbooks")))
	tf.folder = filepath.Join(tf.folder, "runbooks", "complete")
	address, err := url.Parse(sb.DCIM.URL())
	require.NoError(t, err)
	port, err := strconv.Atoi(address.Port())
	require.NoError(t, err)
	before := contents(sb)
	tf.set(t, "whmcs_ip_addresses", []string{"127.0.0.1"})
	tf.set(t, "dcim", map[string]any{"hostname": address.Hostname(), "ip_address": address.Hostname(), "secure": false, "port": port})
	tf.set(t, "panel_url", sb.SolusVM2.URL())
	tf.set(t, "token_prices", map[string]string{"USD": "0.0125", "EUR": "0.0115", "INR": "1.04"})
	tf.set(t, "landing_page", "<h1>Cloud</h1>")
	tf.set(t, "deactivate_on_destroy", true)
	tf.run(t, 0, "get", "-no-color") // the modules, because the provider is already installed
	var warnings []string
	for _, line := range strings.Split(tf.run(t, 0, "apply", "-no-color", "-auto-approve"), "\n") {
		if warning, is := strings.CutPrefix(line, "Warning: "); is {
			warnings = append(warnings, warning)
		}
	}
	assert.ElementsMatch(t, []string{
		"Provider development overrides are in effect", "The product Dedicated 2 x Gold 6130 cannot be ordered in EUR", "The product Dedicated E3-1230 cannot be ordered in EUR",
	}, warnings, "the first plan and apply on empty systems")
	checkRunbook(t, sb)
	tf.run(t, 0, "plan", "-no-color", "-detailed-exitcode")
	tf.run(t, 0, "destroy", "-no-color", "-auto-approve")
	assert.Equal(t, before, contents(sb), "the destroy left something")
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
	// terraform-plugin-testing cannot look at for_each in state, so there is no Check and the destroy is a step of its
	// own.
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: whole, ConfigVariables: variables, PostApplyFunc: func() { checkRunbook(t, sb) }},
			{Config: whole, ConfigVariables: variables, ConfigPlanChecks: acctest.EmptyPlan()},
			{Config: whole, ConfigVariables: variables, Destroy: true},
		},
	})
	assert.Equal(t, before, contents(sb), "the destroy left something")
}

// checkRunbook looks at what the runbook promises, in the systems themselves.
func checkRunbook(t *testing.T, sb *sandbox.Sandbox) {
	t.Helper()
	keys := sb.DCIM.APIKeys()
	key := keys[len(keys)-1]
	assert.Equal(t, "WHMCS", key.Label)
	assert.Equal(t, "127.0.0.1", key.IP)
	assert.NotNil(t, key.LastCallAt, "the connection test never reached the DCIM")
	server := sb.WHMCS.Row("tblservers", "1")
	assert.Equal(t, key.Key, server["username"])
	assert.Equal(t, key.Secret, sb.WHMCS.ServerPassword("1"))
	assert.Equal(t, "1", server["active"], "it is the module's default server")
	prices := map[string]string{}
	sb.WHMCS.View(func(state *sandbox.State) {
		for id, product := range state.Table("tblproducts").Rows {
			if product["servertype"] != "toplink_dcim" {
				continue
			}
			assert.Equal(t, "payment", product["autosetup"])
			assert.NotContains(t, []string{"1", "on"}, product["hidden"])
			for _, price := range state.Table("tblpricing").Rows {
				if price["type"] == "product" && price["relid"] == strconv.FormatInt(id, 10) {
					currency := state.Row("tblcurrencies", price["currency"])["code"]
					prices[product["configoption3"]+" "+currency] = price["monthly"] + " + " + price["msetupfee"]
				}
			}
		}
	})
	assert.Equal(t, map[string]string{
		"E3-1230 USD": "89.00 + 25.00", "E3-1230 INR": "7400.00 + 2100.00", "E3-1230 EUR": "-1.00 + 0.00",
		"2 x Gold 6130 USD": "249.00 + 49.00", "2 x Gold 6130 INR": "20700.00 + 4100.00", "2 x Gold 6130 EUR": "-1.00 + 0.00",
	}, prices)
	names, bound := map[int64]string{}, map[string]int{}
	for _, p := range sb.DCIM.Packages() {
		names[p.ID] = p.Name
	}
	for _, m := range sb.DCIM.Machines() {
		bound[names[m.PackageID]]++
	}
	assert.Equal(t, map[string]int{"": 9, "Legacy E3": 3, "E3-1230": 8, "2 x Gold 6130": 2}, bound)
	sb.WHMCS.View(func(state *sandbox.State) {
		fields := state.Table("tblcustomfields").Rows
		assert.Len(t, fields, 2)
		for _, field := range fields {
			assert.Equal(t, []string{"Pre Install System", "dropdown", "on"}, []string{field["fieldname"], field["fieldtype"], field["required"]})
		}
		assert.Len(t, state.Table("tblproductconfiglinks").Rows, 2, "both products offer the options")
		assert.Len(t, state.Table("tblproductconfigoptionssub").Rows, 3)
	})
}

// prose are the README and the guides by their file names.
func prose(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../templates/guides/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	texts := map[string]string{}
	for _, path := range append(paths, "../../README.md") {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		texts[filepath.Base(path)] = string(text)
	}
	return texts
}

// fenced are the blocks of code in a language. All `terraform` blocks of a page together are a working configuration.
// An `hcl` block is only a part of a configuration.
func fenced(text, language string) []string {
	var blocks []string
	for _, block := range regexp.MustCompile("(?s)( *)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, strings.ReplaceAll("\n"+block[2], "\n"+block[1], "\n")[1:])
	}
	return blocks
}

// TestExamples_proseSyntax has Terraform read every block of HCL in the README and the guides, and compare it with its
// own format.
func TestExamples_proseSyntax(t *testing.T) {
	tool := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if tool == "" {
		t.Skip("acceptance test: set TF_ACC_TERRAFORM_PATH, or run make test")
	}
	for name, text := range prose(t) {
		for i, hcl := range append(fenced(text, "terraform"), fenced(text, "hcl")...) {
			if strings.Contains(hcl, "provider_installation") {
				continue // the settings of Terraform's own program are HCL of another kind
			}
			command := exec.CommandContext(t.Context(), tool, "fmt", "-check", "-diff", "-")
			command.Stdin = strings.NewReader(hcl)
			output, err := command.CombinedOutput()
			assert.NoError(t, err, "%s, block %d:\n%s\n%s", name, i, hcl, output)
		}
	}
}

// TestExamples_proseProvider configures the provider with the provider blocks in the guides, and reads from each
// system that they name.
func TestExamples_proseProvider(t *testing.T) {
	for name, text := range prose(t) {
		for i, hcl := range fenced(text, "terraform") {
			if !strings.Contains(hcl, `provider "`) {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", name, i), func(t *testing.T) {
				sandboxOptions := sandbox.Options{}
				if profile := filepath.Join(examples, "dcim-profiles", "query-text.json"); strings.Contains(hcl, `"my-dcim.json"`) {
					absolute, err := filepath.Abs(profile)
					require.NoError(t, err)
					content, err := os.ReadFile(profile)
					require.NoError(t, err)
					sandboxOptions.DCIM.Profile, hcl = string(content), strings.ReplaceAll(hcl, `"my-dcim.json"`, strconv.Quote(absolute))
				}
				sb := acctest.NewSandbox(t, sandboxOptions)
				environment(t, sb)
				hcl = strings.NewReplacer("https://billing.example.com", sb.WHMCS.URL(), "https://dcim.example.com", sb.DCIM.URL()).Replace(hcl)
				if !strings.Contains(hcl, "required_providers") {
					hcl += acctest.RequiredProviders
				}
				resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
					{Config: hcl + "\ndata \"hosting_whmcs_currencies\" \"all\" {}\ndata \"hosting_dcim_api_keys\" \"all\" {}\n"},
				}})
			})
		}
	}
}

// TestExamples_prose applies the configurations in the README and in the guides, at the sandbox's addresses: what a
// page shows works together.
func TestExamples_prose(t *testing.T) {
	for name, text := range prose(t) {
		whole, reports := "", []string(nil)
		for _, hcl := range fenced(text, "terraform") {
			switch {
			case strings.Contains(hcl, `output "`):
				reports = append(reports, hcl) // on what is there, which the rest of the page changes
			case strings.Contains(hcl, `resource "`) || strings.Contains(hcl, `data "`):
				whole += hcl + "\n" // and no settings of Terraform or the provider, or imports
			}
		}
		for i, hcl := range append(reports, whole) {
			if hcl == "" {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", name, i), func(t *testing.T) {
				acctest.Each(t, exampleOptions, func(t *testing.T, env *acctest.Env) {
					before := contents(env.Sandbox)
					address, err := url.Parse(env.Sandbox.DCIM.URL())
					require.NoError(t, err)
					here := regexp.MustCompile(`(secure +=) true`).ReplaceAllString(atPanel(env, hcl), "$1 false\nport = "+address.Port())
					here = strings.NewReplacer(`"203.0.113.10"`, `"127.0.0.1"`, `"203.0.113.20"`, `"127.0.0.1"`, `"dcim.example.com"`, `"127.0.0.1"`).Replace(here)
					playExample(t, hcl, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
						{Config: env.Config(here)},
						{Config: env.Config(here), ConfigPlanChecks: acctest.EmptyPlan()},
					}})
					after := contents(env.Sandbox)
					if strings.Contains(hcl, "hosting_whmcs_addon_module") && !strings.Contains(hcl, "allow_data_loss") {
						delete(before, "tbladdonmodules") // an addon stays active
						delete(after, "tbladdonmodules")
					}
					assert.Equal(t, before, after, "the destroy left something")
				})
			})
		}
	}
}

// environment configures the provider for the sandbox as a shell would.
func environment(t *testing.T, sb *sandbox.Sandbox) {
	t.Helper()
	credential := sb.WHMCS.Credential()
	key, secret := sb.DCIM.AdminKey()
	for name, value := range map[string]string{
		"WHMCS_URL": sb.WHMCS.URL(), "WHMCS_IDENTIFIER": credential.Identifier, "WHMCS_SECRET": credential.Secret,
		"DCIM_URL": sb.DCIM.URL(), "DCIM_KEY": key, "DCIM_SECRET": secret, "DCIM_PROFILE": "assumed",
		"SOLUSVM2_URL": sb.SolusVM2.URL(), "SOLUSVM2_TOKEN": sb.SolusVM2.AdminToken(),
	} {
		t.Setenv(name, value)
	}
}

// contents counts the rows of every table of WHMCS that has any, and what the DCIM has.
func contents(sb *sandbox.Sandbox) map[string]int {
	counts := map[string]int{"DCIM API keys": len(sb.DCIM.APIKeys()), "DCIM packages": len(sb.DCIM.Packages())}
	for _, m := range sb.DCIM.Machines() {
		if m.PackageID != 0 {
			counts["DCIM servers in packages"]++
		}
	}
	sb.WHMCS.View(func(state *sandbox.State) {
		for name, table := range state.Tables {
			if len(table.Rows) > 0 {
				counts[name] = len(table.Rows)
			}
		}
	})
	return counts
}
