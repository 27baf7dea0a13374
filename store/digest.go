package store

import (
	"context"
	"database/sql"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Digest implements [exchange.Replica]: it reads all registers of the scope at one
// moment of the log. It is for the daily comparison and on demand.
func (r *replica) Digest(ctx context.Context, scope oplog.Scope) (d exchange.Digest, err error) {
	const op = "replica.digest"
	// The vector and the snapshot have to be of one moment: the writer is held while both begin.
	r.s.mu.Lock()
	tx, err := r.s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err == nil {
		var one int
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM replica`).Scan(&one) // the snapshot begins here
	}
	if heads := r.s.known.vector[scope]; heads != nil {
		d.Vector = heads.Digest()
	} else {
		d.Vector = (&oplog.Heads{}).Digest()
	}
	r.s.mu.Unlock()
	if err != nil {
		return d, translate(op, err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, in := range r.s.capture.tables {
		if in.table.Scope == scope.Part() {
			if err := digestTable(ctx, tx, in, &d.Rows); err != nil {
				return d, translate(op, err)
			}
		}
	}
	if err := digestUnknown(ctx, tx, scope, &d.Rows); err != nil {
		return d, translate(op, err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT hash FROM entry WHERE scope = ? AND verdict <> 0`, string(scope))
	if err != nil {
		return d, translate(op, err)
	}
	void, err := collect(rows, func(sc scanner) (h []byte, err error) { err = sc.Scan(&h); return h, err })
	for _, h := range void {
		d.Rows.AddVoid(oplog.Hash(h))
	}
	return d, translate(op, err)
}

// digestTable adds all rows of a table that this program knows.
func digestTable(ctx context.Context, tx querier, in *captured, d *oplog.SetDigest) error {
	name := in.table.Name
	rows, err := tx.QueryContext(ctx, `SELECT r.cells, `+prefixed("t", in.names)+` FROM `+quote(name)+` t JOIN register r ON r.tbl = ? AND r.row = t.id`, name)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		vals, err := scanValues(rows, len(in.names)+1)
		if err != nil {
			return err
		}
		cells, _ := vals[0].([]byte)
		row, err := in.versions(cells, vals[1:])
		if err != nil {
			return err
		}
		id, _ := vals[1].(string)
		d.AddRow(name, id, row)
	}
	return rows.Err()
}

// digestUnknown adds the rows of tables that are not known here, see [Store.tableOf].
func digestUnknown(ctx context.Context, tx querier, scope oplog.Scope, d *oplog.SetDigest) error {
	prefix := scope.Part() + "/"
	rows, err := tx.QueryContext(ctx, `SELECT substr(tbl, ?), row, cells FROM register WHERE tbl >= ? AND tbl < ?`, len(prefix)+1, prefix, scope.Part()+"0") // "0" follows "/"
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var table, id string
		var cells []byte
		if err := rows.Scan(&table, &id, &cells); err != nil {
			return err
		}
		row, err := oplog.DecodeRow(cells, nil, nil)
		if err != nil {
			return err
		}
		d.AddRow(table, id, row)
	}
	return rows.Err()
}

func prefixed(alias string, names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += alias + "." + quote(n)
	}
	return out
}
