package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"iter"
	"slices"

	"linli/sync/hub"
	"linli/sync/oplog"
)

// snapshot asks one connection, inside a transaction.
type snapshot struct {
	ctx    context.Context
	c      *conn
	scopes map[oplog.Scope]scopeHead
	lines  map[lineKey]int64
}

// scopeHead is a row of the table scope_head.
type scopeHead struct {
	no int64
	hub.State
}

type lineKey struct {
	scope  int64
	origin oplog.Origin
}

func newSnapshot(ctx context.Context, c *conn) *snapshot {
	return &snapshot{ctx: ctx, c: c, scopes: make(map[oplog.Scope]scopeHead), lines: make(map[lineKey]int64)}
}

// placeShift leaves room for 2^40 entries of a scope.
const placeShift = 40

func place(scope, seq int64) int64 { return scope<<placeShift | seq }

func seqOf(place int64) int64 { return place & (1<<placeShift - 1) }

func dotOf(h oplog.Hash) int64 { return int64(binary.BigEndian.Uint64(h[:])) }

const scopeColumns = "no, scope, seq, hash, applied, rows"

func (h *scopeHead) scan(row interface{ Scan(...any) error }) error {
	var name string
	var hash, rows []byte
	if err := row.Scan(&h.no, &name, &h.Seq, &hash, &h.Applied, &rows); err != nil {
		return err
	}
	h.Scope = oplog.Scope(name)
	return errors.Join(fixed(h.Hash[:], hash), fixed(h.Rows[:], rows))
}

// fixed copies a value of known size out of the database.
func fixed(dst, src []byte) error {
	if len(src) != len(dst) {
		return hub.ErrDamaged
	}
	copy(dst, src)
	return nil
}

// head answers a scope's row; one without a number is not there.
func (s *snapshot) head(scope oplog.Scope) (scopeHead, error) {
	if h, ok := s.scopes[scope]; ok {
		return h, nil
	}
	h := scopeHead{State: hub.State{Scope: scope}}
	err := h.scan(s.c.row("SELECT "+scopeColumns+" FROM scope_head WHERE scope = ?", string(scope)))
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	if err == nil {
		s.scopes[scope] = h
	}
	return h, err
}

// line answers the number of an origin in a scope, 0 for none.
func (s *snapshot) line(scope oplog.Scope, origin oplog.Origin) (int64, error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 {
		return 0, err
	}
	key := lineKey{h.no, origin}
	if no, ok := s.lines[key]; ok {
		return no, nil
	}
	var no int64
	err = s.c.row("SELECT no FROM line WHERE scope = ? AND origin = ?", h.no, origin[:]).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		s.lines[key] = no
	}
	return no, err
}

// States implements [hub.LogSnapshot].
func (s *snapshot) States() ([]hub.State, error) {
	return collect(s, func(rows *sql.Rows) (hub.State, error) {
		var h scopeHead
		err := h.scan(rows)
		return h.State, err
	}, "SELECT "+scopeColumns+" FROM scope_head WHERE seq > 0 ORDER BY scope")
}

// State implements [hub.LogSnapshot].
func (s *snapshot) State(scope oplog.Scope) (hub.State, error) {
	h, err := s.head(scope)
	return h.State, err
}

// HashAt implements [hub.LogSnapshot].
func (s *snapshot) HashAt(scope oplog.Scope, seq int64) (hash oplog.Hash, err error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 || seq < 1 {
		return hash, err
	}
	if seq == h.Seq {
		return h.Hash, nil
	}
	var b []byte
	err = s.c.row("SELECT hash FROM entry WHERE place = ?", place(h.no, seq)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return hash, nil
	}
	if err == nil {
		err = fixed(hash[:], b)
	}
	return hash, err
}

func scanHead(rows *sql.Rows) (h oplog.Head, err error) {
	var origin, hash sql.RawBytes
	if err = rows.Scan(&origin, &h.N, &hash); err != nil {
		return h, err
	}
	return h, errors.Join(fixed(h.Origin[:], origin), fixed(h.Hash[:], hash))
}

// Heads implements [hub.LogSnapshot].
func (s *snapshot) Heads(scope oplog.Scope) ([]oplog.Head, error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 {
		return nil, err
	}
	return collect(s, scanHead, "SELECT l.origin, t.n, t.hash FROM line l JOIN tip t ON t.line = l.no WHERE l.scope = ? ORDER BY l.origin, t.n, t.hash", h.no)
}

