package resourcekit

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DataSource describes one data source. M is its model.
type DataSource[M any] struct {
	Name   string // the data source type without "hosting_"
	Schema schema.Schema
	// Read fills the model, which already holds the configuration.
	Read func(ctx context.Context, clients *Clients, m *M) diag.Diagnostics
}

// NewDataSource makes the data source that definition describes.
func NewDataSource[M any](definition DataSource[M]) datasource.DataSource {
	return &dataSource[M]{definition: definition}
}

type dataSource[M any] struct {
	definition DataSource[M]
	clients    *Clients
}

func (d *dataSource[M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.definition.Name
}

func (d *dataSource[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.definition.Schema
}

func (d *dataSource[M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if clients, ok := FromProviderData(req.ProviderData, &resp.Diagnostics); ok {
		d.clients = clients
	}
}

func (d *dataSource[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(d.definition.Read(ctx, d.clients, &m)...)
	if !resp.Diagnostics.HasError() && !encodeInto(ctx, &m) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// NameRegex is the attribute name_regex of the list data sources.
func NameRegex(what string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Only those whose " + what + " matches this regular expression (RE2 syntax). It may match any part of the " + what + ". Use `^` and `$` to match the whole.",
		Validators:          []validator.String{regexValidator{}},
	}
}

// Matcher returns the function that matches a NameRegex filter. A null filter matches everything.
func Matcher(filter types.String) func(string) bool {
	if filter.IsNull() {
		return func(string) bool { return true }
	}
	pattern, err := regexp.Compile(filter.ValueString())
	if err != nil {
		return func(string) bool { return false } // the validator refuses this text
	}
	return pattern.MatchString
}

type regexValidator struct{}

func (regexValidator) Description(context.Context) string { return "must be a regular expression" }
func (regexValidator) MarkdownDescription(context.Context) string {
	return "must be a regular expression"
}
func (regexValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid regular expression", Sentence(err.Error()))
	}
}

// ReadError is the error of a data source whose read failed.
func ReadError(what string, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to read "+what, Sentence(err.Error()))}
}

// ComputedString is computed text.
func ComputedString(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// ComputedBool is a computed boolean.
func ComputedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

// ComputedInt is a computed whole number.
func ComputedInt(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// ComputedStrings is a computed list of text.
func ComputedStrings(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// ComputedList is a computed list of objects.
func ComputedList(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes}}
}

// PassesText reports whether a text passes a filter for one text. A null filter accepts every text.
func PassesText(filter types.String, text string) bool {
	return filter.IsNull() || filter.ValueString() == text
}

// PassesBool reports whether a flag passes a filter for one value. A null filter accepts both.
func PassesBool(filter types.Bool, flag bool) bool {
	return filter.IsNull() || filter.ValueBool() == flag
}
