package preflight_test

import (
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const dataSource = "hosting_solusvm2_preflight"

type object = map[string]any

// ofPanel and ofWHMCS are the checks of a sound installation, in the order that is documented.
var (
	ofPanel = []string{
		"reachable", "tls", "ip_allowed", "credential", "administrator", "account", "settings", "users", "limit_groups", "limit_group_by_id", "api_tokens", "servers", "server_filter", "paging",
		"billing_integration", "billing_integration_url", "billing_integration_token",
	}
	ofWHMCS = []string{
		"whmcs", "companion_writable", "price_guards", "addon_files", "addon_active", "addon_access", "addon_settings", "connection", "connection_panel",
		"post_pay", "new_user_limit_group", "terms_url", "overdue_days", "token_prices", "landing_page",
	}
	all = slices.Concat(ofPanel, ofWHMCS)
)

var panelOnly = acctest.Options{SandboxOnly: "the panel is in the sandbox"}

func client(t *testing.T, env *acctest.Env) *whmcs.Client {
	t.Helper()
	credential := env.WHMCS.Credential()
	c, err := whmcs.New(whmcs.Config{URL: env.WHMCS.URL(), Identifier: credential.Identifier, Secret: credential.Secret})
	require.NoError(t, err)
	return c
}

// setUp does steps B3 to B13 of the manual.
func setUp(t *testing.T, env *acctest.Env) {
	t.Helper()
	c := client(t, env)
	_, err := whmcs.CollectionOf[whmcs.AddonModule](c, whmcs.KindAddonModule).Create(t.Context(), whmcs.Values{"module": "solusvm2", "admin_role_ids": []string{"1"}}, whmcs.WriteOptions{})
	require.NoError(t, err)
	_, err = c.Connect(t.Context(), env.Sandbox.SolusVM2.URL(), env.Sandbox.SolusVM2.AdminToken(), nil, whmcs.WriteOptions{})
	require.NoError(t, err)
	change(t, env, whmcs.Values{
		"post_pay_enabled": true, "new_user_limit_group_id": "2", "terms_url": "https://example.com/terms", "invoice_grace_days": 3, "lock_overdue_days": 7, "suspend_overdue_days": 14,
		"token_prices": object{"USD": "0.0100", "INR": "0.8300", "EUR": "0.0090"},
	})
}

// change sets what the addon stores.
func change(t *testing.T, env *acctest.Env, values whmcs.Values) {
	t.Helper()
	_, err := whmcs.CollectionOf[whmcs.SolusVM2Billing](client(t, env), whmcs.KindSolusVM2Billing).Update(t.Context(), whmcs.SingleID, nil, values, whmcs.WriteOptions{})
	require.NoError(t, err)
}

// store puts a text into the addon's setting of a name, around the companion, as the addon's own pages could.
func store(t *testing.T, env *acctest.Env, setting, value string) {
	t.Helper()
	env.Sandbox.WHMCS.Mutate(func(s *sandbox.State) {
		for _, row := range s.Table("tbladdonmodules").Rows {
			if row["module"] == "solusvm2" && row["setting"] == setting {
				row["value"] = value
				return
			}
		}
		t.Errorf("the addon has no setting %s", setting)
	})
}

func panel(env *acctest.Env, change func(s *sandbox.SolusVM2State)) {
	env.Sandbox.SolusVM2.Mutate(change)
}

// integration is the billing integration that the panel has.
func integration(s *sandbox.SolusVM2State) (whole, driver object) {
	whole, _ = s.Settings["billing_integration"].(object)
	drivers, _ := whole["drivers"].(object)
	driver, _ = drivers["whmcs"].(object)
	return whole, driver
}

// noSecrets: whatever a finding quotes, it quotes no secret of either system.
func noSecrets(t *testing.T, env *acctest.Env, found acctest.Preflight) {
	t.Helper()
	text := found.Text()
	secrets := []string{env.WHMCS.Credential().Secret, env.WHMCS.Credential().Identifier, env.WHMCS.ReadOnlyCredential().Secret, env.Sandbox.SolusVM2.AdminToken(), env.Sandbox.SolusVM2.ClientToken()}
	env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
		mail, _ := s.Settings["mail"].(object)
		_, driver := integration(s)
		for _, secret := range []any{mail["password"], driver["token"]} {
			if known, _ := secret.(string); known != "" {
				secrets = append(secrets, known)
			}
		}
		for _, server := range s.Servers {
			secrets = append(secrets, server.VNCPassword)
		}
	})
	for _, secret := range secrets {
		assert.NotContains(t, text, secret)
	}
}

