package whmcs

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

// writtenTables are the tables that a write of a kind changes.
var writtenTables = map[string][]string{
	"product_group": {"tblproductgroups", "tblproducts_slugs", "tblproduct_group_features"},
	"server":        {"tblservers", "tblservergroupsrel"},
	"server_group":  {"tblservergroups", "tblservergroupsrel"},
	"product": {
		"tblproducts", "tblpricing", "tblproducts_slugs", "tblproductconfiglinks", "tblproduct_upgrade_products", "tblcustomfields", "tblcustomfieldsvalues",
		"tblproduct_recommendations", "tblondemandrenewals", "tblproducts_slugs_tracking", "tblproduct_downloads", "tblproducteventactions",
	},
	"product_addon":    {"tbladdons", "tblpricing"},
	"addon_module":     {addonTable, "tblconfiguration"},
	"solusvm2_billing": {addonTable},
	"configurable_option_group": {
		"tblproductconfiggroups", "tblproductconfigoptions", "tblproductconfigoptionssub", "tblproductconfiglinks", "tblpricing",
	},
}

// ownTables are the companion's own tables. Every write changes them.
var ownTables = []string{"mod_terraform_settings", "mod_terraform_requests", "mod_terraform_journal", "mod_terraform_files"}

// alterStatements returns the statements that convert tables to InnoDB.
func alterStatements(tables []string) string {
	statements := make([]string, len(tables))
	for i, table := range tables {
		statements[i] = "ALTER TABLE " + table + " ENGINE=InnoDB ROW_FORMAT=DYNAMIC;"
	}
	return strings.Join(statements, " ")
}

func (w *WHMCS) companionVersion() string {
	if own := w.options.CompanionVersion; own != "" {
		return own
	}
	return companionVersion
}

