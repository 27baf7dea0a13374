package desk

import (
	"context"
	"maps"
	"strings"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/app/standard"
	"linli/ui/theme"
)

// residentDraft is what was typed on a resident's form, by column, and the form
// it was typed into.
type residentDraft struct {
	form  app.Form
	typed map[string]string
}

// residentPage is one resident: masked, editable as the role allows, with the
// history from the log. Only columns that the person changed are sent, together
// with the form that was shown.
type residentPage struct {
	d      *Desk
	route  Route
	form   *form
	object fyne.CanvasObject
	info   *fyne.Container
	sideO  fyne.CanvasObject
	head   *para

	shown  app.Form          // what was on the screen when the edit began
	base   map[string]string // the values shown, by column
	filled bool
	saved  bool
	draft  *residentDraft
}

// isNumber are a resident's columns that have no Chinese in them.
var isNumber = map[string]bool{"id_number": true, "birth": true, "phone": true}

func newResidentPage(d *Desk, r Route) *residentPage {
	p := &residentPage{d: d, route: r, form: newForm(d), info: column(theme.DeskPanel), base: map[string]string{}}
	if old, ok := d.draft(r).(residentDraft); ok {
		p.draft = &old
	}
	for _, c := range app.ResidentColumns() {
		switch {
		case c == "sex":
			p.form.addOptions(c, d.columnName(c), d.items(standard.Sex))
		case tableOf(c) != nil:
			p.form.addChooser(c, d.columnName(c), d.t("desk.choose.none"), fromList(d.items(tableOf(c)))).of.results = 8
		case c == "grid":
			p.form.addChooser(c, d.columnName(c), d.t("desk.choose.none"), d.findGrids)
		case isNumber[c]:
			p.form.addLatin(c, d.columnName(c), 1)
		default:
			p.form.addText(c, d.columnName(c), 1)
		}
	}
	// name, ID | sex | birth, people, phone | address, grid | the rest by threes
	p.form.lay(2, 1, 3, 2, 3, 3, 2, 3)
	p.form.onOther = d.sayError
	p.form.field("birth").text.SetPlaceHolder(d.t("desk.resident.birth.hint"))
	id := p.form.field("id_number").text
	typed := id.OnChanged
	id.OnChanged = func(s string) {
		typed(s)
		p.fromID(s)
	}
	p.head = newPara("", toneInk)
	p.head.size, p.head.bold = theme.DeskHeading, true
	foot := space(1, 0)
	if d.may(app.ActRegistry) {
		said := ""
		if r.ID != "" {
			said = d.t("desk.resident.hint")
		}
		save := newButton(d, "resident.save", d.t("desk.key.save"), "Ctrl+S", primary, p.save)
		foot = row(theme.DeskPanel, []float32{0, -1}, hint(said), save)
	}
	p.object = sheetOf(foot, p.form.object)
	p.sideO = pane(p.info)
	if r.ID == "" {
		p.info.Add(card(quietPara(d.t("desk.resident.new.side"))))
		p.fill(app.Resident{}, app.Form{}, nil)
	}
	return p
}

// items are a code table's rows as answers; forms ask for the short list.
func (d *Desk) items(t *standard.Table) []choice {
	var out []choice
	for _, it := range t.Items() {
		out = append(out, choice{id: it.Code, text: d.itemName(it), note: it.Code, also: it.Zh + " " + it.En})
	}
	if t == standard.Sex { // "unknown" comes first in the standard, not at a counter
		out = append(out[1:], out[0])
	}
	return out
}

func (p *residentPage) title() string {
	if p.route.ID == "" {
		return p.d.t("desk.resident.new")
	}
	return p.d.t("desk.resident.title")
}
func (p *residentPage) middle() fyne.CanvasObject { return p.object }
func (p *residentPage) side() fyne.CanvasObject   { return p.sideO }
func (p *residentPage) first() fyne.Focusable     { return p.form.first() }
func (p *residentPage) tables() []string          { return []string{"resident"} }

