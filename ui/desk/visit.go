package desk

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/kiosk/flow"
	"linli/ui/theme"
)

// visitDraft is what has been typed of a visit; it outlives the page, a change
// of language and a locked desk.
type visitDraft struct {
	ResidentID string
	Resident   choice
	Service    choice
	Values     map[string]string
}

// visitPage registers a visit. For a known resident it is: a few letters,
// Enter, a few letters, Enter, a digit, Ctrl+S.
type visitPage struct {
	d      *Desk
	route  Route
	draft  visitDraft
	form   *form
	object fyne.CanvasObject
	info   *fyne.Container
	paneO  fyne.CanvasObject
	ticket *para
	ended  string // the outcome that the form last heard of
	button *button
	saved  bool
}

func newVisitPage(d *Desk, r Route) *visitPage {
	p := &visitPage{d: d, route: r, form: newForm(d), info: column(theme.DeskPanel), ticket: newPara("", tonePrimary)}
	if old, ok := d.draft(r).(visitDraft); ok {
		p.draft = old
	}
	p.ticket.size, p.ticket.bold = theme.DeskHeading, true
	p.ticket.set(d.t("desk.visit.noticket"), tonePrimary)

	who := p.form.addChooser("resident", d.t("desk.visit.resident"), d.t("desk.visit.resident.hint"), d.findResidents)
	who.of.most = pickMost
	what := p.form.addChooser("service", d.t("desk.visit.service"), d.t("desk.visit.service.hint"), d.findServices)
	end := p.form.addOptions("outcome", d.t("desk.visit.outcome"), d.outcomes())
	if d.may(app.ActCase) {
		p.form.addOptions("case", d.t("desk.visit.case"), []choice{
			{id: "yes", text: d.t("desk.visit.case.yes")}, {id: "no", text: d.t("desk.visit.case.no")},
		}).one.set("no")
	}
	via := p.form.addOptions("channel", d.t("desk.visit.channel"), d.channels())
	via.one.set(string(app.ChannelWindow))
	p.form.addText("purpose", d.t("desk.visit.purpose"), 1)
	p.form.addText("agent", d.t("desk.visit.agent"), 1)
	p.form.addText("note", d.t("desk.visit.note"), 2)
	if d.may(app.ActCase) {
		p.form.lay(1, 1, 1, 1, 1, 2, 1)
	} else {
		p.form.lay(1, 1, 1, 1, 2, 1)
	}
	p.form.need("outcome")
	p.form.onOther = func(e *app.Error) { d.sayError(e) }

	if p.draft.Resident.id != "" {
		who.of.set(p.draft.Resident)
	}
	if p.draft.Service.id != "" {
		what.of.set(p.draft.Service)
	}
	for _, name := range []string{"purpose", "agent", "note"} {
		p.form.field(name).text.set(p.draft.Values[name])
	}
	end.one.set(p.draft.Values["outcome"])
	if c := p.draft.Values["channel"]; c != "" {
		via.one.set(c)
	}
	p.ended = p.draft.Values["outcome"]
	if c := p.form.field("case"); c != nil && p.draft.Values["case"] != "" {
		c.one.set(p.draft.Values["case"])
	}
	p.form.onChange = p.changed

	p.button = newButton(d, "visit.save", d.t("desk.visit.save"), "Ctrl+S", primary, p.save)
	p.object = sheetOf(row(theme.DeskPanel, []float32{0, -1}, hint(d.t("desk.visit.hint")), p.button), p.ticket, p.form.object)
	p.whatFollows()
	p.paneO = pane(p.info)
	p.knows()
	return p
}

func (p *visitPage) title() string             { return p.d.t("desk.visit.title") }
func (p *visitPage) middle() fyne.CanvasObject { return p.object }
func (p *visitPage) side() fyne.CanvasObject   { return p.paneO }
func (p *visitPage) tables() []string          { return nil }

func (p *visitPage) first() fyne.Focusable {
	if p.draft.Resident.id != "" {
		return p.form.field("service").of
	}
	return p.form.first()
}

func (p *visitPage) keys() []binding {
	return []binding{{"Ctrl+S", "desk.key.save", p.save}}
}

