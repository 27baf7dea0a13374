package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// apply merges the changes of one entry into the rows of tx's database: registers
// first, then the columns whose shown value changed. It is the one way from log
// to rows: for entries of other machines, for verify and for Rebuild. A void entry
// changes no row, but is part of the rows' history. Of a table that only a newer
// program knows the registers are kept, so that they are there when this machine
// is brought up to date. The caller derives from the rows that it answers.
//
// Apply cannot fail for what an entry says, only for what the disk does: tables
// have no constraint but the key, and what a column cannot hold shows as nothing.
func (s *Store) apply(tx *Tx, e oplog.Entry, seq int64, verdict oplog.Verdict) ([]*rowChange, error) {
	if s.hlc != nil { // a replay into a scratch hall has no clock
		s.hlc.Observe(e.HLC)
	}
	var touched []*rowChange
	for i, c := range e.Changes {
		if c.Erased {
			continue
		}
		_, name := s.tableOf(e.Scope, c.Table)
		if err := s.touch(tx, name, c.Row, seq, i); err != nil {
			return nil, err
		}
		if verdict.Void() {
			continue
		}
		r, err := s.applyTo(tx, e, c)
		if err != nil {
			return nil, fmt.Errorf("store: apply: %w", err)
		}
		if r != nil {
			touched = append(touched, r)
		}
	}
	return touched, nil
}

// tableOf answers the table that a change is about, and what it is called in the local
// tables. A table that is not known here, or not in that scope, has no rows of its own: a
// newer program's rows wait under the scope's name, and so does what no program writes.
func (s *Store) tableOf(scope oplog.Scope, table string) (in *captured, name string) {
	if in := s.capture.tables[table]; in != nil && in.table.Scope == scope.Part() {
		return in, table
	}
	return nil, scope.Part() + "/" + table
}

// applyTo merges one change; the answer is nil for a table that is not known here.
func (s *Store) applyTo(tx *Tx, e oplog.Entry, c oplog.Change) (*rowChange, error) {
	in, name := s.tableOf(e.Scope, c.Table)
	if in == nil {
		return nil, s.applyUnknown(tx, name, e, c)
	}
	return s.applyChange(tx, in, e, in.fitting(c))
}

// applyUnknown keeps the registers of a row whose table is not known here, with
// all values in them.
func (s *Store) applyUnknown(tx *Tx, name string, e oplog.Entry, c oplog.Change) error {
	var cells []byte
	var row oplog.Row
	err := tx.QueryRow(`SELECT cells FROM register WHERE tbl = ? AND row = ?`, name, c.Row).Scan(&cells)
	if err == nil {
		if row, err = oplog.DecodeRow(cells, nil, nil); err != nil {
			return &app.Error{Code: app.CodeDamaged, Op: "store: register of an unknown table", Err: err}
		}
	} else if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	row, _ = oplog.ApplyChange(row, e, c)
	_, err = tx.Exec(`INSERT INTO register(tbl, row, cells) VALUES (?,?,?) ON CONFLICT(tbl, row) DO UPDATE SET cells = excluded.cells`, name, c.Row, oplog.EncodeRow(row, nil))
	return err
}

// saveClock makes everything written here from now on later than what was seen, also after a restart.
func (s *Store) saveClock(tx *Tx) error {
	_, err := tx.Exec(`UPDATE replica SET hlc = ?`, int64(s.hlc.Last()))
	return err
}

// fitting answers the change with what its columns can hold, see fit.
func (in *captured) fitting(c oplog.Change) oplog.Change {
	whole := c.Cells
	for i, cell := range whole {
		v := in.fit(cell.Column, cell.Value)
		if oplog.Equal(v, cell.Value) {
			continue
		}
		if &c.Cells[0] == &whole[0] {
			c.Cells = slices.Clone(whole) // the entry is not altered
		}
		c.Cells[i].Value = v
	}
	return c
}

