package preflight_test

import (
	"encoding/base64"
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const dataSource = "hosting_whmcs_preflight"

type object = map[string]any

// canary is a part of the password of a server.
const canary = "canary/server-password+&=\"<é>"

// all are the checks of a sound installation, in the order that is documented.
var all = []string{
	"reachable", "tls", "ip_allowed", "credential", "permissions", "companion", "companion_version", "companion_writable", "whmcs_version", "module_files",
	"default_server", "opcache", "hooks_registered", "currency_recalculation", "currency_prices", "price_guards", "transactional_tables", "text_codecs", "operating_systems", "staging_copy", "not_managed",
	"core_tables", "four_byte_text", "strict_sql_mode", "encryption", "group_slugs", "product_slugs", "recommendations", "on_demand_renewals", "toplink_hash",
	"form_hooks", "local_api_connection",
}

// server makes the TopLink module's default server.
func server(t *testing.T, env *acctest.Env, attributes object) *acctest.Instance {
	t.Helper()
	config := object{"name": "DCIM", "module": "toplink_dcim", "hostname": "127.0.0.1", "password": canary, "default_for_module": true}
	maps.Copy(config, attributes)
	for name, value := range config {
		if value == nil {
			delete(config, name)
		}
	}
	return env.Protocol(t).Do(t, "hosting_whmcs_server", nil, config)
}

// dedicated makes a product of the TopLink module and returns its id.
func dedicated(t *testing.T, env *acctest.Env) string {
	t.Helper()
	p := env.Protocol(t)
	group := p.Do(t, "hosting_whmcs_product_group", nil, object{"name": "Dedicated"})
	made, _ := p.PlanChange(t, "hosting_whmcs_product", nil, object{
		"product_group_id": acctest.Text(t, p.State(t, group)["id"]), "name": "E3", "module": "toplink_dcim", "pay_type": "free",
	})
	product, diagnostics := p.Apply(t, made)
	require.NotNil(t, product, "%v", acctest.Messages(diagnostics))
	return acctest.Text(t, p.State(t, product)["id"])
}

// noSecrets: whatever a finding quotes, it quotes no secret.
func noSecrets(t *testing.T, env *acctest.Env, found acctest.Preflight) {
	t.Helper()
	_, dcimSecret := env.Sandbox.DCIM.AdminKey()
	for _, secret := range []string{
		env.WHMCS.Credential().Secret, env.WHMCS.Credential().Identifier, env.WHMCS.ReadOnlyCredential().Secret, dcimSecret, canary, "another secret",
	} {
		assert.NotContains(t, found.Text(), secret)
	}
}

// condition is a state of WHMCS, and what the preflight says of it.
type condition struct {
	name     string
	options  acctest.Options
	bare     bool // without the module's server
	arrange  func(t *testing.T, env *acctest.Env) (settings object)
	config   object
	failed   []string // all findings that are not ok
	check    string
	detail   []string
	remedy   []string
	leftOut  []string
	alsoOkay bool // ok is still true
}

func set(setting, value string) func(t *testing.T, env *acctest.Env) object {
	return func(t *testing.T, env *acctest.Env) object {
		t.Helper()
		env.WHMCS.SetConfiguration(t, setting, value)
		return nil
	}
}

func brakes(php string, brakes sandbox.SafetySettings) acctest.Options {
	return acctest.Options{Sandbox: sandbox.Options{SafetySettings: &brakes}, PHP: testhost.Options{CompanionLocal: "<?php return [" + php + "];"}}
}

func number(n int64) *int64 { return &n }

var conditions = []condition{
	{name: "sound", failed: []string{}, check: "ip_allowed", detail: []string{"127.0.0.1"}, alsoOkay: true},
	{
		name: "an identifier that WHMCS does not know",
		arrange: func(*testing.T, *acctest.Env) object {
			return object{"identifier": "unknown", "secret": "another secret"}
		},
		failed: []string{"credential"}, check: "credential", detail: []string{"Invalid or missing credentials"}, remedy: []string{"Manage API Credentials", "API Access"},
		leftOut: []string{"ip_allowed", "permissions", "companion"},
	},
	{
		name:    "a wrong secret",
		arrange: func(*testing.T, *acctest.Env) object { return object{"secret": "another secret"} },
		failed:  []string{"credential"}, check: "credential", detail: []string{"Authentication Failed"},
	},
	{
		name:    "an address that is not allowed",
		options: acctest.Options{Sandbox: sandbox.Options{AllowedIPs: []string{"192.0.2.1"}}, PHP: testhost.Options{AllowedIPs: []string{"192.0.2.1"}}},
		bare:    true, failed: []string{"ip_allowed"}, check: "ip_allowed", detail: []string{"Invalid IP 127.0.0.1"}, remedy: []string{"API IP Access Restriction", "access_key"},
		leftOut: []string{"credential", "permissions", "companion"},
	},
	{
		name: "a role that only reads",
		arrange: func(_ *testing.T, env *acctest.Env) object {
			credential := env.WHMCS.ReadOnlyCredential()
			return object{"identifier": credential.Identifier, "secret": credential.Secret}
		},
		failed: []string{"permissions"}, check: "permissions", detail: []string{"does not grant TerraformWrite."}, remedy: []string{"API Roles", "ignore_checks"},
	},
	{
		name:    "a role that only reads, for a pipeline that only plans",
		arrange: func(_ *testing.T, env *acctest.Env) object { return readOnly(env) },
		config:  object{"ignore_checks": []any{"permissions"}},
		failed:  []string{"permissions"}, check: "permissions", detail: []string{"TerraformWrite"}, alsoOkay: true,
	},
	{
		name:    "a connection test with a role that only reads is not passed over",
		arrange: func(_ *testing.T, env *acctest.Env) object { return readOnly(env) },
		config:  object{"ignore_checks": []any{"permissions"}, "test_server_ids": []any{"1"}},
		failed:  []string{"permissions", "connection_test"}, check: "connection_test", detail: []string{"server 1 could not be tested", "Invalid Permissions"},
	},
	{
		name:    "no companion",
		options: acctest.Options{Sandbox: sandbox.Options{NoCompanion: true}, PHP: testhost.Options{WithoutCompanion: true}},
		bare:    true, failed: []string{"companion"}, check: "companion", detail: []string{"API Function Not Found"}, remedy: []string{"companion --out DIR"},
		leftOut: []string{"companion_version", "module_files", "staging_copy"},
	},
	{
		name:    "an older companion",
		options: acctest.Options{Sandbox: sandbox.Options{CompanionVersion: "0.0.9"}, SandboxOnly: "the embedded companion is the present one"},
		failed:  []string{"companion_version"}, check: "companion_version", detail: []string{"0.0.9, which is older than"}, remedy: []string{"companion --out DIR", "does not change companion.local.php"},
	},
	{
		name:    "a newer companion",
		options: acctest.Options{Sandbox: sandbox.Options{CompanionVersion: "10.2.0"}, SandboxOnly: "the embedded companion is the present one"},
		failed:  []string{"companion_version"}, check: "companion_version", detail: []string{"10.2.0, which is newer than"}, remedy: []string{"Update the provider"},
	},
	{
		name:    "a companion of another protocol",
		options: acctest.Options{SandboxOnly: "there is one protocol so far"},
		arrange: func(_ *testing.T, env *acctest.Env) object {
			answer := base64.StdEncoding.EncodeToString([]byte(`{"installation":"x","errors":[{"field":"v","message":"this companion speaks version 2"}]}`))
			env.Sandbox.AddFault(sandbox.Fault{Action: "TerraformRead", Op: "info", Times: -1,
				Body: `{"result":"error","code":"unsupported","message":"this companion speaks version 2","payload":"` + answer + `"}`})
			return nil
		},
		failed: []string{"companion_version"}, check: "companion_version", detail: []string{"protocol version 1", "speaks version 2"}, leftOut: []string{"companion_writable"},
	},
	{
		name: "settings of the operator that PHP cannot use", bare: true,
		options: acctest.Options{
			Sandbox: sandbox.Options{SafetySettings: &sandbox.SafetySettings{Faults: []string{"companion.local.php: the file must return an array"}}},
			PHP:     testhost.Options{CompanionLocal: "<?php return 5;"},
		},
		failed: []string{"companion_writable", "default_server"}, check: "companion_writable", detail: []string{"must return an array"}, remedy: []string{"companion.local.php.dist"},
	},
	{
		name: "the brake read_only", options: brakes("'read_only' => true", sandbox.SafetySettings{ReadOnly: true}), bare: true,
		failed: []string{"companion_writable", "default_server"}, check: "companion_writable", detail: []string{"read_only"}, remedy: []string{"companion.local.php", "ignore_checks"},
	},
	{
		name: "no deletions", options: brakes("'allow_delete' => false", sandbox.SafetySettings{}), bare: true,
		failed: []string{"default_server"}, check: "companion_writable", detail: []string{"allow_delete"},
	},
	{
		name: "kinds left out", options: brakes("'kinds' => ['server', 'product_group']", sandbox.SafetySettings{Kinds: []string{"server", "product_group"}}),
		failed: []string{"companion_writable"}, check: "companion_writable", detail: []string{"server_group, product, configurable_option_group"},
	},
	{
		name: "the kinds of post-pay left out", options: brakes("'kinds' => ['product_group', 'server', 'server_group', 'product', 'configurable_option_group']",
			sandbox.SafetySettings{Kinds: []string{"product_group", "server", "server_group", "product", "configurable_option_group"}}),
		check: "companion_writable", detail: []string{"writes the kinds product_group, server, server_group, product, configurable_option_group"},
	},
	{
		name:    "a fault in companion.local.php",
		options: brakes("'readonly' => true", sandbox.SafetySettings{Faults: []string{"companion.local.php: readonly: is not an entry that the companion knows"}}), bare: true,
		failed: []string{"companion_writable", "default_server"}, check: "companion_writable", detail: []string{"not valid", "readonly"}, remedy: []string{"companion.local.php.dist"},
	},
	{
		name: "an old WHMCS", arrange: set("Version", "7.7.1-release.1"),
		failed: []string{"whmcs_version"}, check: "whmcs_version", detail: []string{"7.7.1", "7.8"}, remedy: []string{"Upgrade"},
	},
	{
		name: "a module that is not there",
		arrange: func(t *testing.T, env *acctest.Env) object {
			env.WHMCS.SetModule(t, "servers/toplink_dcim", false)
			return nil
		},
		failed: []string{"module_files"}, check: "module_files", detail: []string{"no server module toplink_dcim"}, remedy: []string{"modules/servers/toplink_dcim/toplink_dcim.php"},
		leftOut: []string{"default_server"},
	},
	{
		name: "modules of one's own choice", config: object{"modules": []any{"toplink_dcim", "samplevps", "other"}},
		failed: []string{"module_files", "default_server"}, check: "module_files", detail: []string{"other."}, remedy: []string{"modules/servers/other/other.php"},
	},
	{
		name: "no module at all", bare: true, config: object{"modules": []any{}},
		failed: []string{}, check: "companion", detail: []string{"responds as the installation"}, leftOut: []string{"module_files", "default_server"}, alsoOkay: true,
	},
	{
		name:    "half a companion",
		options: acctest.Options{SandboxOnly: "PHP always has both files"},
		arrange: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{Action: "TerraformWrite", Times: -1, Body: `{"result":"error","message":"API Function Not Found"}`})
			return nil
		},
		failed: []string{"companion"}, check: "companion", detail: []string{"terraformwrite.php is missing"}, remedy: []string{"companion --out DIR"},
	},
	{
		name: "a module without a server", config: object{"modules": []any{"samplevps"}},
		failed: []string{"default_server"}, check: "default_server", detail: []string{"samplevps has no enabled server"}, remedy: []string{"hosting_whmcs_server"},
	},
	{
		name: "no server at all", bare: true,
		failed: []string{"default_server"}, check: "default_server", detail: []string{"toplink_dcim has no enabled server"},
	},
	{
		name: "a server that is switched off", bare: true,
		arrange: func(t *testing.T, env *acctest.Env) object {
			server(t, env, object{"default_for_module": nil, "disabled": true})
			return nil
		},
		failed: []string{"default_server"}, check: "default_server", detail: []string{"no enabled server"},
	},
	{
		name: "a server that nothing leads to", bare: true,
		arrange: func(t *testing.T, env *acctest.Env) object {
			server(t, env, object{"default_for_module": nil})
			return nil
		},
		failed: []string{"default_server"}, check: "default_server", detail: []string{"is its default or in a server group"}, remedy: []string{"hosting_whmcs_server_group"},
	},
	{
		name: "a server in a group", bare: true,
		arrange: func(t *testing.T, env *acctest.Env) object {
			p := env.Protocol(t)
			id := acctest.Text(t, p.State(t, server(t, env, object{"default_for_module": nil}))["id"])
			p.Do(t, "hosting_whmcs_server_group", nil, object{"name": "G", "server_ids": []any{id}})
			return nil
		},
		failed: []string{}, check: "default_server", detail: []string{"1 enabled servers, 1 in server groups"}, alsoOkay: true,
	},
	{
		name: "a server that is not there to be tested", config: object{"test_server_ids": []any{"99"}},
		failed: []string{"connection_test"}, check: "connection_test", detail: []string{"server 99 could not be tested"}, remedy: []string{"host name"},
	},
	{
		name: "hooks that are not loaded", arrange: set("ModuleHooks", ""),
		failed: []string{"hooks_registered"}, check: "hooks_registered", detail: []string{"samplevps"}, remedy: []string{"Module Settings"},
	},
	{
		name:    "the companion's hook file is missing",
		options: acctest.Options{Sandbox: sandbox.Options{WithoutHookFile: true}, PHP: testhost.Options{WithoutHookFile: true}},
		failed:  []string{"hooks_registered"}, check: "hooks_registered", detail: []string{"includes/hooks/terraform.php"}, remedy: []string{"companion --out DIR"},
	},
	{
		name: "a module whose hooks store a form of the admin area",
		arrange: func(t *testing.T, env *acctest.Env) object {
			env.WHMCS.SetModule(t, "servers/formreader", true)
			return nil
		},
		failed: []string{"form_hooks"}, check: "form_hooks", detail: []string{"modules/servers/formreader/hooks.php", "AdminProductConfigFieldsSave"},
		remedy: []string{"open the product", "save it"},
	},
	{
		name: "prices that the cron recalculates", arrange: set("CurrencyAutoUpdateProductPrices", "on"),
		failed: []string{"currency_recalculation"}, check: "currency_recalculation", detail: []string{"recalculates the prices"}, remedy: []string{"Automation Settings"},
	},
	{
		name: "the operator's limits on prices",
		options: brakes("'min_price' => ['USD' => '5.00'], 'max_price_change_percent' => 20, 'max_price_changes_per_hour' => 50",
			sandbox.SafetySettings{MinPrices: map[string]string{"USD": "5.00"}, MaxPriceChangePercent: number(20), MaxPriceChangesPerHour: number(50)}),
		failed: []string{}, check: "price_guards", alsoOkay: true,
		detail: []string{"is at least USD 5.00 (min_price)", "by at most 20 % (max_price_change_percent)", "at most 50 of these amounts change in 60 minutes, and 50 can change now"},
	},
	{
		name: "tables without transactions",
		arrange: func(t *testing.T, env *acctest.Env) object {
			env.WHMCS.SetEngine(t, "tblproductgroups", "MyISAM")
			return nil
		},
		failed: []string{"transactional_tables"}, check: "transactional_tables", detail: []string{"tblproductgroups"}, remedy: []string{"ENGINE=InnoDB ROW_FORMAT=DYNAMIC", "maintenance mode"},
	},
	{
		name: "text that is stored in both ways",
		arrange: func(t *testing.T, env *acctest.Env) object {
			env.WHMCS.Set(t, "tblproductgroups", "1", "name", "R&D, formerly &lt;Labs&gt;")
			return nil
		},
		failed: []string{"text_codecs"}, check: "text_codecs", detail: []string{"product_group.name"}, remedy: []string{"codecs of companion.local.php"},
	},
	{
		name: "operating systems that were not synchronised",
		arrange: func(t *testing.T, env *acctest.Env) object {
			env.WHMCS.AddCustomField(t, dedicated(t, env), "Pre Install System", "")
			return nil
		},
		failed: []string{"operating_systems"}, check: "operating_systems", detail: []string{"Pre Install System"}, remedy: []string{"synchronise system templates", "toplink.system_field"},
	},
	{
		name: "a staging copy", arrange: set("SystemURL", "https://billing.example.com/"),
		failed: []string{"staging_copy"}, check: "staging_copy", detail: []string{"at the first call of the companion", "https://billing.example.com", "the provider calls 127.0.0.1"}, remedy: []string{"copy", "installation in companion.local.php"},
	},
	{
		name: "an access hash of another form",
		arrange: func(t *testing.T, env *acctest.Env) object {
			env.WHMCS.Set(t, "tblservers", "1", "accesshash", "a hash that is no JSON")
			return nil
		},
		failed: []string{"toplink_hash"}, check: "toplink_hash", detail: []string{"servers 1"}, remedy: []string{"toplink.hash_keys"},
	},
}

