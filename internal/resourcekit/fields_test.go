package resourcekit

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
)

// TestFieldRule: a new value must be of the field's form. A value that an import read is kept, whatever it is.
func TestFieldRule(t *testing.T) {
	plan := func(field kinds.Field, config, state attr.Value) diag.Diagnostics {
		rule, at := fieldRule{field}, path.Root(field.Name)
		var diags diag.Diagnostics
		switch value := config.(type) {
		case types.String:
			resp := planmodifier.StringResponse{}
			prior, _ := state.(types.String)
			rule.PlanModifyString(t.Context(), planmodifier.StringRequest{Path: at, ConfigValue: value, StateValue: prior}, &resp)
			diags = resp.Diagnostics
		case types.Int64:
			resp := planmodifier.Int64Response{}
			prior, _ := state.(types.Int64)
			rule.PlanModifyInt64(t.Context(), planmodifier.Int64Request{Path: at, ConfigValue: value, StateValue: prior}, &resp)
			diags = resp.Diagnostics
		case types.Set:
			resp := planmodifier.SetResponse{}
			prior, _ := state.(types.Set)
			rule.PlanModifySet(t.Context(), planmodifier.SetRequest{Path: at, ConfigValue: value, StateValue: prior}, &resp)
			diags = resp.Diagnostics
		case types.List:
			resp := planmodifier.ListResponse{}
			prior, _ := state.(types.List)
			rule.PlanModifyList(t.Context(), planmodifier.ListRequest{Path: at, ConfigValue: value, StateValue: prior}, &resp)
			diags = resp.Diagnostics
		}
		return diags
	}
	text := func(s string) attr.Value { return types.StringValue(s) }
	set := func(elements ...attr.Value) attr.Value { return types.SetValueMust(types.StringType, elements) }
	list := func(elements ...attr.Value) attr.Value { return types.ListValueMust(types.StringType, elements) }
	for _, c := range []struct {
		name          string
		field         kinds.Field
		config, state attr.Value
		says          string // "" = no error
	}{
		{"blank name", kinds.Product.Name, text(" "), types.StringNull(), "must not be empty"},
		{"stored blank name", kinds.Product.Name, text(" "), text(" "), ""},
		{"unknown word", kinds.Product.FreeDomain, text("always"), text("no"), `must be one of: ["no" "while_active" "once"]`},
		{"stored word of another version", kinds.Product.AllowMultipleQuantities, text("2"), text("2"), ""},
		{"slug", kinds.ProductGroup.Slug, text("A b"), types.StringNull(), "lower-case letters"},
		{"stored slug", kinds.ProductGroup.Slug, text("A b"), text("A b"), ""},
		{"carriage return", kinds.Product.Description, text("a\r\n"), text("a\n"), "carriage returns"},
		{"unknown value", kinds.ProductGroup.Slug, types.StringUnknown(), types.StringNull(), ""},
		{"no value", kinds.ProductGroup.Slug, types.StringNull(), text("x"), ""},
		{"number out of range", kinds.Product.ProrataDate, types.Int64Value(32), types.Int64Value(1), "between 0 and 31"},
		{"stored number out of range", kinds.Product.Quantity, types.Int64Value(-3), types.Int64Value(-3), ""},
		{"port 0", kinds.Server.Port, types.Int64Value(0), types.Int64Null(), ""},
		{"new cycle", kinds.Product.FreeDomainBillingCycles, set(text("Annually")), set(), `"annually"`},
		{"stored cycle of another spelling", kinds.Product.FreeDomainBillingCycles, set(text("Annually"), text("monthly")), set(text("Annually")), ""},
		{"comma", kinds.Product.Subdomains, list(text(".a,.b")), list(), "comma"},
		{"no dot", kinds.Product.Subdomains, list(text("example.net")), list(), "leading dot"},
		{"stored subdomain without a dot", kinds.Product.Subdomains, list(text(".new.example"), text("example.net")), list(text("example.net")), ""},
		{"white space", kinds.CustomField.Options, list(text(" a")), list(), "white space"},
		{"unknown element", kinds.Product.Subdomains, list(types.StringUnknown()), list(), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			diags := plan(c.field, c.config, c.state)
			if c.says == "" {
				assert.Empty(t, diags)
				return
			}
			if assert.Len(t, diags, 1) {
				assert.Contains(t, diags[0].Detail(), c.says)
			}
		})
	}
}

// TestFits measures text as its column does.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		length kinds.Length
		text   string
		fits   bool
	}{
		{kinds.Varchar(3), "服务器", true},
		{kinds.Varchar(3), "abcd", false},
		{kinds.TextColumn, strings.Repeat("服", 21845), true},
		{kinds.TextColumn, strings.Repeat("服", 21846), false},
	} {
		resp := validator.StringResponse{}
		fits(c.length).ValidateString(t.Context(), validator.StringRequest{Path: path.Root("name"), ConfigValue: types.StringValue(c.text)}, &resp)
		assert.Equal(t, !c.fits, resp.Diagnostics.HasError(), "%v", resp.Diagnostics)
	}
}
