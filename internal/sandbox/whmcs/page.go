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
		System: "WHMCS", About: "The content of the admin area, and the last API requests.", Address: w.URL(),
	}
	w.env.View(func() {
		t := w.begin()
		shown.Tables = []*page.Table{
			productGroupsTable(t), productsTable(t), pricesTable(t), servicesTable(t), serversTable(t), serverGroupsTable(t),
			moduleSettingsTable(t), customFieldsTable(t), optionGroupsTable(t), optionsTable(t), productAddonsTable(t), postPayTable(t),
			addonModulesTable(t),
			currenciesTable(t),
		}
		shown.Forms = w.forms(t)
	})
	return shown
}

// nameCell returns a cell with the name and the id of an object.
func nameCell(t *tx, table, id string) page.Cell {
	row := t.row(table, system.Number(id))
	if row == nil {
		return page.Text("–")
	}
	return page.Text(decodeText(row["name"])).WithNotes("id " + id)
}

// decodeText decodes the entities that the admin area stores.
func decodeText(column string) string { return decodeEntities.Replace(column) }

func isOn(column string) bool { return flag.decode(column) == true }

// secretStatus shows whether a secret is stored, without its value.
func secretStatus(secret string) string {
	if secret == "" {
		return "none"
	}
	return "stored"
}

func serversTable(t *tx) *page.Table {
	s := page.NewTable("Servers", "Name", "Module", "Address", "User name", "Password", "Access hash", "Maximum accounts#",
		"Live services#")
	for _, id := range t.ids("tblservers") {
		row := t.row("tblservers", id)
		s.Add(func() []page.Cell {
			name := nameCell(t, "tblservers", text(id)).
				WithTags(page.TagIf(isOn(row["active"]), "default of its module",
					page.LevelGood)...).WithTags(page.TagIf(isOn(row["disabled"]), "disabled", page.LevelWarn)...)
			port := row["port"]
			if port == "" {
				port = "of the module"
			}
			tls := "without SSL"
			if isOn(row["secure"]) {
				tls = "with SSL"
			}
			hash := page.Text(secretStatus(row["accesshash"]))
			if parts, is := topLinkHash(row); is {
				hash = page.Text("user name prefix: "+cast[string](parts["username_prefix"]),
					"host name format: "+cast[string](parts["hostname_format"]))
			}
			return []page.Cell{
				name, page.Text(row["type"]), page.Text(row["hostname"]).WithNotes(row["ipaddress"], "port "+port+", "+tls),
				page.Text(page.Abbreviate(row["username"])),
				page.Text(secretStatus(row["password"])), hash, page.Text(row["maxaccounts"]),
				page.Text(strconv.Itoa(countLive(t, "tblhosting", "server", id))),
			}
		})
	}
	return s
}

func serverGroupsTable(t *tx) *page.Table {
	s := page.NewTable("Server groups", "Name", "Fill type", "Servers")
	for _, id := range t.ids("tblservergroups") {
		s.Add(func() []page.Cell {
			fill := "add to the least full server"
			if t.row("tblservergroups", id)["filltype"] == "2" {
				fill = "fill the default server, then the least used"
			}
			var members []string
			for _, server := range columnOf(t, "tblservergroupsrel", t.idsBy("tblservergroupsrel", "groupid", text(id)),
				"serverid") {
				members = append(members, decodeText(t.row("tblservers", system.Number(server))["name"])+" (id "+server+")")
			}
			return []page.Cell{nameCell(t, "tblservergroups", text(id)), page.Text(fill), page.Text(members...)}
		})
	}
	return s
}

func productGroupsTable(t *tx) *page.Table {
	s := page.NewTable("Product groups", "Name", "Slug", "Headline", "Order form", "Products#")
	for _, id := range t.ids("tblproductgroups") {
		row := t.row("tblproductgroups", id)
		s.Add(func() []page.Cell {
			form := row["orderfrmtpl"]
			if form == "" {
				form = "the default of WHMCS"
			}
			return []page.Cell{
				nameCell(t, "tblproductgroups", text(id)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...),
				page.Text(row["slug"]),
				page.Text(decodeText(row["headline"])).WithNotes(decodeText(row["tagline"])), page.Text(form),
				page.Text(strconv.Itoa(len(t.idsBy("tblproducts", "gid", text(id))))),
			}
		})
	}
	return s
}

// setupLabels and payLabels are the labels of the admin area.
var (
	setupLabels = map[string]string{"payment": "when the first payment is received", "order": "when the order is placed",
		"on": "when the order is accepted by hand", "": "off"}
	payLabels = map[string]string{"free": "free", "onetime": "one time", "recurring": "recurring"}
)

