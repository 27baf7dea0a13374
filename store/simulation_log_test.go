package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"linli/app"
	"linli/internal/simulation"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// simulatedLog is a store as one run of a program has it. What it says of its folder stays true when the program is gone, whose folder
// nobody writes into any more.
type simulatedLog struct {
	*Store
	exchange.Replica
	hall    *simulatedHall
	dir     string
	life    simulation.Life
	reader  *sql.DB
	was     oplog.Origin // at the last look
	seq     int64        // of the newest entry that was looked at
	refused error        // why the last commit was
}

var _ simulation.Log = (*simulatedLog)(nil)

func (l *simulatedLog) db() *sql.DB {
	if l.reader == nil {
		l.reader = try(sql.Open("sqlite", readerDSN(filepath.Join(l.dir, DatabaseFile))))
		l.reader.SetMaxOpenConns(1)
	}
	return l.reader
}

// learn tells the hall what the store has done by itself.
func (l *simulatedLog) learn() {
	if l.origin != l.was {
		l.was = l.origin
		if !l.life.Knows(l.origin) {
			l.life.Became(l.key, l.certificate)
		}
	}
	l.life.Wrote(l.fresh())
}

// fresh are the entries of this machine that have come since the last look.
func (l *simulatedLog) fresh() (own []oplog.Entry) {
	for _, r := range l.records(`SELECT seq, hash, verdict FROM entry WHERE seq > ? ORDER BY seq`, l.seq) {
		l.seq = r.seq
		if r.entry.Origin == l.origin {
			own = append(own, r.entry)
		}
	}
	return own
}

type simulatedRecord struct {
	seq     int64
	entry   oplog.Entry
	verdict oplog.Verdict
}

// readAll answers all rows of a query.
func readAll[T any](db *sql.DB, scan func(scanner) (T, error), query string, args ...any) []T {
	rows, err := db.Query(query, args...)
	check(err)
	return try(collect(rows, scan))
}

// records reads entries. One that was read before is not decoded again.
func (l *simulatedLog) records(query string, args ...any) []simulatedRecord {
	var hashes []string
	list := readAll(l.db(), func(sc scanner) (r simulatedRecord, err error) {
		var hash []byte
		err = sc.Scan(&r.seq, &hash, &r.verdict)
		hashes = append(hashes, string(hash))
		return r, err
	}, query, args...)
	for i := range list {
		e, known := l.hall.entries[hashes[i]]
		if !known {
			var body []byte
			check(l.db().QueryRow(`SELECT body FROM entry WHERE seq = ?`, list[i].seq).Scan(&body))
			e = try(oplog.Decode(body))
			l.hall.entries[hashes[i]] = e
		}
		list[i].entry = e
	}
	return list
}

// Len implements [simulation.Contents].
func (l *simulatedLog) Len() (n int) {
	check(l.db().QueryRow(`SELECT count(*) FROM entry`).Scan(&n))
	return n
}

// Scopes implements [simulation.Contents].
func (l *simulatedLog) Scopes() []oplog.Scope {
	return readAll(l.db(), func(sc scanner) (s oplog.Scope, err error) {
		err = sc.Scan(&s)
		return s, err
	}, `SELECT DISTINCT scope FROM entry`)
}

// Each implements [simulation.Contents].
func (l *simulatedLog) Each(s oplog.Scope, visit func(oplog.Entry, oplog.Verdict)) {
	for _, r := range l.records(`SELECT seq, hash, verdict FROM entry WHERE scope = ? ORDER BY seq`, string(s)) {
		visit(r.entry, r.verdict)
	}
}

// Find implements [simulation.Contents].
func (l *simulatedLog) Find(_ context.Context, s oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	out := make([]oplog.Head, len(hashes))
	for i, h := range hashes {
		out[i], _, _ = findEntry(func(q string, args ...any) *sql.Row { return l.db().QueryRow(q, args...) }, s, h)
	}
	return out, nil
}

// EachRow implements [simulation.Book].
func (l *simulatedLog) EachRow(s oplog.Scope, visit func(table, row string, r oplog.Row)) {
	type stored struct {
		table, row string
		cells      []byte
	}
	rows := readAll(l.db(), func(sc scanner) (r stored, err error) {
		err = sc.Scan(&r.table, &r.row, &r.cells)
		return r, err
	}, `SELECT tbl, row, cells FROM register`)
	for _, r := range rows {
		in := l.capture.tables[r.table]
		part, name, unknown := strings.Cut(r.table, "/")
		switch {
		case in != nil && in.table.Scope == s.Part():
			visit(r.table, r.row, l.versionsOf(in, r.row, r.cells))
		case unknown && part == s.Part():
			visit(name, r.row, try(oplog.DecodeRow(r.cells, nil, nil)))
		}
	}
}

func (l *simulatedLog) versionsOf(in *captured, row string, cells []byte) oplog.Row {
	shown := try(scanShown(l.db().QueryRow(`SELECT `+quoted(in.names)+` FROM `+quote(in.table.Name)+` WHERE id = ?`, row), len(in.names)))
	return try(in.versions(cells, shown))
}

