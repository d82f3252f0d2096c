package resourcekit

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// MisspeltNames ends the description of a nested attribute with optional names.
const MisspeltNames = " Terraform ignores misspelt names in this object without a message, so check the plan."

// The functions below make the usual attribute of the provider, which is Optional and Computed. Null in the
// configuration means unmanaged: the attribute then has the value of the system, and removing it from the
// configuration keeps the current value.

// maxText is the length of WHMCS's and the DCIM's ordinary text columns, in characters.
const maxText = 255

// maxInt32 is the greatest value of the integer columns.
const maxInt32 = 2147483647

// OptionalString is text of at most 255 characters.
func OptionalString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, MarkdownDescription: description,
		PlanModifiers: []planmodifier.String{Changed{Trimmed(), stringvalidator.UTF8LengthAtMost(maxText)}, stringplanmodifier.UseStateForUnknown()},
	}
}

// DefaultDecimal is exact, non-negative decimal text with a default, for nested attributes.
func DefaultDecimal(description, standard string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, CustomType: DecimalType{}, Default: stringdefault.StaticString(standard),
		MarkdownDescription: description + " Default: `" + standard + "`.",
		PlanModifiers:       []planmodifier.String{Changed{NotNegative()}, KeepEqualAmount()},
	}
}

// OptionalBool is a boolean.
func OptionalBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, MarkdownDescription: description,
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
}

// OptionalCount is a whole number of 0 or more.
func OptionalCount(description string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Computed: true, MarkdownDescription: description,
		PlanModifiers: []planmodifier.Int64{ChangedInt{0, maxInt32}, int64planmodifier.UseStateForUnknown()},
	}
}

// OptionalStringSet is a set of text. elements check new elements.
func OptionalStringSet(description string, elements ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, Computed: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators:    []validator.Set{setvalidator.NoNullValues()},
		PlanModifiers: []planmodifier.Set{Changed(elements), setplanmodifier.UseStateForUnknown()},
	}
}

// Unmanaged completes an optional text in a nested object. A text that the configuration omits is not managed. An empty
// text that the system stores is then kept in the state, because Terraform generates null for it.
func Unmanaged(attribute schema.StringAttribute) schema.StringAttribute {
	attribute.Computed = true
	attribute.PlanModifiers = append(attribute.PlanModifiers, unmanaged{})
	return attribute
}

// newName checks the new name of an object of a panel, or of a nameserver.
func newName() Changed {
	return Changed{NotBlank(), Trimmed(), stringvalidator.UTF8LengthAtMost(maxText)}
}

// RequiredName is an object's name: not empty, at most 255 characters.
func RequiredName(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description,
		PlanModifiers: []planmodifier.String{newName()},
	}
}
