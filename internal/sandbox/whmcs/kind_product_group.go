package whmcs

import (
	"strconv"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var productGroupKind = declared(kinds.ProductGroup.Kind, kind{
	fields: []field{tableField(kinds.ProductGroup.Slug).withInitial(initialGroupSlug), tableField(kinds.ProductGroup.Order).withInitial(lastOrder)},
	check: func(w *write) {
		slug, given := w.values["slug"].(string)
		if given && groupSlugTaken(w.t, w.id)(slug) {
			w.rejectTaken("slug", "Another product group has this slug")
		}
	},
	usage: func(t *tx, id int64, _ Row) map[string]any {
		return map[string]any{"products": len(t.idsBy("tblproducts", "gid", text(id)))}
	},
	// The address of a product contains the slug of its group.
	affects: func(w *write, deleting bool) []affected {
		if deleting || w.creating || !w.changes("slug") {
			return nil
		}
		var others []affected
		for _, product := range columnOf(w.t, "tblproducts_slugs", w.t.idsWhere("tblproducts_slugs", "group_id", text(w.id), Row{"active": "1"}), "product_id") {
			others = append(others, affected{kinds.Product.Kind.Name, system.Number(product)})
		}
		return others
	},
	uses: func(t *tx, id int64) []use {
		return []use{{"products", len(t.idsBy("tblproducts", "gid", text(id)))}}
	},
	cleanup: func(t *tx, id int64) { removeWhere(t, "tblproduct_group_features", "product_group_id", id) },
})

// initialGroupSlug computes the slug of a new group from its name.
var initialGroupSlug = func(w *write) any {
	return system.Slug(cast[string](w.values["name"]), "group", groupSlugTaken(w.t, 0))
}

func groupSlugTaken(t *tx, except int64) func(string) bool {
	return func(slug string) bool {
		for _, id := range t.idsBy("tblproductgroups", "slug", slug) {
			if id != except {
				return true
			}
		}
		return false
	}
}

// lastOrder returns the sort order after all other groups.
var lastOrder = func(w *write) any {
	var greatest int64
	for _, id := range w.t.ids(w.k.table) {
		order, _ := strconv.ParseInt(w.t.row(w.k.table, id)["order"], 10, 64)
		greatest = max(greatest, order)
	}
	return greatest + 1
}
