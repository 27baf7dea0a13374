package desk

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// inboxPage is what residents sent from the kiosk.
type inboxPage struct {
	d        *Desk
	object   fyne.CanvasObject
	list     *list
	info     *fyne.Container
	sideO    fyne.CanvasObject
	items    map[string]app.InboxItem
	services map[string]string
	grids    map[string]string
	in       map[string]string // the grid of a place below one
}

func newInboxPage(d *Desk) *inboxPage {
	p := &inboxPage{d: d, items: map[string]app.InboxItem{}, info: column(theme.DeskPanel)}
	p.list = newList(
		d, "inbox.list",
		listColumn{title: d.t("desk.inbox.haste"), width: 68},
		listColumn{title: d.t("desk.inbox.what")},
		listColumn{title: d.t("desk.inbox.place"), width: 128},
		listColumn{title: d.t("desk.inbox.at"), width: 92},
		listColumn{title: d.t("desk.inbox.state"), width: 56},
	)
	p.list.empty = d.t("desk.inbox.empty")
	p.list.onPick = func(r line) { p.openItem(r.id) }
	p.list.onMove = func(r line) { p.preview(r.id) }
	p.object = container.New(
		sandwich{theme.DeskPanel},
		row(theme.DeskPanel, []float32{0, -1}, hint(d.t("desk.draft.hint")), newButton(d, "inbox.draft", d.t("desk.draft.title"), "2", plain, d.goOn)),
		container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list), space(1, 0),
	)
	p.info.Add(card(quietPara(d.t("desk.inbox.side"))))
	p.sideO = pane(p.info)
	return p
}

func (p *inboxPage) title() string             { return p.d.t("desk.inbox.title") }
func (p *inboxPage) middle() fyne.CanvasObject { return p.object }
func (p *inboxPage) side() fyne.CanvasObject   { return p.sideO }
func (p *inboxPage) first() fyne.Focusable     { return p.list }
func (p *inboxPage) tables() []string {
	return []string{"submission", "submission_opened", "case", "reply"}
}

func (p *inboxPage) keys() []binding {
	b := []binding{
		{"Return", "desk.inbox.open", func() {
			if r, ok := p.list.at(); ok {
				p.openItem(r.id)
			}
		}},
		{"2", "desk.draft.title", p.d.goOn},
	}
	if r, ok := p.list.at(); ok && public(p.items[r.id].Body) {
		b = append(b, binding{"1", "desk.inbox.publish", p.publish})
	}
	return b
}

// public answers whether the hall's answer may stand under a service for all to
// read: only opinions on a service are not about somebody's own matter.
func public(s app.Submission) bool { return s.ServiceID != "" && s.Kind == app.SubmitOpinion }

// sortInbox puts what cannot wait first: unopened before opened, urgent before
// the rest; otherwise the order stays.
func sortInbox(items []app.InboxItem) {
	rank := func(it app.InboxItem) int {
		switch {
		case it.Opened:
			return 2
		case it.Body.Urgent:
			return 0
		default:
			return 1
		}
	}
	slices.SortStableFunc(items, func(a, b app.InboxItem) int { return rank(a) - rank(b) })
}

func (p *inboxPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		items, err := d.hall.Inbox.Inbox(ctx, d.speech().who)
		if err != nil {
			return d.failed(err)
		}
		services, err := d.hall.Public.Services(ctx, "")
		if err != nil {
			return d.failed(err)
		}
		names := make(map[string]string, len(services))
		for _, s := range services {
			names[s.ID] = s.Name.In(d.speech().lang)
		}
		grids, in, err := d.gridPlaces(ctx)
		if err != nil {
			return d.failed(err)
		}
		items = slices.Clone(items)
		sortInbox(items)
		byID := make(map[string]app.InboxItem, len(items))
		rows := make([]line, 0, len(items))
		for _, it := range items {
			byID[it.ID] = it
			_, _, where := d.problem(it.Body)
			if name := grids[it.Body.GridID]; name != "" {
				where = name
			}
			l := line{id: it.ID, cells: []cell{
				d.haste(it.Body),
				{text: d.gist(it.Body, names), bold: !it.Opened},
				{text: where},
				{text: d.brief(it.At), tone: toneQuiet},
				{text: d.t("desk.inbox.new"), tone: toneWait, bold: true},
			}}
			if it.Opened {
				l.cells[4] = cell{text: d.t("desk.inbox.opened"), tone: toneGood}
			} else if it.Body.Urgent {
				l.mark = toneLate
			}
			rows = append(rows, l)
		}
		return func() {
			p.items, p.services, p.grids, p.in = byID, names, grids, in
			p.list.setRows(rows)
		}
	}
}

// haste is how the resident answered "how urgent is it"; only problems are asked.
func (d *Desk) haste(s app.Submission) cell {
	switch {
	case s.Urgent:
		return cell{text: d.t("desk.inbox.urgent"), tone: toneLate, bold: true}
	case s.Kind == app.SubmitProblem:
		return cell{text: d.t("desk.inbox.calm"), tone: toneQuiet}
	}
	return cell{}
}

// gist is a submission in one line; where it is has a column of its own.
func (d *Desk) gist(s app.Submission, services map[string]string) string {
	category, what, _ := d.problem(s)
	var parts []string
	for _, more := range []string{category, services[s.ServiceID], what, s.Words, answered(s)} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	line := strings.Join(parts, " · ")
	if s.Kind == app.SubmitProblem {
		return line
	}
	return d.t("desk.inbox.gist", d.t("desk.inbox.kind."+string(s.Kind)), line)
}

