package main

import "math"

type point struct{ x, y float64 }

func (p point) to(q point) point         { return point{q.x - p.x, q.y - p.y} }
func (p point) length() float64          { return math.Hypot(p.x, p.y) }
func (p point) distance(q point) float64 { return p.to(q).length() }

// angle is the direction of a step in degrees: 0 is right, 90 is down, 180 is left, -90 is up.
func (p point) angle() float64 { return math.Atan2(p.y, p.x) * 180 / math.Pi }

// A line is the median of a stroke, y growing downwards.
type line []point

func (l line) length() float64 {
	var sum float64
	for i := 1; i < len(l); i++ {
		sum += l[i-1].distance(l[i])
	}
	return sum
}

// chord is the step from the line's first point to its last.
func (l line) chord() point { return l[0].to(l[len(l)-1]) }

// resample answers n points at equal distances along the line, its ends among them.
func (l line) resample(n int) line {
	out := make(line, 0, n)
	step := l.length() / float64(n-1)
	walked, next := 0.0, 0.0
	for i := 1; i < len(l) && len(out) < n-1; i++ {
		d := l[i-1].distance(l[i])
		for len(out) < n-1 && next <= walked+d && d > 0 {
			t := (next - walked) / d
			out = append(out, point{l[i-1].x + t*(l[i].x-l[i-1].x), l[i-1].y + t*(l[i].y-l[i-1].y)})
			next += step
		}
		walked += d
	}
	for len(out) < n {
		out = append(out, l[len(l)-1])
	}
	return out
}

// cut answers the line without so much of its length at either end.
func (l line) cut(head, tail float64) line {
	const n = 64
	fine, step := l.resample(n), l.length()/(n-1)
	if step == 0 {
		return fine
	}
	return fine[int(head/step) : n-int(tail/step)]
}

// corners reduces the line to its ends and those points that lie further than tolerance from the line without them (the
// method of Douglas and Peucker).
func (l line) corners(tolerance float64) line {
	if len(l) < 3 {
		return l
	}
	far, at := 0.0, 0
	for i := 1; i < len(l)-1; i++ {
		if d := l[i].off(l[0], l[len(l)-1]); d > far {
			far, at = d, i
		}
	}
	if far <= tolerance {
		return line{l[0], l[len(l)-1]}
	}
	head, tail := l[:at+1].corners(tolerance), l[at:].corners(tolerance)
	return append(append(line{}, head...), tail[1:]...)
}

// off is the distance of p from the piece of line between a and b.
func (p point) off(a, b point) float64 {
	ab := a.to(b)
	t := 0.0
	if d := ab.x*ab.x + ab.y*ab.y; d > 0 {
		ap := a.to(p)
		t = min(max((ap.x*ab.x+ap.y*ab.y)/d, 0), 1)
	}
	return p.distance(point{a.x + t*ab.x, a.y + t*ab.y})
}
