package acctest_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
	"github.com/hosting-iac/terraform-provider-hosting/internal/export"
	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

var updateGolden = flag.Bool("update-golden", false, "write the golden files of the export")

var allSystems = []string{"whmcs", "dcim", "solusvm2"}

// secretOfEstate is a password in the estate. No exported file may have it.
const secretOfEstate = "canary-of-the-estate"

// exportEstate makes objects without Terraform's state: a number of products of eight odd kinds, and what they need.
// Warnings are expected.
func exportEstate(t *testing.T, env *acctest.Env, products int) {
	t.Helper()
	p := env.Protocol(t)
	made := func(typeName string, config map[string]any) string {
		t.Helper()
		change, diagnostics := p.PlanChange(t, typeName, nil, config)
		require.NotNil(t, change, "%v", acctest.Messages(diagnostics))
		instance, diagnostics := p.Apply(t, change)
		require.False(t, protocol.Diagnostics(diagnostics).HasError(), "%v", acctest.Messages(diagnostics))
		return p.Identity(t, instance)["id"]
	}
	everywhere := func(price string) map[string]any {
		cycles := map[string]any{"monthly": price}
		return map[string]any{"USD": cycles, "EUR": cycles, "INR": cycles}
	}
	server := made("hosting_whmcs_server", map[string]any{"name": "Frankfurt 1", "hostname": "fra1.example.com", "module": "samplevps", "username": "u", "password": secretOfEstate})
	servers := made("hosting_whmcs_server_group", map[string]any{"name": "Frankfurt", "server_ids": []any{server}})
	groups := []string{made("hosting_whmcs_product_group", map[string]any{"name": "Größe “XL” & ${more}"}), made("hosting_whmcs_product_group", map[string]any{"name": "सर्वर"})}
	kindsOfOddness := []map[string]any{
		{"name": "Dedicated ${cpu} %{if}", "description": "First line\nsecond ${line}\n\tthird\n"},
		{"name": `VPS "quoted" \ back`, "short_description": "a\nb", "tagline": "🚀"},
		{"name": "Twin"},
		{"name": "Free of charge", "pay_type": "free"},
		{"name": "With a module", "module": "samplevps", "server_group_id": servers},
		{"name": "Of TopLink", "module": "toplink_dcim", "toplink_dcim": map[string]any{"package": "Legacy E3", "data_center": "Frankfurt"}},
		{"name": "With fields", "custom_fields": map[string]any{
			"host": map[string]any{"name": "Host name", "required": true}, "os": map[string]any{"name": "OS", "type": "dropdown", "options": []any{"Debian", "A & B"}},
		}},
		{"name": "With upgrades"},
	}
	var ids []string
	for i := range products {
		config := maps.Clone(kindsOfOddness[i%len(kindsOfOddness)])
		config["product_group_id"], config["allow_duplicate_name"] = groups[i/len(kindsOfOddness)%len(groups)], true
		if config["pay_type"] == nil {
			config["pay_type"], config["prices"] = "recurring", everywhere(fmt.Sprintf("%d.99", i))
		}
		ids = append(ids, made("hosting_whmcs_product", config))
	}
	// Two upgrade paths that refer to each other, one to itself, and a description as a browser saves it.
	first, second := ids[7], ids[6]
	env.WHMCS.Set(t, "tblproducts", ids[0], "description", "One\r\ntwo\r\n")
	env.WHMCS.Set(t, "tblproducts", ids[1], "hidden", "1")
	for _, pair := range [][2]string{{first, second}, {second, first}, {first, first}} {
		env.WHMCS.Insert(t, "tblproduct_upgrade_products", map[string]string{"product_id": pair[0], "upgrade_product_id": pair[1]})
	}
	made("hosting_whmcs_configurable_option_group", map[string]any{"name": "Location", "product_ids": []any{ids[0], ids[4]}, "options": map[string]any{
		"city": map[string]any{"name": "City", "type": "dropdown", "sub_options": map[string]any{
			"berlin": map[string]any{"name": "Berlin", "prices": everywhere("1.00")}, "paris": map[string]any{"name": "Paris & more"},
		}},
	}})
}

