package acctest_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// elsewhere are the places of an addon that keeps its settings in tables of its own, as the operator writes them down.
const elsewhere = `'places' => [
	'url' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'panel', 'value_column' => 'value'],
	'api_key' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'panel_key', 'value_column' => 'value', 'as' => 'text'],
	'integration_token' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'token', 'value_column' => 'value'],
	'post_pay_enabled' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'enabled', 'value_column' => 'value', 'as' => '1'],
	'new_user_limit_group_id' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'limit_group', 'value_column' => 'value'],
	'terms_url' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'terms', 'value_column' => 'value'],
	'invoice_grace_days' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'grace', 'value_column' => 'value'],
	'lock_overdue_days' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'lock', 'value_column' => 'value'],
	'suspend_overdue_days' => ['store' => 'table', 'table' => 'mod_solusvm2_settings', 'key_column' => 'setting', 'key' => 'suspend', 'value_column' => 'value'],
	'token_prices' => ['store' => 'table', 'table' => 'mod_solusvm2_prices', 'currency_column' => 'currency', 'value_column' => 'price'],
]`

func elsewherePlaces() map[string]sandbox.PostPayPlace {
	places := map[string]sandbox.PostPayPlace{"token_prices": {Table: "mod_solusvm2_prices", KeyColumn: "currency", ValueColumn: "price"}}
	for field, key := range map[string]string{
		"url": "panel", "api_key": "panel_key", "integration_token": "token", "post_pay_enabled": "enabled", "new_user_limit_group_id": "limit_group",
		"terms_url": "terms", "invoice_grace_days": "grace", "lock_overdue_days": "lock", "suspend_overdue_days": "suspend",
	} {
		places[field] = sandbox.PostPayPlace{Table: "mod_solusvm2_settings", KeyColumn: "setting", Key: key, ValueColumn: "value", As: map[string]string{"api_key": "text", "post_pay_enabled": "1"}[field]}
	}
	return places
}

// postPayOptions are surroundings with the addon in its two variants, and what the operator's file says, of which
// local are further lines.
func postPayOptions(inTables, corrected bool, local string, brakes sandbox.SafetySettings) acctest.Options {
	brakes.AllowDelete, brakes.HTTPHosts = true, []string{"127.0.0.1"}
	options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &brakes}, PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
	options.Sandbox.PostPay.OwnTables, options.PHP.OtherSolusVM2Tables = inTables, inTables
	section := "'solusvm2' => ['http_hosts' => ['127.0.0.1'], "
	switch {
	case corrected:
		options.Sandbox.PostPay.Places = elsewherePlaces()
		local = section + elsewhere + "]," + local
	case strings.Contains(local, "'solusvm2' => ["):
		local = strings.Replace(local, "'solusvm2' => [", section, 1)
	default:
		local = section + "]," + local
	}
	options.PHP.CompanionLocal = "<?php return ['allow_delete' => true, " + local + "];"
	return options
}

func (c *contract) activate() {
	c.Helper()
	c.create("addon_module", object{"module": "solusvm2"})
}

func (c *contract) billing() object { return c.get("solusvm2_billing", "1") }

func (c *contract) tryBilling(expect, values object) outcome {
	return c.tryWrite(object{"op": "update", "kind": "solusvm2_billing", "id": "1", "expect": expect, "values": values})
}

