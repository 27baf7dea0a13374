package casework_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/casework"
)

var (
	day    = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	states = []app.CaseState{"", app.CaseOpen, app.CaseAccepted, app.CaseAssigned, app.CaseHandling, app.CaseReplied, app.CaseClosed}
	steps  = []app.CaseStep{
		app.CaseStepOpen, app.CaseStepAccept, app.CaseStepAssign, app.CaseStepHandle,
		app.CaseStepReply, app.CaseStepClose, app.CaseStepReopen,
	}
)

// legal is written out a second time on purpose: the table in the program and
// this one must be changed together.
var legal = map[app.CaseState]map[app.CaseStep]app.CaseState{
	"":               {app.CaseStepOpen: app.CaseOpen},
	app.CaseOpen:     {app.CaseStepAccept: app.CaseAccepted},
	app.CaseAccepted: {app.CaseStepAssign: app.CaseAssigned, app.CaseStepHandle: app.CaseHandling, app.CaseStepReply: app.CaseReplied},
	app.CaseAssigned: {app.CaseStepAssign: app.CaseAssigned, app.CaseStepHandle: app.CaseHandling, app.CaseStepReply: app.CaseReplied},
	app.CaseHandling: {app.CaseStepAssign: app.CaseAssigned, app.CaseStepHandle: app.CaseHandling, app.CaseStepReply: app.CaseReplied},
	app.CaseReplied:  {app.CaseStepHandle: app.CaseHandling, app.CaseStepReply: app.CaseReplied, app.CaseStepClose: app.CaseClosed, app.CaseStepReopen: app.CaseHandling},
	app.CaseClosed:   {app.CaseStepReopen: app.CaseHandling},
}

func TestEveryStepInEveryState(t *testing.T) {
	for _, from := range states {
		var possible []app.CaseStep
		for _, step := range append(slices.Clone(steps), "", "unheard-of") {
			t.Run(fmt.Sprintf("%s/%s", from, step), func(t *testing.T) {
				before := app.Case{ID: "c", State: from, HandlerID: "li", Reply: "earlier words", Reopened: 1, Voided: []string{"v"}}
				ev := app.CaseEvent{ID: "e", Step: step, ToStaff: "wang", Note: "words", By: "zhao", At: day}
				after, err := casework.Apply(before, ev)
				if allowed := casework.Allow(before, ev); app.CodeOf(allowed) != app.CodeOf(err) {
					t.Errorf("Allow answers %v, Apply %v", allowed, err)
				}
				if want, ok := legal[from][step]; ok {
					if err != nil || after.State != want {
						t.Errorf("state %q, error %v; want %q", after.State, err, want)
					}
					return
				}
				if !reflect.DeepEqual(after, before) {
					t.Errorf("a refused step changed the case: %+v", after)
				}
				var e *app.Error
				if !errors.As(err, &e) || e.Code != app.CodeWrongState || !slices.Equal(e.Args, []string{string(from), string(step)}) {
					t.Errorf("error %v, want wrong_state [%s %s]", err, from, step)
				}
			})
			if _, ok := legal[from][step]; ok && step != app.CaseStepOpen {
				possible = append(possible, step)
			}
		}
		if got := casework.Possible(from); !slices.Equal(got, possible) {
			t.Errorf("possible from %q: %v, want %v", from, got, possible)
		}
	}
}

func TestWordsAndPeopleAreRequired(t *testing.T) {
	for _, c := range []struct {
		state app.CaseState
		ev    app.CaseEvent
		field string
	}{
		{app.CaseAccepted, app.CaseEvent{Step: app.CaseStepAssign, Note: "words"}, "handler"},
		{app.CaseAccepted, app.CaseEvent{Step: app.CaseStepHandle}, "note"},
		{app.CaseAccepted, app.CaseEvent{Step: app.CaseStepReply}, "note"},
		{app.CaseHandling, app.CaseEvent{Step: app.CaseStepReply, Note: " \t\n　"}, "note"},
		{app.CaseClosed, app.CaseEvent{Step: app.CaseStepReopen}, "note"},
	} {
		before := app.Case{State: c.state}
		after, err := casework.Apply(before, c.ev)
		var e *app.Error
		if !errors.As(err, &e) || e.Code != app.CodeRequired || e.Field != c.field {
			t.Errorf("%s %s: error %v, want required %s", c.state, c.ev.Step, err, c.field)
		}
		if !reflect.DeepEqual(after, before) {
			t.Errorf("%s %s: a refused step changed the case", c.state, c.ev.Step)
		}
	}
}

