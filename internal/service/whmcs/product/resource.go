// Package product is hosting_whmcs_product: what customers order, with its prices, its module settings and its automation.
package product

import (
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
		Key:            []string{"product_group_id", "name"},
		Values:         values,
		CreateOnly:     createOnly,
		Fill:           fill,
		ValidateConfig: validateConfig,
		CheckPlan:      checkPlan,
		Applied:        applied,
		WriteOptions:   writeOptions,
		KeepOnDestroy:  keepOnDestroy,
		Imported:       imported,
		InUseRemedy:    "A product that was ever sold stays in WHMCS's books: set on_destroy = \"retire\" (hidden, retired, out of stock) or \"hide\", apply, and destroy again. A custom field stays as long as values are stored in it: set admin_only = true and required = false on it instead of removing it.",
	})
}

// What happens to the product when it leaves the configuration.
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

func imported(m *model) {
	m.OnDestroy = types.StringValue(onDestroyDelete)
	m.ManageQuantity = types.BoolValue(false)
}

// liveFields are the fields whose change reaches every live service of the product at once, because WHMCS reads them at every
// module call. The key is the word for allow_live_changes, the values are the wire fields.
var liveFields = map[string][]string{
	"module":         {"module"},
	"type":           {"type"},
	"pay_type":       {"pay_type"},
	"module_options": {"module_options", "toplink_dcim"},
}

// guarded splits the live fields that an update changes into those that need services to be absent and those that are allowed.
func guarded(prior, plan *model) (refused, allowed []string) {
	_, changed := whmcs.Diff(values(prior).Values, values(plan).Values)
	permitted := map[string]bool{}
	for _, element := range plan.AllowLiveChanges.Elements() {
		if word, ok := element.(types.String); ok {
			permitted[word.ValueString()] = true
		}
	}
	for word, fields := range liveFields {
		for _, field := range fields {
			if _, changes := changed[field]; !changes {
				continue
			}
			if permitted[word] {
				allowed = append(allowed, field)
			} else {
				refused = append(refused, field)
			}
		}
	}
	slices.Sort(refused)
	slices.Sort(allowed)
	return refused, allowed
}

// writeOptions has the companion refuse a change of live fields inside the write itself, so that a service ordered between plan and
// apply counts too.
func writeOptions(prior, plan *model) whmcs.WriteOptions {
	if prior == nil {
		return whmcs.WriteOptions{}
	}
	refused, _ := guarded(prior, plan)
	return whmcs.WriteOptions{GuardLive: refused}
}
