// Package queue holds the rules of the waiting line as pure functions: which
// step a ticket may take, what its events add up to, who is next, who is ahead,
// how long it will take, and whether a business gives numbers now.
package queue

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"linli/app"
)

// FoldVersion is written into a ticket's first event, so that a later rule can
// tell which rule an old ticket was made under.
const FoldVersion = 1

// steps is the whole life of a ticket: state → step → next state.
var steps = map[app.TicketState]map[app.TicketStep]app.TicketState{
	"": {app.StepTake: app.TicketWaiting},
	app.TicketWaiting: {
		app.StepCall:     app.TicketCalled,
		app.StepTransfer: app.TicketWaiting,
		app.StepAbandon:  app.TicketAbandoned,
	},
	app.TicketCalled: {
		app.StepRecall:   app.TicketCalled,
		app.StepMiss:     app.TicketMissed,
		app.StepTransfer: app.TicketWaiting,
		app.StepComplete: app.TicketDone,
		app.StepAbandon:  app.TicketAbandoned,
	},
	app.TicketMissed: {
		app.StepReturn:  app.TicketWaiting,
		app.StepAbandon: app.TicketAbandoned,
	},
}

// Allow answers nil when the step is possible for the ticket as it stands, and
// CodeWrongState (args: state, step) when it is not; CodeTaken when another
// window has called the number.
func Allow(t app.Ticket, ev app.TicketEvent) error {
	if _, ok := steps[t.State][ev.Step]; !ok {
		if ev.Step == app.StepCall && t.State == app.TicketCalled {
			return app.Fail(app.CodeTaken, strconv.Itoa(t.Window))
		}
		return app.Fail(app.CodeWrongState, string(t.State), string(ev.Step))
	}
	if ev.Step == app.StepTransfer && (ev.BusinessID == "" || ev.BusinessID == t.BusinessID) {
		return app.Bad(app.CodeRequired, "business")
	}
	if ev.Step == app.StepCall && ev.WindowID == "" {
		return app.Bad(app.CodeRequired, "window")
	}
	return nil
}

// Apply answers the ticket after the event, or the ticket unchanged and the
// error of [Allow].
func Apply(t app.Ticket, ev app.TicketEvent) (app.Ticket, error) {
	if err := Allow(t, ev); err != nil {
		return t, err
	}
	t.State = steps[t.State][ev.Step]
	switch ev.Step {
	case app.StepTake:
		t.Since = ev.At
	case app.StepCall:
		t.WindowID, t.CalledAt, t.Calls = ev.WindowID, ev.At, 1
	case app.StepRecall:
		t.CalledAt, t.Calls = ev.At, t.Calls+1
	case app.StepReturn:
		t.Since, t.WindowID, t.Window, t.Calls = ev.At, "", 0, 0
	case app.StepTransfer:
		// The resident has waited already: the place in the line is kept.
		t.BusinessID, t.WindowID, t.Window, t.Calls = ev.BusinessID, "", 0, 0
	case app.StepComplete, app.StepAbandon:
		t.DoneAt = ev.At
	}
	return t, nil
}

// Fold adds up the events of one ticket, given in log order; t is the ticket as
// it was taken. An event that is not possible when its turn comes has lost
// against an exclusive step (two windows called the number while apart): it
// changes nothing and its id is among the voided.
func Fold(t app.Ticket, events []app.TicketEvent) (folded app.Ticket, voided []string) {
	t.State = ""
	for _, ev := range events {
		next, err := Apply(t, ev)
		if err != nil {
			voided = append(voided, ev.ID)
			continue
		}
		t = next
	}
	return t, voided
}

// returnBehind is how many of its lane a returned number lets pass, at most.
const returnBehind = 3

// Order answers who waits, in the order in which they will be served: the
// priority lane before the normal one, and in a lane who joined first.
//
// A number that was missed and has come back stands behind the three that were
// next in its lane, of whatever business, at the moment it came back, and behind
// those that came back before it. That place is settled then: whoever of the
// three is called or leaves, nobody else moves in front, and who comes or returns
// later is behind. To know who was next at that moment, Order
// wants all tickets of the day, also those that wait no longer: given the waiting
// alone, it cannot tell who has passed already and lets three more pass.
//
// A ticket keeps only its latest call, so one that was called before the return
// and called again after it counts as one of the three: in doubt for the number
// that has lost its turn once.
func Order(tickets []app.Ticket) []app.Ticket {
	var out []app.Ticket
	for _, priority := range []bool{true, false} {
		var lane []app.Ticket
		for _, t := range tickets {
			if (t.Lane == app.LanePriority) == priority {
				lane = append(lane, t)
			}
		}
		out = append(out, orderLane(lane)...)
	}
	return out
}

// place is a position in a lane that a ticket has or once had.
type place struct {
	app.Ticket
	left bool // the place a number had before it was missed
}

