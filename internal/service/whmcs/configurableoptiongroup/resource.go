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
		Fill: func(_ context.Context, row *whmcs.ConfigurableOptionGroup, m *model, o whmcsobject.FillOptions) {
			fill(row, m, o)
			if o.Written {
				o.PrivateState.LastWrittenAmounts = lastWrittenAmounts(m)
			}
		},
		ValidateConfig: validateConfig,
		CheckPlan: func(ctx context.Context, w *whmcsobject.Write[model]) {
			checkPlan(ctx, w)
			warnOfDecimals(ctx, w)
		},
		BeforeWrite: func(ctx context.Context, w *whmcsobject.Write[model]) { manageAgain(ctx, w) },
		InUseRemedy: "Removing an option or sub-option would also remove the choices of customers. Therefore WHMCS refuses to remove it while a service has it, even a terminated service. " +
			"Set hidden = true on it instead. New orders then do not offer it, and services keep it. To rename it, change its name and keep its key.",
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
		MarkdownDescription: "A configurable option group: the options of an order, such as memory or IP addresses, and the price of each choice.\n\n" +
			"Options and sub-options are maps. You choose the keys, and WHMCS does not store them. A key identifies one option. Changing the `name` under a key renames the option in place, and customers keep their choices. " +
			"Removing a key deletes its option. While a service has the option, WHMCS refuses to delete it. If you change the key and not the name, the option is kept.\n\n" +
			"After an import, the keys come from the names: `memory` for `memory|Memory`. Options that were later added in WHMCS have the keys `option_<id>` and `choice_<id>`. To use your own keys, write the configuration with the same names under these keys. The next apply uses the new keys and changes nothing in WHMCS.",
		Attributes: map[string]schema.Attribute{
			"name": resourcekit.Text(kinds.ConfigurableOptionGroup.Name,
				"Name of the group. Only administrators see it."),
			"description": resourcekit.Text(kinds.ConfigurableOptionGroup.Description,
				"Description of the group. Only administrators see it. Defaults to `\"\"` when the group is created. If removed, the current value is kept."),
			"product_ids": resourcekit.OptionalStringSet(
				"Ids of the products that offer the options. A destroyed product is removed from its groups automatically. Defaults to `[]` when the group is created. If removed, the current value is kept.",
				resourcekit.ID()),
			"options": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The options, by key. A key is a letter, followed by letters, digits, `-` and `_`, at most 64 characters in all. If this map is omitted, the options are not managed. Otherwise an option that is not in the map is removed.",
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
			"Form of the choice: `dropdown`, `radio`, `yes_no` (a tick box) or `quantity` (a number, with the price of one unit)."),
		"quantity_minimum": resourcekit.DefaultInt(kinds.ConfigurableOption.QuantityMinimum, "Smallest number that can be ordered, for type `quantity`."),
		"quantity_maximum": resourcekit.DefaultInt(kinds.ConfigurableOption.QuantityMaximum, "Largest number that can be ordered, for type `quantity`. 0 means no limit."),
		"order":            resourcekit.DefaultInt(kinds.ConfigurableOption.Order, "Sort order among the options, lowest first."),
		"hidden":           hiddenAttribute(kinds.ConfigurableOption.Hidden, "option"),
		"sub_options": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The choices of the option, by key. Keys have the same form as those of `options`. The types `yes_no` and `quantity` use one sub-option, which has the price. If this map is omitted, the sub-options are not managed. Otherwise a sub-option that is not in the map is removed.",
			Validators:          []validator.Map{keys()},
			NestedObject: schema.NestedAttributeObject{PlanModifiers: resourcekit.RequiredParts("name"), Attributes: map[string]schema.Attribute{
				"id":     idAttribute("sub-option"),
				"name":   nameAttribute(kinds.ConfigurableSubOption.Name, "sub-option"),
				"order":  resourcekit.DefaultInt(kinds.ConfigurableSubOption.Order, "Sort order among the sub-options, lowest first."),
				"hidden": hiddenAttribute(kinds.ConfigurableSubOption.Hidden, "sub-option"),
				"prices": resourcekit.Prices(optionCycles, "Amounts that the sub-option adds to the product's price, by currency code, such as `USD`, then by billing cycle, as exact decimal text. For a one-time product, the `monthly` amount is added. "+
					"If a currency is listed, each cycle without a price in this currency adds nothing. If a currency is not listed, Terraform does not manage its prices, and a new sub-option adds nothing in this currency."),
				"setup_fees": resourcekit.SetupFees(optionCycles, "Amounts that the sub-option adds to the first invoice, by currency code, then by billing cycle. Each fee needs an amount of the same currency and cycle in `prices`. "+
					"If `prices` lists a currency, each cycle that is not listed here adds no set-up fee."),
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
	return resourcekit.RequiredPart(resourcekit.NestedText(field, "Name of the "+noun+", as customers see it. It may begin with a name for modules and `|`: `memory|Memory`. Required."))
}

func hiddenAttribute(field kinds.Field, noun string) schema.BoolAttribute {
	return resourcekit.DefaultBool(field, "Do not offer the "+noun+" in new orders. Services that have it keep it.")
}

// validateConfig checks the configuration without a request to WHMCS.
func validateConfig(m *model) diag.Diagnostics {
	var diags diag.Diagnostics
	for key, element := range m.Options.Elements() {
		option, _ := element.(types.Object)
		least, _ := option.Attributes()["quantity_minimum"].(types.Int64)
		most, _ := option.Attributes()["quantity_maximum"].(types.Int64)
		if most.ValueInt64() > 0 && least.ValueInt64() > most.ValueInt64() {
			resourcekit.AddAttributeError(&diags, path.Root("options").AtMapKey(key).AtName("quantity_minimum"), "quantity_minimum is greater than quantity_maximum",
				"Lower quantity_minimum, or raise quantity_maximum. A maximum of 0 means no limit.")
		}
		for sub := range whmcsobject.PartsOf(m.Options, key, "sub_options").Elements() {
			attributes := whmcsobject.PartAttributes(whmcsobject.PartsOf(m.Options, key, "sub_options"), sub)
			amounts := pricesAndFees(attributes)
			at := path.Root("options").AtMapKey(key).AtName("sub_options").AtMapKey(sub)
			resourcekit.ValidateSetupFees(&diags, at.AtName, amounts.Prices, amounts.SetupFees)
		}
	}
	return diags
}
