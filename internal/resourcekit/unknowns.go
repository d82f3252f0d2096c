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

// KeepUnknowns returns the plan with everything unknown that is unknown in the configuration. Newer versions of Terraform (seen: 1.17.0-dev) propose an object
// that is unknown as a whole with each attribute unknown, and terraform-plugin-framework 1.19.0 gives those their defaults, because it finds no value of
// theirs in the configuration. Terraform then refuses the plan. Nulls stay: write-only attributes are null in every plan.
func KeepUnknowns(plan, config tftypes.Value) (tftypes.Value, error) {
	if config.IsFullyKnown() {
		return plan, nil
	}
	return tftypes.Transform(plan, func(path *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		found, _, err := tftypes.WalkAttributePath(config, path)
		if err != nil || v.IsNull() {
			return v, nil //nolint:nilerr // the configuration has nothing there, or it is unknown further up
		}
		if given, isValue := found.(tftypes.Value); isValue && !given.IsKnown() {
			return tftypes.NewValue(v.Type(), tftypes.UnknownValue), nil
		}
		return v, nil
	})
}
