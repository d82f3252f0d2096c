// Package configurableoptiongroup is hosting_whmcs_configurable_option_group: the options that customers choose when
// they order, and their prices.
package configurableoptiongroup

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

// NewResource makes the resource.
func NewResource() resource.Resource {
	return whmcsobject.New(whmcsobject.Definition[model, whmcs.ConfigurableOptionGroup]{
		Name:           "whmcs_configurable_option_group",
		Noun:           "configurable option group",
		Kind:           whmcs.KindOptionGroup,
		Schema:         resourceSchema,
		Key:            func(m *model) whmcs.Values { return whmcs.Values{"name": m.Name.ValueString()} },
		DuplicateNames: true,
		Values:         values,
		Fill:           fill,
		ValidateConfig: validateConfig,
		CheckPlan: func(ctx context.Context, w *whmcsobject.Write[model]) {
			checkPlan(ctx, w)
			warnOfDecimals(ctx, w)
		},
		BeforeWrite: func(ctx context.Context, w *whmcsobject.Write[model]) { manageAgain(ctx, w) },
		InUseRemedy: "Removing an option or sub-option also removes what customers chose of it, so it stays while any service, even a terminated one, has it. " +
			"Set hidden = true on it instead: it is no longer offered, and services keep it. To rename it, change its name and keep its key.",
	})
}

var (
	keyPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
)

func keys() validator.Map {
	return mapvalidator.KeysAre(stringvalidator.RegexMatches(keyPattern, "must be a key: a letter, then letters, digits, hyphens and underscores, at most 64 in all"))
}

func resourceSchema(context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "A configurable option group: what customers choose of when they order a product, such as memory or IP addresses, and what each choice adds to the price.\n\n" +
			"Options and sub-options are maps under keys of your own choosing, which WHMCS never sees. A key stands for one option as long as it lives: changing the `name` under it renames the option in place, and what customers chose stays theirs. " +
			"A key that leaves the configuration removes its option, which is refused as long as a service has it. Where a key changes and the name stays, the option stays too.\n\n" +
			"After an import the keys come from the names: `memory` for `memory|Memory`. The keys of options that were added in WHMCS later are `option_<id>` and `choice_<id>`. To go on with keys of your own, write the configuration with the same names under them: the next apply takes the keys over and changes nothing in WHMCS.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ConfigurableOptionGroup.Name,
				"Name of the group, seen in the admin area only."),
			"description": resourcekit.Text(kinds.ConfigurableOptionGroup.Description,
				"Description of the group, seen in the admin area only. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"product_ids": resourcekit.OptionalStringSet(
				"Ids of the products that offer the options. A product that is destroyed leaves its groups by itself. Defaults to `[]` when the group is created. If removed, the current value is kept.",
				resourcekit.ID()),
			"options": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The options, by keys of your own: a letter, then letters, digits, `-` and `_`, at most 64 in all. Left out, options are left as they are; an option that is not in the map is removed.",
				Validators:          []validator.Map{keys()},
				NestedObject:        schema.NestedAttributeObject{Attributes: optionAttributes(), PlanModifiers: resourcekit.RequiredParts("name")},
			},
		},
	}
}

func optionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":   idAttribute("option"),
		"name": nameAttribute(kinds.ConfigurableOption.Name, "option"),
		"type": resourcekit.DefaultText(kinds.ConfigurableOption.Type,
			"How the customer chooses: `dropdown`, `radio`, `yes_no` (a tick) or `quantity` (a number; the price is that of one)."),
		"quantity_minimum": resourcekit.DefaultInt(kinds.ConfigurableOption.QuantityMinimum, "Least number that can be ordered, for type `quantity`."),
		"quantity_maximum": resourcekit.DefaultInt(kinds.ConfigurableOption.QuantityMaximum, "Greatest number that can be ordered, for type `quantity`; 0 = no limit."),
		"order":            resourcekit.DefaultInt(kinds.ConfigurableOption.Order, "Place among the options, lowest first."),
		"hidden":           hiddenAttribute(kinds.ConfigurableOption.Hidden, "option"),
		"sub_options": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "What the option offers, by keys as those of `options`. Types `yes_no` and `quantity` use one sub-option, which carries the price. Left out, sub-options are left as they are; one that is not in the map is removed.",
			Validators:          []validator.Map{keys()},
			NestedObject: schema.NestedAttributeObject{PlanModifiers: resourcekit.RequiredParts("name"), Attributes: map[string]schema.Attribute{
				"id":     idAttribute("sub-option"),
				"name":   nameAttribute(kinds.ConfigurableSubOption.Name, "sub-option"),
				"order":  resourcekit.DefaultInt(kinds.ConfigurableSubOption.Order, "Place among the sub-options, lowest first."),
				"hidden": hiddenAttribute(kinds.ConfigurableSubOption.Hidden, "sub-option"),
				"prices": resourcekit.Prices(optionCycles, "What the sub-option adds to the product's price, by currency code, such as `USD`, then by billing cycle, as exact decimal text. A product that is paid once adds `monthly`. "+
					"In a currency that is listed, a cycle that is not listed adds nothing. A currency that is not listed is not managed; for a new sub-option it adds nothing."),
				"setup_fees": resourcekit.SetupFees(optionCycles, "What the sub-option adds once, to the first invoice, by currency code, then by billing cycle. Each fee needs an amount of the same currency and cycle in `prices`. "+
					"In a currency that `prices` lists, a cycle that is not listed here adds no set-up fee."),
			}},
		},
	}
}

func idAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, MarkdownDescription: "WHMCS's id of the " + noun + ". It stays the same when the " + noun + " is renamed.",
		PlanModifiers: []planmodifier.String{whmcsobject.KeepPartID()},
	}
}

func nameAttribute(field kinds.Field, noun string) schema.StringAttribute {
	return resourcekit.RequiredPart(resourcekit.NestedText(field, "Name of the "+noun+", as customers see it. A name for modules may stand before it, with `|` between: `memory|Memory`. Required."))
}

func hiddenAttribute(field kinds.Field, noun string) schema.BoolAttribute {
	return resourcekit.DefaultBool(field, "Offer the "+noun+" no longer; services that have it keep it.")
}

// validateConfig checks the configuration without asking WHMCS.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	for key, element := range m.Options.Elements() {
		option, _ := element.(types.Object)
		least, _ := option.Attributes()["quantity_minimum"].(types.Int64)
		most, _ := option.Attributes()["quantity_maximum"].(types.Int64)
		if most.ValueInt64() > 0 && least.ValueInt64() > most.ValueInt64() {
			resourcekit.AddAttributeError(&diags, path.Root("options").AtMapKey(key).AtName("quantity_minimum"), "No quantity is possible",
				"quantity_minimum is greater than quantity_maximum; 0 as the maximum means no limit.")
		}
		for sub := range whmcsobject.PartsOf(m.Options, key, "sub_options").Elements() {
			attributes := whmcsobject.PartAttributes(whmcsobject.PartsOf(m.Options, key, "sub_options"), sub)
			prices, _ := attributes["prices"].(types.Map)
			fees, _ := attributes["setup_fees"].(types.Map)
			at := path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub)
			resourcekit.ValidateSetupFees(&diags, at.AtName, prices, fees)
		}
	}
	return diags
}
