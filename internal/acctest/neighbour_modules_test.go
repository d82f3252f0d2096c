package acctest_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// neighbours is a WHMCS with modules of other people, and a provider that is configured for it.
type neighbours struct {
	*testing.T
	*acctest.Protocol
	whmcs *testhost.Installation
	env   *acctest.Env
}

func newNeighbours(t *testing.T, options testhost.Options, modules ...string) *neighbours {
	t.Helper()
	t.Parallel()
	whmcs := testhost.Shared(t).NewInstallation(t, options)
	for _, module := range modules {
		require.NoError(t, whmcs.SetModule(module, true))
	}
	return neighboursOf(t, whmcs)
}

func neighboursOf(t *testing.T, whmcs *testhost.Installation) *neighbours {
	t.Helper()
	env := acctest.EnvOf(whmcs).WithSandbox(acctest.NewSandbox(t, sandbox.Options{}))
	return &neighbours{T: t, Protocol: env.Protocol(t, acctest.Settings{"dcim": {"profile": "assumed"}}), whmcs: whmcs, env: env}
}

func (n *neighbours) texts(instance *acctest.Instance, name string) map[string]string {
	n.Helper()
	return stateTexts(n.T, n.Protocol, instance, name)
}

const neighbourProduct = "hosting_whmcs_product"

func neighbourAttributes(more map[string]any) map[string]any {
	all := map[string]any{"product_group_id": "1", "name": "Neighbour", "pay_type": "free"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// A module whose code fails is named at plan, with its reason. Its options are accepted by number.
func TestNeighbourPlanWithFailingModules(t *testing.T) {
	n := newNeighbours(t, testhost.Options{}, "servers/thrower", "servers/dier")
	for module, reason := range map[string]string{
		"thrower": "The server module thrower failed in thrower_ConfigOptions: the panel refuses the password none.",
		"dier":    "The server module dier ended the request: Smarty does not exists!",
	} {
		n.Protocol = n.env.Protocol(t, acctest.Settings{"dcim": {"profile": "assumed"}}) // another run
		named := neighbourAttributes(map[string]any{"module": module, "module_options": map[string]any{"Plan": "gold"}})
		change, diagnostics := n.PlanChange(t, neighbourProduct, nil, named)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1, module)
		assert.Contains(t, messages[0], `warning at module_options["Plan"]: The module does not report its option names yet`)
		assert.Contains(t, messages[0], reason)
		assert.Contains(t, messages[0], "use the number of the option, 1 to 24")
		_, diagnostics = n.Apply(t, change)
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1, module)
		assert.Contains(t, messages[0], `error at module_options["Plan"]`)
		assert.Contains(t, messages[0], "Use the number of the option, 1 to 24")
		n.Protocol = n.env.Protocol(t, acctest.Settings{"dcim": {"profile": "assumed"}})

		values := neighbourAttributes(map[string]any{"name": module, "module": module, "module_options": map[string]any{"1": "gold"}})
		change, diagnostics = n.PlanChange(t, neighbourProduct, nil, values)
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1, module)
		assert.Contains(t, messages[0], "warning at module_options: The options of the module "+module+" were not checked")
		assert.Contains(t, messages[0], reason)
		applied, diagnostics := n.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics), module)
		applied, diagnostics = n.Read(t, applied)
		require.Empty(t, acctest.Messages(diagnostics), module)
		change, _ = n.PlanChange(t, neighbourProduct, applied, values)
		assert.True(t, n.IsEmpty(t, change), module)
	}
}