// TestContractPostPay_settings: the addon's settings, where the map assumes them and where the operator says that they
// are.
func TestContractPostPay_settings(t *testing.T) {
	for name, options := range map[string]acctest.Options{
		"assumed": postPayOptions(false, false, "", sandbox.SafetySettings{}), "corrected": postPayOptions(true, true, "", sandbox.SafetySettings{}),
	} {
		t.Run(name, func(t *testing.T) {
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				c := &contract{T: t, env: env}
				c.activate()
				row := c.billing()
				c.has(row, object{
					"id": "1", "addon": "solusvm2", "active": true, "url": "", "api_key_fingerprint": "", "post_pay_enabled": false, "new_user_limit_group_id": nil, "terms_url": "",
					"invoice_grace_days": 0.0, "lock_overdue_days": 7.0, "suspend_overdue_days": 14.0, "token_prices": object{}, "missing": []any{},
				})
				systemURL := c.read(object{"op": "info"})["system_url"].(string)
				assert.Equal(t, strings.TrimRight(systemURL, "/")+"/index.php?m=solusvm2", row["landing_page_url"])
				assert.Equal(t, strings.TrimRight(systemURL, "/")+"/modules/addons/solusvm2/api/", row["integration_url"])
				c.has(c.read(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{}, "connect": true}), object{"ok": true})
				c.refused(c.tryRead(object{"op": "validate", "kind": "addon_module", "id": "solusvm2", "values": object{}, "connect": true}), "invalid", "connect")

				changed := c.success(c.tryBilling(
					object{"post_pay_enabled": false, "new_user_limit_group_id": nil, "terms_url": "", "lock_overdue_days": 7, "token_prices": object{"USD": nil}},
					object{
						"post_pay_enabled": true, "new_user_limit_group_id": "3", "terms_url": "https://example.com/terms?a=1&b=2", "invoice_grace_days": 5, "lock_overdue_days": 10,
						"suspend_overdue_days": 20, "token_prices": object{"USD": "0.0125", "INR": "1"},
					},
				))["row"].(object)
				c.has(changed, object{
					"post_pay_enabled": true, "new_user_limit_group_id": "3", "terms_url": "https://example.com/terms?a=1&b=2", "invoice_grace_days": 5.0, "lock_overdue_days": 10.0,
					"suspend_overdue_days": 20.0, "token_prices": object{"USD": "0.0125", "INR": "1.0000"},
				})
				assert.Equal(t, changed, c.billing())
				assert.Equal(t, []any{"1"}, ids(c.read(object{"op": "list", "kind": "solusvm2_billing"})))
				assert.Empty(t, ids(c.read(object{"op": "list", "kind": "solusvm2_billing", "after": "1"})))
				assert.Empty(t, ids(c.read(object{"op": "list", "kind": "solusvm2_billing", "filter": object{"post_pay_enabled": false}})))

				// One price changes, and the others are kept. Numbers compare as numbers. Null clears.
				c.success(c.tryBilling(object{"token_prices": object{"USD": "0.01250"}, "invoice_grace_days": 5}, object{"token_prices": object{"USD": "0.02", "EUR": "0"}, "new_user_limit_group_id": nil, "terms_url": ""}))
				c.has(c.billing(), object{"token_prices": object{"USD": "0.0200", "INR": "1.0000", "EUR": "0.0000"}, "new_user_limit_group_id": nil, "terms_url": "", "post_pay_enabled": true})

				c.refused(c.tryBilling(
					object{"post_pay_enabled": false, "lock_overdue_days": 7, "token_prices": object{"USD": "0.0125", "INR": "1"}, "new_user_limit_group_id": "3", "api_key_fingerprint": "Canary-Key"},
					object{"invoice_grace_days": 1},
				), "conflict", "post_pay_enabled", "lock_overdue_days", "token_prices.USD", "new_user_limit_group_id", "api_key_fingerprint")
				before := env.WHMCS.Dump(t)
				for field, value := range map[string]any{
					"url": "https://panel.example.com", "api_key_fingerprint": "x", "addon": "solusio", "active": true, "landing_page_url": "x", "missing": []string{}, "nosuch": 1,
					"post_pay_enabled": "on", "new_user_limit_group_id": 3, "terms_url": "example.com/terms", "invoice_grace_days": -1, "lock_overdue_days": "7", "suspend_overdue_days": 1.5, "token_prices": "1",
				} {
					c.refused(c.tryBilling(nil, object{field: value}), "invalid", field)
				}
				for _, terms := range []string{"javascript:alert(1)", "/terms", "https://", "https://a b", "ftp://example.com", `https://example.com/"><script>`} {
					c.refused(c.tryBilling(nil, object{"terms_url": terms}), "invalid", "terms_url")
				}
				for price, path := range map[any]string{"0.00001": "USD", "-1": "USD", "abc": "USD", "1e3": "USD", 0.5: "USD", "1": "GBP"} {
					c.refused(c.tryBilling(nil, object{"token_prices": object{path: price}}), "invalid", "token_prices."+path)
				}
				c.refused(c.tryBilling(object{"token_prices": object{"USD": 0.02}}, object{"invoice_grace_days": 1}), "invalid", "expect.token_prices.USD")
				c.refused(c.tryWrite(object{"op": "create", "kind": "solusvm2_billing", "values": object{"terms_url": ""}}), "unsupported", "op")
				c.refused(c.tryWrite(object{"op": "delete", "kind": "solusvm2_billing", "id": "1", "expect": object{}}), "unsupported", "op")
				c.refused(c.tryRead(object{"op": "validate", "kind": "solusvm2_billing", "values": object{"terms_url": ""}}), "unsupported", "op")
				c.refused(c.tryWrite(object{"op": "update", "kind": "solusvm2_billing", "id": "2", "values": object{"terms_url": ""}}), "not_found")
				c.has(c.read(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{"terms_url": "https://example.com"}}), object{"ok": true})
				c.refused(c.tryRead(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "expect": object{"terms_url": "x"}, "values": object{"terms_url": ""}}), "conflict", "terms_url")
				assert.Equal(t, before, env.WHMCS.Dump(t))

				again := object{"op": "update", "kind": "solusvm2_billing", "id": "1", "key": newContractKey(), "values": object{"lock_overdue_days": 30}}
				c.write(again)
				assert.Equal(t, true, c.write(again)["replayed"])
			})
		})
	}
}

// TestContractPostPay_silentPlaces: an empty place means that the addon uses its own default. A value that reads as
// zero is therefore still written.
func TestContractPostPay_silentPlaces(t *testing.T) {
	options := postPayOptions(false, false, `'solusvm2' => ['places' => [
		'suspend_overdue_days' => ['store' => 'addon_setting', 'name' => 'post_pay_reminder_days'], 'post_pay_enabled' => ['store' => 'addon_setting', 'name' => 'post_pay_switch', 'as' => '1'],
	]]`, sandbox.SafetySettings{})
	options.Sandbox.PostPay.Places = map[string]sandbox.PostPayPlace{
		"suspend_overdue_days": {Setting: "post_pay_reminder_days"}, "post_pay_enabled": {Setting: "post_pay_switch", As: "1"},
	}
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		c.activate()
		silent := object{"suspend_overdue_days": 0.0, "post_pay_enabled": false, "terms_url": ""}
		c.has(c.billing(), silent)
		holds := func(setting, want string) {
			t.Helper()
			value, there := env.WHMCS.AddonSetting(t, "solusvm2", setting)
			assert.True(t, there, setting)
			assert.Equal(t, want, value, setting)
		}
		for _, setting := range []string{"post_pay_reminder_days", "post_pay_switch", "post_pay_terms_url"} {
			_, there := env.WHMCS.AddonSetting(t, "solusvm2", setting)
			require.False(t, there, setting)
		}
		c.has(c.success(c.tryBilling(silent, object{"suspend_overdue_days": 0, "post_pay_enabled": false, "terms_url": ""}))["row"].(object), silent)
		holds("post_pay_reminder_days", "0")
		holds("post_pay_switch", "0")
		holds("post_pay_terms_url", "")

		// A row that holds nothing is as silent as none.
		env.WHMCS.SetAddonSetting(t, "solusvm2", "post_pay_lock_overdue_days", "")
		c.has(c.billing(), object{"lock_overdue_days": 0.0})
		c.success(c.tryBilling(object{"lock_overdue_days": 0}, object{"lock_overdue_days": 0}))
		holds("post_pay_lock_overdue_days", "0")

		// The largest number that a field may have is one that a place may hold.
		c.has(c.success(c.tryBilling(nil, object{"suspend_overdue_days": 2147483647, "new_user_limit_group_id": "2147483647"}))["row"].(object), object{
			"suspend_overdue_days": 2147483647.0, "new_user_limit_group_id": "2147483647", "missing": []any{},
		})
		holds("post_pay_reminder_days", "2147483647")
		c.refused(c.tryBilling(nil, object{"suspend_overdue_days": 2147483648}), "invalid", "suspend_overdue_days")
		c.refused(c.tryBilling(nil, object{"new_user_limit_group_id": "2147483648"}), "invalid", "new_user_limit_group_id")
		for _, other := range []string{"2147483648", "9999999999", "99999999999999999999"} {
			env.WHMCS.SetAddonSetting(t, "solusvm2", "post_pay_lock_overdue_days", other)
			c.has(c.billing(), object{"lock_overdue_days": nil, "missing": []any{"lock_overdue_days"}})
			c.refused(c.tryBilling(nil, object{"lock_overdue_days": 5}), "unsupported", "lock_overdue_days")
		}
	})
}

