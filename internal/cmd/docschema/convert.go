package main

import (
	"context"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// formatVersion is the version of the JSON format of Terraform 1.8 and later.
const formatVersion = "1.0"

// schemasOf reads p's schemas over protocol 6, as Terraform does, and returns them in Terraform's JSON
// form under key. This form has no attribute defaults. It fails if the provider returns an error
// diagnostic.
func schemasOf(ctx context.Context, key string, p provider.Provider) (*tfjson.ProviderSchemas, error) {
	server := providerserver.NewProtocol6(p)()

	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the schemas: %w", err)
	}
	if err := errorOf(schemas.Diagnostics); err != nil {
		return nil, fmt.Errorf("reading the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the identity schemas: %w", err)
	}
	if err := errorOf(identities.Diagnostics); err != nil {
		return nil, fmt.Errorf("reading the identity schemas: %w", err)
	}

	result := &tfjson.ProviderSchema{
		Functions:               map[string]*tfjson.FunctionSignature{},
		ActionSchemas:           map[string]*tfjson.ActionSchema{},
		ResourceIdentitySchemas: map[string]*tfjson.IdentitySchema{},
	}
	if result.ConfigSchema, err = schemaOf(schemas.Provider); err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	for _, group := range []struct {
		what string
		from map[string]*tfprotov6.Schema
		to   *map[string]*tfjson.Schema
	}{
		{"resource", schemas.ResourceSchemas, &result.ResourceSchemas},
		{"data source", schemas.DataSourceSchemas, &result.DataSourceSchemas},
		{"ephemeral resource", schemas.EphemeralResourceSchemas, &result.EphemeralResourceSchemas},
		{"list resource", schemas.ListResourceSchemas, &result.ListResourceSchemas},
		{"state store", schemas.StateStoreSchemas, &result.StateStoreSchemas},
	} {
		*group.to = make(map[string]*tfjson.Schema, len(group.from))
		for name, from := range group.from {
			if (*group.to)[name], err = schemaOf(from); err != nil {
				return nil, fmt.Errorf("%s %s: %w", group.what, name, err)
			}
		}
	}
	for name, from := range schemas.ActionSchemas {
		to, err := schemaOf(from.Schema)
		if err != nil {
			return nil, fmt.Errorf("action %s: %w", name, err)
		}
		result.ActionSchemas[name] = &tfjson.ActionSchema{Block: to.Block}
	}
	for name, from := range schemas.Functions {
		if result.Functions[name], err = functionOf(from); err != nil {
			return nil, fmt.Errorf("function %s: %w", name, err)
		}
	}
	for name, from := range identities.IdentitySchemas {
		if result.ResourceIdentitySchemas[name], err = identityOf(from); err != nil {
			return nil, fmt.Errorf("identity of %s: %w", name, err)
		}
	}
	return &tfjson.ProviderSchemas{
		FormatVersion: formatVersion,
		Schemas:       map[string]*tfjson.ProviderSchema{key: result},
	}, nil
}

func errorOf(diagnostics []*tfprotov6.Diagnostic) error {
	var found []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			found = append(found, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(found...)
}

func schemaOf(from *tfprotov6.Schema) (*tfjson.Schema, error) {
	if from == nil {
		return &tfjson.Schema{Block: &tfjson.SchemaBlock{}}, nil
	}
	block, err := blockOf(from.Block)
	if err != nil {
		return nil, err
	}
	return &tfjson.Schema{Version: uint64(max(from.Version, 0)), Block: block}, nil
}

func blockOf(from *tfprotov6.SchemaBlock) (*tfjson.SchemaBlock, error) {
	if from == nil {
		return &tfjson.SchemaBlock{}, nil
	}
	attributes, err := attributesOf(from.Attributes)
	if err != nil {
		return nil, err
	}
	to := &tfjson.SchemaBlock{
		Attributes:      attributes,
		NestedBlocks:    make(map[string]*tfjson.SchemaBlockType, len(from.BlockTypes)),
		Description:     from.Description,
		DescriptionKind: kindOf(from.DescriptionKind),
		Deprecated:      from.Deprecated,
	}
	for _, nested := range from.BlockTypes {
		mode, ok := blockNesting[nested.Nesting]
		if !ok {
			return nil, fmt.Errorf("block %s: nesting mode %s has no JSON name", nested.TypeName, nested.Nesting)
		}
		block, err := blockOf(nested.Block)
		if err != nil {
			return nil, fmt.Errorf("%s.%w", nested.TypeName, err)
		}
		to.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: mode,
			Block:       block,
			MinItems:    uint64(max(nested.MinItems, 0)),
			MaxItems:    uint64(max(nested.MaxItems, 0)),
		}
	}
	return to, nil
}

var blockNesting = map[tfprotov6.SchemaNestedBlockNestingMode]tfjson.SchemaNestingMode{
	tfprotov6.SchemaNestedBlockNestingModeSingle: tfjson.SchemaNestingModeSingle,
	tfprotov6.SchemaNestedBlockNestingModeGroup:  tfjson.SchemaNestingModeGroup,
	tfprotov6.SchemaNestedBlockNestingModeList:   tfjson.SchemaNestingModeList,
	tfprotov6.SchemaNestedBlockNestingModeSet:    tfjson.SchemaNestingModeSet,
	tfprotov6.SchemaNestedBlockNestingModeMap:    tfjson.SchemaNestingModeMap,
}

