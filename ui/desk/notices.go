package desk

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// noticesPage lists what the hall tells everyone.
type noticesPage struct {
	d      *Desk
	object fyne.CanvasObject
	list   *list
}

func newNoticesPage(d *Desk) *noticesPage {
	p := &noticesPage{d: d}
	p.list = newList(
		d, "notices.list",
		listColumn{title: d.t("desk.notice.category"), width: 110},
		listColumn{title: d.t("desk.notice.title")},
		listColumn{title: d.t("desk.notice.owner"), width: 120},
		listColumn{title: d.t("desk.notice.from"), width: 130},
		listColumn{title: d.t("desk.notice.to"), width: 130},
		listColumn{title: d.t("desk.notice.state"), width: 96},
	)
	p.list.empty = d.t("desk.notices.empty")
	p.list.onPick = func(r line) { d.Open(Route{PageNotice, r.id}) }
	p.object = container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list)
	return p
}

func (p *noticesPage) title() string             { return p.d.t("desk.notices.title") }
func (p *noticesPage) middle() fyne.CanvasObject { return p.object }
func (p *noticesPage) side() fyne.CanvasObject   { return nil }
func (p *noticesPage) first() fyne.Focusable     { return p.list }
func (p *noticesPage) tables() []string          { return []string{"notice"} }

func (p *noticesPage) keys() []binding {
	return []binding{
		{"Ctrl+N", "desk.notice.new", func() { p.d.Open(Route{Page: PageNotice}) }},
		{"Delete", "desk.notice.remove", p.remove},
	}
}

func (p *noticesPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		notices, err := d.hall.Notices.AllNotices(ctx)
		if err != nil {
			return d.failed(err)
		}
		today := app.DayOf(d.clock.Now(), d.speech().zone)
		var rows []line
		for _, n := range notices {
			if n.Deleted {
				continue
			}
			state := cell{text: d.t("desk.notice.shown"), tone: toneGood}
			switch {
			case n.ValidFrom != "" && n.ValidFrom > today:
				state = cell{text: d.t("desk.notice.later"), tone: toneWait}
			case n.ValidTo != "" && n.ValidTo < today:
				state = cell{text: d.t("desk.notice.over"), tone: toneQuiet}
			}
			rows = append(rows, line{id: n.ID, cells: []cell{
				{text: d.category(n.Category)},
				{text: n.Title.In(d.speech().lang), bold: true},
				{text: n.Owner},
				{text: d.validDay(n.ValidFrom), tone: toneQuiet},
				{text: d.validDay(n.ValidTo), tone: toneQuiet},
				state,
			}})
		}
		return func() { p.list.setRows(rows) }
	}
}

// category is a notice category's word.
func (d *Desk) category(key string) string { return d.t("notice.category." + key) }

// remove takes a notice off the board; its history stays.
func (p *noticesPage) remove() {
	d := p.d
	r, ok := p.list.at()
	if !ok {
		return
	}
	who := d.who
	d.confirm(d.t("desk.notice.remove"), d.t("desk.notice.remove.text", r.cells[1].text), d.t("desk.notice.remove"), func() {
		d.act(func(ctx context.Context) error {
			n, f, err := d.hall.Notices.NoticeForm(ctx, r.id)
			if err != nil {
				return err
			}
			n.Deleted = true
			_, err = d.hall.Notices.SaveNotice(ctx, who, f, n)
			return err
		}, func() {
			d.say(d.t("desk.notice.removed"))
			d.reload()
		}, nil)
	})
}

// noticeDraft is what was typed of a notice and the form it was typed into.
type noticeDraft struct {
	form   app.Form
	values map[string]string
}

// noticePage writes one notice.
type noticePage struct {
	d      *Desk
	route  Route
	form   *form
	object fyne.CanvasObject
	sideO  fyne.CanvasObject
	shown  app.Form
	was    app.Notice
	base   map[string]string
	saved  bool
}

