package whmcs

import (
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// productAddonKind are the addons that customers order beside a product. WHMCS has no API action for them.
var productAddonKind = declared(kinds.ProductAddon.Kind, kind{
	fields: []field{
		addonProductsField,
		addonPayTypeField(),
		emailField(kinds.ProductAddon.WelcomeEmail),
		pricesOf("addon", func(row Row) bool { return strings.EqualFold(row["billingcycle"], "onetime") }),
	},
	check: func(w *write) {
		w.requireExisting("product_ids", "tblproducts")
		if email, given := w.values["welcome_email"].(string); given && email != "" && productEmail(w.t, email) == 0 {
			w.reject("welcome_email", "is not the name of an email template of type product")
		}
		checkPricing(w)
	},
	affects: func(w *write, _ bool) []affected { return w.changedIDs("product_ids", kinds.Product.Kind.Name) },
	usage: func(t *tx, id int64, _ Row) map[string]any {
		return map[string]any{"service_addons": len(t.idsBy("tblhostingaddons", "addonid", text(id)))}
	},
	uses: func(t *tx, id int64) []use {
		return []use{{"service_addons", len(t.idsBy("tblhostingaddons", "addonid", text(id)))}}
	},
	cleanup: func(t *tx, id int64) {
		for _, price := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": "addon"}) {
			t.remove("tblpricing", price)
		}
	},
	deleted: "ProductAddonDelete", hookParameter: "addonId",
})

// addonProductsField are the products that an addon is offered with, as ids with commas between them. The column keeps
// an id after the deletion of its product.
var addonProductsField = field{
	name: "product_ids", many: true, parse: setOf("ids", reference, "an id"), leaveWith: "tblproducts",
	read: func(t *tx, _ int64, row Row) any {
		products := system.SplitList(row["packages"], ",")
		return sortedSet(slices.DeleteFunc(products, func(id string) bool { return !t.exists("tblproducts", id) }))
	},
	write: func(_ *write, row Row, v any) { row["packages"] = strings.Join(texts(v), ",") },
}

// addonPayTypeField reads every case of the stored word, because older installations have others (seen).
func addonPayTypeField() field {
	declared := kinds.ProductAddon.PayType
	parse, c := formOf(declared)
	f := column(declared.Name, declared.Column, parse, c, initialOf(declared))
	f.read = func(_ *tx, _ int64, row Row) any { return c.decode(strings.ToLower(row[declared.Column])) }
	return f
}
