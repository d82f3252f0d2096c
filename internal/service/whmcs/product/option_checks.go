package product

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// maxOptions is the number of module options of a product (configoption1 to configoption24).
const maxOptions = 24

// optionGroup is one of the attributes that hold module options.
type optionGroup struct {
	attribute string
	options   types.Map
	prior     types.Map
}

func (g optionGroup) at(key string) path.Path { return path.Root(g.attribute).AtMapKey(key) }

// optionGroups are the planned options. The values of write-only options are in the configuration only.
func (c *planCheck) optionGroups() []optionGroup {
	prior := &model{}
	if c.Prior != nil {
		prior = c.Prior
	}
	return []optionGroup{
		{plainOptions, c.Plan.ModuleOptions, prior.ModuleOptions},
		{sensitiveOptions, c.Plan.SensitiveModuleOptions, prior.SensitiveModuleOptions},
		{writeOnlyOptions, c.Config.SensitiveModuleOptionsWO, types.MapNull(types.StringType)},
	}
}

// validateModuleOptions checks the keys of module options and the form of toplink_dcim.
func validateModuleOptions(m *model, diags *diag.Diagnostics) {
	seen := map[string]string{}
	for _, group := range []optionGroup{
		{attribute: plainOptions, options: m.ModuleOptions}, {attribute: sensitiveOptions, options: m.SensitiveModuleOptions},
		{attribute: writeOnlyOptions, options: m.SensitiveModuleOptionsWO},
	} {
		for key := range group.options.Elements() {
			if number, err := strconv.Atoi(key); err == nil && (number < 1 || number > maxOptions || strconv.Itoa(number) != key) {
				resourcekit.AddAttributeError(diags, group.at(key), "No such module option", fmt.Sprintf("WHMCS numbers a module's options from 1 to %d. Got: %q.", maxOptions, key))
			}
			if other, twice := seen[key]; twice {
				resourcekit.AddAttributeError(diags, group.at(key), "A module option is given twice", fmt.Sprintf("The option %q is also in %s. Remove one of them.", key, other))
			}
			seen[key] = group.attribute
		}
	}
	if m.ToplinkDCIM.IsNull() || m.ToplinkDCIM.IsUnknown() {
		return
	}
	for _, value := range m.ToplinkDCIM.Attributes() {
		if !value.IsNull() {
			return
		}
	}
	resourcekit.AddAttributeError(diags, path.Root("toplink_dcim"), "toplink_dcim is empty", fmt.Sprintf(
		"Terraform ignores arguments that do not exist, such as misspelt ones. Set at least one of these attributes: %s. Or remove toplink_dcim.",
		strings.Join(slices.Sorted(maps.Keys(toplinkTypes)), ", ")))
}

// declared returns the declaration of a module for the planned product. The companion runs the module's code only for
// some roles. For other roles, declared returns the stored declaration, which has no choices.
func (c *planCheck) declared(ctx context.Context, module string) (*whmcs.ModuleSchema, error) {
	declared, err := c.Client.CachedModuleSchema(ctx, module, whmcs.ModuleProduct{ID: c.ID, ServerGroupID: c.Plan.ServerGroupID.ValueString()})
	if err == nil || moduleFailure(err) != nil {
		return declared, err
	}
	if stored, storedErr := c.Client.StoredModuleSchema(ctx, module); storedErr == nil && stored != nil {
		return stored, nil
	}
	return nil, err
}

// moduleFailure returns the failure of the module's own code, or nil.
func moduleFailure(err error) *whmcs.Error {
	var failure *whmcs.Error
	if errors.As(err, &failure) && failure.Details.Reason == whmcs.ReasonModuleFailed {
		return failure
	}
	return nil
}

