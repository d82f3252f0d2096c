package acctest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// hostileGroup is a family of hostile requests.
type hostileGroup struct {
	name     string
	requests []hostile
}

// quoted is a text as JSON.
func quoted(text string) string {
	encoded, _ := json.Marshal(text) //nolint:errchkjson // a text always has a JSON form
	return string(encoded)
}

// paths are names of modules and templates that lead elsewhere.
var paths = []string{
	"../../../../etc/passwd", "..", ".", "samplevps/../samplevps", "/etc/passwd", "php://filter/resource=samplevps", "samplevps.php", `..\..\windows`,
	"http://evil.example.com/x", "%2e%2e%2fservers", "samplevps\x00", "samplevps\n", " samplevps", "phar://x", "sample vps", "サンプル", strings.Repeat("a", 5000),
}

func hostileRequests() []hostileGroup {
	return []hostileGroup{
		{"transport", hostileTransport()},
		{"JSON", hostileJSON()},
		{"version and operation", hostileOperations()},
		{"kind, key, id", hostileNames()},
		{"reads", hostileReads()},
		{"values", hostileValues()},
		{"fields", hostileFields()},
		{"money", hostileMoney()},
		{"modules", hostileModules()},
		{"batches", hostileBatches()},
		{"post-pay", hostilePostPay()},
	}
}

func hostileTransport() []hostile {
	const info = `{"v":1,"op":"info"}`
	raw := func(method, contentType, body string) func(string, url.Values) (*http.Request, error) {
		return func(base string, form url.Values) (*http.Request, error) {
			content := body
			if content == "" {
				content = form.Encode()
			}
			request, err := http.NewRequest(method, base, strings.NewReader(content))
			if err == nil {
				request.Header.Set("Content-Type", contentType)
			}
			return request, err
		}
	}
	set := func(name string, values ...string) func(url.Values) {
		return func(form url.Values) { form[name] = values }
	}
	rename := func(to string) func(url.Values) {
		return func(form url.Values) {
			form[to] = form["terraform_request"]
			delete(form, "terraform_request")
		}
	}
	return []hostile{
		{name: "GET", want: "refused", http: func(base string, form url.Values) (*http.Request, error) {
			return http.NewRequest(http.MethodGet, base+"?"+form.Encode(), http.NoBody)
		}, request: info},
		{name: "GET of a write", want: "refused", write: true, http: func(base string, form url.Values) (*http.Request, error) {
			return http.NewRequest(http.MethodGet, base+"?"+form.Encode(), http.NoBody)
		}, request: `{"v":1,"op":"create","kind":"product_group","key":"KEY","values":{"name":"By GET"}}`},
		{name: "PUT", want: "refused", http: raw(http.MethodPut, "application/x-www-form-urlencoded", ""), request: info},
		{name: "JSON for a body", want: "any", http: raw(http.MethodPost, "application/json", info)},
		{name: "text for a body", want: "any", http: raw(http.MethodPost, "text/plain", "hello")},
		{name: "an empty body", want: "any", http: raw(http.MethodPost, "application/x-www-form-urlencoded", "&")},
		{name: "percent signs", want: "any", http: raw(http.MethodPost, "application/x-www-form-urlencoded", "action=%zz&terraform_request=%")},
		{name: "a file", want: "any", http: func(base string, form url.Values) (*http.Request, error) {
			var body bytes.Buffer
			parts := multipart.NewWriter(&body)
			for _, name := range []string{"action", "identifier", "secret", "responsetype"} {
				_ = parts.WriteField(name, form.Get(name)) // writes to memory
			}
			file, _ := parts.CreateFormFile("terraform_request", "../../shell.php") // writes to memory
			_, _ = file.Write([]byte(form.Get("terraform_request")))
			_ = parts.Close()
			request, err := http.NewRequest(http.MethodPost, base, &body)
			if err == nil {
				request.Header.Set("Content-Type", parts.FormDataContentType())
			}
			return request, err
		}, request: info},
		{name: "no request", want: "invalid", form: set("terraform_request")},
		{name: "an empty request", want: "invalid", form: set("terraform_request", "")},
		{name: "a request as a list", want: "invalid", form: rename("terraform_request[]"), request: info},
		{name: "a request as a map", want: "invalid", form: rename("terraform_request[a][b]"), request: info},
		{name: "an action as a list", want: "refused", form: func(form url.Values) { form["action[]"] = form["action"]; delete(form, "action") }, request: info},
		{name: "an identifier as a list", want: "refused", form: func(form url.Values) { form["identifier[]"] = form["identifier"]; delete(form, "identifier") }, request: info},
		{name: "a secret as a map", want: "refused", form: func(form url.Values) { form["secret[x]"] = form["secret"]; delete(form, "secret") }, request: info},
		{name: "no action", want: "refused", form: set("action", ""), request: info},
		{name: "an unknown action", want: "refused", form: set("action", "TerraformRoot"), request: info},
		{name: "an action that is a path", want: "refused", form: set("action", "../../terraformread"), request: info},
		{name: "an action with NUL", want: "refused", form: set("action", "TerraformRead\x00"), request: info},
		{name: "no secret", want: "refused", form: set("secret"), request: info},
		{name: "a wrong secret", want: "refused", form: set("secret", "x' OR '1'='1"), request: info},
		{name: "an identifier of SQL", want: "refused", form: set("identifier", "' OR 1=1 -- "), request: info},
		{name: "white space", want: "invalid", form: set("terraform_request", " ")},
		{name: "not base64", want: "invalid", form: set("terraform_request", "!!!")},
		{name: "base64 of the other alphabet", want: "invalid", form: set("terraform_request", "eyJ2IjoxLCJvcCI6Ij8/Pz4+In0+")},
		{name: "base64 with a line break", want: "invalid", form: set("terraform_request", "eyJ2IjoxLCJv\ncCI6ImluZm8ifQ")},
		{name: "padding inside", want: "invalid", form: set("terraform_request", "eyJ2==IjoxLCJvcCI6ImluZm8ifQ")},
		{name: "too much padding", want: "invalid", form: set("terraform_request", "eyJ2IjoxLCJvcCI6ImluZm8ifQ====")},
		{name: "one character", want: "invalid", form: set("terraform_request", "e")},
		{name: "JSON in the clear", want: "invalid", form: set("terraform_request", info)},
		{name: "a megabyte of A", want: "invalid", form: set("terraform_request", strings.Repeat("A", 1<<20))},
		{name: "bytes that are no UTF-8", want: "invalid", form: set("terraform_request", "\xff\xfe\x00")},
	}
}

