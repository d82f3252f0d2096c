package whmcs

import (
	"errors"
	"slices"
	"strings"
)

// addonModule is what an addon module's PHP file declares and does.
type addonModule struct {
	displayName, version string
	fields               map[string]moduleOption
	// tables are the columns of the module's own tables, of which those are there that the module has made.
	tables map[string][]string
	// activate and deactivate make and drop what is the module's own. Like its tables, that does not take part in transactions.
	activate   func(s *State) error
	deactivate func(s *State) error
}

// addonModules are the addon modules whose folders are there, but for those that were taken away.
var addonModules = map[string]addonModule{
	"sampleaddon": {
		displayName: "Sample Addon", version: "1.2",
		fields: map[string]moduleOption{
			"endpoint":  {kind: "text", standard: "https://notes.example.com"},
			"apikey":    {kind: "password"},
			"verbose":   {kind: "yesno"},
			"retention": {kind: "dropdown", standard: "60", choices: []string{"30", "60", "90"}},
			"place":     {kind: "radio", standard: "Top", choices: []string{"Top", "Bottom"}},
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
		fields: map[string]moduleOption{"post_pay_terms_url": {kind: "text"}, "post_pay_reminder_days": {kind: "text"}, "post_pay_switch": {kind: "text"}},
		tables: map[string][]string{"mod_solusvm2_prices": {"currency", "price"}, "mod_solusvm2_settings": {"id", "setting", "value"}},
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

// addon is an addon module whose folder is there.
func (s *State) addon(name string) (module addonModule, unpacked bool) {
	module, unpacked = addonModules[name]
	if slices.Contains(s.RemovedAddons, name) {
		return addonModule{}, false
	}
	return module, unpacked
}

// addonNames are the folders of addon modules, sorted.
func (s *State) addonNames() []string {
	return slices.DeleteFunc(sortedKeys(addonModules), func(name string) bool { return slices.Contains(s.RemovedAddons, name) })
}

// addonTables are the columns of the tables that are called after a module.
func (t *tx) addonTables(module string) map[string][]string {
	found := map[string][]string{}
	for name, columns := range addonModules[module].tables {
		if t.state.Tables[name] != nil {
			found[name] = columns
		}
	}
	return found
}

// declare keeps which settings a module declares, as far as its code has been run.
func (s *State) declare(module string) {
	declared := []string{}
	if module != solusvm2Addon || !s.postPay.Elsewhere {
		addon, _ := s.addon(module)
		declared = sortedKeys(addon.fields)
	}
	s.Terraform["fields."+module] = "," + strings.Join(declared, ",") + ","
}

// judgeOption says what is wrong with a value of an option, "" when nothing is. Empty clears any option.
func judgeOption(option moduleOption, value string) string {
	return serverModule{options: []moduleOption{option}}.judge(1, value)
}
