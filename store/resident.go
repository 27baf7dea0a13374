package store

import (
	"context"
	"database/sql"
	"errors"
	"sort"
	"strings"
	"time"

	"linli/app"
	"linli/app/registry"
	"linli/sync/oplog"
)

// residents implements app.RegistryPort.
type residents struct{ *Store }

var _ app.RegistryPort = residents{}

// openResident turns a row (physical order) into a resident in the clear.
func (s *Store) openResident(row []any) (r app.Resident, deleted bool, err error) {
	in := s.capture.tables["resident"]
	r.ID, _ = row[0].(string)
	for i, c := range in.table.Columns {
		v := row[i+1]
		if c.Name == "deleted" {
			n, _ := v.(int64)
			deleted = n != 0
			r.Deleted = deleted
			continue
		}
		field := r.Column(c.Name)
		if c.Sealed() {
			if *field, err = s.unseal("resident", r.ID, c.Name, v); err != nil {
				return r, deleted, err
			}
			continue
		}
		*field, _ = v.(string)
	}
	return r, deleted, nil
}

// Find implements app.RegistryPort.
func (p residents) Find(ctx context.Context, by app.Actor, query, gridID string, limit int) ([]app.Found, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	inGrid, err := p.below(ctx, gridID)
	if err != nil {
		return nil, translate("resident.find", err)
	}
	people, err := p.index.find(ctx, query, limit, inGrid)
	if err != nil {
		return nil, translate("resident.find", err)
	}
	today := p.localNow()
	out := make([]app.Found, len(people))
	for i, h := range people {
		tail := ""
		if n := len(h.idNumber); n >= 4 {
			tail = h.idNumber[n-4:]
		}
		out[i] = app.Found{
			ID: h.id, Name: registry.Mask(by.Role, "name", h.name), Sex: h.sex, Age: registry.Age(h.birth, today),
			IDTail: tail, Phone: registry.Mask(by.Role, "phone", h.phone), Address: registry.Mask(by.Role, "address", h.address), GridID: h.grid,
		}
	}
	return out, nil
}

// gridsBelow selects a grid and all below it.
const gridsBelow = `WITH RECURSIVE below(id) AS (SELECT ? UNION SELECT g.id FROM grid g JOIN below b ON g.parent = b.id) SELECT id FROM below`

// below answers a test for a grid and all below it; nil for no limit.
func (s *Store) below(ctx context.Context, gridID string) (func(string) bool, error) {
	if gridID == "" {
		return nil, nil
	}
	rows, err := s.read.QueryContext(ctx, gridsBelow, gridID)
	if err != nil {
		return nil, err
	}
	ids, err := collect(rows, func(sc scanner) (id string, err error) { err = sc.Scan(&id); return id, err })
	in := make(map[string]bool, len(ids))
	for _, id := range ids {
		in[id] = true
	}
	return func(id string) bool { return in[id] }, err
}

// get reads a resident in the clear.
func (p residents) get(ctx context.Context, from querier, id string) (app.Resident, []any, error) {
	in := p.capture.tables["resident"]
	vals, err := scanValues(from.QueryRowContext(ctx, `SELECT `+quoted(in.names)+` FROM resident WHERE id = ?`, id), len(in.names))
	if errors.Is(err, sql.ErrNoRows) {
		return app.Resident{}, nil, app.Fail(app.CodeNotFound)
	}
	if err != nil {
		return app.Resident{}, nil, err
	}
	r, _, err := p.openResident(vals)
	return r, vals, err
}

// Resident implements app.RegistryPort.
func (p residents) Resident(ctx context.Context, by app.Actor, id string) (app.Resident, app.Form, error) {
	if err := by.Require(app.ActFind); err != nil {
		return app.Resident{}, app.Form{}, err
	}
	// Values and versions from one snapshot: a form must not vouch for a value
	// that came in between and was not shown.
	tx, err := p.read.BeginTx(ctx, nil)
	if err != nil {
		return app.Resident{}, app.Form{}, translate("resident.read", err)
	}
	defer func() { _ = tx.Rollback() }()
	r, vals, err := p.get(ctx, tx, id)
	if err != nil {
		return app.Resident{}, app.Form{}, translate("resident.read", err)
	}
	for _, c := range app.ResidentColumns() {
		f := r.Column(c)
		*f = registry.Mask(by.Role, c, *f)
	}
	f, err := p.form(ctx, tx, "resident", id, vals)
	return r, f, translate("resident.read", err)
}

// Reveal implements app.RegistryPort. The access entry is durable before the
// value is answered.
func (p residents) Reveal(ctx context.Context, by app.Actor, id, column string) (string, error) {
	if err := by.Require(app.ActReveal); err != nil {
		return "", err
	}
	r, _, err := p.get(ctx, p.read, id)
	if err != nil {
		return "", translate("resident.reveal", err)
	}
	field := r.Column(column)
	if field == nil {
		return "", app.Bad(app.CodeInvalid, column)
	}
	if err := p.noteAccess(ctx, by, "resident", id, column); err != nil {
		return "", err
	}
	return *field, nil
}