// addRow adds a row to a table that need not have a column id.
func addRow(t *testing.T, env *acctest.Env, table string, row map[string]string) {
	t.Helper()
	database, isPHP := env.WHMCS.(interface {
		Exec(sql string, args ...any) error
	})
	if !isPHP {
		env.WHMCS.Insert(t, table, row)
		return
	}
	var columns []string
	var values []any
	for column, value := range row {
		columns, values = append(columns, "`"+column+"`"), append(values, value)
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	require.NoError(t, database.Exec(fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), marks), values...))
}

// TestContractPostPay_doubtfulPlaces: a place that more than one row could be, or that holds something else, is not
// written.
func TestContractPostPay_doubtfulPlaces(t *testing.T) {
	t.Parallel()
	refuses := func(c *contract, field string, value any) {
		c.Helper()
		row := c.billing()
		c.has(row, object{field: nil, "missing": []any{field}})
		before := c.env.WHMCS.Dump(c.T)
		o := c.refused(c.tryBilling(nil, object{field: value}), "unsupported", field)
		assert.Contains(c, o.Message, "'places' => ['"+field+"'")
		assert.Equal(c, before, c.env.WHMCS.Dump(c.T))
	}
	t.Run("settings", func(t *testing.T) {
		acctest.EachHost(t, postPayOptions(false, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
			c := &contract{T: t, env: env}
			c.activate()
			env.WHMCS.SetAddonSetting(t, "solusvm2", "token_price_1", "per hour")
			refuses(c, "token_prices", object{"USD": "1"})
			refuses(c, "token_prices", object{"EUR": "1"})
			env.WHMCS.SetAddonSetting(t, "solusvm2", "token_price_1", "0.5")
			c.has(c.success(c.tryBilling(nil, object{"token_prices": object{"USD": "0.25"}}))["row"].(object), object{"token_prices": object{"USD": "0.2500"}, "missing": []any{}})
			twice := func(setting string) {
				addRow(t, env, "tbladdonmodules", map[string]string{"module": "solusvm2", "setting": setting, "value": "7"})
			}
			twice("post_pay_lock_overdue_days")
			refuses(c, "lock_overdue_days", 5)
			twice("token_price_1")
			c.refused(c.tryBilling(nil, object{"token_prices": object{"USD": "1"}}), "unsupported", "token_prices")
		})
	})
	t.Run("tables", func(t *testing.T) {
		acctest.EachHost(t, postPayOptions(true, true, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
			c := &contract{T: t, env: env}
			c.activate()
			addRow(t, env, "mod_solusvm2_settings", map[string]string{"setting": "terms", "value": ""})
			refuses(c, "terms_url", "https://example.com/")
			addRow(t, env, "mod_solusvm2_settings", map[string]string{"setting": "terms of another kind", "value": ""})
			c.success(c.tryBilling(nil, object{"token_prices": object{"USD": "1"}}))
			addRow(t, env, "mod_solusvm2_prices", map[string]string{"currency": "1", "price": "2"})
			o := c.refused(c.tryBilling(nil, object{"token_prices": object{"USD": "3"}}), "unsupported", "token_prices")
			assert.Contains(t, o.Message, "mod_solusvm2_prices")
		})
	})
}

// TestContractPostPay_missingPlaces: a setting that the live addon lacks is never written. The refusal names the
// existing settings.
func TestContractPostPay_missingPlaces(t *testing.T) {
	acctest.EachHost(t, postPayOptions(true, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		everything := []any{
			"api_key_fingerprint", "invoice_grace_days", "lock_overdue_days", "new_user_limit_group_id", "post_pay_enabled", "suspend_overdue_days", "terms_url", "token_prices", "url",
		}
		c.has(c.billing(), object{"active": false, "missing": everything, "url": nil, "post_pay_enabled": nil, "token_prices": nil})
		o := c.refused(c.tryBilling(nil, object{"terms_url": ""}), "unsupported", "terms_url")
		assert.Contains(t, o.Message, "Activate it first")
		c.activate()
		c.has(c.billing(), object{"active": true, "missing": everything})
		before := env.WHMCS.Dump(t)
		o = c.refused(c.tryBilling(nil, object{"terms_url": "https://example.com", "post_pay_enabled": true, "token_prices": object{"USD": "1"}}), "unsupported", "terms_url", "post_pay_enabled", "token_prices")
		for _, word := range []string{"post_pay_terms_url", "mod_solusvm2_settings (id, setting, value)", "mod_solusvm2_prices (currency, price)", "companion.local.php", "'places' => ['terms_url'"} {
			assert.Contains(t, o.Message, word)
		}
		c.refused(c.tryRead(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{"terms_url": ""}}), "unsupported", "terms_url")
		c.refused(c.connect(env.Sandbox.SolusVM2.URL(), env.Sandbox.SolusVM2.AdminToken(), nil), "unsupported", "url", "api_key", "integration_token")
		c.refused(c.tryRead(object{"op": "validate", "kind": "solusvm2_billing", "id": "1", "values": object{}, "connect": true}), "unsupported", "url", "api_key", "integration_token")
		assert.Equal(t, before, env.WHMCS.Dump(t))
		c.has(c.read(object{"op": "discover", "addon": "solusvm2"}), object{
			"active": true, "settings": []any{"version"}, "tables": object{"mod_solusvm2_prices": []any{"currency", "price"}, "mod_solusvm2_settings": []any{"id", "setting", "value"}},
		})
	})
}

