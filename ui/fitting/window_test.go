package fitting_test

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/assets"
	"linli/ui/fitting"
	"linli/ui/theme"
)

func TestKeysAnswerAllQuestionsAndTheScreenIsKept(t *testing.T) {
	if err := assets.LoadLang(); err != nil {
		t.Fatal(err)
	}
	for _, lang := range assets.Languages() {
		app := test.NewApp()
		win := app.NewWindow("")
		var kept []theme.Profile
		full := errors.New("the disk is full")
		fitting.Open(fitting.Config{Window: win, Known: theme.DefaultProfile(), Lang: lang, Size: fyne.NewSize(1080, 1920), Save: func(p theme.Profile) error {
			kept = append(kept, p)
			if len(kept) == 1 {
				return full
			}
			return nil
		}})
		press := func(names ...fyne.KeyName) {
			for _, n := range names {
				win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: n})
			}
		}
		press(fyne.KeyRight, fyne.KeyRight, fyne.KeyReturn, fyne.KeyUp, fyne.KeyReturn, fyne.KeyRight, fyne.KeyReturn, fyne.KeyReturn, fyne.KeyReturn)
		if len(kept) != 2 || kept[0] != kept[1] {
			t.Fatalf("%s: kept %+v: what could not be kept is kept on the next press", lang, kept)
		}
		usual, got := theme.DefaultProfile(), kept[1]
		if got.MMPerUnit >= usual.MMPerUnit || got.BottomEdgeMM != usual.BottomEdgeMM+100 || got.ViewMM != usual.ViewMM+50 || got.W != 1080 || got.H != 1920 {
			t.Errorf("%s: %+v", lang, got)
		}
		app.Quit()
	}
}

func TestAScreenOnWhichNothingFitsIsNotKept(t *testing.T) {
	app := test.NewApp()
	defer app.Quit()
	win := app.NewWindow("")
	saved := false
	fitting.Open(fitting.Config{Window: win, Known: theme.DefaultProfile(), Lang: "zh", Size: fyne.NewSize(640, 480), Save: func(theme.Profile) error { saved = true; return nil }})
	for range 4 {
		win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	if saved {
		t.Error("a screen of 16 by 12 cm was kept")
	}
}
