package citizen

import (
	"image/color"

	"linli/ui/theme"
)

// Grounds answers for everything written on a page its colour and that of the
// ground under it, from the same skins that the face draws with.
func Grounds(p Placed, palette *theme.Palette) map[string][2]color.NRGBA {
	all := make(map[string][2]color.NRGBA)
	for _, l := range p.Lines {
		ground := palette.Ground
		for _, panel := range p.Panels {
			if l.X >= panel.X && l.Right() <= panel.Right() && l.Y >= panel.Y && l.Bottom() <= panel.Bottom() {
				ground = palette.Card
			}
		}
		all["line "+l.Text] = [2]color.NRGBA{textColour(l, palette), ground}
	}
	for _, t := range p.Targets {
		s := skinOf(t, palette)
		for _, l := range t.Lines {
			all[t.ID+" "+l.Text] = [2]color.NRGBA{s.wordColour(l.Tone), s.body}
			if t.Kind == Primary || t.Kind == Help {
				all[t.ID+" pressed "+l.Text] = [2]color.NRGBA{s.wordColour(l.Tone), theme.Pressed(s.body)}
			}
		}
		if t.Face.W > 0 {
			all[t.ID+" pictogram"] = [2]color.NRGBA{s.icon, s.face}
		}
	}
	return all
}

// Ink answers how many lines stand in the field for a finger.
func Ink(f *Face) int { return len(f.ink.Strokes()) }

// Press is a touch on something of the present page.
func (f *Face) Press(id string) { f.press(id) }

// Queue has what another goroutine brings wait until the test takes it, as the
// toolkit's own queue does.
func Queue(f *Face) <-chan func() {
	queue := make(chan func(), 16)
	f.reader.later = func(fn func()) { queue <- fn }
	return queue
}

// Held answers what the reader still has of ink.
func Held(f *Face) (waiting, working bool) {
	f.reader.mu.Lock()
	defer f.reader.mu.Unlock()
	return f.reader.waiting != nil, f.reader.working
}
