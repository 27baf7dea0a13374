// Package slot holds the rules of appointment capacity as pure functions.
//
// Capacity is numbered units. A unit is dealt to one machine, and that machine
// alone sells it or lends it on: so a kiosk that has met nobody for a week still
// gives appointments, and no two machines ever sell the same unit. Lending moves
// the right to sell. The lender knows at once that it has no more; the borrower
// may sell from the moment the lending has reached it, and what it writes then
// is later than the lending in the log's order. What anybody may write, apart
// from the owner, names the appointment that holds the unit, and so does nothing
// to the next one.
//
// Only an owner that is two machines at once (a copied folder, not yet found
// out) can sell a unit twice. Then the first sale in the log's order stands on
// every machine, and the other is kept, void, with its reason and effect.
package slot

import (
	"time"

	"linli/app"
)

// FoldVersion is written into a slot, so that a later rule can tell which rule
// an old slot was made under.
const FoldVersion = 1

// steps is the whole life of a slot: state → step → next state.
//
// A used unit can be released: that happens only where one desk cancelled while
// the resident arrived elsewhere, the two machines apart. If the release were
// void then, whoever bought the unit after it would lose it.
var steps = map[app.SlotState]map[app.SlotStep]app.SlotState{
	"": {app.SlotStepDeal: app.SlotFree},
	app.SlotFree: {
		app.SlotStepLend: app.SlotFree,
		app.SlotStepSell: app.SlotSold,
	},
	app.SlotSold: {
		app.SlotStepRelease: app.SlotFree,
		app.SlotStepCheckIn: app.SlotUsed,
	},
	app.SlotUsed: {
		app.SlotStepRelease: app.SlotFree,
	},
}

// Allow answers nil when the step is possible for the slot as it stands:
// CodeWrongState (args: state, step) when it is not; CodeTaken when the unit is
// sold already, or held by another appointment than the one named; CodeNotOwner
// when the writer does not own it; CodeRequired or CodeInvalid for what the step
// must name.
func Allow(s app.Slot, ev app.SlotEvent) error {
	if _, ok := steps[s.State][ev.Step]; !ok {
		if ev.Step == app.SlotStepSell && s.State != "" {
			return app.Fail(app.CodeTaken)
		}
		return app.Fail(app.CodeWrongState, string(s.State), string(ev.Step))
	}
	switch ev.Step {
	case app.SlotStepDeal, app.SlotStepLend:
		if ev.Owner == "" {
			return app.Bad(app.CodeRequired, "owner")
		}
	default:
		if ev.AppointmentID == "" {
			return app.Bad(app.CodeRequired, "appointment")
		}
	}
	switch ev.Step {
	case app.SlotStepLend, app.SlotStepSell:
		if ev.Origin != s.Owner {
			return app.Fail(app.CodeNotOwner)
		}
	case app.SlotStepRelease, app.SlotStepCheckIn:
		if ev.AppointmentID != s.AppointmentID {
			return app.Fail(app.CodeTaken)
		}
	}
	if ev.Step == app.SlotStepLend && ev.Owner == s.Owner {
		return app.Bad(app.CodeInvalid, "owner")
	}
	return nil
}

// Apply answers the slot after the event, or the slot unchanged and the error of
// [Allow].
func Apply(s app.Slot, ev app.SlotEvent) (app.Slot, error) {
	if err := Allow(s, ev); err != nil {
		return s, err
	}
	s.State = steps[s.State][ev.Step]
	switch ev.Step {
	case app.SlotStepDeal, app.SlotStepLend:
		s.Owner = ev.Owner
	case app.SlotStepSell:
		s.AppointmentID, s.Number, s.Lane = ev.AppointmentID, ev.Number, ev.Lane
	case app.SlotStepRelease:
		s.AppointmentID, s.Number, s.Lane, s.TicketID = "", "", "", ""
	case app.SlotStepCheckIn:
		s.TicketID = ev.TicketID
	}
	return s, nil
}

// Fold adds up the events of one slot, given in the log's order. An event that
// is not possible when its turn comes has lost against an exclusive step: it
// changes nothing and is marked. What s holds of an earlier fold is forgotten
// first.
func Fold(s app.Slot, events []app.SlotEvent) (app.Slot, []app.SlotEvent) {
	s.State, s.Owner, s.AppointmentID, s.Number, s.Lane, s.TicketID, s.Voided = "", "", "", "", "", "", nil
	out := make([]app.SlotEvent, len(events))
	for i, ev := range events {
		ev.Void = app.Void{}
		next, err := Apply(s, ev)
		if err != nil {
			ev.Void = app.Void{Reason: app.CodeOf(err), Effect: effect(ev.Step)}
			s.Voided = append(s.Voided, ev.ID)
		} else {
			s = next
		}
		out[i] = ev
	}
	return s, out
}

// effect answers what a step leaves behind when it is void. A release that is
// void leaves nothing: the unit was free already, or is another appointment's.
func effect(step app.SlotStep) app.Effect {
	switch step {
	case app.SlotStepDeal, app.SlotStepLend:
		return app.EffectNotOwned
	case app.SlotStepSell:
		return app.EffectNoUnit
	case app.SlotStepCheckIn:
		return app.EffectTicket
	}
	return app.EffectNone
}

// MaxDeal is how many units can be dealt at once.
const MaxDeal = 200

// Deal answers what is wrong with a plan: CodeInvalid or CodeRequired on
// "business", "day", "from", "to", "first" or "count".
func Deal(d app.DealSlots) error {
	if err := Stretch(d.BusinessID, d.Day, d.From, d.To); err != nil {
		return err
	}
	switch {
	case d.First < 0 || d.First > 9999:
		return app.Bad(app.CodeInvalid, "first")
	case d.Count < 1 || d.Count > MaxDeal:
		return app.Bad(app.CodeInvalid, "count")
	}
	return nil
}

// Stretch answers what is wrong with a business's stretch of a day.
func Stretch(business string, day app.Day, from, to string) error {
	switch {
	case business == "":
		return app.Bad(app.CodeRequired, "business")
	case !is(time.DateOnly, string(day)):
		return app.Bad(app.CodeInvalid, "day")
	case !is("15:04", from):
		return app.Bad(app.CodeInvalid, "from")
	case !is("15:04", to) || to <= from:
		return app.Bad(app.CodeInvalid, "to")
	}
	return nil
}

// is answers whether s is a day or a time in exactly this form, so that text
// sorts as time does.
func is(layout, s string) bool {
	_, err := time.Parse(layout, s)
	return err == nil && len(s) == len(layout)
}

// Over answers whether a stretch has ended at the moment now, in the hall's zone.
func Over(day app.Day, to string, now time.Time) bool {
	today := app.Day(now.Format(time.DateOnly))
	return day < today || day == today && to <= now.Format("15:04")
}
