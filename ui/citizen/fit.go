package citizen

import (
	"linli/kiosk/flow"
	"linli/kiosk/session"
	"linli/ui/theme"
)

// Fit answers for a session how much a page of a profile holds, so that flows
// part long lists and texts where the layout would. The layout still checks:
// what turns out longer than reckoned here is parted again.
func Fit(p theme.Profile) func(session.Look) flow.Fit {
	return func(look session.Look) flow.Fit {
		v := View{Profile: p, Size: theme.TextSize(look.Size), Lang: look.Lang}
		return flow.Fit{
			CharsPerLine:     int(min(p.WidthMM()-2*theme.MarginMM, theme.MaxColumnMM) / p.WholePixels(v.Size.EmMM())),
			Lines:            readLines(v, 0, nil),
			LinesWithNext:    readLines(v, 0, &flow.Choice{}),
			LinesWithChoices: max(readLines(v, usualRows, nil), fewLines),
			// A page of tiles has few; where it parts depends on its words, so
			// the layout does it.
			Tiles: flow.MaxChoices,
			Rows:  rows(v),
		}
	}
}

// fewLines is the least text that choices stand below: with less of it nobody
// would know what they are about. The layout parts such a page.
const fewLines = 3

// usualRows is how many choices a page to read usually has.
const usualRows = 4

// readLines is how many lines of text stand below a title of two lines (one on a
// low screen, where they are long), above some rows, the page buttons and the next step if there is one.
func readLines(v View, rows int, next *flow.Choice) int {
	v.Page = flow.Page{Kind: flow.Read, Primary: next}
	f := newFrame(v)
	l := &layout{frame: f, page: v.Page}
	l.area = Rect{f.left, f.top + theme.BlockGapMM, f.width, f.bottom - f.top - 2*theme.BlockGapMM}
	l.primary()
	titles := float32(2)
	if v.Profile.Landscape {
		titles = 1
		rows = (rows + 1) / 2 // they stand side by side
	}
	room := l.area.H - titles*l.titleStyle().line() - theme.GapMM - l.turnBar()
	room -= float32(rows) * (theme.CornerMM + theme.LipMM + theme.GapMM)
	return max(1, int(room/l.bodyStyle().line()))
}

// rows is how many short rows stand on one page of a list.
func rows(v View) int {
	row := flow.Choice{ID: "row", Word: flow.Content("社保业务", "Social security"), Icon: "other"}
	for n := flow.MaxChoices; n > 1; n-- {
		v.Page = flow.Page{ID: "fit", Kind: flow.List, Parts: 2, Title: flow.Content("您想了解哪一项", "Which one is it?")}
		for range n {
			v.Page.Choices = append(v.Page.Choices, row)
		}
		if Place(v).Parts == 1 {
			return n
		}
	}
	return 1
}