// checkModuleOptions compares options and values with the module's declaration. It checks nothing if the module's
// options cannot be read. WHMCS checks them in the apply.
func checkModuleOptions(ctx context.Context, c *planCheck) {
	module := c.Plan.Module.ValueString()
	if module == "" || c.Prior != nil && !optionsChange(c.Write) && c.Prior.Module.Equal(c.Plan.Module) {
		return
	}
	groups := slices.DeleteFunc(c.optionGroups(), func(g optionGroup) bool { return len(g.options.Elements()) == 0 })
	if len(groups) == 0 {
		return
	}
	declared, err := c.declared(ctx, module)
	if err != nil {
		reportFailedModule(c, module, groups, err)
		return
	}
	named := map[int]string{}
	for _, group := range groups {
		for _, key := range slices.Sorted(maps.Keys(group.options.Elements())) {
			option := checkOptionKey(c, group, key, declared)
			if option == nil {
				continue
			}
			if other, twice := named[option.Number]; twice {
				resourcekit.AddAttributeError(c.Diagnostics, group.at(key), "A module option is named twice", fmt.Sprintf("%q and %q are both option %d of the module %s. Keep one of them.", other, key, option.Number, module))
				continue
			}
			named[option.Number] = key
			value, _ := group.options.Elements()[key].(types.String)
			if c.Prior != nil && c.Prior.Module.Equal(c.Plan.Module) && value.Equal(group.prior.Elements()[key]) {
				continue // WHMCS already has the value, although the module may no longer offer it
			}
			checkOptionValue(c, group, key, option, value)
		}
	}
}

// checkOptionKey returns the option of a key, or nil. An unknown name is an error only if the module's file shows all
// names. A number may belong to an option that the module reads and does not declare.
func checkOptionKey(c *planCheck, group optionGroup, key string, declared *whmcs.ModuleSchema) *whmcs.ModuleOption {
	module, at, options := c.Plan.Module.ValueString(), group.at(key), findOptions(declared, key)
	switch {
	case len(options) > 1:
		resourcekit.AddAttributeError(c.Diagnostics, at, "Several module options have this name", fmt.Sprintf("The module %s declares several options %q. Use a number instead of the name: %s.", module, key, optionNumbers(options)))
	case len(options) == 1 && options[0].Number > maxOptions:
		resourcekit.AddAttributeError(c.Diagnostics, at, "WHMCS does not store this module option", fmt.Sprintf("%q is option %d of the module %s. WHMCS stores only the options 1 to %d of a product.", key, options[0].Number, module, maxOptions))
	case len(options) == 1:
		return &options[0]
	case isOptionNumber(key):
	case len(declared.Options) == 0:
		warnBeforeApply(c, at, "The module "+module+" declares no options now", fmt.Sprintf(
			"The option %q was not checked. Some modules declare their options only for a product with a server group. The apply reads the declaration again.", key))
	case declared.HasFixedNames():
		resourcekit.AddAttributeError(c.Diagnostics, at, "No such module option", fmt.Sprintf("The module %s declares no option %q. It has: %s.", module, key, optionNames(declared)))
	default:
		warnBeforeApply(c, at, "No such module option yet", fmt.Sprintf(
			"The module %s declares no option %q now. It has: %s. The module may declare more after other changes of this run. The apply reads the declaration again, and fails if the option is still missing.",
			module, key, optionNames(declared)))
	}
	return nil
}

// checkOptionValue checks a new value of an option. Only choices that are literal text in the module's file are final.
// A module may compute the others from what this run changes, such as packages of a panel or servers of the group.
func checkOptionValue(c *planCheck, group optionGroup, key string, option *whmcs.ModuleOption, value types.String) {
	module, at, text := c.Plan.Module.ValueString(), group.at(key), value.ValueString()
	if value.IsUnknown() || text == "" {
		return
	}
	got := ""
	if group.attribute == plainOptions {
		got = fmt.Sprintf(" Got %q.", text)
	}
	switch {
	case group.attribute == plainOptions && option.Type == whmcs.OptionPassword:
		resourcekit.AddAttributeError(c.Diagnostics, at, "This module option is a password", fmt.Sprintf(
			"Terraform shows the values of %s in its output. Move %q to %s or %s.", plainOptions, key, sensitiveOptions, writeOnlyOptions))
	case option.Type == whmcs.OptionYesNo && text != "on":
		resourcekit.AddAttributeError(c.Diagnostics, at, "This module option is a switch", fmt.Sprintf(
			`The option %q of the module %s is stored as "on" or as empty text. Write "on" to switch it on, or "" to switch it off.%s`, option.Name, module, got))
	case option.Choices == nil || slices.Contains(option.Choices, text):
	case option.Fixed:
		resourcekit.AddAttributeError(c.Diagnostics, at, "Not a choice of this module option", fmt.Sprintf(
			"The option %q of the module %s offers: %s.%s", option.Name, module, quoted(option.Choices), got))
	case !c.Config.ServerGroupID.IsUnknown(): // otherwise the declaration is that of another product
		warnBeforeApply(c, at, "Not a choice of this module option yet", fmt.Sprintf(
			"The option %q of the module %s offers now: %s.%s The module may offer more after other changes of this run. The apply reads the choices again, and fails if the value is still missing.",
			option.Name, module, quoted(option.Choices), got))
	}
}