func readOnly(env *acctest.Env) object {
	credential := env.WHMCS.ReadOnlyCredential()
	return object{"identifier": credential.Identifier, "secret": credential.Secret}
}

func TestAccPreflight(t *testing.T) {
	for _, c := range conditions {
		t.Run(c.name, func(t *testing.T) {
			acctest.Each(t, c.options, func(t *testing.T, env *acctest.Env) {
				env.AtHome(t)
				if !c.bare {
					server(t, env, nil)
				}
				var settings object
				if c.arrange != nil {
					settings = c.arrange(t, env)
				}
				found := env.Protocol(t, acctest.Settings{"whmcs": settings}).Preflight(t, dataSource, c.config)
				if c.failed != nil {
					assert.Equal(t, c.failed, found.Failed(), "%s", found.Text())
					assert.Equal(t, c.alsoOkay, found.OK)
				}
				finding := found.Finding(c.check)
				for _, word := range c.detail {
					assert.Contains(t, finding.Detail, word)
				}
				for _, word := range c.remedy {
					assert.Contains(t, finding.Remedy, word)
				}
				for _, check := range c.leftOut {
					assert.NotContains(t, found.Checks(), check)
				}
				noSecrets(t, env, found)
			})
		})
	}
}

// TestAccPreflight_sound: every check in the documented order, at the price of five calls, none of which writes.
func TestAccPreflight_sound(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.AtHome(t)
		server(t, env, nil)
		before := len(env.Sandbox.Journal().Requests())
		log := env.WHMCS.LogText(t)
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.True(t, found.OK, "%s", found.Text())
		assert.Equal(t, all, found.Checks())
		assert.Equal(t, log, env.WHMCS.LogText(t), "nothing is written")
		if env.WHMCS.Name() == "sandbox" {
			requests := env.Sandbox.Journal().Requests()[before:]
			assert.Len(t, requests, 5)
			for _, request := range requests {
				assert.False(t, request.Write, "%+v", request)
			}
		}
	})
}

