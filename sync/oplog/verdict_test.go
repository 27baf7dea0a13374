package oplog_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

// tree draws the entries of one origin, in an order in which they can have come.
func tree(t *rapid.T, origin byte, most int) (links []oplog.Link) {
	for i := range rapid.IntRange(0, most).Draw(t, "entries") {
		l := oplog.Link{N: 1, Hash: oplog.Hash{origin, byte(i) + 1}}
		// Usually a line, now and then a branch from anywhere, also from before the first entry.
		from := i - 1
		if rapid.IntRange(0, 4).Draw(t, "branches") == 0 {
			from = rapid.IntRange(-1, i-1).Draw(t, "from")
		}
		if from >= 0 {
			l.N, l.Prev = links[from].N+1, links[from].Hash
		}
		links = append(links, l)
	}
	return links
}

// behind answers an entry and all that stand behind it, found the slow way.
func behind(links []oplog.Link, at oplog.Hash) map[oplog.Hash]bool {
	all := make(map[oplog.Hash]bool)
	for i := len(links) - 1; i >= 0; i-- {
		if l := links[i]; l.Hash == at || all[l.Hash] {
			all[l.Hash], all[l.Prev] = true, true
		}
	}
	delete(all, oplog.Hash{})
	return all
}

// What a cut of all that is there keeps is all of that, and nothing that is written later, wherever it begins.
func TestACutKeepsWhatIsThereAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const hall = "hall-1"
		scope, origin := oplog.HallScope(hall, oplog.Desk), oplog.Origin{1}
		all := tree(t, 1, 60)
		had := rapid.IntRange(0, len(all)).Draw(t, "had")
		var cuts oplog.Cuts
		cut := oplog.Cut{Hall: hall, Origin: origin, Scope: scope, Kept: oplog.Kept(origin, all[:had])}
		if !cuts.Add(cut) || cuts.Add(cut) {
			t.Fatal("a cut is news once")
		}
		vouched := cuts.Vouched(scope, origin, all)
		for i, l := range all {
			if vouched[l.Hash] != (i < had) {
				t.Fatalf("entry %d of %d: kept %v", i, had, vouched[l.Hash])
			}
		}
		if cuts.Vouched(scope, oplog.Origin{2}, all) != nil || cuts.Vouched(oplog.HallScope(hall, oplog.Public), origin, all) != nil {
			t.Fatal("it says something about others")
		}
	})
}

// Whoever has less than was kept keeps what stands behind the last one named that they have: never less than half, but for one.
func TestWhatIsLostTakesAtMostAsMuchWithIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope, origin := oplog.HallScope("hall-1", oplog.Desk), oplog.Origin{1}
		n := rapid.IntRange(1, 200).Draw(t, "entries")
		var line []oplog.Link
		for i := range n {
			l := oplog.Link{N: int64(i) + 1, Hash: oplog.Hash{1, byte(i) + 1}}
			if i > 0 {
				l.Prev = line[i-1].Hash
			}
			line = append(line, l)
		}
		var cuts oplog.Cuts
		cuts.Add(oplog.Cut{Hall: "hall-1", Origin: origin, Scope: scope, Kept: oplog.Kept(origin, line)})
		lost := rapid.IntRange(0, n-1).Draw(t, "lost")
		kept := len(cuts.Vouched(scope, origin, line[:n-lost]))
		if kept < 1 || n-lost-kept > lost+1 {
			t.Fatalf("of %d entries %d are lost and only %d of the others count", n, lost, kept)
		}
	})
}

// Several statements about one origin keep what each of them keeps, in any order of statements and of entries, and an entry
// that comes last is judged by itself.
func TestSeveralCutsKeepWhatEachKeeps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const hall = "hall-1"
		scope, origin := oplog.HallScope(hall, oplog.Desk), oplog.Origin{1}
		all := tree(t, 1, 30)
		var list []oplog.Cut
		want := make(map[oplog.Hash]int)
		for range rapid.IntRange(1, 3).Draw(t, "cuts") {
			c := oplog.Cut{Hall: hall, Origin: origin, Scope: scope}
			keeps := make(map[oplog.Hash]bool)
			for range rapid.IntRange(0, 2).Draw(t, "named") {
				h := oplog.Hash{1, byte(rapid.IntRange(1, 40).Draw(t, "name"))} // some that are not there
				c.Kept = append(c.Kept, h)
				for b := range behind(all, h) {
					keeps[b] = true
				}
			}
			for h := range keeps {
				want[h]++
			}
			list = append(list, c)
		}
		var cuts, other oplog.Cuts
		for i := range list {
			cuts.Add(list[i])
			other.Add(list[len(list)-1-i])
		}
		shuffled := rapid.Permutation(all).Draw(t, "order")
		vouched, again := cuts.Vouched(scope, origin, all), other.Vouched(scope, origin, shuffled)
		for _, l := range all {
			if vouched[l.Hash] != (want[l.Hash] == len(list)) {
				t.Fatalf("%v is kept by %d of %d, and vouched for: %v", l, want[l.Hash], len(list), vouched[l.Hash])
			}
		}
		if fmt.Sprint(vouched) != fmt.Sprint(again) {
			t.Fatal("the order plays a part")
		}
		if len(all) > 0 {
			last := all[len(all)-1]
			if alone := cuts.Vouched(scope, origin, []oplog.Link{last}); alone[last.Hash] != vouched[last.Hash] {
				t.Fatal("the newest entry is judged otherwise by itself")
			}
		}
	})
}

// A cut is read as it was written, and nothing is that is too long, out of order or not signed.
func TestACutIsReadAsItWasWritten(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	rapid.Check(t, func(t *rapid.T) {
		c := oplog.Cut{
			Hall: "hall-1", Origin: oplog.Origin{1}, Scope: oplog.HallScope("hall-1", oplog.Desk),
			Kept: oplog.Kept(oplog.Origin{1}, tree(t, 1, 60)), Issued: 7,
		}
		if err := c.Sign(key); err != nil {
			t.Fatal(err)
		}
		body, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := oplog.DecodeCut(body)
		if err != nil || got.Verify(key.Public().(ed25519.PublicKey)) != nil || fmt.Sprint(got) != fmt.Sprint(c) {
			t.Fatalf("%v, %v", got, err)
		}
		if len(c.Kept) > 0 {
			got.Kept = got.Kept[1:]
			if got.Verify(key.Public().(ed25519.PublicKey)) == nil {
				t.Fatal("the signature holds for other entries")
			}
		}
	})
	var links []oplog.Link // more branches than can be named, the first of them the machine's own
	for i := range 2000 {
		links = append(links, oplog.Link{N: 1, Hash: oplog.Hash{1, byte(i >> 8), byte(i), 1}})
	}
	kept := oplog.Kept(oplog.Origin{1}, links)
	if len(kept) != oplog.MaxKept || !slices.Contains(kept, links[0].Hash) {
		t.Errorf("%d are named", len(kept))
	}
	for name, kept := range map[string][]oplog.Hash{
		"too many": make([]oplog.Hash, oplog.MaxKept+1), "out of order": {{2}, {1}}, "twice": {{1}, {1}},
	} {
		c := oplog.Cut{Hall: "hall-1", Origin: oplog.Origin{1}, Scope: oplog.HallScope("hall-1", oplog.Desk), Kept: kept}
		if err := c.Sign(key); !errors.Is(err, oplog.ErrControl) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
