package handwriting

import "math"

// The close look compares strokes one by one. All costs are in sides of the unit square.
const (
	points    = 8 // of a stroke; a run of k joined strokes has k times as many
	mostJoins = 4 // strokes that may have been drawn in one

	directionCost = 0.16 // of a stroke that runs the other way, against its place being off
	joinCost      = 0.015
	swapCost      = 0.012
	splitCost     = 0.03
	skipCost      = 0.06 // of leaving out a stroke, and more the longer it is
	skipLength    = 0.25
)

// A path is a stroke or several joined ones, at equal distances, with the direction of each piece as a unit vector.
type path struct {
	at     []Point
	way    []Point
	length float32
}

func newPath(s Stroke, n int) path {
	p := path{at: make([]Point, n), way: make([]Point, n)}
	p.fill(s)
	return p
}

func (p *path) fill(s Stroke) {
	p.length = s.length()
	s.resample(p.at)
	n := len(p.at)
	for i := range n {
		a, b := p.at[max(i-1, 0)], p.at[min(i+1, n-1)]
		p.way[i] = Point{}
		if d := a.distance(b); d > 1e-6 {
			p.way[i] = Point{(b.X - a.X) / d, (b.Y - a.Y) / d}
		}
	}
}

// cost answers how far the path is from another with as many points.
func (p *path) cost(q *path) float32 {
	var off, turned float32
	n := len(p.at)
	for i := range n {
		dx, dy := p.at[i].X-q.at[i].X, p.at[i].Y-q.at[i].Y
		off += float32(math.Sqrt(float64(dx*dx + dy*dy)))
		turned += 1 - p.way[i].X*q.way[i].X - p.way[i].Y*q.way[i].Y
	}
	weight := (p.length + q.length) / 2
	// The direction of a short stroke is mostly chance.
	sure := weight / (weight + 0.1)
	return (off/float32(n) + directionCost*sure*turned/float32(n)) * (0.25 + weight)
}

// A matcher holds the ink, and room to compare it with one template after the other.
type matcher struct {
	ink   [][mostJoins]path // each stroke with the points of 1, 2, … strokes
	pairs []path            // stroke i and i+1 as if they were one
	table []float32
	joint Stroke
	runs  [mostJoins]path
	flips path
}

func newMatcher(ink []Stroke) *matcher {
	m := &matcher{ink: make([][mostJoins]path, len(ink)), pairs: make([]path, len(ink))}
	for i, s := range ink {
		for k := range mostJoins {
			m.ink[i][k] = newPath(s, points*(k+1))
		}
		if i+1 < len(ink) {
			m.pairs[i] = newPath(append(append(Stroke{}, s...), ink[i+1]...), points)
		}
	}
	for k := range m.runs {
		m.runs[k] = newPath(Stroke{{}}, points*(k+1))
	}
	m.flips = newPath(Stroke{{}}, points*2)
	return m
}

// distance answers how far the ink is from a template: the least sum of costs over all ways to pair their strokes, by
// dynamic programming over the strokes of both, for each stroke's share of the writing.
func (m *matcher) distance(template []Stroke) float32 {
	n, t := len(m.ink), len(template)
	const never = 1e9
	width := t + 1
	single := make([]path, t)
	for j := range single {
		single[j] = newPath(template[j], points)
	}
	ones := make([]float32, n*t)
	for i := range n {
		for j := range t {
			ones[i*t+j] = m.ink[i][0].cost(&single[j])
		}
	}
	if len(m.table) < (n+1)*width {
		m.table = make([]float32, (n+1)*width*2)
	}
	d := m.table[:(n+1)*width]
	for k := range d {
		d[k] = never
	}
	d[0] = 0
	for j := 1; j <= t; j++ {
		d[j] = d[j-1] + skipCost + skipLength*single[j-1].length
	}
	for i := 1; i <= n; i++ {
		d[i*width] = d[(i-1)*width] + skipCost + skipLength*m.ink[i-1][0].length
		for j := 1; j <= t; j++ {
			here := min(
				d[(i-1)*width+j-1]+ones[(i-1)*t+j-1],
				d[(i-1)*width+j]+skipCost+skipLength*m.ink[i-1][0].length,
				d[i*width+j-1]+skipCost+skipLength*single[j-1].length,
			)
			if i > 1 && j > 1 {
				here = min(here, d[(i-2)*width+j-2]+ones[(i-2)*t+j-1]+ones[(i-1)*t+j-2]+swapCost)
			}
			if i > 2 && j > 2 {
				here = min(here,
					d[(i-3)*width+j-3]+ones[(i-3)*t+j-1]+ones[(i-2)*t+j-3]+ones[(i-1)*t+j-2]+2*swapCost,
					d[(i-3)*width+j-3]+ones[(i-3)*t+j-2]+ones[(i-2)*t+j-1]+ones[(i-1)*t+j-3]+2*swapCost)
			}
			if i > 1 {
				here = min(here, d[(i-2)*width+j-1]+m.pairs[i-2].cost(&single[j-1])+splitCost)
			}
			d[i*width+j] = here
		}
		// Runs of template strokes that stroke i may be, built once for each end.
		for j := 2; j <= t; j++ {
			for k := 2; k <= min(mostJoins, j); k++ {
				before := d[(i-1)*width+j-k]
				if before+joinCost >= d[i*width+j] {
					continue
				}
				run := &m.runs[k-1]
				m.join(run, template[j-k:j])
				d[i*width+j] = min(d[i*width+j], before+m.ink[i-1][k-1].cost(run)+joinCost*float32(k-1))
			}
			if before := d[(i-1)*width+j-2]; before+joinCost+swapCost < d[i*width+j] {
				m.joint = append(append(m.joint[:0], template[j-1]...), template[j-2]...)
				m.flips.fill(m.joint)
				d[i*width+j] = min(d[i*width+j], before+m.ink[i-1][1].cost(&m.flips)+joinCost+swapCost)
			}
			if skip := d[i*width+j-1] + skipCost + skipLength*single[j-1].length; skip < d[i*width+j] {
				d[i*width+j] = skip
			}
		}
	}
	var total float32
	for i := range m.ink {
		total += 0.25 + m.ink[i][0].length
	}
	for j := range single {
		total += 0.25 + single[j].length
	}
	return d[n*width+t] / (total / 2)
}

func (m *matcher) join(p *path, run []Stroke) {
	m.joint = m.joint[:0]
	for _, s := range run {
		m.joint = append(m.joint, s...)
	}
	p.fill(m.joint)
}