// TestRunbookB_B2toB15_preflight: of a post-pay set up by the manual every check is ok, in the documented order, at a
// known price, and nothing is written.
func TestRunbookB_B2toB15_preflight(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		setUp(t, env)
		log := env.WHMCS.LogText(t)
		env.Sandbox.Journal().Reset()
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.True(t, found.OK, "%s", found.Text())
		assert.Equal(t, all, found.Checks())
		noSecrets(t, env, found)
		assert.Equal(t, log, env.WHMCS.LogText(t), "nothing is written")
		calls := map[string]int{}
		for _, request := range env.Sandbox.Journal().Requests() {
			assert.False(t, request.Write, "%+v", request)
			calls[request.System]++
		}
		assert.Equal(t, 12, calls["solusvm2"], "account, settings, users, limit groups (the list twice, one, and one that is none), tokens and servers (the list and one), servers of one user, pages")
		if env.WHMCS.Name() == "sandbox" {
			assert.Equal(t, 9, calls["whmcs"])
		}
	})
}

// condition is a state of the two systems, and what the preflight says of it.
type condition struct {
	name    string
	spoil   func(t *testing.T, env *acctest.Env) (panel object)
	failed  []string
	detail  []string // of the first finding that is not ok
	remedy  []string
	leftOut []string
}

func onPanel(change func(s *sandbox.SolusVM2State)) func(*testing.T, *acctest.Env) object {
	return func(_ *testing.T, env *acctest.Env) object {
		panel(env, change)
		return nil
	}
}

func onAddon(setting, value string) func(*testing.T, *acctest.Env) object {
	return func(t *testing.T, env *acctest.Env) object {
		t.Helper()
		store(t, env, setting, value)
		return nil
	}
}

func answering(kind, op, body string) func(*testing.T, *acctest.Env) object {
	return func(_ *testing.T, env *acctest.Env) object {
		env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: kind, Op: op, Body: body, Times: -1})
		return nil
	}
}

func settings(change object) func(*testing.T, *acctest.Env) object {
	return func(*testing.T, *acctest.Env) object { return change }
}

// gone removes what WHMCS stores of the addon.
func gone(setting string) func(*testing.T, *acctest.Env) object {
	return func(_ *testing.T, env *acctest.Env) object {
		env.Sandbox.WHMCS.Mutate(func(s *sandbox.State) {
			rows := s.Table("tbladdonmodules").Rows
			maps.DeleteFunc(rows, func(_ int64, row sandbox.Row) bool {
				return row["module"] == "solusvm2" && (setting == "" || row["setting"] == setting)
			})
		})
		return nil
	}
}

const (
	onePage = `"meta":{"current_page":1,"last_page":1,"per_page":15,"total":1}}`
	// unlimited is a group of a panel that calls the switch of a limit otherwise: read as it is, it would limit nothing.
	unlimited = `{"data":[{"id":1,"name":"A","vms":{"limit":1,"enabled":true},"running_vms":{"limit":1,"is_enabled":true}}],` + onePage
	// uncounted is a list without meta.
	uncounted = `{"data":[{"id":2,"name":"A","vms":{"limit":1,"is_enabled":true},"running_vms":{"limit":1,"is_enabled":true}}]}`
	numbered  = `{"data":[{"id":7,"name":"A","user":{"id":1,"email":"a@example.com"},"created_at":"2026-01-01"}],` + onePage
	bare      = `{"data":[{"id":7,"name":"A","user":{"id":1},"status":"started"}],` + onePage
)