func (c *contract) connect(url, key string, expect object) outcome {
	c.Helper()
	return c.tryWrite(object{"op": "connect", "values": object{"url": url, "api_key": key}, "expect": expect})
}

func integrationOf(sb *sandbox.Sandbox) (integration any) {
	sb.SolusVM2.View(func(s *sandbox.SolusVM2State) { integration = s.Settings["billing_integration"] })
	return integration
}

// TestContractPostPay_connect: the candidate is tested, stored and integrated in one operation.
func TestContractPostPay_connect(t *testing.T) {
	for name, options := range map[string]acctest.Options{
		"assumed": postPayOptions(false, false, "", sandbox.SafetySettings{}), "corrected": postPayOptions(true, true, "", sandbox.SafetySettings{}),
	} {
		t.Run(name, func(t *testing.T) {
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				c := &contract{T: t, env: env}
				c.activate()
				panel := env.Sandbox.SolusVM2
				request := object{"op": "connect", "key": newContractKey(), "values": object{"url": panel.URL() + "/api/v1/", "api_key": panel.AdminToken()}, "expect": object{"url": "", "api_key_fingerprint": ""}}
				o := c.tryWrite(request)
				payload := c.success(o)
				systemURL := strings.TrimRight(c.read(object{"op": "info"})["system_url"].(string), "/")
				assert.Equal(t, object{"type": "whmcs", "url": systemURL + "/modules/addons/solusvm2/api/"}, payload["integration"])
				row := payload["row"].(object)
				c.has(row, object{"url": panel.URL(), "missing": []any{}})
				assert.Regexp(t, "^[0-9a-f]{32}$", row["api_key_fingerprint"])
				assert.Equal(t, row, c.billing())
				integration := integrationOf(env.Sandbox).(object)
				driver := integration["drivers"].(object)["whmcs"].(object)
				assert.Equal(t, systemURL+"/modules/addons/solusvm2/api/", driver["url"])
				token, _ := driver["token"].(string)
				assert.Len(t, token, 32, "the addon's own token")
				assert.NotContains(t, o.Raw, token)
				assert.NotContains(t, o.Raw, panel.AdminToken())

				// The same key connects once. Another request with it is refused.
				panel.Mutate(func(s *sandbox.SolusVM2State) { s.Settings["billing_integration"] = object{"type": "other"} })
				again := c.write(request)
				assert.Equal(t, true, again["replayed"])
				assert.Equal(t, object{"type": "other"}, integrationOf(env.Sandbox))
				request["values"] = object{"url": panel.URL(), "api_key": panel.ClientToken()}
				c.refused(c.tryWrite(request), "invalid", "key")
				// Connecting again repairs the panel's side.
				c.success(c.connect(panel.URL(), panel.AdminToken(), object{"url": panel.URL() + "/", "api_key_fingerprint": row["api_key_fingerprint"]}))
				assert.Equal(t, integration, integrationOf(env.Sandbox))

				o = c.refused(c.connect(panel.URL(), panel.AdminToken(), object{"url": "https://old.example.com", "api_key_fingerprint": "Canary-Key"}), "conflict", "url", "api_key_fingerprint")
				assert.NotContains(t, o.Raw, "Canary")
				c.refused(c.tryWrite(object{"op": "connect", "values": object{"url": panel.URL()}}), "invalid", "api_key")
				c.refused(c.tryWrite(object{"op": "connect", "values": object{"api_key": "k", "terms_url": ""}}), "invalid", "url", "terms_url")
				for _, url := range []any{"", "panel.example.com", "ftp://panel.example.com", "https://user:pw@panel.example.com", "https://panel.example.com/?x=1", "https://panel.example.com#x", "https://a\nb", 5} {
					c.refused(c.tryWrite(object{"op": "connect", "values": object{"url": url, "api_key": "k"}}), "invalid", "url")
				}
				for _, key := range []any{"", "two words", "line\nX-Header: 1", 5} {
					c.refused(c.tryWrite(object{"op": "connect", "values": object{"url": panel.URL(), "api_key": key}}), "invalid", "api_key")
				}
				c.refused(c.tryWrite(object{"op": "connect", "installation": "another", "values": object{"url": panel.URL(), "api_key": "k"}}), "conflict", "installation")
				assert.NotContains(t, env.WHMCS.LogText(t), panel.AdminToken())
				assert.NotContains(t, env.WHMCS.LogText(t), token)
			})
		})
	}
}

// panelInFrontOf serves a panel whose responses a test may replace. Nil passes a request to the panel.
func panelInFrontOf(t *testing.T, sb *sandbox.Sandbox, answer func(w http.ResponseWriter, r *http.Request) bool) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(forwarding(sb, answer))
	t.Cleanup(server.Close)
	return server
}

func forwarding(sb *sandbox.Sandbox, answer func(w http.ResponseWriter, r *http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer != nil && answer(w, r) {
			return
		}
		out, err := http.NewRequestWithContext(r.Context(), r.Method, sb.SolusVM2.URL()+r.URL.RequestURI(), r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		out.Header = r.Header
		response, err := http.DefaultClient.Do(out)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer func() { _ = response.Body.Close() }()
		w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
	})
}

