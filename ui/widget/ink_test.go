package widget_test

import (
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/ui/widget"
)

// dark counts the pixels of a picture in a colour.
func dark(i image.Image, c color.NRGBA) (n int) {
	for y := range i.Bounds().Dy() {
		for x := range i.Bounds().Dx() {
			if color.NRGBAModel.Convert(i.At(x, y)) == c {
				n++
			}
		}
	}
	return n
}

func TestInkIsDrawnTakenBackAndWiped(t *testing.T) {
	test.NewTempApp(t)
	pen := color.NRGBA{R: 1, G: 2, B: 3, A: 255}
	ink := widget.NewInk()
	win := test.NewWindow(ink)
	defer win.Close()
	win.SetPadded(false)
	win.Resize(fyne.NewSize(200, 200))
	ink.SetPen(pen, color.NRGBA{R: 200, A: 255}, 10)
	strokes := 0
	ink.OnStroke = func() { strokes++ }
	down := func(x, y float32, b desktop.MouseButton) {
		ink.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: b})
	}
	down(20, 50, desktop.MouseButtonPrimary)
	ink.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(120, 50)}})
	ink.DragEnd()
	ink.MouseUp(&desktop.MouseEvent{})
	if strokes != 1 || len(ink.Strokes()) != 1 {
		t.Fatalf("%d strokes told, %d kept", strokes, len(ink.Strokes()))
	}
	if n := dark(win.Canvas().Capture(), pen); n < 900 || n > 1400 { // 100 × 10 and two round ends
		t.Errorf("%d pixels of ink", n)
	}
	down(50, 50, desktop.MouseButtonSecondary)
	ink.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(1, 1)}})
	if len(ink.Strokes()) != 1 {
		t.Error("another button draws")
	}
	if !ink.Undo() || ink.Undo() || dark(win.Canvas().Capture(), pen) != 0 {
		t.Error("a line taken back is still there")
	}
	down(20, 50, desktop.MouseButtonPrimary)
	for i := range 100_000 {
		ink.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(float32(i%200), 50)}})
	}
	if n := len(ink.Strokes()[0]); n > 20_000 {
		t.Errorf("a resting hand takes %d points", n)
	}
	ink.Wipe()
	ink.MouseUp(&desktop.MouseEvent{})
	if len(ink.Strokes()) != 0 || strokes != 1 || dark(win.Canvas().Capture(), pen) != 0 {
		t.Error("something is left after a wipe")
	}
}
