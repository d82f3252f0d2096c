package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/protocol"
)

// writer writes the resource block of one object.
type writer struct {
	*exporter
	object   *object
	defaults map[string]cty.Value // of a creation
	circles  graph
	secrets  []string // paths of secrets that the object may have
}

// leading are the attributes that a person expects first, in this order. The others follow by name.
var leading = []string{
	"name", "label", "module", "product_group_id", "package_id", "server_group_id", "type", "pay_type", "hidden", "retired",
	"prices", "setup_fees",
}

// inOrder returns the attributes in the order in which a person writes them.
func inOrder(attributes []*tfprotov6.SchemaAttribute) []*tfprotov6.SchemaAttribute {
	rank := func(a *tfprotov6.SchemaAttribute) int {
		if i := slices.Index(leading, a.Name); i >= 0 {
			return i
		}
		return len(leading)
	}
	return slices.SortedStableFunc(slices.Values(attributes), func(a, b *tfprotov6.SchemaAttribute) int {
		if rank(a) != rank(b) {
			return rank(a) - rank(b)
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// block returns the resource block.
func (w *writer) block(schema *tfprotov6.Schema) *hclwrite.Block {
	block := hclwrite.NewBlock("resource", []string{w.object.typeName, w.object.name})
	w.body(block.Body(), schema.Block, w.object.values, "")
	if len(w.secrets) > 0 {
		prefix := strings.TrimPrefix(w.object.typeName, "hosting_") + "_" + w.object.name + "_"
		lines := []string{"  # Secrets cannot be read. To manage one, declare a sensitive variable and remove the comment."}
		for _, path := range w.secrets {
			steps := strings.Split(path, ".")
			variable := prefix + strings.Join(steps, "_")
			line := fmt.Sprintf("  # %s = var.%s", steps[len(steps)-1], variable)
			if len(steps) > 1 {
				line += "   # in " + strings.Join(steps[:len(steps)-1], ".")
			}
			lines = append(lines, line)
		}
		comment := "\n" + strings.Join(lines, "\n") + "\n"
		block.Body().AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte(comment)}})
	}
	return block
}

// body writes the attributes and blocks of a block.
func (w *writer) body(body *hclwrite.Body, schema *tfprotov6.SchemaBlock, value cty.Value, path string) {
	for _, attribute := range inOrder(schema.Attributes) {
		if tokens := w.attribute(attribute, value, path, true); tokens != nil {
			body.SetAttributeRaw(attribute.Name, tokens)
		}
	}
	for _, nested := range schema.BlockTypes {
		member := value.GetAttr(nested.TypeName)
		if member.IsNull() || !member.Type().IsObjectType() {
			continue
		}
		block := hclwrite.NewBlock(nested.TypeName, nil)
		w.body(block.Body(), nested.Block, member, path+nested.TypeName+".")
		if len(block.Body().Attributes()) > 0 {
			if len(body.Attributes()) > 0 {
				body.AppendNewline()
			}
			body.AppendBlock(block)
		}
	}
}

// attribute returns the value of an attribute, or nil if it is left out.
func (w *writer) attribute(attribute *tfprotov6.SchemaAttribute, of cty.Value, path string, lines bool) hclwrite.Tokens {
	value := of.GetAttr(attribute.Name)
	path += attribute.Name
	switch {
	case !attribute.Required && !attribute.Optional, attribute.WriteOnly:
		return nil
	case attribute.Sensitive:
		if attribute.Type != nil && attribute.Type.Is(tftypes.String) || w.hasWarning(path) {
			w.secrets = append(w.secrets, path)
		}
		return nil
	case value.IsNull():
		return nil
	case hasNames(w.object, path):
		return nil
	case attribute.Optional && attribute.Computed && !w.options.All && !always[attribute.Name] &&
		isDefault(w.object.typeName, path, value, w.defaults):
		return nil
	}
	if attribute.NestedType != nil {
		return w.nested(attribute.NestedType, value, path)
	}
	return w.tokens(value, path, lines)
}

// hasWarning reports whether the read of the object warned of an attribute. A product and an addon module warn of
// secrets that WHMCS has and does not show.
func (w *writer) hasWarning(path string) bool {
	return slices.ContainsFunc(w.object.warnings, func(d *tfprotov6.Diagnostic) bool {
		return d.Attribute != nil && protocol.PathText(d.Attribute) == path
	})
}

// nested returns the value of an attribute with nested attributes.
func (w *writer) nested(schema *tfprotov6.SchemaObject, value cty.Value, path string) hclwrite.Tokens {
	element := func(value cty.Value) hclwrite.Tokens {
		var members []hclwrite.ObjectAttrTokens
		for _, attribute := range inOrder(schema.Attributes) {
			if tokens := w.attribute(attribute, value, path+".", true); tokens != nil {
				members = append(members, hclwrite.ObjectAttrTokens{Name: hclwrite.TokensForIdentifier(attribute.Name), Value: tokens})
			}
		}
		return hclwrite.TokensForObject(members)
	}
	switch schema.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return element(value)
	case tfprotov6.SchemaObjectNestingModeMap:
		return mapOf(value, func(_ string, member cty.Value) hclwrite.Tokens { return element(member) })
	}
	var elements []hclwrite.Tokens
	for _, member := range value.AsValueSlice() {
		elements = append(elements, element(member))
	}
	return hclwrite.TokensForTuple(elements)
}

