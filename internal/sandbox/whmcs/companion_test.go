package whmcs_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

type object = map[string]any

func TestRequestForm(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	raw := func(content string) sandboxtest.Response {
		_, got := sandboxtest.API(t, sb, sb.WHMCS.Credential(), "TerraformWrite", url.Values{"terraform_request": {content}})
		return sandboxtest.DecodeResponse(t, got)
	}
	encode := func(content string) string { return base64.URLEncoding.EncodeToString([]byte(content)) }
	sandboxtest.RequireError(t, raw(""), "invalid", "")
	for _, content := range []string{"%%%", encode("[]"), encode("null"), encode(`{"v":1`), encode("{\"v\":1,\"op\":\"\xff\"}"), encode(`{} {}`)} {
		sandboxtest.RequireError(t, raw(content), "invalid", "")
	}
	sandboxtest.RequireError(t, raw(encode(`{"op":"create"}`)), "invalid", "v")
	sandboxtest.RequireError(t, raw(encode(`{"v":2,"op":"create"}`)), "unsupported", "v")
	sandboxtest.RequireError(t, raw(encode(`{"v":1}`)), "invalid", "op")
	sandboxtest.RequireError(t, raw(encode(`{"v":1,"op":"list"}`)), "unsupported", "op")
	sandboxtest.RequireError(t, raw(encode(`{"v":1,"op":"connect"}`)), "invalid", "key")
	sandboxtest.RequireError(t, raw(encode(`{"v":1,"op":"create"}`)), "invalid", "key,kind")
	sandboxtest.RequireError(t, raw(encode(`{"v":1,"op":"update","key":"short","kind":4,"id":4,"expect":[],"values":"x","installation":1}`)), "invalid", "key,kind,installation,id,expect,values")
	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "create", "kind": "product_group"}), "unsupported", "op")
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "create", "kind": "universe", "values": object{}}), "unsupported", "kind")
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "create", "kind": "currency", "values": object{}}), "unsupported", "kind")

	credential := sb.WHMCS.Credential()
	query := url.Values{
		"identifier": {credential.Identifier}, "secret": {credential.Secret}, "action": {"TerraformRead"}, "responsetype": {"json"},
		"terraform_request": sandboxtest.EncodeRequest(t, object{"op": "info"})["terraform_request"],
	}
	response, err := http.Get(sb.WHMCS.URL() + "/includes/api.php" + "?" + query.Encode())
	require.NoError(t, err)
	sandboxtest.RequireError(t, sandboxtest.DecodeResponse(t, sandboxtest.Body(t, response)), "invalid", "")
}

func TestListAndGet(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{Size: 120})
	list := func(request object) object {
		request["op"] = "list"
		got := sandboxtest.Read(t, sb, request)
		require.Equal(t, "success", got.Result, got.Message)
		return got.Payload
	}
	first := list(object{"kind": "product"})
	assert.Len(t, first["rows"], 100)
	assert.Equal(t, "100", first["next"])
	second := list(object{"kind": "product", "after": first["next"], "limit": 21})
	assert.Len(t, second["rows"], 21)
	assert.Nil(t, second["next"])
	assert.Equal(t, "101", second["rows"].([]any)[0].(object)["id"])

	assert.Len(t, list(object{"kind": "product_group", "filter": object{"name": "Legacy & Co", "hidden": false, "order": 1}})["rows"], 1)
	assert.Len(t, list(object{"kind": "currency", "filter": object{"rate": "83.125"}})["rows"], 1)
	assert.Len(t, list(object{"kind": "product", "filter": object{"product_group_id": "1", "server_group_id": nil}})["rows"], 1)
	assert.Empty(t, list(object{"kind": "server"})["rows"])
	assert.Equal(t, object{"id": "1", "code": "USD", "prefix": "$", "suffix": " USD", "format": 1.0, "rate": "1.00000", "default": true},
		list(object{"kind": "currency", "filter": object{"default": true}})["rows"].([]any)[0])
	assert.Len(t, list(object{"kind": "email_template", "filter": object{"type": "product"}})["rows"], 3)
	groups := list(object{"kind": "product_group", "with": []string{"usage"}})["rows"].([]any)
	assert.Equal(t, object{"products": 120.0}, groups[1].(object)["usage"])

	rows := sandboxtest.Read(t, sb, object{"op": "get", "kind": "product", "ids": []string{"9", "3", "9999", "9"}}).Payload["rows"].([]any)
	require.Len(t, rows, 2)
	assert.Equal(t, "3", rows[0].(object)["id"])

	for fields, request := range map[string]object{
		"limit":                     {"op": "list", "kind": "product", "limit": 501},
		"with":                      {"op": "list", "kind": "product", "with": []string{"magic"}},
		"after":                     {"op": "list", "kind": "product", "after": "x"},
		"filter.colour,filter.name": {"op": "list", "kind": "product", "filter": object{"colour": 1, "name": []string{}}},
		"kind,ids":                  {"op": "get"},
		"ids":                       {"op": "get", "kind": "product", "ids": []string{"one"}},
	} {
		sandboxtest.RequireError(t, sandboxtest.Read(t, sb, request), "invalid", fields)
	}
	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "get", "kind": "universe", "ids": []string{"1"}}), "unsupported", "kind")
}