func hostileJSON() []hostile {
	var all []hostile
	for name, text := range map[string]string{
		"nothing": "", "null": "null", "true": "true", "a number": "1", "a text": `"info"`, "a list": `[]`, "a list of an object": `[{"v":1,"op":"info"}]`,
		"half": `{"v":1,"op":`, "something behind": `{"v":1,"op":"info"}x`, "two": `{"v":1,"op":"info"}{"v":1}`, "single quotes": `{'v':1,'op':'info'}`,
		"a comment": `{"v":1,/* */"op":"info"}`, "a comma too many": `{"v":1,"op":"info",}`, "NaN": `{"v":NaN,"op":"info"}`, "bare keys": `{v:1,op:"info"}`,
		"NUL": "{\"v\":1,\"op\":\"in\x00fo\"}", "NUL behind": "{\"v\":1,\"op\":\"info\"}\x00", "no UTF-8": "{\"v\":1,\"op\":\"\xff\xfe\"}",
		"overlong UTF-8": "{\"v\":1,\"op\":\"\xc0\xaf\"}", "half a surrogate pair": `{"v":1,"op":"\ud800"}`, "UTF-16": "\xff\xfe{\x00\"\x00v\x00\"\x00:\x001\x00}\x00",
		"too deep, lists":   `{"v":1,"op":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`,
		"too deep, objects": `{"v":1,"op":"create","kind":"product_group","key":"KEY","values":` + strings.Repeat(`{"name":`, 100) + "1" + strings.Repeat("}", 100) + "}",
		"far too deep":      strings.Repeat("[", 100_000), "PHP's own": `O:8:"stdClass":0:{}`, "XML": `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`,
	} {
		all = append(all, hostile{name: name, want: "invalid", request: text}, hostile{name: name + ", to write", want: "invalid", write: true, request: text})
	}
	return all
}

