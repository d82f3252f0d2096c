// Package provider is the Terraform provider: its configuration, its clients, and the lists of its resources and data
// sources.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/service/whmcs/server"
)

// hosting is the provider.
type hosting struct {
	version string
	adjust  []Adjust
	clients *resourcekit.Clients // the provider data of the last Configure, for the fast path
}

// Adjust changes the transport settings of a system ("whmcs", "dcim", "solusvm2") after they were read. Tests use it
// to shorten waits and time limits.
type Adjust func(system string, t *transport.Config)

var (
	_ provider.ProviderWithListResources = (*hosting)(nil)
	_ provider.ProviderWithFunctions     = (*hosting)(nil)
	_ provider.ProviderWithActions       = (*hosting)(nil)
)

// New returns a constructor of the provider. version is the version of the build, or "dev".
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

func (p *hosting) ListResources(context.Context) []func() list.ListResource { return listResources }

func (p *hosting) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newConvertPrice, newRoundPrice}
}

func (p *hosting) Actions(context.Context) []func() action.Action {
	return []func() action.Action{server.NewAction}
}
