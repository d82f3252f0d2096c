package resourcekit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// NestedName is the name of an object in a list, map or set. [RequiredParts] of that object makes it required.
func NestedName(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description + " Required.",
		Validators: []validator.String{NotBlank(), stringvalidator.LengthAtMost(maxText)},
	}
}

// RequiredParts makes attributes of an object in a list, map or set required. Required on the attributes would refuse
// an unknown object, because the framework reads the attributes of an unknown object as null
// (terraform-plugin-framework 1.19, AttributeValidate).
func RequiredParts(names ...string) validator.Object { return requiredParts(names) }

type requiredParts []string

func (r requiredParts) Description(context.Context) string {
	return fmt.Sprintf("must have %q", []string(r))
}

func (r requiredParts) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r requiredParts) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, name := range r {
		if value, ok := req.ConfigValue.Attributes()[name]; !ok || value.IsNull() {
			AddAttributeError(&resp.Diagnostics, req.Path.AtName(name), "Missing Configuration for Required Attribute", "Each of these objects must have the attribute "+name+".")
		}
	}
}
