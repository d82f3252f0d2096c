package resourcekit

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// Schema is the part of the framework's schemas that finds an attribute by its path.
type Schema interface {
	TypeAtPath(ctx context.Context, p path.Path) (attr.Type, diag.Diagnostics)
}

// AddFieldError adds an error at the attribute of a dotted wire path, such as "pricing.USD.monthly.price". If the
// schema lacks that attribute, the error is at the deepest attribute above it.
func AddFieldError(ctx context.Context, diags *diag.Diagnostics, schema Schema, field, summary, detail string) {
	at, ok := AttributePath(ctx, schema, field)
	if !ok {
		if field != "" {
			summary += " (" + field + ")"
		}
		diags.AddError(summary, detail)
		return
	}
	AddAttributeError(diags, at, summary, detail)
}

// AddAttributeError adds an error at an attribute, and its path to the detail: Terraform shows the place of a
// top-level attribute only.
func AddAttributeError(diags *diag.Diagnostics, at path.Path, summary, detail string) {
	diags.AddAttributeError(at, summary, detail+"\n\nAttribute: "+at.String())
}

// ImportBlock is the HCL that imports an object. It has a placeholder, because a resource does not know its own
// address.
func ImportBlock(typeName, id string) string {
	return fmt.Sprintf("import {\n  to = %s.<NAME>\n  id = %q\n}", typeName, id)
}

// AttributePath finds the deepest attribute of a dotted wire path that the schema has. ok is false when the first step
// is not an attribute.
func AttributePath(ctx context.Context, schema Schema, field string) (found path.Path, ok bool) {
	steps := strings.Split(field, ".")
	found = path.Root(steps[0])
	kind, diags := schema.TypeAtPath(ctx, found)
	if diags.HasError() {
		return path.Empty(), false
	}
	for _, step := range steps[1:] {
		var next path.Path
		switch kind.(type) {
		case basetypes.MapTypable:
			next = found.AtMapKey(step)
		case basetypes.ObjectTypable:
			next = found.AtName(step)
		case basetypes.ListTypable:
			index, err := strconv.Atoi(step)
			if err != nil {
				return found, true
			}
			next = found.AtListIndex(index)
		default:
			return found, true
		}
		if kind, diags = schema.TypeAtPath(ctx, next); diags.HasError() {
			return found, true
		}
		found = next
	}
	return found, true
}

// Sentence ends text with a full stop.
func Sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
