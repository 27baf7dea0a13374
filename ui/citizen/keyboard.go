package citizen

import (
	"slices"

	"linli/kiosk/flow"
	"linli/ui/theme"
)

// A page with keys never parts: the question, what was typed and the keys are
// seen together, unless an error is too long for that. Where the screen is small
// and the text large it gives up room in this order: the step (it is spoken),
// the question's size down to that of tile words, some of the gap between the
// keys, its size down to that of text, and the question itself while an error,
// or the way back to one, is shown. What is to be known beside the question, and
// an error, then have a part of their own before the keys.

type keyForm struct {
	ratio    float32 // of the question's em to the text's
	question bool    // also when there is an error or the way back to one
	gap      float32 // between keys, mm
}

var keyForms = []keyForm{
	{theme.RatioTitle, true, theme.GapMM},
	{theme.RatioWord, true, theme.GapMM},
	{theme.RatioWord, true, theme.GridMM},
	{theme.RatioBody, true, theme.GridMM},
	{theme.RatioBody, true, theme.MinGapMM},
	{theme.RatioBody, false, theme.MinGapMM},
}

// keyboard is what a page with keys is answered on.
type keyboard struct {
	width float32                                 // at the right of a low screen
	least func(gap float32) float32               // its least height
	echo  func(l *layout, form keyForm)           // places what was typed
	keys  func(l *layout, room Rect, gap float32) // places the keys in a room that is high enough
}

// keyed places a page that is answered on a keyboard.
func (l *layout) keyed(k keyboard) {
	whole := l.area
	across := l.v.Profile.Landscape
	var trial layout
	var room Rect
	for _, form := range keyForms {
		if !form.question && !l.page.Error.Empty() && len(l.body()) > 0 {
			continue // what is to be known would go with the question
		}
		trial = *l
		trial.placed.Lines = append([]Line(nil), l.placed.Lines...)
		trial.placed.Targets = append([]Target(nil), l.placed.Targets...)
		trial.placed.Panels = nil
		if across {
			// The question stands at the left and the keys at the right.
			trial.area.W = whole.W - k.width - 2*theme.BlockGapMM
		}
		trial.keyedHead(k, form)
		room = trial.area
		if across {
			room = whole
			room.W = k.width
			room.X = whole.Right() - room.W
		}
		if enough := trial.area.H > -theme.GapMM; room.H >= k.least(form.gap) && enough {
			k.keys(&trial, room, form.gap)
			trial.placed.Parts = 1
			*l = trial
			return
		}
	}
	if !l.page.Error.Empty() || len(l.body()) > 0 {
		l.keyedAfterWords(k)
		return
	}
	if l.after {
		l.after = false // the keys come first: Say again says the error as well
		l.keyed(k)
		return
	}
	short := k.least(theme.GridMM) - room.H
	room.H += short
	k.keys(&trial, room, theme.GridMM)
	trial.placed.Parts = 1
	*l = trial
	l.fault("%s: the keys lack %.1f mm", l.page.ID, short)
}

// keyedAfterWords shows an error, or what is to be known of the question, on parts of their own where they are too long
// to stand above the keys, with the question, and then the keys without them.
func (l *layout) keyedAfterWords(k keyboard) {
	parts := l.wordParts()
	l.placed.Parts = len(parts) + 1
	l.placed.Part = min(max(l.v.Part, 0), len(parts))
	if l.placed.Part == len(parts) {
		part := l.placed.Part
		l.page.Error, l.page.Body, l.after = flow.Text{}, nil, true
		l.keyed(k)
		l.placed.Part, l.placed.Parts = part, part+1
		return
	}
	l.withoutPrimary()
	l.putTurns(l.turnBar())
	l.putBlocks(parts[l.placed.Part])
}

// wordParts are the parts that an error, the question and what is to be known of it take.
func (l *layout) wordParts() [][]block {
	free := *l
	free.withoutPrimary()
	room := free.area.H - l.turnBar()
	title, _ := l.title()
	blocks := append(title, l.reading()...)
	problem, wrong := l.errorBlock()
	switch {
	case !wrong:
	case problem.height <= room:
		blocks = append([]block{problem}, blocks...)
	default: // no panel is that high
		s := l.bodyStyle()
		s.role, s.bold = RoleError, true
		blocks = append(blocks, l.paragraph(s, l.say(l.page.Error), theme.GapMM)...)
	}
	return split(blocks, room)
}

// withoutPrimary takes the next step away: the way on is to the keys.
func (l *layout) withoutPrimary() {
	l.placed.Targets = slices.DeleteFunc(slices.Clone(l.placed.Targets), func(t Target) bool { return t.Kind == Primary })
	l.area.H = l.bottom - theme.BlockGapMM - l.area.Y
}

// backToError places the button that turns back to the error.
func (l *layout) backToError() {
	w, _ := l.turnRoom()
	w = min(w, l.area.W)
	box := Rect{l.area.X, l.area.Y, w, theme.CornerMM}
	l.turn(turnPrev, "prev", "page-previous", l.words("kiosk.corner.prev"), box, true)
	l.turnWords(Rect{box.Right() + theme.GapMM, box.Y, l.area.W - w - theme.GapMM, box.H})
	l.eat(box.H + theme.GapMM)
}

// keyedHead places the question, the error and what was typed.
func (l *layout) keyedHead(k keyboard, form keyForm) {
	if l.after {
		l.backToError()
	}
	if form.question || l.page.Error.Empty() && !l.after {
		s := l.titleStyle()
		s.em = l.ems(form.ratio)
		lines, h := s.set(l.say(l.page.Title), l.area)
		l.add(lines...)
		l.eat(h + theme.GridMM)
		b := l.bodyStyle()
		for _, text := range l.body() {
			lines, h := b.set(text, l.area)
			l.add(lines...)
			l.eat(h + theme.GridMM)
		}
	}
	l.errorPanel()
	k.echo(l, form)
}
