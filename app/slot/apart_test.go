package slot_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/slot"
)

// written is an event with its place in the log: clock, origin, number, hash.
type written struct {
	clock  int
	origin string
	n      int
	hash   int
	ev     app.SlotEvent
}

func inOrder(a, b written) int {
	return cmp.Or(cmp.Compare(a.clock, b.clock), cmp.Compare(a.origin, b.origin), cmp.Compare(a.n, b.n), cmp.Compare(a.hash, b.hash))
}

func fold(log []written) (app.Slot, []app.SlotEvent) {
	log = slices.Clone(log)
	slices.SortFunc(log, inOrder)
	events := make([]app.SlotEvent, len(log))
	for i, w := range log {
		events[i] = w.ev
	}
	return slot.Fold(app.Slot{ID: "s"}, events)
}

// machine is one replica of one unit's story. It asks the rules before it
// writes, as the store does, and is often wrong about what others did meanwhile.
type machine struct {
	origin string
	clock  int // the last time it saw or wrote
	skew   int
	n      int
	log    []written // in the order in which it was applied here
}

func (m *machine) has(w written) bool {
	return slices.ContainsFunc(m.log, func(o written) bool { return o.hash == w.hash })
}

// hear applies part of what another has, in the other's own order: whatever an
// event followed from has been applied before it.
func (m *machine) hear(other *machine, upTo int) {
	for _, w := range other.log[:upTo] {
		if !m.has(w) {
			m.log, m.clock = append(m.log, w), max(m.clock, w.clock)
			if w.origin == m.origin {
				m.n = max(m.n, w.n)
			}
		}
	}
}

// hall is some machines and what they did to one unit.
type hall struct {
	machines []*machine
	now      int
	count    int // of all events, for ids
}

func newHall(t *rapid.T) *hall {
	h := &hall{}
	for i := range rapid.IntRange(2, 4).Draw(t, "machines") {
		h.machines = append(h.machines, &machine{origin: fmt.Sprint("m", i), skew: rapid.IntRange(-50, 50).Draw(t, "skew")})
	}
	return h
}

// try lets a machine do a step if the rules let it, as far as it knows.
func (h *hall) try(m *machine, ev app.SlotEvent) bool {
	h.now++
	h.count++
	ev.ID, ev.SlotID, ev.Origin = fmt.Sprint("e", h.count), "s", m.origin
	known, _ := fold(m.log)
	if slot.Allow(known, ev) != nil {
		return false
	}
	m.clock, m.n = max(m.clock+1, h.now+m.skew), m.n+1
	m.log = append(m.log, written{m.clock, m.origin, m.n, h.count, ev})
	return true
}

// of answers the machines that write as one origin.
func (h *hall) of(origin string) []*machine {
	return slices.DeleteFunc(slices.Clone(h.machines), func(m *machine) bool { return m.origin != origin })
}

// act is one thing that happens in the hall at random: mostly what the machine
// believes possible.
func (h *hall) act(t *rapid.T, clones bool) {
	m := rapid.SampledFrom(h.machines).Draw(t, "machine")
	known, _ := fold(m.log)
	if owner := known.Owner; owner != "" && rapid.Bool().Draw(t, "the owner") {
		// Only it can move things on; with clones there are several.
		m = rapid.SampledFrom(h.of(owner)).Draw(t, "which")
		known, _ = fold(m.log)
	}
	acts := []string{"hear", "hear", "sell"}
	switch known.State {
	case app.SlotFree:
		acts = append(acts, "sell", "lend")
	case app.SlotSold:
		acts = append(acts, "release", "check_in")
	case app.SlotUsed:
		acts = append(acts, "release")
	}
	if clones {
		acts = append(acts, "clone")
	}
	ev := app.SlotEvent{AppointmentID: known.AppointmentID}
	switch act := rapid.SampledFrom(acts).Draw(t, "act"); act {
	case "hear":
		other := rapid.SampledFrom(h.machines).Draw(t, "other")
		m.hear(other, rapid.IntRange(0, len(other.log)).Draw(t, "up to"))
	case "clone":
		twin := *m
		twin.log = slices.Clone(m.log)
		h.machines = append(h.machines, &twin)
	case "sell":
		ev.AppointmentID = fmt.Sprint("A", h.count)
		fallthrough
	default:
		ev.Step = app.SlotStep(act)
		ev.Owner = rapid.SampledFrom(h.machines).Draw(t, "to").origin
		h.try(m, ev)
	}
}