func (p *residentPage) keys() []binding {
	var b []binding
	if p.d.may(app.ActRegistry) {
		b = append(b, binding{"Ctrl+S", "desk.key.save", p.save})
	}
	if p.d.may(app.ActReveal) && p.route.ID != "" {
		b = append(b, binding{"Ctrl+E", "desk.key.reveal", p.reveal})
	}
	if p.d.may(app.ActServe) && p.route.ID != "" && p.filled {
		b = append(b, binding{"F8", "desk.residents.visit", func() {
			p.d.queue.registerFor(choice{id: p.route.ID, text: p.base["name"], note: p.base["address"], end: true})
		}})
	}
	return b
}

func (p *residentPage) keep() any {
	if c := p.changes(); !p.saved && p.filled && len(c) > 0 {
		return residentDraft{form: p.shown, typed: c}
	}
	return nil
}

func (p *residentPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		if p.route.ID == "" {
			return nil
		}
		r, f, err := d.hall.Registry.Resident(ctx, d.speech().who, p.route.ID)
		if err != nil {
			return d.failed(err)
		}
		history, err := d.hall.Registry.History(ctx, d.speech().who, p.route.ID)
		if err != nil {
			return d.failed(err)
		}
		grids, err := d.gridNames(ctx)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			// A form that someone types in is left alone: it remembers what it showed,
			// and the store compares.
			if !p.filled || len(p.changes()) == 0 {
				p.fill(r, f, grids)
			}
			p.showHistory(history, grids)
			d.relayout()
		}
	}
}

// fill puts a resident into the form. A masked value stands in its empty field:
// typing replaces it, leaving it alone changes nothing.
func (p *residentPage) fill(r app.Resident, f app.Form, grids map[string]string) {
	d := p.d
	p.shown, p.filled = f, true
	for _, c := range app.ResidentColumns() {
		v := *r.Column(c)
		ff := p.form.field(c)
		p.base[c] = v
		switch {
		case ff.one != nil:
			ff.one.set(v)
		case ff.of != nil:
			ff.masked = ""
			if strings.Contains(v, "*") {
				ff.masked = v
			}
			ff.of.set(choice{id: v, text: d.shown(c, v, grids)})
			if v == "" {
				ff.of.set(choice{})
			}
		case strings.Contains(v, "*"):
			ff.masked = v
			ff.text.SetPlaceHolder(d.shown(c, v, grids))
			ff.text.set("")
		default:
			ff.masked = ""
			ff.text.set(v)
		}
	}
	if p.draft != nil {
		p.shown = p.draft.form
		for c, v := range p.draft.typed {
			p.put(c, v, grids)
		}
		p.draft = nil
	}
}

// put writes a value into a field as if it had been typed.
func (p *residentPage) put(c, v string, grids map[string]string) {
	ff := p.form.field(c)
	switch {
	case ff.one != nil:
		ff.one.set(v)
	case ff.of != nil:
		ff.of.set(choice{id: v, text: p.d.shown(c, v, grids)})
	default:
		ff.text.set(v)
	}
}

// changes are the columns that the person changed, and nothing else.
func (p *residentPage) changes() map[string]string {
	out := map[string]string{}
	for c, v := range p.form.values() {
		if p.form.field(c).masked != "" && v == "" {
			continue
		}
		if v != p.base[c] {
			out[c] = v
		}
	}
	return out
}

// fromID fills birth and sex from a correct ID number, where they are empty.
func (p *residentPage) fromID(s string) {
	id, err := standard.ParseID(s)
	if err != nil {
		return
	}
	if b := p.form.field("birth").text; b.value() == "" {
		b.set(standard.FormatDate(id.BirthDate()))
	}
	if x := p.form.field("sex").one; x.value() == "" {
		x.set(id.Sex)
	}
}

