package whmcs

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

var serverKind = declared(kinds.Server.Kind, kind{
	fields: []field{
		nameserversField,
		serverModuleField(),
		secretField("password", serverPassword, func(w *write, row Row, v any) { row["password"] = w.t.state.encrypt(cast[string](v)) }),
		fingerprintField("password_fingerprint", serverPassword),
		secretField("access_hash", accessHash, func(_ *write, row Row, v any) { row["accesshash"] = cast[string](v) }),
		fingerprintField("access_hash_fingerprint", accessHash),
		serverTopLinkField,
		defaultForModuleField(),
		{name: "server_group_ids", many: true, read: func(t *tx, id int64, _ Row) any {
			return sortedSet(columnOf(t, "tblservergroupsrel", t.idsBy("tblservergroupsrel", "serverid", text(id)), "groupid"))
		}},
	},
	check: checkServer,
	usage: func(t *tx, id int64, _ Row) map[string]any {
		return map[string]any{
			"services":       len(t.idsBy("tblhosting", "server", text(id))),
			"live_services":  countLive(t, "tblhosting", "server", id),
			"service_addons": countLive(t, "tblhostingaddons", "server", id),
		}
	},
	affects: func(w *write, deleting bool) []affected {
		var others []affected
		if deleting {
			for _, group := range columnOf(w.t, "tblservergroupsrel", w.t.idsBy("tblservergroupsrel", "serverid", text(w.id)), "groupid") {
				others = append(others, affected{kind: kinds.ServerGroup.Kind.Name, id: system.Number(group)})
			}
			return others
		}
		_, setsDefault := w.values["default_for_module"]
		_, setsModule := w.values["module"]
		if (!setsDefault && !setsModule) || w.finalValue("default_for_module") != true {
			return nil
		}
		for _, id := range w.t.idsBy("tblservers", "type", cast[string](w.finalValue("module"))) {
			if id != w.id && flag.decode(w.t.row("tblservers", id)["active"]) == true {
				others = append(others, affected{kind: w.k.name, id: id})
			}
		}
		return others
	},
	uses: func(t *tx, id int64) []use {
		return []use{
			{"services", countLive(t, "tblhosting", "server", id)},
			{"service_addons", countLive(t, "tblhostingaddons", "server", id)},
		}
	},
	cleanup: func(t *tx, id int64) { removeWhere(t, "tblservergroupsrel", "serverid", id) },
	created: "ServerAdd", edited: "ServerEdit", deleted: "ServerDelete", hookParameter: "serverid",
})

var (
	addressForm  = regexp.MustCompile(`^[\p{L}\p{M}\p{N}.:_/\[\]-]*$`)
	noMarkupForm = regexp.MustCompile(`^[^&<>"']*$`)
)

// address is text that all codecs store unchanged and that needs no escaping in admin pages.
var address = matching(addressForm, kinds.Server.IPAddress.Hint)

// noMarkup is text without HTML characters.
var noMarkup = matching(noMarkupForm, "must not contain any of & < > \" '")

const nameserverCount = 5

var nameserversField = field{
	name: "nameservers", many: true,
	parse: func(path string, v any) (any, []fieldError) {
		noun := fmt.Sprintf("at most %d name servers", nameserverCount)
		if given, isList := v.([]any); isList && len(given) > nameserverCount {
			return nil, errorAt(path, "must be a list of %s", noun)
		}
		parsed, errs := listNamed(noun, objectOf(map[string]parser{"hostname": address, "ip_address": address}))(path, v)
		if errs != nil {
			return nil, errs
		}
		list := cast[[]any](parsed)
		for _, item := range list {
			server := cast[map[string]any](item)
			for _, key := range []string{"hostname", "ip_address"} {
				if server[key] == nil {
					server[key] = ""
				}
			}
		}
		return trimNameservers(list), nil
	},
	read: func(_ *tx, _ int64, row Row) any {
		list := make([]any, nameserverCount)
		for i := range list {
			column := fmt.Sprintf("nameserver%d", i+1)
			list[i] = map[string]any{"hostname": row[column], "ip_address": row[column+"ip"]}
		}
		return trimNameservers(list)
	},
	write: func(_ *write, row Row, v any) {
		list := cast[[]any](v)
		for i := range nameserverCount {
			server := map[string]any{"hostname": "", "ip_address": ""}
			if i < len(list) {
				server = cast[map[string]any](list[i])
			}
			column := fmt.Sprintf("nameserver%d", i+1)
			row[column], row[column+"ip"] = cast[string](server["hostname"]), cast[string](server["ip_address"])
		}
	},
}

func trimNameservers(list []any) []any {
	empty := map[string]any{"hostname": "", "ip_address": ""}
	for len(list) > 0 && same(list[len(list)-1], empty) {
		list = list[:len(list)-1]
	}
	return list
}

func secretField(name string, secret func(*tx, Row) string, write func(*write, Row, any)) field {
	return field{name: name, parse: textOf(longText), secret: secret, write: write}
}

// fingerprintField declares the fingerprint of a secret field.
func fingerprintField(name string, secret func(*tx, Row) string) field {
	return field{name: name, showsFingerprint: true, read: func(t *tx, _ int64, row Row) any { return t.state.fingerprint(secret(t, row)) }}
}

