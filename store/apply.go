package store

import (
	"fmt"
	"strings"

	"linli/sync/oplog"
)

// apply merges the changes of one entry into the rows of tx's database: registers
// first, then the columns whose shown value changed. It is the one way from log
// to rows: for verify and Rebuild now, for entries of other machines later. A
// table or column of a newer program stays in the log and waits there.
//
// Apply cannot fail for what an entry says, only for what the disk does: tables
// have no constraint but the key.
func (s *Store) apply(tx *Tx, e oplog.Entry, seq int64) ([]*rowChange, error) {
	var touched []*rowChange
	for i, c := range e.Changes {
		in := s.capture.tables[c.Table]
		if c.Erased || in == nil {
			continue
		}
		r, err := s.applyChange(tx, in, e, c)
		if err != nil {
			return nil, fmt.Errorf("store: apply to %s: %w", c.Table, err)
		}
		if err := s.touch(tx, c, seq, i); err != nil {
			return nil, err
		}
		touched = append(touched, r)
	}
	return touched, nil
}

func (s *Store) applyChange(tx *Tx, in *captured, e oplog.Entry, c oplog.Change) (*rowChange, error) {
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
