package store_test

import (
	"flag"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/app"

	"pgregory.net/rapid"
)

func (h *hallAt) take(tb testing.TB, letter string, lane app.Lane) app.Taken {
	tb.Helper()
	taken, err := h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: h.business(tb, letter).ID, Lane: lane})
	must(tb, err)
	return taken
}

func (h *hallAt) step(tb testing.TB, id string, step app.TicketStep, business string) app.Ticket {
	tb.Helper()
	h.pass(time.Second)
	t, err := h.Queue.Step(background, h.admin, id, step, business)
	must(tb, err)
	return t
}

func TestTicketNumbersRollOverAtTheHallsMidnight(t *testing.T) {
	h := mustHall(t)
	zone := h.clock.t.Location()
	h.clock.t = time.Date(2026, 11, 23, 23, 59, 59, 0, zone)
	var numbers []string
	numbers = append(numbers, h.take(t, "A", "").Ticket.Number)
	h.reopen(t)
	numbers = append(numbers, h.take(t, "A", "").Ticket.Number, h.take(t, "B", "").Ticket.Number)
	h.pass(2 * time.Second) // past midnight here, the same day in UTC
	night := h.take(t, "A", "")
	numbers = append(numbers, night.Ticket.Number)
	if night.Ticket.Day != "2026-11-24" || night.Ahead != 0 {
		t.Errorf("day %s, %d ahead", night.Ticket.Day, night.Ahead)
	}
	h.pass(-3 * time.Second) // a clock set back goes on with the old day's numbers
	numbers = append(numbers, h.take(t, "A", "").Ticket.Number)
	if got, want := strings.Join(numbers, " "), "A1-001 A1-002 B1-001 A1-001 A1-003"; got != want {
		t.Errorf("numbers %s, want %s", got, want)
	}
	// A number that was refused or failed is not given twice either.
	h.pass(time.Hour)
	if waiting, err := h.Queue.Waiting(background, ""); err != nil || len(waiting) != 1 {
		t.Errorf("%d waiting on the new day, %v", len(waiting), err)
	}
	h.wantWhole(t)
}

func TestWhenNumbersAreGiven(t *testing.T) {
	h := mustHall(t)
	b := h.business(t, "A").Business
	b.Quota, b.LastTicket = 2, "16:30"
	_, err := h.Settings.SaveBusiness(background, h.admin, b)
	must(t, err)
	must(t, h.Settings.SetHours(background, h.admin, "", []app.OpeningHours{
		{Weekday: time.Monday, From: "09:00", To: "11:30"}, {Weekday: time.Monday, From: "13:30", To: "17:00"},
	}))
	kiosk := func(hour, minute int) app.Code {
		t.Helper()
		h.clock.t = time.Date(2026, 11, 23, hour, minute, 0, 0, h.clock.t.Location())
		before := h.entryCount(t)
		_, err := h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: b.ID})
		if err != nil && h.entryCount(t) != before {
			t.Error("a refused number is in the log")
		}
		now := h.business(t, "A")
		if err != nil && (now.Open || now.Why != app.CodeOf(err)) {
			t.Errorf("refused with %s, shown as open %v, %s", app.CodeOf(err), now.Open, now.Why)
		}
		return app.CodeOf(err)
	}
	for _, c := range []struct {
		hour, minute int
		want         app.Code
	}{{8, 59, app.CodeClosed}, {11, 30, app.CodeClosed}, {12, 0, app.CodeClosed}, {16, 30, app.CodeLastTicket}, {17, 0, app.CodeClosed}, {9, 0, ""}, {13, 30, ""}, {14, 0, app.CodeFull}} {
		if got := kiosk(c.hour, c.minute); got != c.want {
			t.Errorf("%02d:%02d: %q, want %q", c.hour, c.minute, got, c.want)
		}
	}
	// A person at the desk may always give one.
	if _, err := h.Queue.TakeAtDesk(background, h.admin, app.TakeTicket{BusinessID: b.ID, Lane: app.LanePriority, Reason: app.ReasonElder}); err != nil {
		t.Error(err)
	}
	_, err = h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: "nothing"})
	wantCode(t, "no such business", err, app.CodeNotFound)
	_, err = h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: h.business(t, "B").ID, Lane: "fast"})
	wantCode(t, "no such lane", err, app.CodeInvalid)
}

func TestQuotaHoldsUnderManyHands(t *testing.T) {
	h := mustHall(t)
	b := h.business(t, "A").Business
	b.Quota = 5
	_, err := h.Settings.SaveBusiness(background, h.admin, b)
	must(t, err)
	var mu sync.Mutex
	var all sync.WaitGroup
	given := map[string]int{}
	for range 20 {
		all.Add(1)
		go func() {
			defer all.Done()
			taken, err := h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: b.ID})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				given[taken.Ticket.Number]++
			} else if app.CodeOf(err) != app.CodeFull {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if len(given) != 5 {
		t.Errorf("gave %v, want five numbers", given)
	}
}

