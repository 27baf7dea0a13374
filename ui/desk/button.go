package desk

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"linli/ui/theme"
)

var (
	_ fyne.Focusable    = (*button)(nil)
	_ fyne.Tappable     = (*button)(nil)
	_ fyne.Shortcutable = (*button)(nil)
	_ fyne.Disableable  = (*button)(nil)
	_ desktop.Hoverable = (*button)(nil)
)

// kind is how a button looks.
type kind int

const (
	plain   kind = iota // white with an edge
	primary             // the next step of the page
	alarm               // a resident is waiting for help
	ghost               // no edge: tabs and hints
)

// button is a word with the key that does the same.
type button struct {
	widget.BaseWidget
	d    *Desk
	id   string // stable name for tests in real windows
	word string
	key  string
	kind kind
	on   bool // a tab that is open
	tone tone // of a ghost's words: a state
	do   func()

	off     bool // shown, but not possible now
	focused bool
	skip    bool // not a stop for Tab: its key is the way
}

func newButton(d *Desk, id, word, key string, k kind, do func()) *button {
	b := &button{d: d, id: id, word: word, key: key, kind: k, do: do}
	b.ExtendBaseWidget(b)
	return b
}

func (b *button) set(word string, off bool) {
	if b.word == word && b.off == off {
		return
	}
	b.word, b.off = word, off
	b.Refresh()
}

// Disabled keeps Tab away from buttons that have a key of their own, and from
// those that can do nothing now. Enable and Disable belong to the interface.
func (b *button) Disabled() bool { return b.skip || b.off }

// Enable implements fyne.Disableable; see [button.Disabled].
func (b *button) Enable() {}

// Disable implements fyne.Disableable; see [button.Disabled].
func (b *button) Disable() {}

// Tapped does it.
func (b *button) Tapped(*fyne.PointEvent) {
	b.d.touch()
	if b.do != nil && !b.off {
		b.do()
	}
}

// MouseIn, MouseMoved and MouseOut only tell the desk that a person is here.
func (b *button) MouseIn(*desktop.MouseEvent) { b.d.touch() }

// MouseMoved implements desktop.Hoverable.
func (b *button) MouseMoved(*desktop.MouseEvent) { b.d.touch() }

// MouseOut implements desktop.Hoverable.
func (b *button) MouseOut() {}

// FocusGained draws the ring.
func (b *button) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost takes the ring away.
func (b *button) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune implements fyne.Focusable; digits are keys of the page.
func (b *button) TypedRune(r rune) { b.d.typedDigit(r) }

// TypedKey asks the desk first.
func (b *button) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.Tapped(nil)
		return
	}
	b.d.typedKey(k)
}

// TypedShortcut asks the desk.
func (b *button) TypedShortcut(s fyne.Shortcut) { b.d.typedShortcut(s) }

func (b *button) face() (fill, edge color.Color, t tone) {
	switch {
	case b.off:
		return theme.Paper, theme.Line, toneQuiet
	case b.kind == primary:
		return theme.Primary, theme.Primary, toneOnSolid
	case b.kind == alarm:
		return theme.Help, theme.Help, toneOnSolid
	case b.kind == ghost && b.on:
		return theme.Selected, theme.Selected, tonePrimary
	case b.kind == ghost:
		return color.Transparent, color.Transparent, b.tone
	default:
		return theme.Card, theme.Edge, toneInk
	}
}

// CreateRenderer implements fyne.Widget.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b: b, ground: box(color.Transparent, color.Transparent, theme.Hairline), word: body(""), key: words("", theme.DeskSmall, false, toneQuiet),
		cap: box(color.Transparent, color.Transparent, theme.Hairline), ring: box(color.Transparent, theme.Primary, theme.FocusRing),
	}
	r.all = container.NewWithoutLayout(r.ground, r.word, r.cap, r.key, r.ring)
	r.Refresh()
	return r
}

type buttonRenderer struct {
	b                 *button
	ground, cap, ring *canvas.Rectangle
	word, key         *canvas.Text
	all               *fyne.Container
}

