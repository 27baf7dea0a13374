package simulation

import (
	"fmt"
	"slices"
	"strings"

	"linli/sync/oplog"
)

// The queue is a process: tickets, and the steps that are taken with them. Its state is a fold of the steps in
// the order of [oplog.Position], the same at every window whatever came first there.

// event is one step of a ticket.
type event struct {
	at           oplog.Position
	ticket, step string
	window       string
}

// called is the state of one ticket.
type called struct {
	number string
	state  string // waiting, called, served
	by     string
	lost   []string // steps that another one had forestalled, with who took them
}

// fold computes all tickets from the entries that count.
func fold(log Contents) map[string]*called {
	tickets := make(map[string]*called)
	var events []event
	log.Each(scope(oplog.Public), func(e oplog.Entry, v oplog.Verdict) {
		if v.Void() {
			return
		}
		for i, c := range e.Changes {
			switch c.Table {
			case ticket:
				tickets[c.Row] = &called{number: text(c, "number"), state: "waiting"}
			case ticketEvent:
				events = append(events, event{e.Position(i), text(c, "ticket"), text(c, "step"), text(c, "window")})
			}
		}
	})
	slices.SortFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, ev := range events {
		t := tickets[ev.ticket]
		if t == nil {
			continue // its first half may be void, or not be there
		}
		switch {
		case ev.step == "call" && t.state == "waiting":
			t.state, t.by = "called", ev.window
		case ev.step == "serve" && t.state == "called" && t.by == ev.window:
			t.state = "served"
		default: // somebody else was first
			t.lost = append(t.lost, ev.step+" by "+ev.window)
		}
	}
	return tickets
}

func text(c oplog.Change, column string) string {
	for _, cell := range c.Cells {
		if cell.Column == column {
			s, _ := cell.Value.(string)
			return s
		}
	}
	return ""
}

// board is the queue as a text.
func board(log Contents) string {
	var lines []string
	for id, t := range fold(log) {
		lines = append(lines, fmt.Sprintf("%s %s %s %s lost %v", t.number, id, t.state, t.by, t.lost))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// take gives out the next number of the machine: its own number, then a counter that its origin has not used. A machine
// without a number of its own gives none.
func (p *program) take() []Edit {
	machine := p.log.Machine()
	if machine == 0 {
		return nil
	}
	prefix := fmt.Sprintf("A%d-", machine)
	used := 0
	for _, t := range fold(p.log) {
		if strings.HasPrefix(t.number, prefix) {
			used++
		}
	}
	return []Edit{newRow(oplog.Public, ticket, p.n.w.id(ticket), "number", fmt.Sprintf("%s%03d", prefix, used+1))}
}

// atWindow is what a window does with the queue as it sees it.
func (p *program) atWindow() []Edit {
	w := p.n.w
	tickets := fold(p.log)
	var waiting, mine []string
	for id, t := range tickets {
		switch {
		case t.state == "waiting":
			waiting = append(waiting, id)
		case t.state == "called" && t.by == p.n.name:
			mine = append(mine, id)
		}
	}
	slices.Sort(waiting)
	slices.Sort(mine)
	step := ""
	var id string
	switch {
	case len(mine) > 0 && w.chance(0.5):
		step, id = "serve", mine[0]
	case len(waiting) > 0:
		step, id = "call", waiting[0] // all windows want the same one
	default:
		return p.take()
	}
	return []Edit{newRow(oplog.Public, ticketEvent, w.id(ticketEvent), "ticket", id, "step", step, "window", p.n.name)}
}
