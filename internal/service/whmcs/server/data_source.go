package server

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type listModel struct {
	NameRegex types.String  `tfsdk:"name_regex"`
	Module    types.String  `tfsdk:"module"`
	Servers   []listElement `tfsdk:"servers"`
}

type listElement struct {
	ID             types.String `tfsdk:"id"`
	Name           types.String `tfsdk:"name"`
	Hostname       types.String `tfsdk:"hostname"`
	IPAddress      types.String `tfsdk:"ip_address"`
	Module         types.String `tfsdk:"module"`
	Active         types.Bool   `tfsdk:"active"`
	ActiveServices types.Int64  `tfsdk:"active_services"`
	MaxAccounts    types.Int64  `tfsdk:"max_accounts"`
}

// NewDataSource makes the data source of the list.
func NewDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "whmcs_servers",
		Schema: schema.Schema{
			MarkdownDescription: "The servers in WHMCS. Uses only WHMCS's own action GetServers, so it works without the companion. That action does not return port, SSL, user name or groups.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"module":     schema.StringAttribute{Optional: true, MarkdownDescription: "Only those of this server module, such as `toplink_dcim`."},
				"servers": resourcekit.ComputedList("The servers that match, in WHMCS's order.", map[string]schema.Attribute{
					"id":              resourcekit.ComputedString("WHMCS's id of the server."),
					"name":            resourcekit.ComputedString("Name of the server."),
					"hostname":        resourcekit.ComputedString("Host name of the system."),
					"ip_address":      resourcekit.ComputedString("IP address of the system."),
					"module":          resourcekit.ComputedString("System name of the server module."),
					"active":          resourcekit.ComputedBool("WHMCS's `active` flag of the server. WHMCS's documentation does not say whether it means enabled, or the module's default."),
					"active_services": resourcekit.ComputedInt("Number of active services on the server now."),
					"max_accounts":    resourcekit.ComputedInt("Maximum number of services that WHMCS puts on the server."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Servers, diags = resourcekit.Listing[whmcs.Client, whmcs.ServerSummary, listElement]{
		System: clients.WHMCS, What: "WHMCS servers",
		List: func(ctx context.Context, client *whmcs.Client) ([]whmcs.ServerSummary, error) {
			return client.ServerSummaries(ctx)
		},
		Keep: func(s whmcs.ServerSummary) bool {
			return matches(string(s.Name)) && (m.Module.IsNull() || m.Module.ValueString() == string(s.Module))
		},
		Show: func(s whmcs.ServerSummary) listElement {
			return listElement{
				ID: types.StringValue(string(s.ID)), Name: types.StringValue(string(s.Name)), Hostname: types.StringValue(string(s.Hostname)),
				IPAddress: types.StringValue(string(s.IPAddress)), Module: types.StringValue(string(s.Module)),
				Active: types.BoolValue(bool(s.Active)), ActiveServices: count(s.ActiveServices), MaxAccounts: count(s.MaxAllowedServices),
			}
		},
	}.Read(ctx)
	return diags
}

// count parses a number that WHMCS sends as text. It returns null for empty text and for text that is not a number.
func count(text whmcs.Text) types.Int64 {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}
