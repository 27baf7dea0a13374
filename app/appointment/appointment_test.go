package appointment_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/appointment"
)

var (
	day    = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	states = []app.AppointmentState{
		"", app.AppointmentWaiting, app.AppointmentBooked, app.AppointmentRefused, app.AppointmentCancelled, app.AppointmentArrived, app.AppointmentNoShow,
	}
	steps = []app.AppointmentStep{
		app.AppointmentStepBook, app.AppointmentStepConfirm, app.AppointmentStepRefuse, app.AppointmentStepCheckIn, app.AppointmentStepNoShow, app.AppointmentStepCancel,
	}
)

// legal is written out a second time on purpose: the table in the program and
// this one must be changed together. Every step here names a unit.
var legal = map[app.AppointmentState]map[app.AppointmentStep]app.AppointmentState{
	"": {app.AppointmentStepBook: app.AppointmentBooked},
	app.AppointmentWaiting: {
		app.AppointmentStepConfirm: app.AppointmentBooked, app.AppointmentStepRefuse: app.AppointmentRefused, app.AppointmentStepCancel: app.AppointmentCancelled,
	},
	app.AppointmentBooked: {
		app.AppointmentStepCheckIn: app.AppointmentArrived, app.AppointmentStepNoShow: app.AppointmentNoShow, app.AppointmentStepCancel: app.AppointmentCancelled,
	},
	app.AppointmentNoShow: {app.AppointmentStepCheckIn: app.AppointmentArrived},
}

func TestEveryStepInEveryState(t *testing.T) {
	for _, from := range states {
		var possible []app.AppointmentStep
		for _, step := range append(slices.Clone(steps), "", "unheard-of") {
			t.Run(fmt.Sprintf("%s/%s", from, step), func(t *testing.T) {
				before := app.Appointment{ID: "a", State: from, Words: "earlier words", Voided: []string{"v"}}
				ev := app.AppointmentEvent{ID: "e", Step: step, SlotID: "s", TicketID: "t", Note: "words", At: day}
				after, err := appointment.Apply(before, ev)
				if allowed := appointment.Allow(before, ev); app.CodeOf(allowed) != app.CodeOf(err) {
					t.Errorf("Allow answers %v, Apply %v", allowed, err)
				}
				if want, ok := legal[from][step]; ok {
					if err != nil || after.State != want || !after.ChangedAt.Equal(day) || after.Words != "words" {
						t.Errorf("%+v, error %v; want %q", after, err, want)
					}
					return
				}
				if !reflect.DeepEqual(after, before) {
					t.Errorf("a refused step changed the appointment: %+v", after)
				}
				var e *app.Error
				if !errors.As(err, &e) || e.Code != app.CodeWrongState || !slices.Equal(e.Args, []string{string(from), string(step)}) {
					t.Errorf("error %v, want wrong_state [%s %s]", err, from, step)
				}
			})
			if _, ok := legal[from][step]; ok && step != app.AppointmentStepBook {
				possible = append(possible, step)
			}
		}
		if got := appointment.Possible(from); !slices.Equal(got, possible) {
			t.Errorf("possible from %q: %v, want %v", from, got, possible)
		}
	}
}