// TestAccPreflight_noPermission: what the companion would say cannot be seen, and the remedy names both reasons.
func TestAccPreflight_noPermission(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "the sandbox can take actions out of a role"}, func(t *testing.T, env *acctest.Env) {
		mutateRole(env, []string{"getcurrencies"})
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.Equal(t, []string{"permissions"}, found.Failed())
		permissions := found.Finding("permissions")
		assert.Contains(t, permissions.Detail, "does not grant TerraformRead, TerraformWrite, GetServers.")
		assert.Contains(t, permissions.Remedy, "the companion is not installed")
		assert.NotContains(t, permissions.Remedy, "ignore_checks")
		assert.NotContains(t, found.Checks(), "companion")
	})
}

func mutateRole(env *acctest.Env, actions []string) {
	identifier := env.Sandbox.WHMCS.Credential().Identifier
	env.Sandbox.WHMCS.Mutate(func(s *sandbox.State) {
		credential := s.Credentials[identifier]
		credential.Actions = actions
		s.Credentials[identifier] = credential
	})
}

// TestAccPreflight_pages: a finding names each kind of page instead of a response, with its own next step.
func TestAccPreflight_pages(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  sandbox.Fault
		detail string
		remedy string
	}{
		{"maintenance", sandbox.Fault{HTML: true}, "a maintenance page", "after the maintenance"},
		{"license", sandbox.Fault{Body: "<html><title>Oops</title><body>License Invalid</body></html>"}, "licence page", "correct the problem with the license"},
		{"upgrade", sandbox.Fault{Body: "<html><title>Upgrade</title><body>Run the upgrade</body></html>"}, "upgrade page", "install folder"},
		{"login", sandbox.Fault{Body: `<html><title>Sign in</title><body><input name="p" type="password"></body></html>`}, `a login page titled "Sign in"`, "requires a login"},
		{"another page", sandbox.Fault{Body: "<html><body>Welcome</body></html>"}, "an HTML page", "root folder"},
		{"fatal error", sandbox.Fault{Body: "<br />\n<b>Fatal error</b>:  Uncaught Error in /x.php"}, "an error message of PHP", "error log"},
		{"empty", sandbox.Fault{Empty: true}, "an empty response", "memory and time limits"},
		{"not JSON", sandbox.Fault{Body: "OK"}, "not JSON", "includes/api.php"},
		{"overload", sandbox.Fault{Status: 503}, "answered 503", "Try again later"},
		{"redirect", sandbox.Fault{Status: 302, Headers: map[string]string{"Location": "https://other.example.com/"}}, "redirect to the other host other.example.com", "final URL"},
		{"cut off", sandbox.Fault{Reset: true}, "connection was reset", "logs of the server"},
		{"other words", sandbox.Fault{Body: `{"result":"error","message":"Blocked by policy 7"}`}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.Each(t, acctest.Options{SandboxOnly: "faults are the sandbox's"}, func(t *testing.T, env *acctest.Env) {
				c.fault.System, c.fault.Times = "whmcs", -1
				env.Sandbox.AddFault(c.fault)
				found := env.Protocol(t, acctest.Settings{"whmcs": object{"max_retries": 0}}).Preflight(t, dataSource, nil)
				if c.detail == "" {
					assert.Equal(t, []string{"reachable", "tls", "credential"}, found.Checks())
					assert.Contains(t, found.Finding("credential").Detail, "Blocked by policy 7")
					return
				}
				assert.Equal(t, []string{"reachable"}, found.Failed(), "%s", found.Text())
				assert.False(t, found.OK)
				assert.Contains(t, found.Finding("reachable").Detail, c.detail)
				assert.Contains(t, found.Finding("reachable").Remedy, c.remedy)
				assert.NotContains(t, found.Checks(), "credential")
				noSecrets(t, env, found)
			})
		})
	}
}

