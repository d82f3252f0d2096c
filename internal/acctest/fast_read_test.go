package acctest_test

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// TestFastRead_otherStates: a product is read with states that differ from it in one value. Package acctest compares
// each read of the fast path with that of the framework, so that the fast path hides no drift.
func TestFastRead_otherStates(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "it compares two ways of a read"}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		group := p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "Dedicated"})
		planned, _ := p.PlanChange(t, "hosting_whmcs_product", nil, map[string]any{
			"product_group_id": acctest.Text(t, p.State(t, group)["id"]), "name": "Small", "pay_type": "recurring",
			"prices":           map[string]any{"USD": map[string]any{"monthly": "10", "annually": "100.5"}},
			"setup_fees":       map[string]any{"USD": map[string]any{"monthly": "5.000"}},
			"affiliate":        map[string]any{"pay_type": "fixed", "pay_amount": "1"},
			"free_domain_tlds": []any{".net", ".com"}, "module": "samplevps",
			"module_options":           map[string]any{"Plan": "medium", "2": "30"},
			"sensitive_module_options": map[string]any{"Token": "secret"},
			"custom_fields": map[string]any{
				"os": map[string]any{"name": "OS", "type": "dropdown", "options": []any{"a", "b"}},
			},
		})
		product, _ := p.Apply(t, planned)
		server, err := acctest.NewServer("test")
		require.NoError(t, err)
		var fast, plans atomic.Int64
		client := acctest.Schemas(t).With(counting{server, &fast, &plans})
		settings := map[string]any{}
		for system, values := range env.Settings() {
			settings[system] = values
		}
		_, err = client.Configure(t.Context(), settings)
		require.NoError(t, err)

		kind := client.ResourceSchemas()[product.TypeName].ValueType()
		state, err := product.State.Unmarshal(kind)
		require.NoError(t, err)
		reads := 0
		read := func(at *tftypes.AttributePath, other tftypes.Value) {
			changed, err := tftypes.Transform(state, func(p *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
				if p.Equal(at) {
					return other, nil
				}
				return v, nil
			})
			require.NoError(t, err)
			encoded, err := tfprotov6.NewDynamicValue(kind, changed)
			require.NoError(t, err)
			one := *product
			one.State = &encoded
			_, _, err = client.Read(t.Context(), &one)
			require.NoError(t, err, "%s: %s", at, other)
			reads++
		}
		require.NoError(t, tftypes.Walk(state, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
			if len(at.Steps()) == 0 {
				return true, nil
			}
			for _, other := range otherValues(t, v) {
				read(at, other)
			}
			return !v.Type().Is(tftypes.Set{}), nil
		}))
		assert.Greater(t, fast.Load(), int64(50))
		assert.Less(t, fast.Load(), int64(reads/2), "a state that differs is drift, with few exceptions")
	})
}

// otherValues returns values of the same type: null, empty, changed a little, and the same amount in another spelling.
func otherValues(t *testing.T, v tftypes.Value) []tftypes.Value {
	t.Helper()
	kind := v.Type()
	others := []any{nil}
	switch {
	case kind.Is(tftypes.String):
		var text *string
		require.NoError(t, v.As(&text))
		others = append(others, "", "1e1")
		if text != nil {
			others = append(others, *text+".00", *text+"0", "0"+*text, strings.ToUpper(*text)+" ")
		}
	case kind.Is(tftypes.Number):
		others = append(others, 0, 1, -1)
	case kind.Is(tftypes.Bool):
		others = append(others, false, true)
	case kind.Is(tftypes.List{}), kind.Is(tftypes.Set{}):
		var all []tftypes.Value
		require.NoError(t, v.As(&all))
		back := slices.Clone(all)
		slices.Reverse(back)
		others = append(others, []tftypes.Value{}, back, all[:len(all)/2])
	case kind.Is(tftypes.Map{}):
		var all map[string]tftypes.Value
		require.NoError(t, v.As(&all))
		others = append(others, map[string]tftypes.Value{})
		for key, value := range all {
			less := maps.Clone(all)
			delete(less, key)
			renamed := maps.Clone(less)
			renamed[key+"x"] = value
			others = append(others, less, renamed)
		}
	}
	values := make([]tftypes.Value, len(others))
	for i, other := range others {
		values[i] = tftypes.NewValue(kind, other)
	}
	return values
}
