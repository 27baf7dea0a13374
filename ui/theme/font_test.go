package theme_test

import (
	"encoding/binary"
	"testing"

	"linli/ui/theme"
)

// The kiosk's two faces are sans-serif (黑体): their own tables say so, in the classification of OpenType, OS/2, PANOSE.
func TestTheTypeHasNoSerifs(t *testing.T) {
	const latinText, serifStyle = 2, 11 // 11 to 15: without serifs
	for _, bold := range []bool{false, true} {
		font := theme.Font(bold).Content()
		found := false
		for i := range int(binary.BigEndian.Uint16(font[4:])) {
			entry := font[12+16*i:]
			if string(entry[:4]) != "OS/2" {
				continue
			}
			found = true
			panose := font[binary.BigEndian.Uint32(entry[8:])+32:]
			if panose[0] != latinText || panose[1] < serifStyle {
				t.Errorf("bold %v: family %d, serif style %d", bold, panose[0], panose[1])
			}
		}
		if !found {
			t.Errorf("bold %v: the face does not say what it is", bold)
		}
	}
}