func TestInfo(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{MissingColumns: []string{"tblproducts_slugs"}})
	info := sandboxtest.Read(t, sb, object{"op": "info"}).Payload
	assert.EqualValues(t, 1, info["protocol"])
	assert.Equal(t, "127.0.0.1", info["caller_ip"])
	assert.Equal(t, true, info["allow_delete"])
	assert.Equal(t, []any{"product_group", "server", "server_group", "product", "product_addon", "configurable_option_group", "addon_module", "solusvm2_billing", "landing_page", "currency", "email_template", "admin_role", "module"}, info["kinds"])
	assert.Equal(t, []any{"samplevps", "toplink_dcim"}, info["modules"].(object)["server"])
	assert.EqualValues(t, 2, info["column_scales"].(object)["pricing"])
	assert.Equal(t, "html", info["codecs"].(object)["product.description"])
	assert.EqualValues(t, 10, info["toplink"].(object)["options"].(object)["client_hardware_info"])
	assert.NotContains(t, info["tables"], "tblproducts_slugs")
	assert.Equal(t, "https://billing.example.com/", info["system_url"])
	for _, finding := range info["evidence"].([]any) {
		assert.Contains(t, []any{"documented", "seen", "assumed"}, finding.(object)["grade"])
	}
}

func TestReplay(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	sb := sandboxtest.Start(t, sandbox.Options{Clock: func() time.Time { return now }})
	request := object{"op": "create", "kind": "server", "key": sandboxtest.NewKey(), "values": object{"name": "S", "module": "samplevps", "password": "hush"}}
	first := sandboxtest.Write(t, sb, request)
	require.Equal(t, "success", first.Result)
	second := sandboxtest.Write(t, sb, request)
	require.Equal(t, "success", second.Result)
	first.Payload["replayed"] = true
	assert.Equal(t, first.Payload, second.Payload)
	assert.Equal(t, 1, sb.WHMCS.Count("server"))
	sb.WHMCS.View(func(s *whmcs.State) {
		for _, stored := range s.Responses {
			assert.NotContains(t, string(stored.Payload), "hush")
		}
	})
	request["values"] = object{"name": "S", "module": "samplevps", "password": "other"}
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, request), "invalid", "key")

	// A failure is not stored. The key can be used again.
	failed := object{"op": "delete", "kind": "server", "key": sandboxtest.NewKey(), "id": first.Payload["id"], "expect": object{"name": "T"}}
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, failed), "conflict", "name")
	failed["expect"] = object{"name": "S"}
	require.Equal(t, "success", sandboxtest.Write(t, sb, failed).Result)
	again := sandboxtest.Write(t, sb, failed)
	require.Equal(t, "success", again.Result)
	assert.Equal(t, true, again.Payload["replayed"])

	now = now.Add(8 * 24 * time.Hour)
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, failed), "not_found", "")
}

