package queue_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/queue"
)

var (
	morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("UTC+8", 8*3600)) // a Monday
	states  = []app.TicketState{"", app.TicketWaiting, app.TicketCalled, app.TicketMissed, app.TicketDone, app.TicketAbandoned}
	steps   = []app.TicketStep{
		app.StepTake, app.StepCall, app.StepRecall, app.StepMiss, app.StepReturn,
		app.StepTransfer, app.StepComplete, app.StepAbandon,
	}
)

func minute(n int) time.Time { return morning.Add(time.Duration(n) * time.Minute) }

// legal is written out a second time on purpose: the table in the program and
// this one must be changed together.
var legal = map[app.TicketState]map[app.TicketStep]app.TicketState{
	"":                  {app.StepTake: app.TicketWaiting},
	app.TicketWaiting:   {app.StepCall: app.TicketCalled, app.StepTransfer: app.TicketWaiting, app.StepAbandon: app.TicketAbandoned},
	app.TicketCalled:    {app.StepRecall: app.TicketCalled, app.StepMiss: app.TicketMissed, app.StepTransfer: app.TicketWaiting, app.StepComplete: app.TicketDone, app.StepAbandon: app.TicketAbandoned},
	app.TicketMissed:    {app.StepReturn: app.TicketWaiting, app.StepAbandon: app.TicketAbandoned},
	app.TicketDone:      {},
	app.TicketAbandoned: {},
}

func TestEveryStepInEveryState(t *testing.T) {
	for _, from := range states {
		for _, step := range append(slices.Clone(steps), "", "unheard-of") {
			t.Run(fmt.Sprintf("%s/%s", from, step), func(t *testing.T) {
				before := app.Ticket{ID: "t", Number: "A1-001", BusinessID: "social", State: from, WindowID: "w9", Window: 9, Calls: 2, TakenAt: minute(0), Since: minute(0), CalledAt: minute(1)}
				ev := app.TicketEvent{ID: "e", TicketID: "t", Step: step, WindowID: "w1", BusinessID: "housing", At: minute(5)}
				after, err := queue.Apply(before, ev)
				allowed := queue.Allow(before, ev)
				if app.CodeOf(allowed) != app.CodeOf(err) {
					t.Errorf("Allow answers %v, Apply %v", allowed, err)
				}
				want, ok := legal[from][step]
				if ok {
					if err != nil || after.State != want {
						t.Errorf("state %q, error %v; want %q", after.State, err, want)
					}
					return
				}
				if after != before {
					t.Errorf("a refused step changed the ticket: %+v", after)
				}
				var e *app.Error
				if !errors.As(err, &e) {
					t.Fatalf("error %v, want an *app.Error", err)
				}
				if from == app.TicketCalled && step == app.StepCall {
					if e.Code != app.CodeTaken || !slices.Equal(e.Args, []string{"9"}) {
						t.Errorf("error %v, want taken by window 9", e)
					}
					return
				}
				if e.Code != app.CodeWrongState || !slices.Equal(e.Args, []string{string(from), string(step)}) {
					t.Errorf("error %v, want wrong_state [%s %s]", e, from, step)
				}
			})
		}
	}
}

func TestWhatAStepNeeds(t *testing.T) {
	for _, c := range []struct {
		name  string
		state app.TicketState
		ev    app.TicketEvent
		field string
	}{
		{"a call without a window", app.TicketWaiting, app.TicketEvent{Step: app.StepCall}, "window"},
		{"a transfer to nowhere", app.TicketWaiting, app.TicketEvent{Step: app.StepTransfer}, "business"},
		{"a transfer to where it is", app.TicketCalled, app.TicketEvent{Step: app.StepTransfer, BusinessID: "social"}, "business"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := app.Ticket{State: c.state, BusinessID: "social"}
			after, err := queue.Apply(before, c.ev)
			var e *app.Error
			if !errors.As(err, &e) || e.Code != app.CodeRequired || e.Field != c.field {
				t.Errorf("error %v, want required %s", err, c.field)
			}
			if after != before {
				t.Errorf("a refused step changed the ticket: %+v", after)
			}
		})
	}
}

