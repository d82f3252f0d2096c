package whmcs

import (
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/page"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// addonModulesTable lists the active addon modules.
func addonModulesTable(t *tx) *page.Table {
	table := page.NewTable("Addon modules", "Module", "Version", "Administrator roles")
	for _, id := range t.idsBy(addonTable, "setting", "version") {
		row := t.row(addonTable, id)
		table.Add(func() []page.Cell {
			roles, _ := addonModuleKind.field("admin_role_names").read(t, id, row).([]any)
			return []page.Cell{page.Text(row["module"]), page.Text(row["value"]), page.Text(texts(roles)...)}
		})
	}
	return table
}

// postPaySettings are the settings of the SolusVM 2 addon in the order of its page, by their fields in the protocol.
var postPaySettings = []struct{ field, label string }{
	{"url", "API connection: URL"},
	{"api_key", "API connection: key"},
	{"integration_token", "API connection: token of the billing integration"},
	{"post_pay_enabled", "Post-pay"},
	{"new_user_limit_group_id", "Limit group of new users"},
	{"terms_url", "Terms of service"},
	{"invoice_grace_days", "Days until an invoice is due"},
	{"lock_overdue_days", "Days overdue until the user is locked"},
	{"suspend_overdue_days", "Days overdue until the user is suspended"},
}

// postPayTable shows the settings of the SolusVM 2 addon. It is empty while the addon is not active.
func postPayTable(t *tx) *page.Table {
	table := page.NewTable("SolusVM 2 addon", "Setting", "Value")
	if !t.postPayActive() {
		return table
	}
	for _, setting := range postPaySettings {
		place, stored := t.postPayPlace(setting.field), t.postPayText(setting.field)
		value := page.Text(stored)
		switch {
		case t.placeStatusOf(setting.field) == placeMissing:
			value = page.Text("–").WithNotes("The addon does not store this setting where the companion reads it.")
		case place.As == "secret":
			value = page.Text(secretStatus(stored))
		case setting.field == "post_pay_enabled":
			value = page.Cell{}.WithTags(page.Tag{Text: "off", Level: page.LevelWarn})
			if stored == "on" || stored == "1" {
				value = page.Cell{}.WithTags(page.Tag{Text: "on", Level: page.LevelGood})
			}
		case stored == "":
			value = page.Text("–")
		}
		table.Add(func() []page.Cell { return []page.Cell{page.Text(setting.label), value} })
	}
	places := t.pricePlaces()
	for _, id := range t.ids("tblcurrencies") {
		currency := t.row("tblcurrencies", id)
		stored, _ := t.storedText(places[currency["code"]])
		value := page.Text("–")
		if stored != "" {
			value = page.Text(withSymbol(currency, stored))
		}
		table.Add(func() []page.Cell {
			return []page.Cell{page.Text("Price of one token in " + currency["code"]), value}
		})
	}
	landing := "the one of the addon"
	if content, own := t.state.Files[t.state.landingPath()]; own {
		landing = strings.TrimSpace(content)
	}
	table.Add(func() []page.Cell {
		return []page.Cell{page.Text("Landing page"), page.Text(landing).WithNotes(t.state.landingPath())}
	})
	return table
}

// currenciesTable lists the active currencies.
func currenciesTable(t *tx) *page.Table {
	table := page.NewTable("Currencies", "Code", "Symbol", "Suffix", "Rate#")
	for _, id := range t.ids("tblcurrencies") {
		row := t.row("tblcurrencies", id)
		table.Add(func() []page.Cell {
			return []page.Cell{
				page.Text(row["code"]).WithNotes("id " + text(id)).WithTags(page.TagIf(isOn(row["default"]), "default",
					page.LevelGood)...),
				page.Text(strings.TrimSpace(row["prefix"])), page.Text(strings.TrimSpace(row["suffix"])), page.Text(row["rate"]),
			}
		})
	}
	return table
}

// currencyOf returns the row of a currency by its code. It is empty for an unknown code.
func currencyOf(t *tx, code string) Row {
	for _, id := range t.idsBy("tblcurrencies", "code", code) {
		return t.row("tblcurrencies", id)
	}
	return nil
}

// withSymbol returns an amount with the symbol of its currency, or with the suffix if there is no symbol.
func withSymbol(currency Row, amount string) string {
	if strings.TrimSpace(currency["prefix"]) == "" {
		return strings.TrimSpace(amount + " " + strings.TrimSpace(currency["suffix"]))
	}
	return decodeText(currency["prefix"]) + amount
}

// stockCell shows how many items of a product are left.
func stockCell(row Row) page.Cell {
	switch {
	case !isOn(row["stockcontrol"]):
		return page.Text("unlimited")
	case system.Number(row["qty"]) == 0:
		return page.Text(row["qty"]).WithTags(page.Tag{Text: "sold out", Level: page.LevelBad})
	}
	return page.Text(row["qty"])
}
