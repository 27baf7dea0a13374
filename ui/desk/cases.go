package desk

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/app/casework"
	"linli/ui/theme"
)

// casesPage lists cases by grid, state and handler.
type casesPage struct {
	d       *Desk
	object  fyne.CanvasObject
	state   *chooser
	grid    *chooser
	handler *chooser
	list    *list
}

// casesMost is how many cases the list holds.
const casesMost = 500

func newCasesPage(d *Desk) *casesPage {
	p := &casesPage{d: d}
	var states []choice
	for _, s := range caseStates {
		states = append(states, choice{id: string(s), text: d.t("desk.case.state." + string(s))})
	}
	p.state = newChooser(d, "cases.state", d.t("desk.cases.state.all"), fromList(states))
	p.grid = newChooser(d, "cases.grid", d.t("desk.grid.all"), d.findGrids)
	p.handler = newChooser(d, "cases.handler", d.t("desk.cases.handler.all"), d.findStaff)
	p.list = newList(
		d, "cases.list",
		listColumn{title: d.t("desk.case.receipt"), width: 132},
		listColumn{title: d.t("desk.case.kind"), width: 92},
		listColumn{title: d.t("desk.case.what")},
		listColumn{title: d.t("desk.case.who"), width: 92},
		listColumn{title: d.t("desk.case.handler"), width: 92},
		listColumn{title: d.t("desk.case.opened"), width: 150},
		listColumn{title: d.t("desk.case.state"), width: 84},
	)
	p.list.empty = d.t("desk.cases.empty")
	p.list.onPick = func(r line) { d.Open(Route{PageCase, r.id}) }
	if old, ok := d.draft(Route{Page: PageCases}).([3]choice); ok {
		p.state.set(old[0])
		p.grid.set(old[1])
		p.handler.set(old[2])
	}
	for _, c := range []*chooser{p.state, p.grid, p.handler} {
		c.onChange = func(choice) { d.reload() }
		c.onEnter = func() { d.focus(p.list) }
	}
	p.object = container.New(
		sandwich{theme.DeskPanel},
		evenly(theme.DeskGap, p.state, p.grid, p.handler),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list), space(1, 0),
	)
	return p
}

// caseStates in the order of a case's life.
var caseStates = []app.CaseState{
	app.CaseOpen, app.CaseAccepted, app.CaseAssigned, app.CaseHandling, app.CaseReplied, app.CaseClosed,
}

func (p *casesPage) title() string             { return p.d.t("desk.cases.title") }
func (p *casesPage) middle() fyne.CanvasObject { return p.object }
func (p *casesPage) side() fyne.CanvasObject   { return nil }
func (p *casesPage) first() fyne.Focusable     { return p.list }
func (p *casesPage) tables() []string          { return []string{"case", "case_event"} }

func (p *casesPage) keep() any {
	return [3]choice{p.state.picked, p.grid.picked, p.handler.picked}
}

func (p *casesPage) keys() []binding {
	filter := func(c *chooser) func() {
		return func() { p.d.focus(c); c.search("") }
	}
	b := []binding{
		{"1", "desk.cases.by.state", filter(p.state)},
		{"2", "desk.cases.by.grid", filter(p.grid)},
		{"3", "desk.cases.by.handler", filter(p.handler)},
		{"4", "desk.cases.mine", func() {
			p.handler.change(choice{id: p.d.who.ID, text: p.d.who.Name})
			p.d.focus(p.list)
		}},
		{"0", "desk.cases.all", func() {
			p.state.set(choice{})
			p.grid.set(choice{})
			p.handler.set(choice{})
			p.d.reload()
			p.d.focus(p.list)
		}},
	}
	if p.d.hall.ReadOnly { // nobody here handles any
		b = slices.DeleteFunc(b, func(one binding) bool { return one.word == "desk.cases.mine" })
	}
	return b
}

func (p *casesPage) load() work {
	state, grid, handler := p.state.value(), p.grid.value(), p.handler.value()
	return func(ctx context.Context) func() {
		d := p.d
		cases, err := d.hall.Cases.Cases(ctx, d.speech().who, app.CaseFilter{
			State: app.CaseState(state), GridID: grid, HandlerID: handler, Limit: casesMost,
		})
		if err != nil {
			return d.failed(err)
		}
		late, err := d.lateCases(ctx, cases)
		if err != nil {
			return d.failed(err)
		}
		filtered := state+grid+handler != ""
		rows := make([]line, 0, len(cases))
		for _, c := range cases {
			state := cell{text: d.t("desk.case.state." + string(c.State)), tone: stateTone(c.State), bold: c.State == app.CaseOpen}
			if late[c.ID] {
				state = cell{text: d.t("desk.case.late"), tone: toneLate, bold: true}
			}
			rows = append(rows, line{id: c.ID, mark: state.tone, cells: []cell{
				{text: groupReceipt(c.Receipt), bold: true},
				{text: d.t("desk.case.kind." + string(c.Kind))},
				{text: c.Title},
				{text: c.Resident},
				{text: c.Handler},
				{text: d.when(c.OpenedAt), tone: toneQuiet},
				state,
			}})
		}
		return func() {
			p.list.empty = d.t("desk.cases.empty")
			if filtered {
				p.list.empty = d.t("desk.cases.nofilter")
			}
			p.list.setRows(rows)
		}
	}
}

// lateCases are those for which a resident has waited longer than their service promises.
func (d *Desk) lateCases(ctx context.Context, cases []app.Case) (map[string]bool, error) {
	services, err := d.hall.Public.Services(ctx, "")
	if err != nil {
		return nil, err
	}
	promised := make(map[string]int, len(services))
	for _, s := range services {
		promised[s.ID] = s.PromisedDays
	}
	late := map[string]bool{}
	for _, c := range cases {
		if casework.Overdue(c.State, c.OpenedAt, promised[c.ServiceID], d.clock.Now(), d.speech().zone) {
			late[c.ID] = true
		}
	}
	return late, nil
}

func stateTone(s app.CaseState) tone {
	switch s {
	case app.CaseOpen:
		return toneLate
	case app.CaseReplied, app.CaseClosed:
		return toneGood
	default:
		return toneWait
	}
}

// findStaff filters the hall's staff by a part of a name.
func (d *Desk) findStaff(ctx context.Context, query string) ([]choice, error) {
	staff, err := d.hall.Staff.Staff(ctx)
	if err != nil {
		return nil, err
	}
	var out []choice
	for _, s := range staff {
		if !s.Retired {
			out = append(out, choice{id: s.ID, text: s.Name, note: d.t("desk.role." + string(s.Role))})
		}
	}
	return fromList(out)(ctx, query)
}
