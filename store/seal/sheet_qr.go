package seal

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quietZone is the white border of a QR code, in modules (ISO/IEC 18004 §6.3.8).
const quietZone = 4

// SheetPNG is a root's recovery sheet as a QR code: a black and white PNG of at
// most size × size pixels with its border, each module a whole number of pixels.
// Error correction level Q mends a quarter of it: paper gets folded and stained.
// What a scanner reads from it, [ParseSheet] takes.
func SheetPNG(root Root, size int) ([]byte, error) {
	rows := sheetRows(root)
	code, err := qr.Encode(sheetPrefix+strings.Join(rows[:], ""), qr.Q, qr.AlphaNumeric)
	if err != nil {
		return nil, ErrSheetQR // the encoder's own error may quote the content
	}
	n := code.Bounds().Dx()
	scale := size / (n + 2*quietZone)
	if scale < 1 {
		return nil, fmt.Errorf("seal: a QR code of %d modules needs more than %d pixels", n+2*quietZone, size)
	}
	side := scale * (n + 2*quietZone)
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range n * scale {
		for x := range n * scale {
			if r, _, _, _ := code.At(x/scale, y/scale).RGBA(); r == 0 {
				img.SetColorIndex(x+quietZone*scale, y+quietZone*scale, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("seal: encode the QR code: %w", err)
	}
	return b.Bytes(), nil
}