// settle lets everybody hear everything, each in another order.
func (h *hall) settle(t *rapid.T) {
	for range 2 {
		for _, m := range h.machines {
			for _, i := range rapid.Permutation(indexes(len(h.machines))).Draw(t, "order") {
				m.hear(h.machines[i], len(h.machines[i].log))
			}
		}
	}
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// oneHolder checks a folded story by counting, without the rules: between two
// sales that stand the unit was released by its holder, and every sale and
// lending that stands was its owner's.
func oneHolder(t *rapid.T, events []app.SlotEvent) {
	owner, holder := "", ""
	for _, ev := range events {
		if ev.Void != (app.Void{}) {
			continue
		}
		switch ev.Step {
		case app.SlotStepDeal:
			if owner != "" {
				t.Fatalf("%s deals what has an owner", ev.ID)
			}
			owner = ev.Owner
		case app.SlotStepLend:
			if ev.Origin != owner || holder != "" {
				t.Fatalf("%s lends the unit of %s, held by %q", ev.ID, owner, holder)
			}
			owner = ev.Owner
		case app.SlotStepSell:
			if ev.Origin != owner || holder != "" {
				t.Fatalf("%s sells the unit of %s, held by %q", ev.ID, owner, holder)
			}
			holder = ev.AppointmentID
		case app.SlotStepRelease, app.SlotStepCheckIn:
			if ev.AppointmentID != holder {
				t.Fatalf("%s speaks for %s, the unit is held by %q", ev.ID, ev.AppointmentID, holder)
			}
			if ev.Step == app.SlotStepRelease {
				holder = ""
			}
		}
	}
}

// TestMachinesApartNeverSellOneUnitTwice is the promise itself: whoever was apart
// from whom, with whatever clocks, no sale and no lending is ever void, on any
// machine at any time.
func TestMachinesApartNeverSellOneUnitTwice(t *testing.T) {
	sales, lendings := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		h := newHall(t)
		h.try(h.machines[0], app.SlotEvent{Step: app.SlotStepDeal, Owner: rapid.SampledFrom(h.machines).Draw(t, "dealt to").origin})
		check := func() {
			for _, m := range h.machines {
				_, events := fold(m.log)
				for _, ev := range events {
					if ev.Void != (app.Void{}) && (ev.Step == app.SlotStepSell || ev.Step == app.SlotStepLend) {
						t.Fatalf("%s: %s of %s is void: %v", m.origin, ev.Step, ev.Origin, ev.Void)
					}
				}
				oneHolder(t, events)
			}
		}
		for range rapid.IntRange(40, 120).Draw(t, "acts") {
			h.act(t, false)
			check()
		}
		h.settle(t)
		check()
		for _, w := range h.machines[0].log {
			switch w.ev.Step {
			case app.SlotStepSell:
				sales++
			case app.SlotStepLend:
				lendings++
			}
		}
	})
	if sales < 50 || lendings < 50 {
		t.Errorf("only %d sales and %d lendings were tried", sales, lendings)
	}
}

// TestClonesAgreeOnOneHolder lets machines be copied and go on as two. Then sales
// can be void, but all machines agree which, and each unit has one holder.
func TestClonesAgreeOnOneHolder(t *testing.T) {
	void := 0
	rapid.Check(t, func(t *rapid.T) {
		h := newHall(t)
		h.try(h.machines[0], app.SlotEvent{Step: app.SlotStepDeal, Owner: h.machines[0].origin})
		for range rapid.IntRange(40, 120).Draw(t, "acts") {
			h.act(t, len(h.machines) < 6)
			for _, m := range h.machines {
				_, events := fold(m.log)
				oneHolder(t, events)
			}
		}
		h.settle(t)
		want, story := fold(h.machines[0].log)
		for _, m := range h.machines[1:] {
			got, events := fold(m.log)
			if !reflect.DeepEqual(got, want) || !slices.Equal(events, story) {
				t.Fatalf("%s: %+v\n%s: %+v", h.machines[0].origin, want, m.origin, got)
			}
		}
		for _, ev := range story {
			if ev.Step == app.SlotStepSell && ev.Void != (app.Void{}) {
				void++
				if ev.Void.Effect != app.EffectNoUnit || ev.Void.Reason == "" || !slices.Contains(want.Voided, ev.ID) {
					t.Fatalf("%s is void without saying so: %+v", ev.ID, ev.Void)
				}
			}
		}
	})
	if void == 0 {
		t.Error("no clone ever sold a unit twice")
	}
}

// TestFoldLaws folds any events whatever, also such as no machine would write.
func TestFoldLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		who := rapid.SampledFrom([]string{"", "m1", "m2"})
		events := make([]app.SlotEvent, rapid.IntRange(0, 30).Draw(t, "events"))
		for i := range events {
			events[i] = app.SlotEvent{
				ID: fmt.Sprint("e", i), SlotID: "s", Step: rapid.SampledFrom(append(slices.Clone(steps), "unheard-of")).Draw(t, "step"),
				Origin: who.Draw(t, "origin"), Owner: who.Draw(t, "owner"), AppointmentID: rapid.SampledFrom([]string{"", "X", "Y"}).Draw(t, "appointment"),
			}
		}
		given := slices.Clone(events)
		all, marked := slot.Fold(app.Slot{ID: "s", Unit: 3}, events)
		if !slices.Equal(given, events) {
			t.Fatal("the events handed in were changed")
		}
		if !slices.Contains(states, all.State) || all.ID != "s" || all.Unit != 3 {
			t.Fatalf("unknown state, or another slot: %+v", all)
		}
		if held := all.State == app.SlotSold || all.State == app.SlotUsed; held != (all.AppointmentID != "") || (all.State == "") != (all.Owner == "") {
			t.Fatalf("held by nobody, or owned by nobody: %+v", all)
		}
		oneHolder(t, marked)
		// Step by step it is the same: a void step is one that the rules refuse.
		step := app.Slot{ID: "s", Unit: 3}
		for _, ev := range marked {
			next, err := slot.Apply(step, ev)
			if (err != nil) != (ev.Void != app.Void{}) || app.CodeOf(err) != ev.Void.Reason {
				t.Fatalf("%s: error %v, void %+v", ev.ID, err, ev.Void)
			}
			step = next
		}
		step.Voided = all.Voided
		if !reflect.DeepEqual(step, all) {
			t.Fatalf("step by step: %+v\nat once:      %+v", step, all)
		}
		// Folding what was folded already changes nothing.
		if again, marks := slot.Fold(all, marked); !reflect.DeepEqual(again, all) || !slices.Equal(marks, marked) {
			t.Fatalf("folded again: %+v\nonce:         %+v", again, all)
		}
	})
}
