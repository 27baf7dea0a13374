package desk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/ui/theme"
)

// tall is what needs to know its width before it can say its height.
type tall interface{ heightFor(width float32) float32 }

func heightFor(o fyne.CanvasObject, width float32) float32 {
	if !o.Visible() {
		return 0
	}
	if t, ok := o.(tall); ok {
		return t.heightFor(width)
	}
	if c, ok := o.(*fyne.Container); ok {
		if t, ok := c.Layout.(tallLayout); ok {
			return t.heightOf(c.Objects, width)
		}
	}
	return o.MinSize().Height
}

type tallLayout interface {
	heightOf(objects []fyne.CanvasObject, width float32) float32
}

// down stacks objects from the top, each as wide as the column.
type down struct {
	gap   float32
	width float32 // as last laid out, so that MinSize tells the true height
}

func (l *down) heightOf(objects []fyne.CanvasObject, width float32) float32 {
	var h float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if h > 0 {
			h += l.gap
		}
		h += heightFor(o, width)
	}
	return h
}

func (l *down) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := heightFor(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + l.gap
	}
}

func (l *down) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var w float32
	for _, o := range objects {
		if o.Visible() {
			w = max(w, o.MinSize().Width)
		}
	}
	return fyne.NewSize(w, l.heightOf(objects, max(w, l.width)))
}

func column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&down{gap: gap}, objects...)
}

// across puts objects side by side: a width of 0 shares what is left, a
// negative one takes the object's own width.
type across struct {
	gap    float32
	widths []float32
}

func (l across) split(objects []fyne.CanvasObject, width float32) []float32 {
	ws := make([]float32, len(objects))
	left, shares := width, 0
	seen := 0
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		if seen > 0 {
			left -= l.gap
		}
		seen++
		w := float32(0)
		if i < len(l.widths) {
			w = l.widths[i]
		}
		switch {
		case w > 0:
			ws[i] = w
		case w < 0:
			ws[i] = o.MinSize().Width
		default:
			shares++
			continue
		}
		left -= ws[i]
	}
	for i, o := range objects {
		if ws[i] == 0 && o.Visible() && shares > 0 {
			ws[i] = max(0, left/float32(shares))
		}
	}
	return ws
}

func (l across) heightOf(objects []fyne.CanvasObject, width float32) float32 {
	var h float32
	ws := l.split(objects, width)
	for i, o := range objects {
		h = max(h, heightFor(o, ws[i]))
	}
	return h
}

func (l across) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var x float32
	ws := l.split(objects, size.Width)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		h := size.Height
		y := float32(0)
		if t, ok := o.(*canvas.Text); ok { // words sit in the middle of their row
			h = t.MinSize().Height
			y = (size.Height - h) / 2
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(ws[i], h))
		x += ws[i] + l.gap
	}
}

func (l across) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var w, h float32
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		if i > 0 {
			w += l.gap
		}
		if i < len(l.widths) && l.widths[i] > 0 {
			w += l.widths[i]
		} else if i < len(l.widths) && l.widths[i] < 0 {
			w += o.MinSize().Width
		}
		h = max(h, o.MinSize().Height)
	}
	return fyne.NewSize(w, h)
}

// row puts objects side by side; see across.
func row(gap float32, widths []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(across{gap, widths}, objects...)
}

// evenly shares the width among all.
func evenly(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(across{gap: gap}, objects...)
}

// inset keeps a distance around what it holds.
type inset struct{ left, top, right, bottom float32 }

func (l inset) heightOf(objects []fyne.CanvasObject, width float32) float32 {
	var h float32
	for _, o := range objects {
		h = max(h, heightFor(o, width-l.left-l.right))
	}
	return h + l.top + l.bottom
}

func (l inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(l.left, l.top))
		o.Resize(fyne.NewSize(size.Width-l.left-l.right, size.Height-l.top-l.bottom))
	}
}

func (l inset) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s.AddWidthHeight(l.left+l.right, l.top+l.bottom)
}

func padded(pad float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(inset{pad, pad, pad, pad}, o)
}

// over lays objects on each other and knows the height of the highest.
type over struct{}

func (over) heightOf(objects []fyne.CanvasObject, width float32) float32 {
	return inset{}.heightOf(objects, width)
}

func (over) Layout(objects []fyne.CanvasObject, size fyne.Size) { inset{}.Layout(objects, size) }

func (over) MinSize(objects []fyne.CanvasObject) fyne.Size { return inset{}.MinSize(objects) }

// centre puts a paragraph in the middle of a row's height.
type centre struct{}

func (centre) heightOf(o []fyne.CanvasObject, width float32) float32 { return heightFor(o[0], width) }

func (centre) Layout(o []fyne.CanvasObject, size fyne.Size) {
	h := heightFor(o[0], size.Width)
	o[0].Resize(fyne.NewSize(size.Width, h))
	o[0].Move(fyne.NewPos(0, max(0, (size.Height-h)/2)))
}

func (centre) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// pane scrolls what is higher than its place.
func pane(objects ...fyne.CanvasObject) fyne.CanvasObject {
	inner := container.New(inset{right: theme.DeskPanel}, column(theme.DeskPanel, objects...))
	scroll := container.NewVScroll(inner)
	return container.New(paneLayout{inner}, scroll)
}

// sheetOf is a form's panel with what saves it always in sight below.
func sheetOf(foot fyne.CanvasObject, objects ...fyne.CanvasObject) fyne.CanvasObject {
	scroll := pane(padded(theme.FocusRing, column(theme.DeskGap, objects...)))
	return container.New(
		over{}, box(theme.Card, theme.Line, theme.Hairline),
		container.New(
			inset{theme.DeskPanel, theme.DeskPanel, theme.DeskGap, theme.DeskGap + 4},
			container.New(sandwich{theme.DeskGap}, space(1, 0), scroll, container.New(inset{right: theme.DeskGap}, foot)),
		),
	)
}

// scrollTo brings what has the focus into sight.
func scrollTo(root, target fyne.CanvasObject) {
	var find func(o fyne.CanvasObject, at float32, in *container.Scroll) bool
	find = func(o fyne.CanvasObject, at float32, in *container.Scroll) bool {
		if o == target {
			if in == nil {
				return true
			}
			const spare = 2 * theme.DeskPanel // its label stands above it
			top, bottom, seen := at-spare, at+o.Size().Height+spare, in.Size().Height
			switch y := in.Offset.Y; {
			case top < y:
				in.ScrollToOffset(fyne.NewPos(0, max(0, top)))
			case bottom > y+seen:
				in.ScrollToOffset(fyne.NewPos(0, bottom-seen))
			}
			return true
		}
		switch c := o.(type) {
		case *fyne.Container:
			for _, child := range c.Objects {
				if find(child, at+child.Position().Y, in) {
					return true
				}
			}
		case *container.Scroll:
			return c.Content != nil && find(c.Content, 0, c)
		}
		return false
	}
	find(root, 0, nil)
}

// paneLayout tells the column its width before the scroller asks for its height.
type paneLayout struct{ inner *fyne.Container }

func (l paneLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.inner.Objects[0].(*fyne.Container).Layout.(*down).width = size.Width - theme.DeskPanel
	for _, o := range objects {
		o.Resize(size)
		o.Refresh()
	}
}

func (paneLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(64, 64) }
