package theme

// TextSize is one of the kiosk's three text sizes. Every conversation starts
// at the middle one.
type TextSize int

// The sizes, smallest first: 标准, 大, 特大.
const (
	SizeSmall TextSize = iota
	SizeMiddle
	SizeLarge
	textSizes
)

// TextSizes is how many sizes there are.
const TextSizes = int(textSizes)

// emMM is the em of body text in millimetres where the eye is no further away than [usualViewMM]. A Han em of 8.3 mm
// at 500 mm and of 10 mm at 600 mm is the 0.7° that EN 301 549, 5.1.4 asks of a capital H.
func (s TextSize) emMM() float32 {
	switch {
	case s <= SizeSmall:
		return 8.3
	case s >= SizeLarge:
		return 12
	}
	return 10
}

// usualViewMM is the distance that the sizes are made for.
const usualViewMM float32 = 600

// EmMM is the em of body text on a screen, in millimetres. From further away it is larger, so that it looks the same.
func (p Profile) EmMM(s TextSize) float32 { return s.emMM() * max(1, p.ViewMM/usualViewMM) }

// Ratios of the kiosk's type to the body em.
const (
	RatioTitle   = 1.9 // the question
	RatioWord    = 1.4 // a tile's word, a row's, the primary button's
	RatioPadKey  = 1.8 // the digit on a key, and the digits typed
	RatioNumber  = 4.2 // the number of a result: the biggest thing on its page
	RatioCode    = 2.6 // the secret beside it
	RatioBody    = 1.0 // everything else; nothing is smaller
	LineHeight   = 1.4 // times the em
	TightHeight  = 1.3 // of titles and numbers; the least that reads well
	ParagraphGap = 0.6 // times the em, between paragraphs, beyond the line height
)

// The desk's type, in the toolkit's units (one pixel at scale 1).
const (
	DeskBody    float32 = 15
	DeskSmall   float32 = 13 // the minimum anywhere at the desk
	DeskHeading float32 = 20
	DeskTitle   float32 = 26
	DeskNumber  float32 = 44 // the number being served
)
