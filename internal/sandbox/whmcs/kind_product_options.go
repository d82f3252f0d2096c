package whmcs

import (
	"regexp"
	"strconv"
	"strings"
)

const optionCount = 24

var optionNumberForm = regexp.MustCompile(`^([1-9]|1[0-9]|2[0-4])$`)

func optionColumn(number string) string { return "configoption" + number }

// moduleOptionsField is keyed by option number in rows. Requests use the number or the declared name, and
// checkOptions converts names to numbers.
var moduleOptionsField = field{
	name: "module_options", compare: compareOptions,
	parse: func(path string, v any) (any, []fieldError) {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, errorAt(path, "must be an object of texts")
		}
		options, errs := map[string]any{}, []fieldError(nil)
		for _, key := range sortedKeys(object) {
			if object[key] == nil {
				continue
			}
			if _, err := strconv.Atoi(key); key == "" || err == nil && !optionNumberForm.MatchString(key) {
				errs = append(errs, errorAt(path+"."+key, "is not an option number from 1 to %d", optionCount)...)
				continue
			}
			value, isSecret := settingText(object[key])
			option, e := textOf(longText)(path+"."+key, value)
			if options[key] = option; isSecret {
				options[key] = map[string]any{"secret": option}
			}
			errs = append(errs, e...)
		}
		if errs != nil {
			return nil, errs
		}
		return options, nil
	},
	read: func(t *tx, _ int64, row Row) any {
		plain, _ := visibleOptions(t, row)
		return plain
	},
	write: func(w *write, row Row, v any) {
		module, _ := w.finalValue("module").(string)
		for number, given := range cast[map[string]any](v) {
			value, isSecret := settingText(given)
			row[optionColumn(number)] = cast[string](value)
			if isSecret {
				w.t.markSecretOption(module, number)
			}
		}
	},
}

// optionFingerprintsField are the fingerprints of the options that module_options does not contain.
var optionFingerprintsField = field{
	name: "module_option_fingerprints", keyed: true, absentKeyValue: "", showsFingerprint: true,
	read: func(t *tx, _ int64, row Row) any {
		_, hidden := visibleOptions(t, row)
		return hidden
	},
}

// visibleOptions returns the options that are not secret, and the fingerprints of the others, by number. Empty options
// are omitted.
func visibleOptions(t *tx, row Row) (plain, hidden map[string]any) {
	plain, hidden = map[string]any{}, map[string]any{}
	for n := 1; n <= optionCount; n++ {
		key := strconv.Itoa(n)
		value := row[optionColumn(key)]
		switch {
		case value == "":
		case t.secretOption(row["servertype"], n):
			hidden[key] = t.state.fingerprint(value)
		default:
			plain[key] = value
		}
	}
	return plain, hidden
}

// compareOptions compares options by number, or by the name that the module of the stored product declares. A
// difference of a secret contains the stored fingerprint. If module code must not run, options given by name are
// skipped.
func compareOptions(w *write, row Row, given any) []difference {
	wanted, isObject := given.(map[string]any)
	plain, hidden := visibleOptions(w.t, row)
	if !isObject {
		return []difference{{"module_options", secretMask, plain}}
	}
	var differences []difference
	for _, key := range sortedKeys(wanted) {
		number := optionNumber(w, row["servertype"], key)
		if !w.mayRunModules && !optionNumberForm.MatchString(number) {
			continue
		}
		expected, isSecret := settingText(wanted[key])
		actual := plain[number]
		if expected == nil {
			expected = ""
		}
		if actual == nil {
			actual = ""
		}
		n, _ := strconv.Atoi(number)
		if stored, isHidden := hidden[number]; isHidden {
			if !w.isSecret(expected, stored) {
				differences = append(differences, difference{"module_options." + key, secretMask, stored})
			}
			continue
		}
		if !same(expected, actual) && (isSecret || w.t.secretOption(row["servertype"], n)) {
			expected = secretMask
			differences = append(differences, difference{"module_options." + key, expected, actual})
			continue
		}
		if !same(expected, actual) {
			differences = append(differences, difference{"module_options." + key, expected, actual})
		}
	}
	return differences
}

// optionNumber returns the number of an option that is given by number or declared name. It returns the key if the
// name is unknown, or if module code must not run.
func optionNumber(w *write, module, key string) string {
	if !w.mayRunModules {
		return key
	}
	w.t.state.loadDeclaration(module)
	asked, _ := w.t.askModule(module)
	if n, declared := asked.optionNumber(key); declared {
		return strconv.Itoa(n)
	}
	return key
}

