package queue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/queue"
)

// hall is a day's tickets, moved on by the rules themselves.
type hall struct {
	tickets []app.Ticket
	now     int // minutes
}

func (h *hall) do(fatal func(string, ...any), id string, ev app.TicketEvent) {
	h.now++
	ev.At = minute(h.now)
	if ev.Step == app.StepCall {
		ev.WindowID = "w1"
	}
	i := slices.IndexFunc(h.tickets, func(t app.Ticket) bool { return t.ID == id })
	next, err := queue.Apply(h.tickets[i], ev)
	if err != nil {
		fatal("%s of %s: %v", ev.Step, id, err)
	}
	h.tickets[i] = next
}

func (h *hall) take(lane app.Lane, business string) string {
	h.now++
	id := fmt.Sprintf("%02d", len(h.tickets)+1)
	t := app.Ticket{ID: id, Number: "A1-0" + id, BusinessID: business, Lane: lane, TakenAt: minute(h.now)}
	t, _ = queue.Apply(t, app.TicketEvent{Step: app.StepTake, At: t.TakenAt})
	h.tickets = append(h.tickets, t)
	return id
}

func (h *hall) in(state app.TicketState) []string {
	var ids []string
	for _, t := range h.tickets {
		if t.State == state {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (h *hall) line() []string {
	var ids []string
	for _, t := range queue.Order(h.tickets) {
		ids = append(ids, t.ID)
	}
	return ids
}

// TestOrder tells short days in words of two: "n" and "p" take a number in the
// normal and the priority lane, the rest is step:number.
func TestOrder(t *testing.T) {
	for _, c := range []struct{ name, day, want string }{
		{"nobody", "", ""},
		{"who joins first is served first", "n n n", "01 02 03"},
		{"the priority lane goes first", "n n p n p", "03 05 01 02 04"},
		{"who is called, done or gone waits no longer", "n n n n call:01 call:02 complete:02 abandon:03", "04"},
		{"a returned number lets three pass", "n n n n n n call:01 miss:01 return:01", "02 03 04 01 05 06"},
		{"and not a fourth when one of them was called", "n n n n n n call:01 miss:01 return:01 call:02", "03 04 01 05 06"},
		{"nor when all three were called and served", "n n n n n n call:01 miss:01 return:01 call:02 complete:02 call:03 call:04", "01 05 06"},
		{"nor when one of them gave up", "n n n n n n call:01 miss:01 return:01 abandon:03", "02 04 01 05 06"},
		{"nor does one who gave up behind it make a place", "n n n n n n n call:01 miss:01 return:01 abandon:06", "02 03 04 01 05 07"},
		{"one who gave up before the return is not one of the three", "n n n n n n call:01 miss:01 abandon:02 return:01", "03 04 05 01 06"},
		{"one who was served before the return is not one of the three", "n n n n n n call:01 miss:01 call:02 return:01 complete:02", "03 04 05 01 06"},
		{"with fewer than three it stands last", "n n n call:01 miss:01 return:01", "02 03 01"},
		{"with nobody it is next", "n call:01 miss:01 return:01", "01"},
		{"who comes after the return stands behind it", "n n call:01 miss:01 return:01 n n n", "02 01 03 04 05"},
		{"one of the three that misses its own turn keeps none of the others back", "n n n n n n call:01 miss:01 return:01 call:02 miss:02 return:02", "03 04 01 02 05 06"},
		{"two that return one after the other", "n n n n n n call:01 call:02 miss:01 miss:02 return:02 return:01", "03 04 05 02 01 06"},
		{"the second to return counts the first among the three", "n n n n n n n call:01 call:02 miss:01 miss:02 return:02 call:03 return:01", "04 05 02 01 06 07"},
		{"the three are of its own lane: normal", "n n n n n p p call:01 miss:01 return:01", "06 07 02 03 04 01 05"},
		{"the three are of its own lane: priority", "p p n n n n call:01 miss:01 return:01", "02 01 03 04 05 06"},
		{"priority that comes later goes first as always", "n n n call:01 miss:01 return:01 p", "04 02 03 01"},
		{"a transferred number keeps its place", "n n n call:01 transfer:01", "01 02 03"},
		{"so does one that is transferred while it waits", "n n n transfer:02", "01 02 03"},
		{"one of the three that is called and transferred comes before, as it did", "n n n n n n call:01 miss:01 return:01 call:02 transfer:02", "02 03 04 01 05 06"},
		{"a number can return twice", "n n n n n n n n call:01 miss:01 return:01 call:02 call:03 call:04 call:01 miss:01 return:01", "05 06 07 01 08"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &hall{}
			for _, word := range strings.Fields(c.day) {
				switch step, id, _ := strings.Cut(word, ":"); step {
				case "n":
					h.take(app.LaneNormal, "social")
				case "p":
					h.take(app.LanePriority, "social")
				default:
					h.do(t.Fatalf, id, app.TicketEvent{Step: app.TicketStep(step), BusinessID: "housing"})
				}
			}
			if got := strings.Join(h.line(), " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestOrderWhereTimesAreEqualAndClocksGoBack(t *testing.T) {
	same := func(id, number string) app.Ticket {
		return app.Ticket{ID: id, Number: number, State: app.TicketWaiting, TakenAt: minute(0), Since: minute(0)}
	}
	a, b, c := same("a", "A1-001"), same("b", "A1-002"), same("c", "A1-002")
	for _, in := range [][]app.Ticket{{a, b, c}, {c, b, a}, {b, c, a}} {
		got := queue.Order(in)
		if len(got) != 3 || got[0].ID != "a" || got[1].ID != "b" || got[2].ID != "c" {
			t.Errorf("the order depends on how tickets are listed: %+v", got)
		}
	}
	// The clock was set back an hour between the call and the return.
	back := app.Ticket{ID: "r", Number: "A1-000", State: app.TicketWaiting, TakenAt: minute(-1), Since: minute(-61), CalledAt: minute(-1)}
	if got := queue.Order([]app.Ticket{a, back}); len(got) != 2 || got[0].ID != "r" {
		t.Errorf("a return at an earlier hour lost its ticket or its turn: %+v", got)
	}
}

// TestReturnedNumbersInAnyDay lets a day go by at random: people come, are called
// in turn, miss their turn, return, give up, are sent on.
func TestReturnedNumbersInAnyDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &hall{}
		passed := map[string]int{}     // called before a returned number since it returned
		stood := map[string][]string{} // who had returned before it, and waited
		lane := func(id string) app.Lane {
			return h.tickets[slices.IndexFunc(h.tickets, func(t app.Ticket) bool { return t.ID == id })].Lane
		}
		pick := func(ids []string) string { return rapid.SampledFrom(ids).Draw(t, "ticket") }
		for range rapid.IntRange(20, 80).Draw(t, "steps") {
			before := h.line()
			moved := "" // the one whose place may change now
			switch act := rapid.SampledFrom([]string{"take", "take", "take", "call", "call", "miss", "miss", "return", "return", "done", "leave", "sent on"}).Draw(t, "act"); {
			case act == "take":
				moved = h.take(rapid.SampledFrom([]app.Lane{app.LaneNormal, app.LaneNormal, app.LanePriority}).Draw(t, "lane"), "social")
				line := h.line()
				for _, other := range line[slices.Index(line, moved)+1:] {
					if lane(other) == lane(moved) {
						t.Fatalf("%s came last and stands before %s", moved, other)
					}
				}
			case act == "call" && len(before) > 0:
				moved = before[0]
				h.do(t.Fatalf, moved, app.TicketEvent{Step: app.StepCall})
				delete(passed, moved)
				for id := range passed {
					if lane(id) != lane(moved) || slices.Contains(stood[id], moved) {
						continue
					}
					if passed[id]++; passed[id] > 3 {
						t.Fatalf("%s let a fourth pass", id)
					}
				}
			case act == "miss" && len(h.in(app.TicketCalled)) > 0:
				h.do(t.Fatalf, pick(h.in(app.TicketCalled)), app.TicketEvent{Step: app.StepMiss})
			case act == "return" && len(h.in(app.TicketMissed)) > 0:
				moved = pick(h.in(app.TicketMissed))
				h.do(t.Fatalf, moved, app.TicketEvent{Step: app.StepReturn})
				passed[moved], stood[moved] = 0, nil
				ahead, others, last := 0, 0, 0
				line := h.line()
				for i, id := range line {
					if id == moved || lane(id) != lane(moved) {
						continue
					}
					others++
					if _, returned := passed[id]; returned {
						stood[moved] = append(stood[moved], id)
						last = others
					}
					if i < slices.Index(line, moved) {
						ahead++
					}
				}
				if ahead != max(last, min(3, others)) {
					t.Fatalf("%s returned behind %d of %d: %v", moved, ahead, others, line)
				}
			case act == "done" && len(h.in(app.TicketCalled)) > 0:
				h.do(t.Fatalf, pick(h.in(app.TicketCalled)), app.TicketEvent{Step: app.StepComplete})
			case act == "leave" && len(before) > 0:
				moved = pick(before)
				h.do(t.Fatalf, moved, app.TicketEvent{Step: app.StepAbandon})
				delete(passed, moved)
			case act == "sent on" && len(before) > 0:
				id := pick(before)
				i := slices.IndexFunc(h.tickets, func(t app.Ticket) bool { return t.ID == id })
				to := map[string]string{"social": "housing", "housing": "social"}[h.tickets[i].BusinessID]
				h.do(t.Fatalf, id, app.TicketEvent{Step: app.StepTransfer, BusinessID: to})
			}
			// Whatever happened, nobody else's place has changed.
			rest := func(ids []string) []string {
				return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == moved })
			}
			if was, is := rest(before), rest(h.line()); !slices.Equal(was, is) {
				t.Fatalf("others changed places: %v, then %v (moved: %s)", was, is, moved)
			}
			if got, want := len(h.line()), len(h.in(app.TicketWaiting)); got != want {
				t.Fatalf("%d in the line, %d wait", got, want)
			}
		}
	})
}

// A clerk may recall several times and the machine cannot tell the first call any
// more; then the returned number may move up, never back.
func TestARecallNeverPushesAReturnedNumberBack(t *testing.T) {
	h := &hall{}
	for range 6 {
		h.take(app.LaneNormal, "social")
	}
	for _, s := range []struct {
		id   string
		step app.TicketStep
	}{{"01", app.StepCall}, {"01", app.StepMiss}, {"02", app.StepCall}, {"01", app.StepReturn}} {
		h.do(t.Fatalf, s.id, app.TicketEvent{Step: s.step})
	}
	before := slices.Index(h.line(), "01")
	h.do(t.Fatalf, "02", app.TicketEvent{Step: app.StepRecall})
	if after := slices.Index(h.line(), "01"); before != 3 || after > before || after < before-1 {
		t.Errorf("at %d, after a recall of another number at %d", before, after)
	}
}

func TestNextAndAhead(t *testing.T) {
	h := &hall{}
	h.take(app.LaneNormal, "social")    // 01
	h.take(app.LaneNormal, "housing")   // 02
	h.take(app.LaneNormal, "social")    // 03
	h.take(app.LanePriority, "housing") // 04
	h.take(app.LaneNormal, "legal")     // 05
	for _, c := range []struct {
		businesses []string
		want       string
	}{
		{nil, "04"},
		{[]string{"social"}, "01"},
		{[]string{"housing"}, "04"},
		{[]string{"legal"}, "05"},
		{[]string{"legal", "social"}, "01"},
		{[]string{"closed"}, ""},
	} {
		got, ok := queue.Next(h.tickets, c.businesses...)
		if got.ID != c.want || ok != (c.want != "") {
			t.Errorf("next of %v: %q %v, want %q", c.businesses, got.ID, ok, c.want)
		}
	}
	if _, ok := queue.Next(nil); ok {
		t.Error("an empty hall has a next number")
	}
	for id, want := range map[string]int{"01": 0, "02": 1, "03": 1, "04": 0, "05": 0, "unheard-of": 0} {
		if got := queue.Ahead(h.tickets, id); got != want {
			t.Errorf("ahead of %s: %d, want %d", id, got, want)
		}
	}
	h.do(t.Fatalf, "01", app.TicketEvent{Step: app.StepCall})
	for id, want := range map[string]int{"01": 0, "03": 0} {
		if got := queue.Ahead(h.tickets, id); got != want {
			t.Errorf("after the call ahead of %s: %d, want %d", id, got, want)
		}
	}
}
