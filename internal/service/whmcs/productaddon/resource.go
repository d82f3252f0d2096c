// Package productaddon is hosting_whmcs_product_addon: what customers order beside a product, such as an additional IP
// address.
package productaddon

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.ProductAddon]{
		Name:           "whmcs_product_addon",
		Noun:           "product addon",
		Kind:           whmcs.KindProductAddon,
		Schema:         resourceSchema,
		DuplicateNames: true,
		Key:            func(m *model) whmcs.Values { return whmcs.Values{"name": m.Name.ValueString()} },
		Values:         values,
		Fill:           fill,
		ValidateConfig: func(m *model) (diags diag.Diagnostics) {
			whmcsobject.ValidateSale(&diags, "product addon", m.PayType, priceMaps(m))
			return diags
		},
		CheckPlan: func(ctx context.Context, w *whmcsobject.Write[model]) {
			completeWrite(w)
			whmcsobject.CheckSale(ctx, w, sale(ctx, w))
		},
		BeforeWrite:   func(_ context.Context, w *whmcsobject.Write[model]) { completeWrite(w) },
		KeepOnDestroy: keepOnDestroy,
		InUseRemedy: "An addon that was ordered cannot be deleted, even if it has ended. Set on_destroy = \"retire\" (hidden and " +
			"retired) or \"hide\", apply, and destroy again.",
	})
}

// Values of on_destroy.
const (
	onDestroyDelete = "delete"
	onDestroyRetire = "retire"
	onDestroyHide   = "hide"
)

func keepOnDestroy(m *model) whmcs.Values {
	switch m.OnDestroy.ValueString() {
	case onDestroyRetire:
		return whmcs.Values{"hidden": true, "retired": true}
	case onDestroyHide:
		return whmcs.Values{"hidden": true}
	}
	return nil
}

func completeWrite(w *whmcsobject.Write[model]) {
	if w.Prior != nil {
		whmcsobject.CompletePayType(w, w.Plan.PayType, priceMaps(w.Prior), priceMaps(w.Plan))
	}
}

// sale returns the prices of a planned write, for the checks that product addons share with products.
func sale(ctx context.Context, w *whmcsobject.Write[model]) whmcsobject.Sale {
	s := whmcsobject.Sale{
		Noun: "product addon", Name: w.Plan.Name.ValueString(), PayType: w.Plan.PayType, Plan: priceMaps(w.Plan),
		Stored: func() (pricing map[string]map[string]whmcs.CyclePrice, payType string) {
			if w.Client == nil || w.ID == "" {
				return nil, ""
			}
			found, err := whmcs.CollectionOf[whmcs.ProductAddon](w.Client, whmcs.KindProductAddon).Get(ctx, w.ID)
			if err != nil || found.Row == nil {
				return nil, "" // the validation of the whole write reports it
			}
			return found.Row.Pricing, found.Row.PayType
		},
	}
	if w.Prior != nil {
		prior := priceMaps(w.Prior)
		s.Prior = &prior
	}
	return s
}

func resourceSchema(context.Context) schema.Schema {
	payType := resourcekit.NestedText(kinds.ProductAddon.PayType, "How the addon is paid: `free`, `one_time` or `recurring`.")
	payType.Optional, payType.Computed, payType.Required = false, false, true
	return schema.Schema{
		MarkdownDescription: "A product addon: an item that customers order together with a product or later, such as an additional " +
			"IP address, a licence or a backup. Module settings of an addon are not managed.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ProductAddon.Name, "Name of the addon, as customers see it."),
			"description": resourcekit.Text(kinds.ProductAddon.Description,
				"Description on the order form. HTML is allowed. Defaults to `\"\"` when the addon is created. If omitted, "+
					"the current value is kept."),
			"product_ids": resourcekit.OptionalStringSet(
				"Ids of the products that the addon is offered with. Defaults to `[]` when the addon is created. If omitted, "+
					"the current value is kept.", resourcekit.ID()),
			"pay_type": payType,
			"prices": resourcekit.Prices(whmcs.BillingCycles, "Prices by currency code, such as `USD`, then by billing cycle: "+
				"`monthly`, `quarterly`, `semiannually`, `annually`, `biennially` or `triennially`, or `one_time` for pay type "+
				"`one_time`. A price is a decimal number as text, such as `\"2.00\"`, for the whole cycle. Zero needs the provider's "+
				"`guards.allow_zero_price`. If a currency is listed, each cycle without a price in this currency "+
				"is off. If a currency is not listed, Terraform does not manage its prices, and customers cannot order a new "+
				"addon in this currency."),
			"setup_fees": resourcekit.SetupFees(whmcs.BillingCycles, "Set-up fees by currency code, then by billing cycle, as "+
				"decimal text. Each fee needs a price of the same currency and cycle in `prices`. If `prices` lists a "+
				"currency, each cycle that is not listed here has no set-up fee in this currency."),
			"show_on_order_form": resourcekit.Bool(kinds.ProductAddon.ShowOnOrderForm,
				"Offer the addon while its product is ordered. Otherwise customers order it later, in the client area. "+
					"Defaults to `false` when the addon is created. If omitted, the current value is kept."),
			"hidden": resourcekit.Bool(kinds.ProductAddon.Hidden,
				"Hide the addon from customers. A new addon is created hidden and shown as the last step. Defaults to `false` "+
					"when the addon is created. If omitted, the current value is kept."),
			"retired": resourcekit.Bool(kinds.ProductAddon.Retired,
				"Retire the addon: customers cannot order it any more. Defaults to `false` when the addon is created. "+
					"If omitted, the current value is kept."),
			"tax": resourcekit.Bool(kinds.ProductAddon.Tax,
				"Charge tax on the addon. Defaults to `false` when the addon is created. If omitted, the current value is kept."),
			"welcome_email": resourcekit.Text(kinds.ProductAddon.WelcomeEmail,
				"Name of the product email template that WHMCS sends when the addon is activated. Empty means none. Defaults "+
					"to `\"\"` when the addon is created. If omitted, the current value is kept."),
			"order": resourcekit.Int(kinds.ProductAddon.Order,
				"Place among the addons, lowest first, 0 or more. Defaults to `0` when the addon is created. If omitted, the "+
					"current value is kept."),
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyDelete),
				MarkdownDescription: "Effect of a destroy. `delete` deletes the addon. WHMCS refuses to delete an addon " +
					"that was ordered. `retire` keeps it hidden and retired. `hide` keeps it hidden. Defaults to `delete`.",
				Validators: []validator.String{stringvalidator.OneOf(onDestroyDelete, onDestroyRetire, onDestroyHide)},
			},
		},
	}
}
