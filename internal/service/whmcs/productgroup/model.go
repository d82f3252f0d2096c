package productgroup

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
	Slug               types.String `tfsdk:"slug"`
	Headline           types.String `tfsdk:"headline"`
	Tagline            types.String `tfsdk:"tagline"`
	OrderFormTemplate  types.String `tfsdk:"order_form_template"`
	DisabledGateways   types.Set    `tfsdk:"disabled_gateways"`
	Hidden             types.Bool   `tfsdk:"hidden"`
	Order              types.Int64  `tfsdk:"order"`
	OnDestroy          types.String `tfsdk:"on_destroy"`
}

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("name", m.Name)
	b.String("slug", m.Slug)
	b.String("headline", m.Headline)
	b.String("tagline", m.Tagline)
	b.String("order_form_template", m.OrderFormTemplate)
	b.StringSet("disabled_gateways", m.DisabledGateways)
	b.Bool("hidden", m.Hidden)
	b.Int("order", m.Order)
	return b.Fields()
}

func fill(_ context.Context, row *whmcs.ProductGroup, m *model, o whmcsobject.FillOptions) {
	m.Name = types.StringValue(row.Name)
	m.Slug = types.StringPointerValue(row.Slug)
	m.Headline = types.StringPointerValue(row.Headline)
	m.Tagline = types.StringPointerValue(row.Tagline)
	m.OrderFormTemplate = types.StringPointerValue(row.OrderFormTemplate)
	m.DisabledGateways = whmcsobject.StringsToSet(row.DisabledGateways)
	m.Hidden = types.BoolValue(row.Hidden)
	m.Order = types.Int64Value(row.Order)
	if o.Import {
		m.OnDestroy = types.StringValue(onDestroyDelete)
	}
}

// keepOnDestroy hides the group or leaves it unchanged, instead of deleting it, if on_destroy says so.
func keepOnDestroy(m *model) whmcs.Values {
	switch m.OnDestroy.ValueString() {
	case onDestroyHide:
		return whmcs.Values{"hidden": true}
	case onDestroyKeep:
		return whmcs.Values{}
	}
	return nil
}
