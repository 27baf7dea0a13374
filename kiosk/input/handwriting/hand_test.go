package handwriting

import (
	"math"
	"math/rand/v2"

	"linli/kiosk/input/hanzi"
)

// A hand writes characters of the table as a person might: what is distorted, and how much of it. All lengths are in sides
// of the writing box. The hand is not a person: it starts from the very strokes that the Recognizer compares with, so what
// it shows is whether the Recognizer bears a distortion, not how people write.
type hand struct {
	joined   float64 // share of neighbouring strokes that are drawn without leaving the glass
	swapped  float64 // share of neighbouring strokes that are drawn in the other order
	ownOrder bool    // the strokes come in any order at all
	jitter   float64 // how far a point is off, smoothly along the stroke
	shift    float64 // how far a whole stroke is off
	stretch  float64 // how much longer or shorter a stroke is
	slant    float64 // shear of the character, and its turn
	uneven   float64 // how much one side of the character is larger than the other, and its width than its height
}

var (
	neat   = hand{jitter: 0.008, shift: 0.01, stretch: 0.05, slant: 0.04, uneven: 0.05}
	normal = hand{joined: 0.15, swapped: 0.20, jitter: 0.015, shift: 0.02, stretch: 0.10, slant: 0.10, uneven: 0.12}
	// own knows what a character looks like and never learnt how it is written.
	own    = hand{ownOrder: true, jitter: 0.015, shift: 0.02, stretch: 0.10, slant: 0.10, uneven: 0.12}
	sloppy = hand{joined: 0.35, swapped: 0.20, jitter: 0.025, shift: 0.035, stretch: 0.18, slant: 0.18, uneven: 0.20}
)

// write answers the ink of a character.
func (h hand) write(c hanzi.Character, dice *rand.Rand) []Stroke {
	strokes := make([]Stroke, len(c.Medians))
	for i, m := range c.Medians {
		strokes[i] = h.stroke(m, dice)
	}
	if h.ownOrder {
		dice.Shuffle(len(strokes), func(i, j int) { strokes[i], strokes[j] = strokes[j], strokes[i] })
	}
	for i := 1; i < len(strokes); i++ {
		if dice.Float64() < h.swapped {
			strokes[i-1], strokes[i] = strokes[i], strokes[i-1]
			i++ // a stroke is moved once
		}
	}
	ink := strokes[:1]
	for _, s := range strokes[1:] {
		if last := len(ink) - 1; dice.Float64() < h.joined {
			ink[last] = append(append(Stroke{}, ink[last]...), s...)
		} else {
			ink = append(ink, s)
		}
	}
	h.warp(ink, dice)
	return ink
}

// stroke draws one stroke with twenty points.
func (h hand) stroke(m hanzi.Median, dice *rand.Rand) Stroke {
	const n = 20
	raw := make(Stroke, hanzi.Points)
	for i := range raw {
		raw[i] = Point{float32(m[2*i]) / 256, float32(m[2*i+1]) / 256}
	}
	s := make(Stroke, n)
	raw.resample(s)
	middle := s[n/2]
	longer := 1 + h.stretch*dice.NormFloat64()
	sx, sy := h.shift*dice.NormFloat64(), h.shift*dice.NormFloat64()
	// Jitter is a sum of slow waves, as a hand's is, and not noise from point to point, as a sensor's is.
	var wave [3][2][2]float64
	for k := range wave {
		for axis := range 2 {
			wave[k][axis] = [2]float64{h.jitter * dice.NormFloat64(), 2 * math.Pi * dice.Float64()}
		}
	}
	for i := range s {
		x := float64(middle.X) + longer*float64(s[i].X-middle.X) + sx
		y := float64(middle.Y) + longer*float64(s[i].Y-middle.Y) + sy
		t := float64(i) / n
		for k, w := range wave {
			x += w[0][0] * math.Sin(w[0][1]+t*math.Pi*float64(k+1))
			y += w[1][0] * math.Sin(w[1][1]+t*math.Pi*float64(k+1))
		}
		s[i] = Point{float32(x), float32(y)}
	}
	return s
}

// warp distorts the character as a whole, and makes it some pixels large, somewhere.
func (h hand) warp(ink []Stroke, dice *rand.Rand) {
	shear, turn := h.slant*dice.NormFloat64(), h.slant/2*dice.NormFloat64()
	bx, by := h.uneven*dice.NormFloat64(), h.uneven*dice.NormFloat64()
	wide := math.Exp(h.uneven * dice.NormFloat64())
	size := 200 + 300*dice.Float64()
	left, top := 500*dice.Float64(), 500*dice.Float64()
	for _, s := range ink {
		for i, p := range s {
			x, y := float64(p.X)-0.5, float64(p.Y)-0.5
			x, y = x+bx*(x*x-0.25), y+by*(y*y-0.25)
			x += shear * y
			x, y = x*math.Cos(turn)-y*math.Sin(turn), x*math.Sin(turn)+y*math.Cos(turn)
			s[i] = Point{float32(left + size*wide*(x+0.5)), float32(top + size*(y+0.5))}
		}
	}
}
