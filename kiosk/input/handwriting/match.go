package handwriting

import "math"

// The close look compares strokes one by one. All costs are in sides of the unit square.
const (
	points    = 8 // of a stroke; a run of k joined strokes has k times as many
	mostJoins = 5 // strokes that may have been drawn in one

	directionCost = 0.16 // of a stroke that runs the other way, against its place being off
	joinCost      = 0.015
	swapCost      = 0.012
	splitCost     = 0.03
	orderCost     = 0.02
	skipCost      = 0.06 // of leaving out a stroke, and more the longer it is
	skipLength    = 0.25
	far           = 0.45 // between the middles of two strokes: leaving both out costs less
	never         = 1e9
	strokeWeight  = 0.25 // what a stroke counts besides its length
)

// A path is a stroke or several joined ones, at equal distances, with the direction of each piece as a unit vector.
type path struct {
	at     []Point
	way    []Point
	length float32
}

func newPath(n int) path { return path{at: make([]Point, n), way: make([]Point, n)} }

// fill makes the path that of a stroke.
func (p *path) fill(s Stroke) {
	p.length = s.length()
	if len(s) == points && len(p.at) == points {
		copy(p.at, s) // a template's stroke has equal distances already
	} else {
		s.resample(p.at)
	}
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
	weight := (p.length + q.length) / 2
	if d := p.at[n/2].distance(q.at[n/2]); d > far {
		return (d + directionCost) * (strokeWeight + weight) // no pair, whatever its exact cost
	}
	for i := range n {
		dx, dy := p.at[i].X-q.at[i].X, p.at[i].Y-q.at[i].Y
		off += float32(math.Sqrt(float64(dx*dx + dy*dy)))
		turned += 1 - p.way[i].X*q.way[i].X - p.way[i].Y*q.way[i].Y
	}
	// The direction of a short stroke is mostly chance.
	sure := weight / (weight + 0.1)
	return (off/float32(n) + directionCost*sure*turned/float32(n)) * (strokeWeight + weight)
}

// A matcher holds the ink, and room to compare it with one template after the other.
type matcher struct {
	ink   [][mostJoins]path // each stroke with the points of 1, 2, … strokes
	pairs []path            // each stroke and the one after it as if the hand had not stopped, with the points of one
	skips []float32         // what leaving out each stroke costs
	runs  []runs            // of the template: by the stroke they end in
	costs []float32         // of each stroke of the ink against each of the template
	table []float32
	joint Stroke
}

// Runs are what the strokes up to one of the template look like when they are joined. They are made when they are asked for.
type runs struct {
	joined  [mostJoins]path // 1, 2, … strokes
	swapped path            // this stroke and then the one before it
	made    [mostJoins]bool
	turned  bool
}

func newMatcher(ink []Stroke) *matcher {
	m := &matcher{
		ink: make([][mostJoins]path, len(ink)), pairs: make([]path, len(ink)), skips: make([]float32, len(ink)),
	}
	for i, s := range ink {
		for k := range mostJoins {
			m.ink[i][k] = newPath(points * (k + 1))
			m.ink[i][k].fill(s)
		}
		if i+1 < len(ink) {
			m.pairs[i] = newPath(points)
			m.pairs[i].fill(append(append(Stroke{}, s...), ink[i+1]...))
		}
		m.skips[i] = skipCost + skipLength*m.ink[i][0].length
	}
	return m
}

