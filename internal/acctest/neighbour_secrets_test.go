package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// A guess of a secret, and a text that is not the secret. The read-only role must not be able to tell which is which.
const (
	rightGuess = "Canary-right-guess"
	wrongGuess = "Canary-wrong-guess"
)

// secretFields are all fields that hold a secret, with the object that has it.
var secretFields = []struct {
	name, kind string
	// arrange stores rightGuess and returns the object's id.
	arrange func(c *contract) string
	// values and expect contain the secret in a request. field is the name of the secret in rows.
	values func(guess string) object
	expect []func(guess string) object
}{
	{
		"password of a server", "server",
		func(c *contract) string {
			id, _ := c.server(object{"password": rightGuess, "hostname": "stored.example.com"})
			return id
		},
		func(guess string) object { return object{"password": guess} },
		[]func(guess string) object{
			func(guess string) object { return object{"password": guess} },
			func(guess string) object { return object{"password_fingerprint": guess} },
		},
	},
	{
		"access hash of a server", "server",
		func(c *contract) string {
			id, _ := c.server(object{"access_hash": rightGuess})
			return id
		},
		func(guess string) object { return object{"access_hash": guess} },
		[]func(guess string) object{
			func(guess string) object { return object{"access_hash": guess} },
			func(guess string) object { return object{"access_hash_fingerprint": guess} },
		},
	},
	{
		"module option that is a password", "product",
		func(c *contract) string {
			id, _ := c.product(object{"module": "samplevps", "module_options": object{"Token": rightGuess}})
			return id
		},
		func(guess string) object { return object{"module_options": object{"4": guess}} },
		[]func(guess string) object{
			func(guess string) object { return object{"module_options": object{"4": guess}} },
			func(guess string) object { return object{"module_options": object{"Token": guess}} },
			func(guess string) object { return object{"module_option_fingerprints": object{"4": guess}} },
		},
	},
	{
		"module option that a write gave as a secret", "product",
		func(c *contract) string {
			id, _ := c.product(object{"module": "samplevps", "module_options": object{"Disk": object{"secret": rightGuess}}})
			return id
		},
		func(guess string) object { return object{"module_options": object{"2": object{"secret": guess}}} },
		[]func(guess string) object{
			func(guess string) object { return object{"module_options": object{"2": guess}} },
			func(guess string) object { return object{"module_options": object{"2": object{"secret": guess}}} },
			func(guess string) object { return object{"module_options": object{"Disk": object{"secret": guess}}} },
			func(guess string) object { return object{"module_option_fingerprints": object{"2": guess}} },
		},
	},
	{
		"module option of a module that was never asked", "product",
		func(c *contract) string {
			id, _ := c.product(object{})
			c.env.WHMCS.Set(c, "tblproducts", id, "configoption5", rightGuess)
			return id
		},
		func(guess string) object { return object{"module_options": object{"5": guess}} },
		[]func(guess string) object{
			func(guess string) object { return object{"module_options": object{"5": guess}} },
			func(guess string) object { return object{"module_option_fingerprints": object{"5": guess}} },
		},
	},
	{
		"setting of an addon module", "addon_module",
		func(c *contract) string {
			c.create("addon_module", object{"module": "sampleaddon", "settings": object{"apikey": rightGuess}})
			return "sampleaddon"
		},
		func(guess string) object { return object{"settings": object{"apikey": guess}} },
		[]func(guess string) object{
			func(guess string) object { return object{"settings": object{"apikey": guess}} },
			func(guess string) object { return object{"settings_fingerprints": object{"apikey": guess}} },
		},
	},
	{
		"API key of a SolusVM 2 panel", "solusvm2_billing",
		func(c *contract) string {
			c.activate()
			c.env.WHMCS.SetAddonSetting(c, "solusvm2", "api_key", c.env.WHMCS.Encrypt(c, rightGuess))
			return "1"
		},
		func(guess string) object { return object{"api_key": guess} },
		[]func(guess string) object{
			func(guess string) object { return object{"api_key": guess} },
			func(guess string) object { return object{"api_key_fingerprint": guess} },
		},
	},
}

