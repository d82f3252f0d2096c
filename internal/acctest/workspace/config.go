package workspace

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// configuration is a parsed configuration.
type configuration struct {
	provider  hcl.Body // nil = none
	blocks    map[string]*block
	order     []string // of blocks and locals (local.x), each after what it refers to
	locals    map[string]hcl.Expression
	variables map[string]variable
	outputs   map[string]hcl.Expression
	imports   []importBlock
	removed   []string
}

type variable struct {
	kind       cty.Type
	defaults   *typeexpr.Defaults // of optional attributes, or nil
	value      cty.Value          // the default, or cty.NilVal
	conditions []hcl.Expression
}

// convert converts a given value as Terraform does.
func (v variable) convert(value cty.Value) (cty.Value, error) {
	if v.defaults != nil && !value.IsNull() {
		value = v.defaults.Apply(value)
	}
	return convert.Convert(value, v.kind)
}

type importBlock struct {
	to           string
	id, identity hcl.Expression
}

// block is one resource or data block.
type block struct {
	address, typeName, name             string
	data                                bool
	body                                hcl.Body // without meta-arguments
	syntax                              *hclsyntax.Body
	file                                []byte
	count, forEach                      hcl.Expression
	dependsOn                           []string
	createBeforeDestroy, preventDestroy bool
	references                          []string // blocks and locals
}

var root = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "terraform"},
	{Type: "provider", LabelNames: []string{"name"}},
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "output", LabelNames: []string{"name"}},
	{Type: "locals"},
	{Type: "resource", LabelNames: []string{"type", "name"}},
	{Type: "data", LabelNames: []string{"type", "name"}},
	{Type: "import"},
	{Type: "removed"},
}}

var meta = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "count"}, {Name: "for_each"}, {Name: "depends_on"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "lifecycle"}},
}

func parse(files map[string]string) (*configuration, error) {
	c := &configuration{blocks: map[string]*block{}, locals: map[string]hcl.Expression{}, variables: map[string]variable{}, outputs: map[string]hcl.Expression{}}
	for name, text := range files {
		file, diagnostics := hclsyntax.ParseConfig([]byte(text), name, hcl.InitialPos)
		if diagnostics.HasErrors() {
			return nil, hclFailure("", diagnostics)
		}
		content, diagnostics := file.Body.Content(root)
		if diagnostics.HasErrors() {
			return nil, hclFailure("", diagnostics)
		}
		for _, b := range content.Blocks {
			if err := c.add(b, []byte(text)); err != nil {
				return nil, err
			}
		}
	}
	err := c.sort()
	return c, err
}

func (c *configuration) add(b *hcl.Block, file []byte) error {
	attributes := func(schema *hcl.BodySchema) (hcl.Attributes, error) {
		content, diagnostics := b.Body.Content(schema)
		if diagnostics.HasErrors() {
			return nil, hclFailure("", diagnostics)
		}
		return content.Attributes, nil
	}
	switch b.Type {
	case "terraform": // version constraints and sources are those of the test
	case "provider":
		c.provider = b.Body
	case "locals":
		all, diagnostics := b.Body.JustAttributes()
		if diagnostics.HasErrors() {
			return hclFailure("", diagnostics)
		}
		for name, attribute := range all {
			c.locals[name] = attribute.Expr
		}
	case "variable":
		return c.addVariable(b)
	case "output":
		all, err := attributes(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "value", Required: true}, {Name: "description"}, {Name: "sensitive"}}})
		if err != nil {
			return err
		}
		c.outputs[b.Labels[0]] = all["value"].Expr
	case "import":
		all, err := attributes(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "to", Required: true}, {Name: "id"}, {Name: "identity"}}})
		if err != nil {
			return err
		}
		one := importBlock{to: string(all["to"].Expr.Range().SliceBytes(file))}
		if all["id"] != nil {
			one.id = all["id"].Expr
		}
		if all["identity"] != nil {
			one.identity = all["identity"].Expr
		}
		c.imports = append(c.imports, one)
	case "removed":
		return c.addRemoved(b, file)
	case "resource", "data":
		return c.addBlock(b, file)
	}
	return nil
}

