package simulation

import (
	"fmt"
	"slices"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// The tables of a run: their part of the hall, and how they are written.
const (
	notice      = "notice"       // public, record
	ticket      = "ticket"       // public, process: the number
	ticketEvent = "ticket_event" // public: its steps
	rating      = "rating"       // public, fact
	progress    = "progress"     // public, record
	submission  = "submission"   // intake, fact
	resident    = "resident"     // desk, record
	visit       = "visit"        // desk, fact
	poll        = "poll"         // desk, record, of version 2 of the program
	health      = "health"       // care, record
)

// kioskTables are what a kiosk may write.
var kioskTables = []string{ticket, ticketEvent, rating, submission}

// record is a table of rows that people edit.
type record struct {
	part, table string
	rows        int
	columns     [3][]string // by version of the program
	unknown     bool        // to the product as it is
}

var records = []record{
	{oplog.Public, notice, 2, [3][]string{1: {"title", "body"}, 2: {"title", "body"}}, false},
	{oplog.Desk, resident, 3, [3][]string{1: {"name", "phone"}, 2: {"name", "phone", "email"}}, false},
	{oplog.Desk, poll, 2, [3][]string{2: {"question"}}, true},
	{oplog.Care, health, 2, [3][]string{1: {"blood"}, 2: {"blood", "allergy"}}, true},
}

// form is a form that somebody has open.
type form struct {
	Form
	kind record
}

// open opens a form on a row.
func (p *program) open(kind record) form {
	row := fmt.Sprintf("%s-%d", kind.table, p.n.w.random.IntN(kind.rows))
	return form{p.log.Open(scope(kind.part), kind.table, row), kind}
}

// inConflict lists the columns that have several values, sorted.
func (f form) inConflict() (columns []string) {
	for column, reg := range f.Saw {
		if len(reg.Conflicts()) > 0 {
			columns = append(columns, column)
		}
	}
	slices.Sort(columns)
	return columns
}

// kinds are the records that people edit at the machine.
func (n *node) kinds() []record {
	return slices.DeleteFunc(slices.Clone(records), func(r record) bool {
		return !n.holds(r.part) || n.role != exchange.RoleDesk || len(r.columns[n.version]) == 0 || n.foreign && r.unknown
	})
}

// act is something that a person does at the machine, from the form that they have before them to the answer on the screen.
func (n *node) act() {
	p := n.up
	if p == nil || !n.writer() {
		return
	}
	w := n.w
	var edits []Edit
	a := memlog.Action{Verb: "edit"}
	switch {
	case n.rogue && w.chance(0.5):
		a.Verb = "rogue"
		edits = n.rogueEdits()
	case n.role == exchange.RoleKiosk:
		edits = p.atKiosk()
	case w.chance(0.35):
		edits = p.atWindow()
	case w.chance(0.15): // one action with a half in each of two scopes
		v := w.id(visit)
		edits = []Edit{newRow(oplog.Desk, visit, v, "resident", "resident-0"), newRow(oplog.Public, progress, v, "receipt", "open")}
	default:
		edits = p.edit()
		a.Split = w.random.IntN(3)
	}
	p.write(a, edits)
}

// newRow makes a new row of columns and their values in turn.
func newRow(part, table, row string, cells ...any) Edit {
	e := Edit{Form: Form{Scope: scope(part), Table: table, Row: row}, Kind: Insert, Cells: make(map[string]oplog.Value)}
	for pair := range slices.Chunk(cells, 2) {
		e.Cells[pair[0].(string)] = pair[1]
	}
	return e
}

// atKiosk is what a resident does.
func (p *program) atKiosk() []Edit {
	w := p.n.w
	switch w.random.IntN(3) {
	case 0:
		return []Edit{newRow(oplog.Intake, submission, w.id(submission), "receipt", "sealed")}
	case 1:
		return []Edit{newRow(oplog.Public, rating, w.id(rating), "subject", "5")}
	}
	return p.take()
}

// edit changes one to three rows, in forms that were opened just now or long ago, or settles what is in conflict.
func (p *program) edit() (edits []Edit) {
	w := p.n.w
	kinds := p.n.kinds()
	if len(kinds) == 0 {
		return nil
	}
	kind := pick(w, kinds)
	var used []form
	for range 1 + w.random.IntN(3) {
		f := p.open(kind)
		if i := slices.IndexFunc(p.forms, func(o form) bool { return o.kind.table == kind.table }); i >= 0 && w.chance(0.5) {
			f = p.forms[i]
			w.count("old form saved")
			p.forms = slices.Delete(p.forms, i, i+1)
		}
		if slices.ContainsFunc(used, func(o form) bool { return o.Row == f.Row }) {
			continue
		}
		used = append(used, f)
	}
	for _, f := range used {
		e := Edit{Form: f.Form, Kind: Change, Cells: make(map[string]oplog.Value)}
		columns := f.kind.columns[p.n.version]
		for _, column := range columns[:1+w.random.IntN(len(columns))] {
			e.Cells[column] = w.value(f.Table, f.Row, column, fmt.Sprintf("v%d", w.random.IntN(6)))
			if !slices.Contains(f.kind.columns[1], column) {
				w.count("columns of a newer version")
			}
		}
		conflicts := slices.DeleteFunc(f.inConflict(), func(column string) bool { // of what the program shows
			return column != oplog.DeletedColumn && !slices.Contains(columns, column)
		})
		switch {
		case len(conflicts) > 0 && w.chance(0.4):
			e.Kind, e.Cells = Settle, make(map[string]oplog.Value)
			for _, column := range conflicts {
				e.Cells[column] = f.Saw[column].Shown().Value
			}
			w.count("conflict settled")
		case w.chance(0.1):
			e.Kind, e.Cells = Delete, nil
		case w.chance(0.1):
			e.Kind = Insert
		}
		edits = append(edits, e)
	}
	return edits
}

// value is a value as it stands in a column: sealed, where the product seals it.
func (w *World) value(table, row, column, text string) oplog.Value {
	if w.over.Value == nil {
		return text
	}
	return w.over.Value(table, row, column, text)
}

// rogueEdits are what a kiosk writes that somebody has broken into: tables that are not a kiosk's, and statements that the
// hall did not sign.
func (n *node) rogueEdits() []Edit {
	w := n.w
	e := newRow(oplog.Public, notice, "notice-0", "title", "rogue")
	if w.chance(0.3) {
		cut := oplog.Cut{Hall: hallID, Origin: w.nodes[len(w.nodes)-1].firstOrigin(), Scope: scope(oplog.Desk), Signature: make([]byte, 64)}
		body, err := cut.Encode()
		if err != nil {
			panic(err)
		}
		e = newRow(oplog.Public, oplog.ControlTable, w.id("control"), oplog.ControlColumn, body)
	}
	edits := []Edit{e}
	if w.chance(0.5) {
		edits = append(edits, newRow(oplog.Public, rating, w.id(rating), "subject", "1"))
	}
	return edits
}

func (n *node) firstOrigin() oplog.Origin {
	if len(n.certs) == 0 {
		return oplog.Origin{1}
	}
	return n.certs[0].Origin
}

// write commits one action, and checks what its author may expect.
func (p *program) write(a memlog.Action, edits []Edit) {
	n, w := p.n, p.n.w
	if len(edits) == 0 || p.ended {
		return
	}
	a.ID, a.Actor, a.Schema = w.id("act"), n.name, int64(n.version)
	a.Wall, a.Built, a.Random = n.wall(), built, w.salts
	before := p.book.Len()
	entries, err := p.log.Write(a, edits)
	for i := range entries {
		w.truth.wrote(entries[i], n.name, err == nil)
		w.truth.check(w, entries[i], edits)
		w.note(n.name, "writes %s %s in %s, confirmed %v", a.Verb, w.name(entries[i]), entries[i].Scope.Part(), err == nil)
	}
	if err == nil && p.book.Len() == before+len(entries) {
		p.readOwn(entries)
	}
}

// readOwn checks that a person sees what they have just written: it is shown, unless it does not count.
func (p *program) readOwn(entries []oplog.Entry) {
	void := make(map[oplog.Hash]bool)
	for _, e := range entries {
		p.log.Each(e.Scope, func(o oplog.Entry, v oplog.Verdict) {
			if o.Hash() == e.Hash() {
				void[o.Hash()] = v.Void()
			}
		})
	}
	for _, e := range entries {
		if void[e.Hash()] {
			continue
		}
		for _, c := range e.Changes {
			row := p.log.Row(e.Scope, c.Table, c.Row)
			for _, cell := range c.Cells {
				reg := row[cell.Column]
				live := slices.ContainsFunc(reg, func(v oplog.Version) bool { return v.Dot == e.Dot() })
				// A row that somebody else holds on to is shown, whatever came later.
				if !live || reg.Shown().Dot != e.Dot() && cell.Column != oplog.DeletedColumn {
					p.n.w.fail("%s does not show what was written there: %s, %s %s %s is %v", p.n.name, p.n.w.name(e), c.Table, c.Row, cell.Column, reg)
				}
			}
		}
	}
}