func hostileOperations() []hostile {
	var all []hostile
	for _, v := range []string{`"1"`, "1.5", "true", "null", "[]", "{}", `"x"`, "[1]", `""`} {
		all = append(all, hostile{name: "version " + v, want: "invalid", request: `{"v":` + v + `,"op":"info"}`})
	}
	for _, v := range []string{"0", "-1", "2", "99", "2147483648"} {
		all = append(all, hostile{name: "version " + v, want: "unsupported", request: `{"v":` + v + `,"op":"info"}`})
	}
	all = append(all, hostile{name: "no version", want: "invalid", request: `{"op":"info"}`}, hostile{name: "a version beyond numbers", want: "invalid", request: `{"v":1e999,"op":"info"}`})
	for _, write := range []bool{false, true} {
		for _, op := range []string{"null", "1", "[]", "{}", `""`, "true", `["info"]`} {
			all = append(all, hostile{name: "op " + op, want: "invalid", write: write, request: `{"v":1,"op":` + op + `}`})
		}
		for _, op := range []string{"INFO", "info ", "info\x00", "__construct", "../info", "run", "commit", "create;info", strings.Repeat("x", 10000), "情報"} {
			all = append(all, hostile{name: "op " + shortened(op), want: "unsupported", write: write, request: `{"v":1,"op":` + quoted(op) + `}`})
		}
		all = append(all, hostile{name: "no op", want: "invalid", write: write, request: `{"v":1}`})
	}
	for _, op := range []string{"create", "update", "delete", "batch", "connect", "test_connection", "module_schema"} {
		want := "unsupported"
		if op == "batch" {
			want = "ok" // The batch holds a write, which is refused on its own.
		}
		all = append(all, hostile{name: op + " through TerraformRead", want: want, request: fmt.Sprintf(
			`{"v":1,"op":%q,"kind":"product_group","id":"1","key":"KEY","module":"samplevps","expect":{"name":"Before"},"values":{"name":"Sneaky"},"ops":[{"op":"delete","kind":"product_group","id":"1","key":"KEY"}]}`, op,
		)})
	}
	for _, op := range []string{"info", "list", "get", "validate"} {
		all = append(all, hostile{name: op + " through TerraformWrite", want: "unsupported", write: true, request: fmt.Sprintf(`{"v":1,"op":%q,"kind":"product_group","ids":["1"],"key":"KEY"}`, op)})
	}
	return all
}

func hostileNames() []hostile {
	var all []hostile
	add := func(name, want, request string) {
		all = append(all, hostile{name: name, want: want, write: true, request: request})
	}
	create := func(kind, key string) string {
		return `{"v":1,"op":"create","kind":` + kind + `,"key":` + key + `,"values":{"name":"Hostile"}}`
	}
	for _, kind := range []string{"null", "1", "[]", "{}", `""`, "true"} {
		add("kind "+kind, "invalid", create(kind, `"KEY"`))
	}
	for _, kind := range []string{"Server", "server ", "../server", "server\x00", "Kind", "tblproducts", "stdClass", "product' OR '1", "__proto__", strings.Repeat("k", 10000), "currency", "email_template"} {
		add("kind "+shortened(kind), "unsupported", create(quoted(kind), `"KEY"`))
	}
	for _, key := range []string{
		"null", "1", "[]", "{}", `""`, `"short"`, quoted(strings.Repeat("k", 65)), `"with space in the key"`, `"schlüssel-schlüssel"`, `"'; DROP TABLE x; --"`,
		`"KEY\u0000"`, `"KEY\n"`, `12345678901234567`, `["KEY"]`, `"../../../../etc/passwd"`,
	} {
		add("key "+shortened(key), "invalid", create(`"product_group"`, key))
	}
	add("a key of another write", "invalid", create(`"product_group"`, `"hostile-key-of-before"`))
	for _, id := range []string{
		"null", "1", "[]", "{}", `""`, `"1 OR 1=1"`, `"-1"`, `"1.0"`, `"1e3"`, `" 1"`, `"1 "`, `"1\n"`, `"0x1"`, `"१"`, `"1;DROP TABLE tblproducts"`, "true", `"99999999999999999999999"`, `["1"]`,
	} {
		add("update of id "+id, "invalid", `{"v":1,"op":"update","kind":"product_group","key":"KEY","id":`+id+`,"expect":{},"values":{"headline":"x"}}`)
		add("deletion of id "+id, "invalid", `{"v":1,"op":"delete","kind":"product_group","key":"KEY","id":`+id+`,"expect":{"name":"Before"}}`)
	}
	for _, id := range []string{"0", "999999999", "4294967297", "9223372036854775"} {
		add("update of id "+id, "not_found", `{"v":1,"op":"update","kind":"product_group","key":"KEY","id":"`+id+`","expect":{},"values":{"headline":"x"}}`)
	}
	for _, installation := range []string{"1", "[]", "{}", "true", `["other"]`} {
		add("installation "+installation, "invalid", `{"v":1,"op":"create","kind":"product_group","key":"KEY","installation":`+installation+`,"values":{"name":"Elsewhere"}}`)
	}
	for _, installation := range []string{`""`, `"other"`, `"00000000-0000-4000-8000-000000000000"`} {
		add("installation "+installation, "conflict", `{"v":1,"op":"create","kind":"product_group","key":"KEY","installation":`+installation+`,"values":{"name":"Elsewhere"}}`)
	}
	return all
}