// TestContractPostPay_connectFails: each failure has its own reason, shows no secret and changes nothing on either
// side.
func TestContractPostPay_connectFails(t *testing.T) {
	acctest.EachHost(t, postPayOptions(false, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		c.activate()
		panel := env.Sandbox.SolusVM2
		c.success(c.connect(panel.URL(), panel.AdminToken(), nil))
		panel.Mutate(func(s *sandbox.SolusVM2State) {
			s.Settings["billing_integration"] = object{"type": "whmcs", "drivers": object{"whmcs": object{"url": "https://former.example.com/", "token": "Canary-Former"}}}
			s.Users = append(s.Users, sandbox.PanelUser{ID: 9, Email: "far@example.com", Status: "active", Role: "Administrator", AllowedIPs: []string{"192.0.2.1"}})
			s.Tokens = append(s.Tokens, sandbox.PanelToken{ID: "far", Name: "far", UserID: 9, Secret: "Canary-Far"})
		})
		fixed := func(status int, contentType, body string) func(http.ResponseWriter, *http.Request) bool {
			return func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Content-Type", contentType)
				w.Header().Set("Location", "https://other.example.com/")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
				return true
			}
		}
		patched := func(status int, body string) func(http.ResponseWriter, *http.Request) bool {
			return func(w http.ResponseWriter, r *http.Request) bool {
				return r.Method == http.MethodPatch && fixed(status, "application/json", body)(w, r)
			}
		}
		const no = `{"message":"No.","data":{}}`
		selfSigned := httptest.NewTLSServer(panel)
		t.Cleanup(selfSigned.Close)
		serve := func(answer func(http.ResponseWriter, *http.Request) bool) string {
			return panelInFrontOf(t, env.Sandbox, answer).URL
		}
		before, integration := env.WHMCS.Dump(t), integrationOf(env.Sandbox)
		for name, one := range map[string]struct{ reason, url, key string }{
			"nobody listens":    {"unreachable", acctest.NobodyListens, panel.AdminToken()},
			"self-signed":       {"tls", selfSigned.URL, panel.AdminToken()},
			"no TLS":            {"tls", strings.Replace(panel.URL(), "http:", "https:", 1), panel.AdminToken()},
			"wrong key":         {"unauthorized", panel.URL(), "Canary-Wrong"},
			"a client's key":    {"not_administrator", panel.URL(), panel.ClientToken()},
			"refused address":   {"address_refused", panel.URL(), "Canary-Far"},
			"a path below":      {"html", panel.URL() + "/panel", panel.AdminToken()},
			"login page":        {"html", serve(fixed(200, "text/html", "<html>Log in</html>")), panel.AdminToken()},
			"refused by a wall": {"html", serve(fixed(403, "text/html", "\n<html>Forbidden</html>")), panel.AdminToken()},
			"asked to log in":   {"html", serve(fixed(401, "text/html", "<!DOCTYPE html>")), panel.AdminToken()},
			"other API":         {"not_api", serve(fixed(200, "application/json", `{"result":"ok"}`)), panel.AdminToken()},
			"no JSON":           {"not_api", serve(fixed(200, "text/plain", "hello")), panel.AdminToken()},
			"not found":         {"not_api", serve(fixed(404, "application/json", `{"message":""}`)), panel.AdminToken()},
			"too large":         {"not_api", serve(fixed(200, "application/json", `{"data":"`+strings.Repeat("x", 5<<20)+`"}`)), panel.AdminToken()},
			"down":              {"unavailable", serve(fixed(503, "application/json", `{"message":"Down for maintenance"}`)), panel.AdminToken()},
			"redirect":          {"redirect", serve(fixed(302, "text/html", "")), panel.AdminToken()},
			"integration no":    {"integration_refused", serve(patched(422, no)), panel.AdminToken()},
			"no writes":         {"not_administrator", serve(patched(403, no)), panel.AdminToken()},
			"too many writes":   {"unavailable", serve(patched(429, no)), panel.AdminToken()},
			"writes walled off": {"html", serve(patched(403, "<html>Blocked</html>")), panel.AdminToken()},
			"writes elsewhere":  {"redirect", serve(patched(307, "")), panel.AdminToken()},
			"integration other": {"integration_mismatch", serve(patched(200, no)), panel.AdminToken()},
		} {
			o := c.refused(c.connect(one.url, one.key, nil), "connection")
			assert.Equal(t, one.reason, o.Payload["reason"], "%s: %s", name, o.Message)
			for _, secret := range []string{one.key, "Canary"} {
				assert.NotContains(t, o.Raw, secret, name)
			}
			assert.Equal(t, before, env.WHMCS.Dump(t), name)
			assert.Equal(t, integration, integrationOf(env.Sandbox), name)
		}

		// The panel took the integration, and what follows fails: the former one is put back.
		var settingsRead atomic.Int64
		broken := serve(func(w http.ResponseWriter, r *http.Request) bool {
			isRead := r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/settings")
			return isRead && settingsRead.Add(1) == 2 && fixed(500, "application/json", `{"message":"Server Error"}`)(w, r)
		})
		o := c.refused(c.connect(broken, panel.AdminToken(), nil), "connection")
		assert.Equal(t, "unavailable", o.Payload["reason"], o.Message)
		assert.EqualValues(t, 3, settingsRead.Load())
		assert.Equal(t, before, env.WHMCS.Dump(t))
		assert.Equal(t, integration, integrationOf(env.Sandbox))

		// If the restoration also fails, the response says so. After the integration was accepted, the panel no longer
		// responds.
		var taken atomic.Bool
		worse := serve(func(w http.ResponseWriter, r *http.Request) bool {
			if taken.Load() {
				return fixed(500, "application/json", `{"message":"Server Error"}`)(w, r)
			}
			if r.Method == http.MethodPatch {
				taken.Store(true)
			}
			return false
		})
		o = c.refused(c.connect(worse, panel.AdminToken(), nil), "internal")
		for _, word := range []string{"did not pass the test", "status 500", "reason: unavailable", "These changes could not be undone: the panel's billing integration", "Apply again, or check Settings > Billing integration in SolusVM 2"} {
			assert.Contains(t, o.Message, word)
		}
		for _, word := range []string{"journal", "Nothing was changed", "Canary"} {
			assert.NotContains(t, o.Raw+o.Message, word)
		}
		assert.Equal(t, "unavailable", o.Payload["reason"])
		assert.NotEmpty(t, o.Payload["reference"])
		assert.Equal(t, before, env.WHMCS.Dump(t))
		for _, secret := range []string{panel.AdminToken(), panel.ClientToken(), "Canary"} {
			assert.NotContains(t, env.WHMCS.LogText(t), secret)
		}
	})
}

