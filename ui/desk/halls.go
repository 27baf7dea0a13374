package desk

import (
	"context"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/app/overview"
	"linli/assets"
	"linli/ui/theme"
)

// hallsPage is a supervisor's overview: one row for each hall, what should be looked at first
// in front. It shows figures and nothing about any resident.
type hallsPage struct {
	d      *Desk
	object *fyne.Container
	sums   *fyne.Container
	list   *list
	info   *fyne.Container
	sideO  fyne.CanvasObject
	halls  []app.HallNow
	day    app.Day // on which they were counted
	ready  bool
}

func newHallsPage(d *Desk) *hallsPage {
	p := &hallsPage{d: d, sums: container.NewStack(), info: column(theme.DeskPanel)}
	p.list = newList(
		d, "halls.list",
		listColumn{title: d.t("desk.halls.name")},
		listColumn{title: d.t("desk.halls.contact"), width: 124},
		listColumn{title: d.t("desk.halls.visits"), width: 72, right: true},
		listColumn{title: d.t("desk.halls.waiting"), width: 64, right: true},
		listColumn{title: d.t("desk.halls.cases"), width: 72, right: true},
		listColumn{title: d.t("desk.halls.overdue"), width: 64, right: true},
		listColumn{title: d.t("desk.halls.satisfied"), width: 64, right: true},
		listColumn{title: d.t("desk.halls.attend"), width: 72, right: true},
	)
	p.list.onPick = func(r line) { d.enterHall(r.id) }
	p.list.onMove = func(r line) { p.preview(r.id) }
	p.object = container.New(
		sandwich{theme.DeskPanel},
		p.sums, container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list), space(1, 0),
	)
	p.sideO = pane(p.info)
	return p
}

func (p *hallsPage) title() string             { return p.d.t("desk.halls.title") }
func (p *hallsPage) middle() fyne.CanvasObject { return p.object }
func (p *hallsPage) side() fyne.CanvasObject   { return p.sideO }
func (p *hallsPage) first() fyne.Focusable     { return p.list }
func (p *hallsPage) tables() []string          { return []string{"halls"} }

func (p *hallsPage) keys() []binding {
	return []binding{{"Return", "desk.halls.open", func() {
		if r, ok := p.list.at(); ok {
			p.d.enterHall(r.id)
		}
	}}}
}

func (p *hallsPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		day := p.today()
		halls, err := d.halls.Overview.Halls(ctx, d.speech().who)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			p.halls, p.day = halls, day
			p.draw()
			if !p.ready {
				p.ready = true
				p.choose(d.chosen)
			}
		}
	}
}

func (p *hallsPage) today() app.Day { return app.DayOf(p.d.clock.Now(), p.d.speech().zone) }

// tick is time passing: words about it grow, and with a new day its visits are counted anew.
func (p *hallsPage) tick() {
	switch {
	case !p.ready:
	case p.day != p.today():
		p.d.reload()
	default:
		p.draw()
	}
}

// choose makes the hall where the supervisor was last the current row.
func (p *hallsPage) choose(id string) {
	for i, r := range p.list.rows {
		if r.id == id {
			p.list.move(i)
		}
	}
}

func (p *hallsPage) draw() {
	d := p.d
	overview.Sort(p.halls, d.clock.Now())
	rows := make([]line, 0, len(p.halls))
	for _, h := range p.halls {
		rows = append(rows, d.hallLine(h))
	}
	sum := overview.Total(p.halls)
	figure := func(label string, n int, t tone) fyne.CanvasObject {
		number := words(groupNumber(int64(n)), theme.DeskTitle, true, t)
		return card(column(0, small(d.t(label)), number))
	}
	late := toneInk
	if sum.Overdue > 0 {
		late = toneLate
	}
	p.sums.Objects = []fyne.CanvasObject{evenly(
		theme.DeskGap,
		figure("desk.halls.count", len(p.halls), toneInk), figure("desk.halls.visits.all", sum.Visits, toneInk),
		figure("desk.halls.waiting.all", sum.Waiting, toneInk), figure("desk.halls.cases.all", sum.OpenCases, toneInk),
		figure("desk.halls.overdue.all", sum.Overdue, late),
	)}
	p.sums.Refresh()
	p.list.setRows(rows)
	d.relayout()
}

