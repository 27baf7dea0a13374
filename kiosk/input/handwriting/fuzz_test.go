package handwriting

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// inkOf reads ink from bytes: eight are a point, and a point whose first bits say so begins a stroke.
func inkOf(raw []byte) []Stroke {
	var ink []Stroke
	for ; len(raw) >= 8; raw = raw[8:] {
		x, y := binary.LittleEndian.Uint32(raw), binary.LittleEndian.Uint32(raw[4:])
		if len(ink) == 0 || x&7 == 0 {
			ink = append(ink, nil)
		}
		last := len(ink) - 1
		ink[last] = append(ink[last], Point{math.Float32frombits(x), math.Float32frombits(y)})
	}
	return ink
}

func FuzzRecognize(f *testing.F) {
	r, err := Open()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, 10)
	f.Add(make([]byte, 64), 10)
	f.Add([]byte("\x01\x00\x80\x3f\x00\x00\x80\x3f\x02\x00\x00\x40\x00\x00\x00\x40"), 3)
	f.Add([]byte("\x01\x00\xc0\x7f\x00\x00\x80\x7f\x02\x00\x00\x40\x00\x00\x00\x40"), -1)
	f.Fuzz(func(t *testing.T, raw []byte, limit int) {
		got := r.Recognize(inkOf(raw), limit)
		if len(got) > max(limit, 0) {
			t.Errorf("%d characters, asked for %d", len(got), limit)
		}
		if i := slices.Index(got, ""); i >= 0 {
			t.Errorf("character %d is empty", i)
		}
	})
}

// What a touch screen may deliver besides writing brings no answer, or any, but never a fault.
func TestInkThatIsNoWriting(t *testing.T) {
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	scribble := make(Stroke, 5000)
	many := make([]Stroke, 500)
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range scribble {
		scribble[i] = Point{dice.Float32() * 1000, dice.Float32() * 1000}
	}
	for i := range many {
		many[i] = Stroke{scribble[2*i], scribble[2*i+1]}
	}
	for _, test := range []struct {
		name  string
		ink   []Stroke
		limit int
		none  bool
	}{
		{"nothing", nil, 10, true},
		{"strokes without points", []Stroke{nil, {}}, 10, true},
		{"a dot", []Stroke{{{5, 5}}}, 10, true},
		{"a dot, held", []Stroke{{{5, 5}, {5, 5}, {5, 5}}}, 10, true},
		{"no numbers", []Stroke{{{nan, 1}, {2, nan}}, {{inf, -inf}}}, 10, true},
		{"some numbers", []Stroke{{{nan, 1}, {2, 3}, {9, 3}, {12, inf}}}, 10, false},
		{"two dots", []Stroke{{{1, 1}}, {{5, 5}}}, 10, false},
		{"the same point far out", []Stroke{{{1e30, 1e30}, {1e30, 1e30}}}, 10, true},
		{"a hair", []Stroke{{{1, 1}, {1.0000001, 1.0000001}}}, 10, false},
		{"a wide stroke far out", []Stroke{{{-9e8, 1}, {9e8, 2}}}, 10, false},
		{"thousands of points", []Stroke{scribble}, 10, false},
		{"hundreds of strokes", many, 10, false},
		{"none asked for", []Stroke{{{1, 1}, {9, 1}}}, 0, true},
		{"fewer than none", []Stroke{{{1, 1}, {9, 1}}}, -5, true},
		{"more than there are", []Stroke{{{1, 1}, {9, 1}}}, math.MaxInt, false},
	} {
		got := r.Recognize(test.ink, test.limit)
		if (len(got) == 0) != test.none {
			t.Errorf("%s: %d characters", test.name, len(got))
		}
	}
}

// Ink is the caller's: nothing in it is changed, and any number of goroutines may ask at once.
func TestManyAskAtOnce(t *testing.T) {
	r, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	var inks [][]Stroke
	var want [][]string
	for _, c := range common(t, 8)[:8] {
		ink := normal.write(c, dice)
		inks = append(inks, ink)
		want = append(want, r.Recognize(ink, 5))
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i, ink := range inks {
				if got := r.Recognize(ink, 5); !slices.Equal(got, want[i]) {
					t.Errorf("%q, alone %q", got, want[i])
				}
			}
		})
	}
	wait.Wait()
}