// spoilt are things that can be wrong, each of which turns its own finding and no other, but for those behind it.
var spoilt = []condition{
	{
		name: "a wrong URL, where the panel's web interface answers", spoil: func(_ *testing.T, env *acctest.Env) object {
			return object{"url": env.Sandbox.SolusVM2.URL() + "/panel"}
		},
		failed: []string{"reachable", "connection_panel"}, detail: []string{`an HTML page titled "SolusVM 2"`, "HTTP 200"}, remedy: []string{"web interface"}, leftOut: []string{"credential", "administrator", "settings", "paging"},
	},
	{
		name: "a login page of something in front", spoil: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", HTML: true, Times: -1})
			return nil
		},
		failed: []string{"reachable"}, detail: []string{"an HTML page"}, remedy: []string{"login page, firewall or proxy"}, leftOut: []string{"credential"},
	},
	{
		name: "another API", spoil: answering("account", "get", `{"ok":true}`),
		failed: []string{"account"}, detail: []string{`there is no "data"`}, remedy: []string{"differs from the known API"},
	},
	{
		name: "a host that does not exist", spoil: settings(object{"url": "https://panel.invalid"}),
		failed: []string{"reachable", "connection_panel"}, detail: []string{"no host named panel.invalid"}, remedy: []string{"host and port of the URL"}, leftOut: []string{"tls", "credential"},
	},
	{
		name: "a wrong token", spoil: settings(object{"token": "canary-wrong-token"}),
		failed: []string{"credential"}, detail: []string{"does not accept the token", "Unauthenticated"}, remedy: []string{"Account > API tokens", "SOLUSVM2_TOKEN"}, leftOut: []string{"ip_allowed", "administrator", "servers"},
	},
	{
		name: "a token of somebody who is no administrator", spoil: func(_ *testing.T, env *acctest.Env) object {
			return object{"token": env.Sandbox.SolusVM2.ClientToken()}
		},
		failed: []string{"administrator"}, detail: []string{"not an administrator", "This action is unauthorized", "roles: Client"}, remedy: []string{"as an administrator"},
		leftOut: []string{"settings", "users", "limit_groups", "billing_integration", "new_user_limit_group"},
	},
	{
		name: "an address that is not allowed", spoil: onPanel(func(s *sandbox.SolusVM2State) { s.Users[0].AllowedIPs = []string{"192.0.2.1"} }),
		failed: []string{"ip_allowed"}, detail: []string{"127.0.0.1 is not allowed"}, remedy: []string{"allowed IP addresses of the token's user"}, leftOut: []string{"credential", "administrator"},
	},
	{
		name: "an account of another shape", spoil: answering("account", "get", `{"data":{"id":1,"email":"admin@example.com","roles":{}}}`),
		failed: []string{"account"}, detail: []string{"roles is no list", "status is missing"}, remedy: []string{"differs from the known API"},
	},
	{
		name: "settings without a billing integration", spoil: onPanel(func(s *sandbox.SolusVM2State) { delete(s.Settings, "billing_integration") }),
		failed: []string{"settings"}, detail: []string{"billing_integration is missing"}, leftOut: []string{"billing_integration"},
	},
	{
		name: "settings with one of another form", spoil: onPanel(func(s *sandbox.SolusVM2State) { s.Settings["billing_integration"] = "whmcs" }),
		failed: []string{"settings"}, detail: []string{"another form than {type, drivers"}, leftOut: []string{"billing_integration"},
	},
	{
		name: "a search that does not find", spoil: answering("users", "list", `{"data":[],"meta":{"current_page":1,"last_page":1,"per_page":15,"total":0}}`),
		failed: []string{"users"}, detail: []string{"finds no user"},
	},
	{
		name: "limits that are switched in another way", spoil: answering("limit_groups", "list", strings.Replace(unlimited, `"id":1`, `"id":2`, 1)),
		failed: []string{"limit_groups"}, detail: []string{"vms.is_enabled is missing"}, leftOut: []string{"limit_group_by_id", "new_user_limit_group"},
	},
	{
		name: "limit groups that cannot be read by id", spoil: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "limit_groups", Op: "get", Status: 405, Body: `{"message":"The method is not supported for this route."}`, Times: -1})
			return nil
		},
		failed: []string{"limit_group_by_id"}, detail: []string{"not supported"},
	},
	{
		name: "a panel that has every limit group", spoil: answering("limit_groups", "get", `{"data":{"id":1,"name":"Default"}}`),
		failed: []string{"limit_group_by_id"}, detail: []string{"requested the id"},
	},
	{
		name: "tokens with ids that are no text", spoil: answering("api_tokens", "list", numbered),
		failed: []string{"api_tokens"}, detail: []string{"id is no text"},
	},
	{
		name: "servers of another shape", spoil: answering("servers", "list", bare),
		failed: []string{"servers"}, detail: []string{"specifications.vcpu is missing", "uuid is missing"}, leftOut: []string{"server_filter"},
	},
	{
		name: "servers that cannot be listed", spoil: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "servers", Status: 503, Times: -1})
			return nil
		},
		failed: []string{"servers"}, detail: []string{"503"}, remedy: []string{"later"},
	},
	{
		name: "a filter that is not applied", spoil: func(_ *testing.T, env *acctest.Env) object {
			const row = `{"id":%s,"name":"a","uuid":"u","virtualization_type":"kvm","status":"started","is_suspended":false,"user":{"id":%s,"email":"a@example.com"},"specifications":{"vcpu":1,"ram":1,"disk":1},"location":null,"plan":{"name":"S"}}`
			fill := func(id, user string) string {
				return strings.Replace(strings.Replace(row, "%s", id, 1), "%s", user, 1)
			}
			env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "servers", Op: "list", Body: `{"data":[` + fill("1", "2") + "," + fill("2", "3") + `],` + onePage, Times: -1})
			return nil
		},
		failed: []string{"server_filter"}, detail: []string{"has 2 servers, of which 1 belong to other users"}, remedy: []string{"filter the list in the configuration"},
	},
	{
		name: "lists that do not count their pages", spoil: answering("limit_groups", "list", uncounted),
		failed: []string{"paging"}, detail: []string{"limit groups: meta.current_page is missing, limit groups: meta.last_page is missing"}, remedy: []string{"read only a part of a list"},
	},
	{
		name: "no billing integration", spoil: onPanel(func(s *sandbox.SolusVM2State) {
			s.Settings["billing_integration"] = object{"type": "", "drivers": []any{}}
		}),
		failed: []string{"billing_integration"}, detail: []string{"is none"}, remedy: []string{"reconnect_triggers"}, leftOut: []string{"billing_integration_url", "billing_integration_token"},
	},
	{
		name: "a billing integration with another system", spoil: onPanel(func(s *sandbox.SolusVM2State) {
			whole, _ := integration(s)
			whole["type"] = "other"
		}),
		failed: []string{"billing_integration"}, detail: []string{"of the type other"},
	},
	{
		name: "a billing integration with another WHMCS", spoil: onPanel(func(s *sandbox.SolusVM2State) {
			_, driver := integration(s)
			driver["url"] = "https://billing.example.org/modules/addons/solusvm2/api/"
		}),
		failed: []string{"billing_integration_url"}, detail: []string{"billing.example.org", "the callback of this WHMCS is https://"}, remedy: []string{"reconnect_triggers", "General Settings"},
	},
	{
		name: "a billing integration without a token", spoil: onPanel(func(s *sandbox.SolusVM2State) {
			_, driver := integration(s)
			driver["token"] = ""
		}),
		failed: []string{"billing_integration_token"}, detail: []string{"shows no token"}, remedy: []string{"reconnect_triggers"},
	},

	{
		name: "an addon that is not unpacked", spoil: func(t *testing.T, env *acctest.Env) object {
			t.Helper()
			env.WHMCS.SetModule(t, "addons/solusvm2", false)
			return nil
		},
		failed: []string{"addon_files"}, detail: []string{"no folder modules/addons/solusvm2"}, remedy: []string{"upload its folder", "solusvm2.addon"},
	},
	{
		name: "an addon that is not active", spoil: gone(""),
		failed: []string{"addon_active"}, detail: []string{"not active"}, remedy: []string{"hosting_whmcs_addon_module"}, leftOut: []string{"addon_access", "addon_settings", "connection", "token_prices"},
	},
	{
		name: "an addon that no administrator may use", spoil: onAddon("access", ""),
		failed: []string{"addon_access"}, detail: []string{"no administrator role group"}, remedy: []string{"admin_role_ids"},
	},
	{
		name: "a setting that lies elsewhere", spoil: gone("post_pay_lock_overdue_days"),
		failed: []string{"addon_settings"}, detail: []string{"lock_overdue_days in the expected places", "integration_token"}, remedy: []string{"'lock_overdue_days' => ['store'", "companion.local.php"}, leftOut: []string{"overdue_days"},
	},
	{
		name: "an addon that has not made its token", spoil: gone("integration_token"),
		failed: []string{"addon_settings"}, detail: []string{"does not have integration_token in"}, remedy: []string{"'integration_token' => ['store'"},
	},
	{
		name: "an addon that is not connected", spoil: onAddon("url", ""),
		failed: []string{"connection"}, detail: []string{"an API key, but no address"}, remedy: []string{"api_connection of hosting_solusvm2_billing_settings"}, leftOut: []string{"connection_panel"},
	},
	{
		name: "an addon without an API key", spoil: onAddon("api_key", ""),
		failed: []string{"connection"}, detail: []string{"but no API key"},
	},
	{
		name: "an addon that is connected with another panel", spoil: onAddon("url", "https://panel.example.org"),
		failed: []string{"connection_panel"}, detail: []string{"https://panel.example.org", "configured for the panel at http://127.0.0.1"}, remedy: []string{"api_connection.url", "ignore_checks"},
	},
	{
		name: "post-pay that is not enabled", spoil: onAddon("post_pay_enabled", ""),
		failed: []string{"post_pay"}, detail: []string{"not enabled"}, remedy: []string{"post_pay.enabled"},
	},
	{
		name: "no limit group for new users", spoil: onAddon("post_pay_limit_group_id", ""),
		failed: []string{"new_user_limit_group"}, detail: []string{"no limit group is set"}, remedy: []string{"hosting_solusvm2_limit_groups"},
	},
	{
		name: "a limit group that the panel does not have", spoil: onAddon("post_pay_limit_group_id", "99"),
		failed: []string{"new_user_limit_group"}, detail: []string{"limit group 99, which the panel does not have"}, remedy: []string{"post_pay.new_user_limit_group_id"},
	},
	{
		name: "terms without an address", spoil: onAddon("post_pay_terms_url", "terms.html"),
		failed: []string{"terms_url"}, detail: []string{`"terms.html"`}, remedy: []string{"post_pay.terms_url"},
	},
	{
		name: "a lock after the suspension", spoil: onAddon("post_pay_lock_overdue_days", "15"),
		failed: []string{"overdue_days"}, detail: []string{"locked 15 days and suspended 14 days"}, remedy: []string{"lock_overdue_days to at most"},
	},
	{
		name: "a currency without a price", spoil: onAddon("token_price_3", ""),
		failed: []string{"token_prices"}, detail: []string{"no price in EUR"}, remedy: []string{"token_prices"},
	},
	{
		name: "a currency in which tokens are free", spoil: onAddon("token_price_2", "0.0000"),
		failed: []string{"token_prices"}, detail: []string{"the price of a token is zero in INR"}, remedy: []string{"allow_zero_price"},
	},
	{
		name: "currencies that the role does not show", spoil: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Action: "GetCurrencies", Status: 403, Body: `{"result":"error","message":"Invalid Permissions: API action \"getcurrencies\" is not allowed"}`, Times: -1})
			return nil
		},
		failed: []string{"token_prices"}, detail: []string{"could not be listed"}, remedy: []string{"API Roles"},
	},
	{
		name: "a companion that does not know the landing page", spoil: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Kind: "landing_page", Body: `{"result":"error","code":"invalid","message":"kind: is not known","payload":"e30="}`, Times: -1})
			return nil
		},
		failed: []string{"landing_page"}, detail: []string{"kind: is not known"}, remedy: []string{"companion --out DIR"},
	},
	{
		name: "no companion", spoil: func(_ *testing.T, env *acctest.Env) object {
			env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Action: "TerraformRead", Body: `{"result":"error","message":"API Function Not Found"}`, Times: -1})
			return nil
		},
		failed: []string{"whmcs"}, detail: []string{"API Function Not Found"}, remedy: []string{"companion --out DIR", "hosting_whmcs_preflight"}, leftOut: ofWHMCS[1:],
	},
}

