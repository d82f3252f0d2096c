package workspace

import (
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
)

// builtin is Terraform's own resource. Its output is its input, and unknown before an apply that changes the input.
const builtin = "terraform_data"

var builtinSchema = &schema{
	kind: cty.Object(map[string]cty.Type{"id": cty.String, "input": cty.DynamicPseudoType, "output": cty.DynamicPseudoType}),
	spec: hcldec.ObjectSpec{
		"id":     &hcldec.AttrSpec{Name: "id", Type: cty.String},
		"input":  &hcldec.AttrSpec{Name: "input", Type: cty.DynamicPseudoType},
		"output": &hcldec.AttrSpec{Name: "output", Type: cty.DynamicPseudoType},
	},
}

// planBuiltin is the planned state of a terraform_data. prior is null for a creation.
func planBuiltin(prior, config cty.Value) cty.Value {
	input := config.GetAttr("input")
	if !prior.IsNull() && prior.GetAttr("input").RawEquals(input) {
		return prior
	}
	id := cty.UnknownVal(cty.String)
	if !prior.IsNull() {
		id = prior.GetAttr("id")
	}
	output := cty.DynamicVal
	if input.IsKnown() && input.IsNull() {
		output = cty.NullVal(cty.DynamicPseudoType)
	}
	return cty.ObjectVal(map[string]cty.Value{"id": id, "input": input, "output": output})
}

func applyBuiltin(planned cty.Value, address string) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(address), "input": planned.GetAttr("input"), "output": planned.GetAttr("input")})
}
