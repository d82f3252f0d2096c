// Package preflight is hosting_solusvm2_preflight. It checks whether the provider can manage a SolusVM 2 panel and its
// billing addon in WHMCS. It names the next step for each failed check.
package preflight

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

type model struct {
	preflight.Model
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "solusvm2_preflight",
		Schema: schema.Schema{
			MarkdownDescription: "Checks whether the provider can reach the SolusVM 2 panel, whether the panel accepts the token, and whether its responses have the known form. Also checks the setup of the addon in WHMCS that bills the panel's customers. " +
				"It writes nothing. A failed check is not an error: `findings` has the result and the next step of each check, for use in a `check` block. It works with one of the two systems. If the provider is not configured for the other one, a finding says so, and the checks of that system are omitted. " +
				"It sends at most 16 requests to the panel, one more for each further page of its limit groups, and nine to WHMCS.",
			Attributes: preflight.Attributes(checks),
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) (diags diag.Diagnostics) {
	p := &probe{Report: preflight.NewReport(checks), ctx: ctx, panel: clients.SolusVM2.Client, whmcs: clients.WHMCS.Client, zeroAllowed: clients.Guards.AllowZeroPrice}
	if p.panel == nil && p.whmcs == nil {
		_, diags = clients.SolusVM2.Get("preflight of SolusVM 2")
		return diags
	}
	p.run(clients.SolusVM2.Missing, clients.WHMCS.Missing)
	diags.Append(p.Save(ctx, &m.Model, p.redact)...)
	return diags
}