func TestAccPreflight_spoilt(t *testing.T) {
	for _, c := range spoilt {
		t.Run(c.name, func(t *testing.T) {
			acctest.Each(t, panelOnly, func(t *testing.T, env *acctest.Env) {
				setUp(t, env)
				found := env.Protocol(t, acctest.Settings{"whmcs": object{"max_retries": 0}, "solusvm2": c.spoil(t, env)}).Preflight(t, dataSource, nil)
				assert.ElementsMatch(t, c.failed, found.Failed(), "%s", found.Text())
				assert.False(t, found.OK)
				first := found.Finding(c.failed[0])
				for _, word := range c.detail {
					assert.Contains(t, first.Detail, word)
				}
				for _, word := range c.remedy {
					assert.Contains(t, first.Remedy, word)
				}
				for _, check := range c.leftOut {
					assert.NotContains(t, found.Checks(), check)
				}
				noSecrets(t, env, found)
			})
		})
	}
}

func percent(n int64) *int64 { return &n }

// TestAccPreflight_brakes: a finding shows each safety setting of the operator, with both companions.
func TestAccPreflight_brakes(t *testing.T) {
	for _, c := range []struct {
		name   string
		php    string
		brakes sandbox.SafetySettings
		failed bool
		detail string
		remedy string
	}{
		{"read_only", "'read_only' => true", sandbox.SafetySettings{ReadOnly: true}, true, "read_only", "Change read_only in"},
		{"kinds", "'kinds' => ['server', 'addon_module']", sandbox.SafetySettings{Kinds: []string{"server", "addon_module"}}, true, "the addon's settings:", "Change kinds in"},
		{"protected settings", "'protected_ids' => ['solusvm2_billing' => ['1']]", sandbox.SafetySettings{ProtectedIDs: map[string][]string{"solusvm2_billing": {"1"}}}, true, "the addon's settings:", "Change protected_ids in"},
		{"a protected addon", "'protected_ids' => ['addon_module' => ['solusvm2']]", sandbox.SafetySettings{ProtectedIDs: map[string][]string{"addon_module": {"solusvm2"}}}, true, "the addon module solusvm2:", "Change protected_ids in"},
		{"limits on prices", "'landing_page' => true, 'max_price_change_percent' => 20", sandbox.SafetySettings{LandingPage: true, MaxPriceChangePercent: percent(20)}, false, "allows writes of the addon and its settings", ""},
		{"landing page", "'landing_page' => true", sandbox.SafetySettings{LandingPage: true}, false, "allows writes of the addon and its settings", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &c.brakes}, PHP: testhost.Options{CompanionLocal: "<?php return [" + c.php + "];"}}
			acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
				found := env.Protocol(t).Preflight(t, dataSource, nil)
				writable := found.Finding("companion_writable")
				assert.Equal(t, !c.failed, writable.OK, "%s", found.Text())
				assert.Contains(t, writable.Detail, c.detail)
				assert.Contains(t, writable.Remedy, c.remedy)
				limits := "companion.local.php sets no limits on prices"
				if c.brakes.MaxPriceChangePercent != nil {
					limits = "token price changes by at most 20 % (max_price_change_percent)"
				}
				assert.Contains(t, found.Finding("price_guards").Detail, limits)
				landing := found.Finding("landing_page")
				assert.True(t, landing.OK)
				assert.Contains(t, landing.Detail, "there is no file templates/")
				if c.failed {
					assert.Contains(t, landing.Detail, "would refuse hosting_solusvm2_landing_page: ")
				} else {
					assert.Contains(t, landing.Detail, "hosting_solusvm2_landing_page can write it")
				}
			})
		})
	}
}

