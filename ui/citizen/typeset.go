package citizen

import (
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
	even   bool // lines of even length, for titles and words
}

func (s style) line() float32 { return s.em * s.height }

func (s style) width(text string) float32 { return theme.Advance(text, s.bold) * s.em }

// breakLines is the text in lines no wider than w.
func (s style) breakLines(text string, w float32) []string {
	if text == "" {
		return nil
	}
	if s.even {
		return widget.Balance(text, w, s.width)
	}
	return widget.Wrap(text, w, s.width)
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
func titleStyle(em float32) style {
	return style{em: em * theme.RatioTitle, height: theme.TightHeight, bold: true, role: RoleTitle, even: true}
}

func bodyStyle(em float32) style {
	return style{em: em, height: theme.LineHeight, role: RoleBody}
}

func wordStyle(em float32) style {
	return style{em: em * theme.RatioWord, height: theme.TightHeight, bold: true, even: true}
}

func noteStyle(em float32) style {
	return style{em: em, height: theme.TightHeight, tone: Quiet}
}

func cornerStyle(em float32) style {
	return style{em: em, height: theme.TightHeight, bold: true, centre: true, even: true}
}