// save sends what was changed, with the form that was shown.
func (p *residentPage) save() {
	d := p.d
	if !p.filled {
		return
	}
	p.form.clear()
	cols := p.changes()
	if len(cols) == 0 {
		d.say(d.t("desk.nochange"))
		return
	}
	f, who := p.shown, d.who
	if f.New() && cols["name"] == "" {
		p.form.fail(app.Bad(app.CodeRequired, "name"))
		return
	}
	sent := maps.Clone(cols)
	var id string
	d.act(func(ctx context.Context) (err error) {
		id, err = d.hall.Registry.Save(ctx, who, f, sent)
		return err
	}, func() {
		p.saved = true
		d.setDraft(p.route, nil)
		d.page = nil // not kept: it is saved
		d.show(Route{PageResident, id})
		d.say(d.t("desk.saved"))
	}, p.refused)
}

// refused places an error at its field. A known ID number offers the person who
// has it; what was typed stays either way.
func (p *residentPage) refused(e *app.Error) {
	d := p.d
	if e.Code != app.CodeDuplicate {
		p.form.fail(e)
		return
	}
	p.form.fail(&app.Error{Code: e.Code, Field: "id_number", Args: e.Args})
	if len(e.Args) > 0 && e.Args[0] != p.route.ID {
		other := e.Args[0]
		d.confirm(d.t("desk.duplicate.title"), d.t("desk.duplicate.text"), d.t("desk.duplicate.open"), func() {
			d.Open(Route{PageResident, other})
		})
	}
}

// showHistory lists the record's changes, newest first.
func (p *residentPage) showHistory(history []app.Change, grids map[string]string) {
	d := p.d
	objs := []fyne.CanvasObject{strong(d.t("desk.history"))}
	last := ""
	for i, c := range history {
		if i == 60 {
			break
		}
		by := c.By
		if by == app.ConsoleActor().ID {
			by = d.t("desk.console")
		}
		if head := d.when(c.At) + " · " + by; head != last {
			if last != "" {
				objs = append(objs, space(1, 2))
			}
			objs = append(objs, quietPara(head))
			last = head
		}
		if c.Column == "" {
			objs = append(objs, newPara(d.t("desk.history.changed"), toneInk))
			continue
		}
		v := d.shown(c.Column, c.Value, grids)
		if v == "" {
			v = d.t("desk.history.emptied")
		}
		objs = append(objs, newPara(d.t("desk.history.line", d.columnName(c.Column), v), toneInk))
	}
	if len(history) == 0 {
		objs = append(objs, quietPara(d.t("desk.history.none")))
	}
	p.info.Objects = []fyne.CanvasObject{card(objs...)}
	p.info.Refresh()
}

// reveal shows the value of the focused field in full; the look is noted in the
// log first.
func (p *residentPage) reveal() {
	d := p.d
	ff := p.form.focused()
	if ff == nil || ff.masked == "" {
		var answers []choice
		for _, x := range p.form.fields {
			if x.masked != "" {
				answers = append(answers, choice{id: x.name, text: d.columnName(x.name), note: d.shown(x.name, x.masked, nil)})
			}
		}
		if len(answers) == 0 {
			d.say(d.t("desk.reveal.nothing"))
			return
		}
		d.choose(d.t("desk.reveal.which"), answers, p.revealColumn)
		return
	}
	p.revealColumn(ff.name)
}

func (p *residentPage) revealColumn(column string) {
	d := p.d
	who, id := d.who, p.route.ID
	var value string
	d.act(func(ctx context.Context) (err error) {
		value, err = d.hall.Registry.Reveal(ctx, who, id, column)
		return err
	}, func() {
		ff := p.form.field(column)
		switch {
		case ff.of != nil && ff.of.value() == ff.masked:
			ff.masked = ""
			ff.of.set(choice{id: value, text: d.shown(column, value, nil)})
			p.base[column] = value
		case ff.text != nil && ff.text.value() == "":
			ff.masked = ""
			ff.text.set(value)
			p.base[column] = value
		}
		d.focus(ff.focusable())
		d.say(d.t("desk.reveal.done", d.columnName(column)))
		d.report()
	}, nil)
}
