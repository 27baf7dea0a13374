package desk

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/ui/theme"
)

// Widths of the outer columns and heights of the bars, in units.
const (
	leftWidth   float32 = 296
	sideWidth   float32 = 312
	barHeight   float32 = 48
	hintHeight  float32 = 40
	stripHeight float32 = 38
)

// shell is what stays while pages change: the bar with its tabs, the queue on
// the left, the page's title with the status line, how the other machines are
// reached, and the hints below.
type shell struct {
	d      *Desk
	object fyne.CanvasObject

	tabs   map[Page]*button
	titleT *canvas.Text
	reach  *reachLine
	status *canvas.Text
	said   string // the whole sentence of the status line
	mark   *canvas.Text
	sync   *syncStrip
	middle *fyne.Container
	side   *fyne.Container
	keys   *fyne.Container
	nag    *fyne.Container
	frame  *fyne.Container
	wide   bool // nothing stands left of the page
}

func newShell(d *Desk) *shell {
	s := &shell{
		d: d, tabs: map[Page]*button{},
		titleT: words("", theme.DeskHeading, true, toneInk),
		reach:  newReachLine(d, ""),
		status: body(""), mark: strong(""), sync: newSyncStrip(d),
		middle: container.NewStack(), side: container.NewStack(),
		keys: container.New(across{gap: theme.DeskGap, widths: nil}),
		nag:  container.NewStack(),
	}
	s.nag.Hide()
	s.reach.changed = s.place
	bar := s.bar()
	left, rule := fyne.CanvasObject(space(1, 1)), vertical()
	switch {
	case d.queue != nil:
		left = d.queue.object
	case d.within != "":
		left = d.hallPanel()
	default: // the overview has the whole width
		s.wide = true
		left.Hide()
		rule.Hide()
	}
	s.frame = container.New(
		&frameLayout{s},
		canvas.NewRectangle(theme.Card), bar, hairline(),
		left, rule,
		container.New(across{gap: theme.DeskGap, widths: []float32{-1, -1, 0, -1, -1}}, s.titleT, s.reach.text, space(1, 1), s.mark, s.status),
		s.nag, s.middle, s.side,
		canvas.NewRectangle(theme.Card), hairline(), s.keys,
		s.sync.object,
	)
	s.object = d.ground(s.frame)
	return s
}

func vertical() fyne.CanvasObject { return canvas.NewRectangle(theme.Line) }

// bar is the hall's name, the pages and who works here.
func (s *shell) bar() fyne.CanvasObject {
	d := s.d
	called := d.info.Name
	if d.atOverview() {
		called = d.t("desk.halls.bar")
	}
	name := words(called, theme.DeskBody, true, tonePrimary)
	objs := []fyne.CanvasObject{name, space(theme.DeskGap, 1)}
	ws := []float32{leftWidth - 2*theme.DeskPanel - 28, 1}
	if !d.atOverview() {
		objs, ws = append(objs, small("Ctrl +")), append(ws, -1)
	}
	for i, t := range tabs {
		if !d.allowed(t.page) {
			continue
		}
		b := newButton(d, "tab."+string(t.page), d.t("desk.tab."+string(t.page)), strconv.Itoa(i+1), ghost, func() { d.Open(Route{Page: t.page}) })
		b.skip = true
		s.tabs[t.page] = b
		objs = append(objs, b)
		ws = append(ws, -1)
	}
	objs = append(objs, space(1, 1))
	ws = append(ws, 0)
	who := d.t("desk.role." + string(d.who.Role))
	if d.who.Name != "" {
		who = d.who.Name + " · " + who
	}
	if d.hall.ReadOnly {
		who += " · " + d.t("desk.halls.readonly")
	}
	if n := d.window(d.who.WindowID); n > 0 {
		who += " · " + d.t("desk.window", n)
	}
	objs = append(objs, body(who))
	ws = append(ws, -1)
	return container.New(across{gap: 2, widths: ws}, objs...)
}

// leftWidth is what stands left of the page takes.
func (s *shell) leftWidth() float32 {
	if s.wide {
		return 0
	}
	return leftWidth
}

// frameLayout places the parts of the desk.
type frameLayout struct{ s *shell }

func (l *frameLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(960, 600) }

func (l *frameLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	put := func(i int, x, y, w, h float32) {
		o[i].Move(fyne.NewPos(x, y))
		o[i].Resize(fyne.NewSize(w, h))
	}
	p, leftWidth := theme.DeskPanel, l.s.leftWidth()
	put(0, 0, 0, size.Width, barHeight)
	put(1, p, 7, size.Width-2*p, theme.DeskField)
	put(2, 0, barHeight, size.Width, 1)
	foot := size.Height - hintHeight
	put(3, 0, barHeight+1, leftWidth, foot-barHeight-1)
	put(4, leftWidth, barHeight+1, 1, foot-barHeight-1)
	x := leftWidth + p
	w := size.Width - x - p
	y := barHeight + 1 + p/2
	put(5, x, y, w, theme.DeskField)
	y += theme.DeskField + p/2
	if l.s.nag.Visible() {
		put(6, x, y, w, 44)
		y += 44 + p
	}
	end := foot - p
	if l.s.sync.object.Visible() {
		end = foot - stripHeight
		put(12, x-theme.DeskGap, end+2, w+2*theme.DeskGap, theme.DeskField)
	}
	mid := w
	if l.s.side.Visible() {
		mid = w - sideWidth - p
		put(8, x+mid+p, y, sideWidth, end-y)
	}
	put(7, x, y, mid, end-y)
	put(9, 0, foot, size.Width, hintHeight)
	put(10, 0, foot, size.Width, 1)
	put(11, p, foot+4, size.Width-2*p, hintHeight-8)
}