// keyTokens returns the key of a map. It is quoted only where HCL needs it.
func keyTokens(key string) hclwrite.Tokens {
	if hclsyntax.ValidIdentifier(key) && key != "for" {
		return hclwrite.TokensForIdentifier(key)
	}
	return hclwrite.TokensForValue(cty.StringVal(key))
}

// mapOf returns a map.
func mapOf(value cty.Value, tokens func(key string, member cty.Value) hclwrite.Tokens) hclwrite.Tokens {
	var members []hclwrite.ObjectAttrTokens
	for it := value.ElementIterator(); it.Next(); {
		key, member := it.Element()
		members = append(members, hclwrite.ObjectAttrTokens{Name: keyTokens(key.AsString()), Value: tokens(key.AsString(), member)})
	}
	if inline := inOneLine(members); inline != nil {
		return inline
	}
	return hclwrite.TokensForObject(members)
}

// inOneLine returns a small map of simple values in one line, otherwise nil.
func inOneLine(members []hclwrite.ObjectAttrTokens) hclwrite.Tokens {
	if len(members) == 0 || len(members) > 3 {
		return nil
	}
	inline := hclwrite.Tokens{{Type: hclsyntax.TokenOBrace, Bytes: []byte("{")}}
	for i, member := range members {
		if i > 0 {
			inline = append(inline, &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")})
		}
		for _, token := range member.Value {
			if token.Type == hclsyntax.TokenOBrace || token.Type == hclsyntax.TokenOHeredoc || token.Type == hclsyntax.TokenNewline {
				return nil
			}
		}
		inline = append(inline, member.Name...)
		inline = append(inline, &hclwrite.Token{Type: hclsyntax.TokenEqual, Bytes: []byte("=")})
		inline = append(inline, member.Value...)
	}
	return append(inline, &hclwrite.Token{Type: hclsyntax.TokenCBrace, Bytes: []byte("}")})
}

// tokens returns a value. lines says that a heredoc may stand here.
func (w *writer) tokens(value cty.Value, path string, lines bool) hclwrite.Tokens {
	kind := value.Type()
	switch {
	case value.IsNull():
		return hclwrite.TokensForValue(value)
	case kind == cty.String:
		text := value.AsString()
		if to, attribute := w.target(w.object, path, text); to != nil && w.circles.connect(w.object, to) {
			return hclwrite.TokensForTraversal(hcl.Traversal{
				hcl.TraverseRoot{Name: to.typeName}, hcl.TraverseAttr{Name: to.name}, hcl.TraverseAttr{Name: attribute},
			})
		}
		if lines && isLines(text) {
			return heredoc(text)
		}
	case kind.IsMapType() || kind.IsObjectType():
		return mapOf(value, func(_ string, member cty.Value) hclwrite.Tokens { return w.tokens(member, path, true) })
	case kind.IsListType() || kind.IsSetType() || kind.IsTupleType():
		var elements []hclwrite.Tokens
		for _, member := range value.AsValueSlice() {
			elements = append(elements, w.tokens(member, path, false))
		}
		return listOf(elements)
	}
	return hclwrite.TokensForValue(value)
}

// longList is the number of characters from which a list has one line for each element.
const longList = 90

// listOf returns a list, with one line for each element if one line for all would be long.
func listOf(elements []hclwrite.Tokens) hclwrite.Tokens {
	inline := hclwrite.TokensForTuple(elements)
	if len(inline.Bytes()) < longList || len(elements) < 2 {
		return inline
	}
	newline := &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}
	list := hclwrite.Tokens{{Type: hclsyntax.TokenOBrack, Bytes: []byte("[")}, newline}
	for _, element := range elements {
		list = append(list, element...)
		list = append(list, &hclwrite.Token{Type: hclsyntax.TokenComma, Bytes: []byte(",")}, newline)
	}
	return append(list, &hclwrite.Token{Type: hclsyntax.TokenCBrack, Bytes: []byte("]")})
}

// isLines reports whether a text is written as a heredoc. It has three or more lines, or two that end with LF, and no
// invisible characters.
func isLines(text string) bool {
	if strings.Count(text, "\n") < 2 {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f })
}

// heredoc returns a text of several lines. A heredoc ends with LF, so that chomp removes it from a text without it.
func heredoc(text string) hclwrite.Tokens {
	end := "EOT"
	for slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == end }) {
		end += "_"
	}
	whole := strings.HasSuffix(text, "\n")
	escaped := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
	if !whole {
		escaped += "\n"
	}
	lines := hclwrite.Tokens{
		{Type: hclsyntax.TokenOHeredoc, Bytes: []byte("<<" + end + "\n")},
		{Type: hclsyntax.TokenStringLit, Bytes: []byte(escaped)},
		{Type: hclsyntax.TokenCHeredoc, Bytes: []byte(end)},
	}
	if whole {
		return lines
	}
	return hclwrite.TokensForFunctionCall("chomp", append(lines, &hclwrite.Token{Type: hclsyntax.TokenNewline, Bytes: []byte("\n")}))
}