// Ends implements [hub.LogSnapshot].
func (s *snapshot) Ends(scope oplog.Scope, origin oplog.Origin) ([]oplog.Head, error) {
	no, err := s.line(scope, origin)
	if err != nil || no == 0 {
		return nil, err
	}
	return collect(s, func(rows *sql.Rows) (oplog.Head, error) {
		h := oplog.Head{Origin: origin}
		var hash sql.RawBytes
		if err := rows.Scan(&h.N, &hash); err != nil {
			return h, err
		}
		return h, fixed(h.Hash[:], hash)
	}, "SELECT n, hash FROM tip WHERE line = ? ORDER BY n, hash", no)
}

// Find implements [hub.LogSnapshot].
func (s *snapshot) Find(scope oplog.Scope, hashes []oplog.Hash) ([]hub.Record, error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 {
		return nil, err
	}
	var out []hub.Record
	for i := range hashes {
		found, err := collect(s, func(rows *sql.Rows) (hub.Record, error) { return scanRecord(rows, false) },
			"SELECT e.place, l.origin, e.n, e.hash, e.verdict FROM entry e JOIN line l ON l.no = e.line WHERE e.dot = ? AND e.hash = ? AND l.scope = ?",
			dotOf(hashes[i]), hashes[i][:], h.no)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// Knows implements [hub.LogSnapshot].
func (s *snapshot) Knows(scope oplog.Scope, dot oplog.Dot) (bool, error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 {
		return false, err
	}
	var beginning oplog.Hash
	copy(beginning[:], dot[:])
	found, err := collect(s, func(rows *sql.Rows) (known bool, err error) {
		var hash sql.RawBytes
		if err := rows.Scan(&hash); err != nil {
			return false, err
		}
		return bytes.HasPrefix(hash, dot[:]), nil
	}, "SELECT e.hash FROM entry e JOIN line l ON l.no = e.line WHERE e.dot = ? AND l.scope = ?", dotOf(beginning), h.no)
	return slices.Contains(found, true), err
}

// scanRecord reads a row of place, origin, n, hash, verdict and, with the body, sig and body.
func scanRecord(rows *sql.Rows, body bool) (r hub.Record, err error) {
	var at int64
	var origin, hash, sig, bytes sql.RawBytes
	to := []any{&at, &origin, &r.Head.N, &hash, &r.Verdict}
	if body {
		to = append(to, &sig, &bytes)
	}
	if err := rows.Scan(to...); err != nil {
		return r, err
	}
	r.Seq, r.Sig, r.Body = seqOf(at), sig, bytes
	return r, errors.Join(fixed(r.Head.Origin[:], origin), fixed(r.Head.Hash[:], hash))
}

// Certificate implements [hub.LogSnapshot].
func (s *snapshot) Certificate(scope oplog.Scope, origin oplog.Origin) ([]byte, error) {
	no, err := s.line(scope, origin)
	if err != nil || no == 0 {
		return nil, err
	}
	var b []byte
	err = s.c.row("SELECT certificate FROM line WHERE no = ?", no).Scan(&b)
	return b, err
}

// Certificates implements [hub.LogSnapshot].
func (s *snapshot) Certificates(scope oplog.Scope) (map[oplog.Origin][]byte, error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 {
		return nil, err
	}
	certs := make(map[oplog.Origin][]byte)
	_, err = collect(s, func(rows *sql.Rows) (struct{}, error) {
		var b, cert []byte
		var origin oplog.Origin
		err := rows.Scan(&b, &cert)
		if err == nil {
			err = fixed(origin[:], b)
		}
		certs[origin] = cert
		return struct{}{}, err
	}, "SELECT origin, certificate FROM line WHERE scope = ?", h.no)
	return certs, err
}

// HashOf implements [hub.LogSnapshot].
func (s *snapshot) HashOf(scope oplog.Scope, origin oplog.Origin, n int64) (hash oplog.Hash, err error) {
	no, err := s.line(scope, origin)
	if err != nil || no == 0 {
		return hash, err
	}
	var b []byte
	err = s.c.row("SELECT hash FROM entry WHERE line = ? AND n = ? ORDER BY place LIMIT 1", no, n).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return hash, nil
	}
	if err == nil {
		err = fixed(hash[:], b)
	}
	return hash, err
}

// Beyond implements [hub.LogSnapshot].
func (s *snapshot) Beyond(scope oplog.Scope, origin oplog.Origin, n int64) (int64, error) {
	no, err := s.line(scope, origin)
	if err != nil || no == 0 {
		return 0, err
	}
	// What follows comes after what it follows: the least place belongs to the least number beyond n, of which there may be
	// several after a clone.
	var at int64
	err = s.c.row("SELECT coalesce(min(place), 0) FROM entry WHERE line = ?1 AND n = (SELECT min(n) FROM entry WHERE line = ?1 AND n > ?2)", no, n).Scan(&at)
	return seqOf(at), err
}

// Entries implements [hub.LogSnapshot].
func (s *snapshot) Entries(scope oplog.Scope, after int64) iter.Seq2[hub.Record, error] {
	return func(yield func(hub.Record, error) bool) {
		h, err := s.head(scope)
		if err != nil {
			yield(hub.Record{}, err)
			return
		}
		if h.no == 0 {
			return
		}
		s.records(yield, "SELECT e.place, l.origin, e.n, e.hash, e.verdict, e.sig, e.body FROM entry e CROSS JOIN line l ON l.no = e.line WHERE e.place > ? AND e.place < ? ORDER BY e.place",
			place(h.no, max(after, 0)), place(h.no+1, 0))
	}
}

// EntriesOf implements [hub.LogSnapshot].
func (s *snapshot) EntriesOf(scope oplog.Scope, origin oplog.Origin) iter.Seq2[hub.Record, error] {
	return func(yield func(hub.Record, error) bool) {
		no, err := s.line(scope, origin)
		if err != nil {
			yield(hub.Record{}, err)
			return
		}
		if no == 0 {
			return
		}
		s.records(yield, "SELECT e.place, l.origin, e.n, e.hash, e.verdict, e.sig, e.body FROM entry e CROSS JOIN line l ON l.no = e.line WHERE e.line = ? ORDER BY e.n, e.place", no)
	}
}

// records hands out rows until yield has had enough.
func (s *snapshot) records(yield func(hub.Record, error) bool, query string, args ...any) {
	rows, err := s.c.rows(query, args...)
	if err != nil {
		yield(hub.Record{}, err)
		return
	}
	defer func() { _ = rows.Close() }()
	for i := 0; rows.Next(); i++ {
		if i%1024 == 0 && s.ctx.Err() != nil {
			yield(hub.Record{}, s.ctx.Err())
			return
		}
		r, err := scanRecord(rows, true)
		if !yield(r, err) || err != nil {
			return
		}
	}
	if err := rows.Err(); err != nil {
		yield(hub.Record{}, err)
	}
}

// Cuts implements [hub.LogSnapshot].
func (s *snapshot) Cuts(hall string) ([]oplog.Cut, error) {
	return collect(s, func(rows *sql.Rows) (oplog.Cut, error) {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return oplog.Cut{}, err
		}
		return oplog.DecodeCut(b)
	}, "SELECT body FROM cut WHERE hall = ? ORDER BY scope, origin, body", hall)
}

