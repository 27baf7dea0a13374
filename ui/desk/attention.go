package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// attendOrder is what is most pressing first: what keeps this machine from
// working, then what people see wrong, then what is only to be known.
var attendOrder = []app.AttentionKind{
	app.AttendRevoked, app.AttendNumbers, app.AttendKiosk, app.AttendPutBack, app.AttendConflict, app.AttendVoided,
	app.AttendDuplicate, app.AttendRefused, app.AttendDiffers, app.AttendClock,
}

// attentionPage is the only page that asks for attention: what the program cannot
// decide by itself, each with a sentence, what to do next, and its key.
type attentionPage struct {
	d      *Desk
	object fyne.CanvasObject
	list   *list
	info   *fyne.Container
	sideO  fyne.CanvasObject
	items  map[string]attended
}

// attended is one thing that needs a person, with the words for it.
type attended struct {
	app.Attention
	about string // the record that it is about, masked; may be empty
	text  string
	do    string
	other string // duplicate: the second record
}

func newAttentionPage(d *Desk) *attentionPage {
	p := &attentionPage{d: d, info: column(theme.DeskPanel), items: map[string]attended{}}
	p.list = newList(
		d, "attention.list",
		listColumn{title: d.t("desk.attend.what"), width: 176},
		listColumn{title: d.t("desk.attend.about")},
		listColumn{title: d.t("desk.attend.at"), width: 104},
	)
	p.list.empty = d.t("desk.attend.empty")
	p.list.onPick = func(r line) { p.see(r.id) }
	p.list.onMove = func(r line) { p.preview(r.id) }
	p.object = container.NewStack(box(theme.Card, theme.Line, theme.Hairline), p.list)
	p.sideO = pane(p.info)
	p.blank()
	return p
}

func (p *attentionPage) title() string             { return p.d.t("desk.attend.title") }
func (p *attentionPage) middle() fyne.CanvasObject { return p.object }
func (p *attentionPage) side() fyne.CanvasObject   { return p.sideO }
func (p *attentionPage) first() fyne.Focusable     { return p.list }
func (p *attentionPage) tables() []string {
	return []string{"replication", "resident", "notice", "staff", "device", "service", "business", "grid", "window", "hall", troubleTable}
}

func (p *attentionPage) keys() []binding {
	r, ok := p.list.at()
	if !ok {
		return nil
	}
	a := p.items[r.id]
	b := []binding{{"Return", p.word(a, "key"), func() { p.see(r.id) }}}
	if a.other != "" {
		b = append(b, binding{"2", "desk.attend.duplicate.other", func() { p.d.Open(Route{PageResident, a.other}) }})
	}
	if p.maySettle(a) {
		b = append(b, binding{"Delete", "desk.attend.settle", func() { p.settle(r.id) }})
	}
	return b
}

// maySettle answers whether the person may say that this has been seen to. A
// conflict is decided, not put aside.
func (p *attentionPage) maySettle(a attended) bool {
	return a.Kind != app.AttendConflict && p.d.may(app.ActRegistry)
}

// word is the translation key of a part of what is said about a kind; kinds that a
// newer version knows have the words of no particular kind.
func (p *attentionPage) word(a attended, part string) string { return p.d.attendWord(a.Kind, part) }

func (d *Desk) attendWord(k app.AttentionKind, part string) string {
	key := "desk.attend." + string(k) + "." + part
	if _, ok := assets.Text(d.speech().lang, key); ok {
		return key
	}
	return "desk.attend.other." + part
}

func attendID(a app.Attention) string { return string(a.Kind) + "/" + a.Subject }

func (p *attentionPage) load() work {
	return func(ctx context.Context) func() {
		d := p.d
		who := d.speech().who
		list, err := d.hall.Replicas.Attention(ctx, who)
		if err != nil {
			return d.failed(err)
		}
		conflicts := map[string]app.Conflict{}
		if slices.ContainsFunc(list, func(a app.Attention) bool { return a.Kind == app.AttendConflict }) {
			all, err := d.hall.Replicas.Conflicts(ctx, who)
			if err != nil {
				return d.failed(err)
			}
			for _, c := range all {
				conflicts[c.ID] = c
			}
		}
		items := make(map[string]attended, len(list))
		sorted := make([]attended, 0, len(list))
		for _, a := range list {
			one := d.attend(ctx, a, conflicts)
			items[attendID(a)] = one
			sorted = append(sorted, one)
		}
		troubles, err := d.troubles(ctx)
		if err != nil {
			return d.failed(err)
		}
		for _, t := range troubles {
			one := d.attendTrouble(t)
			items[attendID(one.Attention)] = one
			sorted = append(sorted, one)
		}
		slices.SortStableFunc(sorted, func(a, b attended) int {
			if by := rankOf(a.Kind) - rankOf(b.Kind); by != 0 {
				return by
			}
			return b.At.Compare(a.At)
		})
		rows := make([]line, 0, len(sorted))
		for _, a := range sorted {
			at := ""
			if !a.At.IsZero() {
				at = d.brief(a.At)
			}
			rows = append(rows, line{id: attendID(a.Attention), mark: toneLate, cells: []cell{
				{text: d.t(d.attendWord(a.Kind, "what")), bold: true}, {text: a.about}, {text: at, tone: toneQuiet},
			}})
		}
		return func() {
			p.items = items
			p.list.setRows(rows)
			if len(rows) == 0 {
				p.blank()
			}
			d.relayout()
		}
	}
}

