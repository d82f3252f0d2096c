// Package preflight is hosting_solusvm2_preflight. It checks whether the provider can manage a SolusVM 2 panel and its
// billing addon in WHMCS, and names the next step for each failed check.
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
			MarkdownDescription: "Looks whether the SolusVM 2 panel is reachable, admits the provider and answers as it is assumed to, and whether the addon in WHMCS that bills its customers is set up, and says what to do where that is not so. " +
				"It writes nothing, and it does not fail because of what it finds: that stands in `findings`, for a `check` block. It works with either system alone: where the provider is not configured for one of them, the findings say so, and what would need it is left out. " +
				"It takes at most 16 calls of the panel, and one for each further page of its limit groups, and nine of WHMCS.",
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
