package apitoken

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// listFilters are the filters of the list resource.
type listFilters struct {
	NameRegex types.String `tfsdk:"name_regex"`
	UserID    types.String `tfsdk:"user_id"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[listFilters]{
		Description: "API tokens of the users of a SolusVM 2 panel. The secrets of existing tokens cannot be read.",
		Filters: map[string]schema.Attribute{
			"name_regex": resourcekit.NameRegex("name"),
			"user_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only those of the user with this id.",
				Validators: []validator.String{resourcekit.ID()},
			},
		},
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, filters *listFilters,
		) ([]listresource.Object, diag.Diagnostics) {
			matches := resourcekit.Matcher(filters.NameRegex)
			return resourcekit.Listing[solusvm2.Client, solusvm2.APIToken, listresource.Object]{
				System: clients.SolusVM2, What: "SolusVM 2 API tokens",
				List: func(ctx context.Context, client *solusvm2.Client) ([]solusvm2.APIToken, error) {
					return client.APITokens(ctx, "")
				},
				Keep: func(o solusvm2.APIToken) bool {
					return matches(o.Name) &&
						resourcekit.PassesText(filters.UserID, o.UserID)
				},
				Show: func(o solusvm2.APIToken) listresource.Object {
					return listresource.Object{ID: o.ID, Name: o.Name}
				},
			}.Read(ctx)
		},
	})
}