// warnBeforeApply adds a warning of a plan. The apply decides, and does not repeat it.
func warnBeforeApply(c *planCheck, at path.Path, summary, detail string) {
	if !c.Client.HasWritten() {
		c.Diagnostics.AddAttributeWarning(at, summary, detail)
	}
}

// reportFailedModule warns that the module's own code failed. It may fail only until this run creates a server. If it
// still fails in the apply, options are accepted by number.
func reportFailedModule(c *planCheck, module string, groups []optionGroup, err error) {
	failure := moduleFailure(err)
	if failure == nil {
		return
	}
	reason := failure.Message
	for _, complaint := range failure.Details.Errors {
		reason = complaint.Message
	}
	byName := false
	for _, group := range groups {
		for _, key := range slices.Sorted(maps.Keys(group.options.Elements())) {
			if !isOptionNumber(key) {
				byName = true
				warnBeforeApply(c, group.at(key), "The module does not report its option names yet", fmt.Sprintf(
					"WHMCS could not read the number of the option %q from the module: %s The apply tries again, and fails if the module still fails. "+
						"If no other change of this run helps, repair the module. Or use the number of the option, 1 to %d, instead of its name.",
					key, resourcekit.Sentence(reason), maxOptions))
			}
		}
	}
	if !byName {
		warnBeforeApply(c, path.Root(groups[0].attribute), "The options of the module "+module+" were not checked", fmt.Sprintf(
			"WHMCS could not read the options of the module: %s The configuration has them by number, so the apply writes them without a check.", resourcekit.Sentence(reason)))
	}
}

// plannedNumbers returns the numbers of all planned options, those of toplink_dcim included. known is false if one of
// them is not known.
func (c *planCheck) plannedNumbers(ctx context.Context, declared *whmcs.ModuleSchema) (numbers map[string]bool, known bool) {
	numbers = map[string]bool{}
	for _, group := range c.optionGroups() {
		if group.options.IsUnknown() {
			return nil, false
		}
		for key := range group.options.Elements() {
			number, named := optionNumber(key, c.PrivateState)
			if option := findOption(declared, key); option != nil {
				number, named = strconv.Itoa(option.Number), true
			}
			if !named {
				return nil, false
			}
			numbers[number] = true
		}
	}
	if c.Plan.ToplinkDCIM.IsNull() {
		return numbers, true
	}
	info, err := c.Client.CachedInfo(ctx)
	if err != nil || c.Plan.ToplinkDCIM.IsUnknown() {
		return nil, false
	}
	for name, value := range c.Plan.ToplinkDCIM.Attributes() {
		if !value.IsNull() {
			numbers[strconv.Itoa(info.Toplink.Options[name])] = true
		}
	}
	return numbers, true
}