// topLinkOptions are the named options of the TopLink module. Assumed: their position is their number.
var topLinkOptions = []struct {
	key string
	yes bool
}{
	{"connection_node", false},
	{"data_center", false},
	{"package", false},
	{"suspend_action", false},
	{"terminate_action", false},
	{"client_vnc", true},
	{"client_power", true},
	{"client_reinstall", true},
	{"client_port_limits", true},
	{"client_hardware_info", true},
}

var productTopLinkField = field{
	name: "toplink_dcim", keyed: true,
	parse: func(path string, v any) (any, []fieldError) {
		members := map[string]parser{}
		for _, option := range topLinkOptions {
			members[option.key] = textOf(longText)
			if option.yes {
				members[option.key] = boolean
			}
		}
		return objectOf(members)(path, v)
	},
	read: func(_ *tx, _ int64, row Row) any {
		if row["servertype"] != topLinkModule {
			return nil
		}
		options := map[string]any{}
		for i, option := range topLinkOptions {
			value := row[optionColumn(strconv.Itoa(i+1))]
			options[option.key] = value
			if option.yes {
				options[option.key] = tick.decode(value)
			}
		}
		return options
	},
	write: func(_ *write, row Row, v any) {
		options := cast[map[string]any](v)
		for i, option := range topLinkOptions {
			if value, given := options[option.key]; given {
				row[optionColumn(strconv.Itoa(i+1))] = optionText(value)
			}
		}
	},
}

func optionText(v any) string {
	if _, yes := v.(bool); yes {
		return tick.encode(v)
	}
	return cast[string](v)
}

// checkOptions converts the names of module options to numbers and checks the values against the module's
// declaration.
func checkOptions(w *write) {
	w.optionNumbers = map[string]any{}
	module, _ := w.finalValue("module").(string)
	declared, failed := w.t.askModule(module)
	taken := map[string]string{}
	if options, given := w.values["module_options"].(map[string]any); given {
		resolved := map[string]any{}
		for _, key := range sortedKeys(options) {
			path := "module_options." + key
			number := optionNumber(w, module, key)
			switch {
			case !optionNumberForm.MatchString(number) && !w.mayRunModules:
			case !optionNumberForm.MatchString(number) && failed != "":
				w.rejectUnsupported(path, "is a name, which cannot be resolved. %s. Use the number of the option, 1 to %d", failed, optionCount)
			case !optionNumberForm.MatchString(number):
				w.reject(path, "%s", declared.unknownOption())
			case taken[number] != "":
				w.reject(path, "is option %s, which another key also contains", number)
			default:
				taken[number] = path
				value, _ := settingText(options[key])
				w.checkOption(path, declared, number, cast[string](value))
				resolved[number] = options[key]
				n, _ := strconv.ParseInt(number, 10, 64)
				w.optionNumbers[key] = n
			}
		}
		w.values["module_options"] = resolved
	}
	options, given := w.values["toplink_dcim"].(map[string]any)
	if !given || w.unknown["module"] {
		return
	}
	if module != topLinkModule {
		w.reject("toplink_dcim", "is only for products of the module %s", topLinkModule)
		return
	}
	for i, option := range topLinkOptions {
		value, set := options[option.key]
		if !set {
			continue
		}
		path, number := "toplink_dcim."+option.key, strconv.Itoa(i+1)
		if taken[number] != "" {
			w.reject(path, "is option %s, which module_options also contains", number)
		}
		w.checkOption(path, declared, number, optionText(value))
	}
}

// codecDoubt is the message about characters whose stored form is not known.
func codecDoubt(field string) string {
	return "contains one of & < > \" '. The stored text does not show if WHMCS encodes these characters here. Choose the codec in " +
		"companion.local.php: 'codecs' => ['" + field + "' => 'entity'] if the admin area encodes them, 'raw' if it does not"
}

// checkOption checks an option's value, if module code may run. A value that is already stored is accepted, even if
// the module no longer offers it.
func (w *write) checkOption(path string, module serverModule, number, value string) {
	if !w.mayRunModules || w.prior[optionColumn(number)] == value && w.finalValue("module") == w.prior["servertype"] {
		return
	}
	n, _ := strconv.Atoi(number)
	if complaint := module.optionError(n, value); complaint != "" {
		w.reject(path, "%s", complaint)
	}
	// It is not known how WHMCS stores these characters in module settings. Only values that the module declares are
	// allowed to contain them.
	if strings.ContainsAny(value, `&<>"'`) && (n > len(module.options) || module.options[n-1].choices == nil) {
		w.rejectUnsupported(path, "%s", codecDoubt("product.module_options"))
	}
}
