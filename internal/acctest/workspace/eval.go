package workspace

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// scope is what expressions may refer to at one moment: the values of blocks and locals so far.
type scope struct {
	w      *Workspace
	mutex  sync.Mutex
	values map[string]cty.Value // by block, or local.x. Missing values are unknown
}

func (w *Workspace) newScope() *scope { return &scope{w: w, values: map[string]cty.Value{}} }

func (s *scope) set(node string, value cty.Value) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.values[node] = value
}

// context is the evaluation context for expressions that refer to the given nodes.
func (s *scope) context(references []string) (*hcl.EvalContext, error) {
	variables, err := s.w.variables()
	if err != nil {
		return nil, err
	}
	locals := map[string]cty.Value{}
	managed, data := map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, node := range references {
		value, known := s.values[node]
		if !known {
			value = cty.DynamicVal
		}
		parts := strings.Split(node, ".")
		into := managed
		switch parts[0] {
		case "local":
			locals[parts[1]] = value
			continue
		case "data":
			into, parts = data, parts[1:]
		}
		if into[parts[0]] == nil {
			into[parts[0]] = map[string]cty.Value{}
		}
		into[parts[0]][parts[1]] = value
	}
	all := map[string]cty.Value{"var": cty.ObjectVal(variables), "local": cty.ObjectVal(locals)}
	for typeName, names := range managed {
		all[typeName] = cty.ObjectVal(names)
	}
	sources := map[string]cty.Value{}
	for typeName, names := range data {
		sources[typeName] = cty.ObjectVal(names)
	}
	all["data"] = cty.ObjectVal(sources)
	return &hcl.EvalContext{Variables: all, Functions: functions}, nil
}

// variables are the values of the configuration's variables. Each has to meet its validations.
func (w *Workspace) variables() (map[string]cty.Value, error) {
	all := map[string]cty.Value{}
	for name := range w.Variables {
		if _, declared := w.config.variables[name]; !declared {
			return nil, fmt.Errorf("variable %s is not declared", name)
		}
	}
	for name, v := range w.config.variables {
		all[name] = v.value
		if given, has := w.Variables[name]; has {
			var err error
			if all[name], err = v.convert(given); err != nil {
				return nil, fmt.Errorf("variable %s: %w", name, err)
			}
		}
		if all[name] == cty.NilVal {
			return nil, fmt.Errorf("variable %s has no value", name)
		}
	}
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{"var": cty.ObjectVal(all)}, Functions: functions}
	for name, v := range w.config.variables {
		for _, condition := range v.conditions {
			met, diagnostics := condition.Value(ctx)
			if diagnostics.HasErrors() {
				return nil, hclFailure("", diagnostics)
			}
			if met.False() {
				return nil, Failure{{Error: true, Summary: "Invalid value for variable", Detail: name}}
			}
		}
	}
	return all, nil
}

// value evaluates an expression.
func (s *scope) value(expression hcl.Expression) (cty.Value, error) {
	var references []string
	for _, traversal := range expression.Variables() {
		if name := reference(traversal); name != "" {
			references = append(references, name)
		}
	}
	ctx, err := s.context(references)
	if err != nil {
		return cty.NilVal, err
	}
	value, diagnostics := expression.Value(ctx)
	return value, hclFailure("", diagnostics)
}

// instance is one instance of a block: its key, and the context with each and count.
type instance struct {
	address string
	key     cty.Value
	context *hcl.EvalContext
}

// expand evaluates count and for_each. With unknown, each instance stands for all of them, as in `terraform validate`.
func (s *scope) expand(b *block, unknown bool) ([]instance, error) {
	ctx, err := s.context(b.references)
	if err != nil {
		return nil, err
	}
	child := func(name string, members map[string]cty.Value) *hcl.EvalContext {
		inner := ctx.NewChild()
		inner.Variables = map[string]cty.Value{name: cty.ObjectVal(members)}
		return inner
	}
	switch {
	case b.count != nil && unknown:
		return []instance{{b.address, cty.NilVal, child("count", map[string]cty.Value{"index": cty.UnknownVal(cty.Number)})}}, nil
	case b.count != nil:
		value, diagnostics := b.count.Value(ctx)
		if diagnostics.HasErrors() {
			return nil, hclFailure(b.address, diagnostics)
		}
		if !value.IsKnown() {
			return nil, Failure{{Error: true, Address: b.address, Summary: "Invalid count argument", Detail: "it depends on values that are not known before an apply"}}
		}
		number, err := convert.Convert(value, cty.Number)
		if err != nil {
			return nil, err
		}
		count, _ := number.AsBigFloat().Int64()
		all := make([]instance, count)
		for i := range all {
			index := cty.NumberIntVal(int64(i))
			all[i] = instance{fmt.Sprintf("%s[%d]", b.address, i), index, child("count", map[string]cty.Value{"index": index})}
		}
		return all, nil
	case b.forEach != nil && unknown:
		return []instance{{b.address, cty.NilVal, child("each", map[string]cty.Value{"key": cty.UnknownVal(cty.String), "value": cty.DynamicVal})}}, nil
	case b.forEach != nil:
		value, diagnostics := b.forEach.Value(ctx)
		if diagnostics.HasErrors() {
			return nil, hclFailure(b.address, diagnostics)
		}
		if !value.IsKnown() || value.Type().IsSetType() && !value.IsWhollyKnown() {
			return nil, Failure{{Error: true, Address: b.address, Summary: "Invalid for_each argument", Detail: "its keys depend on values that are not known before an apply"}}
		}
		var all []instance
		for it := value.ElementIterator(); it.Next(); {
			key, element := it.Element()
			all = append(all, instance{fmt.Sprintf("%s[%q]", b.address, key.AsString()), key, child("each", map[string]cty.Value{"key": key, "value": element})})
		}
		return all, nil
	}
	return []instance{{b.address, cty.NilVal, ctx}}, nil
}

