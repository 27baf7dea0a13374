package theme_test

import (
	"math"
	"testing"

	"linli/ui/theme"
)

func TestProfilesHaveTheirDiagonal(t *testing.T) {
	inches := map[string]float64{"15.6-portrait": 15.6, "21.5-portrait": 21.5, "21.5-landscape": 21.5, "32-portrait": 32}
	for _, p := range theme.Profiles() {
		got := math.Hypot(float64(p.WidthMM()), float64(p.HeightMM())) / 25.4
		if math.Abs(got-inches[p.Name]) > 0.05 {
			t.Errorf("%s: diagonal of %.2f inches", p.Name, got)
		}
		if p.Landscape != (p.W > p.H) {
			t.Errorf("%s: landscape is %v at %v × %v", p.Name, p.Landscape, p.W, p.H)
		}
	}
}

func TestReachBandIsOnTheScreenAndTallEnough(t *testing.T) {
	for _, p := range theme.Profiles() {
		top, bottom := p.ReachTopMM(), p.ReachBottomMM()
		if top < 0 || bottom > p.HeightMM() || bottom-top < 240 {
			t.Errorf("%s: reach band from %.0f to %.0f mm of %.0f", p.Name, top, bottom, p.HeightMM())
		}
		if high := p.BottomEdgeMM + p.HeightMM() - top; high > theme.ReachHighMM+0.5 {
			t.Errorf("%s: targets up to %.0f mm above the floor", p.Name, high)
		}
	}
	p, _ := theme.ProfileNamed("32-portrait")
	if p.ReachTopMM() == 0 {
		t.Error("a tall screen's page starts lower")
	}
}

func TestMillimetresTurnIntoUnits(t *testing.T) {
	p := theme.DefaultProfile()
	if got := p.MM(p.WidthMM()); math.Abs(float64(got-p.W)) > 0.01 {
		t.Errorf("the screen's width is %.2f units, want %v", got, p.W)
	}
}
