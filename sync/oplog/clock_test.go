package oplog_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

var (
	buildDate = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	noon      = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
)

func TestClockFollowsTheWall(t *testing.T) {
	c := oplog.NewClock(0)
	h := c.Next(noon, buildDate)
	if !h.Time().Equal(noon) || h.Counter() != 0 {
		t.Errorf("Next at noon = %v + %d", h.Time(), h.Counter())
	}
	if int64(h) != noon.UnixMilli()<<16 {
		t.Errorf("layout: %d", h)
	}
	if again := c.Next(noon, buildDate); again != h+1 {
		t.Errorf("second stamp of a millisecond = %d, want %d", again, h+1)
	}
	if back := c.Next(noon.AddDate(0, -1, 0), buildDate); back != h+2 {
		t.Errorf("clock set back: %d, want %d", back, h+2)
	}
	later := noon.Add(time.Second)
	if next := c.Next(later, buildDate); !next.Time().Equal(later) {
		t.Errorf("clock set forward: %v, want %v", next.Time(), later)
	}
}

func TestClockIgnoresImpossibleWalls(t *testing.T) {
	for _, wall := range []time.Time{
		{},
		time.Unix(0, 0),
		buildDate.Add(-time.Millisecond),
		time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		c := oplog.NewClock(0)
		last := c.Next(noon, buildDate)
		if next := c.Next(wall, buildDate); next != last+1 {
			t.Errorf("wall %v: %d, want %d", wall, next, last+1)
		}
		c = oplog.NewClock(0)
		if next := c.Next(wall, buildDate); !next.Time().Equal(buildDate) {
			t.Errorf("wall %v on a new clock: %v, want the build date", wall, next.Time())
		}
	}
	c := oplog.NewClock(0)
	if next := c.Next(buildDate, buildDate); !next.Time().Equal(buildDate) {
		t.Error("the build date itself is possible")
	}
	if next := c.Next(noon, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)); !next.Valid() {
		t.Error("an impossible build date made an invalid stamp")
	}
}

func TestClockCounterCarries(t *testing.T) {
	full := oplog.HLC(noon.UnixMilli()<<16 | 0xffff)
	c := oplog.NewClock(full)
	next := c.Next(noon, buildDate)
	if next != full+1 || next.Counter() != 0 || !next.Time().Equal(noon.Add(time.Millisecond)) {
		t.Errorf("after a full counter: %v + %d", next.Time(), next.Counter())
	}
}

// However far a peer's stamp is ahead, one's own stamps stay valid.
func TestClockCannotBePoisoned(t *testing.T) {
	end := oplog.HLC(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() << 16)
	for _, h := range []oplog.HLC{end - 1, end, oplog.MaxHLC, oplog.MaxHLC + 1, 1<<63 - 1} {
		c := oplog.NewClock(0)
		c.Observe(h)
		if absorbed := c.Last() == h; absorbed != (h < end) {
			t.Errorf("Observe(%d): absorbed %v", h, absorbed)
		}
		for range 1000 {
			if next := c.Next(noon, buildDate); !next.Valid() {
				t.Fatalf("after Observe(%d): %d is malformed", h, next)
			}
		}
	}
}

func TestHLCValid(t *testing.T) {
	for h, want := range map[oplog.HLC]bool{
		-1: false, 0: false, 1: true, oplog.MaxHLC: true, oplog.MaxHLC + 1: false,
	} {
		if h.Valid() != want {
			t.Errorf("%d.Valid() = %v", h, !want)
		}
	}
}

func TestClockAlwaysRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := oplog.NewClock(0)
		var last oplog.HLC
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "observe") {
				h := oplog.HLC(rapid.Int64().Draw(t, "stamp"))
				c.Observe(h)
				if h.Time().Year() < 2100 && h > c.Last() {
					t.Fatalf("Observe(%d) left the clock at %d", h, c.Last())
				}
				continue
			}
			wall := time.UnixMilli(rapid.Int64Range(-1e13, 1e13).Draw(t, "wall"))
			next := c.Next(wall, buildDate)
			if next <= last || !next.Valid() || next != c.Last() {
				t.Fatalf("%d after %d", next, last)
			}
			last = next
			if rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				c = oplog.NewClock(c.Last())
			}
		}
	})
}
