package resourcekit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// SensitiveTexts returns the known texts of all sensitive attributes of an object's configuration. A plan and a state
// have the same schema and can be given as well. Clients mask these texts in errors and logs, already at plan time: a
// system may repeat a secret that it stores.
func SensitiveTexts(ctx context.Context, values ...tfsdk.Config) []string {
	var texts []string
	for _, value := range values {
		_ = tftypes.Walk(value.Raw, func(path *tftypes.AttributePath, v tftypes.Value) (bool, error) {
			// The object itself and elements of collections are not attributes.
			if attribute, err := value.Schema.AttributeAtTerraformPath(ctx, path); err == nil && attribute.IsSensitive() {
				texts = append(texts, textsIn(v)...)
				return false, nil
			}
			return true, nil
		}) // the function returns no error
	}
	return texts
}

// textsIn returns the known texts in a value and its elements.
func textsIn(value tftypes.Value) []string {
	var texts []string
	_ = tftypes.Walk(value, func(_ *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		var text string
		if v.Type().Is(tftypes.String) && v.IsKnown() && !v.IsNull() && v.As(&text) == nil && text != "" {
			texts = append(texts, text)
		}
		return true, nil
	}) // the function returns no error
	return texts
}