func (r *buttonRenderer) Destroy()                     {}
func (r *buttonRenderer) Objects() []fyne.CanvasObject { return r.all.Objects }

// pad is the room beside the words; tabs and hints stand closer.
func (r *buttonRenderer) pad() float32 {
	if r.b.kind == ghost {
		return theme.DeskGap
	}
	return theme.DeskGap + 4
}

func (r *buttonRenderer) sizes() (word, key fyne.Size) {
	word = fyne.MeasureText(r.b.word, theme.DeskBody, fyne.TextStyle{Bold: r.bold()})
	if r.b.key != "" {
		key = fyne.MeasureText(r.b.key, theme.DeskSmall, fyne.TextStyle{}).AddWidthHeight(theme.DeskGap, 2)
	}
	return word, key
}

func (r *buttonRenderer) bold() bool { return r.b.kind == primary || r.b.kind == alarm || r.b.on }

func (r *buttonRenderer) MinSize() fyne.Size {
	word, key := r.sizes()
	w := word.Width + 2*r.pad()
	if key.Width > 0 {
		w += key.Width + theme.DeskGap
	}
	return fyne.NewSize(w, theme.DeskField)
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	// The ring lies just outside the face, on the page's ground.
	r.ring.Move(fyne.NewPos(-theme.FocusRing, -theme.FocusRing))
	r.ring.Resize(size.AddWidthHeight(2*theme.FocusRing, 2*theme.FocusRing))
	word, key := r.sizes()
	gap := float32(0)
	if key.Width > 0 {
		gap = theme.DeskGap
	}
	room := size.Width - theme.DeskGap - key.Width - gap
	shown := fit(r.b.word, theme.DeskBody, fyne.TextStyle{Bold: r.bold()}, room)
	r.word.Text = shown
	word.Width = min(word.Width, room)
	x := (size.Width - word.Width - gap - key.Width) / 2
	r.word.Move(fyne.NewPos(x, (size.Height-word.Height)/2))
	r.word.Resize(word)
	kx := x + word.Width + gap
	r.cap.Move(fyne.NewPos(kx, (size.Height-key.Height)/2))
	r.cap.Resize(key)
	r.key.Move(fyne.NewPos(kx+theme.DeskGap/2, (size.Height-key.Height)/2+1))
	r.key.Resize(key.SubtractWidthHeight(theme.DeskGap, 2))
}

func (r *buttonRenderer) Refresh() {
	fill, edge, t := r.b.face()
	r.ground.FillColor, r.ground.StrokeColor = fill, edge
	r.word.Color, r.word.TextStyle.Bold = t.colour(), r.bold()
	kt := toneQuiet
	if t == toneOnSolid {
		kt = t
	}
	r.key.Text, r.key.Color = r.b.key, kt.colour()
	r.cap.StrokeColor = color.Transparent
	if r.b.key != "" {
		r.cap.StrokeColor = theme.Edge
		if t == toneOnSolid {
			r.cap.StrokeColor = theme.OnPrimary
		}
	}
	r.ring.Hidden = !r.b.focused
	r.ring.StrokeColor = theme.Primary
	if r.b.kind == primary || r.b.kind == alarm {
		r.ring.StrokeColor = theme.Ink
	}
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

// ground notices the mouse wherever nothing else does.
type groundWidget struct {
	widget.BaseWidget
	d *Desk
}

func newGround(d *Desk) *groundWidget {
	g := &groundWidget{d: d}
	g.ExtendBaseWidget(g)
	return g
}

// MouseIn tells the desk that a person is here.
func (g *groundWidget) MouseIn(*desktop.MouseEvent) { g.d.touch() }

// MouseMoved tells the desk that a person is here.
func (g *groundWidget) MouseMoved(*desktop.MouseEvent) { g.d.touch() }

// MouseOut implements desktop.Hoverable.
func (g *groundWidget) MouseOut() {}

// CreateRenderer implements fyne.Widget.
func (g *groundWidget) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}
