package whmcs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// solusvm2Addon is the folder of the SolusVM 2 addon in WHMCS.
const solusvm2Addon = "solusvm2"

// singleID is the id of the only object of a kind.
const singleID = "1"

// PostPayOptions configures the SolusVM 2 addon of WHMCS. With the zero value, the addon stores its settings where
// the companion's map assumes them.
type PostPayOptions struct {
	// OwnTables makes the addon store its settings in its own tables.
	OwnTables bool
	// Places are the operator's corrections of the map, by the protocol's field names.
	Places map[string]PostPayPlace
	// CAFile is a PEM file with the certificates that WHMCS trusts when it calls the panel.
	CAFile string
}

// PostPayPlace is the place of one setting of the addon: the row of tbladdonmodules named Setting, or a row of Table.
type PostPayPlace struct {
	// Setting may contain {currency_id} and {currency_code} for the prices of tokens.
	Setting string
	// Table is the table. The row is the one whose KeyColumn contains Key, or the id of the currency.
	Table, KeyColumn, Key, ValueColumn string
	// As is on, 1, text, integer or secret. If empty, it is that of the assumed place.
	As string
}

// assumedPlaces is the map without the operator's corrections. All entries are assumed.
var assumedPlaces = map[string]PostPayPlace{
	"url":                     {Setting: "url", As: "text"},
	"api_key":                 {Setting: "api_key", As: "secret"},
	"integration_token":       {Setting: "integration_token", As: "secret"},
	"post_pay_enabled":        {Setting: "post_pay_enabled", As: "on"},
	"new_user_limit_group_id": {Setting: "post_pay_limit_group_id", As: "integer"},
	"terms_url":               {Setting: "post_pay_terms_url", As: "text"},
	"invoice_grace_days":      {Setting: "post_pay_invoice_grace_days", As: "integer"},
	"lock_overdue_days":       {Setting: "post_pay_lock_overdue_days", As: "integer"},
	"suspend_overdue_days":    {Setting: "post_pay_suspend_overdue_days", As: "integer"},
	"token_prices":            {Setting: "token_price_{currency_id}"},
}

// activateSolusVM2 creates the rows in which the addon stores its settings.
func (s *State) activateSolusVM2() {
	token := s.encrypt(system.RandomHex(16))
	if s.postPay.OwnTables {
		for _, setting := range [][2]string{
			{"panel", ""}, {"panel_key", ""}, {"token", token}, {"enabled", "0"}, {"limit_group", ""}, {"terms", ""}, {"grace", "0"}, {"lock", "7"}, {"suspend", "14"},
		} {
			s.Insert("mod_solusvm2_settings", Row{"setting": setting[0], "value": setting[1]})
		}
		s.Table("mod_solusvm2_prices")
		return
	}
	for setting, value := range map[string]string{
		"url": "", "api_key": "", "integration_token": token, "post_pay_enabled": "", "post_pay_limit_group_id": "", "post_pay_invoice_grace_days": "0",
		"post_pay_lock_overdue_days": "7", "post_pay_suspend_overdue_days": "14", "token_price_1": "",
	} {
		s.Insert(addonTable, Row{"module": solusvm2Addon, "setting": setting, "value": value})
	}
}

func (t *tx) postPayPlace(field string) PostPayPlace {
	assumed := assumedPlaces[field]
	place, corrected := t.state.postPay.Places[field]
	if !corrected {
		return assumed
	}
	if place.As == "" {
		place.As = assumed.As
	}
	return place
}

// storedText returns the text that is stored at a place, and whether a row exists.
func (t *tx) storedText(place PostPayPlace) (string, bool) {
	if place.Table == "" {
		stored, there := t.addonSettings(solusvm2Addon)[place.Setting]
		return stored, there
	}
	if t.state.Tables[place.Table] == nil {
		return "", false
	}
	for _, id := range t.idsBy(place.Table, place.KeyColumn, place.Key) {
		return t.row(place.Table, id)[place.ValueColumn], true
	}
	return "", false
}

func (t *tx) storeText(place PostPayPlace, stored string) {
	if place.Table == "" {
		t.setAddonSetting(solusvm2Addon, place.Setting, stored)
		return
	}
	for _, id := range t.idsBy(place.Table, place.KeyColumn, place.Key) {
		t.set(place.Table, id, Row{place.ValueColumn: stored})
		return
	}
	t.insert(place.Table, Row{place.KeyColumn: place.Key, place.ValueColumn: stored})
}

// placeStatus is the result of a search for a place in the addon. It is unknown if only the addon's code can tell
// whether the place exists.
type placeStatus int

const (
	placeMissing placeStatus = iota
	placeUnknown
	placeFound
)

func (t *tx) postPayActive() bool { return addonModuleKind.numberOf(t, solusvm2Addon) != 0 }

func (t *tx) placeStatusOf(field string) placeStatus {
	if !t.postPayActive() {
		return placeMissing
	}
	if field == "token_prices" {
		return t.pricesStatus()
	}
	place := t.postPayPlace(field)
	found := t.rowStatus(place)
	if stored, _ := t.storedText(place); found == placeFound && !t.hasForm(place.As, stored) {
		return placeMissing
	}
	return found
}