// exported exports the surroundings with the role for reading.
func exported(t *testing.T, env *acctest.Env, options export.Options) (*export.Summary, map[string]string) {
	t.Helper()
	credential := env.WHMCS.ReadOnlyCredential()
	p := env.Protocol(t, acctest.Settings{"whmcs": {"identifier": credential.Identifier, "secret": credential.Secret}})
	if options.Out == "" {
		options.Out = filepath.Join(t.TempDir(), "out")
	}
	summary, err := export.Run(t.Context(), p.Client(), acctest.NewProtocol(t, "test").Client(), allSystems, options)
	require.NoError(t, err)
	files := filesIn(t, options.Out)
	for name, content := range files {
		if strings.HasSuffix(name, ".tf") {
			_, diagnostics := hclsyntax.ParseConfig([]byte(content), name, hcl.InitialPos)
			require.False(t, diagnostics.HasErrors(), "%s: %s", diagnostics.Error(), content)
			assert.Equal(t, string(hclwrite.Format([]byte(content))), content, "%s as terraform fmt writes it", name)
		}
	}
	return summary, files
}

// filesIn returns the files of a folder by name.
func filesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	files := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = string(content)
	}
	return files
}

func numberOf(summary *export.Summary) (n int) {
	for _, count := range summary.Exported {
		n += count
	}
	return n
}

// requireNothingToChange plans and applies what was exported: all objects are imported, and nothing is changed,
// neither by the import nor after it.
func requireNothingToChange(t *testing.T, env *acctest.Env, summary *export.Summary, files map[string]string) {
	t.Helper()
	configuration := map[string]string{}
	for file, content := range files {
		assert.NotContains(t, content, secretOfEstate, file)
		if strings.HasSuffix(file, ".tf") {
			configuration[file] = content
		}
	}
	settings := map[string]any{}
	for system, values := range env.Settings() {
		settings[system] = values
	}
	w := &workspace.Workspace{Provider: settings, Start: func(context.Context) (*protocol.Client, error) {
		server, err := acctest.Factories()["hosting"]()
		return acctest.Schemas(t).With(server), err
	}}
	require.NoError(t, w.Load(t.Context(), configuration))
	for _, when := range []string{"import", "plan after the apply"} {
		plan, err := w.Plan(t.Context(), workspace.Options{})
		require.NoError(t, err, when)
		require.Len(t, plan.Changes, numberOf(summary))
		for _, change := range plan.Changes {
			require.Equal(t, workspace.NoOp, change.Action, "%s: %s: %#v, then %#v", when, change.Address, change.Before, change.After)
			require.Equal(t, when == "import", change.Importing, "%s: %s", when, change.Address)
		}
		require.NoError(t, w.Apply(t.Context(), plan))
	}
}

// TestExport_estate: the plan of an export imports everything and changes nothing, and the plan after the apply is
// empty.
func TestExport_estate(t *testing.T) {
	for name, options := range map[string]export.Options{"usual": {}, "all": {All: true, Hidden: true, Retired: true}} {
		t.Run(name, func(t *testing.T) {
			acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
				products := 16
				if acctest.Full() {
					products = 200
				}
				exportEstate(t, env, products)
				summary, files := exported(t, env, options)
				requireNothingToChange(t, env, summary, files)
			})
		})
	}
}

// TestExport_golden: what a person gets. `go test -run TestExport_golden ./internal/acctest -update-golden` writes the
// files.
func TestExport_golden(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "the golden files are of the sandbox"}, func(t *testing.T, env *acctest.Env) {
		exportEstate(t, env, 9)
		_, files := exported(t, env, export.Options{Except: []string{"hosting_solusvm2_api_token"}}) // their ids are random
		_, list := exported(t, env, export.Options{Fields: []string{"prices", "setup_fees", "hidden"}})
		files["price_list.tf"] = list["price_list.tf"]
		delete(files, ".hosting-export.json")
		golden := filepath.Join("testdata", "export")
		if *updateGolden {
			require.NoError(t, os.RemoveAll(golden))
			require.NoError(t, os.MkdirAll(golden, 0o750))
			for name, content := range files {
				require.NoError(t, os.WriteFile(filepath.Join(golden, name), []byte(content), 0o600))
			}
		}
		want := filesIn(t, golden)
		assert.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(files)))
		for name, content := range want {
			assert.Equal(t, content, files[name], name)
		}
	})
}