func TestTheLifeOfATicket(t *testing.T) {
	h := mustHall(t)
	first, second := h.take(t, "A", ""), h.take(t, "A", "")
	h.pass(time.Second)
	elder := h.take(t, "B", app.LanePriority)
	if second.Ahead != 1 || second.Wait != 4*time.Minute {
		t.Errorf("second: %d ahead, %v", second.Ahead, second.Wait)
	}
	h.pass(time.Minute)
	called, err := h.Queue.CallNext(background, h.admin)
	must(t, err)
	if called.ID != elder.Ticket.ID || called.Window != 1 || called.State != app.TicketCalled {
		t.Errorf("called %+v, want the priority lane first", called)
	}
	board, err := h.Public.Board(background)
	must(t, err)
	if len(board.Now) != 1 || board.Now[0].Number != "B1-001" || board.Now[0].Times != 1 {
		t.Errorf("board %+v", board.Now)
	}
	// Only the window's business.
	called, err = h.Queue.CallNext(background, h.admin, h.business(t, "C").ID)
	wantCode(t, "an empty line", err, app.CodeNotFound)

	for i := range 3 {
		if got := h.step(t, elder.Ticket.ID, app.StepRecall, ""); got.State != app.TicketCalled || got.Calls != i+2 {
			t.Errorf("recall %d: %s, %d calls", i+1, got.State, got.Calls)
		}
	}
	if got := h.step(t, elder.Ticket.ID, app.StepRecall, ""); got.State != app.TicketMissed {
		t.Errorf("after three recalls: %s", got.State)
	}
	if board, err = h.Public.Board(background); err != nil || len(board.Now) != 0 || len(board.Recent) != 1 || !board.Recent[0].Over || board.Recent[0].Window != 1 {
		t.Errorf("who did not come is still called: %+v, %v", board, err)
	}
	missed, err := h.Queue.Missed(background)
	must(t, err)
	if len(missed) != 1 || missed[0].ID != elder.Ticket.ID {
		t.Errorf("missed %v", missed)
	}
	if got := h.step(t, elder.Ticket.ID, app.StepReturn, ""); got.State != app.TicketWaiting {
		t.Errorf("returned: %s", got.State)
	}
	for _, want := range []string{elder.Ticket.ID, first.Ticket.ID} {
		called, err = h.Queue.CallNext(background, h.admin)
		must(t, err)
		if called.ID != want {
			t.Errorf("called %s", called.Number)
		}
	}
	c := h.business(t, "C").ID
	if got := h.step(t, called.ID, app.StepTransfer, c); got.State != app.TicketWaiting || got.BusinessID != c || got.Number != "A1-001" {
		t.Errorf("transferred %+v", got)
	}
	called, err = h.Queue.CallNext(background, h.admin, c)
	must(t, err)
	if got := h.step(t, called.ID, app.StepComplete, ""); got.State != app.TicketDone || got.DoneAt.IsZero() {
		t.Errorf("completed %+v", got)
	}
	if got := h.step(t, second.Ticket.ID, app.StepAbandon, ""); got.State != app.TicketAbandoned {
		t.Errorf("abandoned %+v", got)
	}

	h.wantNoEntry(t, "steps that are not possible", func() {
		for _, bad := range []struct {
			id, to string
			step   app.TicketStep
			want   app.Code
		}{
			{called.ID, "", app.StepComplete, app.CodeWrongState},
			{called.ID, "", app.StepCall, app.CodeWrongState},
			{second.Ticket.ID, "", app.StepReturn, app.CodeWrongState},
			{elder.Ticket.ID, "", app.StepReturn, app.CodeWrongState},
			{elder.Ticket.ID, "", app.StepTransfer, app.CodeRequired},
			{elder.Ticket.ID, "nothing", app.StepTransfer, app.CodeNotFound},
			{elder.Ticket.ID, "", app.StepTake, app.CodeWrongState},
			{elder.Ticket.ID, "", "dance", app.CodeWrongState},
			{"nobody", "", app.StepCall, app.CodeNotFound},
		} {
			_, err := h.Queue.Step(background, h.admin, bad.id, bad.step, bad.to)
			wantCode(t, string(bad.step), err, bad.want)
		}
		nowhere := h.admin
		nowhere.WindowID = ""
		_, err := h.Queue.CallNext(background, nowhere)
		wantCode(t, "without a window", err, app.CodeRequired)
	})
	h.wantWhole(t)
}

