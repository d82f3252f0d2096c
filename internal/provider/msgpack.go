package provider

import (
	"bytes"
	"encoding/binary"

	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// cursor reads encoded values without decoding them. Each method that reads returns false at an encoding that it does
// not expect, such as that of an unknown value. The cursor is then of no further use.
type cursor struct{ rest []byte }

// is reports whether the next byte is code.
func (c *cursor) is(code byte) bool { return len(c.rest) > 0 && c.rest[0] == code }

// skip skips a value that is encoded exactly as encoded.
func (c *cursor) skip(encoded []byte) bool {
	if !bytes.HasPrefix(c.rest, encoded) {
		return false
	}
	c.rest = c.rest[len(encoded):]
	return true
}

// take reads n bytes.
func (c *cursor) take(n uint64) ([]byte, bool) {
	if n > uint64(len(c.rest)) {
		return nil, false
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken, true
}

// unsigned reads an unsigned number of 1, 2, 4 or 8 bytes, after its code.
func (c *cursor) unsigned(size uint64) (uint64, bool) {
	raw, ok := c.take(size)
	if !ok {
		return 0, false
	}
	var whole [8]byte
	copy(whole[8-size:], raw)
	return binary.BigEndian.Uint64(whole[:]), true
}

// code reads the first byte of a value.
func (c *cursor) code() (byte, bool) {
	raw, ok := c.take(1)
	if !ok {
		return 0, false
	}
	return raw[0], true
}

// text reads a text.
func (c *cursor) text() ([]byte, bool) {
	code, ok := c.code()
	if !ok {
		return nil, false
	}
	var length uint64
	switch {
	case msgpcode.IsFixedString(code):
		length = uint64(code & msgpcode.FixedStrMask)
	case code == msgpcode.Str8:
		length, ok = c.unsigned(1)
	case code == msgpcode.Str16:
		length, ok = c.unsigned(2)
	case code == msgpcode.Str32:
		length, ok = c.unsigned(4)
	default:
		return nil, false
	}
	if !ok {
		return nil, false
	}
	return c.take(length)
}

// boolean reads a boolean.
func (c *cursor) boolean() (value, ok bool) {
	code, ok := c.code()
	return code == msgpcode.True, ok && (code == msgpcode.True || code == msgpcode.False)
}

// integer reads a whole number of 64 bits. Terraform encodes other numbers as floats or as text.
func (c *cursor) integer() (int64, bool) {
	code, ok := c.code()
	var n uint64
	switch {
	case !ok:
	case msgpcode.IsFixedNum(code):
		return int64(int8(code)), true
	case code == msgpcode.Uint8:
		n, ok = c.unsigned(1)
	case code == msgpcode.Uint16:
		n, ok = c.unsigned(2)
	case code == msgpcode.Uint32:
		n, ok = c.unsigned(4)
	case code == msgpcode.Uint64:
		n, ok = c.unsigned(8)
		ok = ok && n < 1<<63
	case code == msgpcode.Int8:
		n, ok = c.unsigned(1)
		return int64(int8(n)), ok
	case code == msgpcode.Int16:
		n, ok = c.unsigned(2)
		return int64(int16(n)), ok
	case code == msgpcode.Int32:
		n, ok = c.unsigned(4)
		return int64(int32(n)), ok
	case code == msgpcode.Int64:
		n, ok = c.unsigned(8)
	default:
		ok = false
	}
	return int64(n), ok
}

// mapLen reads the number of members of an object or map.
func (c *cursor) mapLen() (uint64, bool) {
	code, ok := c.code()
	switch {
	case !ok:
		return 0, false
	case msgpcode.IsFixedMap(code):
		return uint64(code & msgpcode.FixedMapMask), true
	case code == msgpcode.Map16:
		return c.unsigned(2)
	case code == msgpcode.Map32:
		return c.unsigned(4)
	}
	return 0, false
}

// arrayLen reads the number of elements of a list or set.
func (c *cursor) arrayLen() (uint64, bool) {
	code, ok := c.code()
	switch {
	case !ok:
		return 0, false
	case msgpcode.IsFixedArray(code):
		return uint64(code & msgpcode.FixedArrayMask), true
	case code == msgpcode.Array16:
		return c.unsigned(2)
	case code == msgpcode.Array32:
		return c.unsigned(4)
	}
	return 0, false
}
