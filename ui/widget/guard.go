package widget

import "time"

// How long a strike keeps others out. A second strike of the same trembling
// hand must not hit the page that the first one opened; on a pad people type
// faster than that, and a doubled digit can be seen and taken back.
const (
	TileQuiet = 500 * time.Millisecond
	KeyQuiet  = 120 * time.Millisecond
)

// Guard lets one strike through at a time. All buttons of a window share one.
type Guard struct {
	now      func() time.Time
	tile     time.Time // the last strike on a tile that was let through
	key      time.Time // the last one on a key
	tileDone bool
	keyDone  bool
}

// NewGuard returns a guard that reads the time from now; nil is the machine's
// monotonic clock.
func NewGuard(now func() time.Time) *Guard {
	if now == nil {
		now = time.Now
	}
	return &Guard{now: now}
}

// Strike answers whether a strike counts, and keeps others out if it does.
func (g *Guard) Strike(isKey bool) bool {
	t := g.now()
	if g.tileDone && within(t.Sub(g.tile), TileQuiet) || g.keyDone && within(t.Sub(g.key), KeyQuiet) {
		return false
	}
	if isKey {
		g.key, g.keyDone = t, true
	} else {
		g.tile, g.tileDone = t, true
	}
	return true
}

// within is false for a clock that was set back: a guard must never stay shut.
func within(since, quiet time.Duration) bool { return since >= 0 && since < quiet }
