package theme

import "math"

// Profile is a kiosk's screen and how it is mounted. Every size on a page is
// reckoned from it, so a calibrated profile gives true millimetres.
type Profile struct {
	Name string // "15.6-portrait"

	// MMPerUnit is the millimetres of one toolkit unit, which is one pixel:
	// kiosks run with FYNE_SCALE=1 and without the toolkit's own guess of the
	// density, which monitors often get wrong.
	MMPerUnit float32
	W, H      float32 // of the screen, in units

	ViewMM       float32 // how far away the eye is
	BottomEdgeMM float32 // the screen's lower edge above the floor
	Landscape    bool
}

// What a seated or small person reaches, above the floor (EN 301 549, 8.3).
const (
	ReachLowMM  float32 = 380
	ReachHighMM float32 = 1220
)

// Profiles are the screens that every page is checked on.
func Profiles() []Profile {
	return []Profile{
		{Name: "15.6-portrait", MMPerUnit: Pitch(15.6), W: 1080, H: 1920, ViewMM: 500, BottomEdgeMM: 860},
		{Name: "21.5-portrait", MMPerUnit: Pitch(21.5), W: 1080, H: 1920, ViewMM: 600, BottomEdgeMM: 740},
		{Name: "21.5-landscape", MMPerUnit: Pitch(21.5), W: 1920, H: 1080, ViewMM: 600, BottomEdgeMM: 900, Landscape: true},
		{Name: "32-portrait", MMPerUnit: Pitch(32), W: 1080, H: 1920, ViewMM: 600, BottomEdgeMM: 700},
	}
}

// DefaultProfile is the usual kiosk: 21.5 inches, upright.
func DefaultProfile() Profile { return Profiles()[1] }

// ProfileNamed finds one of [Profiles] by its name.
func ProfileNamed(name string) (Profile, bool) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}

// Pitch is the millimetres of one pixel on a screen of 1920 × 1080: its
// diagonal over the √(1920² + 1080²) = 2202.9 pixels of it.
func Pitch(inches float32) float32 { return inches * 25.4 / 2202.9 }

// MM turns millimetres on the glass into toolkit units.
func (p Profile) MM(mm float32) float32 { return mm / p.MMPerUnit }

// WholePixels is a size of type, in millimetres, as the screen shows it: the
// toolkit draws type in whole pixels and takes the next one up.
func (p Profile) WholePixels(mm float32) float32 {
	const inexact = 0.001 // of a pixel: millimetres come from products
	return float32(math.Ceil(float64(mm/p.MMPerUnit)-inexact)) * p.MMPerUnit
}

// WidthMM and HeightMM are the size of the picture on the glass.
func (p Profile) WidthMM() float32 { return p.W * p.MMPerUnit }

// HeightMM is the height of the picture on the glass.
func (p Profile) HeightMM() float32 { return p.H * p.MMPerUnit }

// ReachTopMM is how far below the screen's upper edge targets may begin: on a
// tall screen the page starts lower.
func (p Profile) ReachTopMM() float32 {
	return max(0, p.BottomEdgeMM+p.HeightMM()-ReachHighMM)
}

// ReachBottomMM is how far below the screen's upper edge targets must end.
func (p Profile) ReachBottomMM() float32 {
	return min(p.HeightMM(), p.BottomEdgeMM+p.HeightMM()-ReachLowMM)
}
