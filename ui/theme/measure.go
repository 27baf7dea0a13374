package theme

import (
	"encoding/binary"
	"sync"

	"linli/assets"
)

// Advance is the width of text in the embedded font, in ems, without kerning.
// It needs no window and no driver, so pages can be laid out and checked as
// plain arithmetic. What the toolkit draws is this wide or, where Latin
// letters are kerned, a little narrower. A rune that the font lacks counts as
// one em, as a system font will draw it.
func Advance(text string, isBold bool) float32 {
	m := regularMetrics()
	if isBold {
		m = boldMetrics()
	}
	var w float32
	for _, r := range text {
		w += m.advance(r)
	}
	return w
}

// FontBox is the height of the toolkit's box around a line of the embedded
// font, in ems: ascent and descent of the font's hhea table.
const FontBox float32 = 1.448

var (
	regularMetrics = sync.OnceValue(func() *metrics { return readMetrics(assets.FontRegular()) })
	boldMetrics    = sync.OnceValue(func() *metrics { return readMetrics(assets.FontBold()) })
)

type metrics struct {
	unitsPerEm float32
	advances   []uint16 // by glyph; the last one stands for all that follow
	glyphs     map[rune]uint16
}

func (m *metrics) advance(r rune) float32 {
	g, ok := m.glyphs[r]
	if !ok || len(m.advances) == 0 {
		return 1
	}
	if int(g) >= len(m.advances) {
		g = uint16(len(m.advances) - 1)
	}
	return float32(m.advances[g]) / m.unitsPerEm
}

// readMetrics reads the tables head, hhea, hmtx and cmap (format 4 or 12) of a
// TrueType font (ISO/IEC 14496-22). The font is our own, so a damaged one is a
// fault of the build and panics by its bounds.
func readMetrics(font []byte) *metrics {
	be := binary.BigEndian
	tables := make(map[string][]byte)
	for i := range int(be.Uint16(font[4:])) {
		rec := font[12+16*i:]
		at, size := be.Uint32(rec[8:]), be.Uint32(rec[12:])
		tables[string(rec[:4])] = font[at : at+size]
	}
	m := &metrics{unitsPerEm: float32(be.Uint16(tables["head"][18:])), glyphs: make(map[rune]uint16)}
	count := int(be.Uint16(tables["hhea"][34:]))
	for i := range count {
		m.advances = append(m.advances, be.Uint16(tables["hmtx"][4*i:]))
	}
	cmap := tables["cmap"]
	for i := range int(be.Uint16(cmap[2:])) {
		sub := cmap[be.Uint32(cmap[4+8*i+4:]):]
		switch be.Uint16(sub) {
		case 4:
			m.readFormat4(sub)
		case 12:
			m.readFormat12(sub)
		}
	}
	return m
}

func (m *metrics) readFormat4(sub []byte) {
	be := binary.BigEndian
	segX2 := int(be.Uint16(sub[6:]))
	ends, starts := sub[14:], sub[16+segX2:]
	deltas, offsets := sub[16+2*segX2:], sub[16+3*segX2:]
	for s := 0; s < segX2; s += 2 {
		first, last := int(be.Uint16(starts[s:])), int(be.Uint16(ends[s:]))
		delta, offset := be.Uint16(deltas[s:]), int(be.Uint16(offsets[s:]))
		for c := first; c <= last && c != 0xFFFF; c++ {
			g := uint16(c)
			if offset != 0 {
				if g = be.Uint16(offsets[s+offset+2*(c-first):]); g == 0 {
					continue
				}
			}
			m.glyphs[rune(c)] = g + delta
		}
	}
}

func (m *metrics) readFormat12(sub []byte) {
	be := binary.BigEndian
	for i := range int(be.Uint32(sub[12:])) {
		g := sub[16+12*i:]
		first, last, glyph := be.Uint32(g), be.Uint32(g[4:]), be.Uint32(g[8:])
		for c := first; c <= last; c++ {
			m.glyphs[rune(c)] = uint16(glyph + c - first)
		}
	}
}
