package oplog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// ErrCBOR reports bytes that are not the one deterministic encoding of a value
// (RFC 8949 §4.2.1), or a Go value that has no encoding.
var ErrCBOR = errors.New("oplog: not deterministic CBOR")

// maxDepth is how many arrays and maps may stand inside each other.
const maxDepth = 16

// CBOR major types (RFC 8949 §3.1) and the initial bytes of the simple values in use.
const (
	majorUint  = 0
	majorNeg   = 1
	majorBytes = 2
	majorText  = 3
	majorArray = 4
	majorMap   = 5

	byteFalse   = 0xf4
	byteTrue    = 0xf5
	byteNull    = 0xf6
	byteFloat64 = 0xfb
)

// Marshal returns the deterministic CBOR of v: nil, bool, int64, float64, string (valid UTF-8),
// []byte, []any or map[string]any of these, nested at most 16 deep. Map keys are sorted bytewise by
// their encoding. A float64 always takes 64 bits, also where fewer would do: one rule less to get
// wrong. NaN and negative zero have no encoding, because SQLite cannot keep either.
func Marshal(v any) ([]byte, error) { return appendAny(nil, v, 0) }

// Unmarshal is the inverse of [Marshal]. It accepts exactly the bytes that Marshal produces; anything
// else (longer forms, unsorted or repeated keys, trailing bytes, other types) is an [ErrCBOR].
// The result does not share memory with b.
func Unmarshal(b []byte) (any, error) {
	r := reader{b: b}
	v := r.any(0)
	if err := r.end(); err != nil {
		return nil, err
	}
	return v, nil
}

func appendAny(b []byte, v any, depth int) ([]byte, error) {
	var err error
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, byteTrue), nil
		}
		return append(b, byteFalse), nil
	case []any:
		if depth == maxDepth {
			return nil, fmt.Errorf("%w: nested too deeply", ErrCBOR)
		}
		b = appendHead(b, majorArray, uint64(len(v)))
		for _, item := range v {
			if b, err = appendAny(b, item, depth+1); err != nil {
				return nil, err
			}
		}
		return b, nil
	case map[string]any:
		if depth == maxDepth {
			return nil, fmt.Errorf("%w: nested too deeply", ErrCBOR)
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			if !utf8.ValidString(k) {
				return nil, fmt.Errorf("%w: invalid UTF-8", ErrCBOR)
			}
			keys = append(keys, k)
		}
		slices.SortFunc(keys, compareKeys)
		b = appendHead(b, majorMap, uint64(len(v)))
		for _, k := range keys {
			b = appendText(b, k)
			if b, err = appendAny(b, v[k], depth+1); err != nil {
				return nil, err
			}
		}
		return b, nil
	default:
		if err := CheckValue(v); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCBOR, err)
		}
		return appendValue(b, v), nil
	}
}

// compareKeys orders text as the bytes of its CBOR encoding are ordered: the length comes
// first there, so a shorter text is before a longer one.
func compareKeys(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func appendHead(b []byte, major byte, n uint64) []byte {
	m := major << 5
	switch {
	case n < 24:
		return append(b, m|byte(n))
	case n <= math.MaxUint8:
		return append(b, m|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, m|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, m|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, m|27), n)
}

func appendInt(b []byte, v int64) []byte {
	if v < 0 {
		return appendHead(b, majorNeg, uint64(^v)) // ^v is -1-v, as CBOR wants it
	}
	return appendHead(b, majorUint, uint64(v))
}

func appendText(b []byte, s string) []byte {
	return append(appendHead(b, majorText, uint64(len(s))), s...)
}

func appendBytes(b, s []byte) []byte {
	return append(appendHead(b, majorBytes, uint64(len(s))), s...)
}

func appendFloat(b []byte, f float64) []byte {
	return binary.BigEndian.AppendUint64(append(b, byteFloat64), math.Float64bits(f))
}

// reader reads deterministic CBOR from b. The first failure sticks in err; all methods
// return zero values from then on, so that decoders need one check at their end.
type reader struct {
	b   []byte
	i   int
	err error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrCBOR, what)
	}
	r.i = len(r.b)
}

// end reports the first failure, or bytes that are left over.
func (r *reader) end() error {
	if r.err == nil && r.i != len(r.b) {
		r.fail("trailing bytes")
	}
	return r.err
}

// peek is the next initial byte, or 0xff (the break code, valid nowhere here) at the end.
func (r *reader) peek() byte {
	if r.err != nil || r.i >= len(r.b) {
		return 0xff
	}
	return r.b[r.i]
}