// TestAccPreflight_notice: a finding reports a notice before the JSON, but does not fail.
func TestAccPreflight_notice(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "faults are the sandbox's"}, func(t *testing.T, env *acctest.Env) {
		env.AtHome(t)
		server(t, env, nil)
		env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", BodyPrefix: sandbox.PHPNotice, Times: -1})
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.Empty(t, found.Failed())
		assert.Contains(t, found.Finding("reachable").Detail, "display_errors = Off")
	})
}

// TestAccPreflight_echo: a WHMCS that repeats credentials in its words does not put them into findings.
func TestAccPreflight_echo(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "faults are the sandbox's"}, func(t *testing.T, env *acctest.Env) {
		credential := env.WHMCS.Credential()
		payload := base64.StdEncoding.EncodeToString([]byte(`{"installation":"x","protocol":1,"companion_version":"` + credential.Secret + `","whmcs_version":"` + credential.Secret +
			`","system_url":"https://` + credential.Secret + `.example.com","caller_ip":"` + credential.Secret + `","evidence":[{"check":"` + credential.Secret + `","ok":false,"grade":"seen","detail":"` +
			credential.Identifier + `\u0007 line\nbreak"},{"check":"from_later","ok":false,"grade":"assumed","detail":"of a later companion"}]}`))
		env.Sandbox.AddFault(sandbox.Fault{Action: "TerraformRead", Op: "info", Times: -1, Body: `{"result":"success","payload":"` + payload + `"}`})
		env.Sandbox.AddFault(sandbox.Fault{Action: "GetServers", Times: -1, Body: `{"result":"error","message":"who is ` + credential.Identifier + ` with ` + credential.Secret + `?"}`})
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		noSecrets(t, env, found)
		assert.Contains(t, found.Finding("permissions").Detail, "the call of GetServers failed: who is")
		later := found.Finding("from_later")
		assert.Equal(t, "of a later companion.", later.Detail)
		assert.Contains(t, later.Remedy, "Update the provider")
	})
}

