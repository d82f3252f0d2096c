package resourcekit

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// The functions of this file make the attribute of a field of WHMCS from the field table. Text and Reference are
// required if the field is. If the other attributes are omitted, their current value is kept. Nested… attributes are
// then unmanaged, and Default… attributes get their default. Validators refuse only texts that the column cannot hold,
// because an import can read everything else. The plan checks pattern, words and range for new and changed values. The
// length of a list or set is not checked here. WHMCS stores all its texts in one column, with entities, and the
// companion checks that length.

// Text is the attribute of a text, or of a choice.
func Text(field kinds.Field, description string) schema.StringAttribute {
	attribute := NestedText(field, description)
	if field.Required {
		attribute.Optional, attribute.Required = false, true
		return attribute
	}
	attribute.Computed = true
	attribute.PlanModifiers = append(attribute.PlanModifiers, stringplanmodifier.UseStateForUnknown())
	return attribute
}

// NestedText is the attribute of a text or a choice in a nested object. If it is omitted, it is not managed.
func NestedText(field kinds.Field, description string) schema.StringAttribute {
	mustBe(field, kinds.Text, kinds.Choice)
	attribute := schema.StringAttribute{Optional: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{fieldRule{field}}}
	if field.Form == kinds.Text {
		attribute.Validators = []validator.String{fits(field.Length)}
	}
	return attribute
}

// DefaultText is the attribute of a text or a choice in a nested object. If it is omitted, it has the default of the
// table.
func DefaultText(field kinds.Field, description string) schema.StringAttribute {
	standard, _ := field.Default.(string)
	attribute := NestedText(field, description+" Default: `"+standard+"`.")
	attribute.Computed, attribute.Default = true, stringdefault.StaticString(standard)
	attribute.PlanModifiers = append(attribute.PlanModifiers, KeepEmpty())
	return attribute
}

// Reference is the attribute of the id of another object. `""` means none if the field can be null.
func Reference(field kinds.Field, description string) schema.StringAttribute {
	mustBe(field, kinds.Reference)
	if field.Required {
		return schema.StringAttribute{Required: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{Changed{ID()}}}
	}
	return schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: description,
		PlanModifiers: []planmodifier.String{Changed{IDOrNone()}, stringplanmodifier.UseStateForUnknown()},
	}
}

// Amount is the attribute of an exact, non-negative decimal.
func Amount(field kinds.Field, description string) schema.StringAttribute {
	mustBe(field, kinds.Decimal)
	return schema.StringAttribute{
		Optional: true, Computed: true, CustomType: DecimalType{}, MarkdownDescription: description,
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), Changed{NotNegative()}, KeepEqualAmount()},
	}
}

// Bool is the attribute of a boolean.
func Bool(field kinds.Field, description string) schema.BoolAttribute {
	mustBe(field, kinds.Boolean)
	return schema.BoolAttribute{
		Optional: true, Computed: true, MarkdownDescription: description,
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// NestedBool is the attribute of a boolean in a nested object. If it is omitted, it is not managed.
func NestedBool(field kinds.Field, description string) schema.BoolAttribute {
	mustBe(field, kinds.Boolean)
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}

// DefaultBool is the attribute of a boolean in a nested object. If it is omitted, it is false.
func DefaultBool(field kinds.Field, description string) schema.BoolAttribute {
	attribute := NestedBool(field, description+" Default: `false`.")
	attribute.Computed, attribute.Default = true, booldefault.StaticBool(false)
	return attribute
}

// Int is the attribute of a whole number. 0 means none if the field can be null.
func Int(field kinds.Field, description string) schema.Int64Attribute {
	attribute := NestedInt(field, description)
	attribute.Computed = true
	attribute.PlanModifiers = append(attribute.PlanModifiers, int64planmodifier.UseStateForUnknown())
	return attribute
}

// NestedInt is the attribute of a whole number in a nested object. If it is omitted, it is not managed.
func NestedInt(field kinds.Field, description string) schema.Int64Attribute {
	mustBe(field, kinds.Integer)
	return schema.Int64Attribute{Optional: true, MarkdownDescription: description, PlanModifiers: []planmodifier.Int64{fieldRule{field}}}
}

// DefaultInt is the attribute of a whole number in a nested object. If it is omitted, it is 0.
func DefaultInt(field kinds.Field, description string) schema.Int64Attribute {
	attribute := NestedInt(field, description+" Default: `0`.")
	attribute.Computed, attribute.Default = true, int64default.StaticInt64(0)
	return attribute
}

// TextSet is the attribute of a set of text.
func TextSet(field kinds.Field, description string) schema.SetAttribute {
	mustBe(field, kinds.TextSet)
	return schema.SetAttribute{
		Optional: true, Computed: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators:    []validator.Set{setvalidator.NoNullValues()},
		PlanModifiers: []planmodifier.Set{fieldRule{field}, setplanmodifier.UseStateForUnknown()},
	}
}

// TextList is the attribute of a list of text.
func TextList(field kinds.Field, description string) schema.ListAttribute {
	attribute := NestedTextList(field, description)
	attribute.Computed = true
	attribute.PlanModifiers = append(attribute.PlanModifiers, listplanmodifier.UseStateForUnknown())
	return attribute
}

// NestedTextList is the attribute of a list of text in a nested object. If it is omitted, it is not managed.
func NestedTextList(field kinds.Field, description string) schema.ListAttribute {
	mustBe(field, kinds.TextList)
	return schema.ListAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators:    []validator.List{listvalidator.NoNullValues()},
		PlanModifiers: []planmodifier.List{fieldRule{field}},
	}
}

// mustBe panics if a field has another form than its attribute. Every test of the resource then fails.
func mustBe(field kinds.Field, forms ...kinds.Form) {
	if !slices.Contains(forms, field.Form) {
		panic(fmt.Sprintf("resourcekit: the field %q has the form %q, not %v", field.Name, field.Form, forms))
	}
}

// fits refuses text that no column of this length can hold.
type fits kinds.Length

func (f fits) Description(context.Context) string {
	unit := "characters"
	if f.Bytes {
		unit = "bytes"
	}
	return fmt.Sprintf("must have at most %d %s", f.Most, unit)
}

func (f fits) MarkdownDescription(ctx context.Context) string { return f.Description(ctx) }

func (f fits) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	length := len(text)
	if !f.Bytes {
		length = utf8.RuneCountInString(text)
	}
	if length > f.Most {
		AddAttributeError(&resp.Diagnostics, req.Path, "Invalid Attribute Value", fmt.Sprintf("Attribute %s %s, and has %d.", req.Path, f.Description(ctx), length))
	}
}

