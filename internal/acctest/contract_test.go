package acctest_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// contractCases is the companion protocol as tests: each case runs on a fresh installation of every host.
var contractCases = []struct {
	name string
	test func(c *contract)
}{
	{"info", func(c *contract) {
		info := c.read(object{"op": "info"})
		c.has(info, object{"protocol": 1.0, "read_only": false, "allow_delete": true, "hooks_registered": info["hooks_registered"]})
		assert.Regexp(c, `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, info["installation"])
		assert.Subset(c, info["kinds"], []any{"product_group", "server", "server_group", "product", "configurable_option_group", "addon_module", "solusvm2_billing", "landing_page", "currency", "email_template", "admin_role", "module"})
		assert.InDelta(c, 2, info["column_scales"].(object)["pricing"], 0)
		assert.Subset(c, info["modules"].(object)["server"], []any{"samplevps", "toplink_dcim"})
		assert.NotEmpty(c, info["whmcs_version"])
		assert.NotEmpty(c, info["php_version"])
		for _, element := range info["evidence"].([]any) {
			evidence := element.(object)
			assert.Contains(c, []any{"documented", "seen", "assumed"}, evidence["grade"])
			assert.NotEmpty(c, evidence["check"])
		}
		assert.Equal(c, info["installation"], c.read(object{"op": "info"})["installation"], "the installation's name does not change")
	}},

	// Requests.
	{"a GET is refused", func(c *contract) {
		credential := c.env.WHMCS.Credential()
		query := url.Values{"action": {"TerraformRead"}, "responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret}, "terraform_request": {"eyJ2IjoxLCJvcCI6ImluZm8ifQ"}}
		request, err := http.NewRequestWithContext(c.Context(), http.MethodGet, c.env.WHMCS.URL()+"/includes/api.php?"+query.Encode(), http.NoBody)
		require.NoError(c, err)
		o := c.do(request)
		assert.Equal(c, "error", o.Result)
		assert.Empty(c, o.Payload["rows"])
	}},
	{"a request that is not base64 JSON is invalid", func(c *contract) {
		credential := c.env.WHMCS.Credential()
		for _, text := range []string{"", "!!!", "bm90IGpzb24", "WzFd", "bnVsbA"} {
			o := c.post(url.Values{"action": {"TerraformRead"}, "responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret}, "terraform_request": {text}})
			c.refused(o, "invalid")
		}
	}},
	{"an unknown op or kind", func(c *contract) {
		c.refused(c.tryRead(object{"op": "explode"}), "unsupported")
		c.refused(c.tryRead(object{"op": "list", "kind": "spaceship"}), "unsupported")
		c.refused(c.tryRead(object{"op": "info", "v": 99}), "unsupported")
	}},
	{"no write through TerraformRead, no read through TerraformWrite", func(c *contract) {
		o := c.tryRead(object{"op": "create", "kind": "product_group", "key": newContractKey(), "values": object{"name": "Sneaky"}})
		c.refused(o, "unsupported")
		c.refused(c.tryWrite(object{"op": "list", "kind": "product_group"}), "unsupported")
		assert.Empty(c, c.read(object{"op": "list", "kind": "product_group", "filter": object{"name": "Sneaky"}})["rows"])
	}},
	{"a read-only role cannot write", func(c *contract) {
		o := c.send(c.env.WHMCS.ReadOnlyCredential(), "TerraformWrite", object{"op": "create", "kind": "product_group", "key": newContractKey(), "values": object{"name": "x"}})
		assert.Equal(c, http.StatusForbidden, o.Status)
		assert.Contains(c, strings.ToLower(o.Message), `invalid permissions: api action "terraformwrite" is not allowed`)
		c.success(c.send(c.env.WHMCS.ReadOnlyCredential(), "TerraformRead", object{"op": "info"}))
	}},
	{"a write needs a key", func(c *contract) {
		for _, key := range []any{"", "short", strings.Repeat("k", 65), "not allowed!!!!!!!", 12345678901234567} {
			o := c.tryWrite(object{"op": "create", "kind": "product_group", "key": key, "values": object{"name": "x"}})
			c.refused(o, "invalid", "key")
		}
	}},
	{"another installation is refused", func(c *contract) {
		o := c.tryWrite(object{"op": "create", "kind": "product_group", "installation": "00000000-0000-4000-8000-000000000000", "values": object{"name": "Elsewhere"}})
		c.refused(o, "conflict", "installation")
		installation := c.read(object{"op": "info"})["installation"]
		c.write(object{"op": "create", "kind": "product_group", "installation": installation, "values": object{"name": "Here"}})
	}},

	// Reads.
	{"get leaves out what is absent", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "One"})
		rows := c.read(object{"op": "get", "kind": "product_group", "ids": []string{"999999", id}})["rows"].([]any)
		require.Len(c, rows, 1)
		assert.Equal(c, id, rows[0].(object)["id"])
		c.refused(c.tryRead(object{"op": "get", "kind": "product_group", "ids": []string{}}), "invalid")
		c.refused(c.tryRead(object{"op": "get", "kind": "product_group", "ids": []string{"1 OR 1=1"}}), "invalid")
	}},
	{"list pages by ascending id", func(c *contract) {
		var made []string
		for _, name := range []string{"P1", "P2", "P3", "P4", "P5"} {
			id, _ := c.create("product_group", object{"name": name})
			made = append(made, id)
		}
		first := c.read(object{"op": "list", "kind": "product_group", "limit": 2, "after": nil})
		require.Len(c, first["rows"], 2)
		var seen []string
		after := any(nil)
		for range 20 {
			page := c.read(object{"op": "list", "kind": "product_group", "limit": 2, "after": after})
			for _, row := range page["rows"].([]any) {
				seen = append(seen, row.(object)["id"].(string))
			}
			if after = page["next"]; after == nil {
				break
			}
		}
		assert.Subset(c, seen, made)
		assert.Len(c, seen, len(unique(seen)), "no row twice")
		for _, limit := range []any{0, 501, -1, "many"} {
			c.refused(c.tryRead(object{"op": "list", "kind": "product_group", "limit": limit}), "invalid", "limit")
		}
	}},
	{"list filters on decoded text", func(c *contract) {
		id, _ := c.create("product_group", object{"name": `Böse & "co" <b>`})
		rows := c.read(object{"op": "list", "kind": "product_group", "filter": object{"name": `Böse & "co" <b>`, "hidden": false}})["rows"].([]any)
		require.Len(c, rows, 1)
		assert.Equal(c, id, rows[0].(object)["id"])
		assert.Empty(c, c.read(object{"op": "list", "kind": "product_group", "filter": object{"name": "Nobody"}})["rows"])
		c.refused(c.tryRead(object{"op": "list", "kind": "product_group", "filter": object{"nosuch": 1}}), "invalid", "filter.nosuch")
	}},
	{"read-only kinds", func(c *contract) {
		currencies := c.read(object{"op": "list", "kind": "currency"})["rows"].([]any)
		codes := map[any]any{}
		for _, row := range currencies {
			codes[row.(object)["code"]] = row.(object)["default"]
		}
		assert.Equal(c, map[any]any{"USD": true, "INR": false, "EUR": false}, codes)
		templates := c.read(object{"op": "list", "kind": "email_template", "filter": object{"type": "product"}})["rows"].([]any)
		assert.NotEmpty(c, templates)
		c.refused(c.tryWrite(object{"op": "create", "kind": "currency", "values": object{"code": "XXX"}}), "unsupported")
	}},
	// Product groups, and what holds for every kind.
	{"product_group defaults", func(c *contract) {
		id, row := c.create("product_group", object{"name": "Dedicated Servers"})
		c.has(row, defaults(kinds.ProductGroup.Kind))
		c.has(row, object{"name": "Dedicated Servers", "slug": "dedicated-servers"})
		_, next := c.create("product_group", object{"name": "Next"})
		assert.Greater(c, next["order"], row["order"], "behind the last one")
		assert.Equal(c, row, c.get("product_group", id), "the answer carries the row as a read shows it")
	}},
	{"product_group full and update", func(c *contract) {
		id, row := c.create("product_group", object{
			"name": "Full", "slug": "full-1", "headline": "H", "tagline": "T", "order_form_template": "standard_cart",
			"disabled_gateways": []string{"stripe", "paypal"}, "hidden": true, "order": 42,
		})
		c.has(row, object{"slug": "full-1", "disabled_gateways": []any{"paypal", "stripe"}, "hidden": true, "order": 42.0})
		payload := c.update("product_group", id, object{"headline": "H", "disabled_gateways": []string{"stripe", "paypal"}}, object{"headline": "H2", "disabled_gateways": []string{}})
		c.has(payload["row"].(object), object{"headline": "H2", "disabled_gateways": []any{}, "tagline": "T"})
		assert.Equal(c, []any{}, payload["hook_errors"])
	}},
	{"conflict names every differing field and writes nothing", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "Contested", "headline": "A", "tagline": "B"})
		o := c.tryWrite(object{
			"op": "update", "kind": "product_group", "id": id, "expect": object{"headline": "X", "tagline": "Y", "hidden": false}, "values": object{"headline": "new", "hidden": true},
		})
		c.refused(o, "conflict", "headline", "tagline")
		for _, element := range o.Payload["fields"].([]any) {
			if detail := element.(object); detail["field"] == "headline" {
				c.has(detail, object{"expected": "X", "actual": "A"})
			}
		}
		c.has(c.get("product_group", id), object{"headline": "A", "hidden": false})
	}},
	{"an existing name is refused with its id", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "Taken & <in> use"})
		o := c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "Taken & <in> use"}})
		c.refused(o, "exists")
		c.has(o.Payload, object{"kind": "product_group", "id": id, "key": object{"name": "Taken & <in> use"}})
		c.write(object{"op": "create", "kind": "product_group", "values": object{"name": "Taken & <in> use"}, "allow_duplicate_name": true})
	}},
	{"delete compares the natural key", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "Going"})
		c.refused(c.tryWrite(object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "Other"}}), "conflict", "name")
		c.refused(c.tryWrite(object{"op": "delete", "kind": "product_group", "id": id}), "invalid", "expect.name")
		payload := c.write(object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "Going"}})
		assert.Equal(c, id, payload["id"])
		assert.Nil(c, c.get("product_group", id))
		o := c.refused(c.tryWrite(object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "Going"}}), "not_found")
		c.has(o.Payload, object{"kind": "product_group", "id": id})
		c.refused(c.tryWrite(object{"op": "update", "kind": "product_group", "id": id, "expect": object{}, "values": object{"hidden": true}}), "not_found")
	}},
	{"a repeated key returns the first answer", func(c *contract) {
		create := object{"op": "create", "kind": "product_group", "key": newContractKey(), "values": object{"name": "Once"}}
		first := c.write(create)
		again := c.write(create)
		assert.Equal(c, first["id"], again["id"])
		assert.Equal(c, true, again["replayed"])
		assert.Len(c, c.read(object{"op": "list", "kind": "product_group", "filter": object{"name": "Once"}})["rows"], 1)

		update := object{"op": "update", "kind": "product_group", "key": newContractKey(), "id": first["id"], "expect": object{"headline": ""}, "values": object{"headline": "changed"}}
		c.write(update)
		assert.Equal(c, true, c.write(update)["replayed"], "its expectation no longer holds, and need not")

		create["installation"] = "another"
		c.refused(c.tryWrite(create), "conflict", "installation")

		remove := object{"op": "delete", "kind": "product_group", "key": newContractKey(), "id": first["id"], "expect": object{"name": "Once"}}
		c.write(remove)
		assert.Equal(c, true, c.write(remove)["replayed"])
	}},
	{"a key cannot serve another request", func(c *contract) {
		key := newContractKey()
		c.write(object{"op": "create", "kind": "product_group", "key": key, "values": object{"name": "First"}})
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "key": key, "values": object{"name": "Second"}}), "invalid", "key")
	}},
	{"a failure is not stored", func(c *contract) {
		key := newContractKey()
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "key": key, "values": object{"name": ""}}), "invalid", "name")
		c.write(object{"op": "create", "kind": "product_group", "key": key, "values": object{"name": "Mended"}})
	}},
	{"values are checked before anything is touched", func(c *contract) {
		before := c.env.WHMCS.Count(c, "tblproductgroups")
		for field, value := range map[string]any{
			"nosuch": 1, "hidden": "yes", "order": "first", "name": 5, "headline": object{}, "disabled_gateways": "paypal", "slug": "Not A Slug", "tagline": "bell\a",
		} {
			values := object{"name": "Bad"}
			values[field] = value
			c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": values}), "invalid", field)
		}
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "x", "order": -1, "hidden": 1}}), "invalid", "order", "hidden")
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"headline": "no name"}}), "invalid", "name")
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": strings.Repeat("长", 70000)}}), "invalid", "name")
		assert.Equal(c, before, c.env.WHMCS.Count(c, "tblproductgroups"))
	}},
	{"null in values is not given", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "Nulls", "headline": "keep", "tagline": nil})
		payload := c.update("product_group", id, object{}, object{"headline": nil, "hidden": true})
		c.has(payload["row"].(object), object{"headline": "keep", "hidden": true})
	}},
	{"text goes round", func(c *contract) {
		for _, text := range c.storable("&", "&amp;", "<b>", `"quoted" 'single'`, "🚀", "专用服务器", "समर्पित सर्वर", "0", "", "tab\tand\nnewline", `back\slash`, "%s %d {0} ${x}", "a; DROP TABLE tblproductgroups--") {
			id, row := c.create("product_group", object{"name": "Text " + newContractKey(), "headline": text, "tagline": text})
			c.has(row, object{"headline": text, "tagline": text})
			c.has(c.get("product_group", id), object{"headline": text})
			c.update("product_group", id, object{"headline": text}, object{"headline": text + "!"})
		}
	}},
	{"validate says what a write would", func(c *contract) {
		assert.Equal(c, true, c.read(object{"op": "validate", "kind": "product_group", "values": object{"name": "New"}})["ok"])
		assert.Equal(c, true, c.read(object{"op": "validate", "kind": "product_group", "values": object{}, "unknown": []string{"name"}})["ok"])
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "values": object{"name": ""}}), "invalid", "name")
		id, _ := c.create("product_group", object{"name": "Known"})
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "values": object{"name": "Known"}}), "exists")
		assert.Equal(c, true, c.read(object{"op": "validate", "kind": "product_group", "values": object{"name": "Known"}, "allow_duplicate_name": true})["ok"])
		assert.Equal(c, true, c.read(object{"op": "validate", "kind": "product_group", "id": id, "values": object{"headline": "x"}})["ok"])
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "id": "999999", "values": object{"headline": "x"}}), "not_found")
		c.refused(c.tryRead(object{"op": "validate", "kind": "product_group", "id": id, "expect": object{"headline": "y"}, "values": object{"headline": "x"}}), "conflict", "headline")
		c.has(c.get("product_group", id), object{"headline": ""})
	}},
	{"a batch of validations answers for each of them", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "Validated"})
		payload := c.read(object{"op": "batch", "ops": []any{
			object{"op": "validate", "kind": "product_group", "values": object{"name": "New"}},
			object{"op": "validate", "kind": "product_group", "values": object{"name": "New"}},
			object{"op": "validate", "kind": "product_group", "values": object{"name": ""}},
			object{"op": "validate", "kind": "product_group", "id": id, "expect": object{"headline": "y"}, "values": object{"headline": "x"}},
			object{"op": "validate", "kind": "planet", "values": object{}},
			object{"op": "create", "kind": "product_group", "key": newContractKey(), "values": object{"name": "New"}},
			object{"op": "get", "kind": "product_group", "ids": []string{id}},
			"text",
		}})
		results := payload["results"].([]any)
		want := []struct {
			code, details string
			fields        []string
		}{
			{}, {}, // the second is only hindered by a write of the first
			{"invalid", "errors", []string{"name"}},
			{"conflict", "fields", []string{"headline"}},
			{"unsupported", "errors", []string{"kind"}},
			{"invalid", "errors", []string{"op"}},
			{"invalid", "errors", []string{"op"}},
			{"invalid", "errors", []string{""}},
		}
		require.Len(c, results, len(want))
		for i, w := range want {
			result := results[i].(object)
			assert.Equal(c, w.code == "", result["ok"], "%v", result)
			if w.code != "" {
				c.has(result, object{"code": w.code})
				assert.Equal(c, w.fields, named(c, result[w.details]), "%v", result)
				assert.NotEmpty(c, result["message"])
			}
		}
		c.refused(c.tryRead(object{"op": "batch", "ops": []any{}}), "invalid", "ops")
		c.refused(c.tryRead(object{"op": "batch"}), "invalid", "ops")
		c.refused(c.tryRead(object{"op": "batch", "ops": make([]any, 101)}), "invalid", "ops")
		c.refused(c.tryRead(object{"op": "batch", "ops": []any{object{"op": "validate", "kind": "product_group", "values": object{"headline": strings.Repeat("x", 97<<10)}}}}), "invalid", "")
		c.has(c.read(object{"op": "list", "kind": "product_group", "filter": object{"name": "New"}}), object{"rows": []any{}})
	}},
	{"writes have no batch", func(c *contract) {
		write := object{"op": "create", "kind": "product_group", "key": newContractKey(), "values": object{"name": "Batch"}}
		c.refused(c.tryWrite(object{"op": "batch", "ops": []object{write}}), "unsupported", "op")
		c.has(c.read(object{"op": "list", "kind": "product_group", "filter": object{"name": "Batch"}}), object{"rows": []any{}})
	}},
	{"a product group with products is in use", func(c *contract) {
		group, _ := c.create("product_group", object{"name": "Full house"})
		c.create("product", object{"product_group_id": group, "name": "Tenant"})
		o := c.refused(c.tryWrite(object{"op": "delete", "kind": "product_group", "id": group, "expect": object{"name": "Full house"}}), "in_use")
		assert.Contains(c, o.Payload["references"], object{"kind": "products", "count": 1.0})
	}},
}

// TestContract holds both companions, the sandbox's and the real one in PHP, to internal/companion/PROTOCOL.md.
func TestContract(t *testing.T) {
	cases := slices.Concat(contractCases, contractServerCases, contractProductCases, contractOptionCases, contractFieldCases, contractAddonCases, contractSafetyCases, contractAgreementCases, contractProofCases, contractEvidenceCases)
	modes := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
	for _, one := range cases {
		t.Run(one.name, func(t *testing.T) {
			compared := compareRefusals(t)
			acctest.EachHost(t, modes, func(t *testing.T, env *acctest.Env) {
				one.test(&contract{T: t, env: env, refusals: compared})
			})
		})
	}
	t.Logf("contract: %d cases on each host, on PHP on a modern installation and on an old one", len(cases))
}

func unique(in []string) map[string]bool {
	out := map[string]bool{}
	for _, s := range in {
		out[s] = true
	}
	return out
}
