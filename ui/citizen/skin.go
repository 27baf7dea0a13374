package citizen

import (
	"image/color"

	"linli/ui/theme"
)

// skin is the colours of a target; which of them words lie on is what the
// contrast test asks.
type skin struct {
	body, edge, lip color.NRGBA
	edgeMM          float32
	lipMM           float32
	face, icon      color.NRGBA
	word, note      color.NRGBA
}

// skinOf chooses a target's colours.
func skinOf(t Target, p *theme.Palette) skin {
	s := skin{
		body: p.Card, edge: p.Edge, lip: p.Lip, edgeMM: theme.EdgeMM / 2, lipMM: theme.LipMM,
		word: p.Text, note: p.Quiet, icon: p.Text,
	}
	switch t.Kind {
	case Tile:
		s.face = p.Face(string(t.Group))
		s.icon = p.OnFace
		if t.Face.W > 0 {
			s.lip, s.edge = theme.Lip(s.face), s.face
			if p.HighContrast {
				s.lip = p.Lip
			}
		}
		s.edgeMM = theme.EdgeMM
	case Row:
		s.icon = p.Face(string(t.Group))
		s.edgeMM = theme.EdgeMM
	case Corner, Turn, Mode:
		s.edge, s.edgeMM, s.lipMM = p.Dark, theme.EdgeMM, 0
	case Help:
		s.body, s.edge, s.word, s.note, s.icon, s.lipMM = p.Help, p.Help, p.OnHelp, p.OnHelp, p.OnHelp, 0
	case Primary:
		s.body, s.edge, s.word, s.note, s.icon = p.Primary, p.Primary, p.OnPrimary, p.OnPrimary, p.OnPrimary
		s.lip = theme.Lip(p.Primary)
	case Key:
		s.edgeMM = theme.EdgeMM
	}
	if t.Chosen {
		s.body, s.edge, s.word = p.Dark, p.Dark, p.Card
	}
	if t.Off {
		// Flat and without its colour; the note says why.
		s.body, s.edge, s.face, s.lipMM = p.Ground, p.Edge, p.Ground, 0
		s.word, s.note, s.icon = p.Quiet, p.Quiet, p.Quiet
	}
	return s
}

// wordColour is the colour of a line on a target.
func (s skin) wordColour(t Tone) color.NRGBA {
	if t == Quiet {
		return s.note
	}
	return s.word
}

// textColour is the colour of a line on the page itself or on a panel.
func textColour(l Line, p *theme.Palette) color.NRGBA {
	if l.Tone == Quiet {
		return p.Quiet
	}
	return p.Text
}
