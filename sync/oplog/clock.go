package oplog

import "time"

// HLC is a hybrid logical clock stamp: 48 bits of milliseconds since the Unix epoch, then a 16-bit
// counter. Compared as an integer it never contradicts the order in which one origin wrote, and
// follows wall time as far as clocks are right. It picks what is shown and orders folds;
// no data is kept or lost because of it.
type HLC int64

var (
	// endOfTime is the first wall time that no clock is believed to show.
	endOfTime = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

	endHLC = hlcOf(endOfTime)

	// MaxHLC is the greatest stamp that is not malformed. The ten years between 2100 and it are
	// room for counters that carry into the milliseconds; a [Clock] never absorbs a stamp from
	// there, so no peer can push it to the end of its range.
	MaxHLC = hlcOf(endOfTime.AddDate(10, 0, 0))
)

func hlcOf(t time.Time) HLC { return HLC(t.UnixMilli() << 16) }

// Valid tells whether h can stand in an entry: positive and not beyond [MaxHLC].
func (h HLC) Valid() bool { return h > 0 && h <= MaxHLC }

// Time is the wall time that h stands for, to the millisecond, in UTC.
func (h HLC) Time() time.Time { return time.UnixMilli(int64(h) >> 16).UTC() }

// Counter is h's place among the stamps of its millisecond.
func (h HLC) Counter() uint16 { return uint16(h) }

// Clock issues strictly rising stamps for one origin, across all its scopes. Save [Clock.Last] in the
// transaction that uses a stamp and start with it again. It is for one goroutine at a time: the
// store's writer.
type Clock struct{ last HLC }

// NewClock returns a clock that issues stamps after last; 0 for a new origin.
func NewClock(last HLC) *Clock { return &Clock{last: last} }

// Last is the greatest stamp issued or observed so far.
func (c *Clock) Last() HLC { return c.last }

// Next issues a stamp greater than all before: wall if that is later, else the counter advances, and
// carries into the milliseconds when full. A wall outside [buildDate, 2100) is ignored: a machine with
// a dead clock battery says 1970, and believing 2150 could never be undone. The program cannot be
// older than its build, so buildDate is the least stamp.
func (c *Clock) Next(wall, buildDate time.Time) HLC {
	next := c.last + 1
	if buildDate.Before(endOfTime) {
		next = max(next, hlcOf(buildDate))
		if !wall.Before(buildDate) && wall.Before(endOfTime) {
			next = max(next, hlcOf(wall))
		}
	}
	c.last = next
	return next
}

// Observe makes later stamps greater than h, which came with an applied entry. Stamps from 2100 on
// are not absorbed; see [MaxHLC].
func (c *Clock) Observe(h HLC) {
	if h < endHLC {
		c.last = max(c.last, h)
	}
}
