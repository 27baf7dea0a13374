package citizen

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	toolkit "fyne.io/fyne/v2/widget"

	"linli/ui/theme"
)

// blank is a part of the first page that shows nothing and counts touches, for whoever maintains the kiosk. A resident who rests
// a finger there sees and hears nothing of it.
type blank struct {
	toolkit.BaseWidget
	touched func()
}

var _ desktop.Mouseable = (*blank)(nil)

func newBlank(touched func()) *blank {
	b := &blank{touched: touched}
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// MouseDown is a finger coming down.
func (b *blank) MouseDown(*desktop.MouseEvent) { b.touched() }

// MouseUp is a finger lifted.
func (*blank) MouseUp(*desktop.MouseEvent) {}

// MinSize is nothing: the layout gives the size.
func (*blank) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (*blank) CreateRenderer() fyne.WidgetRenderer {
	return toolkit.NewSimpleRenderer(&fyne.Container{})
}

// drawBlank puts it where the first page has nothing to touch; no other page has it.
func (f *Face) drawBlank(v View) {
	if f.blank == nil {
		return
	}
	f.blank.Hidden = !v.Page.Home
	if f.blank.Hidden {
		return
	}
	at := f.box(f.placed.Blank(v.Profile))
	f.blank.Move(at.At)
	f.blank.Resize(at.Size)
}

// tellBlank writes down where it is, for tests that ask for it.
func (f *Face) tellBlank(targets map[string][4]float32) {
	if f.blank == nil || f.blank.Hidden {
		return
	}
	pixel := f.win.Canvas().Scale()
	at, size := f.blank.Position(), f.blank.Size()
	targets["@corner"] = [4]float32{at.X * pixel, at.Y * pixel, size.Width * pixel, size.Height * pixel}
}

// Redraw shows the page again after the window has shown something else.
func (f *Face) Redraw() { f.refresh() }

// Blank is the part of a first page with nothing to touch that whoever maintains the kiosk is told of: its upper left, where tall
// screens have the hall's name, and on low ones the widest gap in the uppermost row, where they have it.
func (p Placed) Blank(of theme.Profile) Rect {
	half := of.WidthMM() / 2
	bottom := of.HeightMM()
	for _, t := range p.Targets {
		if t.Rect.X < half {
			bottom = min(bottom, t.Rect.Y-theme.MinGapMM)
		}
	}
	if bottom >= theme.TargetMM {
		return Rect{0, 0, half, bottom}
	}
	var row []Rect
	for _, t := range p.Targets {
		if t.Rect.Y < bottom+theme.TargetMM {
			row = append(row, t.Rect)
		}
	}
	slices.SortFunc(row, func(a, b Rect) int { return cmp.Compare(a.X, b.X) })
	var gap Rect
	for i := 1; i < len(row); i++ {
		from := row[i-1].Right() + theme.MinGapMM
		if w := row[i].X - theme.MinGapMM - from; w > gap.W {
			gap = Rect{from, row[i].Y, w, row[i].H}
		}
	}
	return gap
}
