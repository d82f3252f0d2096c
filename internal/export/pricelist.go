package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// priceList returns one map with some attributes of all products, and one resource for all of them. The other
// attributes of the products are not managed.
func (e *exporter) priceList() ([]byte, error) {
	schema := e.client.ResourceSchemas()[productType]
	required, chosen, err := listAttributes(schema, e.options.Fields)
	if err != nil {
		return nil, err
	}
	var entries []hclwrite.ObjectAttrTokens
	for _, o := range e.objects {
		if o.typeName != productType {
			continue
		}
		w := &writer{exporter: &exporter{options: Options{All: true}}, object: o}
		members := []hclwrite.ObjectAttrTokens{member("id", hclwrite.TokensForValue(cty.StringVal(o.id)))}
		for _, attribute := range slices.Concat(required, chosen) {
			if tokens := w.attribute(attribute, o.values, "", true); tokens != nil {
				members = append(members, member(attribute.Name, tokens))
			}
		}
		entries = append(entries, hclwrite.ObjectAttrTokens{Name: keyTokens(o.name), Value: hclwrite.TokensForObject(members)})
	}
	file := hclwrite.NewEmptyFile()
	file.Body().AppendNewBlock("locals", nil).Body().SetAttributeRaw("products", hclwrite.TokensForObject(entries))
	var text strings.Builder
	text.WriteString("\nresource \"" + productType + "\" \"price_list\" {\nfor_each = local.products\n\n")
	var names []string
	for _, attribute := range required {
		fmt.Fprintf(&text, "%s = each.value.%s\n", attribute.Name, attribute.Name)
		if !slices.Contains(e.options.Fields, attribute.Name) {
			names = append(names, attribute.Name)
		}
	}
	names = append(names, e.onlyImported(schema)...)
	for _, attribute := range chosen {
		fmt.Fprintf(&text, "%s = try(each.value.%s, null)\n", attribute.Name, attribute.Name)
	}
	fmt.Fprintf(&text, "\nlifecycle {\n# These are not part of the list.\nignore_changes = [%s]\n"+
		"# An entry that leaves the list by mistake does not delete its product.\nprevent_destroy = true\n}\n}\n",
		strings.Join(names, ", "))
	text.WriteString("\nimport {\nfor_each = local.products\nto = " + productType + ".price_list[each.key]\nid = each.value.id\n}\n")
	return hclwrite.Format(append(file.Bytes(), text.String()...)), nil
}

// onlyImported returns the attributes that an import sets and that a configuration without them would empty in the
// state. A price list ignores them.
func (e *exporter) onlyImported(schema *tfprotov6.Schema) []string {
	var names []string
	for _, attribute := range inOrder(schema.Block.Attributes) {
		if !attribute.Optional || attribute.Computed || slices.Contains(e.options.Fields, attribute.Name) {
			continue
		}
		if slices.ContainsFunc(e.objects, func(o *object) bool {
			return o.typeName == productType && !o.values.GetAttr(attribute.Name).IsNull()
		}) {
			names = append(names, attribute.Name)
		}
	}
	return names
}

func member(name string, value hclwrite.Tokens) hclwrite.ObjectAttrTokens {
	return hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForIdentifier(name), Value: value}
}

// listAttributes returns the attributes that every product needs, and those that the list was requested with.
func listAttributes(schema *tfprotov6.Schema, fields []string) (required, chosen []*tfprotov6.SchemaAttribute, err error) {
	var known []string
	for _, attribute := range inOrder(schema.Block.Attributes) {
		switch {
		case attribute.Sensitive || attribute.WriteOnly || !attribute.Required && !attribute.Optional:
			continue
		case attribute.Required:
			required = append(required, attribute)
		case slices.Contains(fields, attribute.Name):
			chosen = append(chosen, attribute)
		}
		known = append(known, attribute.Name)
	}
	for _, field := range fields {
		if !slices.Contains(known, field) {
			return nil, nil, fmt.Errorf("a product has no attribute %q that can be exported. Attributes: %s", field, strings.Join(known, ", "))
		}
	}
	return required, chosen, nil
}
