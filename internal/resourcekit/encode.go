package resourcekit

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/vmihailenco/msgpack/v5"
)

// Encoded receives the state of a data source in the encoding of Terraform's protocol. To convert the models of 10,000
// objects, the framework takes about ten times as long as the encoding.
type Encoded struct {
	State []byte // nil if the framework has to encode the state
	Both  bool   // let the framework encode the state too, to compare
}

// encodedKey is the key of [WithEncoded].
type encodedKey struct{}

// WithEncoded returns a context in which a data source encodes its state into to.
func WithEncoded(ctx context.Context, to *Encoded) context.Context {
	return context.WithValue(ctx, encodedKey{}, to)
}

// encodeInto encodes a model into the receiver of the context, if there is one. It reports whether the framework need
// not do it.
func encodeInto(ctx context.Context, model any) bool {
	to, is := ctx.Value(encodedKey{}).(*Encoded)
	if !is {
		return false
	}
	var out bytes.Buffer
	encoder := stateEncoder{ctx, msgpack.NewEncoder(&out), map[reflect.Type][]reflect.StructField{}}
	encoder.UseCompactInts(true)
	if encoder.encode(reflect.ValueOf(model)) != nil {
		return false // the framework encodes it, or reports what is wrong
	}
	to.State = out.Bytes()
	return !to.Both
}

// stateEncoder encodes models as the framework does. An error means that it cannot encode a value.
type stateEncoder struct {
	ctx context.Context
	*msgpack.Encoder
	fields map[reflect.Type][]reflect.StructField // with an attribute, those of embedded structs included
}

func (e stateEncoder) encode(v reflect.Value) error {
	if v.CanInterface() {
		if value, is := v.Interface().(attr.Value); is {
			return e.value(value)
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return e.EncodeNil()
		}
		return e.encode(v.Elem())
	case reflect.String:
		return e.EncodeString(v.String())
	case reflect.Bool:
		return e.EncodeBool(v.Bool())
	case reflect.Int64:
		return e.EncodeInt(v.Int())
	case reflect.Slice:
		if v.IsNil() {
			return e.EncodeNil()
		}
		err := e.EncodeArrayLen(v.Len())
		for i := 0; i < v.Len() && err == nil; i++ {
			err = e.encode(v.Index(i))
		}
		return err
	case reflect.Map:
		return e.encodeMap(v)
	case reflect.Struct:
		return e.encodeStruct(v)
	}
	return fmt.Errorf("a value of the type %s", v.Type())
}

func (e stateEncoder) encodeMap(v reflect.Value) error {
	if v.IsNil() {
		return e.EncodeNil()
	}
	err := e.EncodeMapLen(v.Len())
	for of := v.MapRange(); err == nil && of.Next(); {
		if err = e.EncodeString(of.Key().String()); err == nil {
			err = e.encode(of.Value())
		}
	}
	return err
}

func (e stateEncoder) encodeStruct(v reflect.Value) error {
	fields, known := e.fields[v.Type()]
	if !known {
		fields = slices.DeleteFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool { return f.Anonymous })
		e.fields[v.Type()] = fields
	}
	err := e.EncodeMapLen(len(fields))
	for _, field := range fields {
		if err == nil {
			err = e.EncodeString(field.Tag.Get("tfsdk"))
		}
		if err == nil {
			err = e.encode(v.FieldByIndex(field.Index))
		}
	}
	return err
}

func (e stateEncoder) value(v attr.Value) error {
	if v.IsUnknown() {
		return fmt.Errorf("an unknown value")
	}
	if checked, is := v.(xattr.ValidateableAttribute); is {
		var response xattr.ValidateAttributeResponse
		checked.ValidateAttribute(e.ctx, xattr.ValidateAttributeRequest{}, &response)
		if response.Diagnostics.HasError() {
			return fmt.Errorf("an invalid value")
		}
	}
	if v.IsNull() {
		return e.EncodeNil()
	}
	switch v := v.(type) {
	case types.Bool:
		return e.EncodeBool(v.ValueBool())
	case types.Int64:
		return e.EncodeInt(v.ValueInt64())
	case types.List:
		return e.values(v.Elements())
	case types.Set:
		return e.values(v.Elements())
	case types.Map:
		return e.members(v.Elements())
	case types.Object:
		return e.members(v.Attributes())
	case basetypes.StringValuable:
		text, diags := v.ToStringValue(e.ctx)
		if diags.HasError() {
			return fmt.Errorf("an invalid text")
		}
		return e.EncodeString(text.ValueString())
	}
	return fmt.Errorf("a value of the type %T", v)
}

func (e stateEncoder) values(all []attr.Value) error {
	err := e.EncodeArrayLen(len(all))
	for i := 0; i < len(all) && err == nil; i++ {
		err = e.value(all[i])
	}
	return err
}

func (e stateEncoder) members(all map[string]attr.Value) error {
	err := e.EncodeMapLen(len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err == nil {
			err = e.EncodeString(name)
		}
		if err == nil {
			err = e.value(all[name])
		}
	}
	return err
}
