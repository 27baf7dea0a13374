package store_test

import (
	"testing"
	"time"

	"linli/app"
)

func (h *hallAt) figures(tb testing.TB) app.Figures {
	tb.Helper()
	f, err := h.store.Figures(background)
	must(tb, err)
	return f
}

func TestTheFiguresOfAHall(t *testing.T) {
	h := mustHall(t)
	if got := h.figures(t); got != (app.Figures{}) {
		t.Errorf("a new hall has %+v", got)
	}
	services, err := h.Public.Services(background, "")
	must(t, err)
	promised := ""
	for _, s := range services {
		if s.PromisedDays > 0 && s.PromisedDays <= 10 {
			promised = s.ID
		}
	}
	var visits []string
	for range 3 {
		v, err := h.Visits.Register(background, h.admin, app.NewVisit{Channel: app.ChannelPhone, Purpose: "样例", Outcome: app.OutcomeDone})
		must(t, err)
		visits = append(visits, v.ID)
	}
	_, err = h.Visits.Void(background, h.admin, visits[0], "样例")
	must(t, err)
	h.take(t, "A", "")
	called := h.take(t, "A", "")
	_, err = h.Queue.Step(background, h.admin, called.Ticket.ID, app.StepCall, "")
	must(t, err)
	// Late by its service's promise; late by it but replied; closed; and one of no service.
	open := func(service string) app.Case {
		c, err := h.Cases.Open(background, h.admin, app.NewCase{Kind: app.CaseService, Title: "样例", ServiceID: service})
		must(t, err)
		return c
	}
	open(promised)
	replied, closed := open(promised), open(promised)
	open("")
	for _, c := range []app.Case{replied, closed} {
		h.do(t, c.ID, app.CaseStepAccept, "", "")
		h.do(t, c.ID, app.CaseStepReply, "", "样例")
	}
	h.do(t, closed.ID, app.CaseStepClose, "", "")
	for _, c := range []struct {
		of    app.Case
		score int
	}{{replied, app.ScoreWorst}, {closed, app.ScoreFair}} {
		_, err := h.Kiosk.RateCase(background, c.of.Receipt, c.of.Secret, c.score)
		must(t, err)
	}
	want := app.Figures{Visits: 2, Waiting: 1, OpenCases: 3, Rated: 2, Satisfied: 1}
	if got := h.figures(t); got != want {
		t.Errorf("today: %+v, want %+v", got, want)
	}
	// A month later nothing of today is today's, and who was promised something has waited too long.
	h.pass(29 * 24 * time.Hour)
	want = app.Figures{OpenCases: 3, Overdue: 1, Rated: 2, Satisfied: 1}
	if got := h.figures(t); got != want {
		t.Errorf("29 days later: %+v, want %+v", got, want)
	}
	h.pass(24 * time.Hour)
	if got := h.figures(t); got.Rated != 0 || got.Satisfied != 0 {
		t.Errorf("30 days later %d ratings count", got.Rated)
	}
}

func TestCountingOpensNothingThatIsSealedAndWritesNothing(t *testing.T) {
	h := mustHall(t)
	h.openCase(t)
	h.wantNoEntry(t, "counting", func() { h.figures(t) })
	if h.Hall.ReadOnly {
		t.Error("a desk says that it may only read")
	}
}