func TestAReturnedNumberLetsThreePass(t *testing.T) {
	h := mustHall(t)
	for range 6 {
		h.take(t, "A", "")
		h.pass(time.Second)
	}
	first, err := h.Queue.CallNext(background, h.admin)
	must(t, err)
	h.step(t, first.ID, app.StepMiss, "")
	h.step(t, first.ID, app.StepReturn, "")
	if at, err := h.Kiosk.Ahead(background, first.ID); err != nil || at.Ahead != 3 {
		t.Errorf("%d ahead, %v; want 3", at.Ahead, err)
	}
	var order []string
	for range 6 {
		h.pass(time.Second)
		list, err := h.Queue.Waiting(background, "")
		must(t, err)
		next := list[len(order)]
		called, err := h.Queue.CallNext(background, h.admin)
		must(t, err)
		if called.ID != next.ID {
			t.Errorf("the list says %s is next, %s was called", next.Number, called.Number)
		}
		order = append(order, called.Number)
	}
	if got, want := strings.Join(order, " "), "A1-002 A1-003 A1-004 A1-001 A1-005 A1-006"; got != want {
		t.Errorf("called %s, want %s", got, want)
	}
}

func TestTwoWindowsNeverCallOneNumber(t *testing.T) {
	h := mustHall(t)
	windows, err := h.Public.Windows(background)
	must(t, err)
	const numbers, hands = 40, 50
	must(t, h.Settings.SetHours(background, h.admin, "", nil))
	b := h.business(t, "A").ID
	for range numbers {
		_, err := h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: b})
		must(t, err)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	called, empty := map[string]int{}, 0
	for i := range hands {
		all.Add(1)
		go func() {
			defer all.Done()
			by := h.admin
			by.WindowID = windows[i%2].ID
			ticket, err := h.Queue.CallNext(background, by)
			mu.Lock()
			defer mu.Unlock()
			switch app.CodeOf(err) {
			case "":
				called[ticket.Number]++
			case app.CodeNotFound:
				empty++
			default:
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if len(called) != numbers || empty != hands-numbers {
		t.Errorf("%d numbers called, %d hands found nobody", len(called), empty)
	}
	for n, times := range called {
		if times != 1 {
			t.Errorf("%s called %d times", n, times)
		}
	}
	if n := h.count(t, `SELECT count(*) FROM ticket_event WHERE step = 'call'`); n != numbers {
		t.Errorf("%d calls in the log", n)
	}
}

// modelTicket is all that the model knows of a number.
type modelTicket struct {
	id, business string
	priority     bool
	state        app.TicketState
	calls        int
}

// TestQueueKeepsItsPromises drives the real queue and a tiny model of it with the
// same random day. A number that never left the line keeps its place in its lane.
func TestQueueKeepsItsPromises(t *testing.T) {
	h := mustHall(t)
	letters := []string{"A", "B"}
	ids := map[string]string{}
	for _, l := range letters {
		ids[l] = h.business(t, l).ID
	}
	day := 0
	// Every step is synced to the disk: fewer runs than for pure functions.
	checks := flag.Lookup("rapid.checks")
	former := checks.Value.String()
	must(t, checks.Value.Set("12"))
	defer func() { must(t, checks.Value.Set(former)) }()
	rapid.Check(t, func(r *rapid.T) {
		day++ // each run has a day, and so a line, of its own
		h.clock.t = time.Date(2027, 1, 1, 10, 0, 0, 0, h.clock.t.Location()).AddDate(0, 0, day)
		var line []*modelTicket
		one := func(r *rapid.T) *modelTicket {
			if len(line) == 0 {
				r.Skip("nobody")
			}
			return line[rapid.IntRange(0, len(line)-1).Draw(r, "who")]
		}
		numbers := map[string]bool{}
		r.Repeat(map[string]func(*rapid.T){
			"take": func(r *rapid.T) {
				h.pass(time.Second)
				letter := rapid.SampledFrom(letters).Draw(r, "business")
				lane := rapid.SampledFrom([]app.Lane{app.LaneNormal, app.LanePriority}).Draw(r, "lane")
				taken, err := h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: ids[letter], Lane: lane})
				if err != nil || numbers[taken.Ticket.Number] {
					r.Fatalf("take: %v, %s again: %v", err, taken.Ticket.Number, numbers[taken.Ticket.Number])
				}
				numbers[taken.Ticket.Number] = true
				line = append(line, &modelTicket{id: taken.Ticket.ID, business: ids[letter], priority: lane == app.LanePriority, state: app.TicketWaiting})
			},
			"call next": func(r *rapid.T) {
				h.pass(time.Second)
				var want *modelTicket
				for _, m := range line {
					if m.state == app.TicketWaiting && (want == nil || m.priority && !want.priority) {
						want = m
					}
				}
				got, err := h.Queue.CallNext(background, h.admin)
				if want == nil {
					if app.CodeOf(err) != app.CodeNotFound {
						r.Fatalf("called %s from an empty line, %v", got.Number, err)
					}
					return
				}
				if err != nil || got.ID != want.id {
					r.Fatalf("called %s (%v), want another", got.Number, err)
				}
				want.state, want.calls = app.TicketCalled, 1
			},
			"step": func(r *rapid.T) {
				h.pass(time.Second)
				m := one(r)
				step := rapid.SampledFrom([]app.TicketStep{app.StepRecall, app.StepMiss, app.StepComplete, app.StepAbandon, app.StepTransfer}).Draw(r, "step")
				to := rapid.SampledFrom(letters).Draw(r, "to")
				next, possible := m.state, false
				switch step {
				case app.StepRecall:
					if possible = m.state == app.TicketCalled; possible && m.calls > 3 {
						next = app.TicketMissed
					}
				case app.StepMiss:
					next, possible = app.TicketMissed, m.state == app.TicketCalled
				case app.StepComplete:
					next, possible = app.TicketDone, m.state == app.TicketCalled
				case app.StepAbandon:
					next, possible = app.TicketAbandoned, m.state == app.TicketWaiting || m.state == app.TicketCalled || m.state == app.TicketMissed
				case app.StepTransfer:
					next, possible = app.TicketWaiting, (m.state == app.TicketWaiting || m.state == app.TicketCalled) && ids[to] != m.business
				}
				_, err := h.Queue.Step(background, h.admin, m.id, step, ids[to])
				if (err == nil) != possible {
					r.Fatalf("%s of a %s number: %v", step, m.state, err)
				}
				if !possible {
					return
				}
				if step == app.StepTransfer {
					m.business, m.calls = ids[to], 0
				}
				if step == app.StepRecall {
					m.calls++
				}
				m.state = next
			},
			"": func(r *rapid.T) {
				want := map[string]int{}
				for _, m := range line {
					if m.state == app.TicketWaiting {
						want[m.business]++
					}
				}
				list, err := h.Public.Businesses(background)
				if err != nil {
					r.Fatal(err)
				}
				for _, b := range list {
					if b.Waiting != want[b.ID] {
						r.Fatalf("%d wait for %s, want %d", b.Waiting, b.Letter, want[b.ID])
					}
				}
				if len(line) == 0 {
					return
				}
				m := line[len(line)-1]
				if got, err := h.Queue.Ticket(background, m.id); err != nil || got.State != m.state || got.BusinessID != m.business {
					r.Fatalf("%s is %s, want %s (%v)", got.Number, got.State, m.state, err)
				}
			},
		})
	})
	h.wantWhole(t)
}

