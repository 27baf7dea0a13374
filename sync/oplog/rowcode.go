package oplog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"
)

// A stored row lies beside the row of the domain table, which has the shown values. It holds the
// rest: which versions are live, and the values that are not shown. It is CBOR:
//
//	[count, checksum, singles, multiples]
//
// Count is how many declared columns there were, checksum the CRC-32 of their names. A single is a version
// that is alone in one or more columns, which is the normal case: [stamp, bitmap] or [stamp, bitmap,
// {column: value}], with a bit for each declared column, lowest first, and the columns that are not declared
// by name, with their values. A multiple is a column with several live versions, the greatest first:
// [column number, stamp, stamp, value, stamp, value, …] or [column name, stamp, value, …].
// A stamp is dot, hlc (64 bits, big-endian) and origin in one byte string.
//
// A row that was inserted and never edited takes about 50 bytes.

// ErrRow reports bytes that are no stored row, or one of other declared columns. Rebuild
// it from the log.
var ErrRow = errors.New("oplog: malformed stored row")

const stampSize = len(Dot{}) + 8 + len(Origin{})

// Columns are the declared columns of a table, whose shown values are in the domain table. New ones are
// only ever appended: stored rows number them. A checksum tells if one was renamed, moved or
// removed all the same. A nil *Columns declares none; all values are then in the stored row.
type Columns struct {
	names []string
	index map[string]int
	sums  []uint32 // sums[k] is the checksum of the first k names
}

// NewColumns declares columns in their fixed order. It panics if one comes twice.
func NewColumns(names ...string) *Columns {
	c := &Columns{names: slices.Clone(names), index: make(map[string]int, len(names)), sums: make([]uint32, 1, len(names)+1)}
	for i, name := range names {
		if _, twice := c.index[name]; twice {
			panic("oplog: column declared twice: " + name)
		}
		c.index[name] = i
		c.sums = append(c.sums, crc32.Update(c.sums[i], crc32.IEEETable, append([]byte(name), 0)))
	}
	return c
}

// Has tells whether column is declared.
func (c *Columns) Has(column string) bool {
	if c == nil {
		return false
	}
	_, ok := c.index[column]
	return ok
}

func (c *Columns) list() []string {
	if c == nil {
		return nil
	}
	return c.names
}

func (c *Columns) sum(k int) uint32 {
	if c == nil {
		return 0
	}
	return c.sums[k]
}

// EncodeRow returns the bytes to store beside a domain row: without the shown values of the declared
// columns, with all others. Equal rows with equal columns have equal bytes.
func EncodeRow(row Row, columns *Columns) []byte {
	declared := columns.list()
	// The columns that are there, in an order of their own: declared ones, then the others by name.
	var others []string
	found := 0
	for _, name := range declared {
		if len(row[name]) > 0 {
			found++
		}
	}
	if found < len(row) {
		for name, reg := range row {
			if len(reg) > 0 && !columns.Has(name) {
				others = append(others, name)
			}
		}
		slices.SortFunc(others, compareKeys)
	}

	type single struct {
		version *Version
		bitmap  []byte
		others  []string
	}
	var singles []single
	find := func(v *Version) *single {
		for i := range singles {
			if singles[i].version.Dot == v.Dot {
				return &singles[i]
			}
		}
		singles = append(singles, single{version: v})
		return &singles[len(singles)-1]
	}
	multiples := 0
	for i, name := range declared {
		switch reg := row[name]; len(reg) {
		case 0:
		case 1:
			s := find(&reg[0])
			for len(s.bitmap) <= i/8 {
				s.bitmap = append(s.bitmap, 0)
			}
			s.bitmap[i/8] |= 1 << (i % 8)
		default:
			multiples++
		}
	}
	for _, name := range others {
		if reg := row[name]; len(reg) == 1 {
			s := find(&reg[0])
			s.others = append(s.others, name)
		} else {
			multiples++
		}
	}

	b := make([]byte, 0, 16+len(singles)*48)
	b = appendHead(b, majorArray, 4)
	b = appendInt(b, int64(len(declared)))
	b = appendInt(b, int64(columns.sum(len(declared))))
	b = appendHead(b, majorArray, uint64(len(singles)))
	for i := range singles {
		s := &singles[i]
		size := uint64(2)
		if len(s.others) > 0 {
			size = 3
		}
		b = appendHead(b, majorArray, size)
		b = appendStamp(b, s.version)
		b = appendBytes(b, s.bitmap)
		if len(s.others) > 0 {
			b = appendHead(b, majorMap, uint64(len(s.others)))
			for _, name := range s.others {
				b = appendValue(appendText(b, name), row[name][0].Value)
			}
		}
	}
	b = appendHead(b, majorArray, uint64(multiples))
	for i, name := range declared {
		if reg := row[name]; len(reg) > 1 {
			b = appendHead(b, majorArray, uint64(2*len(reg)))
			b = appendInt(b, int64(i))
			b = appendVersions(b, reg, false)
		}
	}
	for _, name := range others {
		if reg := row[name]; len(reg) > 1 {
			b = appendHead(b, majorArray, uint64(2*len(reg)+1))
			b = appendText(b, name)
			b = appendVersions(b, reg, true)
		}
	}
	return b
}