// No request lets the read-only role confirm a guess of a secret. Each request with the secret gets the same response
// for a right and a wrong guess. No response shows a fingerprint of text that the caller sent.
func TestNeighbourReadRoleCannotTestGuesses(t *testing.T) {
	for _, secret := range secretFields {
		t.Run(secret.name, func(t *testing.T) {
			acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
				c := &contract{T: t, env: env}
				id := secret.arrange(c)
				if secret.kind == "product" {
					env.WHMCS.AddService(t, id, "0", "Active")
				}
				row := fmt.Sprint(c.get(secret.kind, id))
				fingerprints := strings.Count(row, "")
				require.Positive(t, fingerprints)
				reads := 0
				for name, request := range guesses(secret.kind, id, secret.values, secret.expect) {
					ask := func(guess string) outcome {
						o := c.send(env.WHMCS.ReadOnlyCredential(), "TerraformRead", request(guess))
						assert.NotContains(t, o.Raw, "Canary", name)
						return o
					}
					right, wrong := ask(rightGuess), ask(wrongGuess)
					assert.Equal(t, wrong.Result+wrong.Code+wrong.Message, right.Result+right.Code+right.Message, name)
					assert.Equal(t, wrong.Payload, right.Payload, name)
					reads++
				}
				require.GreaterOrEqual(t, reads, 10)
				for _, action := range []string{"create", "update", "delete", "connect", "test_connection", "module_schema"} {
					o := c.send(env.WHMCS.ReadOnlyCredential(), "TerraformRead", object{"op": action, "kind": secret.kind, "id": id, "values": secret.values(rightGuess)})
					c.refused(o, "unsupported", "op")
				}
			})
		})
	}
}

// guesses are the requests of TerraformRead that can name a secret, by name.
func guesses(kind, id string, values func(string) object, expect []func(string) object) map[string]func(string) object {
	all := map[string]func(string) object{}
	add := func(name string, request func(guess string) object) {
		all[name] = request
		all[name+", in a batch"] = func(guess string) object {
			one := request(guess)
			if one["op"] != "validate" {
				return one
			}
			return object{"op": "batch", "ops": []any{one}}
		}
	}
	validate := func(fields object) object {
		fields["op"], fields["kind"], fields["id"] = "validate", kind, id
		return fields
	}
	add("validate values", func(guess string) object { return validate(object{"values": values(guess)}) })
	add("validate with a guard", func(guess string) object {
		return validate(object{"values": values(guess), "guard_live": []string{"module_options", "toplink_dcim"}})
	})
	add("validate an unknown field", func(guess string) object {
		return validate(object{"values": values(guess), "unknown": []string{"name"}})
	})
	add("validate a creation", func(guess string) object {
		creation := values(guess)
		creation["name"] = "New"
		return object{"op": "validate", "kind": kind, "values": creation}
	})
	add("validate a moved server", func(guess string) object {
		moved := values(guess)
		moved["hostname"] = "other.example.com"
		return validate(object{"values": moved})
	})
	for i, expected := range expect {
		name := fmt.Sprint("expect ", i)
		add(name, func(guess string) object { return validate(object{"values": object{}, "expect": expected(guess)}) })
		add(name+" and values", func(guess string) object {
			return validate(object{"values": values(guess), "expect": expected(guess), "guard_live": []string{"module_options"}})
		})
		add(name+" as a filter", func(guess string) object {
			filter := object{}
			for field, value := range expected(guess) {
				filter[field] = value
				if inner, nested := value.(object); nested {
					for _, text := range inner {
						filter[field] = text
					}
				}
			}
			return object{"op": "list", "kind": kind, "filter": filter}
		})
	}
	add("get", func(string) object {
		return object{"op": "get", "kind": kind, "ids": []string{id}, "with": []string{"usage"}}
	})
	add("filter by name", func(guess string) object { return object{"op": "list", "kind": kind, "filter": object{"name": guess}} })
	return all
}

