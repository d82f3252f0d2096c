package resourcekit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Changed is a plan modifier that checks texts with validators: a text, or the texts of a set or list. It skips texts
// of the prior state. The system stores them already, so that an import can read them.
type Changed []validator.String

// Description implements planmodifier.Describer.
func (Changed) Description(context.Context) string { return "new and changed values are checked" }

// MarkdownDescription implements planmodifier.Describer.
func (c Changed) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (c Changed) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if SameJSON(req.ConfigValue, req.StateValue) {
		resp.PlanValue = req.StateValue
		return
	}
	if !req.ConfigValue.Equal(req.StateValue) {
		c.check(ctx, req.Path, req.ConfigValue, &resp.Diagnostics)
	}
}

// PlanModifySet implements planmodifier.Set.
func (c Changed) PlanModifySet(ctx context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		c.checkElement(ctx, req.Path.AtSetValue(element), element, req.StateValue.Elements(), &resp.Diagnostics)
	}
}

// PlanModifyList implements planmodifier.List.
func (c Changed) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		c.checkElement(ctx, req.Path.AtListIndex(i), element, req.StateValue.Elements(), &resp.Diagnostics)
	}
}

func (c Changed) checkElement(ctx context.Context, at path.Path, element attr.Value, stored []attr.Value, diags *diag.Diagnostics) {
	if text, is := element.(types.String); is && !slices.ContainsFunc(stored, element.Equal) {
		c.check(ctx, at, text, diags)
	}
}

func (c Changed) check(ctx context.Context, at path.Path, text types.String, diags *diag.Diagnostics) {
	if text.IsNull() || text.IsUnknown() {
		return
	}
	for _, one := range c {
		var resp validator.StringResponse
		one.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: at.Expression(), ConfigValue: text}, &resp)
		diags.Append(resp.Diagnostics...)
	}
}

// SameJSON reports whether two texts are JSON objects or arrays of the same content. `terraform plan
// -generate-config-out` writes such a text with jsonencode, which changes its spelling.
func SameJSON(a, b types.String) bool {
	decode := func(text types.String) (value any) {
		if json.Unmarshal([]byte(text.ValueString()), &value) != nil {
			return nil
		}
		switch value.(type) {
		case map[string]any, []any:
			return value
		}
		return nil
	}
	if a.ValueString() == b.ValueString() {
		return false
	}
	value := decode(a)
	return value != nil && reflect.DeepEqual(value, decode(b))
}

// ChangedKeys is [Changed] for the keys of a map.
type ChangedKeys []validator.String

// Description implements planmodifier.Describer.
func (ChangedKeys) Description(context.Context) string { return "new keys are checked" }

// MarkdownDescription implements planmodifier.Describer.
func (c ChangedKeys) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// PlanModifyMap implements planmodifier.Map.
func (c ChangedKeys) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	stored := req.StateValue.Elements()
	for _, key := range slices.Sorted(maps.Keys(req.ConfigValue.Elements())) {
		if _, is := stored[key]; !is {
			Changed(c).check(ctx, req.Path.AtMapKey(key), types.StringValue(key), &resp.Diagnostics)
		}
	}
}

// ChangedInt is a plan modifier that checks the range of a new or changed number.
type ChangedInt struct{ Least, Most int64 }

// Description implements planmodifier.Describer.
func (c ChangedInt) Description(context.Context) string {
	return fmt.Sprintf("value must be between %d and %d", c.Least, c.Most)
}

// MarkdownDescription implements planmodifier.Describer.
func (c ChangedInt) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// PlanModifyInt64 implements planmodifier.Int64.
func (c ChangedInt) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.Equal(req.StateValue) {
		return
	}
	if n := req.ConfigValue.ValueInt64(); n < c.Least || n > c.Most {
		refuse(&resp.Diagnostics, req.Path, c.Description(ctx), n)
	}
}

// unmanaged plans null for an attribute that the configuration omits, unless the state has the empty text.
type unmanaged struct{ keepEmpty }

func (u unmanaged) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.StringNull()
	}
	u.keepEmpty.PlanModifyString(ctx, req, resp)
}

// keepEmpty plans the empty text of the state for an attribute that the configuration omits. Terraform generates
// null for an empty text, and the default of the attribute would change the object.
type keepEmpty struct{}

// KeepEmpty is keepEmpty for attributes with a default.
func KeepEmpty() planmodifier.String { return keepEmpty{} }

func (keepEmpty) Description(context.Context) string {
	return "if the configuration omits the attribute, a stored empty text is kept"
}

func (k keepEmpty) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keepEmpty) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.ConfigValue.IsNull() && req.StateValue.Equal(types.StringValue("")) {
		resp.PlanValue = req.StateValue
	}
}

// IsUnmanaged reports whether a plan modifier is the one of [Unmanaged]. It plans null for a value that the
// configuration leaves out, even if nothing else changes.
func IsUnmanaged(modifier planmodifier.String) bool {
	_, is := modifier.(unmanaged)
	return is
}
