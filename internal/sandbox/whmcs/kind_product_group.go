package whmcs

import (
	"regexp"
	"strconv"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var productGroupKind = kind{
	name: "product_group", table: "tblproductgroups", naturalKey: []string{"name"}, writable: true,
	fields: []field{
		column("name", "name", nameText, entity, nil).mandatory(),
		column("slug", "slug", matching(slugForm, "must consist of a-z, 0-9 and -"), raw, freshGroupSlug).since("tblproductgroups.slug"),
		textField("headline", "headline"),
		textField("tagline", "tagline"),
		column("order_form_template", "orderfrmtpl", matching(optionalModuleForm, "must be the name of a template folder"), raw, ""),
		column("disabled_gateways", "disabledgateways", setOf(matching(moduleForm, "must be names of gateway modules, without a comma"), false), csv, nil),
		boolField("hidden", "hidden", flag),
		column("order", "order", integer(0, maxInt), whole, lastOrder),
	},
	check: func(w *write) {
		slug, given := w.values["slug"].(string)
		if given && groupSlugTaken(w.t, w.id)(slug) {
			w.reject("slug", "is the slug of another product group")
		}
	},
	usage: func(t *tx, id int64, _ Row) map[string]any {
		return map[string]any{"products": len(t.by("tblproducts", "gid", text(id)))}
	},
	uses: func(t *tx, id int64) []use {
		return []use{{"products", len(t.by("tblproducts", "gid", text(id)))}}
	},
}

var listElementForm = regexp.MustCompile(`^[^,\s][^,\n]*$`)

// listElement is text that can stand in a comma-separated column.
var listElement = matching(listElementForm, "must not be empty or contain a comma")

// freshGroupSlug is computed at creation from the name.
var freshGroupSlug = func(w *write) any {
	return system.Slug(as[string](w.values["name"]), "group", groupSlugTaken(w.t, 0))
}

func groupSlugTaken(t *tx, except int64) func(string) bool {
	return func(slug string) bool {
		for _, id := range t.by("tblproductgroups", "slug", slug) {
			if id != except {
				return true
			}
		}
		return false
	}
}

// lastOrder sorts a new group behind all others.
var lastOrder = func(w *write) any {
	var greatest int64
	for _, id := range w.t.ids(w.k.table) {
		order, _ := strconv.ParseInt(w.t.row(w.k.table, id)["order"], 10, 64)
		greatest = max(greatest, order)
	}
	return greatest + 1
}
