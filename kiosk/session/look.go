package session

import "linli/assets"

// Text sizes of [Look].
const (
	SizeSmall = 0 // em of 8.3 mm
	SizeUsual = 1 // em of 10 mm, where every conversation begins
	SizeLarge = 2 // em of 12 mm
	sizes     = 3
)

// Volumes of [Look].
const (
	VolumeLow   = 0
	VolumeUsual = 1 // where every conversation begins
	VolumeHigh  = 2
	volumes     = 3
)

// Look is how the resident wants to see and hear the kiosk. It goes back to
// [DefaultLook] with every wipe: what helps one resident may puzzle the next.
type Look struct {
	Lang         string // "zh" or "en"
	Size         int
	HighContrast bool
	Volume       int
}

// DefaultLook is how every conversation begins.
func DefaultLook() Look {
	return Look{Lang: assets.LangChinese, Size: SizeUsual, Volume: VolumeUsual}
}

// otherLang answers the language that the language corner leads to.
func otherLang(lang string) string {
	if lang == assets.LangChinese {
		return assets.LangEnglish
	}
	return assets.LangChinese
}
