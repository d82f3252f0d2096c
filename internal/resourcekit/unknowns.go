package resourcekit

import (
	"errors"

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

// FillUnknowns returns planned, with each unknown value replaced by the value of actual at the same path. The value is
// null if actual has nothing there. Elements of a set have no path, so a set with an unknown part is taken from actual.
func FillUnknowns(planned, actual tftypes.Value) (tftypes.Value, error) {
	switch {
	case !planned.IsKnown():
		return actual, nil
	case planned.IsFullyKnown():
		return planned, nil
	case planned.Type().Is(tftypes.Set{}):
		return actual, nil
	case !actual.IsKnown() || actual.IsNull():
		return NullUnknowns(planned)
	}
	if planned.Type().Is(tftypes.List{}) || planned.Type().Is(tftypes.Tuple{}) {
		return fillElements(planned, actual)
	}
	var wanted, found map[string]tftypes.Value
	if err := errors.Join(planned.As(&wanted), actual.As(&found)); err != nil {
		return planned, err
	}
	for name, value := range wanted {
		other, exists := found[name]
		if !exists {
			other = tftypes.NewValue(value.Type(), nil)
		}
		filled, err := FillUnknowns(value, other)
		if err != nil {
			return planned, err
		}
		wanted[name] = filled
	}
	return tftypes.NewValue(planned.Type(), wanted), nil
}

func fillElements(planned, actual tftypes.Value) (tftypes.Value, error) {
	var wanted, found []tftypes.Value
	if err := errors.Join(planned.As(&wanted), actual.As(&found)); err != nil {
		return planned, err
	}
	for i, value := range wanted {
		other := tftypes.NewValue(value.Type(), nil)
		if i < len(found) {
			other = found[i]
		}
		filled, err := FillUnknowns(value, other)
		if err != nil {
			return planned, err
		}
		wanted[i] = filled
	}
	return tftypes.NewValue(planned.Type(), wanted), nil
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
