package provider

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/hosting-iac/terraform-provider-hosting/internal/resourcekit"
)

// silent are the plan modifiers that plan the prior value of an unchanged object, without a message. Their planned
// value is the prior one then, and the configured value is the prior one or null. A modifier that is not listed makes
// its resource ineligible for the fast path.
var silent = map[string]string{
	// Modifiers of the framework. "Unknown" is a planned unknown value, of which an unchanged plan has none.
	"useStateForUnknownModifier": "acts on unknown",
	"requiresReplaceIfModifier":  "returns if the planned value is the prior one (RequiresReplace, RequiresReplaceIfConfigured)",
	// Modifiers of this provider.
	"resourcekit.Changed":          "checks configured values that differ from the state",
	"resourcekit.ChangedKeys":      "checks configured keys that the state does not have",
	"resourcekit.ChangedInt":       "checks configured values that differ from the state",
	"resourcekit.fieldRule":        "checks configured values that differ from the state",
	"resourcekit.changedAmounts":   "checks configured amounts that differ from the state",
	"resourcekit.keepEqualAmount":  "plans the prior value or leaves the planned one",
	"resourcekit.keepEqualAmounts": "plans the prior value or leaves the planned one",
	"resourcekit.keepEqualFees":    "plans the prior value or leaves the planned one",
	"resourcekit.keepEqualAddress": "plans the prior value or leaves the planned one",
	"resourcekit.keepEmpty":        "plans the prior value or leaves the planned one",
	"resourcekit.unmanaged":        "plans null or the prior empty text: shape.whenNull has both",
	"resourcekit.requiredParts":    "reports a part that is null, unless the state has the empty text: shape.whenNull has that only",
	"whmcsobject.keepPartID":       "acts on unknown",
	"product.onlyOnCreation":       "plans the prior value or leaves the planned one",
	"addonmodule.followsOther":     "plans the prior value, unless the other attribute differs from the state",
}

// checkModifier returns an error if a plan modifier may act on an unchanged object.
func checkModifier(modifier any) error {
	name := fmt.Sprintf("%T", modifier)
	if isOfFramework(modifier, "planmodifier") {
		_, name, _ = strings.Cut(name, ".")
	}
	if _, is := silent[name]; !is {
		return fmt.Errorf("the plan modifier %T is not known to be silent", modifier)
	}
	return nil
}

// isOfFramework reports whether a value is of a type of the framework's packages of plan modifiers or defaults.
func isOfFramework(value any, packages string) bool {
	from := reflect.TypeOf(value).PkgPath()
	return strings.HasPrefix(from, "github.com/hashicorp/terraform-plugin-framework/resource/schema/") && strings.HasSuffix(from, packages)
}

// objectShape returns the shape of a resource.
func objectShape(ctx context.Context, of schema.Schema) (*shape, error) {
	if len(of.Blocks) > 0 {
		return nil, fmt.Errorf("the schema has blocks")
	}
	return attributesShape(ctx, of.Attributes, nil)
}

// identityShape returns the shape of the identity of a resource.
func identityShape(ctx context.Context, of identityschema.Schema) (*shape, error) {
	object := &shape{form: objectForm}
	for _, name := range slices.Sorted(maps.Keys(of.Attributes)) {
		one, err := valueShape(ctx, of.Attributes[name].GetType())
		if err != nil {
			return nil, fmt.Errorf("identity %s: %w", name, err)
		}
		object.attributes = append(object.attributes, attributeShape{name, one})
	}
	return object, nil
}

// attributesShape returns the shape of an object with these attributes and plan modifiers.
func attributesShape(ctx context.Context, attributes map[string]schema.Attribute, modifiers []any) (*shape, error) {
	object := &shape{form: objectForm}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		one, err := attributeShapeOf(ctx, attributes[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		object.attributes = append(object.attributes, attributeShape{name, one})
	}
	for _, modifier := range modifiers {
		if err := checkModifier(modifier); err != nil {
			return nil, err
		}
		for _, name := range resourcekit.RequiredNames(modifier) {
			i := slices.IndexFunc(object.attributes, func(a attributeShape) bool { return a.name == name })
			if i < 0 {
				return nil, fmt.Errorf("there is no part %s", name)
			}
			object.attributes[i].whenNull = [][]byte{emptyText}
		}
	}
	return object, nil
}

var emptyText = []byte{msgpcode.FixedStrLow}

// attributeShapeOf returns the shape of an attribute.
func attributeShapeOf(ctx context.Context, attribute schema.Attribute) (*shape, error) {
	switch a := attribute.(type) {
	case schema.SingleNestedAttribute:
		return nested(ctx, objectForm, a.GetType(), a.Attributes, nil, anys(a.PlanModifiers), a.Default)
	case schema.MapNestedAttribute:
		object := a.NestedObject
		return nested(ctx, mapForm, a.GetType(), object.Attributes, anys(a.PlanModifiers), anys(object.PlanModifiers), a.Default)
	case schema.ListNestedAttribute:
		object := a.NestedObject
		return nested(ctx, listForm, a.GetType(), object.Attributes, anys(a.PlanModifiers), anys(object.PlanModifiers), a.Default)
	}
	one, err := valueShape(ctx, attribute.GetType())
	if err != nil {
		return nil, err
	}
	one.writeOnly = attribute.IsWriteOnly()
	var modifiers []any
	var standard attr.Value
	switch a := attribute.(type) {
	case schema.StringAttribute:
		modifiers = anys(a.PlanModifiers)
		for _, modifier := range a.PlanModifiers {
			if resourcekit.IsUnmanaged(modifier) {
				one.whenNull = [][]byte{{msgpcode.Nil}, emptyText}
			}
		}
		if a.Default != nil {
			response := defaults.StringResponse{}
			a.Default.DefaultString(ctx, defaults.StringRequest{}, &response)
			standard, err = response.PlanValue, static(a.Default)
		}
	case schema.BoolAttribute:
		modifiers = anys(a.PlanModifiers)
		if a.Default != nil {
			response := defaults.BoolResponse{}
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &response)
			standard, err = response.PlanValue, static(a.Default)
		}
	case schema.Int64Attribute:
		modifiers = anys(a.PlanModifiers)
		if a.Default != nil {
			response := defaults.Int64Response{}
			a.Default.DefaultInt64(ctx, defaults.Int64Request{}, &response)
			standard, err = response.PlanValue, static(a.Default)
		}
	case schema.MapAttribute:
		modifiers, err = anys(a.PlanModifiers), none(a.Default)
	case schema.ListAttribute:
		modifiers, err = anys(a.PlanModifiers), none(a.Default)
	case schema.SetAttribute:
		modifiers, err = anys(a.PlanModifiers), none(a.Default)
	default:
		err = fmt.Errorf("the attribute is a %T", attribute)
	}
	if err != nil {
		return nil, err
	}
	for _, modifier := range modifiers {
		if err := checkModifier(modifier); err != nil {
			return nil, err
		}
	}
	if standard == nil {
		return one, nil
	}
	value, err := standard.ToTerraformValue(ctx)
	if err != nil {
		return nil, err
	}
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	one.whenNull = [][]byte{encoded.MsgPack}
	return one, err
}

