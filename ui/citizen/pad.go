package citizen

import (
	"strings"

	"linli/kiosk/flow"
	"linli/ui/theme"
)

// A page of digits never parts: the question, what was typed and the keys are
// seen together, unless an error is too long for that. Where the screen is small and the text large it gives up room
// in this order: the step (it is spoken), the question's size down to that of
// tile words, some of the gap between the keys, its size down to that of text,
// and the question itself while an error is shown.

// tightPadMM is the least room in which a pad page keeps its step line.
const tightPadMM = 230

// The longest key that is still easy to strike without moving the arm.
const maxKeyMM float32 = 80

type padForm struct {
	ratio    float32 // of the question's em to the text's
	question bool    // also when there is an error
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
	trial.keys(trial.area, max(key, theme.TargetMM), theme.GridMM)
	trial.placed.Parts = 1
	*l = trial
	l.fault("%s: keys of %.1f mm", l.page.ID, key)
}

// digitsAfterError shows an error that is too long to stand above the keys on
// a part of its own, with the question, and then the pad without it.
func (l *layout) digitsAfterError() {
	if l.v.Part == 0 {
		bar := l.turnBar()
		l.area.H -= bar
		l.content()
		l.area.H += bar
		l.placed.Part, l.placed.Parts = 0, 2
		l.putTurns(bar)
		return
	}
	l.page.Error = flow.Text{}
	l.digits()
	l.placed.Part, l.placed.Parts = 1, 2
}

// padWidth is how much of a low screen the keys take.
func padWidth(whole Rect) float32 { return min(whole.W*0.45, 3*maxKeyMM+2*theme.GapMM) }

const (
	padColumns = 3
	padRows    = 4
)

// padKeys are the keys in the telephone's order.
var padKeys = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", flow.PressClear, "0", flow.PressDelete}

// padHead places the question, the error and what was typed.
func (l *layout) padHead(form padForm) {
	if form.question || l.page.Error.Empty() {
		s := titleStyle(l.em)
		s.em = l.em * form.ratio
		lines, h := s.set(l.say(l.page.Title), l.area)
		l.add(lines...)
		l.eat(h + theme.GridMM)
		b := bodyStyle(l.em)
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
	s := style{em: l.em * ratio, height: theme.TightHeight, bold: true, role: RoleEcho, centre: true}
	text := echoText(p, l.v.Typed)
	room := l.area.W - 2*theme.PaddingMM
	if w := s.width(echoText(p, strings.Repeat("0", p.Max))); w > room {
		s.em = max(l.em*theme.RatioWord, s.em*room/w)
	}
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
	s := style{em: l.em * theme.RatioPadKey, height: theme.TightHeight, bold: true, centre: true}
	small := cornerStyle(l.em)
	height = min(height, 52)
	// A digit is never higher than its key, and on the least key still larger
	// than the text around it.
	s.em = min(s.em, (height-theme.LipMM)/s.height)
	w := min((box.W-gap*(padColumns-1))/padColumns, maxKeyMM)
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
			t.Lines = small.setMiddle(l.words("kiosk.pad.clear"), body.Inset(1))
		case flow.PressDelete:
			t.Lines = small.setMiddle(l.words("kiosk.pad.delete"), body.Inset(1))
		default:
			t.Lines = s.setMiddle(id, body)
		}
		l.placed.Targets = append(l.placed.Targets, t)
	}
}