func (c *configuration) addVariable(b *hcl.Block) error {
	schema := &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "type"}, {Name: "default"}, {Name: "description"}, {Name: "sensitive"}, {Name: "ephemeral"}, {Name: "nullable"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "validation"}},
	}
	content, diagnostics := b.Body.Content(schema)
	if diagnostics.HasErrors() {
		return hclFailure("", diagnostics)
	}
	v := variable{kind: cty.DynamicPseudoType}
	if given := content.Attributes["type"]; given != nil {
		if v.kind, v.defaults, diagnostics = typeexpr.TypeConstraintWithDefaults(given.Expr); diagnostics.HasErrors() {
			return hclFailure("", diagnostics)
		}
	}
	if given := content.Attributes["default"]; given != nil {
		value, diagnostics := given.Expr.Value(nil)
		if diagnostics.HasErrors() {
			return hclFailure("", diagnostics)
		}
		var err error
		if v.value, err = v.convert(value); err != nil {
			return err
		}
	}
	for _, validation := range content.Blocks {
		inner, diagnostics := validation.Body.Content(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "condition", Required: true}, {Name: "error_message", Required: true}}})
		if diagnostics.HasErrors() {
			return hclFailure("", diagnostics)
		}
		v.conditions = append(v.conditions, inner.Attributes["condition"].Expr)
	}
	c.variables[b.Labels[0]] = v
	return nil
}

func (c *configuration) addRemoved(b *hcl.Block, file []byte) error {
	content, diagnostics := b.Body.Content(&hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "from", Required: true}}, Blocks: []hcl.BlockHeaderSchema{{Type: "lifecycle"}},
	})
	if diagnostics.HasErrors() {
		return hclFailure("", diagnostics)
	}
	for _, l := range content.Blocks {
		inner, diagnostics := l.Body.Content(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "destroy", Required: true}}})
		if diagnostics.HasErrors() {
			return hclFailure("", diagnostics)
		}
		destroy, _ := inner.Attributes["destroy"].Expr.Value(nil)
		if destroy.True() {
			return nil
		}
	}
	c.removed = append(c.removed, string(content.Attributes["from"].Expr.Range().SliceBytes(file)))
	return nil
}

func (c *configuration) addBlock(b *hcl.Block, file []byte) error {
	one := &block{typeName: b.Labels[0], name: b.Labels[1], data: b.Type == "data", file: file}
	one.address = one.typeName + "." + one.name
	if one.data {
		one.address = "data." + one.address
	}
	if c.blocks[one.address] != nil {
		return fmt.Errorf("%s is declared twice", one.address)
	}
	var is bool
	if one.syntax, is = b.Body.(*hclsyntax.Body); !is {
		return fmt.Errorf("%s is not in Terraform's own syntax", one.address)
	}
	content, rest, diagnostics := b.Body.PartialContent(meta)
	if diagnostics.HasErrors() {
		return hclFailure(one.address, diagnostics)
	}
	one.body = rest
	for name, attribute := range content.Attributes {
		switch name {
		case "count":
			one.count = attribute.Expr
		case "for_each":
			one.forEach = attribute.Expr
		case "depends_on":
			list, diagnostics := hcl.ExprList(attribute.Expr)
			if diagnostics.HasErrors() {
				return hclFailure(one.address, diagnostics)
			}
			for _, expression := range list {
				for _, traversal := range expression.Variables() {
					one.dependsOn = append(one.dependsOn, reference(traversal))
				}
			}
		}
	}
	for _, l := range content.Blocks {
		inner, diagnostics := l.Body.Content(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "create_before_destroy"}, {Name: "prevent_destroy"}}})
		if diagnostics.HasErrors() {
			return hclFailure(one.address, diagnostics)
		}
		for name, attribute := range inner.Attributes {
			value, _ := attribute.Expr.Value(nil)
			if name == "create_before_destroy" {
				one.createBeforeDestroy = value.True()
			} else {
				one.preventDestroy = value.True()
			}
		}
	}
	for _, traversal := range variablesOf(one.syntax) {
		if name := reference(traversal); name != "" {
			one.references = append(one.references, name)
		}
	}
	c.blocks[one.address] = one
	return nil
}

