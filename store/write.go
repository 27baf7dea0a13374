package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"

	"github.com/google/uuid"
)

// background is the context of everything inside a transaction: an action that
// has begun is not left half-way because its asker went away.
var background = context.Background()

// Bounds of one entry: a bulk action is written as many entries under one id.
const (
	maxChanges = 500
	maxBytes   = 200 << 10
)

// Action says who does what. ID is the action's id, made when empty.
type Action struct {
	ID    string
	Actor app.Actor
	Verb  string // noun.verb, such as "ticket.call"
}

// Tx is an open action. It takes ordinary SQL; what it changes in replicated
// tables is logged by itself. It is for the goroutine of the function that got it.
type Tx struct {
	s     *Store
	Actor app.Actor
	Now   time.Time // one moment for the whole action
	forms map[[2]string]map[string][]oplog.Dot
	over  map[[2]string]map[string][]oplog.Dot // columns that are written whatever they show, and over what
	after []func()                             // run once the commit is durable
}

// Exec runs one statement, never one of transactions or savepoints: the capture
// could not see what they take back. Text with a NUL in it is refused (CodeInvalid): SQLite
// keeps it, but hands the hook only what stands before it. A statement that fails
// after it has changed rows fails the whole action, also where fn goes on: SQLite
// took its changes back and the capture could not see that.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	for _, a := range args {
		if t, ok := a.(string); ok && strings.IndexByte(t, 0) >= 0 {
			return nil, app.Fail(app.CodeInvalid)
		}
	}
	st, err := tx.s.prepared(query)
	if err != nil {
		return nil, err
	}
	seen := tx.s.capture.seen
	res, err := st.ExecContext(background, args...)
	if err != nil && tx.s.capture.seen != seen && tx.s.capture.err == nil {
		tx.s.capture.err = err
	}
	return res, err
}

// QueryRow asks for one row.
func (tx *Tx) QueryRow(query string, args ...any) *sql.Row {
	st, err := tx.s.prepared(query)
	if err != nil {
		// The row carries the error: the same statement fails the same way.
		return tx.s.conn.QueryRowContext(background, query, args...)
	}
	return st.QueryRowContext(background, args...)
}

// Query asks for rows. Close them before the next statement.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	st, err := tx.s.prepared(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(background, args...)
}

// Seal answers the sealed form of a value for its cell, or nil for an empty value.
func (tx *Tx) Seal(table, row, column, plain string) any { return tx.s.seal(table, row, column, plain) }

// Form says which versions the author had on the screen: changed columns of the
// row replace those and no others.
func (tx *Tx) Form(f app.Form) error {
	if f.New() {
		return nil
	}
	seen := make(map[string][]oplog.Dot, len(f.Seen))
	for column, dots := range f.Seen {
		for _, s := range dots {
			d, err := oplog.ParseDot(s)
			if err != nil {
				return app.Fail(app.CodeStale)
			}
			seen[column] = append(seen[column], d)
		}
	}
	tx.forms[[2]string{f.Table, f.Row}] = seen
	return nil
}

// Insist has a column written over the given versions at the end of the action, also
// when its value is the one that is shown already: a person's choice in a conflict.
func (tx *Tx) Insist(table, row, column string, over []oplog.Dot) {
	if tx.over == nil {
		tx.over = map[[2]string]map[string][]oplog.Dot{}
	}
	k := [2]string{table, row}
	if tx.over[k] == nil {
		tx.over[k] = map[string][]oplog.Dot{}
	}
	tx.over[k][column] = over
}

// insist adds the rows that are to be written although nothing in them differs.
func (tx *Tx) insist(changes []*rowChange) ([]*rowChange, error) {
	for k := range tx.over {
		if slices.ContainsFunc(changes, func(r *rowChange) bool { return r.in.table.Name == k[0] && r.id() == k[1] }) {
			continue
		}
		in := tx.s.capture.tables[k[0]]
		vals, err := readRow(tx, in, k[1])
		if err != nil {
			return nil, err
		}
		if vals == nil {
			return nil, app.Fail(app.CodeNotFound)
		}
		changes = append(changes, &rowChange{in: in, old: slices.Clone(vals), new: vals})
	}
	return changes, nil
}