// fieldRule checks new and changed values against the field table. It skips values of the prior state, because WHMCS
// already stores them.
type fieldRule struct{ field kinds.Field }

func (fieldRule) Description(context.Context) string {
	return "new and changed values must have the field's form"
}

func (r fieldRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r fieldRule) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if SameJSON(req.ConfigValue, req.StateValue) {
		resp.PlanValue = req.StateValue
		return
	}
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && !req.ConfigValue.Equal(req.StateValue) {
		refuse(&resp.Diagnostics, req.Path, r.problem(req.ConfigValue.ValueString()), req.ConfigValue.ValueString())
	}
}

func (r fieldRule) PlanModifyInt64(_ context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.Equal(req.StateValue) {
		return
	}
	least := r.field.Minimum
	if r.field.Nullable {
		least = 0
	}
	if n := req.ConfigValue.ValueInt64(); n < least || n > r.field.Maximum {
		refuse(&resp.Diagnostics, req.Path, fmt.Sprintf("value must be between %d and %d", least, r.field.Maximum), n)
	}
}

func (r fieldRule) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	stored := req.StateValue.Elements()
	for _, element := range req.ConfigValue.Elements() {
		if text, is := element.(types.String); is && !text.IsUnknown() && !slices.ContainsFunc(stored, text.Equal) {
			refuse(&resp.Diagnostics, req.Path.AtSetValue(text), r.elementProblem(text.ValueString()), text.ValueString())
		}
	}
}

func (r fieldRule) PlanModifyList(_ context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	stored := req.StateValue.Elements()
	for i, element := range req.ConfigValue.Elements() {
		if text, is := element.(types.String); is && !text.IsUnknown() && !slices.ContainsFunc(stored, text.Equal) {
			refuse(&resp.Diagnostics, req.Path.AtListIndex(i), r.elementProblem(text.ValueString()), text.ValueString())
		}
	}
}

// refuse reports a problem, if there is one.
func refuse(diags *diag.Diagnostics, at path.Path, problem string, value any) {
	if problem != "" {
		AddAttributeError(diags, at, "Invalid Attribute Value", fmt.Sprintf("Attribute %s %s, got: %v", at, problem, value))
	}
}

// problem returns the problem of a text, or "".
func (r fieldRule) problem(text string) string {
	switch {
	case r.field.Required && strings.TrimSpace(text) == "":
		return "must not be empty"
	case r.field.Form == kinds.Choice && !slices.Contains(r.field.WordsOf(), text):
		return fmt.Sprintf("value must be one of: %q", r.field.WordsOf())
	case strings.Contains(text, "\r"):
		return `must not contain carriage returns: write replace(text, "\r\n", "\n")`
	case r.field.Pattern != "" && !compiled(r.field.Pattern).MatchString(text):
		return r.field.Hint
	}
	return ""
}

// elementProblem returns the problem of one text of a list or set, or "".
func (r fieldRule) elementProblem(text string) string {
	switch {
	case strings.TrimSpace(text) != text || text == "":
		return "must not be empty, nor begin or end with white space"
	case r.field.Separator == "\n" && strings.Contains(text, "\n"):
		return "must not contain a line break"
	case r.field.Separator != "" && strings.Contains(text, r.field.Separator):
		return "must not contain a comma"
	case len(r.field.Known) > 0 && !slices.Contains(r.field.Known, text):
		return fmt.Sprintf("value must be one of: %q", r.field.Known)
	}
	return r.problem(text)
}

var patterns sync.Map // *regexp.Regexp by its text

// compiled is a pattern of the field table, compiled when it is first used: most runs use none.
func compiled(pattern string) *regexp.Regexp {
	if found, is := patterns.Load(pattern); is {
		if compiled, is := found.(*regexp.Regexp); is {
			return compiled
		}
	}
	made := regexp.MustCompile(pattern)
	patterns.Store(pattern, made)
	return made
}
