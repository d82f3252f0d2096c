package acctest_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// gameProduct is a product of the module gamehost that names each option with a default.
func gameProduct(more map[string]any) map[string]any {
	all := map[string]any{"product_group_id": "1", "name": "Game", "pay_type": "free", "module": "gamehost"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

func gameOptions(more map[string]any) map[string]any {
	all := map[string]any{"memory": "1024", "edition": "java"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// withGames runs a test on a WHMCS with the modules gamehost and gamepanel.
func withGames(t *testing.T, test func(t *testing.T, env *acctest.Env)) {
	t.Helper()
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.WHMCS.SetModule(t, "servers/gamehost", true)
		env.WHMCS.SetModule(t, "servers/gamepanel", true)
		test(t, env)
	})
}

// stateTexts is an attribute that is a map of text, nil if it is null.
func stateTexts(t *testing.T, p *acctest.Protocol, instance *acctest.Instance, name string) map[string]string {
	t.Helper()
	value := p.State(t, instance)[name]
	if value.IsNull() {
		return nil
	}
	var elements map[string]tftypes.Value
	require.NoError(t, value.As(&elements))
	texts := map[string]string{}
	for key, element := range elements {
		texts[key] = acctest.Text(t, element)
	}
	return texts
}

func oneMessage(t *testing.T, diagnostics []*tfprotov6.Diagnostic, parts ...string) {
	t.Helper()
	messages := acctest.Messages(diagnostics)
	require.Len(t, messages, 1)
	for _, part := range parts {
		assert.Contains(t, messages[0], part)
	}
}

// A change of the module sends each named option under its new number, and names the columns that it leaves.
func TestConvergeChangeOfModuleSendsAllOptions(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		values := gameProduct(map[string]any{"module_options": gameOptions(map[string]any{"egg_id": "7", "Location ID": "1"}), "sensitive_module_options": map[string]any{"password": "Canary-One"}})
		made := p.Do(t, neighbourProduct, nil, values)
		id := acctest.Text(t, p.State(t, made)["id"])
		assert.Equal(t, "7", env.WHMCS.Row(t, "tblproducts", id)["configoption3"])

		p = env.Protocol(t)
		moved := gameProduct(map[string]any{"module": "gamepanel", "module_options": map[string]any{"egg_id": "7", "location_id": "1", "edition": "java"}, "sensitive_module_options": map[string]any{"password": "Canary-One"}})
		change, diagnostics := p.PlanChange(t, neighbourProduct, made, moved)
		oneMessage(t, diagnostics, "warning at module: The product Game keeps options of the module gamehost", `7 (was "password")`, `set its number to ""`)
		made, diagnostics = p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		row := env.WHMCS.Row(t, "tblproducts", id)
		assert.Equal(t, []string{"1", "7", "Canary-One", "java"}, []string{row["configoption1"], row["configoption2"], row["configoption3"], row["configoption4"]})
		change, _ = p.PlanChange(t, neighbourProduct, made, moved)
		assert.True(t, p.IsEmpty(t, change))

		// The numbers of the former module are forgotten: a change elsewhere is noticed in the new column only.
		env.WHMCS.Set(t, "tblproducts", id, "configoption2", "9")
		made, _ = p.Read(t, made)
		assert.Equal(t, "9", stateTexts(t, p, made, "module_options")["egg_id"])
	})
}

// A module that was changed in WHMCS moves no option with it. The plan shows the named options, also if the
// configuration follows the change.
func TestConvergeModuleChangedInWHMCS(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, neighbourProduct, nil, gameProduct(map[string]any{
			"module_options":           gameOptions(map[string]any{"egg_id": "7", "location_id": "1"}),
			"sensitive_module_options": map[string]any{"password": "Canary-One"},
		}))
		id := acctest.Text(t, p.State(t, made)["id"])
		env.WHMCS.Set(t, "tblproducts", id, "servertype", "gamepanel")
		made, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Empty(t, stateTexts(t, p, made, "module_options"))
		follows := gameProduct(map[string]any{
			"module": "gamepanel", "module_options": map[string]any{"egg_id": "7", "location_id": "1"},
			"sensitive_module_options": map[string]any{"password": "Canary-One"},
		})
		p = env.Protocol(t) // another run
		change, diagnostics := p.PlanChange(t, neighbourProduct, made, follows)
		oneMessage(t, diagnostics, "keeps options of the module gamehost", `4 (was "edition", is "edition")`, `7 (was "password")`)
		require.False(t, p.IsEmpty(t, change))
		made, diagnostics = p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		row := env.WHMCS.Row(t, "tblproducts", id)
		assert.Equal(t, []string{"1", "7", "Canary-One"}, []string{row["configoption1"], row["configoption2"], row["configoption3"]})
		p = env.Protocol(t)
		made, _ = p.Read(t, made)
		change, diagnostics = p.PlanChange(t, neighbourProduct, made, follows)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.True(t, p.IsEmpty(t, change))
	})
}

