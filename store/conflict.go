package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"linli/app"
	"linli/app/registry"
	"linli/sync/oplog"
)

// replication implements app.ReplicationPort: conflicts here, how far things have
// come in delivery.go, machines in device.go, what needs a person in attention.go.
type replication struct{ *Store }

var _ app.ReplicationPort = replication{}

// settling is a conflict with what settling it takes.
type settling struct {
	app.Conflict
	register oplog.Register
	values   []oplog.Version
}

// conflictID names a conflict by its cell and its live versions: another value that
// arrives makes another conflict of it, so that nobody decides what they have not seen.
func conflictID(table, row, column string, reg oplog.Register) string {
	h := sha256.New()
	for _, part := range []string{table, row, column} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	for _, d := range reg.Dots() {
		h.Write(d[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Conflicts implements app.ReplicationPort, in the order of tables and rows.
func (p replication) Conflicts(ctx context.Context, by app.Actor) ([]app.Conflict, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	list, err := p.conflicts(ctx, by)
	out := make([]app.Conflict, len(list))
	for i := range list {
		out[i] = list[i].Conflict
	}
	return out, translate("conflict.list", err)
}

func (p replication) conflicts(ctx context.Context, by app.Actor) ([]settling, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT c.tbl, c.row, r.cells FROM conflict c JOIN register r ON r.tbl = c.tbl AND r.row = c.row ORDER BY c.tbl, c.row`)
	if err != nil {
		return nil, err
	}
	type place struct {
		table, row string
		cells      []byte
	}
	places, err := collect(rows, func(sc scanner) (pl place, err error) {
		err = sc.Scan(&pl.table, &pl.row, &pl.cells)
		return pl, err
	})
	if err != nil {
		return nil, err
	}
	var out []settling
	for _, pl := range places {
		in := p.capture.tables[pl.table]
		if in == nil {
			continue
		}
		shown, err := scanValues(p.read.QueryRowContext(ctx, `SELECT `+quoted(in.names)+` FROM `+quote(pl.table)+` WHERE id = ?`, pl.row), len(in.names))
		if err != nil {
			return nil, err
		}
		row, err := in.versions(pl.cells, shown)
		if err != nil {
			return nil, err
		}
		for _, col := range in.table.Columns {
			reg := row[col.Name]
			if len(reg) < 2 || len(reg.Conflicts()) == 0 {
				continue
			}
			c := settling{register: reg, values: append([]oplog.Version{reg.Shown()}, reg.Conflicts()...)}
			c.Conflict = app.Conflict{
				ID: conflictID(pl.table, pl.row, col.Name, reg), Table: pl.table, Row: pl.row, Column: col.Name, Title: col.Title,
				Record: p.recordName(by, in, pl.row, shown),
			}
			for _, v := range c.values {
				one, err := p.conflictValue(ctx, by, pl.table, pl.row, col.Name, v)
				if err != nil {
					return nil, err
				}
				c.Values = append(c.Values, one)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// conflictValue says what, who, when and where of one version.
func (p replication) conflictValue(ctx context.Context, by app.Actor, table, row, column string, v oplog.Version) (out app.ConflictValue, err error) {
	mask := func(c, value string) string { return registry.Mask(by.Role, c, value) }
	if out.Value, err = p.shownCell(table, row, oplog.Cell{Column: column, Value: v.Value}, mask); err != nil {
		if codeOf(err) != app.CodeNoKey && codeOf(err) != app.CodeDamaged {
			return out, err
		}
		out.Value = "…" // sealed to keys that are not here
	}
	var actor string
	var wall int64
	end := v.Dot
	for i := len(end) - 1; i >= 0; i-- { // the next dot after all hashes that begin with it
		if end[i]++; end[i] != 0 {
			break
		}
	}
	if err := p.read.QueryRowContext(ctx, `SELECT actor, wall FROM entry WHERE hash >= ? AND hash < ?`, v.Dot[:], end[:]).Scan(&actor, &wall); err != nil {
		return out, err
	}
	out.By, out.At, out.Where = p.staffName(ctx, actor), time.UnixMilli(wall), p.deviceName(ctx, v.Origin)
	return out, nil
}

// recordName is what people call a record, masked.
func (p replication) recordName(by app.Actor, in *captured, row string, shown []any) string {
	for _, column := range []string{"name", "title", "number", "receipt", "letter"} {
		if in.table.column(column) == nil {
			continue
		}
		s, err := p.shownCell(in.table.Name, row, oplog.Cell{Column: column, Value: shown[in.place(column)]}, func(c, v string) string { return registry.Mask(by.Role, c, v) })
		if err == nil && s != "" {
			return s
		}
	}
	return in.table.Title
}

// Resolve implements app.ReplicationPort.
func (p replication) Resolve(ctx context.Context, by app.Actor, id string, take int) error {
	const op = "conflict.resolve"
	if err := by.Require(app.ActRegistry); err != nil {
		return err
	}
	list, err := p.conflicts(ctx, by)
	if err != nil {
		return translate(op, err)
	}
	i := slices.IndexFunc(list, func(c settling) bool { return c.ID == id })
	if i < 0 {
		return app.Fail(app.CodeStale)
	}
	c := list[i]
	if take < 0 || take >= len(c.values) {
		return app.Bad(app.CodeInvalid, "take")
	}
	err = p.Write(ctx, Action{Actor: by, Verb: op}, func(tx *Tx) error {
		reg, err := p.registerOf(tx, c.Table, c.Row, c.Column)
		if err != nil {
			return err
		}
		if conflictID(c.Table, c.Row, c.Column, reg) != id {
			return app.Fail(app.CodeStale) // something came in between
		}
		tx.Insist(c.Table, c.Row, c.Column, reg.Dots())
		_, err = tx.Exec(`UPDATE `+quote(c.Table)+` SET `+quote(c.Column)+` = ? WHERE id = ?`, c.values[take].Value, c.Row)
		return err
	})
	if err != nil {
		return err
	}
	return p.noteDecision(ctx, id, c)
}

// noteDecision remembers which version the decision made, so that it can be undone.
func (p replication) noteDecision(ctx context.Context, id string, c settling) error {
	return p.Write(ctx, Action{Verb: "conflict.note"}, func(tx *Tx) error {
		reg, err := p.registerOf(tx, c.Table, c.Row, c.Column)
		if err != nil || len(reg) != 1 {
			return err
		}
		_, err = tx.Exec(`INSERT OR REPLACE INTO decision(id, tbl, row, col, dot, at) VALUES (?,?,?,?,?,?)`, id, c.Table, c.Row, c.Column, reg[0].Dot[:], tx.Now.UnixMilli())
		return err
	})
}

func (p replication) registerOf(tx *Tx, table, row, column string) (oplog.Register, error) {
	in := p.capture.tables[table]
	shown, err := readRow(tx, in, row)
	if err != nil {
		return nil, err
	}
	if shown == nil {
		return nil, app.Fail(app.CodeNotFound)
	}
	all, err := p.loadRegister(tx, in, row, shown)
	return all[column], err
}

// UndoResolve implements app.ReplicationPort: all the values that the decision
// replaced stand beside each other again, the one that was shown first on top.
func (p replication) UndoResolve(ctx context.Context, by app.Actor, id string) error {
	const op = "conflict.undo"
	if err := by.Require(app.ActRegistry); err != nil {
		return err
	}
	var table, row, column string
	var dot []byte
	if err := p.read.QueryRowContext(ctx, `SELECT tbl, row, col, dot FROM decision WHERE id = ?`, id).Scan(&table, &row, &column, &dot); err != nil {
		return translate(op, err)
	}
	values, err := p.replacedBy(ctx, table, row, column, oplog.Dot(dot))
	if err != nil {
		return translate(op, err)
	}
	action := NewID()
	// The value that is to be shown is written last: its stamp is the greatest.
	for i, v := range values {
		err := p.Write(ctx, Action{ID: action, Actor: by, Verb: op}, func(tx *Tx) error {
			reg, err := p.registerOf(tx, table, row, column)
			if err != nil {
				return err
			}
			var over []oplog.Dot
			if i == 0 {
				if len(reg) != 1 || reg[0].Dot != oplog.Dot(dot) {
					return app.Fail(app.CodeStale)
				}
				over = reg.Dots()
				if _, err := tx.Exec(`DELETE FROM decision WHERE id = ?`, id); err != nil {
					return err
				}
			}
			tx.Insist(table, row, column, over)
			_, err = tx.Exec(`UPDATE `+quote(table)+` SET `+quote(column)+` = ? WHERE id = ?`, v, row)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replacedBy answers the different values that one version was written over, the
// one that was shown last.
func (p replication) replacedBy(ctx context.Context, table, row, column string, dot oplog.Dot) ([]oplog.Value, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT n.body FROM touch t JOIN entry n ON n.seq = t.seq WHERE t.tbl = ? AND t.row = ?`, table, row)
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	versions := map[oplog.Dot]oplog.Version{}
	var over []oplog.Dot
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			return nil, app.Fail(app.CodeDamaged)
		}
		for _, c := range e.Changes {
			if c.Table != table || c.Row != row {
				continue
			}
			for _, cell := range c.Cells {
				if cell.Column != column {
					continue
				}
				versions[e.Dot()] = oplog.Version{Dot: e.Dot(), HLC: e.HLC, Origin: e.Origin, Value: cell.Value}
				if e.Dot() == dot {
					over = cell.Over
				}
			}
		}
	}
	var reg oplog.Register
	for _, d := range over {
		if v, ok := versions[d]; ok {
			reg = oplog.Merge(reg, v, nil)
		}
	}
	if len(reg) == 0 {
		return nil, app.Fail(app.CodeStale)
	}
	list := append([]oplog.Version{reg.Shown()}, reg.Conflicts()...)
	values := make([]oplog.Value, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		values = append(values, list[i].Value)
	}
	return values, nil
}
