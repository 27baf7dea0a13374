package theme_test

import (
	"image/color"
	"testing"

	"linli/assets"
	"linli/ui/theme"
)

func TestContrastOfKnownPairs(t *testing.T) {
	if got := theme.Contrast(theme.Black, theme.White); got < 20.9 || got > 21.1 {
		t.Errorf("black on white is %.2f, want 21", got)
	}
	if got := theme.Contrast(theme.Ink, theme.Ink); got != 1 {
		t.Errorf("a colour on itself is %.2f, want 1", got)
	}
}

func TestWordsReachSevenToOne(t *testing.T) {
	check := func(name string, text, ground color.NRGBA) {
		if c := theme.Contrast(text, ground); c < 7 {
			t.Errorf("%s: contrast %.2f, want 7", name, c)
		}
	}
	for _, p := range []*theme.Palette{theme.Normal(), theme.HighContrast()} {
		check("text on ground", p.Text, p.Ground)
		check("text on card", p.Text, p.Card)
		check("quiet on ground", p.Quiet, p.Ground)
		check("quiet on card", p.Quiet, p.Card)
		check("primary", p.OnPrimary, p.Primary)
		check("help", p.OnHelp, p.Help)
		for _, f := range []string{"", "city", "public", "social", "selfgov", "mutual"} {
			check("face "+f, p.OnFace, p.Face(f))
		}
	}
	for _, state := range []color.NRGBA{theme.Good, theme.Wait, theme.Late} {
		check("state on card", state, theme.Card)
		check("state on paper", state, theme.Paper)
		check("on state", theme.OnState, state)
	}
	check("ink on selected", theme.Ink, theme.Selected)
}

// A pressed face carries its words as well.
func TestPressedFaceKeepsItsContrast(t *testing.T) {
	if c := theme.Contrast(theme.OnPrimary, theme.Pressed(theme.Primary)); c < 7 {
		t.Errorf("pressed primary: contrast %.2f", c)
	}
}

func TestEveryPictogramTakesAColour(t *testing.T) {
	for _, name := range assets.IconNames() {
		a, b := theme.Icon(name, theme.Primary), theme.Icon(name, theme.OnPrimary)
		if a == nil || b == nil {
			t.Fatalf("%s: no resource", name)
		}
		if string(a.Content()) == string(b.Content()) {
			t.Errorf("%s: two colours give the same drawing", name)
		}
		if a != theme.Icon(name, theme.Primary) {
			t.Errorf("%s: made twice", name)
		}
	}
	if theme.Icon("no-such-pictogram", theme.Ink) != nil {
		t.Error("a name without a drawing gave one")
	}
}