// collect is the value of a block, made of the values of its instances.
func (b *block) collect(all []instance, values []cty.Value) cty.Value {
	switch {
	case b.count != nil:
		return cty.TupleVal(values)
	case b.forEach != nil:
		members := map[string]cty.Value{}
		for i, one := range all {
			members[one.key.AsString()] = values[i]
		}
		return cty.ObjectVal(members)
	}
	return values[0]
}

// decodeConfig evaluates the configuration of one instance.
func (s *scope) decodeConfig(b *block, one instance) (cty.Value, *schema, error) {
	schema, err := s.w.types.of(b.data, b.typeName)
	if err != nil {
		return cty.NilVal, nil, err
	}
	value, diagnostics := hcldec.Decode(b.body, schema.spec, one.context)
	if diagnostics.HasErrors() {
		return cty.NilVal, nil, hclFailure(one.address, diagnostics)
	}
	value, err = convert.Convert(value, schema.kind)
	return value, schema, err
}

// providerConfig evaluates the provider block.
func (w *Workspace) providerConfig(s *scope) (*tfprotov6.DynamicValue, error) {
	body := w.config.provider
	if body == nil {
		body = hcl.EmptyBody()
	}
	spec := w.types.provider.spec
	var references []string
	for _, traversal := range hcldec.Variables(body, spec) {
		if name := reference(traversal); name != "" {
			references = append(references, name)
		}
	}
	ctx, err := s.context(references)
	if err != nil {
		return nil, err
	}
	value, diagnostics := hcldec.Decode(body, spec, ctx)
	if diagnostics.HasErrors() {
		return nil, hclFailure("", diagnostics)
	}
	if value, err = convert.Convert(value, w.types.provider.kind); err != nil {
		return nil, err
	}
	return encode(value, w.types.provider.kind)
}

// isPending reports whether one of the blocks has a change that is not applied.
func isPending(blocks []string, pending map[string]bool) bool {
	return slices.ContainsFunc(blocks, func(b string) bool { return pending[b] })
}

// functions are those of Terraform that configurations of tests use. An unknown function is an error of the
// configuration.
var functions = map[string]function.Function{
	"alltrue": allTrueFunc, "can": tryfunc.CanFunc, "chomp": stdlib.ChompFunc, "coalesce": stdlib.CoalesceFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc,
	"contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
	"format": stdlib.FormatFunc, "join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
	"keys": stdlib.KeysFunc, "length": lengthFunc, "lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc, "max": stdlib.MaxFunc,
	"merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "range": stdlib.RangeFunc, "regex": stdlib.RegexFunc, "replace": stdlib.ReplaceFunc,
	"reverse": stdlib.ReverseListFunc, "setproduct": stdlib.SetProductFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc,
	"split": stdlib.SplitFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "tobool": stdlib.MakeToFunc(cty.Bool),
	"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"tonumber": stdlib.MakeToFunc(cty.Number), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tostring": stdlib.MakeToFunc(cty.String),
	"trimspace": stdlib.TrimSpaceFunc, "try": tryfunc.TryFunc, "upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
}

// lengthFunc is Terraform's length, which takes sets, objects and text too.
var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, kind cty.Type) (cty.Value, error) {
		switch value := args[0]; {
		case !value.IsKnown():
			return cty.UnknownVal(kind), nil
		case value.Type() == cty.String:
			return stdlib.Strlen(value)
		case value.Type().IsObjectType():
			return cty.NumberIntVal(int64(len(value.Type().AttributeTypes()))), nil
		case value.CanIterateElements():
			return value.Length(), nil
		default:
			return cty.NilVal, fmt.Errorf("%s has no length", value.Type().FriendlyName())
		}
	},
})

var allTrueFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		for it := args[0].ElementIterator(); it.Next(); {
			_, value := it.Element()
			if !value.IsKnown() {
				return cty.UnknownVal(cty.Bool), nil
			}
			if value.IsNull() || value.False() {
				return cty.False, nil
			}
		}
		return cty.True, nil
	},
})