// TestAccPreflight_tls: an unknown authority, one that is configured, and a certificate that is not looked at.
func TestAccPreflight_tls(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "TLS stands in front of WHMCS"}, func(t *testing.T, env *acctest.Env) {
		front := httptest.NewTLSServer(env.Sandbox.WHMCS)
		t.Cleanup(front.Close)
		certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}))
		env.AtHome(t)
		server(t, env, nil)
		preflight := func(settings object) acctest.Preflight {
			maps.Copy(settings, object{"url": front.URL, "max_retries": 0})
			return env.Protocol(t, acctest.Settings{"whmcs": settings}).Preflight(t, dataSource, nil)
		}

		unknown := preflight(object{})
		assert.Equal(t, []string{"reachable", "tls"}, unknown.Failed())
		assert.Equal(t, []string{"reachable", "tls"}, unknown.Checks())
		assert.Contains(t, unknown.Finding("tls").Detail, "unknown authority")
		assert.Contains(t, unknown.Finding("tls").Remedy, "ca_cert_pem")

		assert.Empty(t, preflight(object{"ca_cert_pem": certificate}).Failed())

		blind := preflight(object{"insecure_skip_verify": true})
		assert.Equal(t, []string{"tls"}, blind.Failed())
		assert.Contains(t, blind.Finding("tls").Detail, "insecure_skip_verify")
	})
}

