package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRequestForm(t *testing.T) {
	sb := start(t, Options{})
	raw := func(content string) answer {
		_, got := api(t, sb, sb.WHMCS.Credential(), "TerraformWrite", url.Values{"terraform_request": {content}})
		return decodeAnswer(t, got)
	}
	encode := func(content string) string { return base64.URLEncoding.EncodeToString([]byte(content)) }
	refused(t, raw(""), codeInvalid, "")
	for _, content := range []string{"%%%", encode("[]"), encode("null"), encode(`{"v":1`), encode("{\"v\":1,\"op\":\"\xff\"}"), encode(`{} {}`)} {
		refused(t, raw(content), codeInvalid, "")
	}
	refused(t, raw(encode(`{"op":"create"}`)), codeInvalid, "v")
	refused(t, raw(encode(`{"v":2,"op":"create"}`)), codeUnsupported, "v")
	refused(t, raw(encode(`{"v":1}`)), codeInvalid, "op")
	refused(t, raw(encode(`{"v":1,"op":"list"}`)), codeUnsupported, "op")
	refused(t, raw(encode(`{"v":1,"op":"connect"}`)), codeInvalid, "key")
	refused(t, raw(encode(`{"v":1,"op":"create"}`)), codeInvalid, "key,kind")
	refused(t, raw(encode(`{"v":1,"op":"update","key":"short","kind":4,"id":4,"expect":[],"values":"x","installation":1}`)), codeInvalid, "key,kind,installation,id,expect,values")
	refused(t, read(t, sb, object{"op": "create", "kind": "product_group"}), codeUnsupported, "op")
	refused(t, write1(t, sb, object{"op": "create", "kind": "universe", "values": object{}}), codeUnsupported, "kind")
	refused(t, write1(t, sb, object{"op": "create", "kind": "currency", "values": object{}}), codeUnsupported, "kind")

	credential := sb.WHMCS.Credential()
	query := url.Values{
		"identifier": {credential.Identifier}, "secret": {credential.Secret}, "action": {"TerraformRead"}, "responsetype": {"json"},
		"terraform_request": encodeRequest(t, object{"op": "info"})["terraform_request"],
	}
	response, err := http.Get(sb.WHMCS.URL() + apiPath + "?" + query.Encode())
	require.NoError(t, err)
	refused(t, decodeAnswer(t, body(t, response)), codeInvalid, "")
}

func TestListAndGet(t *testing.T) {
	sb := start(t, Options{Size: 120})
	list := func(request object) object {
		request["op"] = "list"
		got := read(t, sb, request)
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

	rows := read(t, sb, object{"op": "get", "kind": "product", "ids": []string{"9", "3", "9999", "9"}}).Payload["rows"].([]any)
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
		refused(t, read(t, sb, request), codeInvalid, fields)
	}
	refused(t, read(t, sb, object{"op": "get", "kind": "universe", "ids": []string{"1"}}), codeUnsupported, "kind")
}

func TestInfo(t *testing.T) {
	sb := start(t, Options{MissingColumns: []string{"tblproducts_slugs"}})
	info := read(t, sb, object{"op": "info"}).Payload
	assert.EqualValues(t, 1, info["protocol"])
	assert.Equal(t, "127.0.0.1", info["caller_ip"])
	assert.Equal(t, true, info["allow_delete"])
	assert.Equal(t, []any{"product_group", "server", "server_group", "product", "configurable_option_group", "addon_module", "solusvm2_billing", "landing_page", "currency", "email_template", "admin_role", "module"}, info["kinds"])
	assert.Equal(t, []any{"samplevps", "toplink_dcim"}, info["modules"].(object)["server"])
	assert.EqualValues(t, 2, info["column_scales"].(object)["pricing"])
	assert.Equal(t, "html", info["codecs"].(object)["product.description"])
	assert.EqualValues(t, 10, info["toplink"].(object)["options"].(object)["client_hardware_info"])
	assert.NotContains(t, info["tables"], "tblproducts_slugs")
	assert.Equal(t, defaultSystemURL, info["system_url"])
	for _, finding := range info["evidence"].([]any) {
		assert.Contains(t, []any{"documented", "seen", "assumed"}, finding.(object)["grade"])
	}
}

