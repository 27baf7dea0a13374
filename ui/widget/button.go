package widget

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	toolkit "fyne.io/fyne/v2/widget"

	"linli/ui/theme"
)

// Rect is a box in units, relative to what the text around it says.
type Rect struct {
	At   fyne.Position
	Size fyne.Size
}

// Look is how a button is drawn: a rounded body with an edge, perhaps a
// coloured face behind its pictogram, perhaps a lip below it that makes it
// look pressable and vanishes while pressed. All boxes are relative to the
// button, in units.
type Look struct {
	Body      color.NRGBA
	Edge      color.NRGBA
	EdgeWidth float32
	Radius    float32
	Lip       color.NRGBA
	LipHeight float32 // 0: none

	Face       Rect // zero: none
	FaceColour color.NRGBA
	FaceSide   bool // it lies at the left; else at the top

	Icon   fyne.Resource // nil: none
	IconAt Rect

	Lines []Line
}

// equal answers whether two looks draw the same.
func (l Look) equal(m Look) bool {
	return l.Body == m.Body && l.Edge == m.Edge && l.EdgeWidth == m.EdgeWidth && l.Radius == m.Radius &&
		l.Lip == m.Lip && l.LipHeight == m.LipHeight && l.Face == m.Face && l.FaceColour == m.FaceColour && l.FaceSide == m.FaceSide &&
		l.Icon == m.Icon && l.IconAt == m.IconAt && slices.Equal(l.Lines, m.Lines)
}

// Button is anything to be touched: a tile, a row, a corner, a key, the next
// step. It shows at once that it is pressed, counts a tap whose finger wobbled
// inside the slop, and lets go of one that slid away. The toolkit takes a
// wobble of more than two pixels for a drag, which is why a tap is told from
// the end of a drag here.
type Button struct {
	toolkit.BaseWidget

	// OnStrike is called when a tap counts.
	OnStrike func()
	// OnPress is called when a finger comes down, for the click.
	OnPress func()

	guard *Guard
	key   bool
	slop  float32 // units

	look     Look
	off      bool
	pressed  bool
	dragged  bool // a drag is going on
	slid     bool // and went beyond the slop
	downAt   fyne.Position
	moved    fyne.Position
	renderer *buttonRenderer
}

var (
	_ fyne.Tappable     = (*Button)(nil)
	_ fyne.Draggable    = (*Button)(nil)
	_ desktop.Mouseable = (*Button)(nil)
)

// NewButton returns a button of a window. A finger may slide slop units. Keys
// of a pad have the guard's shorter pause.
func NewButton(guard *Guard, slop float32, isKey bool) *Button {
	b := &Button{guard: guard, slop: slop, key: isKey}
	b.ExtendBaseWidget(b)
	return b
}

// SetSlop changes how far a finger may slide, in units.
func (b *Button) SetSlop(slop float32) { b.slop = slop }

// SetLook changes how the button is drawn. A button that is off takes no taps.
func (b *Button) SetLook(l Look, off bool) {
	b.off = off
	if b.look.equal(l) {
		return
	}
	b.look = l
	b.redraw()
}

// Look returns how the button is drawn.
func (b *Button) Look() Look { return b.look }

// Release lifts the finger without a tap: the page under it has changed.
func (b *Button) Release() {
	b.dragged, b.slid = false, false
	b.press(false)
}

// Pressed answers whether the button is drawn pressed.
func (b *Button) Pressed() bool { return b.pressed }

// MinSize is nothing: the layout gives the size.
func (b *Button) MinSize() fyne.Size { return fyne.Size{} }

// MouseDown is a finger coming down.
func (b *Button) MouseDown(e *desktop.MouseEvent) {
	if b.off || e.Button != desktop.MouseButtonPrimary {
		return
	}
	b.downAt, b.moved = e.AbsolutePosition, fyne.Position{}
	b.dragged, b.slid = false, false
	b.press(true)
	if b.OnPress != nil {
		b.OnPress()
	}
}

// MouseUp is a finger lifted.
func (b *Button) MouseUp(*desktop.MouseEvent) { b.press(false) }

// Dragged is a finger sliding.
func (b *Button) Dragged(e *fyne.DragEvent) {
	if b.off {
		return
	}
	b.dragged = true
	b.moved = b.moved.AddXY(e.Dragged.DX, e.Dragged.DY)
	if abs(b.moved.X) > b.slop || abs(b.moved.Y) > b.slop {
		b.slid = true
		b.press(false)
	}
}

// DragEnd is a finger lifted after sliding: still a tap if it only wobbled.
func (b *Button) DragEnd() {
	wobble := b.dragged && !b.slid
	b.dragged, b.slid = false, false
	b.press(false)
	if wobble {
		b.strike()
	}
}

// Tapped is a finger down and up in one place.
func (b *Button) Tapped(*fyne.PointEvent) {
	b.press(false)
	b.strike()
}

