package casework

import (
	"time"

	"linli/app"
)

// Due answers the end of the day by which a case of a service is promised to be done:
// so many working days after the one on which it was opened. ok is false where
// nothing is promised.
//
// Working days are Monday to Friday. The State Council's calendar, which moves some of
// them every year, is not known to this version: around a holiday a case may count as
// overdue some days early.
func Due(opened time.Time, promised int, zone *time.Location) (due time.Time, ok bool) {
	if promised <= 0 || opened.IsZero() {
		return time.Time{}, false
	}
	y, m, d := opened.In(zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, zone)
	for left := promised; left > 0; {
		day = day.AddDate(0, 0, 1)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			left--
		}
	}
	return day.AddDate(0, 0, 1), true
}

// Overdue answers whether a resident has waited longer than was promised: the case is
// neither replied to nor closed, and its last day is over.
func Overdue(state app.CaseState, opened time.Time, promised int, now time.Time, zone *time.Location) bool {
	if state == app.CaseReplied || state == app.CaseClosed {
		return false
	}
	due, ok := Due(opened, promised, zone)
	return ok && !now.Before(due)
}
