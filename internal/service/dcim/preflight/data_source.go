// Package preflight is hosting_dcim_preflight. It checks whether the provider can reach a DCIM, whether the DCIM
// accepts the key, and whether its API fits the wire profile. It names the next step for each failed check.
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
		Name: "dcim_preflight",
		Schema: schema.Schema{
			MarkdownDescription: "Checks whether the provider can reach the TopLink DCIM, whether the DCIM accepts the key, and whether its API matches the configured wire profile. It writes nothing. A failed check is not an error: `findings` has the result and the next step of each check, for use in a `check` block. It sends at most nine requests. These are two pages of each list (API keys, packages, servers) and one object of each by its id.",
			Attributes:          preflight.Attributes(checks),
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) diag.Diagnostics {
	client, diags := clients.DCIM.Get("preflight of the DCIM")
	if diags.HasError() {
		return diags
	}
	p := &probe{Report: preflight.NewReport(checks), ctx: ctx, client: client, grade: preflight.Seen}
	if client.UsesAssumedProfile() {
		p.grade = preflight.Assumed
	}
	p.run()
	diags.Append(p.Save(ctx, &m.Model, client.Redact)...)
	return diags
}
