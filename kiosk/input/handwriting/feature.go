package handwriting

import "math"

// The coarse look: how much line there is in each cell of a grid, and which way it runs.
const (
	cells      = 8
	directions = 8
	features   = cells * cells * directions
	// lift is what the way of the pen through the air counts, from the end of a stroke to the beginning of the next. It makes
	// strokes that a quick hand joins look much like strokes that it does not.
	lift = 0.4
)

// A feature is a character's coarse look, scaled so that each has the same length as a vector.
type feature [features]uint8

// A gather sums up the line of a character, cell by cell.
type gather [features]float32

// draw adds the piece of line between two places.
func (g *gather) draw(a, b Point, weight float32) {
	length := a.distance(b)
	if !(length > 0 && length < 1e3) {
		return // also what no longer is a number
	}
	angle := float32(math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))) * (directions / (2 * math.Pi))
	if angle < 0 {
		angle += directions
	}
	d0 := int(angle)
	turn := angle - float32(d0)
	d0 %= directions
	d1 := (d0 + 1) % directions
	pieces := int(length*cells*2) + 1
	share := weight * length / float32(pieces)
	for i := range pieces {
		t := (float32(i) + 0.5) / float32(pieces)
		x := (a.X+t*(b.X-a.X))*cells - 0.5
		y := (a.Y+t*(b.Y-a.Y))*cells - 0.5
		x, y = min(max(x, 0), cells-1), min(max(y, 0), cells-1)
		cx, cy := min(int(x), cells-2), min(int(y), cells-2)
		fx, fy := x-float32(cx), y-float32(cy)
		at := (cy*cells + cx) * directions
		for _, c := range [4]struct {
			at int
			w  float32
		}{
			{at, (1 - fx) * (1 - fy)},
			{at + directions, fx * (1 - fy)},
			{at + cells*directions, (1 - fx) * fy},
			{at + (cells+1)*directions, fx * fy},
		} {
			g[c.at+d0] += share * c.w * (1 - turn)
			g[c.at+d1] += share * c.w * turn
		}
	}
}

// feature answers the vector. Amounts are taken to the power of 5/8 first: that a line is there matters more than how much of it.
func (g *gather) feature() (f feature) {
	var sum float64
	for i, v := range g {
		if v > 0 {
			half := math.Sqrt(float64(v))
			w := half * math.Sqrt(math.Sqrt(half))
			g[i] = float32(w)
			sum += w * w
		}
	}
	if sum == 0 {
		return f
	}
	scale := 1000 / float32(math.Sqrt(sum))
	for i, v := range g {
		f[i] = uint8(min(v*scale+0.5, 255))
	}
	return f
}

// featureOf answers the coarse look of strokes in the unit square.
func featureOf(strokes []Stroke) feature {
	var g gather
	for i, s := range strokes {
		if i > 0 {
			before := strokes[i-1]
			g.draw(before[len(before)-1], s[0], lift)
		}
		for j := 1; j < len(s); j++ {
			g.draw(s[j-1], s[j], 1)
		}
	}
	return g.feature()
}

// likeness is the product of two vectors: the larger, the more alike.
func (f *feature) likeness(g *feature) int32 {
	var sum int32
	for i := 0; i < features; i += 4 {
		sum += int32(f[i])*int32(g[i]) + int32(f[i+1])*int32(g[i+1]) + int32(f[i+2])*int32(g[i+2]) + int32(f[i+3])*int32(g[i+3])
	}
	return sum
}
