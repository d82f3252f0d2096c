package resourcekit

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// NullUnknowns returns the value with everything unknown in it made null: what is saved when an object certainly exists but
// could not be read back, so that the object is not lost from state.
func NullUnknowns(value tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(value, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.IsKnown() {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
}