// distance answers how far the ink is from a template: the least sum of costs over all ways to pair their strokes, by
// dynamic programming over the strokes of both, as a share of how much was written. It gives up as soon as
// it is sure that the distance is more than enough.
func (m *matcher) distance(template []Stroke, enough float32) float32 {
	n, t := len(m.ink), len(template)
	written := m.reset(template)
	free := m.anyOrder(t)
	enough = min(enough*written, free)
	width := t + 1
	if len(m.table) < (n+1)*width {
		m.table = make([]float32, 2*(n+1)*width)
	}
	d, c := m.table, m.costs
	d[0] = 0
	for j := 1; j <= t; j++ {
		d[j] = d[j-1] + m.runs[j-1].skip()
	}
	var least [3]float32 // of the last rows: every way from the first row to the last goes through one of any three
	for i := 1; i <= n; i++ {
		row, up := i*width, (i-1)*width
		d[row] = d[up] + m.skips[i-1]
		best := d[row]
		for j := 1; j <= t; j++ {
			here := min(d[up+j-1]+c[(i-1)*t+j-1], d[up+j]+m.skips[i-1], d[row+j-1]+m.runs[j-1].skip())
			if i > 1 {
				two := d[up-width+j-1] + splitCost
				if two < here {
					here = min(here, two+m.pairs[i-2].cost(&m.runs[j-1].joined[0]))
				}
			}
			if i > 1 && j > 1 {
				here = min(here, d[up-width+j-2]+c[(i-2)*t+j-1]+c[(i-1)*t+j-2]+swapCost)
			}
			if i > 2 && j > 2 {
				three := d[up-2*width+j-3] + 2*swapCost
				here = min(here,
					three+c[(i-3)*t+j-1]+c[(i-2)*t+j-3]+c[(i-1)*t+j-2],
					three+c[(i-3)*t+j-2]+c[(i-2)*t+j-1]+c[(i-1)*t+j-3])
			}
			for k := 2; k <= min(mostJoins, j); k++ {
				if before := d[up+j-k] + joinCost*float32(k-1); before < here {
					here = min(here, before+m.ink[i-1][k-1].cost(m.joined(template, j-1, k)))
				}
			}
			if j > 1 {
				if before := d[up+j-2] + joinCost + swapCost; before < here {
					here = min(here, before+m.ink[i-1][1].cost(m.swapped(template, j-1)))
				}
			}
			d[row+j] = here
			best = min(best, here)
		}
		least[i%3] = best
		if min(least[0], least[1], least[2]) > enough {
			return free / written
		}
	}
	return min(d[n*width+t], free) / written
}

// anyOrder answers what the pairing costs when each stroke, of the ink and of the template, may take the one that suits it best,
// whatever its turn, for those who never learnt the order. It knows nothing of joined strokes, and two may take the same one: that
// is why every stroke costs something besides.
func (m *matcher) anyOrder(t int) float32 {
	n := len(m.ink)
	var mine, its float32
	for i := range n {
		best := m.skips[i]
		for j := range t {
			best = min(best, m.costs[i*t+j])
		}
		mine += best + orderCost
	}
	for j := range t {
		best := m.runs[j].skip()
		for i := range n {
			best = min(best, m.costs[i*t+j])
		}
		its += best + orderCost
	}
	return max(mine, its)
}

// reset makes ready for a template: its single strokes, and what each costs against each of the ink. It answers how much was
// written, in both on the average.
func (m *matcher) reset(template []Stroke) float32 {
	for len(m.runs) < len(template) {
		r := runs{swapped: newPath(2 * points)}
		for k := range mostJoins {
			r.joined[k] = newPath(points * (k + 1))
		}
		m.runs = append(m.runs, r)
	}
	n, t := len(m.ink), len(template)
	if len(m.costs) < n*t {
		m.costs = make([]float32, 2*n*t)
	}
	var written float32
	for i := range m.ink {
		written += strokeWeight + m.ink[i][0].length
	}
	for j, s := range template {
		r := &m.runs[j]
		r.made, r.turned = [mostJoins]bool{true}, false
		r.joined[0].fill(s)
		for i := range n {
			m.costs[i*t+j] = m.ink[i][0].cost(&r.joined[0])
		}
		written += strokeWeight + r.joined[0].length
	}
	return written / 2
}

func (r *runs) skip() float32 { return skipCost + skipLength*r.joined[0].length }

// joined answers the path of k strokes of the template, the last of them stroke j.
func (m *matcher) joined(template []Stroke, j, k int) *path {
	r := &m.runs[j]
	if !r.made[k-1] {
		r.made[k-1] = true
		m.joint = m.joint[:0]
		for _, s := range template[j-k+1 : j+1] {
			m.joint = append(m.joint, s...)
		}
		r.joined[k-1].fill(m.joint)
	}
	return &r.joined[k-1]
}

// swapped answers the path of stroke j and then the one before it.
func (m *matcher) swapped(template []Stroke, j int) *path {
	r := &m.runs[j]
	if !r.turned {
		r.turned = true
		m.joint = append(append(m.joint[:0], template[j]...), template[j-1]...)
		r.swapped.fill(m.joint)
	}
	return &r.swapped
}
