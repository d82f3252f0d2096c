package billingsettings

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
		Description: "The billing settings of the SolusVM 2 addon, if the addon is active.",
		Objects: func(
			ctx context.Context, clients *resourcekit.Clients, _ *struct{},
		) ([]listresource.Object, diag.Diagnostics) {
			client, diags := clients.WHMCS.Get("list of SolusVM 2 billing settings")
			if diags.HasError() {
				return nil, diags
			}
			found, err := whmcs.CollectionOf[whmcs.SolusVM2Billing](client, whmcs.KindSolusVM2Billing).Get(ctx, whmcs.SingleID)
			if err != nil {
				return nil, resourcekit.ReadError("SolusVM 2 billing settings", err)
			}
			if row := found.Row; row == nil || !row.Active {
				return nil, nil
			}
			return []listresource.Object{{ID: whmcs.SingleID, Name: "Billing settings"}}, nil
		},
	})
}
