package resourcekit

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// WithNestedTypes gives the nested attributes, at every depth, the types that they have anyway. The framework otherwise makes the type of a nested
// attribute anew whenever it follows a path through it, thousands of times for each object of a plan. Of a type that is given it does not check that a default of
// the attribute fits it.
func WithNestedTypes(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	typed := maps.Clone(attributes)
	for name, attribute := range typed {
		switch a := attribute.(type) {
		case schema.SingleNestedAttribute:
			a.Attributes = WithNestedTypes(a.Attributes)
			if t, ok := a.GetType().(types.ObjectType); ok {
				a.CustomType = t
			}
			typed[name] = a
		case schema.MapNestedAttribute:
			a.NestedObject = withNestedTypes(a.NestedObject)
			if t, ok := a.GetType().(types.MapType); ok {
				a.CustomType = t
			}
			typed[name] = a
		case schema.ListNestedAttribute:
			a.NestedObject = withNestedTypes(a.NestedObject)
			if t, ok := a.GetType().(types.ListType); ok {
				a.CustomType = t
			}
			typed[name] = a
		case schema.SetNestedAttribute:
			a.NestedObject = withNestedTypes(a.NestedObject)
			if t, ok := a.GetType().(types.SetType); ok {
				a.CustomType = t
			}
			typed[name] = a
		}
	}
	return typed
}

func withNestedTypes(object schema.NestedAttributeObject) schema.NestedAttributeObject {
	object.Attributes = WithNestedTypes(object.Attributes)
	object.CustomType = object.Type()
	return object
}
