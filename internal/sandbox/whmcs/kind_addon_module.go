package whmcs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

const addonTable = "tbladdonmodules"

// addonModuleKind are the active addon modules. The row of the setting "version" represents the module. Its other
// settings are other rows of the table. Here only the setting "access" contains the administrator roles. A real WHMCS
// also stores them in AddonModulesPerms.
var addonModuleKind = kind{
	name: "addon_module", table: addonTable, naturalKey: []string{"module"}, writable: true,
	named: &naming{form: folderForm, names: func(t *tx) map[int64]string {
		names := map[int64]string{}
		for _, id := range t.idsBy(addonTable, "setting", "version") {
			names[id] = t.row(addonTable, id)["module"]
		}
		return names
	}},
	fields: []field{
		{
			name: "module", parse: matching(folderForm, "must be the name of a module"), required: true,
			read: func(_ *tx, _ int64, row Row) any { return row["module"] },
			write: func(_ *write, row Row, v any) {
				row["module"], row["setting"] = cast[string](v), "version"
				if row["value"] == "" {
					row["value"] = addonModules[cast[string](v)].version
				}
			},
		},
		{name: "version", read: func(_ *tx, _ int64, row Row) any { return row["value"] }},
		{
			name: "admin_role_ids", many: true, parse: setOf("ids", reference, "an id"),
			read: func(t *tx, _ int64, row Row) any {
				return sortedSet(system.SplitList(t.addonSettings(row["module"])["access"], ","))
			},
			write: func(w *write, row Row, v any) {
				w.t.setAddonSetting(row["module"], "access", strings.Join(texts(v), ","))
			},
		},
		{
			name: "admin_role_names", many: true, parse: adminRoleNames,
			read: func(t *tx, _ int64, row Row) any {
				names := []string{}
				for _, id := range system.SplitList(t.addonSettings(row["module"])["access"], ",") {
					if role := t.row("tbladminroles", system.Number(id)); role != nil {
						names = append(names, cast[string](entity.decode(role["name"])))
					}
				}
				return sortedSet(names)
			},
			write: func(w *write, row Row, v any) {
				var ids []string
				for _, name := range texts(v) {
					for _, id := range w.t.idsBy("tbladminroles", "name", entity.encode(name)) {
						ids = append(ids, text(id))
					}
				}
				w.t.setAddonSetting(row["module"], "access", strings.Join(texts(sortedSet(ids)), ","))
			},
		},
		{
			name: "settings", parse: addonSettings, compare: compareAddonSettings,
			read: func(t *tx, _ int64, row Row) any {
				plain, _ := t.visibleSettings(row["module"])
				return plain
			},
			write: func(w *write, row Row, v any) {
				settings := cast[map[string]any](v)
				for _, name := range sortedKeys(settings) {
					value, isSecret := settingText(settings[name])
					w.t.setAddonSetting(row["module"], name, cast[string](value))
					w.t.markSecret(row["module"], name, isSecret)
				}
			},
		},
		{
			name: "settings_fingerprints", keyed: true, absentKeyValue: "", showsFingerprint: true,
			read: func(t *tx, _ int64, row Row) any {
				_, hidden := t.visibleSettings(row["module"])
				return hidden
			},
		},
	},
	check: checkAddonModule,
	begin: func(w *write) *failure {
		if !w.creating {
			return nil
		}
		name := cast[string](w.values["module"])
		w.t.state.recordDeclaration(name)
		module, _ := w.t.state.addon(name)
		return addonFailure("ActivateModule", name, module.activate(w.t.state))
	},
	finish: func(w *write, row Row) {
		if w.creating {
			w.t.setActive(row["module"], true)
		}
	},
	// The settings of the SolusVM 2 addon are an object of their own too.
	affects: func(w *write, deleting bool) []affected {
		name := w.name
		if w.creating {
			name, _ = w.values["module"].(string)
		}
		settings, _ := w.values["settings"].(map[string]any)
		places := w.t.addonSettingsOf(append([]string{"url", "api_key", "integration_token"}, placedFieldNames...)...)
		isPlace := func(setting string) bool { return slices.Contains(places, setting) }
		if name != solusvm2Addon || !deleting && !w.creating && !slices.ContainsFunc(sortedKeys(settings), isPlace) {
			return nil
		}
		return []affected{{kind: "solusvm2_billing", id: system.Number(singleID)}}
	},
	uses: func(*tx, int64) []use { return nil },
	end: func(t *tx, id int64) *failure {
		name := t.row(addonTable, id)["module"]
		module, there := t.state.addon(name)
		if !there {
			return nil
		}
		return addonFailure("DeactivateModule", name, module.deactivate(t.state))
	},
	cleanup: func(t *tx, id int64) {
		module := t.row(addonTable, id)["module"]
		for _, row := range t.idsBy(addonTable, "module", module) {
			t.remove(addonTable, row)
		}
		delete(t.state.Terraform, "harmless."+module)
		delete(t.state.Terraform, "fields."+module)
		delete(t.state.Terraform, "secret."+module)
		t.setActive(module, false)
	},
}