func TestReplay(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	sb := start(t, Options{Clock: func() time.Time { return now }})
	request := object{"op": "create", "kind": "server", "key": freshKey(), "values": object{"name": "S", "module": "samplevps", "password": "hush"}}
	first := write1(t, sb, request)
	require.Equal(t, "success", first.Result)
	second := write1(t, sb, request)
	require.Equal(t, "success", second.Result)
	first.Payload["replayed"] = true
	assert.Equal(t, first.Payload, second.Payload)
	assert.Equal(t, 1, sb.WHMCS.Count("server"))
	sb.WHMCS.View(func(s *State) {
		for _, stored := range s.Answers {
			assert.NotContains(t, string(stored.Payload), "hush")
		}
	})
	request["values"] = object{"name": "S", "module": "samplevps", "password": "other"}
	refused(t, write1(t, sb, request), codeInvalid, "key")

	// A failure is not stored, so its key can be used again.
	failed := object{"op": "delete", "kind": "server", "key": freshKey(), "id": first.Payload["id"], "expect": object{"name": "T"}}
	refused(t, write1(t, sb, failed), codeConflict, "name")
	failed["expect"] = object{"name": "S"}
	require.Equal(t, "success", write1(t, sb, failed).Result)
	again := write1(t, sb, failed)
	require.Equal(t, "success", again.Result)
	assert.Equal(t, true, again.Payload["replayed"])

	now = now.Add(8 * 24 * time.Hour)
	refused(t, write1(t, sb, failed), codeNotFound, "")
}

func TestInstallation(t *testing.T) {
	sb := start(t, Options{})
	installation := sb.WHMCS.Installation()
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, installation)
	request := func() object {
		return object{"op": "update", "kind": "product_group", "id": "1", "values": object{"headline": "x"}, "installation": installation}
	}
	require.Equal(t, "success", write1(t, sb, request()).Result)
	sb.WHMCS.Mutate(func(s *State) { s.Settings["SystemURL"] = "https://staging.example.com/" })
	staging := sb.WHMCS.Installation()
	assert.Regexp(t, `-5[0-9a-f]{3}-[89ab]`, staging)
	got := write1(t, sb, request())
	refused(t, got, codeConflict, "installation")
	assert.Equal(t, object{"field": "installation", "expected": installation, "actual": staging}, got.Payload["fields"].([]any)[0])
	refused(t, companion(t, sb, "TerraformWrite", object{"op": "batch", "ops": []any{object{}}, "installation": installation}), codeConflict, "installation")
	assert.Equal(t, "pinned", start(t, Options{Installation: "pinned"}).WHMCS.Installation())

	// The name-based UUID of RFC 9562's example pins the derivation.
	s := &State{
		Settings:  map[string]string{"SystemURL": "www.example.com"},
		Terraform: map[string]string{"installation": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
	}
	assert.Equal(t, "2ed6657d-e927-568b-95e1-2665a8aea6a2", s.installation())
}

func TestBrakes(t *testing.T) {
	sb := start(t, Options{Brakes: Brakes{Kinds: []string{"product_group", "product"}, ForbidDelete: true, ProtectedIDs: map[string][]string{"product_group": {"1"}}}})
	change := func(op, kind, id string) answer {
		request := object{"op": op, "kind": kind, "values": object{"name": "N", "headline": "h"}, "expect": object{"name": "x"}}
		if id != "" {
			request["id"] = id
		}
		return write1(t, sb, request)
	}
	for reason, got := range map[string]answer{
		"protected_ids": change("update", "product_group", "1"),
		"allow_delete":  change("delete", "product_group", "2"),
		"kinds":         change("create", "server", ""),
	} {
		refused(t, got, codeReadOnly, "")
		assert.Equal(t, reason, got.Payload["reason"])
	}
	require.Equal(t, "success", change("create", "product_group", "").Result)
	assert.Equal(t, []any{"product_group", "product"}, read(t, sb, object{"op": "info"}).Payload["kinds"])

	sb.WHMCS.SetBrakes(Brakes{ReadOnly: true})
	for _, request := range []object{
		{"op": "create", "kind": "product_group", "key": freshKey(), "values": object{"name": "M"}}, {"op": "module_schema", "module": "samplevps"},
		{"op": "test_connection", "values": object{}}, {"op": "batch", "ops": []any{object{}}}, {"op": "connect", "key": freshKey()},
	} {
		got := companion(t, sb, "TerraformWrite", request)
		refused(t, got, codeReadOnly, "")
		assert.Equal(t, "read_only", got.Payload["reason"])
	}
	refused(t, read(t, sb, object{"op": "validate", "kind": "product_group", "values": object{"name": "M"}}), codeReadOnly, "")
}

// A part that goes by a change of what it belongs to is deleted like an object.
func TestForbidDeleteKeepsParts(t *testing.T) {
	sb := start(t, Options{Brakes: Brakes{ForbidDelete: true}})
	group, _ := create(t, sb, "product_group", object{"name": "G"})
	product, row := create(t, sb, "product", object{"product_group_id": group, "name": "P", "custom_fields": object{"os": object{"name": "OS"}}})
	for field := range row["custom_fields"].(object) {
		got := write1(t, sb, object{"op": "update", "kind": "product", "id": product, "values": object{"custom_fields": object{"os": object{"id": field, "remove": true}}}})
		refused(t, got, codeReadOnly, "")
		assert.Equal(t, "allow_delete", got.Payload["reason"])
	}
	options, row := create(t, sb, "configurable_option_group", object{"name": "O", "options": object{"ram": object{"name": "RAM", "sub_options": object{"gb": object{"name": "1 GB"}}}}})
	for option, fields := range row["options"].(object) {
		changes := []object{{"id": option, "remove": true}}
		for sub := range fields.(object)["sub_options"].(object) {
			changes = append(changes, object{"id": option, "sub_options": object{"gb": object{"id": sub, "remove": true}}})
		}
		require.Len(t, changes, 2)
		for _, change := range changes {
			got := write1(t, sb, object{"op": "update", "kind": "configurable_option_group", "id": options, "values": object{"options": object{"ram": change}}})
			refused(t, got, codeReadOnly, "")
			assert.Equal(t, "allow_delete", got.Payload["reason"])
		}
	}
}

