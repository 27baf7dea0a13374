package app

import (
	"context"
	"strings"
	"time"
)

// TimeBands are the upper ends, inclusive, of the stretches by which the time at a page
// is counted; what is longer than the last falls into one more.
var TimeBands = [...]time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, 60 * time.Second}

// PageCount is what happened on one page of a kiosk on one day, in numbers alone. There is
// nothing in it about any resident: neither what was answered nor when.
type PageCount struct {
	Day      Day
	Page     string // its id, which a flow makes and no answer is part of
	Came     int    // how often it was reached; the counts below are of these
	Left     int    // the conversation was given up here
	Helped   int    // staff were called from here
	Back     int    // it was left by the way back
	Finished int    // the conversation came to a good end, here or later
	// Seconds is how long it was shown in all, and Times how often for how long, by
	// [TimeBands]. They leave out when nobody can say how long somebody stood there.
	Seconds int
	Times   [len(TimeBands) + 1]int
}

// Bounds of a page count. No kiosk has a page reached a million times a day.
const (
	maxPageID    = 48
	maxPageCount = 1_000_000
)

// Validate answers CodeInvalid where the id is none that a flow could have made or the
// numbers do not add up.
func (c PageCount) Validate() error {
	if _, err := time.Parse(time.DateOnly, string(c.Day)); err != nil {
		return Bad(CodeInvalid, "day")
	}
	if !pageID(c.Page) {
		return Bad(CodeInvalid, "page")
	}
	timed := 0
	of := append([]int{c.Left, c.Helped, c.Back, c.Finished}, c.Times[:]...)
	for _, n := range of {
		if n < 0 || n > c.Came {
			return Bad(CodeInvalid, "count")
		}
	}
	for _, n := range c.Times {
		timed += n
	}
	day := int((24 * time.Hour).Seconds())
	if c.Came < 1 || c.Came > maxPageCount || timed > c.Came || c.Seconds < 0 || c.Seconds > timed*day {
		return Bad(CodeInvalid, "count")
	}
	return nil
}

// pageID answers whether an id is words with dots between, such as "problem.place.2":
// small letters, and a digit only as a part of its own. A number that somebody typed
// cannot pass for one.
func pageID(id string) bool {
	if len(id) > maxPageID {
		return false
	}
	for i, part := range strings.Split(id, ".") {
		digit := i > 0 && len(part) == 1 && part[0] >= '1' && part[0] <= '9'
		if !digit && !letters(part) {
			return false
		}
	}
	return true
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return s != ""
}

// Add adds the numbers of another count of the same page.
func (c *PageCount) Add(o PageCount) {
	c.Came += o.Came
	c.Left += o.Left
	c.Helped += o.Helped
	c.Back += o.Back
	c.Finished += o.Finished
	c.Seconds += o.Seconds
	for i, n := range o.Times {
		c.Times[i] += n
	}
}

// TallyPort takes what a kiosk has counted. It is a kiosk's own and writes only the public scope.
type TallyPort interface {
	// Tally keeps counts for good. All of them are kept, or none.
	Tally(ctx context.Context, counts []PageCount) error
}

// FunnelPort reads what the hall's kiosks have counted; ActFigures.
type FunnelPort interface {
	// KioskPages sums by page what all kiosks counted from one day to another, both of them
	// included, in no particular order. Day is empty in the sums.
	KioskPages(ctx context.Context, by Actor, from, to Day) ([]PageCount, error)
}