// noteAccess writes who saw a sealed value in full.
func (s *Store) noteAccess(ctx context.Context, by app.Actor, table, row, column string) error {
	return s.Write(ctx, Action{Actor: by, Verb: "access.reveal"}, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO access(id, staff, record, row, "column", at) VALUES (?,?,?,?,?,?)`, NewID(), by.ID, table, row, column, tx.Now.UnixMilli())
		return err
	})
}

// Save implements app.RegistryPort.
func (p residents) Save(ctx context.Context, by app.Actor, f app.Form, columns map[string]string) (string, error) {
	if err := by.Require(app.ActRegistry); err != nil {
		return "", err
	}
	for c, v := range columns {
		if looksMasked("resident", c, v) {
			return "", app.Bad(CodeMasked, c)
		}
	}
	clean, err := registry.Complete(columns, p.localNow())
	if err != nil {
		return "", err
	}
	if f.New() && clean["name"] == "" {
		return "", app.Bad(app.CodeRequired, "name")
	}
	if v, given := clean["name"]; given && v == "" {
		return "", app.Bad(app.CodeRequired, "name")
	}
	id, verb := f.Row, "resident.edit"
	if f.New() {
		id, verb = NewID(), "resident.add"
	}
	err = p.Write(ctx, Action{Actor: by, Verb: verb}, func(tx *Tx) error {
		if other, err := tx.knownID(clean["id_number"], id); err != nil || other != "" {
			if err == nil {
				err = &app.Error{Code: app.CodeDuplicate, Field: "id_number", Args: []string{other}}
			}
			return err
		}
		if err := tx.Form(f); err != nil {
			return err
		}
		return tx.putResident(id, clean, f.New())
	})
	return id, err
}

// knownID answers the id of another resident with this ID number, "" for none.
func (tx *Tx) knownID(number, except string) (string, error) {
	if number == "" {
		return "", nil
	}
	const kind = "resident.id_number"
	var other string
	err := tx.QueryRow(`SELECT b.row FROM blind b JOIN resident r ON r.id = b.row WHERE b.kind = ? AND b.digest = ? AND b.row <> ? AND r.deleted = 0 LIMIT 1`,
		kind, tx.s.ring.Blind(kind, number), except).Scan(&other)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return other, err
}

// putResident writes clean columns of one resident, sealing what is sealed.
func (tx *Tx) putResident(id string, clean map[string]string, add bool) error {
	t := byName["resident"]
	names := make([]string, 0, len(clean))
	for name := range clean {
		names = append(names, name)
	}
	sort.Strings(names)
	args := make([]any, 0, len(names)+1)
	for _, name := range names {
		v := clean[name]
		switch {
		case v == "":
			args = append(args, nil)
		case t.column(name).Sealed():
			args = append(args, tx.Seal("resident", id, name, v))
		default:
			args = append(args, v)
		}
	}
	if add {
		return upsert(tx, "resident", id, names, args)
	}
	sets := make([]string, len(names))
	for i, n := range names {
		sets[i] = quote(n) + " = ?"
	}
	sets = append(sets, "deleted = 0")
	res, err := tx.Exec(`UPDATE resident SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(args, id)...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err == nil && n == 0 {
		return app.Fail(app.CodeNotFound)
	}
	return nil
}

// looksMasked answers whether a value is what a page or an export shows in place of
// the real one, and would overwrite it.
func looksMasked(table, column, value string) bool {
	c := byName[table].column(column)
	return c != nil && c.Sealed() && strings.ContainsRune(value, '*')
}

// History implements app.RegistryPort.
func (p residents) History(ctx context.Context, by app.Actor, id string) ([]app.Change, error) {
	if err := by.Require(app.ActFind); err != nil {
		return nil, err
	}
	changes, err := p.history(ctx, "resident", id, func(column, value string) string { return registry.Mask(by.Role, column, value) })
	return changes, translate("resident.history", err)
}

// history reads the story of one row from the log, newest first. show decides
// what of an opened value the reader sees.
func (s *Store) history(ctx context.Context, table, id string, show func(column, value string) string) ([]app.Change, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n.body FROM touch t JOIN entry n ON n.seq = t.seq WHERE t.tbl = ? AND t.row = ? ORDER BY n.hlc DESC, n.origin DESC, n.n DESC`, table, id)
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	var out []app.Change
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			return nil, app.Fail(app.CodeDamaged)
		}
		by := s.staffName(ctx, e.Actor)
		for _, c := range e.Changes {
			if c.Table != table || c.Row != id {
				continue
			}
			for _, cell := range c.Cells {
				if cell.Column == "deleted" && oplog.Equal(cell.Value, int64(0)) {
					continue
				}
				v, err := s.shownCell(table, id, cell, show)
				if err != nil {
					return nil, err
				}
				out = append(out, app.Change{At: time.UnixMilli(e.Wall), By: by, Verb: e.Verb, Column: cell.Column, Value: v, Entry: e.Dot().String()[:8]})
			}
		}
	}
	return out, nil
}

func (s *Store) shownCell(table, id string, cell oplog.Cell, show func(column, value string) string) (string, error) {
	value := s.capture.tables[table].fit(cell.Column, cell.Value)
	if c := byName[table].column(cell.Column); c != nil && c.Sealed() {
		plain, err := s.unseal(table, id, cell.Column, value)
		return show(cell.Column, plain), err
	}
	return show(cell.Column, text(value)), nil
}
