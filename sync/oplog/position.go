package oplog

import "cmp"

// Position is the place of one change in the order in which the events of a process are folded:
// by clock, then origin, number, hash and index, so that it is total and the same on every replica.
type Position struct {
	HLC    HLC
	Origin Origin
	N      int64
	Hash   Hash
	Index  int // place of the change within its entry
}

// Compare is negative if p is folded before q, positive if after, 0 if they are the same change.
func (p Position) Compare(q Position) int {
	return cmp.Or(
		cmp.Compare(p.HLC, q.HLC),
		p.Origin.Compare(q.Origin),
		cmp.Compare(p.N, q.N),
		p.Hash.Compare(q.Hash),
		cmp.Compare(p.Index, q.Index),
	)
}

// Less tells whether p is folded before q.
func (p Position) Less(q Position) bool { return p.Compare(q) < 0 }
