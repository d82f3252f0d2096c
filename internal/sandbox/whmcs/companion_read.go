package whmcs

import (
	"net/http"
	"slices"
	"sort"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var readOperations = map[string]operation{
	"info":     companionInfo,
	"list":     companionList,
	"get":      companionGet,
	"validate": companionValidate,
	"batch":    companionBatch,
	"discover": companionDiscover,
}

func (k *kind) responseRow(t *tx, id int64, parts rowParts) map[string]any {
	object := k.object(t, id)
	if parts.usage && k.usage != nil {
		object["usage"] = k.usage(t, id, t.row(k.table, id))
	}
	if parts.impact {
		object["impact"] = impact(t, id, parts.revenue)
	}
	return object
}

// maxBytes limits the rows of one response, roughly: the memory of PHP is limited.
const maxBytes = 2 << 20

// weight is roughly the number of bytes of an object in a response.
func (k *kind) weight(t *tx, id int64) int {
	bytes := 2000
	for _, value := range t.row(k.table, id) {
		bytes += len(value)
	}
	return bytes
}

func companionList(w *WHMCS, _ *http.Request, q *request, _ caller) (map[string]any, *failure) {
	q.requiredText("kind")
	filter, parts, limit := q.object("filter"), q.withParts(), int64(defaultRows)
	if q.fields["limit"] != nil {
		parsed, errs := integer(1, maxRows)("limit", q.fields["limit"])
		q.errs = append(q.errs, errs...)
		limit, _ = parsed.(int64)
	}
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	k, refused := q.requestedKind()
	if refused != nil {
		return nil, refused
	}
	after := ""
	if q.fields["after"] != nil {
		after = q.idOfKind("after", k)
	}
	payload := map[string]any{"next": nil}
	w.env.View(func() {
		t := w.begin()
		parts.revenue = w.safety.Revenue && w.safety.Faults == nil
		matches := filterFunc(q, k, t, filter)
		if refused = q.refusal(); refused != nil {
			return
		}
		ids, rows, bytes := k.ids(t), []any{}, 0
		for _, id := range ids[sort.Search(len(ids), func(i int) bool { return k.isAfter(t, ids[i], after) }):] {
			if !matches(id) {
				continue
			}
			bytes += k.weight(t, id)
			if int64(len(rows)) == limit || len(rows) > 0 && bytes > maxBytes {
				payload["next"] = cast[map[string]any](rows[len(rows)-1])["id"]
				break
			}
			rows = append(rows, k.responseRow(t, id, parts))
		}
		payload["rows"] = rows
	})
	return payload, refused
}

// filterFunc returns a function that reports whether a row matches the filter.
func filterFunc(q *request, k *kind, t *tx, filter map[string]any) func(id int64) bool {
	var tests []func(id int64) bool
	for _, name := range sortedKeys(filter) {
		if id, isText := filter[name].(string); name == "id" && !(isText && k.isID(id)) {
			q.reject("filter.id", "must be an id of the kind %s", k.name)
			continue
		}
		read, form := k.filterable(t, name)
		if read == nil || !scalar(filter[name]) {
			q.reject("filter."+name, "cannot be used as a filter")
			continue
		}
		wanted := form(filter[name])
		tests = append(tests, func(id int64) bool { return same(read(id), wanted) })
	}
	return func(id int64) bool {
		return !slices.ContainsFunc(tests, func(test func(int64) bool) bool { return !test(id) })
	}
}

func companionGet(w *WHMCS, _ *http.Request, q *request, _ caller) (map[string]any, *failure) {
	q.requiredText("kind")
	parts, wanted := q.withParts(), q.textList("ids")
	if len(wanted) < 1 || len(wanted) > maxRows {
		q.reject("ids", "must be a list of 1 to %d ids", maxRows)
	}
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	k, refused := q.requestedKind()
	if refused != nil {
		return nil, refused
	}
	if slices.ContainsFunc(wanted, func(id string) bool { return !k.isID(id) }) {
		if k.named != nil {
			return nil, invalid(errorAt("ids", "must be a list of 1 to %d names of modules", maxRows))
		}
		return nil, invalid(errorAt("ids", "must be a list of 1 to %d ids", maxRows))
	}
	rows, remaining, bytes := []any{}, []any{}, 0
	w.env.View(func() {
		t := w.begin()
		parts.revenue = w.safety.Revenue && w.safety.Faults == nil
		for _, id := range sortedSet(wanted) {
			n := k.numberOf(t, cast[string](id))
			if n == 0 {
				continue
			}
			bytes += k.weight(t, n)
			if len(rows) > 0 && bytes > maxBytes {
				remaining = append(remaining, id)
				continue
			}
			rows = append(rows, k.responseRow(t, n, parts))
		}
	})
	return map[string]any{"rows": rows, "remaining": remaining}, nil
}

// companionValidate returns the refusal that the write would return, without running third-party code.
func companionValidate(w *WHMCS, _ *http.Request, q *request, _ caller) (map[string]any, *failure) {
	name, values, expect := q.requiredText("kind"), q.object("values"), q.object("expect")
	attempt := &write{dryRun: true, safety: w.safety, creating: q.fields["id"] == nil, expect: expect, allowDuplicate: q.boolean("allow_duplicate_name"), makesConnection: q.boolean("connect"), unknown: map[string]bool{}}
	op := "create"
	if !attempt.creating {
		op, attempt.name, attempt.liveGuard = "update", q.idOfKind("id", kindNamed(name)), q.textList("guard_live")
	}
	for _, field := range q.textList("unknown") {
		attempt.unknown[field] = true
	}
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	payload := map[string]any{"ok": true}
	var refused *failure
	w.env.View(func() {
		if refused = w.safety.refuse(op, name, attempt.name); refused != nil {
			return
		}
		if attempt.k, refused = w.writableKind(q); refused != nil {
			return
		}
		if refused = attempt.k.refuseOperation(op); refused != nil {
			return
		}
		if attempt.makesConnection && name != solusvm2BillingKind.name {
			refused = invalid(errorAt("connect", "must be absent for kinds other than %s", solusvm2BillingKind.name))
			return
		}
		for field := range attempt.unknown {
			if attempt.k.field(field) == nil {
				refused = invalid(errorAt("unknown", "contains an unknown field: %s", system.Truncate(field)))
				return
			}
		}
		attempt.t = w.begin()
		attempt.id = attempt.k.numberOf(attempt.t, attempt.name)
		if refused = attempt.parse(values); refused == nil {
			refused = attempt.verify()
		}
		if refused == nil && attempt.makesConnection {
			refused = attempt.refuseAffected(attempt.addonOf([]string{"url", "api_key"}))
		}
		attempt.priceBudget(payload)
	})
	if refused != nil {
		return nil, refused
	}
	return payload, nil
}

func companionInfo(w *WHMCS, r *http.Request, _ *request, client caller) (map[string]any, *failure) {
	payload := map[string]any{
		"protocol": protocolVersion, "companion_version": w.companionVersion(), "php_version": "8.3.6",
		"database":         map[string]any{"version": "10.11.6-MariaDB", "sql_mode": "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION"},
		"column_scales":    columnScales(),
		"codecs":           codecs(),
		"hooks_registered": !w.options.WithoutHookFile,
		"caller_ip":        client.ip,
	}
	w.env.View(func() {
		s := w.state
		served := w.safety.Kinds
		if served == nil {
			for _, k := range allKinds {
				served = append(served, k.name)
			}
		}
		payload["read_only"] = w.safety.ReadOnly || w.safety.Absent || w.safety.Faults != nil
		payload["allow_delete"], payload["kinds"] = w.safety.AllowDelete && w.safety.Faults == nil, served
		payload["system_url"], payload["whmcs_version"] = s.Settings["SystemURL"], s.version()
		payload["modules"] = map[string]any{"server": slices.Sorted(slices.Values(s.Modules)), "addons": s.addonNames()}
		payload["tables"], payload["evidence"] = w.tables(), w.evidence()
	})
	options := map[string]any{}
	for i, option := range topLinkOptions {
		options[option.key] = i + 1
	}
	payload["toplink"] = map[string]any{
		"module": topLinkModule, "options": options, "system_field": topLinkSystemField,
		"hash_keys": map[string]any{"username_prefix": "username_prefix", "hostname_format": "hostname_format"},
	}
	return payload, nil
}

// columnScales returns the scales of the decimal columns.
func columnScales() map[string]any {
	scales := map[string]any{
		"pricing": priceScale, "product.overages.disk_price": overageScale, "product.overages.bandwidth_price": overageScale,
		"product.affiliate.pay_amount": affiliateScale,
	}
	for _, k := range kinds.All() {
		for _, f := range k.Fields() {
			if f.Form == kinds.Decimal {
				scales[k.Name+"."+f.Name] = f.Scale
			}
		}
	}
	return scales
}

// codecs returns the codecs of text columns. Columns that are not listed are raw.
func codecs() map[string]any {
	named := map[string]any{}
	for _, k := range kinds.All() {
		for _, f := range k.Fields() {
			switch f.Codec {
			case kinds.Plain:
				named[k.Name+"."+f.Name] = "entity"
			case kinds.Markup:
				named[k.Name+"."+f.Name] = "html"
			}
		}
	}
	return named
}

// companionDiscover lists what is stored for an addon module: names without values.
func companionDiscover(w *WHMCS, _ *http.Request, q *request, _ caller) (map[string]any, *failure) {
	addon := q.requiredText("addon")
	if addon != "" && !folderForm.MatchString(addon) {
		q.reject("addon", "must be the name of a module")
	}
	if refused := q.refusal(); refused != nil {
		return nil, refused
	}
	payload := map[string]any{"addon": addon}
	w.env.View(func() {
		t := w.begin()
		_, payload["installed"] = t.state.addon(addon)
		payload["active"] = addonModuleKind.numberOf(t, addon) != 0
		payload["settings"] = sortedKeys(t.addonSettings(addon))
		payload["tables"] = t.addonTables(addon)
	})
	return payload, nil
}

// touchedTables are the tables that the companion reads or writes.
var touchedTables = []string{
	"mod_terraform_files", "mod_terraform_requests", "mod_terraform_settings", "tbladdonmodules", "tbladdons", "tbladminroles", "tblbundles", "tblclients", "tblcurrencies", "tblcustomfields", "tblcustomfieldsvalues", "tblemailtemplates",
	"tblhosting", "tblhostingaddons", "tblhostingconfigoptions", "tblondemandrenewals", "tblpricing", "tblproduct_recommendations", "tblproduct_upgrade_products",
	"tblproduct_downloads", "tblproduct_group_features", "tblproductconfiggroups", "tblproductconfiglinks", "tblproductconfigoptions", "tblproductconfigoptionssub", "tblproducteventactions", "tblproductgroups", "tblproducts",
	"tblproducts_slugs", "tblproducts_slugs_tracking", "tblpromotions", "tblservergroups", "tblservergroupsrel",
	"tblservers",
}
