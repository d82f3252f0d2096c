package resourcekit

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// WithNestedTypes sets the type of each nested attribute, at every depth. Without it, the framework builds the type of
// a nested attribute whenever it follows a path through the attribute. That is thousands of times for each object of a
// plan. The cost: the framework does not check the default of an attribute against a type that is set.
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
