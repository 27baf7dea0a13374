package desk

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/ui/theme"
)

// sheet is a question over the page. While it is open only its keys work.
type sheet struct {
	object fyne.CanvasObject
	keys   []binding
	tick   func()         // time has passed; may be nil
	before fyne.Focusable // gets the focus back
	closed func()         // called when it has been closed; may be nil
	bar    *candidates
}

// open lays a sheet over the window and gives first the focus.
func (d *Desk) open(s *sheet, first fyne.Focusable) {
	c := d.win.Canvas()
	s.before = c.Focused()
	d.pinyin.drop()
	s.bar = newCandidates(d)
	if o, ok := s.object.(*fyne.Container); ok {
		o.Add(s.bar.object)
	}
	d.sheets = append(d.sheets, s)
	s.object.Resize(c.Size())
	c.Overlays().Add(s.object)
	if first != nil {
		c.Focus(first)
	}
	d.report()
}

// closeSheet closes the sheet on top.
func (d *Desk) closeSheet() {
	n := len(d.sheets)
	if n == 0 {
		return
	}
	s := d.sheets[n-1]
	d.pinyin.drop()
	d.sheets = d.sheets[:n-1]
	c := d.win.Canvas()
	c.Overlays().Remove(s.object)
	if s.before != nil {
		c.Focus(s.before)
	}
	if len(d.sheets) == 0 {
		d.relayout() // rows may have come in meanwhile
	}
	if s.closed != nil {
		s.closed()
	}
	d.report()
}

func (d *Desk) closeSheets() {
	for len(d.sheets) > 0 {
		d.closeSheet()
	}
}

// centred puts a panel of a width in the middle over a veil.
type centred struct{ width float32 }

func (l centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	p := objects[1]
	w := min(l.width, size.Width-2*theme.DeskPanel)
	h := min(heightFor(p, w), size.Height-2*theme.DeskPanel)
	p.Resize(fyne.NewSize(w, h))
	p.Move(fyne.NewPos((size.Width-w)/2, max(theme.DeskPanel, (size.Height-h)/3)))
}

func (l centred) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(64, 64) }

// newSheet makes a panel with a title over a veil.
func newSheet(width float32, keys []binding, title string, objects ...fyne.CanvasObject) *sheet {
	shade := theme.Black
	shade.A = 0x66
	veil := canvas.NewRectangle(shade)
	all := append([]fyne.CanvasObject{heading(title), space(0, 4)}, objects...)
	panel := container.New(
		over{},
		box(theme.Card, theme.Edge, theme.Hairline),
		padded(theme.DeskPanel+theme.DeskGap, column(theme.DeskGap, all...)),
	)
	return &sheet{object: container.New(centred{width}, veil, panel), keys: keys}
}

// ask opens a form over the page. do is the action; while it fails the sheet
// stays as it was typed, with the error at its field.
func (d *Desk) ask(title, word string, f *form, do func(values map[string]string, fail func(*app.Error))) {
	submit := func() {
		f.clear()
		do(f.values(), f.fail)
	}
	f.onEnd = submit
	keys := []binding{
		{"Escape", "", d.closeSheet},
		{"Ctrl+S", "", submit},
	}
	ok := newButton(d, "sheet.ok", word, "Ctrl+S", primary, submit)
	no := newButton(d, "sheet.cancel", d.t("desk.cancel"), "Esc", plain, d.closeSheet)
	s := newSheet(560, keys, title, f.object, space(0, 4), row(theme.DeskPanel, []float32{0, -1, -1}, space(1, 1), no, ok))
	d.open(s, f.first())
}

// confirm asks yes or no before something that cannot be taken back.
func (d *Desk) confirm(title, text, yes string, do func()) {
	act := func() {
		d.closeSheet()
		do()
	}
	keys := []binding{{"Escape", "", d.closeSheet}, {"Return", "", act}}
	ok := newButton(d, "sheet.ok", yes, "Enter", primary, act)
	no := newButton(d, "sheet.cancel", d.t("desk.cancel"), "Esc", plain, d.closeSheet)
	s := newSheet(480, keys, title, newPara(text, toneInk), space(0, 4), row(theme.DeskPanel, []float32{0, -1, -1}, space(1, 1), no, ok))
	d.open(s, ok)
}

// choose asks for one of a few answers, each with its number as its key.
func (d *Desk) choose(title string, answers []choice, do func(id string)) {
	keys := []binding{{"Escape", "", d.closeSheet}}
	l := newList(d, "sheet.list", listColumn{width: 24}, listColumn{}, listColumn{width: 180, right: true})
	l.least = min(len(answers), 12)
	var rows []line
	pick := func(id string) {
		d.closeSheet()
		do(id)
	}
	for i, a := range answers {
		n := ""
		if i < 9 {
			n = strconv.Itoa(i + 1)
			keys = append(keys, binding{n, "", func() { pick(a.id) }})
		}
		rows = append(rows, line{id: a.id, cells: []cell{{text: n, tone: toneQuiet}, {text: a.text}, {text: a.note, tone: toneQuiet}}})
	}
	l.onPick = func(r line) { pick(r.id) }
	l.setRows(rows)
	no := newButton(d, "sheet.cancel", d.t("desk.cancel"), "Esc", plain, d.closeSheet)
	no.skip = true
	s := newSheet(520, keys, title, l, space(0, 4), row(theme.DeskPanel, []float32{0, -1}, hint(d.t("desk.choose.hint")), no))
	d.open(s, l)
}

// showKeys is F1: every key and what it means.
func (d *Desk) showKeys() {
	shown := slices.Clone(keyMap)
	shown = slices.DeleteFunc(shown, func(k struct{ key, word string }) bool {
		if d.halls == nil {
			return k.key == hallsKey
		}
		return !slices.Contains(supervisorKeys, k.key)
	})
	half := (len(shown) + 1) / 2
	var cols []fyne.CanvasObject
	for _, part := range [2][2]int{{0, half}, {half, len(shown)}} {
		c := column(6)
		for _, k := range shown[part[0]:part[1]] {
			c.Add(row(theme.DeskPanel, []float32{84, 0}, row(0, []float32{-1, 0}, keycap(k.key, toneInk), space(1, 1)), newPara(d.t(k.word), toneInk)))
		}
		cols = append(cols, c)
	}
	close := newButton(d, "sheet.ok", d.t("desk.close"), "Esc", primary, d.closeSheet)
	keys := []binding{{"Escape", "", d.closeSheet}, {"F1", "", d.closeSheet}, {"Return", "", d.closeSheet}}
	s := newSheet(820, keys, d.t("desk.key.title"), evenly(2*theme.DeskPanel, cols...), space(0, 4), row(0, []float32{0, -1}, space(1, 1), close))
	d.open(s, close)
}