// A write role that does not know a secret cannot send it to another host. Moving a server requires its secrets again,
// and a connection requires https.
func TestNeighbourStoredSecretsStayHome(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		id, _ := c.server(object{"module": "samplevps", "hostname": "home.example.com", "ip_address": "192.0.2.1", "username": "u", "password": "Canary-one", "access_hash": "Canary-two"})
		for field, value := range map[string]any{"hostname": "evil.example.com", "ip_address": "203.0.113.9", "port": 8443, "secure": true, "module": "toplink_dcim"} {
			move := func(more object) outcome {
				values := object{field: value}
				for name, text := range more {
					values[name] = text
				}
				return c.tryWrite(object{"op": "update", "kind": "server", "id": id, "values": values})
			}
			c.refused(move(nil), "invalid", "access_hash", "password")
			c.refused(move(object{"password": "x"}), "invalid", "access_hash")
			c.refused(move(object{"access_hash": "x"}), "invalid", "password")
			values := object{field: value}
			c.refused(c.tryRead(object{"op": "validate", "kind": "server", "id": id, "values": values}), "invalid", "access_hash", "password")
			c.success(c.tryRead(object{"op": "validate", "kind": "server", "id": id, "values": values, "unknown": []string{"password", "access_hash"}}))
			c.refused(c.tryWrite(object{"op": "test_connection", "id": id, "values": values}), "invalid", "access_hash", "password")
		}
		assert.Equal(t, "home.example.com", c.get("server", id)["hostname"])
		// A change that does not move the server needs no secret. An unchanged address needs none either.
		c.update("server", id, nil, object{"noc": "x", "username": "v", "hostname": "home.example.com", "secure": false, "port": nil})
		c.update("server", id, nil, object{"hostname": "new.example.com", "password": "known", "access_hash": "known"})
		c.update("server", id, nil, object{"hostname": "newer.example.com", "password": "", "access_hash": ""})
		c.update("server", id, nil, object{"hostname": "newest.example.com"}) // there is nothing to protect
	})
}

// The API key and the addon's token are sent over https, or to a host that the operator lists.
func TestNeighbourConnectionsNeedTLS(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		c.activate()
		panel := env.Sandbox.SolusVM2
		none := ownSettings()
		none.HTTPHosts = nil
		c.settings(none)
		o := c.refused(c.connect(panel.URL(), panel.AdminToken(), nil), "invalid", "url")
		assert.Contains(t, fmt.Sprint(o.Payload["errors"]), "http_hosts")
		for _, wrong := range [][]string{{"127.0.0.2"}, {"27.0.0.1"}, {"127.0.0.1:1"}} {
			s := ownSettings()
			s.HTTPHosts = wrong
			c.settings(s)
			c.refused(c.connect(panel.URL(), panel.AdminToken(), nil), "invalid", "url")
		}
		assert.Equal(t, object{"type": "", "drivers": object{}}, integrationOf(env.Sandbox))
		host := strings.TrimPrefix(panel.URL(), "http://")
		c.settings(guarded(func(s *sandbox.SafetySettings) { s.HTTPHosts = []string{host} }))
		c.success(c.connect(panel.URL(), panel.AdminToken(), nil))

		// The settings of the addon module cannot move the panel either.
		for _, setting := range []string{"url", "api_key", "integration_token"} {
			o := c.tryWrite(object{"op": "update", "kind": "addon_module", "id": "solusvm2", "values": object{"settings": object{setting: "http://evil.example.com"}}})
			require.Equal(t, "error", o.Result, setting)
			assert.Contains(t, fmt.Sprint(o.Payload["errors"]), "settings."+setting)
		}
	})
}