// TestExport_choices: what is exported, and what the summary says is left out.
func TestExport_choices(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		exportEstate(t, env, 9)
		everything, _ := exported(t, env, export.Options{Hidden: true, Retired: true})
		usual, _ := exported(t, env, export.Options{})
		assert.Equal(t, 1, usual.LeftOut["hidden products"])
		assert.Equal(t, everything.Exported["hosting_whmcs_product"]-1, usual.Exported["hosting_whmcs_product"])
		group, files := exported(t, env, export.Options{ProductGroups: []string{"सर्वर"}})
		assert.Equal(t, 1, group.Exported["hosting_whmcs_product"])
		assert.Equal(t, 1, group.Exported["hosting_whmcs_product_group"])
		assert.Contains(t, files["README.md"], "products of other product groups")
		only, files := exported(t, env, export.Options{Only: []string{"hosting_dcim_server_binding"}})
		assert.Equal(t, []string{"hosting_dcim_server_binding"}, slices.Collect(maps.Keys(only.Exported)))
		assert.Equal(t, []string{".hosting-export.json", "README.md", "dcim_server_binding.tf", "imports.tf", "provider.tf"}, slices.Sorted(maps.Keys(files)))
		without, _ := exported(t, env, export.Options{Except: []string{"hosting_whmcs_product"}})
		assert.Zero(t, without.Exported["hosting_whmcs_product"])

		// The product groups choose products although they are not exported. Nothing refers to them.
		alone, files := exported(t, env, export.Options{Only: []string{"hosting_whmcs_product"}, ProductGroups: []string{"सर्वर"}})
		assert.Equal(t, map[string]int{"hosting_whmcs_product": 1}, alone.Exported)
		assert.NotContains(t, alone.LeftOut, "product groups that were not chosen")
		assert.NotContains(t, files["whmcs_product.tf"], "hosting_whmcs_product_group.")
		requireNothingToChange(t, env, alone, files)
		env.WHMCS.Set(t, "tblproductgroups", "3", "hidden", "1")
		ungrouped, _ := exported(t, env, export.Options{Except: []string{"hosting_whmcs_product_group"}})
		assert.Equal(t, 2, ungrouped.LeftOut["hidden products"])
		env.WHMCS.Set(t, "tblproductgroups", "3", "hidden", "0")
		bindings, _ := exported(t, env, export.Options{Except: []string{"hosting_dcim_package_servers"}})
		assert.NotContains(t, bindings.Exported, "hosting_dcim_server_binding")

		list, files := exported(t, env, export.Options{Fields: []string{"prices", "setup_fees"}})
		assert.Equal(t, map[string]int{"hosting_whmcs_product": 9}, list.Exported)
		assert.Equal(t, []string{".hosting-export.json", "README.md", "price_list.tf", "provider.tf"}, slices.Sorted(maps.Keys(files)))

		_, files = exported(t, env, export.Options{Fields: []string{"name", "prices"}})
		assert.Contains(t, files["price_list.tf"], "ignore_changes = [product_group_id,")

		for _, wrong := range []export.Options{
			{Fields: []string{"sensitive_module_options"}}, {Fields: []string{"prices"}, Only: []string{"hosting_whmcs_product"}},
			{Only: []string{"hosting_whmcs_prodcut"}}, {ProductGroups: []string{"Nothing"}},
		} {
			wrong.Out = filepath.Join(t.TempDir(), "out")
			_, err := export.Run(t.Context(), env.Protocol(t).Client(), acctest.NewProtocol(t, "test").Client(), allSystems, wrong)
			require.Error(t, err)
			require.NoDirExists(t, wrong.Out)
		}
		// Nothing passes the choice.
		env.WHMCS.Set(t, "tblproducts", "1", "retired", "1")
		for _, nothing := range []export.Options{{Only: []string{"hosting_whmcs_product"}}, {Fields: []string{"prices"}}} {
			nothing.Out, nothing.ProductGroups = filepath.Join(t.TempDir(), "out"), []string{"1"}
			_, err := export.Run(t.Context(), env.Protocol(t).Client(), acctest.NewProtocol(t, "test").Client(), allSystems, nothing)
			require.ErrorContains(t, err, "there is nothing to export, so nothing was written\nLeft out: 9 products of other product groups\nLeft out: 1 retired products")
			require.NoDirExists(t, nothing.Out)
		}
		env.WHMCS.Set(t, "tblproducts", "1", "retired", "0")
		_, err := export.Run(t.Context(), env.Protocol(t).Client(), acctest.NewProtocol(t, "test").Client(), nil, export.Options{Out: t.TempDir()})
		require.ErrorContains(t, err, "set WHMCS_URL, DCIM_URL or SOLUSVM2_URL")
		env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Kind: "product", Status: 500, Times: -1})
		failed := filepath.Join(t.TempDir(), "out")
		_, err = export.Run(t.Context(), env.Protocol(t).Client(), acctest.NewProtocol(t, "test").Client(), allSystems, export.Options{Out: failed})
		require.ErrorContains(t, err, "list hosting_whmcs_product")
		require.NoDirExists(t, failed)
	})
}

