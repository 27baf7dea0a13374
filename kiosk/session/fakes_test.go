package session_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
)

// clock is a time that only tests move. It is used from one goroutine.
type clock struct {
	now    time.Time
	alarms []*alarm
}

type alarm struct {
	at  time.Time
	run func()
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) After(d time.Duration, f func()) func() {
	a := &alarm{at: c.now.Add(d), run: f}
	c.alarms = append(c.alarms, a)
	return func() {
		c.alarms = slices.DeleteFunc(c.alarms, func(b *alarm) bool { return a == b })
	}
}

// Advance lets time pass, alarm by alarm.
func (c *clock) Advance(d time.Duration) {
	end := c.now.Add(d)
	for {
		var next *alarm
		for _, a := range c.alarms {
			if !a.at.After(end) && (next == nil || a.at.Before(next.at)) {
				next = a
			}
		}
		if next == nil {
			break
		}
		c.alarms = slices.DeleteFunc(c.alarms, func(b *alarm) bool { return next == b })
		c.now = next.at
		next.run()
	}
	c.now = end
}

// port is both ports of a kiosk. Its answers are fields.
type port struct {
	app.PublicPort // what a kiosk must not need panics
	tickets        []app.TakeTicket
	submitted      []app.Submission
	kept           []app.Submission
	forms          []app.FormText // beside those that are shipped
	rated          []int
	ratedNumber    string
	calls          int
	pages          []string // that staff were called to
	lookups        int

	fault    error
	progress app.Progress
	help     app.HelpCall
	readings int
}

func (p *port) Hall(context.Context) (app.HallInfo, error) {
	p.readings++
	return flowtest.Facts("zh").Hall, p.fault
}

func (p *port) Businesses(context.Context) ([]app.BusinessNow, error) {
	return flowtest.Businesses(), p.fault
}

func (p *port) Services(context.Context, app.Family) ([]app.Service, error) {
	return flowtest.Services(), p.fault
}

func (p *port) Notices(context.Context) ([]app.Notice, error) { return flowtest.Notices(), p.fault }

func (p *port) Grids(context.Context) ([]app.Grid, error) { return flowtest.Grids(), p.fault }

func (p *port) Forms(context.Context) ([]app.FormText, error) {
	return append(flowtest.FormTexts(), p.forms...), p.fault
}

func (p *port) KeepDraft(_ context.Context, s app.Submission) (app.Draft, error) {
	p.kept = append(p.kept, s)
	return app.Draft{Code: "482913", Until: flowtest.Now.Add(app.DraftKept)}, p.fault
}

func (p *port) Replies(_ context.Context, id string) ([]app.Reply, error) {
	return []app.Reply{{ID: "reply", ServiceID: id, Said: "太慢。", Answer: "加了窗口。"}}, p.fault
}

func (p *port) TakeTicket(_ context.Context, t app.TakeTicket) (app.Taken, error) {
	p.tickets = append(p.tickets, t)
	if p.fault != nil {
		return app.Taken{}, p.fault
	}
	return app.Taken{Ticket: app.Ticket{ID: "ticket-id", Number: "A1-005"}, Ahead: 3, Wait: 20 * time.Minute}, nil
}

func (p *port) Ahead(context.Context, string) (app.Taken, error) { return app.Taken{}, p.fault }

func (p *port) Submit(_ context.Context, s app.Submission) (app.Receipt, error) {
	p.submitted = append(p.submitted, s)
	if p.fault != nil {
		return app.Receipt{}, p.fault
	}
	return app.Receipt{Number: flowtest.SampleReceipt(), Secret: "135791"}, nil
}

func (p *port) Progress(_ context.Context, receipt, secret string) (app.Progress, error) {
	p.lookups++
	if secret != "246810" {
		return app.Progress{}, app.Fail(app.CodeWrongSecret)
	}
	return p.progress, p.fault
}

func (p *port) RateCase(_ context.Context, _, _ string, score int) (string, error) {
	p.rated = append(p.rated, score)
	return "rating-id", p.fault
}

func (p *port) RateTicket(_ context.Context, number string, score int) (string, error) {
	p.rated, p.ratedNumber = append(p.rated, score), number
	return "rating-id", p.fault
}

func (p *port) CallStaff(_ context.Context, page string) (app.HelpCall, error) {
	p.calls++
	p.pages = append(p.pages, page)
	return app.HelpCall{ID: "help-id"}, p.fault
}

func (p *port) HelpCall(context.Context, string) (app.HelpCall, error) { return p.help, nil }

// kiosk is a session with everything around it in the test's hand.
type kiosk struct {
	*session.Session
	t      *testing.T
	clock  *clock
	port   *port
	slow   bool     // work waits for finish
	held   []func() // work that waits
	spoken []string
	saved  []string
}

// open opens a kiosk on the sample hall.
func open(t *testing.T, change ...func(*session.Config)) *kiosk {
	t.Helper()
	k := &kiosk{t: t, clock: &clock{now: flowtest.Now}, port: &port{}}
	c := session.Config{
		Public: k.port, Kiosk: k.port, Clock: k.clock, After: k.clock.After,
		Go: func(f func()) {
			if k.slow {
				k.held = append(k.held, f)
				return
			}
			f()
		},
		Speak: func(_ session.Look, text string) { k.spoken = append(k.spoken, text) },
		SavePDF: func(name string, pdf []byte) error {
			k.saved = append(k.saved, name)
			return nil
		},
	}
	for _, f := range change {
		f(&c)
	}
	k.Session = session.New(c)
	t.Cleanup(k.Close)
	return k
}

// finish lets all waiting work come to its end.
func (k *kiosk) finish() {
	held := k.held
	k.held = nil
	for _, f := range held {
		f()
	}
}

// press presses one thing after the other.
func (k *kiosk) press(ids ...string) {
	for _, id := range ids {
		k.Press(id)
	}
}

// away presses the way out, and says that nothing is to be kept where that is asked.
func (k *kiosk) away() {
	k.Press(flow.PressHome)
	if k.Page().ID == "leave.ask" {
		k.Press(flow.PressHome)
	}
}

// digits presses the keys of the pad and the primary button.
func (k *kiosk) digits(number string) {
	for _, r := range number {
		k.Press(string(r))
	}
	k.Press(flow.PressOK)
}

// at fails the test unless the kiosk shows a page.
func (k *kiosk) at(id string) flow.Page {
	k.t.Helper()
	p := k.Page()
	if p.ID != id {
		k.t.Fatalf("the kiosk shows %q, not %q", p.ID, id)
	}
	return p
}

// clean fails the test unless nothing about anybody is left.
func (k *kiosk) clean() {
	k.t.Helper()
	k.at("home")
	if left := k.Personal(); len(left) > 0 {
		k.t.Errorf("%d personal texts are left", len(left))
	}
	if k.Look() != session.DefaultLook() {
		k.t.Errorf("the look is left: %+v", k.Look())
	}
	if k.Typed() != "" {
		k.t.Error("typed digits are left")
	}
}
