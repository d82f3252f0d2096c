package whmcs

import (
	"errors"
	"slices"
	"strings"
)

// addonModule is the content of an addon module's PHP file.
type addonModule struct {
	displayName, version string
	fields               map[string]moduleOption
	// tables are the columns of the module's own tables. A table exists after the module has created it.
	tables map[string][]string
	// activate creates the module's own tables and deactivate drops them. Neither takes part in a transaction.
	activate   func(s *State) error
	deactivate func(s *State) error
}

// addonModules are the addon modules whose folders exist. State.RemovedAddons lists exceptions.
var addonModules = map[string]addonModule{
	"sampleaddon": {
		displayName: "Sample Addon", version: "1.2",
		fields: map[string]moduleOption{
			"endpoint":  {kind: "text", defaultValue: "https://notes.example.com"},
			"apikey":    {kind: "password"},
			"verbose":   {kind: "yesno"},
			"retention": {kind: "dropdown", defaultValue: "60", choices: []string{"30", "60", "90"}},
			"place":     {kind: "radio", defaultValue: "Top", choices: []string{"Top", "Bottom"}},
			"footer":    {kind: "textarea"},
		},
		tables: map[string][]string{"mod_sampleaddon": {"id", "note"}},
		activate: func(s *State) error {
			if s.Tables["mod_sampleaddon"] != nil {
				return errors.New("Unable to create mod_sampleaddon: it is there already")
			}
			s.Table("mod_sampleaddon")
			return nil
		},
		deactivate: func(s *State) error {
			delete(s.Tables, "mod_sampleaddon")
			return nil
		},
	},
	solusvm2Addon: {
		displayName: "SolusVM 2", version: "1.4",
		fields: map[string]moduleOption{"post_pay_terms_url": {kind: "text"}, "post_pay_reminder_days": {kind: "text"},
			"post_pay_switch": {kind: "text"}},
		tables: map[string][]string{"mod_solusvm2_prices": {"currency", "price"},
			"mod_solusvm2_settings": {"id", "setting", "value"}},
		activate: func(s *State) error {
			s.activateSolusVM2()
			return nil
		},
		deactivate: func(s *State) error {
			delete(s.Tables, "mod_solusvm2_settings")
			delete(s.Tables, "mod_solusvm2_prices")
			return nil
		},
	},
	"stubborn": {
		displayName: "Stubborn", version: "0.9",
		activate:   func(*State) error { return errors.New("Stubborn needs a licence") },
		deactivate: func(*State) error { return errors.New("Stubborn stays") },
	},
}

// addon returns an addon module. unpacked is false if its folder does not exist.
func (s *State) addon(name string) (module addonModule, unpacked bool) {
	module, unpacked = addonModules[name]
	if slices.Contains(s.RemovedAddons, name) {
		return addonModule{}, false
	}
	return module, unpacked
}

// addonNames returns the folders of addon modules, sorted.
func (s *State) addonNames() []string {
	return slices.DeleteFunc(sortedKeys(addonModules),
		func(name string) bool { return slices.Contains(s.RemovedAddons, name) })
}

// unknownSetting is the message about a setting that the module does not declare.
func (m addonModule) unknownSetting() string {
	if len(m.fields) == 0 {
		return "is not a setting of the module. The module declares no settings"
	}
	return "is not a setting of the module. Settings: " + strings.Join(sortedKeys(m.fields), ", ")
}

// adminRoleNames returns the names of the administrator roles, sorted.
func (t *tx) adminRoleNames() []string {
	var names []string
	for _, id := range t.ids("tbladminroles") {
		names = append(names, cast[string](entity.decode(t.row("tbladminroles", id)["name"])))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// addonTables returns the columns of the existing tables that are named after a module.
func (t *tx) addonTables(module string) map[string][]string {
	found := map[string][]string{}
	for name, columns := range addonModules[module].tables {
		if t.state.Tables[name] != nil {
			found[name] = columns
		}
	}
	return found
}

// recordDeclaration stores the names of the settings that a module declares. It is called when the module's code runs.
func (s *State) recordDeclaration(module string) {
	declared := []string{}
	if module != solusvm2Addon || !s.postPay.OwnTables {
		addon, _ := s.addon(module)
		declared = sortedKeys(addon.fields)
	}
	s.Terraform["fields."+module] = "," + strings.Join(declared, ",") + ","
}

// optionError returns the error of an option's value, or "". The empty value clears any option.
func optionError(option moduleOption, value string) string {
	return serverModule{options: []moduleOption{option}}.optionError(1, value)
}