func productsTable(t *tx) *page.Table {
	s := page.NewTable("Products", "Name", "Product group", "Type", "Module", "Server group", "Set up", "Payment",
		"Stock#", "Live services#")
	for _, id := range t.ids("tblproducts") {
		row := t.row("tblproducts", id)
		s.Add(func() []page.Cell {
			name := nameCell(t, "tblproducts", text(id)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...).
				WithTags(page.TagIf(isOn(row["retired"]), "retired",
					page.LevelWarn)...).WithTags(page.TagIf(isOn(row["is_featured"]), "featured", page.LevelGood)...)
			group := "none"
			if at := t.row("tblservergroups", system.Number(row["servergroup"])); at != nil {
				group = decodeText(at["name"])
			}
			return []page.Cell{
				name, page.Text(decodeText(t.row("tblproductgroups", system.Number(row["gid"]))["name"])), page.Text(row["type"]),
				page.Text(row["servertype"]), page.Text(group),
				page.Text(setupLabels[row["autosetup"]]), page.Text(payLabels[row["paytype"]]), stockCell(row),
				page.Text(strconv.Itoa(countLive(t, "tblhosting", serviceProduct, id))),
			}
		})
	}
	return s
}

func pricesTable(t *tx) *page.Table {
	s := page.NewTable("Prices", "Product", "Currency", "One time#", "Monthly#", "Quarterly#", "Semi-annually#",
		"Annually#", "Biennially#", "Triennially#")
	for _, product := range t.ids("tblproducts") {
		row := t.row("tblproducts", product)
		if row["paytype"] == "free" {
			continue
		}
		for _, id := range t.idsWhere("tblpricing", "relid", text(product), Row{"type": "product"}) {
			s.Add(func() []page.Cell {
				record := t.row("tblpricing", id)
				prices := readPrices(record, row["paytype"] == "onetime")
				currency := t.row("tblcurrencies", system.Number(record["currency"]))
				cells := []page.Cell{
					nameCell(t, "tblproducts", text(product)), page.Text(currency["code"]), priceCell(currency, prices["one_time"]),
				}
				for _, cycle := range cycles {
					cells = append(cells, priceCell(currency, prices[cycle.name]))
				}
				return cells
			})
		}
	}
	return s
}

// priceCell returns a cell with a price and its setup fee. It is empty if the cycle is disabled.
func priceCell(currency Row, v any) page.Cell {
	price, on := v.(map[string]any)
	if !on {
		return page.Text("–")
	}
	cell := page.Text(withSymbol(currency, cast[string](price["price"])))
	if fee := cast[string](price["setup_fee"]); fee != "0.00" {
		cell = cell.WithNotes("+ " + withSymbol(currency, fee) + " setup fee")
	}
	return cell
}

