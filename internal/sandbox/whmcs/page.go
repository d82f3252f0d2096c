package whmcs

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// ServesRoot returns false. In a real WHMCS, "/" is the shop, which the sandbox does not have.
func (w *WHMCS) ServesRoot(*http.Request) bool { return false }

// Page returns the content of the admin area.
func (w *WHMCS) Page() *page.Page {
	shown := &page.Page{
		System: "WHMCS", About: "What its admin area would show, and which API calls came last.", Address: w.URL(),
	}
	w.env.View(func() {
		t := w.begin()
		shown.Tables = []*page.Table{
			serversSheet(t), serverGroupsSheet(t), productGroupsSheet(t), productsSheet(t), pricesSheet(t), moduleSettingsSheet(t), customFieldsSheet(t),
			optionGroupsSheet(t), optionsSheet(t), servicesSheet(t),
		}
	})
	return shown
}

// named returns a cell with the name and the id of an object.
func named(t *tx, table, id string) page.Cell {
	row := t.row(table, system.Number(id))
	if row == nil {
		return page.Text("–")
	}
	return page.Text(decoded(row["name"])).WithNotes("id " + id)
}

// decoded decodes the entities that the admin area stores.
func decoded(column string) string { return decodeEntities.Replace(column) }

func isOn(column string) bool { return flag.decode(column) == true }

// present shows whether a secret is stored, without its value.
func present(secret string) string {
	if secret == "" {
		return "none"
	}
	return "stored"
}

func serversSheet(t *tx) *page.Table {
	s := page.NewTable("Servers", "Name", "Module", "Address", "User name", "Password", "Access hash", "Accounts, at most#", "Live services#")
	for _, id := range t.ids("tblservers") {
		row := t.row("tblservers", id)
		s.Add(func() []page.Cell {
			name := named(t, "tblservers", text(id)).
				WithTags(page.TagIf(isOn(row["active"]), "default of its module", page.LevelGood)...).WithTags(page.TagIf(isOn(row["disabled"]), "disabled", page.LevelWarn)...)
			port := row["port"]
			if port == "" {
				port = "the module's own"
			}
			tls := "without SSL"
			if isOn(row["secure"]) {
				tls = "with SSL"
			}
			hash := page.Text(present(row["accesshash"]))
			if parts, is := topLinkHash(row); is {
				hash = page.Text("user name prefix: "+as[string](parts["username_prefix"]), "host name format: "+as[string](parts["hostname_format"]))
			}
			return []page.Cell{
				name, page.Text(row["type"]), page.Text(row["hostname"]).WithNotes(row["ipaddress"], "port "+port+", "+tls), page.Text(page.Abbreviate(row["username"])),
				page.Text(present(row["password"])), hash, page.Text(row["maxaccounts"]), page.Text(strconv.Itoa(countLive(t, "tblhosting", "server", id))),
			}
		})
	}
	return s
}

func serverGroupsSheet(t *tx) *page.Table {
	s := page.NewTable("Server groups", "Name", "Fill type", "Servers")
	for _, id := range t.ids("tblservergroups") {
		s.Add(func() []page.Cell {
			fill := "add to the least full server"
			if t.row("tblservergroups", id)["filltype"] == "2" {
				fill = "fill the default server, then the least used"
			}
			var members []string
			for _, server := range columnOf(t, "tblservergroupsrel", t.by("tblservergroupsrel", "groupid", text(id)), "serverid") {
				members = append(members, decoded(t.row("tblservers", system.Number(server))["name"])+" (id "+server+")")
			}
			return []page.Cell{named(t, "tblservergroups", text(id)), page.Text(fill), page.Text(members...)}
		})
	}
	return s
}

func productGroupsSheet(t *tx) *page.Table {
	s := page.NewTable("Product groups", "Name", "Slug", "Headline", "Order form", "Products#")
	for _, id := range t.ids("tblproductgroups") {
		row := t.row("tblproductgroups", id)
		s.Add(func() []page.Cell {
			form := row["orderfrmtpl"]
			if form == "" {
				form = "the system's own"
			}
			return []page.Cell{
				named(t, "tblproductgroups", text(id)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...), page.Text(row["slug"]),
				page.Text(decoded(row["headline"])).WithNotes(decoded(row["tagline"])), page.Text(form), page.Text(strconv.Itoa(len(t.by("tblproducts", "gid", text(id))))),
			}
		})
	}
	return s
}