// TestAccPreflight_fresh: before the setup, a finding says to activate the addon. Checks that need the addon do not
// fail.
func TestAccPreflight_fresh(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.Equal(t, []string{"billing_integration", "addon_active"}, found.Failed(), "%s", found.Text())
		assert.NotContains(t, found.Checks(), "addon_settings")
	})
}

// TestAccPreflight_elsewhere: an addon that keeps its settings in its own tables is described, with the lines that
// would correct the map.
func TestAccPreflight_elsewhere(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{PostPay: sandbox.PostPayOptions{OwnTables: true}}, PHP: testhost.Options{OtherSolusVM2Tables: true}}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		_, err := whmcs.CollectionOf[whmcs.AddonModule](client(t, env), whmcs.KindAddonModule).Create(t.Context(), whmcs.Values{"module": "solusvm2", "admin_role_ids": []string{"1"}}, whmcs.WriteOptions{})
		require.NoError(t, err)
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.Equal(t, []string{"billing_integration", "addon_settings"}, found.Failed(), "%s", found.Text())
		places := found.Finding("addon_settings")
		assert.Equal(t, "assumed", places.Grade)
		for _, word := range []string{"api_key, integration_token", "token_prices", "mod_solusvm2_prices (", "mod_solusvm2_settings ("} {
			assert.Contains(t, places.Detail, word)
		}
		assert.Contains(t, places.Remedy, "'api_key' => ['store'")
	})
}