func hostileReads() []hostile {
	var all []hostile
	add := func(name, want, rest string) {
		all = append(all, hostile{name: name, want: want, request: `{"v":1,` + rest + `}`})
	}
	for _, ids := range []string{"null", "[]", "{}", `"1"`, "1", "[1]", "[null]", `["1",["2"]]`, `["1 OR 1=1"]`, `["-1"]`, `{"0":"1"}`, `["1"` + strings.Repeat(`,"1"`, 500) + `]`, `["99999999999999999999"]`} {
		add("ids "+shortened(ids), "invalid", `"op":"get","kind":"product","ids":`+ids)
	}
	for _, limit := range []string{"0", "-1", "501", `"10"`, "1.5", "true", "[]", "{}", "1e99", "99999999999999999999"} {
		add("limit "+limit, "invalid", `"op":"list","kind":"product","limit":`+limit)
	}
	for _, after := range []string{"1", `"x"`, `"-1"`, "[]", "{}", "true", `"1 UNION SELECT 1"`, `""`} {
		add("after "+after, "invalid", `"op":"list","kind":"product","after":`+after)
	}
	for _, with := range []string{`"usage"`, "[1]", "{}", `["password"]`, `[["usage"]]`, "true", `["usage","*"]`} {
		add("with "+with, "invalid", `"op":"list","kind":"server","with":`+with)
	}
	for _, filter := range []string{
		"[]", `"x"`, "1", `{"password":"Canary-password"}`, `{"access_hash":"x"}`, `{"nosuch":"x"}`, `{"name":["x"]}`, `{"name":{"$ne":""}}`, `{"1=1 OR name":"x"}`, `{"":"x"}`, `{"name\u0000":"x"}`, `{"tblservers.name":"x"}`,
	} {
		add("filter "+filter, "invalid", `"op":"list","kind":"server","filter":`+filter)
	}
	for _, filter := range []string{`{"name":"' OR 1=1 -- "}`, `{"name":"%"}`, `{"name":"\\"}`, `{"name":"🚀"}`, `{"port":"1 OR 1=1"}`} {
		add("filter "+filter, "ok", `"op":"list","kind":"server","filter":`+filter)
	}
	for _, filter := range []string{`{"id":"1 OR 1=1"}`, `{"id":1}`, `{"id":null}`, `{"id":["1"]}`, `{"id":""}`} {
		add("filter "+filter, "invalid", `"op":"list","kind":"server","filter":`+filter)
	}
	add("discovery of a path", "refused", `"op":"discover","addon":"../../configuration"`)
	add("discovery of a list", "refused", `"op":"discover","addon":["x"]`)
	for _, unknown := range []string{`"name"`, "{}", "[1]", `["nosuch"]`, "true"} {
		add("unknown "+unknown, "invalid", `"op":"validate","kind":"product_group","values":{"name":"V"},"unknown":`+unknown)
	}
	for _, flag := range []string{`"yes"`, "1", "[]", "{}"} {
		add("allow_duplicate_name "+flag, "invalid", `"op":"validate","kind":"product_group","values":{"name":"V"},"allow_duplicate_name":`+flag)
	}
	return all
}

