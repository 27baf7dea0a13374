package simulation

import (
	"fmt"
	"slices"

	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

// The tables of a run: their part of the hall, and how they are written.
const (
	notice      = "notice"       // public, record
	ticket      = "ticket"       // public, process: the number
	ticketEvent = "ticket_event" // public: its steps
	rating      = "rating"       // public, fact
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
}

var records = []record{
	{oplog.Public, notice, 2, [3][]string{1: {"title", "body"}, 2: {"title", "body"}}},
	{oplog.Desk, resident, 3, [3][]string{1: {"name", "phone"}, 2: {"name", "phone", "email"}}},
	{oplog.Desk, poll, 2, [3][]string{2: {"question"}}},
	{oplog.Care, health, 2, [3][]string{1: {"blood"}, 2: {"blood", "allergy"}}},
}

// form is a form that somebody has open, with what it showed when it was opened.
type form struct {
	memlog.Form
	kind record
	saw  map[string][]oplog.Dot // by column, all versions that were live then
}

// open opens a form on a row.
func (p *program) open(kind record) form {
	row := fmt.Sprintf("%s-%d", kind.table, p.n.w.random.IntN(kind.rows))
	f := form{p.log.Open(scope(kind.part), kind.table, row), kind, make(map[string][]oplog.Dot)}
	for column, reg := range p.log.Row(scope(kind.part), kind.table, row) {
		f.saw[column] = reg.Dots()
	}
	return f
}

// kinds are the records that people edit at the machine.
func (n *node) kinds() []record {
	return slices.DeleteFunc(slices.Clone(records), func(r record) bool {
		return !n.holds(r.part) || n.role != "desk" || len(r.columns[n.version]) == 0
	})
}

// act is something that a person does at the machine, from the form that they have before them to the answer on the screen.
func (n *node) act() {
	p := n.up
	if p == nil || !n.writer() {
		return
	}
	w := n.w
	var changes map[oplog.Scope][]oplog.Change
	var saw []form
	a := memlog.Action{Verb: "edit"}
	switch {
	case n.rogue && w.chance(0.5):
		a.Verb = "rogue"
		changes = n.rogueChanges()
	case n.role == "kiosk":
		changes = p.atKiosk()
	case w.chance(0.35):
		changes = p.atWindow()
	case w.chance(0.15): // one action with a half in each of two scopes
		v := w.id(visit)
		changes = map[oplog.Scope][]oplog.Change{
			scope(oplog.Desk):   {insert(visit, v, "resident", "resident-0")},
			scope(oplog.Public): {insert("progress", v, "state", "open")},
		}
	default:
		changes, saw = p.edit()
		a.Split = w.random.IntN(3)
	}
	p.write(a, changes, saw)
}

// insert makes a new row of columns and their values in turn.
func insert(table, row string, cells ...string) oplog.Change {
	c := oplog.Change{Table: table, Row: row}
	for pair := range slices.Chunk(cells, 2) {
		c.Cells = append(c.Cells, oplog.Cell{Column: pair[0], Value: pair[1]})
	}
	return c
}

// atKiosk is what a resident does.
func (p *program) atKiosk() map[oplog.Scope][]oplog.Change {
	w := p.n.w
	switch w.random.IntN(3) {
	case 0:
		return map[oplog.Scope][]oplog.Change{scope(oplog.Intake): {insert(submission, w.id(submission), "body", "sealed")}}
	case 1:
		return map[oplog.Scope][]oplog.Change{scope(oplog.Public): {insert(rating, w.id(rating), "score", "5")}}
	}
	return p.take()
}

// edit changes one to three rows, in forms that were opened just now or long ago, or settles what is in conflict.
func (p *program) edit() (changes map[oplog.Scope][]oplog.Change, used []form) {
	w := p.n.w
	kinds := p.n.kinds()
	if len(kinds) == 0 {
		return nil, nil
	}
	kind := pick(w, kinds)
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
	changes = make(map[oplog.Scope][]oplog.Change)
	for _, f := range used {
		var c oplog.Change
		cells := make(map[string]oplog.Value)
		columns := f.kind.columns[p.n.version]
		for _, column := range columns[:1+w.random.IntN(len(columns))] {
			cells[column] = fmt.Sprintf("v%d", w.random.IntN(6))
			if !slices.Contains(f.kind.columns[1], column) {
				w.count("columns of a newer version")
			}
		}
		conflicts := slices.DeleteFunc(f.InConflict(), func(column string) bool { // of what the program shows
			return column != oplog.DeletedColumn && !slices.Contains(columns, column)
		})
		switch {
		case len(conflicts) > 0 && w.chance(0.4):
			settled := make(map[string]oplog.Value)
			for _, column := range conflicts {
				settled[column] = f.Shown(column)
			}
			c = f.Resolve(settled)
			w.count("conflict settled")
		case w.chance(0.1):
			c = f.Delete()
		case w.chance(0.1):
			c = f.Insert(cells) // nobody has told this machine that the row is there
		default:
			c = f.Edit(cells)
		}
		changes[f.Scope] = append(changes[f.Scope], c)
	}
	return changes, used
}

// rogueChanges are what a kiosk writes that somebody has broken into: tables that are not a kiosk's, and statements that the
// hall did not sign.
func (n *node) rogueChanges() map[oplog.Scope][]oplog.Change {
	w := n.w
	c := insert(notice, "notice-0", "title", "rogue")
	if w.chance(0.3) {
		cut := oplog.Cut{Hall: hallID, Origin: w.nodes[len(w.nodes)-1].firstOrigin(), Scope: scope(oplog.Desk), Signature: make([]byte, 64)}
		body, err := cut.Encode()
		if err != nil {
			panic(err)
		}
		c = oplog.Change{Table: oplog.ControlTable, Row: w.id("control"), Cells: []oplog.Cell{{Column: oplog.ControlColumn, Value: body}}}
	}
	changes := []oplog.Change{c}
	if w.chance(0.5) {
		changes = append(changes, insert(rating, w.id(rating), "score", "1"))
	}
	return map[oplog.Scope][]oplog.Change{scope(oplog.Public): changes}
}

func (n *node) firstOrigin() oplog.Origin {
	if len(n.certs) == 0 {
		return oplog.Origin{1}
	}
	return n.certs[0].Origin
}

// write commits one action, and checks what its author may expect.
func (p *program) write(a memlog.Action, changes map[oplog.Scope][]oplog.Change, used []form) {
	n, w := p.n, p.n.w
	if len(changes) == 0 || p.ended {
		return
	}
	if p.behind || p.log.Usurped() {
		w.count("usurped")
		p.succeed()
	}
	a.ID, a.Actor, a.Schema = w.id("act"), n.name, int64(n.version)
	a.Wall, a.Built, a.Random = n.wall(), built, w.salts
	before := p.log.Len()
	entries, err := p.log.Write(a, changes)
	if len(entries) > len(changes) {
		w.count("a run of several")
	}
	for i := range entries {
		w.truth.wrote(entries[i], n.name, err == nil)
		w.truth.check(w, entries[i], used)
		w.note(n.name, "writes %s %s in %s, confirmed %v", a.Verb, w.name(entries[i]), entries[i].Scope.Part(), err == nil)
	}
	if err != nil {
		return
	}
	p.wrote()
	if p.log.Len() == before+len(entries) {
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
