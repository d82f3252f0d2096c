package whmcs

import (
	"fmt"
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
		for _, list := range [][2]string{
			{"tblproduct_recommendations", "recommended_product_id"}, {"tblproduct_upgrade_products", "upgrade_product_id"},
		} {
			for _, row := range w.t.idsBy(list[0], list[1], text(w.id)) {
				if product := system.Number(w.t.row(list[0], row)["product_id"]); product != w.id {
					others = append(others, affected{kind: w.k.name, id: product})
				}
			}
		}
		for _, group := range columnOf(w.t, "tblproductconfiglinks", w.t.idsBy("tblproductconfiglinks", "pid", text(w.id)), "gid") {
			others = append(others, affected{kind: kinds.ConfigurableOptionGroup.Kind.Name, id: system.Number(group)})
		}
		return others
	},
	uses:    productUses,
	remarks: leftGroups,
	cleanup: cleanupProduct,
	created: "ProductEdit", edited: "ProductEdit", deleted: "ProductDelete", hookParameter: "pid",
})

// productSlugField is the active row of tblproducts_slugs. Earlier slugs remain there as inactive rows, so that old
// links redirect. So do the slugs of a former group (seen).
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
		write: func(w *write, row Row, v any) { setProductSlug(w.t, w.id, row["gid"], cast[string](v)) },
	}
}

func setProductSlug(t *tx, product int64, group, slug string) {
	if active := activeSlug(t, product); active != 0 {
		t.set("tblproducts_slugs", active, Row{"active": "0"})
	}
	for _, former := range t.idsWhere("tblproducts_slugs", "product_id", text(product), Row{"slug": slug, "group_id": group}) {
		t.set("tblproducts_slugs", former, Row{"active": "1"})
		return
	}
	t.insert("tblproducts_slugs", Row{"product_id": text(product), "group_id": group, "slug": slug, "active": "1"})
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
			w.reject(name, "is not the name of an email template of type product")
		}
	}
	group, _ := w.finalValue("product_group_id").(string)
	if slug, given := w.values["slug"].(string); given && group != "" && productSlugTaken(w.t, group, w.id)(slug) {
		w.rejectTaken("slug", "Another product of this group has this slug")
	}
	w.requireExisting("recommended_product_ids", "tblproducts")
	w.requireExisting("upgrade_product_ids", "tblproducts")
	checkPricing(w)
	checkOptions(w)
	checkOverages(w)
	checkOnDemand(w)
	fields, _ := w.values["custom_fields"].(map[string]any)
	customFieldParts.check(w, "custom_fields", w.id, fields)
}

// finishProduct takes the slug of a product to its new group. Where the group has that slug, the product's id is added.
func finishProduct(w *write, row Row) {
	active := activeSlug(w.t, w.id)
	if active == 0 || w.t.row("tblproducts_slugs", active)["group_id"] == row["gid"] {
		return
	}
	slug := w.t.row("tblproducts_slugs", active)["slug"]
	if productSlugTaken(w.t, row["gid"], w.id)(slug) {
		slug += "-" + text(w.id)
	}
	setProductSlug(w.t, w.id, row["gid"], slug)
}

func productUses(t *tx, id int64) []use {
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
		{"bundles", mentions("tblbundles", "products")},
		{"promotions", mentions("tblpromotions", "appliesto", "requires")},
	}
}

// leftGroups names the option groups that no other product offers. They stay, because an administrator or Terraform may
// manage them.
func leftGroups(t *tx, id int64) []string {
	var remarks []string
	for _, group := range columnOf(t, "tblproductconfiglinks", t.idsBy("tblproductconfiglinks", "pid", text(id)), "gid") {
		if len(t.idsBy("tblproductconfiglinks", "gid", group)) == 1 {
			name := entity.decode(t.row("tblproductconfiggroups", system.Number(group))["name"])
			remarks = append(remarks, fmt.Sprintf("The configurable option group %q (%s) belonged only to this product. It was not deleted. "+
				"If you do not need it, delete it in WHMCS", name, group))
		}
	}
	return remarks
}

func cleanupProduct(t *tx, id int64) {
	for _, row := range t.idsWhere("tblpricing", "relid", text(id), Row{"type": "product"}) {
		t.remove("tblpricing", row)
	}
	customFieldParts.removeAll(t, id)
	for _, slug := range t.idsBy("tblproducts_slugs", "product_id", text(id)) {
		removeWhere(t, "tblproducts_slugs_tracking", "slug_id", slug)
	}
	for _, own := range [][2]string{
		{"tblproducts_slugs", "product_id"}, {"tblproductconfiglinks", "pid"},
		{"tblproduct_upgrade_products", "product_id"}, {"tblproduct_upgrade_products", "upgrade_product_id"},
		{"tblproduct_recommendations", "product_id"}, {"tblproduct_recommendations", "recommended_product_id"},
		{"tblproduct_downloads", "product_id"},
	} {
		removeWhere(t, own[0], own[1], id)
	}
	for _, row := range t.idsWhere("tblproducteventactions", "entity_id", text(id), Row{"entity_type": "product"}) {
		t.remove("tblproducteventactions", row)
	}
	for _, row := range t.idsWhere("tblondemandrenewals", "rel_id", text(id), Row{"rel_type": "Product"}) {
		t.remove("tblondemandrenewals", row)
	}
}