// TestAccPreflight_alone: with one of the two systems configured, its findings stand, and one says that the other was
// not looked at.
func TestAccPreflight_alone(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		setUp(t, env)
		credential := env.WHMCS.Credential()
		panelSettings := object{"url": env.Sandbox.SolusVM2.URL(), "token": env.Sandbox.SolusVM2.AdminToken()}
		whmcsSettings := object{"url": env.WHMCS.URL(), "identifier": credential.Identifier, "secret": credential.Secret}
		alone := func(settings object) acctest.Preflight {
			p := acctest.NewProtocol(t, "test")
			require.Empty(t, p.Configure(t, settings))
			return p.Preflight(t, dataSource, nil)
		}

		found := alone(object{"solusvm2": panelSettings})
		assert.True(t, found.OK, "%s", found.Text())
		assert.Equal(t, append(slices.Clone(ofPanel), "whmcs"), found.Checks())
		assert.Contains(t, found.Finding("whmcs").Detail, "WHMCS_URL")
		assert.Contains(t, found.Finding("billing_integration_url").Detail, "so the address could not be compared")
		panel(env, func(s *sandbox.SolusVM2State) {
			_, driver := integration(s)
			driver["url"] = "https://billing.example.org/"
		})
		assert.Equal(t, []string{"billing_integration_url"}, alone(object{"solusvm2": panelSettings}).Failed())

		found = alone(object{"whmcs": whmcsSettings})
		assert.True(t, found.OK, "%s", found.Text())
		assert.Equal(t, append([]string{"panel"}, slices.DeleteFunc(slices.Clone(ofWHMCS), func(check string) bool { return check == "connection_panel" })...), found.Checks())
		assert.Contains(t, found.Finding("panel").Detail, "SOLUSVM2_URL")
		assert.Contains(t, found.Finding("new_user_limit_group").Detail, "the panel was not checked for it")
	})
}