// static returns an error for a default that may depend on the call.
func static(standard any) error {
	if !isOfFramework(standard, "default") {
		return fmt.Errorf("the default %T is not known to be static", standard)
	}
	return nil
}

// none returns an error for an attribute that has a default.
func none(standard any) error {
	if standard != nil {
		return fmt.Errorf("the default %T is that of a collection or object", standard)
	}
	return nil
}

func anys[M any](modifiers []M) []any {
	all := make([]any, len(modifiers))
	for i := range modifiers {
		all[i] = modifiers[i]
	}
	return all
}

// nested returns the shape of a nested attribute, made of the shape of its objects. object are the plan modifiers of
// the objects.
func nested(
	ctx context.Context, as form, of attr.Type, attributes map[string]schema.Attribute, modifiers, object []any, standard any,
) (*shape, error) {
	if err := none(standard); err != nil {
		return nil, err
	}
	for _, modifier := range modifiers {
		if err := checkModifier(modifier); err != nil {
			return nil, err
		}
	}
	one, err := attributesShape(ctx, attributes, object)
	if err != nil {
		return nil, err
	}
	if as == objectForm {
		return typed(ctx, one, of)
	}
	collection, is := of.(attr.TypeWithElementType)
	if !is {
		return nil, fmt.Errorf("values of the type %s", of)
	}
	if _, err := typed(ctx, one, collection.ElementType()); err != nil {
		return nil, err
	}
	return typed(ctx, &shape{form: as, element: one}, of)
}

// valueShape returns the shape of the values of a type.
func valueShape(ctx context.Context, of attr.Type) (*shape, error) {
	kind := of.TerraformType(ctx)
	switch {
	case of.Equal(basetypes.StringType{}):
		return typed(ctx, &shape{form: textForm}, of)
	case kind.Is(tftypes.String):
		return typed(ctx, &shape{form: textForm, own: own(ctx, of)}, of)
	case of.Equal(basetypes.BoolType{}):
		return typed(ctx, &shape{form: boolForm}, of)
	case of.Equal(basetypes.Int64Type{}):
		return typed(ctx, &shape{form: intForm}, of)
	}
	collection, is := of.(attr.TypeWithElementType)
	if !is {
		return nil, fmt.Errorf("values of the type %s", of)
	}
	element, err := valueShape(ctx, collection.ElementType())
	if err != nil {
		return nil, err
	}
	switch of.(type) {
	case basetypes.MapType:
		return typed(ctx, &shape{form: mapForm, element: element}, of)
	case basetypes.ListType:
		return typed(ctx, &shape{form: listForm, element: element}, of)
	case basetypes.SetType:
		if element.form == textForm {
			return typed(ctx, &shape{form: setForm, element: element}, of)
		}
	}
	return nil, fmt.Errorf("values of the type %s", of)
}

// typed adds the type to a shape.
func typed(ctx context.Context, one *shape, of attr.Type) (*shape, error) {
	null, err := of.ValueFromTerraform(ctx, tftypes.NewValue(of.TerraformType(ctx), nil))
	one.of, one.null = of, null
	return one, err
}

// own returns a function that makes a value of a type of texts and validates it as the framework does when it sets an
// attribute.
func own(ctx context.Context, of attr.Type) func(text string) (attr.Value, bool) {
	return func(text string) (attr.Value, bool) {
		value, err := of.ValueFromTerraform(ctx, tftypes.NewValue(tftypes.String, text))
		if err != nil {
			return nil, false
		}
		var response xattr.ValidateAttributeResponse
		if validated, is := value.(xattr.ValidateableAttribute); is {
			validated.ValidateAttribute(ctx, xattr.ValidateAttributeRequest{}, &response)
		}
		return value, len(response.Diagnostics) == 0
	}
}
