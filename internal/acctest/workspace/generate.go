package workspace

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Generator is a program that generates configurations: `plan -generate-config-out` of Terraform or of OpenTofu.
type Generator string

// The generators. They differ in one thing: Terraform 1.11 writes null for an optional text that is empty, and
// OpenTofu 1.10 writes the empty text.
const (
	Terraform Generator = "terraform"
	OpenTofu  Generator = "tofu"
)

// GenerateConfig imports one object into no state, and returns the import block and the resource block that the
// generator writes for it.
func (w *Workspace) GenerateConfig(ctx context.Context, by Generator, address, id string) (string, error) {
	value, err := w.Import(ctx, address, id)
	if err != nil {
		return "", err
	}
	typeName, name, _ := strings.Cut(address, ".")
	schema, err := w.types.of(false, typeName)
	if err != nil {
		return "", err
	}
	file := hclwrite.NewEmptyFile()
	imported := file.Body().AppendNewBlock("import", nil).Body()
	imported.SetAttributeRaw("to", hclwrite.TokensForIdentifier(address))
	imported.SetAttributeValue("id", cty.StringVal(id))
	body := file.Body().AppendNewBlock("resource", []string{typeName, name}).Body()
	if err := by.write(body, schema.provider.Block, value); err != nil {
		return "", err
	}
	return string(file.Bytes()), nil
}

// write writes the attributes of a block, and its nested blocks.
func (by Generator) write(body *hclwrite.Body, block *tfprotov6.SchemaBlock, value cty.Value) error {
	attributes, err := by.attributes(block.Attributes, value)
	if err != nil {
		return err
	}
	for _, attribute := range block.Attributes {
		if value, written := attributes[attribute.Name]; written {
			body.SetAttributeValue(attribute.Name, value)
		}
	}
	for _, nested := range block.BlockTypes {
		if nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeSingle {
			return fmt.Errorf("%s: only single blocks are known", nested.TypeName)
		}
		if member := value.GetAttr(nested.TypeName); !member.IsNull() {
			if err := by.write(body.AppendNewBlock(nested.TypeName, nil).Body(), nested.Block, member); err != nil {
				return err
			}
		}
	}
	return nil
}

// attributes are the attributes of an object that the generator writes.
func (by Generator) attributes(schema []*tfprotov6.SchemaAttribute, value cty.Value) (map[string]cty.Value, error) {
	written := map[string]cty.Value{}
	for _, attribute := range schema {
		if !attribute.Required && !attribute.Optional {
			continue
		}
		member := value.GetAttr(attribute.Name)
		var err error
		switch {
		case attribute.Sensitive:
			member = cty.NullVal(member.Type())
		case member.IsNull():
		case attribute.NestedType != nil:
			member, err = by.nested(attribute.NestedType, member)
		case member.Type() == cty.String && by == Terraform && attribute.Optional && member.AsString() == "":
			member = cty.NullVal(cty.String)
		case member.Type() == cty.String:
			member, err = jsonEncoded(member)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", attribute.Name, err)
		}
		written[attribute.Name] = member
	}
	return written, nil
}

func (by Generator) nested(object *tfprotov6.SchemaObject, value cty.Value) (cty.Value, error) {
	element := func(value cty.Value) (cty.Value, error) {
		attributes, err := by.attributes(object.Attributes, value)
		return cty.ObjectVal(attributes), err
	}
	switch object.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return element(value)
	case tfprotov6.SchemaObjectNestingModeMap:
		members := map[string]cty.Value{}
		for key, member := range value.AsValueMap() {
			// Both programs write the key of a nested object without quotes. HCL reads `{ for` as an expression.
			if !hclsyntax.ValidIdentifier(key) || key == "for" {
				return cty.NilVal, fmt.Errorf("the key %q is not an identifier", key)
			}
			var err error
			if members[key], err = element(member); err != nil {
				return cty.NilVal, fmt.Errorf("%s: %w", key, err)
			}
		}
		return cty.ObjectVal(members), nil
	}
	members := slices.Clone(value.AsValueSlice())
	for i, member := range members {
		var err error
		if members[i], err = element(member); err != nil {
			return cty.NilVal, err
		}
	}
	return cty.TupleVal(members), nil
}

// jsonEncoded is a text after the generator has written it as jsonencode(…), which it does with each JSON object and
// array.
func jsonEncoded(text cty.Value) (cty.Value, error) {
	if !json.Valid([]byte(text.AsString())) {
		return text, nil
	}
	var decoded any
	if err := json.Unmarshal([]byte(text.AsString()), &decoded); err != nil {
		return cty.NilVal, err
	}
	switch decoded.(type) {
	case map[string]any, []any:
		value, err := stdlib.JSONDecode(text)
		if err != nil {
			return text, err
		}
		return stdlib.JSONEncode(value)
	}
	return text, nil
}