func serverPassword(t *tx, row Row) string { return t.state.decrypt(row["password"]) }

func accessHash(_ *tx, row Row) string { return row["accesshash"] }

// serverTopLinkField is stored in the access hash. Assumed: JSON with these two keys.
var serverTopLinkField = field{
	name: "toplink_dcim", keyed: true,
	parse: objectOf(map[string]parser{"username_prefix": noMarkup, "hostname_format": noMarkup}),
	read: func(_ *tx, _ int64, row Row) any {
		hash, found := topLinkHash(row)
		if !found {
			return nil
		}
		return hash
	},
	write: func(_ *write, row Row, v any) {
		hash := map[string]any{"username_prefix": "", "hostname_format": ""}
		for key, member := range hashMembers(row) {
			hash[key] = member
		}
		for key, member := range cast[map[string]any](v) {
			hash[key] = member
		}
		encoded, _ := json.Marshal(hash)
		row["accesshash"] = string(encoded)
	},
}

// hashMembers returns the members of the JSON object in the access hash. An empty hash has none. It returns nil if
// the hash is not a JSON object.
func hashMembers(row Row) map[string]any {
	members := map[string]any{}
	if row["accesshash"] != "" && json.Unmarshal([]byte(row["accesshash"]), &members) != nil {
		return nil
	}
	return members
}

// topLinkHash returns the module's settings from the access hash. It returns false if the hash is empty or has
// another form.
func topLinkHash(row Row) (map[string]any, bool) {
	var hash struct {
		UsernamePrefix *string `json:"username_prefix"`
		HostnameFormat *string `json:"hostname_format"`
	}
	if row["type"] != topLinkModule || json.Unmarshal([]byte(row["accesshash"]), &hash) != nil ||
		hash.UsernamePrefix == nil || hash.HostnameFormat == nil {
		return nil, false
	}
	return map[string]any{"username_prefix": *hash.UsernamePrefix, "hostname_format": *hash.HostnameFormat}, true
}

// defaultForModuleField is exclusive: each module has one default server.
func defaultForModuleField() field {
	f := tableField(kinds.Server.DefaultForModule)
	store := f.write
	f.write = func(w *write, row Row, v any) {
		store(w, row, v)
		clearOtherDefaults(w, row)
	}
	return f
}

// serverModuleField keeps the default flag of the server when its module changes. The server is then the default of
// the other module.
func serverModuleField() field {
	f := tableField(kinds.Server.Module)
	f.write = func(w *write, row Row, v any) {
		row["type"] = cast[string](v)
		clearOtherDefaults(w, row)
	}
	return f
}

// clearOtherDefaults clears the default flag of the module's other servers if this server has it.
func clearOtherDefaults(w *write, row Row) {
	if flag.decode(row["active"]) != true {
		return
	}
	for _, id := range w.t.idsBy("tblservers", "type", row["type"]) {
		if id != w.id && flag.decode(w.t.row("tblservers", id)["active"]) == true {
			w.t.set("tblservers", id, Row{"active": "0"})
		}
	}
}

func checkServer(w *write) {
	w.checkModule()
	refuseSecretsForOtherAddress(w)
	if w.values["toplink_dcim"] == nil {
		return
	}
	if !w.creating && w.prior != nil && hashMembers(w.prior) == nil {
		w.reject("toplink_dcim", "The stored access hash is not a JSON object, and these settings would replace it. "+
			"To replace it, first clear the access hash with access_hash = \"\"")
	}
	if _, given := w.values["access_hash"]; given {
		w.reject("toplink_dcim", "cannot be given together with access_hash")
	}
	if module := w.finalValue("module"); module != nil && module != topLinkModule {
		w.reject("toplink_dcim", "is only for servers of the module %s", topLinkModule)
	}
}

// checkModule checks a given or changed module.
func (w *write) checkModule() {
	name, given := w.values["module"].(string)
	if given && name != "" && !w.t.installed(name) {
		w.rejectUnsupported("module", "%s", missingModule("servers", name))
	}
}

func (t *tx) installed(module string) bool {
	_, exists := serverModules[module]
	return exists && slices.Contains(t.state.Modules, module)
}

// serviceProduct is the column of tblhosting that refers to the product.
const serviceProduct = "packageid"

// deadStatuses are the statuses of services that no longer run.
var deadStatuses = []string{"Terminated", "Cancelled", "Fraud"}

// countLive counts the live services or service addons that refer to an object.
func countLive(t *tx, table, column string, id int64) int {
	live, status := 0, "domainstatus"
	if table == "tblhostingaddons" {
		status = "status"
	}
	for _, service := range t.idsBy(table, column, text(id)) {
		row := t.row(table, service)
		if !slices.Contains(deadStatuses, row[status]) {
			live++
		}
	}
	return live
}

func columnOf(t *tx, table string, ids []int64, column string) []string {
	values := make([]string, 0, len(ids))
	for _, id := range ids {
		values = append(values, t.row(table, id)[column])
	}
	return values
}

func removeWhere(t *tx, table, column string, id int64) {
	for _, row := range t.idsBy(table, column, text(id)) {
		t.remove(table, row)
	}
}
