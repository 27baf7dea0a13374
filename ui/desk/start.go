package desk

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// startPage is what a window shows over an empty data folder: join a hall that is there
// already, or make a new one. It stands where the sign-in page stands later.
type startPage struct {
	d      *Desk
	object *fyne.Container
	form   *form
	state  startState
	typed  map[startState]map[string]string // what was typed, over a change of the language
	near   []string                         // addresses that were found on the network
	nearby *para
	doing  *para // how far it is
	looks  bool  // the network is being looked at
}

// startState is what the page asks at present.
type startState int

const (
	startChoose startState = iota
	startJoin
	startFound
)

// Where the code was given out.
const (
	joinDesk   = "desk"
	joinCentre = "centre"
)

const startWidth = 520

func newStartPage(d *Desk) *startPage {
	p := &startPage{d: d, object: container.NewStack(), form: newForm(d), typed: map[startState]map[string]string{}, nearby: quietPara("")}
	p.lay(startChoose)
	return p
}

func (p *startPage) root() fyne.CanvasObject { return p.object }
func (p *startPage) fields() *form           { return p.form }
func (p *startPage) load()                   {}
func (p *startPage) showCalls(int)           {}

// first is nothing while there is only to choose: digits are keys then.
func (p *startPage) first() fyne.Focusable {
	if p.state == startChoose {
		return nil
	}
	return p.form.first()
}

func (p *startPage) keys() []binding {
	if p.d.busy {
		return nil
	}
	lang := binding{"Ctrl+L", "", p.d.switchLang}
	switch p.state {
	case startJoin:
		return []binding{lang, {"Escape", "", p.back}, {"Ctrl+S", "", p.join}}
	case startFound:
		return []binding{lang, {"Escape", "", p.back}, {"Ctrl+S", "", p.found}}
	}
	return []binding{lang, {"1", "", func() { p.open(startJoin) }}, {"2", "", func() { p.open(startFound) }}}
}

// values and restore carry over a change of the language where the page was, and what was typed but for
// a PIN.
func (p *startPage) values() map[string]string {
	v := p.form.values()
	delete(v, "pin")
	delete(v, "again")
	v["state"] = string(rune('0' + p.state))
	return v
}

func (p *startPage) restore(v map[string]string) {
	if len(v["state"]) != 1 {
		return
	}
	state := startState(v["state"][0] - '0')
	delete(v, "state")
	p.typed[state] = v
	p.open(state)
}

// open asks something else.
func (p *startPage) open(s startState) {
	if p.d.busy {
		return
	}
	p.lay(s)
	if f := p.first(); f != nil {
		p.d.focus(f)
	} else {
		p.d.win.Canvas().Unfocus()
	}
	if s == startJoin {
		p.look()
	}
	p.d.report()
}

// back returns to the choice, and remembers what was typed.
func (p *startPage) back() {
	if p.d.busy {
		return
	}
	v := p.values()
	delete(v, "state")
	p.typed[p.state] = v
	p.open(startChoose)
}

// lay puts the page of a state into the window.
func (p *startPage) lay(s startState) {
	d := p.d
	p.state, p.form, p.doing = s, newForm(d), newPara("", tonePrimary)
	p.doing.bold = true
	p.doing.Hide()
	head := func(key string) *para {
		h := newPara(d.t(key), tonePrimary)
		h.size, h.bold = theme.DeskTitle, true
		return h
	}
	lang := newButton(d, "signin.lang", d.t("desk.key.lang"), "Ctrl+L", ghost, func() {
		if !d.busy {
			d.switchLang()
		}
	})
	var panel *fyne.Container
	switch s {
	case startJoin:
		panel = p.joinPanel(head("desk.start.join"))
	case startFound:
		panel = p.foundPanel(head("desk.start.found"))
	default:
		join := newButton(d, "start.join", d.t("desk.start.join"), "1", primary, func() { p.open(startJoin) })
		found := newButton(d, "start.found", d.t("desk.start.found"), "2", plain, func() { p.open(startFound) })
		panel = card(
			head("desk.start.title"), newPara(d.t("desk.start.text"), toneInk), space(1, 8),
			join, quietPara(d.t("desk.start.join.about")), space(1, 8),
			found, quietPara(d.t("desk.start.found.about")),
		)
	}
	for name, value := range p.typed[s] {
		switch ff := p.form.field(name); {
		case ff == nil:
		case ff.text != nil:
			ff.text.set(value)
		case ff.one != nil:
			ff.one.set(value)
		}
	}
	p.object.Objects = []fyne.CanvasObject{d.ground(container.New(signInLayout{startWidth}, panel, lang))}
	p.object.Refresh()
}

