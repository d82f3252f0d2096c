package productaddon

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                 types.String `tfsdk:"id"`
	AllowDuplicateName types.Bool   `tfsdk:"allow_duplicate_name"`
	Name               types.String `tfsdk:"name"`
	Description        types.String `tfsdk:"description"`
	ProductIDs         types.Set    `tfsdk:"product_ids"`
	PayType            types.String `tfsdk:"pay_type"`
	Prices             types.Map    `tfsdk:"prices"`
	SetupFees          types.Map    `tfsdk:"setup_fees"`
	ShowOnOrderForm    types.Bool   `tfsdk:"show_on_order_form"`
	Hidden             types.Bool   `tfsdk:"hidden"`
	Retired            types.Bool   `tfsdk:"retired"`
	Tax                types.Bool   `tfsdk:"tax"`
	WelcomeEmail       types.String `tfsdk:"welcome_email"`
	Order              types.Int64  `tfsdk:"order"`
	OnDestroy          types.String `tfsdk:"on_destroy"`
}

func priceMaps(m *model) resourcekit.PriceMaps {
	return resourcekit.PriceMaps{Prices: m.Prices, SetupFees: m.SetupFees}
}

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("name", m.Name)
	b.String("description", m.Description)
	b.StringSet("product_ids", m.ProductIDs)
	b.String("pay_type", m.PayType)
	whmcsobject.SaleValues(b, priceMaps(m))
	b.Bool("show_on_order_form", m.ShowOnOrderForm)
	b.Bool("hidden", m.Hidden)
	b.Bool("retired", m.Retired)
	b.Bool("tax", m.Tax)
	b.String("welcome_email", m.WelcomeEmail)
	b.Int("order", m.Order)
	return b.Fields()
}

func fill(_ context.Context, row *whmcs.ProductAddon, m *model, o whmcsobject.FillOptions) {
	m.Name = types.StringValue(row.Name)
	m.Description = types.StringValue(row.Description)
	if o.Import || !m.ProductIDs.IsNull() {
		m.ProductIDs = whmcsobject.StringsToSet(row.ProductIDs)
	}
	m.PayType = types.StringValue(row.PayType)
	amounts := priceMaps(m)
	whmcsobject.FillSale(row.Pricing, row.PayType, &amounts, o)
	m.Prices, m.SetupFees = amounts.Prices, amounts.SetupFees
	m.ShowOnOrderForm = types.BoolPointerValue(row.ShowOnOrderForm)
	m.Hidden = types.BoolPointerValue(row.Hidden)
	m.Retired = types.BoolPointerValue(row.Retired)
	m.Tax = types.BoolPointerValue(row.Tax)
	m.WelcomeEmail = types.StringPointerValue(row.WelcomeEmail)
	m.Order = types.Int64PointerValue(row.Order)
	if o.Import {
		m.OnDestroy = types.StringValue(onDestroyDelete)
	}
	if o.Written {
		o.PrivateState.LastWrittenAmounts = whmcsobject.SaleAmounts(amounts)
	}
}