func adminRoleNames(path string, v any) (any, []fieldError) {
	items, isList := v.([]any)
	if !isList || slices.ContainsFunc(items, func(item any) bool { _, isText := item.(string); return !isText }) {
		errs := errorAt(path, "must be a list of names")
		errs[0].unreadable = isList
		return nil, errs
	}
	return setOf("names", textOf(longText), "a role")(path, v)
}

// addonFailure returns the response to a failure that an addon module reports to an action of WHMCS, or nil.
func addonFailure(action, name string, err error) *failure {
	if err == nil {
		return nil
	}
	return moduleFailed(fmt.Sprintf("The addon module %s refused: %s of WHMCS reports: Failed to %s: %v", name, action, strings.ToLower(strings.TrimSuffix(action, "Module")), err))
}

// moduleFailed returns the response if the code of a module failed, or the module refused.
func moduleFailed(message string) *failure {
	refused := unsupported(errorAt("module", "%s", message))
	refused.details["reason"] = "module_failed"
	return refused
}

var reservedSettings = []string{"version", "access"}

func addonSettings(path string, v any) (any, []fieldError) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, errorAt(path, "must be an object of texts")
	}
	settings, errs := map[string]any{}, []fieldError(nil)
	for _, name := range sortedKeys(object) {
		if object[name] == nil {
			continue
		}
		if slices.Contains(reservedSettings, name) {
			errs = append(errs, errorAt(path+"."+name, "is a setting of WHMCS and not of the module")...)
			continue
		}
		value, isSecret := settingText(object[name])
		parsed, e := textOf(longText)(path+"."+name, value)
		if settings[name] = parsed; isSecret {
			settings[name] = map[string]any{"secret": parsed}
		}
		errs = append(errs, e...)
	}
	if errs != nil {
		return nil, errs
	}
	return settings, nil
}

// settingText returns the value of a setting in a request, and whether it is given as a secret: {"secret": text}.
func settingText(v any) (value any, isSecret bool) {
	object, isObject := v.(map[string]any)
	if value, isSecret = object["secret"]; isObject && isSecret && len(object) == 1 {
		return value, true
	}
	return v, false
}

// markSecret stores whether a setting holds a secret, although the module may declare it as ordinary text. The last
// write of the setting decides.
func (t *tx) markSecret(module, setting string, isSecret bool) {
	key := "secret." + module
	before, had := t.state.Terraform[key]
	names := slices.DeleteFunc(system.SplitList(before, ","), func(name string) bool { return name == setting })
	if isSecret {
		names = append(names, setting)
	}
	t.undo = append(t.undo, func() {
		if delete(t.state.Terraform, key); had {
			t.state.Terraform[key] = before
		}
	})
	t.state.Terraform[key] = strings.Join(names, ",")
}

// addonSettings returns the stored values of a module by setting.
func (t *tx) addonSettings(module string) map[string]string {
	settings := map[string]string{}
	for _, id := range t.idsBy(addonTable, "module", module) {
		settings[t.row(addonTable, id)["setting"]] = t.row(addonTable, id)["value"]
	}
	return settings
}

// visibleSettings returns the settings that are known not to be secret, and the fingerprints of the others. A setting
// that was last written as a secret is one.
func (t *tx) visibleSettings(module string) (plain, hidden map[string]any) {
	plain, hidden = map[string]any{}, map[string]any{}
	harmless := system.SplitList(t.state.Terraform["harmless."+module], ",")
	secret := system.SplitList(t.state.Terraform["secret."+module], ",")
	for name, value := range t.addonSettings(module) {
		switch {
		case slices.Contains(reservedSettings, name):
		case slices.Contains(harmless, name) && !slices.Contains(secret, name):
			plain[name] = value
		default:
			hidden[name] = t.state.fingerprint(value)
		}
	}
	return plain, hidden
}

