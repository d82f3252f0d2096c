// Package preflight is hosting_dcim_preflight. It checks whether a DCIM can be reached, accepts the key and fits the
// configured wire profile, and names the next step for each failed check.
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
			MarkdownDescription: "Looks whether the TopLink DCIM is reachable, admits the provider and speaks the configured wire profile, and says what to do where it does not. It writes nothing, and it does not fail because of what it finds: that stands in `findings`, for a `check` block. It takes at most nine calls of the API: for API keys, packages and servers each the first page of the list, the second where there is one, and one object by its id.",
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
