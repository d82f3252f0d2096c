package whmcs

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
)

// TestDecodeCurrencies: encodings of GetCurrencies. The first is the sample of the documentation.
func TestDecodeCurrencies(t *testing.T) {
	t.Parallel()
	usd := Currency{ID: "1", Code: "USD"}
	of := func(change func(*Currency)) []Currency {
		x := usd
		change(&x)
		return []Currency{x}
	}
	one := func(fields string) string { return `"currencies":{"currency":[{"id":1,"code":"USD"` + fields + `}]}` }
	for _, c := range []struct {
		name, fields string
		want         []Currency
		says         string
	}{
		{
			"flat keys, as documented",
			`"totalresults":"1","currencies[currency][0][id]":"1","currencies[currency][0][code]":"USD",
			"currencies[currency][0][prefix]":"$","currencies[currency][0][suffix]":" USD","currencies[currency][0][format]":"1","currencies[currency][0][rate]":"1.00000"`,
			[]Currency{{ID: "1", Code: "USD", Prefix: "$", Suffix: " USD", Format: "1", Rate: "1.00000"}}, "",
		},
		{
			"flat keys of two",
			`"currencies[currency][10][id]":2,"currencies[currency][10][code]":"EUR","currencies[currency][9][id]":1,"currencies[currency][9][code]":"USD"`,
			[]Currency{usd, {ID: "2", Code: "EUR"}}, "",
		},
		{"a list without a name", `"currencies":[{"id":1,"code":"USD"}]`, []Currency{usd}, ""},
		{"one alone", `"currencies":{"currency":{"id":1,"code":"USD"}}`, []Currency{usd}, ""},
		{"a numbered object", `"currencies":{"currency":{"3":{"id":1,"code":"USD"}}}`, []Currency{usd}, ""},
		{"numbers", one(`,"format":2,"rate":1.5`), of(func(x *Currency) { x.Format, x.Rate = "2", "1.5" }), ""},
		{"null and false", one(`,"prefix":null,"suffix":false`), []Currency{usd}, ""},
		{
			"entities in the prefix", one(`,"prefix":"&euro;","suffix":" &lt;b&gt; R&amp;D &#039;x&#039;"`),
			of(func(x *Currency) { x.Prefix, x.Suffix = "€", " <b> R&D 'x'" }), "",
		},
		{
			"an entity that a person wrote", one(`,"prefix":"&amp;euro;"`),
			of(func(x *Currency) { x.Prefix = "&euro;" }), "",
		},
		{"other fields of any kind", one(`,"default":[],"x":{"y":1}`), []Currency{usd}, ""},
		{"none", `"currencies":{"currency":""}`, nil, `it has no currencies in "currencies"`},
		{"missing", `"totalresults":0`, nil, `it has no currencies in "currencies"`},
		{"null", `"currencies":null`, nil, `it has no currencies in "currencies"`},
		{"another name", `"currencies":{"rates":[]}`, nil, `expected an object with "currency"`},
		{"text", `"currencies":{"currency":"USD"}`, nil, "expected a list of each currency"},
		{"false", `"currencies":false`, nil, "expected a list of each currency"},
		{
			"a list of text", `"currencies":{"currency":["USD"]}`, nil,
			"element 1 of the list: it is text instead of an object",
		},
		{
			"a null in the list", `"currencies":{"currency":[{"id":1,"code":"USD"},null]}`, nil,
			"element 2 of the list is empty",
		},
		{"no id", `"currencies":{"currency":[{"code":"USD"}]}`, nil, "element 1 of the list has no id"},
		{"no code", `"currencies":{"currency":[{"id":4}]}`, nil, "currency 4 has no code"},
		{
			"a code as an object", `"currencies":{"currency":[{"id":4,"code":{"a":1}}]}`, nil,
			`currency 4: "code" is an object instead of text`,
		},
		{"a rate as a list", one(`,"rate":["1"]`), nil, `currency 1: "rate" is a list instead of text`},
		{
			"an id as a list", `"currencies":{"currency":[{"id":[1]}]}`, nil,
			`element 1 of the list: "id" is a list instead of text`,
		},
		{
			"two of one code", `"currencies":{"currency":[{"id":1,"code":"USD"},{"id":4,"code":"USD"}]}`, nil,
			"WHMCS has two currencies with the code USD, with the ids 1 and 4. Prices name a currency by its code. Change the code of one of them",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := clientOf(t, http.StatusOK, `{"result":"success",`+c.fields+`}`).Currencies(t.Context())
			assert.Equal(t, c.want, got)
			checkSays(t, err, c.says)
		})
	}
}

func checkSays(t *testing.T, err error, says string) {
	t.Helper()
	if says == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorContains(t, err, says)
	plain(t, err)
}

