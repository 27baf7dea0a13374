package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"linli/app"
	"linli/app/receipt"
)

// wish is the stretch that most of these tests book: this afternoon.
func (h *hallAt) wish(tb testing.TB) app.NewBooking {
	tb.Helper()
	return app.NewBooking{BusinessID: h.business(tb, "B").ID, Day: "2026-11-23", From: "14:00", To: "14:30", Lane: app.LanePriority, Phone: "13800001234"}
}

// deal makes units of that stretch for this machine.
func (h *hallAt) deal(tb testing.TB, count int) []app.Slot {
	tb.Helper()
	w := h.wish(tb)
	out, err := h.Slots.Deal(background, h.admin, app.DealSlots{BusinessID: w.BusinessID, Day: w.Day, From: w.From, To: w.To, Count: count})
	must(tb, err)
	return out
}

func (h *hallAt) bookAtKiosk(tb testing.TB) app.Booking {
	tb.Helper()
	h.pass(time.Second)
	b, err := h.Booking.Book(background, h.wish(tb))
	must(tb, err)
	return b
}

func (h *hallAt) bookAtDesk(tb testing.TB, resident string) app.Appointment {
	tb.Helper()
	h.pass(time.Second)
	w := h.wish(tb)
	a, err := h.Appointments.Book(background, h.admin, app.NewAppointment{BusinessID: w.BusinessID, Day: w.Day, From: w.From, To: w.To, ResidentID: resident, Contact: "13900005678"})
	must(tb, err)
	return a
}

func (h *hallAt) doAppointment(tb testing.TB, id string, step app.AppointmentStep, note string) app.Appointment {
	tb.Helper()
	h.pass(time.Second)
	a, err := h.Appointments.Do(background, h.admin, id, step, note)
	must(tb, err)
	return a
}

// told answers what the resident learns at the kiosk, on the page of receipts too.
func (h *hallAt) told(tb testing.TB, number, code string) (app.Booking, app.CaseState) {
	tb.Helper()
	b, err := h.Booking.Booking(background, receipt.Group(number), code)
	must(tb, err)
	p, err := h.Kiosk.Progress(background, number, code)
	must(tb, err)
	return b, p.State
}

