package companion_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// texts are typical and hostile texts for a text column. Each of them is a different value under every codec.
var texts = []string{
	"&", "&amp;", "&amp;amp;", "<b>&lt;b&gt;</b>", `"double" 'single'`, "&#039;&quot;", "&#8364;&nbsp;&euro;", "R&D <fast>", "独立服务器 & 云", "हिन्दी सर्वर <1>",
	"e\u0301\u00a0\u200d", "0", " padded ", "tab\tand\nnewline", `back\slash %s _x_ 100%`, "'; DROP TABLE tblproducts; --", "🚀 ❤️ 🇮🇳",
}

// fourByte reports whether a column of character set utf8mb3 cannot store the text.
func fourByte(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r > 0xffff })
}

// freeTextFields are the text fields of a kind that accept any text, and the other values that an object of the kind
// needs.
var freeTextFields = map[string]struct {
	needs  object
	fields []string
}{
	"product_group": {object{}, freeTexts(kinds.ProductGroup.Kind, "")},
	"server":        {object{"module": "samplevps"}, freeTexts(kinds.Server.Kind, "")},
	"server_group":  {object{}, freeTexts(kinds.ServerGroup.Kind, "")},
	"product": {object{"product_group_id": "1"}, slices.Concat(
		freeTexts(kinds.Product.Kind, ""), freeTexts(kinds.CustomField.Kind, "custom_fields.f."),
	)},
	"product_addon": {object{}, freeTexts(kinds.ProductAddon.Kind, "")},
	"configurable_option_group": {object{}, slices.Concat(
		freeTexts(kinds.ConfigurableOptionGroup.Kind, ""),
		freeTexts(kinds.ConfigurableOption.Kind, "options.o."),
		freeTexts(kinds.ConfigurableSubOption.Kind, "options.o.sub_options.s."),
	)},
}

// freeTexts are the paths of the texts of a kind that people read.
func freeTexts(kind kinds.Kind, prefix string) []string {
	var fields []string
	for _, field := range kind.Fields() {
		if field.Form == kinds.Text && field.Codec != kinds.Word {
			fields = append(fields, prefix+field.Name)
		}
	}
	return fields
}

// formattedFields are the text fields that may refuse a text because of its form or an unknown codec. They must not
// change a text. They are listed by kind and by the module that they need.
var formattedFields = []struct {
	kind, module string
	fields       []string
}{
	{"product_group", "", formatted(kinds.ProductGroup.Kind)},
	{"server", "samplevps", append(formatted(kinds.Server.Kind), "nameservers.0.hostname", "nameservers.0.ip_address")},
	{"server", "toplink_dcim", []string{"toplink_dcim.username_prefix", "toplink_dcim.hostname_format"}},
	{"product", "samplevps", append(formatted(kinds.Product.Kind), "module_options.2", "custom_fields.f.options.0")},
	{"product", "toplink_dcim", []string{"toplink_dcim.connection_node", "toplink_dcim.data_center", "toplink_dcim.package"}},
}

// formatted are the paths of the plain texts of a kind that have a form. Of a list or set it is the path of the first
// text.
func formatted(kind kinds.Kind) []string {
	var fields []string
	for _, field := range kind.Fields() {
		switch {
		case field.OwnCode || !field.IsText():
		case field.Separator != "":
			fields = append(fields, field.Name+".0")
		case field.Codec == kinds.Word:
			fields = append(fields, field.Name)
		}
	}
	return fields
}

// setAt sets the value at a dotted path. It creates missing objects and lists.
func setAt(into object, path, value string) {
	name, rest, nested := strings.Cut(path, ".")
	switch {
	case !nested:
		into[name] = value
	case rest == "0":
		into[name] = list{value}
	case strings.HasPrefix(rest, "0."):
		item := object{"hostname": "ns1.example.com", "ip_address": "192.0.2.1"}
		setAt(item, rest[2:], value)
		into[name] = list{item}
	default:
		inner, found := into[name].(object)
		if !found {
			inner = object{}
			into[name] = inner
		}
		setAt(inner, rest, value)
	}
}

// valueAt returns the value at a dotted path of a row. If an object has one member under an id, that member matches
// any name.
func valueAt(from any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch inner := from.(type) {
		case object:
			value, found := inner[name]
			if !found && len(inner) == 1 {
				for _, value = range inner {
				}
			}
			from = value
		case list:
			if len(inner) != 1 {
				return inner
			}
			from = inner[0]
		}
	}
	return from
}

// codecSettings returns the settings that choose one codec for every text column.
func codecSettings(t *testing.T, codec string) string {
	t.Helper()
	names := slices.Sorted(maps.Keys(newWHMCS(t, testhost.Options{}).codecs()))
	if len(names) < 15 {
		t.Fatalf("info knows the codecs of %v only", names)
	}
	var settings strings.Builder
	for _, name := range names {
		fmt.Fprintf(&settings, "'%s' => '%s', ", name, codec)
	}
	return "<?php return ['codecs' => [" + settings.String() + "]];"
}

