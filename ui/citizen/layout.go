package citizen

import (
	"fmt"

	"linli/kiosk/flow"
	"linli/ui/theme"
)

// Place lays a page out. It is a pure function: the same view always gives the
// same boxes. What the page cannot hold at once becomes parts; the text keeps
// its size.
func Place(v View) Placed { return place(newFrame(v)) }

// place lays out the page of a frame's view.
func place(f *frame) Placed {
	v := f.v
	l := &layout{frame: f, page: v.Page}
	l.placed.Targets = append(l.placed.Targets, f.corners...)
	l.placed.Mark = markOf(v)
	l.hall()
	l.area = Rect{f.left, f.top + theme.BlockGapMM, f.width, f.bottom - f.top - 2*theme.BlockGapMM}
	l.primary()
	l.step()
	switch v.Page.Kind {
	case flow.Digits:
		l.keyed(l.pad())
	case flow.Write:
		l.keyed(l.pen())
	default:
		l.content()
	}
	return l.placed
}

// layout is a page being placed: area is the room that is left.
type layout struct {
	*frame
	page   flow.Page
	area   Rect
	named  bool // the hall's name stands above the page
	after  bool // keys whose error stands on the part before
	placed Placed
}

func (l *layout) say(t flow.Text) string { return t.In(l.v.Lang) }

func (l *layout) add(lines ...Line) { l.placed.Lines = append(l.placed.Lines, lines...) }

func (l *layout) fault(format string, args ...any) {
	l.placed.Faults = append(l.placed.Faults, fmt.Sprintf(format, args...))
}

// eat takes height off the top of the area.
func (l *layout) eat(h float32) {
	l.area.Y += h
	l.area.H -= h
}

// hall writes the hall's name above the page where the screen is so tall that
// the page begins lower.
func (l *layout) hall() {
	room := l.corners[0].Rect.Y - theme.MarginMM
	s := l.titleStyle()
	s.role, s.centre = RoleHall, true
	if l.v.Hall == "" || room < 3*s.line() {
		return
	}
	l.named = true
	l.add(s.setMiddle(l.v.Hall, Rect{l.left, theme.MarginMM, l.width, room})...)
}

// primary is the one next step, at the bottom.
func (l *layout) primary() {
	c := l.page.Primary
	if c == nil {
		return
	}
	s := l.wordStyle()
	s.centre = true
	text := l.say(c.Word)
	h := max(theme.PrimaryMM, s.measure(text, l.width-4*theme.PaddingMM)+2*theme.PaddingMM)
	box := Rect{l.left, l.area.Bottom() - h, l.width, h}
	icon := theme.MinIconMM
	if room := s.width(text) + 4*theme.PaddingMM + icon; l.middle.W >= max(room, theme.PrimaryMM) {
		box = l.middle // low screens have it among the bottom corners
	} else {
		// The bottom corners are only a gap away: the next step is the last
		// thing before them.
		box.Y += theme.BlockGapMM - theme.GapMM
		l.area.H = box.Y - theme.BlockGapMM - l.area.Y
	}
	t := Target{ID: c.ID, Slot: "primary", Kind: Primary, Rect: box, Off: c.Off}
	t.Lines = s.setMiddle(text, box.Inset(theme.PaddingMM))
	if c.Icon != "" && len(t.Lines) == 1 {
		t.Icon = c.Icon
		shift := (icon + theme.PaddingMM) / 2
		t.Lines[0].X += shift
		t.At = Rect{t.Lines[0].X - theme.PaddingMM - icon, box.Y + (box.H-icon)/2, icon, icon}
	}
	l.placed.Targets = append(l.placed.Targets, t)
}

// step writes 第 2 步,共 4 步 between the upper corners, or above the title
// where they leave no room; the first page has the hall's name there.
func (l *layout) step() {
	text := ""
	switch {
	case l.page.Step > 0:
		text = l.words("kiosk.step", l.page.Step, l.page.Steps)
	case l.page.Home && len(l.page.Body) > 0 && !l.named:
		text = l.say(l.page.Body[0])
	}
	if text == "" {
		return
	}
	s := l.bodyStyle()
	s.role, s.tone, s.centre = RoleStep, Quiet, true
	if s.width(text) <= l.between.W {
		l.add(s.setMiddle(text, l.between)...)
		return
	}
	if (l.page.Kind == flow.Digits || l.page.Kind == flow.Write) && l.area.H < theme.TightPadMM {
		return // the keys need the room; the spoken page says the step
	}
	s.centre = false
	lines, h := s.set(text, l.area)
	l.add(lines...)
	l.eat(h + theme.GridMM/2)
}