func TestWhatAStepChanges(t *testing.T) {
	at := day.Add(time.Hour)
	for _, c := range []struct {
		name         string
		before, want app.Case
		ev           app.CaseEvent
	}{
		{"open", app.Case{}, app.Case{State: app.CaseOpen, OpenedAt: at}, app.CaseEvent{Step: app.CaseStepOpen}},
		{"accept makes the one who accepts the handler", app.Case{State: app.CaseOpen}, app.Case{State: app.CaseAccepted, HandlerID: "zhao"}, app.CaseEvent{Step: app.CaseStepAccept}},
		{"assign", app.Case{State: app.CaseAccepted, HandlerID: "zhao"}, app.Case{State: app.CaseAssigned, HandlerID: "wang"}, app.CaseEvent{Step: app.CaseStepAssign, ToStaff: "wang"}},
		{"handle", app.Case{State: app.CaseAssigned, HandlerID: "wang"}, app.Case{State: app.CaseHandling, HandlerID: "wang"}, app.CaseEvent{Step: app.CaseStepHandle, Note: "seen"}},
		{"reply", app.Case{State: app.CaseHandling, Reply: "first"}, app.Case{State: app.CaseReplied, Reply: "second"}, app.CaseEvent{Step: app.CaseStepReply, Note: "second"}},
		{"close", app.Case{State: app.CaseReplied, Reply: "words"}, app.Case{State: app.CaseClosed, Reply: "words", ClosedAt: at}, app.CaseEvent{Step: app.CaseStepClose}},
		{"reopen: it is not closed any more", app.Case{State: app.CaseClosed, Reply: "words", ClosedAt: day}, app.Case{State: app.CaseHandling, Reply: "words", Reopened: 1}, app.CaseEvent{Step: app.CaseStepReopen, Note: "not mended"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.ev.By, c.ev.At = "zhao", at
			if got, err := casework.Apply(c.before, c.ev); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestTwoDesksCloseOneCaseWhileApart(t *testing.T) {
	story := []app.CaseEvent{
		{ID: "open", Step: app.CaseStepOpen},
		{ID: "accept", Step: app.CaseStepAccept, By: "li"},
		{ID: "reply", Step: app.CaseStepReply, Note: "words"},
	}
	one := app.CaseEvent{ID: "one", Step: app.CaseStepClose, By: "li", At: day}
	two := app.CaseEvent{ID: "two", Step: app.CaseStepClose, By: "wang", At: day.Add(time.Minute)}
	for _, pair := range [][2]app.CaseEvent{{one, two}, {two, one}} {
		got, events := casework.Fold(app.Case{ID: "c"}, append(slices.Clone(story), pair[0], pair[1]))
		if got.State != app.CaseClosed || !got.ClosedAt.Equal(pair[0].At) || !slices.Equal(got.Voided, []string{pair[1].ID}) {
			t.Errorf("got %+v, want it closed by %s and %s voided", got, pair[0].ID, pair[1].ID)
		}
		for _, ev := range events {
			if ev.Void != (ev.ID == pair[1].ID) {
				t.Errorf("%s void: %v", ev.ID, ev.Void)
			}
		}
	}
}

func TestFoldLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := make([]app.CaseEvent, rapid.IntRange(0, 30).Draw(t, "events"))
		for i := range events {
			events[i] = app.CaseEvent{
				ID:      fmt.Sprint("e", i),
				Step:    rapid.SampledFrom(append(slices.Clone(steps), "unheard-of")).Draw(t, "step"),
				ToStaff: rapid.SampledFrom([]string{"", "li", "wang"}).Draw(t, "to"),
				Note:    rapid.SampledFrom([]string{"", "words"}).Draw(t, "note"),
				By:      "zhao",
				At:      day.Add(time.Duration(i) * time.Minute),
			}
		}
		given := slices.Clone(events)
		all, marked := casework.Fold(app.Case{ID: "c"}, events)
		if !slices.Equal(given, events) {
			t.Fatal("the events handed in were changed")
		}
		if !slices.Contains(states, all.State) {
			t.Fatalf("unknown state %q", all.State)
		}

		// Step by step it is the same; every event is applied or voided; a case is
		// closed only right after words for the resident.
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		step, _ := casework.Fold(app.Case{ID: "c"}, events[:cut])
		for i, ev := range marked {
			if i >= cut {
				next, err := casework.Apply(step, ev)
				if (err != nil) != ev.Void {
					t.Fatalf("%s: error %v, void %v", ev.ID, err, ev.Void)
				}
				if err != nil {
					next.Voided = append(slices.Clone(next.Voided), ev.ID)
				}
				step = next
			}
			if ev.Step == app.CaseStepClose && !ev.Void {
				last := i - 1
				for last >= 0 && marked[last].Void {
					last--
				}
				if last < 0 || marked[last].Step != app.CaseStepReply {
					t.Fatalf("%s closed the case without a reply before it", ev.ID)
				}
			}
		}
		if !reflect.DeepEqual(step, all) {
			t.Fatalf("in two parts: %+v\nat once:      %+v", step, all)
		}
		if (all.State == app.CaseClosed) != !all.ClosedAt.IsZero() || all.State == app.CaseClosed && all.Reply == "" {
			t.Fatalf("closed without a time or a reply, or not closed with one: %+v", all)
		}
		// Folding what was folded already changes nothing.
		if again, _ := casework.Fold(all, events); !reflect.DeepEqual(again, all) {
			t.Fatalf("folded again: %+v\nonce:         %+v", again, all)
		}
	})
}

func TestRight(t *testing.T) {
	for step, want := range map[app.CaseStep]app.Act{
		app.CaseStepOpen: app.ActCase, app.CaseStepAccept: app.ActCase, app.CaseStepAssign: app.ActCase,
		app.CaseStepHandle: app.ActCase, app.CaseStepReply: app.ActCase,
		app.CaseStepClose: app.ActClose, app.CaseStepReopen: app.ActClose,
	} {
		if got := casework.Right(step); got != want {
			t.Errorf("%s needs %s, want %s", step, got, want)
		}
	}
}

func TestRatings(t *testing.T) {
	for score, want := range map[int]bool{app.ScoreBest: false, app.ScoreGood: false, app.ScoreFair: false, app.ScorePoor: true, app.ScoreWorst: true} {
		if got := casework.NeedsCheck(score); got != want {
			t.Errorf("score %d needs a check: %v, want %v", score, got, want)
		}
	}
	for _, s := range states {
		if got, want := casework.CanRate(s), s == app.CaseReplied || s == app.CaseClosed; got != want {
			t.Errorf("can rate %q: %v, want %v", s, got, want)
		}
	}
}