func (w *whmcs) codecs() object {
	w.t.Helper()
	return w.ok(w.read(object{"op": "info"}))["codecs"].(object)
}

// results sends writes one after the other. It returns the payloads of the responses, with ok and the code.
func (w *whmcs) results(ops []object) []object {
	w.t.Helper()
	var results []object
	for _, op := range ops {
		got := w.write(op)
		result := object{"ok": got.result == "success", "code": got.code}
		maps.Copy(result, got.payload)
		results = append(results, result)
	}
	return results
}

// errorFields returns the fields that a refused write names.
func errorFields(result object) []string {
	var fields []string
	if details, found := result["errors"].(list); found {
		for _, item := range details {
			fields = append(fields, item.(object)["field"].(string))
		}
	}
	slices.Sort(fields)
	return fields
}

// textModes are the installations of the round-trip tests.
var textModes = map[string]testhost.Options{"modern": {}, "old": {Legacy: true, ArrayResults: true}}

// Every text is stored in every free text column and read back unchanged, under every codec. A column that cannot
// store the text reports an error.
func TestEveryTextGoesRound(t *testing.T) {
	t.Parallel()
	for mode, options := range textModes {
		for _, codec := range []string{"entity", "html", "raw"} {
			t.Run(mode+"/"+codec, func(t *testing.T) {
				t.Parallel()
				own := options
				own.CompanionLocal = codecSettings(t, codec)
				w := newWHMCS(t, own)
				for _, kind := range slices.Sorted(maps.Keys(freeTextFields)) {
					w.roundTripTexts(kind, own.Legacy)
				}
				want := "R&D <fast>"
				if codec == "entity" {
					want = "R&amp;D &lt;fast&gt;"
				}
				if w.queryText("SELECT COUNT(*) FROM tblproductgroups WHERE headline = ?", want) != "1" {
					t.Errorf("%q is not stored", want)
				}
			})
		}
	}
}

// roundTripTexts creates one object of a kind for each text, with the text in all free fields. Then it reads, filters
// and changes the objects.
func (w *whmcs) roundTripTexts(kind string, narrow bool) {
	w.t.Helper()
	fields := freeTextFields[kind].fields
	with := func(text string) object {
		values := object{}
		for _, field := range fields {
			setAt(values, field, inField(field, text))
		}
		maps.Copy(values, freeTextFields[kind].needs)
		return values
	}
	var ops []object
	for _, text := range texts {
		ops = append(ops, object{"op": "create", "kind": kind, "values": with(text)})
	}
	shown := map[string][]object{} // the rows in responses, by id
	made := map[string]string{}    // the texts by id
	for number, result := range w.results(ops) {
		text := texts[number]
		if narrow && fourByte(text) {
			if want := slices.Sorted(slices.Values(fields)); result["code"] != "invalid" || !slices.Equal(errorFields(result), want) {
				w.t.Errorf("%s %q: %v, want invalid on %q", kind, text, result, want)
			}
			continue
		}
		if result["ok"] != true {
			w.t.Errorf("%s %q: %v", kind, text, result)
			continue
		}
		id := result["id"].(string)
		made[id], shown[id] = text, append(shown[id], result["row"].(object))
		if number%5 == 0 { // a filter reads every row
			shown[id] = append(shown[id], w.findOne(kind, object{"name": text}))
		}
	}
	for _, row := range w.rows(kind, slices.Collect(maps.Keys(made))...) {
		id := row.(object)["id"].(string)
		shown[id] = append(shown[id], row.(object))
	}
	var updates []object
	for id, text := range made {
		expect := object{}
		for _, row := range shown[id] {
			for _, field := range fields {
				if got := valueAt(row, field); got != inField(field, text) {
					w.t.Errorf("%s %s: %q became %#v", kind, field, text, got)
				}
				if !strings.Contains(field, ".") {
					expect[field] = text
				}
			}
		}
		updates = append(updates, object{"op": "update", "kind": kind, "id": id, "expect": expect, "values": object{"name": text + "!"}})
	}
	if len(updates) < len(texts)-1 {
		w.t.Errorf("%s: %d of %d texts were stored", kind, len(updates), len(texts))
	}
	for _, result := range w.results(updates) {
		if result["ok"] != true {
			w.t.Errorf("%s: %v", kind, result)
		}
	}
	// Also null and, if the field is optional, the empty text.
	for _, field := range fields[1:] {
		if strings.Contains(field, ".") {
			continue
		}
		values := object{"name": "empty " + field, field: ""}
		maps.Copy(values, freeTextFields[kind].needs)
		_, row := w.create(kind, values)
		w.holds(row, object{field: ""})
		values = object{"name": "null " + field, field: nil}
		maps.Copy(values, freeTextFields[kind].needs)
		_, row = w.create(kind, values)
		w.holds(row, object{field: ""})
	}
	for _, name := range []any{"", nil, " "} {
		values := object{"name": name}
		maps.Copy(values, freeTextFields[kind].needs)
		w.failsOn(w.write(object{"op": "create", "kind": kind, "values": values}), "invalid", "name")
	}
}