func TestDecodeServerSummaries(t *testing.T) {
	t.Parallel()
	of := func(change func(*ServerSummary)) []ServerSummary {
		x := ServerSummary{ID: "1"}
		change(&x)
		return []ServerSummary{x}
	}
	same := []ServerSummary{{ID: "1"}}
	one := func(fields string) string { return `"servers":[{"id":1` + fields + `}]` }
	for _, c := range []struct {
		name, fields string
		want         []ServerSummary
		says         string
	}{
		{"an empty list", `"servers":[]`, nil, ""},
		{"an empty object", `"servers":{}`, nil, ""},
		{"empty text", `"servers":""`, nil, ""},
		{"null", `"servers":null`, nil, ""},
		{"one alone", `"servers":{"id":"1"}`, same, ""},
		{"a numbered object", `"servers":{"2":{"id":"1"}}`, same, ""},
		{
			"flat keys", `"servers[0][id]":"1","servers[0][name]":"n","servers[0][status][http]":false`,
			of(func(x *ServerSummary) { x.Name = "n" }), "",
		},
		{
			"entities in every text",
			one(`,"name":"R&amp;D &quot;1&quot;","hostname":"a&amp;b","ipaddress":"&lt;none&gt;","module":"x&#39;y"`),
			of(func(x *ServerSummary) { x.Name, x.Hostname, x.IPAddress, x.Module = `R&D "1"`, "a&b", "<none>", "x'y" }),
			"",
		},
		{"everything null", one(`,"name":null,"active":null,"percentUsed":null,"module":null`), same, ""},
		{"false instead of text", one(`,"name":false,"module":false`), same, ""},
		{
			"numbers", one(`,"activeServices":3,"percentUsed":1.5`),
			of(func(x *ServerSummary) { x.ActiveServices, x.PercentUsed = "3", "1.5" }), "",
		},
		{"active as text", one(`,"active":"on"`), of(func(x *ServerSummary) { x.Active = true }), ""},
		{"active as empty text", one(`,"active":""`), same, ""},
		{"a status of any kind", one(`,"status":[]`), same, ""},
		{"missing", `"fetchStatus":""`, nil, `it has no "servers", not even an empty list`},
		{"text", `"servers":"none"`, nil, "expected a list of each server"},
		{"false", `"servers":false`, nil, "expected a list of each server"},
		{
			"active as a word", one(`,"active":"perhaps"`), nil,
			`server 1: "active" is the text "perhaps" instead of true or false`,
		},
		{"a name as a list", one(`,"name":["n"]`), nil, `server 1: "name" is a list instead of text`},
		{"a name true", one(`,"name":true`), nil, `server 1: "name" is true instead of text`},
		{"no id", `"servers":[{"name":"n"}]`, nil, "element 1 of the list has no id"},
		{"an id as a list", `"servers":[{"id":[1]}]`, nil, `element 1 of the list: "id" is a list instead of text`},
		{"a list of lists", `"servers":[[1]]`, nil, "element 1 of the list: it is a list instead of an object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := clientOf(t, http.StatusOK, `{"result":"success",`+c.fields+`}`).ServerSummaries(t.Context())
			assert.Equal(t, c.want, got)
			checkSays(t, err, c.says)
		})
	}
}

