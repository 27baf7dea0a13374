package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// checksPage lists poor ratings that a person should look into (核实).
type checksPage struct {
	d      *Desk
	object fyne.CanvasObject
	list   *list
	checks map[string]app.Check
}

func newChecksPage(d *Desk) *checksPage {
	p := &checksPage{d: d, checks: map[string]app.Check{}}
	p.list = newList(
		d, "checks.list",
		listColumn{title: d.t("desk.check.score"), width: 160},
		listColumn{title: d.t("desk.check.of")},
		listColumn{title: d.t("desk.check.at"), width: 180},
	)
	p.list.empty = d.t("desk.checks.empty")
	said := "desk.checks.hint"
	if d.may(app.ActClose) {
		p.list.onPick = func(r line) { p.settle(r.id, false) }
	} else {
		said = "desk.halls.readonly.text"
		p.list.onPick = func(r line) { p.open(r.id) }
	}
	head := fyne.CanvasObject(quietPara(d.t(said)))
	if d.allowed(PageKiosk) {
		head = row(theme.DeskPanel, []float32{0, -1}, hint(d.t(said)), newButton(d, "checks.kiosk", d.t("desk.funnel.title"), "3", plain, p.kiosk))
	}
	p.object = container.New(
		sandwich{theme.DeskPanel},
		head,
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list), space(1, 0),
	)
	return p
}

func (p *checksPage) title() string             { return p.d.t("desk.checks.title") }
func (p *checksPage) middle() fyne.CanvasObject { return p.object }
func (p *checksPage) side() fyne.CanvasObject   { return nil }
func (p *checksPage) first() fyne.Focusable     { return p.list }
func (p *checksPage) tables() []string          { return []string{"rating", "case", "case_event"} }

func (p *checksPage) keys() []binding {
	at := func(do func(app.Check)) func() {
		return func() {
			if r, ok := p.list.at(); ok {
				do(p.checks[r.id])
			}
		}
	}
	open := binding{"1", "desk.check.open", at(func(c app.Check) { p.open(c.RatingID) })}
	var kiosk []binding
	if p.d.allowed(PageKiosk) {
		kiosk = []binding{{"3", "", p.kiosk}} // its button says so
	}
	if !p.d.may(app.ActClose) {
		open.key = "Return"
		return append(kiosk, open)
	}
	return append(
		kiosk,
		binding{"Return", "desk.check.verify", at(func(c app.Check) { p.settle(c.RatingID, false) })},
		open,
		binding{"2", "desk.check.reopen", at(func(c app.Check) {
			if c.CaseID != "" {
				p.settle(c.RatingID, true)
			}
		})},
	)
}

// kiosk shows where residents give up before anybody can rate anything.
func (p *checksPage) kiosk() { p.d.Open(Route{Page: PageKiosk}) }

func (p *checksPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		checks, err := d.hall.Cases.Checks(ctx, d.speech().who)
		if err != nil {
			return d.failed(err)
		}
		byID := make(map[string]app.Check, len(checks))
		rows := make([]line, 0, len(checks))
		for _, c := range checks {
			byID[c.RatingID] = c
			of := d.t("desk.check.case", groupReceipt(c.Receipt))
			if c.CaseID == "" {
				of = d.t("desk.check.ticket", c.Number)
			}
			score := "desk.score.poor"
			if c.Score >= app.ScoreWorst {
				score = "desk.score.worst"
			}
			rows = append(rows, line{id: c.RatingID, mark: toneLate, cells: []cell{
				{text: d.t(score), tone: toneLate, bold: true}, {text: of}, {text: d.when(c.At), tone: toneQuiet},
			}})
		}
		return func() {
			p.checks = byID
			p.list.setRows(rows)
		}
	}
}

// open shows the case that was rated; a rating of a visit has none.
func (p *checksPage) open(id string) {
	if c := p.checks[id]; c.CaseID != "" {
		p.d.Open(Route{PageCase, c.CaseID})
	}
}

// settle closes a check, with what was found out.
func (p *checksPage) settle(id string, reopen bool) {
	d := p.d
	title := d.t("desk.check.verify")
	if reopen {
		title = d.t("desk.check.reopen")
	}
	f := newForm(d)
	f.addText("note", d.t("desk.check.note"), 4)
	f.lay()
	who := d.who
	d.ask(title, title, f, func(v map[string]string, fail func(*app.Error)) {
		if v["note"] == "" {
			fail(app.Bad(app.CodeRequired, "note"))
			return
		}
		d.act(
			func(ctx context.Context) error { return d.hall.Cases.Verify(ctx, who, id, v["note"], reopen) },
			func() {
				d.closeSheet()
				d.say(d.t("desk.saved"))
				d.reload()
				d.queue.reload()
			}, fail,
		)
	})
}
