package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"

	"linli/app"
	"linli/sync/oplog"
)

// scratch is an empty hall beside the real one, into which the log is replayed.
type scratch struct {
	*Store
	dir  string
	path string
}

// openScratch makes one in a private temporary folder. It is thrown away
// afterwards, so it keeps no journal and waits for no disk.
func (s *Store) openScratch(ctx context.Context) (_ *scratch, err error) {
	f := &scratch{Store: &Store{hall: s.hall, zone: s.zone, ring: s.ring, clock: s.clock, built: s.built, bus: &app.Bus{}, stmts: map[string]*sql.Stmt{}}}
	f.known = &logState{vector: map[oplog.Scope]*oplog.Heads{}, forks: map[chainKey]bool{}, certs: map[chainKey]oplog.Certificate{}}
	defer func() {
		if err != nil {
			f.discard()
		}
	}()
	if f.dir, err = os.MkdirTemp("", "linli-verify-"); err != nil {
		return nil, err
	}
	f.path = filepath.Join(f.dir, "fresh.db")
	if f.db, err = sql.Open("sqlite", dsn(f.path, "_dqs=0", "_pragma=journal_mode(OFF)", "_pragma=synchronous(OFF)", "_pragma=foreign_keys(0)", "_pragma=temp_store(MEMORY)", "_pragma=cache_size(-65536)")); err != nil {
		return nil, err
	}
	f.db.SetMaxOpenConns(1)
	if f.conn, err = f.db.Conn(ctx); err != nil {
		return nil, err
	}
	if err = migrate(ctx, f.conn, nil); err != nil {
		return nil, err
	}
	// The declared columns are the same; no hook is hung on this connection.
	f.capture = &capture{tables: s.capture.tables}
	return f, nil
}

func (f *scratch) discard() {
	_ = f.Close()
	if f.dir != "" {
		_ = os.RemoveAll(f.dir)
	}
}

// replayFrom replays the whole log of the other connection's hall. An entry that
// cannot be read is left out: the check of the log has named it already.
func (f *scratch) replayFrom(ctx context.Context, conn querier) error {
	if err := f.exec("BEGIN"); err != nil {
		return err
	}
	tx := &Tx{s: f.Store}
	if err := f.loadCuts(ctx, conn, &f.known.cuts); err != nil {
		return err
	}
	if err := f.loadCertificates(ctx, conn); err != nil {
		return err
	}
	of := judges{s: f.Store, conn: conn}
	err := replay(ctx, conn, nil, func(seq int64, e oplog.Entry) error {
		cert, ok := f.known.certs[chainKey{e.Scope, e.Origin}]
		if !ok {
			return nil // the check of the log has named it
		}
		verdict, err := of.judge(ctx, e, cert)
		if err != nil {
			return err
		}
		// Folds read the order of events from the log. The body stays where it is.
		if _, err = f.insertEntryAt(tx, seq, e, verdict); err != nil {
			return err
		}
		_, err = f.apply(tx, e, seq, verdict)
		return err
	})
	if err != nil {
		return err
	}
	if err := f.refold(ctx, tx, nil); err != nil {
		return err
	}
	return f.exec("COMMIT")
}

func (f *scratch) insertEntryAt(tx *Tx, seq int64, e oplog.Entry, verdict oplog.Verdict) (sql.Result, error) {
	hash := e.Hash()
	return tx.Exec(`INSERT OR IGNORE INTO entry(seq, scope, origin, n, hash, hlc, wall, action, actor, verb, body, verdict) VALUES (?,?,?,?,?,?,?,?,?,?,x'',?)`,
		seq, string(e.Scope), e.Origin.String(), e.N, hash[:], int64(e.HLC), e.Wall, e.Action, e.Actor, e.Verb, int64(verdict))
}

