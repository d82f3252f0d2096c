package landingpage

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/listresource"
)

// NewListResource makes the list resource. WHMCS has at most one such object.
func NewListResource() list.ListResource {
	return listresource.New(NewResource(), listresource.Definition[struct{}]{
		Description: "The template of the landing page of post-pay billing, if WHMCS has one that replaces the addon's.",
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, _ *struct{},
		) ([]listresource.Object, diag.Diagnostics) {
			client, diags := clients.WHMCS.Get("list of landing page templates")
			if diags.HasError() {
				return nil, diags
			}
			found, err := whmcs.CollectionOf[whmcs.LandingPage](client, whmcs.KindLandingPage).Get(ctx, whmcs.SingleID)
			if err != nil {
				return nil, resourcekit.ReadError("Landing page", err)
			}
			if row := found.Row; row == nil || !row.Present {
				return nil, nil
			}
			return []listresource.Object{{ID: whmcs.SingleID, Name: "Landing page"}}, nil
		},
	})
}