func TestInstallation(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	installation := sb.WHMCS.Installation()
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, installation)
	request := func() object {
		return object{"op": "update", "kind": "product_group", "id": "1", "values": object{"headline": "x"}, "installation": installation}
	}
	require.Equal(t, "success", sandboxtest.Write(t, sb, request()).Result)
	sb.WHMCS.Mutate(func(s *whmcs.State) { s.Settings["SystemURL"] = "https://staging.example.com/" })
	staging := sb.WHMCS.Installation()
	assert.Regexp(t, `-5[0-9a-f]{3}-[89ab]`, staging)
	got := sandboxtest.Write(t, sb, request())
	sandboxtest.RequireError(t, got, "conflict", "installation")
	assert.Equal(t, object{"field": "installation", "expected": installation, "actual": staging}, got.Payload["fields"].([]any)[0])
	assert.Equal(t, "pinned", sandboxtest.Start(t, sandbox.Options{Installation: "pinned"}).WHMCS.Installation())
}

func TestSafetySettings(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{SafetySettings: &whmcs.SafetySettings{Kinds: []string{"product_group", "product"}, ProtectedIDs: map[string][]string{"product_group": {"1"}}}})
	change := func(op, kind, id string) sandboxtest.Response {
		request := object{"op": op, "kind": kind, "values": object{"name": "N", "headline": "h"}, "expect": object{"name": "x"}}
		if id != "" {
			request["id"] = id
		}
		return sandboxtest.Write(t, sb, request)
	}
	for reason, got := range map[string]sandboxtest.Response{
		"protected_ids": change("update", "product_group", "1"),
		"allow_delete":  change("delete", "product_group", "2"),
		"kinds":         change("create", "server", ""),
	} {
		sandboxtest.RequireError(t, got, "read_only", "")
		assert.Equal(t, reason, got.Payload["reason"])
	}
	require.Equal(t, "success", change("create", "product_group", "").Result)
	assert.Equal(t, []any{"product_group", "product"}, sandboxtest.Read(t, sb, object{"op": "info"}).Payload["kinds"])

	sb.WHMCS.SetSafetySettings(whmcs.SafetySettings{ReadOnly: true})
	for _, request := range []object{
		{"op": "create", "kind": "product_group", "key": sandboxtest.NewKey(), "values": object{"name": "M"}}, {"op": "module_schema", "module": "samplevps"},
		{"op": "test_connection", "values": object{}}, {"op": "connect", "key": sandboxtest.NewKey()},
	} {
		got := sandboxtest.Companion(t, sb, "TerraformWrite", request)
		sandboxtest.RequireError(t, got, "read_only", "")
		assert.Equal(t, "read_only", got.Payload["reason"])
	}
	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "validate", "kind": "product_group", "values": object{"name": "M"}}), "read_only", "")
}

// A nested object that a change of its parent deletes is protected like a deleted object.
func TestAllowDeleteKeepsParts(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{SafetySettings: &whmcs.SafetySettings{}})
	group, _ := sandboxtest.Create(t, sb, "product_group", object{"name": "G"})
	product, row := sandboxtest.Create(t, sb, "product", object{"product_group_id": group, "name": "P", "custom_fields": object{"os": object{"name": "OS"}}})
	for field := range row["custom_fields"].(object) {
		got := sandboxtest.Write(t, sb, object{"op": "update", "kind": "product", "id": product, "values": object{"custom_fields": object{"os": object{"id": field, "remove": true}}}})
		sandboxtest.RequireError(t, got, "read_only", "")
		assert.Equal(t, "allow_delete", got.Payload["reason"])
	}
	options, row := sandboxtest.Create(t, sb, "configurable_option_group", object{"name": "O", "options": object{"ram": object{"name": "RAM", "sub_options": object{"gb": object{"name": "1 GB"}}}}})
	for option, fields := range row["options"].(object) {
		changes := []object{{"id": option, "remove": true}}
		for sub := range fields.(object)["sub_options"].(object) {
			changes = append(changes, object{"id": option, "sub_options": object{"gb": object{"id": sub, "remove": true}}})
		}
		require.Len(t, changes, 2)
		for _, change := range changes {
			got := sandboxtest.Write(t, sb, object{"op": "update", "kind": "configurable_option_group", "id": options, "values": object{"options": object{"ram": change}}})
			sandboxtest.RequireError(t, got, "read_only", "")
			assert.Equal(t, "allow_delete", got.Payload["reason"])
		}
	}
}

