package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// pinPage stands before a supervisor's desk. It asks for the machine's own PIN, or, on a
// machine that has none yet, to choose one. Whoever signs in is nobody on the staff of a
// hall: the halls gave rights to the machine.
type pinPage struct {
	d      *Desk
	object *fyne.Container
	form   *form
	fresh  bool // no PIN yet
}

func newPINPage(d *Desk) *pinPage {
	p := &pinPage{d: d}
	p.object = container.NewStack()
	p.lay(false)
	return p
}

// lay puts the fields on the page: one for a PIN, two to choose one.
func (p *pinPage) lay(fresh bool) {
	d := p.d
	p.fresh = fresh
	p.form = newForm(d)
	name := newPara(d.t("desk.halls.title"), tonePrimary)
	name.size, name.bold = theme.DeskTitle, true
	said, word := "desk.halls.signin", "desk.signin.ok"
	p.form.addPIN("pin", d.t("desk.signin.pin"))
	if fresh {
		said, word = "desk.halls.choose", "desk.halls.choose.ok"
		p.form.addPIN("again", d.t("desk.halls.again"))
	}
	p.form.onEnd = p.enter
	p.form.lay()
	ok := newButton(d, "signin.ok", d.t(word), "Enter", primary, p.enter)
	lang := newButton(d, "signin.lang", d.t("desk.key.lang"), "Ctrl+L", ghost, d.switchLang)
	panel := card(name, newPara(d.t(said), toneQuiet), space(1, 8), p.form.object, space(1, 8), ok)
	p.object.Objects = []fyne.CanvasObject{d.ground(container.New(signInLayout{signInWidth}, panel, lang))}
	p.object.Refresh()
}

func (p *pinPage) root() fyne.CanvasObject { return p.object }
func (p *pinPage) fields() *form           { return p.form }
func (p *pinPage) first() fyne.Focusable   { return p.form.first() }
func (p *pinPage) showCalls(int)           {} // there is nobody here who could go there

// values are nothing: a PIN is not carried from page to page.
func (p *pinPage) values() map[string]string { return nil }
func (p *pinPage) restore(map[string]string) {}

func (p *pinPage) keys() []binding {
	return []binding{{"Ctrl+L", "", p.d.switchLang}, {"Escape", "", p.d.closeSheet}}
}

func (p *pinPage) load() {
	d := p.d
	d.background(func(ctx context.Context) func() {
		has, err := d.halls.Overview.HasPIN(ctx)
		return func() {
			switch {
			case d.signIn != p || d.who.ID != "":
			case err != nil:
				p.form.fail(app.AsError(err))
			case !has:
				p.lay(true)
				d.focus(p.first())
				d.report()
			}
		}
	})
}

func (p *pinPage) enter() {
	d := p.d
	v := p.form.values()
	p.form.clear()
	switch {
	case v["pin"] == "":
		p.form.fail(app.Bad(app.CodeRequired, "pin"))
		return
	case p.fresh && v["again"] == "":
		p.form.fail(app.Bad(app.CodeRequired, "again"))
		return
	case p.fresh && v["again"] != v["pin"]:
		p.form.field("again").text.set("")
		p.form.fail(app.Bad(app.CodeNotSame, "again"))
		return
	}
	fresh := p.fresh
	var who app.Actor
	d.act(func(ctx context.Context) (err error) {
		if fresh {
			if err := d.halls.Overview.ChoosePIN(ctx, v["pin"]); err != nil {
				return err
			}
		}
		who, err = d.halls.Overview.SignIn(ctx, v["pin"])
		return err
	}, func() {
		d.who = who
		d.touch()
		d.toOverview()
	}, func(e *app.Error) {
		if e.Code == app.CodeInvalid && fresh {
			e = app.Bad(app.CodePIN, "pin")
		}
		for _, f := range p.form.fields {
			f.text.set("")
		}
		p.form.fail(&app.Error{Code: e.Code, Field: "pin", Args: e.Args})
	})
}
