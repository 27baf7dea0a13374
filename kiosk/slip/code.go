package slip

import (
	"github.com/boombuler/barcode/qr"

	"linli/kiosk/card"
	"linli/kiosk/flow"
	"linli/kiosk/print"
)

// moduleDots is how large a module of a QR symbol is printed, in dots of 1/8 mm: as large as scanners at kiosks like it, and the symbol has 25 of them.
const moduleDots = 8

// quietZone is the white border of a QR symbol, in modules (ISO/IEC 18004 §6.3.8).
const quietZone = 4

// scan is the lines by which a kiosk reads a slip's two numbers itself. Without them the slip is as good as it was: the numbers stand on it.
func scan(c card.Code, lang string) print.Paper {
	picture := symbol(c)
	if picture == nil {
		return nil
	}
	return print.Paper{
		{Picture: picture, Centre: true},
		{Text: flow.T("kiosk.slip.scan").In(lang), Size: print.Small, Centre: true},
	}
}

// symbol is a code as QR symbol with its border; nil when its numbers are none that a kiosk reads. Error correction level M mends a seventh of it: slips get folded.
func symbol(c card.Code) *print.Bitmap {
	if _, ours := card.ParseCode(c.Encode()); !ours {
		return nil
	}
	code, err := qr.Encode(c.Encode(), qr.M, qr.AlphaNumeric)
	if err != nil {
		return nil // the encoder's own error may quote the content
	}
	n := code.Bounds().Dx()
	side := (n + 2*quietZone) * moduleDots
	b := print.NewBitmap(side, side)
	for y := range n * moduleDots {
		for x := range n * moduleDots {
			if r, _, _, _ := code.At(x/moduleDots, y/moduleDots).RGBA(); r == 0 {
				b.SetBlack(x+quietZone*moduleDots, y+quietZone*moduleDots)
			}
		}
	}
	return b
}
