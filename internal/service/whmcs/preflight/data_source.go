// Package preflight is hosting_whmcs_preflight. It checks whether the provider can manage a WHMCS, and names the next
// step for each failed check.
package preflight

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/preflight"
)

type model struct {
	preflight.Model
	Modules       types.Set `tfsdk:"modules"`
	TestServerIDs types.Set `tfsdk:"test_server_ids"`
}

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource {
	attributes := preflight.Attributes(checks)
	maps.Copy(attributes, map[string]schema.Attribute{
		"modules": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "System names of the server modules that must be installed and have a server. Default: the TopLink module, which is `toplink_dcim` unless `companion.local.php` names another one. An empty set checks no module.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(stringvalidator.LengthBetween(1, 255))},
		},
		"test_server_ids": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of servers in WHMCS whose connection is tested with the stored values, with one request for each. The test stores nothing. It needs a role with `TerraformWrite`, because it runs the module's code. Default: no server is tested.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(resourcekit.ID())},
		},
	})
	return resourcekit.NewDataSource(resourcekit.DataSource[model]{
		Name: "whmcs_preflight",
		Schema: schema.Schema{
			MarkdownDescription: "Checks whether the provider can reach WHMCS, whether WHMCS accepts the credential, and whether the provider can manage this WHMCS. It writes nothing. A failed check is not an error: `findings` has the result and the next step of each check, for use in a `check` block. It sends five requests, and one more for each of `test_server_ids`.",
			Attributes:          attributes,
		},
		Read: read,
	})
}

func read(ctx context.Context, clients *resourcekit.Clients, m *model) diag.Diagnostics {
	client, diags := clients.WHMCS.Get("preflight of WHMCS")
	if diags.HasError() {
		return diags
	}
	p := &probe{Report: preflight.NewReport(checks), ctx: ctx, client: client, carried: clients.CompanionVersion}
	diags.Append(m.Modules.ElementsAs(ctx, &p.modules, false)...)
	diags.Append(m.TestServerIDs.ElementsAs(ctx, &p.testServers, false)...)
	if diags.HasError() {
		return diags
	}
	p.run()
	diags.Append(p.Save(ctx, &m.Model, client.Redact)...)
	return diags
}