func (b *Button) strike() {
	if b.off || b.OnStrike == nil || !b.Visible() || !b.guard.Strike(b.key) {
		return
	}
	b.OnStrike()
}

func (b *Button) press(down bool) {
	if b.pressed == down {
		return
	}
	b.pressed = down
	b.redraw()
}

func (b *Button) redraw() {
	if b.renderer != nil {
		b.renderer.draw()
	}
}

func abs(v float32) float32 { return max(v, -v) }

// CreateRenderer makes the button's parts.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b:    b,
		lip:  canvas.NewRectangle(theme.Clear),
		body: canvas.NewRectangle(theme.Clear),
		face: canvas.NewRectangle(theme.Clear),
		icon: canvas.NewImageFromResource(nil),
	}
	r.icon.FillMode = canvas.ImageFillContain
	r.objects = []fyne.CanvasObject{r.lip, r.body, r.face, r.icon}
	b.renderer = r
	r.draw()
	return r
}

type buttonRenderer struct {
	b       *Button
	lip     *canvas.Rectangle
	body    *canvas.Rectangle
	face    *canvas.Rectangle
	icon    *canvas.Image
	texts   []*canvas.Text
	objects []fyne.CanvasObject
}

func (r *buttonRenderer) Layout(fyne.Size)             { r.draw() }
func (r *buttonRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *buttonRenderer) Refresh()                     { r.draw() }
func (r *buttonRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *buttonRenderer) Destroy()                     {}

// draw brings every part to the button's look and state, touching only what is
// different: each refreshed part costs a repaint of the window.
func (r *buttonRenderer) draw() {
	l, size := r.b.look, r.b.Size()
	if size.IsZero() {
		return
	}
	body, face := l.Body, l.FaceColour
	var moved fyne.Position
	if r.b.pressed {
		body, face = theme.Pressed(body), theme.Pressed(face)
		moved.Y = l.LipHeight
	}

	// Only the strip that shows below the body is painted.
	strip := l.LipHeight + 2*l.Radius
	setRect(r.lip, Rect{fyne.NewPos(0, size.Height-strip), fyne.NewSize(size.Width, strip)},
		l.Lip, theme.Clear, 0, l.Radius, l.LipHeight > 0 && !r.b.pressed)
	setRect(r.body, Rect{moved, fyne.NewSize(size.Width, size.Height-l.LipHeight)},
		body, l.Edge, l.EdgeWidth, l.Radius, true)
	r.roundFace(l)
	setRect(r.face, Rect{l.Face.At.Add(moved), l.Face.Size}, face, theme.Clear, 0, 0, !l.Face.Size.IsZero())
	r.drawIcon(moved)

	for len(r.texts) < len(l.Lines) {
		t := NewText()
		r.texts = append(r.texts, t)
		r.objects = append(r.objects, t)
	}
	for i, t := range r.texts {
		if i >= len(l.Lines) {
			if t.Visible() {
				t.Hide()
			}
		} else if SetLine(t, l.Lines[i], moved) {
			t.Refresh()
		}
	}
}

// roundFace rounds the face where it meets the button's corners.
func (r *buttonRenderer) roundFace(l Look) {
	r.face.TopLeftCornerRadius = l.Radius
	r.face.TopRightCornerRadius, r.face.BottomLeftCornerRadius = l.Radius, 0
	if l.FaceSide {
		r.face.TopRightCornerRadius, r.face.BottomLeftCornerRadius = 0, l.Radius
	}
}

func (r *buttonRenderer) drawIcon(moved fyne.Position) {
	l := r.b.look
	if l.Icon == nil {
		if r.icon.Visible() {
			r.icon.Hide()
		}
		return
	}
	if at := l.IconAt.At.Add(moved); r.icon.Position() != at {
		r.icon.Move(at)
	}
	SetIcon(r.icon, l.Icon, l.IconAt.Size)
	if !r.icon.Visible() {
		r.icon.Show()
	}
}

// SetIcon gives an image another pictogram and size. The order matters: the
// toolkit would draw the old picture at the new size and remember it under the
// new one's name.
func SetIcon(i *canvas.Image, icon fyne.Resource, size fyne.Size) {
	if i.Resource != icon {
		i.Resource = icon
		i.Refresh()
	}
	if i.Size() != size {
		i.Resize(size)
	}
}

// setRect brings a rectangle to what it should be.
func setRect(o *canvas.Rectangle, at Rect, fill, stroke color.NRGBA, width, radius float32, visible bool) {
	if !visible {
		if o.Visible() {
			o.Hide()
		}
		return
	}
	if o.Position() != at.At {
		o.Move(at.At)
	}
	if o.Size() != at.Size {
		o.Resize(at.Size)
	}
	changed := o.FillColor != fill || o.StrokeColor != stroke || o.StrokeWidth != width || o.CornerRadius != radius
	o.FillColor, o.StrokeColor, o.StrokeWidth, o.CornerRadius = fill, stroke, width, radius
	if !o.Visible() {
		o.Show()
	}
	if changed {
		o.Refresh()
	}
}