// keep answers what was typed, nil when nothing was or all is saved.
func (p *visitPage) keep() any {
	v := p.form.values()
	typed := v["resident"] + v["service"] + v["outcome"] + v["purpose"] + v["agent"] + v["note"]
	if p.saved || typed == "" {
		return nil
	}
	return visitDraft{
		ResidentID: v["resident"], Resident: p.form.field("resident").of.picked,
		Service: p.form.field("service").of.picked, Values: v,
	}
}

func (p *visitPage) changed() {
	// What was only accepted goes on after the resident has left, so a case is
	// offered; the person may still say no.
	if c, end := p.form.field("case"), p.form.field("outcome").value(); c != nil && end != p.ended {
		p.ended = end
		c.one.set("no")
		if end == string(app.OutcomeAccepted) {
			c.one.set("yes")
		}
	}
	p.whatFollows()
	r, s := p.form.field("resident").of.picked, p.form.field("service").of.picked
	if r.id == p.draft.Resident.id && s.id == p.draft.Service.id {
		return
	}
	p.draft.Resident, p.draft.Service, p.draft.ResidentID = r, s, r.id
	p.knows()
}

// whatFollows says on the button that saves whether the form of a case comes next.
func (p *visitPage) whatFollows() {
	word := "desk.visit.save"
	if c := p.form.field("case"); c != nil && c.value() == "yes" {
		word = "desk.visit.save.case"
	}
	if text := p.d.t(word); p.button.word != text {
		p.button.set(text, false)
		p.d.relayout()
	}
}

func (p *visitPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		if p.route.ID == "" {
			return nil
		}
		t, err := d.hall.Queue.Ticket(ctx, p.route.ID)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			p.ticket.set(d.t("desk.visit.ticket", t.Number, t.Business), tonePrimary)
			d.relayout()
		}
	}
}

// knows puts what the system knows of the resident and the service at the right.
func (p *visitPage) knows() {
	d := p.d
	res, svc := p.draft.Resident.id, p.draft.Service.id
	if res == "" && svc == "" {
		p.info.Objects = []fyne.CanvasObject{card(quietPara(d.t("desk.visit.side")))}
		d.relayout()
		return
	}
	who := d.who
	d.background(func(ctx context.Context) func() {
		var cards []fyne.CanvasObject
		if res != "" {
			person, _, err := d.hall.Registry.Resident(ctx, who, res)
			if err != nil {
				return d.failed(err)
			}
			visits, err := d.hall.Visits.Visits(ctx, who, app.VisitFilter{ResidentID: res, Limit: 6})
			if err != nil {
				return d.failed(err)
			}
			cards = append(cards, d.personCard(person), d.visitsCard(visits))
		}
		if svc != "" {
			s, err := d.hall.Public.Service(ctx, svc)
			if err != nil {
				return d.failed(err)
			}
			cards = append(cards, d.serviceCard(s))
		}
		return func() {
			if p.draft.Resident.id != res || p.draft.Service.id != svc {
				return
			}
			p.info.Objects = cards
			p.info.Refresh()
			d.relayout()
			d.report()
		}
	})
}

// personCard is a resident in a few lines, masked.
func (d *Desk) personCard(r app.Resident) fyne.CanvasObject {
	objs := []fyne.CanvasObject{words(r.Name, theme.DeskHeading, true, toneInk)}
	for _, c := range []string{"sex", "birth", "id_number", "phone", "address"} {
		if v := *r.Column(c); v != "" {
			objs = append(objs, fact(d.columnName(c), d.shown(c, v, nil), toneInk))
		}
	}
	return card(objs...)
}

// visitsCard is a resident's last visits.
func (d *Desk) visitsCard(visits []app.Visit) fyne.CanvasObject {
	objs := []fyne.CanvasObject{strong(d.t("desk.visit.before"))}
	for _, v := range visits {
		what := v.Service
		if what == "" {
			what = v.Purpose
		}
		t := toneInk
		if v.Voided {
			t = toneQuiet
		}
		objs = append(objs, column(0, quietPara(d.when(v.At)+" · "+d.t("desk.outcome."+string(v.Outcome))), newPara(what, t)))
	}
	if len(visits) == 0 {
		objs = append(objs, quietPara(d.t("desk.visit.before.none")))
	}
	return card(objs...)
}