// TestDecodeProducts: rows of the companion. Most are what PHP or a database driver make of the documented row.
func TestDecodeProducts(t *testing.T) {
	t.Parallel()
	of := func(change func(*Product)) *Product {
		x := &Product{ID: "1"}
		change(x)
		return x
	}
	same := &Product{ID: "1"}
	red := "red"
	for _, c := range []struct {
		name, fields string
		want         *Product
		says         string
	}{
		{"numbers as text", `"order":"5","quantity":"7.00"`, of(func(x *Product) { x.Order, x.Quantity = 5, 7 }), ""},
		{
			"flags as numbers", `"hidden":1,"tax":"1","retired":"on","stock_control":0`,
			of(func(x *Product) { x.Hidden, x.Tax, x.Retired = true, true, true }), "",
		},
		{"text as a number", `"name":2024,"pay_type":null`, of(func(x *Product) { x.Name = "2024" }), ""},
		{"prices as an empty list", `"pricing":[]`, of(func(x *Product) { x.Pricing = Pricing{} }), ""},
		{
			"cycles as an empty list", `"pricing":{"EUR":[]}`,
			of(func(x *Product) { x.Pricing = Pricing{"EUR": {}} }), "",
		},
		{
			"prices as numbers", `"pricing":{"EUR":{"monthly":{"price":10.5,"setup_fee":0}}}`,
			of(func(x *Product) { x.Pricing = Pricing{"EUR": {"monthly": {Price: "10.5", SetupFee: "0"}}} }), "",
		},
		{"maps null", `"pricing":null,"module_options":null,"custom_fields":null`, same, ""},
		{
			"options as an empty list", `"module_options":[]`,
			of(func(x *Product) { x.ModuleOptions = map[string]string{} }), "",
		},
		{
			"options as numbers", `"module_options":{"3":4}`,
			of(func(x *Product) { x.ModuleOptions = map[string]string{"3": "4"} }), "",
		},
		{"an object null", `"overages":null,"affiliate":null`, same, ""},
		{
			"a list as a numbered object", `"free_domain_tlds":{"0":".com","2":".net"}`,
			of(func(x *Product) { x.FreeDomainTLDs = []string{".com", ".net"} }), "",
		},
		{"a list as an empty object", `"subdomains":{}`, of(func(x *Product) { x.Subdomains = []string{} }), ""},
		{
			"a list of numbers", `"upgrade_product_ids":[3,"4"]`,
			of(func(x *Product) { x.UpgradeProductIDs = []string{"3", "4"} }), "",
		},
		{"a reference as a number", `"product_group_id":3`, of(func(x *Product) { x.ProductGroupID = "3" }), ""},
		{"an optional text", `"color":"red","slug":null`, of(func(x *Product) { x.Color = &red }), ""},
		{"unknown fields", `"sku":{"a":[]},"x":null`, same, ""},
		{"a word as a number", `"order":"first"`, nil, `"order" is the text "first" instead of a whole number`},
		{"a fraction", `"quantity":1.5`, nil, `"quantity" is the number 1.5 instead of a whole number`},
		{"a word as a flag", `"hidden":"sometimes"`, nil, `"hidden" is the text "sometimes" instead of true or false`},
		{
			"a price as text", `"pricing":{"EUR":{"monthly":"10.00"}}`, nil,
			`"pricing.EUR.monthly" is text instead of an object`,
		},
		{
			"a price as a list", `"pricing":{"EUR":{"monthly":{"price":["10.00"]}}}`, nil,
			`"pricing.EUR.monthly.price" is a list instead of text`,
		},
		{"prices as a list", `"pricing":[{"EUR":1}]`, nil, `"pricing" is a list instead of an object`},
		{"a list as text", `"subdomains":"a,b"`, nil, `"subdomains" is text instead of a list`},
		{"an object in a list", `"subdomains":["a",{"b":1}]`, nil, `"subdomains.1" is an object instead of text`},
		{
			"a custom field as text", `"custom_fields":{"9":"Notes"}`, nil,
			`"custom_fields.9" is text instead of an object`,
		},
		{
			"an order of a custom field", `"custom_fields":{"9":{"id":9,"order":"x"}}`, nil,
			`"custom_fields.9.order" is the text "x" instead of a whole number`,
		},
		{"a name as an object", `"name":{"en":"VPS"}`, nil, `"name" is an object instead of text`},
		{"overages as text", `"overages":"1,MB,MB"`, nil, `"overages" is text instead of an object`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			row := `{"id":1,` + c.fields + `}`
			client := clientOf(t, http.StatusOK, companionAnswer(t, "", "", `{"installation":"x","rows":[`+row+`]}`))
			products := CollectionOf[Product](client, KindProduct)
			found, err := products.Get(t.Context(), "1")
			list, listErr := products.List(t.Context(), nil)
			if c.want == nil {
				require.ErrorContains(t, err, "The companion's response cannot be read: "+c.says)
				require.ErrorContains(t, err, " (request: TerraformRead get product 1)")
				require.ErrorContains(t, listErr, "The companion's response cannot be read: product 1: "+c.says)
				require.ErrorContains(t, listErr, " (request: TerraformRead list product)")
				plain(t, err)
				return
			}
			require.NoError(t, err)
			require.NoError(t, listErr)
			assert.Equal(t, c.want, found.Row)
			assert.Equal(t, []Product{*c.want}, list)
		})
	}
}

// oddValues are the kinds of values that a field may have.
var oddValues = []string{
	`null`, `true`, `false`, `0`, `7`, `"7"`, `1.5`, `-1`, `1e400`, `99999999999999999999`, `""`, `"x"`, `[]`, `{}`,
	`[null]`, `["x"]`, `[[]]`,
	`[{"x":1}]`, `{"0":"x"}`, `{"0":{}}`, `{"x":{}}`, `{"x":[1]}`, `{"x":{"y":{"z":[]}}}`, `"true"`,
	`"` + strings.Repeat("x", 50) + `"`,
}

// sentence is the form of every complaint about a field.
var sentence = regexp.MustCompile(`^"[a-zA-Z_]+(\.[a-z0-9_]+)*" is (an object|a list|text|null|true|false|the (text|number) .{1,50}) ` +
	`instead of (an object|a list|text|a whole number|true or false)$`)

