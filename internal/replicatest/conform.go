package replicatest

import (
	"context"
	"errors"
	"testing"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// background is the context of every call.
var background = context.Background()

// Conform runs the suite. open makes another replica for each part of it, with the hall it belongs to; two replicas may be of
// the same hall or of different ones.
func Conform(t *testing.T, open func(t *testing.T) (exchange.Replica, Hall)) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, *subject)
	}{
		{"a run is added once", onceOnly},
		{"runs may overlap", overlap},
		{"nothing is taken after a gap", gap},
		{"nothing is taken before what it replaces", order},
		{"what is no entry is not taken", noEntry},
		{"a batch of another scope is not taken", otherScope},
		{"heads, links and trail tell the branches", branches},
		{"a page holds what a cover lacks", lacking},
		{"pages keep the bounds and end at signatures", bounds},
		{"a page of many small entries keeps its count", count},
		{"a cursor goes on from where it was", cursors},
		{"a cursor of another log is stale", stale},
		{"a branch that comes between cover and page is not passed over", between},
		{"void entries are kept and passed on", void},
		{"a cut may come before and after", cut},
		{"a cut in one scope is heeded in the others", otherCut},
		{"a cut holds whoever carries it", carriedCut},
		{"who has the key of a machine that was cut writes nothing that counts", forkedCut},
		{"successors fall with whom they succeed", successor},
		{"an origin with two certificates is judged alike by all", twofold},
		{"watchers are woken", watching},
		{"several may hand in at once", concurrent},
		{"rows are the same in every order", orders},
	} {
		t.Run(part.name, func(t *testing.T) {
			r, hall := open(t)
			part.run(t, &subject{t, r, hall, open})
		})
	}
}

// subject is a replica under test.
type subject struct {
	*testing.T
	exchange.Replica
	hall Hall
	open func(t *testing.T) (exchange.Replica, Hall)
}

// accept hands in items of one part and wants all of them to be taken.
func (s *subject) accept(part string, items ...oplog.Item) exchange.Receipt {
	s.Helper()
	r, err := s.Accept(background, oplog.Batch{Scope: s.hall.scope(part), Items: items})
	must(s, err)
	if r.Fault != nil || r.Fresh+r.Duplicates != len(items) {
		s.Fatalf("of %d entries %d are new and %d were there: %v", len(items), r.Fresh, r.Duplicates, r.Fault)
	}
	return r
}

// refuse hands in items of which only the first taken ones may be added, and wants that fault.
func (s *subject) refuse(part string, taken int, fault error, items ...oplog.Item) {
	s.Helper()
	before := s.all(part)
	r, err := s.Accept(background, oplog.Batch{Scope: s.hall.scope(part), Items: items})
	must(s, err)
	if !errors.Is(r.Fault, fault) {
		s.Errorf("the fault is %v, want %v", r.Fault, fault)
	}
	if after := s.all(part); r.Fresh != taken || len(after) != len(before)+taken {
		s.Errorf("reported %d new ones, added %d, want %d", r.Fresh, len(after)-len(before), taken)
	}
}

// pages reads a part of the log from a cursor on, and checks each page: bounds, signatures, progress.
func (s *subject) pages(part string, known []oplog.Head, after exchange.Cursor) (pages []exchange.Page) {
	s.Helper()
	scope := s.hall.scope(part)
	for {
		cover, err := exchange.CoverOf(background, s.Replica, scope, known)
		must(s, err)
		p, err := s.Missing(background, scope, cover, after)
		must(s, err)
		b := oplog.Batch{Scope: scope, Items: p.Items}
		if b.Size() > oplog.MaxBatch || len(b.Items) > oplog.MaxBatchEntries {
			s.Fatalf("a page of %d entries and %d bytes", len(b.Items), b.Size())
		}
		closed(s, p.Items)
		pages = append(pages, p)
		if !p.More {
			return pages
		}
		if p.Next == after {
			s.Fatal("there is more, and the page does not get on")
		}
		after = p.Next
	}
}

// closed checks that every run of a page ends in a signature.
func closed(tb testing.TB, items []oplog.Item) {
	tb.Helper()
	open := make(map[oplog.Hash]bool)
	for i := range items {
		delete(open, items[i].Entry.Prev)
		if items[i].Sig == nil {
			open[items[i].Entry.Hash()] = true
		}
	}
	if len(open) > 0 {
		tb.Fatalf("nothing vouches for %d entries of a page of %d", len(open), len(items))
	}
}

// all are the entries of a part in the log's order.
func (s *subject) all(part string) []oplog.Item {
	s.Helper()
	return itemsOf(s.pages(part, nil, exchange.Cursor{}))
}

func itemsOf(pages []exchange.Page) []oplog.Item {
	var items []oplog.Item
	for _, p := range pages {
		items = append(items, p.Items...)
	}
	return items
}

// reference is a replica in memory with the same entries of a part, and of the public part that says who was cut.
func (s *subject) reference(part string) *memlog.Log {
	s.Helper()
	log := memlog.New("reference", s.hall.ID, s.hall.public())
	parts := []string{oplog.Public}
	if part != oplog.Public {
		parts = append(parts, part)
	}
	for _, name := range parts {
		for _, p := range s.pages(name, nil, exchange.Cursor{}) {
			fill(s, log, s.hall.scope(name), p.Items)
		}
	}
	return log
}

// fill adds items to a log that has to take them all.
func fill(tb testing.TB, log exchange.Replica, scope oplog.Scope, items []oplog.Item) {
	tb.Helper()
	r, err := log.Accept(background, oplog.Batch{Scope: scope, Items: items})
	must(tb, err)
	if r.Fault != nil {
		tb.Fatal("another replica does not take what this one handed out: ", r.Fault)
	}
}

// agree checks that the replica's digest of a part is that of another one with the same entries.
func (s *subject) agree(part string, other exchange.Replica) {
	s.Helper()
	scope := s.hall.scope(part)
	mine, err := s.Digest(background, scope)
	must(s, err)
	theirs, err := other.Digest(background, scope)
	must(s, err)
	if mine.Vector != theirs.Vector {
		s.Error("the same entries have another vector")
	}
	if mine.Rows != theirs.Rows {
		s.Error("the same entries have other rows or verdicts")
	}
}

// headOf is the head that an item would be.
func headOf(it oplog.Item) oplog.Head {
	return oplog.Head{Origin: it.Entry.Origin, N: it.Entry.N, Hash: it.Entry.Hash()}
}

// has tells which of the items are in a part of the log.
func (s *subject) has(part string, items ...oplog.Item) []bool {
	s.Helper()
	hashes := make([]oplog.Hash, len(items))
	for i := range items {
		hashes[i] = items[i].Entry.Hash()
	}
	found, err := s.Find(background, s.hall.scope(part), hashes)
	must(s, err)
	has := make([]bool, len(items))
	for i := range found {
		has[i] = found[i] == headOf(items[i])
		if !has[i] && found[i] != (oplog.Head{}) {
			s.Errorf("asked for %v, found %v", headOf(items[i]), found[i])
		}
	}
	return has
}
