// Package server holds the data sources of the virtual servers of SolusVM 2. Customers create virtual servers, so
// there is no resource.
package server

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type listModel struct {
	NameRegex          types.String `tfsdk:"name_regex"`
	UserID             types.String `tfsdk:"user_id"`
	ComputeResourceID  types.String `tfsdk:"compute_resource_id"`
	Status             types.String `tfsdk:"status"`
	VirtualizationType types.String `tfsdk:"virtualization_type"`
	Servers            []shown      `tfsdk:"servers"`
}

// NewListDataSource makes the data source of the list.
func NewListDataSource() datasource.DataSource {
	exactly := func(what string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: "Only those " + what + ".", Validators: validators}
	}
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "solusvm2_servers",
		Schema: schema.Schema{
			MarkdownDescription: "The virtual servers of SolusVM 2 that the token's user may see. A server must match all filters.",
			Attributes: map[string]schema.Attribute{
				"name_regex":          resourcekit.NameRegex("name"),
				"user_id":             exactly("of the user with this id", resourcekit.ID()),
				"compute_resource_id": exactly("on the compute resource with this id", resourcekit.ID()),
				"status":              exactly("with this status, such as `started` or `stopped`"),
				"virtualization_type": exactly("of this kind: `kvm` or `vz`", stringvalidator.OneOf("kvm", "vz")),
				"servers":             resourcekit.ComputedList("The servers that match, in SolusVM 2's order.", shownAttributes()),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Servers, diags = resourcekit.Listing[solusvm2.Client, solusvm2.Server, shown]{
		System: clients.SolusVM2, What: "SolusVM 2 servers", Show: show,
		List: func(ctx context.Context, client *solusvm2.Client) ([]solusvm2.Server, error) {
			return client.Servers(ctx, solusvm2.ServerFilter{
				UserID: m.UserID.ValueString(), ComputeResourceID: m.ComputeResourceID.ValueString(), Status: m.Status.ValueString(), VirtualizationType: m.VirtualizationType.ValueString(),
			})
		},
		Keep: func(s solusvm2.Server) bool { return matches(s.Name) },
	}.Read(ctx)
	return diags
}

// NewDataSource makes the data source of one server.
func NewDataSource() datasource.DataSource {
	attributes := shownAttributes()
	attributes["id"] = schema.StringAttribute{Required: true, MarkdownDescription: "SolusVM 2's id of the server.", Validators: []validator.String{resourcekit.ID()}}
	return resourcekit.NewDataSource(resourcekit.DataSource[shown]{
		Name:   "solusvm2_server",
		Schema: schema.Schema{MarkdownDescription: "One virtual server of SolusVM 2.", Attributes: attributes},
		Read:   readOne,
	})
}

func readOne(ctx context.Context, clients *resourcekit.Clients, m *shown) diag.Diagnostics {
	client, diags := clients.SolusVM2.Get("SolusVM 2 server")
	if diags.HasError() {
		return diags
	}
	s, err := client.Server(ctx, m.ID.ValueString())
	if err != nil {
		return resourcekit.ReadByIDError("SolusVM 2 server", "servers", m.ID.ValueString(), err)
	}
	*m = show(s)
	return diags
}
