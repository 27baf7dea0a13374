package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"linli/app"
	"linli/sync/oplog"
)

// LogEntry is one entry of the log as a person reads it.
type LogEntry struct {
	Seq           int64 // this machine's own order
	Hash          string
	Scope, Origin string
	N             int64
	At            time.Time
	Action        string
	Actor, Name   string // who, and by what name stories show them
	Verb          string
	Changes       []LogChange
}

// LogChange is one changed row; Values are masked as for an outside reader.
type LogChange struct {
	Table, Row string
	Columns    []string // in the entry's order
	Values     map[string]string
}

// Log hands out the entries in this machine's order, oldest first: all of them,
// or those that touched a record and, for a process such as a visit, its events.
// limit above 0 leaves out all but the newest. Of a record only its own changes
// are shown. CodeNotFound when no entry names the record.
func (s *Store) Log(ctx context.Context, by app.Actor, record string, limit int, each func(LogEntry) error) error {
	if err := by.Require(app.ActFind); err != nil {
		return err
	}
	where, args := ` WHERE 1=1`, []any{}
	shown := map[string]bool{}
	if record != "" {
		ids, err := s.recordIDs(ctx, record)
		if err != nil {
			return translate("log.read", err)
		}
		var tables []string
		for i := range Dictionary {
			tables = append(tables, `'`+Dictionary[i].Name+`'`)
		}
		where += ` AND seq IN (SELECT seq FROM touch WHERE tbl IN (` + strings.Join(tables, ",") + `) AND row IN (?` + strings.Repeat(",?", len(ids)-1) + `))`
		for _, id := range ids {
			args = append(args, id)
			shown[id] = true
		}
	}
	if limit > 0 {
		where += ` AND seq > coalesce((SELECT seq FROM entry` + where + ` ORDER BY seq DESC LIMIT 1 OFFSET ?), 0)`
		args = append(append(args, args...), limit)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT seq, body FROM entry`+where+` ORDER BY seq`, args...)
	if err != nil {
		return translate("log.read", err)
	}
	defer func() { _ = rows.Close() }()
	found := false
	for rows.Next() {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return translate("log.read", err)
		}
		e, err := oplog.Decode(body)
		if err != nil {
			return app.Fail(app.CodeDamaged)
		}
		found = true
		if err := each(s.logEntry(ctx, seq, e, shown)); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return translate("log.read", err)
	}
	if record != "" && !found {
		return app.Bad(app.CodeNotFound, "record")
	}
	return nil
}

// recordIDs answers a record's id with those of its events.
func (s *Store) recordIDs(ctx context.Context, id string) ([]string, error) {
	ids := []string{id}
	for _, table := range []string{"ticket", "visit", "case", "slot", "appointment"} {
		var n int
		err := s.read.QueryRowContext(ctx, `SELECT 1 FROM `+quote(table)+` WHERE id = ?`, id).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows, err := s.read.QueryContext(ctx, `SELECT id FROM `+table+`_event WHERE `+quote(table)+` = ?`, id)
		if err != nil {
			return nil, err
		}
		events, err := collect(rows, func(sc scanner) (id string, err error) { err = sc.Scan(&id); return id, err })
		if err != nil {
			return nil, err
		}
		ids = append(ids, events...)
	}
	return ids, nil
}

func (s *Store) logEntry(ctx context.Context, seq int64, e oplog.Entry, only map[string]bool) LogEntry {
	l := LogEntry{
		Seq: seq, Hash: e.Dot().String(), Scope: string(e.Scope), Origin: e.Origin.String(), N: e.N, At: time.UnixMilli(e.Wall),
		Action: e.Action, Actor: e.Actor, Name: s.staffName(ctx, e.Actor), Verb: e.Verb,
	}
	for _, c := range e.Changes {
		if len(only) > 0 && !only[c.Row] {
			continue
		}
		lc := LogChange{Table: c.Table, Row: c.Row, Values: map[string]string{}}
		for _, cell := range c.Cells {
			lc.Columns = append(lc.Columns, cell.Column)
			lc.Values[cell.Column] = s.logValue(c.Table, c.Row, cell)
		}
		l.Changes = append(l.Changes, lc)
	}
	return l
}

// logValue shows one cell. What cannot be opened or is no text is only named.
func (s *Store) logValue(table, row string, cell oplog.Cell) string {
	b, bytes := cell.Value.([]byte)
	if !bytes {
		return text(cell.Value)
	}
	t := byName[table]
	if t == nil || t.column(cell.Column) == nil || !t.column(cell.Column).Sealed() {
		return "****"
	}
	plain, err := s.unseal(table, row, cell.Column, b)
	if err != nil {
		return "****"
	}
	return maskOutside(table, cell.Column, plain)
}
