package hub

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// maxLook bounds how many entries one page looks at, so that nobody who has nearly everything holds up the others.
const maxLook = 20_000

// errOpen reports a log in which a run is longer than a batch may be: it came together in another way than by Accept.
var errOpen = errors.New("hub: no place to end a page")

// Missing implements [exchange.Replica].
func (l *Log) Missing(ctx context.Context, scope oplog.Scope, cover *oplog.Cover, after exchange.Cursor) (exchange.Page, error) {
	var page exchange.Page
	err := l.storage.View(ctx, func(s Snapshot) error {
		st, err := s.State(scope)
		if err != nil {
			return err
		}
		if err := check(s, st, after); err != nil {
			return err
		}
		for _, origin := range cover.Lines() {
			if ends, err := s.Ends(scope, origin); err != nil || len(ends) > 1 {
				return cmp.Or(err, exchange.ErrStale)
			}
		}
		page, err = missing(ctx, s, st, cover, after)
		return err
	})
	return page, err
}

// check tells whether the log still has the cursor's place.
func check(s Snapshot, st State, after exchange.Cursor) error {
	if after == (exchange.Cursor{}) {
		return nil
	}
	if after.Seq < 1 || after.Seq > st.Seq {
		return exchange.ErrStale
	}
	hash, err := s.HashAt(st.Scope, after.Seq)
	if err == nil && hash != after.Hash {
		err = exchange.ErrStale
	}
	return err
}

func missing(ctx context.Context, s Snapshot, st State, cover *oplog.Cover, after exchange.Cursor) (p exchange.Page, err error) {
	from, err := firstMissing(s, st, cover, after.Seq)
	if err != nil {
		return p, err
	}
	page := oplog.NewPage()
	looked, good := 0, 0 // entries looked at; those of the page up to the last place where it may end
	p.Next = after
	for r, err := range s.Entries(st.Scope, from) {
		if err != nil {
			return p, err
		}
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			return p, ctx.Err()
		}
		if !cover.Has(r.Head) {
			it := oplog.Item{Body: bytes.Clone(r.Body), Sig: bytes.Clone(r.Sig)}
			if it.Entry, err = oplog.Decode(it.Body); err != nil {
				return p, fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			if !page.Add(it) {
				break
			}
		}
		if page.Closed() {
			good, p.Next = page.Len(), exchange.Cursor{Seq: r.Seq, Hash: r.Head.Hash}
			if looked >= maxLook {
				break
			}
		}
	}
	switch {
	case !page.Closed() && good == 0:
		return p, errOpen
	case looked == 0: // nothing stands behind the place from which it was looked
		p.Next = exchange.Cursor{Seq: st.Seq, Hash: st.Hash}
	}
	p.Items = page.Items()[:good]
	p.More = p.Next.Seq < st.Seq
	return p, nil
}

// nearEnd is so close to the end of a log that looking at every entry costs less than asking for the first one.
const nearEnd = 512

// firstMissing answers a number behind which all entries stand that the cover lacks, after or greater. Who has nearly the
// whole of a long log is not made to wait until it has been read.
func firstMissing(s Snapshot, st State, cover *oplog.Cover, after int64) (int64, error) {
	if st.Seq-after <= nearEnd {
		return after, nil
	}
	heads, err := s.Heads(st.Scope)
	if err != nil {
		return 0, err
	}
	first := st.Seq + 1
	var last oplog.Origin
	for i, h := range heads {
		if i > 0 && h.Origin == last {
			continue
		}
		last = h.Origin
		seq, err := s.Beyond(st.Scope, h.Origin, cover.UpTo(h.Origin))
		if err != nil {
			return 0, err
		}
		if seq > 0 {
			first = min(first, seq)
		}
		if first <= after+1 {
			return after, nil
		}
	}
	return first - 1, nil
}
