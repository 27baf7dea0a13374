package bundle

import (
	"context"
	"crypto/ed25519"
	"io"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Outgoing says what a bundle is to be.
type Outgoing struct {
	Hall        string
	Made        time.Time
	Key         ed25519.PrivateKey // of the writing machine, at present
	Certificate []byte             // its certificate, encoded
	Answer      []byte             // the key to which a bundle for the writer alone is sealed
	// Entries are the scopes of which entries go in; Heads those of which it is said what the writer holds, also
	// where the reader may not have the entries: a kiosk learns which of its submissions arrived.
	Entries, Heads []oplog.Scope
	// Held answers, for each of the logs that the bundle is for, entries of the scope that it holds. With none
	// everything is written. Nil: none.
	Held func(oplog.Scope) [][]oplog.Head
	// Seal begins the sealed part, bound to the header. Its Close ends it.
	Seal func(dst io.Writer, header []byte) (io.WriteCloser, error)
}

// Write writes a bundle and answers how many entries are in it. dst is a whole bundle only if it returned no error.
func Write(ctx context.Context, dst io.Writer, from exchange.Replica, o Outgoing) (entries int, err error) {
	h := Header{Hall: o.Hall, Log: from.ID(), Made: o.Made}
	header, err := h.encode()
	if err != nil {
		return 0, err
	}
	m := manifest{log: h.Log, certificate: o.Certificate, answer: o.Answer, heads: make(map[oplog.Scope]*oplog.Heads)}
	for _, scope := range o.Heads {
		// Before any entry is read: what comes meanwhile is in the file and not yet said to be.
		own, err := from.Heads(ctx, scope)
		if err != nil {
			return 0, err
		}
		m.heads[scope] = new(oplog.Heads)
		for _, head := range own.Most(exchange.MaxHeads) {
			m.heads[scope].Put(head)
		}
	}
	body, err := m.encode(header, o.Key)
	if err != nil {
		return 0, err
	}
	if _, err := dst.Write(header); err != nil {
		return 0, err
	}
	sealed, err := o.Seal(dst, header)
	if err != nil {
		return 0, err
	}
	if err := writeFrame(sealed, frameManifest, body); err != nil {
		return 0, err
	}
	for _, scope := range o.Entries {
		n, err := o.writeScope(ctx, sealed, from, scope)
		if err != nil {
			return 0, err
		}
		entries += n
	}
	return entries, sealed.Close()
}

func (o Outgoing) writeScope(ctx context.Context, dst io.Writer, from exchange.Replica, scope oplog.Scope) (entries int, err error) {
	cover, err := o.cover(ctx, from, scope)
	if err != nil {
		return 0, err
	}
	for after, more := (exchange.Cursor{}), true; more; {
		if err := ctx.Err(); err != nil {
			return entries, err
		}
		p, err := from.Missing(ctx, scope, cover, after)
		if err != nil {
			return entries, err
		}
		after, more = p.Next, p.More
		if len(p.Items) == 0 {
			continue
		}
		if err := writeBatch(dst, oplog.Batch{Scope: scope, Items: p.Items}); err != nil {
			return entries, err
		}
		entries += len(p.Items)
	}
	return entries, nil
}

// cover is what all of those hold that the bundle is for.
func (o Outgoing) cover(ctx context.Context, from exchange.Replica, scope oplog.Scope) (*oplog.Cover, error) {
	var logs [][]oplog.Head
	if o.Held != nil {
		logs = o.Held(scope)
	}
	if len(logs) == 0 {
		return exchange.CoverOf(ctx, from, scope, nil)
	}
	var all *oplog.Cover
	for _, heads := range logs {
		one, err := exchange.CoverOf(ctx, from, scope, heads)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = one
		} else {
			all = all.Both(one)
		}
	}
	return all, nil
}
