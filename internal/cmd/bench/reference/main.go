// Command reference is a provider with one resource of one attribute, on the same framework and
// protocol as this repository's provider. It measures the minimum cost of starting a provider.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return reference{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/hosting-iac/reference", ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}

type reference struct{}

func (reference) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "reference"
}

func (reference) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (reference) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (reference) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (reference) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}

// thing is never created. Only its schema is read.
type thing struct{}

func (thing) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_thing"
}

func (thing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the thing."}}}
}

const notServed = "The reference provider serves its schema and nothing else."

func (thing) Create(_ context.Context, _ resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.AddError("Not served", notServed)
}

func (thing) Read(_ context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	resp.Diagnostics.AddError("Not served", notServed)
}

func (thing) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("Not served", notServed)
}

func (thing) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddError("Not served", notServed)
}
