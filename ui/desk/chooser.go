package desk

import (
	"context"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"linli/app"
	"linli/ui/theme"
)

var (
	_ fyne.Focusable    = (*chooser)(nil)
	_ fyne.Tappable     = (*chooser)(nil)
	_ fyne.Shortcutable = (*chooser)(nil)
	_ desktop.Hoverable = (*chooser)(nil)
)

// source finds answers for what was typed, best first. It runs away from the UI
// goroutine.
type source func(ctx context.Context, query string) ([]choice, error)

// chooser holds one answer out of many. Typing on it opens the search with what
// was typed; Enter picks and goes on; Backspace empties it.
type chooser struct {
	widget.BaseWidget
	d      *Desk
	id     string
	hint   string // said while it is empty
	find   source
	picked choice
	free   bool // may be emptied

	onChange func(choice)
	onEnter  func()
	focused  bool
	// results is the height of the search, in rows.
	results int
	// most is how many answers find gives at most; 0 is all.
	most int
}

// pickMost is how many residents a field's search lists.
const pickMost = 7

func newChooser(d *Desk, id, hint string, find source) *chooser {
	c := &chooser{d: d, id: id, hint: hint, find: find, free: true, results: 7}
	c.ExtendBaseWidget(c)
	return c
}

// fromList is a source over a list that is known: it keeps those with the typed
// words in them.
func fromList(all []choice) source {
	return func(_ context.Context, query string) ([]choice, error) {
		q := strings.ToLower(strings.TrimSpace(query))
		if q == "" {
			return all, nil
		}
		var starts, holds []choice
		for _, c := range all {
			hay := strings.ToLower(c.text + " " + c.note + " " + c.also)
			switch {
			case strings.HasPrefix(strings.ToLower(c.text), q):
				starts = append(starts, c)
			case strings.Contains(hay, q):
				holds = append(holds, c)
			}
		}
		return append(starts, holds...), nil
	}
}

func (c *chooser) value() string { return c.picked.id }

func (c *chooser) set(ch choice) {
	c.picked = ch
	c.Refresh()
}

func (c *chooser) change(ch choice) {
	c.set(ch)
	if c.onChange != nil {
		c.onChange(ch)
	}
}

// Tapped opens the search.
func (c *chooser) Tapped(*fyne.PointEvent) {
	c.d.touch()
	c.d.focus(c)
	c.search("")
}

// TypedRune opens the search with the character.
func (c *chooser) TypedRune(r rune) {
	c.d.touch()
	if r == ' ' {
		c.search("")
		return
	}
	c.search(string(r))
}

// TypedKey opens the search, goes on or empties; the rest is the desk's.
func (c *chooser) TypedKey(k *fyne.KeyEvent) {
	c.d.touch()
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if c.picked.id != "" && c.onEnter != nil {
			c.onEnter()
			return
		}
		c.search("")
	case fyne.KeyDown:
		c.search("")
	case fyne.KeyBackspace, fyne.KeyDelete:
		if c.free && c.picked.id != "" {
			c.change(choice{})
		}
	default:
		c.d.typedKey(k)
	}
}

// TypedShortcut asks the desk.
func (c *chooser) TypedShortcut(s fyne.Shortcut) { c.d.typedShortcut(s) }

// FocusGained draws the ring.
func (c *chooser) FocusGained() {
	c.focused = true
	c.d.inSight(c)
	c.Refresh()
}

// FocusLost takes the ring away.
func (c *chooser) FocusLost() { c.focused = false; c.Refresh() }

// MouseIn tells the desk that a person is here.
func (c *chooser) MouseIn(*desktop.MouseEvent) { c.d.touch() }

// MouseMoved tells the desk that a person is here.
func (c *chooser) MouseMoved(*desktop.MouseEvent) { c.d.touch() }

// MouseOut implements desktop.Hoverable.
func (c *chooser) MouseOut() {}

