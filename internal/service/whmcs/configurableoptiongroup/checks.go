package configurableoptiongroup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// warnOfDecimals warns of decimals in a currency that WHMCS shows without them.
func warnOfDecimals(ctx context.Context, w *whmcsobject.Write[model]) {
	prior := &model{}
	if w.Prior != nil {
		prior = w.Prior
	}
	for key := range w.Plan.Options.Elements() {
		option, _ := whmcsobject.PartString(w.Plan.Options, key, "name")
		before, planned := whmcsobject.PartsOf(prior.Options, key, "sub_options"), whmcsobject.PartsOf(w.Plan.Options, key, "sub_options")
		for sub := range planned.Elements() {
			name, _ := whmcsobject.PartString(planned, sub, "name")
			resourcekit.WarnOfDecimals(ctx, w.Client, w.Diagnostics, path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub),
				fmt.Sprintf("The choice %s of the option %s", name, option), pricesAndFees(whmcsobject.PartAttributes(before, sub)), pricesAndFees(whmcsobject.PartAttributes(planned, sub)))
		}
	}
}

// checkPlan warns of options that the apply removes although the plan does not show them, and of prices that it
// switches off.
func checkPlan(ctx context.Context, w *whmcsobject.Write[model]) {
	removed := manageAgain(ctx, w)
	// The group in WHMCS is read only if a currency was not managed so far.
	live := sync.OnceValue(func() *model { group, _ := readGroup(ctx, w); return group })
	(&guardCheck{Write: w, live: live}).checkGuards()
	if w.Client == nil || w.Client.HasWritten() {
		return
	}
	if len(removed) > 0 {
		w.Diagnostics.AddAttributeWarning(path.Root("options"), fmt.Sprintf("The configurable option group %s: options will be removed", w.Plan.Name.ValueString()),
			fmt.Sprintf("WHMCS has these options, and the configuration does not list them: %s. They were not managed so far. The apply removes them. To keep one, add it to the configuration with its name.", strings.Join(removed, ", ")))
	}
	for _, key := range slices.Sorted(maps.Keys(w.Plan.Options.Elements())) {
		option := whmcsobject.PartAttributes(w.Plan.Options, key)
		subOptions := whmcsobject.PartsOf(w.Plan.Options, key, "sub_options")
		for _, sub := range slices.Sorted(maps.Keys(subOptions.Elements())) {
			attributes := whmcsobject.PartAttributes(subOptions, sub)
			planned := pricesAndFees(attributes).Prices
			if planned.IsUnknown() || len(planned.Elements()) == 0 {
				continue
			}
			prior := types.MapNull(resourcekit.PricesType.ElemType)
			if id := text(attributes["id"]); w.Prior != nil && id != "" {
				prior = pricesBefore(w.Prior.Options, id)
				if hasOthers(planned, prior) {
					if group := live(); group != nil {
						prior = pricesBefore(group.Options, id)
					}
				}
			}
			resourcekit.WarnOfPricesSwitchedOff(w.Diagnostics, path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub).AtName("prices"),
				fmt.Sprintf("The sub-option %s of the option %s in the group %s", text(attributes["name"]), text(option["name"]), w.Plan.Name.ValueString()),
				"the sub-option adds nothing with them", prior, planned)
		}
	}
}

// pricesAndFees returns the amounts of a sub-option.
func pricesAndFees(attributes map[string]attr.Value) (amounts resourcekit.PriceMaps) {
	amounts.Prices, _ = attributes["prices"].(types.Map)
	amounts.SetupFees, _ = attributes["setup_fees"].(types.Map)
	return amounts
}

func text(value attr.Value) string {
	name, _ := value.(types.String)
	return name.ValueString()
}

// pricesBefore returns the prices of a sub-option that are not zero.
func pricesBefore(options types.Map, id string) types.Map {
	return resourcekit.WithoutZeros(amountsOf(options, id).Prices)
}

// amountsOf returns the amounts of the sub-option with an id.
func amountsOf(options types.Map, id string) resourcekit.PriceMaps {
	for key := range options.Elements() {
		subOptions := whmcsobject.PartsOf(options, key, "sub_options")
		for sub := range subOptions.Elements() {
			if attributes := whmcsobject.PartAttributes(subOptions, sub); text(attributes["id"]) == id {
				return pricesAndFees(attributes)
			}
		}
	}
	return resourcekit.PriceMaps{}
}

