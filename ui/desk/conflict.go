package desk

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// valuesAcross is how many values stand side by side.
const valuesAcross = 3

// conflictPage shows what two or more people entered in one place, side by side: a
// digit chooses, Ctrl+Z takes the choice back.
type conflictPage struct {
	d      *Desk
	route  Route
	object fyne.CanvasObject
	body   *fyne.Container

	c     app.Conflict
	ready bool
	gone  bool // somebody else has decided it
	rest  []app.Conflict
	grids map[string]string
	done  *decided
}

// decided is a choice that can still be taken back.
type decided struct {
	c    app.Conflict
	take int
}

func newConflictPage(d *Desk, r Route) *conflictPage {
	p := &conflictPage{d: d, route: r, body: column(theme.DeskPanel)}
	if old, ok := d.draft(r).(decided); ok {
		p.done, p.c = &old, old.c
	}
	p.object = pane(p.body)
	return p
}

func (p *conflictPage) title() string             { return p.d.t("desk.conflict.title") }
func (p *conflictPage) middle() fyne.CanvasObject { return p.object }
func (p *conflictPage) side() fyne.CanvasObject   { return nil }
func (p *conflictPage) first() fyne.Focusable     { return nil }
func (p *conflictPage) tables() []string {
	if p.c.Table == "" {
		return []string{"replication"}
	}
	return []string{"replication", p.c.Table}
}

// keep lets a choice be taken back after the language was changed, or after a look
// at another page.
func (p *conflictPage) keep() any {
	if p.done == nil {
		return nil
	}
	return *p.done
}

func (p *conflictPage) keys() []binding {
	if p.done != nil {
		return []binding{{"Ctrl+Z", "desk.key.undo", p.undo}, {"Return", p.onwardWord(), p.onward}}
	}
	if !p.ready || p.gone {
		return []binding{{"Return", p.onwardWord(), p.onward}}
	}
	var b []binding
	if p.d.may(app.ActRegistry) {
		for i := range p.c.Values {
			if i == 9 {
				break
			}
			b = append(b, binding{strconv.Itoa(i + 1), "", func() { p.take(i) }})
		}
	}
	if _, ok := p.recordRoute(); ok {
		b = append(b, binding{"Return", "desk.conflict.record", p.openRecord})
	}
	return b
}

// recordRoute is the page of the record, where there is one that this person may
// open.
func (p *conflictPage) recordRoute() (Route, bool) {
	var r Route
	switch p.c.Table {
	case "resident":
		r = Route{PageResident, p.c.Row}
	case "notice":
		r = Route{PageNotice, p.c.Row}
	default:
		return r, false
	}
	return r, p.d.allowed(r.Page)
}

func (p *conflictPage) openRecord() {
	if r, ok := p.recordRoute(); ok {
		p.d.Open(r)
	}
}

// onward goes to the next conflict, or back to the list when there is none.
func (p *conflictPage) onward() {
	d := p.d
	if len(p.rest) == 0 {
		d.setDraft(p.route, nil)
		p.done = nil
		d.back()
		return
	}
	next := Route{PageConflict, p.rest[0].ID}
	d.keep()
	d.show(next)
}

func (p *conflictPage) onwardWord() string {
	if len(p.rest) == 0 {
		return "desk.conflict.back"
	}
	return "desk.conflict.next"
}

func (p *conflictPage) load() work {
	id, known := p.route.ID, p.c
	return func(ctx context.Context) func() {
		d := p.d
		all, err := d.hall.Replicas.Conflicts(ctx, d.speech().who)
		if err != nil {
			return d.failed(err)
		}
		grids, err := d.gridNames(ctx)
		if err != nil {
			return d.failed(err)
		}
		// A value that arrives, or a choice taken back, makes another conflict of the
		// same place.
		var this *app.Conflict
		var rest []app.Conflict
		for i, c := range all {
			same := c.ID == id || known.Table != "" && c.Table == known.Table && c.Row == known.Row && c.Column == known.Column
			if same && this == nil {
				this = &all[i]
				continue
			}
			rest = append(rest, c)
		}
		return func() {
			p.rest, p.grids = rest, grids
			p.ready = true
			p.gone = this == nil
			if this != nil {
				p.follow(*this)
			}
			p.draw()
		}
	}
}