// setupWords and payWords are the labels of the admin area.
var (
	setupWords = map[string]string{"payment": "when the first payment is received", "order": "when the order is placed", "on": "when the order is accepted by hand", "": "never by itself"}
	payWords   = map[string]string{"free": "free", "onetime": "one time", "recurring": "recurring"}
)

func productsSheet(t *tx) *page.Table {
	s := page.NewTable("Products", "Name", "Product group", "Type", "Module", "Server group", "Set up", "Payment", "Stock#", "Live services#")
	for _, id := range t.ids("tblproducts") {
		row := t.row("tblproducts", id)
		s.Add(func() []page.Cell {
			name := named(t, "tblproducts", text(id)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...).
				WithTags(page.TagIf(isOn(row["retired"]), "retired", page.LevelWarn)...).WithTags(page.TagIf(isOn(row["is_featured"]), "featured", page.LevelGood)...)
			stock := "not counted"
			if isOn(row["stockcontrol"]) {
				stock = row["qty"]
			}
			group := "none"
			if at := t.row("tblservergroups", system.Number(row["servergroup"])); at != nil {
				group = decoded(at["name"])
			}
			return []page.Cell{
				name, page.Text(decoded(t.row("tblproductgroups", system.Number(row["gid"]))["name"])), page.Text(row["type"]), page.Text(row["servertype"]), page.Text(group),
				page.Text(setupWords[row["autosetup"]]), page.Text(payWords[row["paytype"]]), page.Text(stock), page.Text(strconv.Itoa(countLive(t, "tblhosting", serviceProduct, id))),
			}
		})
	}
	return s
}

func pricesSheet(t *tx) *page.Table {
	s := page.NewTable("Prices", "Product", "Currency", "One time#", "Monthly#", "Quarterly#", "Semi-annually#", "Annually#", "Biennially#", "Triennially#")
	for _, product := range t.ids("tblproducts") {
		row := t.row("tblproducts", product)
		if row["paytype"] == "free" {
			continue
		}
		for _, id := range t.where("tblpricing", "relid", text(product), Row{"type": "product"}) {
			s.Add(func() []page.Cell {
				record := t.row("tblpricing", id)
				prices := readPrices(record, row["paytype"] == "onetime")
				cells := []page.Cell{named(t, "tblproducts", text(product)), page.Text(t.row("tblcurrencies", system.Number(record["currency"]))["code"]), priceCell(prices["one_time"])}
				for _, cycle := range cycles {
					cells = append(cells, priceCell(prices[cycle.name]))
				}
				return cells
			})
		}
	}
	return s
}

// priceCell returns a cell with a price and its setup fee. It is empty if the cycle is disabled.
func priceCell(v any) page.Cell {
	price, on := v.(map[string]any)
	if !on {
		return page.Text("–")
	}
	fee := as[string](price["setup_fee"])
	if fee == "0.00" {
		return page.Text(as[string](price["price"]))
	}
	return page.Text(as[string](price["price"])).WithNotes("+ " + fee + " set-up")
}

