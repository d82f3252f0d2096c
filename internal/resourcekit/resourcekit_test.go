package resourcekit_test

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// testSchema has attributes of every shape that the objects use.
var testSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"name": schema.StringAttribute{Required: true},
	"pricing": schema.MapNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"monthly": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"price": schema.StringAttribute{Required: true, CustomType: resourcekit.DecimalType{}},
		}},
	}}},
	"nameservers": schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"hostname": schema.StringAttribute{Required: true},
	}}},
	"module_options": schema.MapAttribute{Optional: true, ElementType: types.StringType},
	"server_ids":     schema.SetAttribute{Optional: true, ElementType: types.StringType},
	"affiliate":      schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"pay_type": schema.StringAttribute{Optional: true}}},
}}

func TestAttributePath(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]path.Path{
		"name":                      path.Root("name"),
		"name.first":                path.Root("name"),
		"affiliate.pay_type":        path.Root("affiliate").AtName("pay_type"),
		"affiliate.nonsense":        path.Root("affiliate"),
		"pricing":                   path.Root("pricing"),
		"pricing.USD":               path.Root("pricing").AtMapKey("USD"),
		"pricing.USD.monthly.price": path.Root("pricing").AtMapKey("USD").AtName("monthly").AtName("price"),
		"pricing.USD.weekly.price":  path.Root("pricing").AtMapKey("USD"),
		"module_options.Package":    path.Root("module_options").AtMapKey("Package"),
		"module_options.3.odd":      path.Root("module_options").AtMapKey("3"),
		"nameservers.1.hostname":    path.Root("nameservers").AtListIndex(1).AtName("hostname"),
		"nameservers.last":          path.Root("nameservers"),
		"server_ids.0":              path.Root("server_ids"),
	} {
		got, ok := resourcekit.AttributePath(t.Context(), testSchema, field)
		assert.True(t, ok, field)
		assert.Equal(t, want.String(), got.String(), field)
	}
	for _, field := range []string{"", ".", "quantity", "quantity.price", ".name"} {
		_, ok := resourcekit.AttributePath(t.Context(), testSchema, field)
		assert.False(t, ok, "%q", field)
	}
}

func TestAddFieldError(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]struct {
		at, summary, detail string
	}{
		"pricing.USD.monthly.price": {`pricing["USD"].monthly.price`, "Unable to create", "Too dear.\n\nAttribute: pricing[\"USD\"].monthly.price"},
		"quantity":                  {"", "Unable to create (quantity)", "Too dear."},
		"":                          {"", "Unable to create", "Too dear."},
	} {
		var diags diag.Diagnostics
		resourcekit.AddFieldError(t.Context(), &diags, testSchema, field, "Unable to create", "Too dear.")
		require.Len(t, diags, 1)
		assert.Equal(t, want.summary, diags[0].Summary())
		assert.Equal(t, want.detail, diags[0].Detail())
		at := ""
		if placed, ok := diags[0].(diag.DiagnosticWithPath); ok {
			at = placed.Path().String()
		}
		assert.Equal(t, want.at, at)
	}
}

func TestNullUnknowns(t *testing.T) {
	t.Parallel()
	text := func(v any) tftypes.Value { return tftypes.NewValue(tftypes.String, v) }
	list := tftypes.List{ElementType: tftypes.String}
	inner := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"price": tftypes.String}}
	prices := tftypes.Map{ElementType: inner}
	whole := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "name": tftypes.String, "order": tftypes.Number, "tags": list, "others": list, "prices": prices, "facet": inner}}
	value := func(unknown func(kind tftypes.Type) tftypes.Value) tftypes.Value {
		return tftypes.NewValue(whole, map[string]tftypes.Value{
			"id": unknown(tftypes.String), "name": text("a"), "order": unknown(tftypes.Number),
			"tags":   tftypes.NewValue(list, []tftypes.Value{text("x"), unknown(tftypes.String)}),
			"others": unknown(list),
			"prices": tftypes.NewValue(prices, map[string]tftypes.Value{
				"USD": tftypes.NewValue(inner, map[string]tftypes.Value{"price": unknown(tftypes.String)}),
				"EUR": unknown(inner),
			}),
			"facet": unknown(inner),
		})
	}
	got, err := resourcekit.NullUnknowns(value(func(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) }))
	require.NoError(t, err)
	assert.True(t, got.IsFullyKnown())
	want := value(func(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, nil) })
	assert.True(t, want.Equal(got), "%s", got)

	again, err := resourcekit.NullUnknowns(got)
	require.NoError(t, err)
	assert.True(t, got.Equal(again), "what is known stays")
}