func TestWhyAPersonGoesFirstIsForDesksOnly(t *testing.T) {
	h := mustHall(t)
	b := h.business(t, "A").ID
	who := h.person(t, map[string]string{"name": "王样例"})
	_, err := h.Kiosk.TakeTicket(background, app.TakeTicket{BusinessID: b, Lane: app.LanePriority, Reason: app.ReasonPregnant, ResidentID: who})
	must(t, err)
	if h.count(t, `SELECT count(*) FROM ticket_person`) != 0 {
		t.Error("the kiosk wrote who it was")
	}
	_, err = h.Queue.TakeAtDesk(background, h.admin, app.TakeTicket{BusinessID: b, Lane: app.LanePriority, Reason: app.ReasonPregnant, ResidentID: who})
	must(t, err)
	if h.count(t, `SELECT count(*) FROM ticket_person WHERE resident = ? AND typeof(reason) = 'blob'`, who) != 1 {
		t.Error("the desk's note is missing or not sealed")
	}
}

func TestWithoutAPriorityLaneEveryNumberIsInTheNormalOne(t *testing.T) {
	h := mustHall(t)
	ctx := t.Context()
	info, err := h.Public.Hall(ctx)
	must(t, err)
	info.Settings.PriorityLane = false
	must(t, h.Settings.SaveHall(ctx, h.admin, info))
	list, err := h.Public.Businesses(ctx)
	must(t, err)
	taken, err := h.Kiosk.TakeTicket(ctx, app.TakeTicket{BusinessID: list[0].ID, Lane: app.LanePriority})
	must(t, err)
	if taken.Ticket.Lane != app.LaneNormal {
		t.Errorf("lane = %s, want %s", taken.Ticket.Lane, app.LaneNormal)
	}
}