func hostileValues() []hostile {
	var all []hostile
	add := func(name, want, rest string) {
		all = append(all, hostile{name: name, want: want, write: true, request: `{"v":1,"key":"KEY",` + rest + `}`})
	}
	for _, values := range []string{"[]", `"x"`, "1", "true", `["name"]`, `[{"name":"x"}]`} {
		add("values "+values, "invalid", `"op":"create","kind":"product_group","values":`+values)
		add("expect "+values, "invalid", `"op":"update","kind":"product_group","id":"1","values":{"headline":"x"},"expect":`+values)
	}
	for _, name := range []string{"id", "nosuch", "", "0", "created_at", "name\x00", "NAME", "name ", "tblproductgroups.name", "`name`", "__construct", strings.Repeat("f", 10000), "password_fingerprint", "a.b"} {
		add("field "+shortened(name), "invalid", `"op":"create","kind":"product_group","values":{"name":"Hostile",`+quoted(name)+`:"x"}`)
		if name != "id" {
			add("expected field "+shortened(name), "invalid", `"op":"update","kind":"product_group","id":"1","values":{"headline":"x"},"expect":{`+quoted(name)+`:"x"}`)
		}
	}
	for _, guard := range []string{`"pricing"`, "{}", "[1]", `["nosuch"]`, `[["pricing"]]`} {
		add("guard_live "+guard, "invalid", `"op":"update","kind":"product","id":"1","expect":{},"values":{"tax":true},"guard_live":`+guard)
	}
	add("the same name twice", "invalid", `"op":"create","kind":"product_group","values":{"name":"Hostile","name":["last one wins"]}`)
	add("a deletion without its key", "invalid", `"op":"delete","kind":"product_group","id":"1","expect":{}`)
	add("a deletion of another name", "conflict", `"op":"delete","kind":"product_group","id":"1","expect":{"name":"' OR 1=1 -- "}`)
	add("an expectation of null", "conflict", `"op":"update","kind":"product_group","id":"1","expect":{"headline":null},"values":{"headline":"x"}`)
	add("an expectation of another type", "conflict", `"op":"update","kind":"product_group","id":"1","expect":{"headline":{"a":[1]}},"values":{"headline":"x"}`)
	return all
}

