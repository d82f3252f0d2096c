package sandbox

import (
	"net/http"
	"strconv"
	"strings"
)

// owns is false: WHMCS's own page there is its shop, which is not played.
func (w *WHMCS) owns(*http.Request) bool { return false }

func (w *WHMCS) page() *display {
	page := &display{
		System: "WHMCS", About: "What its admin area would show, and which API calls came last.", Address: w.URL(),
		Other: "TopLink DCIM", OtherURL: w.sb.DCIM.URL(),
	}
	w.sb.store.view(func() {
		t := w.begin()
		page.Sheets = []*sheet{
			serversSheet(t), serverGroupsSheet(t), productGroupsSheet(t), productsSheet(t), pricesSheet(t), moduleSettingsSheet(t), customFieldsSheet(t),
			optionGroupsSheet(t), optionsSheet(t), servicesSheet(t),
		}
	})
	page.Sheets = append(page.Sheets, w.sb.journalSheet("whmcs"))
	return page
}

// named is what a person sees of an object: its name, and its id below.
func named(t *tx, table, id string) cell {
	row := t.row(table, number(id))
	if row == nil {
		return of("–")
	}
	return of(decoded(row["name"])).note("id " + id)
}

// decoded undoes the entities of the admin area.
func decoded(column string) string { return decodeEntities.Replace(column) }

func isOn(column string) bool { return flag.decode(column) == true }

// present says of a secret only that it is there.
func present(secret string) string {
	if secret == "" {
		return "none"
	}
	return "stored"
}

func serversSheet(t *tx) *sheet {
	s := newSheet("Servers", "Name", "Module", "Address", "User name", "Password", "Access hash", "Accounts, at most#", "Live services#")
	for _, id := range t.ids("tblservers") {
		row := t.row("tblservers", id)
		s.add(func() []cell {
			name := named(t, "tblservers", text(id)).
				with(when(isOn(row["active"]), "default of its module", moodGood)...).with(when(isOn(row["disabled"]), "disabled", moodWarn)...)
			port := row["port"]
			if port == "" {
				port = "the module's own"
			}
			tls := "without SSL"
			if isOn(row["secure"]) {
				tls = "with SSL"
			}
			hash := of(present(row["accesshash"]))
			if parts, is := topLinkHash(row); is {
				hash = of("user name prefix: "+as[string](parts["username_prefix"]), "host name format: "+as[string](parts["hostname_format"]))
			}
			return []cell{
				name, of(row["type"]), of(row["hostname"]).note(row["ipaddress"], "port "+port+", "+tls), of(shortened(row["username"])),
				of(present(row["password"])), hash, of(row["maxaccounts"]), of(strconv.Itoa(countLive(t, "tblhosting", "server", id))),
			}
		})
	}
	return s
}

func serverGroupsSheet(t *tx) *sheet {
	s := newSheet("Server groups", "Name", "Fill type", "Servers")
	for _, id := range t.ids("tblservergroups") {
		s.add(func() []cell {
			fill := "add to the least full server"
			if t.row("tblservergroups", id)["filltype"] == "2" {
				fill = "fill the default server, then the least used"
			}
			var members []string
			for _, server := range columnOf(t, "tblservergroupsrel", t.by("tblservergroupsrel", "groupid", text(id)), "serverid") {
				members = append(members, decoded(t.row("tblservers", number(server))["name"])+" (id "+server+")")
			}
			return []cell{named(t, "tblservergroups", text(id)), of(fill), of(members...)}
		})
	}
	return s
}

func productGroupsSheet(t *tx) *sheet {
	s := newSheet("Product groups", "Name", "Slug", "Headline", "Order form", "Products#")
	for _, id := range t.ids("tblproductgroups") {
		row := t.row("tblproductgroups", id)
		s.add(func() []cell {
			form := row["orderfrmtpl"]
			if form == "" {
				form = "the system's own"
			}
			return []cell{
				named(t, "tblproductgroups", text(id)).with(when(isOn(row["hidden"]), "hidden", moodWarn)...), of(row["slug"]),
				of(decoded(row["headline"])).note(decoded(row["tagline"])), of(form), of(strconv.Itoa(len(t.by("tblproducts", "gid", text(id))))),
			}
		})
	}
	return s
}

