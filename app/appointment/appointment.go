// Package appointment holds the rules of an appointment as pure functions: which
// step is possible, what its events add up to, how it looks beside its unit of
// capacity (package slot), and what its resident is told.
package appointment

import (
	"strings"
	"time"

	"linli/app"
)

// FoldVersion is written into an appointment's first event, so that a later rule
// can tell which rule an old appointment was made under.
const FoldVersion = 1

// steps is the whole life of an appointment: state → step → next state. Booking
// leads to waiting where there is no unit.
var steps = map[app.AppointmentState]map[app.AppointmentStep]app.AppointmentState{
	"": {app.AppointmentStepBook: app.AppointmentBooked},
	app.AppointmentWaiting: {
		app.AppointmentStepConfirm: app.AppointmentBooked,
		app.AppointmentStepRefuse:  app.AppointmentRefused,
		app.AppointmentStepCancel:  app.AppointmentCancelled,
	},
	app.AppointmentBooked: {
		app.AppointmentStepCancel:  app.AppointmentCancelled,
		app.AppointmentStepCheckIn: app.AppointmentArrived,
		app.AppointmentStepNoShow:  app.AppointmentNoShow,
	},
	app.AppointmentNoShow: {
		app.AppointmentStepCheckIn: app.AppointmentArrived, // late, but here
	},
}

// order of steps as a page offers them.
var order = []app.AppointmentStep{
	app.AppointmentStepConfirm, app.AppointmentStepRefuse, app.AppointmentStepCheckIn,
	app.AppointmentStepNoShow, app.AppointmentStepCancel,
}

// Possible lists the steps that an appointment in this state may take.
func Possible(s app.AppointmentState) []app.AppointmentStep {
	var out []app.AppointmentStep
	for _, st := range order {
		if _, ok := steps[s][st]; ok {
			out = append(out, st)
		}
	}
	return out
}

// Allow answers nil when the step is possible for the appointment as it stands:
// CodeWrongState (args: state, step) when it is not, CodeRequired when the words
// of a refusal or the number of an arrival are missing.
func Allow(a app.Appointment, ev app.AppointmentEvent) error {
	if _, ok := steps[a.State][ev.Step]; !ok {
		return app.Fail(app.CodeWrongState, string(a.State), string(ev.Step))
	}
	switch {
	case ev.Step == app.AppointmentStepRefuse && strings.TrimSpace(ev.Note) == "":
		return app.Bad(app.CodeRequired, "note")
	case ev.Step == app.AppointmentStepCheckIn && ev.TicketID == "":
		return app.Bad(app.CodeRequired, "ticket")
	}
	return nil
}

// Apply answers the appointment after the event, or the appointment unchanged
// and the error of [Allow].
func Apply(a app.Appointment, ev app.AppointmentEvent) (app.Appointment, error) {
	if err := Allow(a, ev); err != nil {
		return a, err
	}
	a.State, a.ChangedAt = steps[a.State][ev.Step], ev.At
	switch ev.Step {
	case app.AppointmentStepBook:
		a.SlotID = ev.SlotID
		if a.SlotID == "" {
			a.State = app.AppointmentWaiting
		}
	case app.AppointmentStepConfirm:
		a.SlotID = ev.SlotID
	case app.AppointmentStepCheckIn:
		a.TicketID = ev.TicketID
	}
	if ev.Note != "" {
		a.Words = ev.Note
	}
	return a, nil
}

// Fold adds up the events of one appointment, given in the log's order. An event
// that is not possible when its turn comes has lost against an exclusive step
// (one desk confirmed, another refused, apart): it changes nothing and is
// marked. What a holds of an earlier fold is forgotten first.
func Fold(a app.Appointment, events []app.AppointmentEvent) (app.Appointment, []app.AppointmentEvent) {
	a.State, a.SlotID, a.TicketID, a.Words, a.ChangedAt, a.Voided = "", "", "", "", time.Time{}, nil
	out := make([]app.AppointmentEvent, len(events))
	for i, ev := range events {
		ev.Void = app.Void{}
		next, err := Apply(a, ev)
		if err != nil {
			ev.Void = app.Void{Reason: app.CodeOf(err), Effect: effect(ev)}
			a.Voided = append(a.Voided, ev.ID)
		} else {
			a = next
		}
		out[i] = ev
	}
	return a, out
}

// effect answers what a step leaves behind when it is void.
func effect(ev app.AppointmentEvent) app.Effect {
	switch {
	case ev.Step == app.AppointmentStepCheckIn:
		return app.EffectTicket
	case ev.SlotID != "":
		return app.EffectStray
	}
	return app.EffectUndone
}

// Beside answers the appointment as it looks beside its unit, which lives in the
// public scope, where a kiosk can write: whoever checked in there is here,
// whatever a desk noted meanwhile. sold tells whether a sale of the unit to this
// appointment is in the log; while it is not, that half is still on its way, and
// nothing is lost.
func Beside(a app.Appointment, unit app.Slot, sold bool) app.Appointment {
	if a.SlotID == "" || unit.ID != a.SlotID {
		return a
	}
	if holds := unit.AppointmentID == a.ID; holds && unit.State == app.SlotUsed {
		a.State, a.TicketID = app.AppointmentArrived, unit.TicketID
	} else if !holds && sold && a.State == app.AppointmentBooked {
		a.UnitLost = true
	}
	return a
}

// Stray answers whether an appointment does not need a unit that it holds: it
// was given up, or has another unit, or none.
func Stray(a app.Appointment, unit app.Slot) bool {
	if a.ID == "" || unit.AppointmentID != a.ID || unit.State != app.SlotSold {
		return false
	}
	gone := a.State == app.AppointmentRefused || a.State == app.AppointmentCancelled
	return gone || a.SlotID != unit.ID
}

// Told answers the state that a resident is told: without a unit there is
// nothing to rely on yet.
func Told(a app.Appointment) app.AppointmentState {
	if a.State == app.AppointmentBooked && a.UnitLost {
		return app.AppointmentWaiting
	}
	return a.State
}

// Progress answers a state in the words of a case, for whoever looks up the
// number as one looks up a receipt.
func Progress(s app.AppointmentState) app.CaseState {
	switch s {
	case app.AppointmentBooked:
		return app.CaseAccepted
	case app.AppointmentArrived:
		return app.CaseHandling
	case app.AppointmentRefused, app.AppointmentCancelled, app.AppointmentNoShow:
		return app.CaseClosed
	}
	return app.CaseOpen
}
