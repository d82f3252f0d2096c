package sandbox

import "errors"

// addonModule is what an addon module's PHP file declares and does.
type addonModule struct {
	displayName, version string
	fields               map[string]moduleOption
	// activate and deactivate make and drop what is the module's own. Like its tables, that does not take part in transactions.
	activate   func(s *State) error
	deactivate func(s *State) error
}

// addonModules are the addon modules whose folders are there.
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
	"stubborn": {
		displayName: "Stubborn", version: "0.9",
		activate:   func(*State) error { return errors.New("Stubborn needs a licence") },
		deactivate: func(*State) error { return errors.New("Stubborn stays") },
	},
}

// judgeOption says what is wrong with a value of an option, "" when nothing is. Empty clears any option.
func judgeOption(option moduleOption, value string) string {
	return serverModule{options: []moduleOption{option}}.judge(1, value)
}
