package provider

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decoder decodes the states of a resource in both ways.
type decoder struct {
	*shapes
	schema schema.Schema
}

// decoders has a decoder for each resource of the fast path.
func decoders(t testing.TB) map[string]decoder {
	t.Helper()
	all := map[string]decoder{}
	for _, construct := range resources {
		one := construct()
		var name resource.MetadataResponse
		one.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "hosting"}, &name)
		if _, is := fast[name.TypeName]; is {
			var of resource.SchemaResponse
			one.Schema(t.Context(), resource.SchemaRequest{}, &of)
			made, err := shapesOf(t.Context(), one)
			require.NoError(t, err)
			all[name.TypeName] = decoder{made, of.Schema}
		}
	}
	return all
}

// same decodes a state without the framework, and as the framework does. It reports whether the first one succeeded. A
// difference fails the test.
func (d decoder) same(t testing.TB, state []byte) bool {
	t.Helper()
	values := d.object.attributesOf(state)
	if values == nil {
		return false
	}
	ctx := t.Context()
	raw, err := (&tfprotov6.DynamicValue{MsgPack: state}).Unmarshal(d.schema.Type().TerraformType(ctx))
	require.NoError(t, err)
	members := map[string]tftypes.Value{}
	require.NoError(t, raw.As(&members))
	require.Len(t, values, len(d.schema.Attributes))
	for name, attribute := range d.schema.Attributes {
		want, err := attribute.GetType().ValueFromTerraform(ctx, members[name])
		require.NoError(t, err)
		require.IsType(t, want, values[name], name)
		require.True(t, want.Equal(values[name]), "%s: %s and %s", name, want, values[name])
		require.Empty(t, invalid(t, want), name)
	}
	return true
}

// invalid returns the messages of the framework's validation of a value and of what it holds.
func invalid(t testing.TB, value attr.Value) []string {
	t.Helper()
	var response xattr.ValidateAttributeResponse
	if one, is := value.(xattr.ValidateableAttribute); is {
		one.ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: path.Empty()}, &response)
	}
	var messages []string
	for _, d := range response.Diagnostics {
		messages = append(messages, d.Detail())
	}
	switch value := value.(type) {
	case interface{ Elements() map[string]attr.Value }:
		for _, element := range value.Elements() {
			messages = append(messages, invalid(t, element)...)
		}
	case interface{ Elements() []attr.Value }:
		for _, element := range value.Elements() {
			messages = append(messages, invalid(t, element)...)
		}
	case interface{ Attributes() map[string]attr.Value }:
		for _, attribute := range value.Attributes() {
			messages = append(messages, invalid(t, attribute)...)
		}
	}
	return messages
}

// TestFastRead_decodes: the fast path decodes all regular random states as the framework does, and some of the odd
// ones.
func TestFastRead_decodes(t *testing.T) {
	t.Parallel()
	const count = 60
	for typeName, d := range decoders(t) {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			for _, odd := range []bool{false, true} {
				g := generator{rand.New(rand.NewPCG(2, uint64(len(typeName)))), odd}
				decoded := 0
				for range count {
					if state, _ := g.known(d.object, false); d.same(t, state) {
						decoded++
					}
				}
				if odd {
					assert.Positive(t, decoded)
				} else {
					assert.Equal(t, count, decoded)
				}
			}
		})
	}
}

// TestFastRead_numbers: whole numbers of each size and sign.
func TestFastRead_numbers(t *testing.T) {
	t.Parallel()
	for _, want := range []int64{0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 31, 1 << 32, 1<<63 - 1, -1, -32, -33, -128, -129, -32768, -32769, -1 << 31, -1<<31 - 1, -1 << 63} {
		c := &cursor{pack(want)}
		got, ok := c.integer()
		assert.True(t, ok, want)
		assert.Equal(t, want, got)
		assert.Empty(t, c.rest)
	}
	_, ok := (&cursor{pack(uint64(1 << 63))}).integer()
	assert.False(t, ok)
}

// FuzzFastRead: whatever the bytes, the fast path decodes what the framework decodes.
func FuzzFastRead(f *testing.F) {
	all := decoders(f)
	names := slices.Sorted(maps.Keys(all))
	for i, name := range names {
		for seed := range uint64(3) {
			state, _ := generator{rand.New(rand.NewPCG(seed, 1)), seed > 0}.known(all[name].object, false)
			f.Add(byte(i), state)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, state []byte) {
		all[names[int(which)%len(names)]].same(t, state)
	})
}