// TestAccPreflight_unreachable: a WHMCS that cannot be reached, and plain HTTP to another machine.
func TestAccPreflight_unreachable(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "there is no WHMCS in it"}, func(t *testing.T, env *acctest.Env) {
		found := env.Protocol(t, acctest.Settings{"whmcs": object{"url": acctest.NobodyListens, "max_retries": 0}}).Preflight(t, dataSource, object{"test_server_ids": []any{"1"}})
		assert.Equal(t, []string{"reachable", "tls"}, found.Checks())
		assert.Equal(t, []string{"reachable"}, found.Failed())
		assert.Contains(t, found.Finding("reachable").Detail, "connection refused")
		assert.Contains(t, found.Finding("reachable").Remedy, "reachable from here")

		plain := env.Protocol(t, acctest.Settings{"whmcs": object{"url": "http://whmcs.invalid:1", "max_retries": 0}}).Preflight(t, dataSource, nil)
		assert.Equal(t, []string{"reachable", "tls"}, plain.Failed())
		assert.Contains(t, plain.Finding("tls").Remedy, "https://")
		https := env.Protocol(t, acctest.Settings{"whmcs": object{"url": "https://whmcs.invalid", "max_retries": 0}}).Preflight(t, dataSource, nil)
		assert.Equal(t, []string{"reachable"}, https.Checks(), "nothing is known of its certificate")
		assert.Contains(t, https.Finding("reachable").Detail, "no host named whmcs.invalid")
	})
}

func TestAccPreflight_configuration(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "nothing is called"}, func(t *testing.T, env *acctest.Env) {
		_, diagnostics := env.Protocol(t).ReadDataSource(t, dataSource, object{"ignore_checks": []any{"tsl"}})
		require.Len(t, diagnostics, 1)
		message := acctest.Messages(diagnostics)[0]
		assert.Contains(t, message, `"tsl"`)
		for _, check := range append([]string{"connection_test"}, all...) {
			assert.Contains(t, message, `"`+check+`"`)
		}
		_, diagnostics = env.Protocol(t).ReadDataSource(t, dataSource, object{"test_server_ids": []any{"one"}})
		assert.Contains(t, acctest.Messages(diagnostics)[0], "must be an id")

		p := acctest.NewProtocol(t, "test")
		require.Empty(t, p.Configure(t, object{}))
		_, diagnostics = p.ReadDataSource(t, dataSource, nil)
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "whmcs.url (or the environment variable WHMCS_URL)")
	})
}