// TestContractPostPay_connectFailsOnAPanelWithoutIntegration: a panel may refuse to remove the new integration. This
// is not a separate failure.
func TestContractPostPay_connectFailsOnAPanelWithoutIntegration(t *testing.T) {
	t.Parallel()
	for name, none := range map[string]any{"null": nil, "empty": object{}, "no type": object{"type": "", "drivers": object{}}} {
		t.Run(name, func(t *testing.T) {
			acctest.EachHost(t, postPayOptions(false, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
				c, panel := &contract{T: t, env: env}, env.Sandbox.SolusVM2
				c.activate()
				panel.Mutate(func(s *sandbox.SolusVM2State) { s.Settings["billing_integration"] = none })
				before := env.WHMCS.Dump(t)
				var reads, patches atomic.Int64
				front := panelInFrontOf(t, env.Sandbox, func(w http.ResponseWriter, r *http.Request) bool {
					if r.Method == http.MethodPatch {
						patches.Add(1)
					}
					if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/settings") || reads.Add(1) != 2 {
						return false
					}
					w.WriteHeader(http.StatusServiceUnavailable)
					_, _ = io.WriteString(w, `{"message":"Down for maintenance"}`)
					return true
				})
				o := c.refused(c.connect(front.URL, panel.AdminToken(), nil), "connection")
				assert.Equal(t, "unavailable", o.Payload["reason"])
				assert.EqualValues(t, 503, o.Payload["status"])
				for _, word := range []string{"status 503", "WHMCS was not changed", "had no billing integration before", "check Settings > Billing integration in SolusVM 2"} {
					assert.Contains(t, o.Message, word)
				}
				assert.NotContains(t, o.Message, ". Nothing was changed")
				assert.EqualValues(t, 2, patches.Load(), "emptying it is tried")
				assert.Equal(t, before, env.WHMCS.Dump(t))
				integration := integrationOf(env.Sandbox).(object)
				assert.Equal(t, "whmcs", integration["type"])

				// Applying again finds it so and connects.
				c.success(c.connect(panel.URL(), panel.AdminToken(), nil))
				assert.Equal(t, integration, integrationOf(env.Sandbox))
			})
		})
	}
}

// TestContractPostPay_ownAuthority: the operator names the authority of the panel's certificate.
func TestContractPostPay_ownAuthority(t *testing.T) {
	// Every test server has the same certificate.
	sample := httptest.NewTLSServer(http.NotFoundHandler())
	defer sample.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: sample.Certificate().Raw}), 0o600))
	options := postPayOptions(false, false, fmt.Sprintf("'solusvm2' => ['ca_file' => '%s']", file), sandbox.SafetySettings{})
	options.Sandbox.PostPay.CAFile = file
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		c.activate()
		server := httptest.NewTLSServer(forwarding(env.Sandbox, nil))
		t.Cleanup(server.Close)
		c.success(c.connect(server.URL, env.Sandbox.SolusVM2.AdminToken(), nil))
		c.has(c.billing(), object{"url": server.URL})
	})
}

// TestContractPostPay_brakes: the operator's brakes hold for the addon's settings as for everything else.
func TestContractPostPay_brakes(t *testing.T) {
	for reason, one := range map[string]struct {
		local  string
		brakes sandbox.SafetySettings
	}{
		"read_only":     {"'read_only' => true", sandbox.SafetySettings{ReadOnly: true}},
		"kinds":         {"'kinds' => ['product']", sandbox.SafetySettings{Kinds: []string{"product"}}},
		"protected_ids": {"'protected_ids' => ['solusvm2_billing' => [1]]", sandbox.SafetySettings{ProtectedIDs: map[string][]string{"solusvm2_billing": {"1"}}}},
	} {
		t.Run(reason, func(t *testing.T) {
			acctest.EachHost(t, postPayOptions(false, false, one.local, one.brakes), func(t *testing.T, env *acctest.Env) {
				c := &contract{T: t, env: env}
				for _, o := range []outcome{c.connect(env.Sandbox.SolusVM2.URL(), env.Sandbox.SolusVM2.AdminToken(), nil), c.tryBilling(nil, object{"terms_url": ""})} {
					assert.Equal(t, reason, c.refused(o, "read_only").Payload["reason"])
				}
				assert.Equal(t, object{"type": "", "drivers": object{}}, integrationOf(env.Sandbox))
			})
		})
	}
}

const landingPath = "templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl"

func (c *contract) tryLanding(op string, expect, values object) outcome {
	return c.tryWrite(object{"op": op, "kind": "landing_page", "id": "1", "expect": expect, "values": values})
}

