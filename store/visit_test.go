package store_test

import (
	"testing"
	"time"

	"linli/app"
)

func TestVisitCompletesItsTicketInOneAction(t *testing.T) {
	h := mustHall(t)
	taken := h.take(t, "A", "")
	_, err := h.Queue.CallNext(background, h.admin)
	must(t, err)
	who := h.person(t, map[string]string{"name": "王样例"})
	before := h.entryCount(t)
	v, err := h.Visits.Register(background, h.admin, app.NewVisit{
		ResidentID: who, Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone, TicketID: taken.Ticket.ID, Note: "样例备注", Agent: "样代办",
	})
	must(t, err)
	es := h.entriesAfter(t, before)
	if len(es) != 2 || es[0].Action != es[1].Action {
		t.Errorf("%d entries, want the two halves of one action", len(es))
	}
	if v.Resident != "王样例" || v.Number != "A1-001" || v.Outcome != app.OutcomeDone || v.Note != "样例备注" || v.Agent != "样代办" || v.Day != "2026-11-23" || v.By != h.admin.ID {
		t.Errorf("visit %+v", v)
	}
	if done, err := h.Queue.Ticket(background, taken.Ticket.ID); err != nil || done.State != app.TicketDone {
		t.Errorf("ticket %s, %v", done.State, err)
	}

	h.wantNoEntry(t, "visits that cannot be", func() {
		waiting := h.count(t, `SELECT count(*) FROM visit`)
		for _, c := range []struct {
			v    app.NewVisit
			want app.Code
		}{
			{app.NewVisit{Channel: app.ChannelWindow, Purpose: "x", Outcome: app.OutcomeDone, TicketID: taken.Ticket.ID}, app.CodeWrongState},
			{app.NewVisit{Channel: app.ChannelWindow, Purpose: "x", Outcome: app.OutcomeDone, TicketID: "none"}, app.CodeNotFound},
			{app.NewVisit{Channel: app.ChannelWindow, Purpose: "x", Outcome: app.OutcomeDone, ResidentID: "none"}, app.CodeNotFound},
			{app.NewVisit{Channel: app.ChannelWindow, Purpose: "x", Outcome: app.OutcomeDone, ServiceID: "none"}, app.CodeNotFound},
			{app.NewVisit{Channel: "pigeon", Purpose: "x", Outcome: app.OutcomeDone}, app.CodeRequired},
			{app.NewVisit{Channel: app.ChannelWindow, Purpose: "x", Outcome: "magic"}, app.CodeRequired},
			{app.NewVisit{Channel: app.ChannelWindow, Purpose: "  ", Outcome: app.OutcomeDone}, app.CodeRequired},
		} {
			_, err := h.Visits.Register(background, h.admin, c.v)
			wantCode(t, "register", err, c.want)
		}
		if h.count(t, `SELECT count(*) FROM visit`) != waiting {
			t.Error("a visit was left behind")
		}
	})
	// The half that fails takes the other with it: the ticket is not completed.
	second := h.take(t, "A", "")
	_, err = h.Queue.CallNext(background, h.admin)
	must(t, err)
	_, err = h.Visits.Register(background, h.admin, app.NewVisit{Channel: app.ChannelWindow, Purpose: "x", Outcome: app.OutcomeDone, TicketID: second.Ticket.ID, ResidentID: "none"})
	wantCode(t, "unknown resident", err, app.CodeNotFound)
	if still, err := h.Queue.Ticket(background, second.Ticket.ID); err != nil || still.State != app.TicketCalled {
		t.Errorf("ticket %s, %v", still.State, err)
	}
	h.wantWhole(t)
}

func TestVisitIsAmendedNeverOverwritten(t *testing.T) {
	h := mustHall(t)
	supervisor := h.addStaff(t, "样例督查", app.RoleSupervisor, "192837")
	grid, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例网格", Level: 2})
	must(t, err)
	who := h.person(t, map[string]string{"name": "王样例", "grid": grid})
	v, err := h.Visits.Register(background, h.admin, app.NewVisit{ResidentID: who, Agent: "李代办", Channel: app.ChannelPhone, Purpose: "样例", Outcome: app.OutcomeMissing, Note: "第一"})
	must(t, err)
	h.pass(time.Minute)
	v, err = h.Visits.Amend(background, h.admin, v.ID, app.OutcomeDone, "第二")
	must(t, err)
	if v.Outcome != app.OutcomeDone || v.Note != "第二" || v.Amends != 1 || v.Voided {
		t.Errorf("amended %+v", v)
	}
	_, err = h.Visits.Void(background, h.admin, v.ID, " ")
	wantCode(t, "no reason", err, app.CodeRequired)
	v, err = h.Visits.Void(background, h.admin, v.ID, "录错")
	must(t, err)
	if !v.Voided || v.Note != "录错" {
		t.Errorf("voided %+v", v)
	}
	h.wantNoEntry(t, "changing what is void or not there", func() {
		_, err = h.Visits.Amend(background, h.admin, v.ID, app.OutcomeDone, "x")
		wantCode(t, "amend a void visit", err, app.CodeWrongState)
		_, err = h.Visits.Void(background, h.admin, v.ID, "again")
		wantCode(t, "void a void visit", err, app.CodeWrongState)
		_, err = h.Visits.Amend(background, h.admin, "none", app.OutcomeDone, "x")
		wantCode(t, "no visit", err, app.CodeNotFound)
	})
	if n := h.count(t, `SELECT count(*) FROM visit_event WHERE visit = ?`, v.ID); n != 3 {
		t.Errorf("%d steps are kept, want 3", n)
	}
	for _, f := range []struct {
		filter app.VisitFilter
		want   int
	}{{app.VisitFilter{}, 1}, {app.VisitFilter{GridID: grid}, 1}, {app.VisitFilter{GridID: "other"}, 0}, {app.VisitFilter{ResidentID: who}, 1}, {app.VisitFilter{Day: "2026-11-24"}, 0}} {
		list, err := h.Visits.Visits(background, supervisor, f.filter)
		must(t, err)
		if len(list) != f.want {
			t.Errorf("%+v: %d visits, want %d", f.filter, len(list), f.want)
		}
		if len(list) > 0 && (list[0].Resident != "王*例" || list[0].Agent != "李*办") {
			t.Errorf("a supervisor sees %s and %s", list[0].Resident, list[0].Agent)
		}
	}
	h.wantWhole(t)
}