// hallLine is a hall as a row.
func (d *Desk) hallLine(h app.HallNow) line {
	reason := overview.Reasons(h, d.clock.Now())[0]
	r := line{id: h.ID, cells: []cell{{text: d.hallName(h), bold: true}}}
	if t := reasonTone(reason); t != toneGood {
		r.mark = t
	}
	if h.Failed != "" {
		r.cells = append(r.cells, cell{text: d.t("desk.halls.unopened"), tone: toneLate, bold: true})
		for range 6 {
			r.cells = append(r.cells, cell{text: "—", tone: toneQuiet})
		}
		return r
	}
	count := func(n int, t tone) cell {
		c := cell{text: groupNumber(int64(n))}
		switch {
		case n == 0:
			c.tone = toneQuiet
		case t != toneInk:
			c.tone, c.bold = t, true
		}
		return c
	}
	unknown := cell{text: "—", tone: toneQuiet}
	satisfied := unknown
	if n, ok := overview.Satisfaction(h.Figures); ok {
		satisfied = cell{text: strconv.Itoa(n) + "%"}
	}
	visits, waiting := count(h.Visits, toneInk), count(h.Waiting, toneInk)
	if zone := d.speech().zone; !h.Live && app.DayOf(h.Met, zone) < app.DayOf(d.clock.Now(), zone) {
		visits, waiting = unknown, unknown // nothing has been heard of today
	}
	r.cells = append(r.cells, d.contact(h), visits, waiting, count(h.OpenCases, toneInk),
		count(h.Overdue, toneLate), satisfied, count(h.Attention, toneWait))
	return r
}

// hallName is what a hall is called; until its row has come it has no name.
func (d *Desk) hallName(h app.HallNow) string {
	if h.Name == "" {
		return d.t("desk.halls.noname")
	}
	return h.Name
}

// contact is how long ago something was heard of a hall.
func (d *Desk) contact(h app.HallNow) cell {
	switch {
	case h.Live:
		return cell{text: d.t("desk.peer.live"), tone: toneGood}
	case h.Away == app.CodeRevoked:
		return cell{text: d.t("desk.halls.revoked"), tone: toneLate, bold: true}
	case h.Met.IsZero():
		return cell{text: d.t("desk.never"), tone: toneLate}
	case d.clock.Now().Sub(h.Met) >= overview.SilentAfter:
		return cell{text: d.t("desk.halls.days", int(d.clock.Now().Sub(h.Met)/(24*time.Hour))), tone: toneLate, bold: true}
	}
	return cell{text: d.age(h.Met), tone: toneQuiet}
}

func reasonTone(r overview.Reason) tone {
	switch r {
	case overview.Unopened, overview.TakenOut, overview.Overdue, overview.Silent:
		return toneLate
	case overview.Attend:
		return toneWait
	}
	return toneGood
}

// preview says at the right what is the matter with a hall, and what to do next.
func (p *hallsPage) preview(id string) {
	d := p.d
	for _, h := range p.halls {
		if h.ID != id {
			continue
		}
		name := newPara(d.hallName(h), tonePrimary)
		name.size, name.bold = theme.DeskHeading, true
		objs := []fyne.CanvasObject{name, space(1, 2)}
		for _, r := range overview.Reasons(h, d.clock.Now()) {
			objs = append(objs, d.reasonLine(r, h))
		}
		objs = append(objs, space(1, 2))
		if h.Failed == "" {
			if n, ok := overview.Satisfaction(h.Figures); ok {
				objs = append(objs, quietPara(d.t("desk.halls.satisfied.of", n, h.Rated)))
			}
			objs = append(objs, newButton(d, "halls.open", d.t("desk.halls.open"), "Enter", primary, func() { d.enterHall(id) }))
		}
		p.info.Objects = []fyne.CanvasObject{card(objs...)}
		p.info.Refresh()
		d.relayout()
		d.report()
	}
}

// reasonLine says one thing about a hall: what, and what to do.
func (d *Desk) reasonLine(r overview.Reason, h app.HallNow) fyne.CanvasObject {
	t := reasonTone(r)
	mark := "!"
	if t == toneGood {
		mark = "✓"
	}
	what, do := "", "desk.halls.why."+string(r)+".do"
	switch r {
	case overview.Unopened:
		what = d.errorText(&app.Error{Code: h.Failed, Args: h.Args})
	case overview.Overdue:
		what = d.t("desk.halls.why.overdue", h.Overdue)
	case overview.Attend:
		what = d.t("desk.halls.why.attend", h.Attention)
	case overview.Silent:
		what = d.t("desk.halls.why.silent")
		if !h.Met.IsZero() {
			what = d.t("desk.halls.why.silent.since", d.when(h.Met))
		}
	default:
		what = d.t("desk.halls.why." + string(r))
	}
	head := newPara(what, t)
	head.bold = true
	said := column(2, head)
	if _, ok := assets.Text(d.speech().lang, do); ok {
		said.Add(newPara(d.t(do), toneInk))
	}
	top := canvas.NewText(mark, t.colour())
	top.TextSize, top.TextStyle.Bold = theme.DeskHeading, true
	return row(theme.DeskGap, []float32{16, 0}, column(0, top), said)
}