// hostileFields gives each field what it is not.
func hostileFields() []hostile {
	var all []hostile
	wrong := map[string][]string{
		"text":    {"1", "true", "[]", "{}", `["x"]`, `"\u0000"`, `"\u0007bell"`, `"\u001b[31m"`, `"\ud83d"`, quoted(strings.Repeat("x", 70000))},
		"bool":    {"1", "0", `"true"`, `"on"`, "[]", "{}", `""`},
		"int":     {`"1"`, "1.5", "-1", "true", "[]", "{}", "99999999999", "1e30", "99999999999999999999999"},
		"id":      {"1", "true", "[]", "{}", `"x"`, `"-1"`, `"1 OR 1=1"`, `"999999"`, `"1.0"`},
		"ids":     {`"1"`, "{}", "[1]", `["1","1"]`, `["x"]`, `[["1"]]`, `["999999"]`, "true"},
		"object":  {"1", `"x"`, "true", "[1]", `{"nosuch":"x"}`},
		"options": {"1", `"x"`, "true", "[1]", `{"nosuch":"x"}`, `{"0":"x"}`, `{"25":"x"}`, `{"-1":"x"}`, `{"1":["x"]}`, `{"Plan":"gigantic"}`, `{"1 OR 1=1":"x"}`, `{"configoption1":"x"}`},
		"parts": {
			"1", `"x"`, "[1]", `{"1":{"name":"x"}}`, `{"a":"x"}`, `{"a":{"name":["x"]}}`, `{"a":{"nosuch":1,"name":"x"}}`, `{"a":{"id":"1 OR 1=1","name":"x"}}`, `{"a":{"id":"999999"}}`,
			`{"a":{"remove":true}}`, `{"a":{"name":"x","type":"nosuch"}}`, `{"../a":{"name":"x"}}`, `{"a":{}}`,
		},
		"choice": {`"nosuch"`, "1", "true", "[]", "{}", `"' OR 1=1"`},
		"list":   {"1", `"x"`, "{}", "[1]", `[["x"]]`, `["\u0000"]`},
		"money":  {"1", `"1e5"`, `"x"`, `"-1"`, "[]", "true"},
	}
	for _, place := range []struct{ kind, field, of, needs string }{
		{"product_group", "name", "text", ""}, {"product_group", "headline", "text", `"name":"H",`}, {"product_group", "hidden", "bool", `"name":"H",`}, {"product_group", "order", "int", `"name":"H",`},
		{"product_group", "disabled_gateways", "list", `"name":"H",`}, {"product_group", "slug", "text", `"name":"H",`},
		{"server", "name", "text", `"module":"samplevps",`}, {"server", "hostname", "text", `"name":"H","module":"samplevps",`}, {"server", "password", "text", `"name":"H","module":"samplevps",`},
		{"server", "module", "text", `"name":"H",`}, {"server", "port", "int", `"name":"H","module":"samplevps",`}, {"server", "max_accounts", "int", `"name":"H","module":"samplevps",`},
		{"server", "secure", "bool", `"name":"H","module":"samplevps",`}, {"server", "monthly_cost", "money", `"name":"H","module":"samplevps",`},
		{"server", "nameservers", "list", `"name":"H","module":"samplevps",`}, {"server", "assigned_ip_addresses", "list", `"name":"H","module":"samplevps",`},
		{"server", "toplink_dcim", "object", `"name":"H","module":"toplink_dcim",`},
		{"server_group", "name", "text", ""}, {"server_group", "fill_type", "choice", `"name":"H",`}, {"server_group", "server_ids", "ids", `"name":"H",`},
		{"product", "name", "text", `"product_group_id":"1",`}, {"product", "product_group_id", "id", `"name":"H",`}, {"product", "description", "text", `"name":"H","product_group_id":"1",`},
		{"product", "type", "choice", `"name":"H","product_group_id":"1",`}, {"product", "pay_type", "choice", `"name":"H","product_group_id":"1",`}, {"product", "auto_setup", "choice", `"name":"H","product_group_id":"1",`},
		{"product", "pricing", "object", `"name":"H","product_group_id":"1","pay_type":"recurring",`}, {"product", "module_options", "options", `"name":"H","product_group_id":"1","module":"samplevps",`},
		{"product", "toplink_dcim", "object", `"name":"H","product_group_id":"1","module":"toplink_dcim",`}, {"product", "custom_fields", "parts", `"name":"H","product_group_id":"1",`},
		{"product", "overages", "object", `"name":"H","product_group_id":"1",`}, {"product", "server_group_id", "id", `"name":"H","product_group_id":"1",`},
		{"product", "quantity", "int", `"name":"H","product_group_id":"1",`}, {"product", "hidden", "bool", `"name":"H","product_group_id":"1",`},
		{"product", "recommended_product_ids", "ids", `"name":"H","product_group_id":"1",`}, {"product", "upgrade_product_ids", "ids", `"name":"H","product_group_id":"1",`}, {"product", "subdomains", "list", `"name":"H","product_group_id":"1",`},
		{"configurable_option_group", "name", "text", ""}, {"configurable_option_group", "options", "parts", `"name":"H",`}, {"configurable_option_group", "product_ids", "ids", `"name":"H",`},
	} {
		for _, value := range wrong[place.of] {
			all = append(all, hostile{
				name: place.kind + "." + place.field + " " + shortened(value), want: "invalid", write: true,
				request: fmt.Sprintf(`{"v":1,"op":"create","kind":%q,"key":"KEY","values":{%s%q:%s}}`, place.kind, place.needs, place.field, value),
			})
		}
	}
	return all
}

func hostileMoney() []hostile {
	var all []hostile
	add := func(name, pricing string) {
		all = append(all, hostile{name: shortened(name), want: "invalid", write: true, request: `{"v":1,"op":"create","kind":"product","key":"KEY","values":{"product_group_id":"1","name":"H","pay_type":"recurring","pricing":` + pricing + `}}`})
	}
	for _, price := range []string{"1", "1.5", "true", "[]", "{}", `""`, `"1e5"`, `"NaN"`, `"+1"`, `"1,50"`, `"0x10"`, `"1.001"`, `"999999999999999"`, `" 1"`, `"1 "`, `"-1"`, `"-0.01"`, `"१"`, `"1\n"`, `"' OR 1=1"`, `"INF"`, `"."`, `"1."`} {
		add("price "+price, `{"USD":{"monthly":{"price":`+price+`,"setup_fee":"0"}}}`)
		add("set-up fee "+price, `{"USD":{"monthly":{"price":"1","setup_fee":`+price+`}}}`)
	}
	for _, pricing := range []string{
		`{"XXX":{}}`, `{"usd' OR '1":{}}`, `{"1":{}}`, `{"USD":[1]}`, `{"USD":"1"}`, `{"USD":{"weekly":{"price":"1"}}}`, `{"USD":{"monthly":"1"}}`, `{"USD":{"monthly":{}}}`, `{"USD":{"monthly":{"cost":"1"}}}`,
		`{"USD":{"one_time":{"price":"1"}}}`, `{"":{}}`, `{"USD":{"msetupfee":{"price":"1"}}}`,
	} {
		add("pricing "+pricing, pricing)
	}
	return all
}