// shownBy answers the values that a form showed, read from the log by the versions
// that it names: the row itself may have changed since.
func (tx *Tx) shownBy(f app.Form) (map[string]any, error) {
	rows, err := tx.Query(`SELECT n.body FROM touch t CROSS JOIN entry n ON n.seq = t.seq WHERE t.tbl = ? AND t.row = ?`, f.Table, f.Row)
	if err != nil {
		return nil, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) { err = sc.Scan(&b); return b, err })
	if err != nil {
		return nil, err
	}
	shown := make(map[string]any, len(f.Seen))
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			return nil, app.Fail(app.CodeDamaged)
		}
		dot := e.Dot().String()
		for _, c := range e.Changes {
			if c.Table != f.Table || c.Row != f.Row {
				continue
			}
			for _, cell := range c.Cells {
				if slices.Contains(f.Seen[cell.Column], dot) {
					shown[cell.Column] = tx.s.capture.tables[f.Table].fit(cell.Column, cell.Value)
				}
			}
		}
	}
	return shown, nil
}

// After runs f once the action is durable, before Write returns.
func (tx *Tx) After(f func()) { tx.after = append(tx.after, f) }

// NewID answers a new row id (UUID version 7).
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Write does one action. fn's changes, their log entries and the local folds
// become durable together, or nothing does. After a nil answer the action
// survives a power cut, and subscribers of the bus have been told. Actions run
// one after the other; fn must not call Write.
func (s *Store) Write(ctx context.Context, a Action, fn func(*Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return app.Fail(app.CodeNoHall)
	}
	if a.ID == "" {
		a.ID = NewID()
	}
	tx := &Tx{s: s, Actor: a.Actor, Now: s.clock.Now(), forms: map[[2]string]map[string][]oplog.Dot{}}
	if err := s.exec("BEGIN IMMEDIATE"); err != nil {
		return translate(a.Verb, err)
	}
	var changes []*rowChange
	var heads map[oplog.Scope]logHead
	cuts := s.known.cuts
	committed := false
	defer func() {
		s.capture.pause()
		if !committed {
			_ = s.exec("ROLLBACK")
			s.known.cuts = cuts
		}
	}()
	s.capture.begin()
	if err := fn(tx); err != nil {
		return translate(a.Verb, err)
	}
	if changes, err = s.capture.end(); err != nil {
		return translate(a.Verb, err)
	}
	if changes, err = tx.insist(changes); err != nil {
		return translate(a.Verb, err)
	}
	if heads, err = s.log(tx, a, changes); err != nil {
		return translate(a.Verb, err)
	}
	s.capture.pause()
	if slices.ContainsFunc(changes, func(r *rowChange) bool { return r.in.table.Name == oplog.ControlTable }) {
		s.known.cuts = cuts.Clone()
	}
	again, err := s.heed(tx, changes)
	if err != nil {
		return translate(a.Verb, err)
	}
	if err := s.derive(tx, append(again, changes...)); err != nil {
		return translate(a.Verb, err)
	}
	if err := s.exec("COMMIT"); err != nil {
		return translate(a.Verb, err)
	}
	committed = true
	changes = append(changes, again...)
	woken := make(map[oplog.Scope]bool, len(heads))
	for scope, h := range heads {
		s.heads[scope] = h
		s.known.vector[scope] = h.after(s.known.vector[scope], s.origin)
		woken[scope] = true
	}
	if len(heads) > 0 {
		s.commits++
		// Behind is harmless, see head.go.
		_ = s.head.write(s.origin, s.commits)
	}
	for _, f := range tx.after {
		f()
	}
	s.publish(a.Verb, changes)
	s.rep.w.wake(woken)
	return nil
}

// logHead is the newest entry of this origin in a scope.
type logHead struct {
	n    int64
	hash oplog.Hash
}

// after answers the vector with this head instead of the origin's earlier one. What
// is written here is one line: whatever would make a branch of it makes a new origin.
func (h logHead) after(vector *oplog.Heads, origin oplog.Origin) *oplog.Heads {
	if vector == nil {
		vector = &oplog.Heads{}
	}
	vector.Replace(oplog.Head{Origin: origin, N: h.n, Hash: h.hash})
	return vector
}

