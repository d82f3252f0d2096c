package resourcekit_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// TestSensitiveTexts: the texts of sensitive attributes, in elements and nested attributes too, and no others.
func TestSensitiveTexts(t *testing.T) {
	s := schema.Schema{Attributes: map[string]schema.Attribute{
		"name":     schema.StringAttribute{Optional: true},
		"password": schema.StringAttribute{Optional: true, Sensitive: true},
		"settings": schema.MapAttribute{Optional: true, Sensitive: true, ElementType: types.StringType},
		"connection": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"url": schema.StringAttribute{Optional: true},
			"key": schema.StringAttribute{Optional: true, Sensitive: true},
		}},
	}}
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	connection := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"url": tftypes.String, "key": tftypes.String}}
	settings := tftypes.Map{ElementType: tftypes.String}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"name": tftypes.String, "password": tftypes.String, "settings": settings, "connection": connection,
	}}
	config := tfsdk.Config{Schema: s, Raw: tftypes.NewValue(object, map[string]tftypes.Value{
		"name": text("public"), "password": text("secret 1"),
		"settings": tftypes.NewValue(settings, map[string]tftypes.Value{
			"a": text("secret 2"), "b": text(tftypes.UnknownValue), "c": text(nil), "d": text(""),
		}),
		"connection": tftypes.NewValue(connection, map[string]tftypes.Value{"url": text("https://x"), "key": text("secret 3")}),
	})}
	state := tfsdk.Config{Schema: s, Raw: tftypes.NewValue(object, nil)}
	assert.ElementsMatch(t, []string{"secret 1", "secret 2", "secret 3"}, resourcekit.SensitiveTexts(t.Context(), config, state))
}