// nonInnoDB returns the tables that are not InnoDB, sorted.
func (s *State) nonInnoDB(tables []string) []string {
	var found []string
	for _, name := range tables {
		if engine := s.Engines[name]; engine != "" && engine != "InnoDB" && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

func (w *WHMCS) tables() map[string]any {
	tables := map[string]any{}
	for _, name := range touchedTables {
		if slices.Contains(w.options.MissingColumns, name) {
			continue
		}
		engine := w.state.Engines[name]
		if engine == "" {
			engine = "InnoDB"
		}
		tables[name] = map[string]any{"engine": engine, "charset": "utf8mb4"}
	}
	return tables
}

// assessment is the companion's check of one assumption. If problem is "", the check is ok and fine is its detail.
type assessment struct{ check, grade, problem, okDetail string }

// evidence returns the evidence of info in the order of the protocol. The caller holds the store's lock.
func (w *WHMCS) evidence() []any {
	s := w.state
	var out []any
	priceProblem, prices := s.currencyPrices()
	for _, a := range []assessment{
		{"operator_settings", "documented", strings.Join(w.safety.Faults, ". "), "companion.local.php has no fault"},
		{"opcache", "documented", "", "changes of companion.local.php and of the companion take effect at the next request"},
		{"hooks_registered", "assumed", w.unloadedHooks(), "the hooks of every module that a product uses are loaded"},
		{"currency_recalculation", "seen", s.recalculationProblem(), "the cron recalculates no prices"},
		{"currency_prices", "seen", priceProblem, prices},
		{"price_guards", "documented", "", w.safety.limits(s, w.env.Now())},
		{"operating_systems", "assumed", s.emptySystemFields(), `no drop-down "` + topLinkSystemField + `" is without choices`},
		{"staging_copy", "seen", s.systemURLChange(), "the SystemURL is " + s.Settings["SystemURL"] + ", the same as at the first call of the companion"},
		{"not_managed", "seen", "", w.unmanaged()},
		{"transactional_tables", "seen", w.tablesProblem(), "all tables that are written are InnoDB"},
		{"text_codecs", "seen", s.mixedText(), "no text column holds both encoded and plain text"},
		{"core_tables", "seen", "", "all found"},
		{"four_byte_text", "seen", "", "all tables are utf8mb4"},
		{"strict_sql_mode", "seen", "", "on"},
		{"encryption", "documented", "", "what EncryptPassword makes decrypts to the same text"},
		w.sinceVersion("group_slugs", "seen", "8.3", "tblproductgroups.slug"),
		w.sinceVersion("product_slugs", "seen", "8.3", "tblproducts_slugs"),
		w.sinceVersion("recommendations", "assumed", "9.0", "tblproduct_recommendations"),
		w.sinceVersion("on_demand_renewals", "assumed", "9.0", "tblondemandrenewals"),
		{"toplink_hash", "assumed", s.unknownHashForms(), "every access hash of the TopLink module is empty or of the assumed form"},
		{"form_hooks", "documented", s.formHooks(), "no readable hook file of an installed module stores fields of an admin form"},
		{"local_api_connection", "assumed", "", "the local API runs its statements on the companion's database connection"},
	} {
		detail := a.okDetail
		if a.problem != "" {
			detail = a.problem
		}
		out = append(out, map[string]any{"check": a.check, "ok": a.problem == "", "grade": a.grade, "detail": detail})
	}
	return out
}

func (w *WHMCS) unloadedHooks() string {
	var problems []string
	if w.options.WithoutHookFile {
		problems = append(problems, "the companion's own file includes/hooks/terraform.php is missing")
	}
	s := w.state
	setting, known := s.Settings["ModuleHooks"]
	used := map[string]bool{}
	for _, row := range s.Table("tblproducts").Rows {
		used[row["servertype"]] = true
	}
	for _, module := range sortedKeys(used) {
		if known && serverModules[module].hooks && slices.Contains(s.Modules, module) && !slices.Contains(system.SplitList(setting, ","), module) {
			problems = append(problems, "WHMCS does not load the hooks.php of the module "+module)
		}
	}
	return strings.Join(problems, ". ")
}

// formHooks names the installed modules whose hooks store fields of an admin form.
func (s *State) formHooks() string {
	var files []string
	for _, module := range s.Modules {
		if points := serverModules[module].formHooks; points != "" {
			files = append(files, "modules/servers/"+module+"/hooks.php ("+points+")")
		}
	}
	if files == nil {
		return ""
	}
	slices.Sort(files)
	return "hooks that store fields of an admin form, which the companion never runs: " + strings.Join(files, ", ")
}

// recalculationProblem returns whether the cron recalculates prices. Seen: the names of the settings, in databases.
func (s *State) recalculationProblem() string {
	if s.Settings["CurrencyAutoUpdateProductPrices"] != "on" || len(s.Table("tblcurrencies").Rows) < 2 {
		return ""
	}
	return "the cron recalculates the prices of all currencies but the default one from their rates (CurrencyAutoUpdateProductPrices)"
}

// maxNamedProducts is the largest number of products in one entry.
const maxNamedProducts = 10

func (s *State) emptySystemFields() string {
	t := &tx{state: s}
	var products []string
	for _, id := range t.idsBy("tblproducts", "servertype", topLinkModule) {
		for _, field := range t.idsWhere("tblcustomfields", "relid", text(id), Row{"type": "product", "fieldtype": "dropdown"}) {
			row := t.row("tblcustomfields", field)
			if name, _, _ := strings.Cut(row["fieldname"], "|"); name == topLinkSystemField && strings.TrimSpace(row["fieldoptions"]) == "" {
				products = append(products, text(id))
			}
		}
	}
	if products == nil {
		return ""
	}
	more := ""
	if len(products) > maxNamedProducts {
		products, more = products[:maxNamedProducts], " and more"
	}
	return fmt.Sprintf("the drop-down %q has no choices in the products %s%s", topLinkSystemField, strings.Join(products, ", "), more)
}

func (s *State) systemURLChange() string {
	under, now := s.Terraform["installation_system_url"], s.Settings["SystemURL"]
	if s.Terraform["pinned_installation"] != "" || strings.TrimRight(under, "/") == strings.TrimRight(now, "/") {
		return ""
	}
	return fmt.Sprintf("at the first call of the companion, the SystemURL was %s and the installation id was %s. The SystemURL is now %s", under, s.Terraform["installation"], now)
}

// unmanaged returns the numbers of objects that no kind describes, by table.
func (w *WHMCS) unmanaged() string {
	var counts []string
	for _, of := range kinds.AllUnmanaged {
		if slices.Contains(w.options.MissingColumns, of.Table) {
			continue
		}
		objects := map[string]bool{}
		for id, row := range w.state.Table(of.Table).Rows {
			objects[cmp.Or(row[of.Column], text(id))] = true
		}
		counts = append(counts, fmt.Sprintf("%s %d", of.Table, len(objects)))
	}
	return cmp.Or(strings.Join(counts, ", "), "none of the tables is there")
}

func (w *WHMCS) tablesProblem() string {
	written := slices.Clone(ownTables)
	for _, tables := range writtenTables {
		written = append(written, tables...)
	}
	found := w.state.nonInnoDB(written)
	if found == nil {
		return ""
	}
	return "not InnoDB: " + strings.Join(found, ", ")
}

// plainColumns are the columns of plain text that the admin area stores with entities.
var plainColumns = []struct{ field, table, column string }{
	{"product_group.name", "tblproductgroups", "name"},
	{"product_group.headline", "tblproductgroups", "headline"},
	{"product_group.tagline", "tblproductgroups", "tagline"},
	{"server.name", "tblservers", "name"},
	{"server_group.name", "tblservergroups", "name"},
	{"product.name", "tblproducts", "name"},
	{"custom_field.name", "tblcustomfields", "fieldname"},
	{"product_addon.name", "tbladdons", "name"},
	{"configurable_option_group.name", "tblproductconfiggroups", "name"},
	{"configurable_option.name", "tblproductconfigoptions", "optionname"},
	{"configurable_sub_option.name", "tblproductconfigoptionssub", "optionname"},
}

var (
	entityForm = regexp.MustCompile(`&(amp|lt|gt|quot|#039);`)
	plainForm  = regexp.MustCompile(`[&<>"']`)
)

// mixedText names the columns that contain both encoded and plain text, with a row for each.
func (s *State) mixedText() string {
	t := &tx{state: s}
	var mixed []string
	for _, c := range plainColumns {
		encoded, plain := "", ""
		for _, id := range t.ids(c.table) {
			value := t.row(c.table, id)[c.column]
			if encoded == "" && entityForm.MatchString(value) {
				encoded = text(id)
			}
			if plain == "" && plainForm.MatchString(entityForm.ReplaceAllString(value, "")) {
				plain = text(id)
			}
		}
		if encoded != "" && plain != "" {
			mixed = append(mixed, fmt.Sprintf("%s (encoded in row %s, not in row %s)", c.field, encoded, plain))
		}
	}
	if mixed == nil {
		return ""
	}
	return "stored in both ways: " + strings.Join(mixed, ", ")
}

// sinceVersion checks a table or column that WHMCS has since a version.
func (w *WHMCS) sinceVersion(check, grade, version, name string) assessment {
	a := assessment{check: check, grade: grade, okDetail: name + " exists"}
	if !slices.Contains(w.options.MissingColumns, name) {
		return a
	}
	if running := w.state.version(); olderThan(running, version) {
		a.okDetail = name + " does not exist. WHMCS " + running + " may be too old to have it. The provider works without it"
		return a
	}
	a.problem = name + " does not exist"
	return a
}

// olderThan compares version numbers.
func olderThan(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		if x, y := system.Number(as[i]), system.Number(bs[i]); x != y {
			return x < y
		}
	}
	return false
}

func (s *State) unknownHashForms() string {
	t := &tx{state: s}
	var servers []string
	for _, id := range t.idsBy("tblservers", "type", topLinkModule) {
		row := t.row("tblservers", id)
		if _, readable := topLinkHash(row); !readable && row["accesshash"] != "" {
			servers = append(servers, text(id))
		}
	}
	if servers == nil {
		return ""
	}
	return "the access hash is not of the assumed form in the servers " + strings.Join(servers, ", ")
}
