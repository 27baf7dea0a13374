// Package queue holds the rules of the waiting line as pure functions: which
// step a ticket may take, what its events add up to, who is next, who is ahead,
// how long it will take, and whether a business gives numbers now.
package queue

import (
	"sort"
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
		t.Since, t.WindowID, t.Calls = ev.At, "", 0
	case app.StepTransfer:
		// The resident has waited already: the place in the line is kept.
		t.BusinessID, t.WindowID, t.Calls = ev.BusinessID, "", 0
	case app.StepComplete, app.StepAbandon:
		t.DoneAt = ev.At
	}
	return t, nil
}

// Fold adds up the events of one ticket, given in log order. An event that is
// not possible when its turn comes has lost against an exclusive step (two
// windows called the number while apart): it changes nothing and its id is
// among the voided.
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

// returnBehind is how many waiting numbers a returned number lets pass.
const returnBehind = 3

// Order sorts waiting tickets into the order in which they will be served:
// priority lane before normal, then by when they joined. A number that was
// missed and has come back stands behind the three that were next.
func Order(waiting []app.Ticket) []app.Ticket {
	out := make([]app.Ticket, 0, len(waiting))
	var back []app.Ticket
	for _, t := range waiting {
		if t.State != app.TicketWaiting {
			continue
		}
		if t.Since.After(t.TakenAt) {
			back = append(back, t)
			continue
		}
		out = append(out, t)
	}
	less := func(a, b app.Ticket) bool {
		if (a.Lane == app.LanePriority) != (b.Lane == app.LanePriority) {
			return a.Lane == app.LanePriority
		}
		if !a.Since.Equal(b.Since) {
			return a.Since.Before(b.Since)
		}
		return a.Number < b.Number
	}
	sort.SliceStable(out, func(i, j int) bool { return less(out[i], out[j]) })
	sort.SliceStable(back, func(i, j int) bool { return back[i].Since.Before(back[j].Since) })
	for _, t := range back {
		// Those who joined before the return and are still waiting come first, but
		// never more than three of them.
		at := 0
		for at < len(out) && at < returnBehind && !out[at].Since.After(t.Since) {
			at++
		}
		out = append(out, app.Ticket{})
		copy(out[at+1:], out[at:])
		out[at] = t
	}
	return out
}

// Next answers the next ticket to call among businesses (none given: all).
func Next(waiting []app.Ticket, businesses ...string) (app.Ticket, bool) {
	for _, t := range Order(waiting) {
		if len(businesses) == 0 {
			return t, true
		}
		for _, b := range businesses {
			if t.BusinessID == b {
				return t, true
			}
		}
	}
	return app.Ticket{}, false
}

// Ahead answers how many of the waiting will be served before the ticket in its
// own business.
func Ahead(waiting []app.Ticket, ticketID string) int {
	ordered := Order(waiting)
	business := ""
	for _, t := range ordered {
		if t.ID == ticketID {
			business = t.BusinessID
		}
	}
	n := 0
	for _, t := range ordered {
		if t.ID == ticketID {
			return n
		}
		if t.BusinessID == business {
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
// all day. given is how many numbers it gave today.
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