// foot is the buttons below a form.
func (p *startPage) foot(word string, do func()) fyne.CanvasObject {
	d := p.d
	p.form.onEnd = do
	no := newButton(d, "start.back", d.t("desk.key.back"), "Esc", plain, p.back)
	ok := newButton(d, "start.ok", d.t(word), "Ctrl+S", primary, do)
	return column(theme.DeskGap, p.doing, row(theme.DeskPanel, []float32{0, -1, -1}, space(1, 1), no, ok))
}

func (p *startPage) joinPanel(head *para) *fyne.Container {
	d := p.d
	p.form.addOptions("where", d.t("desk.start.where"), []choice{
		{id: joinDesk, text: d.t("desk.start.where.desk")}, {id: joinCentre, text: d.t("desk.start.where.centre")},
	}).one.set(joinDesk)
	at := p.form.addLatin("address", d.t("desk.start.address"), 1)
	at.text.onKey = func(name string) bool { return name == string(fyne.KeyDown) && p.nextNear() }
	at.object.Add(p.nearby)
	p.form.addLatin("code", d.t("desk.start.code"), 1)
	p.form.addText("name", d.t("desk.device.name.ask"), 1).text.set(d.start.Machine)
	p.form.lay()
	p.sayNear()
	return card(head, quietPara(d.t("desk.start.join.text")), space(1, 4), p.form.object, space(1, 8), p.foot("desk.start.join.ok", p.join))
}

func (p *startPage) foundPanel(head *para) *fyne.Container {
	d := p.d
	p.form.addText("hall", d.t("desk.start.hall"), 1)
	p.form.addLatin("division", d.t("desk.start.division"), 1).text.max = 12
	p.form.addText("admin", d.t("desk.start.admin"), 1)
	p.form.addPIN("pin", d.t("desk.start.pin"))
	p.form.addPIN("again", d.t("desk.halls.again"))
	p.form.lay(1, 1, 1, 2)
	return card(head, quietPara(d.t("desk.start.found.text")), space(1, 4), p.form.object, space(1, 8), p.foot("desk.start.found.ok", p.found))
}

// look begins to look for machines on the network, once.
func (p *startPage) look() {
	d := p.d
	if p.looks {
		return
	}
	p.looks = true
	d.background(func(ctx context.Context) func() {
		d.start.Port.Near(ctx, func(address string) {
			d.bg.later(0, func() { p.seen(address) })
		})
		return nil
	})
}

// nearMost is how many machines are offered: a hall has a few that admit others, and anybody on the
// network can say anything.
const nearMost = 8

// seen takes note of a machine; the first is filled in for whoever has not typed yet.
func (p *startPage) seen(address string) {
	if slices.Contains(p.near, address) || len(p.near) == nearMost {
		return
	}
	p.near = append(p.near, address)
	if p.state != startJoin {
		return
	}
	if at := p.form.field("address"); len(p.near) == 1 && at.value() == "" && p.form.field("where").value() == joinDesk {
		at.text.set(address)
	}
	p.sayNear()
	p.form.relayout()
	p.d.report()
}

