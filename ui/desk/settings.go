package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// settingsPage is what a hall changes by itself in the middle of a day: its
// windows, its staff, and how its people speak.
type settingsPage struct {
	d       *Desk
	object  fyne.CanvasObject
	windows *list
	staff   *list
	accent  *list
	wins    map[string]app.Window
	speak   app.Accent
}

// accents are the sounds that people may not tell apart.
var accents = []struct {
	id, word, sounds string
	of               func(*app.Accent) *bool
}{
	{"flat", "desk.settings.accent.flat", "zh z  ch c  sh s", func(a *app.Accent) *bool { return &a.Flat }},
	{"nl", "desk.settings.accent.nl", "n l", func(a *app.Accent) *bool { return &a.NL }},
	{"nasal", "desk.settings.accent.nasal", "ang an  eng en  ing in", func(a *app.Accent) *bool { return &a.Nasal }},
}

func newSettingsPage(d *Desk) *settingsPage {
	p := &settingsPage{d: d, wins: map[string]app.Window{}}
	p.windows = newList(d, "settings.windows", listColumn{title: d.t("desk.settings.window"), width: 110}, listColumn{title: d.t("desk.settings.window.name")}, listColumn{title: d.t("desk.settings.state"), width: 90})
	p.windows.empty = d.t("desk.settings.windows.empty")
	p.windows.onPick = func(r line) { p.toggle(r.id) }
	p.staff = newList(d, "settings.staff", listColumn{title: d.t("field.name"), width: 140}, listColumn{title: d.t("desk.settings.role")}, listColumn{title: d.t("desk.settings.grid"), width: 140})
	p.staff.empty = d.t("desk.settings.staff.empty")
	p.staff.onPick = func(r line) { p.changePIN(r.id, r.cells[0].text) }
	p.accent = newList(d, "settings.accent", listColumn{title: d.t("desk.settings.accent.column")}, listColumn{width: 176}, listColumn{title: d.t("desk.settings.state"), width: 90})
	p.accent.onPick = func(r line) { p.toggleAccent(r.id) }
	part := func(title, hint string, l *list, foot fyne.CanvasObject) fyne.CanvasObject {
		return container.New(
			sandwich{theme.DeskGap},
			column(4, strong(d.t(title)), quietPara(d.t(hint))),
			container.NewStack(box(theme.Card, theme.Line, theme.Hairline), l), foot,
		)
	}
	accent := column(
		theme.DeskGap, space(1, 1), column(4, strong(d.t("desk.settings.accent")), quietPara(d.t("desk.settings.accent.hint"))),
		container.New(over{}, box(theme.Card, theme.Line, theme.Hairline), p.accent),
	)
	p.object = evenly(
		theme.DeskPanel,
		part("desk.settings.staff", "desk.settings.staff.hint", p.staff, space(1, 0)),
		part("desk.settings.windows", "desk.settings.windows.hint", p.windows, accent),
	)
	return p
}

func (p *settingsPage) title() string             { return p.d.t("desk.settings.title") }
func (p *settingsPage) middle() fyne.CanvasObject { return p.object }
func (p *settingsPage) side() fyne.CanvasObject   { return nil }
func (p *settingsPage) first() fyne.Focusable     { return p.staff }
func (p *settingsPage) tables() []string          { return []string{"window", "staff", "grid", "hall"} }

func (p *settingsPage) keys() []binding {
	return []binding{
		{"Ctrl+N", "desk.settings.add", p.add},
		{"Delete", "desk.settings.retire", p.retire},
	}
}

func (p *settingsPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		wins, err := d.hall.Public.Windows(ctx)
		if err != nil {
			return d.failed(err)
		}
		staff, err := d.hall.Staff.Staff(ctx)
		if err != nil {
			return d.failed(err)
		}
		grids, err := d.gridNames(ctx)
		if err != nil {
			return d.failed(err)
		}
		hall, err := d.hall.Public.Hall(ctx)
		if err != nil {
			return d.failed(err)
		}
		var arows []line
		for _, a := range accents {
			state := cell{text: d.t("desk.settings.accent.apart"), tone: toneQuiet}
			if *a.of(&hall.Settings.Accent) {
				state = cell{text: d.t("desk.settings.accent.alike"), tone: toneGood}
			}
			arows = append(arows, line{id: a.id, cells: []cell{{text: d.t(a.word), bold: true}, {text: a.sounds, tone: toneQuiet}, state}})
		}
		byID := make(map[string]app.Window, len(wins))
		var wrows, srows []line
		for _, w := range wins {
			byID[w.ID] = w
			state := cell{text: d.t("desk.settings.open"), tone: toneGood}
			if !w.Open {
				state = cell{text: d.t("desk.settings.closed"), tone: toneWait}
			}
			wrows = append(wrows, line{id: w.ID, cells: []cell{{text: d.t("desk.window", w.Number), bold: true}, {text: w.Name}, state}})
		}
		for _, s := range staff {
			if !s.Retired {
				srows = append(srows, line{id: s.ID, cells: []cell{{text: s.Name, bold: true}, {text: d.t("desk.role." + string(s.Role))}, {text: grids[s.GridID]}}})
			}
		}
		return func() {
			p.wins = byID
			d.windows = wins
			p.windows.setRows(wrows)
			p.staff.setRows(srows)
			p.speak = hall.Settings.Accent
			p.accent.setRows(arows)
		}
	}
}

