package desk

import (
	"context"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/app/casework"
	"linli/ui/theme"
)

// stepKeys are the digits of a case's steps. A digit means the same step in
// every state, so that a hand that knows "4 is reply" never closes a case.
var stepKeys = map[app.CaseStep]string{
	app.CaseStepAccept: "1", app.CaseStepAssign: "2", app.CaseStepHandle: "3",
	app.CaseStepReply: "4", app.CaseStepClose: "5", app.CaseStepReopen: "6",
}

// natural is the step that comes next when all goes well. A closed case has
// none: nothing invites to open it again.
var natural = map[app.CaseState]app.CaseStep{
	app.CaseOpen:     app.CaseStepAccept,
	app.CaseAccepted: app.CaseStepReply,
	app.CaseAssigned: app.CaseStepReply,
	app.CaseHandling: app.CaseStepReply,
	app.CaseReplied:  app.CaseStepClose,
}

// casePage is one case: what it is about, the steps that are possible now, and
// its story.
type casePage struct {
	d      *Desk
	id     string
	object fyne.CanvasObject
	about  *fyne.Container
	story  *fyne.Container
	sideO  fyne.CanvasObject
	c      app.Case
	phone  string // the resident's registered one, when the case has none
	clear  string // the phone in full, once somebody has asked to see it
	ready  bool
}

func newCasePage(d *Desk, id string) *casePage {
	p := &casePage{d: d, id: id, about: column(theme.DeskPanel), story: column(theme.DeskPanel)}
	p.object, p.sideO = pane(p.about), pane(p.story)
	return p
}

func (p *casePage) title() string             { return p.d.t("desk.case.title") }
func (p *casePage) middle() fyne.CanvasObject { return p.object }
func (p *casePage) side() fyne.CanvasObject   { return p.sideO }
func (p *casePage) first() fyne.Focusable     { return nil }
func (p *casePage) tables() []string          { return []string{"case", "case_event", "rating"} }

// steps are what this person may do with the case now.
func (p *casePage) steps() []app.CaseStep {
	var out []app.CaseStep
	for _, s := range casework.Possible(p.c.State) {
		if p.d.may(casework.Right(s)) {
			out = append(out, s)
		}
	}
	return out
}

func (p *casePage) keys() []binding {
	if !p.ready {
		return nil
	}
	var b []binding
	for _, s := range p.steps() {
		b = append(b, binding{stepKeys[s], "desk.case.step." + string(s), func() { p.do(s) }})
	}
	if p.c.Contact+p.phone != "" && p.d.may(app.ActReveal) {
		b = append(b, binding{"Ctrl+E", "", p.reveal}) // said beside the phone
	}
	if p.c.ResidentID != "" && p.d.may(app.ActFind) {
		b = append(b, binding{"Return", "desk.case.resident", func() { p.d.Open(Route{PageResident, p.c.ResidentID}) }})
	}
	return b
}

func (p *casePage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		c, events, err := d.hall.Cases.Case(ctx, d.speech().who, p.id)
		if err != nil {
			return d.failed(err)
		}
		grids, in, err := d.gridPlaces(ctx)
		if err != nil {
			return d.failed(err)
		}
		service := ""
		if c.ServiceID != "" {
			s, err := d.hall.Public.Service(ctx, c.ServiceID)
			if err != nil {
				return d.failed(err)
			}
			service = s.Name.In(d.speech().lang)
		}
		// Without a phone of its own the case is called back on the registered one.
		own := ""
		if c.Contact == "" && c.ResidentID != "" && app.May(d.speech().who.Role, app.ActFind) {
			r, _, err := d.hall.Registry.Resident(ctx, d.speech().who, c.ResidentID)
			if err != nil {
				return d.failed(err)
			}
			own = r.Phone
		}
		names := map[string]string{}
		if staff, err := d.hall.Staff.Staff(ctx); err == nil {
			for _, s := range staff {
				names[s.ID] = s.Name
			}
		}
		return func() {
			p.c, p.phone, p.ready = c, own, true
			p.draw(events, grids, in, names, service)
			d.relayout()
		}
	}
}