// scanShown reads one row of n columns.
func scanShown(row *sql.Row, n int) ([]any, error) {
	vals, to := make([]any, n), make([]any, n)
	for i := range vals {
		to[i] = &vals[i]
	}
	return vals, row.Scan(to...)
}

// Cut implements [simulation.Book].
func (l *simulatedLog) Cut(c oplog.Certificate) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known.cuts.Cut(c.Line())
}

// Check implements [simulation.Book]: log, rows, registers and folds have to fit together.
func (l *simulatedLog) Check() error {
	report, err := l.Verify(context.Background())
	if err != nil {
		return err
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("verify finds %+v", report.Problems)
	}
	return nil
}

// Origin implements [simulation.Log].
func (l *simulatedLog) Origin() oplog.Origin { return l.origin }

// Machine implements [simulation.Log].
func (l *simulatedLog) Machine() int { return l.machine }

// Row implements [simulation.Log].
func (l *simulatedLog) Row(_ oplog.Scope, table, row string) oplog.Row {
	in := l.capture.tables[table]
	var cells []byte
	err := l.db().QueryRow(`SELECT cells FROM register WHERE tbl = ? AND row = ?`, table, row).Scan(&cells)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	check(err)
	return l.versionsOf(in, row, cells)
}

// Open implements [simulation.Log].
func (l *simulatedLog) Open(s oplog.Scope, table, row string) simulation.Form {
	f := app.Form{Table: table, Row: row, Seen: map[string][]string{}}
	saw := l.Row(s, table, row)
	if saw != nil {
		in := l.capture.tables[table]
		shown := try(scanShown(l.db().QueryRow(`SELECT `+quoted(in.names)+` FROM `+quote(table)+` WHERE id = ?`, row), len(in.names)))
		f = try(l.form(context.Background(), l.db(), table, row, shown))
	}
	return simulation.Form{Scope: s, Table: table, Row: row, Saw: saw, Paper: f}
}

// Write implements [simulation.Log].
func (l *simulatedLog) Write(a memlog.Action, edits []simulation.Edit) ([]oplog.Entry, error) {
	role := app.RoleAdmin
	if l.role == RoleKiosk {
		role = app.RoleKiosk
	}
	err := l.Store.Write(context.Background(), Action{ID: a.ID, Actor: app.Actor{ID: a.Actor, Role: role}, Verb: a.Verb}, func(tx *Tx) error {
		for _, e := range edits {
			if err := l.edit(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	own := l.fresh()
	if err != nil && len(own) > 0 {
		panic(fmt.Sprintf("an action failed and is in the log: %v", err))
	}
	if code := codeOf(err); err != nil && code != app.CodeRevoked && l.refused == nil {
		panic(err)
	}
	return own, err
}

// edit writes one row as the ports of the store do.
func (l *simulatedLog) edit(tx *Tx, e simulation.Edit) error {
	cells := maps.Clone(e.Cells)
	if e.Kind == simulation.Delete {
		cells = map[string]oplog.Value{"deleted": int64(1)}
	}
	columns := slices.Sorted(maps.Keys(cells))
	values := make([]any, len(columns))
	for i, c := range columns {
		values[i] = cells[c]
	}
	form, formed := e.Paper.(app.Form)
	switch {
	case e.Kind == simulation.Settle:
		for _, c := range columns {
			if now := l.Row(e.Scope, e.Table, e.Row)[c].Dots(); !slices.Equal(now, e.Saw[c].Dots()) {
				return nil // it has been settled, or there is more to see
			}
			tx.Insist(e.Table, e.Row, c, e.Saw[c].Dots())
		}
	case formed && e.Kind == simulation.Insert: // whoever makes a row has seen nothing of one
		form = app.Form{Table: e.Table, Row: e.Row, Seen: map[string][]string{}}
		fallthrough
	case formed:
		if err := tx.Form(form); err != nil {
			return err
		}
	}
	return upsert(tx, e.Table, e.Row, columns, values)
}

// Holds implements [simulation.Log].
func (l *simulatedLog) Holds(peer, log string, s oplog.Scope, heads []oplog.Head) {
	l.Witness(app.PeerLAN, peer).Holds(log, s, heads)
}

// simulatedReplica is the store as the machine's program hands it out.
type simulatedReplica struct{ *simulatedLog }

// Accept implements [exchange.Replica].
func (r simulatedReplica) Accept(ctx context.Context, b oplog.Batch) (exchange.Receipt, error) {
	got, err := r.Store.Replica().Accept(ctx, b)
	r.learn()
	return got, err
}

// Find implements [exchange.Replica].
func (r simulatedReplica) Find(ctx context.Context, s oplog.Scope, hashes []oplog.Hash) ([]oplog.Head, error) {
	return r.Store.Replica().Find(ctx, s, hashes)
}
