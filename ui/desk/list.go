package desk

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"linli/ui/theme"
)

var (
	_ fyne.Focusable    = (*list)(nil)
	_ fyne.Tappable     = (*list)(nil)
	_ fyne.Scrollable   = (*list)(nil)
	_ fyne.Shortcutable = (*list)(nil)
	_ desktop.Hoverable = (*list)(nil)
)

// listColumn is one column of a list.
type listColumn struct {
	title string
	width float32 // 0 shares what is left
	right bool    // aligned right: figures
}

// cell is one value, ready to be drawn.
type cell struct {
	text string
	tone tone
	bold bool
	end  bool // its end is kept when it is too long; else its beginning
}

// line is one row of a list: plain strings, made off the UI goroutine.
type line struct {
	id    string
	cells []cell
	mark  tone // a stripe at the left edge; toneInk is none
}

// list shows rows of which one is current. Only the rows that are seen exist
// as objects, so a list of a hundred thousand costs as much as one of twenty.
type list struct {
	widget.BaseWidget
	d       *Desk
	id      string
	columns []listColumn
	rows    []line
	current int
	top     int
	least   int // rows that it has place for at least

	header bool
	empty  string // what will appear here and how to make the first one

	onPick func(line) // Enter or a tap
	onMove func(line)

	focused bool
}

func newList(d *Desk, id string, columns ...listColumn) *list {
	l := &list{d: d, id: id, columns: columns, least: 3}
	for _, c := range columns {
		l.header = l.header || c.title != ""
	}
	l.ExtendBaseWidget(l)
	return l
}

// setRows swaps the rows; the current row stays the current one if it is still
// there.
func (l *list) setRows(rows []line) {
	id := ""
	if c, ok := l.at(); ok {
		id = c.id
	}
	l.rows = rows
	if l.current >= len(rows) {
		l.current = max(0, len(rows)-1)
	}
	for i, r := range rows {
		if r.id == id {
			l.current = i
			break
		}
	}
	l.reveal()
	l.Refresh()
	if c, ok := l.at(); ok && l.onMove != nil {
		l.onMove(c)
	}
}

func (l *list) at() (line, bool) {
	if l.current < 0 || l.current >= len(l.rows) {
		return line{}, false
	}
	return l.rows[l.current], true
}

func (l *list) headerHeight() float32 {
	if l.header {
		return 30
	}
	return 0
}

// visible is how many whole rows are seen.
func (l *list) visible() int {
	return max(1, int((l.Size().Height-l.headerHeight())/theme.DeskRow))
}

func (l *list) reveal() {
	n := l.visible()
	if l.current < l.top {
		l.top = l.current
	}
	if l.current >= l.top+n {
		l.top = l.current - n + 1
	}
	l.top = max(0, min(l.top, len(l.rows)-n))
}

func (l *list) move(to int) {
	if len(l.rows) == 0 {
		return
	}
	to = max(0, min(to, len(l.rows)-1))
	if to == l.current {
		return
	}
	l.current = to
	l.reveal()
	l.Refresh()
	if l.onMove != nil {
		l.onMove(l.rows[to])
	}
}

