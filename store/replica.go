package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"

	"linli/app"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// replica is the store as other machines see it: package exchange asks it what it
// holds, hands out what others lack, and brings what it lacks.
type replica struct {
	s *Store
	w watchers
}

// Replica answers this folder's log for exchanges with other machines. It is usable
// from any goroutine until the store is closed.
func (s *Store) Replica() exchange.Replica { return s.rep }

// watchers are woken when something was added to their scopes.
type watchers struct {
	mu   sync.Mutex
	next int
	all  map[int]watcher
}

type watcher struct {
	scopes []oplog.Scope
	ch     chan struct{}
}

// wake tells those who wait for one of the scopes.
func (w *watchers) wake(scopes map[oplog.Scope]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		for _, scope := range one.scopes {
			if scopes[scope] {
				select {
				case one.ch <- struct{}{}:
				default: // it has been told and has not looked yet
				}
				break
			}
		}
	}
}

// Watch implements [exchange.Replica].
func (r *replica) Watch(scopes ...oplog.Scope) (<-chan struct{}, func()) {
	w := &r.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[int]watcher{}
	}
	id := w.next
	w.next++
	ch := make(chan struct{}, 1)
	w.all[id] = watcher{scopes, ch}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, id)
	}
}

// ID implements [exchange.Replica].
func (r *replica) ID() string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.s.logID
}

// Heads implements [exchange.Replica].
func (r *replica) Heads(_ context.Context, scope oplog.Scope) (*oplog.Heads, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	copied := &oplog.Heads{}
	if heads := r.s.known.vector[scope]; heads != nil {
		for _, h := range heads.List() {
			copied.Put(h)
		}
	}
	return copied, nil
}

// Find implements [exchange.Replica].
func (r *replica) Find(ctx context.Context, scope oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	out := make([]oplog.Head, len(hashes))
	for i, h := range hashes {
		var err error
		if out[i], _, err = findEntry(func(q string, args ...any) *sql.Row { return r.s.read.QueryRowContext(ctx, q, args...) }, scope, h); err != nil {
			return nil, translate("replica.find", err)
		}
	}
	return out, nil
}

func findEntry(query func(string, ...any) *sql.Row, scope oplog.Scope, hash oplog.Hash) (h oplog.Head, found bool, err error) {
	var origin string
	err = query(`SELECT origin, n FROM entry WHERE hash = ? AND scope = ?`, hash[:], string(scope)).Scan(&origin, &h.N)
	if errors.Is(err, sql.ErrNoRows) {
		return oplog.Head{}, false, nil
	}
	if err != nil {
		return h, false, err
	}
	h.Hash = hash
	h.Origin, err = oplog.ParseOrigin(origin)
	return h, err == nil, err
}

// Links implements [exchange.Replica].
func (r *replica) Links(ctx context.Context, scope oplog.Scope, origin oplog.Origin) ([]oplog.Link, error) {
	r.s.mu.Lock()
	forked := r.s.known.forks[chainKey{scope, origin}]
	r.s.mu.Unlock()
	if !forked {
		return nil, nil
	}
	links, err := readLinks(ctx, r.s.read, scope, origin)
	return links, translate("replica.links", err)
}

// Trail implements [exchange.Replica].
func (r *replica) Trail(ctx context.Context, scope oplog.Scope, head oplog.Head) ([]oplog.Head, error) {
	there, err := r.Find(ctx, scope, []oplog.Hash{head.Hash})
	if err != nil || there[0] == (oplog.Head{}) {
		return nil, err
	}
	links, err := r.Links(ctx, scope, head.Origin)
	if err != nil {
		return nil, err
	}
	if links != nil {
		return oplog.Trail(head.Origin, head.Hash, links), nil
	}
	var out []oplog.Head
	for _, n := range oplog.TrailNumbers(head.N) {
		var hash []byte
		err := r.s.read.QueryRowContext(ctx, `SELECT hash FROM entry WHERE scope = ? AND origin = ? AND n = ?`, string(scope), head.Origin.String(), n).Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, translate("replica.trail", err)
		}
		out = append(out, oplog.Head{Origin: head.Origin, N: n, Hash: oplog.Hash(hash)})
	}
	return out, nil
}

// End implements [exchange.Replica].
func (r *replica) End(ctx context.Context, _ oplog.Scope) (c exchange.Cursor, err error) {
	var hash []byte
	err = r.s.read.QueryRowContext(ctx, `SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1`).Scan(&c.Seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return exchange.Cursor{}, nil
	}
	copy(c.Hash[:], hash)
	return c, translate("replica.end", err)
}

// scanPage is how many entries are looked at in one query.
const scanPage = 512

// Missing implements [exchange.Replica]. All of a page is read from one moment of the log.
func (r *replica) Missing(ctx context.Context, scope oplog.Scope, cover *oplog.Cover, after exchange.Cursor) (p exchange.Page, err error) {
	tx, err := r.s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return p, translate("replica.missing", err)
	}
	defer func() { _ = tx.Rollback() }()
	p, err = missing(ctx, tx, scope, cover, after)
	if errors.Is(err, exchange.ErrStale) {
		return p, err
	}
	return p, translate("replica.missing", err)
}

