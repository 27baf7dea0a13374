package assets

import (
	_ "embed"
	"encoding/binary"
	"sort"
	"sync"
)

//go:embed fonts/NotoSansSC-Regular.ttf
var fontRegular []byte

//go:embed fonts/NotoSansSC-Bold.ttf
var fontBold []byte

// coverage lists the code points of both fonts: pairs of 3-byte big-endian
// numbers, the first and the last code point of a run, rising.
//
//go:embed fonts/coverage.bin
var coverage []byte

// FontRegular returns the TrueType bytes of Noto Sans SC Regular, subset to
// GB 2312, the 8,105 characters of 通用规范汉字表, and the Latin letters and
// marks that the screens use. Callers must not change the bytes.
func FontRegular() []byte { return fontRegular }

// FontBold returns the TrueType bytes of Noto Sans SC Bold, with the same
// characters as [FontRegular]. Callers must not change the bytes.
func FontBold() []byte { return fontBold }

// HasGlyph reports whether both embedded fonts draw r themselves. A rune for
// which it is false is drawn from a system font if there is one, and as an
// empty box if not, so no text that we write may contain such a rune. Names of
// people may.
func HasGlyph(r rune) bool {
	runs := glyphRuns()
	i := sort.Search(len(runs), func(i int) bool { return runs[i].last >= r })
	return i < len(runs) && runs[i].first <= r
}

type runeRun struct{ first, last rune }

var glyphRuns = sync.OnceValue(func() []runeRun {
	const size = 6
	runs := make([]runeRun, 0, len(coverage)/size)
	for b := coverage; len(b) >= size; b = b[size:] {
		runs = append(runs, runeRun{first: rune24(b), last: rune24(b[3:])})
	}
	return runs
})

func rune24(b []byte) rune {
	return rune(binary.BigEndian.Uint16(b))<<8 | rune(b[2])
}
