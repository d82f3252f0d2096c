package acctest_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// The steps of the first manual that Terraform looks at and does not do: files to unpack, a connection to test, a link
// to click.

const preflightOfWHMCS = "data.hosting_whmcs_preflight.this"

func preflightConfig(arguments string) string {
	return fmt.Sprintf("data \"hosting_whmcs_preflight\" \"this\" {\n%s\n}\n", arguments)
}

func TestRunbookA_A1_ModuleFiles(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.AtHome(t)
		env.WHMCS.SetModule(t, "servers/toplink_dcim", false)
		config := env.Config(preflightConfig(""))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(preflightOfWHMCS, "ok", "false"),
				acctest.CheckFinding(preflightOfWHMCS, "module_files", false, "no server module toplink_dcim", "Unpack the vendor's module", "modules/servers/toplink_dcim/toplink_dcim.php"),
			)},
			{
				PreConfig: func() { env.WHMCS.SetModule(t, "servers/toplink_dcim", true) },
				Config:    config,
				Check:     acctest.CheckFinding(preflightOfWHMCS, "module_files", true),
			},
		}})
	})
}

func TestRunbookA_A8_ConnectionFinding(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		env.AtHome(t)
		before := stepA7(t, env, secretOfA2)
		// By a literal id, so that the test is read even while the server itself is about to change.
		config := env.Config(before, preflightConfig(`test_server_ids = ["1"]`))
		return []resource.TestStep{
			{Config: env.Config(before), Check: resource.TestCheckResourceAttr("hosting_whmcs_server.dcim", "id", "1")},
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(preflightOfWHMCS, "ok", "true"),
				acctest.CheckFinding(preflightOfWHMCS, "connection_test", true, "can connect to the servers 1."),
			)},
			{
				// An administrator deletes the key in the DCIM. The stored server of WHMCS can no longer connect.
				PreConfig: func() {
					keys := env.Sandbox.DCIM.APIKeys()
					env.Sandbox.DCIM.DeleteAPIKey(keys[len(keys)-1].ID)
				},
				RefreshState:       true,
				ExpectNonEmptyPlan: true,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(preflightOfWHMCS, "ok", "false"),
					acctest.CheckFinding(preflightOfWHMCS, "connection_test", false, "server 1: Invalid API key or secret", "Check that the system accepts requests from the address of WHMCS"),
				),
			},
		}
	})
}

func TestRunbookA_A15_OperatingSystemsFinding(t *testing.T) {
	runbook(t, func(env *acctest.Env) []resource.TestStep {
		env.AtHome(t)
		var product, field string
		config := env.Config(stepA7(t, env, secretOfA2), stepA9, stepA10(pricesOfA13+"\n auto_setup = \"on_payment\"\n toplink_dcim = { package = \"E3-1230\" }"), preflightConfig(""))
		return []resource.TestStep{
			{Config: config, Check: acctest.SaveID("hosting_whmcs_product.e3", &product)},
			// With the whole runbook applied, nothing is left to find.
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(preflightOfWHMCS, "ok", "true"),
				acctest.CheckFinding(preflightOfWHMCS, "operating_systems", true),
			)},
			{
				// The module creates its field. It has no choices yet.
				PreConfig: func() { field = env.WHMCS.AddCustomField(t, product, "Pre Install System", "") },
				Config:    config,
				Check:     acctest.CheckFinding(preflightOfWHMCS, "operating_systems", false, "Pre Install System", "synchronise system templates"),
			},
			{
				PreConfig: func() { env.WHMCS.Set(t, "tblcustomfields", field, "fieldoptions", "Debian 12,AlmaLinux 9") },
				Config:    config,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(preflightOfWHMCS, "ok", "true"),
					acctest.CheckFinding(preflightOfWHMCS, "operating_systems", true),
				),
			},
		}
	})
}

// TestPreflightDocs: the tables of the documentation name every check, in the order of the findings.
func TestPreflightDocs(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "it is about words"}, func(t *testing.T, env *acctest.Env) {
		env.AtHome(t)
		env.Protocol(t).Do(t, "hosting_whmcs_server", nil, map[string]any{"name": "S", "module": "toplink_dcim", "default_for_module": true})
		for name, config := range map[string]map[string]any{"whmcs_preflight": {"test_server_ids": []any{"1"}}, "dcim_preflight": nil} {
			template := readFile(t, "../../templates/data-sources/"+name+".md.tmpl")
			var documented []string
			for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9_]+)` \\|").FindAllStringSubmatch(template, -1) {
				documented = append(documented, row[1])
			}
			require.NotEmpty(t, documented, name)
			assert.Equal(t, documented, env.Protocol(t).Preflight(t, "hosting_"+name, config).Checks(), name)
		}
	})
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