// An import names options by what the module declares. A configuration by number or by name means the same options.
func TestConvergeImportNamesOptions(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		id := acctest.Text(t, p.State(t, p.Do(t, neighbourProduct, nil, gameProduct(map[string]any{
			"module_options": gameOptions(map[string]any{"Egg ID": "7"}), "sensitive_module_options": map[string]any{"password": "Canary-One"},
		})))["id"])
		p = env.Protocol(t)
		imported, diagnostics := p.Import(t, neighbourProduct, map[string]any{"id": id})
		oneMessage(t, diagnostics, "warning at sensitive_module_options: The import of the product Game leaves out module options", `7 ("password")`, "add them to sensitive_module_options")
		assert.Equal(t, map[string]string{"memory": "1024", "edition": "java", "egg_id": "7"}, stateTexts(t, p, imported, "module_options"))
		named := gameProduct(map[string]any{"module_options": gameOptions(map[string]any{"egg_id": "7"})})
		change, diagnostics := p.PlanChange(t, neighbourProduct, imported, named)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.True(t, p.IsEmpty(t, change))
		// Drift of an imported option is noticed.
		env.WHMCS.Set(t, "tblproducts", id, "configoption3", "8")
		drifted, _ := p.Read(t, imported)
		assert.Equal(t, "8", stateTexts(t, p, drifted, "module_options")["egg_id"])
		env.WHMCS.Set(t, "tblproducts", id, "configoption3", "7")

		// Another spelling of the same options removes nothing.
		env.WHMCS.AddService(t, id, "0", "Active")
		numbered := gameProduct(map[string]any{"module_options": map[string]any{"1": "1024", "4": "java", "Egg ID": "7"}})
		change, diagnostics = p.PlanChange(t, neighbourProduct, imported, numbered)
		require.Empty(t, acctest.Messages(diagnostics))
		applied, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		_, diagnostics = env.Protocol(t).PlanChange(t, neighbourProduct, applied, gameProduct(map[string]any{"module_options": map[string]any{"memory": "1024", "4": "java"}}))
		oneMessage(t, diagnostics, "keeps the values of module options", `"Egg ID"`)
	})
}

// The module of an imported product was never called. The import names the options that it leaves out, and the command
// that calls the module.
func TestConvergeImportOfAnUnknownModule(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		for column, value := range map[string]string{"servertype": "gamepanel", "configoption1": "1", "configoption2": "7"} {
			env.WHMCS.Set(t, "tblproducts", "1", column, value)
		}
		for number := 3; number <= 6; number++ {
			env.WHMCS.Set(t, "tblproducts", "1", "configoption"+string(rune('0'+number)), "")
		}
		p := env.Protocol(t)
		imported, diagnostics := p.Import(t, neighbourProduct, map[string]any{"id": "1"})
		oneMessage(t, diagnostics, "leaves out module options", "1, 2", `"terraform-provider-hosting module-options gamepanel"`, "are not managed")
		assert.Nil(t, stateTexts(t, p, imported, "module_options"))

		c := &contract{T: t, env: env}
		c.write(object{"op": "module_schema", "module": "gamepanel"})
		p = env.Protocol(t)
		imported, diagnostics = p.Import(t, neighbourProduct, map[string]any{"id": "1"})
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Equal(t, map[string]string{"location_id": "1", "egg_id": "7"}, stateTexts(t, p, imported, "module_options"))
	})
}

