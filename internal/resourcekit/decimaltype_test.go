package resourcekit_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/decimal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

func amount(text string) resourcekit.Decimal { return resourcekit.NewDecimal(decimal.Decimal(text)) }

func unknownAmount() resourcekit.Decimal {
	return resourcekit.Decimal{StringValue: types.StringUnknown()}
}

func TestDecimalSemanticEquality(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"10", "10.00", true}, {"10.50", "10.5", true}, {"0", "-0.00", true}, {"007", "7", true},
		{"999999999999.99999999", "999999999999.99999998", false}, {"0.1", "0.10000001", false}, {"10", "-10", false},
		{"free", "free", true}, {"free", "0", false}, {"", "0", false},
	} {
		same, diags := amount(c.a).StringSemanticEquals(t.Context(), amount(c.b))
		assert.Empty(t, diags)
		assert.Equal(t, c.same, same, "%s and %s", c.a, c.b)
		assert.Equal(t, c.a == c.b, amount(c.a).Equal(amount(c.b)), "Terraform compares the text of %s and %s", c.a, c.b)
	}
	same, diags := amount("1").StringSemanticEquals(t.Context(), types.StringValue("1"))
	assert.Empty(t, diags)
	assert.False(t, same, "text is no amount")
	assert.False(t, amount("1").Equal(types.StringValue("1")))
}

func TestDecimalValidation(t *testing.T) {
	t.Parallel()
	for text, complaint := range map[string]string{
		"0": "", "10": "", "10.50": "", "99999999999999.99999999": "", "-0": "",
		"":                "is not a decimal number",
		"ten":             "is not a decimal number",
		"1e3":             "is not a decimal number",
		" 1":              "is not a decimal number",
		"1,000.00":        "is not a decimal number",
		"123456789012345": "more than 14 digits before the point",
		"1.123456789":     "more than 8 digits after the point",
	} {
		var resp xattr.ValidateAttributeResponse
		at := path.Root("pricing").AtMapKey("USD").AtName("monthly").AtName("price")
		amount(text).ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: at}, &resp)
		if complaint == "" {
			assert.Empty(t, resp.Diagnostics, text)
			continue
		}
		require.Len(t, resp.Diagnostics, 1, text)
		assert.Contains(t, resp.Diagnostics[0].Detail(), complaint, text)
		assert.Contains(t, resp.Diagnostics[0].Detail(), `pricing["USD"].monthly.price`)
	}
	var resp validator.StringResponse
	resourcekit.NotNegative().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("price"), ConfigValue: types.StringValue("-0.01")}, &resp)
	require.Len(t, resp.Diagnostics, 1)
	assert.Contains(t, resp.Diagnostics[0].Detail(), "is negative. Amounts are zero or more. To switch a billing cycle off, remove it.")
	for _, value := range []resourcekit.Decimal{resourcekit.NullDecimal(), unknownAmount()} {
		var resp xattr.ValidateAttributeResponse
		value.ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: path.Root("price")}, &resp)
		assert.Empty(t, resp.Diagnostics)
	}
}

func TestDecimalType(t *testing.T) {
	t.Parallel()
	kind := resourcekit.DecimalType{}
	for _, c := range []struct {
		in   tftypes.Value
		want resourcekit.Decimal
	}{
		{tftypes.NewValue(tftypes.String, "10.50"), amount("10.50")},
		{tftypes.NewValue(tftypes.String, nil), resourcekit.NullDecimal()},
		{tftypes.NewValue(tftypes.String, tftypes.UnknownValue), unknownAmount()},
	} {
		got, err := kind.ValueFromTerraform(t.Context(), c.in)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
		assert.True(t, got.Type(t.Context()).Equal(kind))
	}
	_, err := kind.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true))
	require.Error(t, err)
	assert.False(t, kind.Equal(types.StringType))
	assert.Equal(t, decimal.Decimal("10.50"), amount("10.50").Decimal())
	assert.Empty(t, resourcekit.NullDecimal().Decimal())
	assert.Empty(t, unknownAmount().Decimal())
}

func TestKeepEqualAmount(t *testing.T) {
	t.Parallel()
	known := types.StringValue
	for name, c := range map[string]struct{ state, plan, want types.String }{
		"another spelling": {known("10.00"), known("10"), known("10.00")},
		"same spelling":    {known("10.00"), known("10.00"), known("10.00")},
		"another amount":   {known("10.00"), known("10.01"), known("10.01")},
		"no number":        {known("10.00"), known("free"), known("free")},
		"creation":         {types.StringNull(), known("10"), known("10")},
		"removal":          {known("10.00"), types.StringNull(), types.StringNull()},
		"not known yet":    {known("10.00"), types.StringUnknown(), types.StringUnknown()},
	} {
		resp := planmodifier.StringResponse{PlanValue: c.plan}
		resourcekit.KeepEqualAmount().PlanModifyString(t.Context(), planmodifier.StringRequest{StateValue: c.state, PlanValue: c.plan}, &resp)
		assert.Equal(t, c.want, resp.PlanValue, name)
	}
}