// TestExport_productGroup: the choice of product groups leaves out what the chosen products do not use.
func TestExport_productGroup(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		exportEstate(t, env, 9)
		env.WHMCS.Insert(t, "tblservergroups", map[string]string{"name": "Unused", "filltype": "1"})
		alone, files := exported(t, env, export.Options{ProductGroups: []string{"सर्वर"}})
		assert.Equal(t, map[string]int{"hosting_whmcs_product": 1, "hosting_whmcs_product_group": 1}, alone.Exported)
		assert.Equal(t, 2, alone.LeftOut["hosting_whmcs_server_group that the chosen products do not use"])
		assert.Contains(t, files["README.md"], "| hosting_whmcs_server_group that the chosen products do not use | 2 |")
		requireNothingToChange(t, env, alone, files)

		uses, files := exported(t, env, export.Options{ProductGroups: []string{"2"}})
		assert.Equal(t, map[string]int{
			"hosting_whmcs_product": 7, "hosting_whmcs_product_group": 1, "hosting_whmcs_configurable_option_group": 1, "hosting_whmcs_server_group": 1,
			"hosting_whmcs_server": 1, "hosting_dcim_package": 1, "hosting_dcim_package_servers": 1,
		}, uses.Exported)
		requireNothingToChange(t, env, uses, files)

		// The objects that the products use are found, even if the products are not exported.
		servers, files := exported(t, env, export.Options{ProductGroups: []string{"2"}, Only: []string{"hosting_whmcs_server"}})
		assert.Equal(t, map[string]int{"hosting_whmcs_server": 1}, servers.Exported)
		assert.Empty(t, servers.LeftOut)
		requireNothingToChange(t, env, servers, files)
	})
}

// TestExport_hiddenOptions: a product or an addon module with secrets that WHMCS does not show has a comment for them.
// Other products have none.
func TestExport_hiddenOptions(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, "hosting_whmcs_product", nil, gameProduct(map[string]any{
			"module_options": gameOptions(nil), "sensitive_module_options": map[string]any{"password": secretOfEstate},
		}))
		p.Do(t, "hosting_whmcs_product", nil, gameProduct(map[string]any{"name": "Without", "module_options": gameOptions(nil)}))
		summary, files := exported(t, env, export.Options{})
		const line = "  # sensitive_module_options = var.whmcs_product_game_sensitive_module_options\n"
		assert.Equal(t, 1, strings.Count(files["whmcs_product.tf"], "sensitive_module_options ="))
		assert.Contains(t, files["whmcs_product.tf"], line)
		assert.Contains(t, files["whmcs_addon_module.tf"], "  # sensitive_settings = var.whmcs_addon_module_legacy_tool_sensitive_settings\n")
		requireNothingToChange(t, env, summary, files)
	})
}

// TestExport_withServices: a hidden or retired product is exported if customers have it.
func TestExport_withServices(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		exportEstate(t, env, 9)
		usual, _ := exported(t, env, export.Options{})
		env.WHMCS.Set(t, "tblproducts", "4", "retired", "1")
		env.WHMCS.Set(t, "tblproducts", "5", "hidden", "1")
		// Product 3 is hidden. Product 5 has only a service of the past.
		for product, status := range map[string]string{"3": "Suspended", "4": "Active", "5": "Terminated"} {
			env.WHMCS.AddService(t, product, "0", status)
		}
		summary, files := exported(t, env, export.Options{WithServices: true})
		assert.Equal(t, map[string]int{"hidden products": 1}, summary.LeftOut)
		assert.Equal(t, usual.Exported["hosting_whmcs_product"], summary.Exported["hosting_whmcs_product"])
		requireNothingToChange(t, env, summary, files)
	})
}

