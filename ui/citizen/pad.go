package citizen

import (
	"slices"
	"strings"

	"linli/kiosk/flow"
	"linli/ui/theme"
)

// A page of digits never parts: the question, what was typed and the keys are
// seen together, unless an error is too long for that. Where the screen is small
// and the text large it gives up room in this order: the step (it is spoken),
// the question's size down to that of tile words, some of the gap between the
// keys, its size down to that of text, and the question itself while an error,
// or the way back to one, is shown.

type padForm struct {
	ratio    float32 // of the question's em to the text's
	question bool    // also when there is an error or the way back to one
	gap      float32 // between keys, mm
}

var padForms = []padForm{
	{theme.RatioTitle, true, theme.GapMM},
	{theme.RatioWord, true, theme.GapMM},
	{theme.RatioWord, true, theme.GridMM},
	{theme.RatioBody, true, theme.GridMM},
	{theme.RatioBody, false, theme.GridMM},
}

// digits places a page that is answered on the pad.
func (l *layout) digits() {
	whole := l.area
	across := l.v.Profile.Landscape
	var trial layout
	var key float32
	for _, form := range padForms {
		trial = *l
		trial.placed.Lines = append([]Line(nil), l.placed.Lines...)
		trial.placed.Targets = append([]Target(nil), l.placed.Targets...)
		trial.placed.Panels = nil
		if across {
			// The question stands at the left and the keys at the right.
			trial.area.W = whole.W - padWidth(whole) - 2*theme.BlockGapMM
		}
		trial.padHead(form)
		room := trial.area
		if across {
			room = whole
			room.W = padWidth(whole)
			room.X = whole.Right() - room.W
		}
		key = (room.H - form.gap*float32(padRows-1)) / padRows
		if enough := trial.area.H > -theme.GapMM; key >= theme.TargetMM && enough {
			trial.keys(room, key, form.gap)
			trial.placed.Parts = 1
			*l = trial
			return
		}
	}
	if !l.page.Error.Empty() {
		l.digitsAfterError()
		return
	}
	if l.after {
		l.after = false // the keys come first: Say again says the error as well
		l.digits()
		return
	}
	trial.keys(trial.area, max(key, theme.TargetMM), theme.GridMM)
	trial.placed.Parts = 1
	*l = trial
	l.fault("%s: keys of %.1f mm", l.page.ID, key)
}

// digitsAfterError shows an error that is too long to stand above the keys on
// parts of its own, with the question, and then the pad without it.
func (l *layout) digitsAfterError() {
	parts := l.errorParts()
	l.placed.Parts = len(parts) + 1
	l.placed.Part = min(max(l.v.Part, 0), len(parts))
	if l.placed.Part == len(parts) {
		part := l.placed.Part
		l.page.Error, l.after = flow.Text{}, true
		l.digits()
		l.placed.Part, l.placed.Parts = part, part+1
		return
	}
	l.withoutPrimary()
	l.putTurns(l.turnBar())
	l.putBlocks(parts[l.placed.Part])
}

// errorParts are the parts that an error and the question take.
func (l *layout) errorParts() [][]block {
	free := *l
	free.withoutPrimary()
	room := free.area.H - l.turnBar()
	title, _ := l.title()
	problem, _ := l.errorBlock()
	blocks := append([]block{problem}, title...)
	if problem.height > room { // no panel is that high
		blocks = title
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

// padWidth is how much of a low screen the keys take.
func padWidth(whole Rect) float32 { return min(whole.W*0.45, 3*theme.MaxKeyMM+2*theme.GapMM) }

const (
	padColumns = 3
	padRows    = 4
)

// padKeys are the keys in the telephone's order.
var padKeys = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", flow.PressClear, "0", flow.PressDelete}

// padHead places the question, the error and what was typed.
func (l *layout) padHead(form padForm) {
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
	l.echo(min(theme.RatioPadKey, max(form.ratio, theme.RatioWord)))
}

// echo shows the digits typed, grouped as people say them.
func (l *layout) echo(ratio float32) {
	p := l.page.Pad
	s := style{em: l.ems(ratio), height: theme.TightHeight, bold: true, role: RoleEcho, centre: true}
	text := echoText(p, l.v.Typed)
	room := l.area.W - 2*theme.PaddingMM
	longest := theme.Advance(echoText(p, strings.Repeat("0", p.Max)), true)
	s.em = max(l.ems(theme.RatioWord), l.within(s.em, longest, room))
	h := s.measure(text, room) + theme.PaddingMM
	box := Rect{l.area.X, l.area.Y, l.area.W, h}
	l.placed.Panels = append(l.placed.Panels, Panel{Rect: box})
	l.add(s.setMiddle(text, box.Inset(theme.PaddingMM/2))...)
	l.eat(h + theme.GapMM)
}

// echoText is what was typed, with a low line for each digit still wanted.
func echoText(p *flow.Pad, typed string) string {
	shown := typed
	if p.Hidden {
		shown = strings.Repeat("●", len(typed))
	}
	rest := strings.Repeat("_", max(0, p.Min-len(typed)))
	text := flow.Group(shown+rest, p.Groups)
	if p.Hidden {
		text = shown + rest
	}
	if p.Prefix != "" {
		text = p.Prefix + " " + text
	}
	return text
}

// keys places the pad.
func (l *layout) keys(box Rect, height, gap float32) {
	s := style{em: l.ems(theme.RatioPadKey), height: theme.TightHeight, bold: true, centre: true}
	small := l.cornerStyle()
	height = min(height, theme.MaxKeyHighMM)
	// A digit is never higher than its key, and on the least key still larger
	// than the text around it.
	s.em = l.within(s.em, s.height, height-theme.LipMM)
	w := min((box.W-gap*(padColumns-1))/padColumns, theme.MaxKeyMM)
	total := w*padColumns + gap*(padColumns-1)
	left := box.X + (box.W-total)/2
	for i, id := range padKeys {
		r := Rect{
			left + float32(i%padColumns)*(w+gap),
			box.Y + float32(i/padColumns)*(height+gap), w, height,
		}
		t := Target{ID: id, Slot: "key" + id, Kind: Key, Rect: r}
		body := Rect{r.X, r.Y, r.W, r.H - theme.LipMM}
		switch id {
		case flow.PressClear:
			t.Lines = small.setMiddle(l.words("kiosk.pad.clear"), body.Inset(theme.StackGapMM))
		case flow.PressDelete:
			t.Lines = small.setMiddle(l.words("kiosk.pad.delete"), body.Inset(theme.StackGapMM))
		default:
			t.Lines = s.setMiddle(id, body)
		}
		l.placed.Targets = append(l.placed.Targets, t)
	}
}