// Row implements [hub.LogSnapshot].
func (s *snapshot) Row(scope oplog.Scope, table, row string) ([]byte, error) {
	h, err := s.head(scope)
	if err != nil || h.no == 0 {
		return nil, err
	}
	var b []byte
	err = s.c.row("SELECT cells FROM register WHERE scope = ? AND tbl = ? AND row = ?", h.no, table, row).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return b, err
}

// Rows implements [hub.LogSnapshot].
func (s *snapshot) Rows(scope oplog.Scope) iter.Seq2[hub.Stored, error] {
	return func(yield func(hub.Stored, error) bool) {
		h, err := s.head(scope)
		if err != nil || h.no == 0 {
			if err != nil {
				yield(hub.Stored{}, err)
			}
			return
		}
		rows, err := s.c.rows("SELECT tbl, row, cells FROM register WHERE scope = ? ORDER BY tbl, row", h.no)
		if err != nil {
			yield(hub.Stored{}, err)
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var r hub.Stored
			var cells sql.RawBytes
			err := rows.Scan(&r.Table, &r.Row, &cells)
			r.Cells = cells
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(hub.Stored{}, err)
		}
	}
}

// collect reads all rows of a query.
func collect[T any](s *snapshot, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.c.rows(query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return slices.Clip(out), rows.Err()
}