// warnOfKeptOptions warns of module options that were removed from the configuration. WHMCS keeps their values,
// although the plan shows a removal. An option that was imported by number and now has a name is not removed.
func warnOfKeptOptions(ctx context.Context, c *planCheck) {
	if c.Prior == nil || changesModule(c.Write) || !c.Plan.ToplinkDCIM.IsNull() {
		return
	}
	planned := map[string]bool{}
	for _, group := range c.optionGroups() {
		if group.options.IsUnknown() {
			return
		}
		for key := range group.options.Elements() {
			planned[key] = true
		}
	}
	var removed []string
	for _, group := range c.optionGroups() {
		for key := range group.prior.Elements() {
			if !planned[key] {
				removed = append(removed, key)
			}
		}
	}
	if len(removed) == 0 {
		return
	}
	if len(planned) > 0 {
		if declared, err := c.declared(ctx, c.Plan.Module.ValueString()); err == nil {
			numbers, _ := c.plannedNumbers(ctx, declared)
			removed = slices.DeleteFunc(removed, func(key string) bool {
				number, _ := optionNumber(key, c.PrivateState)
				return numbers[number]
			})
		}
	}
	if len(removed) > 0 {
		slices.Sort(removed)
		c.Diagnostics.AddAttributeWarning(path.Root(plainOptions), fmt.Sprintf("The product %s keeps the values of module options", c.Plan.Name.ValueString()), fmt.Sprintf(
			"The configuration no longer has the module options %s. WHMCS keeps their values. To clear an option, set it to \"\".", quoted(removed)))
	}
}

// warnOfLeftColumns warns of values that a change of the module leaves in WHMCS. The new module reads the columns of
// the former module as other options. The module may change in the configuration or in WHMCS.
func warnOfLeftColumns(ctx context.Context, c *planCheck) {
	name, module := c.PrivateState.FormerModule, c.Plan.Module.ValueString()
	if name == "" && changesModule(c.Write) {
		name = c.Prior.Module.ValueString()
	}
	if c.Prior == nil || name == "" || module == "" || name == module || c.Client.HasWritten() {
		return
	}
	row := c.live(ctx)
	declared, err := c.declared(ctx, module)
	if row == nil || err != nil {
		return
	}
	planned, known := c.plannedNumbers(ctx, declared)
	if !known {
		return
	}
	former, err := c.Client.StoredModuleSchema(ctx, name)
	if err != nil {
		former = nil
	}
	var left []string
	for number := 1; number <= maxOptions; number++ {
		key := strconv.Itoa(number)
		_, secret := row.ModuleOptionFingerprints[key]
		if planned[key] || row.ModuleOptions[key] == "" && !secret {
			continue
		}
		text := key
		if name := optionName(former, key); name != "" {
			text += fmt.Sprintf(" (was %q", name)
			if now := optionName(declared, key); now != "" {
				text += fmt.Sprintf(", is %q", now)
			}
			text += ")"
		}
		left = append(left, text)
	}
	if len(left) > 0 {
		c.Diagnostics.AddAttributeWarning(path.Root("module"), fmt.Sprintf("The product %s keeps options of the module %s", c.Plan.Name.ValueString(), name), fmt.Sprintf(
			"WHMCS keeps these options of the former module, and the module %s reads them as its own: %s. To clear an option, set its number to \"\" in %s.", module, strings.Join(left, ", "), plainOptions))
	}
}

// warnOfDefaults warns that a new product starts without the defaults that the module declares. WHMCS's form fills them
// in, and its API does not.
func warnOfDefaults(ctx context.Context, c *planCheck) {
	module := c.Plan.Module.ValueString()
	if c.Prior != nil || module == "" || c.Client.HasWritten() || c.Diagnostics.HasError() {
		return
	}
	declared, err := c.declared(ctx, module)
	if err != nil || !slices.ContainsFunc(declared.Options, hasDefault) {
		return
	}
	planned, known := c.plannedNumbers(ctx, declared)
	if !known {
		return
	}
	var missing []string
	for _, option := range declared.Options {
		if hasDefault(option) && !planned[strconv.Itoa(option.Number)] {
			missing = append(missing, fmt.Sprintf("%d %q = %q", option.Number, option.Name, option.Default))
		}
	}
	if len(missing) > 0 {
		c.Diagnostics.AddAttributeWarning(path.Root("module"), fmt.Sprintf("The product %s starts without defaults of the module %s", c.Plan.Name.ValueString(), module), fmt.Sprintf(
			"WHMCS's form sets these defaults, and its API does not: %s. Set the options in the configuration. To leave an option empty, set it to \"\".", strings.Join(missing, ", ")))
	}
}