// TestExport_again: an export replaces its own files, and never a file that a person changed or made.
func TestExport_again(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		out := t.TempDir()
		_, before := exported(t, env, export.Options{Out: out})
		_, again := exported(t, env, export.Options{Out: out})
		assert.Equal(t, before, again)
		_, fewer := exported(t, env, export.Options{Out: out, Only: []string{"hosting_whmcs_product_group"}})
		assert.NotContains(t, fewer, "whmcs_product.tf")

		refused := func(file string) {
			t.Helper()
			before := filesIn(t, out)
			_, err := export.Run(t.Context(), env.Protocol(t).Client(), acctest.NewProtocol(t, "test").Client(), allSystems, export.Options{Out: out})
			require.ErrorContains(t, err, file)
			assert.Equal(t, before, filesIn(t, out))
		}
		require.NoError(t, os.WriteFile(filepath.Join(out, "whmcs_product.tf"), []byte("# mine\n"), 0o600))
		refused("whmcs_product.tf")
		require.NoError(t, os.Remove(filepath.Join(out, "whmcs_product.tf")))
		require.NoError(t, os.WriteFile(filepath.Join(out, "whmcs_product_group.tf"), []byte("# changed\n"), 0o600))
		refused("whmcs_product_group.tf")
	})
}

// TestExport_oddNames: names that Terraform reads in another way, names that are the same after they were made into
// identifiers, and long lists and texts.
func TestExport_oddNames(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		whmcs := env.Sandbox.WHMCS
		group := whmcs.AddProductGroup("for")
		ids := map[string]string{}
		add := func(name string) string {
			id := whmcs.AddProduct(group, "Product", "1.00")
			env.WHMCS.Set(t, "tblproducts", id, "name", name)
			ids[name] = id
			return id
		}
		for _, name := range []string{"for", "null", "true", "count", "!!!", "???", "", "line\nbreak", "1 Core", "n1 core", "e\u0301", strings.Repeat("ü", 255)} {
			add(name)
		}
		text := "One ${cpu}\r\n\tEOT\r\nEOT_\r\n<b>end</b> %{if}"
		env.WHMCS.Set(t, "tblproducts", ids["count"], "description", text)
		// The third "X" would be x_<id>, which is the name of another product.
		first, _ := strconv.Atoi(add("X"))
		add("X")
		add(fmt.Sprintf("X %d", first+3))
		add("X")
		for _, row := range []string{"null", "true", "count", "1 Core", "n1 core", "X"} {
			env.WHMCS.Insert(t, "tblproduct_upgrade_products", map[string]string{"product_id": ids["for"], "upgrade_product_id": ids[row]})
		}
		summary, files := exported(t, env, export.Options{ProductGroups: []string{group}})
		assert.Contains(t, files["whmcs_product.tf"], fmt.Sprintf("%q \"x_%d_2\"", "hosting_whmcs_product", first+3))
		assert.Contains(t, files["whmcs_product.tf"], "upgrade_product_ids = [\n    hosting_whmcs_product.")
		assert.Contains(t, files["whmcs_product.tf"], "  description = chomp(<<EOT__\nOne $${cpu}\n\tEOT\nEOT_\n<b>end</b> %%{if}\nEOT__\n  )\n")
		requireNothingToChange(t, env, summary, files)

		// The first key of a map must not be read as a for expression.
		_, files = exported(t, env, export.Options{Fields: []string{"prices"}, ProductGroups: []string{group}})
		assert.Contains(t, files["price_list.tf"], `"for" = {`)
	})
}

// TestExport_recalculation: the export warns if WHMCS itself changes prices.
func TestExport_recalculation(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		summary, _ := exported(t, env, export.Options{})
		about := func() []string {
			var all []string
			for _, warning := range summary.Warnings {
				all = append(all, warning.About...)
			}
			return all
		}
		assert.NotContains(t, about(), "WHMCS changes prices without Terraform")
		env.WHMCS.SetConfiguration(t, "CurrencyAutoUpdateProductPrices", "on")
		summary, _ = exported(t, env, export.Options{Only: []string{"hosting_whmcs_product"}})
		assert.Contains(t, about(), "WHMCS changes prices without Terraform")
		summary, _ = exported(t, env, export.Options{Only: []string{"hosting_whmcs_product_group"}})
		assert.NotContains(t, about(), "WHMCS changes prices without Terraform")
	})
}

