package print

import (
	"fmt"
	"image"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"linli/assets"
)

// Line is one line of a slip, or several where it is too long.
type Line struct {
	Text   string
	Size   Size
	Bold   bool
	Centre bool
	Above  int  // dots left free before it, beyond the line's own
	Rule   bool // a line from edge to edge in place of text

	Picture *Bitmap // in place of text, dot for dot; what is wider than the paper is cut
}

// Size is the em of a line.
type Size int

// The sizes, in dots of 1/8 mm: what is read at arm's length, what is looked for, and the number, whose digits are 12 mm high.
const (
	Small  Size = 24  // 3 mm
	Text   Size = 30  // 3.75 mm
	Large  Size = 44  // 5.5 mm
	Number Size = 132 // 16.5 mm
)

// Paper is a slip from its top.
type Paper []Line

const (
	lineHeight = 1.35 // times the em
	edge       = 8    // dots left free at both sides and at the top
	foot       = 24
	rule       = 3
)

// Set makes the picture of a paper for a head of so many dots. What is too wide for a line goes on in the next; a number shrinks
// until it fits, because it is looked for as a whole.
func (p Paper) Set(width int) (*Bitmap, error) {
	type placed struct {
		text string
		line Line
		face font.Face
		y    int
	}
	var all []placed
	y := edge
	for _, l := range p {
		y += l.Above
		if l.Rule {
			all = append(all, placed{line: l, y: y})
			y += rule + edge
			continue
		}
		if l.Picture != nil {
			all = append(all, placed{line: l, y: y})
			y += l.Picture.H
			continue
		}
		size := l.Size
		face, err := faceOf(size, l.Bold)
		if err != nil {
			return nil, err
		}
		if wide := font.MeasureString(face, l.Text).Ceil(); l.Size == Number && wide > width-2*edge {
			size = Number * Size(width-2*edge) / Size(wide+1)
			if face, err = faceOf(size, l.Bold); err != nil {
				return nil, err
			}
		}
		for _, text := range wrap(face, l.Text, width-2*edge) {
			all = append(all, placed{text, l, face, y})
			y += int(float64(size) * lineHeight)
		}
	}
	b := NewBitmap(width, y+foot)
	for _, one := range all {
		if one.line.Rule {
			for dy := range rule {
				for x := edge; x < width-edge; x++ {
					b.SetBlack(x, one.y+dy)
				}
			}
			continue
		}
		if picture := one.line.Picture; picture != nil {
			b.paste(picture, one.line.Centre, one.y)
			continue
		}
		x := edge
		if one.line.Centre {
			x = (width - font.MeasureString(one.face, one.text).Ceil()) / 2
		}
		b.write(one.face, one.text, x, one.y)
	}
	return b, nil
}

// write draws text whose line begins at y.
func (b *Bitmap) write(face font.Face, text string, x, y int) {
	dot := fixed.P(x, y+face.Metrics().Ascent.Ceil())
	previous := rune(-1)
	for _, r := range text {
		if previous >= 0 {
			dot.X += face.Kern(previous, r)
		}
		box, mask, at, advance, ok := face.Glyph(dot, r)
		if ok {
			b.stamp(box, mask, at)
		}
		dot.X += advance
		previous = r
	}
}

// paste puts a picture on the paper.
func (b *Bitmap) paste(picture *Bitmap, centre bool, y int) {
	x := edge
	if centre {
		x = (b.W - picture.W) / 2
	}
	for dy := range picture.H {
		for dx := range picture.W {
			if picture.Black(dx, dy) {
				b.SetBlack(x+dx, y+dy)
			}
		}
	}
}

// half is from where on a grey dot is black: thin strokes of a thermal head come out thinner than they are.
const half = 0x60

func (b *Bitmap) stamp(box image.Rectangle, mask image.Image, at image.Point) {
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if _, _, _, a := mask.At(at.X+x-box.Min.X, at.Y+y-box.Min.Y).RGBA(); a>>8 >= half {
				b.SetBlack(x, y)
			}
		}
	}
}

// wrap breaks text into lines: between Han anywhere, else at spaces.
func wrap(face font.Face, text string, width int) (lines []string) {
	wide := func(s string) bool { return font.MeasureString(face, s).Ceil() > width }
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range words(paragraph) {
			if line != "" && wide(line+strings.TrimRight(word, " ")) {
				lines, line = append(lines, strings.TrimRight(line, " ")), ""
			}
			for _, r := range strings.TrimLeft(word, " ") { // a word that is wider than the paper alone
				if line != "" && wide(line+string(r)) {
					lines, line = append(lines, line), ""
				}
				line += string(r)
			}
			if line != "" && strings.HasSuffix(word, " ") && !strings.HasSuffix(line, " ") {
				line += " "
			}
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// words are the pieces between which a line may break, each with the spaces behind it.
func words(text string) (all []string) {
	word := ""
	for _, r := range text {
		switch {
		case r > 0x2e80 && !strings.ContainsRune("，。、；：！？）》」”…", r):
			all, word = append(all, word), string(r)
		case r == ' ':
			all, word = append(all, word+" "), ""
		default:
			word += string(r)
		}
	}
	all = append(all, word)
	n := 0
	for _, w := range all {
		if w != "" {
			all[n] = w
			n++
		}
	}
	return all[:n]
}

// faces are the two fonts in the sizes that were asked for.
var faces struct {
	sync.Mutex
	parsed map[bool]*opentype.Font
	made   map[faceKey]font.Face
}

type faceKey struct {
	size Size
	bold bool
}

func faceOf(size Size, bold bool) (font.Face, error) {
	faces.Lock()
	defer faces.Unlock()
	if f := faces.made[faceKey{size, bold}]; f != nil {
		return f, nil
	}
	if faces.parsed == nil {
		faces.parsed, faces.made = make(map[bool]*opentype.Font), make(map[faceKey]font.Face)
	}
	if faces.parsed[bold] == nil {
		data := assets.FontRegular()
		if bold {
			data = assets.FontBold()
		}
		f, err := opentype.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("print: font: %w", err)
		}
		faces.parsed[bold] = f
	}
	f, err := opentype.NewFace(faces.parsed[bold], &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("print: font: %w", err)
	}
	f = &locked{Face: f}
	faces.made[faceKey{size, bold}] = f
	return f, nil
}

// locked is a face for several goroutines.
type locked struct {
	sync.Mutex
	font.Face
}

// Glyph implements [font.Face]; the mask is the caller's own.
func (l *locked) Glyph(dot fixed.Point26_6, r rune) (image.Rectangle, image.Image, image.Point, fixed.Int26_6, bool) {
	l.Lock()
	defer l.Unlock()
	box, mask, at, advance, ok := l.Face.Glyph(dot, r)
	if !ok {
		return box, mask, at, advance, ok
	}
	own := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		for x := range box.Dx() {
			own.Set(x, y, mask.At(at.X+x, at.Y+y))
		}
	}
	return box, own, image.Point{}, advance, ok
}

// GlyphAdvance implements [font.Face].
func (l *locked) GlyphAdvance(r rune) (fixed.Int26_6, bool) {
	l.Lock()
	defer l.Unlock()
	return l.Face.GlyphAdvance(r)
}

// Kern implements [font.Face].
func (l *locked) Kern(a, b rune) fixed.Int26_6 {
	l.Lock()
	defer l.Unlock()
	return l.Face.Kern(a, b)
}