// variablesOf are all references in a body.
func variablesOf(body *hclsyntax.Body) []hcl.Traversal {
	var all []hcl.Traversal
	for _, attribute := range body.Attributes {
		all = append(all, attribute.Expr.Variables()...)
	}
	for _, b := range body.Blocks {
		all = append(all, variablesOf(b.Body)...)
	}
	return all
}

// reference is the block or local of a reference, or "" for values that are always known.
func reference(traversal hcl.Traversal) string {
	name := func(i int) string {
		if i < len(traversal) {
			if attribute, is := traversal[i].(hcl.TraverseAttr); is {
				return attribute.Name
			}
		}
		return ""
	}
	switch start := traversal.RootName(); start {
	case "var", "each", "count", "path", "terraform", "self":
		return ""
	case "local":
		return "local." + name(1)
	case "data":
		return "data." + name(1) + "." + name(2)
	default:
		return start + "." + name(1)
	}
}

// sort puts blocks and locals after what they refer to.
func (c *configuration) sort() error {
	uses := func(node string) []string {
		if local, is := strings.CutPrefix(node, "local."); is {
			var all []string
			for _, traversal := range c.locals[local].Variables() {
				if name := reference(traversal); name != "" {
					all = append(all, name)
				}
			}
			return all
		}
		b := c.blocks[node]
		return slices.Concat(b.references, b.dependsOn)
	}
	var nodes []string
	for address := range c.blocks {
		nodes = append(nodes, address)
	}
	for name := range c.locals {
		nodes = append(nodes, "local."+name)
	}
	slices.Sort(nodes)
	const open, done = 1, 2
	mark := map[string]int{}
	var visit func(node string) error
	visit = func(node string) error {
		switch mark[node] {
		case done:
			return nil
		case open:
			return fmt.Errorf("%s refers to itself", node)
		}
		mark[node] = open
		for _, other := range uses(node) {
			_, isLocal := c.locals[strings.TrimPrefix(other, "local.")]
			if c.blocks[other] == nil && !(isLocal && strings.HasPrefix(other, "local.")) {
				return Failure{{Error: true, Address: node, Summary: "Reference to undeclared resource", Detail: other + " is not declared"}}
			}
			if err := visit(other); err != nil {
				return err
			}
		}
		mark[node] = done
		c.order = append(c.order, node)
		return nil
	}
	for _, node := range nodes {
		if err := visit(node); err != nil {
			return err
		}
	}
	return nil
}

// dependencies are the blocks that a block depends on, also through locals and other blocks.
func (c *configuration) dependencies(b *block) []string {
	var all []string
	seen := map[string]bool{}
	var follow func(names []string)
	follow = func(names []string) {
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			if local, is := strings.CutPrefix(name, "local."); is {
				var more []string
				for _, traversal := range c.locals[local].Variables() {
					if other := reference(traversal); other != "" {
						more = append(more, other)
					}
				}
				follow(more)
				continue
			}
			all = append(all, name)
			follow(slices.Concat(c.blocks[name].references, c.blocks[name].dependsOn))
		}
	}
	follow(slices.Concat(b.references, b.dependsOn))
	return all
}

// source is the line of a block's attribute to which a diagnostic points.
func (b *block) source(path *tftypes.AttributePath) string {
	if b == nil || path == nil || len(path.Steps()) == 0 {
		return ""
	}
	name, is := path.Steps()[0].(tftypes.AttributeName)
	if attribute := b.syntax.Attributes[string(name)]; is && attribute != nil {
		line, _, _ := strings.Cut(string(attribute.SrcRange.SliceBytes(b.file)), "\n")
		return line
	}
	return ""
}

func hclFailure(address string, diagnostics hcl.Diagnostics) error {
	var f Failure
	for _, d := range diagnostics {
		if d.Severity == hcl.DiagError {
			f = append(f, Diagnostic{Address: address, Error: true, Summary: d.Summary, Detail: d.Detail})
		}
	}
	return f.orNil()
}