// TestExport_many: the requests of an export do not grow with each object.
func TestExport_many(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		group := env.Sandbox.WHMCS.AddProductGroup("Many")
		for n := range 2000 {
			env.Sandbox.WHMCS.AddProduct(group, fmt.Sprintf("VPS %d", n%500), "1.00")
		}
		env.Sandbox.Journal().Reset()
		summary, _ := exported(t, env, export.Options{})
		assert.GreaterOrEqual(t, summary.Exported["hosting_whmcs_product"], 2000)
		assert.LessOrEqual(t, len(env.Sandbox.Journal().Requests()), 30)
	})
}

// exportCLI runs the program's command, and returns a Terraform in the folder that the command wrote.
func exportCLI(t *testing.T, env *acctest.Env, flags ...string) *cli {
	t.Helper()
	credential := env.WHMCS.Credential()
	key, secret := env.Sandbox.DCIM.AdminKey()
	tf := newCLI(t, "", "TF_LOG=", "WHMCS_URL="+env.WHMCS.URL(), "WHMCS_IDENTIFIER="+credential.Identifier, "WHMCS_SECRET="+credential.Secret,
		"DCIM_URL="+env.Sandbox.DCIM.URL(), "DCIM_KEY="+key, "DCIM_SECRET="+secret, "DCIM_PROFILE=assumed",
		"SOLUSVM2_URL="+env.Sandbox.SolusVM2.URL(), "SOLUSVM2_TOKEN="+env.Sandbox.SolusVM2.AdminToken())
	require.NoError(t, os.Remove(filepath.Join(tf.folder, "main.tf")))
	terraform := tf.binary
	tf.binary = tf.provider
	said := tf.run(t, 0, append([]string{"export", "--out", tf.folder}, flags...)...)
	assert.Contains(t, said, "Read README.md there for the next commands.")
	tf.binary = terraform
	return tf
}

// TestExport_terraform runs the program's command, and then the real Terraform on what it wrote.
func TestExport_terraform(t *testing.T) {
	needsTerraform(t)
	acctest.Each(t, acctest.Options{SandboxOnly: "TestExport_estate runs on PHP"}, func(t *testing.T, env *acctest.Env) {
		products := 16
		if acctest.Full() {
			products = 200
		}
		exportEstate(t, env, products)
		tf := exportCLI(t, env)
		assert.Regexp(t, `Plan: \d+ to import, 0 to add, 0 to change, 0 to destroy\.`, tf.run(t, 0, "plan", "-no-color"))
		tf.run(t, 0, "apply", "-no-color", "-auto-approve")
		tf.run(t, 0, "plan", "-no-color", "-detailed-exitcode")
	})
}

// TestExport_priceList: a price list imports the products, changes nothing, and then changes one price.
func TestExport_priceList(t *testing.T) {
	needsTerraform(t)
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		exportEstate(t, env, 9)
		tf := exportCLI(t, env, "--fields", "prices,setup_fees,hidden")
		assert.Contains(t, tf.run(t, 0, "plan", "-no-color"), "Plan: 9 to import, 0 to add, 0 to change, 0 to destroy.")
		tf.run(t, 0, "apply", "-no-color", "-auto-approve")
		file := filepath.Join(tf.folder, "price_list.tf")
		before, err := os.ReadFile(file)
		require.NoError(t, err)
		after := strings.Replace(string(before), `"8.99"`, `"9.49"`, 1)
		require.NotEqual(t, string(before), after)
		require.NoError(t, os.WriteFile(file, []byte(after), 0o600))
		env.WHMCS.Set(t, "tblproducts", "1", "name", "Renamed in WHMCS")
		assert.Contains(t, tf.run(t, 0, "apply", "-no-color", "-auto-approve"), "0 added, 1 changed, 0 destroyed")
		tf.run(t, 0, "plan", "-no-color", "-detailed-exitcode")
	})
}