// setupWords and payWords are the admin area's words.
var (
	setupWords = map[string]string{"payment": "when the first payment is received", "order": "when the order is placed", "on": "when the order is accepted by hand", "": "never by itself"}
	payWords   = map[string]string{"free": "free", "onetime": "one time", "recurring": "recurring"}
)

func productsSheet(t *tx) *sheet {
	s := newSheet("Products", "Name", "Product group", "Type", "Module", "Server group", "Set up", "Payment", "Stock#", "Live services#")
	for _, id := range t.ids("tblproducts") {
		row := t.row("tblproducts", id)
		s.add(func() []cell {
			name := named(t, "tblproducts", text(id)).with(when(isOn(row["hidden"]), "hidden", moodWarn)...).
				with(when(isOn(row["retired"]), "retired", moodWarn)...).with(when(isOn(row["is_featured"]), "featured", moodGood)...)
			stock := "not counted"
			if isOn(row["stockcontrol"]) {
				stock = row["qty"]
			}
			group := "none"
			if at := t.row("tblservergroups", number(row["servergroup"])); at != nil {
				group = decoded(at["name"])
			}
			return []cell{
				name, of(decoded(t.row("tblproductgroups", number(row["gid"]))["name"])), of(row["type"]), of(row["servertype"]), of(group),
				of(setupWords[row["autosetup"]]), of(payWords[row["paytype"]]), of(stock), of(strconv.Itoa(countLive(t, "tblhosting", serviceProduct, id))),
			}
		})
	}
	return s
}

func pricesSheet(t *tx) *sheet {
	s := newSheet("Prices", "Product", "Currency", "One time#", "Monthly#", "Quarterly#", "Semi-annually#", "Annually#", "Biennially#", "Triennially#")
	for _, product := range t.ids("tblproducts") {
		row := t.row("tblproducts", product)
		if row["paytype"] == "free" {
			continue
		}
		for _, id := range t.where("tblpricing", "relid", text(product), Row{"type": "product"}) {
			s.add(func() []cell {
				record := t.row("tblpricing", id)
				prices := readPrices(record, row["paytype"] == "onetime")
				cells := []cell{named(t, "tblproducts", text(product)), of(t.row("tblcurrencies", number(record["currency"]))["code"]), priceCell(prices["one_time"])}
				for _, cycle := range cycles {
					cells = append(cells, priceCell(prices[cycle.name]))
				}
				return cells
			})
		}
	}
	return s
}

// priceCell is a price with its set-up fee; nothing where the cycle is off.
func priceCell(v any) cell {
	price, on := v.(map[string]any)
	if !on {
		return of("–")
	}
	fee := as[string](price["setup_fee"])
	if fee == "0.00" {
		return of(as[string](price["price"]))
	}
	return of(as[string](price["price"])).note("+ " + fee + " set-up")
}

// moduleSettingsSheet names options as the module declares them.
func moduleSettingsSheet(t *tx) *sheet {
	s := newSheet("Module settings of products", "Product", "Module", "Settings")
	for _, id := range t.ids("tblproducts") {
		row := t.row("tblproducts", id)
		module := row["servertype"]
		if module == "" {
			continue
		}
		s.add(func() []cell {
			declared := serverModules[module].options
			var settings []tag
			for n := 1; n <= optionCount; n++ {
				value := row[optionColumn(strconv.Itoa(n))]
				switch {
				case n <= len(declared) && declared[n-1].kind == "yesno":
					settings = append(settings, tag{Text: declared[n-1].name + ": " + yesOrNo(value)})
				case n <= len(declared) && value != "":
					settings = append(settings, tag{Text: declared[n-1].name + ": " + value})
				case value != "":
					settings = append(settings, tag{Text: "Option " + strconv.Itoa(n) + ": " + value})
				}
			}
			return []cell{named(t, "tblproducts", text(id)), of(module), cell{}.with(settings...)}
		})
	}
	return s
}

func yesOrNo(column string) string {
	if isOn(column) {
		return "yes"
	}
	return "no"
}