// moduleSettingsTable shows the options under the names that the module declares.
func moduleSettingsTable(t *tx) *page.Table {
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
			return []page.Cell{nameCell(t, "tblproducts", text(id)), page.Text(module), page.Cell{}.WithTags(settings...)}
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

func customFieldsTable(t *tx) *page.Table {
	s := page.NewTable("Custom fields of products", "Field", "Product", "Type", "Choices", "Required", "On the order form",
		"For admins only")
	for _, id := range t.idsBy("tblcustomfields", "type", "product") {
		row := t.row("tblcustomfields", id)
		s.Add(func() []page.Cell {
			return []page.Cell{
				page.Text(decodeText(row["fieldname"])).WithNotes("id " + text(id)),
				page.Text(decodeText(t.row("tblproducts", system.Number(row["relid"]))["name"])), page.Text(row["fieldtype"]),
				page.Text(strings.Join(system.SplitList(row["fieldoptions"], ","), ", ")), page.Text(yesOrNo(row["required"])),
				page.Text(yesOrNo(row["showorder"])), page.Text(yesOrNo(row["adminonly"])),
			}
		})
	}
	return s
}

func optionGroupsTable(t *tx) *page.Table {
	s := page.NewTable("Configurable option groups", "Name", "Description", "Offered with", "Options#")
	for _, id := range t.ids("tblproductconfiggroups") {
		s.Add(func() []page.Cell {
			var products []string
			for _, product := range columnOf(t, "tblproductconfiglinks", t.idsBy("tblproductconfiglinks", "gid", text(id)),
				"pid") {
				products = append(products, decodeText(t.row("tblproducts", system.Number(product))["name"]))
			}
			return []page.Cell{
				nameCell(t, "tblproductconfiggroups", text(id)),
				page.Text(decodeText(t.row("tblproductconfiggroups", id)["description"])), page.Text(strings.Join(products, ", ")),
				page.Text(strconv.Itoa(len(t.idsBy("tblproductconfigoptions", "gid", text(id))))),
			}
		})
	}
	return s
}

func optionsTable(t *tx) *page.Table {
	_, optionTypes := formOf(kinds.ConfigurableOption.Type)
	s := page.NewTable("Configurable options", "Choice", "Option", "Group", "Adds to the price", "Chosen by services#")
	for _, option := range t.ids("tblproductconfigoptions") {
		row := t.row("tblproductconfigoptions", option)
		for _, id := range t.idsBy("tblproductconfigoptionssub", "configid", text(option)) {
			choice := t.row("tblproductconfigoptionssub", id)
			s.Add(func() []page.Cell {
				kind := strings.ReplaceAll(cast[string](optionTypes.decode(row["optiontype"])), "_", "/")
				return []page.Cell{
					page.Text(decodeText(choice["optionname"])).WithNotes("id " +
						text(id)).WithTags(page.TagIf(isOn(choice["hidden"]), "hidden", page.LevelWarn)...),
					page.Text(decodeText(row["optionname"])).WithNotes(kind + ", id " +
						text(option)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...),
					page.Text(decodeText(t.row("tblproductconfiggroups", system.Number(row["gid"]))["name"])),
					page.Text(priceAdditions(t, id)...), page.Text(strconv.Itoa(len(t.idsBy("tblhostingconfigoptions", "optionid",
						text(id))))),
				}
			})
		}
	}
	return s
}

// priceAdditions returns the amounts that a choice adds, one line for each currency.
func priceAdditions(t *tx, subOption int64) []string {
	lines := priceLines(t, optionPricingField.read(t, subOption, nil))
	if lines == nil {
		return []string{"nothing"}
	}
	return lines
}

// priceLines returns prices as one line for each currency.
func priceLines(t *tx, read any) []string {
	pricing, lines := cast[map[string]any](read), []string(nil)
	for _, code := range sortedKeys(pricing) {
		prices, parts := cast[map[string]any](pricing[code]), []string(nil)
		for _, cycle := range append([]string{"one_time"}, cycleNames()...) {
			if price, on := prices[cycle]; on {
				shown := priceCell(currencyOf(t, code), price)
				words := append(append([]string{strings.ReplaceAll(cycle, "_", " ")}, shown.Lines...), shown.Notes...)
				parts = append(parts, strings.Join(words, " "))
			}
		}
		if parts != nil {
			lines = append(lines, code+": "+strings.Join(parts, ", "))
		}
	}
	return lines
}

func productAddonsTable(t *tx) *page.Table {
	table := page.NewTable("Product addons", "Name", "Offered with", "Payment", "Prices", "Service addons#")
	for _, id := range t.ids(productAddonKind.table) {
		row := t.row(productAddonKind.table, id)
		table.Add(func() []page.Cell {
			var products []string
			for _, product := range texts(addonProductsField.read(t, id, row)) {
				products = append(products, decodeText(t.row("tblproducts", system.Number(product))["name"]))
			}
			payType, _ := productAddonKind.field("pay_type").read(t, id, row).(string)
			return []page.Cell{
				nameCell(t, productAddonKind.table, text(id)).WithTags(page.TagIf(isOn(row["hidden"]), "hidden", page.LevelWarn)...).
					WithTags(page.TagIf(isOn(row["retired"]), "retired", page.LevelWarn)...),
				page.Text(products...), page.Text(strings.ReplaceAll(payType, "_", " ")),
				page.Text(priceLines(t, productAddonKind.field("pricing").read(t, id, row))...),
				page.Text(strconv.Itoa(len(t.idsBy("tblhostingaddons", "addonid", text(id))))),
			}
		})
	}
	return table
}

// serviceLevels are the colors of the statuses of services.
var serviceLevels = map[string]string{"Active": page.LevelGood, "Pending": page.LevelWarn, "Suspended": page.LevelWarn,
	"Terminated": page.LevelBad, "Cancelled": page.LevelBad, "Fraud": page.LevelBad}

func servicesTable(t *tx) *page.Table {
	s := page.NewTable("Services of customers", "Service", "Product", "Server", "Status", "Choices")
	for _, id := range t.ids("tblhosting") {
		row := t.row("tblhosting", id)
		s.Add(func() []page.Cell {
			var choices []string
			for _, chosen := range t.idsBy("tblhostingconfigoptions", "relid", text(id)) {
				choice := t.row("tblhostingconfigoptions", chosen)
				choices = append(choices, decodeText(t.row("tblproductconfigoptions",
					system.Number(choice["configid"]))["optionname"])+": "+
					decodeText(t.row("tblproductconfigoptionssub", system.Number(choice["optionid"]))["optionname"]))
			}
			return []page.Cell{
				page.Text("id " + text(id)), nameCell(t, "tblproducts", row[serviceProduct]),
				nameCell(t, "tblservers", row["server"]),
				page.Cell{}.WithTags(page.Tag{Text: row["domainstatus"], Level: serviceLevels[row["domainstatus"]]}),
				page.Text(choices...),
			}
		})
	}
	return s
}
