package oplog_test

import (
	"testing"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

// What two covers have in common is what each of them has, for origins that are one line and for those that are a tree.
func TestBothCoversHaveWhatEachHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trees := map[oplog.Origin][]oplog.Link{}
		var log []oplog.Head
		for o := range byte(3) {
			origin := oplog.Origin{o + 1}
			n := rapid.IntRange(0, 8).Draw(t, "entries")
			forked := o == 2
			for i := range n {
				l := oplog.Link{N: int64(i) + 1, Hash: oplog.Hash{o + 1, byte(i) + 1}}
				if of := trees[origin]; i > 0 {
					prev := of[i-1]
					if forked {
						prev = of[rapid.IntRange(0, i-1).Draw(t, "prev")]
					}
					l.N, l.Prev = prev.N+1, prev.Hash
				}
				trees[origin] = append(trees[origin], l)
				log = append(log, oplog.Head{Origin: origin, N: l.N, Hash: l.Hash})
			}
		}
		links := func(o oplog.Origin) ([]oplog.Link, error) {
			if o == (oplog.Origin{3}) {
				return trees[o], nil
			}
			return nil, nil
		}
		cover := func(name string) *oplog.Cover {
			var known []oplog.Head
			for _, h := range log {
				if rapid.IntRange(0, 3).Draw(t, name) == 0 {
					known = append(known, h)
				}
			}
			c, err := oplog.NewCover(known, links)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		a, b := cover("a"), cover("b")
		for _, both := range []*oplog.Cover{a.Both(b), b.Both(a)} {
			for _, h := range log {
				if got, want := both.Has(h), a.Has(h) && b.Has(h); got != want {
					t.Fatalf("entry %d of %s: %v, want %v", h.N, h.Origin, got, want)
				}
			}
			for o := range trees {
				if both.UpTo(o) != min(a.UpTo(o), b.UpTo(o)) {
					t.Fatalf("up to %d", both.UpTo(o))
				}
			}
		}
	})
}