// TestDecodeEveryField: each field of each object that the client decodes, with each kind of value, is read, or refused
// with a sentence that names it.
func TestDecodeEveryField(t *testing.T) {
	t.Parallel()
	for _, zero := range []any{
		Product{}, ProductGroup{}, Server{}, ServerGroup{}, ConfigurableOptionGroup{}, ProductAddon{}, AddonModule{}, AdminRole{},
		Module{},
		SolusVM2Billing{}, LandingPage{}, Discovery{}, Integration{}, Info{}, ModuleSchema{}, Details{}, Currency{},
		ServerSummary{}, PartIDs{}, CustomField{}, ConfigurableOption{}, SubOption{}, Overages{}, Evidence{},
		ModuleOption{},
	} {
		kind := reflect.TypeOf(zero)
		refused := 0
		for i := range kind.NumField() {
			name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			for _, value := range oddValues {
				into := reflect.New(kind)
				err := decode([]byte(`{"`+name+`":`+value+`}`), into.Interface())
				if err == nil {
					continue
				}
				refused++
				require.Regexp(t, sentence, err.Error(), "%s of %s", value, kind.Name())
				require.Contains(t, err.Error(), `"`+name)
				var mismatch *lenient.Mismatch
				require.ErrorAs(t, err, &mismatch)
			}
		}
		assert.Positive(t, refused, kind.Name())
	}
}

// TestDecodeAnswers: documents as a whole.
func TestDecodeAnswers(t *testing.T) {
	t.Parallel()
	var info Info
	require.NoError(t, decode([]byte(`{"protocol":"1","kinds":{"0":"product"},"column_scales":{"a":"2"},"modules":[],"toplink":{"options":[]},"evidence":{"1":{"ok":"1"}}}`), &info))
	assert.Equal(t, Info{
		Protocol: 1, Kinds: []string{"product"}, ColumnScales: map[string]int{"a": 2}, Evidence: []Evidence{{OK: true}},
		Toplink: struct {
			Module  string         `json:"module"`
			Options map[string]int `json:"options"`
		}{Options: map[string]int{}},
	}, info)
	var details Details
	err := decode([]byte(`{"errors":[{"field":"name","message":5},{"field":"x"}],"references":[{"kind":"products","count":"many"}],"key":{"name":7},"kind":"product"}`), &details)
	require.EqualError(t, err, `"references.0.count" is the text "many" instead of a whole number`)
	assert.Equal(t, Details{
		Errors: []FieldError{{Field: "name", Message: "5"}, {Field: "x"}}, References: []Reference{{Kind: "products"}},
		Key: map[string]Text{"name": "7"}, Kind: "product",
	}, details, "the rest is kept")
	for document, says := range map[string]string{
		``: "it is not valid JSON", `{`: "it is not valid JSON", `<html>`: "it is not valid JSON",
		`{"id":"1"}x`: "it is not valid JSON",
		`"x"`:         "it is text instead of an object", `5`: "it is the number 5 instead of an object",
		`[1]`:  "it is a list instead of an object",
		`true`: "it is true instead of an object",
	} {
		require.EqualError(t, decode([]byte(document), new(Product)), says, document)
	}
	var flat responseFields
	require.NoError(t, json.Unmarshal([]byte(`{"a":{"b":1},"a[b]":2,"c[d]":3,"c[d][e]":4,"f[":5,"g[h][0]":6,"g[h][1]":7}`), &flat))
	fields, err := decodeAnswer(flat)
	require.NoError(t, err)
	encoded, err := json.Marshal(fields)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":{"b":1},"a[b]":2,"c[d]":3,"c[d][e]":4,"f[":5,"g[h][0]":6,"g[h][1]":7,"c":{"d":{"e":4}},"g":{"h":{"0":6,"1":7}}}`, string(encoded))
}

// TestFirewall: an HTML page with 403 is a firewall's, not WHMCS's.
func TestFirewall(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Page{
		"<html><head><title>403 Forbidden</title></head><body>nginx</body></html>":               PageFirewall,
		"<!DOCTYPE html><title>Attention Required! | Cloudflare</title><p>You have been blocked": PageFirewall,
		"<html><title>Login</title><form><input type=password></form></html>":                    PageLogin,
		`{"result":"error","message":"Invalid IP 192.0.2.4"}`:                                    "",
		"Forbidden": PageOther,
	} {
		for _, status := range []int{http.StatusForbidden, http.StatusNotAcceptable} {
			_, err := clientOf(t, status, body).Currencies(t.Context())
			failure := asError(t, err)
			assert.Equal(t, want, failure.Page, body)
			if want == PageFirewall {
				require.ErrorContains(t, err, "of a firewall, or of the web server in front of WHMCS, instead of a response of the API. "+
					"Check that it lets POST requests from this machine through to includes/api.php")
			}
		}
	}
}
