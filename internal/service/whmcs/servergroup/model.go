package servergroup

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                 types.String `tfsdk:"id"`
	AllowDuplicateName types.Bool   `tfsdk:"allow_duplicate_name"`
	Name               types.String `tfsdk:"name"`
	FillType           types.String `tfsdk:"fill_type"`
	ServerIDs          types.Set    `tfsdk:"server_ids"`
	OnDestroy          types.String `tfsdk:"on_destroy"`
}

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("name", m.Name)
	b.String("fill_type", m.FillType)
	b.StringSet("server_ids", m.ServerIDs)
	return b.Fields()
}

func fill(_ context.Context, row *whmcs.ServerGroup, m *model, o whmcsobject.FillOptions) {
	m.Name = types.StringValue(row.Name)
	m.FillType = types.StringValue(row.FillType)
	m.ServerIDs = whmcsobject.StringsToSet(row.ServerIDs)
	if o.Import {
		m.OnDestroy = types.StringValue(onDestroyDelete)
	}
}