// replay hands out the entries in the order in which this folder applied them,
// in pages, so that the same connection may write between them. scopes limits
// it, nil for all.
func replay(ctx context.Context, conn querier, scopes []oplog.Scope, each func(seq int64, e oplog.Entry) error) error {
	type stored struct {
		seq   int64
		scope string
		body  []byte
	}
	var after int64
	for {
		rows, err := conn.QueryContext(ctx, `SELECT seq, scope, body FROM entry WHERE seq > ? ORDER BY seq LIMIT 256`, after)
		if err != nil {
			return err
		}
		page, err := collect(rows, func(sc scanner) (st stored, err error) {
			err = sc.Scan(&st.seq, &st.scope, &st.body)
			return st, err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, st := range page {
			after = st.seq
			if scopes != nil && !slices.Contains(scopes, oplog.Scope(st.scope)) {
				continue
			}
			e, err := oplog.Decode(st.body)
			if err != nil {
				continue
			}
			if err := each(st.seq, e); err != nil {
				return err
			}
		}
	}
}

// refold makes the local tables of all rows again: tables limits it, nil for all.
// Events come after their instance, so only those that wait for theirs count.
func (s *Store) refold(ctx context.Context, tx *Tx, tables []string) error {
	for i := range Dictionary {
		t := &Dictionary[i]
		if tables != nil && !slices.Contains(tables, t.Name) {
			continue
		}
		in := s.capture.tables[t.Name]
		orphan := ""
		if of, event := cutEvent(t.Name); event && s.capture.tables[of] != nil {
			orphan = ` AND NOT EXISTS (SELECT 1 FROM ` + quote(of) + ` p WHERE p.id = e.` + quote(in.names[1]) + `)`
		}
		after := ""
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			rows, err := tx.Query(`SELECT `+quoted(in.names)+` FROM `+quote(t.Name)+` e WHERE e.id > ?`+orphan+` ORDER BY e.id LIMIT 256`, after)
			if err != nil {
				return err
			}
			page, err := collect(rows, func(sc scanner) (*rowChange, error) {
				vals, err := scanValues(sc, len(in.names))
				return &rowChange{in: in, new: vals}, err
			})
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			after = page[len(page)-1].id()
			if err := s.derive(tx, page); err != nil {
				return err
			}
		}
	}
	return nil
}

// Rebuild makes the rows of the scopes, none for all, again from the log: their
// tables, registers and folds, in one transaction. The log is checked first;
// when it is not whole itself, nothing is changed and the answer is CodeDamaged:
// then only a backup or another machine can help.
func (s *Store) Rebuild(ctx context.Context, scopes ...oplog.Scope) error {
	return translate("store: rebuild", s.rebuild(ctx, scopes))
}

func (s *Store) rebuild(ctx context.Context, scopes []oplog.Scope) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return app.Fail(app.CodeNoHall)
	}
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			_ = s.exec("ROLLBACK")
		}
	}()
	s.capture.pause()
	found := &findings{}
	if _, err := s.checkLog(ctx, s.conn, scopes, found.add); err != nil {
		return err
	}
	if len(found.problems) > 0 {
		return app.Fail(app.CodeDamaged)
	}
	tx := &Tx{s: s, Now: s.clock.Now()}
	tables, err := s.clearRows(tx, scopes)
	if err != nil {
		return err
	}
	if err := s.loadCuts(ctx, s.conn, &s.known.cuts); err != nil {
		return err
	}
	of := judges{s: s, conn: s.conn}
	err = replay(ctx, s.conn, scopes, func(seq int64, e oplog.Entry) error {
		cert, err := s.certificateFor(tx, e.Scope, e.Origin, nil)
		if err != nil {
			return err
		}
		verdict, err := of.judge(ctx, e, cert)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE entry SET verdict = ?1 WHERE seq = ?2 AND verdict <> ?1`, int64(verdict), seq); err != nil {
			return err
		}
		_, err = s.apply(tx, e, seq, verdict)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.refold(ctx, tx, tables); err != nil {
		return err
	}
	if err := s.saveClock(tx); err != nil {
		return err
	}
	if err := s.exec("COMMIT"); err != nil {
		return err
	}
	committed = true
	if s.index != nil && slices.Contains(tables, "resident") {
		s.index.empty()
	}
	for _, f := range tx.after {
		f()
	}
	s.bus.Publish(app.Changed{})
	return nil
}

// clearRows physically empties the tables of the scopes and what belongs to their
// rows, and answers the tables' names.
func (s *Store) clearRows(tx *Tx, scopes []oplog.Scope) (tables []string, err error) {
	in := func(part string) bool {
		return len(scopes) == 0 || slices.Contains(scopes, oplog.HallScope(s.hall, part))
	}
	for i := range Dictionary {
		t := &Dictionary[i]
		if !in(t.Scope) {
			continue
		}
		tables = append(tables, t.Name)
		if _, err := tx.Exec(`DELETE FROM ` + quote(t.Name)); err != nil {
			return nil, err
		}
		for _, local := range []string{"register", "conflict", "touch"} {
			if _, err := tx.Exec(`DELETE FROM `+local+` WHERE tbl = ?`, t.Name); err != nil {
				return nil, err
			}
		}
	}
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		if !in(part) {
			continue
		}
		for _, local := range []string{"register", "touch"} { // of tables that are not known here, see tableOf
			if _, err := tx.Exec(`DELETE FROM `+local+` WHERE tbl >= ? AND tbl < ?`, part+"/", part+"0"); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range derived {
		if !in(d.part) {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM ` + quote(d.name)); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

// learnTables makes the rows of tables that an earlier program did not know and that
// this one does: their entries came before it, and wait in the log.
func (s *Store) learnTables(ctx context.Context) error {
	var scopes []oplog.Scope
	for i := range Dictionary {
		t := &Dictionary[i]
		var waiting bool
		err := s.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM register WHERE tbl = ?)`, t.Scope+"/"+t.Name).Scan(&waiting)
		if err != nil {
			return err
		}
		if scope := oplog.HallScope(s.hall, t.Scope); waiting && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) == 0 {
		return nil
	}
	return s.rebuild(ctx, scopes)
}