func TestAllOwnUnitsAreSoldAndThenStaffWillConfirm(t *testing.T) {
	h := mustHall(t)
	h.deal(t, 3)
	free := func() int {
		t.Helper()
		offers, err := h.Booking.Offers(background, h.wish(t).BusinessID)
		must(t, err)
		if len(offers) != 1 || offers[0].From != "14:00" || offers[0].To != "14:30" {
			t.Fatalf("offers %+v", offers)
		}
		return offers[0].Free
	}
	var kiosk []app.Booking
	for i, want := range []app.AppointmentState{app.AppointmentBooked, app.AppointmentBooked} {
		before := h.entryCount(t)
		b := h.bookAtKiosk(t)
		kiosk = append(kiosk, b)
		if b.State != want || !receipt.Valid(b.Number) || b.Number[6:8] != "01" || len(b.Code) != 6 || free() != 2-i {
			t.Errorf("resident %d: %+v, %d free", i, b, free())
		}
		for _, e := range h.entriesAfter(t, before) {
			if part := e.Scope[strings.LastIndexByte(string(e.Scope), '/')+1:]; part != "public" && part != "intake" {
				t.Errorf("a kiosk wrote the scope %s", part)
			}
		}
	}
	desk := h.bookAtDesk(t, "")
	if desk.State != app.AppointmentBooked || desk.SlotID == "" || desk.Contact != "139****5678" || len(desk.Code) != 6 || free() != 0 {
		t.Errorf("at the desk: %+v", desk)
	}
	// The stretch is sold out here.
	late, lateDesk := h.bookAtKiosk(t), h.bookAtDesk(t, "")
	if late.State != app.AppointmentWaiting || lateDesk.State != app.AppointmentWaiting || lateDesk.SlotID != "" {
		t.Errorf("%s at the kiosk, %s at the desk", late.State, lateDesk.State)
	}
	// Before a desk has opened anything, number and code tell how it stands.
	for _, b := range append(kiosk, late) {
		if got, _ := h.told(t, b.Number, b.Code); got.State != b.State {
			t.Errorf("told %s, want %s", got.State, b.State)
		}
	}
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	made := map[string]app.Appointment{}
	for _, it := range items {
		a, err := h.Appointments.Open(background, h.admin, it.ID)
		must(t, err)
		made[a.Number] = a
		h.wantNoEntry(t, "opening it again", func() {
			again, err := h.Appointments.Open(background, h.admin, it.ID)
			must(t, err)
			if again.ID != a.ID {
				t.Error("opened twice, made twice")
			}
			c, err := h.Inbox.OpenSubmission(background, h.admin, it.ID)
			must(t, err)
			if c.ID != "" {
				t.Error("an appointment became a case")
			}
		})
	}
	if len(made) != 3 {
		t.Fatalf("%d appointments", len(made))
	}
	items, err = h.Inbox.Inbox(background, h.admin)
	must(t, err)
	for _, it := range items {
		if !it.Opened || it.AppointmentID != made[it.Receipt].ID || it.Body.Booking == nil {
			t.Errorf("inbox %+v", it)
		}
	}
	for _, b := range kiosk {
		a := made[b.Number]
		u, story, err := h.Slots.Slot(background, h.admin, a.SlotID)
		must(t, err)
		if a.State != app.AppointmentBooked || a.Lane != app.LanePriority || a.UnitLost || u.AppointmentID != a.ID || u.Number != b.Number || len(story) != 2 || !u.Own || u.Machine != 1 {
			t.Errorf("%+v on %+v", a, u)
		}
		if got, state := h.told(t, b.Number, b.Code); got.State != app.AppointmentBooked || state != app.CaseAccepted {
			t.Errorf("told %+v, %s", got, state)
		}
	}
	// Staff confirm one without a unit, and refuse the other with their words.
	confirmed := h.doAppointment(t, made[late.Number].ID, app.AppointmentStepConfirm, "到三号窗口")
	if confirmed.State != app.AppointmentBooked || confirmed.SlotID != "" || confirmed.Words != "到三号窗口" {
		t.Errorf("%+v", confirmed)
	}
	if got, state := h.told(t, late.Number, late.Code); got.State != app.AppointmentBooked || got.Words != "到三号窗口" || got.From != "14:00" || got.Day != "2026-11-23" || state != app.CaseAccepted {
		t.Errorf("told %+v, %s", got, state)
	}
	h.doAppointment(t, lateDesk.ID, app.AppointmentStepRefuse, "当天约满")
	if got, state := h.told(t, lateDesk.Number, lateDesk.Code); got.State != app.AppointmentRefused || got.Words != "当天约满" || state != app.CaseClosed {
		t.Errorf("told %+v, %s", got, state)
	}
	_, story, err := h.Appointments.Appointment(background, h.admin, lateDesk.ID)
	must(t, err)
	if len(story) != 2 || story[1].Note != "当天约满" || story[1].ByName != "样例管理员" {
		t.Errorf("%+v", story)
	}
	h.wantWhole(t)
}

