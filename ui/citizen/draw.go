package citizen

import (
	"image/color"
	"log/slog"
	"math"

	"fyne.io/fyne/v2"

	"linli/assets"
	"linli/ui/theme"
	"linli/ui/widget"
)

// draw lays the present page out and moves the skeleton there.
func (f *Face) draw() {
	if gen := f.talk.Generation(); gen != f.gen {
		f.gen, f.part = gen, 0
		f.forget()
		for _, b := range f.buttons {
			b.Release()
		}
		if f.last {
			f.part = math.MaxInt
		}
	}
	f.last = false
	v := f.view()
	f.placed = Place(v)
	f.part = f.placed.Part
	for _, fault := range f.placed.Faults {
		slog.Warn("kiosk page does not fit", "profile", v.Profile.Name, "size", int(v.Size), "fault", fault)
	}
	f.palette = theme.Normal()
	if v.HighContrast {
		f.palette = theme.HighContrast()
	}
	f.drawGround()
	f.drawPanels()
	f.drawInk()
	f.drawLines()
	f.drawTargets()
	f.drawBlank(v)
	f.drawMark()
	f.drawBand(v)
	f.tell(v)
}

func (f *Face) drawGround() {
	if f.palette.HighContrast == f.ground.Visible() && f.ground.Size() == f.size {
		return
	}
	f.ground.Resize(f.size)
	if f.palette.HighContrast {
		f.ground.Show()
	} else {
		f.ground.Hide()
	}
	f.ground.Refresh()
}

// box is a rectangle of millimetres in the window, on whole units so that
// edges are sharp.
func (f *Face) box(r Rect) widget.Rect {
	x, y := round(r.X*f.unit), round(r.Y*f.unit)
	right, bottom := round(r.Right()*f.unit), round(r.Bottom()*f.unit)
	return widget.Rect{At: f.origin.AddXY(x, y), Size: fyne.NewSize(right-x, bottom-y)}
}

// line is a line of words in the window, relative to at.
func (f *Face) line(l Line, at fyne.Position, c color.NRGBA) widget.Line {
	x, y := f.origin.X+l.X*f.unit, f.origin.Y+l.Y*f.unit
	return widget.Line{
		Text: l.Text, Em: l.Em * f.unit, Bold: l.Bold, Colour: c,
		At:   fyne.NewPos(round(x-at.X), round(y-at.Y)),
		Size: fyne.NewSize(l.W*f.unit, l.H*f.unit),
	}
}

func (f *Face) drawLines() {
	lines := make([]widget.Line, 0, len(f.placed.Lines))
	for _, l := range f.placed.Lines {
		lines = append(lines, f.line(l, fyne.Position{}, textColour(l, f.palette)))
	}
	f.text.SetLines(lines)
}

func (f *Face) drawPanels() {
	for i := range f.panels {
		r, icon := f.panels[i], f.icons[i]
		if i >= len(f.placed.Panels) {
			r.Hide()
			icon.Hide()
			continue
		}
		p := f.placed.Panels[i]
		edge := f.palette.Edge
		if p.Error {
			edge = f.palette.Mark
		}
		b := f.box(p.Rect)
		r.Move(b.At)
		r.Resize(b.Size)
		r.FillColor, r.StrokeColor = f.palette.Card, edge
		r.StrokeWidth, r.CornerRadius = theme.EdgeMM*f.unit, theme.RadiusMM*f.unit
		r.Hidden = p.W == 0
		r.Refresh()
		tint := f.palette.Text
		if p.Error {
			tint = f.palette.Mark
		}
		if icon.Hidden = p.Icon == ""; !icon.Hidden {
			b := f.box(p.At)
			icon.Move(b.At)
			widget.SetIcon(icon, theme.Icon(p.Icon, tint), b.Size)
		}
	}
}

func (f *Face) drawTargets() {
	clear(f.ids)
	for _, t := range f.placed.Targets {
		b := f.buttons[t.Slot]
		if b == nil {
			slog.Error("kiosk page has more to touch than the face has buttons", "slot", t.Slot)
			continue
		}
		f.ids[t.Slot] = t.ID
		box := f.box(t.Rect)
		if b.Position() != box.At {
			b.Move(box.At)
		}
		if b.Size() != box.Size {
			b.Resize(box.Size)
		}
		b.SetLook(f.look(t, box), t.Off)
		if !b.Visible() {
			b.Show()
		}
	}
	for slot, b := range f.buttons {
		if f.ids[slot] == "" && b.Visible() {
			b.Release()
			b.Hide()
		}
	}
}

// look turns a target into what its button draws.
func (f *Face) look(t Target, box widget.Rect) widget.Look {
	s := skinOf(t, f.palette)
	inside := func(r Rect) widget.Rect {
		b := f.box(r)
		b.At = b.At.Subtract(box.At)
		return b
	}
	l := widget.Look{
		Body: s.body, Edge: s.edge, EdgeWidth: s.edgeMM * f.unit, Radius: theme.RadiusMM * f.unit,
		Lip: s.lip, LipHeight: round(s.lipMM * f.unit),
	}
	if t.Face.W > 0 && !t.Off {
		l.Face, l.FaceColour, l.FaceSide = inside(t.Face), s.face, t.Side
	}
	if t.Icon != "" {
		l.Icon, l.IconAt = theme.Icon(t.Icon, s.icon), inside(t.At)
	}
	for _, line := range t.Lines {
		l.Lines = append(l.Lines, f.line(line, box.At, s.wordColour(line.Tone)))
	}
	return l
}

// drawBand says that this window is a preview, where it is one.
func (f *Face) drawBand(v View) {
	preview := f.scale < 1
	f.band.Hidden, f.notice.Hidden = !preview, !preview
	if !preview {
		return
	}
	f.band.Resize(fyne.NewSize(f.size.Width, theme.PreviewBarPX))
	em := theme.DeskSmall
	text := assets.Format(v.Lang, "citizen.preview",
		assets.Format(v.Lang, "citizen.profile."+v.Profile.Name), int(f.scale*100+0.5))
	f.notice.SetLines([]widget.Line{{
		Text: text, Em: em, Colour: theme.OnState,
		At:   fyne.NewPos(theme.DeskGap, 0),
		Size: fyne.NewSize(theme.Advance(text, false)*em, theme.PreviewBarPX),
	}})
	f.band.Refresh()
}
