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
		// Pricing is kept in other columns with pay type one_time, so the pay type, which is in the table, is written first.
		pricingField,
		moduleOptionsField,
		optionPrintsField,
		productTopLinkField,
		overagesField,
		affiliateField,
		recommendationsField,
		upgradesField,
		onDemandField,
		customFieldsField,
	},
	loss: lostValues, extras: customFieldIDs,
	check:  checkProduct,
	finish: finishProduct,
	usage: func(t *tx, id int64, row Row) map[string]any {
		return map[string]any{
			"services":      len(t.by("tblhosting", serviceProduct, text(id))),
			"live_services": countLive(t, "tblhosting", serviceProduct, id),
			"quantity":      whole.decode(row["qty"]),
		}
	},
	affects: func(w *write, deleting bool) []affected {
		if !deleting {
			return nil
		}
		var others []affected
		for _, row := range w.t.by("tblproduct_recommendations", "recommended_product_id", text(w.id)) {
			if product := system.Number(w.t.row("tblproduct_recommendations", row)["product_id"]); product != w.id {
				others = append(others, affected{w.k, product})
			}
		}
		for _, group := range columnOf(w.t, "tblproductconfiglinks", w.t.by("tblproductconfiglinks", "pid", text(w.id)), "gid") {
			others = append(others, affected{&optionGroupKind, system.Number(group)})
		}
		return others
	},
	uses:    productUses,
	cleanup: cleanupProduct,
	created: "ProductEdit", edited: "ProductEdit", deleted: "ProductDelete", hookParameter: "pid",
})

// productSlugField is the active row of tblproducts_slugs; former slugs stay there inactive, so that old links lead on.
func productSlugField() field {
	parse, _ := formOf(kinds.Product.Slug)
	return field{
		name: "slug", parse: parse, needs: "tblproducts_slugs", initial: freshProductSlug,
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
			for _, former := range w.t.where("tblproducts_slugs", "product_id", text(w.id), Row{"slug": as[string](v)}) {
				w.t.remove("tblproducts_slugs", former)
			}
			w.t.insert("tblproducts_slugs", Row{"product_id": text(w.id), "group_id": row["gid"], "slug": as[string](v), "active": "1"})
		},
	}
}

func activeSlug(t *tx, product int64) int64 {
	for _, id := range t.where("tblproducts_slugs", "product_id", text(product), Row{"active": "1"}) {
		return id
	}
	return 0
}

func productSlugTaken(t *tx, group string, except int64) func(string) bool {
	return func(slug string) bool {
		// A former slug only redirects; the column compares without regard to case.
		return slices.ContainsFunc(t.where("tblproducts_slugs", "group_id", group, Row{"active": "1"}), func(id int64) bool {
			row := t.row("tblproducts_slugs", id)
			return strings.EqualFold(row["slug"], slug) && row["product_id"] != text(except)
		})
	}
}

var freshProductSlug = func(w *write) any {
	group, name := as[string](w.values["product_group_id"]), as[string](w.values["name"])
	return system.Slug(name, "product", productSlugTaken(w.t, group, 0))
}

// emailField holds the id of a product email template, of which rows show the name.
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
		write: func(w *write, row Row, v any) { row[declared.Column] = text(productEmail(w.t, as[string](v))) },
	}
}

// productEmail finds a product email template in the default language; 0 when there is none.
func productEmail(t *tx, name string) int64 {
	for _, id := range t.by("tblemailtemplates", "type", "product") {
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
	group, _ := w.effective("product_group_id").(string)
	if slug, given := w.values["slug"].(string); given && group != "" && productSlugTaken(w.t, group, w.id)(slug) {
		w.reject("slug", "is the slug of another product in the group")
	}
	for _, product := range texts(w.values["recommended_product_ids"]) {
		if !w.t.has("tblproducts", product) {
			w.reject("recommended_product_ids", "refers to product %s, which does not exist", product)
		}
	}
	for _, product := range texts(w.values["upgrade_product_ids"]) {
		if !w.t.has("tblproducts", product) {
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

// finishProduct keeps the slug in the group the product is in.
func finishProduct(w *write, row Row) {
	for _, id := range w.t.by("tblproducts_slugs", "product_id", text(w.id)) {
		if w.t.row("tblproducts_slugs", id)["group_id"] != row["gid"] {
			w.t.set("tblproducts_slugs", id, Row{"group_id": row["gid"]})
		}
	}
}

func productUses(t *tx, id int64) []use {
	upgrades := 0
	for _, upgrade := range t.by("tblproduct_upgrade_products", "upgrade_product_id", text(id)) {
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
		{"services", len(t.by("tblhosting", serviceProduct, text(id)))},
		{"upgrade_paths", upgrades},
		{"bundles", mentions("tblbundles", "products")},
		{"promotions", mentions("tblpromotions", "appliesto", "requires")},
	}
}

func cleanupProduct(t *tx, id int64) {
	for _, table := range []string{"tblpricing", "tblcustomfields"} {
		for _, row := range t.where(table, "relid", text(id), Row{"type": "product"}) {
			t.remove(table, row)
		}
	}
	for _, own := range [][2]string{
		{"tblproducts_slugs", "product_id"}, {"tblproductconfiglinks", "pid"}, {"tblproduct_upgrade_products", "product_id"},
		{"tblproduct_recommendations", "product_id"}, {"tblproduct_recommendations", "recommended_product_id"},
	} {
		removeWhere(t, own[0], own[1], id)
	}
	for _, row := range t.where("tblondemandrenewals", "rel_id", text(id), Row{"rel_type": "Product"}) {
		t.remove("tblondemandrenewals", row)
	}
}