// templates are landing pages with one tag each that could run code, read a file or the request.
var templates = []string{
	"{'id'|shell_exec}", "{$x|shell_exec}", `{"id"|system}`, `{system("id")}`, "{php}phpinfo();{/php}", `{include file="/etc/passwd"}`,
	`{include_php file="x.php"}`, `{fetch file="/etc/passwd"}`, `{eval var=$x}`, "{$smarty.env.PATH}", "{$Smarty.const.X}", "{$smarty.server.PATH}", "{$x->y()}", "{$x::y}",
	"{Foo::bar()}", "{\"`$x`\"}", `{"{$x}"}`, `{if system("id")}{/if}`, `{if "id"|system}{/if}`, `{if $a == $b|system}{/if}`, "{$x = 5}", "{assign var=x value=5}",
	"{foreach $x as $smarty}{/foreach}", "{foreach system('id') as $x}{/foreach}", "{literal}{literal}{/literal}{$x|system}{/literal}", "{literal}{/literal }{$x|system}{/literal}",
	"{literal }{/literal}", "{* } {$x|system} *}", "{*{$x}*}", "<?php phpinfo(); ?>", "<?= 1 ?>", "{$x", "{literal}x", "{block name=x}{/block}", `{extends file="x"}`,
	"{function name=f}{/function}", "{call name=f}", "{$x|escape|system}", "{$x|escape:$y|system}", "{$x nofilter}", `{math equation="x"}`, "{$x.{$y}}", `{$x[system("id")]}`,
	"{'a'}", "{while true}{/while}", "{capture}{/capture}", "{section name=i loop=5}{/section}", `{html_image file="x"}`, "{debug}", "{insert name=x}", "{}", "{*}", "{#x#}", "{\"a\"}",
	"{if true}{$x|@system}{/if}", "{$x|default:`id`}", "{lang key=$x|system}", "{lang key=\"`id`\"}",
}

// accepted are landing pages with what the guide lists.
var accepted = []string{
	"<h1>{$LANG.cloud} & more</h1>{* a comment *}", `{$a.b.0|escape:"html"|default:'x'}`, `{if $a}x{elseif $b == 3 && !empty($c.d)}y{else}z{/if}`,
	`{foreach $a.b as $k => $v}{$v|escape}{foreachelse}none{/foreach}`, `{lang key="a.b"}`, "{literal}function f() {return {a: 1};}{/literal}", "body { color: red }",
	"{ldelim}x{rdelim}", `{if $a|lower eq "x" or not $b and isset($c)}1{/if}`, "{strip} <p> {/strip}", "雲 😀 }", "",
}

// The landing page is a Smarty template, which WHMCS compiles to PHP. Only tags of a short list are accepted.
func TestNeighbourLandingPageRunsNoCode(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &acctest.LandingPageSettings}}
	options.PHP.CompanionLocal = acctest.LandingPageLocal
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		for _, content := range templates {
			o := c.tryLanding("update", nil, object{"content": "<p>\n" + content})
			c.refused(o, "invalid", "content")
			assert.Contains(t, fmt.Sprint(o.Payload["errors"]), "line 2", content)
			c.refused(c.tryRead(object{"op": "validate", "kind": "landing_page", "id": "1", "values": object{"content": content}}), "invalid", "content")
		}
		_, there := env.WHMCS.ReadFile(t, landingPath)
		assert.False(t, there)
		for _, content := range accepted {
			c.success(c.tryLanding("update", nil, object{"content": content}))
		}
	})
}

// A filter on an id that no object can have is a mistake of the caller, and not an empty list.
func TestNeighbourFilterOnAnIDIsChecked(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		list := func(kind string, id any) outcome {
			return c.tryRead(object{"op": "list", "kind": kind, "filter": object{"id": id}})
		}
		for _, wrong := range []any{"", "abc", "1 OR 1=1", "-1", "1.0", 1, nil, true, []string{"1"}, object{"a": "1"}, strings.Repeat("9", 30)} {
			c.refused(list("product_group", wrong), "invalid", "filter.id")
		}
		for _, wrong := range []any{"", "../x", "a b", 1, nil} {
			c.refused(list("addon_module", wrong), "invalid", "filter.id")
		}
		id, _ := c.create("product_group", object{"name": "Found"})
		assert.Len(t, c.success(list("product_group", id))["rows"], 1)
		assert.Empty(t, c.success(list("product_group", "999"))["rows"])
	})
}