func TestWhatAStepChanges(t *testing.T) {
	waiting := app.Ticket{ID: "t", BusinessID: "social", State: app.TicketWaiting, TakenAt: minute(0), Since: minute(0)}
	called := waiting
	called.State, called.WindowID, called.Calls, called.CalledAt = app.TicketCalled, "w1", 1, minute(3)
	missed := called
	missed.State = app.TicketMissed
	with := func(t app.Ticket, change func(*app.Ticket)) app.Ticket { change(&t); return t }
	at := minute(7)
	for _, c := range []struct {
		name   string
		before app.Ticket
		ev     app.TicketEvent
		want   app.Ticket
	}{
		{"take", app.Ticket{TakenAt: minute(0)}, app.TicketEvent{Step: app.StepTake, At: at}, app.Ticket{TakenAt: minute(0), State: app.TicketWaiting, Since: at}},
		{"call", waiting, app.TicketEvent{Step: app.StepCall, WindowID: "w2", At: at}, with(waiting, func(t *app.Ticket) { t.State, t.WindowID, t.Calls, t.CalledAt = app.TicketCalled, "w2", 1, at })},
		{"recall", called, app.TicketEvent{Step: app.StepRecall, WindowID: "w1", At: at}, with(called, func(t *app.Ticket) { t.Calls, t.CalledAt = 2, at })},
		{"miss", called, app.TicketEvent{Step: app.StepMiss, At: at}, with(called, func(t *app.Ticket) { t.State = app.TicketMissed })},
		{"return", missed, app.TicketEvent{Step: app.StepReturn, WindowID: "w1", At: at}, with(missed, func(t *app.Ticket) { t.State, t.Since, t.WindowID, t.Calls = app.TicketWaiting, at, "", 0 })},
		{"transfer", called, app.TicketEvent{Step: app.StepTransfer, BusinessID: "housing", WindowID: "w1", At: at}, with(called, func(t *app.Ticket) { t.State, t.BusinessID, t.WindowID, t.Calls = app.TicketWaiting, "housing", "", 0 })},
		{"complete", called, app.TicketEvent{Step: app.StepComplete, At: at}, with(called, func(t *app.Ticket) { t.State, t.DoneAt = app.TicketDone, at })},
		{"abandon", waiting, app.TicketEvent{Step: app.StepAbandon, At: at}, with(waiting, func(t *app.Ticket) { t.State, t.DoneAt = app.TicketAbandoned, at })},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := queue.Apply(c.before, c.ev)
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestTwoWindowsCallOneNumberWhileApart(t *testing.T) {
	take := app.TicketEvent{ID: "take", Step: app.StepTake, At: minute(0)}
	one := app.TicketEvent{ID: "one", Step: app.StepCall, WindowID: "w1", At: minute(3)}
	two := app.TicketEvent{ID: "two", Step: app.StepCall, WindowID: "w2", At: minute(3)}
	for _, c := range []struct {
		name          string
		events        []app.TicketEvent
		window, loser string
	}{
		{"the first window's call stands first in the log", []app.TicketEvent{take, one, two}, "w1", "two"},
		{"the second window's call stands first in the log", []app.TicketEvent{take, two, one}, "w2", "one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, voided := queue.Fold(app.Ticket{TakenAt: minute(0)}, c.events)
			if got.State != app.TicketCalled || got.WindowID != c.window || got.Calls != 1 {
				t.Errorf("got %+v, want it called once, by %s", got, c.window)
			}
			if !slices.Equal(voided, []string{c.loser}) {
				t.Errorf("voided %v, want [%s]", voided, c.loser)
			}
		})
	}
}

// anyEvents draws a story that may make no sense at all.
func anyEvents(t *rapid.T) []app.TicketEvent {
	n := rapid.IntRange(0, 25).Draw(t, "events")
	out := make([]app.TicketEvent, n)
	for i := range out {
		out[i] = app.TicketEvent{
			ID:         fmt.Sprint("e", i),
			Step:       rapid.SampledFrom(append(slices.Clone(steps), "unheard-of")).Draw(t, "step"),
			WindowID:   rapid.SampledFrom([]string{"", "w1", "w2"}).Draw(t, "window"),
			BusinessID: rapid.SampledFrom([]string{"", "social", "housing"}).Draw(t, "business"),
			At:         minute(rapid.IntRange(-5, 60).Draw(t, "at")),
		}
	}
	return out
}

func TestFoldLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		taken := app.Ticket{ID: "t", BusinessID: "social", TakenAt: minute(0)}
		events := anyEvents(t)
		all, voided := queue.Fold(taken, events)

		if !slices.Contains(states, all.State) {
			t.Fatalf("unknown state %q", all.State)
		}
		// Folding a part and going on step by step is the same as folding all;
		// every event is either applied or voided, in the order of the log.
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		step, lost := queue.Fold(taken, events[:cut])
		applied := cut - len(lost)
		for _, ev := range events[cut:] {
			next, err := queue.Apply(step, ev)
			if err != nil {
				lost = append(lost, ev.ID)
				continue
			}
			step, applied = next, applied+1
		}
		if step != all || !slices.Equal(lost, voided) {
			t.Fatalf("in two parts: %+v %v\nat once:      %+v %v", step, lost, all, voided)
		}
		if applied+len(voided) != len(events) {
			t.Fatalf("%d applied and %d voided of %d", applied, len(voided), len(events))
		}
		// Without what was voided the story comes out the same.
		kept := slices.DeleteFunc(slices.Clone(events), func(ev app.TicketEvent) bool { return slices.Contains(voided, ev.ID) })
		again, none := queue.Fold(taken, kept)
		if again != all || len(none) != 0 {
			t.Fatalf("without the voided: %+v %v\nwith them:          %+v", again, none, all)
		}
		// A number is at a window exactly when it was called there and not sent away.
		if (all.State == app.TicketWaiting) && (all.WindowID != "" || all.Calls != 0) {
			t.Fatalf("a waiting ticket is still at a window: %+v", all)
		}
	})
}