func hostileModules() []hostile {
	var all []hostile
	for _, path := range paths {
		for name, rest := range map[string]string{
			"schema of":       `"op":"module_schema","module":` + quoted(path),
			"test of":         `"op":"test_connection","values":{"module":` + quoted(path) + `}`,
			"server of":       `"op":"create","kind":"server","values":{"name":"H","module":` + quoted(path) + `}`,
			"product of":      `"op":"create","kind":"product","values":{"name":"H","product_group_id":"1","module":` + quoted(path) + `}`,
			"another host of": `"op":"test_connection","id":"SERVER","values":{"module":` + quoted(path) + `}`,
		} {
			all = append(all, hostile{name: name + " " + shortened(path), want: "refused", write: true, request: `{"v":1,"key":"KEY",` + rest + `}`})
		}
	}
	for _, module := range []string{"null", "1", "[]", "{}", `""`, "true"} {
		all = append(all, hostile{name: "schema of " + module, want: "invalid", write: true, request: `{"v":1,"op":"module_schema","module":` + module + `}`})
	}
	for _, values := range []string{
		`{"hostname":"evil.example.com"}`, `{"ip_address":"127.0.0.9"}`, `{"port":1}`, `{"secure":true}`, `{"hostname":["x"]}`, `{"password":["x"]}`, `{"port":"1"}`, `{"port":99999}`, `{"id":"1"}`, `{"nosuch":1}`, `[]`, `"x"`,
		`{"hostname":"here.example.com\u0000"}`, `{"hostname":"here.example.com\r\nX: y"}`,
	} {
		all = append(all, hostile{name: "test with " + values, want: "invalid", write: true, request: `{"v":1,"op":"test_connection","id":"SERVER","values":` + values + `}`})
	}
	all = append(all,
		hostile{name: "test of no server", want: "not_found", write: true, request: `{"v":1,"op":"test_connection","id":"999999","values":{}}`},
		hostile{name: "test of SQL", want: "invalid", write: true, request: `{"v":1,"op":"test_connection","id":"1 OR 1=1","values":{}}`},
	)
	return all
}

func hostileBatches() []hostile {
	const group = `{"op":"create","kind":"product_group","key":"KEY","values":{"name":["x"]}}`
	const check = `{"op":"validate","kind":"product_group","key":"KEY","values":{"name":["x"]}}`
	var all []hostile
	add := func(name, want, ops string) {
		all = append(all, hostile{name: shortened(name), want: want, request: `{"v":1,"op":"batch","ops":` + ops + `}`})
	}
	for _, ops := range []string{"null", "[]", "{}", `"x"`, "1", "true", `{"0":` + check + `}`} {
		add("ops "+ops, "invalid", ops)
	}
	add("101 validations", "invalid", "["+check+strings.Repeat(","+check, 100)+"]")
	add("100 KiB", "invalid", `[{"op":"validate","kind":"product_group","values":{"name":`+quoted(strings.Repeat("x", 100<<10))+`}}]`)
	// A batch as a whole is a success. Its operations are refused one by one.
	for _, member := range []string{
		"1", "null", `"x"`, "[]", "{}", `{"op":"batch","ops":[` + check + `]}`, `{"op":"info"}`, `{"op":"module_schema","module":"samplevps"}`, `{"op":"test_connection","values":{"module":"samplevps"}}`,
		group, `{"op":"create","kind":"product_group","values":{"name":"keyless"}}`, `{"op":"create","kind":"product_group","key":"hostile-key-of-before","values":{"name":"other"}}`,
		`{"op":"create","kind":"nosuch","key":"KEY","values":{}}`, `{"op":"delete","kind":"product_group","key":"KEY","id":"1"}`, `{"op":"update","kind":"product_group","key":"KEY","id":"1 OR 1=1","values":{"hidden":true}}`,
		check, `{"op":"validate","kind":"nosuch","values":{}}`, `{"op":"validate","kind":"product_group","id":"1 OR 1=1","values":{"hidden":true}}`,
	} {
		add("member "+member, "ok", "["+member+"]")
	}
	for _, ops := range []string{"null", "[]", "[" + group + "]", "[" + check + "]"} {
		all = append(all, hostile{name: shortened("batch of writes " + ops), want: "unsupported", write: true, request: `{"v":1,"op":"batch","ops":` + ops + `}`})
	}
	return all
}

