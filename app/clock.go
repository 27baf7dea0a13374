package app

import "time"

// Clock tells the time; tests own theirs.
type Clock interface{ Now() time.Time }

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now answers the machine's time.
func (SystemClock) Now() time.Time { return time.Now() }

// Day is a hall's own calendar day as YYYY-MM-DD. Numbers, quotas and the
// queue roll over by it, never by UTC.
type Day string

// DayOf answers the day of t in the hall's zone.
func DayOf(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }
