package oplog

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// ErrHeads reports bytes that are no version vector.
var ErrHeads = errors.New("oplog: malformed version vector")

// Head is an entry that no other entry names as its prev.
type Head struct {
	Origin Origin
	N      int64
	Hash   Hash
}

func (a Head) compare(b Head) int {
	return cmp.Or(a.Origin.Compare(b.Origin), cmp.Compare(a.N, b.N), a.Hash.Compare(b.Hash))
}

// Heads is the version vector of one scope: what a replica holds of it, by the ends of each origin's
// branches. It is one head for each origin, and several for one that was cloned. The zero value is
// the vector of an empty log.
type Heads struct {
	of map[Origin][]Head // each list sorted, none empty
}

// Add counts a sealed entry. Entries are added once each, prev before its followers: as they are applied.
func (h *Heads) Add(e Entry) {
	prev := Head{e.Origin, e.N - 1, e.Prev}
	list := h.of[e.Origin]
	if i, found := slices.BinarySearchFunc(list, prev, Head.compare); found {
		h.of[e.Origin] = slices.Delete(list, i, i+1)
	}
	h.Put(Head{e.Origin, e.N, e.hash})
}

// Put adds a head as it is, for loading a saved vector. A head that is there already is not added twice.
func (h *Heads) Put(head Head) {
	if h.of == nil {
		h.of = make(map[Origin][]Head)
	}
	list := h.of[head.Origin]
	if i, found := slices.BinarySearchFunc(list, head, Head.compare); !found {
		h.of[head.Origin] = slices.Insert(list, i, head)
	}
}

// Clone is a vector of its own with the same heads.
func (h *Heads) Clone() *Heads {
	c := &Heads{of: make(map[Origin][]Head, len(h.of))}
	for origin, list := range h.of {
		c.of[origin] = slices.Clone(list)
	}
	return c
}

// Replace puts a head in place of all others of its origin, for an origin that is known to be one line.
func (h *Heads) Replace(head Head) {
	delete(h.of, head.Origin)
	h.Put(head)
}

// Has tells whether head is one of the vector. An entry further back is in the log but no head.
func (h *Heads) Has(head Head) bool {
	_, found := slices.BinarySearchFunc(h.of[head.Origin], head, Head.compare)
	return found
}

// Of returns the heads of one origin, sorted by number and hash. More than one means that it was cloned.
func (h *Heads) Of(origin Origin) []Head { return slices.Clone(h.of[origin]) }

// List returns all heads, sorted by origin, number and hash.
func (h *Heads) List() []Head {
	var all []Head
	for _, list := range h.of {
		all = append(all, list...)
	}
	slices.SortFunc(all, Head.compare)
	return all
}

// Most returns at most limit of the heads, sorted as by [Heads.List]: those with most entries behind them. Whoever is told of
// no more than these takes the rest for not held, and sends a few entries again.
func (h *Heads) Most(limit int) []Head {
	list := h.List()
	if len(list) <= limit {
		return list
	}
	slices.SortStableFunc(list, func(a, b Head) int { return cmp.Compare(b.N, a.N) })
	list = list[:limit]
	slices.SortFunc(list, Head.compare)
	return list
}

// Compare returns the heads that only h has and those that only other has, each sorted. Both are
// empty exactly when the two replicas hold the same entries. A head of the other may still be an entry
// further back in one's own log, which only the log can tell.
func (h *Heads) Compare(other *Heads) (here, there []Head) {
	for _, head := range h.List() {
		if !other.Has(head) {
			here = append(here, head)
		}
	}
	for _, head := range other.List() {
		if !h.Has(head) {
			there = append(there, head)
		}
	}
	return here, there
}

// Digest is equal for equal vectors and for no others.
func (h *Heads) Digest() Hash {
	return sha256.Sum256(append([]byte(tagHeads), h.Encode()...))
}

// Encode returns the canonical bytes: an array of [origin, n, hash], sorted as by [Heads.List].
func (h *Heads) Encode() []byte {
	list := h.List()
	b := appendHead(nil, majorArray, uint64(len(list)))
	for i := range list {
		b = appendHead(b, majorArray, 3)
		b = appendBytes(b, list[i].Origin[:])
		b = appendInt(b, list[i].N)
		b = appendBytes(b, list[i].Hash[:])
	}
	return b
}

// DecodeHeads is the inverse of [Heads.Encode] and accepts nothing else ([ErrHeads]).
func DecodeHeads(b []byte) (*Heads, error) {
	r := reader{b: b}
	h := new(Heads)
	var last Head
	for i := range r.array() {
		var head Head
		if r.array() != 3 {
			r.fail("unexpected length")
		}
		r.fixed(head.Origin[:])
		head.N = r.int()
		r.fixed(head.Hash[:])
		if r.err != nil {
			break
		}
		if head.N < 1 || i > 0 && last.compare(head) >= 0 {
			return nil, ErrHeads
		}
		h.Put(head)
		last = head
	}
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHeads, err)
	}
	return h, nil
}
