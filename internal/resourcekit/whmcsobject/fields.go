package whmcsobject

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// Builder collects the fields of an object. It leaves out null attributes, which are unmanaged, and keeps the names of
// unknown ones.
type Builder struct {
	fields Fields
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder { return &Builder{fields: Fields{Values: whmcs.Values{}}} }

// Fields returns the collected fields.
func (b *Builder) Fields() Fields { return b.fields }

// managed reports whether an attribute has a value to send. It adds the field to the unknown ones when the value is
// unknown.
func (b *Builder) managed(field string, v attr.Value) bool {
	if v.IsUnknown() {
		b.fields.Unknown = append(b.fields.Unknown, field)
		return false
	}
	return !v.IsNull()
}

// Unknown adds a field whose value, or a part of it, is unknown.
func (b *Builder) Unknown(field string) { b.fields.Unknown = append(b.fields.Unknown, field) }

// Set adds a value of any wire type.
func (b *Builder) Set(field string, value any) { b.fields.Values[field] = value }

// String adds text.
func (b *Builder) String(field string, v types.String) {
	if b.managed(field, v) {
		b.Set(field, v.ValueString())
	}
}

// Reference adds the id of another object, or "" for none.
func (b *Builder) Reference(field string, v types.String) {
	if !b.managed(field, v) {
		return
	}
	if v.ValueString() == "" {
		b.Set(field, nil)
		return
	}
	b.Set(field, v.ValueString())
}

// Bool adds a boolean.
func (b *Builder) Bool(field string, v types.Bool) {
	if b.managed(field, v) {
		b.Set(field, v.ValueBool())
	}
}

// Int adds a whole number.
func (b *Builder) Int(field string, v types.Int64) {
	if b.managed(field, v) {
		b.Set(field, v.ValueInt64())
	}
}

// Decimal adds exact decimal text.
func (b *Builder) Decimal(field string, v resourcekit.Decimal) {
	if b.managed(field, v) {
		b.Set(field, v.Decimal())
	}
}

// collection is the common part of types.Set and types.List.
type collection interface {
	attr.Value
	Elements() []attr.Value
}

// StringSet adds a set of texts.
func (b *Builder) StringSet(field string, v types.Set) {
	if elements, ok := b.strings(field, v); ok {
		b.Set(field, whmcs.Set(elements))
	}
}

// StringList adds a list of texts.
func (b *Builder) StringList(field string, v types.List) {
	if elements, ok := b.strings(field, v); ok {
		b.Set(field, elements)
	}
}

func (b *Builder) strings(field string, v collection) ([]string, bool) {
	if !b.managed(field, v) {
		return nil, false
	}
	out := make([]string, 0, len(v.Elements()))
	for _, element := range v.Elements() {
		if element.IsUnknown() {
			b.Unknown(field)
			return nil, false
		}
		if text, ok := element.(types.String); ok {
			out = append(out, text.ValueString())
		}
	}
	return out, true
}

// StringsToSet returns a known set of texts.
func StringsToSet(in []string) types.Set { return types.SetValueMust(types.StringType, textValues(in)) }

// StringsToList returns a known list of texts.
func StringsToList(in []string) types.List {
	return types.ListValueMust(types.StringType, textValues(in))
}

func textValues(in []string) []attr.Value {
	out := make([]attr.Value, len(in))
	for i, text := range in {
		out[i] = types.StringValue(text)
	}
	return out
}

// Object adds an object with scalar attributes. WHMCS compares and writes it as a whole.
func (b *Builder) Object(field string, v types.Object) {
	if elements, ok := b.scalars(field, v); ok {
		b.Set(field, whmcs.Values(elements))
	}
}

// Facet adds an object or map whose keys are managed one by one. Null elements are left out.
func (b *Builder) Facet(field string, v attr.Value) {
	if elements, ok := b.scalars(field, v); ok {
		b.Set(field, whmcs.Facet(elements))
	}
}

// scalars converts the scalar elements of an object or map.
func (b *Builder) scalars(field string, v attr.Value) (map[string]any, bool) {
	if !b.managed(field, v) {
		return nil, false
	}
	var elements map[string]attr.Value
	switch x := v.(type) {
	case types.Object:
		elements = x.Attributes()
	case types.Map:
		elements = x.Elements()
	}
	out := map[string]any{}
	for name, element := range elements {
		if element.IsUnknown() {
			b.Unknown(field)
			return nil, false
		}
		if element.IsNull() {
			continue
		}
		switch x := element.(type) {
		case types.String:
			out[name] = x.ValueString()
		case types.Bool:
			out[name] = x.ValueBool()
		case types.Int64:
			out[name] = x.ValueInt64()
		case resourcekit.Decimal:
			out[name] = x.Decimal()
		}
	}
	return out, true
}