// log writes the entries of an action: one per scope, more when they would grow
// too large, each of them signed, so that the log can be handed on from anywhere. It also brings the registers of the
// changed rows up to date.
func (s *Store) log(tx *Tx, a Action, changes []*rowChange) (map[oplog.Scope]logHead, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	if s.known.cuts.Cut(s.certificate.Line()) {
		return nil, app.Fail(app.CodeRevoked)
	}
	byScope := map[oplog.Scope][]*rowChange{}
	var scopes []oplog.Scope
	for _, r := range changes {
		t := r.in.table
		if !t.mayWrite(a.Actor.Role) {
			return nil, app.Fail(app.CodeForbidden, t.Name)
		}
		scope := oplog.HallScope(s.hall, t.Scope)
		if !s.certificate.Allows(scope) || !s.certificate.AllowsTable(t.Name) {
			return nil, app.Fail(app.CodeForbidden, t.Name) // it would be void everywhere
		}
		if byScope[scope] == nil {
			scopes = append(scopes, scope)
		}
		byScope[scope] = append(byScope[scope], r)
	}
	heads := map[oplog.Scope]logHead{}
	for _, scope := range scopes {
		h, err := s.logScope(tx, a, scope, byScope[scope])
		if err != nil {
			return nil, err
		}
		heads[scope] = h
	}
	_, err := tx.Exec(`UPDATE replica SET hlc = ?, commits = ?`, int64(s.hlc.Last()), s.commits+1)
	return heads, err
}

func (s *Store) logScope(tx *Tx, a Action, scope oplog.Scope, rows []*rowChange) (logHead, error) {
	h := s.heads[scope]
	for len(rows) > 0 {
		e := oplog.Entry{
			Format: oplog.Format, Scope: scope, Origin: s.origin, N: h.n + 1, Prev: h.hash,
			Action: a.ID, HLC: s.hlc.Next(tx.Now, s.built), Wall: tx.Now.UnixMilli(),
			Actor: a.Actor.ID, Verb: a.Verb, Schema: int64(SchemaVersion),
		}
		if h.n == 0 {
			e.Cert = s.cert
		}
		size, taken := 0, 0
		var states []oplog.Row
		for _, r := range rows {
			c, row, bytes, err := s.changeOf(tx, r)
			if err != nil {
				return h, err
			}
			if taken > 0 && (taken == maxChanges || size+bytes > maxBytes) {
				break
			}
			e.Changes, states = append(e.Changes, c), append(states, row)
			size += bytes
			taken++
		}
		err := e.Seal(rand.Reader)
		if errors.Is(err, oplog.ErrTooLarge) {
			return h, app.Fail(app.CodeTooLong, strconv.Itoa(maxBytes/4))
		}
		if err != nil {
			return h, err
		}
		body, err := oplog.Encode(e)
		if err != nil {
			return h, err
		}
		seq, err := s.insertEntry(tx, e, body, oplog.SignHead(s.key, e), oplog.Counts)
		if err != nil {
			return h, err
		}
		for i := range e.Changes {
			row, _ := oplog.ApplyChange(states[i], e, e.Changes[i])
			if err := showGreatest(tx, rows[i], e.Changes[i], row); err != nil {
				return h, err
			}
			if err := s.saveRegister(tx, rows[i].in, rows[i].id(), row); err != nil {
				return h, err
			}
			if err := s.touch(tx, e.Changes[i].Table, e.Changes[i].Row, seq, i); err != nil {
				return h, err
			}
		}
		h = logHead{e.N, e.Hash()}
		rows = rows[taken:]
	}
	return h, nil
}

