package widget_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/ui/theme"
	"linli/ui/widget"
)

// Pages are laid out by arithmetic. What the toolkit draws of a line must not be
// wider than that, at any size, or words stick out of their buttons.
func TestALineIsDrawnNoWiderThanReckoned(t *testing.T) {
	test.NewTempApp(t)
	for _, text := range []string{"再听一遍", "谁能办：住在本社区、年满十八岁的人。", "Call staff", "2611 2301 0017"} {
		for _, em := range []float32{22.5, 24.5, 33.2, 40, 40.31, 48.4, 66.7, 121.9} {
			for _, bold := range []bool{false, true} {
				t.Run(fmt.Sprint(text, em, bold), func(t *testing.T) {
					line := widget.Line{Text: text, Em: em, Bold: bold, Size: fyne.NewSize(theme.Advance(text, bold)*em, em*theme.LineHeight)}
					o := widget.NewText()
					widget.SetLine(o, line, fyne.Position{})
					drawn, _ := fyne.CurrentApp().Driver().RenderedTextSize(o.Text, o.TextSize, o.TextStyle, o.FontSource)
					if drawn.Width > line.Size.Width+1 {
						t.Errorf("%.1f units are drawn, %.1f reckoned", drawn.Width, line.Size.Width)
					}
					if o.TextSize < em-1 {
						t.Errorf("a size of %.2f is drawn as %.2f", em, o.TextSize)
					}
				})
			}
		}
	}
}