// moduleSettingsSheet shows the options under the names that the module declares.
func moduleSettingsSheet(t *tx) *page.Table {
	s := page.NewTable("Module settings of products", "Product", "Module", "Settings")
	for _, id := range t.ids("tblproducts") {
		row := t.row("tblproducts", id)
		module := row["servertype"]
		if module == "" {
			continue
		}
		s.Add(func() []page.Cell {
			declared := serverModules[module].options
			var settings []page.Tag
			for n := 1; n <= optionCount; n++ {
				value := row[optionColumn(strconv.Itoa(n))]
				switch {
				case n <= len(declared) && declared[n-1].kind == "yesno":
					settings = append(settings, page.Tag{Text: declared[n-1].name + ": " + yesOrNo(value)})
				case n <= len(declared) && value != "":
					settings = append(settings, page.Tag{Text: declared[n-1].name + ": " + value})
				case value != "":
					settings = append(settings, page.Tag{Text: "Option " + strconv.Itoa(n) + ": " + value})
				}
			}
			return []page.Cell{named(t, "tblproducts", text(id)), page.Text(module), page.Cell{}.WithTags(settings...)}
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

func customFieldsSheet(t *tx) *page.Table {
	s := page.NewTable("Custom fields of products", "Field", "Product", "Type", "Choices", "Required", "On the order form", "For admins only")
	for _, id := range t.by("tblcustomfields", "type", "product") {
		row := t.row("tblcustomfields", id)
		s.Add(func() []page.Cell {
			return []page.Cell{
				page.Text(decoded(row["fieldname"])).WithNotes("id " + text(id)), page.Text(decoded(t.row("tblproducts", system.Number(row["relid"]))["name"])), page.Text(row["fieldtype"]),
				page.Text(strings.Join(system.SplitList(row["fieldoptions"], ","), ", ")), page.Text(yesOrNo(row["required"])), page.Text(yesOrNo(row["showorder"])), page.Text(yesOrNo(row["adminonly"])),
			}
		})
	}
	return s
}

func optionGroupsSheet(t *tx) *page.Table {
	s := page.NewTable("Configurable option groups", "Name", "Description", "Offered with", "Options#")
	for _, id := range t.ids("tblproductconfiggroups") {
		s.Add(func() []page.Cell {
			var products []string
			for _, product := range columnOf(t, "tblproductconfiglinks", t.by("tblproductconfiglinks", "gid", text(id)), "pid") {
				products = append(products, decoded(t.row("tblproducts", system.Number(product))["name"]))
			}
			return []page.Cell{
				named(t, "tblproductconfiggroups", text(id)), page.Text(decoded(t.row("tblproductconfiggroups", id)["description"])), page.Text(strings.Join(products, ", ")),
				page.Text(strconv.Itoa(len(t.by("tblproductconfigoptions", "gid", text(id))))),
			}
		})
	}
	return s
}

func optionsSheet(t *tx) *page.Table {
	_, optionTypes := formOf(kinds.ConfigurableOption.Type)
	s := page.NewTable("Configurable options", "Choice", "Option", "Group", "Adds to the price", "Chosen by services#")
	for _, option := range t.ids("tblproductconfigoptions") {
		row := t.row("tblproductconfigoptions", option)
		for _, id := range t.by("tblproductconfigoptionssub", "configid", text(option)) {
			choice := t.row("tblproductconfigoptionssub", id)
			s.Add(func() []page.Cell {
				kind := strings.ReplaceAll(as[string](optionTypes.decode(row["optiontype"])), "_", "/")
				return []page.Cell{
					page.Text(decoded(choice["optionname"])).WithNotes("id " + text(id)).WithTags(page.TagIf(isOn(choice["hidden"]), "hidden", page.LevelWarn)...),
					page.Text(decoded(row["optionname"])).WithNotes(kind + ", id " + text(option)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...),
					page.Text(decoded(t.row("tblproductconfiggroups", system.Number(row["gid"]))["name"])),
					page.Text(additions(t, id)...), page.Text(strconv.Itoa(len(t.by("tblhostingconfigoptions", "optionid", text(id))))),
				}
			})
		}
	}
	return s
}

// additions returns the amounts that a choice adds, one line for each currency.
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

// serviceMoods are the colors of the statuses of services.
var serviceMoods = map[string]string{"Active": page.LevelGood, "Pending": page.LevelWarn, "Suspended": page.LevelWarn, "Terminated": page.LevelBad, "Cancelled": page.LevelBad, "Fraud": page.LevelBad}

func servicesSheet(t *tx) *page.Table {
	s := page.NewTable("Services of customers", "Service", "Product", "Server", "Status", "Choices")
	for _, id := range t.ids("tblhosting") {
		row := t.row("tblhosting", id)
		s.Add(func() []page.Cell {
			var choices []string
			for _, chosen := range t.by("tblhostingconfigoptions", "relid", text(id)) {
				choice := t.row("tblhostingconfigoptions", chosen)
				choices = append(choices, decoded(t.row("tblproductconfigoptions", system.Number(choice["configid"]))["optionname"])+": "+
					decoded(t.row("tblproductconfigoptionssub", system.Number(choice["optionid"]))["optionname"]))
			}
			return []page.Cell{
				page.Text("id " + text(id)), named(t, "tblproducts", row[serviceProduct]), named(t, "tblservers", row["server"]),
				page.Cell{}.WithTags(page.Tag{Text: row["domainstatus"], Level: serviceMoods[row["domainstatus"]]}), page.Text(choices...),
			}
		})
	}
	return s
}
