package resourcekit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NestedName is the name of an object in a list, map or set. [RequiredParts] of that object makes it required.
func NestedName(description string) schema.StringAttribute {
	return RequiredPart(schema.StringAttribute{
		Optional: true, MarkdownDescription: description + " Required.", PlanModifiers: []planmodifier.String{newName()},
	})
}

// RequiredPart completes an attribute that [RequiredParts] makes required. Its default serves an object whose stored
// text is empty: Terraform generates null for it.
func RequiredPart(attribute schema.StringAttribute) schema.StringAttribute {
	attribute.Computed, attribute.Default = true, stringdefault.StaticString("")
	return attribute
}

// RequiredParts makes text attributes of an object in a list, map or set required, unless the state has the object with
// the empty text. Required on the attributes would refuse an unknown object, because the framework reads the attributes
// of an unknown object as null (terraform-plugin-framework 1.19, AttributeValidate).
func RequiredParts(names ...string) []planmodifier.Object {
	return []planmodifier.Object{requiredParts(names)}
}

type requiredParts []string

func (r requiredParts) Description(context.Context) string {
	return fmt.Sprintf("must have %q", []string(r))
}

func (r requiredParts) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r requiredParts) PlanModifyObject(_ context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, name := range r {
		missing := req.ConfigValue.Attributes()[name]
		if missing != nil && !missing.IsNull() {
			continue
		}
		if stored := req.StateValue.Attributes()[name]; stored == nil || !stored.Equal(types.StringValue("")) {
			AddAttributeError(&resp.Diagnostics, req.Path.AtName(name), "Missing Configuration for Required Attribute", "Each of these objects must have the attribute "+name+".")
		}
	}
}

// RequiredNames returns the attributes that the plan modifier of [RequiredParts] makes required. It returns nil for
// another modifier.
func RequiredNames(modifier any) []string {
	names, _ := modifier.(requiredParts)
	return names
}
