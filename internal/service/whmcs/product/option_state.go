package product

import (
	"context"
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
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// The attributes that hold module options.
const (
	plainOptions     = "module_options"
	sensitiveOptions = "sensitive_module_options"
	writeOnlyOptions = "sensitive_module_options_wo"
)

// moduleOptionValues adds the options of the plain and the sensitive map, which are one field on the wire.
func moduleOptionValues(b *whmcsobject.Builder, m *model) {
	options := whmcs.Facet{}
	for _, group := range []struct {
		options types.Map
		wire    func(attr.Value) any
	}{{m.ModuleOptions, plainOption}, {m.SensitiveModuleOptions, secretOption}} {
		if group.options.IsUnknown() {
			b.Unknown(plainOptions)
			return
		}
		for key, value := range group.options.Elements() {
			if value.IsUnknown() {
				b.Unknown(plainOptions)
				return
			}
			options[key] = group.wire(value)
		}
	}
	if !m.ModuleOptions.IsNull() || !m.SensitiveModuleOptions.IsNull() {
		b.Set(plainOptions, options)
	}
}

func plainOption(value attr.Value) any {
	text, _ := value.(types.String)
	return text.ValueString()
}

// secretOption is the wire form of an option that the companion must never show, whatever the module declares.
func secretOption(value attr.Value) any { return map[string]any{"secret": plainOption(value)} }

// sendsWriteOnly reports whether a write sends the write-only options, which only the configuration holds.
func sendsWriteOnly(w *whmcsobject.Write[model]) bool {
	version := w.Plan.SensitiveModuleOptionsWOVersion
	return !version.IsNull() && (w.Prior == nil || !version.Equal(w.Prior.SensitiveModuleOptionsWOVersion) || changesModule(w))
}

// changesModule reports whether an update changes the module. A module that is not known yet is not a change.
func changesModule(w *whmcsobject.Write[model]) bool {
	_, changes := w.Values["module"]
	return w.Prior != nil && changes
}

// optionsChange reports whether an update changes the configured options.
func optionsChange(w *whmcsobject.Write[model]) bool {
	return !w.Prior.ModuleOptions.Equal(w.Plan.ModuleOptions) ||
		!w.Prior.SensitiveModuleOptions.Equal(w.Plan.SensitiveModuleOptions) || sendsWriteOnly(w)
}

// addWriteOnly adds the write-only options to a write that sends them.
func addWriteOnly(w *whmcsobject.Write[model]) {
	if !sendsWriteOnly(w) {
		return
	}
	options, _ := w.Values[plainOptions].(whmcs.Facet)
	if options == nil {
		options = whmcs.Facet{}
	}
	for key, value := range w.Config.SensitiveModuleOptionsWO.Elements() {
		if !value.IsUnknown() { // only a plan has unknown values
			options[key] = secretOption(value)
		}
	}
	if len(options) > 0 {
		w.Values[plainOptions] = options
	}
}

// numberOptions makes an update expect module options by number, because the companion does not load the module that
// the product had before. Under another module the names mean other options, so all of them are sent, and the numbers
// of the former module are forgotten.
func numberOptions(w *whmcsobject.Write[model]) {
	prior, _ := w.Expect[plainOptions].(whmcs.Facet)
	moved := changesModule(w)
	if moved {
		if planned, known := values(w.Plan).Values[plainOptions].(whmcs.Facet); known && len(planned) > 0 {
			sent, _ := w.Values[plainOptions].(whmcs.Facet)
			maps.Copy(planned, sent) // the write-only options
			w.Values[plainOptions] = planned
			prior, _ = values(w.Prior).Values[plainOptions].(whmcs.Facet)
		}
	}
	expect := whmcs.Facet{}
	for key, value := range prior {
		if number, named := w.PrivateState.OptionNumbers[key]; named {
			key = number
		}
		expect[key] = value
	}
	if len(expect) > 0 {
		w.Expect[plainOptions] = expect
	}
	if moved {
		w.PrivateState.OptionNumbers = nil
	}
}

// optionNumber returns the number of an option that the configuration names. A name has a number once a write or an
// import has found it.
func optionNumber(key string, state *resourcekit.PrivateState) (number string, known bool) {
	if _, err := strconv.Atoi(key); err == nil {
		return key, true
	}
	number, known = state.OptionNumbers[key]
	return number, known
}

// writeOnlyFingerprint is the prefix of write-only options among the fingerprints in private state.
const writeOnlyFingerprint = "module_options_wo."

// forgetNamedOptions removes the options with names from a state whose product has another module now. Their names mean
// other columns there. The next plan therefore shows them, and the apply sends them all.
func forgetNamedOptions(m *model, module string, state *resourcekit.PrivateState) {
	switch state.FormerModule {
	case "":
		state.FormerModule = m.Module.ValueString()
	case module:
		state.FormerModule = "" // the columns belong to this module
	}
	for _, group := range []*types.Map{&m.ModuleOptions, &m.SensitiveModuleOptions} {
		if group.IsNull() {
			continue
		}
		kept := map[string]attr.Value{}
		for key, value := range group.Elements() {
			if isOptionNumber(key) {
				kept[key] = value
			}
		}
		*group = types.MapValueMust(types.StringType, kept)
	}
	for field := range state.Fingerprints {
		if strings.HasPrefix(field, writeOnlyFingerprint) {
			m.SensitiveModuleOptionsWOVersion = types.Int64Null()
			delete(state.Fingerprints, field)
		}
	}
	state.OptionNumbers = nil
}

// fillModuleOptions copies the options that the configuration names. An import takes all options by number, unless
// toplink_dcim holds them.
func fillModuleOptions(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	if o.Import && m.ModuleOptions.IsNull() && row.ToplinkDCIM == nil && len(row.ModuleOptions) > 0 {
		m.ModuleOptions = optionMap(row.ModuleOptions)
	}
	m.ModuleOptions = refreshedOptions(row, m.ModuleOptions, o)
	m.SensitiveModuleOptions = refreshedOptions(row, m.SensitiveModuleOptions, o)
	noticeWriteOnly(row, m, o)
}

func optionMap(options map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, value := range options {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

// refreshedOptions returns the current values of the options in prior. WHMCS shows the fingerprint of a secret only. A
// secret that was changed in WHMCS is removed from the state, so that the plan shows it and the next apply repairs it.
func refreshedOptions(row *whmcs.Product, prior types.Map, o whmcsobject.FillOptions) types.Map {
	if prior.IsNull() {
		return prior
	}
	sent, _ := o.Sent[plainOptions].(whmcs.Facet)
	elements := map[string]attr.Value{}
	for key, value := range prior.Elements() {
		number, known := optionNumber(key, o.PrivateState)
		fingerprint, secret := row.ModuleOptionFingerprints[number]
		_, isSent := sent[key]
		switch {
		case !known:
			elements[key] = value // its number is not known before the first write
		case !secret:
			elements[key] = types.StringValue(row.ModuleOptions[number])
		case o.AcceptSecret("module_options."+number, fingerprint, isSent):
			elements[key] = value
		}
	}
	return types.MapValueMust(types.StringType, elements)
}

// noticeWriteOnly keeps the fingerprints of the write-only options that were sent. It makes their version null if one
// of them was changed in WHMCS.
func noticeWriteOnly(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	sent, _ := o.Sent[plainOptions].(whmcs.Facet)
	for key := range sent {
		_, plain := m.ModuleOptions.Elements()[key]
		_, kept := m.SensitiveModuleOptions.Elements()[key]
		if number, known := optionNumber(key, o.PrivateState); known && !plain && !kept {
			o.PrivateState.Fingerprints[writeOnlyFingerprint+number] = row.ModuleOptionFingerprints[number]
		}
	}
	if o.Written {
		return
	}
	for field, accepted := range o.PrivateState.Fingerprints {
		if number, is := strings.CutPrefix(field, writeOnlyFingerprint); is && row.ModuleOptionFingerprints[number] != accepted {
			m.SensitiveModuleOptionsWOVersion = types.Int64Null()
			delete(o.PrivateState.Fingerprints, field)
		}
	}
}

// nameImportedOptions replaces the numbers of imported options by the names that the module declares, and warns of the
// options that the import leaves out.
func nameImportedOptions(ctx context.Context, client *whmcs.Client, row *whmcs.Product, m *model,
	private *resourcekit.PrivateState, diags *diag.Diagnostics,
) {
	plain, hidden := maps.Clone(row.ModuleOptions), slices.Collect(maps.Keys(row.ModuleOptionFingerprints))
	if row.ToplinkDCIM != nil {
		info, err := client.CachedInfo(ctx)
		if err != nil {
			return // the numbers of toplink_dcim are not known
		}
		for _, number := range info.Toplink.Options {
			delete(plain, strconv.Itoa(number))
			hidden = slices.DeleteFunc(hidden, func(other string) bool { return other == strconv.Itoa(number) })
		}
	}
	if len(plain)+len(hidden) == 0 {
		return
	}
	declared, err := client.StoredModuleSchema(ctx, row.Module)
	if err != nil {
		declared = nil
	}
	warnOfHiddenOptions(diags, row, declared, hidden)
	if len(plain) == 0 {
		return
	}
	named := map[string]string{}
	private.OptionNumbers = map[string]string{}
	for number, value := range plain {
		key := number
		if name := optionName(declared, number); name != "" {
			key = name
			private.OptionNumbers[name] = number
		}
		named[key] = value
	}
	m.ModuleOptions = optionMap(named)
}

// optionName returns the name of an option for the configuration, or "" if there is none.
func optionName(declared *whmcs.ModuleSchema, number string) string {
	if declared == nil {
		return ""
	}
	option := findOption(declared, number)
	if option == nil || option.Name == "" {
		return ""
	}
	if _, err := strconv.Atoi(option.Name); err == nil || len(findOptions(declared, option.Name)) != 1 {
		return ""
	}
	return option.Name
}

// warnOfHiddenOptions warns of options with values that an import leaves out.
func warnOfHiddenOptions(diags *diag.Diagnostics, row *whmcs.Product, declared *whmcs.ModuleSchema, hidden []string) {
	if len(hidden) == 0 {
		return
	}
	slices.SortFunc(hidden, func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
	for i, number := range hidden {
		if name := optionName(declared, number); name != "" {
			hidden[i] = fmt.Sprintf("%s (%q)", number, name)
		}
	}
	summary := fmt.Sprintf("The import of the product %s leaves out module options", row.Name)
	if declared == nil {
		diags.AddAttributeWarning(path.Root(plainOptions), summary, fmt.Sprintf(
			"These options have values: %[2]s. Some may be passwords, because the companion has not yet read the option declarations of the module %[1]q. "+
				"To import them, run \"terraform-provider-hosting module-options %[1]s\" with an API credential that may write, and import again. "+
				"Otherwise they are not managed, and their changes are not shown in plans.", row.Module, strings.Join(hidden, ", ")))
		return
	}
	diags.AddAttributeWarning(path.Root(sensitiveOptions), summary, fmt.Sprintf(
		"WHMCS never shows these options of the module %q, because they are secrets or the module does not declare them: %s. To manage them, add them to %s.",
		row.Module, strings.Join(hidden, ", "), sensitiveOptions))
}