// head reads an initial byte of the wanted major type and its argument, in its shortest form only.
func (r *reader) head(major byte) uint64 {
	if r.err != nil {
		return 0
	}
	if r.i >= len(r.b) {
		r.fail("cut short")
		return 0
	}
	first := r.b[r.i]
	if first>>5 != major {
		r.fail("unexpected type")
		return 0
	}
	r.i++
	info := first & 0x1f
	if info < 24 {
		return uint64(info)
	}
	if info > 27 {
		r.fail("indefinite length or reserved form")
		return 0
	}
	size := 1 << (info - 24)
	if len(r.b)-r.i < size {
		r.fail("cut short")
		return 0
	}
	var n uint64
	for _, c := range r.b[r.i : r.i+size] {
		n = n<<8 | uint64(c)
	}
	r.i += size
	least := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]
	if n < least {
		r.fail("number not in its shortest form")
		return 0
	}
	return n
}

// take returns the next n bytes, which belong to the input.
func (r *reader) take(n uint64) []byte {
	if r.err != nil {
		return nil
	}
	if n > uint64(len(r.b)-r.i) {
		r.fail("length beyond the input")
		return nil
	}
	s := r.b[r.i : r.i+int(n)]
	r.i += int(n)
	return s
}

func (r *reader) int() int64 {
	major := byte(majorUint)
	if r.peek()>>5 == majorNeg {
		major = majorNeg
	}
	n := r.head(major)
	if n > math.MaxInt64 {
		r.fail("integer beyond 64 bits")
		return 0
	}
	if major == majorNeg {
		return ^int64(n)
	}
	return int64(n)
}

func (r *reader) text() string {
	s := r.take(r.head(majorText))
	if !utf8.Valid(s) {
		r.fail("invalid UTF-8")
		return ""
	}
	return string(s)
}

// bytes returns a byte string that still belongs to the input.
func (r *reader) bytes() []byte { return r.take(r.head(majorBytes)) }

// fixed fills dst with a byte string of exactly its length.
func (r *reader) fixed(dst []byte) {
	s := r.bytes()
	if r.err == nil && len(s) != len(dst) {
		r.fail("byte string of another length")
	}
	copy(dst, s)
}

// array reads an array's length, which is never more than the bytes that are left.
func (r *reader) array() int { return r.count(majorArray, 1) }

// mapping reads a map's number of pairs, likewise bounded.
func (r *reader) mapping() int { return r.count(majorMap, 2) }

func (r *reader) count(major byte, each int) int {
	n := r.head(major)
	if n > uint64((len(r.b)-r.i)/each) {
		r.fail("length beyond the input")
		return 0
	}
	return int(n)
}

// key reads a map key and checks that it sorts after prev; first says that there is no prev.
func (r *reader) key(prev string, first bool) string {
	k := r.text()
	if r.err == nil && !first && compareKeys(prev, k) >= 0 {
		r.fail("map keys unsorted or repeated")
	}
	return k
}

func (r *reader) float() float64 {
	if r.peek() != byteFloat64 {
		r.fail("unexpected type")
		return 0
	}
	r.i++
	s := r.take(8)
	if r.err != nil {
		return 0
	}
	f := math.Float64frombits(binary.BigEndian.Uint64(s))
	if !encodableFloat(f) {
		r.fail("NaN or negative zero")
		return 0
	}
	return f
}

// value reads a [Value].
func (r *reader) value() Value {
	c := r.peek()
	switch c >> 5 {
	case majorUint, majorNeg:
		return r.int()
	case majorBytes:
		return append([]byte{}, r.bytes()...)
	case majorText:
		return r.text()
	}
	switch c {
	case byteNull:
		r.i++
		return nil
	case byteFloat64:
		return r.float()
	}
	if r.err == nil && r.i >= len(r.b) {
		r.fail("cut short")
	}
	r.fail("unexpected type")
	return nil
}

func (r *reader) any(depth int) any {
	c := r.peek()
	switch {
	case c == byteFalse || c == byteTrue:
		r.i++
		return c == byteTrue
	case c>>5 != majorArray && c>>5 != majorMap:
		return r.value()
	case depth == maxDepth:
		r.fail("nested too deeply")
		return nil
	case c>>5 == majorArray:
		n := r.array()
		// A claimed length is believed only as far as items really follow.
		list := make([]any, 0, min(n, 64))
		for range n {
			if r.err != nil {
				return nil
			}
			list = append(list, r.any(depth+1))
		}
		return list
	}
	n := r.mapping()
	m := make(map[string]any, min(n, 64))
	prev := ""
	for i := range n {
		prev = r.key(prev, i == 0)
		v := r.any(depth + 1)
		if r.err != nil {
			return nil
		}
		m[prev] = v
	}
	return m
}
