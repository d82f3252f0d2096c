package whmcsobject

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

func TestBuilderScalars(t *testing.T) {
	t.Parallel()
	text := func(elements ...attr.Value) []attr.Value { return elements }
	a, b, nobody := types.StringValue("a"), types.StringValue("b"), types.StringUnknown()
	for name, c := range map[string]struct {
		add     func(b *Builder)
		want    whmcs.Values
		unknown []string
	}{
		"null": {func(b *Builder) {
			b.String("string", types.StringNull())
			b.Reference("reference", types.StringNull())
			b.Bool("bool", types.BoolNull())
			b.Int("int", types.Int64Null())
			b.Decimal("decimal", resourcekit.NullDecimal())
			b.StringSet("set", types.SetNull(types.StringType))
			b.StringList("list", types.ListNull(types.StringType))
			b.Object("texts", types.ObjectNull(nil))
			b.Facet("facet", types.MapNull(types.StringType))
		}, whmcs.Values{}, nil},
		"unknown": {func(b *Builder) {
			b.String("string", types.StringUnknown())
			b.Reference("reference", types.StringUnknown())
			b.Bool("bool", types.BoolUnknown())
			b.Int("int", types.Int64Unknown())
			b.Decimal("decimal", resourcekit.Decimal{StringValue: types.StringUnknown()})
			b.StringSet("set", types.SetUnknown(types.StringType))
			b.StringList("list", types.ListUnknown(types.StringType))
			b.Object("texts", types.ObjectUnknown(nil))
			b.Facet("facet", types.MapUnknown(types.StringType))
			b.Unknown("itself")
		}, whmcs.Values{}, []string{"string", "reference", "bool", "int", "decimal", "set", "list", "texts", "facet", "itself"}},
		"empty": {func(b *Builder) {
			b.String("string", types.StringValue(""))
			b.Reference("reference", types.StringValue(""))
			b.Bool("bool", types.BoolValue(false))
			b.Int("int", types.Int64Value(0))
			b.StringSet("set", types.SetValueMust(types.StringType, nil))
			b.StringList("list", types.ListValueMust(types.StringType, nil))
			b.Facet("facet", types.MapValueMust(types.StringType, nil))
		}, whmcs.Values{"string": "", "reference": nil, "bool": false, "int": int64(0), "set": whmcs.Set{}, "list": []string{}, "facet": whmcs.Facet{}}, nil},
		"known": {func(builder *Builder) {
			builder.String("string", a)
			builder.Reference("reference", types.StringValue("42"))
			builder.Bool("bool", types.BoolValue(true))
			builder.Int("int", types.Int64Value(-7))
			builder.Decimal("decimal", resourcekit.NewDecimal("10.00"))
			builder.StringSet("set", types.SetValueMust(types.StringType, text(b, a)))
			builder.StringList("list", types.ListValueMust(types.StringType, text(b, a)))
			builder.Set("any", 1.5)
		}, whmcs.Values{"string": "a", "reference": "42", "bool": true, "int": int64(-7), "decimal": decimal.Decimal("10.00"), "set": whmcs.Set{"b", "a"}, "list": []string{"b", "a"}, "any": 1.5}, nil},
		"unknown inside": {func(builder *Builder) {
			builder.StringSet("set", types.SetValueMust(types.StringType, text(a, nobody)))
			builder.StringList("list", types.ListValueMust(types.StringType, text(nobody, a)))
			builder.Facet("facet", types.MapValueMust(types.StringType, map[string]attr.Value{"1": nobody, "2": a}))
		}, whmcs.Values{}, []string{"set", "list", "facet"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			builder := NewBuilder()
			c.add(builder)
			assert.Equal(t, c.want, builder.Fields().Values)
			assert.Equal(t, c.unknown, builder.Fields().Unknown)
		})
	}
}

func TestBuilderFacets(t *testing.T) {
	t.Parallel()
	kinds := map[string]attr.Type{"text": types.StringType, "flag": types.BoolType, "count": types.Int64Type, "amount": resourcekit.DecimalType{}, "unmanaged": types.StringType}
	object := types.ObjectValueMust(kinds, map[string]attr.Value{
		"text": types.StringValue(""), "flag": types.BoolValue(true), "count": types.Int64Value(5), "amount": resourcekit.NewDecimal("1.50"), "unmanaged": types.StringNull(),
	})
	want := map[string]any{"text": "", "flag": true, "count": int64(5), "amount": decimal.Decimal("1.50")}
	builder := NewBuilder()
	builder.Facet("facet", object)
	builder.Object("whole", object)
	builder.Facet("map", types.MapValueMust(types.StringType, map[string]attr.Value{"3": types.StringValue("x"), "4": types.StringNull()}))
	assert.Equal(t, whmcs.Values{"facet": whmcs.Facet(want), "whole": whmcs.Values(want), "map": whmcs.Facet{"3": "x"}}, builder.Fields().Values)
	assert.Empty(t, builder.Fields().Unknown)
}

func TestCollectionsAreNeverNull(t *testing.T) {
	t.Parallel()
	for _, in := range [][]string{nil, {}, {"b", "a"}} {
		set, list := StringsToSet(in), StringsToList(in)
		assert.False(t, set.IsNull() || list.IsNull())
		assert.Len(t, set.Elements(), len(in))
		require.Len(t, list.Elements(), len(in))
		for i, text := range in {
			assert.Equal(t, types.StringValue(text), list.Elements()[i])
		}
	}
}
