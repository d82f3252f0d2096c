package workspace

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// The rules to which Terraform holds a provider. Each returns what is wrong, or "".

// invalidPlan compares a planned state with the configuration. A provider may only decide about computed attributes
// that are not configured, and may keep the prior value of a configured one.
func invalidPlan(schema []*tfprotov6.SchemaAttribute, prior, config, planned cty.Value) string {
	if planned.IsNull() || !planned.IsKnown() {
		return "the planned state is null or unknown"
	}
	for _, attribute := range schema {
		before := cty.NilVal
		if !prior.IsNull() {
			before = prior.GetAttr(attribute.Name)
		}
		if problem := invalidAttribute(attribute, before, config.GetAttr(attribute.Name), planned.GetAttr(attribute.Name)); problem != "" {
			return attribute.Name + ": " + problem
		}
	}
	return ""
}

func invalidAttribute(attribute *tfprotov6.SchemaAttribute, prior, config, planned cty.Value) string {
	switch {
	case attribute.WriteOnly:
		if !planned.IsNull() {
			return "a write-only value is planned"
		}
		return ""
	case planned.RawEquals(config), !planned.IsKnown() && !config.IsKnown():
		return ""
	case attribute.Computed && config.IsKnown() && config.IsNull():
		return ""
	case prior != cty.NilVal && !config.IsNull() && planned.RawEquals(prior):
		return ""
	case attribute.NestedType == nil || !config.IsKnown() || config.IsNull() || !planned.IsKnown() || planned.IsNull():
		return fmt.Sprintf("planned %#v for configured %#v", planned, config)
	}
	nested := func(before, config, planned cty.Value) string {
		if planned.RawEquals(config) {
			return ""
		}
		if !config.IsKnown() || config.IsNull() {
			return fmt.Sprintf("planned %#v for configured %#v", planned, config)
		}
		if before == cty.NilVal {
			before = cty.NullVal(config.Type())
		}
		return invalidPlan(attribute.NestedType.Attributes, before, config, planned)
	}
	if attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
		return nested(known(prior), config, planned)
	}
	if attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSet {
		return "a nested set is planned unlike the configuration"
	}
	if config.LengthInt() != planned.LengthInt() {
		return fmt.Sprintf("%d elements are planned for %d configured ones", planned.LengthInt(), config.LengthInt())
	}
	for it := config.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if planned.HasIndex(key).False() {
			return fmt.Sprintf("%#v is not planned", key)
		}
		before := cty.NilVal
		if p := known(prior); p != cty.NilVal && p.HasIndex(key).True() {
			before = known(p.Index(key))
		}
		if problem := nested(before, element, planned.Index(key)); problem != "" {
			return fmt.Sprintf("%#v: %s", key, problem)
		}
	}
	return ""
}

// known is a value, or NilVal in place of null and unknown.
func known(value cty.Value) cty.Value {
	if value == cty.NilVal || value.IsNull() || !value.IsKnown() {
		return cty.NilVal
	}
	return value
}

// incompatible compares what became of a value with what was planned: all that was known stays.
func incompatible(path string, planned, actual cty.Value) string {
	if !planned.IsKnown() {
		return ""
	}
	if !actual.IsKnown() {
		return fmt.Sprintf("%s was planned as %#v and is unknown", path, planned)
	}
	if planned.IsNull() || actual.IsNull() {
		if planned.IsNull() != actual.IsNull() {
			return fmt.Sprintf("%s was planned as %#v and is %#v", path, planned, actual)
		}
		return ""
	}
	kind := planned.Type()
	switch {
	case planned.IsWhollyKnown() && planned.RawEquals(actual):
		return ""
	case kind.IsPrimitiveType():
		return fmt.Sprintf("%s was planned as %#v and is %#v", path, planned, actual)
	case kind.IsObjectType():
		for name := range kind.AttributeTypes() {
			if !actual.Type().HasAttribute(name) {
				return path + "." + name + " is missing"
			}
			if problem := incompatible(path+"."+name, planned.GetAttr(name), actual.GetAttr(name)); problem != "" {
				return problem
			}
		}
		return ""
	case kind.IsSetType():
		if planned.IsWhollyKnown() || planned.LengthInt() < actual.LengthInt() {
			return fmt.Sprintf("%s was planned as %#v and is %#v", path, planned, actual)
		}
		return ""
	}
	if planned.LengthInt() != actual.LengthInt() {
		return fmt.Sprintf("%s was planned with %d elements and has %d", path, planned.LengthInt(), actual.LengthInt())
	}
	for it := planned.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if actual.HasIndex(key).False() {
			return fmt.Sprintf("%s[%#v] is missing", path, key)
		}
		if problem := incompatible(fmt.Sprintf("%s[%#v]", path, key), element, actual.Index(key)); problem != "" {
			return problem
		}
	}
	return ""
}

// undecided is a configuration of a data source with unknown for what the provider sets.
func undecided(schema []*tfprotov6.SchemaAttribute, config cty.Value) cty.Value {
	values := config.AsValueMap()
	for _, attribute := range schema {
		if value := values[attribute.Name]; attribute.Computed && value.IsKnown() && value.IsNull() {
			values[attribute.Name] = cty.UnknownVal(value.Type())
		}
	}
	return cty.ObjectVal(values)
}