// show puts a page into the frame.
func (s *shell) show(p page) {
	for name, b := range s.tabs {
		on := name == s.d.route.Page || name == parent[s.d.route.Page]
		if b.on != on {
			b.on = on
			b.Refresh()
		}
	}
	setWords(s.titleT, p.title(), toneInk)
	s.reachOf(p)
	s.middle.Objects = []fyne.CanvasObject{p.middle()}
	s.side.Objects = nil
	if side := p.side(); side != nil {
		s.side.Objects = []fyne.CanvasObject{side}
		s.side.Show()
	} else {
		s.side.Hide()
	}
	s.hints()
	s.frame.Refresh()
	s.middle.Refresh()
	s.side.Refresh()
}

// parent is the tab under which a page is found.
var parent = map[Page]Page{
	PageVisit: PageHome, PageResident: PageResidents, PageCase: PageCases,
	PageNewCase: PageCases, PageNotice: PageNotices, PageKiosk: PageChecks,
}

// say puts a sentence in the status line.
func (s *shell) say(text string, t tone) {
	mark := "✓"
	if t == toneLate {
		mark = "!"
	}
	setWords(s.mark, mark, t)
	s.said, s.status.Color = text, t.colour()
	s.place()
	s.d.report()
}

// quiet takes the sentence away.
func (s *shell) quiet() {
	setWords(s.mark, "", toneInk)
	s.said = ""
	s.place()
}

// hints draws the keys that mean something now.
func (s *shell) hints() {
	var objs []fyne.CanvasObject
	var ws []float32
	var pinyin *button
	seen := map[string]bool{}
	add := func(bs []binding) {
		for _, b := range bs {
			if b.word == "" || seen[b.key] || b.do == nil {
				continue
			}
			seen[b.key] = true
			h := newButton(s.d, "key."+asciiKey(b.key), s.d.t(b.word), keyText(b.key), ghost, func() { s.d.press(b.key) })
			h.skip = true
			if b.key == pinyinKey {
				h.on, pinyin = s.d.pinyin.on, h
			}
			objs, ws = append(objs, h), append(ws, -1)
		}
	}
	if s.d.page != nil {
		add(s.d.page.keys())
	}
	own := len(objs)
	var rest []binding
	rest = append(rest, s.d.global()...)
	add(rest)
	if own > 0 && own < len(objs) {
		// What belongs to the page stands left, what is everywhere right.
		tail := append([]fyne.CanvasObject{space(1, 1)}, objs[own:]...)
		objs = append(objs[:own:own], tail...)
		ws = append(append(ws[:own:own], 0), ws[own:]...)
	}
	s.keys.Layout = across{gap: 2, widths: ws}
	room := s.d.win.Canvas().Size().Width - 2*theme.DeskPanel
	if pinyin != nil && s.keys.Layout.MinSize(objs).Width > room {
		pinyin.key = "" // F1 says it too
	}
	s.keys.Objects = objs
	s.keys.Refresh()
}

// keyText is a key as it is printed on the keyboard.
func keyText(key string) string {
	switch key {
	case "Escape":
		return "Esc"
	case "Return":
		return "Enter"
	case receiptKey:
		return "Ctrl+Enter"
	}
	return key
}

func asciiKey(key string) string {
	if len(key) > 5 && key[:5] == "Ctrl+" {
		return "ctrl-" + key[5:]
	}
	return key
}

// showNag puts a banner over the page until a person has done what it asks.
func (s *shell) showNag(text, key, word string, do func()) {
	if text == "" {
		if s.nag.Visible() {
			s.nag.Hide()
			s.frame.Refresh()
		}
		return
	}
	b := newButton(s.d, "nag", word, key, plain, do)
	b.skip = true
	s.nag.Objects = []fyne.CanvasObject{
		box(theme.Card, theme.Wait, 2),
		container.New(inset{theme.DeskPanel, 5, 5, 5}, row(theme.DeskGap, []float32{0, -1}, words(text, theme.DeskBody, false, toneWait), b)),
	}
	s.nag.Show()
	s.nag.Refresh()
	s.frame.Refresh()
}

// relayout draws the page again after something in it has changed its height.
func (d *Desk) relayout() {
	if d.shell == nil {
		if d.signIn != nil {
			d.signIn.root().Refresh()
		}
		return
	}
	if n := len(d.sheets); n > 0 {
		o := d.sheets[n-1].object.(*fyne.Container)
		o.Layout.Layout(o.Objects, o.Size())
		deepLayout(o)
		o.Refresh()
		return
	}
	deepLayout(d.shell.middle)
	deepLayout(d.shell.side)
	d.shell.middle.Refresh()
	d.shell.side.Refresh()
}

// deepLayout lays containers out again from the top: a child's height may have
// changed without its parent's size changing.
func deepLayout(o fyne.CanvasObject) {
	switch c := o.(type) {
	case *fyne.Container:
		if c.Layout != nil {
			c.Layout.Layout(c.Objects, c.Size())
		}
		for _, child := range c.Objects {
			deepLayout(child)
		}
	case *container.Scroll:
		c.Refresh()
		deepLayout(c.Content)
	}
}