func hasDefault(option whmcs.ModuleOption) bool {
	return option.Default != "" && option.Number <= maxOptions && option.Type != whmcs.OptionPassword
}

// warnOfNoPackage warns that a new product sells no package of the DCIM.
func warnOfNoPackage(c *planCheck) {
	if c.Prior != nil || c.Client.HasWritten() || c.Plan.ToplinkDCIM.IsNull() || c.Plan.ToplinkDCIM.IsUnknown() || !c.Plan.ModuleOptions.IsNull() {
		return
	}
	if c.Plan.ToplinkDCIM.Attributes()["package"].IsNull() {
		c.Diagnostics.AddAttributeWarning(path.Root("toplink_dcim"), fmt.Sprintf("The product %s has no package", c.Plan.Name.ValueString()),
			"Set package in toplink_dcim to the package whose servers are sold. Check the spelling, because Terraform ignores misspelt arguments.")
	}
}

func isOptionNumber(key string) bool {
	number, err := strconv.Atoi(key)
	return err == nil && number >= 1 && number <= maxOptions && strconv.Itoa(number) == key
}

// findOptions returns the option with a number, or the options with a name. If no option has the name, it returns the
// options for which WHMCS shows that name.
func findOptions(declared *whmcs.ModuleSchema, key string) []whmcs.ModuleOption {
	var numbered, named, shown []whmcs.ModuleOption
	for _, option := range declared.Options {
		switch key {
		case strconv.Itoa(option.Number):
			numbered = append(numbered, option)
		case option.Name:
			named = append(named, option)
		case option.Label:
			shown = append(shown, option)
		}
	}
	switch {
	case isOptionNumber(key):
		return numbered
	case len(named) > 0:
		return named
	}
	return shown
}

// findOption returns the option of a key, or nil.
func findOption(declared *whmcs.ModuleSchema, key string) *whmcs.ModuleOption {
	if options := findOptions(declared, key); len(options) == 1 {
		return &options[0]
	}
	return nil
}

func optionNumbers(options []whmcs.ModuleOption) string {
	numbers := make([]string, len(options))
	for i, option := range options {
		numbers[i] = strconv.Itoa(option.Number)
	}
	return strings.Join(numbers, ", ")
}

func optionNames(declared *whmcs.ModuleSchema) string {
	names := make([]string, len(declared.Options))
	for i, option := range declared.Options {
		names[i] = fmt.Sprintf("%d %q", option.Number, option.Name)
		if option.Label != "" && option.Label != option.Name {
			names[i] += fmt.Sprintf(" (%q)", option.Label)
		}
	}
	return strings.Join(names, ", ")
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = strconv.Quote(word)
	}
	return strings.Join(out, ", ")
}

// holdsOptions reports whether the live product already has all planned options. After an import, for example, the
// state does not know some secrets. These are compared only in the apply. A comparison in the plan would let the
// read-only role test guesses.
func holdsOptions(ctx context.Context, c *planCheck, row *whmcs.Product) bool {
	declared, err := c.Client.CachedModuleSchema(ctx, row.Module, whmcs.ModuleProduct{ID: c.ID, ServerGroupID: c.Plan.ServerGroupID.ValueString()})
	if err != nil {
		return false
	}
	holds := func(group optionGroup, key string, value attr.Value) bool {
		option := findOption(declared, key)
		if option == nil || value.IsUnknown() {
			return false
		}
		number := strconv.Itoa(option.Number)
		_, secret := row.ModuleOptionFingerprints[number]
		_, known := group.prior.Elements()[key]
		return secret && !known || row.ModuleOptions[number] == plainOption(value)
	}
	for _, group := range c.optionGroups() {
		for key, value := range group.options.Elements() {
			if group.attribute == writeOnlyOptions && !sendsWriteOnly(c.Write) {
				continue
			}
			if !holds(group, key, value) {
				return false
			}
		}
	}
	return true
}