// A product moves between two modules that declare the same function, with options by name.
func TestNeighbourChangeOfModule(t *testing.T) {
	n := newNeighbours(t, testhost.Options{}, "servers/twin_one", "servers/twin_two", "servers/shifted", "servers/indexed")
	options := func(module string, values map[string]any) map[string]any {
		return neighbourAttributes(map[string]any{"module": module, "module_options": values})
	}
	var made *acctest.Instance
	for _, step := range []struct {
		module string
		values map[string]any
	}{
		{"twin_one", map[string]any{"Plan": "gold", "Disk one": "20"}},
		{"twin_two", map[string]any{"Plan": "gold", "Disk two": "20"}},
		{"twin_one", map[string]any{"Plan": "silver", "Disk one": "20"}},
		// An option of the same name and value has another number under the other module.
		{"shifted", map[string]any{"Plan": "silver", "Disk": "20"}},
		{"indexed", map[string]any{"Plan": "silver", "Option 20": "20"}},
	} {
		// A plan warns that WHMCS keeps the values of options that it no longer names.
		change, _ := n.PlanChange(t, neighbourProduct, made, options(step.module, step.values))
		var diagnostics []*tfprotov6.Diagnostic
		made, diagnostics = n.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics), step.module)
		if step.module == "shifted" {
			rows, err := n.whmcs.Query("SELECT configoption2 AS plan, configoption1 AS disk FROM tblproducts WHERE name = 'Neighbour'")
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"plan": "silver", "disk": "20"}, rows[0])
		}
	}
	change, _ := n.PlanChange(t, neighbourProduct, made, options("indexed", map[string]any{"Plan": "silver", "Option 20": "20"}))
	assert.True(t, n.IsEmpty(t, change))
	rows, err := n.whmcs.Query("SELECT configoption1 AS plan, configoption20 AS disk FROM tblproducts WHERE name = 'Neighbour'")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"plan": "silver", "disk": "20"}, rows[0])
}

// Choices that a module fills by the server group are checked for the group of the plan. A list that it could not fill
// refuses no value.
func TestNeighbourChoicesAtPlan(t *testing.T) {
	n := newNeighbours(t, testhost.Options{}, "servers/panelchoices", "servers/indexed")
	server := acctest.Text(t, n.State(t, n.Do(t, "hosting_whmcs_server", nil, map[string]any{"name": "Panel", "module": "panelchoices"}))["id"])
	group := acctest.Text(t, n.State(t, n.Do(t, "hosting_whmcs_server_group", nil, map[string]any{"name": "Panels", "server_ids": []any{server}}))["id"])
	n.Protocol = n.env.Protocol(t, acctest.Settings{"dcim": {"profile": "assumed"}}) // another run
	plan := func(group any, options map[string]any) []string {
		_, diagnostics := n.PlanChange(t, neighbourProduct, nil, neighbourAttributes(map[string]any{"module": "panelchoices", "server_group_id": group, "module_options": options}))
		return acctest.Messages(diagnostics)
	}
	assert.Empty(t, plan(nil, map[string]any{"Plan": "anything", "Node": "n1", "Region": "r1", "5": "image"}))
	assert.Empty(t, plan(group, map[string]any{"Plan": "plan" + group, "Billing": "0|Disabled", "Zone": "eu"}))
	messages := plan(group, map[string]any{"Plan": "anything"})
	require.Len(t, messages, 1)
	assert.Contains(t, messages[0], `warning at module_options["Plan"]: Not a choice of this module option yet`)
	assert.Contains(t, messages[0], `offers now: "plan`+group+`", "spare". Got "anything".`)

	made := n.Do(t, neighbourProduct, nil, neighbourAttributes(map[string]any{"module": "panelchoices", "module_options": map[string]any{"Plan": "old", "Node": "n1"}}))
	made = n.Do(t, neighbourProduct, made, neighbourAttributes(map[string]any{"module": "panelchoices", "server_group_id": group, "module_options": map[string]any{"Plan": "old", "Node": "n2"}}))
	change, _ := n.PlanChange(t, neighbourProduct, made, neighbourAttributes(map[string]any{"module": "panelchoices", "server_group_id": group, "module_options": map[string]any{"Plan": "old", "Node": "n2"}}))
	assert.True(t, n.IsEmpty(t, change))

	_, diagnostics := n.PlanChange(t, neighbourProduct, nil, neighbourAttributes(map[string]any{"module": "indexed", "module_options": map[string]any{"Size": "x", "Option 25": "y", "Plan": "z"}}))
	messages = acctest.Messages(diagnostics)
	require.Len(t, messages, 2)
	assert.Contains(t, strings.Join(messages, "\n"), "Use a number instead of the name: 2, 3.")
	assert.Contains(t, strings.Join(messages, "\n"), `"Option 25" is option 25 of the module indexed.`)
}