func TestAccPreflight_configuration(t *testing.T) {
	acctest.Each(t, panelOnly, func(t *testing.T, env *acctest.Env) {
		setUp(t, env)
		store(t, env, "token_price_2", "0")
		p := env.Protocol(t)
		assert.False(t, p.Preflight(t, dataSource, nil).OK)
		ignoring := p.Preflight(t, dataSource, object{"ignore_checks": []any{"token_prices"}})
		assert.True(t, ignoring.OK)
		assert.Equal(t, []string{"token_prices"}, ignoring.Failed(), "it stays listed")

		_, diagnostics := p.ReadDataSource(t, dataSource, object{"ignore_checks": []any{"permissions"}})
		require.Len(t, diagnostics, 1)
		for _, check := range append([]string{"panel"}, all...) {
			assert.Contains(t, acctest.Messages(diagnostics)[0], `"`+check+`"`)
		}

		p = acctest.NewProtocol(t, "test")
		require.Empty(t, p.Configure(t, object{}))
		_, diagnostics = p.ReadDataSource(t, dataSource, nil)
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "solusvm2.url (or the environment variable SOLUSVM2_URL)")
	})
}

// TestAccPreflight_freeTokens: the guard that lets prices be zero lets tokens be free.
func TestAccPreflight_freeTokens(t *testing.T) {
	acctest.Each(t, panelOnly, func(t *testing.T, env *acctest.Env) {
		setUp(t, env)
		store(t, env, "token_price_2", "0")
		credential := env.WHMCS.Credential()
		p := acctest.NewProtocol(t, "test")
		require.Empty(t, p.Configure(t, object{
			"whmcs": object{"url": env.WHMCS.URL(), "identifier": credential.Identifier, "secret": credential.Secret}, "guards": object{"allow_zero_price": true},
		}))
		assert.True(t, p.Preflight(t, dataSource, nil).OK)
	})
}

