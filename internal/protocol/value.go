package protocol

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Unknown is a value of a configuration that is not known yet.
var Unknown = unknown{}

type unknown struct{}

// Encode encodes a Go value (see [Value]).
func Encode(kind tftypes.Type, value any) (*tfprotov6.DynamicValue, error) {
	typed, err := Value(kind, value)
	if err != nil {
		return nil, err
	}
	out, err := tfprotov6.NewDynamicValue(kind, typed)
	return &out, err
}

// Value converts a Go value to Terraform's types: nil is null, [Unknown] is unknown, and attributes that a map leaves
// out are null.
func Value(kind tftypes.Type, value any) (tftypes.Value, error) {
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(kind, nil), nil
	case unknown:
		return tftypes.NewValue(kind, tftypes.UnknownValue), nil
	case tftypes.Value: // of an attribute that takes any type
		return v, nil
	case map[string]any:
		members, err := members(kind, v)
		if err != nil {
			return tftypes.Value{}, err
		}
		return checked(kind, members)
	case []any:
		element, err := elementType(kind)
		if err != nil {
			return tftypes.Value{}, err
		}
		list := make([]tftypes.Value, len(v))
		for i := range v {
			if list[i], err = Value(element, v[i]); err != nil {
				return tftypes.Value{}, err
			}
		}
		return checked(kind, list)
	case int:
		return checked(kind, big.NewFloat(float64(v)))
	case float64:
		return checked(kind, big.NewFloat(v))
	}
	return checked(kind, value)
}

// checked is [tftypes.NewValue] with an error in place of a panic.
func checked(kind tftypes.Type, value any) (tftypes.Value, error) {
	if err := tftypes.ValidateValue(kind, value); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(kind, value), nil
}

func members(kind tftypes.Type, given map[string]any) (map[string]tftypes.Value, error) {
	out := map[string]tftypes.Value{}
	if object, is := kind.(tftypes.Object); is {
		for name := range given {
			if _, has := object.AttributeTypes[name]; !has {
				return nil, fmt.Errorf("there is no attribute %s", name)
			}
		}
		for name, attribute := range object.AttributeTypes {
			value, err := Value(attribute, given[name])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out[name] = value
		}
		return out, nil
	}
	element, err := elementType(kind)
	if err != nil {
		return nil, err
	}
	for key, value := range given {
		if out[key], err = Value(element, value); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return out, nil
}

func elementType(kind tftypes.Type) (tftypes.Type, error) {
	switch k := kind.(type) {
	case tftypes.List:
		return k.ElementType, nil
	case tftypes.Set:
		return k.ElementType, nil
	case tftypes.Map:
		return k.ElementType, nil
	}
	return nil, fmt.Errorf("%s is not a collection", kind)
}

// CtyType converts a type to the one that the HCL library uses.
func CtyType(kind tftypes.Type) (cty.Type, error) {
	text, err := json.Marshal(kind)
	if err != nil {
		return cty.NilType, err
	}
	return ctyjson.UnmarshalType(text)
}

// Attributes decodes an object, nil if it is null.
func Attributes(kind tftypes.Type, from *tfprotov6.DynamicValue) (map[string]tftypes.Value, error) {
	if from == nil {
		return nil, nil
	}
	value, err := from.Unmarshal(kind)
	if err != nil || value.IsNull() {
		return nil, err
	}
	var out map[string]tftypes.Value
	err = value.As(&out)
	return out, err
}

// Diagnostics are the warnings and errors of one call.
type Diagnostics []*tfprotov6.Diagnostic

// HasError reports whether one of them is an error.
func (d Diagnostics) HasError() bool {
	for _, one := range d {
		if one.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// Messages are the diagnostics as one line each: severity, attribute path, summary, detail.
func (d Diagnostics) Messages() []string {
	var out []string
	for _, one := range d {
		path := ""
		if one.Attribute != nil {
			path = PathText(one.Attribute)
		}
		out = append(out, strings.ToLower(one.Severity.String())+" at "+path+": "+one.Summary+": "+one.Detail)
	}
	return out
}

// ErrorText is the text of the errors for a person: attribute path if there is one, summary and detail of each.
func (d Diagnostics) ErrorText() string {
	var texts []string
	for _, one := range d {
		if one.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		text := one.Summary
		if one.Attribute != nil && len(one.Attribute.Steps()) > 0 {
			text = PathText(one.Attribute) + ": " + text
		}
		if one.Detail != "" {
			text += ": " + one.Detail
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// PathText is an attribute path as a person writes it: whmcs.headers["X-Token"], servers[0].name.
func PathText(path *tftypes.AttributePath) string {
	var b strings.Builder
	for i, step := range path.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(string(s))
		case tftypes.ElementKeyString:
			b.WriteString(`["` + string(s) + `"]`)
		case tftypes.ElementKeyInt:
			b.WriteString("[" + big.NewInt(int64(s)).String() + "]")
		case tftypes.ElementKeyValue:
			b.WriteString("[*]")
		}
	}
	return b.String()
}