// inField returns the text, or a regular expression with it for a field that holds one.
func inField(field, text string) string {
	if strings.HasSuffix(field, "validation_regex") {
		return "/" + regexp.QuoteMeta(strings.ReplaceAll(text, "/", "_")) + "/"
	}
	return text
}

// findOne returns the only object that a filter matches.
func (w *whmcs) findOne(kind string, filter object) object {
	w.t.Helper()
	rows := w.ok(w.read(object{"op": "list", "kind": kind, "filter": filter}))["rows"].(list)
	if len(rows) != 1 {
		w.t.Fatalf("%s %v: %d rows", kind, filter, len(rows))
	}
	return rows[0].(object)
}

// A formatted field refuses a text or stores it unchanged. A refused text does not change the object.
func TestMachineWordsAreRefusedOrKept(t *testing.T) {
	t.Parallel()
	for mode, options := range textModes {
		t.Run(mode, func(t *testing.T) {
			w := newWHMCS(t, options)
			kept, refused := 0, 0
			for number, place := range formattedFields {
				values := object{"name": fmt.Sprint("holder ", number)}
				maps.Copy(values, freeTextFields[place.kind].needs)
				if place.module != "" {
					values["module"] = place.module
				}
				var ops []object
				for _, field := range place.fields {
					for _, text := range append([]string{"plain"}, texts...) {
						own := maps.Clone(values)
						own["name"] = fmt.Sprintf("%s %d %s", field, len(ops), place.module)
						setAt(own, field, text)
						if strings.HasPrefix(field, "custom_fields.") {
							setAt(own, "custom_fields.f.name", "F")
							setAt(own, "custom_fields.f.type", "dropdown")
						}
						ops = append(ops, object{"op": "create", "kind": place.kind, "values": own})
					}
				}
				for at, result := range w.results(ops) {
					field, text := place.fields[at/(len(texts)+1)], append([]string{"plain"}, texts...)[at%(len(texts)+1)]
					if result["ok"] != true {
						refused++
						if named := errorFields(result); result["code"] != "invalid" && result["code"] != "unsupported" || len(named) != 1 || !strings.HasPrefix(field, strings.TrimSuffix(named[0], ".0")) {
							t.Errorf("%s %s %q: %v", place.kind, field, text, result)
						}
						continue
					}
					kept++
					if fourByte(text) && options.Legacy {
						t.Errorf("%s %s takes %q, which it cannot hold", place.kind, field, text)
					}
					if got := valueAt(result["row"], field); got != text {
						t.Errorf("%s %s: %q became %#v", place.kind, field, text, got)
					}
				}
			}
			t.Logf("%d kept, %d refused", kept, refused)
			if kept == 0 || refused == 0 {
				t.Error("the table proves nothing")
			}
		})
	}
}

// A secret is stored unchanged: WHMCS decrypts the same bytes.
func TestSecretsGoRound(t *testing.T) {
	t.Parallel()
	for mode, options := range textModes {
		t.Run(mode, func(t *testing.T) {
			w := newWHMCS(t, options)
			fingerprints := map[any]bool{}
			for number, text := range texts {
				id, row := w.create("server", object{"name": fmt.Sprint("s", number), "module": "samplevps", "password": text})
				fingerprints[row["password_fingerprint"]] = true
				form := w.form("", object{})
				form.Set("action", "DecryptPassword")
				form.Set("password2", w.queryText("SELECT password FROM tblservers WHERE id = ?", id))
				var answer struct{ Password string }
				if err := json.Unmarshal([]byte(w.post(form).raw), &answer); err != nil || answer.Password != text {
					t.Errorf("%q became %q, %v", text, answer.Password, err)
				}
			}
			if len(fingerprints) != len(texts) {
				t.Errorf("%d secrets have %d fingerprints", len(texts), len(fingerprints))
			}
		})
	}
}

// A connection of character set utf8 replaces an emoji by question marks, even if the column could store it.
func TestTheConnectionsCharacterSetCounts(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Legacy: true})
	w.exec("ALTER TABLE tblproductgroups CONVERT TO CHARACTER SET utf8mb4")
	w.failsOn(w.write(object{"op": "create", "kind": "product_group", "values": object{"name": "n", "headline": "🚀"}}), "invalid", "headline")
	w.create("product_group", object{"name": "快"})
}