// pricesStatus looks for stored prices. One price confirms the map. Any other content refutes it.
func (t *tx) pricesStatus() placeStatus {
	found := placeMissing
	for _, place := range t.pricePlaces() {
		stored, _ := t.storedText(place)
		if stored != "" && !decimalForm.MatchString(stored) || t.countRows(place) > 1 {
			return placeMissing
		}
		found = max(found, t.rowStatus(place))
		if place.Table != "" && t.hasColumns(place) {
			found = placeFound
		}
	}
	return found
}

// countRows returns the number of rows with the key of a place.
func (t *tx) countRows(place PostPayPlace) int {
	switch {
	case place.Table == "":
		return len(t.idsWhere(addonTable, "module", solusvm2Addon, Row{"setting": place.Setting}))
	case t.state.Tables[place.Table] == nil:
		return 0
	}
	return len(t.idsBy(place.Table, place.KeyColumn, place.Key))
}

func (t *tx) rowStatus(place PostPayPlace) placeStatus {
	switch rows := t.countRows(place); {
	case rows == 1:
		return placeFound
	case rows > 1:
		return placeMissing
	}
	if place.Table != "" {
		return placeMissing
	}
	declared, asked := t.state.Terraform["fields."+solusvm2Addon]
	switch {
	case !asked:
		return placeUnknown
	case strings.Contains(declared, ","+place.Setting+","):
		return placeFound
	}
	return placeMissing
}

func (t *tx) hasColumns(place PostPayPlace) bool {
	columns := "," + strings.Join(t.addonTables(solusvm2Addon)[place.Table], ",") + ","
	return strings.Contains(columns, ","+place.KeyColumn+",") && strings.Contains(columns, ","+place.ValueColumn+",")
}

// pricePlaces returns the places of the prices by currency code.
func (t *tx) pricePlaces() map[string]PostPayPlace {
	places := map[string]PostPayPlace{}
	for _, id := range t.ids("tblcurrencies") {
		place, code := t.postPayPlace("token_prices"), t.row("tblcurrencies", id)["code"]
		place.Setting = strings.NewReplacer("{currency_id}", text(id), "{currency_code}", code).Replace(place.Setting)
		place.Key = text(id)
		places[code] = place
	}
	return places
}

func (t *tx) hasForm(as, stored string) bool {
	switch as {
	case "on":
		return stored == "" || stored == "on" || stored == "off"
	case "1":
		return stored == "" || stored == "0" || stored == "1"
	case "integer":
		return stored == "" || idForm.MatchString(stored) && system.Number(stored) <= maxInt
	case "secret":
		return stored == "" || t.state.decrypt(stored) != ""
	}
	return true
}

// postPayText returns the stored text of a field in plain text.
func (t *tx) postPayText(field string) string {
	place := t.postPayPlace(field)
	stored, _ := t.storedText(place)
	if place.As == "secret" {
		return t.state.decrypt(stored)
	}
	return stored
}

// addonSettingsOf returns the settings of the addon module in which these fields are stored.
func (t *tx) addonSettingsOf(fields ...string) []string {
	var settings []string
	for _, field := range fields {
		places := []PostPayPlace{t.postPayPlace(field)}
		if field == "token_prices" {
			places = slices.Collect(maps.Values(t.pricePlaces()))
		}
		for _, place := range places {
			if place.Table == "" {
				settings = append(settings, place.Setting)
			}
		}
	}
	return settings
}

func (t *tx) setPostPayText(field, value string) {
	place := t.postPayPlace(field)
	if place.As == "secret" {
		value = t.state.encrypt(value)
	}
	t.storeText(place, value)
}

// explainPlace returns the expected place, the settings and tables that exist, and the entry that corrects the place.
func (t *tx) explainPlace(field string) string {
	if !t.postPayActive() {
		return "The addon module " + solusvm2Addon + " is not active in this WHMCS. Activate it first"
	}
	place := t.postPayPlace(field)
	sought := "the setting " + place.Setting
	if place.Table != "" {
		sought = fmt.Sprintf("%s in the table %s, column %s", place.Key, place.Table, place.ValueColumn)
	}
	var tables []string
	for name, columns := range maps.All(t.addonTables(solusvm2Addon)) {
		tables = append(tables, name+" ("+strings.Join(columns, ", ")+")")
	}
	value, form, table := "a value of the form "+place.As, ", 'as' => '"+place.As+"'", "'key_column' => '…', 'key' => '…'"
	if field == "token_prices" {
		value, form, table = "no value or a decimal number", "", "'currency_column' => '…'"
	}
	return fmt.Sprintf(
		"The addon %s has no place for this setting. Expected: %s, in one row, with %s. Found settings: %s. Found tables: %s. Nothing "+
			"was written. Add the place to companion.local.php: 'solusvm2' => ['places' => ['%s' => ['store' => 'addon_setting', 'name' => '…'%s]]], "+
			"or ['store' => 'table', 'table' => '…', %s, 'value_column' => '…'%s]",
		solusvm2Addon, sought, value, orNone(sortedKeys(t.addonSettings(solusvm2Addon))), orNone(texts(sortedSet(tables))), field, form, table, form,
	)
}

// orNone lists texts in a message.
func orNone(texts []string) string {
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}