// Changes to other objects are protected too. Their hooks do not run.
func TestSideEffects(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{SafetySettings: &whmcs.SafetySettings{AllowDelete: true, ProtectedIDs: map[string][]string{"server": {"1"}, "server_group": {"1"}}}})
	server := func(name string, standard bool) sandboxtest.Response {
		return sandboxtest.Write(t, sb, object{"op": "create", "kind": "server", "values": object{"name": name, "module": "samplevps", "default_for_module": standard}})
	}
	require.Equal(t, "success", server("one", true).Result)
	sandboxtest.RequireError(t, server("two", true), "read_only", "")
	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "validate", "kind": "server", "values": object{"name": "two", "module": "samplevps", "default_for_module": true}}), "read_only", "")
	sb.WHMCS.SetSafetySettings(whmcs.SafetySettings{AllowDelete: true, ProtectedIDs: map[string][]string{"server_group": {"1"}}})
	var called []string
	sb.WHMCS.OnHook(func(point, id string, _ *whmcs.State) error {
		called = append(called, point+" "+id)
		return nil
	})
	require.Equal(t, "success", server("two", true).Result)
	assert.Equal(t, []string{"ServerAdd 2"}, called)
	require.Equal(t, "success", sandboxtest.Write(t, sb, object{"op": "create", "kind": "server_group", "values": object{"name": "kept", "server_ids": []string{"2"}}}).Result)
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "delete", "kind": "server", "id": "2", "expect": object{"name": "two"}}), "read_only", "")
}

func TestBatch(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	validation := func(values object) object {
		return object{"op": "validate", "kind": "product_group", "values": values}
	}
	got := sandboxtest.Read(t, sb, object{"op": "batch", "ops": []any{
		validation(object{"name": "A"}), validation(object{}), "nonsense", object{"op": "batch", "kind": "product"},
		object{"op": "create", "kind": "product_group", "key": sandboxtest.NewKey(), "values": object{"name": "A"}},
		object{"op": "validate", "kind": "product_group", "id": "9", "values": object{"name": "A"}},
	}})
	require.Equal(t, "success", got.Result, got.Message)
	var codes []any
	results := got.Payload["results"].([]any)
	for _, result := range results {
		codes = append(codes, result.(object)["ok"], result.(object)["code"])
	}
	assert.Equal(t, []any{true, nil, false, "invalid", false, "invalid", false, "invalid", false, "invalid", false, "not_found"}, codes)
	assert.Equal(t, "name", results[1].(object)["errors"].([]any)[0].(object)["field"])
	assert.Equal(t, 1, sb.WHMCS.Count("product_group"), "nothing was created")
	entry := sb.Journal().Requests()[0]
	assert.Equal(t, 6, entry.Members)
	assert.False(t, entry.Write)
	assert.Empty(t, entry.Kind, "validations of several kinds")

	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "batch", "ops": []any{}}), "invalid", "ops")
	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "batch", "ops": make([]any, 101)}), "invalid", "ops")
	large := validation(object{"name": strings.Repeat("x", 97<<10)})
	sandboxtest.RequireError(t, sandboxtest.Read(t, sb, object{"op": "batch", "ops": []any{large}}), "invalid", "")
	write := object{"op": "batch", "ops": []any{validation(object{"name": "A"})}}
	sandboxtest.RequireError(t, sandboxtest.Companion(t, sb, "TerraformWrite", write), "unsupported", "op")
}

func TestBatchRunsOutOfTime(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	sb := sandboxtest.Start(t, sandbox.Options{Clock: func() time.Time { now = now.Add(4 * time.Second); return now }})
	var ops []any
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		ops = append(ops, object{"op": "validate", "kind": "product_group", "values": object{"name": name}})
	}
	results := sandboxtest.Read(t, sb, object{"op": "batch", "ops": ops}).Payload["results"].([]any)
	require.Len(t, results, 5)
	assert.Equal(t, true, results[0].(object)["ok"])
	assert.Equal(t, "not_attempted", results[4].(object)["code"])
}
