package configurableoptiongroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// keepID plans the id that an option or sub-option has: that of its key, or, for a key that is new, that of the one of the same name whose
// key has gone. So a key can be changed, as after an import, without losing what customers chose.
type keepID struct {
	collection string // "options" or "sub_options"
}

func (keepID) Description(context.Context) string {
	return "the id stays with the key, and with the name where the key changes"
}

func (k keepID) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (k keepID) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.PlanValue.IsUnknown() || req.State.Raw.IsNull() {
		return
	}
	if !req.StateValue.IsNull() {
		resp.PlanValue = req.StateValue
		return
	}
	var before, after types.Map
	steps := req.Path.Steps()
	optionKey := stepKey(steps[1])
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("options"), &before)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("options"), &after)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := optionKey
	if k.collection == "sub_options" {
		former, found := formerKey(before, after, optionKey)
		if !found {
			return
		}
		before, after = inner(before, former), inner(after, optionKey)
		key = stepKey(steps[3])
	}
	if former, found := formerKey(before, after, key); found {
		if id, known := text(before, former, "id"); known {
			resp.PlanValue = types.StringValue(id)
		}
	}
}

func stepKey(step path.PathStep) string {
	key, _ := step.(path.PathStepElementKeyString)
	return string(key)
}

// formerKey is the key in state of what stands under a key in the plan.
func formerKey(before, after types.Map, key string) (string, bool) {
	if _, kept := before.Elements()[key]; kept {
		return key, true
	}
	name, known := text(after, key, "name")
	if !known {
		return "", false
	}
	former, matches := "", 0
	for candidate := range before.Elements() {
		_, stays := after.Elements()[candidate]
		if had, _ := text(before, candidate, "name"); !stays && had == name {
			former = candidate
			matches++
		}
	}
	for other := range after.Elements() {
		_, had := before.Elements()[other]
		if wanted, _ := text(after, other, "name"); !had && other != key && wanted == name {
			matches++ // two that could be the one
		}
	}
	return former, matches == 1 && former != ""
}

func text(in types.Map, key, attribute string) (string, bool) {
	value, ok := member(in, key)[attribute].(types.String)
	return value.ValueString(), ok && !value.IsNull() && !value.IsUnknown()
}

func inner(in types.Map, key string) types.Map {
	nested, _ := member(in, key)["sub_options"].(types.Map)
	return nested
}

func member(in types.Map, key string) map[string]attr.Value {
	object, _ := in.Elements()[key].(types.Object)
	return object.Attributes()
}
