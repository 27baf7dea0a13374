package maintenance

import (
	"strings"

	"linli/app"
	"linli/ui/theme"
	"linli/ui/widget"
)

// columnsOf is how many buttons stand side by side.
func columnsOf(p theme.Profile) int {
	if p.Landscape {
		return 5
	}
	return 3
}

// shrink is how much smaller words become when they do not fit, again and again.
const shrink = 0.95

// rect is a box in millimetres from the upper left corner of the screen.
type rect struct{ x, y, w, h float32 }

// scene is a page laid out.
type scene struct {
	words   []word
	targets []target
}

type word struct {
	text string
	at   rect
	em   float32
	bold bool
}

type target struct {
	id, text string
	at       rect
	em       float32
	kind     kind
}

// kind is how a target is drawn.
type kind int

const (
	plain   kind = iota
	primary      // the one that is meant by most
	grave        // what ends something
)

// area is what may be used of a screen: all of it, but for what nobody reaches.
func area(p theme.Profile) rect {
	top := max(theme.MarginMM, p.ReachTopMM())
	bottom := min(p.HeightMM()-theme.MarginMM, p.ReachBottomMM())
	return rect{theme.MarginMM, top, p.WidthMM() - 2*theme.MarginMM, bottom - top}
}

// set breaks a text into lines from a place on, and answers what is below.
func (s *scene) set(text string, at rect, em float32, bold bool) (below float32) {
	y := at.y
	for _, line := range widget.Wrap(text, at.w, func(t string) float32 { return theme.Advance(t, bold) * em }) {
		s.words = append(s.words, word{line, rect{at.x, y, theme.Advance(line, bold) * em, em * theme.LineHeight}, em, bold})
		y += em * theme.LineHeight
	}
	return y
}

// padScene is the page that asks for the code.
func padScene(p theme.Profile, title, about string, bad bool, typed int, remove, leave string) scene {
	var s scene
	a := area(p)
	rows := float32(4)
	high := min(theme.UpkeepKeyHighMM, max(theme.TargetMM, (a.h*0.6-(rows-1)*theme.GapMM)/rows))
	pad := rect{h: rows*high + (rows-1)*theme.GapMM}
	words := a
	if p.Landscape { // words at the left, keys at the right
		words.w = a.w/2 - theme.GapMM
		pad.x, pad.w = a.x+a.w/2+theme.GapMM, a.w/2-theme.GapMM
		pad.y = a.y + (a.h-pad.h)/2
	} else {
		pad.x, pad.w, pad.y = a.x, a.w, a.y+a.h-pad.h
	}
	bottom := words.y + words.h
	if !p.Landscape {
		bottom = pad.y - theme.GapMM
	}
	for em := theme.UpkeepEmMM; ; em *= shrink {
		s.words = nil
		at := words
		at.y = s.set(title, at, em*theme.UpkeepTitle, true) + theme.GapMM
		at.y = s.set(about, at, em, bad) + theme.GapMM
		echo := strings.Repeat("●", typed) + strings.Repeat("_", max(0, app.KioskCodeDigits-typed))
		if s.set(echo, at, em*theme.UpkeepTitle*theme.UpkeepTitle, true) <= bottom || em <= theme.UpkeepLeastEmMM {
			break
		}
	}

	wide := min(theme.UpkeepKeyMM, (pad.w-2*theme.GapMM)/3)
	left := pad.x + (pad.w-3*wide-2*theme.GapMM)/2
	for i, key := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "leave", "0", "delete"} {
		t := target{id: key, text: key, em: theme.UpkeepDigitMM, at: rect{
			left + float32(i%3)*(wide+theme.GapMM), pad.y + float32(i/3)*(high+theme.GapMM), wide, high,
		}}
		switch key {
		case "leave":
			t.text, t.em = leave, theme.UpkeepWordMM
		case "delete":
			t.text, t.em = remove, theme.UpkeepWordMM
		}
		s.targets = append(s.targets, t)
	}
	return s
}

// openScene is the page itself: what is said above, what can be done below. The words are as large as they all fit.
func openScene(p theme.Profile, title, status string, parts []says, facts []string, buttons []target) scene {
	a := area(p)
	columns := columnsOf(p)
	rows := (len(buttons) + columns - 1) / columns
	high := theme.TargetMM
	block := float32(rows)*high + float32(rows-1)*theme.GapMM
	above := rect{a.x, a.y, a.w, a.h - block - theme.BlockGapMM}
	var s scene
	for em := theme.UpkeepEmMM; ; em *= shrink {
		var fits bool
		if s, fits = said(p, above, em, title, status, parts, facts); fits || em <= theme.UpkeepLeastEmMM {
			break
		}
	}
	wide := (a.w - float32(columns-1)*theme.GapMM) / float32(columns)
	for i, b := range buttons {
		b.at = rect{
			a.x + float32(i%columns)*(wide+theme.GapMM), a.y + a.h - block + float32(i/columns)*(high+theme.GapMM), wide, high,
		}
		b.em = wordEm(b.text, wide-2*theme.PaddingMM)
		s.targets = append(s.targets, b)
	}
	return s
}

// buttonLines is how many lines the words of a button have at most.
const buttonLines = 2

// wordEm is how large words are on a button: in two lines, if they are long.
func wordEm(text string, room float32) float32 {
	em := theme.UpkeepWordMM
	for em > theme.UpkeepLeastEmMM && len(wrapped(text, room, em)) > buttonLines {
		em *= shrink
	}
	return em
}

func wrapped(text string, room, em float32) []string {
	return widget.Wrap(text, room, func(t string) float32 { return theme.Advance(t, true) * em })
}

// said places the words of the page in one column, or in two on a low screen, and answers whether they fit.
func said(p theme.Profile, room rect, em float32, title, status string, parts []says, facts []string) (s scene, fits bool) {
	at := room
	at.y = s.set(title, at, em*theme.UpkeepTitle, true)
	at.y = s.set(status, at, em, true)
	left, right := at, at
	if p.Landscape {
		left.w = room.w/2 - theme.GapMM
		right.x, right.w = room.x+room.w/2+theme.GapMM, left.w
	}
	for _, one := range parts {
		left.y = s.set(one.text, left, em, one.bad)
	}
	if !p.Landscape {
		right.y = left.y + theme.GapMM
	}
	for _, text := range facts {
		right.y = s.set(text, right, em, false)
	}
	return s, max(left.y, right.y) <= room.y+room.h
}