// changeOf turns a changed row into a change of the log: the columns that differ,
// each over the versions its author saw. An edit of a record also says that the
// record is alive, over what was shown, so that editing and deleting at the same
// time is an ordinary conflict. A choice between values says nothing of the kind: whoever
// makes it has looked at one column.
func (s *Store) changeOf(tx *Tx, r *rowChange) (c oplog.Change, row oplog.Row, size int, err error) {
	id, t := r.id(), r.in.table
	c = oplog.Change{Table: t.Name, Row: id}
	if r.old != nil {
		if row, err = s.loadRegister(tx, r.in, id, r.old); err != nil {
			return c, nil, 0, err
		}
	}
	// A column that the form did not show was empty when it was opened: what came
	// into it since was seen by nobody, and stays beside the new value.
	seen, formed := tx.forms[[2]string{t.Name, id}]
	size = len(t.Name) + len(id) + 64
	add := func(name string, v any) {
		cell := oplog.Cell{Column: name, Value: v}
		if dots, insisted := tx.over[[2]string{t.Name, id}][name]; insisted {
			cell.Over = slices.Clone(dots)
		} else if reg := row[name]; len(reg) > 0 {
			if formed {
				cell.Over = slices.Clone(seen[name]) // sealing sorts it in place
			} else {
				cell.Over = reg.ShownDots()
			}
		}
		c.Cells = append(c.Cells, cell)
		size += len(name) + 16*len(cell.Over) + 12
		switch x := v.(type) {
		case string:
			size += len(x)
		case []byte:
			size += len(x)
		}
	}
	deleted, edited := false, false
	for i, col := range t.Columns {
		v := r.new[i+1]
		if r.old == nil && v == nil {
			continue
		}
		_, insisted := tx.over[[2]string{t.Name, id}][col.Name]
		if r.old != nil && oplog.Equal(r.old[i+1], v) && !insisted {
			continue
		}
		add(col.Name, v)
		deleted, edited = deleted || col.Name == "deleted", edited || !insisted
	}
	if r.old != nil && t.Class == Record && edited && !deleted {
		add("deleted", int64(0))
		if i := r.in.place("deleted"); !oplog.Equal(r.new[i], int64(0)) {
			r.new[i] = int64(0)
			_, err = tx.Exec(`UPDATE `+quote(t.Name)+` SET deleted = 0 WHERE id = ?`, id)
		}
	}
	return c, row, size, err
}

func (s *Store) insertEntry(tx *Tx, e oplog.Entry, body []byte, sig any, verdict oplog.Verdict) (int64, error) {
	hash := e.Hash()
	res, err := tx.Exec(`INSERT INTO entry(scope, origin, n, hash, hlc, wall, action, actor, verb, body, sig, verdict) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
		string(e.Scope), e.Origin.String(), e.N, hash[:], int64(e.HLC), e.Wall, e.Action, e.Actor, e.Verb, body, sig, int64(verdict))
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func (s *Store) touch(tx *Tx, table, row string, seq int64, idx int) error {
	_, err := tx.Exec(`INSERT INTO touch(tbl, row, seq, idx) VALUES (?,?,?,?)`, table, row, seq, idx)
	return err
}

// publish tells the faces which rows changed, table by table.
func (s *Store) publish(verb string, changes []*rowChange) {
	var order []string
	ids := map[string][]string{}
	for _, r := range changes {
		name := r.in.table.Name
		if ids[name] == nil {
			order = append(order, name)
		}
		ids[name] = append(ids[name], r.id())
	}
	for _, name := range order {
		s.bus.Publish(app.Changed{Table: name, IDs: ids[name], Verb: verb})
	}
}

// seal answers the sealed form of a value, nil for none.
func (s *Store) seal(table, row, column, plain string) any {
	if plain == "" {
		return nil
	}
	return s.ring.Seal(byName[table].domain(), seal.Place{Table: table, Row: row, Column: column}, []byte(plain))
}

// sealedCell is a cell as read from the database, and where its plain value goes.
type sealedCell struct {
	table, row, column string
	cell               any
	to                 *string
}

// openCells opens the sealed cells of one row of a list.
func (s *Store) openCells(cells ...sealedCell) (err error) {
	for _, c := range cells {
		if *c.to, err = s.unseal(c.table, c.row, c.column, c.cell); err != nil {
			return err
		}
	}
	return nil
}

// unseal opens a cell as read from the database; "" for an absent one.
func (s *Store) unseal(table, row, column string, v any) (string, error) {
	b, ok := v.([]byte)
	if v == nil {
		return "", nil
	}
	if !ok {
		return "", &app.Error{Code: app.CodeDamaged, Op: "unseal " + table + "." + column}
	}
	p, err := s.ring.Open(seal.Place{Table: table, Row: row, Column: column}, b)
	if err != nil {
		return "", translate("unseal "+table+"."+column, err)
	}
	return string(p), nil
}
