package whmcs

import (
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var productKind = declared(kinds.Product.Kind, kind{
	fields: []field{
		productSlugField(),
		emailField(kinds.Product.TerminationEmail),
		emailField(kinds.Product.WelcomeEmail),
		emailField(kinds.Product.UpgradeEmail),
		tableField(kinds.Product.Module),
		// With the pay type one_time, the price is stored in other columns. The pay type is in the table, so it is
		// written before the price.
		pricingField,
		moduleOptionsField,
		optionFingerprintsField,
		productTopLinkField,
		overagesField,
		affiliateField,
		recommendationsField,
		upgradesField,
		onDemandField,
		customFieldsField,
	},
	checkRemovals: checkLostValues, extras: customFieldIDs,
	check:  checkProduct,
	finish: finishProduct,
	usage: func(t *tx, id int64, row Row) map[string]any {
		return map[string]any{
			"services":      len(t.idsBy("tblhosting", serviceProduct, text(id))),
			"live_services": countLive(t, "tblhosting", serviceProduct, id),
			"quantity":      whole.decode(row["qty"]),
		}
	},
	affects: func(w *write, deleting bool) []affected {
		if !deleting {
			return nil
		}
		var others []affected
		for _, row := range w.t.idsBy("tblproduct_recommendations", "recommended_product_id", text(w.id)) {
			if product := system.Number(w.t.row("tblproduct_recommendations", row)["product_id"]); product != w.id {
				others = append(others, affected{kind: w.k.name, id: product})
			}
		}
		for _, group := range columnOf(w.t, "tblproductconfiglinks", w.t.idsBy("tblproductconfiglinks", "pid", text(w.id)), "gid") {
			others = append(others, affected{kind: kinds.ConfigurableOptionGroup.Kind.Name, id: system.Number(group)})
		}
		return others
	},
	uses:    productUses,
	cleanup: cleanupProduct,
	created: "ProductEdit", edited: "ProductEdit", deleted: "ProductDelete", hookParameter: "pid",
})

// productSlugField is the active row of tblproducts_slugs. Earlier slugs remain there as inactive rows, so that old
// links redirect.
func productSlugField() field {
	parse, _ := formOf(kinds.Product.Slug)
	return field{
		name: "slug", parse: parse, needs: "tblproducts_slugs", initial: initialProductSlug,
		read: func(t *tx, id int64, _ Row) any {
			if slug := activeSlug(t, id); slug != 0 {
				return t.row("tblproducts_slugs", slug)["slug"]
			}
			return ""
		},
		write: func(w *write, row Row, v any) {
			if slug := activeSlug(w.t, w.id); slug != 0 {
				w.t.set("tblproducts_slugs", slug, Row{"active": "0"})
			}
			for _, former := range w.t.idsWhere("tblproducts_slugs", "product_id", text(w.id), Row{"slug": cast[string](v)}) {
				w.t.remove("tblproducts_slugs", former)
			}
			w.t.insert("tblproducts_slugs", Row{"product_id": text(w.id), "group_id": row["gid"], "slug": cast[string](v), "active": "1"})
		},
	}
}

func activeSlug(t *tx, product int64) int64 {
	for _, id := range t.idsWhere("tblproducts_slugs", "product_id", text(product), Row{"active": "1"}) {
		return id
	}
	return 0
}

func productSlugTaken(t *tx, group string, except int64) func(string) bool {
	return func(slug string) bool {
		// An earlier slug only redirects. The column is compared without regard to case.
		return slices.ContainsFunc(t.idsWhere("tblproducts_slugs", "group_id", group, Row{"active": "1"}), func(id int64) bool {
			row := t.row("tblproducts_slugs", id)
			return strings.EqualFold(row["slug"], slug) && row["product_id"] != text(except)
		})
	}
}

var initialProductSlug = func(w *write) any {
	group, name := cast[string](w.values["product_group_id"]), cast[string](w.values["name"])
	return system.Slug(name, "product", productSlugTaken(w.t, group, 0))
}

// emailField stores the id of a product email template. Rows contain its name.
func emailField(declared kinds.Field) field {
	parse, _ := formOf(declared)
	return field{
		name: declared.Name, parse: parse, initial: "",
		read: func(t *tx, _ int64, row Row) any {
			template := t.row("tblemailtemplates", system.Number(row[declared.Column]))
			if template == nil {
				return ""
			}
			return entity.decode(template["name"])
		},
		write: func(w *write, row Row, v any) { row[declared.Column] = text(productEmail(w.t, cast[string](v))) },
	}
}

// productEmail returns the id of a product email template in the default language, or 0.
func productEmail(t *tx, name string) int64 {
	for _, id := range t.idsBy("tblemailtemplates", "type", "product") {
		row := t.row("tblemailtemplates", id)
		if row["language"] == "" && entity.decode(row["name"]) == name {
			return id
		}
	}
	return 0
}

func checkProduct(w *write) {
	w.checkModule()
	for _, name := range []string{"termination_email", "welcome_email", "upgrade_email"} {
		if email, given := w.values[name].(string); given && email != "" && productEmail(w.t, email) == 0 {
			w.reject(name, "names no product email template")
		}
	}
	group, _ := w.finalValue("product_group_id").(string)
	if slug, given := w.values["slug"].(string); given && group != "" && productSlugTaken(w.t, group, w.id)(slug) {
		w.reject("slug", "is the slug of another product in the group")
	}
	for _, product := range texts(w.values["recommended_product_ids"]) {
		if !w.t.exists("tblproducts", product) {
			w.reject("recommended_product_ids", "refers to product %s, which does not exist", product)
		}
	}
	for _, product := range texts(w.values["upgrade_product_ids"]) {
		if !w.t.exists("tblproducts", product) {
			w.reject("upgrade_product_ids", "refers to product %s, which does not exist", product)
		}
	}
	checkPricing(w)
	checkOptions(w)
	checkOverages(w)
	checkOnDemand(w)
	fields, _ := w.values["custom_fields"].(map[string]any)
	customFieldParts.check(w, "custom_fields", w.id, fields)
}

// finishProduct moves the slugs to the group of the product.
func finishProduct(w *write, row Row) {
	for _, id := range w.t.idsBy("tblproducts_slugs", "product_id", text(w.id)) {
		if w.t.row("tblproducts_slugs", id)["group_id"] != row["gid"] {
			w.t.set("tblproducts_slugs", id, Row{"group_id": row["gid"]})
		}
	}
}

func productUses(t *tx, id int64) []use {
	upgrades := 0
	for _, upgrade := range t.idsBy("tblproduct_upgrade_products", "upgrade_product_id", text(id)) {
		if t.row("tblproduct_upgrade_products", upgrade)["product_id"] != text(id) {
			upgrades++
		}
	}
	mentions := func(table string, columns ...string) int {
		count := 0
		for _, row := range t.ids(table) {
			if slices.ContainsFunc(columns, func(column string) bool {
				return slices.Contains(system.SplitList(t.row(table, row)[column], ","), text(id))
			}) {
				count++
			}
		}
		return count
	}
	return []use{
		{"services", len(t.idsBy("tblhosting", serviceProduct, text(id)))},
		{"upgrade_paths", upgrades},
		{"bundles", mentions("tblbundles", "products")},
		{"promotions", mentions("tblpromotions", "appliesto", "requires")},
	}
}

func cleanupProduct(t *tx, id int64) {
	for _, table := range []string{"tblpricing", "tblcustomfields"} {
		for _, row := range t.idsWhere(table, "relid", text(id), Row{"type": "product"}) {
			t.remove(table, row)
		}
	}
	for _, own := range [][2]string{
		{"tblproducts_slugs", "product_id"}, {"tblproductconfiglinks", "pid"}, {"tblproduct_upgrade_products", "product_id"},
		{"tblproduct_recommendations", "product_id"}, {"tblproduct_recommendations", "recommended_product_id"},
	} {
		removeWhere(t, own[0], own[1], id)
	}
	for _, row := range t.idsWhere("tblondemandrenewals", "rel_id", text(id), Row{"rel_type": "Product"}) {
		t.remove("tblondemandrenewals", row)
	}
}
