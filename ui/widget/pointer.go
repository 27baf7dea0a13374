package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	toolkit "fyne.io/fyne/v2/widget"
)

// NoPointer lies over a window that is touched: while it is there no pointer is drawn. It takes no taps and draws
// nothing.
type NoPointer struct{ toolkit.BaseWidget }

var _ desktop.Cursorable = (*NoPointer)(nil)

// NewNoPointer returns one of no size; whoever lays the window out makes it as large.
func NewNoPointer() *NoPointer {
	p := &NoPointer{}
	p.ExtendBaseWidget(p)
	return p
}

// Cursor implements desktop.Cursorable.
func (*NoPointer) Cursor() desktop.Cursor { return desktop.HiddenCursor }

// MinSize is nothing: the layout gives the size.
func (*NoPointer) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (*NoPointer) CreateRenderer() fyne.WidgetRenderer {
	return toolkit.NewSimpleRenderer(&fyne.Container{})
}
