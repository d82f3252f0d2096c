package resourcekit

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// NullUnknowns returns a value with null in place of everything unknown. It is saved for an object that exists but
// could not be read back, so that the object is not lost from the state.
func NullUnknowns(value tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(value, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.IsKnown() {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
}

// KeepUnknowns makes unknown in the plan what is unknown in the configuration. Newer versions of Terraform (seen:
// 1.17.0-dev) propose an unknown object as an object whose attributes are all unknown. terraform-plugin-framework
// 1.19.0 then plans the defaults of these attributes, because the configuration has no values for them, and Terraform
// refuses the plan. Nulls stay, because write-only attributes are null in every plan.
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
