package desk

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"linli/ui/theme"
)

var (
	_ fyne.Focusable    = (*options)(nil)
	_ fyne.Tappable     = (*options)(nil)
	_ fyne.Shortcutable = (*options)(nil)
	_ desktop.Hoverable = (*options)(nil)
)

// ringGap is how far outside the answers their ring lies.
const ringGap = theme.FocusRing + 2

// choice is one of several answers.
type choice struct {
	id   string
	text string
	note string // said beside it in a list of suggestions
	also string // found by these words too: a code, the other language
	end  bool   // the end of the note matters most: an address
}

// options are up to nine answers, picked by their number or with ← →.
type options struct {
	widget.BaseWidget
	d       *Desk
	id      string
	answers []choice
	picked  int // -1 is none

	onEnter  func()
	onChange func()
	focused  bool
	rects    []fyne.Position // of the answers, for taps
	sizes    []fyne.Size
}

func newOptions(d *Desk, id string, answers []choice) *options {
	o := &options{d: d, id: id, answers: answers, picked: -1}
	o.ExtendBaseWidget(o)
	return o
}

func (o *options) value() string {
	if o.picked < 0 {
		return ""
	}
	return o.answers[o.picked].id
}

func (o *options) set(id string) {
	o.picked = -1
	for i, a := range o.answers {
		if a.id == id {
			o.picked = i
		}
	}
	o.Refresh()
}

func (o *options) pick(i int) {
	if i < 0 || i >= len(o.answers) || i == o.picked {
		return
	}
	o.picked = i
	o.Refresh()
	if o.onChange != nil {
		o.onChange()
	}
}

// TypedRune picks by number.
func (o *options) TypedRune(r rune) {
	o.d.touch()
	if r >= '1' && r <= '9' {
		o.pick(int(r - '1'))
	}
}

// TypedKey moves; Enter goes on.
func (o *options) TypedKey(k *fyne.KeyEvent) {
	o.d.touch()
	switch k.Name {
	case fyne.KeyLeft, fyne.KeyUp:
		o.pick(max(0, o.picked-1))
	case fyne.KeyRight, fyne.KeyDown:
		o.pick(min(len(o.answers)-1, o.picked+1))
	case fyne.KeyReturn, fyne.KeyEnter:
		if o.onEnter != nil {
			o.onEnter()
		}
	default:
		o.d.typedKey(k)
	}
}

// TypedShortcut asks the desk.
func (o *options) TypedShortcut(s fyne.Shortcut) { o.d.typedShortcut(s) }

// FocusGained draws the ring.
func (o *options) FocusGained() {
	o.focused = true
	o.d.inSight(o)
	o.Refresh()
}

// FocusLost takes the ring away.
func (o *options) FocusLost() { o.focused = false; o.Refresh() }

// Tapped picks what lies under the pointer.
func (o *options) Tapped(e *fyne.PointEvent) {
	o.d.touch()
	o.d.focus(o)
	for i, p := range o.rects {
		s := o.sizes[i]
		if e.Position.X >= p.X && e.Position.X < p.X+s.Width && e.Position.Y >= p.Y && e.Position.Y < p.Y+s.Height {
			o.pick(i)
		}
	}
}

// MouseIn tells the desk that a person is here.
func (o *options) MouseIn(*desktop.MouseEvent) { o.d.touch() }

// MouseMoved tells the desk that a person is here.
func (o *options) MouseMoved(*desktop.MouseEvent) { o.d.touch() }

// MouseOut implements desktop.Hoverable.
func (o *options) MouseOut() {}

// label is an answer with its number.
func (o *options) label(i int) string { return strconv.Itoa(i+1) + " " + o.answers[i].text }

// place puts the answers into rows of a width and answers the height.
func (o *options) place(width float32) float32 {
	o.rects, o.sizes = o.rects[:0], o.sizes[:0]
	var x, y float32
	for i := range o.answers {
		w := fyne.MeasureText(o.label(i), theme.DeskBody, fyne.TextStyle{Bold: true}).Width + 2*theme.DeskGap
		if x > 0 && x+w > width {
			x, y = 0, y+theme.DeskField+theme.DeskGap
		}
		o.rects = append(o.rects, fyne.NewPos(x, y))
		o.sizes = append(o.sizes, fyne.NewSize(w, theme.DeskField))
		x += w + theme.DeskGap
	}
	return y + theme.DeskField
}

func (o *options) heightFor(width float32) float32 { return o.place(width) }

// CreateRenderer implements fyne.Widget.
func (o *options) CreateRenderer() fyne.WidgetRenderer {
	r := &optionsRenderer{o: o, ring: box(color.Transparent, theme.Primary, theme.FocusRing)}
	r.Refresh()
	return r
}

type optionsRenderer struct {
	o       *options
	ring    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *optionsRenderer) Destroy()                     {}
func (r *optionsRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *optionsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(160, r.o.place(max(160, r.o.Size().Width)))
}

func (r *optionsRenderer) Layout(size fyne.Size) {
	o := r.o
	r.objects = r.objects[:0]
	if size.Width < 2 {
		return
	}
	o.place(size.Width)
	for i := range o.answers {
		on := i == o.picked
		b := box(theme.Card, theme.Edge, theme.Hairline)
		t := toneInk
		if on {
			b = box(theme.Primary, theme.Primary, theme.Hairline)
			t = toneOnSolid
		}
		b.Move(o.rects[i])
		b.Resize(o.sizes[i])
		w := words(o.label(i), theme.DeskBody, on, t)
		m := w.MinSize()
		w.Move(o.rects[i].AddXY((o.sizes[i].Width-m.Width)/2, (o.sizes[i].Height-m.Height)/2))
		w.Resize(m)
		r.objects = append(r.objects, b, w)
	}
	if o.focused {
		at, s := fyne.NewPos(0, 0), fyne.NewSize(0, 0)
		for i, p := range o.rects { // around all answers, or the picked one
			s = s.Max(fyne.NewSize(p.X+o.sizes[i].Width, p.Y+o.sizes[i].Height))
		}
		r.ring.Move(at.SubtractXY(ringGap, ringGap))
		r.ring.Resize(s.AddWidthHeight(2*ringGap, 2*ringGap))
		r.objects = append(r.objects, r.ring)
	}
}

func (r *optionsRenderer) Refresh() {
	r.Layout(r.o.Size())
	canvas.Refresh(r.o)
}
