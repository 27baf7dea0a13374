package memlog

import (
	"context"
	"slices"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Missing implements [exchange.Replica]. A page may end only where each run in it ends in a signature, so
// the entries that nothing vouches for yet are counted along the way.
func (l *Log) Missing(_ context.Context, name oplog.Scope, cover *oplog.Cover, after exchange.Cursor) (exchange.Page, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.of(name)
	next, ok := l.after(s, after)
	if !ok {
		return exchange.Page{}, exchange.ErrStale
	}
	p := exchange.Page{Next: after}
	open := make(map[oplog.Hash]bool)
	var items []oplog.Item
	size := 0
	for _, place := range s.places[next:] {
		if l.Page > 0 && len(items) >= l.Page && len(open) == 0 {
			p.More = true
			break
		}
		r := &l.entries[place]
		if !cover.Has(l.head(place)) {
			if size += len(r.Body); size > oplog.MaxBatch || len(items) == oplog.MaxBatchEntries {
				p.More = true
				break
			}
			items = append(items, r.Item)
			delete(open, r.Entry.Prev)
			if r.Sig == nil {
				open[r.Entry.Hash()] = true
			}
		}
		if len(open) == 0 {
			p.Items, p.Next = items[:len(items):len(items)], l.cursor(place)
		}
	}
	return p, nil
}

// after finds which of a scope's entries is the first after a cursor, and whether the log has the cursor's place.
func (l *Log) after(s *scope, c exchange.Cursor) (next int, ok bool) {
	if c == (exchange.Cursor{}) {
		return 0, true
	}
	i, found := slices.BinarySearch(s.places, int(c.Seq)-1)
	if !found || l.entries[s.places[i]].Entry.Hash() != c.Hash {
		return 0, false
	}
	return i + 1, true
}
