package hub

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Log is the replica of all halls of a hub: an [exchange.Replica] over a [Storage]. It keeps nothing in memory that
// another process on the same storage could change.
type Log struct {
	storage Storage
	watches watches
	forks   forks
	idle    idle
}

var _ exchange.Replica = (*Log)(nil)

// NewLog makes the replica that lies in a storage.
func NewLog(s Storage) *Log {
	return &Log{storage: s, watches: watches{of: make(map[oplog.Scope]map[*watch]bool), told: make(map[oplog.Scope]int64)}}
}

// ID implements [exchange.Replica].
func (l *Log) ID() string { return l.storage.LogID() }

// Heads implements [exchange.Replica].
func (l *Log) Heads(ctx context.Context, scope oplog.Scope) (*oplog.Heads, error) {
	var heads *oplog.Heads
	err := l.storage.View(ctx, func(s Snapshot) (err error) {
		heads, err = headsOf(s, scope)
		return err
	})
	return heads, err
}

func headsOf(s Snapshot, scope oplog.Scope) (*oplog.Heads, error) {
	list, err := s.Heads(scope)
	if err != nil {
		return nil, err
	}
	heads := new(oplog.Heads)
	for _, h := range list {
		heads.Put(h)
	}
	return heads, nil
}

// Find implements [exchange.Replica].
func (l *Log) Find(ctx context.Context, scope oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	out := make([]oplog.Head, len(hashes))
	if len(hashes) == 0 {
		return out, nil
	}
	err := l.storage.View(ctx, func(s Snapshot) error {
		found, err := s.Find(scope, hashes)
		if err != nil {
			return err
		}
		at := make(map[oplog.Hash]oplog.Head, len(found))
		for i := range found {
			at[found[i].Head.Hash] = found[i].Head
		}
		for i := range hashes {
			out[i] = at[hashes[i]]
		}
		return nil
	})
	return out, err
}

// Links implements [exchange.Replica].
func (l *Log) Links(ctx context.Context, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	var links []oplog.Link
	err := l.storage.View(ctx, func(s Snapshot) error {
		ends, err := s.Ends(scope, origin)
		if err != nil || len(ends) < 2 {
			return err
		}
		var known bool
		if links, known = l.forks.get(scope, ends); known {
			return nil
		}
		if links, err = linksOf(s, scope, origin); err == nil {
			l.forks.put(scope, ends, links)
		}
		return err
	})
	return links, err
}

// linksOf reads the tree of an origin, in the order in which it grew here. What cannot be read is no part of it, and for
// [Verify] to find.
func linksOf(s Snapshot, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	type place struct {
		seq int64
		oplog.Link
	}
	var places []place
	for r, err := range s.EntriesOf(scope, origin) {
		if err != nil {
			return nil, err
		}
		e, err := oplog.Decode(r.Body)
		if err != nil {
			continue
		}
		places = append(places, place{r.Seq, oplog.Link{N: r.Head.N, Hash: r.Head.Hash, Prev: e.Prev}})
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.seq, b.seq) })
	links := make([]oplog.Link, len(places))
	for i := range places {
		links[i] = places[i].Link
	}
	return links, nil
}

// Trail implements [exchange.Replica].
func (l *Log) Trail(ctx context.Context, scope oplog.Scope, head oplog.Head) ([]oplog.Head, error) {
	var trail []oplog.Head
	err := l.storage.View(ctx, func(s Snapshot) error {
		trail = nil
		ends, err := s.Ends(scope, head.Origin)
		if err != nil {
			return err
		}
		if len(ends) > 1 {
			links, err := linksOf(s, scope, head.Origin)
			trail = oplog.Trail(head.Origin, head.Hash, links)
			return err
		}
		for i, n := range oplog.TrailNumbers(head.N) {
			hash, err := s.HashOf(scope, head.Origin, n)
			if err != nil || i == 0 && hash != head.Hash {
				return err
			}
			trail = append(trail, oplog.Head{Origin: head.Origin, N: n, Hash: hash})
		}
		return nil
	})
	return trail, err
}

// End implements [exchange.Replica].
func (l *Log) End(ctx context.Context, scope oplog.Scope) (exchange.Cursor, error) {
	var c exchange.Cursor
	err := l.storage.View(ctx, func(s Snapshot) error {
		st, err := s.State(scope)
		c = exchange.Cursor{Seq: st.Seq, Hash: st.Hash}
		return err
	})
	return c, err
}

// forks remembers the trees of origins that have several branches: such a tree hardly grows any more, and everyone who asks
// for a page asks for it.
type forks struct {
	mu sync.Mutex
	of map[forkKey]fork
}

type forkKey struct {
	scope  oplog.Scope
	origin oplog.Origin
}

type fork struct {
	ends  []oplog.Head // what the tree ended in when it was read
	links []oplog.Link
}

// maxForks bounds the memory of trees.
const maxForks = 16

func (f *forks) get(scope oplog.Scope, ends []oplog.Head) ([]oplog.Link, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k, ok := f.of[forkKey{scope, ends[0].Origin}]
	return k.links, ok && slices.Equal(k.ends, ends)
}

func (f *forks) put(scope oplog.Scope, ends []oplog.Head, links []oplog.Link) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.of) >= maxForks {
		clear(f.of)
	}
	if f.of == nil {
		f.of = make(map[forkKey]fork)
	}
	f.of[forkKey{scope, ends[0].Origin}] = fork{ends, links}
}