func customFieldsSheet(t *tx) *sheet {
	s := newSheet("Custom fields of products", "Field", "Product", "Type", "Choices", "Required", "On the order form", "For admins only")
	for _, id := range t.by("tblcustomfields", "type", "product") {
		row := t.row("tblcustomfields", id)
		s.add(func() []cell {
			return []cell{
				of(decoded(row["fieldname"])).note("id " + text(id)), of(decoded(t.row("tblproducts", number(row["relid"]))["name"])), of(row["fieldtype"]),
				of(strings.Join(splitList(row["fieldoptions"], ","), ", ")), of(yesOrNo(row["required"])), of(yesOrNo(row["showorder"])), of(yesOrNo(row["adminonly"])),
			}
		})
	}
	return s
}

func optionGroupsSheet(t *tx) *sheet {
	s := newSheet("Configurable option groups", "Name", "Description", "Offered with", "Options#")
	for _, id := range t.ids("tblproductconfiggroups") {
		s.add(func() []cell {
			var products []string
			for _, product := range columnOf(t, "tblproductconfiglinks", t.by("tblproductconfiglinks", "gid", text(id)), "pid") {
				products = append(products, decoded(t.row("tblproducts", number(product))["name"]))
			}
			return []cell{
				named(t, "tblproductconfiggroups", text(id)), of(decoded(t.row("tblproductconfiggroups", id)["description"])), of(strings.Join(products, ", ")),
				of(strconv.Itoa(len(t.by("tblproductconfigoptions", "gid", text(id))))),
			}
		})
	}
	return s
}

func optionsSheet(t *tx) *sheet {
	s := newSheet("Configurable options", "Choice", "Option", "Group", "Adds to the price", "Chosen by services#")
	for _, option := range t.ids("tblproductconfigoptions") {
		row := t.row("tblproductconfigoptions", option)
		for _, id := range t.by("tblproductconfigoptionssub", "configid", text(option)) {
			choice := t.row("tblproductconfigoptionssub", id)
			s.add(func() []cell {
				kind := strings.ReplaceAll(as[string](optionTypes.decode(row["optiontype"])), "_", "/")
				return []cell{
					of(decoded(choice["optionname"])).note("id " + text(id)).with(when(isOn(choice["hidden"]), "hidden", moodWarn)...),
					of(decoded(row["optionname"])).note(kind + ", id " + text(option)).with(when(isOn(row["hidden"]), "hidden", moodWarn)...),
					of(decoded(t.row("tblproductconfiggroups", number(row["gid"]))["name"])),
					of(additions(t, id)...), of(strconv.Itoa(len(t.by("tblhostingconfigoptions", "optionid", text(id))))),
				}
			})
		}
	}
	return s
}

// additions are what a choice adds, a line for each currency.
func additions(t *tx, subOption int64) []string {
	pricing := as[map[string]any](optionPricingField.read(t, subOption, nil))
	var lines []string
	for _, code := range sortedKeys(pricing) {
		prices, parts := as[map[string]any](pricing[code]), []string(nil)
		for _, cycle := range cycles {
			if price, adds := prices[cycle.name]; adds {
				shown := priceCell(price)
				parts = append(parts, strings.Join(append(append([]string{cycle.name}, shown.Lines...), shown.Notes...), " "))
			}
		}
		if parts != nil {
			lines = append(lines, code+": "+strings.Join(parts, ", "))
		}
	}
	if lines == nil {
		return []string{"nothing"}
	}
	return lines
}

// serviceMoods color the statuses of services.
var serviceMoods = map[string]string{"Active": moodGood, "Pending": moodWarn, "Suspended": moodWarn, "Terminated": moodBad, "Cancelled": moodBad, "Fraud": moodBad}

func servicesSheet(t *tx) *sheet {
	s := newSheet("Services of customers", "Service", "Product", "Server", "Status", "Choices")
	for _, id := range t.ids("tblhosting") {
		row := t.row("tblhosting", id)
		s.add(func() []cell {
			var choices []string
			for _, chosen := range t.by("tblhostingconfigoptions", "relid", text(id)) {
				choice := t.row("tblhostingconfigoptions", chosen)
				choices = append(choices, decoded(t.row("tblproductconfigoptions", number(choice["configid"]))["optionname"])+": "+
					decoded(t.row("tblproductconfigoptionssub", number(choice["optionid"]))["optionname"]))
			}
			return []cell{
				of("id " + text(id)), named(t, "tblproducts", row[serviceProduct]), named(t, "tblservers", row["server"]),
				cell{}.with(tag{row["domainstatus"], serviceMoods[row["domainstatus"]]}), of(choices...),
			}
		})
	}
	return s
}
