package oplog

import (
	"crypto/sha256"
	"fmt"
)

// The bytes of an entry are one CBOR map with these keys, in this order:
//
//	a action   c certificate (n = 1 only)   f format   h hlc      m schema (model)
//	n number   o origin   p prev (n > 1 only)   s scope   u actor (user)   v verb   w wall
//	x changes
//
// A change under x is [salt, [table, row, {column: cell}]] or, erased, its 32-byte digest. A cell is its
// value or, over dots, [value, dots joined in one byte string]. Rows, actions and actors that are
// UUIDs are 16-byte strings.
//
// The entry's hash is over the same map with every change under x replaced by its digest. Digests of
// present changes are not carried, because the reader has to compute them in any case.

// envelopeKeys is how many of the keys an entry has: all, but only one of c and p.
const envelopeKeys = 12

// erasedSize is what an erased change takes: a head of two bytes and the digest.
const erasedSize = 2 + len(Hash{})

// Encode returns the canonical bytes of a sealed entry. [ErrUnsealed] says that digests or hash do
// not fit the content, [ErrEntry], [ErrFormat] or [ErrTooLarge] that a rule is broken.
func Encode(e Entry) ([]byte, error) {
	if e.hash.IsZero() {
		return nil, ErrUnsealed
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	b, hash, err := e.encode(func(c *Change, d Hash) error {
		if c.Digest != d {
			return ErrUnsealed
		}
		return nil
	})
	if err == nil && hash != e.hash {
		err = ErrUnsealed
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// encode returns bytes and hash of a checked entry. It hands the digest of each present change to
// visit before using Change.Digest.
func (e *Entry) encode(visit func(*Change, Hash) error) ([]byte, Hash, error) {
	full := make([]byte, 0, 256+len(e.Cert)+160*len(e.Changes))
	full = appendHead(full, majorMap, envelopeKeys)
	full = appendName(append(full, 0x61, 'a'), e.Action)
	if e.N == 1 {
		full = appendBytes(append(full, 0x61, 'c'), e.Cert)
	}
	full = appendInt(append(full, 0x61, 'f'), int64(e.Format))
	full = appendInt(append(full, 0x61, 'h'), int64(e.HLC))
	full = appendInt(append(full, 0x61, 'm'), e.Schema)
	full = appendInt(append(full, 0x61, 'n'), e.N)
	full = appendBytes(append(full, 0x61, 'o'), e.Origin[:])
	if e.N > 1 {
		full = appendBytes(append(full, 0x61, 'p'), e.Prev[:])
	}
	full = appendText(append(full, 0x61, 's'), string(e.Scope))
	full = appendName(append(full, 0x61, 'u'), e.Actor)
	full = appendText(append(full, 0x61, 'v'), e.Verb)
	full = appendInt(append(full, 0x61, 'w'), e.Wall)
	full = append(full, 0x61, 'x')
	prefix := len(full)
	full = appendHead(full, majorArray, uint64(len(e.Changes)))

	// An erased change may take more room than a tiny one did. The limit counts the larger of both, so
	// that erasing never makes an entry too large.
	size := len(full)
	var scratch []byte
	for i := range e.Changes {
		c := &e.Changes[i]
		start := len(full)
		if c.Erased {
			full = appendBytes(full, c.Digest[:])
		} else {
			full = appendHead(full, majorArray, 2)
			full = appendBytes(full, c.Salt[:])
			body := len(full)
			full = c.append(full)
			var d Hash
			d, scratch = digest(scratch, &c.Salt, full[body:])
			if err := visit(c, d); err != nil {
				return nil, Hash{}, err
			}
		}
		size += max(len(full)-start, erasedSize)
		if size > MaxEntry {
			return nil, Hash{}, fmt.Errorf("%w: over %d bytes", ErrTooLarge, MaxEntry)
		}
	}
	return full, e.hashOver(scratch, full[:prefix]), nil
}

// hashOver computes the entry's hash from the encoded map up to the value of x.
func (e *Entry) hashOver(scratch, prefix []byte) Hash {
	scratch = append(scratch[:0], tagEntry...)
	scratch = append(scratch, prefix...)
	scratch = appendHead(scratch, majorArray, uint64(len(e.Changes)))
	for i := range e.Changes {
		scratch = appendBytes(scratch, e.Changes[i].Digest[:])
	}
	return sha256.Sum256(scratch)
}

// append adds the canonical change, without its salt.
func (c *Change) append(b []byte) []byte {
	b = appendHead(b, majorArray, 3)
	b = appendText(b, c.Table)
	b = appendName(b, c.Row)
	b = appendHead(b, majorMap, uint64(len(c.Cells)))
	for i := range c.Cells {
		cell := &c.Cells[i]
		b = appendText(b, cell.Column)
		if len(cell.Over) == 0 {
			b = appendValue(b, cell.Value)
			continue
		}
		b = appendHead(b, majorArray, 2)
		b = appendValue(b, cell.Value)
		b = appendHead(b, majorBytes, uint64(len(cell.Over)*len(Dot{})))
		for j := range cell.Over {
			b = append(b, cell.Over[j][:]...)
		}
	}
	return b
}

// Decode reads the canonical bytes of an entry and computes its digests and hash. It accepts exactly
// what [Encode] produces: anything else is an [ErrTooLarge], [ErrCBOR], [ErrFormat] or [ErrEntry]. Tables
// and columns are data to it, known or not. The certificate inside is not judged. The entry does
// not share memory with b.
func Decode(b []byte) (Entry, error) {
	if len(b) > MaxEntry {
		return Entry{}, fmt.Errorf("%w: over %d bytes", ErrTooLarge, MaxEntry)
	}
	var e Entry
	r := reader{b: b}
	pairs := r.mapping()
	key := func(want byte) {
		s := r.take(r.head(majorText))
		if r.err == nil && (len(s) != 1 || s[0] != want) {
			r.fail("unexpected key")
		}
	}
	key('a')
	e.Action = r.name()
	first := r.i+1 < len(b) && b[r.i+1] == 'c'
	if first {
		key('c')
		e.Cert = append([]byte{}, r.bytes()...)
	}
	key('f')
	if format := r.int(); r.err == nil && format != Format {
		return Entry{}, ErrFormat
	}
	e.Format = Format
	key('h')
	e.HLC = HLC(r.int())
	key('m')
	e.Schema = r.int()
	key('n')
	e.N = r.int()
	key('o')
	r.fixed(e.Origin[:])
	if !first {
		key('p')
		r.fixed(e.Prev[:])
	}
	key('s')
	e.Scope = Scope(r.text())
	key('u')
	e.Actor = r.name()
	key('v')
	e.Verb = r.text()
	key('w')
	e.Wall = r.int()
	key('x')
	prefix := r.i
	changes := r.array()
	if r.err == nil && pairs != envelopeKeys {
		r.fail("unexpected number of keys")
	}
	e.Changes = make([]Change, 0, min(changes, 1024))
	var scratch []byte
	size := r.i
	for range changes {
		if r.err != nil {
			break
		}
		start := r.i
		var c Change
		if r.peek()>>5 == majorBytes {
			r.fixed(c.Digest[:])
			c.Erased = true
		} else {
			scratch = c.decode(&r, scratch)
		}
		size += max(r.i-start, erasedSize)
		e.Changes = append(e.Changes, c)
	}
	if err := r.end(); err != nil {
		return Entry{}, err
	}
	if size > MaxEntry {
		return Entry{}, fmt.Errorf("%w: over %d bytes", ErrTooLarge, MaxEntry)
	}
	if err := e.check(); err != nil {
		return Entry{}, err
	}
	e.hash = e.hashOver(scratch, b[:prefix])
	return e, nil
}

// decode reads [salt, change] and computes the digest from the bytes as they stand; being
// canonical, they are the bytes that the author hashed.
func (c *Change) decode(r *reader, scratch []byte) []byte {
	if r.array() != 2 {
		r.fail("unexpected length")
	}
	r.fixed(c.Salt[:])
	body := r.i
	if r.array() != 3 {
		r.fail("unexpected length")
	}
	c.Table = r.text()
	c.Row = r.name()
	cells := r.mapping()
	c.Cells = make([]Cell, 0, min(cells, 64))
	prev := ""
	for i := range cells {
		var cell Cell
		cell.Column = r.key(prev, i == 0)
		prev = cell.Column
		if r.peek()>>5 == majorArray {
			if r.array() != 2 {
				r.fail("unexpected length")
			}
			cell.Value = r.value()
			cell.Over = r.dots()
		} else {
			cell.Value = r.value()
		}
		if r.err != nil {
			return scratch
		}
		c.Cells = append(c.Cells, cell)
	}
	if r.err == nil {
		c.Digest, scratch = digest(scratch, &c.Salt, r.b[body:r.i])
	}
	return scratch
}

// dots reads dots joined in one byte string. None would have been written as a bare value.
func (r *reader) dots() []Dot {
	s := r.bytes()
	if len(s) == 0 || len(s)%len(Dot{}) != 0 {
		r.fail("dots of another length")
		return nil
	}
	dots := make([]Dot, 0, len(s)/len(Dot{}))
	for len(s) > 0 {
		dots = append(dots, Dot(s))
		s = s[len(Dot{}):]
	}
	return dots
}
