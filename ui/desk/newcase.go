package desk

import (
	"context"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/ui/theme"
)

// receiptKey closes the sheet with the secret.
const receiptKey = "Ctrl+Return"

// caseDraft is what was typed of a new case.
type caseDraft struct {
	values  map[string]string
	choices map[string]choice
	visit   string // the visit that it comes from; "" is none
}

// openCasePage opens a case. The secret of its receipt is shown once.
type openCasePage struct {
	d      *Desk
	route  Route
	visit  string
	form   *form
	object fyne.CanvasObject
	info   *fyne.Container
	sideO  fyne.CanvasObject
	saved  bool
	knew   string
}

func newOpenCasePage(d *Desk, r Route) *openCasePage {
	p := &openCasePage{d: d, route: r, form: newForm(d), info: column(theme.DeskPanel)}
	var kinds []choice
	for _, k := range app.CaseKinds() {
		kinds = append(kinds, choice{id: string(k), text: d.t("desk.case.kind." + string(k))})
	}
	p.form.addOptions("kind", d.t("desk.case.kind"), kinds)
	p.form.addText("title", d.t("desk.newcase.title"), 1)
	p.form.addText("body", d.t("desk.newcase.body"), 3)
	p.form.addText("place", d.t("desk.case.place"), 1)
	p.form.addChooser("grid", d.t("desk.case.grid"), d.t("desk.choose.none"), d.findGrids)
	p.form.addChooser("resident", d.t("desk.case.who"), d.t("desk.visit.resident.hint"), d.findResidents).of.most = pickMost
	p.form.addLatin("contact", d.t("desk.case.contact"), 1)
	p.form.addChooser("service", d.t("desk.case.service"), d.t("desk.visit.service.hint"), d.findServices)
	p.form.lay(1, 1, 1, 2, 2, 1)
	p.form.need("kind", "title")
	p.form.onOther = d.sayError
	if old, ok := d.draft(r).(caseDraft); ok {
		p.visit = old.visit
		for _, ff := range p.form.fields {
			switch {
			case ff.text != nil:
				ff.text.set(old.values[ff.name])
			case ff.one != nil:
				ff.one.set(old.values[ff.name])
			default:
				ff.of.set(old.choices[ff.name])
			}
		}
	}
	p.form.onChange = p.knows
	save := newButton(d, "newcase.save", d.t("desk.newcase.save"), "Ctrl+S", primary, p.save)
	p.object = sheetOf(row(theme.DeskPanel, []float32{0, -1}, hint(d.t("desk.newcase.hint")), save), p.form.object)
	p.sideO = pane(p.info)
	p.info.Add(card(quietPara(d.t("desk.newcase.side"))))
	p.knows()
	return p
}

func (p *openCasePage) title() string             { return p.d.t("desk.newcase.page") }
func (p *openCasePage) middle() fyne.CanvasObject { return p.object }
func (p *openCasePage) side() fyne.CanvasObject   { return p.sideO }
func (p *openCasePage) first() fyne.Focusable     { return p.form.first() }
func (p *openCasePage) tables() []string          { return nil }
func (p *openCasePage) keys() []binding {
	return []binding{{"Ctrl+S", "desk.key.save", p.save}}
}

func (p *openCasePage) keep() any {
	v := p.form.values()
	if p.saved || p.visit+v["kind"]+v["title"]+v["body"]+v["place"]+v["contact"]+v["service"] == "" {
		return nil
	}
	cs := map[string]choice{}
	for _, ff := range p.form.fields {
		if ff.of != nil {
			cs[ff.name] = ff.of.picked
		}
	}
	return caseDraft{v, cs, p.visit}
}

// load names the resident whose page F7 was pressed on.
func (p *openCasePage) load() work {
	named := p.form.field("resident").value() != ""
	return func(ctx context.Context) func() {
		d := p.d
		if p.route.ID == "" || p.visit != "" || named {
			return nil
		}
		r, _, err := d.hall.Registry.Resident(ctx, d.speech().who, p.route.ID)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			p.form.field("resident").of.set(choice{id: r.ID, text: r.Name, note: r.Address, end: true})
			p.knows()
		}
	}
}

// knows shows the resident at the right.
func (p *openCasePage) knows() {
	d := p.d
	id := p.form.field("resident").value()
	if id == p.knew {
		return
	}
	p.knew = id
	contact := p.form.field("contact").text
	contact.SetPlaceHolder("")
	if id == "" {
		p.info.Objects = []fyne.CanvasObject{card(quietPara(d.t("desk.newcase.side")))}
		d.relayout()
		return
	}
	who := d.who
	d.background(func(ctx context.Context) func() {
		r, _, err := d.hall.Registry.Resident(ctx, who, id)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			if p.knew != id {
				return
			}
			own := d.t("desk.case.contact.none")
			if r.Phone != "" {
				own = d.t("desk.case.contact.own", groupPhone(r.Phone))
			}
			contact.SetPlaceHolder(own)
			p.info.Objects = []fyne.CanvasObject{d.personCard(r)}
			p.info.Refresh()
			d.relayout()
		}
	})
}

func (p *openCasePage) save() {
	d := p.d
	p.form.clear()
	v := p.form.values()
	for _, name := range []string{"kind", "title"} {
		if v[name] == "" {
			p.form.fail(app.Bad(app.CodeRequired, name))
			return
		}
	}
	nc := app.NewCase{
		Kind: app.CaseKind(v["kind"]), Title: v["title"], Body: v["body"], Place: v["place"],
		ResidentID: v["resident"], Contact: v["contact"], GridID: v["grid"], ServiceID: v["service"], VisitID: p.visit,
	}
	who := d.who
	var c app.Case
	d.act(func(ctx context.Context) (err error) {
		c, err = d.hall.Cases.Open(ctx, who, nc)
		return err
	}, func() {
		p.saved = true
		d.handOver(p.visit)
		d.leave()
		d.Open(Route{PageCase, c.ID})
		d.say(d.t("desk.saved"))
		d.showReceipt(c, func() { d.release(p.visit) })
	}, p.form.fail)
}

// showReceipt shows the number and the secret that the resident takes home, over
// the case's page. The secret is never seen again, so one Enter too many does
// nothing: the sheet closes by a key that is used for nothing else. Then done is
// called: whoever the receipt is for may leave.
func (d *Desk) showReceipt(c app.Case, done func()) {
	ok := newButton(d, "receipt.ok", d.t("desk.receipt.ok"), keyText(receiptKey), primary, d.closeSheet)
	ok.skip = true
	number := words(groupReceipt(c.Receipt), theme.DeskNumber, true, tonePrimary)
	secret := words(groupSecret(c.Secret), theme.DeskNumber, true, toneInk)
	s := newSheet(
		620, []binding{{receiptKey, "", d.closeSheet}, {"F2", "", func() { d.warn(d.t("desk.receipt.first")) }}}, d.t("desk.receipt.title"),
		quietPara(d.t("desk.receipt.number")), number, space(1, 4),
		quietPara(d.t("desk.receipt.secret")), secret, space(1, 4),
		newPara(d.t("desk.receipt.text"), toneInk), space(1, 4), row(0, []float32{0, -1}, space(1, 1), ok),
	)
	s.closed = done
	d.open(s, nil)
}

// groupSecret shows six digits as 123 456.
func groupSecret(s string) string {
	if len(s) == 6 {
		return s[:3] + " " + s[3:]
	}
	return s
}
