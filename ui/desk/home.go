package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// homePage is the day at this window: the number that is here with its next
// steps, and today's visits.
type homePage struct {
	d       *Desk
	object  *fyne.Container
	now     *fyne.Container
	kiosks  *kioskStrip
	visits  *list
	missed  *list
	perLine *list
	rows    map[string]app.Visit
	sideObj fyne.CanvasObject
	reach   *reachLine // of the chosen visit
}

func newHomePage(d *Desk) *homePage {
	p := &homePage{d: d, rows: map[string]app.Visit{}}
	p.now, p.kiosks = container.NewStack(), newKioskStrip(d)
	p.visits = newList(
		d, "home.visits",
		listColumn{title: d.t("desk.visit.time"), width: 96},
		listColumn{title: d.t("desk.visit.number"), width: 76},
		listColumn{title: d.t("desk.visit.who"), width: 96},
		listColumn{title: d.t("desk.visit.service")},
		listColumn{title: d.t("desk.visit.outcome"), width: 116},
	)
	p.visits.empty = d.t("desk.home.empty")
	p.visits.onPick = func(r line) { p.amend(r.id) }
	p.reach = newReachLine(d, "desk.reach.visit")
	p.visits.onMove = func(r line) { p.reach.follow("visit", r.id) }
	p.missed = newList(d, "home.missed", listColumn{width: 84}, listColumn{}, listColumn{width: 70, right: true})
	p.missed.empty = d.t("desk.home.missed.empty")
	p.missed.least = 5
	p.missed.onPick = func(r line) { p.comeBack(r.id) }
	p.perLine = newList(d, "home.businesses", listColumn{}, listColumn{width: 40, right: true}, listColumn{width: 104, right: true})
	p.perLine.empty = d.t("desk.home.business.empty")

	p.object = container.New(
		sandwich{theme.DeskPanel},
		column(theme.DeskPanel, p.now, p.kiosks.object, row(theme.DeskGap, []float32{-1, 0, -1}, strong(d.t("desk.home.today")), space(1, 1), p.reach.text)),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.visits),
		space(1, 0),
	)
	p.sideObj = container.New(
		sandwich{theme.DeskPanel},
		column(
			theme.DeskGap, strong(d.t("desk.home.business")),
			container.New(over{}, box(theme.Card, theme.Line, theme.Hairline), p.perLine),
			space(1, 4), strong(d.t("desk.home.missed")), quietPara(d.t("desk.home.missed.hint")),
		),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.missed), space(1, 0),
	)
	p.ticketChanged()
	return p
}

func (p *homePage) title() string             { return p.d.t("desk.home.title") }
func (p *homePage) middle() fyne.CanvasObject { return p.object }
func (p *homePage) side() fyne.CanvasObject   { return p.sideObj }
func (p *homePage) reachLine() *reachLine     { return p.reach }
func (p *homePage) first() fyne.Focusable     { return p.visits }
func (p *homePage) tables() []string {
	return []string{"visit", "visit_event", "ticket", "ticket_event", "business", "window", troubleTable}
}

func (p *homePage) keys() []binding {
	return []binding{
		{"Return", "desk.home.amend", func() {
			if r, ok := p.visits.at(); ok {
				p.amend(r.id)
			}
		}},
		{"Delete", "desk.visit.void", p.void},
	}
}

// homeChanged lets the first page, if it is open, show who is here.
func (d *Desk) homeChanged() {
	if p, ok := d.page.(*homePage); ok {
		p.ticketChanged()
	}
}

// ticketChanged draws the number that is here.
func (p *homePage) ticketChanged() {
	d := p.d
	t := d.queue.mine
	if s := d.served(); t == nil && s != nil {
		big := newPara(d.t("desk.serving.here", s.who(d)), tonePrimary)
		big.size, big.bold = theme.DeskHeading, true
		p.now.Objects = []fyne.CanvasObject{card(big, quietPara(d.t("desk.serving.next")))}
	} else if t == nil {
		text := d.t("desk.home.free")
		n := 0
		for _, w := range d.queue.waiting {
			if w.State == app.TicketWaiting {
				n++
			}
		}
		if n > 0 {
			text = d.t("desk.home.free.waiting", n)
		}
		big := newPara(text, toneInk)
		big.size = theme.DeskHeading
		p.now.Objects = []fyne.CanvasObject{card(big, quietPara(d.t("desk.home.free.hint")))}
	} else {
		number := words(t.Number, theme.DeskNumber, true, tonePrimary)
		lane := d.t("desk.lane." + string(t.Lane))
		lines := []fyne.CanvasObject{
			row(theme.DeskPanel*1.5, []float32{-1, 0}, number, column(
				4, space(1, 8), strong(t.Business),
				small(lane+" · "+d.t("desk.home.taken", d.clockText(t.TakenAt))+" · "+d.t("desk.queue.called", t.Calls)),
			)),
			quietPara(d.t("desk.home.next")),
		}
		p.now.Objects = []fyne.CanvasObject{card(lines...)}
	}
	p.now.Refresh()
	p.object.Refresh()
	deepLayout(p.object)
}

