package apitoken

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

type listModel struct {
	NameRegex types.String  `tfsdk:"name_regex"`
	UserID    types.String  `tfsdk:"user_id"`
	Tokens    []listElement `tfsdk:"api_tokens"`
}

type listElement struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	UserID    types.String `tfsdk:"user_id"`
	UserEmail types.String `tfsdk:"user_email"`
	CreatedAt types.String `tfsdk:"created_at"`
}

// NewListDataSource makes the data source of the list.
func NewListDataSource() datasource.DataSource {
	return resourcekit.NewDataSource(resourcekit.DataSource[listModel]{
		Name: "solusvm2_api_tokens",
		Schema: schema.Schema{
			MarkdownDescription: "The API tokens of SolusVM 2 (Account > API tokens). SolusVM 2 shows the secret of a token only when the token is created.",
			Attributes: map[string]schema.Attribute{
				"name_regex": resourcekit.NameRegex("name"),
				"user_id": schema.StringAttribute{
					Optional: true, MarkdownDescription: "Only those of the user with this id.",
					Validators: []validator.String{resourcekit.ID()},
				},
				"api_tokens": resourcekit.ComputedList("The tokens that match, in SolusVM 2's order.", map[string]schema.Attribute{
					"id":         resourcekit.ComputedString("SolusVM 2's id of the token."),
					"name":       resourcekit.ComputedString("Name of the token."),
					"user_id":    resourcekit.ComputedString("Id of its user. Empty if SolusVM 2 does not report it."),
					"user_email": resourcekit.ComputedString("E-mail address of its user. Empty if SolusVM 2 does not report it."),
					"created_at": resourcekit.ComputedString("Time of its creation, in SolusVM 2's format."),
				}),
			},
		},
		Read: readList,
	})
}

func readList(ctx context.Context, clients *resourcekit.Clients, m *listModel) (diags diag.Diagnostics) {
	matches := resourcekit.Matcher(m.NameRegex)
	m.Tokens, diags = resourcekit.Listing[solusvm2.Client, solusvm2.APIToken, listElement]{
		System: clients.SolusVM2, What: "SolusVM 2 API tokens",
		List: func(ctx context.Context, client *solusvm2.Client) ([]solusvm2.APIToken, error) {
			return client.APITokens(ctx, m.UserID.ValueString())
		},
		Keep: func(token solusvm2.APIToken) bool { return matches(token.Name) },
		Show: func(token solusvm2.APIToken) listElement {
			return listElement{
				ID: types.StringValue(token.ID), Name: types.StringValue(token.Name), UserID: types.StringValue(token.UserID),
				UserEmail: types.StringValue(token.UserEmail), CreatedAt: types.StringValue(token.CreatedAt),
			}
		},
	}.Read(ctx)
	return diags
}
