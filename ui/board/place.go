package board

import (
	"image/color"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Screen is the display on the wall. Every size on it is reckoned in millimetres,
// so that the digits are as tall as the hall's reading distance asks. A window of
// another size is the same picture scaled.
type Screen struct {
	MMPerUnit float32 // millimetres of one pixel
	W, H      float32 // pixels
}

// DefaultScreen is the usual one: 55 inches, 1920 × 1080.
func DefaultScreen() Screen {
	return Screen{MMPerUnit: theme.Pitch(theme.BoardInches), W: theme.BoardWidth, H: theme.BoardHeight}
}

// DigitMM is how tall a called number's digits must be to be read at a distance
// in metres: 100 mm at 8 m, and in proportion.
func DigitMM(metres int) float32 {
	if metres <= 0 {
		metres = app.DefaultSettings().BoardDistance
	}
	return theme.BoardDigitMM * float32(metres) / theme.BoardDistanceM
}

// digitHeight is the height of a digit of the embedded font, in ems.
const digitHeight float32 = 0.733

// Shares of the picture, and of a called number's em.
const (
	wordRatio  float32 = 0.44 // 号窗口 beside the window's number
	wordGap    float32 = 0.06 // between the two
	columnAt   float32 = 0.55 // where the window's column begins, of the width
	leftShare  float32 = 0.47 // of the earlier calls, of the width
	mostQueues         = 4    // businesses at a time; more take turns
)

// box is a filled, rounded rectangle.
type box struct {
	at             widget.Rect
	fill, edge     color.NRGBA
	edgeWidth, rad float32
}

// picture is all that is on the board at one moment.
type picture struct {
	boxes   []box
	lines   []widget.Line
	turning bool // notices or businesses take turns
}

// texts is every line that is written.
func (p picture) texts() []string {
	texts := make([]string, 0, len(p.lines))
	for _, l := range p.lines {
		texts = append(texts, l.Text)
	}
	return texts
}

// placing is one picture in the making.
type placing struct {
	picture
	s    *state
	lang string
	now  time.Time
	k    float32 // units of one millimetre
}

// place answers the picture for a window of a size.
func place(s *state, lang string, screen Screen, size fyne.Size, now time.Time) picture {
	scale := min(size.Width/screen.W, size.Height/screen.H)
	p := &placing{s: s, lang: lang, now: now, k: scale / screen.MMPerUnit}
	if scale <= 0 {
		return p.picture
	}
	margin, gap := p.mm(theme.BoardMarginMM), p.mm(theme.BoardGapMM)
	width := size.Width - 2*margin
	p.head(margin, width)
	y := p.mm(theme.BoardHeadMM) + gap/2
	y += p.band(margin, y, width) + gap
	bottom := size.Height - margin
	left := width * leftShare
	p.recent(margin, y, left-gap, bottom-y)
	x, right := margin+left, width-left
	y += p.waiting(x, y, right, (bottom-y)*0.62) + gap
	p.notice(x, y, right, bottom-y)
	return p.picture
}

func (p *placing) mm(mm float32) float32 { return mm * p.k }

func (p *placing) say(key string, args ...any) string { return assets.Format(p.lang, key, args...) }

// text puts one line with its upper left corner at x, y and answers its width.
func (p *placing) text(text string, x, y, em float32, bold bool, c color.NRGBA) float32 {
	w := theme.Advance(text, bold) * em
	p.lines = append(p.lines, widget.Line{
		Text: text, At: fyne.NewPos(x, y), Size: fyne.NewSize(w, em*theme.LineHeight), Em: em, Bold: bold, Colour: c,
	})
	return w
}

// textRight is text whose right end is at x.
func (p *placing) textRight(text string, x, y, em float32, bold bool, c color.NRGBA) {
	p.text(text, x-theme.Advance(text, bold)*em, y, em, bold, c)
}

// fitting is the largest em up to most that lets text fit a width. Only a hall's
// own words (its name, a business) can be longer than their place.
func fitting(text string, bold bool, most, width float32) float32 {
	if w := theme.Advance(text, bold); w*most > width && w > 0 {
		return width / w
	}
	return most
}

func (p *placing) panel(x, y, w, h float32, fill, edge color.NRGBA) {
	p.boxes = append(p.boxes, box{
		at: widget.Rect{At: fyne.NewPos(x, y), Size: fyne.NewSize(w, h)}, fill: fill, edge: edge,
		edgeWidth: p.mm(theme.BoardEdgeMM), rad: p.mm(theme.BoardRadiusMM),
	})
}

// head is the hall's name, the day and the time.
func (p *placing) head(x, width float32) {
	local := p.now.In(p.s.board.Hall.Location())
	centre := func(em float32) float32 {
		return (p.mm(theme.BoardHeadMM) + p.mm(theme.BoardGapMM)/2 - em*theme.LineHeight) / 2
	}
	clock, em := local.Format("15:04"), p.mm(theme.BoardClockMM)
	right := x + width
	p.textRight(clock, right, centre(em), em, true, theme.Ink)
	right -= theme.Advance("00:00", true)*em + p.mm(theme.BoardMarginMM)
	date, em := dateWords(p.lang, local), p.mm(theme.BoardDateMM)
	p.textRight(date, right, centre(em), em, false, theme.QuietInk)
	right -= theme.Advance(date, false)*em + p.mm(theme.BoardMarginMM)
	name := p.s.board.Hall.Name
	em = fitting(name, true, p.mm(theme.BoardNameMM), right-x)
	p.text(name, x, centre(em), em, true, theme.Ink)
}

// band is the newest call, the biggest thing on the board, with the words that
// are said. It answers its height, which is the same with and without a call.
func (p *placing) band(x, y, width float32) float32 {
	pad := p.mm(theme.BoardPadMM)
	em := p.mm(DigitMM(p.s.board.Hall.Settings.BoardDistance) / digitHeight)
	em = min(em, fitting("A1-005", true, em, width*columnAt-pad-p.mm(theme.BoardGapMM)))
	title, caption := p.mm(theme.BoardTitleMM), p.mm(theme.BoardCaptionMM)
	lineH := em * theme.TightHeight
	height := pad/2 + title*theme.LineHeight + lineH + caption*theme.LineHeight + pad/2

	fill, edge, words, quiet := theme.Card, theme.Edge, theme.Ink, theme.QuietInk
	call, _ := p.s.split()
	if call != nil {
		switch {
		case p.s.inverted(p.now):
			edge, words, quiet = theme.Primary, theme.Primary, theme.Primary
		case p.s.present(*call, p.now):
			fill, edge, words, quiet = theme.Primary, theme.Primary, theme.OnPrimary, theme.OnPrimary
		}
	}
	p.panel(x, y, width, height, fill, edge)

	at := y + pad/2
	if p.s.stale {
		p.textRight(p.say("board.stale"), x+width-pad, at, title, true, quiet)
	}
	if call == nil {
		text := p.say(p.empty())
		em := fitting(text, true, p.mm(theme.BoardEmptyMM), width-2*pad)
		w := theme.Advance(text, true) * em
		p.text(text, x+(width-w)/2, y+(height-em*theme.LineHeight)/2, em, true, words)
		return height
	}
	key := "board.last"
	if p.s.present(*call, p.now) {
		key = "board.now"
	}
	p.text(p.say(key), x+pad, at, title, true, quiet)
	at += title * theme.LineHeight
	number := fitting(call.Number, true, em, width*columnAt-pad-p.mm(theme.BoardGapMM))
	p.text(call.Number, x+pad, at+(lineH-number*theme.LineHeight)/2, number, true, words)
	p.window(call.Window, x+width*columnAt, at+lineH/2, em, width*(1-columnAt)-pad, words)
	at += lineH - pad/2 // a line of digits has room below itself
	spoken := Spoken(p.lang, call.Number, call.Window)
	caption = fitting(spoken, false, caption, width-2*pad)
	p.text(spoken, x+pad, at, caption, false, words)
	return height
}

// empty is what the band says when nobody is called: those who have a number
// wait, others take one.
func (p *placing) empty() string {
	switch {
	case !p.s.loaded:
		return "board.starting"
	case p.s.waiting() > 0:
		return "board.none.waiting"
	case len(p.s.calls) > 0:
		return "board.none.more"
	}
	return "board.none"
}

// window is a window's number with its word smaller beside it, on one baseline.
func (p *placing) window(n int, x, middle, em, width float32, c color.NRGBA) {
	before, after, _ := strings.Cut(p.say("board.window"), "{0}")
	digits := strconv.Itoa(n)
	if n == 0 {
		before, digits, after = p.say("board.window.nowhere"), "", ""
	}
	natural := theme.Advance(digits, true) + wordGap + wordRatio*theme.Advance(before+after, true)
	em = min(em, width/natural)
	small := em * wordRatio
	// The baseline of the font lies 0.36 em below the middle of a line's box.
	const baseline = 0.36
	wordY := middle + baseline*(em-small) - small*theme.LineHeight/2
	if before != "" {
		x += p.text(before, x, wordY, small, true, c) + em*wordGap
	}
	if digits != "" {
		x += p.text(digits, x, middle-em*theme.LineHeight/2, em, true, c) + em*wordGap
	}
	if after != "" {
		p.text(after, x, wordY, small, true, c)
	}
}

// recent is five calls besides the one in the band. Those still in their half
// minute, called by other windows, stand on a ground of their own.
func (p *placing) recent(x, y, width, height float32) {
	title := p.mm(theme.BoardTitleMM)
	p.text(p.say("board.recent"), x, y, title, true, theme.QuietInk)
	top := y + title*theme.LineHeight
	rowH := (height - title*theme.LineHeight) / recentRows
	em := min(rowH/theme.LineHeight, p.mm(theme.BoardRowMM))
	_, calls := p.s.split()
	calls = calls[:min(len(calls), recentRows)]
	if len(calls) == 0 {
		text := p.say("board.recent.none")
		em := fitting(text, false, p.mm(theme.BoardNoticeMM), width)
		p.text(text, x, top+(rowH-em*theme.LineHeight)/2, em, false, theme.QuietInk)
		return
	}
	pad := p.mm(theme.BoardPadMM) / 2
	for i, c := range calls {
		at := top + float32(i)*rowH
		words := theme.Ink
		if p.s.present(c, p.now) {
			words = theme.OnPrimary
			p.boxes = append(p.boxes, box{
				at:   widget.Rect{At: fyne.NewPos(x, at+p.mm(theme.BoardEdgeMM)), Size: fyne.NewSize(width, rowH-2*p.mm(theme.BoardEdgeMM))},
				fill: theme.Primary, edge: theme.Primary, rad: p.mm(theme.BoardRadiusMM),
			})
		} else if i > 0 {
			p.rule(x, at, width)
		}
		number := fitting(c.Number, true, em, width*columnAt-2*pad)
		p.text(c.Number, x+pad, at+(rowH-number*theme.LineHeight)/2, number, true, words)
		p.window(c.Window, x+width*columnAt, at+rowH/2, em, width*(1-columnAt)-pad, words)
	}
}

// rule is a hairline between rows.
func (p *placing) rule(x, y, width float32) {
	p.boxes = append(p.boxes, box{
		at:   widget.Rect{At: fyne.NewPos(x, y), Size: fyne.NewSize(width, p.mm(theme.BoardEdgeMM)/2)},
		fill: theme.Line, edge: theme.Line,
	})
}

// waiting is how many wait for each business. It answers its height.
func (p *placing) waiting(x, y, width, most float32) float32 {
	pad, title, em := p.mm(theme.BoardPadMM), p.mm(theme.BoardTitleMM), p.mm(theme.BoardWaitingMM)
	rowH := em * theme.LineHeight
	all := p.s.board.Waiting
	rows := min(len(all), mostQueues, max(1, int((most-2*pad-title*theme.LineHeight)/rowH)))
	height := pad + title*theme.LineHeight + float32(max(1, rows))*rowH + pad/2
	p.panel(x, y, width, height, theme.Card, theme.Edge)
	at := y + pad/2
	p.text(p.say("board.waiting"), x+pad, at, title, true, theme.QuietInk)
	at += title * theme.LineHeight
	if len(all) == 0 {
		text := p.say("board.waiting.none")
		if !p.s.loaded {
			text = p.say("board.starting")
		}
		p.text(text, x+pad, at, em, false, theme.QuietInk)
		return height
	}
	turns := slices.Collect(slices.Chunk(all, rows))
	p.turning = p.turning || len(turns) > 1
	for _, b := range turns[p.s.turn(len(turns), p.now)] {
		count, colour := p.say("board.waiting.count", b.Waiting), theme.Ink
		if !b.Open && b.Waiting == 0 {
			count, colour = p.say("board.waiting.closed"), theme.QuietInk
		}
		p.textRight(count, x+width-pad, at, em, true, colour)
		room := width - 3*pad - theme.Advance(count, true)*em
		name := b.Letter + "  " + businessName(p.lang, b.Business)
		nameEm := fitting(name, false, em, room)
		p.text(name, x+pad, at+(rowH-nameEm*theme.LineHeight)/2, nameEm, false, theme.Ink)
		at += rowH
	}
	return height
}

// notice is the notice, or the page of a long one, that has its turn.
func (p *placing) notice(x, y, width, height float32) {
	pad, title, em := p.mm(theme.BoardPadMM), p.mm(theme.BoardTitleMM), p.mm(theme.BoardNoticeMM)
	rowH := em * theme.LineHeight
	p.panel(x, y, width, height, theme.Card, theme.Edge)
	at := y + pad/2
	inner := width - 2*pad
	rows := int((height - pad - title*theme.LineHeight - rowH) / rowH)
	pages := p.noticePages(inner, em, max(1, rows))
	p.turning = p.turning || len(pages) > 1
	if len(pages) == 0 {
		p.text(p.say("board.notices"), x+pad, at, title, true, theme.QuietInk)
		p.text(p.say("board.notices.none"), x+pad, at+title*theme.LineHeight, em, false, theme.QuietInk)
		return
	}
	page := pages[p.s.turn(len(pages), p.now)]
	kind := categoryWord(p.lang, page.category)
	if kind == "" {
		kind = p.say("board.notices")
	}
	p.text(kind, x+pad, at, title, true, theme.QuietInk)
	if page.of > 1 {
		p.textRight(p.say("board.notices.page", page.n, page.of), x+width-pad, at, title, false, theme.QuietInk)
	}
	at += title * theme.LineHeight
	titleEm := fitting(page.title, true, em, inner)
	p.text(page.title, x+pad, at, titleEm, true, theme.Ink)
	for _, line := range page.lines {
		at += rowH
		p.text(line, x+pad, at, em, false, theme.Ink)
	}
}

// noticePage is what shows of one notice for one turn.
type noticePage struct {
	category, title string
	lines           []string
	n, of           int
}

// noticePages breaks all notices into pages of at most rows lines.
func (p *placing) noticePages(width, em float32, rows int) []noticePage {
	var pages []noticePage
	measure := func(text string) float32 { return theme.Advance(text, false) * em }
	for _, n := range p.s.board.Notices {
		lines := widget.Wrap(strings.TrimSpace(n.Body.In(p.lang)), width, measure)
		// Pages of even length: a last one of half a line looks like a mistake.
		count := (len(lines) + rows - 1) / rows
		chunks := slices.Collect(slices.Chunk(lines, (len(lines)+count-1)/count))
		for i, chunk := range chunks {
			pages = append(pages, noticePage{
				category: n.Category, title: n.Title.In(p.lang), lines: chunk, n: i + 1, of: len(chunks),
			})
		}
	}
	return pages
}
