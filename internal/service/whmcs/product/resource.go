// Package product is hosting_whmcs_product: a product that customers order, with its prices, module settings and
// automation.
package product

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.Product]{
		Name:           "whmcs_product",
		Noun:           "product",
		Kind:           whmcs.KindProduct,
		Schema:         resourceSchema,
		DuplicateNames: true,
		Key: func(m *model) whmcs.Values {
			return whmcs.Values{"product_group_id": m.ProductGroupID.ValueString(), "name": m.Name.ValueString()}
		},
		Values:         values,
		Fill:           fill,
		CompleteImport: nameImportedOptions,
		ValidateConfig: validateConfig,
		CheckPlan: func(ctx context.Context, w *whmcsobject.Write[model]) {
			checkPlan(ctx, w)
			checkSystems(ctx, w)
		},
		BeforeWrite:   func(_ context.Context, w *whmcsobject.Write[model]) { completeWrite(w) },
		KeepOnDestroy: keepOnDestroy,
		InUseRemedy:   "A product that was sold cannot be deleted, even if all its services have ended. For such a product, set on_destroy = \"retire\" (hidden, retired, out of stock) or \"hide\", apply, and destroy again. A custom field with stored values cannot be deleted. For such a field, set admin_only = true and required = false. If live services use a setting, add its attribute to allow_live_changes.",
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
		return whmcs.Values{"hidden": true, "retired": true, "stock_control": true, "quantity": int64(0)}
	case onDestroyHide:
		return whmcs.Values{"hidden": true}
	}
	return nil
}

// completeWrite adds to a write the parts that only products have. On creation, that is the initial stock. In an
// update, these are the fields whose change WHMCS refuses while services of the product are live. WHMCS checks that
// inside the write, so that a service ordered after the plan counts too.
func completeWrite(w *whmcsobject.Write[model]) {
	addWriteOnly(w)
	if w.Prior == nil {
		if quantity := w.Plan.InitialQuantity; !quantity.IsNull() && !quantity.IsUnknown() {
			w.Values["quantity"] = quantity.ValueInt64()
		}
		return
	}
	w.Options.GuardLive, _ = liveChanges(w)
	whmcsobject.CompletePayType(w, w.Plan.PayType, priceMaps(w.Prior), priceMaps(w.Plan))
	numberOptions(w)
}

// liveFields maps each value of allow_live_changes to its wire fields. WHMCS reads them at every module call, so a
// change affects every live service.
var liveFields = map[string][]string{
	"module":         {"module"},
	"type":           {"type"},
	"pay_type":       {"pay_type"},
	"module_options": {"module_options", "toplink_dcim"},
}

// liveChanges returns the live fields that an update changes: the fields that allow_live_changes does not name, and the
// fields that it names.
func liveChanges(w *whmcsobject.Write[model]) (refused, allowed []string) {
	permitted := map[string]bool{}
	for _, element := range w.Plan.AllowLiveChanges.Elements() {
		if word, ok := element.(types.String); ok {
			permitted[word.ValueString()] = true
		}
	}
	for word, fields := range liveFields {
		for _, field := range fields {
			switch _, changes := w.Values[field]; {
			case !changes, field == "module_options" && !optionsChange(w):
			case permitted[word]:
				allowed = append(allowed, field)
			default:
				refused = append(refused, field)
			}
		}
	}
	slices.Sort(refused)
	slices.Sort(allowed)
	return refused, allowed
}
