package provider

import (
	"bytes"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// form is the form of an encoded value.
type form int

const (
	textForm form = iota
	boolForm
	intForm
	listForm
	setForm // of texts
	mapForm
	objectForm
)

// shape describes the values of a type, as far as the plan of an unchanged object depends on them.
type shape struct {
	form       form
	attributes []attributeShape // of an object, in the order of their names
	element    *shape           // of a list, a set or a map
	// whenNull are the encodings of the values that a plan keeps if the configuration is null. Nil: it keeps every value.
	whenNull  [][]byte
	writeOnly bool
	// own returns the value of a type of its own with this text, and whether it is valid. Nil: the texts are plain texts.
	own func(text string) (value attr.Value, valid bool)
	// of is the type of the values.
	of attr.Type
	// null is the null of the type.
	null attr.Value
}

type attributeShape struct {
	name string
	*shape
}

// isUnchanged reports whether a plan with this state as its prior and proposed state, and with this configuration,
// keeps the state. It reports false if it cannot know that. It reports true only if
//   - both have the shape, in the encoding that Terraform writes, and hold nothing unknown,
//   - each configured value is the value in the state,
//   - each value that is null in the configuration is one that defaults and plan modifiers keep,
//   - no write-only value is configured.
func (s *shape) isUnchanged(state, config []byte) bool {
	at, given := &cursor{state}, &cursor{config}
	return !at.is(msgpcode.Nil) && !given.is(msgpcode.Nil) && s.walk(at, given) && len(at.rest)+len(given.rest) == 0
}

// holds reports whether a value has the shape and is not null.
func (s *shape) holds(value []byte) bool {
	at := &cursor{value}
	return !at.is(msgpcode.Nil) && s.walk(at, nil) && len(at.rest) == 0
}

// walk reads the value at state and the configured value at config. config is nil below a configured null.
func (s *shape) walk(state, config *cursor) bool {
	if config != nil && config.is(msgpcode.Nil) {
		config.rest = config.rest[1:]
		config = nil
	} else if config != nil && s.writeOnly {
		return false
	}
	before := state.rest
	if state.is(msgpcode.Nil) {
		state.rest = state.rest[1:]
		if config != nil {
			return false
		}
	} else if !s.walkKnown(state, config) {
		return false
	}
	if config != nil || s.whenNull == nil {
		return true
	}
	encoded := before[:len(before)-len(state.rest)]
	for _, kept := range s.whenNull {
		if bytes.Equal(encoded, kept) {
			return true
		}
	}
	return false
}

// accepts reports whether a text is valid.
func (s *shape) accepts(text string) bool {
	if s.own == nil {
		return true
	}
	_, valid := s.own(text)
	return valid
}

// walkKnown is walk for a value that is not null in the state.
func (s *shape) walkKnown(state, config *cursor) bool {
	switch s.form {
	case objectForm:
		return s.walkObject(state, config)
	case mapForm:
		return s.walkMap(state, config)
	case listForm:
		return s.walkList(state, config)
	}
	// The configuration has the same value if it has the same encoding.
	before := state.rest
	ok := false
	switch s.form {
	case textForm:
		var text []byte
		text, ok = state.text()
		ok = ok && s.accepts(string(text))
	case boolForm:
		_, ok = state.boolean()
	case intForm:
		_, ok = state.integer()
	case setForm:
		ok = s.walkSet(state)
	}
	return ok && (config == nil || config.skip(before[:len(before)-len(state.rest)]))
}

func (s *shape) walkObject(state, config *cursor) bool {
	if !sameLen((*cursor).mapLen, state, config, uint64(len(s.attributes))) {
		return false
	}
	for _, attribute := range s.attributes {
		if !isName(state, attribute.name) || config != nil && !isName(config, attribute.name) ||
			!attribute.walk(state, config) {
			return false
		}
	}
	return true
}

func isName(c *cursor, name string) bool {
	text, ok := c.text()
	return ok && string(text) == name
}

// sameLen reads the number of elements of a value. It reports whether the configured value has as many, and want is
// that number.
func sameLen(read func(*cursor) (uint64, bool), state, config *cursor, want uint64) bool {
	count, ok := read(state)
	if !ok || count != want {
		return false
	}
	if config == nil {
		return true
	}
	configured, ok := read(config)
	return ok && configured == want
}

func (s *shape) walkMap(state, config *cursor) bool {
	count, ok := (&cursor{state.rest}).mapLen()
	if !ok || !sameLen((*cursor).mapLen, state, config, count) {
		return false
	}
	var last []byte
	for i := range count {
		key, ok := state.text()
		if !ok || i > 0 && bytes.Compare(last, key) >= 0 || config != nil && !isName(config, string(key)) ||
			!s.walkElement(state, config) {
			return false
		}
		last = key
	}
	return true
}

func (s *shape) walkList(state, config *cursor) bool {
	count, ok := (&cursor{state.rest}).arrayLen()
	if !ok || !sameLen((*cursor).arrayLen, state, config, count) {
		return false
	}
	for range count {
		if !s.walkElement(state, config) {
			return false
		}
	}
	return true
}

// walkElement walks an element of a list or map. An element that is configured as null is not an unmanaged one.
func (s *shape) walkElement(state, config *cursor) bool {
	if config != nil && config.is(msgpcode.Nil) && !state.is(msgpcode.Nil) {
		return false
	}
	return s.element.walk(state, config)
}

// walkSet reads a set of texts, which Terraform sorts.
func (s *shape) walkSet(state *cursor) bool {
	count, ok := state.arrayLen()
	if !ok {
		return false
	}
	var last []byte
	for i := range count {
		text, ok := state.text()
		if !ok || i > 0 && bytes.Compare(last, text) >= 0 ||
			!s.element.accepts(string(text)) {
			return false
		}
		last = text
	}
	return true
}