// follow makes the page about the conflict as it is now.
func (p *conflictPage) follow(c app.Conflict) {
	d := p.d
	if p.done != nil { // the same place has several values again
		d.setDraft(p.route, nil)
		p.done = nil
	}
	if p.c.ID != "" && c.ID != p.c.ID && len(c.Values) > len(p.c.Values) {
		d.say(d.t("desk.conflict.more"))
	}
	p.c = c
	if d.page == p {
		p.route.ID, d.route.ID = c.ID, c.ID
	}
}

func (p *conflictPage) draw() {
	d, grids := p.d, p.grids
	switch {
	case p.done != nil:
		p.body.Objects = []fyne.CanvasObject{p.decidedCard(grids)}
	case p.gone:
		head := newPara(d.t("desk.conflict.gone"), toneInk)
		head.size = theme.DeskHeading
		back := newButton(d, "conflict.onward", d.t(p.onwardWord()), "Enter", primary, p.onward)
		p.body.Objects = []fyne.CanvasObject{card(head, space(1, 4), row(0, []float32{-1, 0}, back, space(1, 1)))}
	default:
		p.body.Objects = p.valueCards(grids)
	}
	p.body.Refresh()
	d.relayout()
	d.shell.hints()
	d.report()
}

// valueCards is the question and the answers, the shown one first.
func (p *conflictPage) valueCards(grids map[string]string) []fyne.CanvasObject {
	d, c := p.d, p.c
	head := newPara(d.t("desk.conflict.question", c.Record, d.columnOf(c)), toneInk)
	head.size, head.bold = theme.DeskHeading, true
	ask := []fyne.CanvasObject{head, newPara(d.t("desk.conflict.ask"), toneInk), quietPara(d.t("desk.conflict.then"))}
	if alike(c.Values) {
		ask = append(ask, newPara(d.t("desk.conflict.alike"), toneWait))
	}
	if !d.may(app.ActRegistry) {
		ask = append(ask, newPara(d.t("desk.conflict.notyours"), toneWait))
	}
	objs := []fyne.CanvasObject{card(ask...)}
	across := min(valuesAcross, len(c.Values))
	for i := 0; i < len(c.Values); i += across {
		var cards []fyne.CanvasObject
		for j := i; j < i+across; j++ {
			if j < len(c.Values) {
				cards = append(cards, p.valueCard(j, grids))
			} else {
				cards = append(cards, space(1, 1))
			}
		}
		objs = append(objs, evenly(theme.DeskPanel, cards...))
	}
	return objs
}

// valueCard is one value: what it is, who entered it, when and where.
func (p *conflictPage) valueCard(i int, grids map[string]string) fyne.CanvasObject {
	d, v := p.d, p.c.Values[i]
	state := words(d.t("desk.conflict.other"), theme.DeskBody, false, toneQuiet)
	if i == 0 {
		state = words("✓ "+d.t("desk.conflict.shown"), theme.DeskBody, true, toneGood)
	}
	value := newPara(d.valueOf(p.c, v.Value, grids), toneInk)
	value.size, value.bold = theme.DeskTitle, true
	if len([]rune(value.text)) > 40 { // a paragraph is read, not recognised
		value.size, value.bold = theme.DeskBody, false
	}
	objs := []fyne.CanvasObject{
		state, value, space(1, 2), hairline(), space(1, 2),
		fact(d.t("desk.conflict.by"), d.byWhom(v.By), toneInk),
		fact(d.t("desk.conflict.at"), d.when(v.At), toneInk),
		fact(d.t("desk.conflict.where"), d.machineName(v.Where), toneInk),
	}
	if d.may(app.ActRegistry) && i < 9 {
		take := newButton(d, "conflict.take."+strconv.Itoa(i+1), d.t("desk.conflict.take"), strconv.Itoa(i+1), plain, func() { p.take(i) })
		objs = append(objs, space(1, 4), take)
	}
	return card(objs...)
}

