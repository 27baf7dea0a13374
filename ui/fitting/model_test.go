package fitting_test

import (
	"math"
	"testing"

	"linli/ui/fitting"
	"linli/ui/theme"
)

// Whatever the monitor says of itself: when the frame is as large as the card, a millimetre is a millimetre.
func TestAFrameAsLargeAsTheCardTellsTheSizeOfAMillimetre(t *testing.T) {
	for _, real := range theme.Profiles() {
		m := fitting.New(theme.DefaultProfile(), real.W, real.H)
		want := theme.CardWidthMM / real.MMPerUnit // pixels that the card covers
		for range 2000 {
			w, _ := m.Frame()
			switch {
			case w < want-20:
				m.Change(3)
			case w < want-0.5:
				m.Change(2)
			case w > want+20:
				m.Change(0)
			case w > want+0.5:
				m.Change(1)
			}
		}
		if off := math.Abs(float64(m.Profile.MMPerUnit/real.MMPerUnit - 1)); off > 0.005 {
			t.Errorf("%s: a millimetre is %.1f %% off", real.Name, off*100)
		}
		if w, h := m.Frame(); math.Abs(float64(w/h-theme.CardWidthMM/theme.CardHeightMM)) > 0.001 {
			t.Errorf("%s: the frame has another shape than the card", real.Name)
		}
		if err := m.Profile.Check(); err != nil || m.Profile.Landscape != real.Landscape {
			t.Errorf("%s: %+v, %v", real.Name, m.Profile, err)
		}
	}
}

func TestNoAnswerIsImpossible(t *testing.T) {
	for _, button := range []int{0, 3} {
		m := fitting.New(theme.DefaultProfile(), 4000, 7000)
		for range 4 {
			for range 500 {
				m.Change(button)
			}
			m.Next()
		}
		p := m.Profile
		if p.MMPerUnit < theme.MinPitchMM-0.001 || p.MMPerUnit > theme.MaxPitchMM+0.001 || p.ViewMM < theme.MinViewMM || p.ViewMM > theme.MaxViewMM ||
			p.BottomEdgeMM < theme.MinEdgeMM || p.BottomEdgeMM > theme.MaxEdgeMM {
			t.Errorf("button %d leads to %+v", button, p)
		}
		if m.Question != fitting.Check {
			t.Errorf("after all questions it asks %v", m.Question)
		}
		m.Back()
		if m.Question != fitting.View {
			t.Errorf("back leads to %v", m.Question)
		}
	}
}
