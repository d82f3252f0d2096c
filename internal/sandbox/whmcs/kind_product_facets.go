package whmcs

import (
	"strconv"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

const (
	overageScale   = 4
	overageDigits  = 6
	affiliateScale = 2
)

// overagesField is tblproducts.overagesenabled ("" or "1,MB,MB") and its four related columns.
var overagesField = field{
	name: "overages", keyed: true,
	parse: objectOf(map[string]parser{
		"enabled": boolean, "disk_unit": oneOf(units...), "bandwidth_unit": oneOf(units...),
		"disk_limit": integer(0, maxInt), "bandwidth_limit": integer(0, maxInt),
		"disk_price": narrowDecimal(overageDigits, overageScale), "bandwidth_price": narrowDecimal(overageDigits, overageScale),
	}),
	read: func(_ *tx, _ int64, row Row) any {
		enabled := system.SplitList(row["overagesenabled"], ",")
		overages := map[string]any{
			"enabled": len(enabled) > 0 && flag.decode(enabled[0]) == true, "disk_unit": "MB", "bandwidth_unit": "MB",
			"disk_limit": whole.decode(row["overagesdisklimit"]), "bandwidth_limit": whole.decode(row["overagesbwlimit"]),
			"disk_price": storedDecimal(row["overagesdiskprice"], overageScale), "bandwidth_price": storedDecimal(row["overagesbwprice"], overageScale),
		}
		if len(enabled) == 3 {
			overages["disk_unit"], overages["bandwidth_unit"] = enabled[1], enabled[2]
		}
		return overages
	},
	write: func(w *write, row Row, v any) {
		overages := w.merged("overages", v)
		row["overagesenabled"] = ""
		if overages["enabled"] == true {
			row["overagesenabled"] = "1," + cast[string](overages["disk_unit"]) + "," + cast[string](overages["bandwidth_unit"])
		}
		row["overagesdisklimit"] = whole.encode(overages["disk_limit"])
		row["overagesbwlimit"] = whole.encode(overages["bandwidth_limit"])
		row["overagesdiskprice"] = cast[string](overages["disk_price"])
		row["overagesbwprice"] = cast[string](overages["bandwidth_price"])
	},
}

var units = []string{"MB", "GB", "TB"}

// merged returns the stored value of an object field, overwritten by the given keys.
func (w *write) merged(name string, v any) map[string]any {
	object, _ := w.k.field(name).read(w.t, w.id, w.prior).(map[string]any)
	for key, member := range cast[map[string]any](v) {
		object[key] = member
	}
	return object
}

// checkOverages refuses units without enabled overages, because the column stores them only with enabled overages.
func checkOverages(w *write) {
	given, _ := w.values["overages"].(map[string]any)
	if given == nil || w.merged("overages", given)["enabled"] == true {
		return
	}
	for _, unit := range []string{"disk_unit", "bandwidth_unit"} {
		if given[unit] != nil && given[unit] != "MB" {
			w.reject("overages."+unit, "must be MB while overages are not enabled")
		}
	}
}

var affiliateField = field{
	name: "affiliate", keyed: true,
	parse: objectOf(map[string]parser{
		"one_time": boolean, "pay_type": oneOf("default", "percentage", "fixed", "none"), "pay_amount": decimal(affiliateScale),
	}),
	read: func(_ *tx, _ int64, row Row) any {
		return map[string]any{
			"one_time": flag.decode(row["affiliateonetime"]), "pay_type": affiliateTypes.decode(row["affiliatepaytype"]),
			"pay_amount": storedDecimal(row["affiliatepayamount"], affiliateScale),
		}
	},
	write: func(w *write, row Row, v any) {
		affiliate := w.merged("affiliate", v)
		row["affiliateonetime"] = flag.encode(affiliate["one_time"])
		row["affiliatepaytype"] = affiliateTypes.encode(affiliate["pay_type"])
		row["affiliatepayamount"] = cast[string](affiliate["pay_amount"])
	},
}

var affiliateTypes = wordCodec("default", "", "percentage", "percentage", "fixed", "fixed", "none", "none")

// recommendationsField is an ordered list in its own table. Assumed: the table and its columns.
var recommendationsField = field{
	name: "recommended_product_ids", many: true, needs: "tblproduct_recommendations", leaveWith: "tblproducts",
	parse: func(path string, v any) (any, []fieldError) {
		parsed, errs := listNamed("ids", reference)(path, v)
		if errs == nil && len(sortedSet(texts(parsed))) != len(texts(parsed)) {
			errs = errorAt(path, "must not contain an id twice")
		}
		return parsed, errs
	},
	read: func(t *tx, id int64, _ Row) any {
		return anyList(columnOf(t, "tblproduct_recommendations", t.idsBy("tblproduct_recommendations", "product_id", text(id)), "recommended_product_id"))
	},
	write: func(w *write, _ Row, v any) {
		removeWhere(w.t, "tblproduct_recommendations", "product_id", w.id)
		for i, product := range texts(v) {
			w.t.insert("tblproduct_recommendations", Row{
				"product_id": text(w.id), "sortorder": strconv.Itoa(i), "recommended_product_id": product,
			})
		}
	},
}

// upgradesField are the products to which services may be upgraded or downgraded.
var upgradesField = field{
	name: "upgrade_product_ids", many: true, needs: "tblproduct_upgrade_products", leaveWith: "tblproducts",
	parse: setOf("ids", reference, "an id"),
	read: func(t *tx, id int64, _ Row) any {
		return sortedSet(columnOf(t, "tblproduct_upgrade_products", t.idsBy("tblproduct_upgrade_products", "product_id", text(id)), "upgrade_product_id"))
	},
	write: func(w *write, _ Row, v any) {
		removeWhere(w.t, "tblproduct_upgrade_products", "product_id", w.id)
		for _, product := range texts(v) {
			w.t.insert("tblproduct_upgrade_products", Row{"product_id": text(w.id), "upgrade_product_id": product})
		}
	},
}

// onDemandField is the product's row in tblondemandrenewals (assumed). The override is active if the row exists.
var onDemandField = field{
	name: "on_demand_renewal", keyed: true, needs: "tblondemandrenewals",
	parse: func(path string, v any) (any, []fieldError) {
		members := map[string]parser{"override": boolean, "enabled": boolean}
		for _, cycle := range cycles {
			members[cycle.name] = integer(0, maxInt)
		}
		return objectOf(members)(path, v)
	},
	read: func(t *tx, id int64, _ Row) any {
		record := t.row("tblondemandrenewals", onDemandRow(t, id))
		renewal := map[string]any{"override": record != nil, "enabled": flag.decode(record["enabled"])}
		for _, cycle := range cycles {
			renewal[cycle.name] = whole.decode(record[cycle.name])
		}
		return renewal
	},
	write: func(w *write, _ Row, v any) {
		renewal, id := w.merged("on_demand_renewal", v), onDemandRow(w.t, w.id)
		if renewal["override"] != true {
			w.t.remove("tblondemandrenewals", id)
			return
		}
		record := Row{"rel_type": "Product", "rel_id": text(w.id), "enabled": flag.encode(renewal["enabled"])}
		for _, cycle := range cycles {
			record[cycle.name] = whole.encode(renewal[cycle.name])
		}
		if id == 0 {
			w.t.insert("tblondemandrenewals", record)
			return
		}
		w.t.put("tblondemandrenewals", id, record)
	},
}

func onDemandRow(t *tx, product int64) int64 {
	for _, id := range t.idsWhere("tblondemandrenewals", "rel_id", text(product), Row{"rel_type": "Product"}) {
		return id
	}
	return 0
}

// checkOnDemand refuses settings without the override that they require.
func checkOnDemand(w *write) {
	given, _ := w.values["on_demand_renewal"].(map[string]any)
	if given == nil || w.merged("on_demand_renewal", given)["override"] == true {
		return
	}
	for _, key := range sortedKeys(given) {
		if v := given[key]; v != false && v != int64(0) {
			w.reject("on_demand_renewal."+key, "requires override")
		}
	}
}
