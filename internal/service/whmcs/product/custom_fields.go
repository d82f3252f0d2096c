package product

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit/whmcsobject"
)

var customFieldTypes = map[string]attr.Type{
	"id": types.StringType, "name": types.StringType, "type": types.StringType, "description": types.StringType, "options": types.ListType{ElemType: types.StringType},
	"validation_regex": types.StringType, "admin_only": types.BoolType, "required": types.BoolType, "show_on_order_form": types.BoolType, "show_on_invoice": types.BoolType,
	"order": types.Int64Type,
}

var (
	fieldKeyPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
)

func customFieldsSchema() schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Input fields of the order form, by key. You choose the keys: a letter, followed by letters, digits, `-` and `_`, at most 64 characters in all. A key identifies one field. A new `name` under a key renames the field in place. " +
			"To adopt a field that the module created, use its name up to the `|` under any key. Omitted attributes of a field are not managed. " +
			"Fields without a key are not managed. Removing a key deletes its field. WHMCS refuses that while values are stored in the field. A new key with the name of a removed key keeps the field. " +
			"After an import, the keys come from the names: `os` for `os|Operating system`." + resourcekit.MisspeltNames,
		Validators: []validator.Map{mapvalidator.KeysAre(stringvalidator.RegexMatches(fieldKeyPattern, "must be a key: a letter, then letters, digits, hyphens and underscores, at most 64 in all"))},
		NestedObject: schema.NestedAttributeObject{PlanModifiers: resourcekit.RequiredParts("name"), Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, MarkdownDescription: "WHMCS's id of the field. It stays the same when the field is renamed.",
				PlanModifiers: []planmodifier.String{whmcsobject.KeepPartID()},
			},
			"name": resourcekit.RequiredPart(resourcekit.NestedText(kinds.CustomField.Name,
				"Name of the field, as customers see it. It may begin with a name for modules and `|`: `os|Operating system`. Required.")),
			"type": resourcekit.Unmanaged(resourcekit.NestedText(kinds.CustomField.Type,
				"Kind of field: `text`, `link`, `password`, `dropdown`, `tick_box` or `text_area`. Defaults to `text` for a new field.")),
			"description": resourcekit.Unmanaged(resourcekit.NestedText(kinds.CustomField.Description, "Explanation next to the field.")),
			"options": resourcekit.NestedTextList(kinds.CustomField.Options,
				"Choices of a drop-down, in order, without commas. Omit it if the module writes the choices, as TopLink's \"synchronise system templates\" does."),
			"validation_regex":   resourcekit.Unmanaged(resourcekit.NestedText(kinds.CustomField.ValidationRegex, "Regular expression that the value must match, in PHP's form with delimiters.")),
			"admin_only":         resourcekit.NestedBool(kinds.CustomField.AdminOnly, "Show the field in the admin area only."),
			"required":           resourcekit.NestedBool(kinds.CustomField.Required, "Require a value."),
			"show_on_order_form": resourcekit.NestedBool(kinds.CustomField.ShowOnOrderForm, "Show the field on the order form."),
			"show_on_invoice":    resourcekit.NestedBool(kinds.CustomField.ShowOnInvoice, "Show the value on invoices."),
			"order":              resourcekit.NestedInt(kinds.CustomField.Order, "Sort order among the fields, lowest first, 0 or more."),
		}},
	}
}

func customFieldValues(b *whmcsobject.Builder, fields types.Map) {
	if fields.IsNull() {
		return
	}
	parts := whmcs.Parts{}
	known := !fields.IsUnknown()
	for key, element := range fields.Elements() {
		object, _ := element.(types.Object)
		known = known && !element.IsUnknown()
		part := whmcs.Part{Values: whmcs.Values{}}
		inner := whmcsobject.NewBuilder()
		for name, value := range object.Attributes() {
			switch v := value.(type) {
			case types.String:
				if name == "id" {
					part.ID = v.ValueString()
				} else {
					inner.String(name, v)
				}
			case types.Bool:
				inner.Bool(name, v)
			case types.Int64:
				inner.Int(name, v)
			case types.List:
				inner.StringList(name, v)
			}
		}
		collected := inner.Fields()
		known = known && len(collected.Unknown) == 0
		part.Values = collected.Values
		parts[key] = part
	}
	if !known {
		b.Unknown("custom_fields")
		return
	}
	b.Set("custom_fields", parts)
}

