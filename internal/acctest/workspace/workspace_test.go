package workspace

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
)

func TestParse_refusesWhatItDoesNotKnow(t *testing.T) {
	for name, c := range map[string]struct{ hcl, says string }{
		"module":                {`module "m" { source = "./m" }`, `"module" are not expected`},
		"moved":                 {"moved {\n  from = a.b\n  to = a.c\n}", `"moved" are not expected`},
		"ephemeral resource":    {`ephemeral "a" "b" {}`, `"ephemeral" are not expected`},
		"check":                 {`check "c" {}`, `"check" are not expected`},
		"ignore_changes":        {"resource \"a\" \"b\" {\n  lifecycle { ignore_changes = [name] }\n}", `"ignore_changes" is not expected`},
		"postcondition":         {"resource \"a\" \"b\" {\n  lifecycle {\n    postcondition {}\n  }\n}", `"postcondition" are not expected`},
		"import with for_each":  {"import {\n  for_each = {}\n  to = a.b\n  id = \"1\"\n}", `"for_each" is not expected`},
		"an unknown reference":  {`resource "a" "b" { name = c.d.id }`, "c.d is not declared"},
		"a circle":              {"locals {\n  a = local.b\n  b = local.a\n}", "refers to itself"},
		"the same object twice": {"resource \"a\" \"b\" {}\nresource \"a\" \"b\" {}", "declared twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(map[string]string{"main.tf": c.hcl})
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestParse_order(t *testing.T) {
	c, err := parse(map[string]string{"main.tf": `
resource "a" "first" { name = local.name }
resource "a" "last" {
  list       = [for x in [1, 2] : a.first.id]
  depends_on = [data.d.source]
}
data "d" "source" { id = a.first.id }
locals { name = "n" }
`})
	require.NoError(t, err)
	require.Equal(t, []string{"local.name", "a.first", "data.d.source", "a.last"}, c.order)
	require.ElementsMatch(t, []string{"a.first", "data.d.source"}, c.dependencies(c.blocks["a.last"]))
}

func TestInvalidPlan(t *testing.T) {
	schema := []*tfprotov6.SchemaAttribute{
		{Name: "given", Type: tftypes.String, Optional: true},
		{Name: "computed", Type: tftypes.String, Optional: true, Computed: true},
		{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true},
		{Name: "map", Optional: true, NestedType: &tfprotov6.SchemaObject{Nesting: tfprotov6.SchemaObjectNestingModeMap, Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "name", Type: tftypes.String, Required: true}, {Name: "id", Type: tftypes.String, Computed: true},
		}}},
	}
	text, null, unknown := cty.StringVal, cty.NullVal(cty.String), cty.UnknownVal(cty.String)
	element := func(name string, id cty.Value) cty.Value {
		return cty.MapVal(map[string]cty.Value{"a": cty.ObjectVal(map[string]cty.Value{"name": text(name), "id": id})})
	}
	object := func(given, computed, secret, nested cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"given": given, "computed": computed, "secret": secret, "map": nested})
	}
	config := object(text("new"), null, text("s"), element("n", null))
	prior := object(text("old"), text("c"), null, element("n", text("1")))
	for name, c := range map[string]struct {
		planned cty.Value
		valid   bool
	}{
		"the configuration":            {object(text("new"), unknown, null, element("n", unknown)), true},
		"the prior value":              {object(text("old"), text("c"), null, element("n", text("1"))), true},
		"another value":                {object(text("other"), unknown, null, element("n", unknown)), false},
		"no value":                     {object(null, unknown, null, element("n", unknown)), false},
		"a write-only value":           {object(text("new"), unknown, text("s"), element("n", unknown)), false},
		"another name in an element":   {object(text("new"), unknown, null, element("m", unknown)), false},
		"a nested element that is new": {object(text("new"), unknown, null, cty.MapValEmpty(element("n", unknown).Type().ElementType())), false},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.valid, invalidPlan(schema, prior, config, c.planned) == "", invalidPlan(schema, prior, config, c.planned))
		})
	}
}

func TestIncompatible(t *testing.T) {
	text, unknown := cty.StringVal, cty.UnknownVal(cty.String)
	list := func(values ...cty.Value) cty.Value { return cty.ListVal(values) }
	for name, c := range map[string]struct {
		planned, actual cty.Value
		compatible      bool
	}{
		"the same":                {text("a"), text("a"), true},
		"another value":           {text("a"), text("b"), false},
		"unknown becomes a value": {unknown, text("b"), true},
		"unknown becomes null":    {unknown, cty.NullVal(cty.String), true},
		"null becomes a value":    {cty.NullVal(cty.String), text("b"), false},
		"a value becomes unknown": {text("a"), unknown, false},
		"an element":              {list(text("a"), unknown), list(text("a"), text("b")), true},
		"another element":         {list(text("a"), unknown), list(text("c"), text("b")), false},
		"one more element":        {list(text("a")), list(text("a"), text("b")), false},
		"a key that is missing":   {cty.MapVal(map[string]cty.Value{"a": unknown}), cty.MapVal(map[string]cty.Value{"b": text("a")}), false},
		"a set":                   {cty.SetVal([]cty.Value{text("a")}), cty.SetVal([]cty.Value{text("b")}), false},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.compatible, incompatible("", c.planned, c.actual) == "", incompatible("", c.planned, c.actual))
		})
	}
}
