package whmcs

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var productKind = kind{
	name: "product", table: "tblproducts", naturalKey: []string{"product_group_id", "name"}, writable: true,
	fields: []field{
		referenceField("product_group_id", "gid", "tblproductgroups").mandatory(),
		column("name", "name", nameText, entity, nil).mandatory(),
		productSlugField,
		column("type", "type", oneOf("hostingaccount", "reselleraccount", "server", "other"), raw, "server"),
		column("description", "description", storedIn(raw), raw, ""),
		textField("short_description", "short_description").since("tblproducts.short_description"),
		column("tagline", "tagline", such(textOf(shortText), "must not be longer than 255 characters as it is stored", func(s string) bool {
			return utf8.RuneCountInString(entity.encode(s)) <= shortText
		}), entity, "").since("tblproducts.tagline"),
		column("color", "color", matching(colorForm, `must be "#rrggbb" or ""`), raw, "").since("tblproducts.color"),
		boolField("hidden", "hidden", flag),
		boolField("show_domain_options", "showdomainoptions", flag),
		boolField("retired", "retired", flag),
		boolField("tax", "tax", flag),
		boolField("featured", "is_featured", flag),
		intField("order", "order", maxInt, 0),
		// Pricing is kept in other columns with pay type one_time, so the pay type is written first.
		column("pay_type", "paytype", oneOf("free", "one_time", "recurring"),
			words("free", "free", "one_time", "onetime", "recurring", "recurring"), "free"),
		pricingField,
		column("allow_multiple_quantities", "allowqty", oneOf("no", "separate_services", "combined"),
			words("no", "0", "separate_services", "1", "combined", "3"), "no"),
		intField("recurring_cycles_limit", "recurringcycles", 999, 0),
		intField("auto_terminate_days", "autoterminatedays", maxInt, 0),
		emailField("termination_email", "autoterminateemail"),
		emailField("welcome_email", "welcomeemail"),
		emailField("upgrade_email", "upgradeemail"),
		boolField("prorata_billing", "proratabilling", flag),
		intField("prorata_date", "proratadate", 31, 0),
		intField("prorata_charge_next_month", "proratachargenextmonth", 31, 0),
		column("auto_setup", "autosetup", oneOf("on_order", "on_payment", "on_accept", "never"),
			words("on_order", "order", "on_payment", "payment", "on_accept", "on", "never", ""), "never"),
		column("module", "servertype", matching(optionalModuleForm, "must be the name of a server module"), raw, ""),
		referenceField("server_group_id", "servergroup", "tblservergroups").clearable(),
		moduleOptionsField,
		optionPrintsField,
		productTopLinkField,
		boolField("stock_control", "stockcontrol", flag),
		intField("quantity", "qty", maxInt, 0),
		column("subdomains", "subdomain", listOf(subdomain), csvList, nil),
		column("free_domain", "freedomain", oneOf("no", "while_active", "once"), words("no", "", "while_active", "on", "once", "once"), "no"),
		column("free_domain_billing_cycles", "freedomainpaymentterms", setOf(matching(wordForm, "must be billing cycles"), false), csv, nil),
		column("free_domain_tlds", "freedomaintlds", setOf(domain, false), csv, nil),
		boolField("configurable_options_upgrade", "configoptionsupgrade", tick),
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
}

var (
	colorForm          = regexp.MustCompile(`^(#[0-9A-Fa-f]{6})?$`)
	optionalModuleForm = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
	productSlugForm    = regexp.MustCompile(`^[\p{L}\p{M}\p{N}._~-]+$`)
	wordForm           = regexp.MustCompile(`^[A-Za-z_-]+$`)
	domainForm         = regexp.MustCompile(`^\.?[\p{L}\p{M}\p{N}.-]+$`)
)

var domain = matching(domainForm, "must be domain names")

var subdomain = such(domain, "must begin with a dot", func(s string) bool { return strings.HasPrefix(s, ".") })

// productSlugField is the active row of tblproducts_slugs; former slugs stay there inactive, so that old links lead on.
var productSlugField = field{
	name: "slug", parse: matching(productSlugForm, "must consist of letters, digits and . _ ~ -"), needs: "tblproducts_slugs", initial: freshProductSlug,
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
func emailField(name, col string) field {
	return field{
		name: name, parse: textOf(shortText), initial: "",
		read: func(t *tx, _ int64, row Row) any {
			template := t.row("tblemailtemplates", system.Number(row[col]))
			if template == nil {
				return ""
			}
			return entity.decode(template["name"])
		},
		write: func(w *write, row Row, v any) { row[col] = text(productEmail(w.t, as[string](v))) },
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
