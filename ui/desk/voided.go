package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// voidedPage lists the steps that did not count, because another one came first
// or because their machine had been taken out.
type voidedPage struct {
	d      *Desk
	route  Route
	object fyne.CanvasObject
	list   *list
	info   *fyne.Container
	sideO  fyne.CanvasObject
	steps  map[string]app.VoidedStep
	open   map[string]string // line → subject on the list of what needs a person
	placed bool
	asked  int
}

func newVoidedPage(d *Desk, r Route) *voidedPage {
	p := &voidedPage{d: d, route: r, info: column(theme.DeskPanel), steps: map[string]app.VoidedStep{}}
	p.list = newList(
		d, "voided.list",
		listColumn{title: d.t("desk.void.what"), width: 92},
		listColumn{title: d.t("desk.void.name"), width: 148},
		listColumn{title: d.t("desk.void.step")},
		listColumn{title: d.t("desk.void.by"), width: 92},
		listColumn{title: d.t("desk.void.at"), width: 104},
	)
	p.list.empty = d.t("desk.void.empty")
	p.list.onPick = func(r line) { p.see(r.id) }
	p.list.onMove = func(r line) { p.preview(r.id) }
	p.object = container.New(
		sandwich{theme.DeskPanel}, quietPara(d.t("desk.void.hint")),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list), space(1, 0),
	)
	p.info.Add(card(quietPara(d.t("desk.void.side"))))
	p.sideO = pane(p.info)
	return p
}

func (p *voidedPage) title() string             { return p.d.t("desk.void.title") }
func (p *voidedPage) middle() fyne.CanvasObject { return p.object }
func (p *voidedPage) side() fyne.CanvasObject   { return p.sideO }
func (p *voidedPage) first() fyne.Focusable     { return p.list }
func (p *voidedPage) tables() []string {
	return []string{"replication", "ticket_event", "visit_event", "case_event", "slot_event", "appointment_event"}
}

func (p *voidedPage) keys() []binding {
	r, ok := p.list.at()
	if !ok {
		return nil
	}
	var b []binding
	if _, ok := p.routeOf(p.steps[r.id]); ok {
		b = append(b, binding{"Return", "desk.void.open", func() { p.see(r.id) }})
	}
	if p.open[r.id] != "" && p.d.may(app.ActRegistry) {
		b = append(b, binding{"Delete", "desk.attend.settle", func() { p.settle(r.id) }})
	}
	return b
}

func (p *voidedPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		who := d.speech().who
		steps, err := d.hall.Replicas.Voided(ctx, who)
		if err != nil {
			return d.failed(err)
		}
		list, err := d.hall.Replicas.Attention(ctx, who)
		if err != nil {
			return d.failed(err)
		}
		byID, open := make(map[string]app.VoidedStep, len(steps)), map[string]string{}
		rows := make([]line, 0, len(steps))
		steps = slices.Clone(steps)
		slices.SortStableFunc(steps, func(a, b app.VoidedStep) int { return b.At.Compare(a.At) })
		for i, s := range steps {
			id := s.Kind + "/" + s.Row + "/" + s.Step + "/" + strconv.FormatInt(s.At.UnixMilli(), 10) + "/" + s.By
			if _, ok := byID[id]; ok {
				id += "/" + strconv.Itoa(i)
			}
			byID[id] = s
			l := line{id: id, cells: []cell{
				{text: d.processWord(s.Kind)},
				{text: processName(s.Name), bold: true},
				{text: d.voidedStep(s)},
				{text: d.byWhom(s.By)},
				{text: d.brief(s.At), tone: toneQuiet},
			}}
			for _, a := range list {
				if a.Kind == app.AttendVoided && a.Row == s.Row && a.At.Equal(s.At) {
					open[id], l.mark = a.Subject, toneLate
				}
			}
			rows = append(rows, l)
		}
		return func() {
			p.steps, p.open = byID, open
			p.list.setRows(rows)
			if !p.placed && p.route.ID != "" {
				p.list.move(max(0, slices.IndexFunc(rows, func(l line) bool { return byID[l.id].Row == p.route.ID })))
			}
			p.placed = true
		}
	}
}

// processWord is what a process is: a number, a case.
func (d *Desk) processWord(kind string) string {
	if _, ok := assets.Text(d.speech().lang, "desk.void.kind."+kind); ok {
		return d.t("desk.void.kind." + kind)
	}
	return d.t("desk.void.kind.other")
}

// processName is a process's number, in groups where it is as long as a receipt's.
func processName(name string) string {
	if len(name) == receiptDigits && strings.Trim(name, "0123456789") == "" {
		return groupReceipt(name)
	}
	return name
}

// receiptDigits is how long the numbers of cases and appointments are.
const receiptDigits = 12

