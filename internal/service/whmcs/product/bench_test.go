package product

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

func sampleRow(b *testing.B) *whmcs.Product {
	b.Helper()
	raw, err := os.ReadFile("../../../client/whmcs/testdata/product.json")
	require.NoError(b, err)
	var row whmcs.Product
	require.NoError(b, json.Unmarshal(raw, &row))
	return &row
}

// BenchmarkSchema makes the resource's schema, as the provider does once in its life for each resource.
func BenchmarkSchema(b *testing.B) {
	for b.Loop() {
		var resp resource.SchemaResponse
		NewResource().Schema(b.Context(), resource.SchemaRequest{}, &resp)
		require.NotEmpty(b, resp.Schema.Attributes)
	}
}

// BenchmarkFill maps a row to a model with every facet, as an import does.
func BenchmarkFill(b *testing.B) {
	row := sampleRow(b)
	for b.Loop() {
		var m model
		fill(b.Context(), row, &m, whmcsobject.FillOptions{Import: true, PrivateState: &resourcekit.PrivateState{}})
	}
}

// BenchmarkValues maps a model to what a write sends.
func BenchmarkValues(b *testing.B) {
	var m model
	fill(b.Context(), sampleRow(b), &m, whmcsobject.FillOptions{Import: true, PrivateState: &resourcekit.PrivateState{}})
	for b.Loop() {
		require.NotEmpty(b, values(&m).Values)
	}
}

// BenchmarkState is what the framework makes of a model on each read: out of state and into it again.
func BenchmarkState(b *testing.B) {
	ctx := b.Context()
	var schema resource.SchemaResponse
	NewResource().Schema(ctx, resource.SchemaRequest{}, &schema)
	object, ok := schema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	require.True(b, ok)
	nulls := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		nulls[name] = tftypes.NewValue(kind, nil)
	}
	state := tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(object, nulls)}
	var m model
	require.Empty(b, state.Get(ctx, &m))
	fill(ctx, sampleRow(b), &m, whmcsobject.FillOptions{Import: true, PrivateState: &resourcekit.PrivateState{}})
	require.Empty(b, state.Set(ctx, &m))
	for b.Loop() {
		var again model
		require.Empty(b, state.Get(ctx, &again))
		require.Empty(b, state.Set(ctx, &again))
	}
}
