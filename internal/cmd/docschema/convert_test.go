package main

import (
	"context"
	"encoding/json"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
)

// workshop is a provider with one resource and one function. Together they have all properties of the
// JSON format.
type workshop struct{}

func (workshop) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "workshop"
}

func (workshop) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{
		MarkdownDescription: "Makes tools.",
		Attributes: map[string]providerschema.Attribute{
			"forge": providerschema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The forge.",
				Attributes: map[string]providerschema.Attribute{
					"secret": providerschema.StringAttribute{Optional: true, Sensitive: true, Description: "Its secret."},
				},
			},
		},
	}
}

func (workshop) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (workshop) DataSources(context.Context) []func() datasource.DataSource                        { return nil }
func (workshop) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return hammer{} }}
}
func (workshop) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return weigh{} }}
}

type hammer struct{ resource.Resource }

func (hammer) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "workshop_hammer"
}

func (hammer) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Version:             3,
		MarkdownDescription: "A hammer.",
		Attributes: map[string]schema.Attribute{
			"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "Number on the handle."},
			"name": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the hammer."},
			"pin":  schema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true, Description: "Pin."},
			"finish": schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("oil"),
				Description: "Finish."},
			"colour": schema.StringAttribute{Optional: true, Description: "Colour.", DeprecationMessage: "Use finish."},
			"weights": schema.MapAttribute{Optional: true, ElementType: types.ListType{ElemType: types.NumberType},
				Description: "Weights."},
			"shape": schema.ObjectAttribute{
				Optional: true, Description: "Shape.", AttributeTypes: map[string]attr.Type{"round": types.BoolType},
			},
			"prices": schema.MapNestedAttribute{
				Optional:    true,
				Description: "Prices by currency.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"tiers": schema.ListNestedAttribute{
						Optional:    true,
						Description: "Tiers.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"price": schema.StringAttribute{Required: true, Description: "Price."},
						}},
					},
				}},
			},
		},
		Blocks: map[string]schema.Block{
			"handle": schema.ListNestedBlock{
				Description: "Handle.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"wood": schema.SetAttribute{Optional: true, ElementType: types.StringType, Description: "Woods."},
				}},
			},
		},
	}
}

func (hammer) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest,
	resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"bench": identityschema.StringAttribute{OptionalForImport: true, Description: "Bench."},
		"id":    identityschema.StringAttribute{RequiredForImport: true, Description: "Number."},
	}}
}

type weigh struct{ function.Function }

func (weigh) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "weigh"
}

func (weigh) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Weighs.",
		Parameters: []function.Parameter{function.StringParameter{Name: "name", AllowNullValue: true,
			Description: "Name."}},
		VariadicParameter: function.DynamicParameter{Name: "more", Description: "More."},
		Return:            function.NumberReturn{},
	}
}

func TestSchemasOf(t *testing.T) {
	schemas, err := schemasOf(context.Background(), "workshop", workshop{})
	require.NoError(t, err)
	text, err := json.Marshal(schemas)
	require.NoError(t, err)
	require.JSONEq(t, `{
	  "format_version": "1.0",
	  "provider_schemas": {"workshop": {
	    "provider": {"version": 0, "block": {
	      "description": "Makes tools.", "description_kind": "markdown",
	      "attributes": {"forge": {
	        "optional": true, "description": "The forge.", "description_kind": "markdown",
	        "nested_type": {"nesting_mode": "single", "attributes": {
	          "secret": {"type": "string", "optional": true, "sensitive": true, "description": "Its secret.", "description_kind": "plain"}
	        }}
	      }}
	    }},
	    "resource_schemas": {"workshop_hammer": {"version": 3, "block": {
	      "description": "A hammer.", "description_kind": "markdown",
	      "attributes": {
	        "id": {"type": "string", "computed": true, "description": "Number on the handle.", "description_kind": "markdown"},
	        "name": {"type": "string", "required": true, "description": "Name of the hammer.", "description_kind": "markdown"},
	        "pin": {"type": "string", "optional": true, "sensitive": true, "write_only": true, "description": "Pin.", "description_kind": "plain"},
	        "finish": {"type": "string", "optional": true, "computed": true, "description": "Finish.", "description_kind": "plain"},
	        "colour": {"type": "string", "optional": true, "deprecated": true, "description": "Colour.", "description_kind": "plain"},
	        "weights": {"type": ["map", ["list", "number"]], "optional": true, "description": "Weights.", "description_kind": "plain"},
	        "shape": {"type": ["object", {"round": "bool"}], "optional": true, "description": "Shape.", "description_kind": "plain"},
	        "prices": {"optional": true, "description": "Prices by currency.", "description_kind": "plain", "nested_type": {
	          "nesting_mode": "map", "attributes": {"tiers": {
	            "optional": true, "description": "Tiers.", "description_kind": "plain", "nested_type": {
	              "nesting_mode": "list", "attributes": {"price": {"type": "string", "required": true, "description": "Price.", "description_kind": "plain"}}
	            }
	          }}
	        }}
	      },
	      "block_types": {"handle": {"nesting_mode": "list", "block": {
	        "description": "Handle.", "description_kind": "plain",
	        "attributes": {"wood": {"type": ["set", "string"], "optional": true, "description": "Woods.", "description_kind": "plain"}}
	      }}}
	    }}},
	    "resource_identity_schemas": {"workshop_hammer": {"version": 0, "attributes": {
	      "bench": {"type": "string", "description": "Bench.", "optional_for_import": true},
	      "id": {"type": "string", "description": "Number.", "required_for_import": true}
	    }}},
	    "functions": {"weigh": {
	      "summary": "Weighs.", "return_type": "number",
	      "parameters": [{"name": "name", "type": "string", "is_nullable": true, "description": "Name."}],
	      "variadic_parameter": {"name": "more", "type": "dynamic", "description": "More."}
	    }}
	  }}
	}`, string(text))

	var readBack tfjson.ProviderSchemas
	require.NoError(t, json.Unmarshal(text, &readBack), "the generator's own decoder must accept the text")
}

func TestTypeOf(t *testing.T) {
	tuple, err := typeOf(tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, tftypes.Bool}})
	require.NoError(t, err)
	require.True(t, tuple.Equals(cty.Tuple([]cty.Type{cty.String, cty.Bool})))

	_, err = typeOf(nil)
	require.EqualError(t, err, "the schema gives no type")
	_, err = typeOf(tftypes.Map{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": nil}}})
	require.EqualError(t, err, "a: the schema gives no type")
}

func TestErrorOf(t *testing.T) {
	require.NoError(t, errorOf([]*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning,
		Summary: "Careful"}}))
	err := errorOf([]*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Broken",
		Detail: "in two"}})
	require.EqualError(t, err, "Broken: in two")
}
