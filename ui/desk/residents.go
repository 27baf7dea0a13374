package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// residentsPage finds a resident by whatever is known of them.
type residentsPage struct {
	d      *Desk
	object fyne.CanvasObject
	query  *field
	grid   *chooser
	list   *list
	count  *para
	info   *fyne.Container
	sideO  fyne.CanvasObject
	asked  int
	stop   func()
	showed string
	found  map[string]choice // what stands in the list, as the forms name it
}

// foundMost is how many lines a search answers.
const foundMost = 60

func newResidentsPage(d *Desk) *residentsPage {
	p := &residentsPage{d: d, info: column(theme.DeskPanel), stop: func() {}, count: quietPara("")}
	p.query = newField(d, "residents.query", 1)
	p.query.SetPlaceHolder(d.t("desk.residents.hint"))
	p.grid = newChooser(d, "residents.grid", d.t("desk.grid.all"), d.findGrids)
	p.list = newList(
		d, "residents.list",
		listColumn{title: d.t("field.name"), width: 110},
		listColumn{title: d.t("desk.residents.age"), width: 48, right: true},
		listColumn{title: d.t("field.sex"), width: 40},
		listColumn{title: d.t("desk.residents.tail"), width: 72},
		listColumn{title: d.t("field.phone"), width: 128},
		listColumn{title: d.t("field.address")},
	)
	p.list.empty = d.t("desk.residents.empty")
	p.list.onPick = func(r line) { d.Open(Route{PageResident, r.id}) }
	p.list.onMove = func(r line) { p.preview(r.id) }
	p.query.onKey = func(name string) bool {
		switch fyne.KeyName(name) {
		case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyReturn, fyne.KeyEnter:
			return p.list.handle(name)
		}
		return false
	}
	p.query.OnChanged = func(string) {
		p.stop()
		p.stop = d.bg.later(debounce, d.reload)
	}
	p.grid.onChange = func(choice) { d.reload() }
	p.grid.onEnter = func() { d.focus(p.query) }
	if q, ok := d.draft(Route{Page: PageResidents}).([2]any); ok {
		p.query.set(q[0].(string))
		p.grid.set(q[1].(choice))
	}
	p.object = container.New(
		sandwich{theme.DeskPanel},
		column(4, row(theme.DeskGap, []float32{0, 180}, p.query.object, p.grid), p.count),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list), space(1, 0),
	)
	p.info.Add(card(quietPara(d.t("desk.residents.side"))))
	p.sideO = pane(p.info)
	return p
}

func (p *residentsPage) title() string             { return p.d.t("desk.residents.title") }
func (p *residentsPage) middle() fyne.CanvasObject { return p.object }
func (p *residentsPage) side() fyne.CanvasObject   { return p.sideO }
func (p *residentsPage) first() fyne.Focusable     { return p.query }
func (p *residentsPage) tables() []string          { return []string{"resident"} }
func (p *residentsPage) keep() any                 { return [2]any{p.query.Text, p.grid.picked} }

func (p *residentsPage) keys() []binding {
	var b []binding
	if p.d.may(app.ActRegistry) {
		b = append(b, binding{"Ctrl+N", "desk.residents.new", func() { p.d.Open(Route{Page: PageResident}) }})
	}
	if r, ok := p.list.at(); ok && p.d.may(app.ActServe) {
		b = append(b, binding{"F8", "desk.residents.visit", func() { p.d.queue.registerFor(p.found[r.id]) }})
	}
	return b
}

func (p *residentsPage) load() work {
	q, grid := p.query.value(), p.grid.value()
	return func(ctx context.Context) func() {
		d := p.d
		if q == "" {
			return func() {
				p.count.set("", toneQuiet)
				p.list.empty = d.t("desk.residents.empty")
				p.found = nil
				p.list.setRows(nil)
			}
		}
		found, err := d.hall.Registry.Find(ctx, d.speech().who, q, grid, foundMost)
		if err != nil {
			return d.failed(err)
		}
		rows := make([]line, 0, len(found))
		named := make(map[string]choice, len(found))
		for _, f := range found {
			named[f.ID] = choice{id: f.ID, text: d.foundName(f), note: f.Address, end: true}
			age := ""
			if f.Age > 0 {
				age = groupNumber(int64(f.Age))
			}
			tail := ""
			if f.IDTail != "" {
				tail = "…" + f.IDTail
			}
			rows = append(rows, line{id: f.ID, cells: []cell{
				{text: f.Name, bold: true},
				{text: age},
				{text: d.shown("sex", f.Sex, nil)},
				{text: tail, tone: toneQuiet},
				{text: groupPhone(f.Phone), tone: toneQuiet},
				{text: f.Address, end: true},
			}})
		}
		count := d.t("desk.residents.found", len(found))
		switch len(found) {
		case 0:
			count = ""
		case foundMost:
			count = d.t("desk.residents.most", foundMost)
		}
		return func() {
			p.count.set(count, toneQuiet)
			p.found = named
			p.list.empty = d.t("desk.residents.none")
			p.list.setRows(rows)
		}
	}
}

// preview shows the current line at the right.
func (p *residentsPage) preview(id string) {
	d := p.d
	if p.showed == id {
		return
	}
	p.showed = id
	p.asked++
	n := p.asked
	who := d.who
	d.background(func(ctx context.Context) func() {
		r, _, err := d.hall.Registry.Resident(ctx, who, id)
		if err != nil {
			return d.failed(err)
		}
		cards := []fyne.CanvasObject{d.personCard(r)}
		if app.May(who.Role, app.ActServe) {
			visits, err := d.hall.Visits.Visits(ctx, who, app.VisitFilter{ResidentID: id, Limit: 5})
			if err != nil {
				return d.failed(err)
			}
			cards = append(cards, d.visitsCard(visits))
		}
		return func() {
			if n != p.asked {
				return
			}
			p.info.Objects = cards
			p.info.Refresh()
			d.relayout()
		}
	})
}

// findGrids filters the hall's grids by a part of their name.
func (d *Desk) findGrids(ctx context.Context, query string) ([]choice, error) {
	grids, err := d.hall.Settings.Grids(ctx)
	if err != nil {
		return nil, err
	}
	var out []choice
	for _, g := range grids {
		if !g.Deleted && g.Level <= 2 {
			out = append(out, choice{id: g.ID, text: g.Name, note: g.Leader})
		}
	}
	return fromList(out)(ctx, query)
}

// gridNames are the names of all grids by id.
func (d *Desk) gridNames(ctx context.Context) (map[string]string, error) {
	names, _, err := d.gridPlaces(ctx)
	return names, err
}

// gridPlaces are the names of all grids by id, and for what lies below a grid
// (level 2), such as a building, the grid's name as well.
func (d *Desk) gridPlaces(ctx context.Context) (names, in map[string]string, err error) {
	grids, err := d.hall.Settings.Grids(ctx)
	if err != nil {
		return nil, nil, err
	}
	names, in = make(map[string]string, len(grids)), map[string]string{}
	for _, g := range grids { // from the top down
		names[g.ID] = g.Name
		switch {
		case g.Level == 3:
			in[g.ID] = names[g.ParentID]
		case g.Level > 3:
			in[g.ID] = in[g.ParentID]
		}
	}
	return names, in, nil
}
