package desk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"linli/ui/theme"
	face "linli/ui/widget"
)

// para is a text that wraps to the width it is given.
type para struct {
	widget.BaseWidget
	text string
	size float32
	bold bool
	tone tone

	width float32
	lines []string
}

func newPara(text string, t tone) *para {
	p := &para{text: text, size: theme.DeskBody, tone: t}
	p.ExtendBaseWidget(p)
	return p
}

func quietPara(text string) *para {
	p := newPara(text, toneQuiet)
	p.size = theme.DeskSmall
	return p
}

func (p *para) set(text string, t tone) {
	if p.text == text && p.tone == t {
		return
	}
	p.text, p.tone, p.width = text, t, 0
	p.Refresh()
}

// drawn are its lines, for those who read the page without seeing it.
func (p *para) drawn() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, l := range p.wrap(max(p.Size().Width, 100)) {
		out = append(out, words(l, p.size, p.bold, p.tone))
	}
	return out
}

func (p *para) lineHeight() float32 { return float32(int(p.size*theme.LineHeight + 0.5)) }

func (p *para) heightFor(width float32) float32 {
	return float32(len(p.wrap(width))) * p.lineHeight()
}

func (p *para) wrap(width float32) []string {
	if p.width == width && p.lines != nil {
		return p.lines
	}
	p.width, p.lines = width, wrapText(p.text, p.size, fyne.TextStyle{Bold: p.bold}, width)
	return p.lines
}

func wrapText(text string, size float32, style fyne.TextStyle, width float32) []string {
	return face.Wrap(text, width, func(s string) float32 { return fyne.MeasureText(s, size, style).Width })
}

// CreateRenderer implements fyne.Widget.
func (p *para) CreateRenderer() fyne.WidgetRenderer {
	r := &paraRenderer{p: p}
	r.Refresh()
	return r
}

type paraRenderer struct {
	p     *para
	texts []fyne.CanvasObject
}

func (r *paraRenderer) Destroy()                     {}
func (r *paraRenderer) Objects() []fyne.CanvasObject { return r.texts }

func (r *paraRenderer) MinSize() fyne.Size {
	w := r.p.Size().Width
	if w <= 0 {
		w = 200
	}
	return fyne.NewSize(0, r.p.heightFor(w))
}

func (r *paraRenderer) Layout(size fyne.Size) {
	r.texts = r.texts[:0]
	for i, line := range r.p.wrap(size.Width) {
		t := words(line, r.p.size, r.p.bold, r.p.tone)
		t.Move(fyne.NewPos(0, float32(i)*r.p.lineHeight()))
		t.Resize(fyne.NewSize(size.Width, r.p.lineHeight()))
		r.texts = append(r.texts, t)
	}
}

func (r *paraRenderer) Refresh() {
	if r.p.Size().Width > 0 {
		r.Layout(r.p.Size())
	}
	canvas.Refresh(r.p)
}