func newNoticePage(d *Desk, r Route) *noticePage {
	p := &noticePage{d: d, route: r, form: newForm(d)}
	var cats []choice
	for _, c := range app.NoticeCategories() {
		cats = append(cats, choice{id: c, text: d.category(c)})
	}
	p.form.addOptions("category", d.t("desk.notice.category"), cats)
	p.form.addText("title", d.t("desk.notice.title.zh"), 1).text.open = true
	p.form.addText("body", d.t("desk.notice.body.zh"), 5).text.open = true
	p.form.addLatin("title_en", d.t("desk.notice.title.en"), 1)
	p.form.addLatin("body_en", d.t("desk.notice.body.en"), 4)
	p.form.addText("owner", d.t("desk.notice.owner"), 1)
	p.form.addLatin("valid_from", d.t("desk.notice.from"), 1).text.SetPlaceHolder(d.t("desk.resident.birth.hint"))
	p.form.addLatin("valid_to", d.t("desk.notice.to"), 1).text.SetPlaceHolder(d.t("desk.resident.birth.hint"))
	p.form.lay(1, 1, 1, 1, 1, 3)
	p.form.onOther = d.sayError
	if r.ID == "" {
		today := d.clock.Now().In(d.info.Location())
		p.put(map[string]string{
			"owner": d.info.Name, "valid_from": today.Format(time.DateOnly), "valid_to": today.AddDate(0, 0, 14).Format(time.DateOnly),
		})
		p.base = p.form.values()
		p.restore()
	}
	save := newButton(d, "notice.save", d.t("desk.notice.save"), "Ctrl+S", primary, p.save)
	p.object = sheetOf(row(theme.DeskPanel, []float32{0, -1}, space(1, 1), save), p.form.object)
	p.sideO = pane(card(quietPara(d.t("desk.notice.side"))))
	return p
}

func (p *noticePage) title() string {
	if p.route.ID == "" {
		return p.d.t("desk.notice.new")
	}
	return p.d.t("desk.notice.edit")
}
func (p *noticePage) middle() fyne.CanvasObject { return p.object }
func (p *noticePage) side() fyne.CanvasObject   { return p.sideO }
func (p *noticePage) first() fyne.Focusable     { return p.form.first() }
func (p *noticePage) tables() []string          { return nil }
func (p *noticePage) keys() []binding {
	return []binding{{"Ctrl+S", "desk.key.save", p.save}}
}

func (p *noticePage) keep() any {
	v := p.form.values()
	if p.saved || p.base == nil {
		return nil
	}
	for k, x := range v {
		if p.base[k] != x {
			return noticeDraft{p.shown, v}
		}
	}
	return nil
}

func (p *noticePage) put(v map[string]string) {
	for _, ff := range p.form.fields {
		if ff.one != nil {
			ff.one.set(v[ff.name])
		} else {
			ff.text.set(v[ff.name])
		}
	}
}

func (p *noticePage) restore() {
	if old, ok := p.d.draft(p.route).(noticeDraft); ok {
		p.shown = old.form
		p.put(old.values)
	}
}

func (p *noticePage) load() work {
	loaded := p.base != nil
	return func(ctx context.Context) func() {
		d := p.d
		if p.route.ID == "" || loaded {
			return nil
		}
		n, f, err := d.hall.Notices.NoticeForm(ctx, p.route.ID)
		if err != nil {
			return d.failed(err)
		}
		return func() {
			p.shown, p.was = f, n
			p.put(map[string]string{
				"category": n.Category, "title": n.Title.ZH, "body": n.Body.ZH, "title_en": n.Title.EN, "body_en": n.Body.EN,
				"owner": n.Owner, "valid_from": string(n.ValidFrom), "valid_to": string(n.ValidTo),
			})
			p.base = p.form.values()
			p.restore()
		}
	}
}

func (p *noticePage) save() {
	d := p.d
	p.form.clear()
	v := p.form.values()
	for _, name := range []string{"category", "title", "body"} {
		if v[name] == "" {
			p.form.fail(app.Bad(app.CodeRequired, name))
			return
		}
	}
	for _, name := range []string{"valid_from", "valid_to"} {
		if _, err := time.Parse(time.DateOnly, v[name]); v[name] != "" && err != nil {
			p.form.fail(app.Bad(app.CodeDate, name))
			return
		}
	}
	n := p.was
	n.Category, n.Owner = v["category"], v["owner"]
	n.Title, n.Body = app.Text{ZH: v["title"], EN: v["title_en"]}, app.Text{ZH: v["body"], EN: v["body_en"]}
	n.ValidFrom, n.ValidTo = app.Day(v["valid_from"]), app.Day(v["valid_to"])
	who, f := d.who, p.shown
	d.act(func(ctx context.Context) error {
		_, err := d.hall.Notices.SaveNotice(ctx, who, f, n)
		return err
	}, func() {
		p.saved = true
		d.leave()
		d.say(d.t("desk.saved"))
	}, p.form.fail)
}