func appendVersions(b []byte, reg Register, firstValue bool) []byte {
	for i := range reg {
		b = appendStamp(b, &reg[i])
		if i > 0 || firstValue {
			b = appendValue(b, reg[i].Value)
		}
	}
	return b
}

func appendStamp(b []byte, v *Version) []byte {
	b = appendHead(b, majorBytes, uint64(stampSize))
	b = append(b, v.Dot[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(v.HLC))
	return append(b, v.Origin[:]...)
}

func (r *reader) stamp() (v Version) {
	s := r.bytes()
	if len(s) != stampSize {
		r.fail("stamp of another length")
		return v
	}
	v.Dot = Dot(s)
	v.HLC = HLC(binary.BigEndian.Uint64(s[len(v.Dot):]))
	v.Origin = Origin(s[len(v.Dot)+8:])
	return v
}

// DecodeRow is the inverse of [EncodeRow]. shown returns a declared column's value in the domain table; it
// is called for columns that the stored row leaves to that table. Columns may have been appended to the
// declaration since; a column that was written before it was declared then comes with its stored value, which
// the domain table lacks, so a migration that adds columns rebuilds the rows that have them. [ErrRow] asks for
// the row to be rebuilt as well.
func DecodeRow(b []byte, columns *Columns, shown func(column string) Value) (Row, error) {
	r := reader{b: b}
	if r.array() != 4 {
		r.fail("unexpected length")
	}
	count, sum := r.int(), r.int()
	declared := columns.list()
	if r.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRow, r.err)
	}
	if count < 0 || count > int64(len(declared)) || sum != int64(columns.sum(int(count))) {
		return nil, fmt.Errorf("%w: declared columns differ", ErrRow)
	}
	declared = declared[:count]
	row := make(Row, len(declared))
	put := func(name string, reg Register) {
		if _, twice := row[name]; twice {
			r.fail("column twice")
		}
		row[name] = reg
	}
	for range r.array() {
		r.single(declared, shown, put)
	}
	for range r.array() {
		r.multiple(declared, shown, put)
	}
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRow, err)
	}
	return row, nil
}

// single reads the columns of one version that is alone in all of them.
func (r *reader) single(declared []string, shown func(string) Value, put func(string, Register)) {
	size := r.array()
	if size != 2 && size != 3 {
		r.fail("unexpected length")
	}
	v := r.stamp()
	bitmap := r.bytes()
	n := 0
	for _, bits8 := range bitmap {
		n += bits.OnesCount8(bits8)
	}
	versions := make([]Version, 0, n)
	for at, bits8 := range bitmap {
		for ; bits8 != 0; bits8 &= bits8 - 1 {
			i := at*8 + bits.TrailingZeros8(bits8)
			if i >= len(declared) {
				r.fail("column beyond the declared ones")
				return
			}
			v.Value = shown(declared[i])
			versions = append(versions, v)
			put(declared[i], Register(versions[len(versions)-1:len(versions):len(versions)]))
		}
	}
	if size < 3 {
		return
	}
	name := ""
	for i := range r.mapping() {
		name = r.key(name, i == 0)
		v.Value = r.value()
		if r.err != nil {
			return
		}
		put(name, Register{v})
	}
}

// multiple reads one column with several live versions.
func (r *reader) multiple(declared []string, shown func(string) Value, put func(string, Register)) {
	size := r.array() - 1
	var name string
	var reg Register
	if r.peek()>>5 == majorText {
		name = r.text()
	} else {
		i := r.int()
		if r.err != nil || i < 0 || i >= int64(len(declared)) {
			r.fail("column beyond the declared ones")
			return
		}
		name = declared[i]
		v := r.stamp()
		v.Value = shown(name)
		reg = append(reg, v)
		size--
	}
	for ; size > 0; size -= 2 {
		v := r.stamp()
		v.Value = r.value()
		if r.err != nil {
			return
		}
		if len(reg) > 0 && compareIn(name, reg[len(reg)-1], v) <= 0 {
			r.fail("versions out of order")
			return
		}
		reg = append(reg, v)
	}
	if size != 0 || len(reg) < 2 {
		r.fail("unexpected length")
		return
	}
	put(name, reg)
}