func TestUnitsHoldUnderManyHands(t *testing.T) {
	h := mustHall(t)
	h.deal(t, 5)
	wish := h.wish(t)
	var mu sync.Mutex
	var all sync.WaitGroup
	states, numbers := map[app.AppointmentState]int{}, map[string]bool{}
	for i := range 12 {
		all.Add(1)
		go func() {
			defer all.Done()
			var number string
			var state app.AppointmentState
			var err error
			if i%2 == 0 {
				var b app.Booking
				b, err = h.Booking.Book(background, wish)
				number, state = b.Number, b.State
			} else {
				var a app.Appointment
				a, err = h.Appointments.Book(background, h.admin, app.NewAppointment{BusinessID: wish.BusinessID, Day: wish.Day, From: wish.From, To: wish.To})
				number, state = a.Number, a.State
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			states[state]++
			numbers[number] = true
		}()
	}
	all.Wait()
	if states[app.AppointmentBooked] != 5 || states[app.AppointmentWaiting] != 7 || len(numbers) != 12 {
		t.Errorf("%v, %d numbers", states, len(numbers))
	}
	if n := h.count(t, `SELECT count(DISTINCT appointment) FROM slot_state WHERE state = 'sold' AND voided = 0`); n != 5 {
		t.Errorf("%d units are sold", n)
	}
	h.wantWhole(t)
}

func TestACancelledUnitIsSoldAgain(t *testing.T) {
	h := mustHall(t)
	unit := h.deal(t, 1)[0].ID
	a, waiting := h.bookAtDesk(t, ""), h.bookAtDesk(t, "")
	if waiting.State != app.AppointmentWaiting {
		t.Fatal(waiting.State)
	}
	wantCode(t, "the unit is needed", h.Slots.Release(background, h.admin, unit), app.CodeTaken)
	wantCode(t, "a sold unit", h.Slots.Withdraw(background, h.admin, unit), app.CodeTaken)
	h.doAppointment(t, a.ID, app.AppointmentStepCancel, "")
	// Confirming takes the unit that has become free.
	if got := h.doAppointment(t, waiting.ID, app.AppointmentStepConfirm, ""); got.State != app.AppointmentBooked || got.SlotID != unit {
		t.Errorf("%+v", got)
	}
	u, story, err := h.Slots.Slot(background, h.admin, unit)
	must(t, err)
	if u.AppointmentID != waiting.ID || len(story) != 4 || len(u.Voided) != 0 {
		t.Errorf("%+v", story)
	}
	if got, _ := h.told(t, a.Number, a.Code); got.State != app.AppointmentCancelled {
		t.Errorf("told %s", got.State)
	}
	if got, _ := h.told(t, waiting.Number, waiting.Code); got.State != app.AppointmentBooked {
		t.Errorf("told %s", got.State)
	}
	h.wantWhole(t)
}

func TestArrivingMakesATicket(t *testing.T) {
	h := mustHall(t)
	h.deal(t, 3)
	resident := h.person(t, map[string]string{"name": "王样例"})
	b, a := h.bookAtKiosk(t), h.bookAtDesk(t, resident)
	// The quota of the walk-ins is no matter to who has an appointment.
	business := h.business(t, "B").Business
	business.Quota, business.LastTicket = 1, "09:00"
	_, err := h.Settings.SaveBusiness(background, h.admin, business)
	must(t, err)
	before := h.entryCount(t)
	taken, err := h.Booking.CheckIn(background, b.Number, b.Code)
	must(t, err)
	if taken.Ticket.Lane != app.LanePriority || taken.Ticket.BusinessID != business.ID || taken.Ticket.State != app.TicketWaiting || taken.Ticket.Number != "B1-001" {
		t.Errorf("at the kiosk: %+v", taken.Ticket)
	}
	for _, e := range h.entriesAfter(t, before) {
		if !strings.HasSuffix(string(e.Scope), "/public") {
			t.Errorf("a kiosk wrote %s", e.Scope)
		}
	}
	atDesk, err := h.Appointments.CheckIn(background, h.admin, a.ID)
	must(t, err)
	if atDesk.Ticket.Lane != app.LaneNormal || atDesk.Ahead != 1 {
		t.Errorf("at the desk: %+v", atDesk)
	}
	if n := h.count(t, `SELECT count(*) FROM ticket_person WHERE ticket = ? AND resident = ?`, atDesk.Ticket.ID, resident); n != 1 {
		t.Errorf("%d persons behind the number", n)
	}
	// A kiosk lets in whom a desk has booked, too.
	c := h.bookAtDesk(t, "")
	mixed, err := h.Booking.CheckIn(background, c.Number, c.Code)
	must(t, err)
	// Who has arrived has arrived, whoever opens the submission afterwards.
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	opened, err := h.Appointments.Open(background, h.admin, items[0].ID)
	must(t, err)
	list, err := h.Appointments.Appointments(background, h.admin, app.AppointmentFilter{Day: "2026-11-23"})
	must(t, err)
	if len(list) != 3 {
		t.Fatalf("%d appointments", len(list))
	}
	for _, got := range list {
		want := map[string]string{a.ID: atDesk.Ticket.ID, opened.ID: taken.Ticket.ID, c.ID: mixed.Ticket.ID}[got.ID]
		if got.State != app.AppointmentArrived || got.TicketID != want || got.Business != business.Name {
			t.Errorf("%+v", got)
		}
	}
	if got, _ := h.told(t, b.Number, b.Code); got.State != app.AppointmentArrived {
		t.Errorf("told %s", got.State)
	}
	h.wantNoEntry(t, "arriving twice, giving up who is here", func() {
		_, err := h.Booking.CheckIn(background, b.Number, b.Code)
		wantCode(t, "kiosk, kiosk", err, app.CodeWrongState)
		_, err = h.Appointments.CheckIn(background, h.admin, opened.ID)
		wantCode(t, "kiosk, desk", err, app.CodeWrongState)
		_, err = h.Booking.CheckIn(background, a.Number, a.Code)
		wantCode(t, "desk, kiosk", err, app.CodeWrongState)
		for _, step := range []app.AppointmentStep{app.AppointmentStepCancel, app.AppointmentStepNoShow, app.AppointmentStepRefuse, app.AppointmentStepConfirm} {
			_, err = h.Appointments.Do(background, h.admin, opened.ID, step, "x")
			wantCode(t, string(step), err, app.CodeWrongState)
		}
	})
	h.wantWhole(t)
}

func TestWhatIsNotPossibleWithAppointments(t *testing.T) {
	h := mustHall(t)
	units := h.deal(t, 1)
	b, waiting := h.bookAtKiosk(t), h.bookAtDesk(t, "")
	wish := h.wish(t)
	must(t, h.exec(`INSERT INTO submission(id, receipt, body, at) VALUES ('s1', '1', x'00', 1)`))
	_, err := h.Kiosk.Submit(background, app.Submission{Kind: app.SubmitProblem, Words: "样例"})
	must(t, err)
	problem := h.count(t, `SELECT count(*) FROM submission`)
	if problem != 3 {
		t.Fatal(problem)
	}
	h.wantNoEntry(t, "what is not possible", func() {
		for _, c := range []struct {
			name   string
			change func(*app.NewBooking)
			want   app.Code
		}{
			{"no business", func(n *app.NewBooking) { n.BusinessID = "" }, app.CodeRequired},
			{"no such business", func(n *app.NewBooking) { n.BusinessID = "x" }, app.CodeNotFound},
			{"a day without slots", func(n *app.NewBooking) { n.Day = "2026-11-24" }, app.CodeNotFound},
			{"no day", func(n *app.NewBooking) { n.Day = "tomorrow" }, app.CodeInvalid},
			{"a stretch that is over", func(n *app.NewBooking) { n.From, n.To = "09:00", "09:30" }, app.CodeInvalid},
			{"another stretch", func(n *app.NewBooking) { n.To = "15:00" }, app.CodeNotFound},
			{"no such lane", func(n *app.NewBooking) { n.Lane = "fast" }, app.CodeInvalid},
			{"a long phone", func(n *app.NewBooking) { n.Phone = strings.Repeat("1", 101) }, app.CodeTooLong},
		} {
			n := wish
			c.change(&n)
			_, err := h.Booking.Book(background, n)
			wantCode(t, c.name, err, c.want)
		}
		_, err := h.Appointments.Book(background, h.admin, app.NewAppointment{BusinessID: wish.BusinessID, Day: wish.Day, From: wish.From, To: wish.To, ResidentID: "x"})
		wantCode(t, "no such resident", err, app.CodeNotFound)

		for _, c := range []struct {
			step app.AppointmentStep
			note string
			want app.Code
		}{
			{app.AppointmentStepBook, "", app.CodeWrongState},
			{app.AppointmentStepCheckIn, "", app.CodeWrongState},
			{app.AppointmentStepNoShow, "", app.CodeWrongState},
			{app.AppointmentStepRefuse, " ", app.CodeRequired},
			{"unheard-of", "", app.CodeWrongState},
			{app.AppointmentStepRefuse, strings.Repeat("x", 2001), app.CodeTooLong},
		} {
			_, err := h.Appointments.Do(background, h.admin, waiting.ID, c.step, c.note)
			wantCode(t, string(c.step)+" while it waits", err, c.want)
		}
		_, err = h.Appointments.CheckIn(background, h.admin, waiting.ID)
		wantCode(t, "arriving before it is confirmed", err, app.CodeWrongState)
		_, err = h.Booking.CheckIn(background, waiting.Number, waiting.Code)
		wantCode(t, "arriving at the kiosk before it is confirmed", err, app.CodeWrongState)
		for _, id := range []string{"", "x"} {
			_, err = h.Appointments.Do(background, h.admin, id, app.AppointmentStepCancel, "")
			wantCode(t, "no such appointment", err, app.CodeNotFound)
			_, err = h.Appointments.CheckIn(background, h.admin, id)
			wantCode(t, "no such appointment", err, app.CodeNotFound)
			_, err = h.Appointments.Open(background, h.admin, id)
			wantCode(t, "no such submission", err, app.CodeNotFound)
			wantCode(t, "no such slot", h.Slots.Release(background, h.admin, id), app.CodeNotFound)
		}
		_, err = h.Appointments.Open(background, h.admin, "s1")
		wantCode(t, "nonsense instead of a submission", err, app.CodeDamaged)

		_, err = h.Booking.Booking(background, "1234", b.Code)
		wantCode(t, "no number", err, app.CodeInvalid)
		other, err2 := receipt.Number("2026-11-22", 1, 1)
		must(t, err2)
		_, err = h.Booking.Booking(background, other, b.Code)
		wantCode(t, "nobody's number", err, app.CodeWrongSecret)
		_, err = h.Booking.Booking(background, b.Number, wrong(b.Code))
		wantCode(t, "wrong code", err, app.CodeWrongSecret)
		_, err = h.Booking.CheckIn(background, b.Number, wrong(b.Code))
		wantCode(t, "wrong code", err, app.CodeWrongSecret)
		for range 3 {
			_, _ = h.Booking.Booking(background, b.Number, wrong(b.Code))
		}
		_, err = h.Booking.Booking(background, b.Number, b.Code)
		wantCode(t, "tried too often", err, app.CodeLocked)
	})
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	for _, it := range items {
		if it.Body.Kind == app.SubmitProblem {
			_, err := h.Appointments.Open(background, h.admin, it.ID)
			wantCode(t, "a problem is no appointment", err, app.CodeInvalid)
		}
	}
	// A receipt of a case is no appointment, and what is said about it stays unsaid.
	c := h.openCase(t)
	_, err = h.Booking.Booking(background, c.Receipt, c.Secret)
	wantCode(t, "a case's receipt", err, app.CodeWrongSecret)
	if u, _, err := h.Slots.Slot(background, h.admin, units[0].ID); err != nil || u.State != app.SlotSold || len(u.Voided) != 0 {
		t.Errorf("%+v, %v", u, err)
	}
}

// wrong answers a code that is not this one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestAppointmentsAreOfTheirDay(t *testing.T) {
	h := mustHall(t)
	h.deal(t, 2)
	b, a, waiting := h.bookAtKiosk(t), h.bookAtDesk(t, ""), h.bookAtDesk(t, "")
	h.pass(24 * time.Hour)
	_, err := h.Booking.CheckIn(background, b.Number, b.Code)
	wantCode(t, "a day late", err, app.CodeNotToday)
	_, err = h.Appointments.CheckIn(background, h.admin, a.ID)
	wantCode(t, "a day late", err, app.CodeNotToday)
	_, err = h.Appointments.Do(background, h.admin, waiting.ID, app.AppointmentStepConfirm, "")
	wantCode(t, "confirmed a day late", err, app.CodeWrongState)
	if got := h.doAppointment(t, a.ID, app.AppointmentStepNoShow, ""); got.State != app.AppointmentNoShow {
		t.Errorf("%s", got.State)
	}
	offers, err := h.Booking.Offers(background, h.wish(t).BusinessID)
	must(t, err)
	if len(offers) != 0 {
		t.Errorf("yesterday is offered: %+v", offers)
	}
	h.pass(-36 * time.Hour)
	_, err = h.Booking.CheckIn(background, b.Number, b.Code)
	wantCode(t, "a day early", err, app.CodeNotToday)
	h.wantWhole(t)
}

// TestAppointmentsLieSealed reads every byte of the data folder.
func TestAppointmentsLieSealed(t *testing.T) {
	h := mustHall(t)
	h.deal(t, 1)
	b, a := h.bookAtKiosk(t), h.bookAtDesk(t, "")
	items, err := h.Inbox.Inbox(background, h.admin)
	must(t, err)
	_, err = h.Appointments.Open(background, h.admin, items[0].ID)
	must(t, err)
	h.doAppointment(t, a.ID, app.AppointmentStepRefuse, "样例婉拒的话")
	must(t, h.store.Close())
	h.searchFolder(t, "after closing", map[string]string{
		"kiosk's code": b.Code, "desk's code": a.Code, "kiosk's phone": "13800001234", "desk's phone": "13900005678", "words": "样例婉拒的话",
	})
}
