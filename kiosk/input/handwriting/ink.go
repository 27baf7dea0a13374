package handwriting

import "math"

// Bounds of what is looked at: no character has more strokes, and no stroke needs more points.
const (
	mostStrokes = 64
	mostPoints  = 512
)

// A Point is a place that the finger passed, in any unit; y grows downwards.
type Point struct{ X, Y float32 }

// A Stroke is what was drawn between touching and leaving the glass.
type Stroke []Point

// clean answers the ink without what cannot be drawn: places that are no numbers, strokes without any place, and more than
// the bounds allow. A stroke with too many points keeps every second, or third, and so on.
func clean(ink []Stroke) []Stroke {
	var out []Stroke
	for _, s := range ink {
		if len(out) == mostStrokes {
			break
		}
		every := (len(s) + mostPoints - 1) / mostPoints
		var kept Stroke
		for i, p := range s {
			if finite(p.X) && finite(p.Y) && (i%every == 0 || i == len(s)-1) {
				kept = append(kept, p)
			}
		}
		if len(kept) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// finite reports whether v is a number that can still be calculated with: a screen's are far smaller.
func finite(v float32) bool { return v > -1e9 && v < 1e9 }

// A frame carries the places of a character into the unit square.
type frame struct{ x, y, sx, sy float32 }

// frameOf answers the frame of the box between two corners. The longer side fills the square. The shorter one is drawn out
// a little, more the nearer the box is to a square: a 口 written narrow is to be the same as one written wide, while 一 must
// stay a line. (Aspect ratio adaptive normalisation, the sine curve of Liu and others.)
func frameOf(left, top, right, bottom float32) frame {
	w, h := right-left, bottom-top
	longer := max(w, h)
	if longer <= 0 {
		return frame{x: left - 0.5, y: top - 0.5, sx: 1, sy: 1}
	}
	ratio := float64(min(w, h) / longer)
	drawn := float32(math.Sqrt(math.Sin(math.Pi / 2 * ratio)))
	f := frame{sx: 1 / longer, sy: 1 / longer}
	if ratio > 0.05 { // below that it is a line, whose width means nothing
		if w < h {
			f.sx = drawn / w
		} else {
			f.sy = drawn / h
		}
	}
	f.x = (left+right)/2 - 0.5/f.sx
	f.y = (top+bottom)/2 - 0.5/f.sy
	return f
}

func (f frame) place(p Point) Point { return Point{(p.X - f.x) * f.sx, (p.Y - f.y) * f.sy} }

// normalise carries the ink into the unit square. It reports false for ink without any extent.
func normalise(ink []Stroke) ([]Stroke, bool) {
	inf := float32(math.Inf(1))
	left, top, right, bottom := inf, inf, -inf, -inf
	for _, s := range ink {
		for _, p := range s {
			left, right = min(left, p.X), max(right, p.X)
			top, bottom = min(top, p.Y), max(bottom, p.Y)
		}
	}
	if max(right-left, bottom-top) <= 0 || len(ink) == 0 {
		return nil, false
	}
	f := frameOf(left, top, right, bottom)
	out := make([]Stroke, len(ink))
	for i, s := range ink {
		out[i] = make(Stroke, len(s))
		for j, p := range s {
			out[i][j] = f.place(p)
		}
	}
	return out, true
}

func (p Point) distance(q Point) float32 {
	dx, dy := p.X-q.X, p.Y-q.Y
	return float32(math.Sqrt(float64(dx*dx + dy*dy)))
}

func (s Stroke) length() float32 {
	var sum float32
	for i := 1; i < len(s); i++ {
		sum += s[i-1].distance(s[i])
	}
	return sum
}

// resample fills out with points at equal distances along the stroke, its ends among them.
func (s Stroke) resample(out []Point) {
	n := len(out)
	step := s.length() / float32(n-1)
	done := 0
	var walked, next float32
	for i := 1; i < len(s) && done < n-1 && step > 0; i++ {
		d := s[i-1].distance(s[i])
		for done < n-1 && next <= walked+d && d > 0 {
			t := (next - walked) / d
			out[done] = Point{s[i-1].X + t*(s[i].X-s[i-1].X), s[i-1].Y + t*(s[i].Y-s[i-1].Y)}
			done++
			next += step
		}
		walked += d
	}
	for ; done < n; done++ {
		out[done] = s[len(s)-1]
	}
}