// What a write changes beside its own object is protected and told to hooks too.
func TestSideEffects(t *testing.T) {
	sb := start(t, Options{Brakes: Brakes{ProtectedIDs: map[string][]string{"server": {"1"}, "server_group": {"1"}}}})
	server := func(name string, standard bool) answer {
		return write1(t, sb, object{"op": "create", "kind": "server", "values": object{"name": name, "module": "samplevps", "default_for_module": standard}})
	}
	require.Equal(t, "success", server("one", true).Result)
	refused(t, server("two", true), codeReadOnly, "")
	refused(t, read(t, sb, object{"op": "validate", "kind": "server", "values": object{"name": "two", "module": "samplevps", "default_for_module": true}}), codeReadOnly, "")
	sb.WHMCS.SetBrakes(Brakes{ProtectedIDs: map[string][]string{"server_group": {"1"}}})
	var called []string
	sb.WHMCS.OnHook(func(point, id string, _ *State) error {
		called = append(called, point+" "+id)
		return nil
	})
	require.Equal(t, "success", server("two", true).Result)
	assert.Equal(t, []string{"ServerEdit 1", "ServerAdd 2"}, called)
	require.Equal(t, "success", write1(t, sb, object{"op": "create", "kind": "server_group", "values": object{"name": "kept", "server_ids": []string{"2"}}}).Result)
	refused(t, write1(t, sb, object{"op": "delete", "kind": "server", "id": "2", "expect": object{"name": "two"}}), codeReadOnly, "")
}

func TestBatch(t *testing.T) {
	sb := start(t, Options{})
	member := func(values object) object {
		return object{"op": "create", "kind": "product_group", "key": freshKey(), "values": values}
	}
	repeated := member(object{"name": "A"})
	request := object{"op": "batch", "ops": []any{
		repeated, member(object{}), member(object{"name": "B"}), repeated, "nonsense", object{"op": "batch", "kind": "product", "key": freshKey()},
		object{"op": "delete", "kind": "product_group", "key": freshKey(), "id": "9", "expect": object{"name": "A"}},
	}}
	got := companion(t, sb, "TerraformWrite", request)
	require.Equal(t, "success", got.Result, got.Message)
	var codes []any
	for _, result := range got.Payload["results"].([]any) {
		entry := result.(object)
		require.NotEmpty(t, entry["installation"])
		codes = append(codes, entry["ok"], entry["code"])
	}
	assert.Equal(t, []any{true, nil, false, codeInvalid, true, nil, true, nil, false, codeInvalid, false, codeInvalid, false, codeNotFound}, codes)
	results := got.Payload["results"].([]any)
	assert.Equal(t, true, results[3].(object)["replayed"])
	assert.Equal(t, "9", results[6].(object)["id"])
	assert.Equal(t, "name", results[1].(object)["errors"].([]any)[0].(object)["field"])
	assert.Equal(t, 3, sb.WHMCS.Count("product_group"))
	entry := sb.Journal().Requests()[0]
	assert.Equal(t, 7, entry.Members)
	assert.True(t, entry.Write)
	assert.Empty(t, entry.Kind, "members of several kinds")

	refused(t, companion(t, sb, "TerraformWrite", object{"op": "batch", "ops": []any{}}), codeInvalid, "ops")
	refused(t, companion(t, sb, "TerraformWrite", object{"op": "batch", "ops": make([]any, 101)}), codeInvalid, "ops")
	refused(t, companion(t, sb, "TerraformWrite", object{"op": "batch", "ops": []any{member(object{"name": strings.Repeat("x", 97<<10)})}}), codeInvalid, "")
}

func TestBatchRunsOutOfTime(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	sb := start(t, Options{Clock: func() time.Time { now = now.Add(4 * time.Second); return now }})
	var ops []any
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		ops = append(ops, object{"op": "create", "kind": "product_group", "key": freshKey(), "values": object{"name": name}})
	}
	results := companion(t, sb, "TerraformWrite", object{"op": "batch", "ops": ops}).Payload["results"].([]any)
	require.Len(t, results, 5)
	assert.Equal(t, true, results[0].(object)["ok"])
	assert.Equal(t, codeNotAttempted, results[4].(object)["code"])
	assert.NotContains(t, []any{1, 6}, sb.WHMCS.Count("product_group"))
}