func TestWhatAStepChanges(t *testing.T) {
	for _, c := range []struct {
		name         string
		before, want app.Appointment
		ev           app.AppointmentEvent
	}{
		{"booked on a unit", app.Appointment{}, app.Appointment{State: app.AppointmentBooked, SlotID: "s"}, app.AppointmentEvent{Step: app.AppointmentStepBook, SlotID: "s"}},
		{"booked without one", app.Appointment{}, app.Appointment{State: app.AppointmentWaiting}, app.AppointmentEvent{Step: app.AppointmentStepBook}},
		{"confirmed on a unit", app.Appointment{State: app.AppointmentWaiting}, app.Appointment{State: app.AppointmentBooked, SlotID: "s"}, app.AppointmentEvent{Step: app.AppointmentStepConfirm, SlotID: "s"}},
		{"room was made without one", app.Appointment{State: app.AppointmentWaiting}, app.Appointment{State: app.AppointmentBooked, Words: "come to window 3"}, app.AppointmentEvent{Step: app.AppointmentStepConfirm, Note: "come to window 3"}},
		{"arrived", app.Appointment{State: app.AppointmentBooked, SlotID: "s", Words: "w"}, app.Appointment{State: app.AppointmentArrived, SlotID: "s", Words: "w", TicketID: "t"}, app.AppointmentEvent{Step: app.AppointmentStepCheckIn, TicketID: "t"}},
		{"cancelled: it is known which unit it was", app.Appointment{State: app.AppointmentBooked, SlotID: "s"}, app.Appointment{State: app.AppointmentCancelled, SlotID: "s"}, app.AppointmentEvent{Step: app.AppointmentStepCancel}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.ev.At, c.want.ChangedAt = day, day
			if got, err := appointment.Apply(c.before, c.ev); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
	for _, c := range []struct {
		state app.AppointmentState
		ev    app.AppointmentEvent
		field string
	}{
		{app.AppointmentWaiting, app.AppointmentEvent{Step: app.AppointmentStepRefuse, Note: " \t　"}, "note"},
		{app.AppointmentBooked, app.AppointmentEvent{Step: app.AppointmentStepCheckIn}, "ticket"},
	} {
		before := app.Appointment{State: c.state}
		after, err := appointment.Apply(before, c.ev)
		var e *app.Error
		if !errors.As(err, &e) || e.Code != app.CodeRequired || e.Field != c.field || !reflect.DeepEqual(after, before) {
			t.Errorf("%s %s: %v, %+v", c.state, c.ev.Step, err, after)
		}
	}
}

// Two desks do what excludes each other, apart: the first in the log's order stands.
func TestDesksApart(t *testing.T) {
	book := app.AppointmentEvent{ID: "book", Step: app.AppointmentStepBook}
	onUnit := app.AppointmentEvent{ID: "book", Step: app.AppointmentStepBook, SlotID: "s0"}
	ev := func(step app.AppointmentStep, slot, ticket string) app.AppointmentEvent {
		return app.AppointmentEvent{Step: step, SlotID: slot, TicketID: ticket, Note: "words"}
	}
	for _, c := range []struct {
		name     string
		first    app.AppointmentEvent
		one, two app.AppointmentEvent
		state    app.AppointmentState
		void     app.Effect // of the second; "" when both stand
	}{
		{"confirmed, then refused", book, ev(app.AppointmentStepConfirm, "s1", ""), ev(app.AppointmentStepRefuse, "", ""), app.AppointmentBooked, app.EffectUndone},
		{"refused, then confirmed: the unit is a stray", book, ev(app.AppointmentStepRefuse, "", ""), ev(app.AppointmentStepConfirm, "s1", ""), app.AppointmentRefused, app.EffectStray},
		{"confirmed twice: the second unit is a stray", book, ev(app.AppointmentStepConfirm, "s1", ""), ev(app.AppointmentStepConfirm, "s2", ""), app.AppointmentBooked, app.EffectStray},
		{"confirmed twice without a unit", book, ev(app.AppointmentStepConfirm, "", ""), ev(app.AppointmentStepConfirm, "", ""), app.AppointmentBooked, app.EffectUndone},
		{"cancelled, then arrived", onUnit, ev(app.AppointmentStepCancel, "", ""), ev(app.AppointmentStepCheckIn, "", "t"), app.AppointmentCancelled, app.EffectTicket},
		{"arrived, then cancelled", onUnit, ev(app.AppointmentStepCheckIn, "", "t"), ev(app.AppointmentStepCancel, "", ""), app.AppointmentArrived, app.EffectUndone},
		{"arrived at two desks", onUnit, ev(app.AppointmentStepCheckIn, "", "t"), ev(app.AppointmentStepCheckIn, "", "t2"), app.AppointmentArrived, app.EffectTicket},
		{"given up, and here after all", onUnit, ev(app.AppointmentStepNoShow, "", ""), ev(app.AppointmentStepCheckIn, "", "t"), app.AppointmentArrived, ""},
		{"here, and given up elsewhere", onUnit, ev(app.AppointmentStepCheckIn, "", "t"), ev(app.AppointmentStepNoShow, "", ""), app.AppointmentArrived, app.EffectUndone},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.one.ID, c.two.ID = "one", "two"
			got, events := appointment.Fold(app.Appointment{ID: "a"}, []app.AppointmentEvent{c.first, c.one, c.two})
			want := app.Void{}
			var voided []string
			if c.void != "" {
				want, voided = app.Void{Reason: app.CodeWrongState, Effect: c.void}, []string{"two"}
			}
			if got.State != c.state || !slices.Equal(got.Voided, voided) || events[1].Void != (app.Void{}) || events[2].Void != want {
				t.Errorf("got %+v, %+v", got, events[2].Void)
			}
		})
	}
}

