package provider

import (
	"bytes"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// attributesOf decodes an object. It returns nil if the value is not an object of this shape in the encoding that
// Terraform writes.
func (s *shape) attributesOf(encoded []byte) map[string]attr.Value {
	at := &cursor{encoded}
	values := s.members(at)
	if len(at.rest) > 0 {
		return nil
	}
	return values
}

// members decodes the attributes of an object. It returns nil for another encoding than the expected one.
func (s *shape) members(at *cursor) map[string]attr.Value {
	count, ok := at.mapLen()
	if !ok || count != uint64(len(s.attributes)) {
		return nil
	}
	values := make(map[string]attr.Value, count)
	for _, attribute := range s.attributes {
		if !isName(at, attribute.name) {
			return nil
		}
		value := attribute.decode(at)
		if value == nil {
			return nil
		}
		values[attribute.name] = value
	}
	return values
}

// decode decodes a value as the framework does. It returns nil for an encoding that it does not expect.
func (s *shape) decode(at *cursor) attr.Value {
	if at.is(msgpcode.Nil) {
		at.rest = at.rest[1:]
		return s.null
	}
	if s.writeOnly {
		return nil
	}
	switch s.form {
	case textForm:
		text, ok := at.text()
		if ok && s.own == nil {
			return types.StringValue(string(text))
		}
		if ok {
			if value, valid := s.own(string(text)); valid {
				return value
			}
		}
	case boolForm:
		if value, ok := at.boolean(); ok {
			return types.BoolValue(value)
		}
	case intForm:
		if value, ok := at.integer(); ok {
			return types.Int64Value(value)
		}
	case listForm, setForm:
		return s.decodeList(at)
	case mapForm:
		return s.decodeMap(at)
	case objectForm:
		if values := s.members(at); values != nil {
			if of, is := s.of.(types.ObjectType); is {
				return made(types.ObjectValue(of.AttrTypes, values))
			}
		}
	}
	return nil
}

// decodeList decodes a list or a set.
func (s *shape) decodeList(at *cursor) attr.Value {
	count, ok := at.arrayLen()
	if !ok || count > uint64(len(at.rest)) {
		return nil
	}
	elements := make([]attr.Value, 0, count)
	var last []byte
	for i := range count {
		before := at.rest
		element := s.element.decode(at)
		encoded := before[:len(before)-len(at.rest)]
		if element == nil || s.form == setForm && i > 0 && bytes.Equal(last, encoded) {
			return nil
		}
		elements, last = append(elements, element), encoded
	}
	if s.form == setForm {
		return made(types.SetValue(s.element.of, elements))
	}
	return made(types.ListValue(s.element.of, elements))
}

func (s *shape) decodeMap(at *cursor) attr.Value {
	count, ok := at.mapLen()
	if !ok || count > uint64(len(at.rest)) {
		return nil
	}
	elements := make(map[string]attr.Value, count)
	for range count {
		key, ok := at.text()
		if !ok {
			return nil
		}
		element := s.element.decode(at)
		if element == nil {
			return nil
		}
		elements[string(key)] = element
	}
	if uint64(len(elements)) != count {
		return nil
	}
	return made(types.MapValue(s.element.of, elements))
}

// made returns a value, or nil if it could not be made.
func made[V attr.Value](value V, diags diag.Diagnostics) attr.Value {
	if len(diags) > 0 {
		return nil
	}
	return value
}