// The read role gets what a module declares without running its code, or nothing.
func TestConvergeReadRoleGetsDeclarations(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		options := func(id string) any {
			o := c.send(env.WHMCS.ReadOnlyCredential(), "TerraformRead", object{"op": "get", "kind": "module", "ids": []string{id}})
			return c.success(o)["rows"].([]any)[0].(object)["options"]
		}
		option := func(number float64, name, label, kind, standard string) object {
			return object{"number": number, "name": name, "label": label, "type": kind, "default": standard}
		}
		// The file of gamehost shows its declaration.
		assert.Equal(t, []any{
			option(1, "memory", "Memory (MB)", "text", "1024"), option(2, "location_id", "Location ID", "text", ""), option(3, "egg_id", "Egg ID", "text", ""),
			option(4, "edition", "", "dropdown", "java"), option(5, "backups", "", "yesno", ""), option(6, "token", "API Token", "text", ""), option(7, "password", "", "password", ""),
		}, options("servers/gamehost"))
		assert.Nil(t, options("servers/gamepanel"))
		assert.Nil(t, options("addons/sampleaddon"))
		schema := c.write(object{"op": "module_schema", "module": "gamepanel"})["options"].([]any)
		c.has(schema[3].(object), object{"name": "edition", "choices": []any{"java"}, "fixed": false})
		assert.Equal(t, []any{
			option(1, "location_id", "Location ID", "text", ""), option(2, "egg_id", "Egg ID", "text", ""), option(3, "password", "", "password", ""), option(4, "edition", "", "dropdown", ""),
		}, options("servers/gamepanel"))
		schema = c.write(object{"op": "module_schema", "module": "gamehost"})["options"].([]any)
		c.has(schema[3].(object), object{"name": "edition", "choices": []any{"java", "bedrock"}, "fixed": true})
	})
}

// A plan refuses what is wrong in any case, and warns of what the apply decides.
func TestConvergeOptionsAtPlan(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		plan := func(module string, options map[string]any) []string {
			_, diagnostics := p.PlanChange(t, neighbourProduct, nil, gameProduct(map[string]any{"module": module, "module_options": options}))
			return acctest.Messages(diagnostics)
		}
		assert.Empty(t, plan("gamehost", gameOptions(map[string]any{"Egg ID": "7", "backups": "on"})), "the name on the screen is a name")
		for key, want := range map[string][]string{
			"nosuch":   {`error at module_options["nosuch"]: No such module option`, `1 "memory" ("Memory (MB)")`},
			"edition":  {`error at module_options["edition"]: Not a choice of this module option`, `"java", "bedrock"`},
			"backups":  {`error at module_options["backups"]: This module option is a switch`, `Write "on"`, `Got "true"`},
			"password": {`error at module_options["password"]: This module option is a password`, "sensitive_module_options_wo"},
		} {
			messages := plan("gamehost", gameOptions(map[string]any{key: "true"}))
			require.Len(t, messages, 1, key)
			for _, part := range want {
				assert.Contains(t, messages[0], part)
			}
		}
		// The module computes its choices, so that the apply decides.
		values := gameProduct(map[string]any{"module": "gamepanel", "module_options": map[string]any{"edition": "bedrock"}})
		change, diagnostics := p.PlanChange(t, neighbourProduct, nil, values)
		oneMessage(t, diagnostics, `warning at module_options["edition"]: Not a choice of this module option yet`, `offers now: "java"`, `Got "bedrock"`)
		_, diagnostics = p.Apply(t, change)
		oneMessage(t, diagnostics, `error at module_options["edition"]`, "must be one of")

		// A new product gets no defaults from the API.
		p = env.Protocol(t) // another run
		messages := plan("gamehost", map[string]any{"edition": "java"})
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "warning at module: The product Game starts without defaults of the module gamehost")
		assert.Contains(t, messages[0], `1 "memory" = "1024". Set`)
		assert.Len(t, plan("gamehost", nil), 1)

		made := p.Do(t, neighbourProduct, nil, gameProduct(map[string]any{"module_options": gameOptions(map[string]any{"egg_id": "1"})}))
		_, diagnostics = p.PlanChange(t, neighbourProduct, made, gameProduct(map[string]any{"module_options": gameOptions(map[string]any{"egg_id": "1", "3": "2"})}))
		oneMessage(t, diagnostics, `"3" and "egg_id" are both option 3`)
		_, diagnostics = p.PlanChange(t, neighbourProduct, made, gameProduct(map[string]any{"module_options": gameOptions(map[string]any{"egg_id": "1"}), "sensitive_module_options": map[string]any{"memory": "1"}}))
		oneMessage(t, diagnostics, `"memory" and "memory" are both option 1`)
	})
}