var objectNesting = map[tfprotov6.SchemaObjectNestingMode]tfjson.SchemaNestingMode{
	tfprotov6.SchemaObjectNestingModeSingle: tfjson.SchemaNestingModeSingle,
	tfprotov6.SchemaObjectNestingModeList:   tfjson.SchemaNestingModeList,
	tfprotov6.SchemaObjectNestingModeSet:    tfjson.SchemaNestingModeSet,
	tfprotov6.SchemaObjectNestingModeMap:    tfjson.SchemaNestingModeMap,
}

func attributesOf(from []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	to := make(map[string]*tfjson.SchemaAttribute, len(from))
	for _, a := range from {
		attribute := &tfjson.SchemaAttribute{
			Description:     a.Description,
			DescriptionKind: kindOf(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType == nil {
			var err error
			if attribute.AttributeType, err = typeOf(a.Type); err != nil {
				return nil, fmt.Errorf("%s: %w", a.Name, err)
			}
		} else {
			mode, ok := objectNesting[a.NestedType.Nesting]
			if !ok {
				return nil, fmt.Errorf("%s: nesting mode %s has no JSON name", a.Name, a.NestedType.Nesting)
			}
			nested, err := attributesOf(a.NestedType.Attributes)
			if err != nil {
				return nil, fmt.Errorf("%s.%w", a.Name, err)
			}
			attribute.AttributeNestedType = &tfjson.SchemaNestedAttributeType{NestingMode: mode, Attributes: nested}
		}
		to[a.Name] = attribute
	}
	return to, nil
}

func identityOf(from *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	to := &tfjson.IdentitySchema{
		Version:    uint64(max(from.Version, 0)),
		Attributes: make(map[string]*tfjson.IdentityAttribute, len(from.IdentityAttributes)),
	}
	for _, a := range from.IdentityAttributes {
		attributeType, err := typeOf(a.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, err)
		}
		to.Attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      attributeType,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return to, nil
}

func functionOf(from *tfprotov6.Function) (*tfjson.FunctionSignature, error) {
	to := &tfjson.FunctionSignature{
		Description:        from.Description,
		Summary:            from.Summary,
		DeprecationMessage: from.DeprecationMessage,
	}
	var err error
	if to.ReturnType, err = typeOf(from.Return.Type); err != nil {
		return nil, fmt.Errorf("return value: %w", err)
	}
	for _, p := range from.Parameters {
		parameter, err := parameterOf(p)
		if err != nil {
			return nil, err
		}
		to.Parameters = append(to.Parameters, parameter)
	}
	if from.VariadicParameter != nil {
		if to.VariadicParameter, err = parameterOf(from.VariadicParameter); err != nil {
			return nil, err
		}
	}
	return to, nil
}

func parameterOf(from *tfprotov6.FunctionParameter) (*tfjson.FunctionParameter, error) {
	parameterType, err := typeOf(from.Type)
	if err != nil {
		return nil, fmt.Errorf("parameter %s: %w", from.Name, err)
	}
	return &tfjson.FunctionParameter{
		Name:        from.Name,
		Description: from.Description,
		IsNullable:  from.AllowNullValue,
		Type:        parameterType,
	}, nil
}

func kindOf(from tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if from == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}

// typeOf converts a type of the plugin protocol into the cty type that Terraform encodes as JSON.
func typeOf(from tftypes.Type) (cty.Type, error) {
	switch t := from.(type) {
	case tftypes.List:
		return elementOf(t.ElementType, cty.List)
	case tftypes.Set:
		return elementOf(t.ElementType, cty.Set)
	case tftypes.Map:
		return elementOf(t.ElementType, cty.Map)
	case tftypes.Tuple:
		elements := make([]cty.Type, 0, len(t.ElementTypes))
		for _, element := range t.ElementTypes {
			converted, err := typeOf(element)
			if err != nil {
				return cty.NilType, err
			}
			elements = append(elements, converted)
		}
		return cty.Tuple(elements), nil
	case tftypes.Object:
		attributes := make(map[string]cty.Type, len(t.AttributeTypes))
		for name, attribute := range t.AttributeTypes {
			converted, err := typeOf(attribute)
			if err != nil {
				return cty.NilType, fmt.Errorf("%s: %w", name, err)
			}
			attributes[name] = converted
		}
		return cty.Object(attributes), nil
	case nil:
		return cty.NilType, errors.New("the schema gives no type")
	}
	switch {
	case from.Is(tftypes.String):
		return cty.String, nil
	case from.Is(tftypes.Number):
		return cty.Number, nil
	case from.Is(tftypes.Bool):
		return cty.Bool, nil
	case from.Is(tftypes.DynamicPseudoType):
		return cty.DynamicPseudoType, nil
	}
	return cty.NilType, fmt.Errorf("type %s has no JSON form", from)
}

func elementOf(from tftypes.Type, collection func(cty.Type) cty.Type) (cty.Type, error) {
	element, err := typeOf(from)
	if err != nil {
		return cty.NilType, err
	}
	return collection(element), nil
}
