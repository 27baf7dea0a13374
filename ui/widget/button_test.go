package widget_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/ui/theme"
	"linli/ui/widget"
)

func newButton(t *testing.T, isKey bool) (b *widget.Button, struck *int, c *clock) {
	t.Helper()
	test.NewTempApp(t)
	c = newClock()
	b = widget.NewButton(widget.NewGuard(c.now), 12, isKey)
	b.Resize(fyne.NewSize(200, 100))
	b.SetLook(widget.Look{
		Body: theme.Card, Edge: theme.Edge, EdgeWidth: 4, Radius: 8, Lip: theme.Ink, LipHeight: 6,
		Lines: []widget.Line{{Text: "取号", Em: 20, At: fyne.NewPos(10, 10), Size: fyne.NewSize(40, 26), Colour: theme.Ink}},
	}, false)
	struck = new(int)
	b.OnStrike = func() { *struck++ }
	return b, struck, c
}

func down(b *widget.Button) {
	b.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
}

func drag(b *widget.Button, dx, dy float32) {
	b.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(dx, dy)})
}

func TestTapCounts(t *testing.T) {
	b, struck, _ := newButton(t, false)
	down(b)
	if !b.Pressed() {
		t.Error("a finger down must show at once")
	}
	b.MouseUp(&desktop.MouseEvent{})
	b.Tapped(&fyne.PointEvent{})
	if *struck != 1 || b.Pressed() {
		t.Errorf("struck %d times, pressed %v", *struck, b.Pressed())
	}
}

func TestWobbleInsideTheSlopStillTaps(t *testing.T) {
	b, struck, _ := newButton(t, false)
	down(b)
	drag(b, 8, -3)
	drag(b, -4, 10)
	b.DragEnd()
	if *struck != 1 {
		t.Errorf("struck %d times", *struck)
	}
}

func TestSlideBeyondTheSlopLetsGo(t *testing.T) {
	b, struck, _ := newButton(t, false)
	down(b)
	drag(b, 13, 0)
	if b.Pressed() {
		t.Error("a button that is slid off must not look pressed")
	}
	drag(b, -13, 0) // coming back does not undo it
	b.DragEnd()
	if *struck != 0 {
		t.Errorf("struck %d times", *struck)
	}
}

func TestOffTakesNothing(t *testing.T) {
	b, struck, _ := newButton(t, false)
	b.SetLook(b.Look(), true)
	down(b)
	b.Tapped(&fyne.PointEvent{})
	if *struck != 0 || b.Pressed() {
		t.Errorf("struck %d times, pressed %v", *struck, b.Pressed())
	}
}

func TestLipVanishesWhilePressed(t *testing.T) {
	b, _, _ := newButton(t, false)
	lip := func() *canvas.Rectangle { return test.WidgetRenderer(b).Objects()[0].(*canvas.Rectangle) }
	body := func() *canvas.Rectangle { return test.WidgetRenderer(b).Objects()[1].(*canvas.Rectangle) }
	if !lip().Visible() || body().Position().Y != 0 {
		t.Fatal("at rest the lip shows below the body")
	}
	down(b)
	if lip().Visible() || body().Position().Y != 6 {
		t.Errorf("pressed: lip visible %v, body at %v", lip().Visible(), body().Position())
	}
	b.Release()
	if !lip().Visible() || body().Position().Y != 0 {
		t.Error("released: the lip is back")
	}
}

func TestStormOfTapsNeitherCrashesNorPasses(t *testing.T) {
	b, struck, c := newButton(t, false)
	for range 250 { // 5 s
		down(b)
		drag(b, 3, 3)
		b.DragEnd()
		b.Tapped(&fyne.PointEvent{})
		c.pass(20_000_000)
	}
	if *struck != 10 {
		t.Errorf("struck %d times in 5 s", *struck)
	}
}