// compareAddonSettings compares given values with the stored ones. A difference of a hidden setting contains
// the stored fingerprint.
func compareAddonSettings(w *write, row Row, given any) []difference {
	t := w.t
	wanted, isObject := given.(map[string]any)
	plain, hidden := t.visibleSettings(row["module"])
	if !isObject {
		return []difference{{"settings", nil, plain}}
	}
	var differences []difference
	for _, name := range sortedKeys(wanted) {
		expected, isSecret := settingText(wanted[name])
		actual := plain[name]
		if expected == nil {
			expected = ""
		}
		if actual == nil {
			actual = ""
		}
		if stored, isHidden := hidden[name]; isHidden {
			if !w.isSecret(expected, stored) {
				differences = append(differences, difference{"settings." + name, secretMask, stored})
			}
			continue
		}
		if same(expected, actual) {
			continue
		}
		if _, isHidden := hidden[name]; isSecret && !isHidden {
			expected = "********"
		}
		differences = append(differences, difference{"settings." + name, expected, actual})
	}
	return differences
}

func checkAddonModule(w *write) {
	name, given := w.values["module"].(string)
	unpacked := slices.Contains(w.t.state.addonNames(), name)
	switch {
	case !given:
		name = w.prior["module"]
	case !w.creating && name != w.prior["module"]:
		w.reject("module", "cannot change")
	case !unpacked:
		w.rejectUnsupported("module", "%s", missingModule("addons", name))
		return
	}
	w.requireExisting("admin_role_ids", "tbladminroles")
	for _, role := range texts(w.values["admin_role_names"]) {
		switch ids := w.t.idsBy("tbladminroles", "name", entity.encode(role)); len(ids) {
		case 0:
			w.reject("admin_role_names", "No administrator role is named \"%s\". Roles: %s", role, strings.Join(w.t.adminRoleNames(), ", "))
		case 1:
		default:
			w.reject("admin_role_names", "%d administrator roles are named \"%s\". Use admin_role_ids", len(ids), role)
		}
	}
	if _, both := w.values["admin_role_ids"]; both && w.values["admin_role_names"] != nil {
		w.reject("admin_role_names", "cannot be given together with admin_role_ids")
	}
	settings, _ := w.values["settings"].(map[string]any)
	if name == solusvm2Addon {
		for _, setting := range w.t.addonSettingsOf("url", "api_key", "integration_token") {
			if _, given := settings[setting]; given {
				w.rejectUnsupported("settings."+setting, "is part of the connection to SolusVM 2. The operation connect changes it")
			}
		}
	}
	if settings == nil || !w.mayRunModules {
		return
	}
	declared, there := w.t.state.addon(name)
	if !there {
		w.rejectUnsupported("module", "%s", missingModule("addons", name))
		return
	}
	for _, setting := range sortedKeys(settings) {
		option, known := declared.fields[setting]
		if !known {
			w.reject("settings."+setting, "%s", declared.unknownSetting())
		} else {
			value, _ := settingText(settings[setting])
			if stored, there := w.t.addonSettings(name)[setting]; there && stored == value {
				continue // no change, although the module may no longer offer it
			}
			if complaint := optionError(option, cast[string](value)); complaint != "" {
				w.reject("settings."+setting, "%s", complaint)
			}
		}
	}
	var harmless []string
	for _, setting := range sortedKeys(declared.fields) {
		if declared.fields[setting].kind != "password" {
			harmless = append(harmless, setting)
		}
	}
	w.t.state.Terraform["harmless."+name] = strings.Join(harmless, ",")
}

func (t *tx) setAddonSetting(module, setting, value string) {
	for _, id := range t.idsWhere(addonTable, "module", module, Row{"setting": setting}) {
		t.set(addonTable, id, Row{"value": value})
		return
	}
	t.insert(addonTable, Row{"module": module, "setting": setting, "value": value})
}

// setActive adds a module to WHMCS's list of active modules, or removes it.
func (t *tx) setActive(module string, active bool) {
	before := t.state.Settings["ActiveAddonModules"]
	names := slices.DeleteFunc(system.SplitList(before, ","), func(name string) bool { return name == module })
	if active {
		names = append(names, module)
	}
	t.undo = append(t.undo, func() { t.state.Settings["ActiveAddonModules"] = before })
	t.state.Settings["ActiveAddonModules"] = strings.Join(names, ",")
}