// TestKeepUnknowns: a plan knows nothing that the configuration does not, below an object that is unknown as a whole
// either.
func TestKeepUnknowns(t *testing.T) {
	t.Parallel()
	text := func(v any) tftypes.Value { return tftypes.NewValue(tftypes.String, v) }
	inner := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"price": tftypes.String, "off": tftypes.Bool}}
	prices := tftypes.Map{ElementType: inner}
	whole := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "name": tftypes.String, "secret": tftypes.String, "prices": prices}}
	object := func(id, name, secret, eur tftypes.Value) tftypes.Value {
		return tftypes.NewValue(whole, map[string]tftypes.Value{"id": id, "name": name, "secret": secret, "prices": tftypes.NewValue(prices, map[string]tftypes.Value{
			"USD": tftypes.NewValue(inner, map[string]tftypes.Value{"price": text("1"), "off": tftypes.NewValue(tftypes.Bool, false)}), "EUR": eur,
		})})
	}
	unknown := func(kind tftypes.Type) tftypes.Value { return tftypes.NewValue(kind, tftypes.UnknownValue) }
	defaulted := tftypes.NewValue(inner, map[string]tftypes.Value{"price": unknown(tftypes.String), "off": tftypes.NewValue(tftypes.Bool, false)})
	config := object(text(nil), unknown(tftypes.String), unknown(tftypes.String), unknown(inner))
	got, err := resourcekit.KeepUnknowns(object(text("7"), text("a default"), text(nil), defaulted), config)
	require.NoError(t, err)
	want := object(text("7"), unknown(tftypes.String), text(nil), unknown(inner))
	assert.True(t, want.Equal(got), "%s", got)
	known := object(text(nil), text("x"), text(nil), defaulted)
	got, err = resourcekit.KeepUnknowns(known, object(text(nil), text("x"), text(nil), tftypes.NewValue(inner, nil)))
	require.NoError(t, err)
	assert.True(t, known.Equal(got), "what the configuration knows is the plan's own business")
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1": true, "42": true, "9223372036854775807": true, "18446744073709551615": true,
		"": false, "0": false, "042": false, "-1": false, "+1": false, "1.0": false, " 1": false, "1\n": false, "a": false, "१": false, "123456789012345678901": false,
	} {
		assert.Equal(t, want, resourcekit.IsID(text), "%q", text)
		check := func(v validator.String) bool {
			var resp validator.StringResponse
			v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("id"), ConfigValue: types.StringValue(text)}, &resp)
			return !resp.Diagnostics.HasError()
		}
		assert.Equal(t, want, check(resourcekit.ID()), "%q", text)
		assert.Equal(t, want || text == "", check(resourcekit.IDOrNone()), "%q", text)
	}
}

func TestNotBlank(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"a": true, " a ": true, "é": true, "": false, " ": false, "\t\n": false} {
		var resp validator.StringResponse
		resourcekit.NotBlank().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("name"), ConfigValue: types.StringValue(text)}, &resp)
		assert.Equal(t, want, !resp.Diagnostics.HasError(), "%q", text)
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a": "a.", "a.": "a.", "a!": "a!", "a?": "a?", " a \n": "a.", "": "", " ": ""} {
		assert.Equal(t, want, resourcekit.Sentence(text), "%q", text)
	}
}

func TestSystem(t *testing.T) {
	t.Parallel()
	client, diags := resourcekit.System[dcim.Client]{Missing: "Set dcim.url or DCIM_URL."}.Get("DCIM API key")
	assert.Nil(t, client)
	require.Len(t, diags, 1)
	assert.Equal(t, "Unable to access the DCIM API key", diags[0].Summary())
	assert.Equal(t, "Set dcim.url or DCIM_URL.", diags[0].Detail())
	there := &dcim.Client{}
	client, diags = resourcekit.System[dcim.Client]{Client: there}.Get("DCIM API key")
	assert.Same(t, there, client)
	assert.Empty(t, diags)
}

func TestFromProviderData(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	_, ok := resourcekit.FromProviderData(nil, &diags)
	assert.False(t, ok)
	assert.Empty(t, diags, "not configured yet is no error")
	_, ok = resourcekit.FromProviderData("something else", &diags)
	assert.False(t, ok)
	assert.True(t, diags.HasError())
	there := &resourcekit.Clients{}
	got, ok := resourcekit.FromProviderData(there, &diags)
	assert.True(t, ok)
	assert.Same(t, there, got)
}

func TestNameFilter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		filter types.String
		name   string
		want   bool
	}{
		{types.StringNull(), "anything", true},
		{types.StringValue("^node-"), "node-1", true},
		{types.StringValue("^node-"), "old node-1", false},
		{types.StringValue("node"), "old node-1", true},
		{types.StringValue("("), "(", false},
	} {
		assert.Equal(t, c.want, resourcekit.Matcher(c.filter)(c.name), "%s on %s", c.filter, c.name)
	}
	for pattern, want := range map[string]bool{"^a+$": true, "": true, "(": false, `\p`: false} {
		for _, v := range resourcekit.NameRegex("label").Validators {
			var resp validator.StringResponse
			v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("label_regex"), ConfigValue: types.StringValue(pattern)}, &resp)
			assert.Equal(t, want, !resp.Diagnostics.HasError(), "%q", pattern)
		}
	}
}

func TestReadError(t *testing.T) {
	t.Parallel()
	diags := resourcekit.ReadError("the currencies", errors.New("no connection"))
	require.Len(t, diags, 1)
	assert.Equal(t, "Unable to read the currencies", diags[0].Summary())
	assert.Equal(t, "no connection.", diags[0].Detail())
}
