package widget

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	toolkit "fyne.io/fyne/v2/widget"
)

// Ink is a field in which a finger writes. It keeps the lines until they are
// taken back or wiped, and draws them on a sheet with the cross of an exercise
// book. All methods belong to the UI goroutine.
type Ink struct {
	toolkit.BaseWidget

	// OnStroke is called when a finger was lifted after a line.
	OnStroke func()

	strokes [][][2]float32 // in units from the upper left corner
	drawing bool
	pen     color.NRGBA
	rule    color.NRGBA
	width   float32 // of the line, in units

	raster *canvas.Raster
	sheet  *image.NRGBA
}

var (
	_ desktop.Mouseable = (*Ink)(nil)
	_ fyne.Draggable    = (*Ink)(nil)
)

// maxPoints is far more than any character has: a hand that rests on the glass
// fills no memory.
const maxPoints = 20_000

// NewInk returns an empty field.
func NewInk() *Ink {
	i := &Ink{width: 1}
	i.raster = canvas.NewRaster(i.draw)
	i.ExtendBaseWidget(i)
	return i
}

// SetPen sets the colours of the lines and of the sheet's cross, and how wide
// the lines are, in units.
func (i *Ink) SetPen(pen, rule color.NRGBA, width float32) {
	if i.pen == pen && i.rule == rule && i.width == width {
		return
	}
	i.pen, i.rule, i.width = pen, rule, width
	i.raster.Refresh()
}

// Strokes answers the lines, in units from the upper left corner. They must not
// be changed.
func (i *Ink) Strokes() [][][2]float32 { return i.strokes }

// Undo takes the last line back, and answers whether there was one.
func (i *Ink) Undo() bool {
	if len(i.strokes) == 0 {
		return false
	}
	last := len(i.strokes) - 1
	clear(i.strokes[last])
	i.strokes[last] = nil
	i.strokes, i.drawing = i.strokes[:last], false
	i.raster.Refresh()
	return true
}

// Wipe takes everything away, from the memory of the picture as well.
func (i *Ink) Wipe() {
	if len(i.strokes) == 0 && !i.drawing {
		return
	}
	for _, s := range i.strokes {
		clear(s)
	}
	i.strokes, i.drawing = nil, false
	if i.sheet != nil {
		clear(i.sheet.Pix)
	}
	i.raster.Refresh()
}

// MinSize is nothing: the layout gives the size.
func (i *Ink) MinSize() fyne.Size { return fyne.Size{} }

// MouseDown is a finger coming down.
func (i *Ink) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	i.drawing = true
	i.strokes = append(i.strokes, nil)
	i.add(e.Position)
}

// Dragged is a finger sliding.
func (i *Ink) Dragged(e *fyne.DragEvent) {
	if i.drawing {
		i.add(e.Position)
	}
}

// DragEnd is a finger lifted after sliding.
func (i *Ink) DragEnd() { i.lift() }

// MouseUp is a finger lifted.
func (i *Ink) MouseUp(*desktop.MouseEvent) { i.lift() }

func (i *Ink) lift() {
	if !i.drawing {
		return
	}
	i.drawing = false
	if i.OnStroke != nil {
		i.OnStroke()
	}
}

// add takes a point; what a finger draws beyond the edge is drawn at it.
func (i *Ink) add(at fyne.Position) {
	n := 0
	for _, s := range i.strokes {
		n += len(s)
	}
	if n >= maxPoints {
		return
	}
	size := i.Size()
	p := [2]float32{min(max(at.X, 0), size.Width), min(max(at.Y, 0), size.Height)}
	last := &i.strokes[len(i.strokes)-1]
	*last = append(*last, p)
	i.raster.Refresh()
}

// draw paints the sheet in pixels.
func (i *Ink) draw(w, h int) image.Image {
	if i.sheet == nil || i.sheet.Rect.Dx() != w || i.sheet.Rect.Dy() != h {
		i.sheet = image.NewNRGBA(image.Rect(0, 0, w, h))
	}
	clear(i.sheet.Pix)
	size := i.Size()
	if size.IsZero() {
		return i.sheet
	}
	scale := float32(w) / size.Width
	i.cross(w, h)
	radius := max(1, i.width*scale/2)
	for _, s := range i.strokes {
		for n, p := range s {
			from := p
			if n > 0 {
				from = s[n-1]
			}
			i.segment(from[0]*scale, from[1]*scale, p[0]*scale, p[1]*scale, radius)
		}
	}
	return i.sheet
}

// cross draws the middle lines of the sheet, broken.
func (i *Ink) cross(w, h int) {
	const dash = 8
	for x := range w {
		if x/dash%2 == 0 {
			i.sheet.SetNRGBA(x, h/2, i.rule)
		}
	}
	for y := range h {
		if y/dash%2 == 0 {
			i.sheet.SetNRGBA(w/2, y, i.rule)
		}
	}
}

// segment draws a line with round ends: every pixel nearer to it than the radius.
func (i *Ink) segment(x0, y0, x1, y1, r float32) {
	b := i.sheet.Rect
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	for y := max(b.Min.Y, int(min(y0, y1)-r)); y < min(b.Max.Y, int(max(y0, y1)+r)+1); y++ {
		for x := max(b.Min.X, int(min(x0, x1)-r)); x < min(b.Max.X, int(max(x0, x1)+r)+1); x++ {
			px, py := float32(x)+0.5, float32(y)+0.5
			var t float32
			if length > 0 {
				t = min(max(((px-x0)*dx+(py-y0)*dy)/length, 0), 1)
			}
			if math.Hypot(float64(px-x0-t*dx), float64(py-y0-t*dy)) <= float64(r) {
				i.sheet.SetNRGBA(x, y, i.pen)
			}
		}
	}
}

// CreateRenderer draws the sheet alone.
func (i *Ink) CreateRenderer() fyne.WidgetRenderer { return toolkit.NewSimpleRenderer(i.raster) }