// A plan-only pipeline may not ask the module. It also refuses a password in the plain map.
func TestConvergeReadRoleRefusesPlainPasswords(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		credential := env.WHMCS.ReadOnlyCredential()
		p := env.Protocol(t, acctest.Settings{"whmcs": {"identifier": credential.Identifier, "secret": credential.Secret}})
		_, diagnostics := p.PlanChange(t, neighbourProduct, nil, gameProduct(map[string]any{"module_options": gameOptions(map[string]any{"password": "Canary-One", "Egg ID": "1"})}))
		messages := strings.Join(acctest.Messages(diagnostics), "\n")
		assert.Contains(t, messages, `error at module_options["password"]: This module option is a password`)
		assert.NotContains(t, messages, "Canary")
	})
}

// A secret of a module is kept out of rows, whatever type the module declares. Its drift is noticed and repaired.
func TestConvergeSensitiveOptions(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		p := env.Protocol(t)
		secrets := func(token string) map[string]any {
			return gameProduct(map[string]any{"module_options": gameOptions(nil), "sensitive_module_options": map[string]any{"API Token": token}})
		}
		made := p.Do(t, neighbourProduct, nil, secrets("Canary-One"))
		id := acctest.Text(t, p.State(t, made)["id"])
		assert.Equal(t, "Canary-One", env.WHMCS.Row(t, "tblproducts", id)["configoption6"])
		raw := func() string {
			return c.send(env.WHMCS.ReadOnlyCredential(), "TerraformRead", object{"op": "get", "kind": "product", "ids": []string{id}}).Raw
		}
		assert.NotContains(t, raw(), "Canary")
		made, _ = p.Read(t, made)
		change, diagnostics := p.PlanChange(t, neighbourProduct, made, secrets("Canary-One"))
		require.Empty(t, acctest.Messages(diagnostics))
		assert.True(t, p.IsEmpty(t, change))

		env.WHMCS.Set(t, "tblproducts", id, "configoption6", "Elsewhere")
		made, _ = p.Read(t, made)
		assert.Empty(t, stateTexts(t, p, made, "sensitive_module_options"))
		made = p.Do(t, neighbourProduct, made, secrets("Canary-One"))
		assert.Equal(t, "Canary-One", env.WHMCS.Row(t, "tblproducts", id)["configoption6"])
		p.Do(t, neighbourProduct, made, secrets("Canary-Two"))
		assert.Equal(t, "Canary-Two", env.WHMCS.Row(t, "tblproducts", id)["configoption6"])
		assert.NotContains(t, raw(), "Canary")

		// The response does not show an expected value that is no longer stored.
		o := c.tryWrite(object{"op": "update", "kind": "product", "id": id, "expect": object{"module_options": object{"6": object{"secret": "Canary-Old"}}}, "values": object{"module_options": object{"6": "x"}}})
		c.refused(o, "conflict", "module_options.6")
		assert.NotContains(t, o.Raw, "Canary")
	})
}