func orderLane(tickets []app.Ticket) []app.Ticket {
	tickets = slices.Clone(tickets)
	slices.SortFunc(tickets, byTime(func(t app.Ticket) time.Time { return t.TakenAt }))
	line := make([]place, 0, len(tickets))
	var back []app.Ticket
	for _, t := range tickets {
		returned := hasReturned(t)
		line = append(line, place{t, returned})
		if returned {
			back = append(back, t)
		}
	}
	slices.SortStableFunc(back, byTime(func(t app.Ticket) time.Time { return t.Since }))
	for _, t := range back {
		at, passes := 0, 0
		for i, p := range line {
			earlier := !p.left && hasReturned(p.Ticket)
			if (passes < returnBehind || earlier) && p.stoodAt(t.Since) {
				at, passes = i+1, passes+1
			}
		}
		line = slices.Insert(line, at, place{Ticket: t})
	}
	var out []app.Ticket
	for _, p := range line {
		if !p.left && p.State == app.TicketWaiting {
			out = append(out, p.Ticket)
		}
	}
	return out
}

// hasReturned answers whether the ticket joined the queue again after it was
// taken. Where the clock was set back in between, it keeps its first place.
func hasReturned(t app.Ticket) bool { return t.Since.After(t.TakenAt) }

// stoodAt answers whether somebody waited in this place at the moment now.
func (p place) stoodAt(now time.Time) bool {
	if p.TakenAt.After(now) || p.left && !p.Since.After(now) {
		return false
	}
	switch {
	case p.CalledAt.After(now):
		return true
	case p.State == app.TicketWaiting:
		return !p.Since.After(now)
	case p.State == app.TicketAbandoned && p.Calls == 0: // left without being called
		return p.DoneAt.After(now) && !p.Since.After(now)
	}
	return false
}

// byTime compares by a time, and where it is the same by number and id, so that
// every machine has the same order.
func byTime(of func(app.Ticket) time.Time) func(a, b app.Ticket) int {
	return func(a, b app.Ticket) int {
		return cmp.Or(of(a).Compare(of(b)), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	}
}

// Next answers the next ticket to call among businesses (none given: all).
// tickets are those of the day, as for [Order].
func Next(tickets []app.Ticket, businesses ...string) (app.Ticket, bool) {
	for _, t := range Order(tickets) {
		if len(businesses) == 0 || slices.Contains(businesses, t.BusinessID) {
			return t, true
		}
	}
	return app.Ticket{}, false
}

// Ahead answers how many of the waiting will be served before the ticket in its
// own business; 0 for a ticket that does not wait. tickets are those of the day,
// as for [Order].
func Ahead(tickets []app.Ticket, ticketID string) int {
	ordered := Order(tickets)
	at := slices.IndexFunc(ordered, func(t app.Ticket) bool { return t.ID == ticketID })
	n := 0
	for i := range max(at, 0) {
		if ordered[i].BusinessID == ordered[at].BusinessID {
			n++
		}
	}
	return n
}

// Wait answers the expected wait of someone with ahead people before them, from
// how long the last visits took and how many windows serve, rounded up to whole
// minutes. Without figures it uses each.
func Wait(ahead, windows int, last []time.Duration, each time.Duration) time.Duration {
	if windows < 1 {
		windows = 1
	}
	if len(last) >= 3 {
		var sum time.Duration
		for _, d := range last {
			sum += d
		}
		each = sum / time.Duration(len(last))
	}
	w := time.Duration(ahead) * each / time.Duration(windows)
	return (w + time.Minute - 1).Truncate(time.Minute)
}

// Gives answers nil when the business gives numbers at the moment now (in the
// hall's zone), else CodeClosed, CodeLastTicket or CodeFull. hours are those of
// the business, or of the hall when it has none; without any the hall is open
// all day. A stretch begins with its first minute and ends before its last one;
// no numbers are given from the minute of the last ticket on. given is how many
// numbers the business gave today.
func Gives(b app.Business, hours []app.OpeningHours, given int, now time.Time) error {
	clock := now.Format("15:04")
	if len(hours) > 0 {
		open := false
		for _, h := range hours {
			if h.Weekday == now.Weekday() && clock >= h.From && clock < h.To {
				open = true
			}
		}
		if !open {
			return app.Fail(app.CodeClosed)
		}
	}
	if b.LastTicket != "" && clock >= b.LastTicket {
		return app.Fail(app.CodeLastTicket, b.LastTicket)
	}
	if b.Quota > 0 && given >= b.Quota {
		return app.Fail(app.CodeFull, strconv.Itoa(b.Quota))
	}
	return nil
}

// Number composes a ticket number: the business's letter, the machine's number,
// a counter never used again in its day.
func Number(letter string, machine, counter int) string {
	c := strconv.Itoa(counter)
	for len(c) < 3 {
		c = "0" + c
	}
	return letter + strconv.Itoa(machine) + "-" + c
}
