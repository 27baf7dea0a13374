package handwriting

import "math"

const (
	spread   = 0.22 // of the line about its middle, in sides of the unit square
	upright  = 0.6  // how much of a slant is taken out
	thinnest = 0.05 // of two sides: what is thinner is a line, whose width means nothing
)

// A frame carries the places of a character into the unit square.
type frame struct{ x, y, xx, xy, yy float32 }

// same leaves every place where it is.
var same = frame{x: 0.5, y: 0.5, xx: 1, yy: 1}

func (f frame) place(p Point) Point {
	dx, dy := p.X-f.x, p.Y-f.y
	return Point{0.5 + f.xx*dx + f.xy*dy, 0.5 + f.yy*dy}
}

// moments sums up where the line of a character lies: its length, its middle, and how far it spreads about it.
type moments struct{ mass, x, y, xx, xy, yy float64 }

// add counts the piece of line between two places.
func (m *moments) add(a, b Point, weight float64) {
	w := weight * float64(a.distance(b))
	x, y := (float64(a.X)+float64(b.X))/2, (float64(a.Y)+float64(b.Y))/2
	dx, dy := float64(b.X)-float64(a.X), float64(b.Y)-float64(a.Y)
	m.mass += w
	m.x += w * x
	m.y += w * y
	m.xx += w * (x*x + dx*dx/12)
	m.xy += w * (x*y + dx*dy/12)
	m.yy += w * (y*y + dy*dy/12)
}

// central answers the moments about the middle, for each unit of length.
func (m moments) central() moments {
	c := moments{mass: 1, x: m.x / m.mass, y: m.y / m.mass}
	c.xx = max(m.xx/m.mass-c.x*c.x, 0)
	c.xy = m.xy/m.mass - c.x*c.y
	c.yy = max(m.yy/m.mass-c.y*c.y, 0)
	return c
}

// frameOf answers the frame of the strokes, and false when they have no extent.
//
// It goes by where the most of the line lies and not by the corners of the box around it: one stroke that shoots out moves the box
// and hardly the middle. The wider side is made to spread as far in every character. The narrower is drawn out a little, more
// the nearer the two are: a 口 written narrow is to be the same as one written wide, while 一 must stay a line (aspect ratio
// adaptive normalisation). And the most of a slant is taken out: where the line lies further right the further down it is,
// rows are pushed to the left. Templates go through the same, so that a character's own slant, as that of 乃, does no harm.
func frameOf(strokes []Stroke) (frame, bool) {
	var m moments
	var before Point
	for i, s := range strokes {
		for j, p := range s {
			switch {
			case j > 0:
				m.add(before, p, 1)
			case i > 0:
				m.add(before, p, lift)
			}
			before = p
		}
	}
	if !(m.mass > 0) {
		return frame{}, false
	}
	c := m.central()
	w, h := math.Sqrt(c.xx)/spread, math.Sqrt(c.yy)/spread
	wider := max(w, h)
	if !(wider > 0) {
		return frame{}, false
	}
	ax, ay, slant := 1/wider, 1/wider, 0.0
	if ratio := min(w, h) / wider; ratio > thinnest {
		drawn := math.Sqrt(math.Sin(math.Pi / 2 * ratio))
		if w < h {
			ax = drawn / w
		} else {
			ay = drawn / h
		}
		slant = upright * c.xy / (c.yy + 0.02*c.xx)
	}
	return frame{x: float32(c.x), y: float32(c.y), xx: float32(ax), xy: float32(-ax * slant), yy: float32(ay)}, true
}

// normalise carries the ink into the unit square. It reports false for ink without any extent.
func normalise(ink []Stroke) ([]Stroke, bool) {
	f, drawn := frameOf(ink)
	if !drawn {
		return nil, false
	}
	out := make([]Stroke, len(ink))
	for i, s := range ink {
		out[i] = make(Stroke, len(s))
		for j, p := range s {
			out[i][j] = f.place(p)
		}
	}
	return out, true
}