// serviceCard is what a resident must bring and how long it takes.
func (d *Desk) serviceCard(s app.Service) fyne.CanvasObject {
	title := newPara(s.Name.In(d.speech().lang), toneInk)
	title.bold = true
	objs := []fyne.CanvasObject{title, fact(d.t("desk.service.days"), flow.Days(s.PromisedDays).In(d.speech().lang), toneInk)}
	objs = append(objs, space(1, 2), quietPara(d.t("desk.service.materials")))
	for i, m := range s.Materials {
		n := strconv.Itoa(i+1) + ". " + m.Name.In(d.speech().lang)
		if !m.Required {
			n += d.t("desk.service.optional")
		}
		objs = append(objs, newPara(n, toneInk))
	}
	if len(s.Materials) == 0 {
		objs = append(objs, newPara(d.t("desk.service.nothing"), toneInk))
	}
	return card(objs...)
}

// save registers the visit and completes its number, in one action.
func (p *visitPage) save() {
	d := p.d
	p.form.clear()
	v := p.form.values()
	if v["outcome"] == "" {
		p.form.fail(app.Bad(app.CodeRequired, "outcome"))
		return
	}
	if v["service"] == "" && v["purpose"] == "" {
		p.form.fail(app.Bad(app.CodeRequired, "service"))
		return
	}
	nv := app.NewVisit{
		ResidentID: v["resident"], Agent: v["agent"], Channel: app.Channel(v["channel"]), Purpose: v["purpose"],
		ServiceID: v["service"], TicketID: p.route.ID, Outcome: app.Outcome(v["outcome"]), Note: v["note"],
	}
	who := d.who
	var got app.Visit
	d.act(func(ctx context.Context) (err error) {
		got, err = d.hall.Visits.Register(ctx, who, nv)
		return err
	}, func() {
		p.saved = true
		d.leave()
		d.queue.reload()
		if v["case"] == "yes" {
			d.serve(got)
			d.openCaseOf(got, nv, p.draft)
		}
		said := []string{d.t("desk.saved")}
		for _, s := range []string{got.Number, got.Resident, got.Service} {
			if s != "" {
				said = append(said, s)
			}
		}
		d.say(strings.Join(said, " · "))
	}, p.form.fail)
}

// openCaseOf goes to the form of a new case with what the visit already said.
func (d *Desk) openCaseOf(got app.Visit, nv app.NewVisit, draft visitDraft) {
	title := draft.Service.text
	if nv.Purpose != "" {
		title = nv.Purpose
	}
	kind := app.CaseKind("")
	if nv.ServiceID != "" {
		kind = app.CaseService
	}
	r := Route{PageNewCase, got.ID}
	d.setDraft(r, caseDraft{
		values:  map[string]string{"kind": string(kind), "title": title, "body": nv.Note},
		choices: map[string]choice{"resident": draft.Resident, "service": draft.Service},
		visit:   got.ID,
	})
	d.Open(r)
}

func (d *Desk) channels() []choice {
	var out []choice
	for _, c := range app.Channels() {
		out = append(out, choice{id: string(c), text: d.t("desk.channel." + string(c))})
	}
	return out
}

// findResidents is the search of every field that names a resident.
func (d *Desk) findResidents(ctx context.Context, query string) ([]choice, error) {
	if strings.TrimSpace(query) == "" {
		return nil, nil
	}
	found, err := d.hall.Registry.Find(ctx, d.speech().who, query, "", pickMost)
	if err != nil {
		return nil, err
	}
	out := make([]choice, 0, len(found))
	for _, f := range found {
		out = append(out, choice{id: f.ID, text: d.foundName(f), note: f.Address, end: true})
	}
	return out, nil
}

// foundName is a name with what tells it from namesakes at a glance.
func (d *Desk) foundName(f app.Found) string {
	parts := []string{f.Name}
	if f.Age > 0 {
		parts = append(parts, d.t("desk.age", f.Age))
	}
	if f.IDTail != "" {
		parts = append(parts, "…"+f.IDTail)
	}
	return strings.Join(parts, "  ")
}

// findServices filters the catalogue by a part of a name.
func (d *Desk) findServices(ctx context.Context, query string) ([]choice, error) {
	all, err := d.hall.Public.Services(ctx, "")
	if err != nil {
		return nil, err
	}
	out := make([]choice, 0, len(all))
	for _, s := range all {
		if !s.Retired {
			out = append(out, choice{id: s.ID, text: s.Name.In(d.speech().lang), note: s.Department.In(d.speech().lang), also: s.Name.ZH + " " + s.Name.EN + " " + s.Code})
		}
	}
	return fromList(out)(ctx, query)
}