// search opens the field and its results right where the chooser stands.
func (c *chooser) search(typed string) {
	d := c.d
	in := newField(d, c.id+".search", 1)
	in.SetPlaceHolder(c.hint)
	l := newList(d, c.id+".results", listColumn{}, listColumn{right: true})
	l.least = c.results
	l.empty = d.t("desk.search.typing")
	pick := func(r line) {
		d.closeSheet()
		c.change(choice{id: r.id, text: r.cells[0].text, note: r.cells[1].text, end: r.cells[1].end})
		if c.onEnter != nil {
			c.onEnter()
		}
	}
	l.onPick = pick
	count := quietPara(" ")
	asked := 0
	stop := func() {}
	ask := func() {
		asked++
		n, q := asked, in.value()
		d.background(func(ctx context.Context) func() {
			found, err := c.find(ctx, q)
			rows := make([]line, 0, len(found))
			for _, f := range found {
				rows = append(rows, line{id: f.id, cells: []cell{{text: f.text}, {text: f.note, tone: toneQuiet, end: f.end}}})
			}
			return func() {
				if n != asked {
					return // overtaken by what was typed since
				}
				l.empty = d.t("desk.search.none")
				if err != nil {
					l.empty = d.errorText(app.AsError(err))
				}
				l.current = 0
				l.rows = nil
				l.setRows(rows)
				switch {
				case len(rows) == 0:
					count.set(" ", toneQuiet)
				case len(rows) == c.most:
					count.set(d.t("desk.search.most", c.most), toneQuiet)
				default:
					count.set(d.t("desk.search.found", len(rows)), toneQuiet)
				}
				d.report()
			}
		})
	}
	in.OnChanged = func(string) {
		stop()
		stop = d.bg.later(debounce, ask)
	}
	in.onKey = func(name string) bool {
		switch fyne.KeyName(name) {
		case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
			return l.handle(name)
		}
		return false
	}
	in.set(typed)
	later := d.pinyin.takes(in) && typed != "" && isLetter(rune(typed[0]))
	if later {
		in.set("") // the first letter of pinyin, once the field has the focus
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c)
	panel := container.New(over{}, box(theme.Card, theme.Edge, theme.Hairline), column(4, in.object, l, container.New(inset{theme.DeskGap, 0, 0, 4}, count)))
	veil := newVeil(d)
	s := &sheet{
		object: container.New(dropped{at: at, width: max(c.Size().Width, 420)}, veil, panel),
		keys:   []binding{{"Escape", "", d.closeSheet}},
	}
	d.open(s, in)
	if later {
		in.TypedRune(rune(typed[0]))
	}
	ask()
}

// dropped puts a panel where a chooser stands, moved so that all of it is seen.
type dropped struct {
	at    fyne.Position
	width float32
}

func (l dropped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	p := objects[1]
	h := heightFor(p, l.width)
	x := max(0, min(l.at.X, size.Width-l.width-theme.DeskGap))
	y := max(0, min(l.at.Y, size.Height-h-theme.DeskGap))
	p.Move(fyne.NewPos(x, y))
	p.Resize(fyne.NewSize(l.width, h))
}

func (dropped) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(64, 64) }

// veil closes the search when the page beside it is tapped.
type veil struct {
	widget.BaseWidget
	d *Desk
}

func newVeil(d *Desk) *veil {
	v := &veil{d: d}
	v.ExtendBaseWidget(v)
	return v
}

// Tapped closes the sheet.
func (v *veil) Tapped(*fyne.PointEvent) {
	v.d.touch()
	v.d.closeSheet()
}

// CreateRenderer implements fyne.Widget.
func (v *veil) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}

// CreateRenderer implements fyne.Widget.
func (c *chooser) CreateRenderer() fyne.WidgetRenderer {
	r := &chooserRenderer{
		c: c, ground: box(theme.Card, theme.Edge, 2), text: body(""), note: small(""), arrow: small("▼"),
		ring: box(color.Transparent, theme.Primary, theme.FocusRing),
	}
	r.Refresh()
	return r
}

type chooserRenderer struct {
	c                 *chooser
	ground, ring      *canvas.Rectangle
	text, note, arrow *canvas.Text
}

func (r *chooserRenderer) Destroy() {}
func (r *chooserRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.text, r.note, r.arrow, r.ring}
}
func (r *chooserRenderer) MinSize() fyne.Size { return fyne.NewSize(96, theme.DeskField+2) }

func (r *chooserRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.ring.Resize(size)
	a := r.arrow.MinSize()
	r.arrow.Move(fyne.NewPos(size.Width-a.Width-10, (size.Height-a.Height)/2))
	r.arrow.Resize(a)
	room := size.Width - 12 - a.Width - 20
	s, t := r.c.picked.text, toneInk
	if r.c.picked.id == "" {
		s, t = r.c.hint, toneQuiet
	}
	r.text.Color = t.colour()
	r.text.Text = fit(s, theme.DeskBody, fyne.TextStyle{}, room)
	m := r.text.MinSize()
	r.text.Move(fyne.NewPos(12, (size.Height-m.Height)/2))
	r.text.Resize(m)
	r.note.Text = ""
	if r.c.picked.id != "" && room-m.Width > 60 {
		cut := fit
		if r.c.picked.end {
			cut = fitEnd
		}
		r.note.Text = cut(r.c.picked.note, theme.DeskSmall, fyne.TextStyle{}, room-m.Width-theme.DeskPanel)
	}
	n := r.note.MinSize()
	r.note.Move(fyne.NewPos(12+room-n.Width, (size.Height-n.Height)/2))
	r.note.Resize(n)
}

func (r *chooserRenderer) Refresh() {
	r.ring.Hidden = !r.c.focused
	r.Layout(r.c.Size())
	canvas.Refresh(r.c)
}
