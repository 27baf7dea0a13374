package flow

import (
	"cmp"
	"slices"
	"time"

	"linli/app"
)

// takeNumber gives a number in a queue. The business is asked for unless the
// resident comes from a service that has one.
func takeNumber(f Facts, t *trail, business string) Page {
	if !f.Ready {
		return reading("ticket")
	}
	elder := f.elder(t.card)
	step, steps := 0, 0
	if business == "" && f.Hall.Settings.PriorityLane {
		step, steps = 1, 2
		if elder {
			steps = 1 // the card answers the second
		}
	}
	if business == "" {
		var ok bool
		if business, ok = t.take("ticket.business"); !ok {
			return askBusiness(f, step, steps)
		}
		switch business {
		case haveAppointment:
			return checkIn(f, t)
		case comeLater:
			return book(f, t)
		}
	}
	ask := app.TakeTicket{BusinessID: business, Lane: app.LaneNormal}
	if f.Hall.Settings.PriorityLane {
		reason, ok := t.take("ticket.priority")
		if !ok && !elder {
			return askPriority(f, steps, steps)
		}
		if !ok {
			reason = app.ReasonElder
		}
		if reason != "normal" {
			ask.Lane, ask.Reason = app.LanePriority, reason
		}
	}
	out, ok := t.done("ticket.working")
	if !ok {
		return waiting(f, "ticket.working", Work{Verb: WorkTicket, Ticket: ask})
	}
	return ticketTaken(f, out.Taken, out.Slip)
}

// businesses answers what can be queued for, in the hall's order.
func businesses(f Facts) []app.BusinessNow {
	list := slices.DeleteFunc(slices.Clone(f.Businesses), func(b app.BusinessNow) bool { return b.Retired })
	slices.SortStableFunc(list, func(a, b app.BusinessNow) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Letter, b.Letter))
	})
	return list
}

func askBusiness(f Facts, step, steps int) Page {
	list := businesses(f)
	if len(list) == 0 {
		return nothing("ticket")
	}
	p := Page{
		ID: "ticket.business", Kind: Choose, Step: step, Steps: steps,
		Title: T("kiosk.ticket.business.title"), Spoken: T("kiosk.ticket.business.say"),
	}
	for _, b := range list {
		p.Choices = append(p.Choices, businessTile(b))
	}
	if f.Books() {
		p.Choices = append(p.Choices, appointments()...)
	}
	return p
}

// businessTile shows how long the queue is, or why there are no numbers now.
func businessTile(b app.BusinessNow) Choice {
	c := Choice{ID: b.ID, Word: Content(b.Name, b.NameEN), Icon: b.Icon, Off: !b.Open}
	switch {
	case !b.Open:
		c.Note = notGiven(b)
	case b.Waiting == 0:
		c.Note = T("kiosk.ticket.waiting.none")
	default:
		c.Note = T("kiosk.ticket.waiting", b.Waiting)
	}
	return c
}

// notGiven says why a business gives no numbers now, and when it is served.
func notGiven(b app.BusinessNow) Text {
	switch {
	case b.Why == app.CodeFull:
		return T("kiosk.ticket.full")
	case b.Hours == "":
		return T("kiosk.ticket.not-today")
	case b.Why == app.CodeLastTicket:
		return T("kiosk.ticket.last", b.Hours)
	default:
		return T("kiosk.ticket.closed", b.Hours)
	}
}

func askPriority(f Facts, step, steps int) Page {
	age := f.Hall.Settings.PriorityAge
	return Page{
		ID: "ticket.priority", Kind: Choose, Step: step, Steps: steps,
		Title: T("kiosk.ticket.priority.title"), Spoken: T("kiosk.ticket.priority.say", age),
		Choices: []Choice{
			worded("normal", "kiosk.ticket.priority.normal", "person"),
			{ID: app.ReasonElder, Word: T("kiosk.ticket.priority.elder", age), Icon: "elderly"},
			worded(app.ReasonDisabled, "kiosk.ticket.priority.disabled", "disability"),
			worded(app.ReasonPregnant, "kiosk.ticket.priority.pregnant", "birth"),
		},
	}
}

func ticketTaken(f Facts, taken app.Taken, slip Slip) Page {
	named := same(taken.Ticket.Business)
	if b, ok := f.business(taken.Ticket.BusinessID); ok {
		named = Content(b.Name, b.NameEN)
	}
	ahead := T("kiosk.ticket.ahead", taken.Ahead)
	if taken.Ahead == 0 {
		ahead = T("kiosk.ticket.ahead.none")
	}
	wait := T("kiosk.ticket.wait", minutes(taken.Wait))
	if taken.Wait < time.Minute {
		wait = T("kiosk.ticket.wait.soon")
	}
	return Page{
		ID: "ticket.taken", Kind: Result, Private: true,
		Title:  T("kiosk.ticket.taken.title"),
		Spoken: T(slip.key("kiosk.ticket.taken.say"), spelled(taken.Ticket.Number), ahead),
		Number: taken.Ticket.Number, Named: named,
		Body: []Text{
			ahead,
			wait,
			T(slip.key("kiosk.ticket.taken.next")),
		},
		Primary: finished(),
	}
}