// answer words what a resident touched, by the kiosk's own words for it.
func (d *Desk) answer(s app.Submission) string {
	key := "kiosk.opinion." + s.Choice
	if s.Kind == app.SubmitComment {
		key = "kiosk.reason." + s.Choice
	}
	if _, ok := assets.Text(d.speech().lang, key); !ok {
		return s.Choice
	}
	return d.t(key)
}

// problem turns a submission's keys into the words the resident touched.
func (d *Desk) problem(s app.Submission) (category, what, where string) {
	if s.Kind != app.SubmitProblem {
		return "", d.answer(s), ""
	}
	all, err := assets.Problems()
	if err != nil {
		return s.Category, s.Choice, s.Place
	}
	name := func(zh, en string) string { return app.Text{ZH: zh, EN: en}.In(d.speech().lang) }
	category, what, where = s.Category, s.Choice, s.Place
	for _, c := range all {
		if c.Code != s.Category {
			continue
		}
		category = name(c.Name, c.NameEN)
		for _, x := range c.What {
			if x.Code == s.Choice {
				what = name(x.Name, x.NameEN)
			}
		}
		for _, x := range c.Where {
			if x.Code == s.Place {
				where = name(x.Name, x.NameEN)
			}
		}
	}
	return category, what, where
}

// preview shows the whole submission at the right.
func (p *inboxPage) preview(id string) {
	d := p.d
	it, ok := p.items[id]
	if !ok {
		return
	}
	s := it.Body
	category, what, where := d.problem(s)
	objs := []fyne.CanvasObject{strong(d.t("desk.inbox.kind." + string(s.Kind))), quietPara(d.when(it.At))}
	if h := d.haste(s); h.text != "" {
		said := newPara(h.text, h.tone)
		said.bold = h.bold
		if s.Urgent {
			said.size = theme.DeskHeading
		}
		objs = append(objs, said)
	}
	add := func(label, value string) {
		if value != "" {
			objs = append(objs, fact(d.t(label), value, toneInk))
		}
	}
	add("desk.inbox.category", category)
	word := "desk.inbox.choice"
	if s.Kind != app.SubmitProblem {
		word = "desk.inbox.opinion"
	}
	add(word, what)
	grid := p.grids[s.GridID]
	if in := p.in[s.GridID]; in != "" && where == "" {
		where, grid = grid, in
	}
	add("desk.inbox.place", where)
	add("desk.case.grid", grid)
	add("desk.case.service", p.services[s.ServiceID])
	if len(s.Answers) > 0 {
		objs = append(objs, d.answers(s)...)
	} else {
		add("desk.case.contact", groupPhone(s.Phone))
	}
	add("desk.case.receipt", groupReceipt(it.Receipt))
	if s.Words != "" {
		objs = append(objs, space(1, 2), newPara(s.Words, toneInk))
	}
	objs = append(objs, space(1, 4))
	if it.Opened && it.CaseID != "" {
		objs = append(objs, newButton(d, "inbox.case", d.t("desk.inbox.case"), "Enter", plain, func() { p.openItem(id) }))
	} else if !it.Opened {
		word := "desk.inbox.open"
		if s.Kind == app.SubmitComment {
			word = "desk.inbox.file"
		}
		objs = append(objs, newButton(d, "inbox.open", d.t(word), "Enter", primary, func() { p.openItem(id) }))
	}
	if public(s) {
		objs = append(objs, newButton(d, "inbox.publish", d.t("desk.inbox.publish"), "1", plain, p.publish))
	}
	p.info.Objects = []fyne.CanvasObject{card(objs...)}
	p.info.Refresh()
	d.relayout()
	d.shell.hints()
}

// openItem makes a case of a submission, or files a comment. One that was
// opened before shows its case.
func (p *inboxPage) openItem(id string) {
	d := p.d
	it, ok := p.items[id]
	if !ok {
		return
	}
	if it.Opened {
		if it.CaseID != "" {
			d.Open(Route{PageCase, it.CaseID})
		}
		return
	}
	who := d.who
	var c app.Case
	d.act(func(ctx context.Context) (err error) {
		c, err = d.hall.Inbox.OpenSubmission(ctx, who, id)
		return err
	}, func() {
		d.queue.reload()
		if c.ID == "" {
			d.say(d.t("desk.inbox.filed"))
			d.reload()
			return
		}
		d.Open(Route{PageCase, c.ID})
		d.say(d.t("desk.inbox.made", groupReceipt(c.Receipt)))
	}, nil)
}

// publish shows the hall's answer to an opinion under its service.
func (p *inboxPage) publish() {
	d := p.d
	r, ok := p.list.at()
	if !ok {
		return
	}
	it := p.items[r.id]
	if !public(it.Body) {
		d.warn(d.t("desk.inbox.noservice"))
		return
	}
	f := newForm(d)
	f.addText("said", d.t("desk.inbox.said"), 3).text.open = true
	f.addText("answer", d.t("desk.inbox.answer"), 4).text.open = true
	f.lay()
	who := d.who
	d.ask(d.t("desk.inbox.publish"), d.t("desk.inbox.publish"), f, func(v map[string]string, fail func(*app.Error)) {
		for _, name := range []string{"said", "answer"} {
			if v[name] == "" {
				fail(app.Bad(app.CodeRequired, name))
				return
			}
		}
		d.act(
			func(ctx context.Context) error {
				_, err := d.hall.Inbox.PublishReply(ctx, who, app.Reply{ServiceID: it.Body.ServiceID, Said: v["said"], Answer: v["answer"]})
				return err
			},
			func() {
				d.closeSheet()
				d.say(d.t("desk.inbox.published"))
			}, fail,
		)
	})
}
