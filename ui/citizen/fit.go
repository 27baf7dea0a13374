package citizen

import (
	"linli/assets"
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
		f := newFrame(v)
		return flow.Fit{
			CharsPerLine: int(min(p.WidthMM()-2*theme.MarginMM, theme.MaxColumnMM) / p.WholePixels(p.EmMM(v.Size))),
			// A page of tiles has few; where it parts depends on its words, so
			// the layout does it.
			Tiles: flow.MaxChoices,
			Rows:  rows(v),
			Room:  func(page flow.Page) int { return readRoom(f, page) },
			Wrap:  func(text string) []string { return readLines(f, text) },
		}
	}
}

// fewLines is the least text that choices stand below: with less of it nobody
// would know what they are about. The layout parts such a page.
const fewLines = 3

// readRoom is how many half lines of text a page to read has between its title
// and what stands below: its choices, its next step, and the page buttons if it
// has parts. The frame stays as it is: nothing of a page is kept in it.
func readRoom(f *frame, page flow.Page) int {
	own := *f
	own.v.Page, own.broken = page, make(map[broken][]string)
	l := &layout{frame: &own, page: page}
	l.area = Rect{f.left, f.top + theme.BlockGapMM, f.width, f.bottom - f.top - 2*theme.BlockGapMM}
	l.primary()
	_, title := l.title()
	l.eat(title + theme.GapMM)
	room := l.area.H
	if b, ok := l.errorBlock(); ok {
		room -= b.height + theme.GapMM
	}
	if page.Parts > 1 {
		room -= l.turnBar()
	}
	least := 1
	for _, b := range l.choices() {
		room -= b.height + b.gap
		least = fewLines
	}
	return max(2*least, int(2*room/l.bodyStyle().line()))
}

// readLines is a text of a page to read as it is broken into lines.
func readLines(f *frame, text string) []string {
	s := f.bodyStyle()
	s.broken = nil // nothing of a page is kept
	return s.breakLines(text, min(f.width, theme.MaxColumnMM))
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

// Fits answers whether a page can be laid out on a screen at all: its corners and one answer, in every language and text size.
func Fits(p theme.Profile) bool {
	row := flow.Choice{ID: "row", Word: flow.Content("综合业务（办理各种证明）", "General services, certificates"), Icon: "other"}
	for _, lang := range assets.Languages() {
		for size := range theme.TextSizes {
			page := flow.Page{ID: "fit", Kind: flow.List, Title: flow.Content("您要办什么？", "What would you like to do?"), Choices: []flow.Choice{row}}
			placed := Place(View{Page: page, Profile: p, Size: theme.TextSize(size), Lang: lang})
			if len(placed.Faults) > 0 || placed.Parts > 1 {
				return false
			}
			for _, t := range placed.Targets {
				if t.Rect.X < 0 || t.Rect.Right() > p.WidthMM() || t.Rect.W < theme.TargetMM || t.Rect.H < theme.TargetMM {
					return false
				}
			}
			for i, a := range placed.Targets {
				for _, b := range placed.Targets[i+1:] {
					if a.Rect.X < b.Rect.Right() && b.Rect.X < a.Rect.Right() && a.Rect.Y < b.Rect.Bottom() && b.Rect.Y < a.Rect.Bottom() {
						return false
					}
				}
			}
		}
	}
	return true
}
