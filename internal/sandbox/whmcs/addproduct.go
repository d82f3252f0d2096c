package whmcs

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// addProduct is the documented action with its own rules and messages. It takes ids where the companion takes codes
// and names.
func addProduct(w *WHMCS, form url.Values, _ caller) map[string]any {
	t := w.begin()
	orElse := func(name, standard string) string {
		if value, given := form[name]; given {
			return value[0]
		}
		return standard
	}
	kind, payType, autoSetup, color := orElse("type", "hostingaccount"), orElse("paytype", "free"), form.Get("autosetup"),
		form.Get("color")
	email := system.Number(form.Get("welcomeemail"))
	recommended := bracketParameters(form, recommendationForm)
	switch {
	case form.Get("name") == "":
		return apiError("You must supply a name for the product")
	case !t.exists("tblproductgroups", form.Get("gid")):
		return apiError("You must supply a valid Product Group ID")
	case form.Get("welcomeemail") != "" && t.row("tblemailtemplates", email)["type"] != "product":
		return apiError("You must supply a valid welcome email ID")
	case !slices.Contains([]string{"hostingaccount", "reselleraccount", "server", "other"}, kind):
		return apiError(`Invalid product type. Must be one of "hostingaccount", "reselleraccount", "server" or "other"`)
	case !slices.Contains([]string{"free", "onetime", "recurring"}, payType):
		return apiError(`Invalid pay type. Must be one of "free", "onetime" or "recurring"`)
	case !slices.Contains([]string{"", "on", "order", "payment"}, autoSetup):
		return apiError(`Invalid autosetup value. Must be one of "", "on", "order" or "payment"`)
	case !regexp.MustCompile(kinds.Product.Color.Pattern).MatchString(color):
		return apiError("The color must be a valid hexadecimal value.")
	}
	for _, entry := range recommended {
		if !t.exists("tblproducts", entry["id"]) {
			return apiError("The recommendation product ID is invalid. This must be an existing product ID.")
		}
	}
	row := Row{
		"gid": form.Get("gid"), "type": kind, "paytype": payType, "autosetup": autoSetup, "color": color,
		"welcomeemail": text(email), "servergroup": text(system.Number(form.Get("servergroupid"))),
		"servertype": form.Get("module"),
		"name":       entity.encode(form.Get("name")), "tagline": entity.encode(form.Get("tagline")),
		"short_description": entity.encode(form.Get("shortdescription")), "description": form.Get("description"),
		"subdomain": form.Get("subdomain"), "qty": text(system.Number(form.Get("qty"))),
		"order":                  text(system.Number(form.Get("order"))),
		"proratadate":            text(system.Number(form.Get("proratadate"))),
		"proratachargenextmonth": text(system.Number(form.Get("proratachargenextmonth"))),
	}
	for parameter, column := range map[string]string{
		"stockcontrol": "stockcontrol", "hidden": "hidden", "showdomainoptions": "showdomainoptions", "tax": "tax",
		"isFeatured":     "is_featured",
		"proratabilling": "proratabilling",
	} {
		row[column] = flag.encode(isTrue(form.Get(parameter)))
	}
	for n := 1; n <= 6; n++ {
		option := fmt.Sprintf("configoption%d", n)
		row[option] = form.Get(option)
	}
	id := t.insert("tblproducts", row)
	slug := form.Get("slug")
	if slug == "" {
		slug = system.Slug(form.Get("name"), "product", productSlugTaken(t, row["gid"], id))
	}
	t.insert("tblproducts_slugs", Row{"product_id": text(id), "group_id": row["gid"], "slug": slug, "active": "1"})
	for _, entry := range recommended {
		t.insert("tblproduct_recommendations", Row{"product_id": text(id), "recommended_product_id": entry["id"],
			"sortorder": entry["order"]})
	}
	addOnDemand(t, id, form)
	for currency, given := range bracketParameters(form, pricingForm) {
		addPricing(t, id, currency, given)
	}
	return map[string]any{"result": "success", "pid": id}
}

var (
	pricingForm        = regexp.MustCompile(`^pricing\[(\d+)\]\[(\w+)\]$`)
	recommendationForm = regexp.MustCompile(`^recommendations\[(\d+)\]\[(\w+)\]$`)
)

// bracketParameters groups PHP's bracket parameters a[1][b] by their first index.
func bracketParameters(form url.Values, name *regexp.Regexp) map[string]Row {
	gathered := map[string]Row{}
	for parameter := range form {
		if m := name.FindStringSubmatch(parameter); m != nil {
			if gathered[m[1]] == nil {
				gathered[m[1]] = Row{}
			}
			gathered[m[1]][m[2]] = form.Get(parameter)
		}
	}
	return gathered
}

// addPricing stores the prices of one currency. An unknown currency is ignored. A cycle without a price is disabled.
func addPricing(t *tx, product int64, currency string, given Row) {
	if !t.exists("tblcurrencies", currency) {
		return
	}
	record := Row{"type": "product", "relid": text(product), "currency": currency}
	for _, cycle := range cycles {
		record[cycle.name], record[cycle.fee] = cycleOff, "0.00"
		if price, ok := formatDecimal(given[cycle.name], priceScale); ok {
			record[cycle.name] = price
		}
		if fee, ok := formatDecimal(given[cycle.fee], priceScale); ok {
			record[cycle.fee] = fee
		}
	}
	t.insert("tblpricing", record)
}

func addOnDemand(t *tx, product int64, form url.Values) {
	if !isTrue(form.Get("ondemandrenewalconfigurationoverride")) {
		return
	}
	record := Row{"rel_type": "Product", "rel_id": text(product),
		"enabled": flag.encode(isTrue(form.Get("ondemandrenewalsenabled")))}
	for _, cycle := range cycles {
		record[cycle.name] = text(system.Number(strings.TrimSpace(form.Get("ondemandrenewalperiod" + cycle.name))))
	}
	t.insert("tblondemandrenewals", record)
}