// body is the paragraphs to show below the title.
func (l *layout) body() []string {
	var paragraphs []string
	for i, t := range l.page.Body {
		if i == 0 && l.page.Home {
			continue // the hall's name stands above the title
		}
		if text := l.say(t); text != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	return paragraphs
}

// centred answers whether a page's words stand in the middle: those that tell
// rather than ask.
func (l *layout) centred() bool {
	return l.page.Kind == flow.Result || l.page.Kind == flow.Wait || l.page.ID == idleID
}

var idleID = flow.IdlePage().ID

// errorBlock says what was wrong with the last answer; there may be nothing.
func (l *layout) errorBlock() (b block, ok bool) {
	if l.page.Error.Empty() {
		return b, false
	}
	s := l.bodyStyle()
	s.role, s.bold, s.height = RoleError, true, theme.TightHeight
	icon, pad := theme.MinIconMM, theme.PaddingMM
	text := l.say(l.page.Error)
	w := l.area.W - 3*pad - icon
	h := max(icon, s.measure(text, w)) + 1.5*pad
	return block{height: h, gap: theme.GapMM, put: func(l *layout, y float32) {
		box := Rect{l.area.X, y, l.area.W, h}
		l.placed.Panels = append(l.placed.Panels, Panel{
			Rect: box, Error: true, Icon: "warning",
			At: Rect{box.X + pad, box.Y + (h-icon)/2, icon, icon},
		})
		l.add(s.setMiddle(text, Rect{box.X + 2*pad + icon, box.Y, w, h})...)
	}}, true
}

// errorPanel places the error at the top of the area.
func (l *layout) errorPanel() {
	if b, ok := l.errorBlock(); ok {
		b.put(l, l.area.Y)
		l.eat(b.height + theme.GapMM)
	}
}

// A block is a piece of a page's content that stays together.
type block struct {
	height float32
	gap    float32 // above it, unless it is the first of its part
	put    func(l *layout, y float32)
}

// content places the title, what is to be read and the choices.
func (l *layout) content() {
	title, titleHeight := l.title()
	blocks := []block{}
	head := titleHeight
	problem, wrong := l.errorBlock()
	if wrong {
		head += problem.height + theme.GapMM
	}
	// A title that would leave no room for a choice is read first, on a part of
	// its own.
	if titleHeight > l.area.H*0.5 || l.crowded(head) {
		if wrong {
			blocks = append(blocks, problem)
		}
		if titleHeight <= l.area.H-l.turnBar() {
			title = []block{together(title)} // half a question asks nothing
		}
		blocks = append(blocks, title...)
	} else {
		y := l.area.Y
		if l.sparse(titleHeight) {
			y = l.area.Y + l.spare(titleHeight)
		}
		l.area.H -= y - l.area.Y
		l.area.Y = y
		for _, b := range title {
			b.put(l, l.area.Y)
			l.eat(b.height)
		}
		if titleHeight > 0 {
			l.eat(theme.GapMM)
		}
		l.errorPanel()
	}
	blocks = append(blocks, l.reading()...)
	blocks = append(blocks, l.choices()...)
	l.putParts(blocks)
}

// together makes one block of lines.
func together(lines []block) block {
	var height float32
	for _, b := range lines {
		height += b.height
	}
	return block{height: height, put: func(l *layout, y float32) {
		for _, b := range lines {
			b.put(l, y)
			y += b.height
		}
	}}
}

// crowded answers whether some choice is too high to stand below the title.
func (l *layout) crowded(title float32) bool {
	below := *l
	below.eat(title + theme.GapMM)
	for _, b := range below.choices() {
		if b.height > below.area.H-l.turnBar() && b.height > below.area.H/2 {
			return l.page.Parts > 1 || len(split(append(below.reading(), below.choices()...), below.area.H)) > 1
		}
	}
	return false
}

// title answers the title, a block a line.
func (l *layout) title() (lines []block, height float32) {
	s := l.titleStyle()
	s.centre = l.centred()
	text := l.say(l.page.Title)
	for _, t := range s.breakLines(text, l.area.W) {
		lines = append(lines, block{height: s.line(), put: func(l *layout, y float32) {
			placed, _ := s.set(t, Rect{l.area.X, y, l.area.W, s.line()})
			l.add(placed...)
		}})
		height += s.line()
	}
	return lines, height
}

// sparse answers whether a page has so little on it that it stands better a
// bit below the top.
func (l *layout) sparse(title float32) bool {
	return l.centred() && l.page.Error.Empty() && l.spare(title) > 0
}

// spare is how much lower a sparse page begins: a third of what is left over.
func (l *layout) spare(title float32) float32 {
	used := title + theme.GapMM
	for _, b := range append(l.reading(), l.choices()...) {
		used += b.height + b.gap
	}
	if used > l.area.H {
		return 0
	}
	third := (l.area.H - used) / 3
	return float32(int(third/theme.GridMM)) * theme.GridMM
}

// reading answers the number, the secret and the paragraphs, as blocks.
func (l *layout) reading() []block {
	var blocks []block
	if l.page.Kind == flow.Wait {
		icon := theme.MaxIconMM
		blocks = append(blocks, block{height: icon, gap: theme.BlockGapMM, put: func(l *layout, y float32) {
			l.placed.Panels = append(l.placed.Panels, Panel{Icon: "waiting", At: Rect{l.area.X + (l.area.W-icon)/2, y, icon, icon}})
		}})
	}
	blocks = append(blocks, l.numbers()...)
	s := l.bodyStyle()
	s.centre = l.centred()
	s.even = s.centre
	for i, text := range l.body() {
		gap := theme.ParagraphGap * l.em
		if i == 0 {
			gap = theme.GridMM
		}
		blocks = append(blocks, l.paragraph(s, text, gap)...)
	}
	return blocks
}

// paragraph answers a text, a block a line, with a gap above it.
func (l *layout) paragraph(s style, text string, gap float32) []block {
	var blocks []block
	for _, line := range s.breakLines(text, min(l.area.W, theme.MaxColumnMM)) {
		blocks = append(blocks, block{height: s.line(), gap: gap, put: func(l *layout, y float32) {
			placed, _ := s.set(line, Rect{l.area.X, y, l.area.W + 0.1, s.line()})
			l.add(placed...)
		}})
		gap = 0
	}
	return blocks
}

// numbers answers the number and the secret: below one another, or side by
// side on a low screen.
func (l *layout) numbers() []block {
	if l.page.Number == "" {
		return nil
	}
	whole := Rect{0, 0, l.area.W, 0}
	number := func(w Rect) block {
		return l.bigNumber(l.page.Number, theme.RatioNumber, RoleNumber, l.say(l.page.Named), w)
	}
	code := func(w Rect) block {
		return l.bigNumber(l.page.Code, theme.RatioCode, RoleCode, l.say(l.page.Coded), w)
	}
	switch {
	case l.page.Code == "":
		return []block{number(whole)}
	case !l.v.Profile.Landscape:
		return []block{number(whole), code(whole)}
	}
	left, right := whole, whole
	left.W = (whole.W - theme.GapMM) * 0.6
	right.X, right.W = left.W+theme.GapMM, whole.W-left.W-theme.GapMM
	h := max(number(left).height, code(right).height)
	left.H, right.H = h, h
	a, b := number(left), code(right)
	return []block{{height: h, gap: a.gap, put: func(l *layout, y float32) { a.put(l, y); b.put(l, y) }}}
}

// bigNumber is a number to be called or copied, on a panel of its own, as big
// as its line lets it be. The panel stands at in.X of the area, in.W wide and
// at least in.H high.
func (l *layout) bigNumber(number string, ratio float32, role Role, caption string, in Rect) block {
	s := style{em: l.ems(ratio), height: theme.TightHeight, bold: true, role: role, centre: true}
	pad := theme.PaddingMM
	room := in.W - 4*pad
	c := l.bodyStyle()
	c.role, c.centre, c.tone = RoleCaption, true, Quiet
	var captionHeight float32
	if caption != "" {
		captionHeight = c.measure(caption, room)
	}
	s.em = l.within(s.em, theme.Advance(number, true), room)
	s.em = l.within(s.em, s.height, l.area.H-l.turnBar()-captionHeight-pad)
	s.em = max(s.em, l.ems(theme.RatioWord)) // then it takes two lines
	used := s.measure(number, room) + captionHeight
	h := max(in.H, used+pad)
	return block{height: h, gap: theme.GapMM, put: func(l *layout, y float32) {
		box := Rect{l.area.X + in.X, y, in.W, h}
		l.placed.Panels = append(l.placed.Panels, Panel{Rect: box})
		inner := Rect{box.X + 2*pad, box.Y + (h-used)/2, room + 0.1, h}
		if caption != "" {
			lines, used := c.set(caption, inner)
			l.add(lines...)
			inner.Y += used
		}
		lines, _ := s.set(number, inner)
		l.add(lines...)
	}}
}
