package configurableoptiongroup

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

type model struct {
	ID                 types.String `tfsdk:"id"`
	AllowDuplicateName types.Bool   `tfsdk:"allow_duplicate_name"`
	Name               types.String `tfsdk:"name"`
	Description        types.String `tfsdk:"description"`
	ProductIDs         types.Set    `tfsdk:"product_ids"`
	Options            types.Map    `tfsdk:"options"`
}

// optionCycles are the billing cycles for which options have prices: all but one_time.
var optionCycles = whmcs.BillingCycles[1:]

var (
	subOptionTypes = map[string]attr.Type{
		"id": types.StringType, "name": types.StringType, "order": types.Int64Type, "hidden": types.BoolType, "prices": resourcekit.PricesType, "setup_fees": resourcekit.PricesType,
	}
	subOptionType = types.ObjectType{AttrTypes: subOptionTypes}
	optionTypes   = map[string]attr.Type{
		"id": types.StringType, "name": types.StringType, "type": types.StringType, "quantity_minimum": types.Int64Type, "quantity_maximum": types.Int64Type,
		"order": types.Int64Type, "hidden": types.BoolType, "sub_options": types.MapType{ElemType: subOptionType},
	}
	optionType = types.ObjectType{AttrTypes: optionTypes}
)

func values(m *model) whmcsobject.Fields {
	b := whmcsobject.NewBuilder()
	b.String("name", m.Name)
	b.String("description", m.Description)
	b.StringSet("product_ids", m.ProductIDs)
	if options, known := parts(m.Options); !known {
		b.Unknown("options")
	} else if !m.Options.IsNull() {
		b.Set("options", options)
	}
	return b.Fields()
}

// parts returns options or sub-options on the wire. known is false when a part is unknown, except for the ids of new
// options.
func parts(from types.Map) (out whmcs.Parts, known bool) {
	if from.IsUnknown() {
		return nil, false
	}
	out = whmcs.Parts{}
	for key, element := range from.Elements() {
		object, _ := element.(types.Object)
		if element.IsUnknown() {
			return nil, false
		}
		part := whmcs.Part{Values: whmcs.Values{}}
		for name, value := range object.Attributes() {
			if name == "id" {
				id, _ := value.(types.String)
				part.ID = id.ValueString()
				continue
			}
			if value.IsUnknown() {
				return nil, false
			}
			if value.IsNull() {
				continue
			}
			switch v := value.(type) {
			case types.String:
				part.Values[name] = v.ValueString()
			case types.Int64:
				part.Values[name] = v.ValueInt64()
			case types.Bool:
				part.Values[name] = v.ValueBool()
			case types.Map:
				var nested any
				wireName := name
				switch name {
				case "prices":
					fees, _ := object.Attributes()["setup_fees"].(types.Map)
					wireName = "pricing"
					nested, known = whmcsobject.Pricing(v, fees)
				case "setup_fees":
					continue // sent with the prices
				default:
					nested, known = parts(v)
				}
				if !known {
					return nil, false
				}
				part.Values[wireName] = nested
			}
		}
		out[key] = part
	}
	return out, true
}

func fill(row *whmcs.ConfigurableOptionGroup, m *model, o whmcsobject.FillOptions) {
	m.Name = types.StringValue(row.Name)
	m.Description = types.StringValue(row.Description)
	m.ProductIDs = whmcsobject.StringsToSet(row.ProductIDs)
	if m.Options.IsNull() && (!o.Import || len(row.Options) == 0) {
		return
	}
	elements := map[string]attr.Value{}
	for _, match := range matches(m.Options, row.Options, o, o.PartIDs, "option_", func(option whmcs.ConfigurableOption) string { return option.Name }) {
		option := row.Options[match.id]
		attributes := map[string]attr.Value{
			"id": types.StringValue(option.ID), "name": types.StringValue(option.Name), "type": types.StringValue(option.Type),
			"quantity_minimum": types.Int64Value(option.QuantityMinimum), "quantity_maximum": types.Int64Value(option.QuantityMaximum),
			"order": types.Int64Value(option.Order), "hidden": types.BoolValue(option.Hidden),
			"sub_options": types.MapNull(subOptionType),
		}
		known := whmcsobject.PartsOf(m.Options, match.key, "sub_options")
		if match.foreign || !known.IsNull() {
			attributes["sub_options"] = subOptions(known, option.SubOptions, o, o.PartIDs[match.key].SubOptions)
		}
		elements[match.key] = types.ObjectValueMust(optionTypes, attributes)
	}
	m.Options = types.MapValueMust(optionType, elements)
}

