package oplog

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// Value is what one cell holds, with SQLite's types: nil, int64, float64, string (valid UTF-8)
// or []byte. Values are compared by type and content: 1 and 1.0 are different.
type Value any

// ErrValue reports something that is not a [Value].
var ErrValue = errors.New("oplog: not a cell value")

// ValueOf turns what a database driver hands out into a [Value]. Whole numbers of any Go type become
// int64, bool becomes 0 or 1, a nil []byte and NaN become nil and negative zero becomes zero, as
// SQLite itself stores them. Everything else that is no Value is an [ErrValue].
func ValueOf(v any) (Value, error) {
	switch x := v.(type) {
	case int:
		return int64(x), nil
	case int32:
		return int64(x), nil
	case bool:
		if x {
			return int64(1), nil
		}
		return int64(0), nil
	case []byte:
		if x == nil {
			return nil, nil
		}
	case float64:
		if math.IsNaN(x) {
			return nil, nil
		}
		if x == 0 {
			return float64(0), nil
		}
	}
	if err := CheckValue(v); err != nil {
		return nil, err
	}
	return v, nil
}

// CheckValue returns an [ErrValue] if v is not a [Value] that can be encoded.
// The error names v's type and never its content.
func CheckValue(v Value) error {
	switch x := v.(type) {
	case nil, int64, []byte:
		return nil
	case float64:
		if !encodableFloat(x) {
			return fmt.Errorf("%w: NaN or negative zero", ErrValue)
		}
		return nil
	case string:
		if !utf8.ValidString(x) {
			return fmt.Errorf("%w: text with invalid UTF-8", ErrValue)
		}
		return nil
	}
	return fmt.Errorf("%w: %T", ErrValue, v)
}

// Equal tells whether a and b are the same value: same type, same content. A nil []byte
// counts as an empty blob.
func Equal(a, b Value) bool {
	if x, ok := a.([]byte); ok {
		y, ok := b.([]byte)
		return ok && bytes.Equal(x, y)
	}
	if _, ok := b.([]byte); ok {
		return false
	}
	return a == b
}

func encodableFloat(f float64) bool {
	return !math.IsNaN(f) && (f != 0 || !math.Signbit(f))
}

// appendValue encodes a value that CheckValue has passed.
func appendValue(b []byte, v Value) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, byteNull)
	case int64:
		return appendInt(b, x)
	case float64:
		return appendFloat(b, x)
	case string:
		return appendText(b, x)
	case []byte:
		return appendBytes(b, x)
	}
	panic("oplog: encoding something that is not a value")
}
