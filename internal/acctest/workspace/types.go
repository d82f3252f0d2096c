package workspace

import (
	"fmt"
	"sync"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// schema is what the provider says about one block.
type schema struct {
	provider *tfprotov6.Schema
	kind     cty.Type
	spec     hcldec.Spec
}

// types are the schemas of the provider, prepared for HCL.
type types struct {
	provider               *schema
	resources, dataSources map[string]*schema
}

// typesOf prepares the schemas of a client once.
func typesOf(client *protocol.Client) (*types, error) {
	allTypes.Lock()
	defer allTypes.Unlock()
	of := client.ProviderSchema()
	if allTypes.prepared[of] == nil {
		prepared, err := newTypes(client)
		if err != nil {
			return nil, err
		}
		allTypes.prepared[of] = prepared
	}
	return allTypes.prepared[of], nil
}

var allTypes = struct {
	sync.Mutex
	prepared map[*tfprotov6.Schema]*types // by the schema of the provider block
}{prepared: map[*tfprotov6.Schema]*types{}}

func newTypes(client *protocol.Client) (*types, error) {
	provider, err := newSchema(client.ProviderSchema())
	if err != nil {
		return nil, err
	}
	all := &types{provider: provider, resources: map[string]*schema{}, dataSources: map[string]*schema{}}
	for name, s := range client.ResourceSchemas() {
		if all.resources[name], err = newSchema(s); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, s := range client.DataSourceSchemas() {
		if all.dataSources[name], err = newSchema(s); err != nil {
			return nil, fmt.Errorf("data.%s: %w", name, err)
		}
	}
	return all, nil
}

// of is the schema of a block of the configuration.
func (t *types) of(data bool, typeName string) (*schema, error) {
	all := t.resources
	if data {
		all = t.dataSources
	}
	if typeName == builtin && !data {
		return builtinSchema, nil
	}
	if all[typeName] == nil {
		return nil, Failure{{Error: true, Summary: "Invalid resource type", Detail: "the provider has no " + typeName}}
	}
	return all[typeName], nil
}

func newSchema(s *tfprotov6.Schema) (*schema, error) {
	kind, err := protocol.CtyType(s.ValueType())
	if err != nil {
		return nil, err
	}
	spec, err := blockSpec(s.Block)
	return &schema{provider: s, kind: kind, spec: spec}, err
}

func blockSpec(b *tfprotov6.SchemaBlock) (hcldec.ObjectSpec, error) {
	spec := hcldec.ObjectSpec{}
	for _, attribute := range b.Attributes {
		kind, err := configType(attribute)
		if err != nil {
			return nil, err
		}
		spec[attribute.Name] = &hcldec.AttrSpec{Name: attribute.Name, Type: kind, Required: attribute.Required}
	}
	for _, nested := range b.BlockTypes {
		inner, err := blockSpec(nested.Block)
		if err != nil {
			return nil, err
		}
		switch nested.Nesting {
		case tfprotov6.SchemaNestedBlockNestingModeSingle:
			spec[nested.TypeName] = &hcldec.BlockSpec{TypeName: nested.TypeName, Nested: inner}
		case tfprotov6.SchemaNestedBlockNestingModeList:
			spec[nested.TypeName] = &hcldec.BlockListSpec{TypeName: nested.TypeName, Nested: inner, MinItems: int(nested.MinItems), MaxItems: int(nested.MaxItems)}
		default:
			return nil, fmt.Errorf("block %s is nested as %s", nested.TypeName, nested.Nesting)
		}
	}
	return spec, nil
}

// configType is the type of an attribute in a configuration, where nested attributes may be left out.
func configType(attribute *tfprotov6.SchemaAttribute) (cty.Type, error) {
	if attribute.NestedType == nil {
		return protocol.CtyType(attribute.Type)
	}
	inner := map[string]cty.Type{}
	var optional []string
	for _, nested := range attribute.NestedType.Attributes {
		kind, err := configType(nested)
		if err != nil {
			return cty.NilType, err
		}
		inner[nested.Name] = kind
		if !nested.Required {
			optional = append(optional, nested.Name)
		}
	}
	object := cty.ObjectWithOptionalAttrs(inner, optional)
	switch attribute.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return object, nil
	case tfprotov6.SchemaObjectNestingModeList:
		return cty.List(object), nil
	case tfprotov6.SchemaObjectNestingModeMap:
		return cty.Map(object), nil
	case tfprotov6.SchemaObjectNestingModeSet:
		return cty.Set(object), nil
	}
	return cty.NilType, fmt.Errorf("attribute %s is nested as %s", attribute.Name, attribute.NestedType.Nesting)
}
