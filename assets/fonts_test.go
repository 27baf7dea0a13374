package assets_test

import (
	"encoding/binary"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"linli/assets"
)

// The coverage table is generated beside the fonts. If somebody replaces a
// font and forgets the table, tests elsewhere would trust glyphs that are gone.
func TestCoverageIsTheCmapOfBothFonts(t *testing.T) {
	for name, font := range map[string][]byte{"regular": assets.FontRegular(), "bold": assets.FontBold()} {
		drawn := cmap(t, font)
		if len(drawn) < 8105 {
			t.Errorf("%s draws %d characters, fewer than 通用规范汉字表 has", name, len(drawn))
		}
		for r := rune(0); r <= 0x10FFFF; r++ {
			if assets.HasGlyph(r) != drawn[r] {
				t.Fatalf("%s: HasGlyph(%U) = %v, the font says %v", name, r, !drawn[r], drawn[r])
			}
		}
	}
}

func TestHasGlyph(t *testing.T) {
	drawn := "永社区服务大厅䶮㛃㑇䴙𬱖𫖯𬶋Aaé¥·,。、“”—…()ABC012●○▲▼◀▶✓×→←↑↓■□①"
	for _, r := range drawn {
		if !assets.HasGlyph(r) {
			t.Errorf("no glyph for %c (%U)", r, r)
		}
	}
	for _, r := range []rune{0, '\n', 0x1F600, 0xE000, 0x10FFFF, -1} {
		if assets.HasGlyph(r) {
			t.Errorf("a glyph for %U, which the fonts do not have", r)
		}
	}
}

// Files from older systems are in GB 2312; whatever they hold must be readable.
func TestEveryHanCharacterOfGB2312HasAGlyph(t *testing.T) {
	decoder := simplifiedchinese.GBK.NewDecoder()
	checked := 0
	for row := byte(0xB0); row <= 0xF7; row++ {
		for cell := byte(0xA1); cell <= 0xFE; cell++ {
			if row == 0xD7 && cell >= 0xFA {
				continue // the five cells that GB 2312 leaves empty
			}
			text, err := decoder.Bytes([]byte{row, cell})
			if err != nil {
				t.Fatal(err)
			}
			r := []rune(string(text))[0]
			checked++
			if !assets.HasGlyph(r) {
				t.Errorf("no glyph for %c (%U)", r, r)
			}
		}
	}
	if checked != 6763 {
		t.Errorf("checked %d characters, GB 2312 has 6,763", checked)
	}
}

// cmap reads the Unicode characters of a TrueType font from its segmented
// coverage subtable (OpenType cmap, format 12).
func cmap(t *testing.T, font []byte) map[rune]bool {
	t.Helper()
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(font[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(font[at:])) }
	if u32(0) != 0x00010000 {
		t.Fatalf("not a TrueType font: starts with %#x", u32(0))
	}
	for i := range u16(4) {
		entry := 12 + 16*i
		if string(font[entry:entry+4]) != "cmap" {
			continue
		}
		table := u32(entry + 8)
		for j := range u16(table + 2) {
			sub := table + u32(table+4+8*j+4)
			if u16(sub) != 12 {
				continue
			}
			drawn := make(map[rune]bool)
			for g := range u32(sub + 12) {
				group := sub + 16 + 12*g
				for r := u32(group); r <= u32(group+4); r++ {
					drawn[rune(r)] = true
				}
			}
			return drawn
		}
	}
	t.Fatal("the font has no cmap of format 12")
	return nil
}
