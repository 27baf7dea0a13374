package memlog

import (
	"context"
	"slices"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Missing implements [exchange.Replica].
func (l *Log) Missing(_ context.Context, name oplog.Scope, cover *oplog.Cover, after exchange.Cursor) (exchange.Page, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.of(name)
	next, ok := l.after(s, after)
	if !ok || slices.ContainsFunc(cover.Lines(), func(o oplog.Origin) bool { return s.forked[o] }) {
		return exchange.Page{}, exchange.ErrStale
	}
	p := exchange.Page{Next: after}
	page := oplog.NewPage()
	for _, place := range s.places[next:] {
		full := l.Page > 0 && page.Len() >= l.Page && page.Closed()
		if !full && !cover.Has(l.head(place)) {
			full = !page.Add(l.entries[place].Item)
		}
		if full {
			p.More = true
			break
		}
		if page.Closed() {
			p.Items, p.Next = page.Items(), l.cursor(place)
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