func rankOf(k app.AttentionKind) int {
	if i := slices.Index(attendOrder, k); i >= 0 {
		return i
	}
	return len(attendOrder)
}

// attend finds the words for one thing. It runs away from the UI goroutine.
func (d *Desk) attend(ctx context.Context, a app.Attention, conflicts map[string]app.Conflict) attended {
	out := attended{Attention: a}
	text, do := d.attendWord(a.Kind, "text"), d.attendWord(a.Kind, "do")
	out.do = d.t(do)
	switch a.Kind {
	case app.AttendConflict:
		c, ok := conflicts[a.Subject]
		out.about = a.Detail
		if ok {
			out.about = d.t("desk.conflict.of", c.Record, d.columnOf(c))
		}
		out.text = d.t(text, out.about)
	case app.AttendDuplicate:
		ids := duplicateRows(a)
		out.Row = ids[0]
		if len(ids) > 1 {
			out.other = ids[1]
		}
		out.about = d.bothNames(ctx, ids)
		out.text = d.t(text, out.about)
	case app.AttendVoided:
		out.about = processName(a.Detail)
		out.text = d.t(text, out.about)
	case app.AttendRefused:
		key := "desk.attend.refused.text"
		if sent, _, _ := strings.Cut(a.Subject, " "); sent == "sent" {
			key = "desk.attend.refused.sent"
		}
		out.text = d.t(key)
	case app.AttendClock:
		out.text = d.t("desk.attend.clock.text")
		if off, err := time.ParseDuration(a.Detail); err == nil && off != 0 {
			out.text = d.clockWords(off)
		}
	case app.AttendPutBack:
		out.text = d.t(text, d.when(a.At))
	case app.AttendDiffers:
		out.about = a.Detail
		out.text = d.t(text)
	default:
		out.text = d.t(text)
	}
	return out
}

// duplicateRows are the rows that may be one person: each once, the one to open
// first in front.
func duplicateRows(a app.Attention) []string {
	var ids []string
	for _, id := range append([]string{a.Row}, append(strings.Fields(a.Subject), strings.Fields(a.Detail)...)...) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return []string{""}
	}
	return ids
}

// bothNames are the names of residents as the reader may see them; nothing where
// they cannot be read.
func (d *Desk) bothNames(ctx context.Context, ids []string) string {
	var names []string
	for _, id := range ids {
		r, _, err := d.hall.Registry.Resident(ctx, d.speech().who, id)
		if err != nil || r.Name == "" {
			return ""
		}
		names = append(names, r.Name)
	}
	return strings.Join(names, d.t("desk.attend.and"))
}

// blank is the side of an empty list.
func (p *attentionPage) blank() {
	p.info.Objects = []fyne.CanvasObject{card(quietPara(p.d.t("desk.attend.side")))}
	p.info.Refresh()
}

// preview says at the right what is the matter and what to do next.
func (p *attentionPage) preview(id string) {
	d := p.d
	a, ok := p.items[id]
	if !ok {
		return
	}
	head := newPara(d.t(p.word(a, "what")), toneLate)
	head.size, head.bold = theme.DeskHeading, true
	objs := []fyne.CanvasObject{head, newPara(a.text, toneInk), space(1, 2), strong(d.t("desk.attend.next")), newPara(a.do, toneInk), space(1, 4)}
	see := newButton(d, "attention.see", d.t(p.word(a, "key")), "Enter", primary, func() { p.see(id) })
	objs = append(objs, see)
	if a.other != "" {
		objs = append(objs, newButton(d, "attention.other", d.t("desk.attend.duplicate.other"), "2", plain, func() { d.Open(Route{PageResident, a.other}) }))
	}
	if p.maySettle(a) {
		objs = append(objs, newButton(d, "attention.settle", d.t("desk.attend.settle"), "Delete", plain, func() { p.settle(id) }))
	}
	p.info.Objects = []fyne.CanvasObject{card(objs...)}
	p.info.Refresh()
	d.relayout()
	d.shell.hints()
	d.report()
}

// see goes where the thing can be seen to.
func (p *attentionPage) see(id string) {
	d := p.d
	a, ok := p.items[id]
	if !ok {
		return
	}
	switch a.Kind {
	case app.AttendConflict:
		d.Open(Route{PageConflict, a.Subject})
	case app.AttendDuplicate:
		d.Open(Route{PageResident, a.Row})
	case app.AttendVoided:
		d.Open(Route{PageVoided, a.Row})
	default:
		d.Open(Route{Page: PageSync})
	}
}

// settle takes something off the list that has been seen to.
func (p *attentionPage) settle(id string) {
	d := p.d
	a, ok := p.items[id]
	if !ok || !p.maySettle(a) {
		return
	}
	who := d.who
	d.act(
		func(ctx context.Context) error { return d.hall.Replicas.Settle(ctx, who, a.Kind, a.Subject) },
		func() {
			d.say(d.t("desk.attend.settled"))
			d.reload()
			d.shell.sync.reload()
		}, nil,
	)
}