// TestContractPostPay_landingPage: one file is written, and put back.
func TestContractPostPay_landingPage(t *testing.T) {
	options := postPayOptions(false, false, "'landing_page' => true", sandbox.SafetySettings{LandingPage: true})
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		files := env.WHMCS.Files(t)
		page := func() object { return c.get("landing_page", "1") }
		assert.Equal(t, object{"id": "1", "path": landingPath, "present": false, "managed": false, "content": nil}, page())
		c.refused(c.tryLanding("delete", object{"path": landingPath}, nil), "not_found")

		content := "<h1>{$LANG.cloud} & more</h1>\r\n\t{* 雲 😀 *}\n" + strings.Repeat("x", 70000)
		row := c.success(c.tryLanding("update", object{"present": false, "content": nil}, object{"content": content}))["row"].(object)
		assert.Equal(t, object{"id": "1", "path": landingPath, "present": true, "managed": true, "content": content}, row)
		assert.Equal(t, row, page())
		written, there := env.WHMCS.ReadFile(t, landingPath)
		assert.True(t, there)
		assert.Equal(t, content, written)
		c.refused(c.tryLanding("update", object{"content": "other"}, object{"content": "x"}), "conflict", "content")
		c.success(c.tryLanding("update", object{"content": content}, object{"content": ""}))
		c.has(page(), object{"present": true, "content": ""})

		c.refused(c.tryLanding("delete", object{}, nil), "invalid", "expect.path")
		remove := object{"op": "delete", "kind": "landing_page", "id": "1", "key": newContractKey(), "expect": object{"path": landingPath}}
		c.write(remove)
		assert.Equal(t, true, c.write(remove)["replayed"])
		c.has(page(), object{"present": false, "managed": false, "content": nil})
		_, there = env.WHMCS.ReadFile(t, landingPath)
		assert.False(t, there)
		assert.Equal(t, files, env.WHMCS.Files(t), "folders that were made are gone too")

		// The former content of an administrator is restored, byte by byte.
		own := "mine \xff\xfe\x00 not UTF-8"
		if env.WHMCS.Name() == "sandbox" {
			own = "mine"
		}
		env.WHMCS.WriteFile(t, landingPath, own)
		c.success(c.tryLanding("update", nil, object{"content": "first"}))
		c.success(c.tryLanding("update", object{"content": "first"}, object{"content": "second"}))
		c.success(c.tryLanding("delete", object{"path": landingPath}, nil))
		back, _ := env.WHMCS.ReadFile(t, landingPath)
		assert.Equal(t, own, back)

		for _, bad := range []any{5, []string{"x"}, "bell\a", strings.Repeat("x", 256<<10+1)} {
			c.refused(c.tryLanding("update", nil, object{"content": bad}), "invalid", "content")
		}
		for _, field := range []string{"path", "present", "managed"} {
			c.refused(c.tryLanding("update", nil, object{field: "../../configuration.php"}), "invalid", field)
		}
		c.refused(c.tryWrite(object{"op": "create", "kind": "landing_page", "values": object{"content": "x"}}), "unsupported", "op")
	})
}

// TestContractPostPay_landingPageOff: without the operator's word nothing is written.
func TestContractPostPay_landingPageOff(t *testing.T) {
	acctest.EachHost(t, postPayOptions(false, false, "", sandbox.SafetySettings{}), func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		files := env.WHMCS.Files(t)
		for _, o := range []outcome{
			c.tryLanding("update", nil, object{"content": "x"}), c.tryLanding("delete", object{"path": landingPath}, nil),
			c.tryRead(object{"op": "validate", "kind": "landing_page", "id": "1", "values": object{"content": "x"}}),
		} {
			assert.Equal(t, "landing_page", c.refused(o, "read_only").Payload["reason"])
		}
		c.has(c.get("landing_page", "1"), object{"present": false})
		assert.Equal(t, files, env.WHMCS.Files(t))
	})
}

// TestContractPostPay_landingPageStaysInside: no link is followed and no other file is ever written (PHP alone has
// files).
func TestContractPostPay_landingPageStaysInside(t *testing.T) {
	t.Parallel()
	host := testhost.Shared(t)
	install := func(t *testing.T) (*contract, *testhost.Installation) {
		installation := host.NewInstallation(t, testhost.Options{CompanionLocal: acctest.LandingPageLocal})
		return &contract{T: t, env: acctest.EnvOf(installation)}, installation
	}
	t.Run("a link on the way", func(t *testing.T) {
		c, installation := install(t)
		outside := t.TempDir()
		require.NoError(t, installation.LinkFolder("templates/twenty-one/modules", outside))
		c.refused(c.tryLanding("update", nil, object{"content": "x"}), "unsupported", "path")
		entries, err := os.ReadDir(outside)
		require.NoError(t, err)
		assert.Empty(t, entries)
	})
	t.Run("a template that is a path", func(t *testing.T) {
		c, _ := install(t)
		for _, template := range []string{"../includes", "", ".", "no/such", "nosuch"} {
			c.env.WHMCS.SetConfiguration(t, "Template", template)
			c.refused(c.tryLanding("update", nil, object{"content": "x"}), "unsupported", "path")
		}
	})
	t.Run("another template since", func(t *testing.T) {
		c, installation := install(t)
		require.NoError(t, installation.WriteFile("templates/six/header.tpl", ""))
		c.success(c.tryLanding("update", nil, object{"content": "one"}))
		c.env.WHMCS.SetConfiguration(t, "Template", "six")
		path := strings.Replace(landingPath, "twenty-one", "six", 1)
		c.has(c.get("landing_page", "1"), object{"path": path, "present": false, "managed": true, "content": nil})
		c.success(c.tryLanding("update", nil, object{"content": "two"}))
		c.success(c.tryLanding("delete", object{"path": path}, nil))
		c.has(c.get("landing_page", "1"), object{"managed": false})
		for _, gone := range []string{path, landingPath} {
			_, there := c.env.WHMCS.ReadFile(t, gone)
			assert.False(t, there, gone)
		}
	})
	t.Run("a template that went", func(t *testing.T) {
		c, installation := install(t)
		require.NoError(t, installation.WriteFile("templates/six/header.tpl", ""))
		c.success(c.tryLanding("update", nil, object{"content": "one"}))
		c.env.WHMCS.SetConfiguration(t, "Template", "six")
		c.success(c.tryLanding("update", nil, object{"content": "two"}))
		require.NoError(t, installation.Remove("templates/twenty-one"))
		c.success(c.tryLanding("delete", object{"path": strings.Replace(landingPath, "twenty-one", "six", 1)}, nil))
		c.has(c.get("landing_page", "1"), object{"present": false, "managed": false})
		for path := range c.env.WHMCS.Files(t) {
			assert.NotContains(t, path, "twenty-one", "nothing is made again below a template that is gone")
		}
	})
	t.Run("a write that fails after the file", func(t *testing.T) {
		c, installation := install(t)
		c.get("landing_page", "1")
		require.NoError(t, installation.WriteFile(landingPath, "before"))
		require.NoError(t, installation.Exec("CREATE TRIGGER meddle BEFORE INSERT ON mod_terraform_journal FOR EACH ROW SIGNAL SQLSTATE '45000'"))
		c.refused(c.tryLanding("update", nil, object{"content": "after"}), "internal")
		now, _ := c.env.WHMCS.ReadFile(t, landingPath)
		assert.Equal(t, "before", now)
		c.has(c.get("landing_page", "1"), object{"managed": false})
	})
	t.Run("a refused write keeps nothing", func(t *testing.T) {
		c, installation := install(t)
		require.NoError(t, installation.WriteFile(landingPath, "before"))
		c.refused(c.tryLanding("update", object{"content": "other"}, object{"content": "after"}), "conflict", "content")
		c.success(c.tryLanding("update", nil, object{"content": "before"}))
		c.has(c.get("landing_page", "1"), object{"managed": false, "content": "before"})
	})
	t.Run("what the file held outlives the write's transaction", func(t *testing.T) {
		c, installation := install(t)
		c.get("landing_page", "1")
		require.NoError(t, installation.WriteFile(landingPath, "before"))
		// The write waits behind its file for the journal, where a process may be killed.
		require.NoError(t, installation.Exec("CREATE TRIGGER wait BEFORE INSERT ON mod_terraform_journal FOR EACH ROW SET NEW.op = IF(SLEEP(2), NEW.op, NEW.op)"))
		written := make(chan outcome, 1)
		go func() {
			defer close(written) // where the request itself fails, too
			written <- c.tryLanding("update", nil, object{"content": "after"})
		}()
		require.Eventually(t, func() bool {
			now, _ := c.env.WHMCS.ReadFile(t, landingPath)
			return now == "after"
		}, time.Minute, time.Millisecond)
		kept, err := installation.Query("SELECT FROM_BASE64(content) AS content FROM mod_terraform_files WHERE path = ?", landingPath)
		require.NoError(t, err)
		require.Len(t, kept, 1)
		assert.Equal(t, "before", kept[0]["content"])
		c.success(<-written)
		c.success(c.tryLanding("delete", object{"path": landingPath}, nil))
		now, _ := c.env.WHMCS.ReadFile(t, landingPath)
		assert.Equal(t, "before", now)
	})
}

