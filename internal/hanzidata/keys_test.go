package main

import (
	"math"
	"testing"
)

// Lines as the source draws them: with the brush's slant at the beginning. y grows downwards.
func TestKeysOfSingleStrokes(t *testing.T) {
	for _, test := range []struct {
		name string
		line line
		want string
	}{
		{"横", line{{100, 450}, {180, 465}, {400, 440}, {820, 400}, {930, 410}}, "1"},
		{"提", line{{200, 600}, {260, 560}, {430, 420}}, "1"},
		{"竖", line{{456, 90}, {484, 97}, {522, 133}, {512, 307}, {507, 933}}, "2"},
		{"竖钩", line{{473, 86}, {521, 130}, {508, 445}, {507, 809}, {485, 858}, {371, 800}}, "2"},
		{"撇", line{{600, 100}, {560, 260}, {430, 450}, {200, 640}}, "3"},
		{"捺", line{{480, 200}, {600, 400}, {780, 590}, {990, 640}}, "4"},
		{"点", line{{330, 280}, {430, 360}}, "4"},
		{"横折", line{{200, 200}, {260, 210}, {700, 180}, {690, 600}}, "5"},
		{"横折钩", line{{200, 200}, {260, 210}, {700, 180}, {690, 800}, {600, 760}}, "5"},
		{"横钩", line{{200, 200}, {700, 180}, {760, 190}, {660, 300}}, "5"},
		{"竖弯钩", line{{300, 200}, {330, 240}, {330, 700}, {400, 780}, {800, 780}, {840, 640}}, "5"},
		{"撇折", line{{500, 150}, {300, 430}, {320, 450}, {620, 400}}, "5"},
	} {
		if got := keysOf([]line{test.line}); got != test.want {
			t.Errorf("%s: %s, not %s", test.name, got, test.want)
		}
	}
}

// A short stroke down to the left is a dot or 撇 by what stands beside it.
func TestKeysBesideOthers(t *testing.T) {
	leftDot := line{{229, 237}, {226, 280}, {205, 340}, {184, 394}}
	roof := line{{264, 240}, {700, 190}, {780, 215}, {726, 310}}
	if got := keysOf([]line{leftDot, roof}); got != "45" {
		t.Errorf("冖 is %s, not 45", got)
	}
	across := line{{250, 200}, {600, 150}, {640, 180}, {500, 320}}
	down := line{{480, 310}, {520, 420}, {530, 560}, {505, 700}, {470, 760}, {360, 710}}
	if got := keysOf([]line{across, down}); got != "52" {
		t.Errorf("了 is %s, not 52", got)
	}
}

func TestResample(t *testing.T) {
	l := line{{0, 0}, {3, 0}, {3, 4}}
	for _, n := range []int{2, 8, 33} {
		got := l.resample(n)
		if len(got) != n || got[0] != l[0] || got[n-1] != l[2] {
			t.Fatalf("%d points: %v", n, got)
		}
		for i := 1; i < n; i++ {
			if d := got[i-1].distance(got[i]); d > 7/float64(n-1)+1e-9 {
				t.Errorf("%d points: step %d is %g", n, i, d)
			}
		}
	}
	if got := (line{{5, 5}, {5, 5}}).resample(4); len(got) != 4 || got[3] != (point{5, 5}) {
		t.Errorf("a dot: %v", got)
	}
}

func TestCorners(t *testing.T) {
	var l line
	for i := range 21 {
		x := float64(i)
		l = append(l, point{x, math.Max(0, x-10)})
	}
	if got := l.corners(0.5); len(got) != 3 || got[1] != (point{10, 0}) {
		t.Errorf("corners %v", got)
	}
}