// nextNear puts the next machine that was found into the field.
func (p *startPage) nextNear() bool {
	at := p.form.field("address")
	if len(p.near) == 0 {
		return false
	}
	at.text.set(p.near[(slices.Index(p.near, at.value())+1)%len(p.near)])
	return true
}

func (p *startPage) sayNear() {
	switch n := len(p.near); {
	case n == 0:
		p.nearby.set(p.d.t("desk.start.near.none"), toneQuiet)
	case n == 1 && p.form.field("address").value() == p.near[0]:
		p.nearby.set(p.d.t("desk.start.near.filled"), toneQuiet)
	case n == 1:
		p.nearby.set(p.d.t("desk.start.near.one"), toneQuiet)
	default:
		p.nearby.set(p.d.t("desk.start.near", n), toneQuiet)
	}
}

// progress says how far it is, or nothing.
func (p *startPage) progress(text string) {
	p.doing.set(text, tonePrimary)
	p.doing.Hidden = text == ""
	p.form.relayout()
	p.d.report()
}

// need fails on the first field that is empty.
func (p *startPage) need(names ...string) bool {
	p.form.clear()
	for _, name := range names {
		if p.form.field(name).value() == "" {
			p.form.fail(app.Bad(app.CodeRequired, name))
			return false
		}
	}
	return true
}

// join asks the hall to take this machine in.
func (p *startPage) join() {
	d := p.d
	if d.busy || !p.need("address", "code") {
		return
	}
	v := p.form.values()
	var in app.Joined
	told := func(stage app.JoinStage, entries int64) {
		d.bg.later(0, func() {
			if !d.busy {
				return // it is over
			}
			p.progress(d.t("desk.start.stage."+string(stage), groupNumber(entries)))
		})
	}
	p.progress(d.t("desk.start.stage." + string(app.JoinAsking)))
	d.act(func(ctx context.Context) (err error) {
		in, err = d.start.Port.Join(ctx, app.Joining{Address: v["address"], Centre: v["where"] == joinCentre, Code: v["code"], Name: v["name"]}, told)
		return err
	}, func() { p.done(in) }, func(e *app.Error) {
		switch e.Code {
		case app.CodeAdmission:
			e = &app.Error{Code: app.CodeAdmission, Field: "code"}
		case app.CodeUnreachable:
			e = &app.Error{Code: app.CodeJoinSilent, Field: "address", Args: e.Args}
		}
		p.fail(e)
	})
}

// found makes a new hall.
func (p *startPage) found() {
	d := p.d
	if d.busy || !p.need("hall", "division", "admin", "pin", "again") {
		return
	}
	v := p.form.values()
	if v["pin"] != v["again"] {
		p.form.field("again").text.set("")
		p.form.fail(app.Bad(app.CodeNotSame, "again"))
		return
	}
	p.progress(d.t("desk.start.making"))
	d.act(func(ctx context.Context) error {
		return d.start.Port.Found(ctx, app.NewHall{Name: v["hall"], Division: v["division"], Admin: v["admin"], PIN: v["pin"]})
	}, func() { p.done(app.Joined{Hall: v["hall"], Role: "desk"}) }, func(e *app.Error) {
		switch {
		case e.Field == "pin" && e.Code == app.CodeInvalid:
			e = app.Bad(app.CodePIN, "pin")
		case e.Field == "division":
			e = app.Bad("division_length", "division")
		}
		p.fail(e)
	})
}

// fail puts an error at its field; what was typed stays.
func (p *startPage) fail(e *app.Error) {
	p.progress("")
	p.form.fail(e)
}

// done hands the folder over: it holds a hall now, and the windows that were asked for open.
func (p *startPage) done(in app.Joined) {
	d := p.d
	d.busy = true // nothing more is asked here
	p.progress(d.t("desk.start.opening", in.Hall))
	d.start.Done(in, func(e *app.Error) {
		d.busy = false
		p.fail(e)
	})
}
