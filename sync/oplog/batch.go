package oplog

import (
	"crypto/ed25519"
	"errors"
	"fmt"
)

// MaxBatch bounds the entries of one batch, in bytes of their bodies. It is part of the protocol: a
// replica cuts its log at places where every run is signed, and such places are never further apart
// than this, because the batches in which it received its log were not larger.
const MaxBatch = 1 << 20

// MaxBatchEntries bounds the number of entries of one batch.
const MaxBatchEntries = 2048

// ErrBatch reports bytes that are no batch.
var ErrBatch = errors.New("oplog: malformed batch")

// Item is one entry of a batch: as decoded, its canonical bytes, and the signature of its origin where the sender
// has one. Inside a run the later entries vouch for the earlier ones and no signature is needed.
type Item struct {
	Entry Entry
	Body  []byte
	Sig   []byte // Ed25519, or nil
}

// Batch is a piece of a replica's log of one scope, in the replica's own apply order: whoever holds what the
// sender held before it can apply it from the first entry to the last, and stop anywhere.
type Batch struct {
	Scope Scope
	Items []Item
}

// Size is the bytes of the bodies.
func (b Batch) Size() int {
	n := 0
	for i := range b.Items {
		n += len(b.Items[i].Body)
	}
	return n
}

// Encode returns the batch as it travels: [scope, body, signature or null, body, …]. A prev that names the
// origin's entry before it in the same batch is sent as zeros, which a compressor takes away; the receiver
// computes it. It costs half of the bytes of a small entry otherwise.
func (b Batch) Encode() ([]byte, error) {
	out := make([]byte, 0, b.Size()+80*len(b.Items)+64)
	out = appendHead(out, majorArray, uint64(1+2*len(b.Items)))
	out = appendText(out, string(b.Scope))
	last := make(map[Origin]Hash)
	for i := range b.Items {
		it := &b.Items[i]
		if it.Entry.hash.IsZero() {
			return nil, ErrUnsealed
		}
		out = appendHead(out, majorBytes, uint64(len(it.Body)))
		start := len(out)
		out = append(out, it.Body...)
		if prev, ok := last[it.Entry.Origin]; ok && prev == it.Entry.Prev {
			at, err := prevOffset(it.Body)
			if err != nil {
				return nil, err
			}
			clear(out[start+at : start+at+len(Hash{})])
		}
		last[it.Entry.Origin] = it.Entry.hash
		if it.Sig == nil {
			out = append(out, byteNull)
		} else {
			out = appendBytes(out, it.Sig)
		}
	}
	return out, nil
}

// DecodeBatch is the inverse of [Batch.Encode]. It checks form and bounds and computes every hash, and no
// more: whether the entries belong anywhere is for [Admit]. An entry that is none ends the batch before it, with
// an error beside what could be read: [ErrBatch], or what [Decode] says.
func DecodeBatch(data []byte) (Batch, error) {
	var b Batch
	r := reader{b: data}
	n := r.array()
	b.Scope = Scope(r.text())
	if r.err != nil || n%2 == 0 || n > 1+2*MaxBatchEntries || b.Scope.Check() != nil {
		return Batch{}, ErrBatch
	}
	last := make(map[Origin]Hash)
	size := 0
	for range (n - 1) / 2 {
		body := append([]byte(nil), r.bytes()...)
		var sig []byte
		if r.peek() == byteNull {
			r.i++
		} else if sig = append([]byte(nil), r.bytes()...); len(sig) != ed25519.SignatureSize {
			r.fail("signature of another length")
		}
		if size += len(body); r.err != nil || size > MaxBatch {
			return b, ErrBatch
		}
		origin, at, err := prevOf(body)
		if err != nil {
			return b, err
		}
		if at > 0 && Hash(body[at:]) == (Hash{}) {
			prev := last[origin]
			copy(body[at:], prev[:])
		}
		e, err := Decode(body)
		if err != nil {
			return b, err
		}
		last[e.Origin] = e.hash
		b.Items = append(b.Items, Item{e, body, sig})
	}
	if r.end() != nil {
		return b, ErrBatch
	}
	return b, nil
}

// prevOffset is where the prev stands in the bytes of an entry with n > 1.
func prevOffset(body []byte) (int, error) {
	_, at, err := prevOf(body)
	if err == nil && at == 0 {
		err = fmt.Errorf("%w: an entry without prev", ErrBatch)
	}
	return at, err
}

// prevOf finds the origin of an entry and where its prev stands, 0 for none.
func prevOf(body []byte) (origin Origin, at int, err error) {
	r := reader{b: body}
	r.mapping()
	skip := func(want byte) bool {
		s := r.take(r.head(majorText))
		return r.err == nil && len(s) == 1 && s[0] == want
	}
	ok := skip('a')
	r.name()
	first := r.i+1 < len(body) && body[r.i+1] == 'c'
	if first {
		ok = ok && skip('c')
		r.bytes()
	}
	for _, key := range []byte{'f', 'h', 'm', 'n'} {
		ok = ok && skip(key)
		r.int()
	}
	ok = ok && skip('o')
	r.fixed(origin[:])
	if !first {
		ok = ok && skip('p')
		if r.head(majorBytes) != uint64(len(Hash{})) {
			ok = false
		}
		at = r.i
		r.take(uint64(len(Hash{})))
	}
	if !ok || r.err != nil {
		return origin, 0, ErrBatch
	}
	return origin, at, nil
}

// OriginIn reads the origin from the bytes of an entry, without decoding the rest.
func OriginIn(body []byte) (Origin, error) {
	origin, _, err := prevOf(body)
	return origin, err
}