// shortened is a text that a test's output can show.
func shortened(text string) string {
	if len(text) > 60 {
		return fmt.Sprintf("%.40s… (%d bytes)", text, len(text))
	}
	return text
}

// hostilePostPay is sent to a WHMCS whose SolusVM 2 addon is not active and whose operator has not switched the
// landing page on.
func hostilePostPay() []hostile {
	var all []hostile
	add := func(name, want, rest string) {
		all = append(all, hostile{name: name, want: want, write: true, request: `{"v":1,"key":"KEY",` + rest + `}`})
	}
	connect := func(url, key string) string {
		return `"op":"connect","values":{"url":` + url + `,"api_key":` + key + `}`
	}
	for _, url := range []string{
		"null", "1", "[]", "{}", `""`, `"file:///etc/passwd"`, `"gopher://127.0.0.1:3306/_x"`, `"http://user:pw@127.0.0.1"`, `"//127.0.0.1"`, `"http://"`, `"http:// x"`, `"http://a\u0000b"`,
		`"http://127.0.0.1/?x="`, `"http://127.0.0.1/#"`, `"http://127.0.0.1\r\nX: y"`, `"javascript:alert(1)"`, `"http://サンプル.example"`,
	} {
		add("connection to "+url, "invalid", connect(url, `"k"`))
	}
	for _, key := range []string{"null", "1", "[]", "{}", `""`, `"a b"`, `"k\r\nX-Injected: 1"`, `"k\u0000"`, `"schlüssel"`, quoted(strings.Repeat("k", 5000))} {
		add("connection with "+shortened(key), "invalid", connect(`"http://127.0.0.1:1"`, key))
	}
	add("connection of an inactive addon", "unsupported", connect(`"http://127.0.0.1:1"`, `"Canary-password"`))
	add("connection with more", "invalid", `"op":"connect","values":{"url":"http://127.0.0.1:1","api_key":"k","integration_token":"x"}`)
	add("connection in a batch", "unsupported", `"op":"batch","ops":[{`+connect(`"http://127.0.0.1:1"`, `"k"`)+`,"key":"KEY"}]`)
	for _, values := range []string{"null", `{"url":"http://127.0.0.1:1"}`, `{"api_key":"k"}`, "{}"} {
		add("connection of "+values, "invalid", `"op":"connect","values":`+values)
	}
	for _, values := range []string{
		`{"url":"http://127.0.0.1"}`, `{"api_key":"k"}`, `{"integration_token":"k"}`, `{"terms_url":"javascript:alert(1)"}`, `{"terms_url":"http://x\"><script>"}`, `{"token_prices":{"USD'; --":"1"}}`,
		`{"token_prices":[]}`, `{"token_prices":{"USD":1}}`, `{"lock_overdue_days":"1 OR 1=1"}`, `{"post_pay_enabled":1}`, `{"new_user_limit_group_id":"1 OR 1=1"}`, `{"missing":[]}`,
	} {
		add("billing "+values, "invalid", `"op":"update","kind":"solusvm2_billing","id":"1","values":`+values)
	}
	add("billing of an inactive addon", "unsupported", `"op":"update","kind":"solusvm2_billing","id":"1","values":{"terms_url":""}`)
	add("a second billing", "not_found", `"op":"update","kind":"solusvm2_billing","id":"2","values":{"terms_url":""}`)
	for _, content := range []string{`"{php}system('id');{/php}"`, "1", "null", quoted(strings.Repeat("x", 300<<10))} {
		add("landing page "+shortened(content), "read_only", `"op":"update","kind":"landing_page","id":"1","values":{"content":`+content+`}`)
	}
	add("landing page elsewhere", "read_only", `"op":"update","kind":"landing_page","id":"1","values":{"path":"includes/hooks/x.php","content":"<?php"}`)
	add("landing page gone", "read_only", `"op":"delete","kind":"landing_page","id":"1","expect":{"path":"configuration.php"}`)
	return all
}
