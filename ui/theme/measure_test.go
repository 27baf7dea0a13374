package theme_test

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/ui/theme"
)

// What the pages are laid out with must be what the toolkit draws with.
func TestAdvanceAgreesWithTheToolkit(t *testing.T) {
	app := test.NewTempApp(t)
	const size = 100
	for _, bold := range []bool{false, true} {
		for _, text := range []string{
			"您要办什么?", "第 2 步,共 4 步", "A2-005", "138 0000 0000", "What can I do here?", "社会保障卡(补办)",
		} {
			drawn, _ := app.Driver().RenderedTextSize(text, size, fyne.TextStyle{Bold: bold}, theme.Font(bold))
			got := theme.Advance(text, bold) * size
			// Kerning may take away at most a few hundredths; nothing adds.
			if got < drawn.Width-1 || got > drawn.Width*1.03+1 {
				t.Errorf("%q bold=%v: laid out %.1f wide, drawn %.1f", text, bold, got, drawn.Width)
			}
			if math.Abs(float64(drawn.Height-theme.FontBox*size)) > 1 {
				t.Errorf("%q bold=%v: line box %.1f, want %.1f", text, bold, drawn.Height, theme.FontBox*size)
			}
		}
	}
}