func (p *homePage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		day := app.DayOf(d.clock.Now(), d.speech().zone)
		visits, err := d.hall.Visits.Visits(ctx, d.speech().who, app.VisitFilter{Day: day, Limit: 300})
		if err != nil {
			return d.failed(err)
		}
		missed, err := d.hall.Queue.Missed(ctx)
		if err != nil {
			return d.failed(err)
		}
		businesses, err := d.hall.Public.Businesses(ctx)
		if err != nil {
			return d.failed(err)
		}
		troubles, err := d.troubles(ctx)
		if err != nil {
			return d.failed(err)
		}
		byID := make(map[string]app.Visit, len(visits))
		rows := make([]line, 0, len(visits))
		for _, v := range visits {
			byID[v.ID] = v
			rows = append(rows, d.visitLine(v))
		}
		var gone []line
		for _, t := range missed {
			gone = append(gone, line{id: t.ID, cells: []cell{{text: t.Number, bold: true}, {text: t.Business, tone: toneQuiet}, {text: d.clockText(t.CalledAt), tone: toneQuiet}}})
		}
		var per []line
		for _, b := range businesses {
			if b.Retired {
				continue
			}
			note := cell{text: d.t("desk.minutes.about", int(b.Wait.Minutes())), tone: toneQuiet}
			if b.Wait.Minutes() < 1 {
				note.text = d.t("desk.minutes.none")
			}
			if !b.Open {
				note = cell{text: d.t("desk.business.closed"), tone: toneWait}
			}
			per = append(per, line{id: b.ID, cells: []cell{{text: d.businessName(b.Business)}, {text: groupNumber(int64(b.Waiting)), bold: true}, note}})
		}
		return func() {
			p.rows = byID
			p.visits.setRows(rows)
			if len(rows) == 0 {
				p.reach.follow("", "")
			}
			p.missed.setRows(gone)
			p.perLine.setRows(per)
			p.kiosks.draw(troubles)
			d.relayout()
		}
	}
}

// visitLine is a visit as a row.
func (d *Desk) visitLine(v app.Visit) line {
	t := toneInk
	out := cell{text: d.t("desk.outcome." + string(v.Outcome)), tone: toneGood}
	switch v.Outcome {
	case app.OutcomeMissing, app.OutcomeReferred, app.OutcomeAccepted:
		out.tone = toneWait
	case app.OutcomeUnsettled:
		out.tone = toneLate
	}
	if v.Voided {
		t = toneQuiet
		out = cell{text: d.t("desk.visit.voided"), tone: toneQuiet}
	}
	who := v.Resident
	if who == "" {
		who = d.t("desk.visit.nobody")
	}
	what := v.Service
	if what == "" {
		what = v.Purpose
	}
	return line{id: v.ID, cells: []cell{
		{text: d.clockText(v.At), tone: toneQuiet},
		{text: v.Number, tone: t, bold: !v.Voided},
		{text: who, tone: t},
		{text: what, tone: t},
		out,
	}}
}

// comeBack puts a missed number into the queue again.
func (p *homePage) comeBack(id string) {
	d := p.d
	who := d.who
	var got app.Ticket
	d.act(func(ctx context.Context) (err error) {
		got, err = d.hall.Queue.Step(ctx, who, id, app.StepReturn, "")
		return err
	}, func() {
		d.say(d.t("desk.queue.returned", got.Number))
		d.queue.reload()
		d.reload()
	}, nil)
}

// amend adds another outcome to a visit; the first stays in its story.
func (p *homePage) amend(id string) {
	d := p.d
	v, ok := p.rows[id]
	if !ok || v.Voided {
		return
	}
	f := newForm(d)
	f.addOptions("outcome", d.t("desk.visit.outcome"), d.outcomes()).one.set(string(v.Outcome))
	f.addText("note", d.t("desk.visit.note"), 3).text.set(v.Note)
	f.lay()
	who := d.who
	d.ask(d.t("desk.visit.amend"), d.t("desk.key.save"), f, func(val map[string]string, fail func(*app.Error)) {
		d.act(
			func(ctx context.Context) error {
				_, err := d.hall.Visits.Amend(ctx, who, id, app.Outcome(val["outcome"]), val["note"])
				return err
			},
			func() {
				d.closeSheet()
				d.say(d.t("desk.saved"))
				d.reload()
			}, fail,
		)
	})
}

// void marks a visit that was entered by mistake.
func (p *homePage) void() {
	d := p.d
	r, ok := p.visits.at()
	if !ok || p.rows[r.id].Voided {
		return
	}
	f := newForm(d)
	f.addText("reason", d.t("desk.visit.reason"), 2)
	f.lay()
	who := d.who
	d.ask(d.t("desk.visit.void"), d.t("desk.visit.void"), f, func(val map[string]string, fail func(*app.Error)) {
		if val["reason"] == "" {
			fail(app.Bad(app.CodeRequired, "reason"))
			return
		}
		d.act(
			func(ctx context.Context) error {
				_, err := d.hall.Visits.Void(ctx, who, r.id, val["reason"])
				return err
			},
			func() {
				d.closeSheet()
				d.say(d.t("desk.visit.voided.said"))
				d.reload()
			}, fail,
		)
	})
}

// outcomes are the answers to "how did it end", in the standard's order.
func (d *Desk) outcomes() []choice {
	var out []choice
	for _, o := range app.Outcomes() {
		out = append(out, choice{id: string(o), text: d.t("desk.outcome." + string(o))})
	}
	return out
}