// toggle opens or closes a window.
func (p *settingsPage) toggle(id string) {
	d := p.d
	w, ok := p.wins[id]
	if !ok {
		return
	}
	w.Open = !w.Open
	who := d.who
	d.act(func(ctx context.Context) error {
		_, err := d.hall.Settings.SaveWindow(ctx, who, w)
		return err
	}, func() {
		key := "desk.settings.now.closed"
		if w.Open {
			key = "desk.settings.now.open"
		}
		d.say(d.t(key, w.Number))
		d.reload()
	}, nil)
}

// toggleAccent takes two sounds for one when somebody types by sound, or tells
// them apart again.
func (p *settingsPage) toggleAccent(id string) {
	d := p.d
	want := p.speak
	key := "desk.settings.accent.now.apart"
	for _, a := range accents {
		if a.id == id {
			set := a.of(&want)
			if *set = !*set; *set {
				key = "desk.settings.accent.now.alike"
			}
		}
	}
	who := d.who
	d.act(func(ctx context.Context) error {
		hall, err := d.hall.Public.Hall(ctx)
		if err != nil {
			return err
		}
		hall.Settings.Accent = want
		return d.hall.Settings.SaveHall(ctx, who, hall)
	}, func() {
		d.say(d.t(key))
		d.reload()
	}, nil)
}

// add puts a person on the list.
func (p *settingsPage) add() {
	d := p.d
	var roles []choice
	for _, r := range app.Roles() {
		roles = append(roles, choice{id: string(r), text: d.t("desk.role." + string(r))})
	}
	f := newForm(d)
	f.addText("name", d.t("field.name"), 1)
	f.addOptions("role", d.t("desk.settings.role"), roles)
	f.addChooser("grid", d.t("desk.settings.grid.of"), d.t("desk.choose.none"), d.findGrids)
	f.addPIN("pin", d.t("desk.settings.pin"))
	f.lay()
	who := d.who
	d.ask(d.t("desk.settings.add"), d.t("desk.key.save"), f, func(v map[string]string, fail func(*app.Error)) {
		for _, name := range []string{"name", "role", "pin"} {
			if v[name] == "" {
				fail(app.Bad(app.CodeRequired, name))
				return
			}
		}
		d.act(
			func(ctx context.Context) error {
				_, err := d.hall.Staff.AddStaff(ctx, who, app.Staff{Name: v["name"], Role: app.Role(v["role"]), GridID: v["grid"]}, v["pin"])
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

// changePIN gives a person a new PIN, who has forgotten theirs.
func (p *settingsPage) changePIN(id, name string) {
	d := p.d
	f := newForm(d)
	f.addPIN("pin", d.t("desk.settings.pin"))
	f.lay()
	who := d.who
	d.ask(d.t("desk.settings.newpin", name), d.t("desk.key.save"), f, func(v map[string]string, fail func(*app.Error)) {
		d.act(
			func(ctx context.Context) error { return d.hall.Staff.ChangePIN(ctx, who, id, "", v["pin"]) },
			func() {
				d.closeSheet()
				d.say(d.t("desk.saved"))
			},
			func(e *app.Error) { fail(&app.Error{Code: e.Code, Field: "pin", Args: e.Args}) },
		)
	})
}

// retire takes the current person off the list.
func (p *settingsPage) retire() {
	d := p.d
	r, ok := p.staff.at()
	if !ok || r.id == d.who.ID {
		d.warn(d.t("desk.settings.notself"))
		return
	}
	who := d.who
	name := r.cells[0].text
	d.confirm(d.t("desk.settings.retire"), d.t("desk.settings.retire.text", name), d.t("desk.settings.retire"), func() {
		d.act(
			func(ctx context.Context) error { return d.hall.Staff.RetireStaff(ctx, who, r.id) },
			func() {
				d.say(d.t("desk.settings.retired", name))
				d.reload()
			}, nil,
		)
	})
}