// decidedCard says what was chosen and how it is taken back.
func (p *conflictPage) decidedCard(grids map[string]string) fyne.CanvasObject {
	d, c := p.d, p.done.c
	head := newPara("✓ "+d.t("desk.conflict.done", d.valueOf(c, c.Values[p.done.take].Value, grids)), toneGood)
	head.size, head.bold = theme.DeskHeading, true
	undo := newButton(d, "conflict.undo", d.t("desk.key.undo"), "Ctrl+Z", plain, p.undo)
	next := newButton(d, "conflict.onward", d.t(p.onwardWord()), "Enter", primary, p.onward)
	return card(
		small(d.t("desk.conflict.of", c.Record, d.columnOf(c))), head, newPara(d.t("desk.conflict.done.text"), toneInk), space(1, 4),
		row(theme.DeskPanel, []float32{-1, -1, 0}, next, undo, space(1, 1)),
	)
}

// take decides for one value.
func (p *conflictPage) take(i int) {
	d := p.d
	if !p.ready || p.done != nil || i >= len(p.c.Values) {
		return
	}
	who, c := d.who, p.c
	d.act(
		func(ctx context.Context) error { return d.hall.Replicas.Resolve(ctx, who, c.ID, i) },
		func() {
			p.done = &decided{c, i}
			p.draw()
			d.reload()
			d.shell.sync.reload()
		},
		p.refused,
	)
}

// undo puts all the values beside each other again.
func (p *conflictPage) undo() {
	d := p.d
	if p.done == nil {
		return
	}
	who, c := d.who, p.done.c
	p.c = c
	d.act(
		func(ctx context.Context) error { return d.hall.Replicas.UndoResolve(ctx, who, c.ID) },
		func() {
			d.setDraft(p.route, nil)
			p.done = nil
			d.say(d.t("desk.conflict.undone"))
			d.reload()
			d.shell.sync.reload()
		},
		func(e *app.Error) {
			if e.Code == app.CodeStale {
				d.warn(d.t("desk.conflict.stale"))
				return
			}
			d.sayError(e)
		},
	)
}

// refused: where something came in between, the page shows how it is now.
func (p *conflictPage) refused(e *app.Error) {
	p.d.sayError(e)
	if e.Code == app.CodeStale {
		p.d.warn(p.d.t("desk.conflict.changed"))
		p.d.reload()
	}
}

// alike answers whether values look the same because of what is masked.
func alike(values []app.ConflictValue) bool {
	for i, v := range values {
		for _, w := range values[:i] {
			if v.Value == w.Value && strings.Contains(v.Value, "*") {
				return true
			}
		}
	}
	return false
}

// byWhom is the name of who entered a value; machines have words.
func (d *Desk) byWhom(name string) string {
	switch name {
	case "", app.KioskActor().ID:
		return d.t("desk.case.bykiosk")
	case app.ConsoleActor().ID:
		return d.t("desk.conflict.console")
	}
	return name
}

// columnOf is the word for a conflict's column.
func (d *Desk) columnOf(c app.Conflict) string {
	keys := []string{"desk.column." + c.Column}
	if c.Table == "resident" {
		keys = []string{"field." + c.Column, keys[0]}
	}
	for _, key := range keys {
		if _, ok := assets.Text(d.speech().lang, key); ok {
			return d.t(key)
		}
	}
	return c.Title
}

// valueOf is a value as people read it.
func (d *Desk) valueOf(c app.Conflict, value string, grids map[string]string) string {
	yes := value == "1" || value == "true"
	pick := func(yesKey, noKey string) string {
		if yes {
			return d.t(yesKey)
		}
		return d.t(noKey)
	}
	switch {
	case c.Column == "deleted":
		return pick("desk.conflict.deleted", "desk.conflict.kept")
	case c.Column == "open":
		return pick("desk.settings.open", "desk.settings.closed")
	case c.Column == "pin":
		return d.t("desk.conflict.secret")
	case value == "":
		return d.t("desk.conflict.emptied")
	case strings.HasPrefix(value, "{"), strings.HasPrefix(value, "["):
		return d.t("desk.conflict.many")
	case c.Column == "category":
		if _, ok := assets.Text(d.speech().lang, "notice.category."+value); ok {
			return d.t("notice.category." + value)
		}
	case c.Table == "staff" && c.Column == "role":
		if _, ok := assets.Text(d.speech().lang, "desk.role."+value); ok {
			return d.t("desk.role." + value)
		}
	}
	return d.shown(c.Column, value, grids)
}
