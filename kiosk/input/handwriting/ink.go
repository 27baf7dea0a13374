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