// fillCustomFields copies the fields and the attributes that the model has, and in an import all fields.
func fillCustomFields(row *whmcs.Product, m *model, o whmcsobject.FillOptions) {
	elements := map[string]attr.Value{}
	if m.CustomFields.IsNull() {
		if !o.Import || len(row.CustomFields) == 0 {
			return
		}
		names := map[string]string{}
		for id, field := range row.CustomFields {
			names[id] = field.Name
		}
		for id, key := range whmcsobject.PartKeys(names, "field_") {
			elements[key] = types.ObjectValueMust(customFieldTypes, customFieldAttributes(row.CustomFields[id]))
		}
	}
	for key, element := range m.CustomFields.Elements() {
		object, _ := element.(types.Object)
		id, _ := object.Attributes()["id"].(types.String)
		known := id.ValueString()
		if known == "" {
			known = o.PartIDs[key].ID
		}
		field, there := row.CustomFields[known]
		if !there {
			continue
		}
		attributes := customFieldAttributes(field)
		for name, value := range object.Attributes() {
			if value.IsNull() && name != "id" {
				attributes[name] = value // not managed
			}
		}
		elements[key] = types.ObjectValueMust(customFieldTypes, attributes)
	}
	m.CustomFields = types.MapValueMust(types.ObjectType{AttrTypes: customFieldTypes}, elements)
}

func customFieldAttributes(field whmcs.CustomField) map[string]attr.Value {
	return map[string]attr.Value{
		"id": types.StringValue(field.ID), "name": types.StringValue(field.Name), "type": types.StringValue(field.Type), "description": types.StringValue(field.Description),
		"options": whmcsobject.StringsToList(field.Options), "validation_regex": types.StringValue(field.ValidationRegex), "admin_only": types.BoolValue(field.AdminOnly),
		"required": types.BoolValue(field.Required), "show_on_order_form": types.BoolValue(field.ShowOnOrderForm), "show_on_invoice": types.BoolValue(field.ShowOnInvoice),
		"order": types.Int64Value(field.Order),
	}
}

// checkCustomFields refuses two fields with one machine name, because a module finds its field by that name. It accepts
// duplicates that WHMCS already has. It warns of options of a field that has none.
func checkCustomFields(c *planCheck) {
	prior := types.MapNull(types.ObjectType{AttrTypes: customFieldTypes})
	if c.Prior != nil {
		prior = c.Prior.CustomFields
	}
	before, planned := machineNames(prior), machineNames(c.Plan.CustomFields)
	for _, machine := range slices.Sorted(maps.Keys(planned)) {
		if keys := planned[machine]; len(keys) > 1 && len(keys) > len(before[machine]) {
			resourcekit.AddAttributeError(c.Diagnostics, path.Root("custom_fields").AtMapKey(keys[len(keys)-1]).AtName("name"), "Two custom fields have the same machine name", fmt.Sprintf(
				"The fields %s have the machine name %q, which is the part of the name before \"|\". Modules find a field by this name. Give each field a different one.", quoted(keys), machine))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.Plan.CustomFields.Elements())) {
		attributes := whmcsobject.PartAttributes(c.Plan.CustomFields, key)
		kind, known := whmcsobject.PartString(c.Plan.CustomFields, key, "type")
		options, _ := attributes["options"].(types.List)
		stored, _ := whmcsobject.PartAttributes(prior, key)["options"].(types.List)
		if known && kind != "dropdown" && len(options.Elements()) > 0 && !options.Equal(stored) {
			c.Diagnostics.AddAttributeWarning(path.Root("custom_fields").AtMapKey(key).AtName("options"), fmt.Sprintf("The custom field %q does not show its options", key), fmt.Sprintf(
				"Only a field of the type \"dropdown\" has options. This field has the type %q. Set type = \"dropdown\", or remove options.", kind))
		}
	}
}

// machineNames returns the sorted keys of custom fields by the part of the name before "|".
func machineNames(fields types.Map) map[string][]string {
	keys := map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(fields.Elements())) {
		if name, known := whmcsobject.PartString(fields, key, "name"); known {
			machine, _, _ := strings.Cut(name, "|")
			keys[machine] = append(keys[machine], key)
		}
	}
	return keys
}