// TestAccPreflight_landingPage: a finding shows the origin of the template and does not fail.
func TestAccPreflight_landingPage(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &acctest.LandingPageSettings}, PHP: testhost.Options{CompanionLocal: acctest.LandingPageLocal}}
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		setUp(t, env)
		pages := whmcs.CollectionOf[whmcs.LandingPage](client(t, env), whmcs.KindLandingPage)
		_, err := pages.Update(t.Context(), whmcs.SingleID, nil, whmcs.Values{"content": "<h1>Ours</h1>"}, whmcs.WriteOptions{})
		require.NoError(t, err)
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.True(t, found.OK, "%s", found.Text())
		assert.Contains(t, found.Finding("landing_page").Detail, "which Terraform wrote")
	})
}

// TestAccPreflight_tls: an unknown authority, one that is configured, and a certificate that is not looked at.
func TestAccPreflight_tls(t *testing.T) {
	acctest.Each(t, panelOnly, func(t *testing.T, env *acctest.Env) {
		front := httptest.NewTLSServer(env.Sandbox.SolusVM2)
		t.Cleanup(front.Close)
		certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}))
		look := func(settings object) acctest.Preflight {
			settings["url"] = front.URL
			found := env.Protocol(t, acctest.Settings{"solusvm2": settings}).Preflight(t, dataSource, object{"ignore_checks": []any{"addon_active", "billing_integration"}})
			noSecrets(t, env, found)
			return found
		}
		unknown := look(object{})
		assert.Equal(t, []string{"reachable", "tls", "addon_active"}, unknown.Failed(), "%s", unknown.Text())
		assert.Contains(t, unknown.Finding("tls").Detail, "unknown authority")
		assert.Contains(t, unknown.Finding("tls").Remedy, "ca_cert_pem")
		assert.True(t, look(object{"ca_cert_pem": certificate}).OK)
		blind := look(object{"insecure_skip_verify": true})
		assert.False(t, blind.OK)
		assert.Contains(t, blind.Finding("tls").Detail, "insecure_skip_verify")
		front.Close()
		closed := look(object{})
		assert.Equal(t, []string{"reachable", "addon_active"}, closed.Failed())
		assert.Contains(t, closed.Finding("reachable").Detail, "connection refused")
	})
}

// TestAccPreflight_pages: the second page of a list is looked at, and no more than that.
func TestAccPreflight_pages(t *testing.T) {
	many := panelOnly
	many.Sandbox.SolusVM2.ExtraServers = 60
	acctest.Each(t, many, func(t *testing.T, env *acctest.Env) {
		setUp(t, env)
		env.Sandbox.Journal().Reset()
		found := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.True(t, found.OK, "%s", found.Text())
		assert.Contains(t, found.Finding("servers").Detail, "the first 30 servers were read, all with the known form, and so was one by its id")
		lists := 0
		for _, request := range env.Sandbox.Journal().Requests() {
			if request.Kind == "servers" && request.Op == "list" {
				lists++
			}
		}
		assert.Equal(t, 3, lists, "two pages, and one of those of a user")

		// The first page is returned instead of the second one.
		first := `{"data":[{"id":"1","name":"A","user":{"id":1},"created_at":"2026-01-01"}],"meta":{"current_page":1,"last_page":2,"per_page":1,"total":2}}`
		env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "api_tokens", Op: "list", Body: first, Times: -1})
		env.Sandbox.AddFault(sandbox.Fault{System: "solusvm2", Kind: "api_tokens", Op: "get", Body: `{"data":{"id":"1","name":"A"}}`, Times: -1})
		repeated := env.Protocol(t).Preflight(t, dataSource, nil)
		assert.Equal(t, []string{"paging"}, repeated.Failed(), "%s", repeated.Text())
		assert.Contains(t, repeated.Finding("paging").Detail, "API tokens: requested page 2, got page 1")
		assert.Contains(t, repeated.Finding("paging").Detail, "API tokens: api tokens 1 is there twice")
	})
}
