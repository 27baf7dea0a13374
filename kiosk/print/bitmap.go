package print

import (
	"image"
	"image/color"
)

// Widths of paper in dots of a 203 dpi head.
const (
	Width58 = 384 // paper of 58 mm
	Width80 = 576 // paper of 80 mm
)

// Bitmap is a picture of black and white dots, rows from the top. It is an [image.Image].
type Bitmap struct {
	W, H int
	Bits []byte // eight dots a byte, the left one the highest bit, 1 is black; rows begin at whole bytes
}

// NewBitmap is white paper.
func NewBitmap(w, h int) *Bitmap { return &Bitmap{w, h, make([]byte, (w+7)/8*h)} }

func (b *Bitmap) at(x, y int) (i int, bit byte) { return y*((b.W+7)/8) + x/8, 0x80 >> (x % 8) }

// Black answers whether a dot is black; what is outside is not.
func (b *Bitmap) Black(x, y int) bool {
	if x < 0 || y < 0 || x >= b.W || y >= b.H {
		return false
	}
	i, bit := b.at(x, y)
	return b.Bits[i]&bit != 0
}

// SetBlack makes a dot black; what is outside stays as it is.
func (b *Bitmap) SetBlack(x, y int) {
	if x < 0 || y < 0 || x >= b.W || y >= b.H {
		return
	}
	i, bit := b.at(x, y)
	b.Bits[i] |= bit
}

// ColorModel implements [image.Image].
func (*Bitmap) ColorModel() color.Model { return color.GrayModel }

// Bounds implements [image.Image].
func (b *Bitmap) Bounds() image.Rectangle { return image.Rect(0, 0, b.W, b.H) }

// At implements [image.Image].
func (b *Bitmap) At(x, y int) color.Color {
	if b.Black(x, y) {
		return color.Gray{}
	}
	return color.Gray{Y: 0xff}
}