// Write-only options are sent on creation and if their version or the module changes. Their drift is noticed.
func TestConvergeWriteOnlyOptions(t *testing.T) {
	withGames(t, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		values := func(secret string, version int, more map[string]any) map[string]any {
			all := map[string]any{"module_options": gameOptions(nil), "sensitive_module_options_wo": map[string]any{"password": secret}, "sensitive_module_options_wo_version": version}
			for name, value := range more {
				all[name] = value
			}
			return gameProduct(all)
		}
		made := p.Do(t, neighbourProduct, nil, values("Canary-One", 1, nil))
		id := acctest.Text(t, p.State(t, made)["id"])
		stored := func(column string) string { return env.WHMCS.Row(t, "tblproducts", id)[column] }
		assert.Equal(t, "Canary-One", stored("configoption7"))
		change, _ := p.PlanChange(t, neighbourProduct, made, values("Canary-Two", 1, nil))
		assert.True(t, p.IsEmpty(t, change))
		made = p.Do(t, neighbourProduct, made, values("Canary-Two", 2, nil))
		assert.Equal(t, "Canary-Two", stored("configoption7"))

		env.WHMCS.Set(t, "tblproducts", id, "configoption7", "Elsewhere")
		made, _ = p.Read(t, made)
		change, _ = p.PlanChange(t, neighbourProduct, made, values("Canary-Two", 2, nil))
		assert.False(t, p.IsEmpty(t, change))
		made = p.Do(t, neighbourProduct, made, values("Canary-Two", 2, nil))
		assert.Equal(t, "Canary-Two", stored("configoption7"))
		made, _ = p.Read(t, made)
		change, _ = p.PlanChange(t, neighbourProduct, made, values("Canary-Two", 2, nil))
		assert.True(t, p.IsEmpty(t, change))

		change, _ = p.PlanChange(t, neighbourProduct, made, values("Canary-Two", 2, map[string]any{"module": "gamepanel", "module_options": map[string]any{"edition": "java"}}))
		_, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.Equal(t, "Canary-Two", stored("configoption3"))
	})
}

// A module that gets its options from its panel may declare others, or fail, as long as WHMCS has no server of it. The
// first plan warns, and the apply works once the server of the same run is there.
func TestConvergeModuleThatNeedsAServer(t *testing.T) {
	for module, c := range map[string]struct {
		options  map[string]any
		warnings []string // of the plan
		refusals []string // of the apply without a server
	}{
		"latepanel": {
			map[string]any{"Plan": "R&D", "Node": "n1"},
			[]string{
				`warning at module_options["Node"]: No such module option yet: The module latepanel declares no option "Node" now. It has: 1 "Plan".`,
				`warning at module_options["Plan"]: The codec of module options is not set, unless the module offers the value`,
			},
			[]string{`error at module_options["Node"]`, "is not an option of the module"},
		},
		"needspanel": {
			map[string]any{"Plan": "gold"},
			[]string{`warning at module_options["Plan"]: The module does not report its option names yet: WHMCS could not read the number of the option "Plan" from the module`},
			[]string{`error at module_options["Plan"]`, "WHMCS has no server of the panel", "Use the number of the option, 1 to 24"},
		},
	} {
		t.Run(module, func(t *testing.T) {
			acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
				env.WHMCS.SetModule(t, "servers/"+module, true)
				values := func(group any) map[string]any {
					more := map[string]any{"module": module, "server_group_id": group, "module_options": c.options}
					return gameProduct(more)
				}
				p := env.Protocol(t)
				for _, group := range []any{acctest.Unknown, nil} {
					_, diagnostics := p.PlanChange(t, neighbourProduct, nil, values(group))
					messages := acctest.Messages(diagnostics)
					require.Len(t, messages, len(c.warnings))
					for _, want := range c.warnings {
						assert.Contains(t, strings.Join(messages, "\n"), want)
					}
				}
				change, _ := p.PlanChange(t, neighbourProduct, nil, values(nil))
				_, diagnostics := p.Apply(t, change)
				oneMessage(t, diagnostics, c.refusals...)

				p = env.Protocol(t) // another run
				create := func(kind string, config map[string]any) string {
					return acctest.Text(t, p.State(t, p.Do(t, kind, nil, config))["id"])
				}
				server := create("hosting_whmcs_server", map[string]any{"name": "Panel", "module": module})
				group := create("hosting_whmcs_server_group", map[string]any{"name": "Panels", "server_ids": []any{server}})
				made := p.Do(t, neighbourProduct, nil, values(group))
				change, diagnostics = env.Protocol(t).PlanChange(t, neighbourProduct, made, values(group))
				require.Empty(t, acctest.Messages(diagnostics))
				assert.True(t, p.IsEmpty(t, change))
			})
		})
	}
}
