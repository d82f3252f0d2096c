// Package provider is the Terraform provider: its configuration, and the list of what it serves. It knows services and clients, not
// wire formats.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// hosting is the provider. It holds no state between Configure calls: everything configured is handed on as provider data.
type hosting struct {
	version string
	adjust  []Adjust
}

// Adjust changes how a system ("whmcs", "dcim", "solusvm2") is reached after its settings were read: for tests, whose waits take no time and whose
// time limits are shorter than an operator may want.
type Adjust func(system string, t *transport.Config)

var _ provider.Provider = (*hosting)(nil)

// New returns a constructor of the provider; version is the build's, or "dev".
func New(version string, adjust ...Adjust) func() provider.Provider {
	return func() provider.Provider { return &hosting{version: version, adjust: adjust} }
}

func (p *hosting) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "hosting"
	resp.Version = p.version
}

func (p *hosting) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = configurationSchema()
}

func (p *hosting) Resources(context.Context) []func() resource.Resource { return resources }

func (p *hosting) DataSources(context.Context) []func() datasource.DataSource { return dataSources }