// handle does the keys of a list and answers whether it was one.
func (l *list) handle(name string) bool {
	switch fyne.KeyName(name) {
	case fyne.KeyUp:
		l.move(l.current - 1)
	case fyne.KeyDown:
		l.move(l.current + 1)
	case fyne.KeyPageUp:
		l.move(l.current - l.visible())
	case fyne.KeyPageDown:
		l.move(l.current + l.visible())
	case fyne.KeyHome:
		l.move(0)
	case fyne.KeyEnd:
		l.move(len(l.rows) - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		c, ok := l.at()
		if !ok || l.onPick == nil {
			return false
		}
		l.onPick(c)
	default:
		return false
	}
	return true
}

// TypedKey moves in the list; everything else is the desk's.
func (l *list) TypedKey(k *fyne.KeyEvent) {
	l.d.touch()
	if l.handle(string(k.Name)) {
		return
	}
	l.d.typedKey(k)
}

// TypedRune implements fyne.Focusable; digits are keys of the page.
func (l *list) TypedRune(r rune) { l.d.typedDigit(r) }

// TypedShortcut asks the desk.
func (l *list) TypedShortcut(s fyne.Shortcut) { l.d.typedShortcut(s) }

// FocusGained draws the ring around the current row.
func (l *list) FocusGained() { l.focused = true; l.Refresh() }

// FocusLost takes it away.
func (l *list) FocusLost() { l.focused = false; l.Refresh() }

// Tapped makes a row the current one and picks it.
func (l *list) Tapped(e *fyne.PointEvent) {
	l.d.touch()
	i := l.top + int((e.Position.Y-l.headerHeight())/theme.DeskRow)
	if e.Position.Y < l.headerHeight() || i < 0 || i >= len(l.rows) {
		l.d.focus(l)
		return
	}
	l.move(i)
	l.d.focus(l)
	if l.onPick != nil {
		l.onPick(l.rows[i])
	}
}

// Scrolled moves the rows by the wheel.
func (l *list) Scrolled(e *fyne.ScrollEvent) {
	l.d.touch()
	step := 1
	if e.Scrolled.DY > 0 {
		step = -1
	}
	l.top = max(0, min(l.top+3*step, len(l.rows)-l.visible()))
	l.Refresh()
}

// MouseIn tells the desk that a person is here.
func (l *list) MouseIn(*desktop.MouseEvent) { l.d.touch() }

// MouseMoved tells the desk that a person is here.
func (l *list) MouseMoved(*desktop.MouseEvent) { l.d.touch() }

// MouseOut implements desktop.Hoverable.
func (l *list) MouseOut() {}

// heightFor implements tall: a list inside a column is as high as its rows.
func (l *list) heightFor(width float32) float32 {
	n := max(l.least, len(l.rows))
	if len(l.rows) == 0 {
		need := float32(len(wrapText(l.empty, theme.DeskBody, fyne.TextStyle{}, width-2*theme.DeskPanel)))*22 + 2*theme.DeskPanel
		return max(need, float32(l.least)*theme.DeskRow) + l.headerHeight()
	}
	return float32(n)*theme.DeskRow + l.headerHeight()
}

// CreateRenderer implements fyne.Widget.
func (l *list) CreateRenderer() fyne.WidgetRenderer {
	r := &listRenderer{l: l, empty: newPara(l.empty, toneQuiet)}
	r.ring = box(color.Transparent, theme.Primary, theme.FocusRing)
	r.current = canvas.NewRectangle(theme.Selected)
	r.current.CornerRadius = theme.DeskRadius
	r.thumb = canvas.NewRectangle(theme.Edge)
	r.thumb.CornerRadius = 2
	r.Refresh()
	return r
}

type listRenderer struct {
	l       *list
	ring    *canvas.Rectangle
	current *canvas.Rectangle
	thumb   *canvas.Rectangle
	empty   *para
	objects []fyne.CanvasObject
}

func (r *listRenderer) Destroy()                     {}
func (r *listRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *listRenderer) MinSize() fyne.Size {
	var w float32
	for _, c := range r.l.columns {
		w += max(c.width, 40) + theme.DeskGap
	}
	return fyne.NewSize(w, float32(r.l.least)*theme.DeskRow+r.l.headerHeight())
}

// Layout draws the rows anew: positions and words change together.
func (r *listRenderer) Layout(size fyne.Size) {
	l := r.l
	r.objects = r.objects[:0]
	if size.Width < 2 || size.Height < 2 {
		return
	}
	l.top = max(0, min(l.top, len(l.rows)-l.visible()))
	ws := r.widths(size.Width)
	y := float32(0)
	if l.header {
		x := theme.DeskGap + 4
		for i, c := range l.columns {
			r.text(cell{text: c.title, tone: toneQuiet}, theme.DeskSmall, x, y, ws[i], l.headerHeight(), c.right)
			x += ws[i] + theme.DeskGap
		}
		y += l.headerHeight()
		r.rule(y, size.Width)
	}
	if len(l.rows) == 0 {
		r.empty.set(l.empty, toneQuiet)
		w := size.Width - 2*theme.DeskPanel
		r.empty.Move(fyne.NewPos(theme.DeskPanel, y+theme.DeskPanel))
		r.empty.Resize(fyne.NewSize(w, r.empty.heightFor(w)))
		// No ring: there is nothing to pick, and a ring around a sentence looks
		// like a field.
		r.objects = append(r.objects, r.empty)
		return
	}
	last := min(len(l.rows), l.top+l.visible())
	for i := l.top; i < last; i++ {
		if i == l.current {
			r.current.Move(fyne.NewPos(3, y+2))
			r.current.Resize(fyne.NewSize(size.Width-6, theme.DeskRow-4))
			r.objects = append(r.objects, r.current)
		}
		row := l.rows[i]
		if row.mark != toneInk {
			stripe := canvas.NewRectangle(row.mark.colour())
			stripe.Move(fyne.NewPos(5, y+8))
			stripe.Resize(fyne.NewSize(3, theme.DeskRow-16))
			r.objects = append(r.objects, stripe)
		}
		x := theme.DeskGap + 4
		for c := range l.columns {
			if c < len(row.cells) {
				r.text(row.cells[c], theme.DeskBody, x, y, ws[c], theme.DeskRow, l.columns[c].right)
			}
			x += ws[c] + theme.DeskGap
		}
		y += theme.DeskRow
		if i < last-1 {
			r.rule(y, size.Width)
		}
	}
	if l.focused && l.current >= l.top && l.current < last {
		r.ring.Move(fyne.NewPos(3, l.headerHeight()+float32(l.current-l.top)*theme.DeskRow+2))
		r.ring.Resize(fyne.NewSize(size.Width-7, theme.DeskRow-5))
		r.objects = append(r.objects, r.ring)
	}
	if n := l.visible(); len(l.rows) > n {
		room := size.Height - l.headerHeight()
		h := max(24, room*float32(n)/float32(len(l.rows)))
		at := (room - h) * float32(l.top) / float32(len(l.rows)-n)
		r.thumb.Move(fyne.NewPos(size.Width-4, l.headerHeight()+at))
		r.thumb.Resize(fyne.NewSize(4, h))
		r.objects = append(r.objects, r.thumb)
	}
}

func (r *listRenderer) widths(total float32) []float32 {
	ws := make([]float32, len(r.l.columns))
	left, shares := total-2*theme.DeskGap-8-theme.DeskGap*float32(len(ws)-1), 0
	for i, c := range r.l.columns {
		if ws[i] = c.width; c.width == 0 {
			shares++
		}
		left -= c.width
	}
	for i := range ws {
		if ws[i] == 0 {
			ws[i] = max(0, left/float32(shares))
		}
	}
	return ws
}

func (r *listRenderer) text(c cell, size, x, y, w, h float32, right bool) {
	style := fyne.TextStyle{Bold: c.bold}
	cut := fit
	if c.end {
		cut = fitEnd
	}
	t := words(cut(c.text, size, style, w), size, c.bold, c.tone)
	m := t.MinSize()
	if right {
		x += w - m.Width
	}
	t.Move(fyne.NewPos(x, y+(h-m.Height)/2))
	t.Resize(m)
	r.objects = append(r.objects, t)
}

func (r *listRenderer) rule(y, w float32) {
	h := canvas.NewRectangle(theme.Line)
	h.Move(fyne.NewPos(0, y-theme.Hairline))
	h.Resize(fyne.NewSize(w, theme.Hairline))
	r.objects = append(r.objects, h)
}

func (r *listRenderer) Refresh() {
	r.Layout(r.l.Size())
	canvas.Refresh(r.l)
}