func subOptions(known types.Map, rows map[string]whmcs.SubOption, o whmcsobject.FillOptions, ids map[string]whmcs.PartIDs) types.Map {
	elements := map[string]attr.Value{}
	for _, match := range matches(known, rows, o, ids, "choice_", func(sub whmcs.SubOption) string { return sub.Name }) {
		sub := rows[match.id]
		prices, fees := pricesOf(whmcsobject.PartsOf(known, match.key, "prices"), whmcsobject.PartsOf(known, match.key, "setup_fees"), sub.Pricing, match.foreign)
		elements[match.key] = types.ObjectValueMust(subOptionTypes, map[string]attr.Value{
			"id": types.StringValue(sub.ID), "name": types.StringValue(sub.Name), "order": types.Int64Value(sub.Order), "hidden": types.BoolValue(sub.Hidden), "prices": prices, "setup_fees": fees,
		})
	}
	return types.MapValueMust(subOptionType, elements)
}

// pricesOf returns the amounts of the listed currencies: the listed cycles, and those that add to the price. For a
// foreign sub-option it returns all currencies and cycles that add to the price.
func pricesOf(listed, listedFees types.Map, pricing whmcs.Pricing, foreign bool) (prices, fees types.Map) {
	rows := map[string]map[string]resourcekit.AmountRow{}
	for currency, cycles := range pricing {
		asked, isListed := listed.Elements()[currency].(types.Map)
		if !isListed && (!foreign || len(cycles) == 0) {
			continue
		}
		rows[currency] = whmcsobject.AmountRows(cycles)
		for cycle := range asked.Elements() {
			if _, adds := cycles[cycle]; !adds {
				rows[currency][cycle] = resourcekit.AmountRow{Price: resourcekit.NewDecimal("0.00"), SetupFee: resourcekit.NewDecimal("0.00")}
			}
		}
	}
	if listed.IsNull() && len(rows) == 0 {
		return types.MapNull(resourcekit.PricesType.ElemType), types.MapNull(resourcekit.PricesType.ElemType)
	}
	return resourcekit.AmountMaps(rows, listedFees)
}

// match is a row and its key in the model.
type match struct {
	key, id string
	foreign bool // the model does not have it: it was imported, or created in WHMCS
}

// matches finds the keys of rows, by the ids in the model and in the response to a write. After a read, it also returns
// the rows that the model does not have. Their keys come from the id, or in an import from the name.
func matches[Row any](
	known types.Map, rows map[string]Row, o whmcsobject.FillOptions, answered map[string]whmcs.PartIDs, prefix string, name func(Row) string,
) []match {
	var out []match
	seen := map[string]bool{}
	for key := range known.Elements() {
		id, has := whmcsobject.PartString(known, key, "id")
		if !has {
			id = answered[key].ID
		}
		if _, there := rows[id]; there {
			out = append(out, match{key: key, id: id})
			seen[id] = true
		}
	}
	if o.Written {
		return out
	}
	if o.Import {
		names := map[string]string{}
		for id, row := range rows {
			names[id] = name(row)
		}
		for id, key := range whmcsobject.PartKeys(names, prefix) {
			out = append(out, match{key: key, id: id, foreign: true})
		}
		return out
	}
	for id := range rows {
		if seen[id] {
			continue
		}
		key := prefix + id
		for _, taken := known.Elements()[key]; taken; _, taken = known.Elements()[key] {
			key += "_"
		}
		out = append(out, match{key: key, id: id, foreign: true})
	}
	return out
}