// hasOthers reports whether planned prices have a currency that others lack.
func hasOthers(planned, others types.Map) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(planned.Elements())), func(currency string) bool {
		_, has := others.Elements()[currency]
		return !has
	})
}

// readGroup returns the group as WHMCS has it, as an import reads it, and its texts that are stored in another form.
// The group is nil if it cannot be read. The write then reports the failure.
func readGroup(ctx context.Context, w *whmcsobject.Write[model]) (*model, whmcs.StoredTexts) {
	if w.Client == nil {
		return nil, nil
	}
	found, err := whmcs.CollectionOf[whmcs.ConfigurableOptionGroup](w.Client, whmcs.KindOptionGroup).Get(ctx, w.ID)
	if err != nil || found.Row == nil {
		return nil, nil
	}
	live := &model{Options: types.MapNull(optionType)}
	fill(found.Row, live, whmcsobject.FillOptions{Import: true})
	return live, found.StoredTexts
}

// manageAgain completes an update in which options or sub-options are managed that were not managed so far. The state
// does not have those that WHMCS has. A part of the same name is kept, and the others are removed. It
// returns the names of those.
func manageAgain(ctx context.Context, w *whmcsobject.Write[model]) (removed []string) {
	if w.Prior == nil {
		return nil
	}
	planned, known := parts(w.Plan.Options)
	prior, _ := parts(w.Prior.Options)
	if !known || w.Plan.Options.IsNull() || !managesAgain(w.Prior.Options, prior, planned) {
		return nil
	}
	live, stored := readGroup(ctx, w)
	if live == nil {
		return nil
	}
	rows, _ := parts(live.Options)
	if w.Prior.Options.IsNull() {
		prior = rows
		removed = adopt("option", prior, planned)
	}
	for key, part := range planned {
		subOptions, managed := part.Values["sub_options"].(whmcs.Parts)
		before, has := byID(prior, part.ID)
		if !managed || !has {
			continue
		}
		if _, wasManaged := before.Values["sub_options"]; wasManaged && !w.Prior.Options.IsNull() {
			continue
		}
		row, _ := byID(rows, part.ID)
		inner, _ := row.Values["sub_options"].(whmcs.Parts)
		before.Values["sub_options"] = inner
		for _, name := range adopt("sub-option", inner, subOptions) {
			removed = append(removed, fmt.Sprintf("%s of the option %s", name, part.Values["name"]))
		}
		planned[key] = part
	}
	expect, values := whmcs.Diff(whmcs.Values{"options": prior}, whmcs.Values{"options": planned})
	delete(w.Values, "options")
	delete(w.Expect, "options")
	maps.Copy(w.Values, values)
	maps.Copy(w.Expect, stored.Restore(expect))
	slices.Sort(removed)
	return removed
}

// managesAgain reports whether options, or the sub-options of an option, are managed that were not managed so far.
func managesAgain(options types.Map, prior, planned whmcs.Parts) bool {
	if options.IsNull() {
		return true
	}
	for _, part := range planned {
		_, managed := part.Values["sub_options"]
		if before, has := byID(prior, part.ID); has && managed && before.Values["sub_options"] == nil {
			return true
		}
	}
	return false
}

func byID(all whmcs.Parts, id string) (whmcs.Part, bool) {
	for _, part := range all {
		if part.ID == id && id != "" {
			return part, true
		}
	}
	return whmcs.Part{}, false
}

// adopt gives planned parts the ids of the stored parts with their names. It returns the names of the stored parts that
// are left. An adopted part is written with its name in any case, because the response then has its id.
func adopt(noun string, stored, planned whmcs.Parts) (left []string) {
	used := map[string]bool{}
	for _, part := range planned {
		used[part.ID] = true
	}
	for _, key := range slices.Sorted(maps.Keys(planned)) {
		part := planned[key]
		for _, other := range slices.Sorted(maps.Keys(stored)) {
			candidate := stored[other]
			if part.ID == "" && !used[candidate.ID] && candidate.Values["name"] == part.Values["name"] {
				part.ID, used[candidate.ID] = candidate.ID, true
				delete(candidate.Values, "name")
				planned[key] = part
			}
		}
	}
	for _, part := range stored {
		if !used[part.ID] {
			left = append(left, fmt.Sprintf("the %s %s (id %s)", noun, part.Values["name"], part.ID))
		}
	}
	return left
}
