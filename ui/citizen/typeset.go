package citizen

import (
	"math"

	"linli/ui/theme"
	"linli/ui/widget"
)

// style is how a text is set.
type style struct {
	em     float32 // mm
	height float32 // of a line, in ems
	bold   bool
	tone   Tone
	role   Role
	centre bool
	even   bool                // lines of even length, for titles and words
	broken map[broken][]string // by all styles of a page: the same words are measured often
}

// broken is what decides how a text breaks into lines.
type broken struct {
	text       string
	em, width  float32
	bold, even bool
}

func (s style) line() float32 { return s.em * s.height }

func (s style) width(text string) float32 { return theme.Advance(text, s.bold) * s.em }

// breakLines is the text in lines no wider than w.
func (s style) breakLines(text string, w float32) []string {
	if text == "" {
		return nil
	}
	key := broken{text, s.em, w, s.bold, s.even}
	lines, ok := s.broken[key]
	switch {
	case ok:
		return lines
	case s.even:
		lines = widget.Balance(text, w, s.width)
	default:
		lines = widget.Wrap(text, w, s.width)
	}
	if s.broken != nil {
		s.broken[key] = lines
	}
	return lines
}

// whole answers whether the lines hold whole words, none cut to fit.
func (s style) whole(text string, w float32) bool {
	for _, word := range widget.Words(text) {
		if s.width(word) > w {
			return false
		}
	}
	return true
}

// measure is the height of a text within w.
func (s style) measure(text string, w float32) float32 {
	return float32(len(s.breakLines(text, w))) * s.line()
}

// set places a text's lines from the top of a box and answers the height used.
func (s style) set(text string, box Rect) (lines []Line, height float32) {
	for _, t := range s.breakLines(text, box.W) {
		w := s.width(t)
		x := box.X
		if s.centre {
			x += (box.W - w) / 2
		}
		lines = append(lines, Line{
			Text: t, Rect: Rect{x, box.Y + height, w, s.line()},
			Em: s.em, Bold: s.bold, Tone: s.tone, Role: s.role,
		})
		height += s.line()
	}
	return lines, height
}

// setMiddle places a text's lines in the middle of a box's height.
func (s style) setMiddle(text string, box Rect) []Line {
	box.Y += (box.H - s.measure(text, box.W)) / 2
	lines, _ := s.set(text, box)
	return lines
}

// The styles of a page at a text size.
func (f *frame) titleStyle() style {
	return style{broken: f.broken, em: f.ems(theme.RatioTitle), height: theme.TightHeight, bold: true, role: RoleTitle, even: true}
}

func (f *frame) bodyStyle() style {
	return style{broken: f.broken, em: f.em, height: theme.LineHeight, role: RoleBody}
}

func (f *frame) wordStyle() style {
	return style{broken: f.broken, em: f.ems(theme.RatioWord), height: theme.TightHeight, bold: true, even: true}
}

func (f *frame) noteStyle() style {
	return style{broken: f.broken, em: f.em, height: theme.TightHeight, tone: Quiet}
}

func (f *frame) cornerStyle() style {
	return style{broken: f.broken, em: f.em, height: theme.TightHeight, bold: true, centre: true, even: true}
}

// ems is a size in ems of the text, as it is drawn: the toolkit sets type in
// whole pixels and rounds up, so a size between two of them would come out
// wider than was reckoned.
func (f *frame) ems(ratio float32) float32 { return f.v.Profile.WholePixels(f.em * ratio) }

// within is the largest whole size up to a most that makes a text of some ems
// fit a width.
func (f *frame) within(most, ems, width float32) float32 {
	if most*ems <= width {
		return most
	}
	px := f.v.Profile.MMPerUnit
	return float32(math.Floor(float64(width/ems/px))) * px
}