func TestBesideItsUnit(t *testing.T) {
	unit := func(state app.SlotState, holder string) app.Slot {
		return app.Slot{ID: "s", State: state, AppointmentID: holder, TicketID: "t"}
	}
	for _, c := range []struct {
		name  string
		state app.AppointmentState
		unit  app.Slot
		sold  bool
		want  app.AppointmentState
		lost  bool
		told  app.AppointmentState
		stray bool
	}{
		{"it has its unit", app.AppointmentBooked, unit(app.SlotSold, "a"), true, app.AppointmentBooked, false, app.AppointmentBooked, false},
		{"the sale is still on its way", app.AppointmentBooked, unit(app.SlotFree, ""), false, app.AppointmentBooked, false, app.AppointmentBooked, false},
		{"the whole unit is", app.AppointmentBooked, app.Slot{}, false, app.AppointmentBooked, false, app.AppointmentBooked, false},
		{"the unit was sold to somebody else first", app.AppointmentBooked, unit(app.SlotSold, "b"), true, app.AppointmentBooked, true, app.AppointmentWaiting, false},
		{"who has even arrived", app.AppointmentBooked, unit(app.SlotUsed, "b"), true, app.AppointmentBooked, true, app.AppointmentWaiting, false},
		{"or given it back", app.AppointmentBooked, unit(app.SlotFree, ""), true, app.AppointmentBooked, true, app.AppointmentWaiting, false},
		{"arrived at a kiosk", app.AppointmentBooked, unit(app.SlotUsed, "a"), true, app.AppointmentArrived, false, app.AppointmentArrived, false},
		{"arrived at a kiosk, given up at a desk", app.AppointmentNoShow, unit(app.SlotUsed, "a"), true, app.AppointmentArrived, false, app.AppointmentArrived, false},
		{"arrived at a kiosk, cancelled at a desk", app.AppointmentCancelled, unit(app.SlotUsed, "a"), true, app.AppointmentArrived, false, app.AppointmentArrived, false},
		{"cancelled and released", app.AppointmentCancelled, unit(app.SlotFree, ""), true, app.AppointmentCancelled, false, app.AppointmentCancelled, false},
		{"cancelled before the sale was known", app.AppointmentCancelled, unit(app.SlotSold, "a"), true, app.AppointmentCancelled, false, app.AppointmentCancelled, true},
		{"cancelled, and the unit is another's", app.AppointmentCancelled, unit(app.SlotSold, "b"), true, app.AppointmentCancelled, false, app.AppointmentCancelled, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := app.Appointment{ID: "a", SlotID: "s", State: c.state}
			got := appointment.Beside(a, c.unit, c.sold)
			if got.State != c.want || got.UnitLost != c.lost || appointment.Told(got) != c.told || (got.State == app.AppointmentArrived) != (got.TicketID != "") {
				t.Errorf("got %+v, told %s", got, appointment.Told(got))
			}
			if appointment.Stray(a, c.unit) != c.stray {
				t.Errorf("stray: %v", !c.stray)
			}
		})
	}
	without := app.Appointment{ID: "a", State: app.AppointmentBooked}
	if got := appointment.Beside(without, app.Slot{}, false); !reflect.DeepEqual(got, without) {
		t.Errorf("without a unit: %+v", got)
	}
	if !appointment.Stray(without, unit(app.SlotSold, "a")) || !appointment.Stray(app.Appointment{ID: "a", SlotID: "other", State: app.AppointmentBooked}, unit(app.SlotSold, "a")) {
		t.Error("a second unit is not a stray")
	}
	if appointment.Stray(app.Appointment{}, unit(app.SlotSold, "")) || appointment.Stray(app.Appointment{}, unit(app.SlotSold, "a")) {
		t.Error("a unit whose appointment no desk has opened yet is a stray")
	}
}

func TestFoldLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := make([]app.AppointmentEvent, rapid.IntRange(0, 20).Draw(t, "events"))
		for i := range events {
			events[i] = app.AppointmentEvent{
				ID: fmt.Sprint("e", i), Step: rapid.SampledFrom(append(slices.Clone(steps), "unheard-of")).Draw(t, "step"),
				SlotID: rapid.SampledFrom([]string{"", "s1", "s2"}).Draw(t, "slot"), TicketID: rapid.SampledFrom([]string{"", "t"}).Draw(t, "ticket"),
				Note: rapid.SampledFrom([]string{"", "words"}).Draw(t, "note"), At: day.Add(time.Duration(i) * time.Minute),
			}
		}
		given := slices.Clone(events)
		all, marked := appointment.Fold(app.Appointment{ID: "a"}, events)
		if !slices.Equal(given, events) {
			t.Fatal("the events handed in were changed")
		}
		if !slices.Contains(states, all.State) || (all.State == app.AppointmentArrived) != (all.TicketID != "") {
			t.Fatalf("unknown state, or arrived without a number: %+v", all)
		}
		step, units := app.Appointment{ID: "a"}, 0
		for _, ev := range marked {
			next, err := appointment.Apply(step, ev)
			if (err != nil) != (ev.Void != app.Void{}) || app.CodeOf(err) != ev.Void.Reason {
				t.Fatalf("%s: error %v, void %+v", ev.ID, err, ev.Void)
			}
			if next.SlotID != step.SlotID {
				units++
			}
			step = next
		}
		if units > 1 {
			t.Fatalf("it had %d units", units)
		}
		step.Voided = all.Voided
		if !reflect.DeepEqual(step, all) {
			t.Fatalf("step by step: %+v\nat once:      %+v", step, all)
		}
		if again, _ := appointment.Fold(all, marked); !reflect.DeepEqual(again, all) {
			t.Fatalf("folded again: %+v\nonce:         %+v", again, all)
		}
	})
}

func TestProgress(t *testing.T) {
	for _, s := range states[1:] {
		want := map[app.AppointmentState]app.CaseState{
			app.AppointmentWaiting: app.CaseOpen, app.AppointmentBooked: app.CaseAccepted, app.AppointmentArrived: app.CaseHandling,
			app.AppointmentRefused: app.CaseClosed, app.AppointmentCancelled: app.CaseClosed, app.AppointmentNoShow: app.CaseClosed,
		}[s]
		if got := appointment.Progress(s); got != want {
			t.Errorf("%s is told as %s, want %s", s, got, want)
		}
	}
}
