package whmcs

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// The documented actions for modules. Documented: the parameters, and the beginnings of the messages. Assumed: addon is
// a supported type, an inactive module cannot be configured, and undeclared parameters are ignored.

// moduleTypes are the types of modules that the actions support. The documentation's examples are gateways. The sandbox
// has none.
var moduleTypes = []string{"gateway", "addon"}

// namedAddon returns the addon module that a request names, or an error response.
func (w *WHMCS) namedAddon(form url.Values) (name string, module addonModule, refused map[string]any) {
	name = form.Get("moduleName")
	if !slices.Contains(moduleTypes, form.Get("moduleType")) {
		return "", module, apiError("Invalid module type provided. Supported module types include: " +
			strings.Join(moduleTypes, ", "))
	}
	module, unpacked := w.state.addon(name)
	if form.Get("moduleType") != "addon" || !unpacked {
		return "", module, apiError("Invalid module name provided.")
	}
	return name, module, nil
}

func activateModule(w *WHMCS, form url.Values, _ caller) map[string]any {
	name, module, refused := w.namedAddon(form)
	t := w.begin()
	switch {
	case refused != nil:
		return refused
	case addonModuleKind.numberOf(t, name) != 0:
		return apiError("Failed to activate: The module is already active")
	}
	w.state.recordDeclaration(name)
	if err := module.activate(w.state); err != nil {
		return apiError("Failed to activate: " + err.Error())
	}
	t.insert(addonTable, Row{"module": name, "setting": "version", "value": module.version})
	t.setActive(name, true)
	t.setParameters(name, module, form)
	return map[string]any{"result": "success"}
}

func deactivateModule(w *WHMCS, form url.Values, _ caller) map[string]any {
	name, module, refused := w.namedAddon(form)
	t := w.begin()
	id := addonModuleKind.numberOf(t, name)
	switch {
	case refused != nil:
		return refused
	case id == 0:
		return apiError("Failed to deactivate: The module is not active")
	}
	if err := module.deactivate(w.state); err != nil {
		return apiError("Failed to deactivate: " + err.Error())
	}
	addonModuleKind.cleanup(t, id)
	return map[string]any{"result": "success"}
}

// getModuleConfigurationParameters returns a list. The documentation's sample shows it as flat keys, like that of
// GetCurrencies, whose responses have a list (seen).
func getModuleConfigurationParameters(w *WHMCS, form url.Values, _ caller) map[string]any {
	_, module, refused := w.namedAddon(form)
	if refused != nil {
		return refused
	}
	parameters := []any{}
	for _, field := range sortedKeys(module.fields) {
		option := module.fields[field]
		parameters = append(parameters, map[string]any{
			"name": field, "displayName": cmp.Or(option.label, field), "fieldType": option.kind,
		})
	}
	return map[string]any{"result": "success", "parameters": parameters}
}

func updateModuleConfiguration(w *WHMCS, form url.Values, _ caller) map[string]any {
	name, module, refused := w.namedAddon(form)
	t := w.begin()
	switch {
	case refused != nil:
		return refused
	case addonModuleKind.numberOf(t, name) == 0:
		return apiError("Module Configuration Update Failed: The module is not active")
	}
	w.state.recordDeclaration(name)
	t.setParameters(name, module, form)
	return map[string]any{"result": "success"}
}

// setParameters stores the given parameters[…] that the module declares. A switch holds "on" or "".
func (t *tx) setParameters(name string, module addonModule, form url.Values) {
	for _, field := range sortedKeys(module.fields) {
		key := "parameters[" + field + "]"
		if !form.Has(key) {
			continue
		}
		value := form.Get(key)
		if module.fields[field].kind == "yesno" {
			value = tick.encode(isTrue(value))
		}
		t.setAddonSetting(name, field, value)
	}
}
