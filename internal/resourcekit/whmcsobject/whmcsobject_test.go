package whmcsobject

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
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
			b.Texts("texts", types.ObjectNull(nil))
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
			b.Texts("texts", types.ObjectUnknown(nil))
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
	builder.Texts("whole", object)
	builder.Facet("map", types.MapValueMust(types.StringType, map[string]attr.Value{"3": types.StringValue("x"), "4": types.StringNull()}))
	assert.Equal(t, whmcs.Values{"facet": whmcs.Facet(want), "whole": whmcs.Values(want), "map": whmcs.Facet{"3": "x"}}, builder.Fields().Values)
	assert.Empty(t, builder.Fields().Unknown)
}

func TestCollectionsAreNeverNull(t *testing.T) {
	t.Parallel()
	for _, in := range [][]string{nil, {}, {"b", "a"}} {
		set, list := StringsToSet(t.Context(), in), StringsToList(t.Context(), in)
		assert.False(t, set.IsNull() || list.IsNull())
		assert.Len(t, set.Elements(), len(in))
		require.Len(t, list.Elements(), len(in))
		for i, text := range in {
			assert.Equal(t, types.StringValue(text), list.Elements()[i])
		}
	}
}

// vault is an object with one secret; vaultRow is how WHMCS shows it.
type (
	vault struct {
		Common
		Value, WriteOnly types.String
		Version          types.Int64
	}
	vaultRow struct{ fingerprint string }
)

func newVaults() *object[vault, vaultRow, *vault] {
	return &object[vault, vaultRow, *vault]{def: Definition[vault, vaultRow]{Secrets: []Secret[vault, vaultRow]{{
		Field:       "password",
		Value:       func(m *vault) types.String { return m.Value },
		WriteOnly:   func(m *vault) types.String { return m.WriteOnly },
		Version:     func(m *vault) types.Int64 { return m.Version },
		Forget:      func(m *vault) { m.Value, m.Version = noText, noVersion },
		Fingerprint: func(row *vaultRow) string { return row.fingerprint },
	}}}}
}

var (
	noText    = types.StringNull()
	noVersion = types.Int64Null()
)

func plain(secret string) *vault { return &vault{Value: types.StringValue(secret), Version: noVersion} }

// versioned is a write-only secret as a plan or a state has it: the version alone.
func versioned(version int64) *vault {
	return &vault{Value: noText, Version: types.Int64Value(version)}
}

func noSecret() *vault { return &vault{Value: noText, Version: noVersion} }

func TestSecretValues(t *testing.T) {
	t.Parallel()
	client, err := whmcs.New(whmcs.Config{URL: "https://billing.example.net"})
	require.NoError(t, err)
	const before = "f1"
	for name, c := range map[string]struct {
		prior, plan *vault
		writeOnly   types.String
		accepted    map[string]string
		send        any    // nil = nothing
		expect      string // fingerprint
	}{
		"created with one":                 {nil, plain("s3cret"), noText, nil, "s3cret", ""},
		"created with a write-only one":    {nil, versioned(1), types.StringValue("s3cret"), nil, "s3cret", ""},
		"created with none":                {nil, noSecret(), noText, nil, nil, ""},
		"unchanged":                        {plain("s3cret"), plain("s3cret"), noText, map[string]string{"password": before}, nil, ""},
		"changed":                          {plain("old"), plain("s3cret"), noText, map[string]string{"password": before}, "s3cret", before},
		"changed, nothing accepted yet":    {plain("old"), plain("s3cret"), noText, nil, "s3cret", ""},
		"left out: never cleared":          {plain("old"), noSecret(), noText, map[string]string{"password": before}, nil, ""},
		"given for the first time":         {noSecret(), plain("s3cret"), noText, map[string]string{"password": before}, "s3cret", before},
		"write-only one, same version":     {versioned(1), versioned(1), types.StringValue("s3cret"), map[string]string{"password": before}, nil, ""},
		"write-only one, another version":  {versioned(1), versioned(2), types.StringValue("s3cret"), map[string]string{"password": before}, "s3cret", before},
		"write-only one, after drift":      {noSecret(), versioned(1), types.StringValue("s3cret"), map[string]string{"password": before}, "s3cret", before},
		"from plain to write-only":         {plain("old"), versioned(1), types.StringValue("s3cret"), map[string]string{"password": before}, "s3cret", before},
		"from write-only to plain":         {versioned(1), plain("s3cret"), noText, map[string]string{"password": before}, "s3cret", before},
		"version without a secret":         {versioned(1), versioned(2), noText, map[string]string{"password": before}, nil, ""},
		"write-only one, not known yet":    {versioned(1), versioned(2), types.StringUnknown(), nil, nil, ""},
		"plain one, not known yet":         {plain("old"), &vault{Value: types.StringUnknown(), Version: noVersion}, noText, nil, nil, ""},
		"version is dropped":               {versioned(1), noSecret(), noText, map[string]string{"password": before}, nil, ""},
		"another one's fingerprint is not": {plain("old"), plain("s3cret"), noText, map[string]string{"access_hash": before}, "s3cret", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := *c.plan
			config.WriteOnly = c.writeOnly
			change := newVaults().secretValues(client, c.prior, c.plan, &config, &Memory{Fingerprints: c.accepted})
			values, expect := whmcs.Values{}, whmcs.Values{}
			if c.send != nil {
				values["password"] = c.send
			}
			if c.expect != "" {
				expect["password_fingerprint"] = c.expect
			}
			assert.Equal(t, values, change.values)
			assert.Equal(t, expect, change.expect)
		})
	}
}

