package resourcekit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
)

var (
	_ basetypes.StringTypable                    = DecimalType{}
	_ basetypes.StringValuableWithSemanticEquals = Decimal{}
	_ xattr.ValidateableAttribute                = Decimal{}
)

// DecimalType is exact decimal text: "10" and "10.00" are the same value, and a value never becomes a float.
type DecimalType struct{ basetypes.StringType }

// Equal implements attr.Type.
func (t DecimalType) Equal(o attr.Type) bool {
	other, ok := o.(DecimalType)
	return ok && t.StringType.Equal(other.StringType)
}

// String implements attr.Type.
func (DecimalType) String() string { return "resourcekit.DecimalType" }

// ValueFromString implements basetypes.StringTypable.
func (DecimalType) ValueFromString(_ context.Context, in basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Decimal{StringValue: in}, nil
}

// ValueFromTerraform implements attr.Type.
func (t DecimalType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.StringType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	text, ok := value.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value type %T", value)
	}
	return Decimal{StringValue: text}, nil
}

// ValueType implements attr.Type.
func (DecimalType) ValueType(context.Context) attr.Value { return Decimal{} }

// Decimal is a value of DecimalType.
type Decimal struct{ basetypes.StringValue }

// NewDecimal makes a known Decimal.
func NewDecimal(d decimal.Decimal) Decimal {
	return Decimal{StringValue: basetypes.NewStringValue(string(d))}
}

// NullDecimal makes a null Decimal.
func NullDecimal() Decimal { return Decimal{StringValue: basetypes.NewStringNull()} }

// Type implements attr.Value.
func (Decimal) Type(context.Context) attr.Type { return DecimalType{} }

// Equal implements attr.Value: the same text, as Terraform compares it.
func (d Decimal) Equal(o attr.Value) bool {
	other, ok := o.(Decimal)
	return ok && d.StringValue.Equal(other.StringValue)
}

// Decimal returns the value as the clients use it, or "" if it is null or unknown.
func (d Decimal) Decimal() decimal.Decimal { return decimal.Decimal(d.ValueString()) }

// StringSemanticEquals keeps the spelling of the configuration when a system returns the same number in another
// spelling.
func (d Decimal) StringSemanticEquals(_ context.Context, o basetypes.StringValuable) (bool, diag.Diagnostics) {
	other, ok := o.(Decimal)
	if !ok {
		return false, nil
	}
	return d.Decimal().Equal(other.Decimal()), nil
}

// ValidateAttribute refuses text that is not an exact decimal.
func (d Decimal) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if d.IsNull() || d.IsUnknown() {
		return
	}
	if _, err := decimal.Parse(d.ValueString()); err != nil {
		AddAttributeError(&resp.Diagnostics, req.Path, "Invalid amount", fmt.Sprintf("The value %v.", err))
	}
}

// NotNegative refuses amounts below zero. The type accepts them, because WHMCS can store such amounts.
func NotNegative() validator.String { return notNegative{} }

type notNegative struct{}

func (notNegative) Description(context.Context) string { return "must be zero or more" }

func (n notNegative) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

func (notNegative) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if decimal.Decimal(req.ConfigValue.ValueString()).IsNegative() {
		refuseNegative(&resp.Diagnostics, req.Path, req.ConfigValue.ValueString())
	}
}

func refuseNegative(diags *diag.Diagnostics, at path.Path, amount string) {
	AddAttributeError(diags, at, "Invalid amount", fmt.Sprintf("The value %q is negative. Amounts are zero or more. To switch a billing cycle off, remove it.", amount))
}

// KeepEqualAmount plans the prior spelling of an amount when the number is the same, so that "10" in place of "10.00"
// is not a change.
func KeepEqualAmount() planmodifier.String { return keepEqualAmount{} }

type keepEqualAmount struct{}

func (keepEqualAmount) Description(context.Context) string {
	return "the same number in another spelling is not a change"
}
func (m keepEqualAmount) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepEqualAmount) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if decimal.Decimal(req.StateValue.ValueString()).Equal(decimal.Decimal(req.PlanValue.ValueString())) {
		resp.PlanValue = req.StateValue
	}
}
