package maintenance

import (
	"log/slog"

	"fyne.io/fyne/v2"

	"linli/kiosk/corner"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Layout implements fyne.Layout: the toolkit says how large the window is.
func (p *Page) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if size == p.size || size.IsZero() {
		return
	}
	p.size = size
	p.ground.Resize(size)
	w, h := p.cfg.Profile.W, p.cfg.Profile.H
	scale := min(1, size.Width/w, size.Height/h)
	p.unit = scale / p.cfg.Profile.MMPerUnit
	p.origin = fyne.NewPos((size.Width-w*scale)/2, (size.Height-h*scale)/2)
	if p.shown {
		p.draw()
	}
}

// MinSize implements fyne.Layout: nothing, the window has the screen's size.
func (*Page) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// place is where a box of millimetres lies in the window.
func (p *Page) place(r rect) (fyne.Position, fyne.Size) {
	return p.origin.AddXY(r.x*p.unit, r.y*p.unit), fyne.NewSize(r.w*p.unit, r.h*p.unit)
}

// draw shows the present page.
func (p *Page) draw() {
	if p.size.IsZero() {
		return
	}
	s, colours := p.scene(), theme.Normal()
	lines := make([]widget.Line, 0, len(s.words))
	for _, w := range s.words {
		at, size := p.place(w.at)
		lines = append(lines, widget.Line{Text: w.text, At: at, Size: size, Em: w.em * p.unit, Bold: w.bold, Colour: colours.Text})
	}
	p.text.SetLines(lines)
	for i, b := range p.buttons {
		if i >= len(s.targets) {
			p.ids[i] = ""
			b.Hide()
			continue
		}
		t := s.targets[i]
		if p.ids[i] != t.id {
			b.Release()
		}
		p.ids[i] = t.id
		at, size := p.place(t.at)
		b.Move(at)
		b.Resize(size)
		b.SetLook(p.dress(t, size, colours), false)
		b.Show()
	}
	p.tell(s)
}

// dress is how a target looks.
func (p *Page) dress(t target, size fyne.Size, colours *theme.Palette) widget.Look {
	em := t.em * p.unit
	l := widget.Look{Body: colours.Card, Edge: colours.Dark, EdgeWidth: theme.EdgeMM * p.unit, Radius: theme.RadiusMM * p.unit}
	ink := colours.Text
	switch t.kind {
	case primary:
		l.Body, l.Edge, ink = colours.Primary, colours.Primary, colours.OnPrimary
	case grave:
		l.Body, l.Edge, ink = colours.Help, colours.Help, colours.OnHelp
	case plain:
	}
	lines := wrapped(t.text, t.at.w-2*theme.PaddingMM, t.em)
	top := (size.Height - float32(len(lines))*em*theme.LineHeight) / 2
	for i, text := range lines {
		width := theme.Advance(text, true) * em
		l.Lines = append(l.Lines, widget.Line{
			Text: text, Em: em, Bold: true, Colour: ink, Size: fyne.NewSize(width+1, em*theme.LineHeight),
			At: fyne.NewPos((size.Width-width)/2, top+float32(i)*em*theme.LineHeight),
		})
	}
	return l
}

// tell writes down what can be touched, for tests that ask for it: in the place of the kiosk's face, whose window it is.
func (p *Page) tell(s scene) {
	if !widget.TargetsWanted() {
		return
	}
	pixel := p.cfg.Window.Canvas().Scale()
	t := widget.Targets{Page: "maintenance", Targets: make(map[string][4]float32)}
	if p.cfg.Door.View().State == corner.Asking {
		t.Page = "maintenance.code"
	}
	for _, one := range s.targets {
		at, size := p.place(one.at)
		t.Targets[one.id] = [4]float32{at.X * pixel, at.Y * pixel, size.Width * pixel, size.Height * pixel}
	}
	for _, w := range s.words {
		t.Texts = append(t.Texts, w.text)
	}
	if err := widget.WriteTargets("citizen", t); err != nil {
		slog.Warn("targets not written", "err", err)
	}
}