func (p *casePage) draw(events []app.CaseEvent, grids, in, names map[string]string, service string) {
	d, c := p.d, p.c
	title := newPara(c.Title, toneInk)
	title.size, title.bold = theme.DeskHeading, true
	head := row(theme.DeskPanel, []float32{0, -1}, words(groupReceipt(c.Receipt), theme.DeskTitle, true, tonePrimary),
		words(stateMark(c.State)+" "+d.t("desk.case.state."+string(c.State)), theme.DeskBody, true, stateTone(c.State)))
	objs := []fyne.CanvasObject{head, title}
	if c.Body != "" && c.Body != c.Title {
		objs = append(objs, newPara(c.Body, toneInk))
	}
	objs = append(objs, space(1, 2), hairline(), space(1, 2))
	add := func(label, value string) {
		if value != "" {
			objs = append(objs, fact(d.t(label), value, toneInk))
		}
	}
	add("desk.case.kind", d.t("desk.case.kind."+string(c.Kind)))
	add("desk.case.service", service)
	add("desk.case.who", c.Resident)
	phone, contact := p.phone, c.Contact
	if p.clear != "" && contact != "" {
		contact = p.clear
	} else if p.clear != "" {
		phone = p.clear
	}
	number := func(s string) string {
		if s = groupPhone(s); p.clear == "" && d.may(app.ActReveal) {
			return d.t("desk.case.contact.reveal", s)
		}
		return s
	}
	if phone != "" {
		add("desk.case.contact", d.t("desk.case.contact.own", number(phone)))
	}
	if contact != "" {
		add("desk.case.contact", number(contact))
	}
	place, grid := c.Place, grids[c.GridID]
	switch in := in[c.GridID]; {
	case in == "":
	case c.ResidentID == "" && place == "": // a report names its building
		place, grid = grid, in
	default: // where the resident lives, which need not be where it is
		grid = in + " · " + grid
	}
	add("desk.case.place", place)
	add("desk.case.grid", grid)
	add("desk.case.opened", d.when(c.OpenedAt))
	add("desk.case.handler", c.Handler)
	if c.State == app.CaseClosed {
		add("desk.case.closed", d.when(c.ClosedAt))
	}
	cards := []fyne.CanvasObject{card(objs...)}
	if c.Reply != "" {
		cards = append(cards, card(strong(d.t("desk.case.reply")), newPara(c.Reply, toneInk)))
	}
	steps := p.steps()
	var bs []fyne.CanvasObject
	for _, s := range steps {
		k := plain
		if s == natural[c.State] {
			k = primary
		}
		b := newButton(d, "case."+string(s), d.t("desk.case.step."+string(s)), stepKeys[s], k, func() { p.do(s) })
		bs = append(bs, b)
	}
	if len(bs) > 0 {
		cards = append(cards, card(strong(d.t("desk.case.next")), evenly(theme.DeskPanel, bs...)))
	} else {
		said := "desk.case.nostep"
		if d.hall.ReadOnly {
			said = "desk.halls.readonly.text"
		}
		cards = append(cards, card(quietPara(d.t(said))))
	}
	p.about.Objects = cards
	p.about.Refresh()

	story := []fyne.CanvasObject{strong(d.t("desk.case.story"))}
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		by := e.ByName
		if by == "" {
			by = d.t("desk.case.bykiosk")
		}
		t := toneInk
		said := d.t("desk.case.done." + string(e.Step))
		if e.Step == app.CaseStepAssign {
			said = d.t("desk.case.done.assign.to", names[e.ToStaff])
		}
		if e.Void {
			said, t = said+" "+d.t("desk.case.void"), toneQuiet
		}
		w := newPara(said, t)
		w.bold = true
		entry := column(0, quietPara(d.when(e.At)+" · "+by), w)
		if e.Note != "" {
			entry.Add(newPara(e.Note, t))
		}
		story = append(story, entry)
	}
	p.story.Objects = []fyne.CanvasObject{card(story...)}
	p.story.Refresh()
	d.shell.hints()
}

// reveal shows the phone in full, so that the resident can be called back; the
// look is noted in the log first.
func (p *casePage) reveal() {
	d := p.d
	who, c := d.who, p.c
	var phone string
	d.act(func(ctx context.Context) (err error) {
		if c.Contact != "" {
			phone, err = d.hall.Cases.Contact(ctx, who, c.ID)
		} else {
			phone, err = d.hall.Registry.Reveal(ctx, who, c.ResidentID, "phone")
		}
		return err
	}, func() {
		p.clear = phone
		d.reload()
		d.say(d.t("desk.reveal.done", d.t("desk.case.contact")))
	}, nil)
}

func stateMark(s app.CaseState) string {
	switch s {
	case app.CaseClosed:
		return "✓"
	case app.CaseOpen:
		return "●"
	default:
		return "○"
	}
}

// do asks what a step needs and does it.
func (p *casePage) do(s app.CaseStep) {
	d := p.d
	who, id := d.who, p.id
	send := func(to, note string, done func(), fail func(*app.Error)) {
		var c app.Case
		d.act(func(ctx context.Context) (err error) {
			c, err = d.hall.Cases.Do(ctx, who, id, s, to, note)
			return err
		}, func() {
			if done != nil {
				done()
			}
			d.say(d.t("desk.case.did."+string(s), groupReceipt(c.Receipt)))
			d.reload()
			d.queue.reload()
		}, fail)
	}
	title := d.t("desk.case.step." + string(s))
	switch s {
	case app.CaseStepAssign:
		f := newForm(d)
		f.addChooser("staff", d.t("desk.case.handler"), d.t("desk.case.handler.hint"), d.findStaff)
		f.addText("note", d.t("desk.case.note.assign"), 2)
		f.lay()
		d.ask(title, title, f, func(v map[string]string, fail func(*app.Error)) {
			if v["staff"] == "" {
				fail(app.Bad(app.CodeRequired, "staff"))
				return
			}
			send(v["staff"], v["note"], d.closeSheet, fail)
		})
	case app.CaseStepHandle, app.CaseStepReply, app.CaseStepReopen:
		f := newForm(d)
		f.addText("note", d.t("desk.case.note."+string(s)), 5)
		f.lay()
		d.ask(title, title, f, func(v map[string]string, fail func(*app.Error)) {
			if v["note"] == "" {
				fail(app.Bad(app.CodeRequired, "note"))
				return
			}
			send("", v["note"], d.closeSheet, fail)
		})
	case app.CaseStepClose:
		d.confirm(title, d.t("desk.case.close.text"), title, func() { send("", "", nil, nil) })
	default:
		send("", "", nil, nil)
	}
}