func TestSecretDrift(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state    *vault
		accepted map[string]string
		stored   string
		want     *vault
	}{
		"as accepted":                     {plain("s"), map[string]string{"password": "f1"}, "f1", plain("s")},
		"as accepted, write-only":         {versioned(3), map[string]string{"password": "f1"}, "f1", versioned(3)},
		"changed in WHMCS":                {plain("s"), map[string]string{"password": "f1"}, "f2", noSecret()},
		"changed in WHMCS, write-only":    {versioned(3), map[string]string{"password": "f1"}, "f2", noSecret()},
		"cleared in WHMCS":                {plain("s"), map[string]string{"password": "f1"}, "", noSecret()},
		"set in WHMCS where none was":     {noSecret(), map[string]string{"password": ""}, "f1", noSecret()},
		"unmanaged and changed":           {noSecret(), map[string]string{"password": "f1"}, "f2", noSecret()},
		"nothing accepted yet":            {plain("s"), map[string]string{}, "f1", plain("s")},
		"nothing accepted yet, versioned": {versioned(3), map[string]string{}, "f1", versioned(3)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			memory := &Memory{Fingerprints: c.accepted}
			newVaults().noticeSecretDrift(&vaultRow{fingerprint: c.stored}, c.state, memory)
			assert.Equal(t, c.want, c.state)
			assert.Equal(t, map[string]string{"password": c.stored}, memory.Fingerprints, "what is stored now is what an update expects")
			newVaults().noticeSecretDrift(&vaultRow{fingerprint: c.stored}, c.state, memory)
			assert.Equal(t, c.want, c.state, "a second read changes nothing")
		})
	}
}

// fakePrivate is a resource's private state.
type fakePrivate map[string][]byte

func (f fakePrivate) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return f[key], nil
}

func (f fakePrivate) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	f[key] = value
	return nil
}

func TestMemoryRoundTrip(t *testing.T) {
	t.Parallel()
	for name, memory := range map[string]*Memory{
		"everything": {
			Installation: "0b3f5a9e-7b57-4c0e-9c2c-6a2f4a1f8d10", Fingerprints: map[string]string{"password": "f1", "access_hash": ""},
			OptionNumbers: map[string]string{"Package": "3"}, Imported: true,
		},
		"nothing": {Fingerprints: map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private := fakePrivate{}
			assert.Empty(t, memory.keep(t.Context(), private))
			assert.Len(t, private, 1)
			got, diags := recall(t.Context(), private)
			assert.Empty(t, diags)
			assert.Equal(t, memory, got)
		})
	}
}

func TestMemoryThatIsNot(t *testing.T) {
	t.Parallel()
	got, diags := recall(t.Context(), fakePrivate{})
	assert.Empty(t, diags)
	assert.Equal(t, &Memory{Fingerprints: map[string]string{}}, got, "an instance of before, or one just imported")

	got, diags = recall(t.Context(), fakePrivate{memoryKey: []byte("{")})
	require.True(t, diags.HasError())
	assert.Contains(t, diags[0].Detail(), "Remove the resource from state and import it again")
	assert.NotNil(t, got.Fingerprints)

	got, diags = recall(t.Context(), fakePrivate{memoryKey: []byte(`{"fingerprints":null,"of_a_later_version":1}`)})
	assert.Empty(t, diags)
	assert.NotNil(t, got.Fingerprints)
}
