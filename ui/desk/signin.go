package desk

import (
	"context"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// door is what stands before the desk while nobody is signed in.
type door interface {
	root() fyne.CanvasObject
	fields() *form
	// load fetches what it shows.
	load()
	first() fyne.Focusable
	keys() []binding
	// showCalls says that residents are calling for staff.
	showCalls(n int)
	// values are what was typed, restore puts it back after the language was switched.
	values() map[string]string
	restore(v map[string]string)
}

// signInPage asks who works here: a name from the list or typed, the PIN, and
// the window.
type signInPage struct {
	d      *Desk
	object fyne.CanvasObject
	form   *form
	hall   *para
	calls  *para // a resident is calling for staff, and nobody is signed in
	wins   []app.Window
	info   app.HallInfo
}

func newSignInPage(d *Desk, name string) *signInPage {
	p := &signInPage{d: d, form: newForm(d), hall: newPara("", tonePrimary)}
	p.hall.size, p.hall.bold = theme.DeskTitle, true
	p.calls = newPara("", toneLate)
	p.calls.size, p.calls.bold = theme.DeskTitle, true
	p.calls.Hide()
	who := p.form.addChooser("name", d.t("desk.signin.name"), d.t("desk.signin.name.hint"), p.names)
	who.of.results = 6
	who.of.free = false
	if name != "" {
		who.of.set(choice{id: name, text: name})
	}
	pin := p.form.addPIN("pin", d.t("desk.signin.pin"))
	p.form.addChooser("window", d.t("desk.signin.window"), d.t("desk.signin.window.hint"), p.windowsFor).of.results = 6
	// Enter in the PIN signs in when a window is known already.
	pin.text.onEnter = func() {
		if p.form.field("window").value() != "" || len(p.wins) == 0 {
			p.enter()
			return
		}
		p.form.next(pin)
	}
	p.form.onEnd = p.enter
	p.form.lay()
	ok := newButton(d, "signin.ok", d.t("desk.signin.ok"), "Enter", primary, p.enter)
	lang := newButton(d, "signin.lang", d.t("desk.key.lang"), "Ctrl+L", ghost, d.switchLang)
	panel := card(p.calls, p.hall, newPara(d.t("desk.signin.title"), toneQuiet), space(1, 8), p.form.object, space(1, 8), ok)
	p.object = d.ground(container.New(signInLayout{signInWidth}, panel, lang))
	return p
}

// signInWidth is that of the panel.
const signInWidth = 440

type signInLayout struct{ width float32 }

func (l signInLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	width := l.width
	h := heightFor(o[0], width)
	o[0].Resize(fyne.NewSize(width, h))
	o[0].Move(fyne.NewPos((size.Width-width)/2, max(theme.DeskPanel, (size.Height-h)*2/5)))
	m := o[1].MinSize()
	o[1].Resize(m)
	o[1].Move(fyne.NewPos(size.Width-m.Width-theme.DeskPanel, size.Height-m.Height-theme.DeskPanel))
}

func (signInLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 400) }

// names are the people who can sign in.
func (p *signInPage) names(ctx context.Context, query string) ([]choice, error) {
	staff, err := p.d.hall.Staff.Staff(ctx)
	if err != nil {
		return nil, err
	}
	var all []choice
	for _, s := range staff {
		if !s.Retired {
			all = append(all, choice{id: s.Name, text: s.Name, note: p.d.t("desk.role." + string(s.Role))})
		}
	}
	return fromList(all)(ctx, query)
}

func (p *signInPage) windowsFor(ctx context.Context, query string) ([]choice, error) {
	wins, err := p.d.hall.Public.Windows(ctx)
	if err != nil {
		return nil, err
	}
	sort.Slice(wins, func(i, j int) bool { return wins[i].Number < wins[j].Number })
	var all []choice
	for _, w := range wins {
		all = append(all, choice{id: w.ID, text: p.d.t("desk.window", w.Number), note: w.Name})
	}
	return fromList(all)(ctx, query)
}

// load fetches the hall's name and its windows.
func (p *signInPage) load() {
	d := p.d
	d.background(func(ctx context.Context) func() {
		info, err := d.hall.Public.Hall(ctx)
		if err != nil {
			e := app.AsError(err)
			return func() { p.form.fail(e) }
		}
		wins, err := d.hall.Public.Windows(ctx)
		if err != nil {
			e := app.AsError(err)
			return func() { p.form.fail(e) }
		}
		return func() {
			if d.signIn != p {
				return
			}
			p.info, p.wins = info, wins
			p.hall.set(info.Name, tonePrimary)
			// The window of the last person at this desk is likely this one too.
			for _, w := range wins {
				if w.ID == d.seat {
					p.form.field("window").of.set(choice{id: w.ID, text: d.t("desk.window", w.Number), note: w.Name})
				}
			}
			p.object.Refresh()
			deepLayout(p.object)
			d.report()
		}
	})
}

// showCalls says on the locked desk that residents are calling for staff.
func (p *signInPage) showCalls(n int) {
	words := ""
	if n > 0 {
		words = p.d.t("desk.help.ring")
	}
	p.calls.set(words, toneLate)
	p.calls.Hidden = n == 0
	p.object.Refresh()
	deepLayout(p.object)
	p.d.report()
}

func (p *signInPage) first() fyne.Focusable {
	if p.form.field("name").value() != "" {
		return p.form.field("pin").text
	}
	return p.form.field("name").of
}

func (p *signInPage) root() fyne.CanvasObject { return p.object }
func (p *signInPage) fields() *form           { return p.form }

func (p *signInPage) values() map[string]string { return p.form.values() }

// restore puts the name back after the language was switched.
func (p *signInPage) restore(v map[string]string) {
	if n := v["name"]; n != "" {
		p.form.field("name").of.set(choice{id: n, text: n})
	}
}

func (p *signInPage) keys() []binding {
	return []binding{
		{"Ctrl+L", "", p.d.switchLang},
		{"Escape", "", p.d.closeSheet},
	}
}

// enter signs in. The tries that are left, or the minutes to wait, stand at the
// PIN.
func (p *signInPage) enter() {
	d := p.d
	v := p.form.values()
	for _, name := range []string{"name", "pin"} {
		if v[name] == "" {
			p.form.fail(app.Bad(app.CodeRequired, name))
			return
		}
	}
	var who app.Actor
	info, wins := p.info, p.wins
	d.act(func(ctx context.Context) (err error) {
		if who, err = d.hall.Staff.SignIn(ctx, v["name"], v["pin"], v["window"]); err != nil {
			return err
		}
		info, err = d.hall.Public.Hall(ctx)
		return err
	}, func() {
		d.seat = v["window"]
		d.unlock(who, info, wins)
	}, func(e *app.Error) {
		if e.Code == app.CodeWrongPIN || e.Code == app.CodeLocked {
			e = &app.Error{Code: e.Code, Field: "pin", Args: e.Args}
			p.form.field("pin").text.set("")
		}
		if e.Code == app.CodeNotFound {
			e = &app.Error{Code: e.Code, Field: "name"}
		}
		p.form.fail(e)
	})
}
