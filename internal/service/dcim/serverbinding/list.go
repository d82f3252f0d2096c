package serverbinding

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// listFilters are the filters of the list resource.
type listFilters struct {
	LabelRegex types.String `tfsdk:"label_regex"`
	PackageID  types.String `tfsdk:"package_id"`
	Rack       types.String `tfsdk:"rack"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "Servers of a TopLink DCIM that are bound to a package.",
		Filters: map[string]schema.Attribute{
			"label_regex": resourcekit.NameRegex("label"),
			"package_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those that are bound to the package with this id.",
				Validators: []validator.String{resourcekit.ID()},
			},
			"rack": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those in this rack.",
			},
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.LabelRegex)
			return resourcekit.Listing[dcim.Client, dcim.Server, listresource.Object]{
				System: clients.DCIM, What: "DCIM servers",
				List: func(ctx context.Context, client *dcim.Client) ([]dcim.Server, error) { return client.ListServers(ctx) },
				Keep: func(o dcim.Server) bool {
					return o.PackageID != "" && matches(o.Label) &&
						resourcekit.PassesText(filters.PackageID, o.PackageID) &&
						resourcekit.PassesText(filters.Rack, o.Rack)
				},
				Show: func(o dcim.Server) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Label}
				},
			}.Read(ctx)
		},
	})
}