func missing(ctx context.Context, tx querier, scope oplog.Scope, cover *oplog.Cover, after exchange.Cursor) (p exchange.Page, err error) {
	p.Next = after
	if changed, err := branched(ctx, tx, scope, cover); err != nil || changed {
		return p, cmp.Or(err, exchange.ErrStale)
	}
	at := after.Seq
	if at < 0 || at == 0 && after.Hash != (oplog.Hash{}) {
		return p, exchange.ErrStale
	}
	if at > 0 {
		var hash []byte
		err := tx.QueryRowContext(ctx, `SELECT hash FROM entry WHERE seq = ?`, at).Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) || err == nil && oplog.Hash(hash) != after.Hash {
			return p, exchange.ErrStale
		}
		if err != nil {
			return p, err
		}
	} else {
		var none bool
		if at, none, err = firstMissing(ctx, tx, scope, cover); err != nil || none {
			if err == nil {
				p.Next, err = endOf(ctx, tx)
			}
			return p, err
		}
		at--
	}
	r := pageReader{scope: scope, cover: cover, page: oplog.NewPage(), at: at, next: p.Next}
	for {
		n, err := r.read(ctx, tx)
		if err != nil {
			return p, err
		}
		if r.full || n < scanPage {
			p.Items, p.Next, p.More = r.page.Take(r.closed), r.next, r.full
			return p, nil
		}
	}
}

// branched tells whether an origin that the cover takes for one line has several branches:
// one has come since the cover was made.
func branched(ctx context.Context, tx querier, scope oplog.Scope, cover *oplog.Cover) (bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT origin FROM fork WHERE scope = ?`, string(scope))
	if err != nil {
		return false, err
	}
	forks, err := collect(rows, func(sc scanner) (o string, err error) { err = sc.Scan(&o); return o, err })
	return slices.ContainsFunc(cover.Lines(), func(o oplog.Origin) bool { return slices.Contains(forks, o.String()) }), err
}

// pageReader gathers a page from the log.
type pageReader struct {
	scope  oplog.Scope
	cover  *oplog.Cover
	page   *oplog.Page
	at     int64           // the last place that was looked at
	full   bool            // the page has no room for the next entry
	closed int             // how much of the page ends in signatures
	next   exchange.Cursor // the place of that end
}

// read looks at the next scanPage places and answers how many there were.
func (r *pageReader) read(ctx context.Context, tx querier) (n int, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, scope, origin, n, hash, body, sig FROM entry WHERE seq > ? ORDER BY seq LIMIT ?`, r.at, scanPage)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq int64
		var head oplog.Head
		var scope, origin string
		var hash, body sql.RawBytes
		var sig []byte
		if err := rows.Scan(&seq, &scope, &origin, &head.N, &hash, &body, &sig); err != nil {
			return n, err
		}
		n++
		copy(head.Hash[:], hash)
		if scope == string(r.scope) {
			if head.Origin, err = oplog.ParseOrigin(origin); err != nil {
				return n, app.Fail(app.CodeDamaged)
			}
			if !r.cover.Has(head) {
				e, err := oplog.Decode(body)
				if err != nil || e.Hash() != head.Hash {
					return n, app.Fail(app.CodeDamaged)
				}
				if !r.page.Add(oplog.Item{Entry: e, Body: append([]byte(nil), body...), Sig: sig}) {
					r.full = true
					return n, nil
				}
			}
		}
		r.at = seq
		if r.page.Closed() {
			r.closed, r.next = r.page.Len(), exchange.Cursor{Seq: seq, Hash: head.Hash}
		}
	}
	return n, rows.Err()
}

// firstMissing answers the place of the first entry that the cover lacks.
func firstMissing(ctx context.Context, tx querier, scope oplog.Scope, cover *oplog.Cover) (seq int64, none bool, err error) {
	first := int64(0)
	for at := ""; ; {
		var text string
		err := tx.QueryRowContext(ctx, `SELECT origin FROM entry WHERE scope = ? AND origin > ? ORDER BY origin LIMIT 1`, string(scope), at).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return first, first == 0, nil
		}
		if err != nil {
			return 0, false, err
		}
		at = text
		origin, err := oplog.ParseOrigin(text)
		if err != nil {
			return 0, false, app.Fail(app.CodeDamaged)
		}
		var seq int64
		err = tx.QueryRowContext(ctx, `SELECT seq FROM entry WHERE scope = ? AND origin = ? AND n > ? ORDER BY n, seq LIMIT 1`, string(scope), text, cover.UpTo(origin)).Scan(&seq)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return 0, false, err
		}
		if first == 0 || seq < first {
			first = seq
		}
	}
}

func endOf(ctx context.Context, tx querier) (c exchange.Cursor, err error) {
	var hash []byte
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1`).Scan(&c.Seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	copy(c.Hash[:], hash)
	return c, err
}
