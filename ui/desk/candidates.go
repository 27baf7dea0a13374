package desk

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/ui/theme"
)

// Measures of the bar below a field, in units.
const (
	barWidth float32 = 640 // at least, where the window has room
	barSpace float32 = 20  // between two candidates
	barEdge  float32 = 12
	barNear  float32 = 4 // to the field
)

// candidates is the bar that shows a composition: the letters, and below them what
// they can mean. Each page and each sheet has one, which lies over it at a size of
// nothing until something is composed.
type candidates struct {
	d      *Desk
	object *fyne.Container
	shown  bool

	frame   *canvas.Rectangle
	spelled *canvas.Text
	hint    *canvas.Text
	numbers [9]*canvas.Text
	texts   [9]*canvas.Text
}

func newCandidates(d *Desk) *candidates {
	c := &candidates{
		d: d, frame: box(theme.Card, theme.Primary, theme.FocusRing),
		spelled: words("", theme.DeskBody, false, tonePrimary), hint: small(""),
	}
	c.object = container.NewWithoutLayout(c.frame, c.spelled, c.hint)
	for i := range c.texts {
		c.numbers[i] = small(strconv.Itoa(i + 1))
		c.texts[i] = words("", theme.DeskHeading, false, toneInk)
		c.object.Add(c.numbers[i])
		c.object.Add(c.texts[i])
	}
	for _, o := range c.object.Objects {
		o.Hide()
	}
	return c
}

// hide takes the bar away.
func (c *candidates) hide() {
	if !c.shown {
		return
	}
	c.shown = false
	for _, o := range c.object.Objects {
		o.Hide()
	}
	canvas.Refresh(c.object)
}

// show draws a composition under its field, or over it where there is no room
// below, and tells the composition how much of its page stands there.
func (c *candidates) show(f *field, of *composition, reading bool) {
	d := c.d
	c.shown = true
	window := d.win.Canvas().Size()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(f)
	width := min(max(barWidth, f.Size().Width), window.Width-2*theme.DeskGap)
	height := 2*theme.DeskGap + lineHeight(theme.DeskBody) + lineHeight(theme.DeskHeading)
	x := max(theme.DeskGap, min(at.X, window.Width-width-theme.DeskGap))
	y := at.Y + f.Size().Height + barNear
	if y+height > window.Height {
		y = max(0, at.Y-height-barNear)
	}
	place(c.frame, x, y, width, height)

	said, hint := of.spelled, d.t("desk.pinyin.hint")
	switch {
	case reading:
		said, hint = of.keys, d.t("desk.pinyin.reading")
	case len(of.found) == 0:
		said, hint = of.keys, d.t("desk.pinyin.nothing")
	}
	room := width - 2*barEdge
	n := c.lay(of, x+barEdge, y+theme.DeskGap+lineHeight(theme.DeskBody), room)
	of.fit(n)
	if of.more() || len(of.from) > 1 {
		hint = d.t("desk.pinyin.pages") + " · " + hint
	}
	c.spelled.Text = fit(said, theme.DeskBody, fyne.TextStyle{}, room)
	m := c.spelled.MinSize()
	place(c.spelled, x+barEdge, y+theme.DeskGap, m.Width, m.Height)
	if c.hint.Text = hint; c.hint.MinSize().Width > room-m.Width-barSpace {
		c.hint.Text = ""
	}
	h := c.hint.MinSize()
	place(c.hint, x+width-barEdge-h.Width, y+theme.DeskGap, h.Width, h.Height)
	canvas.Refresh(c.object)
}

// lay puts as many of the page side by side as have room, and answers how many.
func (c *candidates) lay(of *composition, x, y, room float32) (n int) {
	end := x + room
	for i, candidate := range of.page() {
		number, text := c.numbers[i], c.texts[i]
		text.Text = candidate.Text
		a, b := number.MinSize(), text.MinSize()
		if i == 0 && a.Width+barNear+b.Width > room {
			text.Text = fit(candidate.Text, theme.DeskHeading, fyne.TextStyle{}, room-a.Width-barNear)
			b = text.MinSize()
		}
		if x+a.Width+barNear+b.Width > end && i > 0 {
			break
		}
		t := toneInk
		if i == 0 {
			t = tonePrimary // what the space bar takes
		}
		text.Color = t.colour()
		place(number, x, y+b.Height-a.Height-2, a.Width, a.Height)
		place(text, x+a.Width+barNear, y, b.Width, b.Height)
		x += a.Width + barNear + b.Width + barSpace
		n++
	}
	for i := n; i < len(c.texts); i++ {
		c.numbers[i].Hide()
		c.texts[i].Hide()
	}
	return n
}

// place shows an object somewhere.
func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
	o.Show()
}

// lineHeight is the height of a line of words.
func lineHeight(size float32) float32 { return fyne.MeasureText("中", size, fyne.TextStyle{}).Height }

// tag is the small sign at a field that takes pinyin now.
type tag struct {
	object *fyne.Container
	word   *canvas.Text
}

func newTag() *tag {
	t := &tag{word: words("", theme.DeskSmall, true, toneOnSolid)}
	t.word.Alignment = fyne.TextAlignCenter
	t.object = container.New(inset{}, box(theme.Primary, color.Transparent, 0), t.word)
	t.object.Hide()
	return t
}

// tagged is a field with its ring, and its tag on the upper edge at the right.
type tagged struct{}

func (tagged) heightOf(o []fyne.CanvasObject, width float32) float32 {
	return over{}.heightOf(o[:2], width)
}

func (tagged) MinSize(o []fyne.CanvasObject) fyne.Size { return over{}.MinSize(o[:2]) }

func (tagged) Layout(o []fyne.CanvasObject, size fyne.Size) {
	over{}.Layout(o[:2], size)
	m := o[2].MinSize()
	m.Width += theme.DeskGap
	o[2].Resize(m)
	o[2].Move(fyne.NewPos(size.Width-m.Width-theme.DeskGap, -m.Height/2))
}
