package theme

import "image/color"

// Palette is the set of colours that a kiosk page is drawn with: the ordinary
// one, or high contrast, which a resident switches on with one tap.
type Palette struct {
	HighContrast bool

	Ground color.NRGBA // the page
	Card   color.NRGBA // ground of tiles, rows, fields and corner buttons
	Text   color.NRGBA // on Ground and on Card
	Quiet  color.NRGBA // second-rank text, on Ground and on Card
	Edge   color.NRGBA // edge of tiles, rows and fields
	Dark   color.NRGBA // edge of corner buttons
	Lip    color.NRGBA // lip of a white button

	Primary, OnPrimary color.NRGBA
	Help, OnHelp       color.NRGBA
	OnFace             color.NRGBA
	Mark               color.NRGBA // of an error: edge and icon, never its words

	families map[string]color.NRGBA
	plain    color.NRGBA
}

// Normal is the palette of every page until a resident asks for the other.
func Normal() *Palette { return &normal }

// HighContrast is the palette of white words on black.
func HighContrast() *Palette { return &highContrast }

// Face returns the colour behind a tile's pictogram. The names are those of
// the five families ("city", "public", "social", "selfgov", "mutual"); any
// other is the plain face.
func (p *Palette) Face(name string) color.NRGBA {
	if c, ok := p.families[name]; ok {
		return c
	}
	return p.plain
}

var normal = Palette{
	Ground: Paper, Card: Card, Text: Ink, Quiet: QuietInk,
	Edge: Edge, Dark: Ink, Lip: Edge,
	Primary: Primary, OnPrimary: OnPrimary,
	Help: Help, OnHelp: OnHelp, OnFace: OnFace, Mark: Wait,
	families: map[string]color.NRGBA{
		"city": City, "public": Public, "social": Social, "selfgov": SelfGov, "mutual": Mutual,
	},
	plain: Primary,
}

// The families share one face here: their words and pictograms tell them
// apart, and yellow stays with the next step alone.
var highContrast = Palette{
	HighContrast: true,
	Ground:       Black, Card: Black, Text: White, Quiet: White,
	Edge: White, Dark: White, Lip: LipBlack,
	Primary: Yellow, OnPrimary: Black,
	Help: White, OnHelp: Black, OnFace: Black, Mark: Yellow,
	plain: White,
}
