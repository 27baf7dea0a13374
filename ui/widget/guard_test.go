package widget_test

import (
	"testing"
	"time"

	"linli/ui/widget"
)

// clock is set by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time       { return c.at }
func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }
func newClock() *clock                { return &clock{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func TestGuardLetsOneOfTwoStrikesThrough(t *testing.T) {
	c := newClock()
	g := widget.NewGuard(c.now)
	if !g.Strike(false) {
		t.Fatal("the first strike must count")
	}
	c.pass(widget.TileQuiet - time.Millisecond)
	if g.Strike(false) || g.Strike(true) {
		t.Error("a second strike within the pause counted")
	}
	c.pass(time.Millisecond)
	if !g.Strike(true) {
		t.Error("a key after the pause did not count")
	}
	c.pass(widget.KeyQuiet)
	if !g.Strike(true) || g.Strike(true) {
		t.Error("keys have their own, shorter pause")
	}
	c.pass(widget.KeyQuiet)
	if !g.Strike(false) {
		t.Error("after typing, the next step must not have to wait")
	}
}

func TestGuardHoldsAStormOff(t *testing.T) {
	c := newClock()
	g := widget.NewGuard(c.now)
	counted := 0
	for range 500 { // 10 s of 50 taps a second
		if g.Strike(false) {
			counted++
		}
		c.pass(20 * time.Millisecond)
	}
	if counted != 20 {
		t.Errorf("%d strikes counted in 10 s, want one each %v", counted, widget.TileQuiet)
	}
}

func TestGuardOpensWhenTheClockIsSetBack(t *testing.T) {
	c := newClock()
	g := widget.NewGuard(c.now)
	g.Strike(false)
	c.pass(-24 * time.Hour)
	if !g.Strike(false) {
		t.Error("the guard stayed shut")
	}
}
