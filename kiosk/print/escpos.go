package print

// Commands of ESC/POS (Epson, "ESC/POS Command Reference").
const (
	esc = 0x1b
	gs  = 0x1d
	dle = 0x10
	eot = 0x04
)

// band is how many rows go out in one command: printers have little memory, and some lose longer ones.
const band = 128

// feed is how many lines of paper are moved past the knife, and beyond it to be taken hold of.
const feed = 4

// Encode is a bitmap as the printer's bytes: initialise, raster bands (GS v 0), feed, partial cut.
func Encode(b *Bitmap) []byte {
	row := (b.W + 7) / 8
	out := []byte{esc, '@'}
	for y := 0; y < b.H; y += band {
		n := min(band, b.H-y)
		out = append(out, gs, 'v', '0', 0, byte(row), byte(row>>8), byte(n), byte(n>>8)) // #nosec G115 -- low and high byte
		out = append(out, b.Bits[y*row:(y+n)*row]...)
	}
	return append(out, esc, 'd', feed, gs, 'V', 66, 0)
}

// ask is the request for one of the printer's states (DLE EOT n): 2 why it is offline, 4 the paper sensor.
func ask(n byte) []byte { return []byte{dle, eot, n} }

// Bits of the answers.
const (
	answerMask = 0b1001_0011 // of every answer
	answerBits = 0b0001_0010
	coverOpen  = 1 << 2 // of answer 2
	stopped    = 1 << 5 // paper ran out while printing
	hasFault   = 1 << 6
	nearEnd    = 3 << 2 // of answer 4
	paperOut   = 3 << 5
)
