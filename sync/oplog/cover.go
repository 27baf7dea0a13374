package oplog

import (
	"maps"
	"slices"
)

// Link is an entry's place in the tree of its origin.
type Link struct {
	N    int64
	Hash Hash
	Prev Hash // zero for N = 1
}

// Link is the entry's place in the tree of its origin.
func (e Entry) Link() Link { return Link{N: e.N, Hash: e.Hash(), Prev: e.Prev} }

// Cover is what another replica is known to hold of a log: some of its entries, and with each all that stand behind
// it in the chain of its origin. A replica that holds an entry holds those, since it took them in that order.
type Cover struct {
	upTo   map[Origin]int64
	forked map[Origin]map[Hash]bool
}

// NewCover says what is covered in a log by entries that both replicas hold. Each of known has to be in the log.
// For an origin whose entries form one line that is a number; links is asked for all entries of an origin in
// the log that has several branches there, and answers nil for one that has not.
func NewCover(known []Head, links func(Origin) ([]Link, error)) (*Cover, error) {
	c := &Cover{upTo: make(map[Origin]int64), forked: make(map[Origin]map[Hash]bool)}
	trees := make(map[Origin]map[Hash]Link)
	for _, h := range known {
		tree, asked := trees[h.Origin]
		if !asked {
			list, err := links(h.Origin)
			if err != nil {
				return nil, err
			}
			if list != nil {
				tree = make(map[Hash]Link, len(list))
				for _, l := range list {
					tree[l.Hash] = l
				}
				c.forked[h.Origin] = make(map[Hash]bool)
			}
			trees[h.Origin] = tree
		}
		if tree == nil {
			c.upTo[h.Origin] = max(c.upTo[h.Origin], h.N)
			continue
		}
		for at := h.Hash; !at.IsZero() && !c.forked[h.Origin][at]; at = tree[at].Prev {
			c.forked[h.Origin][at] = true
		}
	}
	return c, nil
}

// Has tells whether an entry of the log is covered.
func (c *Cover) Has(h Head) bool {
	if branch, ok := c.forked[h.Origin]; ok {
		return branch[h.Hash]
	}
	return h.N <= c.upTo[h.Origin]
}

// Add covers one more entry, together with those behind it, which have to be covered already. It answers false, and covers
// nothing, for an origin that the cover knows nothing of: whether that is one line has to be asked.
func (c *Cover) Add(h Head) bool {
	if branch, ok := c.forked[h.Origin]; ok {
		branch[h.Hash] = true
		return true
	}
	n, ok := c.upTo[h.Origin]
	if ok {
		c.upTo[h.Origin] = max(n, h.N)
	}
	return ok
}

// Lines are the origins that were one line when the cover was made, sorted. Of one that has several branches by now the
// cover would take another branch's entries for covered.
func (c *Cover) Lines() []Origin { return slices.SortedFunc(maps.Keys(c.upTo), Origin.Compare) }

// UpTo is the number up to which the entries of an origin with one line are covered, 0 for none of them and for an
// origin with several branches, of which each entry has to be asked for.
func (c *Cover) UpTo(o Origin) int64 { return c.upTo[o] }

// Trail picks entries of a branch at growing distances from its end, the end first and the beginning last. Asked which
// of them it holds, another replica shows in one answer about where the two branches part. links are all entries of the origin.
func Trail(origin Origin, from Hash, links []Link) []Head {
	tree := make(map[Hash]Link, len(links))
	for _, l := range links {
		tree[l.Hash] = l
	}
	var out []Head
	step, next := 1, 0
	for i, at := 0, from; !at.IsZero(); i++ {
		l, ok := tree[at]
		if !ok {
			break
		}
		if i == next || l.Prev.IsZero() {
			out = append(out, Head{origin, l.N, l.Hash})
			next += step
			step *= 2
		}
		at = l.Prev
	}
	return out
}

// Ends are the entries of an origin that no other entry follows: its heads.
func Ends(origin Origin, links []Link) []Head {
	followed := make(map[Hash]bool, len(links))
	for _, l := range links {
		followed[l.Prev] = true
	}
	var ends []Head
	for _, l := range links {
		if !followed[l.Hash] {
			ends = append(ends, Head{origin, l.N, l.Hash})
		}
	}
	return ends
}

// TrailNumbers are the numbers that [Trail] picks of an origin that is one line and ends at n.
func TrailNumbers(n int64) []int64 {
	var out []int64
	for step := int64(1); n > 1; step *= 2 {
		out = append(out, n)
		n -= step
	}
	return append(out, 1)
}

// Both is what two covers of the same log have in common.
func (c *Cover) Both(other *Cover) *Cover {
	both := &Cover{upTo: make(map[Origin]int64), forked: make(map[Origin]map[Hash]bool)}
	for o, n := range c.upTo {
		if m := min(n, other.upTo[o]); m > 0 {
			both.upTo[o] = m
		}
	}
	for o, branch := range c.forked {
		shared := make(map[Hash]bool)
		for h := range branch {
			if other.forked[o][h] {
				shared[h] = true
			}
		}
		both.forked[o] = shared
	}
	return both
}
