package store

import (
	"context"
	"database/sql"
	"errors"

	"linli/app"
	"linli/sync/oplog"
)

// A row's register holds the live versions of its columns beside the row itself,
// which has the values that are shown.

// loadRegister reads the live versions of a row; shown are its values in the
// domain table, the key first.
func (s *Store) loadRegister(tx *Tx, in *captured, id string, shown []any) (oplog.Row, error) {
	var cells []byte
	err := tx.QueryRow(`SELECT cells FROM register WHERE tbl = ? AND row = ?`, in.table.Name, id).Scan(&cells)
	if err != nil {
		return nil, registerFault(in, err)
	}
	return in.versions(cells, shown)
}

// versions opens a row's register.
func (in *captured) versions(cells []byte, shown []any) (oplog.Row, error) {
	row, err := oplog.DecodeRow(cells, in.columns, func(column string) oplog.Value { return shown[in.place(column)] })
	if err != nil {
		return nil, registerFault(in, err)
	}
	return row, nil
}

// registerFault: a row without a register that fits it is damage, for Rebuild to mend.
func registerFault(in *captured, err error) error {
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, oplog.ErrRow) {
		return &app.Error{Code: app.CodeDamaged, Op: "store: register of a row of " + in.table.Name, Err: err}
	}
	return err
}

// saveRegister writes the live versions of a row and, where people settle
// conflicts, notes whether one of its columns has several values.
func (s *Store) saveRegister(tx *Tx, in *captured, id string, row oplog.Row) error {
	if _, err := tx.Exec(`INSERT INTO register(tbl, row, cells) VALUES (?,?,?) ON CONFLICT(tbl, row) DO UPDATE SET cells = excluded.cells`,
		in.table.Name, id, oplog.EncodeRow(row, in.columns)); err != nil {
		return err
	}
	if !in.table.settledByPeople() {
		return nil
	}
	for _, reg := range row {
		if len(reg) > 1 && len(reg.Conflicts()) > 0 {
			_, err := tx.Exec(`INSERT OR IGNORE INTO conflict(tbl, row) VALUES (?,?)`, in.table.Name, id)
			return err
		}
	}
	_, err := tx.Exec(`DELETE FROM conflict WHERE tbl = ? AND row = ?`, in.table.Name, id)
	return err
}

// showGreatest puts right a row whose new value is not the one to show. A write is
// later than all that its author's machine has seen, but for stamps beyond the
// time that clocks follow, see [oplog.MaxHLC].
func showGreatest(tx *Tx, r *rowChange, c oplog.Change, row oplog.Row) error {
	for _, cell := range c.Cells {
		shown := row[cell.Column].Shown().Value
		if oplog.Equal(shown, cell.Value) {
			continue
		}
		r.new[r.in.place(cell.Column)] = shown
		if err := upsert(tx, c.Table, c.Row, []string{cell.Column}, []any{shown}); err != nil {
			return err
		}
	}
	return nil
}

// form answers what is on the screen now: for each column the dots shown.
func (s *Store) form(ctx context.Context, from querier, table, id string, shown []any) (app.Form, error) {
	in := s.capture.tables[table]
	var cells []byte
	if err := from.QueryRowContext(ctx, `SELECT cells FROM register WHERE tbl = ? AND row = ?`, table, id).Scan(&cells); err != nil {
		return app.Form{}, registerFault(in, err)
	}
	row, err := in.versions(cells, shown)
	if err != nil {
		return app.Form{}, err
	}
	f := app.Form{Table: table, Row: id, Seen: make(map[string][]string, len(row))}
	for column, reg := range row {
		for _, d := range reg.ShownDots() {
			f.Seen[column] = append(f.Seen[column], d.String())
		}
	}
	return f, nil
}