// TestContractPostPay_client: the provider's client understands both hosts.
func TestContractPostPay_client(t *testing.T) {
	acctest.EachHost(t, postPayOptions(false, false, "'landing_page' => true", sandbox.SafetySettings{LandingPage: true}), func(t *testing.T, env *acctest.Env) {
		c, panel := &contract{T: t, env: env}, env.Sandbox.SolusVM2
		c.activate()
		credential := env.WHMCS.Credential()
		client, err := whmcs.New(whmcs.Config{URL: env.WHMCS.URL(), Identifier: credential.Identifier, Secret: credential.Secret})
		require.NoError(t, err)
		settings := whmcs.CollectionOf[whmcs.SolusVM2Billing](client, whmcs.KindSolusVM2Billing)

		found, err := client.Discover(t.Context(), "solusvm2")
		require.NoError(t, err)
		assert.True(t, found.Active)
		assert.Contains(t, found.Settings, "integration_token")
		before, err := settings.Get(t.Context(), whmcs.SingleID)
		require.NoError(t, err)
		assert.Empty(t, before.Row.Missing)

		_, err = client.Connect(t.Context(), panel.URL(), panel.ClientToken(), nil, whmcs.WriteOptions{})
		var failure *whmcs.Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, whmcs.CodeConnection, failure.Code)
		assert.Equal(t, whmcs.ReasonNotAdministrator, failure.Details.Reason)
		connected, err := client.Connect(t.Context(), panel.URL(), panel.AdminToken(), whmcs.Values{"url": "", "api_key_fingerprint": ""}, whmcs.WriteOptions{Installation: before.Installation})
		require.NoError(t, err)
		require.NoError(t, connected.RowError)
		assert.Equal(t, panel.URL(), *connected.Row.URL)
		require.NotNil(t, connected.Integration)
		integration, err := solusVM2(t, panel.URL(), panel.AdminToken()).BillingIntegration(t.Context())
		require.NoError(t, err)
		assert.Equal(t, solusvm2.BillingIntegration{Type: "whmcs", URL: connected.Integration.URL, HasToken: true}, integration)

		updated, err := settings.Update(t.Context(), whmcs.SingleID, whmcs.Values{"post_pay_enabled": false}, whmcs.Values{
			"post_pay_enabled": true, "new_user_limit_group_id": "2", "token_prices": whmcs.Facet{"USD": decimal.Decimal("0.0125")},
		}, whmcs.WriteOptions{})
		require.NoError(t, err)
		assert.True(t, *updated.Row.PostPayEnabled)
		assert.Equal(t, "2", *updated.Row.NewUserLimitGroupID)
		assert.Equal(t, map[string]decimal.Decimal{"USD": "0.0125"}, updated.Row.TokenPrices)

		pages := whmcs.CollectionOf[whmcs.LandingPage](client, whmcs.KindLandingPage)
		page, err := pages.Update(t.Context(), whmcs.SingleID, whmcs.Values{"present": false}, whmcs.Values{"content": "hello"}, whmcs.WriteOptions{})
		require.NoError(t, err)
		assert.True(t, page.Row.Managed)
		assert.Equal(t, "hello", *page.Row.Content)
		_, err = pages.Delete(t.Context(), whmcs.SingleID, whmcs.Values{"path": page.Row.Path}, whmcs.WriteOptions{})
		require.NoError(t, err)
	})
}