// An import does not read the password of a module that declares its options in another file.
func TestNeighbourImportOfAPassword(t *testing.T) {
	n := newNeighbours(t, testhost.Options{}, "servers/elsewhere")
	require.NoError(t, n.whmcs.Exec("UPDATE tblproducts SET servertype = 'elsewhere', configoption1 = 'gold', configoption2 = 'Canary-Token' WHERE id = 1"))
	imported := func(warning string) map[string]string {
		n.Protocol = n.env.Protocol(t, acctest.Settings{"dcim": {"profile": "assumed"}}) // another run
		instance, diagnostics := n.Import(t, neighbourProduct, map[string]any{"id": "1"})
		require.Len(t, acctest.Messages(diagnostics), 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], warning)
		instance, diagnostics = n.Read(t, instance)
		require.Empty(t, acctest.Messages(diagnostics))
		return n.texts(instance, "module_options")
	}
	assert.Empty(t, imported("has not yet read the option declarations"))
	_, diagnostics := n.PlanChange(t, neighbourProduct, nil, neighbourAttributes(map[string]any{"module": "elsewhere", "module_options": map[string]any{"Plan": "x"}}))
	require.Empty(t, acctest.Messages(diagnostics))
	assert.Equal(t, map[string]string{"Plan": "gold"}, imported(`2 ("Token")`), "the plan has asked the module")
}

// A setting that an addon declares as text is a secret if the configuration says so.
func TestNeighbourSecretsThatAddonsDeclareAsText(t *testing.T) {
	n := newNeighbours(t, testhost.Options{}, "addons/TextSecrets")
	const addon = "hosting_whmcs_addon_module"
	values := func(settings, secrets map[string]any) map[string]any {
		return map[string]any{"module": "TextSecrets", "settings": settings, "sensitive_settings": secrets, "on_destroy": "deactivate", "allow_data_loss": true}
	}
	first := values(map[string]any{"endpoint": "e"}, map[string]any{"api_token": "Canary-One"})
	made := n.Do(t, addon, nil, first)
	row := func() string {
		c := &contract{T: t, env: n.env}
		return c.send(n.env.WHMCS.ReadOnlyCredential(), "TerraformRead", object{"op": "get", "kind": "addon_module", "ids": []string{"TextSecrets"}}).Raw
	}
	assert.NotContains(t, row(), "Canary")
	made, diagnostics := n.Read(t, made)
	require.Empty(t, acctest.Messages(diagnostics))
	change, _ := n.PlanChange(t, addon, made, first)
	assert.True(t, n.IsEmpty(t, change))

	// Drift is noticed and repaired.
	require.NoError(t, n.whmcs.Exec("UPDATE tbladdonmodules SET value = 'Elsewhere' WHERE module = 'TextSecrets' AND setting = 'api_token'"))
	made, _ = n.Read(t, made)
	change, _ = n.PlanChange(t, addon, made, first)
	assert.False(t, n.IsEmpty(t, change))
	made = n.Do(t, addon, made, first)
	made = n.Do(t, addon, made, values(map[string]any{"endpoint": "f"}, map[string]any{"api_token": "Canary-Two"}))
	assert.NotContains(t, row(), "Canary")

	// A setting that moves to the secrets without another value is withheld from then on.
	n.Do(t, addon, made, values(map[string]any{}, map[string]any{"api_token": "Canary-Two", "endpoint": "f"}))
	assert.NotContains(t, row(), `"endpoint":"f"`)
	imported, diagnostics := n.Import(t, addon, map[string]any{"id": "TextSecrets"})
	messages := acctest.Messages(diagnostics)
	require.Len(t, messages, 1)
	assert.Contains(t, messages[0], "warning at sensitive_settings: The import of the addon module TextSecrets omits settings")
	assert.NotContains(t, messages[0], "Canary")
	imported, _ = n.Read(t, imported)
	assert.Empty(t, n.texts(imported, "settings"))
}

// A form that is larger than PHP accepts is distinguished from a wrong request.
func TestNeighbourFormLargerThanPHP(t *testing.T) {
	t.Parallel()
	whmcs := testhost.Shared(t).NewInstallation(t, testhost.Options{})
	n := neighboursOf(t, whmcs.ServedWith(t, map[string]string{"post_max_size": "8K"}))
	_, diagnostics := n.PlanChange(t, neighbourProduct, nil, neighbourAttributes(map[string]any{"description": strings.Repeat("x", 9000)}))
	messages := acctest.Messages(diagnostics)
	require.Len(t, messages, 1)
	assert.Contains(t, messages[0], "Empty action request (HTTP 400): the form did not arrive. It has ")
	assert.Contains(t, messages[0], "Raise post_max_size")
}
