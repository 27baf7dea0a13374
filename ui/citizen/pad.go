package citizen

import (
	"strings"

	"linli/kiosk/flow"
	"linli/ui/theme"
)

// pad is the keyboard of a page of digits.
func (l *layout) pad() keyboard {
	return keyboard{
		width: padWidth(l.area),
		least: func(gap float32) float32 { return padRows*theme.TargetMM + (padRows-1)*gap },
		echo: func(l *layout, form keyForm) {
			l.echo(min(theme.RatioPadKey, max(form.ratio, theme.RatioWord)))
		},
		keys: func(l *layout, room Rect, gap float32) { l.keys(room, (room.H-gap*(padRows-1))/padRows, gap) },
	}
}

// padWidth is how much of a low screen the keys take.
func padWidth(whole Rect) float32 { return min(whole.W*0.45, 3*theme.MaxKeyMM+2*theme.GapMM) }

const (
	padColumns = 3
	padRows    = 4
)

// padKeys are the keys in the telephone's order.
var padKeys = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", flow.PressClear, "0", flow.PressDelete}

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
		case flow.PressX:
			t.Lines = s.setMiddle(id, body)
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