// fit answers a value of the log as its column shows it: itself, or nothing where
// this program's column holds another kind of value. It depends on value and
// column alone, so that rows do not depend on the order in which entries came.
// When a newer program widens the column, its migration rebuilds the rows.
func (in *captured) fit(column string, v oplog.Value) oplog.Value {
	i := in.place(column)
	if i == 0 || v == nil && column != "deleted" {
		return v
	}
	fits := false
	switch x := v.(type) {
	case int64:
		fits = in.types[i] == "INTEGER"
	case string:
		// SQLite would keep a NUL, and hand out what stands before it.
		fits = in.types[i] == "TEXT" && strings.IndexByte(x, 0) < 0
	case []byte:
		fits = in.types[i] == "BLOB" || in.types[i] == "ANY" && seal.IsSealed(x)
	}
	switch {
	case fits:
		return v
	case column == "deleted":
		return int64(0) // not said to be deleted: alive
	}
	return nil
}

func (s *Store) applyChange(tx *Tx, in *captured, e oplog.Entry, c oplog.Change) (*rowChange, error) {
	if r, err := s.applyNew(tx, in, e, c); r != nil || err != nil {
		return r, err
	}
	r := &rowChange{in: in}
	shown, err := readRow(tx, in, c.Row)
	if err != nil {
		return nil, err
	}
	var row oplog.Row
	if shown != nil {
		if row, err = s.loadRegister(tx, in, c.Row, shown); err != nil {
			return nil, err
		}
		r.old = append([]any(nil), shown...)
	} else {
		shown = make([]any, len(in.names))
		shown[0] = c.Row
	}
	row, changed := oplog.ApplyChange(row, e, c)
	var set []string
	var args []any
	for i, name := range in.names {
		if v, ok := changed[name]; ok && i > 0 {
			shown[i] = v
			set, args = append(set, name), append(args, v)
		}
	}
	r.new = shown
	if r.old == nil || len(set) > 0 {
		if err := upsert(tx, in.table.Name, c.Row, set, args); err != nil {
			return nil, err
		}
	}
	return r, s.saveRegister(tx, in, c.Row, row)
}

// applyNew applies a change that makes a row, in one statement; nil when the row is there already.
// Nearly every change of another machine is one.
func (s *Store) applyNew(tx *Tx, in *captured, e oplog.Entry, c oplog.Change) (*rowChange, error) {
	for i := range c.Cells {
		if len(c.Cells[i].Over) > 0 {
			return nil, nil
		}
	}
	row, changed := oplog.ApplyChange(nil, e, c)
	vals := make([]any, len(in.names))
	vals[0] = c.Row
	for i, name := range in.names[1:] {
		vals[i+1] = changed[name]
		if name == "deleted" && vals[i+1] == nil {
			vals[i+1] = int64(0)
		}
	}
	res, err := tx.Exec(in.insert, vals...)
	if err != nil {
		return nil, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return nil, err
	}
	return &rowChange{in: in, new: vals}, s.saveRegister(tx, in, c.Row, row)
}

// readRow answers a row's values in physical order, nil when there is none.
func readRow(tx *Tx, in *captured, id string) ([]any, error) {
	rows, err := tx.Query(`SELECT `+quoted(in.names)+` FROM `+quote(in.table.Name)+` WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return nil, rows.Err()
	}
	vals, err := scanValues(rows, len(in.names))
	if err != nil {
		return nil, err
	}
	return vals, rows.Err()
}

// scanner is the part of *sql.Rows and *sql.Row that reading a row needs.
type scanner interface{ Scan(dest ...any) error }

func scanValues(sc scanner, n int) ([]any, error) {
	vals, ptrs := make([]any, n), make([]any, n)
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	return vals, sc.Scan(ptrs...)
}

func upsert(tx *Tx, table, id string, columns []string, args []any) error {
	marks := strings.Repeat(",?", len(columns))
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = quote(c) + " = excluded." + quote(c)
	}
	then := "NOTHING"
	names := ""
	if len(columns) > 0 {
		then, names = "UPDATE SET "+strings.Join(sets, ", "), ", "+quoted(columns)
	}
	_, err := tx.Exec(`INSERT INTO `+quote(table)+`(id`+names+`) VALUES (?`+marks+`) ON CONFLICT(id) DO `+then, append([]any{id}, args...)...)
	return err
}

func quote(name string) string { return `"` + name + `"` }

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = quote(n)
	}
	return strings.Join(q, ", ")
}