// voidedStep is the word for a step; one that a newer version knows has no name
// here.
func (d *Desk) voidedStep(s app.VoidedStep) string {
	for _, key := range []string{"desk.void.step." + s.Kind + "." + s.Step, "desk.case.step." + s.Step} {
		if _, ok := assets.Text(d.speech().lang, key); ok && (s.Kind == "case" || key[:15] == "desk.void.step.") {
			return d.t(key)
		}
	}
	return d.t("desk.void.step.other")
}

// voidedWhy is why a step did not count, in a sentence.
func (d *Desk) voidedWhy(s app.VoidedStep) string {
	for _, key := range []string{"desk.void.why." + s.Reason + "." + s.Kind, "desk.void.why." + s.Reason} {
		if _, ok := assets.Text(d.speech().lang, key); ok {
			return d.t(key)
		}
	}
	return d.t("desk.void.why.other")
}

// preview says at the right what did not count, why, and what stands now.
func (p *voidedPage) preview(id string) {
	d := p.d
	s, ok := p.steps[id]
	if !ok {
		return
	}
	p.asked++
	n, who, wins := p.asked, d.who, d.windows
	d.background(func(ctx context.Context) func() {
		stands := d.standsNow(ctx, who, s, wins)
		return func() {
			if n != p.asked || d.page != p {
				return
			}
			p.draw(id, s, stands)
		}
	})
}

func (p *voidedPage) draw(id string, s app.VoidedStep, stands string) {
	d := p.d
	head := newPara(d.processWord(s.Kind)+" "+processName(s.Name), tonePrimary)
	head.size, head.bold = theme.DeskHeading, true
	objs := []fyne.CanvasObject{
		head,
		strong(d.t("desk.void.what.title")), newPara(d.t("desk.void.sentence", d.byWhom(s.By), d.when(s.At), d.voidedStep(s)), toneInk), space(1, 2),
		strong(d.t("desk.void.why.title")), newPara(d.voidedWhy(s), toneInk), space(1, 2),
		strong(d.t("desk.void.now.title")), newPara(stands, toneInk), space(1, 4),
	}
	if _, ok := p.routeOf(s); ok {
		objs = append(objs, newButton(d, "voided.open", d.t("desk.void.open"), "Enter", plain, func() { p.see(id) }))
	}
	if p.open[id] != "" && d.may(app.ActRegistry) {
		objs = append(objs, newButton(d, "voided.settle", d.t("desk.attend.settle"), "Delete", plain, func() { p.settle(id) }))
	}
	p.info.Objects = []fyne.CanvasObject{card(objs...)}
	p.info.Refresh()
	d.relayout()
	d.shell.hints()
	d.report()
}

// standsNow is how the process stands without that step. Where this person may not
// see it, or nothing more is known, it says that the other step counts.
func (d *Desk) standsNow(ctx context.Context, who app.Actor, s app.VoidedStep, wins []app.Window) string {
	switch s.Kind {
	case "case":
		if c, _, err := d.hall.Cases.Case(ctx, who, s.Row); err == nil {
			said := d.t("desk.case.state." + string(c.State))
			if c.Handler != "" {
				said = d.t("desk.void.now.case", said, c.Handler)
			}
			return said
		}
	case "ticket":
		if t, err := d.hall.Queue.Ticket(ctx, s.Row); err == nil {
			i := slices.IndexFunc(wins, func(w app.Window) bool { return w.ID == t.WindowID })
			if i >= 0 && t.State == app.TicketCalled {
				return d.t("desk.void.now.called", wins[i].Number)
			}
			return d.t("desk.void.ticket." + string(t.State))
		}
	case "appointment":
		if d.hall.Appointments == nil {
			break
		}
		if a, _, err := d.hall.Appointments.Appointment(ctx, who, s.Row); err == nil {
			if _, ok := assets.Text(d.speech().lang, "desk.void.appointment."+string(a.State)); ok {
				return d.t("desk.void.appointment." + string(a.State))
			}
		}
	}
	return d.t("desk.void.now.other")
}

// routeOf is the page of a process, where there is one.
func (p *voidedPage) routeOf(s app.VoidedStep) (Route, bool) {
	if s.Kind == "case" {
		return Route{PageCase, s.Row}, p.d.allowed(PageCase)
	}
	return Route{}, false
}

func (p *voidedPage) see(id string) {
	if r, ok := p.routeOf(p.steps[id]); ok {
		p.d.Open(r)
	}
}

// settle takes a step off the list of what needs a person; here it stays.
func (p *voidedPage) settle(id string) {
	d := p.d
	subject := p.open[id]
	if subject == "" {
		return
	}
	who := d.who
	d.act(
		func(ctx context.Context) error { return d.hall.Replicas.Settle(ctx, who, app.AttendVoided, subject) },
		func() {
			d.say(d.t("desk.attend.settled"))
			d.reload()
			d.shell.sync.reload()
		}, nil,
	)
}
